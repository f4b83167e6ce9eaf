"""Which models a strategy makes, in which order, and from what."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.core.strategies import Grouping


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One model on its way.

    Attributes
    ----------
    tasks
        Whose examples it is trained on, or which it answers.
    stage
        Training stage; the number of stages for a merged model, 0 for a prompted one.
    after
        Models that have to be trained first, by their place in the list.
    served
        Whether it answers requests.
    is_trained
        Whether anything is trained for it.
    """

    tasks: tuple[int, ...]
    stage: int
    after: tuple[int, ...]
    served: bool
    is_trained: bool

    def luck(self, names: tuple[str, ...]) -> str:
        """Name of its random numbers: what is made together, whatever the strategy."""
        return f"schedule.model.{self.stage}.{'+'.join(sorted(names[task] for task in self.tasks))}"


def network_of(grouping: Grouping) -> tuple[Node, ...]:
    """The models of a strategy, each after those that it starts from.

    >>> from tuneplan.core.strategies import STRATEGIES
    >>> [(node.tasks, node.after, node.served) for node in network_of(STRATEGIES["unified_then_specialists"].function(2))]
    [((0, 1), (), False), ((0,), (0,), True), ((1,), (0,), True)]
    """
    nodes: list[Node] = []
    before: list[int] = []
    for stage, model_of_task in enumerate(grouping.stages):
        is_last = stage == len(grouping.stages) - 1 and not grouping.merged
        here = []
        for model in dict.fromkeys(model_of_task):
            tasks = _tasks_of(model_of_task, model)
            after = tuple(each for each in before if set(nodes[each].tasks) & set(tasks))
            here.append(len(nodes))
            nodes.append(Node(tasks=tasks, stage=stage, after=after, served=is_last, is_trained=True))
        before = here
    if grouping.merged or not grouping.stages:
        nodes += [
            Node(tasks=_tasks_of(grouping.served, model), stage=len(grouping.stages), after=tuple(before), served=True, is_trained=False)
            for model in dict.fromkeys(grouping.served)
        ]
    return tuple(nodes)


def _tasks_of(model_of_task: tuple[int, ...], model: int) -> tuple[int, ...]:
    return tuple(task for task, each in enumerate(model_of_task) if each == model)
