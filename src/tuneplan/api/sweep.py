"""Many points of a study at once, with names along every dimension."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.api.analysis import Analysis
from tuneplan.api.frozen import freeze
from tuneplan.api.sketches import sketch_of_grid
from tuneplan.axes import Array, Mask
from tuneplan.report import grid as report
from tuneplan.study.breakeven.asked import Loader
from tuneplan.study.decision import Estimate
from tuneplan.study.design import Design
from tuneplan.study.grid import GRID, Grid, Point, grid

if TYPE_CHECKING:
    import xarray as xr

BANDS = {"mean": "mean", "p5": "low", "p10": "p10", "p50": "median", "p90": "p90", "p95": "high"}
"""Name along the dimension ``statistic`` -> field of an estimate."""


class Sweep(Analysis):
    """The answers at all points of a sweep: arrays with a dimension a key.

    ``dims`` names the dimensions of the arrays by strategy, ``labels`` says what stands along each. A point at
    which nothing meets the limits is a point like others: nobody is recommended there. ``delivered`` and ``cost``
    hold every strategy at every point, also what breaks the limits there: ``feasible`` tells. ``plot`` draws a map of
    winners for two keys; for one, lines of each strategy's chance to be best.
    """

    __slots__ = ()
    record: Grid

    @property
    def dims(self) -> tuple[str, ...]:
        """``strategy``, then each key; ``point`` where keys rise together."""
        keys = tuple(axis.key for axis in self.record.axes)
        return ("strategy", *(keys if self.record.mode == GRID else ("point",)))

    @property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """Dimension -> names along it: strategies, and values as typed."""
        axes, strategies = self.record.axes, {"strategy": self.record.strategies}
        if self.record.mode == GRID:
            return {**strategies, **{axis.key: axis.texts for axis in axes}}
        return {**strategies, "point": tuple(", ".join(texts) for texts in zip(*(axis.texts for axis in axes), strict=True))}

    @property
    def recommended(self) -> np.ndarray:
        """Who is recommended at each point; empty where nothing meets the limits. ``(key, ...)`` of str"""
        return freeze(np.array([report.recommended(point) for point in self.record.points], dtype=str).reshape(self.record.shape))

    @property
    def delivered(self) -> Array:
        """Mean score of the average request, also of strategies that are not ``feasible``. [point], ``(strategy, key, ...)``"""
        return self._of_estimates(lambda point: point.delivered, "mean")

    @property
    def cost(self) -> Array:
        """Median cost over the horizon, also of strategies that are not ``feasible``. [USD], ``(strategy, key, ...)``"""
        return self._of_estimates(lambda point: point.cost, "p50")

    @property
    def feasible(self) -> Mask:
        """Whether each strategy meets the limits as surely as asked. ``(strategy, key, ...)`` of bool"""
        return freeze(self._by_strategy(lambda point: point.decision.allowed).astype(bool))

    @property
    def probability_best(self) -> Array:
        """Chance of the highest objective among those that meet the limits; 0 where one does not. [share], ``(strategy, key, ...)``"""
        return self._by_strategy(lambda point: point.decision.probability_best)

    @property
    def regret(self) -> Array:
        """Expected loss against hindsight, in the unit of the objective; NaN where limits are broken. ``(strategy, key, ...)``"""
        return self._by_strategy(lambda point: point.decision.regret)

    def _of_estimates(self, of: Callable[[Point], Sequence[Estimate]], statistic: str) -> Array:
        return self._by_strategy(lambda point: [getattr(each, BANDS[statistic]) for each in of(point)])

    def _by_strategy(self, of: Callable[[Point], Sequence[float]]) -> Array:
        table = np.array([of(point) for point in self.record.points], dtype=np.float64)
        return freeze(table.T.reshape(len(self.record.strategies), *self.record.shape))

    def to_xarray(self) -> xr.Dataset:
        """A Dataset: bands of ``delivered`` and ``cost`` along ``statistic``; chances, regret, what is feasible, who is recommended.

        Coordinates are numbers where every value of a key is one, with the unit in their attributes, else texts.

        Raises
        ------
        UsageError
            xarray is not installed.
        """
        from tuneplan.api.datasets import of_sweep

        return of_sweep(self)


def swept(load: Loader, values: Mapping[str, Sequence[str]], design: Design, *, mode: str) -> Sweep:
    """Ask at every point; see ``Study.sweep``."""
    from tuneplan.report.progress import progress

    with progress() as say:
        found = grid(load, values, design, mode=mode, told=lambda done, every: say(f"point {done + 1} of {every}"))
    return Sweep(
        name="sweep", record=found, page=partial(report.page, found), content=partial(report.content, found), rows=partial(report.rows, found),
        sketches=lambda: [sketch_of_grid(found)],
    )  # fmt: skip
