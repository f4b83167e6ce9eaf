"""Confidence: how sure the choice is, what the doubt hangs on, and how far simulation may be off."""

from __future__ import annotations

from collections.abc import Iterator

from tuneplan.evidence.findings import Findings
from tuneplan.report import sensitivity, voi
from tuneplan.report.advice import regret
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.wording import difference, odds, tidied
from tuneplan.report.remarks import settling
from tuneplan.report.tables import Table
from tuneplan.report.text import rivals, stats_line
from tuneplan.report.words import usd
from tuneplan.study.results import Verdict


def section(findings: Findings, pictures: Pictures) -> Section:
    """Odds, margin, simulation error, and what moves the difference."""
    verdict = findings.verdict
    blocks: list[Block] = [Paragraph(said) for said in _odds(verdict)]
    if verdict.rivals:
        blocks.append(tidied(rivals(verdict), title=f"{rivals(verdict).title}: both meet the same future in each"))
    blocks += [*pictures.of("probability-best"), *pictures.of("regret")]
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
            f"{name} comes out best in {odds(decision.probability_best[decision.best])} of draws. Its regret is {regret(decision, decision.best)}: "
            "what it loses on average against somebody who knows beforehand how everything turns out."
        )
    elif len(decision.strategies) > 1:
        yield f"No other option meets the limits, so that {name} is chosen whatever comes out."
    if decision.margin is not None and decision.second is not None:
        yield f"Its lead over {decision.strategies[decision.second]} in {decision.objective} is {difference(decision.margin, decision.unit)}. {_simulation(verdict)}"
    elif decision.margin is None:
        yield _simulation(verdict)
    if decision.too_close:
        yield settling(verdict)


def _simulation(verdict: Verdict) -> str:
    """How far a finite number of draws may be off."""
    decision, draws = verdict.decision, verdict.run.design.draws
    margin = decision.margin
    if margin is None or margin.error != margin.error:
        return stats_line(verdict)
    size = usd(margin.error) if decision.unit == "USD" else f"{margin.error:.2g} points"
    return f"That {draws} draws were made, and not endlessly many, may move this lead by {size} (one standard error)."


def _sensitivity(findings: Findings, pictures: Pictures) -> list[Block]:
    """What the difference hangs on; left out where there is no difference."""
    found = findings.sensitivity
    if found is None:
        return []
    whole = sensitivity.page(found)
    blocks: list[Block] = [Paragraph(part, strong="What the lead hangs on.") for part in whole.parts[:1] if isinstance(part, str)]
    blocks += [*pictures.of("tornado"), *pictures.of("winner-map")]
    blocks += [Paragraph(part) for part in whole.parts[1:2] if isinstance(part, str) and found.luck is not None]
    tables = [part for part in whole.parts if isinstance(part, Table)]
    blocks += [tidied(part) for part in tables[-1:] if len(tables) > 1]
    return blocks


def _information(findings: Findings, pictures: Pictures) -> list[Block]:
    """What knowing more is worth."""
    page = voi.page(findings.information)
    told = [part for part in page.parts[1:-1] if isinstance(part, Table)][:1]
    said = [part for part in page.parts[1:2] if isinstance(part, str) and told]
    return [
        *(Paragraph(part, strong="What knowing more is worth.") for part in said), *map(tidied, told), *pictures.of("variance-and-information"),
    ]  # fmt: skip
