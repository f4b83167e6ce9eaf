"""All groupings of 8 tasks, at once against one by one: at given examples, and each with its own best plan.

``python tests/benchmarks/groupings.py [--draws N] [--sample N]`` prints JSON: seconds and peak memory
of looking at all 4 140 groupings in a process of its own, beside a sample of the same groupings run
one by one as ordinary strategies, scaled to all. Agreement is checked first. It fails when a ratio,
or the memory, misses its goal; absolute times are printed and never judged.
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
GIVEN, PLANNED = "given examples", "each with its own plan"
LEAST_RATIO = {GIVEN: 20.0, PLANNED: 100.0}
"""Goals: so many times faster than one by one."""
MOST_APART = {GIVEN: 1e-9, PLANNED: 0.6}
"""How far the two may lie apart in mean score: plans are found on other draws, and spend the budget on them. [point]"""
MOST_MIB = 1024.0
SAMPLE = {GIVEN: 40, PLANNED: 6}


def text(kind: str) -> str:
    """Eight tasks of which the nearer ones help each other more."""
    lines = ["base: llama-3.1-8b", "budget: {limit: $90k, covers: [data, training, people]}", "unseen: {share: 5%}", "strategies: {unified: {}}", "tasks:"]
    for task in range(TASKS):
        examples = 300 * (task + 1) if kind == GIVEN else "auto"
        score, data = "{base: 0.4 to 0.5, ceiling: 0.9}", f"{{examples: {examples}, price: $3 to $6 per example}}"
        lines.append(f"  t{task}: {{traffic: {5 + task}k to {20 + task}k requests/month, score: {score}, data: {data}}}")
    pairs = [f"t{one}/t{other}: {0.9 - 0.1 * (other - one):.1f}" for one in range(TASKS) for other in range(one + 1, TASKS)]
    return "\n".join([*lines, f"similarity: {{{', '.join(pairs)}}}"])


def at_once(kind: str, draws: int) -> dict[str, object]:
    """All groupings by sums over sets of tasks: seconds, memory, mean scores."""
    from tuneplan.scenario.load import loads
    from tuneplan.study.design import Design
    from tuneplan.study.groupings.family import family_of
    from tuneplan.study.groupings.partitions import every_grouping
    from tuneplan.study.groupings.paths import Paths
    from tuneplan.study.groupings.planned import PlannedValues, screened_with_plans
    from tuneplan.study.groupings.screening import screened
    from tuneplan.study.groupings.search import PATH_DRAWS
    from tuneplan.study.groupings.values import SetValues

    asked, every = loads(text(kind)), every_grouping(TASKS)
    started = time.perf_counter()
    family = family_of(asked, "", Design(draws=draws))
    if kind == GIVEN:
        screen = screened(SetValues.of(family), every)
    else:
        paths = Paths.of(family_of(asked, "", Design(draws=PATH_DRAWS, scrambles=1, stream="plan ")))
        screen = screened_with_plans(PlannedValues.of(family, paths, range(1, 1 << TASKS)), every)
    seconds, peak = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    assert len(screen.groupings) == GROUPINGS
    return {"seconds": seconds, "peak": peak, "points": screen.options.points.mean(axis=1).tolist()}


def one_by_one(kind: str, draws: int, rows: Sequence[int]) -> tuple[float, dict[int, float]]:
    """Some groupings as ordinary strategies, each in a run of its own: seconds each, and mean scores."""
    from tuneplan.scenario.load import loads
    from tuneplan.study.design import Design
    from tuneplan.study.groupings.family import as_strategies
    from tuneplan.study.groupings.partitions import every_grouping
    from tuneplan.study.options import options_of
    from tuneplan.study.run import run

    asked, every, means = loads(text(kind)), every_grouping(TASKS), {}
    started = time.perf_counter()
    for row in rows:
        found = options_of(run(as_strategies(asked, "", {"this": every[row]}), Design(draws=draws)))
        means[row] = float(found.points.mean())
    return (time.perf_counter() - started) / len(rows), means


def measured(kind: str, draws: int, sample: int) -> dict[str, float | int]:
    """Both ways, after a check that they agree."""
    child = [sys.executable, __file__, "--alone", kind, "--draws", str(draws)]
    found = json.loads(subprocess.run(child, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
    rows = range(0, GROUPINGS, -(-GROUPINGS // sample))
    each, means = one_by_one(kind, draws, rows)
    apart = max(abs(mean - found["points"][row]) for row, mean in means.items())
    assert apart < MOST_APART[kind], f"{kind}: at once and one by one differ by {apart} points"
    return {
        "all at once, seconds": round(found["seconds"], 2), "peak MiB": round(found["peak"]), "goal, MiB": MOST_MIB,
        "one by one, seconds": round(each * GROUPINGS, 1), "sample": len(rows), "most they differ, points": apart,
        "ratio": round(each * GROUPINGS / found["seconds"], 1), "goal, ratio": LEAST_RATIO[kind],
    }  # fmt: skip


def main() -> int:
    """Measure, compare, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=256)
    parser.add_argument("--sample", type=int, default=0, help="groupings run one by one; 0: as many as there is time for")
    parser.add_argument("--alone", default="", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        print(json.dumps(at_once(asked.alone, asked.draws)))
        return 0
    found = {kind: measured(kind, asked.draws, asked.sample or SAMPLE[kind]) for kind in (GIVEN, PLANNED)}
    print(json.dumps({"groupings": GROUPINGS, "draws": asked.draws, **found}, indent=2))
    return int(any(each["ratio"] < each["goal, ratio"] or each["peak MiB"] > each["goal, MiB"] for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
