"""Page one, first part: what to choose and what there is to choose from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tuneplan.evidence.findings import Findings
from tuneplan.report.advice import named, recommendation
from tuneplan.report.days import on_short
from tuneplan.report.document.blocks import Callout, Paragraph, Section
from tuneplan.report.launches import is_a_limit, said_too_late, too_late
from tuneplan.report.memo.wording import counted, difference, retiring, score
from tuneplan.report.remarks import FEW_DRAWS
from tuneplan.report.tables import Table
from tuneplan.report.words import duration, listed, share, usd
from tuneplan.study.exposure import Kept
from tuneplan.study.results import Verdict

MOST_ROWS = 6
"""Strategies that page one shows; of more, those that keep the limits and come out best."""


def question_of(verdict: Verdict) -> str:
    """The question of the scenario, else what its strategies ask."""
    said = str(verdict.run.scenario.setting("question", ""))
    names = list(verdict.run.scenario.strategies)
    if said or len(names) == 1:
        return said or f"What does {names[0]} cost and deliver?"
    return f"Which is best: {', '.join(names[:-1])} or {names[-1]}?" if len(names) <= MOST_ROWS else f"Which of {len(names)} options is best?"


def recommended(findings: Findings) -> Section:
    """The recommendation with what it rests on; or that nothing meets the limits."""
    verdict = findings.verdict
    title = "No recommendation" if verdict.decision.best is None else "Recommendation"
    return Section(title=title, anchor="recommendation", blocks=(Callout(recommendation(verdict), _rests_on(findings)),))


def _rests_on(findings: Findings) -> str:
    """What the recommendation is judged by and against, with bands; who of those named does not last."""
    verdict = findings.verdict
    decision, comparison, draws = verdict.decision, verdict.comparison, verdict.run.design.draws
    said = []
    if comparison is not None:
        other = f"{comparison.second}{'' if comparison.second_allowed else ' (which breaks the limits)'}"
        said.append(f"Against {other}, the next best: {difference(comparison.points, 'point')} delivered and {difference(comparison.usd, 'USD')} in cost.")
    judged = "delivered score, as points have no price here" if decision.unit == "point" else "net benefit: the value of points less the cost"
    said.append(f"Judged by {judged}. A point is a hundredth of the score's scale; a draw is one simulated future, with one value for everything that is uncertain.")
    said += [f"Mind that {name} does not last: {why}." for name, why in retiring(findings).items() if name in headline(verdict)]
    if draws < FEW_DRAWS:
        said.append(f"{counted(draws)} {'is' if draws == 1 else 'are'} too few for chances and intervals: take this for a sketch.")
    return " ".join(said)


def headline(verdict: Verdict) -> list[str]:
    """Strategies that the recommendation and what stands below it name."""
    best, other = verdict.decision.best, verdict.comparison
    return [*([] if best is None else [verdict.decision.strategies[best]]), *named(verdict), *([] if other is None else [other.second])]


# --- the table of options -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of page one: its head, what it says of a row, and whether there is anything to say."""

    head: str | Callable[[Findings], str]
    cell: Callable[[Findings, int], str]
    is_there: Callable[[Findings], bool] = lambda findings: True


def _cost_band(findings: Findings, row: int) -> str:
    cost = findings.verdict.results[row].cost
    return f"{usd(cost.p10)}-{usd(cost.p90)}"


def _delivered(findings: Findings, row: int) -> str:
    return score(findings.verdict.results[row].delivered).replace(" to ", "-")


def _benefit(findings: Findings, row: int) -> str:
    return usd(findings.verdict.decision.expected[row])


def _limits(findings: Findings, row: int) -> str:
    if findings.verdict.results[row].misfit:
        return "can't be done"
    return share(findings.verdict.decision.probability_limits_met[row])


def _best(findings: Findings, row: int) -> str:
    decision = findings.verdict.decision
    return share(decision.probability_best[row]) if decision.allowed[row] else "-"


def _late(findings: Findings) -> dict[str, str]:
    """By when each strategy has shipped in nine of ten draws."""
    launches = findings.verdict.launches
    return {} if launches is None else {each.name: on_short(each.full.p90, launches.start, launches.until(each)) for each in launches.strategies}


def _one_year(findings: Findings) -> str:
    """The year in which all have; empty where they don't share one."""
    years = {said.rpartition(" ")[2] for said in _late(findings).values() if said.count(" ") == 2 and said[-1].isdigit()}
    return years.pop() if len(years) == 1 else ""


def _finish(findings: Findings, row: int) -> str:
    said = _late(findings).get(findings.verdict.results[row].name, "-")
    return said.removesuffix(f" {_one_year(findings)}")


def _reversible(findings: Findings, row: int) -> str:
    return said_kept(findings.stakes.kept[row])


COLUMNS = (
    _Column("option", lambda findings, row: findings.verdict.results[row].name),
    _Column("cost, P50", lambda findings, row: usd(findings.verdict.results[row].cost.median)),
    _Column("P10-P90", _cost_band),
    _Column("points (90 %)", _delivered),
    _Column("net benefit, mean", _benefit, lambda findings: findings.verdict.decision.unit == "USD"),
    _Column(lambda findings: " ".join(["finish,", "P90", _one_year(findings)]).strip(), _finish, lambda findings: findings.verdict.launches is not None),
    _Column("all limits met", _limits, lambda findings: has_limits(findings)),
    _Column("best in", _best, lambda findings: sum(findings.verdict.decision.allowed) > 1),
    _Column("kept if you switch", _reversible, lambda findings: any(not math.isnan(each.share) for each in findings.stakes.kept)),
)
"""What page one says of each option; a column that has nothing to say is left out."""


def has_limits(findings: Findings) -> bool:
    """Whether there is anything to keep to."""
    asked = findings.verdict.run.lowered.inputs["must"]
    return not math.isnan(findings.verdict.limit) or bool((asked == asked).any()) or bool(too_late(findings.verdict)) or any(row.misfit for row in findings.verdict.results)


def said_kept(kept: Kept) -> str:
    """How much of what is spent up front is kept by somebody who chooses another option later.

    >>> from tuneplan.study.decision import Estimate
    >>> paid = Estimate(mean=1e4, low=9e3, p10=9.5e3, median=1e4, p90=1.1e4, high=1.2e4, error=0.0)
    >>> said_kept(Kept(models=1, bought={'a': 9800.0}, share=0.77, up_front=paid))
    '77 % of $10.0k'
    >>> said_kept(Kept(models=0, bought={}, share=0.0, up_front=paid))
    '0 % of $10.0k'
    """
    if math.isnan(kept.share):
        return "-"
    return f"{share(kept.share)} of {usd(kept.up_front.median)}"


def options(findings: Findings) -> Section:
    """What there is to choose from, the recommended first."""
    decision = findings.verdict.decision
    columns = [each for each in COLUMNS if each.is_there(findings)]
    order = ranked(findings.verdict)
    shown = order[: max(MOST_ROWS, len(set(headline(findings.verdict))))]
    rows = [tuple(each.cell(findings, row) for each in columns) for row in shown]
    rows = [(f"{row[0]} (recommended)", *row[1:]) if index == decision.best else row for index, row in zip(shown, rows, strict=True)]
    months = float(findings.run.lowered.inputs["horizon_months"].mean())
    table = Table(title="", head=tuple(each.head if isinstance(each.head, str) else each.head(findings) for each in columns), rows=tuple(rows), flowing=True)
    return Section(title=f"The options, over {duration(months, 'month')}", anchor="options", blocks=(table, Paragraph(" ".join(_notes(findings, len(order) - len(shown))))))


def _out_of_time(verdict: Verdict) -> str:
    """Who breaks the limit of time, how often."""
    late = too_late(verdict)
    return f" Too late: {said_too_late(late)} of draws." if late else ""


def _misses(verdict: Verdict, confidence: float) -> str:
    """Why an option counts as keeping the limits that keeps them in a little less than what is asked for."""
    decision = verdict.decision
    kept = [met for met, allowed in zip(decision.probability_limits_met, decision.allowed, strict=True) if allowed]
    if all(share(met) == share(confidence) or met >= confidence for met in kept):
        return ""
    if not verdict.run.plans:
        return " What is a little below is within simulation error."
    return " Plans are found on draws of their own and judged on these: what is a little below is within simulation error."


def ranked(verdict: Verdict) -> list[int]:
    """Strategies in the order of page one: the recommended, whoever is named beside it, then those that keep the limits, the best first, then those nearest to it.

    Where all have room, being named changes nothing.
    """
    decision, spoken_of = verdict.decision, headline(verdict)
    crowded = len(decision.strategies) > MOST_ROWS

    def key(row: int) -> tuple[bool, float, float]:
        expected, nearer = decision.expected[row], 0.0 if decision.allowed[row] else -decision.probability_limits_met[row]
        return not decision.allowed[row], nearer, -expected if math.isfinite(expected) else math.inf

    ordered = sorted(range(len(decision.strategies)), key=key)
    kept = [row for row in ordered if decision.strategies[row] in spoken_of] if crowded else []
    room = max(MOST_ROWS - len(kept), 0)
    first = {*kept, *[row for row in ordered if row not in kept][:room]} if crowded else set(ordered)
    return sorted(ordered, key=lambda row: (row != decision.best, row not in first))


def _notes(findings: Findings, more: int) -> Iterator[str]:
    """How to read the table, as far as it can't be read off."""
    verdict = findings.verdict
    if more > 0:
        yield f"{more} more option{' stands' if more == 1 else 's stand'} under Money."
    yield "Points: delivered, of the average request, mean. P50: half of all draws cost less; one in ten costs less than P10, one in ten more than P90."
    if has_limits(findings) and not (math.isnan(verdict.limit) and not too_late(verdict)):
        confidence = findings.options.limits.confidence
        money = [] if math.isnan(verdict.limit) else [f"{usd(verdict.limit)} for {listed(list(verdict.covers))}, to be kept in {share(confidence)} of draws"]
        time = [f"to ship within the horizon in {share(confidence)} of draws"] if is_a_limit(verdict) else []
        yield f"Limits: {'; '.join([*money, *time])}.{_out_of_time(verdict)}{_misses(verdict, confidence)}"
    if any(each.models for each in findings.stakes.kept):
        yield "Kept if you switch: the share of money up front (data, training, evaluation, people) that is in examples, which can train other options; models are lost."
