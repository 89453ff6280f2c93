#!/usr/bin/env python3
"""The promises about speed, as ratios on one machine in one run.

    bench/ratios.py BENCH_DIR [PART]    holds bench_placement, bench_event_queue, bench_whole_runs,
                                        bench_contention, bench_scores, bench_openb,
                                        bench_topology_placement, bench_planning and
                                        bench_failures; PART is one of these names

Prints each ratio of minimum cpu times with its bound, and exits 1 when one is broken. A ratio that
looks broken is measured again, longer, before it counts: other work on the machine only ever adds.
"""
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

PLACERS = ("first_fit", "best_fit", "worst_fit", "random", "contiguous")
FILLS = ("empty", "half", "95_full")
NANOSECONDS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
OPENB_PODS = 10_800  # somewhat more, by seed
SMALL_WISHES = ("one_gpu", "one_node", "128_nodes")


class Promise(NamedTuple):
    what: str
    top: str  # a benchmark
    bottom: str | None  # None: the time of `top` in milliseconds
    bound: float
    at_most: bool  # else at least

    def ratio(self, times: dict[str, float]) -> float:
        return times[self.top] / (times[self.bottom] if self.bottom else 1e6)

    def kept(self, times: dict[str, float]) -> bool:
        ratio = self.ratio(times)
        return ratio <= self.bound if self.at_most else ratio >= self.bound


def done_by(run: dict) -> float:
    """What the time of a run is divided by: promises that moved, as its label says."""
    return max(1.0, float(run["label"])) if "/user/" in run["run_name"] else 1.0


def measure(programs: list[Path], pattern: str, min_time: float,
            repetitions: int = 5) -> dict[str, float]:
    """Minimum cpu time by benchmark."""
    times: dict[str, float] = {}
    for program in programs:
        done = subprocess.run(
            [program, f"--benchmark_filter={pattern}", "--benchmark_format=json",
             f"--benchmark_min_time={min_time}", f"--benchmark_repetitions={repetitions}",
             "--benchmark_enable_random_interleaving=true"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
        for run in json.loads(done.stdout or b'{"benchmarks": []}')["benchmarks"]:
            if run["run_type"] == "iteration" and not run.get("error_occurred"):
                name = run["run_name"]
                time = run["cpu_time"] * NANOSECONDS[run["time_unit"]] / done_by(run)
                times[name] = min(time, times.get(name, float("inf")))
    return times


def size_promises(times: dict[str, float]) -> Iterator[Promise]:
    """A large fleet costs at most twice a small one, whether the request fits or not. Where it fits
    on 1,000 nodes only in the large fleets, 10,000 nodes are compared."""
    for placer in PLACERS:
        for fill in FILLS:
            for verb, wishes in (("place", SMALL_WISHES), ("start", SMALL_WISHES),
                                 ("refuse", (*SMALL_WISHES, "1024_nodes"))):
                for wish in wishes:
                    names = {nodes: f"{verb}/{placer}/{nodes}/{fill}/{wish}"
                             for nodes in (1000, 10000, 31250)}
                    small = next((n for n in (1000, 10000) if names[n] in times), None)
                    if small and names[31250] in times:
                        yield Promise(f"{verb} {wish}, {placer}, {fill}: 31250 / {small} nodes",
                                      names[31250], names[small], 2, True)


def scan_promises(times: dict[str, float]) -> Iterator[Promise]:
    for wish, bound in (("one_gpu", 100), ("one_node", 100), ("128_nodes", 20)):
        at = f"best_fit/31250/half/{wish}"
        if f"place/{at}" not in times:
            continue
        yield Promise(f"scan / index, best_fit, {wish}, 31250 nodes half full", f"naive/{at}",
                      f"place/{at}", bound, False)
    for placer in PLACERS:
        for fill in FILLS:
            place, write = (f"place/{placer}/31250/{fill}/1024_nodes",
                            f"write_ids/31250/{fill}/1024")
            # Drawing 1,024 lots alone costs more than writing 1,024 ids: no promise there.
            if placer != "random" and place in times and write in times:
                yield Promise(f"1024 nodes of 31250, {placer}, {fill} / writing 1024 ids", place,
                              write, 3, True)


def queue_promises() -> Iterator[Promise]:
    for gaps in ("exponential", "lognormal"):
        ours = f"event_queue/{gaps}"
        yield Promise(f"event queue, {gaps}: 1000000 / 1000 pending", f"{ours}/1000000",
                      f"{ours}/1000", 1.5, True)
        yield Promise(f"std::priority_queue / event queue, {gaps}, 1000000 pending",
                      f"priority_queue/{gaps}/1000000", f"{ours}/1000000", 3, False)


def run_promises(times: dict[str, float]) -> Iterator[Promise]:
    """A whole run with its full summary beside the plainest loop on the same million jobs."""
    for kind in ("fcfs", "easy"):
        for name in times:
            if name.startswith(f"{kind}_berth/"):
                yield Promise(f"{name} / plain {kind} loop", name, f"{kind}_plain", 5, True)


def contention_promises() -> Iterator[Promise]:
    """What a job costs those it shares links with does not depend on how many run elsewhere."""
    for what in ("share", "model"):
        yield Promise(f"contention, {what}: 10000 / 100 running jobs", f"contention/{what}/10000",
                      f"contention/{what}/100", 2, True)


def score_promises(times: dict[str, float]) -> Iterator[Promise]:
    """A scored placement looks at the nodes that changed, not at the fleet."""
    for name in times:
        if match := re.fullmatch(r"scores/(start|refuse)/(\w+)/31250/(\w+)", name):
            verb, score, wish = match.groups()
            yield Promise(f"{verb} {wish} by {score}: 31250 / 2048 nodes", name,
                          f"scores/{verb}/{score}/2048/{wish}", 3, True)
            scan = f"scores/scan/{score}/31250/{wish}"
            if scan in times:
                yield Promise(f"{wish} by {score}, 31250 nodes: scan / index", scan, name, 50,
                              False)


def openb_promises(times: dict[str, float]) -> Iterator[Promise]:
    """10,000 pods per second and core, with all that a run does beside."""
    for name in times:
        if name.startswith("openb/"):
            yield Promise(f"{name}, milliseconds for {OPENB_PODS} pods", name, None,
                          OPENB_PODS / 10_000 * 1000, True)


def topology_promises(times: dict[str, float]) -> Iterator[Promise]:
    """Placers that follow the wiring find a place on a large fleet as soon as on a small one."""
    for name in times:
        if match := re.fullmatch(r"(place|start|refuse)/(.+)/31250/(\w+)/(\w+)", name):
            verb, placer, fill, wish = match.groups()
            small = f"{verb}/{placer}/2048/{fill}/{wish}"
            if small in times:
                yield Promise(f"{verb} {wish} by {placer}, {fill}: 31250 / 2048 nodes", name, small,
                              3, True)


def failure_promises() -> Iterator[Promise]:
    """A failure costs by itself, not by the nodes that do not fail."""
    yield Promise("250,000 GPUs with failures / without", "failures/llama3_h100", "failures/none",
                  1.2, True)


def planning_promises(times: dict[str, float]) -> Iterator[Promise]:
    """An event of conservative backfill costs what changes, not what waits: with exact estimates
    nearly nobody's promise moves, with those of users many, so that these are counted singly."""
    for machine in ("counted", "small", "large"):
        for estimate, what in (("exact", "an event"), ("user", "a promise that moves")):
            deep, shallow = (f"conservative/{machine}/{estimate}/{depth}" for depth in (10000, 100))
            if deep in times and shallow in times:
                yield Promise(f"conservative, {machine}, {estimate} estimates, {what}: "
                              "10000 / 100 queued jobs", deep, shallow, 20, True)


def measure_again(programs: list[Path], broken: list[Promise], times: dict[str, float]) -> None:
    names = sorted({name for promise in broken for name in (promise.top, promise.bottom) if name})
    pattern = "^(" + "|".join(re.escape(name) for name in names) + ")$"
    for name, time in measure(programs, pattern, 0.1, 3).items():
        times[name] = min(times[name], time)


def all_promises(times: dict[str, float]) -> list[Promise]:
    promises = [*size_promises(times), *scan_promises(times), *run_promises(times),
                *score_promises(times), *openb_promises(times), *topology_promises(times),
                *planning_promises(times)]
    if any(name.startswith("event_queue/") for name in times):
        promises += queue_promises()
    if any(name.startswith("contention/") for name in times):
        promises += contention_promises()
    if any(name.startswith("failures/") for name in times):
        promises += failure_promises()
    return promises


# What is measured of each program, for how long at least (in seconds) and how often.
PROGRAMS = {"bench_placement": (".", 0.01, 5),
            "bench_event_queue": ("event_queue/.*/1000$|/1000000$", 0.1, 3),
            "bench_whole_runs": (".", 0.1, 3),
            "bench_contention": (".", 0.1, 3),
            "bench_scores": (".", 0.02, 3),
            "bench_openb": (".", 0.1, 3),
            "bench_topology_placement": (".", 0.01, 3),
            "bench_planning": (".", 0.05, 2),
            "bench_failures": (".", 0.1, 3)}


def main() -> int:
    if not 2 <= len(sys.argv) <= 3 or sys.argv[1].startswith("-"):
        sys.stderr.write(__doc__)
        return 2
    wanted = sys.argv[2:] or list(PROGRAMS)
    times: dict[str, float] = {}
    for name in wanted:
        times.update(measure([Path(sys.argv[1]) / name], *PROGRAMS[name]))
    promises = all_promises(times)
    if broken := [promise for promise in promises if not promise.kept(times)]:
        measure_again([Path(sys.argv[1]) / name for name in wanted], broken, times)
    for promise in promises:
        sign = "<=" if promise.at_most else ">="
        print(f"{'PASS' if promise.kept(times) else 'FAIL'}  "
              f"{promise.ratio(times):9.2f} {sign} {promise.bound:<5g}{promise.what}")
    failed = sum(not promise.kept(times) for promise in promises)
    print(f"{len(promises)} ratios, {failed} broken")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
