"""What came out of comparing two scenarios, in two sentences."""

from __future__ import annotations

from collections.abc import Callable

from tuneplan.report.days import signed_days
from tuneplan.report.words import points_apart, signed_points, signed_usd, usd
from tuneplan.study.comparing import Compared, Difference
from tuneplan.study.decision import Estimate, within_error
from tuneplan.study.results import Verdict


def answer(compared: Compared) -> str:
    """Whether the recommendation changes, and what B gives and costs more."""
    if not compared.steps:
        return f"Nothing that decides anything differs, so every difference is exactly 0. {_recommendation(compared)}"
    return " ".join([_recommendation(compared), *([_whole(compared, compared.whole)] if compared.whole is not None else [])])


def _recommendation(compared: Compared) -> str:
    a, b = recommended(compared.one), recommended(compared.other)
    if a and b:
        same = f"The recommendation stays: {b}" if a == b else f"The recommendation changes from {a} to {b}"
        return f"{same}{_too_close(compared)}."
    if not a and not b:
        return f"Nothing meets the limits, neither of A{_nearest(compared.one)} nor of B{_nearest(compared.other)}."
    if b:
        return f"The recommendation is new: {b}. Nothing meets the limits of A{_nearest(compared.one)}."
    return f"The recommendation is gone: nothing meets the limits of B{_nearest(compared.other)}, where A has {a}."


def recommended(side: Verdict) -> str:
    """What a side recommends; empty where nothing meets its limits."""
    return "" if side.decision.best is None else side.decision.strategies[side.decision.best]


def _nearest(side: Verdict) -> str:
    return f" (nearest is {side.nearest})" if side.nearest else ""


def _too_close(compared: Compared) -> str:
    """On which side simulation error hides which strategy is best."""
    close = [name for name, side in (("A", compared.one), ("B", compared.other)) if side.decision.too_close]
    return f" (too close to call in {' and in '.join(close)})" if close else ""


def _whole(compared: Compared, whole: Difference) -> str:
    same = whole.one == whole.other
    who, than = (f"With {whole.other}, B", "A") if same else (f"B's {whole.other}", f"A's {whole.one}")
    if is_nothing(whole.points) and is_nothing(whole.usd):
        return f"{who} delivers and costs the same as {than} in every draw.{_ships(whole.days)}"
    points = _said(whole.points, ("delivers", "points"), than, points_apart, signed_points)
    money = _said(whole.usd, ("costs", ""), than, lambda size: usd(abs(size)), signed_usd)
    return f"{who} {points} and {money}.{_ships(whole.days)}"


def _ships(margin: Estimate | None) -> str:
    """By how much all of it ships later, where that is known and differs at all."""
    if margin is None or is_nothing(margin) or within_error(margin):
        return ""
    later = f"{signed_days(abs(margin.mean)).lstrip('+')} days {'later' if margin.mean > 0.0 else 'earlier'}"
    return f" All of it ships {later} on average (90 % {signed_days(margin.low)} to {signed_days(margin.high)})."


def _said(margin: Estimate, words: tuple[str, str], than: str, size: Callable[[float], str], signed: Callable[[float], str]) -> str:
    """A difference in words, with its interval; nothing is said of the sign where the simulation can't tell."""
    verb, noun = words
    level = f"{verb} as {'many points' if noun else 'much'} as {than}"
    if is_nothing(margin):
        return f"{level} in every draw"
    band = f"90 % {signed(margin.low)} to {signed(margin.high)}"
    if within_error(margin):
        return f"{level} as far as these draws can tell ({band})"
    if noun and size(margin.mean) == "0.00":
        return f"{level}, but for less than 0.01 {noun}"
    amount = " ".join([size(margin.mean), *([noun] if noun else []), "more" if margin.mean > 0.0 else "less"])
    return f"{verb} {amount} than {than} ({band})"


def is_nothing(margin: Estimate) -> bool:
    """Whether two outputs are the same, draw by draw."""
    return margin.mean == margin.low == margin.high == 0.0
