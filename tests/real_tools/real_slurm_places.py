#!/usr/bin/env python3
"""Where the real slurmctld would put jobs, and where Berth puts them.

    real_slurm_places.py BERTH COUNT [FIRST_SEED]

For each seed a random tree or forest of switches over nodes of random weights, some of them
drained, and jobs that come one after the other and stay: `sbatch --exclusive -N n` and `berth
place` must name the same nodes, or both none. By turns Slurm uses topology/tree, the same with
TopologyParam=dragonfly, and topology/none with --contiguous. Each node is a slurmd of its own on
loopback. (`sbatch --test-only` would not do: it does not look at weights.) Ends with 77 (skipped)
where Slurm is not installed."""
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from real_slurm import expand, random_tree, slurmctld

JOBS = 8

# The placer, and what makes Slurm place so.
WAYS = [("slurm_tree:version=22.05", "tree", "", []),
        ("dragonfly", "tree", "\nTopologyParam=dragonfly", []),
        ("contiguous", "none", "", ["--contiguous"])]

CONFIG = """cluster: {kind: slurm, conf: slurm.conf%s}
workload: [{kind: jobs, jobs: [{name: a, at: 0s, nodes: 1, work: 1h}]}]
policy: fifo
"""


def node_lines(rng: random.Random, nodes: int, most_weights: int) -> str:
    """All alike, or dealt over two or three weights."""
    weights = rng.sample(range(1, 50), min(rng.choice([1, 1, 2, 3]), most_weights))
    of = [rng.choice(weights) for _ in range(nodes)]
    return "\n".join(
        f"NodeName=n{i + 1} NodeAddr=127.0.0.1 Port={20001 + i} CPUs=1 Weight={of[i]} State=UNKNOWN"
        for i in range(nodes))


@contextmanager
def slurmds(folder: Path, environment: dict[str, str], nodes: int):
    """A daemon for each node, once all of them are idle."""
    daemons = []
    try:
        for i in range(nodes):
            (folder / f"n{i + 1}").mkdir()
            daemons.append(subprocess.Popen(["slurmd", "-D", "-N", f"n{i + 1}"], cwd=folder,
                                            env=environment,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        for _ in range(300):
            idle = subprocess.run(["sinfo", "-h", "-t", "idle", "-o", "%D"], env=environment,
                                  capture_output=True, text=True).stdout.strip()
            if idle == str(nodes):
                break
            time.sleep(0.2)
        else:
            raise RuntimeError(f"{idle or 'none'} of {nodes} nodes came up")
        yield
    finally:
        for daemon in daemons:
            daemon.kill()
            daemon.wait()


def started(environment: dict[str, str], wanted: int, flags: list[str]) -> set[str]:
    """The nodes on which Slurm starts a job, which holds them to the end of the test; none where it
    finds no room."""
    submitted = subprocess.run(
        ["sbatch", "--parsable", "-N", str(wanted), "--exclusive", "--output=/dev/null",
         "--wrap=exec sleep 120", *flags],
        env=environment, capture_output=True, text=True, timeout=60)
    number = submitted.stdout.strip()
    if "configuration is not available" in submitted.stderr:
        return set()
    for _ in range(200):
        state, reason, nodes = subprocess.run(
            ["squeue", "-h", "-j", number, "-o", "%T|%r|%N"], env=environment,
            capture_output=True, text=True, timeout=60, check=True).stdout.strip().split("|")
        if state == "RUNNING":
            return set(expand(nodes))
        if reason == "Resources" or reason.startswith("ReqNodeNotAvail"):
            subprocess.run(["scancel", number], env=environment, check=True)
            return set()
        time.sleep(0.05)
    raise RuntimeError(f"a job of {wanted} nodes is {state}: {reason}")


def placed(berth: str, folder: Path, placer: str, wanted: int, gone: set[str]) -> set[str]:
    words = [berth, "place", "config.yaml", "--nodes", str(wanted), "-q", "--placer", placer]
    if gone:
        words += ["--unavailable", ",".join(sorted(gone))]
    answer = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    if answer.returncode not in (0, 1):
        raise RuntimeError(answer.stderr)
    return set(expand(answer.stdout.split()[0])) if answer.returncode == 0 else set()


def differs(berth: str, seed: int) -> bool:
    rng = random.Random(seed)
    tree, nodes = random_tree(rng)
    placer, plugin, more, flags = WAYS[seed % len(WAYS)]
    # contiguous does not look at weights.
    lines = node_lines(rng, nodes, 1 if placer == "contiguous" else 3) + more
    some = rng.choice([0, 0.1, 0.4])
    gone = {f"n{i + 1}" for i in range(nodes) if rng.random() < some}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, \
            slurmctld(Path(name), tree, lines, plugin) as environment, \
            slurmds(Path(name), environment, nodes):
        folder = Path(name)
        switches = ", topology: topology.conf" if plugin == "tree" else ""
        (folder / "config.yaml").write_text(CONFIG % switches)
        if gone:
            subprocess.run(["scontrol", "update", f"nodename={','.join(gone)}", "state=drain",
                            "reason=test"], env=environment, check=True)
        for _ in range(JOBS):
            if len(gone) == nodes:
                break
            wanted = rng.randint(1, -(-(nodes - len(gone)) // rng.choice([1, 2, 4])))
            by_slurm = started(environment, wanted, flags)
            by_berth = placed(berth, folder, placer, wanted, gone)
            if by_slurm != by_berth:
                print(f"seed {seed}: {wanted} nodes of\n{tree}{lines}\nwithout {sorted(gone)}:\n"
                      f"Slurm {sorted(by_slurm)}\nBerth {sorted(by_berth)}")
                return True
            gone |= by_slurm
    return False


def main(berth: str, count: int, first: int) -> int:
    tools = ("slurmctld", "slurmd", "sbatch", "scontrol", "sinfo", "squeue")
    if not all(shutil.which(tool) for tool in tools) or os.getuid() != 0:
        print(f"skipped: needs {', '.join(tools)} and root")
        return 77
    found = sum(differs(berth, seed) for seed in range(first, first + count))
    print(f"{count} clusters, up to {JOBS} jobs each: {found} with differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(os.environ.get("BERTH_REAL_TOOLS", sys.argv[2])),
                  int(sys.argv[3]) if len(sys.argv) > 3 else 0))
