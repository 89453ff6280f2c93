#!/usr/bin/env python3
"""Runs what README.md tells people to type, and compares what it prints.

    readme_test.py SOURCE_DIR BERTH fast|logs

`logs` are the commands whose configs read a job log, `fast` the others; exit code 77 and a loud
line when a log is not there.

A ```sh block is commands that must succeed; those that do not begin with `berth` are not ours to
run. A ```console block is commands after `$ ` with what they print, to the letter; a line `...`
stands for any lines. A ```yaml block after the words `NAME.yaml`: is that file. All happens in a
folder of its own with the configs in it.
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


def logs_of(command: str, clone: Path) -> list[Path]:
    """The job logs that the configs of a command read."""
    configs = [clone / name for name in re.findall(r"\S+\.yaml", command)]
    return [config.parent / log for config in configs
            for log in re.findall(r"file: ([^\s,}]+\.(?:gz|swf|csv))", config.read_text())]


def agrees(printed: str, documented: str) -> bool:
    pattern = re.escape(documented).replace(re.escape("...\n"), r"(?:.*\n)*?")
    return re.fullmatch(pattern, printed) is not None


def complaint(command: str, printed: str, documented: str) -> str:
    lines = difflib.unified_diff(documented.splitlines(True), printed.splitlines(True),
                                 "README.md", "berth")
    return f"FAILED: {command}: prints something else\n" + "".join(lines)


def fault(command: str, documented: str | None, clone: Path, berth: Path) -> str:
    """What is wrong with a command, "" for nothing."""
    environment = {**os.environ, "PATH": f"{berth.parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", command], cwd=clone, env=environment,
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"FAILED: {command}: exit code {done.returncode}\n{done.stderr}"
    if documented is not None and not agrees(done.stdout, documented):
        return complaint(command, done.stdout, documented)
    return ""


def main(source: Path, berth: Path, which: str) -> int:
    text = (source / "README.md").read_text(encoding="utf-8")
    faults = []
    skipped = ran = 0
    with tempfile.TemporaryDirectory() as home:
        clone = lay_out(source, Path(home), text)
        for command, documented in examples(text):
            logs = logs_of(command, clone)
            if bool(logs) != (which == "logs"):
                continue
            if absent := [log.name for log in logs if not log.exists()]:
                print(f"SKIPPED: {command}: there is no {absent[0]}")
                skipped += 1
                continue
            faults.append(fault(command, documented, clone, berth))
            ran += 1
    print("".join(faults) + f"{ran} commands run, {skipped} skipped")
    if any(faults) or ran + skipped == 0:
        return 1
    return 77 if skipped else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), sys.argv[3]))
