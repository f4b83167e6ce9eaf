"""What is sound in a schedule but worth a second look: days that nobody works, nobody to do it, numbers that nothing reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain, count, takewhile

from tuneplan.core import declared_params
from tuneplan.core.costs import JUDGES
from tuneplan.core.schedule.declared import MOST_BATCHES, SHARE_JUDGED
from tuneplan.errors import Problem
from tuneplan.scenario import catalogue
from tuneplan.scenario.grammar.dimensions import format_number
from tuneplan.scenario.lowering.defaults import base_name
from tuneplan.scenario.lowering.specs import grouping_of, overridden, strategy_specs
from tuneplan.scenario.reading.complaints import as_problem, listed
from tuneplan.scenario.reading.language import LIKE
from tuneplan.scenario.records import Place, Scenario
from tuneplan.scenario.schema import DEFAULT_DAYS, DEFAULT_GPU, WEEKDAYS
from tuneplan.scenario.timed import COUNTS, DEADLINE, SECTIONS, is_timed, start_of
from tuneplan.units import BYTES_PER_GB, DAYS_PER_MONTH

NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOLIDAYS = "schedule.holidays"
USUAL_HORIZON = 12.0
"""Months that count where nobody says."""
AMPLE = 40.0
"""Bytes a parameter that are more than any run of usual sequences needs: mixed AdamW takes 16, and as much again is margin."""


def cautions_of_time(scenario: Scenario) -> Iterator[Problem]:
    """Every caution of a schedule; where launch dates do not count, what is given in vain."""
    for rule in RULES if is_timed(scenario) else (_unread, _empty):
        yield from rule(scenario)


def _at(scenario: Scenario, message: str, path: str) -> Problem:
    return as_problem(message, scenario.places.get(path, Place(file=scenario.file)), path)


def given_in_vain(scenario: Scenario) -> list[str]:
    """What is given of a schedule and read by no verdict, as launch dates do not count."""
    every = chain(scenario.quantities, scenario.settings) if not is_timed(scenario) else ()
    return [path for path in every if (path.startswith(SECTIONS) and path != COUNTS) or (path.startswith("tasks.") and path.endswith(".data.pace"))]


def _unread(scenario: Scenario) -> Iterator[Problem]:
    """Numbers of a schedule that no verdict reads; ``simulate schedule`` does, as it shows launch dates whether they count or not."""
    given = [path for path in sorted(given_in_vain(scenario)) if not scenario.origins.get(path, "").startswith(LIKE)]
    if COUNTS in scenario.settings and given:
        yield _at(scenario, f"launch dates do not count, so that no verdict reads {listed(given)}", COUNTS)
    elif given:
        yield _at(scenario, "a verdict reads it only where launch dates count: give a deadline, or schedule: {counts: yes}", given[0])


def _empty(scenario: Scenario) -> Iterator[Problem]:
    """Sections of time that stand in the file with nothing in them, where nothing else is said of time."""
    every = tuple(chain(scenario.quantities, scenario.settings))
    for section, example in (("schedule", "schedule: {counts: yes}"), ("deadline", "deadline: {date: 2027-04-30}")):
        if section in scenario.places and not any(path.startswith(SECTIONS) for path in every):
            yield _at(scenario, f"nothing stands in it, so that launch dates do not count; give what is known, or {example}", section)


# --- days -----------------------------------------------------------------------------------------


def _why_closed(scenario: Scenario, day: date) -> str:
    """Why nobody works on a day, in words; empty: they do."""
    if day.isoformat() in scenario.listed(HOLIDAYS, ()):
        return f"one of {HOLIDAYS}"
    return "" if WEEKDAYS[day.weekday()] in scenario.listed("schedule.days", DEFAULT_DAYS) else f"a {NAMES[day.weekday()]}"


def _near(scenario: Scenario, day: date, step: int) -> date | None:
    """The next day worked, or the last one before; None where calendars end first, or the project had not begun."""
    first, holidays = start_of(scenario) or date.min, frozenset(scenario.listed(HOLIDAYS, ()))
    worked = {WEEKDAYS.index(each) for each in scenario.listed("schedule.days", DEFAULT_DAYS)}
    numbers = takewhile(lambda number: first.toordinal() <= number <= date.max.toordinal(), count(day.toordinal() + step, step))
    days = (date.fromordinal(number) for number in numbers)
    return next((each for each in days if each.weekday() in worked and each.isoformat() not in holidays), None)


def _days_off(scenario: Scenario) -> Iterator[Problem]:
    """A start or a deadline on a day on which nobody works."""
    for path, step, then in (("start", 1, _begun), (DEADLINE, -1, _worked_before)):
        given = scenario.word(path, "")
        why = _why_closed(scenario, date.fromisoformat(given)) if given else ""
        if why:
            yield _at(scenario, f"{given} is {why}, when nobody works; {then(scenario, _near(scenario, date.fromisoformat(given), step))}", path)


def _begun(scenario: Scenario, first: date | None) -> str:
    """When work begins, where it does not on the first day."""
    end = _horizon_end(scenario)
    if first is None:
        return "nobody ever works"
    return f"work begins on {first}" if end is None or first < end else f"nobody works within the horizon, which ends on {end}"


def _worked_before(_: Scenario, last: date | None) -> str:
    """When people work for the last time before a deadline."""
    return "nobody works before it" if last is None else f"people work on {last} for the last time before it"


def _horizon_end(scenario: Scenario) -> date | None:
    """The last day that may count, whatever the draw."""
    start, given = start_of(scenario), scenario.quantities.get("horizon")
    months = USUAL_HORIZON if given is None else given.distribution.interval()[1]
    try:
        return None if start is None else start + timedelta(days=math.floor(months * DAYS_PER_MONTH))
    except OverflowError:  # beyond the year 9999
        return None


def _outside_the_horizon(scenario: Scenario) -> Iterator[Problem]:
    """A deadline after all that counts, and holidays of another year."""
    start, end = start_of(scenario), _horizon_end(scenario)
    if start is None or end is None:
        return
    given = scenario.word(DEADLINE, "")
    if given and date.fromisoformat(given) >= end:
        yield _at(scenario, f"{given} comes after the horizon, which ends on {end}: nothing can be late; move the deadline, or lengthen the horizon", DEADLINE)
    holidays = scenario.listed(HOLIDAYS, ())
    if holidays and not any(start <= date.fromisoformat(each) <= end for each in holidays):
        yield _at(scenario, f"none of them lies between the start on {start} and the end of the horizon on {end}", HOLIDAYS)


# --- people and GPUs ------------------------------------------------------------------------------


def _given(scenario: Scenario, name: str) -> float:
    """A count as given; NaN where it is not."""
    found = scenario.quantities.get(f"schedule.{name}")
    return math.nan if found is None else found.distribution.median


def _bought(scenario: Scenario) -> dict[str, dict[str, float]]:
    """Examples that each strategy may buy at most, of each task of which it buys any; infinite where a plan decides."""
    return {name: _bought_by(scenario, name) if grouping_of(scenario, name).stages else {} for name in scenario.strategies}


def _bought_by(scenario: Scenario, strategy: str) -> dict[str, float]:
    found = {}
    for task in scenario.tasks:
        examples, existing = (
            overridden(scenario, strategy, word, task) or scenario.quantities.get(f"tasks.{task}.data.{word}") for word in ("examples", "existing")
        )
        most = math.inf if examples is None else examples.distribution.interval()[1]
        found[task] = most - (0.0 if existing is None else existing.distribution.interval()[0])
    return {task: most for task, most in found.items() if most > 0.0}


def _is_labelled(scenario: Scenario, task: str) -> bool:
    """Whether people make any of the examples of a task."""
    share = scenario.quantities.get(f"tasks.{task}.data.synthetic.share")
    return share is None or share.distribution.interval()[0] < 1.0


def _nobody_there(scenario: Scenario) -> Iterator[Problem]:
    """Work that nobody is there to do."""
    buying = _bought(scenario) if 0.0 in (_given(scenario, "annotators"), _given(scenario, "reviewers")) else {}
    judge = scenario.quantities.get("schedule.judged")
    is_judged = SHARE_JUDGED[scenario.word("evaluation.judge", next(iter(JUDGES)))] > 0.0 if judge is None else judge.distribution.interval()[1] > 0.0
    effort = scenario.quantities.get("schedule.review_effort")
    is_reviewed = effort is None or effort.distribution.interval()[1] > 0.0  # a review that takes no time needs nobody
    needing: dict[str, tuple[str, Iterable[str]]] = {
        "annotators": ("nobody labels", [name for name, tasks in buying.items() if any(_is_labelled(scenario, task) for task in tasks)]),
        "reviewers": ("nobody reviews what is labelled or generated", [name for name, tasks in buying.items() if tasks and is_reviewed]),
        "engineers": ("nobody deploys", scenario.strategies),
        "judges": ("nobody judges answers before launch", scenario.strategies if is_judged else ()),
        "gpus": ("there is nothing to train on", [name for name in scenario.strategies if grouping_of(scenario, name).stages]),
    }
    for name, (why, strategies) in needing.items():
        stuck = list(strategies)
        if _given(scenario, name) == 0.0 and stuck:
            yield _at(scenario, _never(stuck, why), f"schedule.{name}")
    gate = scenario.quantities.get("schedule.gate")
    if gate is not None and gate.distribution.interval()[1] == 0.0:
        yield _at(scenario, _never(scenario.strategies, "no model ever passes"), "schedule.gate")


def _never(strategies: Sequence[str], why: str) -> str:
    """That strategies never finish, and why.

    >>> _never(["unified", "adapters"], "nobody labels")
    'never finish, because nobody labels: unified, adapters'
    """
    return f"never finish{'es' if len(strategies) == 1 else ''}, because {why}: {listed(strategies)}"


def _too_few_gpus(scenario: Scenario) -> Iterator[Problem]:
    """Fewer GPUs than one run needs; worked out where they may be, as this loads what works with arrays."""
    there = _usual(scenario, "schedule.gpus")
    card = catalogue.gpus(scenario.rows)[scenario.word("gpu.kind", DEFAULT_GPU)]
    ample = all(AMPLE * each.params <= there * card.memory_gb * BYTES_PER_GB for each in _bases(scenario))
    if there == 0.0 or (ample and "training.sequence_length" not in scenario.quantities):
        return
    from tuneplan.scenario.lowering.hardware import gpus_to_train

    short: dict[int, list[str]] = {}
    for spec in strategy_specs([scenario]):
        needed = gpus_to_train(scenario, spec, _usual(scenario, "lora.rank"), _usual(scenario, "training.sequence_length")) if spec.grouping.stages else 0
        if needed > there:
            short.setdefault(needed, []).append(spec.name)
    path = next(path for path in ("schedule.gpus", "gpu.kind", "base") if path in scenario.places)
    for needed, names in short.items():
        yield _at(scenario, _never(names, f"one training run needs {needed} GPUs, and schedule.gpus is {there:g}"), path)


def _usual(scenario: Scenario, key: str) -> float:
    """A number as given, else its declared default."""
    found = scenario.quantities.get(key)
    default = next(param.default for param in declared_params() if param.key == key)
    return found.distribution.median if found is not None else default.median if default is not None else math.nan


def _bases(scenario: Scenario) -> list[catalogue.BaseLLM]:
    models = catalogue.models(scenario.rows)
    return [models[base_name(scenario, name)] for name in scenario.strategies if grouping_of(scenario, name).stages]


def _batches_of_a_size(scenario: Scenario) -> Iterator[Problem]:
    """Batches that leave annotators without work."""
    batch, people = _given(scenario, "batch"), _given(scenario, "annotators")
    if people > MOST_BATCHES:
        message = f"a project is followed in at most {MOST_BATCHES} batches, so that no more people than that label at a time: the law is stretched"
        yield _at(scenario, message, "schedule.annotators")
    if math.isnan(batch) or people == 1.0:
        return
    every = [each for each in _bought(scenario).values() if each]
    most = {task: max(each.get(task, 0.0) for each in every) for task in scenario.tasks} if every else {}
    small = [f"{task} ({format_number(float(f'{count:.3g}'), '1')})" for task, count in most.items() if 0.0 < count < batch]
    if small:
        yield _at(scenario, f"no task needs more than one such batch, so that one annotator labels all of it: {listed(small)}", "schedule.batch")


RULES: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    _days_off,
    _outside_the_horizon,
    _nobody_there,
    _too_few_gpus,
    _batches_of_a_size,
)
"""Every rule where launch dates count, each a reason to look again."""
