"""What purchases are worth: the expected objective of every instance, luck averaged out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuneplan.axes import Array, Mask
from tuneplan.core import deliver, route
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import Learned, clash, learn, score_of_models
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
        parts = [self._expected(bought[start : start + size]) for start in range(0, len(bought), size)]
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

    def with_margins(self, bought: Array, must: Array) -> tuple[Array, Array]:
        """Value of each trial, and how far its lowest score lies above its minimum with luck drawn, as chances need.

        Parameters
        ----------
        must
            ``(1, 1, request, draw)``; NaN where a request has no minimum.

        Returns
        -------
        value, margins
            ``(trial, instance)`` and ``(trial, instance, draw)``; models are trained once for both.
        """
        inputs = self.with_examples(bought)
        learned = learn(inputs)
        tasks, unseen = route(inputs, score_of_models(inputs, learned))
        shape = np.broadcast_shapes(tasks[:, :, :1].shape, unseen.shape)
        score = np.concatenate([np.broadcast_to(tasks, (*shape[:2], tasks.shape[2], shape[3])), np.broadcast_to(unseen, shape)], axis=2)
        above = np.where(np.isnan(must), np.inf, score - must).min(axis=2, keepdims=True)
        return self._mean(inputs, *route(inputs, _without_luck(inputs, learned))), self.by_instance(above)[:, :, 0]

    def _expected(self, bought: Array) -> Array:
        inputs = self.with_examples(bought)
        return self._mean(inputs, *route(inputs, expected_score_of_models(inputs)))

    def _mean(self, inputs: Inputs, score: Array, unseen: Array) -> Array:
        if is_valued(inputs):
            dollars = usd_per_scale(inputs)
            tasks = score.shape[2]
            worth = (score * dollars[:, :, :tasks]).sum(axis=2, keepdims=True) + unseen * dollars[:, :, tasks:]
        else:
            worth = POINTS_PER_SCALE * deliver(inputs, score, unseen)
        return np.asarray(self.by_instance(worth)[:, :, 0].mean(axis=2))


def expected_score_of_models(inputs: Inputs) -> Array:
    """Score of each model on each request, luck averaged out. ``(scenario, model, request, draw)``"""
    return _without_luck(inputs, learn(_certain(inputs)))


def _certain(inputs: Inputs) -> Inputs:
    """The same with clashes sure to come, to be counted at their chance, and with nothing that the law misses."""
    none = np.zeros((1, 1, 1, 1))
    return replace(inputs, numbers={**inputs.numbers, "clash_draw": none, "discrepancy_draw": none, "level_draw": none})


def _without_luck(inputs: Inputs, learned: Learned) -> Array:
    """Clashes at their chance, what the law misses at its mean."""
    certain = _certain(inputs)
    expected = clash(certain, learned.pools) * inputs["clash_probability"]
    return score_of_models(certain, replace(learned, clash=expected))
