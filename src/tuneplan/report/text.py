"""A verdict as text or Markdown."""

from __future__ import annotations

import math
from collections.abc import Callable
from textwrap import fill

from tuneplan.report.remarks import line_name, remarks
from tuneplan.report.tables import Table, as_markdown, as_text
from tuneplan.report.words import (
    as_markdown_words,
    in_words,
    listed,
    plain,
    points,
    share,
    signed_points,
    signed_usd,
    usd,
)
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study.decision import LEVEL, Estimate
from tuneplan.study.results import Comparison, Verdict

ROOM = 100
"""Columns of text output."""
WORTH_SPLITTING = 0.5
"""Points of a difference from which the unseen part is split further."""
KEPT_LINES = 6
"""Cost lines of a split that are shown one by one; the rest is summed."""


def as_terminal_text(verdict: Verdict) -> str:
    """The verdict for a terminal of about 100 columns."""
    return _document(verdict, heading=str, table=lambda table: as_text(table, room=ROOM), paragraph=lambda text: fill(text, ROOM))


def as_markdown_text(verdict: Verdict) -> str:
    """The verdict as Markdown, for an issue or a memo."""
    return _document(
        verdict, heading=lambda text: f"**{as_markdown_words(text)}**", table=as_markdown, paragraph=as_markdown_words
    )


def _document(
    verdict: Verdict, *, heading: Callable[[str], str], table: Callable[[Table], str], paragraph: Callable[[str], str]
) -> str:
    question = str(verdict.run.scenario.setting("question", ""))
    parts = [heading(plain(verdict.run.scenario.name))]
    if question:
        parts.append(paragraph(plain(question)))
    parts.append(paragraph(recommendation(verdict)))
    for each in (overview(verdict), scores(verdict), components(verdict)):
        parts.append(f"{heading(each.title)}\n{'' if heading is str else chr(10)}{table(each)}")
    if verdict.rivals:
        against = rivals(verdict)
        parts.append(f"{heading(against.title)}\n{'' if heading is str else chr(10)}{table(against)}")
    if verdict.comparison is not None:
        parts.extend(_carried(verdict.comparison, heading, table))
    parts.extend(paragraph(text) for text in remarks(verdict))
    parts.append(paragraph(stats_line(verdict)))
    return "\n\n".join(parts) + "\n"


def recommendation(verdict: Verdict) -> str:
    """Two sentences: what to choose and how sure it is; what is given up."""
    decision = verdict.decision
    if decision.best is None:
        return f"Nothing meets the limits. {_binding(verdict)}"
    name = decision.strategies[decision.best]
    if sum(decision.allowed) == 1:
        first = f"Choose {name}: no other strategy meets the limits with {share(_confidence(verdict))} confidence."
    else:
        regret = decision.regret[decision.best]
        loss = usd(regret) if decision.unit == "USD" else f"{regret:.2g} points"
        close = "Choose"
        if decision.too_close:
            close = "Too close to call; of those that can't be told apart the cheapest is"
        elif decision.level:
            close = f"The leading strategies are level (within {LEVEL} points); the cheapest of them is"
        first = (
            f"{close} {name}: it comes out best in {share(decision.probability_best[decision.best])} of draws "
            f"({in_words(decision.probability_best[decision.best])}), and choosing it loses {loss} on average "
            f"against choosing with hindsight."
        )
    return f"{first} {given_up(verdict)}"


def given_up(verdict: Verdict) -> str:
    """What another strategy would do better, in a sentence."""
    decision, results = verdict.decision, verdict.results
    assert decision.best is not None
    chosen = results[decision.best]
    losses = []
    most = max(results, key=lambda row: row.delivered.mean if not row.misfit else -math.inf)
    if most.delivered.mean > chosen.delivered.mean + 0.05:
        gap = most.delivered.mean - chosen.delivered.mean
        out = "" if decision.allowed[results.index(most)] else " but breaks the limits"
        losses.append(f"{gap:.1f} delivered points ({most.name}, at {signed_usd(most.cost.mean - chosen.cost.mean)}{out})")
    cheapest = min(results, key=lambda row: row.cost.mean if not row.misfit else math.inf)
    if cheapest.cost.mean < chosen.cost.mean:
        lost = chosen.delivered.mean - cheapest.delivered.mean
        losses.append(f"{usd(chosen.cost.mean - cheapest.cost.mean)} ({cheapest.name}, with {lost:.1f} points less)"
                      if lost > 0 else f"{usd(chosen.cost.mean - cheapest.cost.mean)} ({cheapest.name})")  # fmt: skip
    return f"Given up: {listed(losses)}." if losses else "Nothing is given up: no strategy delivers more or costs less."


def _confidence(verdict: Verdict) -> float:
    return float(verdict.run.lowered.inputs["budget_confidence"].flat[0])


def _binding(verdict: Verdict) -> str:
    parts = [f"{name} is broken in {share(chance)} of draws" for name, chance in verdict.binding.items()]
    misfits = [f"{row.name} can't be done: {row.misfit}." for row in verdict.results if row.misfit]
    nearest = f"Nearest is {verdict.nearest}: {listed(parts)}." if parts else ""
    limit = "" if math.isnan(verdict.limit) else f" The limit of {usd(verdict.limit)} covers {listed(list(verdict.covers))}."
    return " ".join([nearest + limit, *misfits]).strip()


def overview(verdict: Verdict) -> Table:
    """One row a strategy: money, capability, limits, chances."""
    decision = verdict.decision
    head: tuple[str, ...] = ("", "cost P50", "P10 to P90", "delivered", "90 %", "in budget", "best", "regret")
    if decision.unit == "USD":
        head = (*head[:5], "net benefit", *head[5:])
    rows = []
    for index, row in enumerate(verdict.results):
        mark = "> " if index == decision.best else "  "
        regret = decision.regret[index]
        cells = [
            f"{mark}{row.name}", usd(row.cost.median), f"{usd(row.cost.p10)} to {usd(row.cost.p90)}",
            points(row.delivered.mean), f"{points(row.delivered.low)} to {points(row.delivered.high)}",
        ]  # fmt: skip
        if decision.unit == "USD":
            cells.append(usd(decision.expected[index]))
        lost = "-" if math.isnan(regret) else usd(regret) if decision.unit == "USD" else f"{regret:.2f}"
        best = share(decision.probability_best[index]) if decision.allowed[index] else "-"
        cells += ["does not fit" if row.misfit else share(decision.probability_in_budget[index]), best, lost]
        rows.append(tuple(cells))
    months = float(verdict.run.lowered.inputs["horizon_months"].mean())
    unit = "delivered in points, regret in USD" if decision.unit == "USD" else "delivered and regret in points"
    return Table(title=f"Strategies, over {months:.3g} months ({unit})", head=head, rows=tuple(rows))


def scores(verdict: Verdict) -> Table:
    """Mean score of each request, with its 90 % interval."""
    requests = verdict.run.scenario.requests
    rows = [
        (f"  {row.name}", *(f"{points(row.scores[name].mean)} ({points(row.scores[name].low)}-{points(row.scores[name].high)})" for name in requests))
        for row in verdict.results
    ]  # fmt: skip
    return Table(title="Scores in points of the scale, mean (90 %), after routing", head=("", *requests), rows=tuple(rows))


def components(verdict: Verdict) -> Table:
    """Cost by component."""
    shown = [name for name in COMPONENTS if any(row.components[name].high > 0.0 for row in verdict.results)]
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
            f"{signed_points(row.points.low)} to {signed_points(row.points.high)}", share(row.probability),
            signed_usd(row.usd.mean), f"{signed_usd(row.usd.low)} to {signed_usd(row.usd.high)}",
        )
        for row in verdict.rivals
    ]  # fmt: skip
    head = ("", "points", "90 %", "delivers more", "dollars", "90 %")
    return Table(title=f"Against {chosen}, draw by draw", head=head, rows=tuple(rows))


def _carried(comparison: Comparison, heading: Callable[[str], str], table: Callable[[Table], str]) -> list[str]:
    gap = "\n" if heading is str else "\n\n"
    title = f"What carried {comparison.best} over {comparison.second} (paired, mean; parts add up)"
    shown = [f"{heading(title)}{gap}{table(in_points(comparison))}", table(in_usd(comparison))]
    if abs(comparison.in_points["unseen requests"]) >= WORTH_SPLITTING:
        shown.insert(1, table(in_unseen(comparison)))
    return shown


def in_points(comparison: Comparison) -> Table:
    """The split of the difference in points."""
    whole = comparison.points
    return Table(
        title="",
        head=("  points", "", "90 %"),
        rows=(
            *((f"  {name}", signed_points(part), "") for name, part in comparison.in_points.items()),
            ("  all", signed_points(whole.mean), f"{signed_points(whole.low)} to {signed_points(whole.high)}"),
        ),
    )


def in_unseen(comparison: Comparison) -> Table:
    """Why unseen requests fare better with one of them."""
    rows = [(f"  {name}", signed_points(part), "") for name, part in comparison.in_unseen.items()]
    whole = next(call.difference for call in reversed(comparison.calls))
    rows.append(("  all", signed_points(whole.mean), f"{signed_points(whole.low)} to {signed_points(whole.high)}"))
    return Table(title="", head=("  points on unseen requests", "", "90 %"), rows=tuple(rows))


def in_usd(comparison: Comparison) -> Table:
    """The split of the difference in money, largest lines first."""
    ranked = sorted(comparison.in_usd.items(), key=lambda item: -abs(item[1]))
    shown = [(name, part) for name, part in ranked[:KEPT_LINES] if part]
    rest = sum(part for name, part in ranked if (name, part) not in shown)
    rows = [(f"  {line_name(name)}", signed_usd(part), "") for name, part in shown]
    if rest:
        rows.append(("  other lines", signed_usd(rest), ""))
    whole = comparison.usd
    rows.append(("  all", signed_usd(whole.mean), f"{signed_usd(whole.low)} to {signed_usd(whole.high)}"))
    return Table(title="", head=("  dollars", "", "90 %"), rows=tuple(rows))


def stats_line(verdict: Verdict) -> str:
    """Draws, seed, time and simulation error."""
    design, decision = verdict.run.design, verdict.decision
    error = "unknown (too few draws)"
    if decision.margin is not None and not math.isnan(decision.margin.error):
        size = decision.margin.error
        error = f"{usd(size)} on the margin" if decision.unit == "USD" else f"{size:.2g} points on the margin"
    elif decision.margin is None and design.scrambles > 1:
        error = f"{max(row.delivered.error for row in verdict.results):.2g} points on a delivered score"
    return f"{design.draws} draws, seed {design.seed}, {verdict.run.seconds:.2f} s, simulation error {error}."
