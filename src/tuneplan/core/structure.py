"""From groupings to distinct models: every model is trained, and its luck drawn, once.

Two strategies that train the same model (same tasks, data, method, stages) share one row here,
so that their difference is exactly zero and nothing is computed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

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
    _known: dict[str, Mask] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def columns(self) -> int:
        """Tasks and, where any strategy has one, the instruction mix."""
        return self.stages_of_column.shape[1]

    @property
    def owners(self) -> Mask:
        """Strategy from which each model takes its numbers, ``(M,)`` of int."""
        return self._once("owners", lambda: np.array([model.owner for model in self.models], dtype=np.intp))

    def membership(self, which: str) -> Mask:
        """``last`` or ``earlier`` columns of each model, ``(1, M, C, 1)`` of 0 and 1."""
        return self._once(which, lambda: self._membership(which))

    def _once(self, name: str, made: Callable[[], Mask]) -> Mask:
        """What every evaluation asks for again, made when it is first asked for; nobody writes into it."""
        if name not in self._known:
            self._known[name] = made()
            self._known[name].setflags(write=False)
        return self._known[name]

    def _membership(self, which: str) -> Mask:
        held = np.zeros((len(self.models), self.columns))
        for row, model in enumerate(self.models):
            held[row, list(getattr(model, which))] = 1.0
        return held[None, :, :, None]

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
    found = _Found(tuple(tasks))
    served, bases, trained = [], [], []
    for number, spec in enumerate(strategies):
        if len(spec.grouping.stages) > 2:
            raise ValueError(f"{spec.name}: more than two training stages are not modelled")
        trained.append([_groups(spec, stage) for stage in spec.grouping.stages])
        bases.append(found.row(Model(key=spec.untrained_key, owner=number)))
        served.append(_models_of(spec, trained[-1], number, found))
    counts = np.array([_stages(groups, columns) for groups in trained], dtype=np.intp)
    return Structure(
        strategies=tuple(strategies),
        tasks=tuple(tasks),
        models=tuple(found.models),
        model_of_task=np.array(served, dtype=np.intp),
        deployment_of_task=np.array([spec.grouping.deployments for spec in strategies], dtype=np.intp),
        base_of_strategy=np.array(bases, dtype=np.intp),
        stages_of_column=counts[:, 0],
        mixtures_of_column=counts[:, 1],
        models_trained=np.array(_runs(trained), dtype=np.float64),
    )


@dataclass(slots=True)
class _Found:
    """Distinct models so far, each with its row."""

    tasks: tuple[str, ...]
    models: list[Model] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)

    def row(self, model: Model) -> int:
        """Row of a model, new or known."""
        row = self.rows.setdefault(model.key, len(self.models))
        if row == len(self.models):
            self.models.append(model)
        return row


Groups = dict[int, frozenset[int]]
"""Number of a model in a stage -> the columns with data that it trains on."""


def _groups(spec: StrategySpec, stage: ModelOfTask) -> Groups:
    """Columns with data of each model of a stage; the instruction mix joins the shared ones."""
    members: dict[int, set[int]] = {number: set() for number in sorted(set(stage))}
    for task, number in enumerate(stage):
        if spec.columns_with_data[task]:
            members[number].add(task)
    mix = {column for column in range(len(stage), len(spec.columns_with_data)) if spec.columns_with_data[column]}
    return {number: frozenset(columns | mix if columns else ()) for number, columns in members.items()}


def _models_of(spec: StrategySpec, trained: Sequence[Groups], owner: int, found: _Found) -> list[int]:
    """Rows of the models that serve each task."""
    stages, tasks = spec.grouping.stages, len(found.tasks)
    if not stages:
        key = f"prompted {spec.name}" if spec.prompts_api else spec.untrained_key
        return [found.row(Model(key=key, owner=owner))] * tasks
    row_of: dict[tuple[int, int], int] = {}
    rows = []
    for task in range(tasks):
        numbers = (stages[-1][task], stages[0][task])
        if numbers not in row_of:
            last = trained[-1][numbers[0]]
            before = trained[0][numbers[1]] if len(stages) > 1 else frozenset()
            last, before = (last, before - last) if last else (before, frozenset())
            row_of[numbers] = _row(spec, owner, found, last, before)
        rows.append(row_of[numbers])
    return _merged(owner, found, rows) if spec.grouping.merged else rows


def _merged(owner: int, found: _Found, rows: list[int]) -> list[int]:
    """Rows of the merge of trained models, which serves every task."""
    merged_from = tuple(dict.fromkeys(row for row in rows if found.models[row].last))
    if len(merged_from) < 2:
        return list(merged_from) * len(rows) or rows
    parts = [found.models[row] for row in merged_from]
    union: frozenset[int] = frozenset().union(*(part.last for part in parts))
    merged = Model(
        key="merge of " + " & ".join(part.key for part in parts),
        luck="merge of " + " & ".join(sorted(part.luck for part in parts)),
        owner=owner,
        last=union,
        merged_from=merged_from,
    )
    return [found.row(merged)] * len(rows)


def _row(spec: StrategySpec, owner: int, found: _Found, last: frozenset[int], earlier: frozenset[int]) -> int:
    if not last:
        return found.row(Model(key=spec.untrained_key, owner=owner))
    tasks = found.tasks
    names = [*tasks, *(["replay"] * (len(spec.columns_with_data) - len(tasks)))]
    stages = " after ".join("+".join(sorted(names[c] for c in group)) for group in (last, earlier) if group)
    how = "|".join([spec.method, _framing(spec, tasks, last | earlier), spec.base, spec.dataset, "routed" if spec.routed else ""])
    luck = f"{stages} [{how}]"
    asked = ",".join(spec.framings) if len(set(spec.framings)) > 1 else ""  # also of tasks that it isn't trained on
    key = luck + spec.amounts + spec.scored + asked
    return found.row(Model(key=key, luck=luck, owner=owner, last=last, earlier=earlier))


def _framing(spec: StrategySpec, tasks: Sequence[str], columns: frozenset[int]) -> str:
    """The one framing of a model's tasks, or that of each by name."""
    framed = {tasks[column]: spec.framings[column] for column in columns if column < len(tasks)}
    words = set(framed.values())
    return words.pop() if len(words) == 1 else ",".join(f"{task}={word}" for task, word in sorted(framed.items()))


def _stages(trained: Sequence[Groups], columns: int) -> tuple[list[int], list[int]]:
    """In how many stages each column is trained, and in how many of them beside other columns."""
    counts, beside = [0] * columns, [0] * columns
    for groups in trained:
        for members in groups.values():
            for column in members:
                counts[column] += 1
                beside[column] += len(members) > 1
    return counts, beside


def _runs(trained: Sequence[Sequence[Groups]]) -> list[int]:
    """Training runs of each strategy."""
    return [sum(bool(members) for groups in stages for members in groups.values()) for stages in trained]
