"""Finished numbers of a schedule: how fast examples are made, which days are worked, when each strategy ships.

Where launch dates do not count, every strategy is there from the first day on and nothing is simulated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tuneplan.axes import Array, Mask
from tuneplan.core.arrays import Inputs
from tuneplan.core.distributions import uniform
from tuneplan.core.laws import LAWS
from tuneplan.core.structure import Structure
from tuneplan.late import Late, np
from tuneplan.scenario.lowering.finishing import FINISHED, Numbers
from tuneplan.scenario.lowering.hardware import gpus_to_train
from tuneplan.scenario.lowering.table import Table
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.schema import DEFAULT_DAYS, WEEKDAYS
from tuneplan.scenario.timed import DEADLINE, day_of, start_of
from tuneplan.units import DAYS_PER_MONTH, MINUTES_PER_HOUR

if TYPE_CHECKING:
    from tuneplan.core.schedule import calendar, network
    from tuneplan.core.schedule import distinct as dates
else:  # reading a scenario does without
    calendar, network, dates = (Late(f"tuneplan.core.schedule.{name}") for name in ("calendar", "network", "distinct"))

BEYOND = 400
"""Days after the horizon of which it is known whether they are worked."""
IS_TIMED = "is_timed"
"""Whether launch dates count, as a number."""


def luck_of_schedule(structure: Structure, table: Table) -> dict[str, Mask]:
    """Rows of the streams of a schedule in a table: one a task and kind, one a model, one for who leaves. ``(1, 1 or strategy, row)``"""
    event = uniform(0.0, 1.0)
    networks = [network.network_of(spec.grouping) for spec in structure.strategies]
    width = max(map(len, networks))
    by_model = [[table.add(nodes[place].luck(structure.tasks) if place < len(nodes) else "schedule.model", event) for place in range(width)] for nodes in networks]
    return {
        "batch_luck": np.array([[[table.add(f"schedule.batches.{task}", event) for task in structure.tasks]]]),
        "annotator_luck": np.array([[[table.add("schedule.stays", event)]]]),
        "model_luck": np.array([by_model]),
    }


def _one(value: float) -> Array:
    return np.full((1, 1, 1, 1), value)


@FINISHED.add(unit="example/hour")
def made_an_hour(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Kept examples that an annotator makes in an hour: as given, or from minutes a label, or as the price lets assume.

    A strategy that pays its own price has no minutes; those who make its examples are as quick as all others.
    """
    tasks = len(structure.tasks)
    kept, minutes, labels, pace = (numbers[name][:, :, :tasks] for name in ("kept", "minutes", "labels_per_item", "pace"))
    of_a_label = np.fmax.reduce(minutes, axis=1, keepdims=True)
    return np.where(np.isnan(pace), MINUTES_PER_HOUR * kept / (of_a_label * labels), pace)  # type: ignore[no-any-return]


@FINISHED.add(unit="GPU")
def gpus_per_run(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Cards of one training run; 0 where nothing is trained or no count is enough."""
    if not numbers[IS_TIMED].any():
        return _one(0.0)
    rank, sequence = float(numbers["lora_rank"].flat[0]), float(numbers["sequence_length"].flat[0])
    return structure.per_strategy([gpus_to_train(scenario, spec, rank, sequence) if spec.grouping.stages else 0.0 for spec in structure.strategies])


@FINISHED.add(unit="day", of="working day")
def workdays(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Days that are worked, counted from the start, a Monday where no date is given."""
    if not numbers[IS_TIMED].any():
        return _one(0.0)
    start = start_of(scenario)
    days = calendar.workdays(
        weekday=start.weekday() if start else 0, days=tuple(WEEKDAYS.index(day) for day in scenario.listed("schedule.days", DEFAULT_DAYS)),
        holidays=tuple((each - start).days for each in holidays_of(scenario)) if start else (),
        until=int(np.ceil(numbers["horizon_months"].max() * DAYS_PER_MONTH)) + BEYOND,
    )
    return days[None, None, :, None]  # type: ignore[no-any-return]


def holidays_of(scenario: Scenario):  # type: ignore[no-untyped-def]
    """Days on which nobody works."""
    from datetime import date

    return tuple(date.fromisoformat(each) for each in scenario.listed("schedule.holidays", ()))


@FINISHED.add(unit="yes_no")
def in_turn(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Whether tasks take turns in which batch is labelled next, instead of one task after another."""
    return _one(float(scenario.word("schedule.order", "one by one") == "in turn"))


@FINISHED.add(unit="day")
def deadline_day(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Day of the deadline, counted from the start; NaN where there is none. It ends with that day."""
    return _one(day_of(scenario, DEADLINE) + 1.0)


@FINISHED.add(unit="day", of="dates of tasks, then of all, then idle hours of annotators and of GPUs at hand")
def dates_of_launch(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """When each task and all of it ships, simulated; then what stood idle."""
    if not numbers[IS_TIMED].any():
        return np.zeros((1, 1, len(structure.tasks) + 3, 1))
    found = dates.timeline_of_distinct(Inputs(structure=structure, numbers=_Whole(numbers), laws={form: next(iter(members.entries)) for form, members in LAWS.items()}))
    return np.concatenate([found.launch, found.full, found.idle_annotators, found.gpus_between * numbers["gpus_per_run"]], axis=2)


@FINISHED.add(unit="month")
def launched_after(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Months from the start until a task's requests are first answered; the whole horizon where they never are."""
    return np.minimum(numbers["dates_of_launch"][:, :, : len(structure.tasks)] / DAYS_PER_MONTH, numbers["horizon_months"])  # type: ignore[no-any-return]


@FINISHED.add(unit="month")
def served_months(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Months of the horizon in which a task's requests are answered: those after its launch."""
    if not numbers[IS_TIMED].any():
        return numbers["horizon_months"]
    return numbers["horizon_months"] - numbers["launched_after"]  # type: ignore[no-any-return]


@FINISHED.add(unit="day")
def days_late(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Days by which all of it ships after the deadline, at most until the horizon ends; 0 where there is none."""
    if not numbers[IS_TIMED].any():
        return _one(0.0)
    tasks = len(structure.tasks)
    full = np.minimum(numbers["dates_of_launch"][:, :, tasks : tasks + 1], numbers["horizon_months"] * DAYS_PER_MONTH)
    return np.nan_to_num(np.maximum(full - numbers["deadline_day"], 0.0))  # type: ignore[no-any-return]


@FINISHED.add(unit="hour")
def idle_annotator_hours(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """Hours of annotators in which there was nothing to label."""
    tasks = len(structure.tasks)
    return numbers["dates_of_launch"][:, :, tasks + 1 : tasks + 2]  # type: ignore[no-any-return]


@FINISHED.add(unit="GPU-hour")
def idle_gpu_hours(numbers: Numbers, structure: Structure, scenario: Scenario) -> Array:
    """GPU-hours at hand between the first run and the last that nothing used."""
    tasks = len(structure.tasks)
    return numbers["dates_of_launch"][:, :, tasks + 2 : tasks + 3]  # type: ignore[no-any-return]


class _Whole(Mapping[str, Array]):
    """Numbers as the core takes them: amounts that nobody gave are 0."""

    def __init__(self, numbers: Numbers) -> None:
        self.numbers = numbers

    def __getitem__(self, name: str) -> Array:
        array = self.numbers[name]
        return np.nan_to_num(array) if name in ("examples", "existing") else array  # type: ignore[no-any-return]

    def __contains__(self, name: object) -> bool:
        return name in self.numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)
