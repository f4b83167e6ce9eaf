"""What tells the tasks of a model apart: who shares a format, and how likely a clash is."""

from __future__ import annotations

from collections.abc import Mapping

from tuneplan.axes import Array
from tuneplan.core import capability
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.scenario.records import Scenario


def requests_in_format(structure: Structure) -> Array:
    """Whether a request comes in the instruction format, ``(1, model, request, 1)``, or 1 on request where all do or none."""
    formatted = _by_model(structure, capability.SHARES_FORMAT)
    requests = np.concatenate([formatted, _unseen(structure, formatted)], axis=1)
    if (requests == requests[:, :1]).all():
        requests = requests[:, :1]
    return requests[None, :, :, None]


def columns_in_format(structure: Structure) -> Array:
    """Whether a column's examples come in it; public mixes are instructions. ``(1, model, column, 1)``"""
    formatted = _by_model(structure, capability.SHARES_FORMAT)
    of_mix = np.ones((len(structure.models), structure.columns - len(structure.tasks)))
    return np.concatenate([formatted, of_mix], axis=1)[None, :, :, None]


def risk_of_clash(structure: Structure, scenario: Scenario) -> Array:
    """Chance of a clash by the task's word alone; none for unseen requests. ``(1, 1, request, 1)``"""
    words = [scenario.word(f"tasks.{task}.clash_risk", "low") for task in structure.tasks]
    return np.array([*(capability.CLASH_PROBABILITY[word] for word in words), 0.0])[None, None, :, None]


def framing_against_clash(structure: Structure) -> Array:
    """Factor on that chance, by the framing of each task. ``(1, model, request, 1)``"""
    return np.pad(_by_model(structure, capability.CLASH_FRAMING), ((0, 0), (0, 1)))[None, :, :, None]


def _by_model(structure: Structure, of_word: Mapping[str, float]) -> Array:
    """What the framing of each task comes to where a model serves it, ``(model, task)``."""
    by_strategy = np.array([[of_word[word] for word in spec.framings] for spec in structure.strategies])
    return by_strategy[structure.owners]  # type: ignore[no-any-return]


def _unseen(structure: Structure, formatted: Array) -> Array:
    """Unseen requests come in the format where any task does that the model was trained on. ``(model, 1)``"""
    trained = np.maximum(structure.membership("last"), structure.membership("earlier"))[0, :, : len(structure.tasks), 0]
    counted = np.where(trained.any(axis=1, keepdims=True), trained, 1.0)
    return (formatted * counted).max(axis=1, keepdims=True)  # type: ignore[no-any-return]
