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

    An instance is a strategy in a scenario; all scenarios of a strategy stand together. Scenarios lie on
    the axis of draws, each with as many of them, so that arrays stay long where NumPy is fast.

    Attributes
    ----------
    inputs
        At the draws of the plan; trials will lie on the axis of scenarios.
    owned
        Examples that are trained on before anything is bought, ``(1, strategy, column, draw)``.
    planned
        Whether a plan finds the examples of a task, ``(strategy, task)`` of bool.
    scenarios
        How many are planned at once.
    """

    inputs: Inputs
    owned: Array
    planned: Mask
    scenarios: int = 1

    def __call__(self, bought: Array) -> Array:
        """Value of each trial, ``(trial, instance, task)`` -> ``(trial, instance)``."""
        structure = self.inputs.structure
        cells = (len(structure.models) + structure.columns) * (len(structure.tasks) + 1) * self.draws
        size = max(1, CELLS_AT_ONCE // cells)
        parts = [self._mean(self.scores(bought[start : start + size])) for start in range(0, len(bought), size)]
        return np.concatenate(parts)

    @property
    def draws(self) -> int:
        """Draws of all scenarios together."""
        return int(max(each.shape[-1] for each in self.inputs.numbers.values()))

    def by_instance(self, draws: Array) -> Array:
        """Draws of each scenario apart. ``(.., strategy, task, draw)`` -> ``(.., instance, task, draw)``"""
        *before, strategies, tasks, _ = draws.shape
        whole = np.broadcast_to(draws, (*before, strategies, tasks, self.draws))
        apart = whole.reshape(*before, strategies, tasks, self.scenarios, self.draws // self.scenarios)
        return np.moveaxis(apart, -2, -3).reshape(*before, strategies * self.scenarios, tasks, -1)

    def first(self, draws: int) -> Worth:
        """At the first draws alone."""
        numbers = {name: each[..., :draws] for name, each in self.inputs.numbers.items()}
        return replace(self, inputs=replace(self.inputs, numbers=numbers), owned=self.owned[..., :draws])

    def only(self, rows: Mask) -> Worth:
        """Some scenarios alone, where there is one strategy."""
        size = self.draws // self.scenarios
        draws = (rows[:, None] * size + np.arange(size)).ravel()
        numbers = {name: each[..., draws] if each.shape[-1] > 1 else each for name, each in self.inputs.numbers.items()}
        owned = self.owned[..., draws] if self.owned.shape[-1] > 1 else self.owned
        return replace(self, inputs=replace(self.inputs, numbers=numbers), owned=owned, scenarios=len(rows))

    def with_examples(self, bought: Array) -> Inputs:
        """Inputs with what is bought added; trials lie on the axis of scenarios."""
        strategies, tasks = self.planned.shape
        by_draw = np.swapaxes(bought.reshape(len(bought), strategies, self.scenarios, tasks), 2, 3)
        if self.scenarios > 1:
            by_draw = np.repeat(by_draw, self.draws // self.scenarios, axis=3)
        added = np.zeros((len(bought), strategies, self.owned.shape[2], by_draw.shape[3]))
        added[:, :, :tasks] = by_draw
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
        if is_valued(inputs):
            dollars = usd_per_scale(inputs)[:, None]
            tasks = score.shape[2]
            worth = (score * dollars[:, :, :tasks]).sum(axis=2, keepdims=True) + unseen * dollars[:, :, tasks:]
        else:
            worth = POINTS_PER_SCALE * deliver(inputs, score, unseen)
        return np.asarray(self.by_instance(worth)[:, :, 0].mean(axis=2))


def expected_score_of_models(inputs: Inputs) -> Array:
    """Score of each model on each request, luck averaged out. ``(scenario, model, request, draw)``"""
    none = np.zeros((1, 1, 1, 1))
    certain = replace(inputs, numbers={**inputs.numbers, "clash_draw": none, "discrepancy_draw": none})
    learned = learn(certain)
    learned = replace(learned, clash=learned.clash * inputs["clash_probability"])
    return score_of_models(certain, learned)
