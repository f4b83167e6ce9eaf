"""Which groupings are strategies of the scenario: the same words, so the same numbers under another name."""

from __future__ import annotations

from tuneplan.core.strategies import STRATEGIES, Grouping
from tuneplan.scenario.planned import SEARCH
from tuneplan.scenario.records import Scenario
from tuneplan.study.groupings.family import OF_KIND
from tuneplan.study.groupings.partitions import counted, label

ONE_DEPLOYMENT = "one_deployment"
"""Word of a strategy whose models are served together."""


def strategies_among(scenario: Scenario, like: str) -> dict[str, str]:
    """Name of a grouping -> the strategy that is the same, the first of several.

    Parameters
    ----------
    like
        The strategy whose words all groupings have; empty: none.
    """
    found: dict[str, str] = {}
    for name in scenario.strategies:
        kind = _kind(scenario, name)
        if kind is None or len(kind.stages) != 1 or kind.merged:
            continue
        idle = {ONE_DEPLOYMENT} if len(set(kind.served)) == 1 else set()  # one model has one anyway
        own, asked = ({word: value for word, value in _words(scenario, each).items() if word not in idle} for each in (name, like))
        if own == asked:
            found.setdefault(label(counted(kind.served), scenario.tasks), name)
    return found


def _kind(scenario: Scenario, name: str) -> Grouping | None:
    """How a strategy groups the tasks; None where that is still to be found."""
    groups = scenario.setting(f"strategies.{name}.groups", ())
    if groups == SEARCH:
        return None
    tasks = len(scenario.tasks)
    if not groups:
        return STRATEGIES[scenario.word(f"strategies.{name}.kind", name)].function(tasks)
    model = {task: number for number, group in enumerate(groups) for task in group}  # type: ignore[arg-type]
    served = tuple(model[task] for task in scenario.tasks)
    return Grouping(stages=(served,), served=served, deployments=served)


def _words(scenario: Scenario, name: str) -> dict[str, object]:
    """What a strategy says beyond its grouping: settings, numbers, and how its kind tunes and serves."""
    if not name:
        return {}
    head, kind = f"strategies.{name}.", _kind(scenario, name)
    own: dict[str, object] = {path.removeprefix(head): value for path, value in scenario.settings.items() if path.startswith(head)}
    own |= {path.removeprefix(head): (each.distribution, each.same_as) for path, each in scenario.quantities.items() if path.startswith(head)}
    if kind is not None:
        own |= {"method": kind.method} if kind.method and "method" not in own else {}
        own |= {ONE_DEPLOYMENT: True} if kind.shares_base else {}
    return {word: value for word, value in own.items() if word not in OF_KIND}
