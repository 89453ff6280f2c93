#!/usr/bin/env python3
"""The rules of the house that no compiler knows, as a test.

    tools/tidy.py [ROOT]             check the tree; one line per finding, exit code 1 if any
    tools/tidy.py --self-test BAD    BAD is a small tree that breaks each rule: every line with a
                                     `breaks: RULE` comment must be found, and nothing else

A rule is a function that yields findings about one file (or, for cycles, about all of them); RULES
at the end lists them. docs/architecture.md says why the rules are there.
"""
import re
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

# Who may include whom: a room, and the rooms below it.
ROOMS = {
    "core": (),
    "topology": ("core",),
    "workloads": ("core",),
    "cluster": ("core", "topology", "workloads"),
    "scheduler": ("core", "topology", "workloads", "cluster"),
    "simulator": ("core", "topology", "workloads", "cluster", "scheduler"),
    "app": ("core", "topology", "workloads", "cluster", "scheduler", "simulator"),
}

# Where a library lives: (header, files that may include it, how a person says that).
HOMES = [
    (r"yaml-cpp/", r"app/", "app/"),
    (r"CLI/", r"app/", "app/"),
    (r"nlohmann/", r"app/|simulator/sinks/", "app/ and simulator/sinks/"),
    (r"spdlog/", r"app/|simulator/logger[^/]*\.cpp$", "app/ and simulator/logger*.cpp"),
    (r"boost/graph/", r"topology/.*\.cpp$", "topology/*.cpp"),
    (r"Random123/", r"core/[^/]*\.cpp$", "core/*.cpp"),
    (r"xxhash\.h", r"core/[^/]*\.cpp$", "core/*.cpp"),
    (r"(zlib|zstd)\.h", r"workloads/", "workloads/"),
    (r"(doctest|benchmark|rapidcheck)[/.]", r"(?!)", "tests/ and bench/"),
]

# What production code never says: (pattern, why, files that may).
NOWHERE = r"(?!)"
BANS = [
    (r"\bs?rand\s*\(|\brandom_device\b|\bmt19937|#\s*include\s*<random>",
     "is not ours: draw from core/random.hpp", NOWHERE),
    (r"\bstd::\w+_distribution\b|\b(uniform_int|uniform_real|normal|exponential|lognormal|gamma"
     r"|weibull|poisson|bernoulli|discrete)_distribution\b",
     "differs between standard libraries: use core/samplers.hpp", NOWHERE),
    (r"\b(system|steady|high_resolution|utc|file)_clock\b|\b(gettimeofday|clock_gettime)\b"
     r"|\bstd::time\b|\btime\s*\(\s*(nullptr|NULL|0)\s*\)|\bstd::clock\b",
     "reads the wall clock, which only app/wall_clock may", r"app/wall_clock\.[ch]pp$"),
    (r"\bunordered_(multi)?(map|set)\b",
     "iterates in an order that is not a result: std::map, a sorted vector or an index", NOWHERE),
    (r"(?<!static_)\bassert\s*\(", "is off in release: use check() of core/check.hpp", NOWHERE),
    (r"\bstd::(log|log2|log10|log1p|exp|exp2|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh"
     r"|tanh|cbrt|hypot|erf|erfc|lgamma|tgamma)[fl]?\s*\("
     r"|(?<![\w.:>])(log2|log10|log1p|exp|exp2|expm1|pow|sin|cos|tan|lgamma|tgamma)[fl]?\s*\(",
     "differs between maths libraries: use core/maths.hpp", NOWHERE),
    (r"\b(std|ranges)::views\b", "cannot be read by clang 14: std::ranges algorithms can", NOWHERE),
    (r"\bsource_location\b", "cannot be read by clang 14: __builtin_FILE()", NOWHERE),
]

LINES_MAX = 400
DECISION_LINES_MAX = 40

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LITERAL = re.compile(
    r'//[^\n]*|/\*.*?\*/'
    r'|R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.DOTALL)


class Finding(NamedTuple):
    rule: str
    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.what}"


class Source:
    """One file: its lines as written, and its code without comments and literals."""

    def __init__(self, root: Path, path: Path) -> None:
        self.path = path.relative_to(root).as_posix()
        self.room = self.path.split("/")[0]
        text = path.read_text(encoding="utf-8")
        self.lines = text.split("\n")
        if self.lines and not self.lines[-1]:
            self.lines.pop()
        self.code = LITERAL.sub(blank, text).split("\n")
        self.includes = [(number, match[1], match[2])
                         for number, line in enumerate(self.lines, 1)
                         if (match := INCLUDE.match(line))]

    @property
    def is_cpp(self) -> bool:
        return self.path.endswith((".cpp", ".hpp"))

    @property
    def is_header(self) -> bool:
        return self.path.endswith(".hpp")

    @property
    def is_production(self) -> bool:
        return self.is_cpp and self.room in ROOMS


def blank(match: re.Match) -> str:
    """Keeps the number of lines; a literal stays a word, so that `f("x")` is still a call."""
    newlines = "\n" * match[0].count("\n")
    return newlines if match[0].startswith("/") else '""' + newlines


def layers(source: Source) -> Iterator[Finding]:
    if not source.is_production:
        return
    for number, quote, header in source.includes:
        room = header.split("/")[0]
        if quote == '"' and room not in ROOMS and room != "generated":
            yield Finding("layers", source.path, number,
                          f'"{header}": our headers are named from the root, "room/name.hpp"')
        if room in ROOMS and room != source.room and room not in ROOMS[source.room]:
            yield Finding("layers", source.path, number,
                          f"{source.room} does not know {room} ({header})")


def homes(source: Source) -> Iterator[Finding]:
    if not source.is_production:
        return
    for number, _, header in source.includes:
        for library, home, name in HOMES:
            if re.match(library, header) and not re.match(home, source.path):
                yield Finding("homes", source.path, number, f"{header} lives in {name}")


def bans(source: Source) -> Iterator[Finding]:
    if not source.is_production:
        return
    for number, line in enumerate(source.code, 1):
        for pattern, why, exempt in BANS:
            match = re.search(pattern, line)
            if match and not re.match(exempt, source.path):
                yield Finding("bans", source.path, number, f"{match[0].strip()} {why}")


def todos(source: Source) -> Iterator[Finding]:
    if not source.is_cpp:
        return
    for number, line in enumerate(source.lines, 1):
        if re.search(r"\bTODO\b(?!\(#\d+\))|\bFIXME\b|\bXXX\b", line):
            yield Finding("todos", source.path, number, "write TODO(#12): with the issue's number")


def length(source: Source) -> Iterator[Finding]:
    most = LINES_MAX if source.is_production else None
    if re.match(r"docs/decisions/\d{4}-.*\.md$", source.path):
        most = DECISION_LINES_MAX
    if most and len(source.lines) > most:
        yield Finding("length", source.path, most + 1,
                      f"{len(source.lines)} lines, at most {most}: make two of it")


def headers(source: Source) -> Iterator[Finding]:
    if not source.is_header:
        return
    if not source.lines or not re.match(r"// \S", source.lines[0]):
        yield Finding("headers", source.path, 1,
                      "a header opens with what you would tell a new colleague about it")
    if "#pragma once" not in source.lines:
        yield Finding("headers", source.path, 1, "#pragma once is missing")


def questions(source: Source) -> Iterator[Finding]:
    if source.path.endswith(".yaml") and source.room == "configs":
        if not source.lines or not re.match(r"# \S", source.lines[0]):
            yield Finding("questions", source.path, 1,
                          "a config opens with a comment: the question it answers")


def cycles(sources: list[Source]) -> Iterator[Finding]:
    """Each include that closes a circle, once, where it is written."""
    graph = {source.path: source for source in sources if source.is_cpp}
    state: dict[str, str] = {}

    def visit(path: str) -> Iterator[Finding]:
        state[path] = "open"
        for number, _, header in graph[path].includes:
            if state.get(header) == "open":
                yield Finding("cycles", path, number, f"{header} includes this file, too")
            elif header in graph and header not in state:
                yield from visit(header)
        state[path] = "done"

    for path in sorted(graph):
        if path not in state:
            yield from visit(path)


RULES = [layers, homes, bans, todos, length, headers, questions]


def read_tree(root: Path) -> list[Source]:
    """Sources, configs and documents; not the fixtures of tests, which may be anything."""
    kinds = {room: (".cpp", ".hpp") for room in [*ROOMS, "bench", "tests"]}
    kinds |= {"configs": (".yaml",), "docs": (".md",)}
    return [Source(root, path)
            for folder, suffixes in kinds.items() for path in sorted((root / folder).rglob("*"))
            if path.suffix in suffixes and path.is_file()
            and root / "tests/house/bad" not in path.parents]


def check_tree(root: Path) -> list[Finding]:
    sources = read_tree(root)
    if not any(source.is_production for source in sources):
        sys.exit(f"{root}: no sources there")
    found = [finding for source in sources for rule in RULES for finding in rule(source)]
    return sorted([*found, *cycles(sources)], key=lambda finding: finding[1:])


def self_test(bad: Path) -> int:
    """What the fixtures promise to break against what is found, both ways."""
    promised = {(source.path, number, rule)
                for source in read_tree(bad)
                for number, line in enumerate(source.lines, 1)
                for rule in re.findall(r"breaks: (\w+)", line)}
    found = {(finding.path, finding.line, finding.rule) for finding in check_tree(bad)}
    for path, line, rule in sorted(promised - found):
        print(f"{path}:{line}: {rule}: should have been found")
    for path, line, rule in sorted(found - promised):
        print(f"{path}:{line}: {rule}: should not have been found")

    lacking = {rule.__name__ for rule in [*RULES, cycles]} - {rule for _, _, rule in promised}
    for rule in sorted(lacking):
        print(f"{bad}: no fixture breaks {rule}")
    untested = [pattern for pattern, _, _ in BANS
                if not any(re.search(pattern, line) for source in read_tree(bad)
                           if source.is_production for line in source.code)]
    untested += [library for library, _, _ in HOMES
                 if not any(re.match(library, header) for source in read_tree(bad)
                            for _, _, header in source.includes)]
    for pattern in untested:
        print(f"{bad}: no fixture breaks {pattern}")
    print(f"{len(promised & found)} of {len(promised)} broken rules found")
    return 1 if promised != found or lacking or untested or not promised else 0


def main(arguments: list[str]) -> int:
    if len(arguments) == 2 and arguments[0] == "--self-test":
        return self_test(Path(arguments[1]))
    root = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    findings = check_tree(root)
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
