"""A map of two inputs, whatever it was made from: who is chosen at each pair of values, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.report.charts.input_names import in_plain_words
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.flips import value_in_words
from tuneplan.report.words import listed, often, share
from tuneplan.study.breakeven.dial import Dial
from tuneplan.study.breakeven.winners import WinnerMap
from tuneplan.study.sensitivity.odds_map import ENOUGH, WIDE, OddsMap
from tuneplan.units import POINTS_PER_SCALE

NOBODY, UNKNOWN = -1, -2
"""Stand for a strategy: where nothing meets the limits, and where nothing is known."""

FINEST = 0.1
"""Points of 100 below which no error is told."""
SURE = 0.99
"""Chance from which a strategy that is best everywhere leaves nothing to map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two inputs.

    Attributes
    ----------
    now
        Its median as it is; NaN where it is not given.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    now: float

    @property
    def is_wide(self) -> bool:
        """Whether steps are equal factors."""
        return self.values[0] > 0.0 and self.values[-1] >= WIDE * self.values[0]

    def place(self, value: float) -> float:
        """Where a value lies, in steps from the first; NaN outside."""
        if not self.values[0] <= value <= self.values[-1]:
            return math.nan
        scaled = np.log if self.is_wide else np.asarray
        return float(np.interp(scaled(value), scaled(np.array(self.values)), np.arange(len(self.values))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Winners:
    """What is drawn; every array ``(down, across)``.

    Attributes
    ----------
    chosen
        Row of a strategy, or ``NOBODY`` or ``UNKNOWN``.
    chance
        That it is best.
    close
        Whether it is too close to call.
    title, note
        As of a chart.
    """

    strategies: tuple[str, ...]
    down: Side
    across: Side
    chosen: np.ndarray
    chance: Array
    close: np.ndarray
    title: str
    note: str

    @property
    def winners(self) -> list[int]:
        """Rows of strategies that are chosen anywhere, those that hold most first."""
        rows, counts = np.unique(self.chosen[self.chosen >= 0], return_counts=True)
        return [int(row) for _, row in sorted(zip((-counts).tolist(), rows.tolist(), strict=True))]


def winners_of(found: WinnerMap | OddsMap) -> Winners:
    """The map, whichever way it was made.

    Raises
    ------
    NothingToDraw
        There is none.
    """
    return _asked_anew(found) if isinstance(found, WinnerMap) else _from_draws(found)


def _asked_anew(found: WinnerMap) -> Winners:
    names = found.now.strategies
    rows = [[UNKNOWN if cell.refused else NOBODY if cell.winner is None else names.index(cell.winner) for cell in row] for row in found.cells]
    chosen = np.array(rows)
    known = chosen[chosen != UNKNOWN]
    held = sorted(((int((known == row).sum()), name) for row, name in ((NOBODY, "nothing"), *enumerate(names))), key=lambda each: -each[0])
    count, first = held[0]
    whole = count == len(known)
    title = f"{first} is {'possible' if first == 'nothing' else 'the choice'} at {'all' if whole else f'{count} of'} {len(known)} pairs of values"
    title += "" if whole else f"; {held[1][1]} at {held[1][0]}"
    refused = " White: not allowed by the scenario." if (chosen == UNKNOWN).any() else ""
    return Winners(
        strategies=names, down=_of_dial(found.down), across=_of_dial(found.across), chosen=chosen, title=title,
        chance=np.array([[cell.probability_best for cell in row] for row in found.cells]),
        close=np.array([[cell.too_close for cell in row] for row in found.cells]),
        note=f"The whole question was asked anew at each of {chosen.size} pairs of values.{refused}",
    )  # fmt: skip


def _of_dial(dial: Dial) -> Side:
    now = math.nan if dial.quantity is None else dial.quantity.distribution.median
    return Side(name=in_plain_words(dial.key), unit=dial.unit, values=dial.values, now=now)


def _from_draws(found: OddsMap) -> Winners:
    decision = found.decision
    if decision.best is None:
        raise NothingToDraw("nothing meets the limits")
    if sum(decision.allowed) < 2:
        raise NothingToDraw(f"no other strategy than {decision.strategies[decision.best]} meets the limits")
    if len({same for same, allowed in zip(decision.same_as, decision.allowed, strict=True) if allowed}) < 2:
        raise NothingToDraw("all strategies that meet the limits come out the same")
    if len(found.inputs) < 2:
        raise NothingToDraw("no two numbers stand out by what they do to the choice, or too few draws tell them apart")
    if found.is_sparse:
        raise NothingToDraw("too few draws lie at most pairs of values to tell who wins there")
    down, across = (
        Side(name=in_plain_words(each.label), unit=each.quantity.unit, values=values, now=each.quantity.distribution.median)
        for each, values in zip(found.inputs, found.values, strict=True)
        if each.quantity is not None
    )
    rows = np.arange(found.chosen.shape[0])[:, None], np.arange(found.chosen.shape[1])[None]
    chance, error = (np.where(found.chosen >= 0, each[np.maximum(found.chosen, 0), rows[0], rows[1]], np.nan) for each in (found.chance, found.error))
    if len(np.unique(found.chosen[found.chosen >= 0])) == 1 and float(np.nanmin(chance)) >= SURE:
        raise NothingToDraw(f"{decision.strategies[decision.best]} is all but surely best whatever “{down.name}” and “{across.name}” turn out to be")
    return Winners(
        strategies=decision.strategies, down=down, across=across, chosen=np.where(found.chosen >= 0, found.chosen, UNKNOWN), chance=chance,
        close=found.too_close, title=_title(found, down, across),
        note=(
            "Read off the draws of the run by planes through those nearby, all other inputs as uncertain as they are; the chances are known to "
            f"{max(POINTS_PER_SCALE * float(np.nanmax(error)), FINEST):.2g} points of 100 or better. White: fewer than {ENOUGH:.0f} draws' worth."
        ),
    )  # fmt: skip


def _title(found: OddsMap, down: Side, across: Side) -> str:
    """Who is chosen how often, of the two inputs that it is worth most to know."""
    held = sorted(zip(found.held, found.decision.strategies, strict=True), key=lambda each: -each[0])
    (most, first), *others = [each for each in held if each[0] > 0.0]
    if not others:
        return f"{first} is the choice, whatever “{down.name}” and “{across.name}” turn out to be"
    return f"Given “{down.name}” and “{across.name}”, {first} is the choice {often(most)}, else {listed([name for _, name in others][:2])}"


def ticks(side: Side, most: int) -> tuple[list[float], list[str]]:
    """Places of round values along a side, and how they are typed; where there are few, all values.

    Parameters
    ----------
    most
        Ticks at most.
    """
    values = _round_values(side, most) if len(side.values) > most else list(side.values)
    unit = side.unit if side.unit.split("/")[0] in ("share", "yes_no") else "USD" if side.unit.split("/")[0] == "USD" else "1"
    return [side.place(value) for value in values], [value_in_words(value, unit) for value in values]


def _round_values(side: Side, most: int) -> list[float]:
    low, high = side.values[0], side.values[-1]
    if side.is_wide:
        decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        found: Sequence[float] = ()
        for steps in ((1.0, 2.0, 5.0), (1.0, 3.0), (1.0,)):
            found = [step * 10.0**decade for decade in decades for step in steps if low <= step * 10.0**decade <= high]
            if len(found) <= most:
                return list(found)
        return list(found[:: math.ceil(len(found) / most)])
    rough = (high - low) / most
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(each * size for each in (1.0, 2.0, 2.5, 5.0, 10.0) if each * size >= rough)
    count = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    return [min(max(place * step, low), high) for place in count]


def said(drawn: Winners) -> str:
    """The map for who can't see it."""
    parts = []
    for row in drawn.winners:
        cells = drawn.chosen == row
        chances = drawn.chance[cells]
        parts.append(f"{drawn.strategies[row]} at {int(cells.sum())}, best with a chance of {share(float(chances.min()))} to {share(float(chances.max()))}")
    nobody = int((drawn.chosen == NOBODY).sum())
    parts += [f"nothing meets the limits at {nobody}"] if nobody else []
    unknown = int((drawn.chosen == UNKNOWN).sum())
    parts += [f"{unknown} are blank"] if unknown else []
    ends = [f"{side.name} from {value_in_words(side.values[0], side.unit)} to {value_in_words(side.values[-1], side.unit)}" for side in (drawn.down, drawn.across)]
    return f"Map of who is chosen over {listed(ends)}: of {drawn.chosen.size} pairs of values, {listed(parts)}."
