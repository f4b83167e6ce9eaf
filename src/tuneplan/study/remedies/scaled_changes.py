"""Single changes that multiply: cheaper, fewer or more examples, each by one factor in whole per cent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tuneplan.scenario.edits import times, with_changes
from tuneplan.scenario.lowering.specs import overridden
from tuneplan.scenario.records import Quantity
from tuneplan.study.decision import Limits
from tuneplan.study.remedies.trials import PER_CENT, Remedy, Trials

BISECTED = 10
"""Runs in which a factor is usually found."""
Mended = Callable[[Limits], float]
STEPS_BACK = (0, 1, 2, 4, 6, 9, 12, 16, 20)
"""Per cent beyond the factor that mends one limit at which all of them are looked at."""
STEPS_CONFIRMED = (0, 1, 2, 4)
"""Per cent beyond what few draws found at which a factor is tried with all draws."""
MOST_TIMES = 16
"""How many times the examples at most, where more are tried."""


def cheaper_examples(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """The largest factor on what examples cost that would do, in whole per cent."""
    if _in_the_way(trials, strategy) == (True, False):
        yield from _by_factor(trials, "price", strategy, _label_prices(trials, strategy), _all_met)


def fewer_examples(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """The largest factor on the examples trained on that would do, in whole per cent; those owned already stay."""
    if _in_the_way(trials, strategy) == (True, False):
        yield from _by_factor(trials, "examples", strategy, _given_examples(trials, strategy), _budget_met)


def more_examples(trials: Trials, strategy: str) -> Iterator[Remedy]:
    """The smallest factor on the examples trained on that would do, in whole per cent."""
    if _in_the_way(trials, strategy) == (False, True):
        yield from _by_factor(trials, "more examples", strategy, _given_examples(trials, strategy), _scores_met, most=MOST_TIMES * PER_CENT)


def _in_the_way(trials: Trials, strategy: str) -> tuple[bool, bool]:
    """Whether the budget alone, and whether the minimum scores alone, are missed too often."""
    limits, row = trials.options.limits, trials.row(strategy)
    return bool(limits.in_budget[row].mean() < limits.confidence), bool(limits.scores_met[row].mean() < limits.confidence)


def _taught(trials: Trials, strategy: str) -> list[str]:
    """Tasks whose examples a strategy trains on."""
    stages = trials.run.lowered.inputs.structure.stages_of_column[trials.row(strategy)]
    return [task for task, count in zip(trials.run.scenario.tasks, stages.tolist(), strict=False) if count > 0]


def _label_prices(trials: Trials, strategy: str) -> list[Quantity]:
    """What examples of each task cost: the strategy's price, the wage of labelling, else the task's price."""
    scenario, used = trials.run.asked, trials.run.lowered.used
    found: dict[str, Quantity] = {}
    for task in _taught(trials, strategy):
        data, own = f"tasks.{task}.data", overridden(scenario, strategy, "price", task)
        by_wage = f"{data}.labelling.minutes" in scenario.quantities
        quantity = own or used.get(f"{data}.labelling.wage" if by_wage else f"{data}.price")
        if quantity is not None:
            found[quantity.path] = quantity
    return _untied(found)


def _given_examples(trials: Trials, strategy: str) -> list[Quantity]:
    """Examples of each task that are bought, where the scenario says how many."""
    scenario, used = trials.run.asked, trials.run.lowered.used
    found: dict[str, Quantity] = {}
    for task in _taught(trials, strategy):
        path = f"tasks.{task}.data.examples"
        quantity = overridden(scenario, strategy, "examples", task) or scenario.quantities.get(path)
        existing = overridden(scenario, strategy, "existing", task) or used.get(f"tasks.{task}.data.existing")
        owned = 0.0 if existing is None else existing.distribution.median
        if quantity is not None and quantity.distribution.median > owned:
            found[quantity.path] = quantity
    return _untied(found)


def _untied(found: dict[str, Quantity]) -> list[Quantity]:
    """Without numbers that are the same as another one here, and so change with it."""
    return [quantity for quantity in found.values() if quantity.same_as not in found]


def _by_factor(trials: Trials, kind: str, strategy: str, numbers: Sequence[Quantity], mended: Mended, *, most: int = PER_CENT) -> Iterator[Remedy]:
    """Numbers times one factor, as near to 1 as does: looked for with few draws, then tried with all of them.

    Parameters
    ----------
    mended
        The limit that the factor can mend, of which the chance to meet it rises as the factor leaves 1.
    most
        The largest factor, in per cent; 100: smaller ones are looked for.
    """

    def changes(percent: int) -> list[str]:
        texts = {each.path: times(each, percent / PER_CENT) for each in numbers}
        return [f"{path}={text}" for path, text in texts.items()] if all(texts.values()) else []

    def keeps(percent: int, limit: Mended) -> bool:
        options = trials.tried(strategy, with_changes(trials.run.asked, changes(percent)))
        return options is not None and bool(options.limits.possible[0]) and limit(options.limits) >= options.limits.confidence

    farthest = 1 if most == PER_CENT else most
    if not numbers or not changes(farthest) or not trials.has_room(kind, strategy, runs=BISECTED):
        return
    for percent in _nearest_to_one(keeps, mended, farthest):
        if trials.has_room(kind, strategy):
            found = list(trials.confirmed(kind, strategy, percent / PER_CENT, changes(percent), extent=abs(percent - PER_CENT) / PER_CENT))
            yield from found
            if found:
                return


def _nearest_to_one(keeps: Callable[[int, Mended], bool], mended: Mended, farthest: int) -> list[int]:
    """Factors to be tried with all draws, in per cent, best first: bisected by one limit, then moved on until all are kept."""
    if not keeps(farthest, mended):
        return []
    good, bad, away = farthest, PER_CENT, 1 if farthest < PER_CENT else -1
    while abs(bad - good) > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if keeps(middle, mended) else (good, middle)
    inside = range(min(farthest, PER_CENT + 1), max(farthest + 1, PER_CENT))
    ahead = (percent for back in STEPS_BACK if (percent := good - away * back) in inside)
    found = next((percent for percent in ahead if keeps(percent, _all_met)), None)
    return [] if found is None else [percent for back in STEPS_CONFIRMED if (percent := found - away * back) in inside]


def _all_met(limits: Limits) -> float:
    return float(limits.met[0])


def _budget_met(limits: Limits) -> float:
    return float(limits.in_budget[0].mean())


def _scores_met(limits: Limits) -> float:
    return float(limits.scores_met[0].mean())
