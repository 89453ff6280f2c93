#!/usr/bin/env python3
"""Puts topology.conf files that we write before the real slurmctld, and compares what it shows.

    real_slurm.py TOOL COUNT

Random trees are read and written by TOOL; slurmctld must take each file, and `scontrol show
topology` must list the same switches in the same order with the same children and nodes. Ends
with 77 (skipped) where Slurm is not installed. The daemon listens on loopback, without munge.
"""
import contextlib
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONF = """ClusterName=t
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
AuthType=auth/none
CredType=cred/none
MailProg=/bin/true
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/slurmctld.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmctldPort={port}
TopologyPlugin=topology/{plugin}
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0
SlurmdSpoolDir={folder}/%n
SlurmdPidFile={folder}/%n.pid
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
{nodes}
PartitionName=p Nodes=ALL Default=YES
"""


def expand(text: str) -> list[str]:
    names = []
    for part in re.split(r",(?![^\[]*\])", text):
        match = re.fullmatch(r"(.*?)\[([^\]]*)\]", part)
        for piece in match[2].split(",") if match else [None]:
            first, _, last = (piece or "").partition("-")
            names += [part] if piece is None else [
                f"{match[1]}{number}" for number in range(int(first), int(last or first) + 1)]
    return names


def switches(text: str) -> list[dict[str, str]]:
    """By line, its words."""
    return [dict(word.split("=", 1) for word in line.split())
            for line in text.splitlines() if line.startswith("SwitchName=")]


def flat(found: list[dict[str, str]]) -> list[tuple]:
    """Name, children and, of leaves, nodes."""
    return [(each["SwitchName"], tuple(expand(each.get("Switches", ""))),
             () if "Switches" in each else tuple(sorted(expand(each["Nodes"]))))
            for each in found]


def random_tree(rng: random.Random) -> tuple[str, int]:
    """A tree or a forest, ragged, in any order of lines; and how many nodes it has."""
    lines, roots, nodes = [], [], 0
    for leaf in range(rng.randint(1, 12)):
        more = rng.randint(1, 8)
        lines.append(f"SwitchName=leaf{leaf} Nodes=n[{nodes + 1}-{nodes + more}]")
        roots.append(f"leaf{leaf}")
        nodes += more
    for join in range(rng.randint(0, 6)):
        below = rng.sample(roots, rng.randint(1, len(roots)))
        roots = [each for each in roots if each not in below] + [f"up{join}"]
        lines.append(f"SwitchName=up{join} Switches={','.join(below)}")
    rng.shuffle(lines)
    return "\n".join(lines) + "\n", nodes


@contextlib.contextmanager
def slurmctld(folder: Path, tree: str, nodes: str, plugin: str = "tree"):
    """Runs the daemon with these switches and lines of nodes, and gives the environment of its
    commands once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "state").mkdir()
    (folder / "topology.conf").write_text(tree)
    (folder / "slurm.conf").write_text(
        CONF.format(host=socket.gethostname(), folder=folder, port=port, nodes=nodes,
                    plugin=plugin))
    environment = os.environ | {"SLURM_CONF": str(folder / "slurm.conf")}
    with subprocess.Popen(["slurmctld", "-D", "-c"], env=environment, cwd=folder,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as daemon:
        try:
            for _ in range(60):
                time.sleep(0.5)
                if daemon.poll() is not None or subprocess.run(
                        ["scontrol", "ping"], env=environment, capture_output=True).returncode == 0:
                    break
            yield environment
        finally:
            daemon.kill()


def shown(folder: Path, tree: str, nodes: int) -> str:
    """What scontrol shows of the switches."""
    line = (f"NodeName=n[1-{nodes}] NodeAddr=127.0.0.1 Port=[20001-{20000 + nodes}] CPUs=1 "
            "State=UNKNOWN")
    with slurmctld(folder, tree, line) as environment:
        return subprocess.run(["scontrol", "show", "topology"], env=environment,
                              capture_output=True, text=True, timeout=60).stdout


def main(tool: str, count: int) -> int:
    if not shutil.which("slurmctld") or not shutil.which("scontrol") or os.getuid() != 0:
        print("skipped: needs slurmctld, scontrol and root")
        return 77
    for seed in range(count):
        text, nodes = random_tree(random.Random(seed))
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "read.conf").write_text(text)
            written = subprocess.run([tool, folder / "read.conf"], check=True,
                                     capture_output=True, text=True).stdout
            found = shown(folder, written, nodes)
        if flat(switches(found)) != flat(switches(written)):
            print(f"seed {seed}: read\n{text}written\n{written}Slurm shows\n{found}")
            return 1
        print(f"seed {seed}: {len(switches(written))} switches, {nodes} nodes: the same")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
