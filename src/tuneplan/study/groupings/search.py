"""The best grouping of a strategy's tasks, found before the draws of a study are known.

It is found on draws of its own streams, so that a study judges it without the winner's curse: what
looked best by luck there does not look better by the same luck here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuneplan.core.strategies import ModelOfTask, apart, together
from tuneplan.errors import UsageError
from tuneplan.scenario.planned import SEARCH, searched
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import SCRAMBLES, Design
from tuneplan.study.groupings.choice import chosen, ranked
from tuneplan.study.groupings.family import DATE_DRAWS, Family, family_of, named
from tuneplan.study.groupings.local import climbed
from tuneplan.study.groupings.partitions import every_grouping, sets_of
from tuneplan.study.groupings.paths import Paths
from tuneplan.study.groupings.planned import PlannedValues, screened_with_plans
from tuneplan.study.groupings.replanned import between_plans, run_planned
from tuneplan.study.groupings.screening import Screen, screened
from tuneplan.study.groupings.terms import terms_of
from tuneplan.study.groupings.values import SetValues
from tuneplan.study.valuing import is_valued

MOST_COUNTED = 8
"""Tasks up to which all groupings are looked at: 4 140."""
MOST_TASKS = 40
"""Tasks up to which the search has been tried; beyond, it would take minutes."""
SCREEN_DRAWS = {6: 1024, 7: 512, 8: 256}
"""Draws on which all groupings of so many tasks are looked at; of more tasks, ``FEWEST_DRAWS``."""
FEWEST_DRAWS, MOST_DRAWS = 64, 2048
DATES = {6: 64, 7: 16, 8: 4}
"""Draws on which launch dates of all groupings of so many tasks are simulated, some 16 000 projects."""
DATES_OF_LEADERS = 256
LEADERS = 16
"""Groupings that are looked at again, on more draws, before one is taken."""
LEADERS_PLANNED, PLANNED_DRAWS = 3, 512
"""Of them those that are planned in full before one is taken, where a search beyond counting found them; and draws."""
PATH_DRAWS = 16
"""Draws on which paths of plans are made, luck averaged out: their tops are flat."""
CELLS_OF_LEADERS = 3_000_000
"""Cells of one (model, request, draw) array that may be spent on them."""
FOUND_OF_KNOWN = (197, 200)
"""Measured: in so many of so many random cases of 6 to 8 tasks did the search beyond 8 tasks find the best of all groupings."""
WORST_GAP = 0.38
"""Measured: the most that it missed in any of them. [point]"""
FOUND_WITH_PLANS, WORST_GAP_WITH_PLANS = (19, 24), 0.20
"""The same where plans decide the examples, of 5 or 6 tasks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """Groupings that were looked at.

    Attributes
    ----------
    screen
        All of them, on the draws of the search.
    complete
        Whether these are all there are.
    sets
        Sets of tasks of which a model was trained.
    is_open
        Whether plans decide the examples.
    paths
        Where they do, and all groupings were looked at: what the model of each set buys at each price of money.
    """

    family: Family
    screen: Screen
    complete: bool
    sets: int
    is_open: bool
    paths: Paths | None = None


def search(scenario: Scenario, like: str = "", *, seed: int = 0) -> Searched:
    """Look at all groupings under a strategy's words, or at those that a search leads to.

    Raises
    ------
    UsageError
        Too many tasks, or a strategy that has no groupings.
    """
    tasks = len(scenario.tasks)
    if tasks > MOST_TASKS:
        raise UsageError(
            f"groups: search looks at up to {MOST_TASKS} tasks, this scenario has {tasks}; write the groups as lists, or make one task of several that are alike"
        )
    draws = next((draws for most, draws in SCREEN_DRAWS.items() if tasks <= most), FEWEST_DRAWS)
    dates = next((draws for most, draws in DATES.items() if tasks <= most), DATE_DRAWS)
    family = family_of(scenario, like, Design(draws=draws, seed=seed, scrambles=SCRAMBLES, stream=f"{SEARCH} "), dates=dates)
    is_open = terms_of(family).is_open
    if tasks > MOST_COUNTED:
        return _climbed(scenario, family, is_open=is_open)
    return _planned(scenario, family) if is_open else _counted(family)


def _counted(family: Family) -> Searched:
    """All groupings, at the examples given."""
    values = SetValues.of(family)
    screen = screened(values, every_grouping(family.tasks))
    return Searched(family=family, screen=screen, complete=True, sets=len(values.part), is_open=False)


def _planned(scenario: Scenario, family: Family) -> Searched:
    """All groupings, each with its own best plan."""
    paths = Paths.of(family_of(scenario, family.like, replace(family.design, draws=PATH_DRAWS, scrambles=1, stream=f"{SEARCH} plan ")))
    every = range(1, 1 << family.tasks)
    screen = screened_with_plans(PlannedValues.of(family, paths, every), every_grouping(family.tasks))
    return Searched(family=family, screen=screen, complete=True, sets=len(every), is_open=True, paths=paths)


def _climbed(scenario: Scenario, family: Family, *, is_open: bool) -> Searched:
    """Those that the search leads to; where plans decide, at examples between the plans of one model and of one a task,
    then again at those of the best found so.
    """
    around = [together(family.tasks), apart(family.tasks)]
    sets, screen = 0, None
    for _ in range(2 if is_open else 1):
        given, price = between_plans(scenario, family.like, around, seed=family.design.seed) if is_open else (scenario, 0.0)
        values = SetValues.of(family_of(given, family.like, family.design))
        screen = climbed(values, price_of_money=price)
        around, sets = [screen.groupings[ranked(screen)[0]]], sets + len(values.part)
    assert screen is not None
    return Searched(family=values.family, screen=screen, complete=False, sets=sets, is_open=is_open)


def best_of(looked_at: Searched, scenario: Scenario) -> ModelOfTask:
    """The grouping to take: the leaders are looked at again, on more draws of another stream."""
    screen, family = looked_at.screen, looked_at.family
    leaders = [screen.groupings[row] for row in ranked(screen)[:LEADERS]]
    groups = sorted({group for grouping in leaders for group in sets_of(grouping)})
    levels = 1 if looked_at.paths is None else looked_at.paths.levels + 1
    design = _design_of_leaders(levels * len(groups) * (family.tasks + 1), family.design.seed)
    limited = any(path.endswith(".score.must") for path in scenario.quantities)  # which only full plans take note of
    limited = limited or (family.dated is not None and is_valued(family.lowered.inputs))  # so of what examples delay
    if looked_at.paths is not None and not limited:
        again = PlannedValues.of(family_of(scenario, family.like, design, dates=DATES_OF_LEADERS), looked_at.paths, groups)
        found = screened_with_plans(again, leaders)
    elif looked_at.is_open:
        plain = [together(family.tasks), apart(family.tasks)]
        found = run_planned(scenario, family.like, list(dict.fromkeys((*leaders[:LEADERS_PLANNED], *plain))), replace(design, draws=PLANNED_DRAWS))
    else:
        found = screened(SetValues.of(family_of(scenario, family.like, design, dates=DATES_OF_LEADERS)), leaders)
    return found.groupings[chosen(found)]


def _design_of_leaders(cells: int, seed: int) -> Design:
    """As many draws as there is time for."""
    fitting = CELLS_OF_LEADERS // cells // FEWEST_DRAWS * FEWEST_DRAWS
    return Design(draws=min(max(fitting, FEWEST_DRAWS), MOST_DRAWS), seed=seed, scrambles=SCRAMBLES, stream=f"{SEARCH} again ")


def with_groups_found(scenario: Scenario, *, seed: int) -> Scenario:
    """The scenario with the best groups that were found in the place of each ``groups: search``.

    The highest expected objective among groupings that keep every limit at the confidence asked
    for, under the strategy's own words (base, method, serving, one_deployment, data); what
    simulation error can't tell apart goes to the cheapest, what is as cheap to the simplest. Where
    nothing keeps the limits, the grouping that comes nearest.

    Raises
    ------
    UsageError
        As ``search``.
    """
    found = {
        f"strategies.{name}.groups": named(best_of(search(scenario, name, seed=seed), scenario), scenario.tasks)
        for name in searched(scenario)
    }
    return replace(scenario, settings={**scenario.settings, **found}) if found else scenario
