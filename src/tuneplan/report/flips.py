"""What would flip the verdict, in words."""

from __future__ import annotations

from tuneplan.report.words import draws, points_apart, share, usd
from tuneplan.scenario.grammar.dimensions import format_numbers
from tuneplan.scenario.grammar.quantities import format_number
from tuneplan.study.results import Verdict
from tuneplan.study.sensitivity.rule import indifference
from tuneplan.study.sensitivity.switching import FEWEST, SwitchPoint, switch_points

MOST_SAID = 3
"""Switch points that a verdict names."""
DIGITS = 3
"""Significant digits of a switch point: simulation error leaves no more."""


def value_in_words(value: float, unit: str) -> str:
    """A value of an input as one may type it, to three digits.

    >>> value_in_words(0.06449, "share"), value_in_words(20_412.0, "request/month")
    ('6.45%', '20.4k requests/month')
    """
    return format_number(float(f"{value:.{DIGITS}g}"), unit)


def range_in_words(low: float, high: float, unit: str) -> str:
    """Two values of an input, the unit said only where it stands before the number or is a per cent.

    >>> range_in_words(2.0, 3.0, "USD/hour"), range_in_words(20e3, 41_234.0, "request/month"), range_in_words(0.1, 0.2, "share")
    ('$2 to $3', '20k to 41.2k', '10 to 20%')
    """
    for digits in range(DIGITS, 2 * DIGITS + 1):
        ends = (float(f"{low:.{digits}g}"), float(f"{high:.{digits}g}"))
        if ends[0] < ends[1]:
            break
    return format_numbers(ends, _short(unit))


def _short(unit: str) -> str:
    """As much of a unit as stands with the number itself."""
    first = unit.split("/")[0]
    return first if first in ("USD", "share") else "1"


def where(flip: SwitchPoint, *, short: bool = False) -> str:
    """On which side of which value: ``above 3 weeks``; ``short``: without what follows the number.

    >>> from dataclasses import replace
    >>> flip = SwitchPoint(path="gpu.price", unit="USD/hour", value=4.0, low=3.9, high=4.1, above=True, until=float("nan"),
    ...     probability=0.2, to="b", gain=1.0, saved=0.0, too_close=False)
    >>> where(flip), where(replace(flip, above=False)), where(replace(flip, until=5.0))
    ('above $4/hour', 'below $4/hour', 'between $4/hour and $5/hour')
    """
    unit = _short(flip.unit) if short else flip.unit
    if flip.until == flip.until:
        return f"between {value_in_words(flip.value, unit)} and {value_in_words(flip.until, unit)}"
    return f"{'above' if flip.above else 'below'} {value_in_words(flip.value, unit)}"


def flips(verdict: Verdict) -> list[str]:
    """At most three sentences: the switch points that are most probably passed, and what then holds."""
    clear = [flip for flip in switch_points(verdict) if not flip.too_close]
    return [_sentence(flip, verdict.decision.unit) for flip in clear[:MOST_SAID]]


def _sentence(flip: SwitchPoint, unit: str) -> str:
    return f"With {flip.path} {where(flip)} ({share(flip.probability)} likely) {flip.to} is {then(flip, unit)}."


def then(flip: SwitchPoint, unit: str) -> str:
    """What the other strategy is, beyond a switch point."""
    ahead = usd(flip.gain) if unit == "USD" else f"{points_apart(flip.gain)} points"
    if flip.gain > indifference(unit):
        return f"{ahead} ahead"
    return f"level and {usd(flip.saved)} cheaper" if flip.saved > 0.0 else "level, and chosen"


def what_would_flip_it(verdict: Verdict) -> list[str]:
    """The same as one remark; nothing where there is no choice, or too few draws to tell."""
    decision = verdict.decision
    if decision.best is None or sum(decision.allowed) < 2 or verdict.run.design.draws < FEWEST:
        return []
    if all(first == decision.same_as[decision.best] for first, allowed in zip(decision.same_as, decision.allowed, strict=True) if allowed):
        return []  # all come to the same in every draw: there is nothing to flip
    said = flips(verdict)
    if not said:
        return [f"No uncertain input would flip it by itself, as far as {draws(verdict.run.design.draws)} can tell."]
    count = ("One thing", "Two things", "Three things")[len(said) - 1]
    return [f"{count} would flip it{', each by itself' if len(said) > 1 else ''}. {' '.join(said)}"]
