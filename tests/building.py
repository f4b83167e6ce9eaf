"""Small scenarios for tests: a few words -> YAML text -> a scenario -> arrays -> results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import yaml

from tuneplan.axes import Array
from tuneplan.core import evaluate
from tuneplan.core.arrays import Inputs, Outcome
from tuneplan.scenario.catalogue import priors, tables
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.scenario.records import UNSEEN, Scenario
from tuneplan.study.design import monte_carlo

DRAWS = 64
LAW_ALONE = {"law.discrepancy": "0 points", "law.level_discrepancy": "0 points", "law.mixing_shift": "0 points", "law.clash_severity": 0}
"""The truths are about the law before discrepancy and clash."""
NO_TRANSFER = {"law.format_transfer": "0%", "law.diversity_gain": 0}
"""With similarities of 0: nothing that one task learns helps another."""
NO_HARM = {"law.interference_strength": 0, "law.off_task_retention": "100%"}
"""Nothing that one task learns hurts another."""
EXAMPLES_GIVEN = tuple((f"tasks.{task}.data.examples", "2k") for task in ("email", "summary", "qa"))
"""Changes of the startup after which nothing is planned: what moves then moves for its own sake."""
GIVEN = tuple(f"{path}={value}" for path, value in EXAMPLES_GIVEN)
"""The same as after ``--set``."""
ALL_STRATEGIES = ("unified", "specialists", "adapters", "unified_then_specialists", "merged", "prompted")
TASK = {
    "traffic": "10k requests/month",
    "score": {"base": 0.4, "ceiling": 0.9},
    "data": {"examples": "2k"},
}
"""A task of which the law's own numbers stay uncertain."""


@contextmanager
def declared_priors() -> Iterator[None]:
    """The declared defaults hold, whatever was fitted since: for cases that were chosen by hand to lie near a turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "rows_of", lambda file, kind, read=tables.rows_of: () if file == priors.FILE else read(file, kind))
        priors.fitted_priors.cache_clear()
        yield
    priors.fitted_priors.cache_clear()


def text_of(
    tasks: Sequence[str] | Mapping[str, Mapping[str, Any]] = ("a", "b", "c"),
    *,
    strategies: Sequence[str] | Mapping[str, Mapping[str, Any]] = ("unified", "specialists"),
    similar: Mapping[str, Any] | float | None = None,
    law: Mapping[str, Any] | None = None,
    **more: Any,
) -> str:
    """A scenario as YAML text.

    Parameters
    ----------
    tasks
        Names, or name -> dotted keys that differ from ``TASK``.
    strategies
        Names of kinds, or name -> keys.
    similar
        Pair -> similarity, or one number for all pairs of tasks; None: the default prior.
    law
        Dotted keys -> numbers; none: the law before discrepancy and clash.
    more
        Further keys; a double underscore stands for a dot.
    """
    names = list(tasks)
    own = tasks if isinstance(tasks, Mapping) else {}
    if isinstance(similar, int | float):
        similar = {f"{one}/{other}": similar for one in names for other in names if one < other}
    tree: dict[str, Any] = {
        "base": "llama-3.1-8b",
        "tasks": {name: nested({**flat(TASK), **flat(own.get(name, {}))}) for name in names},
        "strategies": {n: strategy(n, strategies[n] if isinstance(strategies, Mapping) else {}) for n in strategies},
    }
    if similar:
        tree["similarity"] = dict(similar)
    keys = {key.replace("__", "."): value for key, value in more.items()}
    rest = nested({**(LAW_ALONE if law is None else law), **flat(keys)})
    return yaml.safe_dump(tree | rest, sort_keys=False, allow_unicode=True)


def strategy(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Keys of a strategy; a prompted one that says nothing scores like the base."""
    prompts = given.get("kind", name) == "prompted" and not {"score", "like_base"} & {key.split(".")[0] for key in given}
    return {**({"like_base": True} if prompts else {}), **given}


def flat(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested mappings -> dotted keys."""
    found: dict[str, Any] = {}
    for key, value in tree.items():
        inner = flat(value, f"{above}{key}.") if isinstance(value, Mapping) else {f"{above}{key}": value}
        found |= inner
    return found


def nested(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted keys -> nested mappings."""
    tree: dict[str, Any] = {}
    for path, value in keys.items():
        *above, last = path.split(".")
        place = tree
        for word in above:
            place = place.setdefault(word, {})
        place[last] = value
    return tree


def scenario(*args: Any, **kwargs: Any) -> Scenario:
    """A scenario, read; arguments as ``text_of``."""
    return loads(text_of(*args, **kwargs))


def lowered(*scenarios: Scenario, draws: int = DRAWS, seed: int = 0) -> Lowered:
    """Scenarios as arrays, at Monte Carlo draws."""
    return lower(scenarios, monte_carlo(draws, seed=seed).points)


@dataclass(frozen=True, slots=True)
class Answer:
    """One scenario, or several at once, evaluated; numbers by name."""

    inputs: Inputs
    outcome: Outcome

    def score(self, strategy: str, request: str = UNSEEN) -> Array:
        """Normalised. ``(draw,)`` of the first scenario."""
        return self.scores(strategy)[0, self._request(request)]

    def scores(self, strategy: str) -> Array:
        """``(scenario, request, draw)``"""
        return self.outcome.score[:, self._strategy(strategy)]

    def base(self, strategy: str, request: str = UNSEEN) -> Array:
        """What the prompted base would get. ``(draw,)``"""
        return self.outcome.base_score[0, self._strategy(strategy), self._request(request)]

    def delivered(self, strategy: str) -> Array:
        """``(draw,)`` of the first scenario."""
        return self.outcome.delivered[0, self._strategy(strategy), 0]

    def cost(self, strategy: str, *components: str) -> Array:
        """USD, ``(draw,)`` of the first scenario."""
        return self.outcome.cost_of(components)[0, self._strategy(strategy)]

    def _strategy(self, name: str) -> int:
        return [spec.name for spec in self.inputs.structure.strategies].index(name)

    def _request(self, name: str) -> int:
        return [*self.inputs.structure.tasks, UNSEEN].index(name)


def answer(*args: Any, draws: int = DRAWS, seed: int = 0, **kwargs: Any) -> Answer:
    """Build, lower and evaluate one scenario; arguments as ``text_of``."""
    return answer_to(scenario(*args, **kwargs), draws=draws, seed=seed)


def answer_to(*scenarios: Scenario, draws: int = DRAWS, seed: int = 0) -> Answer:
    """Lower and evaluate scenarios together."""
    inputs = lowered(*scenarios, draws=draws, seed=seed).inputs
    return Answer(inputs, evaluate(inputs))


def with_numbers(inputs: Inputs, **numbers: Array) -> Inputs:
    """Other arrays for some numbers."""
    return replace(inputs, numbers={**inputs.numbers, **numbers})


def every_array(outcome: Outcome) -> dict[str, Array]:
    """All arrays of an outcome by name."""
    return {
        "score": outcome.score,
        "delivered": outcome.delivered,
        "base_score": outcome.base_score,
        **{f"cost {name}": line for name, line in outcome.costs.items()},
    }


def assert_same(one: Array, other: Array, *, rtol: float = 0.0) -> None:
    """Equal numbers, bit for bit unless ``rtol`` is given; a length of 1 stands for any."""
    one, other = np.broadcast_arrays(one, other)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    near = np.abs(one - other) <= rtol * np.maximum(np.abs(other), 1.0)
    apart = np.where(same | near, 0.0, np.abs(one - other))
    assert (same | near).all(), f"{(~(same | near)).sum()} of {one.size} numbers differ, by up to {apart.max():.3g}"
