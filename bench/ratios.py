#!/usr/bin/env python3
"""The promises about speed, as ratios on one machine in one run.

    bench/ratios.py BENCH_DIR     holds bench_placement, bench_event_queue, bench_whole_runs,
                                  bench_contention, bench_scores and bench_failures

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
SMALL_WISHES = ("one_gpu", "one_node", "128_nodes")


class Promise(NamedTuple):
    what: str
    top: str  # a benchmark
    bottom: str
    bound: float
    at_most: bool  # else at least

    def kept(self, times: dict[str, float]) -> bool:
        ratio = times[self.top] / times[self.bottom]
        return ratio <= self.bound if self.at_most else ratio >= self.bound


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
            if run["run_type"] == "iteration":
                name = run["run_name"]
                times[name] = min(run["cpu_time"], times.get(name, float("inf")))
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
        if match := re.fullmatch(r"scores/start/(\w+)/31250/(\w+)", name):
            score, wish = match.groups()
            yield Promise(f"{wish} by {score}: 31250 / 2048 nodes", name,
                          f"scores/start/{score}/2048/{wish}", 3, True)
            yield Promise(f"{wish} by {score}, 31250 nodes: scan / index",
                          f"scores/scan/{score}/31250/{wish}", name, 50, False)


def failure_promises() -> Iterator[Promise]:
    """A failure costs by itself, not by the nodes that do not fail."""
    yield Promise("250,000 GPUs with failures / without", "failures/llama3_h100", "failures/none",
                  1.2, True)


def measure_again(programs: list[Path], broken: list[Promise], times: dict[str, float]) -> None:
    names = sorted({name for promise in broken for name in (promise.top, promise.bottom)})
    pattern = "^(" + "|".join(re.escape(name) for name in names) + ")$"
    for name, time in measure(programs, pattern, 0.1, 3).items():
        times[name] = min(times[name], time)


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.stderr.write(__doc__)
        return 2
    programs = [Path(sys.argv[1]) / name
                for name in ("bench_placement", "bench_event_queue", "bench_whole_runs",
                             "bench_contention", "bench_scores", "bench_failures")]
    times = measure(programs[:1], ".", 0.01)
    times.update(measure(programs[1:2], "event_queue/.*/1000$|/1000000$", 0.1, 3))
    times.update(measure(programs[2:], ".", 0.1, 3))
    promises = [*size_promises(times), *scan_promises(times), *queue_promises(),
                *run_promises(times), *contention_promises(), *score_promises(times),
                *failure_promises()]
    if broken := [promise for promise in promises if not promise.kept(times)]:
        measure_again(programs, broken, times)
    for promise in promises:
        sign = "<=" if promise.at_most else ">="
        print(f"{'PASS' if promise.kept(times) else 'FAIL'}  "
              f"{times[promise.top] / times[promise.bottom]:9.2f} {sign} {promise.bound:<5g}"
              f"{promise.what}")
    failed = sum(not promise.kept(times) for promise in promises)
    print(f"{len(promises)} ratios, {failed} broken")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
