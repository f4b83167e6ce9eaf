"""Drawn numbers made ready for the core: scores normalised, prices settled, silent numbers filled.

One small function a number, run in the order in which they are declared; what each reads is noted
while it runs, so that a number's inputs need not be written down beside its equation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tuneplan.axes import Array
from tuneplan.core import capability, declared_params
from tuneplan.core.arrays import Recording
from tuneplan.core.costs import human_label_price
from tuneplan.core.registry import Registry
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.scenario.lowering import framing
from tuneplan.scenario.records import Scenario

Numbers = Mapping[str, Array]
Read = Mapping[str, tuple[str, ...]]
"""A finished number -> the numbers that it reads; its own name stands for what was drawn."""
NOTHING: Numbers = MappingProxyType({})
FINISHED: Registry[Callable[[Numbers, Structure, Scenario], Array]] = Registry("finished number")
"""Every finished number, with the labels ``unit``, where its second axis is not the strategy ``by``, where its third is
neither task nor request ``of``; it takes the place of what was drawn under its name."""


def finished(numbers: Numbers, structure: Structure, scenario: Scenario, *, known: Numbers = NOTHING) -> tuple[dict[str, Array], Read]:
    """Every number as the core takes it, and what each finished one reads.

    Parameters
    ----------
    known
        Finished numbers that are not worked out again.
    """
    done, read = dict(numbers), {}
    for entry in FINISHED:
        if entry.name in known:
            done[entry.name] = known[entry.name]
            continue
        seen = Recording(done)
        made = entry.function(seen, structure, scenario)
        done[entry.name], read[entry.name] = made, seen.read
    for name in ("examples", "existing"):
        done[name] = np.nan_to_num(done[name])
    by_task = (param.name for param in declared_params() if param.scope == "task")
    for name in by_task:
        if name not in BY_COLUMN:
            done[name] = done[name][:, :, : len(structure.tasks)]
    for name in ("latency", "confusion"):
        if np.isnan(done[name]).all():
            del done[name]
    return done, read


def is_drawn(name: str, *, by: str) -> bool:
    """Whether a finished number that reads a name gets what was drawn, not what was finished before it.

    >>> is_drawn("base", by="measured_base"), is_drawn("ceiling", by="base"), is_drawn("worst", by="base")
    (True, False, True)
    """
    order = list(FINISHED.entries)
    return name not in order or order.index(name) >= order.index(by)


BY_COLUMN = ("examples", "existing", "quality", "epochs", "example_tokens", "helpfulness")
"""Numbers of a task that the instruction mix has too."""


# --- scores, normalised: 0 the worst of the metric's scale, 1 its best ---------------------------


def _normalised(numbers: Numbers, name: str) -> Array:
    return capability.normalise(numbers[name], worst=numbers["worst"], best=numbers["best"])


@FINISHED.add(unit="score")
def measured_base(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """What the scenario's base scores when prompted; on unseen requests, where nobody says, the mean of the tasks."""
    base = _normalised(numbers, "base")
    return np.where(np.isnan(base), base[:, :, : len(structure.tasks)].mean(axis=2, keepdims=True), base)


@FINISHED.add(unit="score")
def floor(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Where a ruined model ends: by chance, or at the worst of the scale."""
    return np.nan_to_num(_normalised(numbers, "floor"))


@FINISHED.add(unit="score")
def ceiling(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """The best that data of this kind could reach; never below the base."""
    given, base = _normalised(numbers, "ceiling"), numbers["measured_base"]
    reached = np.where(np.isnan(given), base + (1.0 - base) * numbers["headroom"], given)
    return np.clip(np.maximum(reached, base), 0.0, 1.0)


@FINISHED.add(unit="score")
def must(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """What the served model has to reach."""
    return _normalised(numbers, "must")


@FINISHED.add(unit="score")
def prompted_score(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """What a prompted API model, or another base, was said to score."""
    return _normalised(numbers, "prompted_score")


@FINISHED.add(unit="score")
def fallback_score(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """What the API model scores that answers unseen requests."""
    worst, best = (numbers[name][:, :, len(structure.tasks) :] for name in ("worst", "best"))
    fallback = capability.normalise(numbers["fallback_score"], worst=worst, best=best)
    return np.clip(np.nan_to_num(fallback), 0.0, 1.0)


@FINISHED.add(unit="score", by="model")
def base(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """What each model starts from: the base's score, moved to its size, or a score of its own that
    an API model or another base was given."""
    ceiling, prompted = numbers["ceiling"], numbers["prompted_score"]
    gap = capability.gap_at_size(
        ceiling - numbers["measured_base"], params=numbers["base_params"], measured_params=numbers["measured_params"],
        size_exponent=numbers["size_exponent"], most=ceiling - numbers["floor"],
    )  # fmt: skip
    by_model = (ceiling - gap)[:, structure.owners]
    scored = scored_models(structure)
    if not scored:
        return by_model
    own = prompted[:, structure.owners[scored]] if prompted.shape[1] > 1 else prompted
    by_model = np.broadcast_to(by_model, np.broadcast_shapes(by_model.shape, own[:, :1].shape)).copy()
    by_model[:, scored] = np.where(np.isnan(own), by_model[:, scored], own)
    return by_model


def scored_models(structure: Structure) -> list[int]:
    """Models that start from a score of their own, where one is given: API models, trained models of another base."""
    return [
        row for row, model in enumerate(structure.models)
        if model.key.startswith("prompted ") or structure.strategies[model.owner].grouping.stages
    ]  # fmt: skip


# --- prices --------------------------------------------------------------------------------------


@FINISHED.add(unit="USD/example")
def human_price(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Price of one kept example that people write or label: as given, or from minutes and wages."""
    by_wage = human_label_price(
        minutes=numbers["minutes"], wage=numbers["wage"], labels_per_item=numbers["labels_per_item"],
        fee=numbers["fee"], kept=numbers["kept"], quality_control=numbers["quality_control"],
        adjudication=numbers["adjudication"],
    )  # fmt: skip
    price = np.where(np.isnan(by_wage), numbers["label_price"], by_wage)
    return price[:, :, : len(structure.tasks)]  # type: ignore[no-any-return]


# --- what follows from which tasks share which model ---------------------------------------------


@FINISHED.add(unit="model", by="model")
def specialists_merged(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Specialists that were merged into a model; 1 where it was trained itself."""
    return structure.per_model([max(len(model.merged_from), 1) for model in structure.models])


@FINISHED.add(unit="yes_no", by="model")
def shares_format(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Whether a request comes in the instruction format, which it shares with every other that does."""
    return framing.requests_in_format(structure)


@FINISHED.add(unit="yes_no", by="model", of="column")
def column_framed(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Whether a source's examples come in the instruction format."""
    return framing.columns_in_format(structure)


@FINISHED.add(unit="share")
def clash_risk(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Chance that a task clashes with its neighbours in a model, had nothing told them apart: by clash_risk."""
    return framing.risk_of_clash(structure, scenario)


@FINISHED.add(unit="share", by="model")
def clash_probability(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Chance that a task clashes with its neighbours in a model, by its clash_risk and its framing; assumed."""
    return framing.framing_against_clash(structure) * numbers["clash_risk"]


@FINISHED.add(unit="task", of="column")
def tasks_in_column(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Distinct tasks that a source of examples holds: one a task, many the public instruction mix."""
    tasks = len(structure.tasks)
    if structure.columns == tasks:
        return np.ones((1, 1, tasks, 1))
    in_mix = numbers["replay_tasks"]
    return np.concatenate([np.ones((in_mix.shape[0], 1, tasks, in_mix.shape[3])), in_mix], axis=2)


@FINISHED.add(unit="token")
def adapter_capacity(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Training tokens that an adapter can hold; endless where all weights are tuned."""
    return numbers["adapter_params"] * numbers["lora_capacity"]
