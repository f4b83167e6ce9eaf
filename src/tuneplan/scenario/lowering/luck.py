"""Rows of what is random but nobody's number: clashes of format, and what the law misses."""

from __future__ import annotations

from collections.abc import Iterator

from tuneplan.axes import Mask
from tuneplan.core import capability
from tuneplan.core.distributions import point, student_t, uniform
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.scenario.lowering.table import Table
from tuneplan.scenario.records import UNSEEN


def luck_places(structure: Structure, table: Table) -> dict[str, Mask]:
    """Rows of clashes and discrepancies in a table. ``(1, model, request)``"""
    requests = (*structure.tasks, UNSEEN)
    shape = (1, len(structure.models), len(requests))
    clash, error = np.full(shape, table.add("", point(1.0))), np.full(shape, table.add("", point(0.0)))
    event, missed = uniform(0.0, 1.0), student_t(capability.DISCREPANCY_DEGREES, 1.0)
    for row, model in enumerate(structure.models):
        for task, name in [] if model.merged_from else _clashes(structure, model.last):
            clash[0, row, task] = table.add(name, event)
        if model.luck:
            error[0, row] = [table.add(f"discrepancy.{request}.{model.luck}", missed) for request in requests]
    level = np.array([[[table.add(f"discrepancy.level.{request}", missed) for request in requests]]])
    return {"clash_draw": clash, "discrepancy_draw": error, "level_draw": level}


def _clashes(structure: Structure, trained: frozenset[int]) -> Iterator[tuple[int, str]]:
    """One event a task and set of neighbours, shared by all models that train that set."""
    names = sorted((structure.tasks[column], column) for column in trained if column < len(structure.tasks))
    if len(names) > 1:
        for place, (name, task) in enumerate(names):
            yield task, f"clash.{name}.{'+'.join(other for other, _ in names[:place] + names[place + 1 :])}"
