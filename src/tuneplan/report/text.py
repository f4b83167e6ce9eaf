"""A verdict as text or Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from tuneplan.report import launches, plans
from tuneplan.report.advice import recommendation
from tuneplan.report.lines import PLAIN, Paper, sentences, titled
from tuneplan.report.remarks import remarks
from tuneplan.report.splits import ALL, line_name, printed_points, printed_unseen, printed_usd
from tuneplan.report.tables import Table, with_markdown_title, with_title
from tuneplan.report.words import (
    as_markdown_words,
    draws,
    duration,
    plain,
    points,
    share,
    signed_points,
    signed_usd,
    usd,
)
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study.decision import Estimate
from tuneplan.study.options import due_by
from tuneplan.study.results import Comparison, Verdict

if TYPE_CHECKING:
    from tuneplan.study.remedies.analysis import Remedies

WORTH_SPLITTING = 0.5
"""Points of a difference from which the unseen part is split further."""


def as_terminal_text(verdict: Verdict, ledger: bool = False, remedies: Remedies | None = None, paper: Paper = PLAIN) -> str:
    """The verdict for a terminal; with the ledger of assumptions when asked, and with what would make
    something feasible where that was looked for."""
    return _document(
        verdict, ledger, remedies, heading=partial(titled, paper=paper), table=partial(with_title, paper=paper),
        paragraph=partial(sentences, room=paper.measure),
    )  # fmt: skip


def as_markdown_text(verdict: Verdict, ledger: bool = False, remedies: Remedies | None = None) -> str:
    """The same as Markdown, for an issue or a memo."""
    return _document(
        verdict, ledger, remedies, heading=lambda text: f"**{as_markdown_words(text)}**", table=with_markdown_title,
        paragraph=as_markdown_words,
    )  # fmt: skip


def _document(
    verdict: Verdict, ledger: bool, remedies: Remedies | None, *, heading: Callable[[str], str], table: Callable[[Table], str],
    paragraph: Callable[[str], str],
) -> str:  # fmt: skip
    question = str(verdict.run.scenario.setting("question", ""))
    parts = [heading(plain(verdict.run.scenario.name))]
    if question:
        parts.append(paragraph(plain(question)))
    parts.append(paragraph(plain(recommendation(verdict))))
    for each in (*_would_do(remedies), *tables(verdict), *(_ledger(verdict) if ledger else [])):
        parts.append(paragraph(plain(each)) if isinstance(each, str) else table(each))
    parts.extend(paragraph(plain(text)) for text in (*remarks(verdict), stats_line(verdict)))
    return "\n\n".join(parts) + "\n"


def _ledger(verdict: Verdict) -> list[str | Table]:
    """Every number in use, loaded where it is asked for; what is the same in all scenarios has a page of its own."""
    from tuneplan.report.ledger import as_table, rows_as_table

    return [as_table(verdict.run), rows_as_table(verdict.run), "Numbers inside equations, which no scenario changes: simulate validate --ledger."]


def _would_do(remedies: Remedies | None) -> list[str | Table]:
    """What would make something feasible; the words are loaded only where they are needed."""
    if remedies is None:
        return []
    from tuneplan.report.remedies import parts

    return parts(remedies)


def tables(verdict: Verdict) -> list[Table]:
    """Every table that there is something to put into."""
    shown = [overview(verdict), scores(verdict), components(verdict)]
    if verdict.run.plans:
        shown.insert(1, plans.table(verdict))
    if verdict.launches is not None:
        shown.insert(1, launches.table(verdict.launches, recommended_name(verdict)))
    if verdict.rivals:
        shown.append(rivals(verdict))
    comparison = verdict.comparison
    if comparison is not None and not comparison.is_same:
        shown.append(in_points(comparison))
        if abs(comparison.in_points["unseen requests"]) >= WORTH_SPLITTING:
            shown.append(in_unseen(comparison))
        shown.append(in_usd(comparison))
    return shown


def recommended_name(verdict: Verdict) -> str:
    """The recommended strategy; empty where nothing meets the limits."""
    return "" if verdict.decision.best is None else verdict.decision.strategies[verdict.decision.best]


def overview(verdict: Verdict) -> Table:
    """One row a strategy: money, capability, limits, chances."""
    decision = verdict.decision
    head: tuple[str, ...] = ("", "cost P50", "P10-P90", "delivered", "90 %", "in budget", "best", "regret")
    if decision.unit == "USD":
        head = (*head[:5], "net benefit", *head[5:])
    has_minimum = not np.isnan(verdict.run.lowered.inputs["must"]).all()
    has_limits = has_minimum or due_by(verdict.run) == "deadline" or bool(launches.too_late(verdict))
    if has_limits:
        head = (*head[:-2], "all limits", *head[-2:])
    rows = []
    for index, row in enumerate(verdict.results):
        mark = "> " if index == decision.best else "  "
        regret = decision.regret[index]
        cells = [
            f"{mark}{row.name}", usd(row.cost.median), f"{usd(row.cost.p10)}-{usd(row.cost.p90)}",
            points(row.delivered.mean), f"{points(row.delivered.low)} to {points(row.delivered.high)}",
        ]  # fmt: skip
        if decision.unit == "USD":
            cells.append(usd(decision.expected[index]))
        lost = "-" if math.isnan(regret) else usd(regret) if decision.unit == "USD" else f"{regret:.2f}"
        best = share(decision.probability_best[index]) if decision.allowed[index] else "-"
        kept = "-" if math.isnan(verdict.limit) else share(decision.probability_in_budget[index])
        cells.append("can't be done" if row.misfit else kept)
        if has_limits:
            cells.append(share(decision.probability_limits_met[index]))
        cells += [best, lost]
        rows.append(tuple(cells))
    months = float(verdict.run.lowered.inputs["horizon_months"].mean())
    unit = "delivered in points; net benefit and regret in USD" if decision.unit == "USD" else "delivered and regret in points"
    return Table(title=f"Strategies, over {duration(months, 'month')} ({unit})", head=head, rows=tuple(rows))


def scores(verdict: Verdict) -> Table:
    """Mean score of each request, with its 90 % interval."""
    asked = (verdict.run.lowered.inputs["unseen_share"] > 0.0).any()
    requests = verdict.run.scenario.requests if asked else verdict.run.scenario.tasks
    rows = [
        (f"  {row.name}", *(f"{points(row.scores[name].mean)} ({points(row.scores[name].low)}-{points(row.scores[name].high)})" for name in requests))
        for row in verdict.results
    ]  # fmt: skip
    return Table(title="Scores in points of the scale, mean (90 %), after routing", head=("", *requests), rows=tuple(rows))


def components(verdict: Verdict) -> Table:
    """Cost by component."""
    shown = [name for name in COMPONENTS if any(row.components[name].mean > 0.0 for row in verdict.results)]
    covered = [f"{name}*" if name in verdict.covers and not math.isnan(verdict.limit) else name for name in shown]
    rows = [(f"  {row.name}", *(_band(row.components[name]) for name in shown)) for row in verdict.results]
    note = "" if math.isnan(verdict.limit) else f"; * counts against the budget of {usd(verdict.limit)}"
    return Table(title=f"Cost P50 (P10-P90) by component{note}", head=("", *covered), rows=tuple(rows))


def _band(cost: Estimate) -> str:
    return "0" if cost.high == 0.0 else f"{usd(cost.median)} ({usd(cost.p10)}-{usd(cost.p90)})"


def rivals(verdict: Verdict) -> Table:
    """Every other strategy against the recommended one."""
    assert verdict.decision.best is not None
    chosen = verdict.decision.strategies[verdict.decision.best]
    rows = [
        (
            f"  {row.name}", signed_points(row.points.mean),
            f"{signed_points(row.points.low)} to {signed_points(row.points.high)}", _ahead(row.probability, row.points_tied),
            signed_usd(row.usd.mean), f"{signed_usd(row.usd.low)} to {signed_usd(row.usd.high)}", _ahead(row.usd_probability, row.usd_tied),
        )
        for row in verdict.rivals
    ]  # fmt: skip
    head = ("", "points", "90 %", "delivers more", "dollars", "90 %", "costs less")
    return Table(title=f"Against {chosen}, draw by draw", head=head, rows=tuple(rows))


def _ahead(chance: float, tied: float) -> str:
    """In what share of draws one is ahead; that none is, where all are equal.

    >>> _ahead(0.32, 0.0), _ahead(0.0, 1.0)
    ('32 %', '0 % (equal)')
    """
    return f"{share(chance)} (equal)" if tied == 1.0 else share(chance)


def _title(comparison: Comparison) -> str:
    best, second, how = comparison.best, comparison.second, "paired, mean; parts add up"
    if comparison.second_allowed:
        return f"What carried {best} over {second} ({how})"
    return f"{best} against {second}, which is not allowed ({how})"


def in_points(comparison: Comparison) -> Table:
    """The split of the difference in points."""
    return _split("points", printed_points(comparison), comparison.points, signed_points, title=_title(comparison))


def in_unseen(comparison: Comparison) -> Table:
    """Why unseen requests fare better with one of them."""
    whole = next(call.difference for call in reversed(comparison.calls))
    return _split("points on unseen requests", printed_unseen(comparison), whole, signed_points)


def in_usd(comparison: Comparison) -> Table:
    """The split of the difference in money, largest lines first."""
    printed = {line_name(name): part for name, part in printed_usd(comparison).items()}
    return _split("dollars", printed, comparison.usd, signed_usd)


def _split(what: str, printed: Mapping[str, str], whole: Estimate, signed: Callable[[float], str], *, title: str = "") -> Table:
    """Rows that add up to the last one as they are printed; the interval is the whole's."""
    band = f"{signed(whole.low)} to {signed(whole.high)}"
    rows = tuple((f"  {name}", part, band if name == ALL else "") for name, part in printed.items())
    return Table(title=title, head=(f"  {what}", "", "90 %"), rows=rows)


def stats_line(verdict: Verdict) -> str:
    """Draws, seed, time and simulation error."""
    design, decision = verdict.run.design, verdict.decision
    error = "unknown (too few draws)"
    if decision.margin is not None and not math.isnan(decision.margin.error):
        size = decision.margin.error
        error = f"{usd(size)} on the margin" if decision.unit == "USD" else f"{size:.2g} points on the margin"
    elif decision.margin is None and design.scrambles > 1:
        error = f"{max(row.delivered.error for row in verdict.results):.2g} points on a delivered score"
    given = ", given the plans" if verdict.run.plans else ""
    return f"{draws(design.draws)}, seed {design.seed}, {verdict.run.seconds:.2f} s, simulation error {error}{given}."
