"""Options made by hand: a few arrays of cost and points, judged as those of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import ndtri

from tuneplan.axes import Array
from tuneplan.study.decision import Limits
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import Options

DRAWS = 2**14


def normal(name: str, *, draws: int = DRAWS, seed: int = 0) -> Array:
    """Draws of a standard normal variable of this name, independent of any other. ``(draw,)``"""
    return ndtri(monte_carlo(draws, seed=seed).points([name])[0])  # type: ignore[no-any-return]


def options(
    cost: Any, points: Any, *, names: Sequence[str] = (), covered: Any = None, budget: float = float("nan"), confidence: float = 0.9,
    unit: str = "point", objective: Any = None, scores_met: Any = True, possible: Any = True, scrambles: int = 8,
) -> Options:  # fmt: skip
    """Options from rows of draws; a number stands for a row of it."""
    draws = max(np.size(row) for array in (cost, points, () if objective is None else objective) for row in array)
    paid, got = (np.array([np.broadcast_to(np.asarray(row, dtype=float), (draws,)) for row in array]) for array in (cost, points))
    kept = paid if covered is None else np.array([np.broadcast_to(np.asarray(row, dtype=float), (draws,)) for row in covered])
    met = np.broadcast_to(np.asarray(scores_met, dtype=bool), paid.shape)
    limits = Limits(
        in_budget=np.isnan(budget) | (kept <= budget), scores_met=met, possible=np.broadcast_to(np.asarray(possible), len(paid)), confidence=confidence,
    )  # fmt: skip
    aim = got if objective is None else np.array([np.broadcast_to(np.asarray(row, dtype=float), (draws,)) for row in objective])
    return Options(
        strategies=tuple(names) or tuple(f"s{index}" for index in range(len(paid))), cost=paid, covered=kept, points=got, objective=aim,
        name="delivered score" if unit == "point" else "net benefit", unit=unit, limits=limits, budget=budget,
        scrambles=scrambles if draws % scrambles == 0 and draws >= 8 * scrambles else 1,
    )  # fmt: skip
