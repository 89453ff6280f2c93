"""tools/bench-compare fails for a regression and passes for noise, on recorded runs.

In bench_compare/, base.json and again.json are five runs of the same program each; in slower.json
the benchmark hold/1000 does 15 % more work.
"""
import importlib.machinery
import importlib.util
import json
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("bench_compare",
                                              str(HERE.parent.parent / "tools/bench-compare"))
bench_compare = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
loader.exec_module(bench_compare)


def recorded(name: str) -> dict:
    return bench_compare.read_samples(json.loads((HERE / "bench_compare" / name).read_text()))


def steady(**nanoseconds: float) -> dict:
    return {name: [time] * 5 for name, time in nanoseconds.items()}


def regressed(base: dict, new: dict) -> bool:
    return bench_compare.is_regression(bench_compare.judge(base, new))


class BenchCompare(unittest.TestCase):
    def test_the_same_program_twice_is_no_regression(self):
        self.assertFalse(regressed(recorded("base.json"), recorded("again.json")))

    def test_fifteen_percent_more_work_is_a_regression_and_named(self):
        verdicts = bench_compare.judge(recorded("base.json"), recorded("slower.json"))
        self.assertTrue(bench_compare.is_regression(verdicts))
        self.assertEqual([v.name for v in verdicts if v.is_regression], ["hold/1000"])
        self.assertIn("SLOWER", bench_compare.table(verdicts))

    def test_faster_is_never_a_regression(self):
        self.assertFalse(regressed(recorded("slower.json"), recorded("base.json")))

    def test_a_benchmark_within_its_own_noise_band_is_no_regression(self):
        noisy = {"a": [100, 120, 125, 130, 140], **steady(b=100, c=100, d=100, e=100, f=100)}
        slower = {"a": [112] * 5, **steady(b=100, c=100, d=100, e=100, f=100)}
        self.assertFalse(regressed(noisy, slower))
        self.assertTrue(regressed(steady(a=100, b=100, c=100, d=100, e=100, f=100), slower))

    def test_a_little_slower_everywhere_is_a_regression_of_the_mean(self):
        self.assertTrue(regressed(steady(a=100, b=100, c=100), steady(a=104, b=104, c=104)))
        self.assertFalse(regressed(steady(a=100, b=100, c=100), steady(a=102, b=102, c=102)))

    def test_the_smallest_time_counts_so_another_round_can_acquit_a_suspect(self):
        new = {"a": [120.0] * 5}
        self.assertTrue(regressed(steady(a=100), new))
        bench_compare.merge(new, {"a": [101.0] * 6})
        self.assertFalse(regressed(steady(a=100), new))

    def test_units_are_brought_to_nanoseconds_and_aggregates_left_out(self):
        report = {"benchmarks": [
            {"name": "a", "run_type": "iteration", "cpu_time": 2.5, "time_unit": "us"},
            {"name": "a_mean", "run_type": "aggregate", "cpu_time": 9, "time_unit": "us"}]}
        self.assertEqual(bench_compare.read_samples(report), {"a": [2500.0]})

    def test_a_benchmark_that_failed_ends_the_comparison(self):
        broken = {"name": "a", "error_occurred": True, "error_message": "no fleet"}
        with self.assertRaises(SystemExit):
            bench_compare.read_samples({"benchmarks": [broken]})


if __name__ == "__main__":
    unittest.main()
