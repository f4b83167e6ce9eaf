"""A strategy is a grouping of tasks into models, as data.

To add one, write one decorated function from the number of tasks to a ``Grouping``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tuneplan.core.registry import Registry

ModelOfTask = tuple[int, ...]
"""For each task, the number of the model that it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Which tasks are trained together, in which order, and how they are served.

    Attributes
    ----------
    stages
        One ``ModelOfTask`` a training stage; empty: nothing is trained.
    served
        The model that serves each task.
    deployments
        The deployment that each task is sent to.
    merged
        Whether the models of the last stage are merged into one, without more training.
    method
        How weights are tuned when the strategy leaves no choice; empty: as the scenario says.
    """

    stages: tuple[ModelOfTask, ...]
    served: ModelOfTask
    deployments: ModelOfTask
    merged: bool = False
    method: str = ""

    @property
    def shares_base(self) -> bool:
        """Whether several tuned models are served on one loaded base (multi-LoRA)."""
        return len(set(self.served)) > len(set(self.deployments))


STRATEGIES: Registry[Callable[[int], Grouping]] = Registry("strategy")
"""Every strategy that a scenario can name."""


def together(tasks: int) -> ModelOfTask:
    """All tasks in one model.

    >>> together(3)
    (0, 0, 0)
    """
    return (0,) * tasks


def apart(tasks: int) -> ModelOfTask:
    """One model a task.

    >>> apart(3)
    (0, 1, 2)
    """
    return tuple(range(tasks))


@STRATEGIES.add()
def unified(tasks: int) -> Grouping:
    """One model, trained on one mixture of all tasks."""
    one = together(tasks)
    return Grouping(stages=(one,), served=one, deployments=one)


@STRATEGIES.add()
def specialists(tasks: int) -> Grouping:
    """One fully separate model and deployment a task, behind a router."""
    each = apart(tasks)
    return Grouping(stages=(each,), served=each, deployments=each)


@STRATEGIES.add()
def adapters(tasks: int) -> Grouping:
    """One LoRA adapter a task on one shared base, in one deployment, behind a router."""
    each = apart(tasks)
    return Grouping(stages=(each,), served=each, deployments=together(tasks), method="lora")


@STRATEGIES.add()
def unified_then_specialists(tasks: int) -> Grouping:
    """One mixture first, then each task's own data on a copy of that model."""
    each = apart(tasks)
    return Grouping(stages=(together(tasks), each), served=each, deployments=each)


@STRATEGIES.add()
def merged(tasks: int) -> Grouping:
    """Specialists, merged into one model without more training."""
    one = together(tasks)
    return Grouping(stages=(apart(tasks),), served=one, deployments=one, merged=True)


@STRATEGIES.add()
def prompted(tasks: int) -> Grouping:
    """Nothing trained: the base, or an API model, is prompted."""
    one = together(tasks)
    return Grouping(stages=(), served=one, deployments=one)


def grouped(groups: tuple[tuple[int, ...], ...]) -> Grouping:
    """One model and deployment a group of tasks.

    >>> grouped(((0, 2), (1,))).served
    (0, 1, 0)
    """
    group_of_task = {task: number for number, group in enumerate(groups) for task in group}
    each = tuple(group_of_task[task] for task in range(len(group_of_task)))
    return Grouping(stages=(each,), served=each, deployments=each)
