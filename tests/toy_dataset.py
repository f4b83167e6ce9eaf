"""A small dataset of a sweep with a rule that is known, for those who read sweeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from tuneplan.study.sweep.records import Output, Rows, columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Toy:
    """Rows in memory that read like a kept dataset."""

    about: Mapping[str, Any]
    columns: Sequence[Output]
    rows: int
    is_complete: bool
    held: Rows

    def batches(self, names: Sequence[str], size: int) -> Iterator[Rows]:
        count = len(self.held["row"])
        for start in range(0, count, size):
            yield {name: self.held[name][start : start + size] for name in names}

    def permuted(self, order: np.ndarray) -> Toy:
        """The same rows in another order."""
        return self.with_held({name: column[order] for name, column in self.held.items()})

    def with_held(self, held: Rows, *, rows: int | None = None) -> Toy:
        """The same with other rows."""
        about = self.about if rows is None else {**self.about, "rows": rows}
        return Toy(about=about, columns=self.columns, rows=len(held["row"]), is_complete=rows is None, held=held)


Judge = Callable[[Mapping[str, np.ndarray]], Mapping[str, np.ndarray]]
"""Values of keys -> objective of each strategy, NaN where it breaks the limits."""


def grid_of(values: Mapping[str, Sequence[Any]]) -> dict[str, np.ndarray]:
    """All combinations, the last key fastest."""
    points = list(product(*values.values()))
    return {key: _column([point[place] for point in points]) for place, key in enumerate(values)}


def _column(values: Sequence[Any]) -> np.ndarray:
    if isinstance(values[0], str):
        return np.array(values, dtype=object)
    return np.array(values, dtype=np.float64)


def toy(
    keys: Mapping[str, np.ndarray], judge: Judge, *, mode: str = "grid", units: Mapping[str, str] | None = None, unit: str = "point", draws: int = 256,
    failed: np.ndarray | None = None, cost: Mapping[str, float] | None = None, error: float = 0.01, name: str = "toy",
    reasons: Mapping[int, str] | None = None,
) -> Toy:  # fmt: skip
    """Rows in which the highest objective of those that are allowed is recommended."""
    objective = judge(keys)
    strategies = tuple(objective)
    count = len(next(iter(keys.values())))
    table = np.array([objective[each] for each in strategies], dtype=np.float64).reshape(len(strategies), count)
    broken = np.zeros(count, dtype=bool) if failed is None else failed
    table = np.where(broken, np.nan, table)
    ranked = np.sort(np.where(np.isnan(table), -np.inf, table), axis=0)
    best = np.where(np.isfinite(ranked[-1]), np.where(np.isnan(table), -np.inf, table).argmax(axis=0), -1)
    finite = np.isfinite(ranked)
    second = ranked[-2] if len(strategies) > 1 else np.full(count, -np.inf)
    is_pair = finite[-1] & np.isfinite(second)
    margin = np.full(count, np.nan)
    margin[is_pair] = ranked[-1][is_pair] - second[is_pair]
    said = dict.fromkeys(range(count), "over the budget") if reasons is None else reasons
    held: dict[str, np.ndarray] = {
        "row": np.arange(count), **keys, "recommended": np.array([strategies[each] if each >= 0 else "" for each in best.tolist()], dtype=object),
        "reason": np.array(["" if best[row] >= 0 else "can't be worked out: <script>" if broken[row] else said.get(row, "=no way") for row in range(count)], dtype=object),
        "close": np.nan_to_num(margin, nan=np.inf) < 0.5, "margin": margin,
    }  # fmt: skip
    dollars = dict.fromkeys(strategies, 1000.0) | dict(cost or {})
    for row, each in enumerate(strategies):
        allowed = ~np.isnan(table[row])
        for statistic in ("cost", "cost_p10", "cost_p90"):
            held[f"{each}.{statistic}"] = np.where(broken, np.nan, dollars[each])
        held[f"{each}.cost_error"] = np.where(broken, np.nan, 1.0)
        for statistic in ("score", "score_low", "score_high", "net_benefit"):
            held[f"{each}.{statistic}"] = table[row]
        held[f"{each}.score_error"] = np.full(count, error)
        held[f"{each}.probability_best"] = np.where(best == row, 0.75, 0.25 / max(len(strategies) - 1, 1))
        held[f"{each}.regret"], held[f"{each}.limits_met"] = np.zeros(count), allowed.astype(float)
        held[f"{each}.allowed"] = allowed
    declared = {key: None if values.dtype == object else (units or {}).get(key, "1") for key, values in keys.items()}
    about = {
        "scenario": name, "fingerprint": "abc123", "seed": 1, "draws": draws, "version": "0", "strategies": list(strategies), "unit": unit,
        "objective": "net benefit" if unit == "USD" else "delivered score", "mode": mode, "plans": "own", "rows": count,
        "keys": [{"key": key, "unit": said_unit, **({} if said_unit else {"texts": list(dict.fromkeys(keys[key]))})} for key, said_unit in declared.items()],
    }  # fmt: skip
    outputs = columns(declared, strategies, objective=about["objective"], unit=unit, draws=draws)
    names = {each.name for each in outputs}
    return Toy(about=about, columns=outputs, rows=count, is_complete=True, held={each: column for each, column in held.items() if each in names})
