"""Confidence: how sure the choice is, what the doubt hangs on, and how far simulation may be off."""

from __future__ import annotations

from collections.abc import Iterator

from tuneplan.evidence.findings import Findings
from tuneplan.report import sensitivity, voi
from tuneplan.report.advice import regret
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.wording import counted, difference, odds, tidied
from tuneplan.report.remarks import settling
from tuneplan.report.tables import Table
from tuneplan.report.text import rivals
from tuneplan.report.words import signed_points, usd
from tuneplan.study.results import Verdict
from tuneplan.study.sensitivity.analysis import Sensitivity


def section(findings: Findings, pictures: Pictures) -> Section:
    """Odds, margin, simulation error, and what moves the difference."""
    verdict = findings.verdict
    blocks: list[Block] = [Paragraph(said) for said in _odds(verdict)]
    if verdict.rivals:
        blocks.append(tidied(rivals(verdict), title=f"The others less {verdict.decision.strategies[verdict.decision.best or 0]}: both meet the same future in each draw", first="option"))
    blocks += [*pictures.of("decision-odds"), *pictures.of("probability-best"), *pictures.of("regret")]
    blocks += _sensitivity(findings, pictures)
    blocks += _information(findings, pictures)
    return Section(title="Confidence", anchor="confidence", blocks=tuple(blocks))


def _odds(verdict: Verdict) -> Iterator[str]:
    """How often the choice is right, what it loses, and whether simulation hides it."""
    decision = verdict.decision
    if decision.best is None:
        yield "Nothing is recommended, so that there is no choice to be sure of."
        return
    name = decision.strategies[decision.best]
    if sum(decision.allowed) > 1:
        yield (
            f"{name} comes out best in {odds(decision.probability_best[decision.best])}. Its regret is {regret(decision, decision.best)}: "
            "what it loses on average against somebody who knows beforehand how everything turns out."
        )
    elif len(decision.strategies) > 1:
        yield f"No other option meets the limits, so that {name} is chosen whatever comes out."
    if decision.margin is not None and decision.second is not None:
        yield f"Its lead over {decision.strategies[decision.second]} in {decision.objective} is {difference(decision.margin, decision.unit)}. {_simulation(verdict)}"
    elif _simulation(verdict):
        yield _simulation(verdict)
    if decision.too_close:
        yield settling(verdict)


def _simulation(verdict: Verdict) -> str:
    """How far a finite number of draws may be off."""
    decision, draws = verdict.decision, verdict.run.design.draws
    margin = decision.margin
    if margin is None:
        error = max(row.delivered.error for row in verdict.results)
        return "" if error != error else f"That {draws} draws were made, and not endlessly many, may move a delivered score by {error:.2g} points (one standard error)."
    if margin.error != margin.error:
        return f"{counted(draws)} {'is' if draws == 1 else 'are'} too few to tell how far simulation is off."
    size = usd(margin.error) if decision.unit == "USD" else f"{margin.error:.2g} points"
    return f"That {draws} draws were made, and not endlessly many, may move this lead by {size} (one standard error)."


def _sensitivity(findings: Findings, pictures: Pictures) -> list[Block]:
    """What the difference hangs on: charts, else a table; left out where there is no difference."""
    found = findings.sensitivity
    if found is None:
        return []
    blocks: list[Block] = [Paragraph(_nominal(found), strong="What the lead hangs on.")]
    charts = [*pictures.of("tornado"), *pictures.of("winner-map")]
    table = sensitivity.thirds(found)
    return [*blocks, *charts] if charts or table is None else [*blocks, tidied(table, first="number")]


def _nominal(found: Sensitivity) -> str:
    """The lead with nothing uncertain, and how much of its spread is luck."""
    if sensitivity.is_still(found):
        return f"{found.best} less {found.against} is the same in every draw: no uncertain number moves it."
    lead = usd(found.nominal.difference) if found.unit == "USD" else f"{signed_points(found.nominal.difference)} points"
    said = f"With every number at its median, and no luck, {found.best} less {found.against} is {lead}, and {found.nominal.winner} is recommended."
    luck = sensitivity.said_luck(found)
    return f"{said} {luck}" if luck else said


def _information(findings: Findings, pictures: Pictures) -> list[Block]:
    """What knowing more is worth: a chart, else a table."""
    page = voi.page(findings.information)
    told = [part for part in page.parts[1:-1] if isinstance(part, Table)][:1]
    said = [part for part in page.parts[1:2] if isinstance(part, str) and told]
    charts = pictures.of("variance-and-information")
    tables = [] if charts else [tidied(part, first="what") for part in told]
    return [*(Paragraph(part, strong="What knowing more is worth.") for part in said), *charts, *tables]
