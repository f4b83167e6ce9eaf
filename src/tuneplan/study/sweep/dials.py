"""Which of the varied keys are numbers of one and the same scenario, and which make another scenario of it.

Nothing is declared for that: a key is read at some of its values, and what it changes there tells. A number that moves
nothing but its own cells becomes a dial; whatever changes words, structure, other defaults or luck makes cases of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.errors import ScenarioError
from tuneplan.scenario.lower import lower
from tuneplan.scenario.lowering.varied import Dial, Pivot, pivot
from tuneplan.scenario.records import Quantity, Scenario
from tuneplan.study.breakeven.asked import Loader
from tuneplan.study.design import AnyDesign, monte_carlo
from tuneplan.study.sweep.records import Varied

MOST_TEXTS = 200
"""Texts of a key up to which it can be a dial: each is read once."""
TRIED = monte_carlo(2)
"""Points on which a dial is held against the scenario itself."""
CASE_WORDS = (
    ".score.worst", ".score.best", ".score.scale", "router.confusion.", "lora.rank", "training.sequence_length", "deadline.date",
    *(f"schedule.{crew}" for crew in ("annotators", "reviewers", "engineers", "judges", "gpus")),
)  # fmt: skip
"""Parts of keys that never are dials: rules of the language tie them to other numbers, or they are decided before the draws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """Keys by what they do.

    Attributes
    ----------
    dials
        Those that are numbers of one scenario.
    cases
        Those of which each value makes a scenario of its own.
    """

    dials: tuple[Dial, ...]
    cases: tuple[str, ...]


def sorted_out(samples: Sequence[Varied], load: Loader, asked: Scenario) -> Sorted:
    """Tell dials from cases.

    Parameters
    ----------
    samples
        A few rows of every key: all of its texts, or its least and largest number.
    load
        The scenario with further overrides.
    asked
        The scenario with none.
    """
    dials = [found for each in samples if (found := _dial(each, load, asked)) is not None]
    known = {dial.key: dial for dial in dials}
    others = tuple(each.key for each in samples if each.key not in known)
    if dials and not _agree(known, [each for each in samples if each.key in known], load, others=()):
        return Sorted(dials=(), cases=tuple(each.key for each in samples))
    return Sorted(dials=tuple(dials), cases=others)


def _dial(sample: Varied, load: Loader, asked: Scenario) -> Dial | None:
    """The dial of a key; None where it is none."""
    if any(word in sample.key for word in CASE_WORDS) or len(sample.texts) > MOST_TEXTS or len(sample) == 0:
        return None
    every = range(len(sample.texts)) if sample.numbers is None else range(len(sample))
    try:
        read = [load(_change(sample, row)) for row in every]
    except ScenarioError:
        return None
    if any(_words(each) != _words(read[0]) for each in read):
        return None
    paths = sorted({path for each in read for path in _moved(asked, each)}) or sorted({path for path in read[0].quantities if path == sample.key})
    if not paths or any(path not in each.quantities for path in paths for each in read):
        return None
    names = tuple(read[0].quantities[path].drawn_as for path in paths)
    if sample.numbers is None:
        found = Dial(key=sample.key, names=names, texts=tuple(tuple(each.quantities[path].distribution for path in paths) for each in read))
    else:
        if not all(_is(each.quantities[path], float(number)) for each, number in zip(read, sample.numbers.tolist(), strict=True) for path in paths):
            return None
        found = Dial(key=sample.key, names=names)
    return found if _agree({sample.key: found}, [sample], load, others=()) else None


def _words(scenario: Scenario) -> tuple[object, ...]:
    """All but numbers and where they were typed."""
    return (
        scenario.tasks, scenario.strategies, scenario.settings, scenario.ties, scenario.correlations, scenario.checks, scenario.rows, scenario.calibration,
    )  # fmt: skip


def _moved(one: Scenario, other: Scenario) -> list[str]:
    """Paths of the quantities of ``other`` that are others than in ``one``."""
    return [path for path, each in other.quantities.items() if not _same(one.quantities.get(path), each)]


def _same(one: Quantity | None, other: Quantity) -> bool:
    return one is not None and one.distribution == other.distribution and one.drawn_as == other.drawn_as


def _is(quantity: Quantity, number: float) -> bool:
    """Whether a quantity is just this number."""
    return quantity.distribution.is_point and quantity.distribution.median == number


def typed(samples: Sequence[Varied], row: int) -> list[str]:
    """One row of the samples as overrides; beyond the last of a key, its last."""
    return [text for each in samples for text in _change(each, row)]


def _change(sample: Varied, row: int) -> tuple[str, ...]:
    """One value as an override; none where it is the scenario's own."""
    if sample.numbers is not None:
        return sample.changes(min(row, len(sample) - 1))
    text = sample.texts[min(row, len(sample.texts) - 1)]
    return (f"{sample.key}={text}",) if text else ()


def values_at(samples: Sequence[Varied], rows: Sequence[int]) -> dict[str, Array]:
    """The same of several rows as a block for a pivot."""
    return {
        each.key: np.array([float(min(row, len(each.texts) - 1)) for row in rows]) if each.numbers is None else each.numbers[[min(row, len(each) - 1) for row in rows]]
        for each in samples
    }


def _agree(dials: Mapping[str, Dial], samples: Sequence[Varied], load: Loader, *, others: Sequence[str]) -> bool:
    """Whether a pivot, turned, is the scenario that says so itself: in every number, luck included, to the bit."""
    last = max(len(each.texts) if each.numbers is None else len(each) for each in samples) - 1
    try:
        first, turned = (load([*others, *typed(samples, row)]) for row in (0, last))
        return agrees(pivot(first, TRIED.points, list(dials.values())), turned, values_at(samples, (0, last)), TRIED)
    except ScenarioError:
        return False


def agrees(turned: Pivot, scenario: Scenario, values: Mapping[str, Array], design: AnyDesign) -> bool:
    """Whether a pivot has every finished number of a scenario in the last of these rows, whatever stands in the others.

    Parameters
    ----------
    values
        See ``Pivot.at``.
    """
    ours, theirs = turned.inputs(turned.at(values)), lower([scenario], design.points).inputs
    one, other = ours.structure, theirs.structure
    return (one.strategies, one.tasks, one.models) == (other.strategies, other.tasks, other.models) and _alike(ours, theirs)


def _alike(ours: Inputs, theirs: Inputs) -> bool:
    if ours.numbers.keys() != theirs.numbers.keys():
        return False
    return all(_equal(each[-1:], theirs.numbers[name]) for name, each in ours.numbers.items())


def _equal(one: Array, other: Array) -> bool:
    try:
        shape = np.broadcast_shapes(one.shape, other.shape)
    except ValueError:
        return False
    return bool(np.array_equal(np.broadcast_to(one, shape), np.broadcast_to(other, shape), equal_nan=True))
