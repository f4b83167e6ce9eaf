"""Rows of what is random but nobody's number: clashes of format, and what the law misses."""

from __future__ import annotations

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
    clash, error = [], []
    for model in structure.models:
        trained = {structure.tasks[c] for c in model.last if c < len(structure.tasks)}
        clash.append([_clash_row(table, request, trained, bool(model.merged_from)) for request in requests])
        error.append([_error_row(table, model.luck, request) for request in requests])
    return {"clash_draw": np.array([clash]), "discrepancy_draw": np.array([error])}


def _clash_row(table: Table, request: str, trained: set[str], merged: bool) -> int:
    """One event a task and set of neighbours, shared by all models that train that set."""
    neighbours = sorted(trained - {request})
    if request not in trained or not neighbours or merged:
        return table.add("", point(1.0))
    return table.add(f"clash.{request}.{'+'.join(neighbours)}", uniform(0.0, 1.0))


def _error_row(table: Table, luck: str, request: str) -> int:
    if not luck:
        return table.add("", point(0.0))
    return table.add(f"discrepancy.{request}.{luck}", student_t(capability.DISCREPANCY_DEGREES, 1.0))
