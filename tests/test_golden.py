"""The shipped scenarios give the answers in tests/golden; a change is explained in its commit.

``pytest tests/test_golden.py --update-golden`` writes them anew.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import tuneplan

GOLDEN = Path(__file__).parent / "golden"
DRAWS, SEED = 1024, 7
DIGITS = 4
RELATIVE = 2e-3
"""Room for another platform's arithmetic, and for the rounding of the file."""
SMALL = {"USD": 1.0, "point": 0.01, "share": 2.5 / DRAWS}
"""Differences that mean nothing, by unit."""


def summary(result: tuneplan.Result) -> dict[str, Any]:
    """What the file holds, unrounded."""
    verdict = result.verdict
    decision, comparison = verdict.decision, verdict.comparison
    return {
        "recommended": result.recommended,
        "objective": f"{decision.objective} [{decision.unit}]",
        "strategies": {
            row.name: {
                "expected objective": decision.expected[index],
                "probability best [share]": decision.probability_best[index],
                "delivered [point]": row.delivered.mean,
                "scores [point]": {request: score.mean for request, score in row.scores.items()},
                "cost P50 [USD]": {"all": row.cost.median} | {part: cost.median for part, cost in row.components.items()},
            }
            for index, row in enumerate(verdict.results)
        },
        "carried": None if comparison is None else {
            "over": comparison.second,
            "split [point]": dict(comparison.in_points),
            "split [USD]": dict(comparison.in_usd),
        },
    }  # fmt: skip


def rounded(value: Any) -> Any:
    """The same with four significant digits."""
    if isinstance(value, Mapping):
        return {key: rounded(each) for key, each in value.items()}
    if not isinstance(value, float):
        return value
    short = float(f"{value:.{DIGITS}g}")
    return 0.0 if abs(short) < 1e-9 else short


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every number and word with its path."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from leaves(each, f"{path} / {key}" if path else str(key))
    else:
        yield path, value


def differs(path: str, golden: Any, now: Any, unit: str) -> bool:
    """Whether two leaves say different things."""
    if not isinstance(golden, float | int) or not isinstance(now, float | int):
        return bool(golden != now)
    small = next((size for name, size in SMALL.items() if f"[{name}]" in path), SMALL[unit])
    return not math.isclose(golden, now, rel_tol=RELATIVE, abs_tol=small)


def differences(golden: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """A table of what changed; empty: nothing."""
    before, after = dict(leaves(golden)), dict(leaves(now))
    unit = "USD" if "USD" in str(golden.get("objective")) else "point"
    changed = [
        (path, str(before.get(path, "-")), str(rounded(after.get(path, "-"))))
        for path in {**before, **after}
        if path not in before or path not in after or differs(path, before[path], after[path], unit)
    ]
    if not changed:
        return ""
    rows = [("", "golden", "now"), *changed]
    wide = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join(cell.ljust(size) for cell, size in zip(row, wide, strict=True)).rstrip() for row in rows)


@pytest.mark.parametrize("name", ["startup", "dataset_choice", "unseen_task"])
def test_a_shipped_scenario_gives_its_golden_answer(name: str, scenarios: Path, update_golden: bool) -> None:
    now = summary(tuneplan.load(scenarios / f"{name}.yaml").run(draws=DRAWS, seed=SEED))
    file = GOLDEN / f"{name}.json"
    if update_golden:
        file.write_text(json.dumps(rounded(now), indent=2) + "\n")
    table = differences(json.loads(file.read_text()), now)
    assert not table, f"{name} changed; if it should have, run with --update-golden and say why\n{table}"


def test_a_change_is_shown_as_a_table() -> None:
    golden = {"objective": "delivered score [point]", "cost [USD]": {"all": 1000.0, "data": 10.0}, "recommended": "a"}
    now = {"objective": "delivered score [point]", "cost [USD]": {"all": 1010.0, "data": 10.5}, "recommended": "b"}
    assert differences(golden, now).splitlines() == [
        "                  golden  now",
        "cost [USD] / all  1000.0  1010.0",
        "recommended       a       b",
    ]
    assert differences(golden, golden) == ""
