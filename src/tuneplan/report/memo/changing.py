"""Page one, second part: what would change the recommendation, and what to find out first."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuneplan.evidence.findings import Findings
from tuneplan.report import voi
from tuneplan.report.document.blocks import Block, Paragraph, Points, Section
from tuneplan.report.flips import then, where
from tuneplan.report.memo.wording import counted, lasting, named, odds
from tuneplan.report.sensitivity import is_still
from tuneplan.report.words import duration, signed_points, signed_usd, usd, usd_at_least
from tuneplan.study.frontier.analysis import FrontierStudy
from tuneplan.study.sensitivity.analysis import Effect
from tuneplan.study.sensitivity.regions import Region
from tuneplan.study.sensitivity.switching import FEWEST, SwitchPoint, switch_points

MOST = 3
"""Switch points of page one."""
NAMES = 1
"""Numbers of a check that page one names."""


def changing(findings: Findings) -> Section:
    """At most three things that would turn the choice; that none does by itself, where none does."""
    return Section(title="What would change our mind", anchor="change", blocks=tuple(_blocks(findings)))


def _blocks(findings: Findings) -> Iterator[Block]:
    decision = findings.verdict.decision
    if len(decision.strategies) == 1:
        yield Paragraph("There is one option only, so nothing turns the choice: what could be asked is whether to do it at all.")
        return
    if findings.sensitivity is not None and is_still(findings.sensitivity):
        yield Paragraph(f"{findings.sensitivity.best} less {findings.sensitivity.against} is the same in every draw: no uncertain number turns the choice.")
        return
    clear = [flip for flip in switch_points(findings.verdict) if not flip.too_close]
    said = [_flip(findings, flip) for flip in clear]
    choice = sum(decision.allowed) > 1
    near = list(_nearest(findings)) if choice and not clear else []
    said += [*_value(findings), *_budget(findings), *near]
    if choice and not clear:
        yield Paragraph(_none_alone(findings, more=bool(said)))
    elif not choice:
        yield Paragraph("No other option meets the limits, so that only other limits would change the choice.")
    if said:
        yield Points(tuple(said[:MOST]))


def _none_alone(findings: Findings, *, more: bool) -> str:
    draws = findings.run.design.draws
    if draws < FEWEST:
        return f"{counted(draws)} {'is' if draws == 1 else 'are'} too few to tell which number would turn the choice; 4096 are usual."
    luck = None if findings.sensitivity is None else findings.sensitivity.luck
    said = f"No uncertain number turns the choice by itself, as far as {draws} draws can tell"
    if luck is not None and luck.total_order.mean > 0.5:
        said += "; most of the doubt is luck (format clashes, what no law foresees)"
    return f"{said}. What would, or comes nearest:" if more else f"{said}."


def _flip(findings: Findings, flip: SwitchPoint) -> str:
    return f"{named(flip.path)} {where(flip)}, as in {odds(flip.probability)}: then {lasting(findings, flip.to)} is {then(flip, findings.verdict.decision.unit)}."


def _value(findings: Findings) -> Iterator[str]:
    """The value of a point next to which money decides otherwise, where points have no price of their own."""
    study = findings.frontier
    best = study.decision.best
    if best is None or not study.is_a_choice:
        return
    for each in study.over_value.switches:
        if each.too_close or best not in (each.before, each.after):
            continue
        below = each.after == best
        other = study.options.strategies[each.before if below else each.after]
        yours = f"; yours comes to {usd(study.own_value)}" if not math.isnan(study.own_value) else ""
        error = "" if math.isnan(each.error) else f" ± {usd(each.error)}"
        yield (
            f"A point more on all requests that is worth {'less' if below else 'more'} than {usd(each.value)}{error} over {duration(study.months, 'month')} "
            f"({usd(each.value / study.months)} a month{yours}): then {lasting(findings, other)}, on average."
        )


def _budget(findings: Findings) -> Iterator[str]:
    """The nearest budgets, below and above, at which another option is recommended."""
    study = findings.frontier
    over, own, best = study.over_budget, study.options.budget, study.decision.best
    if best is None or math.isnan(own):
        return
    chosen, limits = over.recommended.tolist(), over.limit.tolist()
    below = [place for place, limit in enumerate(limits) if limit < own and chosen[place] != best]
    above = [place for place, limit in enumerate(limits) if limit > own and chosen[place] not in (best, -1)]
    if below:
        place = below[-1]
        other = "nothing is feasible" if chosen[place] < 0 else lasting(findings, over.strategies[chosen[place]])
        back = over.strategies[chosen[place + 1]] if chosen[place + 1] not in (best, -1) else ""
        yield f"{_lower_budget(study, limits[place], limits[place + 1])} (now {usd(own)}): then {other}{f', above it {back}' if back else ''}."
    if above:
        place = above[0]
        at = f"A budget above a turn somewhere between {usd(limits[place - 1])} and {usd(limits[place])}" if over.planned else f"A budget of {usd_at_least(limits[place])}"
        yield f"{at} (now {usd(own)}): then {lasting(findings, over.strategies[chosen[place]])}."


def _lower_budget(study: FrontierStudy, low: float, high: float) -> str:
    """Below which budget; where plans are made anew, only those looked at are known."""
    if not study.over_budget.planned:
        return f"A budget below {usd_at_least(high)}"
    return f"A budget below a turn somewhere between {usd(low)} and {usd(high)}"


def _nearest(findings: Findings) -> Iterator[str]:
    """Numbers in a third of whose range the lead is lost in level or in simulation error: what to watch."""
    found = findings.sensitivity
    if found is None:
        return
    comes = "comes nearest"
    for effect in found.effects:
        region = next((each for each in effect.regions if each.level or each.too_close or each.winner != found.best), None)
        if region is not None and effect.input.quantity is not None:
            yield _watched(effect, region, found.unit, comes)
            comes = "comes next"


def _watched(effect: Effect, region: Region, unit: str, comes: str) -> str:
    lead = signed_usd(region.lead.mean) if unit == "USD" else f"{signed_points(region.lead.mean)} points"
    place = {"low": "lowest", "middle": "middle", "high": "highest"}[region.name]
    how = "too close to call" if region.too_close else "level" if region.level else "ahead"
    return f"{named(effect.input.label)} {comes}: in the {place} third of its range {region.winner} is {how} against {region.second} ({lead})."


# --- what to find out first -----------------------------------------------------------------------


def finding_out(findings: Findings) -> Section:
    """The check that pays, or that nothing is worth the wait."""
    found = findings.information
    said = voi.answer(found, names=NAMES)
    if found.has_choice and found.run.design.scrambles > 1 and not found.whole.is_hidden:
        said += f" Knowing everything would be worth {voi.amount(found.whole.value, found)}{voi.plus_minus(found.whole, found)}."
    return Section(title="Find out first", anchor="first", blocks=(Paragraph(said),))
