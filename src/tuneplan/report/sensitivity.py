"""A sensitivity as a page; as data and as rows in ``sensitivity_records``."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tuneplan.report.advice import recommendation
from tuneplan.report.data import provenance
from tuneplan.report.flips import range_in_words, where
from tuneplan.report.page import Page, of_pilots
from tuneplan.report.sensitivity_records import content, rows
from tuneplan.report.tables import Table
from tuneplan.report.words import draws, listed, share, signed_points, signed_usd, usd
from tuneplan.study.decision import LEVEL, within_error
from tuneplan.study.results import Verdict
from tuneplan.study.sensitivity.analysis import Effect, Sensitivity
from tuneplan.study.sensitivity.indices import Indices, Share
from tuneplan.study.sensitivity.regions import REGIONS, Region
from tuneplan.study.sensitivity.switching import FEWEST, switch_points
from tuneplan.study.sensitivity.tornado import End

__all__ = ["content", "no_content", "nothing_to_take_apart", "page", "rows"]

SHOWN = 12
"""Inputs of the table: the rest stand in JSON and CSV."""
NAMED = 4
"""Names in a sentence; of more it is told how many."""
ROUNDING = 1e-9
"""Relative size of what is nothing but rounding."""
NOTHING = 0.005
"""Share of the variance that rounds to nothing."""


def page(found: Sensitivity) -> Page:
    """What people read: what moves the difference, where the verdict flips, who wins where."""
    if is_still(found):
        still = f"{found.best} less {found.against}, in {found.objective}, is {_signed(found)(found.difference.mean)}{_unit(found)} in every draw: no input moves it."
        return Page(title=_title(found), parts=(still, *_not_shown(found), *of_pilots(found.verdict.run.scenario), _stats(found)))
    parts: list[str | Table] = [_difference(found)]
    parts += [said_luck(found)] if said_luck(found) else []
    parts.append(_effects(found))
    parts.append(_reading(found))
    parts += _flips(found)
    table = thirds(found)
    parts += [] if table is None else [table]
    return Page(title=_title(found), parts=(*parts, *_not_shown(found), *of_pilots(found.verdict.run.scenario), _stats(found)))


def nothing_to_take_apart(verdict: Verdict) -> Page:
    """Said where there is no difference to take."""
    why = "There is one strategy only, so nothing can flip." if verdict.decision.best is not None else f"{recommendation(verdict)} Without a recommendation there is none to flip."
    if verdict.decision.best is not None and len(verdict.decision.strategies) > 1:
        why = f"{recommendation(verdict)} No other can be done at all, so there is no difference to take apart."
    return Page(title=f"{verdict.run.scenario.name}: what the verdict hangs on", parts=(why, *of_pilots(verdict.run.scenario)))


def _title(found: Sensitivity) -> str:
    return f"{found.verdict.run.scenario.name}: what {found.best} against {found.against} hangs on"


def _signed(found: Sensitivity) -> Callable[[float], str]:
    return signed_usd if found.unit == "USD" else signed_points


def _unit(found: Sensitivity) -> str:
    return "" if found.unit == "USD" else " points"


def is_still(found: Sensitivity) -> bool:
    """Whether nothing moves the difference at all."""
    difference = found.difference
    return not _moving(found) and difference.high - difference.low <= ROUNDING * abs(difference.mean)


def _moving(found: Sensitivity) -> list[Effect]:
    """Inputs that move the difference by more than rounding."""
    return [effect for effect in found.effects if _moves(effect, found)]


def _moves(effect: Effect, found: Sensitivity) -> bool:
    size = max(abs(found.nominal.difference), found.difference.high - found.difference.low)
    shares = effect.shares
    return effect.swing > ROUNDING * size or bool(effect.switches) or (shares is not None and shares.total_order.mean > ROUNDING)


def _difference(found: Sensitivity) -> str:
    signed, unit, difference = _signed(found), _unit(found), found.difference
    error = f"; simulation error {usd(difference.error) if found.unit == 'USD' else f'{difference.error:.2g}'}" if not math.isnan(difference.error) else ""
    decision = found.verdict.decision
    breaks = "" if decision.allowed[decision.strategies.index(found.against)] else " (which breaks the limits)"
    said = (
        f"{found.best} less {found.against}{breaks}, in {found.objective}: {signed(difference.mean)}{unit} on average "
        f"(90 % {signed(difference.low)} to {signed(difference.high)}{error})"
    )
    if found.verdict.run.design.draws >= FEWEST and within_error(difference):
        said += ", too close to call"
    elif found.unit == "point" and abs(difference.mean) < LEVEL:
        said += ", which is level"
    return f"{said}. With every input at its median, and no luck, it is {signed(found.nominal.difference)}{unit}, and {found.nominal.winner} is recommended."


def said_luck(found: Sensitivity) -> str:
    """How much of the spread no better estimate removes; empty where it is nothing."""
    if found.luck is None or found.luck.total_order.mean < NOTHING:
        return ""
    alone, total = found.luck.first_order, found.luck.total_order
    return (
        f"Luck (format clashes, and what the law misses) has a part in {_percent(total.mean)} ({_percent(total.low)} to {_percent(total.high)}) "
        f"of the variance of the difference, in {_percent(min(alone.mean, total.mean))} by itself: no better estimate of an input removes that."
    )


def _percent(value: float) -> str:
    return share(min(max(value, 0.0), 1.0)) if abs(value) >= NOTHING else "0 %"


def _effects(found: Sensitivity) -> Table:
    """Both ends of each input, its shares of the variance, its switch point; a star for the names of winners where they don't fit."""
    starred = _effects_said(found, f"; * {found.best} is not recommended there", named=False)
    return replace(_effects_said(found, "", named=True), shorter=starred)


def _effects_said(found: Sensitivity, note: str, *, named: bool) -> Table:
    shown = _moving(found)[:SHOWN]
    others = [("  the others together", "", "", *_shares(found.others), "")] if found.others is not None else []
    what = f"Inputs by their share of the variance ({'net benefit' if found.unit == 'USD' else 'points'} of {found.best} less {found.against}{note})"
    rows = [(f"  {each.input.label}", _end(found, each.low, named), _end(found, each.high, named), *_shares(each.shares), _switch(each)) for each in shown]
    return Table(title=what, head=("", "at 5 %", "at 95 %", "alone", "in all", "flips, likely"), rows=(*rows, *others))


def _end(found: Sensitivity, end: End, named: bool) -> str:
    """The difference there, and who is recommended where it is another one."""
    said = _signed(found)(end.difference)
    return said if end.winner == found.best else f"{said} {end.winner if named else '*'}"


def _shares(found: Indices | None) -> tuple[str, str]:
    if found is None:
        return "-", "-"
    return _percent(found.first_order.mean), f"{_percent(found.total_order.mean)} ({_band(found.total_order)})"


def _band(of: Share) -> str:
    return f"{_percent(of.low)}-{_percent(of.high)}".replace(" %", "")


def _switch(effect: Effect) -> str:
    clear = [flip for flip in effect.switches if not flip.too_close]
    if not clear:
        return "too close" if effect.switches else "-"
    return " or ".join(f"{where(flip, short=True)}, {share(flip.probability)}" for flip in clear)


def _reading(found: Sensitivity) -> str:
    return (
        "At 5 % and 95 %: the difference with that input at these points of its own distribution, all others at their medians; "
        f"marked where {found.best} is not recommended there. Alone and in all: first- and total-order Sobol' indices, the latter with a "
        "90 % interval. Flips: where that input alone flips the recommendation, all else as uncertain as it is, and how likely it lies there. "
        "Correlated numbers move by what is their own, and what they have in common stands as an input by itself; a flip takes along what goes with it."
    )


def _flips(found: Sensitivity) -> list[str | Table]:
    """The switch points in full, or that there are none."""
    every = switch_points(found.verdict)
    clear = [flip for flip in every if not flip.too_close]
    if sum(found.verdict.decision.allowed) < 2:
        return ["No other strategy meets the limits, so no input flips the recommendation while they hold."]
    if found.verdict.run.design.draws < FEWEST:
        return [f"{found.verdict.run.design.draws} draws are too few to look for switch points; 4096 are usual."]
    said: list[str | Table] = []
    if clear:
        costs = () if found.unit == "USD" else ("costs",)
        rows = [
            (
                f"  {flip.path}", where(flip), range_in_words(flip.low, flip.high, flip.unit), share(flip.probability), flip.to,
                _signed(found)(flip.gain), *(signed_usd(-flip.saved) for _ in costs),
            )
            for flip in clear
        ]  # fmt: skip
        title = "Switch points, with twice the simulation error on either side"
        said.append(Table(title=title, head=("", "where", "within", "likely", "then", "ahead by", *costs), rows=tuple(rows)))
    else:
        said.append("No input clearly flips the recommendation by itself.")
    close = list(dict.fromkeys(flip.path for flip in every if flip.too_close))
    if close:
        said.append(f"Too close to call at {found.verdict.run.design.draws} draws: whether {_some(close)} would; {4 * found.verdict.run.design.draws} draws halve the simulation error.")
    return said


def thirds(found: Sensitivity) -> Table | None:
    """Who is recommended where an input is low, middling or high; None where none was looked at so."""
    if not any(effect.regions for effect in _moving(found)):
        return None
    rows = tuple((f"  {effect.input.label}", *(_region(found, each) for each in effect.regions)) for effect in _moving(found) if effect.regions)
    cheaper = f"; level: within {LEVEL} points, so the cheaper" if found.unit == "point" else ""
    return Table(title=f"Who is recommended in each third of an input, and how far ahead of the best other{cheaper}", head=("", *REGIONS), rows=rows)


def _region(found: Sensitivity, region: Region) -> str:
    how = "too close" if region.too_close else "level" if region.level else _signed(found)(region.lead.mean)
    return f"{region.winner}, {how}"


def _not_shown(found: Sensitivity) -> list[str | Table]:
    """What is left out of the table, and why."""
    inputs, said = found.inputs, []
    if inputs.constant:
        said.append(f"{len(inputs.constant)} numbers in use are known exactly, so they move nothing here ({_some(list(inputs.constant))}): give an interval, or ask simulate breakeven.")
    if inputs.unread:
        said.append(f"{len(inputs.unread)} uncertain numbers are read by nothing in this scenario ({_some(list(inputs.unread))}).")
    if found.left_out:
        said.append(f"{found.left_out} inputs that go least with the difference were not moved one by one.")
    moving = _moving(found)
    alike = [effect.input.label for effect in found.effects if effect not in moving]
    if alike:
        said.append(f"{len(alike)} inputs move both strategies alike, or neither ({_some(alike)}).")
    if len(moving) > SHOWN:
        said.append(f"{len(moving) - SHOWN} more inputs stand in --format json and csv.")
    return [" ".join(said)] if said else []


def _some(names: list[str]) -> str:
    more = len(names) - NAMED
    return listed(names) if more <= 0 else f"{', '.join(names[:NAMED])} and {more} more"


def _stats(found: Sensitivity) -> str:
    design = found.verdict.run.design
    behind = f"indices from two sets of {found.points} points" if found.points else "too few draws for indices: 64 at least"
    return f"{draws(design.draws)}, seed {design.seed}; {behind}."


def no_content(verdict: Verdict) -> dict[str, Any]:
    """The same where there is no difference to take: that there is none, and why."""
    best = verdict.decision.best
    return {
        **provenance(verdict.run.scenario, verdict.run.design),
        "units": {},
        "best": None if best is None else verdict.decision.strategies[best],
        "against": None,
        "effects": [],
        "switch_points": [],
        "said": nothing_to_take_apart(verdict).parts[0],
    }
