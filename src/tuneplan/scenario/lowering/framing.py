"""What tells the tasks of a model apart: who shares a format, and how likely a clash is."""

from __future__ import annotations

from collections.abc import Mapping

from tuneplan.axes import Array
from tuneplan.core import capability
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.scenario.records import Scenario


def framing_numbers(structure: Structure, scenario: Scenario) -> dict[str, Array]:
    """Numbers that follow from the framing of each task, by model.

    Returns
    -------
    mapping
        ``shares_format``: whether a request comes in the instruction format, ``(1, model, request, 1)``,
        or 1 on request where all do or none. ``column_framed``: whether a column's examples do,
        ``(1, model, column, 1)``. ``clash_risk``, ``(1, 1, request, 1)``, and times the factor of
        each task's framing ``clash_probability``, ``(1, model, request, 1)``.
    """
    tasks = len(structure.tasks)
    formatted = _by_model(structure, capability.SHARES_FORMAT)
    requests = np.concatenate([formatted, _unseen(structure, formatted)], axis=1)
    if (requests == requests[:, :1]).all():
        requests = requests[:, :1]
    of_mix = np.ones((len(structure.models), structure.columns - tasks))  # public mixes are instructions
    risk = [capability.CLASH_PROBABILITY[scenario.word(f"tasks.{task}.clash_risk", "low")] for task in structure.tasks]
    chance = _by_model(structure, capability.CLASH_FRAMING) * np.array(risk)
    return {
        "shares_format": requests[None, :, :, None],
        "column_framed": np.concatenate([formatted, of_mix], axis=1)[None, :, :, None],
        "clash_risk": np.array([*risk, 0.0])[None, None, :, None],
        "clash_probability": np.pad(chance, ((0, 0), (0, 1)))[None, :, :, None],
    }


def _by_model(structure: Structure, of_word: Mapping[str, float]) -> Array:
    """What the framing of each task comes to where a model serves it, ``(model, task)``."""
    by_strategy = np.array([[of_word[word] for word in spec.framings] for spec in structure.strategies])
    return by_strategy[structure.owners]  # type: ignore[no-any-return]


def _unseen(structure: Structure, formatted: Array) -> Array:
    """Unseen requests come in the format where any task does that the model was trained on. ``(model, 1)``"""
    trained = np.maximum(structure.membership("last"), structure.membership("earlier"))[0, :, : len(structure.tasks), 0]
    counted = np.where(trained.any(axis=1, keepdims=True), trained, 1.0)
    return (formatted * counted).max(axis=1, keepdims=True)  # type: ignore[no-any-return]
