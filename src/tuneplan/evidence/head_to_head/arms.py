"""Both models of a published pair, trained on the draws of one cube: the same core code that a run goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tuneplan.axes import Array
from tuneplan.core import nearest_tasks
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import clashed_score, learn, shared_error
from tuneplan.evidence.head_to_head.questions import Question
from tuneplan.late import np
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import UNSEEN
from tuneplan.study.design import Design
from tuneplan.units import POINTS_PER_SCALE

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
    """Arms of every question; the scenario of a setting is evaluated once."""
    learned: dict[str, Trained] = {}
    for text in dict.fromkeys(each.text for each in questions):
        learned[text] = trained(inputs_of(text, design), design, change)
    return [learned[each.text].arms(each.request, design.draws) for each in questions]


def inputs_of(text: str, design: Design) -> Inputs:
    """A scenario's numbers at the points of a design."""
    return lower([loads(text)], design.points).inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A setting's models: the first strategy's, and that of each task alone.

    Attributes
    ----------
    inputs
        Of the scenario.
    score, missed
        As of ``Arms``, ``(1, model, request, draw)``.
    """

    inputs: Inputs
    score: Array
    missed: Array

    def arms(self, request: str, draws: int) -> Arms:
        """The two models that answer a request. Of unseen requests, the specialist is that of the task most like them."""
        structure = self.inputs.structure
        if request != UNSEEN:
            place = structure.tasks.index(request)
            rows = structure.model_of_task[:, place]
            each = [self._of(array, int(row), place, draws) for row in rows for array in (self.score, self.missed)]
            same = 0.0 if rows[0] == rows[1] else 1.0
            return Arms(together=each[0], alone=each[2], missed_together=same * each[1], missed_alone=same * each[3])
        place, nearest = len(structure.tasks), nearest_tasks(self.inputs)[0, 0]
        apart = [[self._of(array, int(row), place, draws) for row in structure.model_of_task[1]] for array in (self.score, self.missed)]
        alone, missed = ((nearest * np.array(each)).sum(axis=0) / nearest.sum(axis=0) for each in apart)
        unified = int(structure.model_of_task[0, 0])
        return Arms(
            together=self._of(self.score, unified, place, draws), alone=alone,
            missed_together=self._of(self.missed, unified, place, draws), missed_alone=missed,
        )  # fmt: skip

    @staticmethod
    def _of(array: Array, row: int, place: int, draws: int) -> Array:
        return np.broadcast_to(array[0, row, min(place, array.shape[2] - 1)], (draws,))


def trained(inputs: Inputs, design: Design, change: Change = as_they_are) -> Trained:
    """Train the models of a setting."""
    inputs = change(inputs, design)
    learned = learn(inputs)
    return Trained(
        inputs=inputs, score=clashed_score(inputs, learned) + shared_error(inputs, learned),
        missed=inputs["discrepancy"] / (POINTS_PER_SCALE * np.sqrt(2.0)) * learned.progress,
    )  # fmt: skip


def with_numbers(inputs: Inputs, numbers: Mapping[str, Array]) -> Inputs:
    """The same with other arrays for some numbers."""
    return replace(inputs, numbers={**inputs.numbers, **numbers})
