"""Page one where nothing meets the limits: what stands in the way, and what would clear it."""

from __future__ import annotations

from collections.abc import Iterator

from tuneplan.evidence.findings import Findings
from tuneplan.report.document.blocks import Block, Code, Paragraph, Points, Section
from tuneplan.report.memo.wording import difference, tidied
from tuneplan.report.remedies import NOUNS, cheapest, in_the_way, said, without_use, written
from tuneplan.report.words import listed, usd_at_least
from tuneplan.study.options import due_by
from tuneplan.study.remedies.trials import Remedy

MOST = 3
"""Remedies that are told in sentences."""


def what_breaks(findings: Findings) -> Section:
    """Each option with the limits that it breaks."""
    found = findings.remedies
    blocks: list[Block] = [] if found is None else [tidied(in_the_way(found), first="option")]
    return Section(title="What stands in the way", anchor="breaks", blocks=tuple(blocks))


def what_would_do(findings: Findings) -> Section:
    """Single changes that make something feasible, the cheapest first."""
    found = findings.remedies
    best = [] if found is None else cheapest(found)
    if found is None or not best:
        kinds = "" if found is None else f" Looked at were {listed(without_use(found))}."
        return Section(title="What would do", anchor="remedies", blocks=(Paragraph(f"No single change would make anything feasible.{kinds}"),))
    blocks: list[Block] = [Paragraph("Each of these, by itself, would do:"), Points(tuple(_remedy(each) for each in best[:MOST]))]
    if found.untried:
        kinds = listed([NOUNS[kind] for kind in dict.fromkeys(kind for kind, _ in found.untried)])
        blocks.append(Paragraph(f"Not all was tried, as the scenario is large: {kinds} may do as well."))
    return Section(title="What would do", anchor="remedies", blocks=tuple(blocks))


def _remedy(each: Remedy) -> str:
    money = f", for {usd_at_least(each.usd_asked)} more budget" if each.usd_asked > 0.0 else ""
    known = each.points.mean == each.points.mean and (each.points.mean != 0.0 or each.usd.mean != 0.0)
    effect = f"; against the plan as it is {difference(each.points, 'point')} and {difference(each.usd, 'USD')}" if known else ""
    return f"With {said(each)} {each.strategy} is feasible{money}{effect}{'; this asks for less than now' if each.lowers else ''}."


def next_steps(findings: Findings) -> Section:
    """Decide on a limit, then ask again; how each change is tried."""
    found = findings.remedies
    best = [] if found is None else cheapest(found)[:MOST]
    steps = [f"Decide which limit may give: the budget, a minimum score, {'the deadline, ' if due_by(findings.run) == 'deadline' else ''}or the confidence asked for."]
    steps += ["Put that change into the scenario and make this memo anew; nothing is recommended until something is feasible."]
    return Section(title="Next steps", anchor="next", blocks=(Points(tuple(steps), ordered=True), *_to_try(best)))


def _to_try(best: list[Remedy]) -> Iterator[Block]:
    told = [written(each) for each in best]
    if told:
        yield Paragraph("To try one, add to the command under How to reproduce:")
        yield Code("\n".join(told))
