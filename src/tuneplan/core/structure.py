"""From groupings to distinct models: every model is trained, and its luck drawn, once.

Two strategies that train the same model (same tasks, data, method, stages) share one row here,
so that their difference is exactly zero and nothing is computed twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.axes import Mask
from tuneplan.core.strategies import Grouping, ModelOfTask
from tuneplan.late import np


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategySpec:
    """What a strategy is, before its numbers.

    Attributes
    ----------
    name
        As the user calls it.
    grouping
        Which tasks share models.
    columns_with_data
        Whether each task, then the instruction mix where there is one, has any examples here.
    framings
        What tells each task apart from the others, by task: words of the scenario.
    method, base
        Words of the scenario; ``base`` names the base model.
    dataset
        Tells apart strategies that train on examples of another source than the scenario's own.
    amounts
        Tells apart strategies that train on other amounts of the same data.
    scored
        Tells apart strategies whose base was given a score of its own.
    routed
        Whether each task has its own trainable capacity inside a shared model.
    prompts_api
        Whether an API model with scores of its own is prompted.
    fallback
        ``nearest``, ``base`` or ``api``: who answers unseen requests.
    """

    name: str
    grouping: Grouping
    columns_with_data: tuple[bool, ...]
    framings: tuple[str, ...]
    method: str = "full"
    base: str = ""
    dataset: str = ""
    amounts: str = ""
    scored: str = ""
    routed: bool = False
    prompts_api: bool = False
    fallback: str = "nearest"

    @property
    def untrained_key(self) -> str:
        """Key of its base before any training."""
        return f"base {self.base}{self.scored}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One distinct model.

    Attributes
    ----------
    key
        Equal keys are equal models.
    luck
        Name of its random numbers: what is trained together and how, whatever the amounts.
    owner
        A strategy that it belongs to, from which it takes its numbers.
    last, earlier
        Columns of its last stage, and of the stage before.
    merged_from
        Rows that were merged into it.
    """

    key: str
    luck: str = ""
    owner: int
    last: frozenset[int] = frozenset()
    earlier: frozenset[int] = frozenset()
    merged_from: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """How strategies, models, tasks and deployments hang together; nothing uncertain.

    Masks are 0/1 floats or booleans with the shapes given; S strategies, M models, T tasks,
    C columns (tasks, then the instruction mix where any strategy has one).

    Attributes
    ----------
    strategies, tasks
        Names.
    models
        Distinct models; prompted ones have no columns.
    model_of_task, deployment_of_task
        ``(S, T)`` of int.
    base_of_strategy
        The untrained row of the strategy's base, ``(S,)`` of int.
    stages_of_column, mixtures_of_column
        In how many stages a column is trained, and in how many of them beside another. ``(S, C)``
    models_trained
        Training runs kept over all stages, ``(S,)``.
    """

    strategies: tuple[StrategySpec, ...]
    tasks: tuple[str, ...]
    models: tuple[Model, ...]
    model_of_task: Mask
    deployment_of_task: Mask
    base_of_strategy: Mask
    stages_of_column: Mask
    mixtures_of_column: Mask
    models_trained: Mask

    @property
    def columns(self) -> int:
        """Tasks and, where any strategy has one, the instruction mix."""
        return self.stages_of_column.shape[1]

    @property
    def owners(self) -> Mask:
        """Strategy from which each model takes its numbers, ``(M,)`` of int."""
        return np.array([model.owner for model in self.models], dtype=np.intp)

    def membership(self, which: str) -> Mask:
        """``last`` or ``earlier`` columns of each model, ``(1, M, C, 1)`` of 0 and 1."""
        rows = [[column in getattr(model, which) for column in range(self.columns)] for model in self.models]
        return np.array(rows, dtype=np.float64)[None, :, :, None]

    def per_strategy(self, values: Sequence[float | bool]) -> Mask:
        """One number a strategy, ``(1, S, 1, 1)``."""
        return np.array(values, dtype=np.float64)[None, :, None, None]

    def per_model(self, values: Sequence[float | bool]) -> Mask:
        """One number a model, ``(1, M, 1, 1)``."""
        return np.array(values, dtype=np.float64)[None, :, None, None]


def build_structure(strategies: Sequence[StrategySpec], tasks: Sequence[str]) -> Structure:
    """Find the distinct models of all strategies.

    Raises
    ------
    ValueError
        A grouping has more than two stages.
    """
    columns = max(len(spec.columns_with_data) for spec in strategies)
    models: dict[str, Model] = {}
    served, bases = [], []
    for number, spec in enumerate(strategies):
        if len(spec.grouping.stages) > 2:
            raise ValueError(f"{spec.name}: more than two training stages are not modelled")
        bases.append(_add(models, Model(key=spec.untrained_key, owner=number)))
        served.append(_models_of(spec, number, models, tasks))
    stages = np.array([[_stages(spec, c) for c in range(columns)] for spec in strategies])
    mixtures = np.array([[_stages(spec, c, beside=True) for c in range(columns)] for spec in strategies])
    return Structure(
        strategies=tuple(strategies),
        tasks=tuple(tasks),
        models=tuple(models.values()),
        model_of_task=np.array(served, dtype=np.intp),
        deployment_of_task=np.array([spec.grouping.deployments for spec in strategies], dtype=np.intp),
        base_of_strategy=np.array(bases, dtype=np.intp),
        stages_of_column=stages,
        mixtures_of_column=mixtures,
        models_trained=np.array([_runs(spec) for spec in strategies], dtype=np.float64),
    )


def _add(models: dict[str, Model], model: Model) -> int:
    """Row of a model, new or known."""
    models.setdefault(model.key, model)
    return list(models).index(model.key)


def _groups(spec: StrategySpec, stage: ModelOfTask) -> dict[int, frozenset[int]]:
    """Columns with data of each model of a stage; the instruction mix joins the shared ones."""
    tasks = len(stage)
    groups: dict[int, frozenset[int]] = {}
    for number in sorted(set(stage)):
        members = {task for task in range(tasks) if stage[task] == number and spec.columns_with_data[task]}
        mix = {column for column in range(tasks, len(spec.columns_with_data)) if spec.columns_with_data[column]}
        groups[number] = frozenset(members | mix if members else set())
    return groups


def _models_of(spec: StrategySpec, owner: int, models: dict[str, Model], tasks: Sequence[str]) -> list[int]:
    """Rows of the models that serve each task."""
    if not spec.grouping.stages:
        key = f"prompted {spec.name}" if spec.prompts_api else spec.untrained_key
        return [_add(models, Model(key=key, owner=owner))] * len(tasks)
    stage = spec.grouping.stages[-1]
    last = _groups(spec, stage)
    first = _groups(spec, spec.grouping.stages[0]) if len(spec.grouping.stages) > 1 else {}
    rows = {}
    for task in range(len(tasks)):
        trained = last[stage[task]]
        before = first[spec.grouping.stages[0][task]] if first else frozenset()
        if not trained:
            trained, before = before, frozenset()
        rows[task] = _row(spec, owner, models, tasks, trained, before - trained)
    if spec.grouping.merged:
        merged_from = tuple(dict.fromkeys(row for row in rows.values() if list(models.values())[row].last))
        if len(merged_from) == 1:
            return [merged_from[0]] * len(tasks)
        if merged_from:
            parts = [list(models.values())[row] for row in merged_from]
            union: frozenset[int] = frozenset().union(*(part.last for part in parts))
            merged = Model(
                key="merge of " + " & ".join(part.key for part in parts),
                luck="merge of " + " & ".join(sorted(part.luck for part in parts)),
                owner=owner,
                last=union,
                merged_from=merged_from,
            )
            return [_add(models, merged)] * len(tasks)
    return [rows[task] for task in range(len(tasks))]


def _row(
    spec: StrategySpec, owner: int, models: dict[str, Model], tasks: Sequence[str],
    last: frozenset[int], earlier: frozenset[int],
) -> int:  # fmt: skip
    if not last:
        return _add(models, Model(key=spec.untrained_key, owner=owner))
    names = [*tasks, *(["replay"] * (len(spec.columns_with_data) - len(tasks)))]
    stages = " after ".join("+".join(sorted(names[c] for c in group)) for group in (last, earlier) if group)
    how = "|".join([spec.method, _framing(spec, tasks, last | earlier), spec.base, spec.dataset, "routed" if spec.routed else ""])
    luck = f"{stages} [{how}]"
    asked = ",".join(spec.framings) if len(set(spec.framings)) > 1 else ""  # also of tasks that it isn't trained on
    key = luck + spec.amounts + spec.scored + asked
    return _add(models, Model(key=key, luck=luck, owner=owner, last=last, earlier=earlier))


def _framing(spec: StrategySpec, tasks: Sequence[str], columns: frozenset[int]) -> str:
    """The one framing of a model's tasks, or that of each by name."""
    framed = {tasks[column]: spec.framings[column] for column in columns if column < len(tasks)}
    words = set(framed.values())
    return words.pop() if len(words) == 1 else ",".join(f"{task}={word}" for task, word in sorted(framed.items()))


def _stages(spec: StrategySpec, column: int, *, beside: bool = False) -> int:
    """Stages in which a column is trained (and, if asked, beside other columns)."""
    count = 0
    for stage in spec.grouping.stages:
        for members in _groups(spec, stage).values():
            count += column in members and (not beside or len(members) > 1)
    return count


def _runs(spec: StrategySpec) -> int:
    return sum(bool(members) for stage in spec.grouping.stages for members in _groups(spec, stage).values())
