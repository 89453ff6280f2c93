#!/usr/bin/env python3
"""Berth beside the real tools: ibsim reads the fabrics that Berth writes, opensm loads the tables
that Berth writes, and both compute the same tables.

    compare.py discover|load|route --tool fabric_tool [--recorded DIR] [--random N] [--seed S] [--keep DIR]

  discover   a fabric read and written by Berth, played by ibsim and discovered is the same graph
  load       `opensm -R file -U` reads Berth's tables and dumps them without a difference
  route      ftree, minhop and updn, with and without roots and compute nodes: entry by entry

--recorded takes fabrics from DIR/*/ibnetdiscover.txt.gz; --random makes N more. BERTH_REAL_TOOLS=N
makes it N without a word on the command line, for a long night. Exit code 77: tools are missing."""
import argparse
import glob
import gzip
import os
import subprocess
import sys
import tempfile

import ibsim
import random_fabric

# Engines with what they are given.
RUNS = [("ftree", ""), ("minhop", ""), ("updn", ""), ("ftree", "a"), ("updn", "a"), ("ftree", "u"),
        ("ftree", "au")]


class Case:
    """A fabric in a folder: FABRIC, and where there are any ROOTS and CNS."""

    def __init__(self, name, folder):
        self.name = name
        self.fabric = os.path.join(folder, "fabric")
        self.roots = os.path.join(folder, "roots")
        self.cns = os.path.join(folder, "cns")
        self.scratch = folder

    def lists(self, given):
        """The files that a run gives, or None when the case has not all of them."""
        files = [self.roots if "a" in given else "-", self.cns if "u" in given else "-"]
        if any(path != "-" and not os.path.exists(path) for path in files):
            return None
        return files


def recorded_cases(recorded, scratch):
    for path in sorted(glob.glob(os.path.join(recorded, "*", "ibnetdiscover.txt.gz"))):
        name = os.path.basename(os.path.dirname(path))
        folder = os.path.join(scratch, name)
        os.makedirs(folder)
        case = Case(name, folder)
        with gzip.open(path) as packed, open(case.fabric, "wb") as out:
            out.write(packed.read())
        for given, to in (("roots.guids", case.roots), ("cns.guids", case.cns)):
            source = os.path.join(os.path.dirname(path), given)
            if os.path.exists(source):
                with open(source, "rb") as file, open(to, "wb") as out:
                    out.write(file.read())
        yield case


def random_cases(first, count, scratch):
    for seed in range(first, first + count):
        folder = os.path.join(scratch, f"random{seed}")
        os.makedirs(folder)
        case = Case(f"random{seed}", folder)
        fabric, rng = random_fabric.build(seed)
        with open(case.fabric, "w", encoding="ascii") as out:
            out.write(fabric.text(rng))
        random_fabric.write_lists(fabric, rng, case.roots, case.cns)
        yield case


def run_tool(tool, *arguments):
    done = subprocess.run([tool, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120, check=False)
    return done.returncode, done.stdout


def must(tool, *arguments):
    code, said = run_tool(tool, *arguments)
    if code != 0:
        raise RuntimeError(f"fabric_tool {' '.join(arguments)}: exit code {code}\n{said}")
    return said


def write(path, text):
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def entries(dump):
    """{(switch GUID, LID): line} of a dump."""
    found, guid = {}, None
    for line in dump.splitlines():
        if line.startswith("Unicast"):
            guid = line.split(" guid ")[1].split(" ")[0]
        elif line.startswith("0x"):
            found[(guid, line.split(" ")[0])] = line
    return found


def difference(theirs, ours):
    """A report when two dumps differ, or ''."""
    if theirs == ours:
        return ""
    there, here = entries(theirs), entries(ours)
    differing = [key for key in sorted(there.keys() | here.keys())
                 if there.get(key) != here.get(key)]
    hosts = sum("Channel Adapter" in (there.get(key) or here[key]) for key in differing)
    report = [f"{len(differing)} of {len(there)} entries differ, {hosts} of them to HCAs"]
    for key in differing[:5]:
        report.append(f"  {key[0]}: theirs {there.get(key)} | ours {here.get(key)}")
    return "\n".join(report)


def discover(case, tool):
    ours, back = os.path.join(case.scratch, "written"), os.path.join(case.scratch, "discovered")
    must(tool, "rewrite", case.fabric, ours)
    with ibsim.Ibsim(ours) as sim:
        write(back, sim.discover())
    code, said = run_tool(tool, "same", case.fabric, back)
    return [(case.name, said if code else "")]


def load(case, tool):
    """Tables of opensm, through ours, into opensm again; the dump and dump_fts agree."""
    computed, ours = os.path.join(case.scratch, "computed"), os.path.join(case.scratch, "loaded")
    with ibsim.Ibsim(case.fabric) as sim:
        sim.opensm("-R", "updn")
        write(computed, sim.left("opensm-lfts.dump"))
    must(tool, "rewrite-tables", case.fabric, computed, ours)
    with ibsim.Ibsim(case.fabric) as sim:
        sim.opensm("-R", "file", "-U", ours)
        found = difference(sim.left("opensm-lfts.dump"), read(ours))
        by_dump_fts = os.path.join(case.scratch, "dump_fts")
        write(by_dump_fts, sim.run(["dump_fts"]))
    again = os.path.join(case.scratch, "again")
    must(tool, "rewrite-tables", case.fabric, by_dump_fts, again)
    return [(case.name, found or difference(read(again), without_last_of_64(read(ours))))]


def without_last_of_64(dump):
    """dump_fts reads tables in blocks of 64 entries and leaves out a last block of one."""
    top = int(dump.split("-")[1].split("]")[0])
    last = f"0x{top:04x} "
    return "".join(line for line in dump.splitlines(keepends=True)
                   if top % 64 or not line.startswith(last))


def route(case, tool):
    found = []
    for engine, given in RUNS:
        lists = case.lists(given)
        if lists is None:
            continue
        name = f"{case.name} {engine} {given}"
        ours = os.path.join(case.scratch, f"{engine}{given}")
        code, routed = run_tool(tool, "route", case.fabric, engine, ours, *lists)
        if code != 0:
            found.append((name, routed))
            continue
        with ibsim.Ibsim(case.fabric) as sim:
            options = [word for flag, path in zip(("-a", "-u"), lists) if path != "-"
                       for word in (flag, path)]
            sim.opensm("-R", engine, *options)
            report = difference(sim.left("opensm-lfts.dump"), read(ours))
            order = sim.left("opensm-ftree-ca-order.dump")
            if order is not None and not report:
                report = compare_order(order, read(ours + ".hcas"))
        found.append((name, report))
    return found


def compare_order(theirs, ours):
    lids = [line.split()[0].lower() for line in theirs.splitlines()]
    return "" if lids == ours.lower().split() else "the order of HCAs differs"


def carefully(check, case, tool):
    try:
        return check(case, tool)
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return [(case.name, f"failed: {error}")]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["discover", "load", "route"])
    parser.add_argument("--tool", required=True)
    parser.add_argument("--recorded")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="a folder for the fabrics and tables, left as it is")
    return parser.parse_args()


def main():
    args = parse_arguments()
    ibsim.end_cleanly()
    if missing := ibsim.missing_tools():
        print("SKIPPED: not installed:", ", ".join(missing))
        return ibsim.SKIPPED
    count = int(os.environ.get("BERTH_REAL_TOOLS", args.random))
    check = {"discover": discover, "load": load, "route": route}[args.what]
    done = wrong = 0
    with tempfile.TemporaryDirectory(prefix="berth-real-tools-") as scratch:
        folder = args.keep or scratch
        if args.recorded and not os.path.isdir(args.recorded):
            print(f"SKIPPED: recorded fabrics, there is no {args.recorded}")
        cases = [recorded_cases(args.recorded, folder)] if args.recorded else []
        for case in (case for source in cases + [random_cases(args.seed, count, folder)]
                     for case in source):
            for name, report in carefully(check, case, os.path.abspath(args.tool)):
                done += 1
                wrong += bool(report)
                if report:
                    print(f"{name}: {report}", flush=True)
    print(f"{done} comparisons, {wrong} with differences")
    return 1 if wrong or not done else 0


if __name__ == "__main__":
    sys.exit(main())
