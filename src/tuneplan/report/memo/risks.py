"""Risks: what may go wrong with the recommended option, ranked by what it takes in a bad draw, each with its size where that is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tuneplan.evidence.findings import Findings
from tuneplan.report.document.blocks import Block, Paragraph, Points, Section
from tuneplan.report.launches import deadline
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.schedule import first_to_ask
from tuneplan.report.memo.wording import money_said
from tuneplan.report.remarks import about_evidence
from tuneplan.report.tables import Table
from tuneplan.report.words import listed, plain, share, signed_points, usd
from tuneplan.scenario.cautions import cautions
from tuneplan.study.decision import Estimate
from tuneplan.study.exposure import Exposure

TENTH = 0.1
WORTH_SAYING = 0.05
"""Points lost in a bad draw below which narrow training goes without saying."""
UNSIZED = -1.0
"""Rank of what nobody knows the size of: last, in the order told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Something that may go wrong.

    Attributes
    ----------
    likely, size, answer
        How likely it is, how large on average, and what to do about it, in words.
    points
        What it takes in one draw of twenty at least, by which risks are ranked; ``UNSIZED``: not known. [point]
    bad
        The same in words; empty: the points themselves.
    """

    what: str
    likely: str
    size: str
    answer: str
    points: float
    bad: str = ""

    @property
    def if_bad(self) -> str:
        """What it takes in a bad draw, as the table shows it."""
        return self.bad or ("not known" if self.points == UNSIZED else f"{self.points:.1f} points" if self.points else "nothing")


def section(findings: Findings, pictures: Pictures) -> Section:
    """A table of risks, then what the scenario itself warns of."""
    blocks: list[Block] = []
    found = risks(findings)
    if found:
        rows = tuple((each.what, each.likely, each.size, each.if_bad, each.answer) for each in found)
        name = findings.stakes.exposure.strategy if findings.stakes.exposure is not None else ""
        blocks.append(Table(title=f"Risks of {name}, by what they take in one draw of twenty at least", head=("what", "how likely", "on average", "1 in 20 takes", "what to do"), rows=rows, flowing=True))
        blocks.append(Paragraph("The scores and costs of this memo have these in them already, in as many draws as they are likely; only what has no size here comes on top."))
    misfits = [f"{row.name} can't be done: {row.misfit}." for row in findings.verdict.results if row.misfit]
    if misfits:
        blocks.append(Points(tuple(misfits)))
    blocks.append(Paragraph(about_evidence(findings.verdict)))
    warned = [f"{plain(each.path)}: {plain(each.message)}." for each in cautions(findings.run.asked)]
    if warned:
        blocks += [Paragraph("The scenario warns of:"), Points(tuple(warned))]
    return Section(title="Risks", anchor="risks", blocks=tuple(blocks))


def risks(findings: Findings) -> list[Risk]:
    """Every risk that there is, the one that takes most first."""
    exposure = findings.stakes.exposure
    if exposure is None:
        return []
    found = [risk for rule in RULES for risk in rule(findings, exposure)]
    return sorted(found, key=lambda each: -each.points)


def _lost(each: Estimate) -> str:
    """What a part brings, less than nothing where it takes."""
    return f"{signed_points(each.mean)} points"


def _taken(each: Estimate) -> float:
    """What a part takes in one draw of twenty at least. [point]"""
    return max(-each.low, 0.0)


def _others(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    """What tasks take from one another in one model."""
    part = exposure.parts.get("interference and clash")
    if part is not None and part.low < 0.0:
        clash = f"; a format clash in {share(exposure.clash)} of draws" if exposure.clash > 0.0 else ""
        yield Risk(
            what="Tasks in one model take from one another (interference, clashing formats)", likely=f"some of it for sure{clash}", size=_lost(part),
            answer="train the first tenth mixed and alone, and compare", points=_taken(part),
        )  # fmt: skip


def _luck(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    """What no law foresees."""
    part = exposure.parts.get("beyond the law")
    if part is not None and part.low < 0.0:
        yield Risk(
            what="A training run comes out worse than any law foresees", likely="as likely worse as better", size=_lost(part),
            answer="score it on held-out examples before it is served", points=_taken(part),
        )  # fmt: skip


def _routing(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    part = exposure.parts.get("routing")
    if part is not None and part.mean < 0.0:
        yield Risk(what="Requests reach the wrong model", likely="some for sure", size=_lost(part), answer="measure the router on logged requests", points=_taken(part))


def _unseen(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    part = exposure.forgotten
    if part is not None and part.low <= -WORTH_SAYING:
        asked = float(findings.run.lowered.inputs["unseen_share"].mean())
        net = exposure.parts.get("unseen requests")
        made_good = f"; what training teaches them brings more, in all {signed_points(net.mean)}" if net is not None and net.mean > 0.0 else ""
        yield Risk(
            what="Narrow training spoils requests that nobody trained for", likely=f"touches {share(asked)} of requests", size=f"{_lost(part)} of the average request{made_good}",
            answer="log requests outside every task; mix in public instructions (replay)", points=_taken(part),
        )  # fmt: skip


def _budget(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    if exposure.overrun is None:
        return
    over, price = exposure.overrun, findings.information.usd_per_point
    beyond = exposure.overrun_if_bad
    in_points = beyond / price if price > 0.0 and math.isfinite(price) else UNSIZED
    worth = f", {in_points:.1f} points' worth" if in_points > 0.0 else ""
    yield Risk(
        what=f"The budget of {usd(findings.verdict.limit)} breaks", likely=share(exposure.broken), size=f"if it does, over by {money_said(over)}",
        answer="buy examples in parts, and stop when prices run away", points=in_points, bad=f"{usd(beyond)}{worth}" if beyond > 0.0 else "",
    )  # fmt: skip


def _deadline(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    """All of it ships after the deadline."""
    launches, price = findings.verdict.launches, findings.information.usd_per_point
    launch = None if launches is None else launches.of(exposure.strategy)
    if launches is None or launch is None or not launch.in_time < 1.0:
        return
    delay = findings.verdict.results[findings.verdict.decision.strategies.index(exposure.strategy)].components["delay"]
    in_points = delay.high / price if delay.high > 0.0 and price > 0.0 and math.isfinite(price) else UNSIZED
    worth = f", {in_points:.1f} points' worth" if in_points > 0.0 else ""
    costs = f" and {usd(delay.mean)}" if delay.mean > 0.0 else ""
    yield Risk(
        what=f"All of it ships after {deadline(launches)}", likely=share(1.0 - launch.in_time), size=f"{launch.late.mean:.0f} days{costs}",
        answer=_begins_low(first_to_ask(findings).rstrip(".")) or "begin earlier, or ship a part first", points=in_points,
        bad=f"{launch.late.high:.0f} days{f', {usd(delay.high)}' if delay.high > 0.0 else ''}{worth}",
    )  # fmt: skip


def _begins_low(sentence: str) -> str:
    """A sentence as part of another."""
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _retiring_base(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    if exposure.retirements <= 0.0:
        return
    chance = -math.expm1(-exposure.retirements)
    yield Risk(
        what="The base model retires, and all is trained again", likely=f"{share(chance)} within the horizon",
        size=f"training again is in upkeep, with {money_said(exposure.retraining)}",
        answer="keep examples and scripts so that another base can be trained", points=UNSIZED,
    )  # fmt: skip


def _retiring_api(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    """The recommended option's own API model ends."""
    for each in cautions(findings.run.asked):
        if each.path.startswith(f"strategies.{exposure.strategy}.api") and " retire" in f" {each.message}":
            yield Risk(what=plain(each.message), likely="certain", size="not known: scores of its successor", answer="score a successor before that day", points=UNSIZED)


def _old_prices(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    """Rents of the catalogue that may have moved since."""
    old = [each for each in cautions(findings.run.asked) if "the rent of" in each.message or "spot rent of" in each.message]
    if old and exposure.rents.mean > 0.0:
        yield Risk(
            what="Rents of GPUs have moved since they were noted", likely="likely, in either direction", size=f"each 10 % on rents is {usd(TENTH * exposure.rents.median)} (P50)",
            answer=f"ask again and give {listed(list(dict.fromkeys(each.message.rpartition('give ')[2] for each in old)))}", points=UNSIZED,
        )  # fmt: skip


def _beyond_evidence(findings: Findings, exposure: Exposure) -> Iterator[Risk]:
    if findings.run.extrapolations:
        far = listed([f"{what} {how}" for what, how in findings.run.extrapolations.items()])
        yield Risk(what=f"The laws are stretched beyond what was measured: {far}", likely="certain", size="not known", answer="run a pilot at that size", points=UNSIZED)


RULES: tuple[Callable[[Findings, Exposure], Iterator[Risk]], ...] = (
    _luck, _others, _routing, _unseen, _budget, _deadline, _retiring_base, _old_prices, _retiring_api, _beyond_evidence,
)  # fmt: skip
"""Every risk that is looked for."""
