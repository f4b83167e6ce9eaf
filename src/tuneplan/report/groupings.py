"""The groupings of a scenario, said: the best one, the front of cost against score, who belongs together."""

from __future__ import annotations

import math
from typing import Any

from tuneplan.report.data import provenance
from tuneplan.report.page import Page, of_pilots
from tuneplan.report.tables import Table
from tuneplan.report.words import listed, points, share, signed_points, signed_usd, usd
from tuneplan.study.decision import LEVEL, TOO_CLOSE, Estimate
from tuneplan.study.groupings.analysis import Against, Groupings, Standing
from tuneplan.study.groupings.search import (
    FOUND_OF_KNOWN,
    FOUND_WITH_PLANS,
    MOST_COUNTED,
    WORST_GAP,
    WORST_GAP_WITH_PLANS,
)

AT_PLANS = "It searches at the examples of a plan, first one between those of one model and of one model a task, then that of the best found so; the leaders are planned in full. "
MOST_NAMED = 4
"""Level groupings that are named in a sentence."""
MOST_PAIRS = (6, 4)
"""Pairs in the table: so many that gain most, and that gain least."""
UNITS = {
    "standings.cost": "USD", "standings.points": "point", "standings.limits_met": "share", "standings.frontier.usd_per_point": "USD/point",
    "against.points": "point", "against.usd": "USD", "against.probability": "share", "against.usd_probability": "share",
    "pairs.points": "point", "pairs.usd": "USD", "screened.cost": "USD", "screened.points": "point", "screened.limits_met": "share",
    "chart.front.cost": "USD", "chart.front.points": "point", "looked_at.most_missed": "point",
}  # fmt: skip
"""Field of the JSON -> unit; what is decided by comes with its own."""


def page(found: Groupings) -> Page:
    """What people read."""
    parts: list[str | Table] = [_looked_at(found), _best(found), *_compared(found)]
    if len(found.standings) > 1:
        parts.append(_table(found))
    if found.pairs:
        parts.append(_pairs(found))
    return Page(title=f"{found.scenario.name}: which tasks should share a model?", parts=(*parts, *of_pilots(found.scenario)))


def _looked_at(found: Groupings) -> str:
    """How many, how, and on which draws."""
    count, tasks = len(found.searched.screen.groupings), len(found.scenario.tasks)
    words = f", under the words of {found.like}" if found.like else ""
    run_again = len(found.standings)
    who = "It was" if count == 1 else "All were" if run_again == count else f"{run_again} of them were"
    then = f"{who} run again, on {found.design.draws} draws that did not choose the best (seed {found.design.seed})."
    plans = ", each with its own best plan under the budget" if found.searched.is_open else ""
    if tasks == 1:
        return f"One task has one grouping{words}. {then}"
    if found.searched.complete:
        return f"Looked at all {count} groupings of {tasks} tasks{words}, which rest on {found.searched.sets} models{plans}. {then}"
    hit, cases, most = _known(found)
    sizes = "5 or 6" if found.searched.is_open else "6 to 8"
    return (
        f"Looked at {count} groupings of {tasks} tasks{words}, by a search: beyond {MOST_COUNTED} tasks there are too many to look at all. "
        f"Of {cases} random cases of {sizes} tasks the search found the best of all groupings in {hit}, and missed {most:.2f} points at most. "
        f"{AT_PLANS if found.searched.is_open else ''}{then}"
    )


def _known(found: Groupings) -> tuple[int, int, float]:
    """How often the search finds what is known to be best, of how many cases, and the most that it missed. [point]"""
    if found.searched.is_open:
        return (*FOUND_WITH_PLANS, WORST_GAP_WITH_PLANS)
    return (*FOUND_OF_KNOWN, WORST_GAP)


def _best(found: Groupings) -> str:
    """The grouping to take, what it delivers and costs."""
    best = _standing(found, found.best)
    what = "one model" if len(best.groups) == 1 else f"{len(best.groups)} models"
    money = f" (net benefit {usd(best.objective.mean)})" if found.unit == "USD" else ""
    said = f"it delivers {points(best.points.mean)} points for {usd(best.cost.mean)} on average{money} and keeps the limits in {share(best.limits_met)} of draws."
    if best.allowed:
        return f"Best: {found.best} ({what}): {said}"
    return f"No grouping keeps the limits as often as asked for. Nearest is {found.best} ({what}): {said}"


def _compared(found: Groupings) -> list[str]:
    """The best against one model and against one a task, and who is level with it."""
    said = []
    for name, words in ((found.unified, "one model for all tasks (unified)"), (found.specialists, "one model a task (specialists)")):
        if len(found.scenario.tasks) > 1:
            same = f"It is {words}." if name == found.best else ""
            said.append(same or f"Against {words}: {_difference(found, next(each for each in found.against if each.name == name))}")
    level = [each.name for each in found.level]
    if level:
        within = f"within {LEVEL} points or " if found.unit == "point" else ""
        names = level if len(level) <= MOST_NAMED else [*level[: MOST_NAMED - 1], f"and {len(level) - MOST_NAMED + 1} more"]
        said.append(f"Level with the best ({within}inside simulation error): {'; '.join(names)}.")
    return [" ".join(said)] if said else []


def _difference(found: Groupings, each: Against) -> str:
    """A paired difference in a sentence, or why there is none to speak of."""
    alike = each.points.low == each.points.high == 0.0
    score = "the same points" if alike else f"{signed_points(each.points.mean)} points ({_band(each.points, signed_points)})"
    parts = [score, f"{signed_usd(each.usd.mean)} ({_band(each.usd, signed_usd)})"]
    if found.unit == "USD":
        parts.insert(0, f"{signed_usd(each.objective.mean)} of net benefit ({_band(each.objective, signed_usd)})")
    said = f"{listed(parts)}{'' if each.allowed else ', where the other breaks the limits'}."
    return f"{said} {_settled(found, each)}" if each.too_close and not alike else said


def _band(each: Estimate, words: Any) -> str:
    error = "" if math.isnan(each.error) else f", simulation error {words(abs(each.error)).lstrip('+')}"
    return f"90 % {words(each.low)} to {words(each.high)}{error}"


def _settled(found: Groupings, each: Against) -> str:
    """Too close to call, and what would settle it."""
    margin, error = abs(each.objective.mean), each.objective.error
    if math.isnan(error) or margin == 0.0:
        return "That is too close to call."
    needed = found.design.draws * (TOO_CLOSE * error / margin) ** 2
    step = 2 ** math.ceil(math.log2(max(needed, found.design.draws + 1)))
    more = f"; --draws {step} would settle it" if step <= 2**17 else ", and no number of draws that is worth the wait would settle it"
    return f"That is too close to call{more}."


def _standing(found: Groupings, name: str) -> Standing:
    return next(each for each in found.standings if each.name == name)


def _table(found: Groupings) -> Table:
    """The leading groupings, the cheapest first."""
    head = ("groups", "mean cost (P10 to P90), score", "limits kept, standing")
    rows = tuple(
        (
            each.name, f"{usd(each.cost.mean)} ({usd(each.cost.p10)} to {usd(each.cost.p90)}), {points(each.points.mean)}",
            ", ".join((share(each.limits_met), *_notes(found, each))),
        )
        for each in found.standings
    )  # fmt: skip
    return Table(title="The front of cost against score, and leaders beside it, the cheapest first", head=head, rows=rows, flowing=True)


def _notes(found: Groupings, each: Standing) -> list[str]:
    notes = {
        "best": each.name == found.best,
        "unified": each.name == found.unified,
        "specialists": each.name == found.specialists,
        _on_front(each): each.frontier.status == "frontier",
        "level": each.name in {other.name for other in found.level},
        "breaks the limits": not each.allowed,
    }
    return [note for note, holds in notes.items() if holds]


def _on_front(each: Standing) -> str:
    """On the front, and what a point more costs there."""
    price = each.frontier.usd_per_point
    return "front" if math.isnan(price) else f"front, {usd(price)} a point"


def _pairs(found: Groupings) -> Table:
    """Who belongs together."""
    shown, (most, least) = list(found.pairs), MOST_PAIRS
    cut = len(shown) > most + least
    shown = [*shown[:most], *shown[-least:]] if cut else shown
    which = f" (the {most} that gain most and the {least} that gain least of {len(found.pairs)} pairs)" if cut else ""
    how = "over all groupings" if found.searched.complete else "all other tasks apart"
    rows = tuple(
        (f"{pair.one} + {pair.other}", _sure(pair.points), _range(pair.points), signed_usd(pair.usd.mean))
        for pair in shown
    )
    return Table(
        title=f"Who belongs together: both tasks in one model against each in another, {how}{which}",
        head=("", "score", "90 %", "cost"), rows=rows,
    )  # fmt: skip


def _sure(each: Estimate) -> str:
    """A difference in points; 0 where simulation error hides even its sign."""
    hidden = not math.isnan(each.error) and abs(each.mean) <= TOO_CLOSE * each.error
    return signed_points(0.0 if hidden else each.mean)


def _range(each: Estimate) -> str:
    return f"{signed_points(each.low)} to {signed_points(each.high)}"


# --- data ----------------------------------------------------------------------------------------


def content(found: Groupings) -> dict[str, Any]:
    """The whole as JSON: lists of one length, a place each grouping, are what a chart draws."""
    screen, searched = found.searched.screen, found.searched
    cost, score = (each.mean(axis=1).tolist() for each in (screen.options.cost, screen.options.points))
    on_front = sorted((each for each in found.standings if each.frontier.status == "frontier"), key=lambda each: each.cost.mean)
    return {
        **provenance(found.scenario, found.design),
        "units": {**UNITS, **{f"{field}.objective": found.unit for field in ("standings", "against", "screened")}},
        "like": found.like,
        "objective": {"name": found.objective, "unit": found.unit},
        "looked_at": {
            "groupings": len(screen.groupings), "all": searched.complete, "models": searched.sets, "draws": searched.family.design.draws,
            "best_found_in_known_cases": None if searched.complete else dict(zip(("found", "cases"), _known(found)[:2], strict=True)),
            "most_missed": 0.0 if searched.complete else _known(found)[2],
        },
        "best": {"groups": _standing(found, found.best).groups, "name": found.best, "allowed": _standing(found, found.best).allowed},
        "unified": found.unified,
        "specialists": found.specialists,
        "level": [each.name for each in found.level],
        "standings": found.standings,
        "against": [{**_fields(each), "too_close": each.too_close} for each in found.against],
        "pairs": found.pairs,
        "screened": {
            "tasks": found.scenario.tasks,
            "model_of_task": ["-".join(map(str, grouping)) for grouping in screen.groupings],
            "models": [max(grouping) + 1 for grouping in screen.groupings],
            "cost": cost,
            "points": score,
            "objective": screen.options.objective.mean(axis=1).tolist(),
            "limits_met": screen.options.limits.met.tolist(),
            "best_merge": found.best_merge,
        },
        "chart": {"front": {"name": [each.name for each in on_front], "cost": [each.cost.mean for each in on_front], "points": [each.points.mean for each in on_front]}},
    }  # fmt: skip


def _fields(each: Against) -> dict[str, Any]:
    names = ("name", "allowed", "points", "usd", "objective", "probability", "usd_probability")
    return {name: getattr(each, name) for name in names}


def rows(found: Groupings) -> list[dict[str, Any]]:
    """Tidy rows with units: the leaders, the best against each, pairs, and the mean of all that was looked at."""
    made = []
    for each in found.standings:
        made += [_row(each.name, "cost", "USD", each.cost), _row(each.name, "delivered score", "point", each.points)]
        made.append({"grouping": each.name, "quantity": "probability limits met", "unit": "share", "mean": each.limits_met})
    for other in found.against:
        made += [_row(found.best, "score against", "point", other.points, other.name), _row(found.best, "cost against", "USD", other.usd, other.name)]
    for pair in found.pairs:
        name = f"{pair.one} + {pair.other}"
        made += [_row(name, "score gained by sharing", "point", pair.points), _row(name, "cost added by sharing", "USD", pair.usd)]
    options = found.searched.screen.options
    for name, cost, score in zip(options.strategies, options.cost.mean(axis=1).tolist(), options.points.mean(axis=1).tolist(), strict=True):
        made += [{"grouping": name, "quantity": what, "unit": unit, "mean": mean} for what, unit, mean in (("cost looked at", "USD", cost), ("score looked at", "point", score))]
    return made


def _row(grouping: str, quantity: str, unit: str, each: Estimate, against: str = "") -> dict[str, Any]:
    return {
        "grouping": grouping, "against": against, "quantity": quantity, "unit": unit, "mean": each.mean, "p5": each.low, "p10": each.p10,
        "p50": each.median, "p90": each.p90, "p95": each.high, "simulation_error": each.error,
    }  # fmt: skip
