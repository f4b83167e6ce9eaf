"""All groupings of 8 tasks, at once against one by one.

``python tests/benchmarks/groupings.py [--draws N] [--sample N]`` prints JSON: seconds and peak memory
of looking at all 4 140 groupings in a process of its own, beside a sample of the same groupings run
one by one as ordinary strategies, scaled to all. Agreement is checked first. It fails when the
ratio, or the memory, misses its goal; absolute times are printed and judged by the issue alone.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TASKS, GROUPINGS = 8, 4140
LEAST_RATIO, MOST_MIB = 20.0, 1024.0
"""Goals: so many times faster than one by one, within so much memory."""


def text() -> str:
    """Eight tasks of which the nearer ones help each other more."""
    lines = ["base: llama-3.1-8b", "budget: {limit: $400k, covers: [data, training, people]}", "unseen: {share: 5%}", "strategies: {unified: {}}", "tasks:"]
    lines += [
        f"  t{task}: {{traffic: {5 + task}k to {20 + task}k requests/month, score: {{base: 0.4 to 0.5, ceiling: 0.9}}, data: {{examples: {300 * (task + 1)}}}}}"
        for task in range(TASKS)
    ]
    pairs = [f"t{one}/t{other}: {0.9 - 0.1 * (other - one):.1f}" for one in range(TASKS) for other in range(one + 1, TASKS)]
    return "\n".join([*lines, f"similarity: {{{', '.join(pairs)}}}"])


def at_once(draws: int) -> dict[str, float]:
    """All groupings by sums over sets of tasks; a few of the results, to be compared."""
    from tuneplan.scenario.load import loads
    from tuneplan.study.design import Design
    from tuneplan.study.groupings.family import family_of
    from tuneplan.study.groupings.partitions import every_grouping
    from tuneplan.study.groupings.screening import screened
    from tuneplan.study.groupings.values import SetValues

    asked, started = loads(text()), time.perf_counter()
    screen = screened(SetValues.of(family_of(asked, "", Design(draws=draws))), every_grouping(TASKS))
    seconds, peak = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    assert len(screen.groupings) == GROUPINGS
    means = screen.options.points.mean(axis=1)
    return {"seconds": seconds, "peak MiB": peak, **{str(row): float(means[row]) for row in range(GROUPINGS)}}


def one_by_one(draws: int, rows: Sequence[int]) -> tuple[float, dict[int, float]]:
    """Some groupings as ordinary strategies, each in a run of its own: seconds each, and mean scores."""
    from tuneplan.scenario.load import loads
    from tuneplan.study.design import Design
    from tuneplan.study.groupings.family import as_strategies
    from tuneplan.study.groupings.partitions import every_grouping
    from tuneplan.study.options import options_of
    from tuneplan.study.run import run

    asked, every, means = loads(text()), every_grouping(TASKS), {}
    started = time.perf_counter()
    for row in rows:
        found = options_of(run(as_strategies(asked, "", {"this": every[row]}), Design(draws=draws)))
        means[row] = float(found.points.mean())
    return (time.perf_counter() - started) / len(rows), means


def main() -> int:
    """Measure, compare, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=256)
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        print(json.dumps(at_once(asked.draws)))
        return 0
    child = [sys.executable, __file__, "--alone", "--draws", str(asked.draws)]
    found = json.loads(subprocess.run(child, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
    rows = range(0, GROUPINGS, GROUPINGS // asked.sample)
    each, means = one_by_one(asked.draws, rows)
    apart = max(abs(mean - found[str(row)]) for row, mean in means.items())
    assert apart < 1e-9, f"at once and one by one differ by {apart} points"
    ratio = each * GROUPINGS / found["seconds"]
    print(json.dumps({
        "groupings": GROUPINGS, "draws": asked.draws, "all at once, seconds": round(found["seconds"], 2), "peak MiB": round(found["peak MiB"]),
        "one by one, seconds": round(each * GROUPINGS, 1), "sample": len(rows), "most they differ, points": apart, "ratio": round(ratio, 1),
        "goal, ratio": LEAST_RATIO, "goal, MiB": MOST_MIB,
    }, indent=2))  # fmt: skip
    return int(ratio < LEAST_RATIO or found["peak MiB"] > MOST_MIB)


if __name__ == "__main__":
    sys.exit(main())
