"""The page of ``simulate frontier``: tables, and between them what they mean."""

from __future__ import annotations

import math

from tuneplan.report.frontier import tables
from tuneplan.report.frontier.sentences import of_steps, opening
from tuneplan.report.frontier.turns import of_budgets, of_rules, of_values
from tuneplan.report.page import Page, of_pilots
from tuneplan.report.tables import Table
from tuneplan.report.words import draws, usd
from tuneplan.study.decision import LEVEL
from tuneplan.study.frontier.analysis import FrontierStudy

MARKS = {
    " ?": "? after a name: too close to call at this number of draws; more --draws would settle it, unless they are the same in every draw.",
    " =": f"= after a name: level with one that is dearer (within {LEVEL} points).",
}


def page(study: FrontierStudy) -> Page:
    """Standings, then what is best by value of a point, by budget and by rule."""
    parts: list[str | Table] = [*opening(study), tables.standings(study)]
    if study.is_a_choice:
        step = tables.steps(study)
        parts += [*([step] if step else []), *of_steps(study), tables.by_value(study), *of_values(study)]
    budgets = tables.by_budget(study)
    parts += [*([budgets] if budgets.rows else []), *of_budgets(study)]
    if study.is_a_choice:
        parts += [tables.rules(study), *of_rules(study)]
    cells = [cell for part in parts if isinstance(part, Table) for row in part.rows for cell in row]
    marks = [meaning for mark, meaning in MARKS.items() if any(cell.endswith(mark) for cell in cells)]
    parts += [*([" ".join(marks)] if marks else []), *of_pilots(study.scenario), stats_line(study)]
    return Page(title=f"{study.scenario.name}: cost against quality", parts=tuple(parts))


def said(study: FrontierStudy) -> dict[str, list[str]]:
    """The sentences of the page, by what they are about."""
    if not study.is_a_choice:
        return {"opening": opening(study), "over_budget": of_budgets(study)}
    return {
        "opening": opening(study), "standings": of_steps(study), "over_value": of_values(study), "over_budget": of_budgets(study),
        "rules": of_rules(study),
    }  # fmt: skip


def stats_line(study: FrontierStudy) -> str:
    """Draws, seed and the largest simulation error of a chance."""
    design, over = study.design, study.over_value
    errors = over.probability_error[over.among]
    known = [each for each in errors.ravel().tolist() if not math.isnan(each)]
    error = f"of a chance up to {100.0 * max(known):.1f} points in a hundred" if known else "unknown (too few draws)"
    if known and not study.is_a_choice:
        error = f"of a mean cost {usd(max(each.cost.error for each in study.standings if each.status == 'frontier'))}"
    return f"{draws(design.draws)}, seed {design.seed}, simulation error {error}."
