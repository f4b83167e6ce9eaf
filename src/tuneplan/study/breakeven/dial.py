"""One input to be turned: which number a key names, the values to try, and how each is typed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.errors import UsageError
from tuneplan.scenario.grammar.quantities import QuantityError, after_pilots, format_number, parse
from tuneplan.scenario.load import declared_language
from tuneplan.scenario.planned import AUTO
from tuneplan.scenario.reading.complaints import nearest, shown
from tuneplan.scenario.reading.ties import canonical
from tuneplan.scenario.records import UNSEEN, Quantity, Scenario
from tuneplan.study.in_use import choices_of
from tuneplan.study.run import Run

LEVEL = 0.98
"""Of the interval that an uncertain number is turned through."""
REACH = 2.3263478740408408
"""Normal score at which that ends."""
FACTOR = 4.0
"""A number that is known exactly is divided and multiplied by this."""
WIDE = 10.0
"""Ratio of the ends from which steps are equal factors; below they are equal differences."""
FEWEST_STEPS, MOST_STEPS = 2, 200
MOST_NAMED = 4
"""Numbers that a message names."""
DIGITS = 3
"""Significant digits of a value, where steps are no finer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """An input that is turned.

    Attributes
    ----------
    key
        As it was asked for, and as an override names it.
    param
        Its declaration.
    quantity
        What it is now; None where nothing is given.
    read
        Whether anything in the scenario reads it now.
    values
        Rising, in the unit of the declaration.
    is_asked
        Whether the ends were asked for; else they come from what it is now.
    """

    key: str
    param: Param
    quantity: Quantity | None
    read: bool
    values: tuple[float, ...]
    is_asked: bool

    @property
    def unit(self) -> str:
        """Unit of its values."""
        return self.param.unit

    def text(self, value: float) -> str:
        """A value as a scenario types it."""
        return format_number(value, self.unit)

    def between(self, low: float, high: float) -> float | None:
        """A value in the middle of two, in few digits; None where there is none to be had."""
        middle = float(round((low + high) / 2.0)) if self.param.whole else _rounded((low + high) / 2.0, (high - low) / 2.0)
        return middle if low < middle < high else None

    def change(self, value: float) -> str:
        """The override that sets it."""
        return f"{self.key}={self.text(value)}"


def dial(run: Run, key: str, *, start: str = "", end: str = "", steps: int) -> Dial:
    """Find an input and the values to try.

    Parameters
    ----------
    run
        Of the scenario as it is.
    start, end
        In the scenario's own grammar; empty: from the 98 % interval of what is uncertain, from a
        quarter to four times what is known exactly.
    steps
        Values to try, at most.

    Raises
    ------
    UsageError
        No such number, a word, no end to be had, ends in the wrong order, too few or many steps.
    """
    if not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise UsageError(f"--steps: {steps} is not between {FEWEST_STEPS} and {MOST_STEPS}")
    param = _param(run, key)
    quantity = _now(run, key)
    usual = _ends(quantity, _scale(run, key, param))
    low = _end("--from", start, param) if start else usual[0]
    high = _end("--to", end, param) if end else usual[1]
    if math.isnan(low) or math.isnan(high):
        now = "is not given" if quantity is None else f"is {format_number(quantity.distribution.median, param.unit)}"
        asked = " and ".join(flag for flag, missing in (("--from", math.isnan(low)), ("--to", math.isnan(high))) if missing)
        raise UsageError(f"{key} {now}, which leads to no range: say {asked}, for example --from {_example(param, 1.0)} --to {_example(param, 2.0)}")
    if low >= high:
        raise UsageError(f"--from {format_number(low, param.unit)} is not below --to {format_number(high, param.unit)}")
    values = _choices(quantity) if not (start or end) else ()
    return Dial(
        key=key, param=param, quantity=quantity, read=_is_read(run, key, quantity),
        values=values or spread(low, high, steps, whole=param.whole), is_asked=bool(start or end),
    )  # fmt: skip


def _param(run: Run, key: str) -> Param:
    """The declaration of a number of this scenario."""
    scenario, found = run.scenario, declared_language().key_at(key)
    if scenario.settings.get(key) == AUTO:
        raise UsageError(f"{key} is left to a plan; turn budget.limit, or give a number first, for example --set '{key}=2k'")
    if key in scenario.settings or (found is not None and found.param is None):
        raise UsageError(f"{key} is a word, not a number, so there is no value at which it breaks even; try it with --set")
    if found is None or found.param is None or key.startswith("correlations.") or not _has_owner(scenario, key):
        raise UsageError(f"no number of this scenario is called {shown(key)}{_meant(run, key)}")
    return found.param


def _meant(run: Run, key: str) -> str:
    """The number that was probably meant."""
    known = sorted({quantity.path for quantity in run.lowered.used.values()} | set(run.scenario.quantities))
    begun = [path for path in known if path.startswith(f"{key}.")]
    if begun:
        more = f" and {len(begun) - MOST_NAMED} more" if len(begun) > MOST_NAMED else ""
        return f"; below it there are {', '.join(begun[:MOST_NAMED])}{more}"
    close = nearest(key, known)
    return f'; did you mean "{close}"?' if close else "; write its path as in messages, for example gpu.price (simulate run --ledger lists all)"


def _has_owner(scenario: Scenario, key: str) -> bool:
    """Whether the task, strategy or requests that a key names are there."""
    words = key.split(".")
    if words[0] in ("tasks", "strategies"):
        return words[1] in (scenario.tasks if words[0] == "tasks" else scenario.strategies)
    if words[0] in ("similarity", "router") and len(words) > 2 - (words[0] == "similarity"):
        names = words[-1].replace(">", "/").split("/")
        return all(name in (*scenario.requests, "(replay)") for name in names) if len(names) == 2 else True
    return True


def _now(run: Run, key: str) -> Quantity | None:
    """What the input is now: as pilots left it, else as given, else the default in use."""
    path = canonical(key)
    learned = next((used for used in run.lowered.used.values() if used.path in (key, path) and used.learned is not None), None)
    if learned is not None:
        return learned
    for known in (key, path):
        if known in run.scenario.quantities:
            return run.scenario.quantities[known]
    return next((quantity for quantity in run.lowered.used.values() if quantity.path in (key, path)), None)


def _is_read(run: Run, key: str, quantity: Quantity | None) -> bool:
    if quantity is None:
        return True
    choices = choices_of(run)
    listed = [name for name, used in run.lowered.used.items() if used.path in (key, canonical(key))]
    return any(choices.read(name) for name in listed)


def _end(flag: str, text: str, param: Param) -> float:
    try:
        found = parse(text, param)
    except QuantityError as error:
        raise UsageError(f"{flag}: {error}") from None
    if not found.is_point:
        raise UsageError(f"{flag}: {shown(text)} is no single value, for example {_example(param, 1.0)}")
    return found.median


def _example(param: Param, factor: float) -> str:
    """A value as one may type it, within the bounds."""
    typical = 0.25 if param.unit.split("/")[0] in ("share", "score") else 100.0 if param.unit.split("/")[0] == "USD" else 10.0
    return f"'{format_number(min(max(factor * typical, param.low), param.high), param.unit)}'"


def _scale(run: Run, key: str, param: Param) -> tuple[float, float]:
    """Least and most that a number may be: a score lies on the scale of its metric."""
    words = key.split(".")
    owner = (words[-1] if words[-1] == UNSEEN else f"tasks.{words[-1]}") if words[0] == "strategies" else key.partition(".score")[0]
    ends = [run.lowered.used.get(f"{owner}.score.{end}") for end in ("worst", "best")]
    if param.unit != "score" or None in ends:
        return param.low, param.high
    low, high = sorted(end.distribution.median for end in ends if end is not None)
    return max(low, param.low), min(high, param.high)


def _ends(quantity: Quantity | None, bounds: tuple[float, float]) -> tuple[float, float]:
    """From where to where, from what it is now; NaN where that leads nowhere."""
    if quantity is None:
        return math.nan, math.nan
    if not quantity.distribution.is_point:
        _, low, high = after_pilots(quantity.distribution, quantity.learned or (0.0, 1.0), reach=REACH)
    else:
        value = quantity.distribution.median
        low, high = sorted((value / FACTOR, value * FACTOR))
    low, high = (min(max(float(f"{value:.{DIGITS}g}"), bounds[0]), bounds[1]) for value in (low, high))
    return (low, high) if low < high else (math.nan, math.nan)


def _choices(quantity: Quantity | None) -> tuple[float, ...]:
    """The values themselves, of a number that is one of several."""
    if quantity is None or quantity.distribution.family != "choices":
        return ()
    known: Distribution = quantity.distribution
    return tuple(sorted(set(known.parameters[: len(known.parameters) // 2])))


def spread(low: float, high: float, steps: int, *, whole: bool = False) -> tuple[float, ...]:
    """Values from one end to the other, the ends included, in as few digits as tell them apart.

    Equal factors where the range is wide, else equal differences.

    >>> spread(1.0, 2.0, 5)
    (1.0, 1.25, 1.5, 1.75, 2.0)
    >>> spread(1.0, 100.0, 5)
    (1.0, 3.16, 10.0, 31.6, 100.0)
    >>> spread(1.0, 3.0, 9, whole=True)
    (1.0, 2.0, 3.0)
    """
    wide = low > 0.0 and high / low >= WIDE
    even = np.geomspace(low, high, steps) if wide else np.linspace(low, high, steps)
    finest = float(np.diff(even).min())
    inner = [_rounded(value, finest) for value in even[1:-1].tolist()]
    values: Sequence[float] = [low, *(value for value in inner if low < value < high), high]
    if whole:
        values = [float(value) for value in range(math.ceil(low), math.floor(high) + 1)] if high - low < steps else [float(round(value)) for value in values]
    return tuple(sorted(set(values)))


def _rounded(value: float, step: float) -> float:
    """A value in ``DIGITS`` digits, or in as many as tell it from one a step away."""
    if value == 0.0:
        return 0.0
    digits = max(DIGITS, math.ceil(math.log10(max(abs(value) / step, 1.0))) + 1)
    return float(f"{value:.{digits}g}")
