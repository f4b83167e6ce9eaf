"""Both models of a published pair, trained on the draws of one cube: the same core code that a run goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tuneplan.axes import Array
from tuneplan.core import nearest_tasks
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import clashed_score, learn, shared_error
from tuneplan.evidence.head_to_head.questions import Question
from tuneplan.evidence.head_to_head.settings import TARGET
from tuneplan.late import np
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import UNSEEN
from tuneplan.study.design import AnyDesign
from tuneplan.units import POINTS_PER_SCALE

AT_ONCE = 8
"""Amounts of own examples that are looked at together: so many fit a cache."""
Change = Callable[[Inputs, AnyDesign], Inputs]
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


def as_they_are(inputs: Inputs, design: AnyDesign) -> Inputs:
    """No change."""
    return inputs


def arms_of(questions: Sequence[Question], design: AnyDesign, change: Change = as_they_are) -> list[Arms]:
    """Arms of every question; the scenario of a setting is evaluated once."""
    known: dict[tuple[str, str, float | None], Arms] = {}
    for text in dict.fromkeys(each.text for each in questions):
        some = [each for each in questions if each.text == text]
        inputs = change(inputs_of(text, design), design)
        for amounts in _batches(list(dict.fromkeys(each.own for each in some))):
            models = trained(_with_own(inputs, amounts))
            for each in some:
                if each.own in amounts:
                    known[_key(each)] = models.arms(each.request, design.draws, scenario=amounts.index(each.own))
    return [known[_key(each)] for each in questions]


def _key(question: Question) -> tuple[str, str, float | None]:
    return question.text, question.request, question.own


def _batches(amounts: Sequence[float | None]) -> list[list[float | None]]:
    """Amounts of own examples that are looked at together; None: as the scenario says."""
    said = [each for each in amounts if each is not None]
    parts: list[list[float | None]] = [list(said[start : start + AT_ONCE]) for start in range(0, len(said), AT_ONCE)]
    as_said: list[list[float | None]] = [[None]] if None in amounts else []
    return [*as_said, *parts]


def _with_own(inputs: Inputs, amounts: Sequence[float | None]) -> Inputs:
    """The same with so many examples of the target, a scenario each."""
    if None in amounts:
        return inputs
    examples = np.repeat(inputs["examples"], len(amounts), axis=0)
    examples[:, :, inputs.structure.tasks.index(TARGET)] = np.array(amounts, dtype=np.float64)[:, None, None]
    return with_numbers(inputs, {"examples": examples})


def inputs_of(text: str, design: AnyDesign) -> Inputs:
    """A scenario's numbers at the points of a design."""
    return lower([loads(text)], design.points, launched=False).inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A setting's models: the first strategy's, and that of each task alone.

    Attributes
    ----------
    inputs
        Of the scenario.
    score, missed
        As of ``Arms``, ``(scenario, model, request, draw)``.
    """

    inputs: Inputs
    score: Array
    missed: Array

    def arms(self, request: str, draws: int, *, scenario: int = 0) -> Arms:
        """The two models that answer a request. Of unseen requests, the specialist is that of the task most like them."""
        of = partial(self._of, scenario=scenario, draws=draws)
        structure = self.inputs.structure
        if request != UNSEEN:
            place = structure.tasks.index(request)
            rows = structure.model_of_task[:, place]
            each = [of(array, int(row), place) for row in rows for array in (self.score, self.missed)]
            same = 0.0 if rows[0] == rows[1] else 1.0
            return Arms(together=each[0], alone=each[2], missed_together=same * each[1], missed_alone=same * each[3])
        place, nearest = len(structure.tasks), nearest_tasks(self.inputs)[0, 0]
        apart = [[of(array, int(row), place) for row in structure.model_of_task[1]] for array in (self.score, self.missed)]
        alone, missed = ((nearest * np.array(each)).sum(axis=0) / nearest.sum(axis=0) for each in apart)
        unified = int(structure.model_of_task[0, 0])
        return Arms(
            together=of(self.score, unified, place), alone=alone,
            missed_together=of(self.missed, unified, place), missed_alone=missed,
        )  # fmt: skip

    @staticmethod
    def _of(array: Array, row: int, place: int, *, scenario: int, draws: int) -> Array:
        return np.broadcast_to(array[min(scenario, len(array) - 1), row, min(place, array.shape[2] - 1)], (draws,))


def trained(inputs: Inputs) -> Trained:
    """Train the models of a setting."""
    learned = learn(inputs)
    return Trained(
        inputs=inputs, score=clashed_score(inputs, learned) + shared_error(inputs, learned),
        missed=inputs["discrepancy"] / (POINTS_PER_SCALE * np.sqrt(2.0)) * learned.progress,
    )  # fmt: skip


def with_numbers(inputs: Inputs, numbers: Mapping[str, Array]) -> Inputs:
    """The same with other arrays for some numbers."""
    return replace(inputs, numbers={**inputs.numbers, **numbers})
