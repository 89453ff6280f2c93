#!/usr/bin/env python3
"""Runs what README.md tells people to type, and compares what it prints.

    readme_test.py SOURCE_DIR BERTH

A ```sh block is commands that must succeed; those that do not begin with `berth` are not ours to
run. A ```console block is commands after `$ ` with what they print, to the letter; a line `...`
stands for any lines, a `$ echo $?` for the exit code of the command before it. A ```yaml block
after the words `NAME.yaml`: is that file. All happens in a folder of its own with the configs in
it; a command on a job log is skipped, loudly, where the log is not.
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"`([\w.]+\.yaml)`:\n\n```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def lay_out(source: Path, home: Path, text: str) -> Path:
    """The folder in which a reader of the README would be, with the files it tells them to write."""
    clone = home / "clone"
    clone.mkdir()
    (clone / "configs").symlink_to(source / "configs")
    for log in (source / "../shared/data/swf").glob("*.swf.gz"):
        (clone / log.name).symlink_to(log)
    for name, content in FILE.findall(text):
        (clone / name).write_text(content, encoding="utf-8")
    return clone


def examples(text: str) -> list[tuple[str, str | None]]:
    """Commands in the order of the document, with what they print where the document says it."""
    found: list[tuple[str, str | None]] = []
    for kind, body in BLOCK.findall(text):
        if kind == "sh":
            commands = [line.split("  #")[0].strip() for line in body.splitlines()]
            found += [(command, None) for command in commands if command.startswith("berth ")]
        elif kind == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                command, _, printed = part.partition("\n")
                found.append((command, printed.rstrip("\n") + "\n"))
    return found


def lacks_log(command: str, clone: Path) -> str | None:
    """The log that one of the command's configs reads and that is not there."""
    for config in re.findall(r"\S+\.yaml", command):
        path = clone / config
        if path.exists():
            for log in re.findall(r"file: ([^\s,}]+\.(?:gz|swf|csv))", path.read_text()):
                if not (path.parent / log).exists():
                    return log
    return None


def agrees(printed: str, documented: str) -> bool:
    pattern = re.escape(documented).replace(re.escape("...\n"), r"(?:.*\n)*?")
    return re.fullmatch(pattern, printed) is not None


def complaint(command: str, printed: str, documented: str) -> str:
    lines = difflib.unified_diff(documented.splitlines(True), printed.splitlines(True),
                                 "README.md", "berth")
    return f"FAILED: {command}: prints something else\n" + "".join(lines)


def main(source: Path, berth: Path) -> int:
    text = (source / "README.md").read_text(encoding="utf-8")
    failed = skipped = ran = 0
    code = 0
    with tempfile.TemporaryDirectory() as home:
        clone = lay_out(source, Path(home), text)
        environment = {**os.environ, "PATH": f"{berth.parent}:{os.environ['PATH']}"}
        for command, documented in examples(text):
            if command == "echo $?":
                printed = f"{code}\n"
            elif log := lacks_log(command, clone):
                print(f"SKIPPED: {command}: there is no {log}")
                skipped += 1
                continue
            else:
                done = subprocess.run(["bash", "-c", command], cwd=clone, env=environment,
                                      capture_output=True, text=True, check=False)
                code, printed = done.returncode, done.stdout
                ran += 1
                if documented is None and code != 0:
                    print(f"FAILED: {command}: exit code {code}\n{done.stderr}")
                    failed += 1
            if documented is not None and not agrees(printed, documented):
                print(complaint(command, printed, documented))
                failed += 1
    print(f"{ran} commands run, {failed} failed, {skipped} skipped")
    return 1 if failed or not ran else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
