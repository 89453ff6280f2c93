#!/usr/bin/env python3
"""What the real opensm computes for a fabric file: its forwarding tables, and on request the order
of CAs, the fabric as ibnetdiscover then sees it, and the log.

    real_opensm.py FABRIC --engine ftree [--roots F] [--cns F] --out LFTS [--ca-order F] [--net F]
                   [--log F] [--flags 0xff] [--timeout S] [--host ID] [--fresh-lids]

The engine that routed in the end (ftree may give up) is printed. LIDs are those of the file where
it has any, unless --fresh-lids. Each line of the log carries its time in microseconds; --flags 0xff
says most. Exit code 77: the tools are not installed."""
import argparse
import os
import re
import sys

import ibsim


def write(path, text):
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(text)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fabric")
    parser.add_argument("--engine", default="minhop")
    parser.add_argument("--roots", help="a file of switch GUIDs, one a line (-a)")
    parser.add_argument("--cns", help="a file of port GUIDs of compute nodes, one a line (-u)")
    parser.add_argument("--lfts", help="with --engine file: the tables to load (-U)")
    parser.add_argument("--out", required=True)
    parser.add_argument("--ca-order")
    parser.add_argument("--net")
    parser.add_argument("--log")
    parser.add_argument("--flags", default="0x43")
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--host", help="id of the node that opensm runs on; else the first CA")
    parser.add_argument("--fresh-lids", action="store_true")
    return parser.parse_args()


def main():
    args = parse_arguments()
    ibsim.end_cleanly()
    if missing := ibsim.missing_tools():
        print("SKIPPED: not installed:", ", ".join(missing), file=sys.stderr)
        return ibsim.SKIPPED
    options = ["-R", args.engine]
    for flag, path in (("-a", args.roots), ("-u", args.cns), ("-U", args.lfts)):
        if path:
            options += [flag, os.path.abspath(path)]  # it runs in a folder of its own
    with ibsim.Ibsim(args.fabric, host=args.host, timeout=args.timeout) as sim:
        said = sim.opensm(*options, flags=args.flags, keep_lids=not args.fresh_lids)
        log = sim.left("opensm.log") or ""
        if args.log:
            write(args.log, log)
        lfts = sim.left("opensm-lfts.dump")
        if lfts is None:
            print(f"opensm left no tables; it said:\n{said}\n{log[-2000:]}", file=sys.stderr)
            return 1
        write(args.out, lfts)
        if args.ca_order:
            write(args.ca_order, sim.left("opensm-ftree-ca-order.dump") or "")
        if args.net:
            write(args.net, sim.discover())
    routed = re.findall(r"(\w+) tables configured on all switches", log)
    print(routed[-1] if routed else "unknown")
    return 0


if __name__ == "__main__":
    sys.exit(main())
