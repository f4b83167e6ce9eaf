"""A sensitivity as a page, as data and as rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tuneplan.report.advice import recommendation
from tuneplan.report.data import OF_INPUT, provenance
from tuneplan.report.flips import range_in_words, where
from tuneplan.report.page import ROOM, Page
from tuneplan.report.tables import Table, total_width
from tuneplan.report.words import listed, share, signed_points, signed_usd, usd
from tuneplan.study.decision import LEVEL, within_error
from tuneplan.study.indices import Indices, Share
from tuneplan.study.regions import REGIONS, Region
from tuneplan.study.results import Verdict
from tuneplan.study.sensitivity import Effect, Sensitivity
from tuneplan.study.switching import FEWEST, SwitchPoint, switch_points
from tuneplan.study.tornado import End

SHOWN = 12
"""Inputs of the table: the rest stand in JSON and CSV."""
NAMED = 4
"""Names in a sentence; of more it is told how many."""
NOTHING = 0.005
"""Share of the variance that rounds to nothing."""


def page(found: Sensitivity) -> Page:
    """What people read: what moves the difference, where the verdict flips, who wins where."""
    parts: list[str | Table] = [_difference(found)]
    if _is_still(found):
        parts.append(f"No input moves this difference: it is {_signed(found)(found.difference.mean)} in every draw.")
        return Page(title=_title(found), parts=(*parts, *_not_shown(found)))
    parts += [_about_luck(found)] if found.luck is not None else []
    parts.append(_effects(found))
    parts.append(_reading(found))
    parts += _flips(found)
    parts += [_regions(found)] if any(effect.regions for effect in found.effects) else []
    return Page(title=_title(found), parts=(*parts, *_not_shown(found), _stats(found)))


def nothing_to_take_apart(verdict: Verdict) -> Page:
    """Said where there is no difference to take."""
    why = "There is one strategy only, so nothing can flip." if verdict.decision.best is not None else f"{recommendation(verdict)} Without a recommendation there is none to flip."
    if verdict.decision.best is not None and len(verdict.decision.strategies) > 1:
        why = f"{recommendation(verdict)} No other can be done at all, so there is no difference to take apart."
    return Page(title=f"{verdict.run.scenario.name}: what the verdict hangs on", parts=(why,))


def _title(found: Sensitivity) -> str:
    return f"{found.verdict.run.scenario.name}: what {found.best} against {found.against} hangs on"


def _signed(found: Sensitivity) -> Any:
    return signed_usd if found.unit == "USD" else signed_points


def _unit(found: Sensitivity) -> str:
    return "" if found.unit == "USD" else " points"


def _is_still(found: Sensitivity) -> bool:
    """Whether nothing moves the difference at all."""
    moved = any(effect.swing > 0.0 for effect in found.effects)
    return not moved and found.difference.low == found.difference.mean == found.difference.high


def _difference(found: Sensitivity) -> str:
    signed, unit, difference = _signed(found), _unit(found), found.difference
    error = f"; simulation error {usd(difference.error) if found.unit == 'USD' else f'{difference.error:.2g}'}" if not math.isnan(difference.error) else ""
    said = (
        f"{found.best} less {found.against}, in {found.objective}: {signed(difference.mean)}{unit} on average "
        f"(90 % {signed(difference.low)} to {signed(difference.high)}{error})"
    )
    if found.verdict.run.design.draws >= FEWEST and within_error(difference):
        said += ", too close to call"
    elif found.unit == "point" and abs(difference.mean) < LEVEL:
        said += ", which is level"
    return f"{said}. With every input at its median, and no luck, it is {signed(found.nominal.difference)}{unit}, and {found.nominal.winner} is recommended."


def _about_luck(found: Sensitivity) -> str:
    assert found.luck is not None
    alone, total = found.luck.first_order, found.luck.total_order
    return (
        f"Luck (format clashes, and what the law misses) has a part in {_percent(total.mean)} ({_percent(total.low)} to {_percent(total.high)}) "
        f"of the variance of the difference, in {_percent(min(alone.mean, total.mean))} by itself: no better estimate of an input removes that."
    )


def _percent(value: float) -> str:
    return share(min(max(value, 0.0), 1.0)) if abs(value) >= NOTHING else "0 %"


def _effects(found: Sensitivity) -> Table:
    """Both ends of each input, its shares of the variance, its switch point; names of winners where there is room."""
    shown = found.effects[:SHOWN]
    others = [("  the others together", "", "", *_shares(found.others), "")] if found.others is not None else []
    what = f"Inputs by their share of the variance ({'net benefit' if found.unit == 'USD' else 'points'} of {found.best} less {found.against}"
    for named, note in ((True, ")"), (False, f"; * {found.best} is not recommended there)")):
        rows = [(f"  {each.input.label}", _end(found, each.low, named), _end(found, each.high, named), *_shares(each.shares), _switch(each)) for each in shown]
        table = Table(title=f"{what}{note}", head=("", "at 5 %", "at 95 %", "alone", "in all", "flips, likely"), rows=(*rows, *others))
        if total_width(table) <= ROOM:
            break
    return table


def _end(found: Sensitivity, end: End, named: bool) -> str:
    """The difference there, and who is recommended where it is another one."""
    said = str(_signed(found)(end.difference))
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
    return " or ".join(f"{where(flip)}, {share(flip.probability)}" for flip in clear)


def _reading(found: Sensitivity) -> str:
    return (
        "At 5 % and 95 %: the difference with that input at these points of its own distribution, all others at their medians; "
        f"marked where {found.best} is not recommended there. Alone and in all: first- and total-order Sobol' indices, the latter with a "
        "90 % interval. Flips: where that input alone flips the recommendation, all else as uncertain as it is, and how likely it lies there. "
        "Correlated numbers move by what is their own; what they have in common stands as an input by itself."
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
        rows = [(f"  {flip.path}", where(flip), _within(flip), share(flip.probability), flip.to, str(_signed(found)(flip.gain)), signed_usd(-flip.saved)) for flip in clear]
        title = "Switch points, with twice the simulation error on either side"
        said.append(Table(title=title, head=("", "where", "within", "likely", "then", "ahead by", "costs"), rows=tuple(rows)))
    else:
        said.append("No input clearly flips the recommendation by itself.")
    close = list(dict.fromkeys(flip.path for flip in every if flip.too_close))
    if close:
        said.append(f"Too close to call at {found.verdict.run.design.draws} draws: whether {_some(close)} would; {4 * found.verdict.run.design.draws} draws halve the simulation error.")
    return said


def _within(flip: SwitchPoint) -> str:
    """The switch point within twice the simulation error."""
    return range_in_words(flip.low, flip.high, flip.unit)


def _regions(found: Sensitivity) -> Table:
    rows = tuple((f"  {effect.input.label}", *(_region(found, each) for each in effect.regions)) for effect in found.effects if effect.regions)
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
    hidden = len(found.effects) - SHOWN
    if hidden > 0 and not _is_still(found):
        said.append(f"{hidden} more inputs stand in --format json and csv.")
    return [" ".join(said)] if said else []


def _some(names: list[str]) -> str:
    more = len(names) - NAMED
    return listed(names) if more <= 0 else f"{', '.join(names[:NAMED])} and {more} more"


def _stats(found: Sensitivity) -> str:
    design = found.verdict.run.design
    behind = f"indices from two sets of {found.points} points" if found.points else "too few draws for indices: 64 at least"
    return f"{design.draws} draws, seed {design.seed}; {behind}."


def content(found: Sensitivity) -> dict[str, Any]:
    """The whole for programs: bars of the tornado, shares, switch points, regions."""
    run = found.verdict.run
    return {
        **provenance(run.scenario, run.design),
        "units": {
            "difference": found.unit, "nominal.difference": found.unit, "effects.low.difference": found.unit,
            "effects.high.difference": found.unit, "effects.low.value": OF_INPUT, "effects.high.value": OF_INPUT,
            "effects.explained": "share", "effects.first_order": "share", "effects.total_order": "share",
            "others": "share", "luck": "share", "effects.regions.lead": found.unit,
            "switch_points.value": OF_INPUT, "switch_points.low": OF_INPUT, "switch_points.high": OF_INPUT, "switch_points.until": OF_INPUT,
            "effects.regions.start": OF_INPUT, "effects.regions.end": OF_INPUT, "switch_points.probability": "share",
            "switch_points.gain": found.unit, "switch_points.saved": "USD",
        },
        "best": found.best,
        "against": found.against,
        "objective": found.objective,
        "difference": found.difference,
        "nominal": {"difference": found.nominal.difference, "winner": found.nominal.winner},
        "points": found.points,
        "effects": [_effect(effect) for effect in found.effects],
        "others": found.others,
        "luck": found.luck,
        "switch_points": switch_points(found.verdict),
        "constant": found.inputs.constant,
        "unread": found.inputs.unread,
        "left_out": found.left_out,
    }  # fmt: skip


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


def _effect(effect: Effect) -> dict[str, Any]:
    quantity = effect.input.quantity
    return {
        "path": effect.input.name,
        "label": effect.input.label,
        "unit": "" if quantity is None else quantity.unit,
        "tied": effect.input.tied,
        "members": effect.input.members,
        "low": effect.low,
        "high": effect.high,
        "explained": effect.explained,
        "first_order": None if effect.shares is None else effect.shares.first_order,
        "total_order": None if effect.shares is None else effect.shares.total_order,
        "regions": effect.regions,
    }


def rows(found: Sensitivity) -> Iterator[dict[str, Any]]:
    """One row an input and number, tidy, with its unit."""
    for effect in found.effects:
        unit = "" if effect.input.quantity is None else effect.input.quantity.unit
        start = {"input": effect.input.name}
        for end, name in ((effect.low, "low end"), (effect.high, "high end")):
            yield {**start, "quantity": f"value at the {name}", "strategy": "", "unit": unit, "mean": end.value}
            yield {**start, "quantity": f"difference at the {name}", "strategy": end.winner, "unit": found.unit, "mean": end.difference}
        yield from _share_rows(start, effect.shares)
        for flip in effect.switches:
            near = {"p5": flip.low, "p95": flip.high}
            side = f"switch point, {'above' if flip.above else 'below'}{', too close to call' if flip.too_close else ''}"
            yield {**start, "quantity": side, "strategy": flip.to, "unit": unit, "mean": flip.value, **near}
            yield {**start, "quantity": "probability beyond", "strategy": flip.to, "unit": "share", "mean": flip.probability}
    for name, each in (("the others together", found.others), ("luck", found.luck)):
        yield from _share_rows({"input": name}, each)


def _share_rows(start: dict[str, str], found: Indices | None) -> Iterator[dict[str, Any]]:
    if found is not None:
        for name, each in (("first order", found.first_order), ("total order", found.total_order)):
            yield {**start, "quantity": name, "strategy": "", "unit": "share", "mean": each.mean, "p5": each.low, "p95": each.high}
