"""What must hold where examples are left to a plan: money to spend, counts that are certain, caps that leave room."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tuneplan.scenario.planned import AUTO
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.strategy_checks import trains
from tuneplan.scenario.records import Quantity

MOST_PLANNED = 40
"""Tasks for which a plan is found: its work grows with their cube."""
COUNTS = ("existing", "most", "least")
"""Numbers of a task's data that a plan has to know for certain."""


def _a_plan_has_money(draft: Draft) -> None:
    first = next(_planned(draft), None)
    if first is None or "budget.limit" in draft.leaves:
        return
    priced = any(path.startswith("tasks.") and path.endswith(".value") for path in draft.leaves)
    if not priced:
        message = "a plan needs to know what may be spent, or what a point is worth: add budget: {limit: 60k USD}, or a value to the tasks"
        draft.complaints.add(message, draft.places[first], first)


def _a_plan_stays_small(draft: Draft) -> None:
    first = next(_planned(draft), None)
    if first is not None and len(draft.tasks) > MOST_PLANNED:
        message = f"plans are found for at most {MOST_PLANNED} tasks, {len(draft.tasks)} are given; say how many examples, or join tasks"
        draft.complaints.add(message, draft.places[first], first)


def _counts_are_certain(draft: Draft) -> None:
    if next(_planned(draft), None) is None:
        return
    for path, quantity in draft.quantities.items():
        if _is_count(path) and not quantity.distribution.is_point:
            message = "a plan is decided before anything is known: give one number, not an interval"
            draft.complaints.add(message, draft.places[path], path)


def _is_count(path: str) -> bool:
    words = path.split(".")
    if words[0] == "tasks":
        return len(words) == 4 and words[2] == "data" and words[3] in COUNTS
    return words[0] == "strategies" and len(words) > 2 and words[2] == "existing"


def _caps_leave_room(draft: Draft) -> None:
    for task in draft.tasks:
        most, least, existing = (_count(draft, task, word) for word in ("most", "least", "existing"))
        if most is not None and existing is not None and most < existing:
            path = f"tasks.{task}.data.most"
            message = f"{most:,.0f} is fewer than the {existing:,.0f} that exist already; give at least as many, or lower data.existing".replace(",", " ")
            draft.complaints.add(message, draft.places[path], path)
        if most is not None and least is not None and most < least:
            path = f"tasks.{task}.data.least"
            message = f"{least:,.0f} is more than data.most, {most:,.0f}".replace(",", " ")
            draft.complaints.add(message, draft.places[path], path)


def _count(draft: Draft, task: str, word: str) -> float | None:
    given: Quantity | None = draft.quantities.get(f"tasks.{task}.data.{word}")
    return given.distribution.median if given is not None and given.distribution.is_point else None


def _planned(draft: Draft) -> Iterator[str]:
    """Paths that leave examples to a plan, of tasks or of strategies that train."""
    training = [name for name in draft.strategies if trains(name, draft)]
    for path, value in draft.settings.items():
        words = path.split(".")
        of_strategy = words[0] == "strategies" and len(words) > 2 and words[2] == "examples" and words[1] in training
        if value == AUTO and training and (of_strategy or path.endswith(".data.examples")):
            yield path


PLAN_RULES: tuple[Callable[[Draft], None], ...] = (
    _a_plan_has_money,
    _a_plan_stays_small,
    _counts_are_certain,
    _caps_leave_room,
)
"""Every rule of plans."""
