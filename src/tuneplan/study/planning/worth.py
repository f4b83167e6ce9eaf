"""What purchases are worth: the expected objective of every instance, luck averaged out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuneplan.axes import Array, Mask
from tuneplan.core import deliver, route
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import learn, score_of_models
from tuneplan.late import np
from tuneplan.study.valuing import is_valued, usd_per_scale
from tuneplan.units import POINTS_PER_SCALE

CELLS_AT_ONCE = 300_000
"""Cells of one (trial, model, request, draw) array that are worked on at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Expected objective of purchases.

    Delivered points, or the dollars that points are worth. Format clashes count with their chance and
    what the law misses with its mean, 0, so that a few dozen draws make a smooth function.

    Attributes
    ----------
    inputs
        At the draws of the plan.
    owned
        Examples that are trained on before anything is bought, ``(1, strategy, column, draw)``.
    planned
        Whether a plan finds the examples of a task, ``(strategy, task)`` of bool.
    """

    inputs: Inputs
    owned: Array
    planned: Mask

    def __call__(self, bought: Array) -> Array:
        """Value of each trial, ``(trial, strategy, task)`` -> ``(trial, strategy)``."""
        structure = self.inputs.structure
        cells = (len(structure.models) + structure.columns) * (len(structure.tasks) + 1) * self.draws
        size = max(1, CELLS_AT_ONCE // cells)
        parts = [self._mean(self.scores(bought[start : start + size])) for start in range(0, len(bought), size)]
        return np.concatenate(parts)

    @property
    def draws(self) -> int:
        """Draws of the plan."""
        return int(max(each.shape[-1] for each in self.inputs.numbers.values()))

    def with_examples(self, bought: Array) -> Inputs:
        """Inputs with what is bought added; trials lie on the axis of scenarios."""
        added = np.zeros((*bought.shape[:2], self.owned.shape[2], 1))
        added[:, :, : bought.shape[2], 0] = bought
        return replace(self.inputs, numbers={**self.inputs.numbers, "examples": self.owned + added})

    def scores(self, bought: Array, *, luck: bool = False) -> tuple[Array, Array, Inputs]:
        """Routed scores of tasks and of unseen requests, and the inputs that led to them.

        Parameters
        ----------
        luck
            Whether clashes and what the law misses are drawn, as chances of minimum scores need.
        """
        inputs = self.with_examples(bought)
        if luck:
            return (*route(inputs, score_of_models(inputs, learn(inputs))), inputs)
        return (*route(inputs, expected_score_of_models(inputs)), inputs)

    def _mean(self, scored: tuple[Array, Array, Inputs]) -> Array:
        score, unseen, inputs = scored
        if not is_valued(inputs):
            delivered: Array = deliver(inputs, score, unseen)
            points: Array = POINTS_PER_SCALE * delivered[:, :, 0].mean(axis=2)
            return points
        dollars = usd_per_scale(inputs, self.draws)
        tasks = score.shape[2]
        worth = (score * dollars[:tasks]).sum(axis=2) + unseen[:, :, 0] * dollars[tasks]
        return np.asarray(worth.mean(axis=2))


def expected_score_of_models(inputs: Inputs) -> Array:
    """Score of each model on each request, luck averaged out. ``(scenario, model, request, draw)``"""
    none = np.zeros((1, 1, 1, 1))
    certain = replace(inputs, numbers={**inputs.numbers, "clash_draw": none, "discrepancy_draw": none})
    learned = learn(certain)
    learned = replace(learned, clash=learned.clash * inputs["clash_probability"])
    return score_of_models(certain, learned)
