"""Both models of a published pair, trained on the draws of one cube: the same core code that a run goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import clashed_score, learn, mixing_error
from tuneplan.evidence.head_to_head.questions import Question
from tuneplan.late import np
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.study.design import Design

Change = Callable[[Inputs, Design], Inputs]
"""Something done to the numbers of every case before they are evaluated: a part switched off, another prior."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """The two models of a pair on the row's task, draw by draw; scores 0 to 1, all ``(draw,)``.

    Attributes
    ----------
    together, alone
        Score by all but what the law misses of each model for itself.
    missed_together, missed_alone
        Scale of that, Student-t with 5 degrees; 0 where both are the same model.
    """

    together: Array
    alone: Array
    missed_together: Array
    missed_alone: Array


def as_they_are(inputs: Inputs, design: Design) -> Inputs:
    """No change."""
    return inputs


def arms_of(questions: Sequence[Question], design: Design, change: Change = as_they_are) -> list[Arms]:
    """Arms of every question; equal scenarios are evaluated once."""
    known: dict[tuple[str, str], Arms] = {}
    for each in questions:
        key = each.text, each.task
        if key not in known:
            known[key] = _arms(inputs_of(each.text, design), each, design, change)
    return [known[each.text, each.task] for each in questions]


def inputs_of(text: str, design: Design) -> Inputs:
    """A scenario's numbers at the points of a design."""
    return lower([loads(text)], design.points).inputs


def _arms(inputs: Inputs, question: Question, design: Design, change: Change) -> Arms:
    inputs = change(inputs, design)
    learned, structure = learn(inputs), inputs.structure
    request = structure.tasks.index(question.task)
    rows = {spec.name: int(structure.model_of_task[number, request]) for number, spec in enumerate(structure.strategies)}
    score = clashed_score(inputs, learned) + mixing_error(inputs, learned)
    missed = inputs["discrepancy"] / (100.0 * np.sqrt(2.0)) * learned.progress
    together, alone = rows[question.better], rows["alone"]
    same = 0.0 if together == alone else 1.0

    def of(array: Array, row: int, place: int) -> Array:
        return np.broadcast_to(array[0, row, min(place, array.shape[2] - 1)], (design.draws,))

    return Arms(
        together=of(score, together, request), alone=of(score, alone, request),
        missed_together=same * of(missed, together, 0), missed_alone=same * of(missed, alone, 0),
    )  # fmt: skip


def with_numbers(inputs: Inputs, numbers: Mapping[str, Array]) -> Inputs:
    """The same with other arrays for some numbers."""
    return replace(inputs, numbers={**inputs.numbers, **numbers})
