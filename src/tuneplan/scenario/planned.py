"""What a scenario leaves to the tool: examples to be found by a plan, groups by a search; and how what was found is put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tuneplan.core.distributions import point
from tuneplan.scenario.records import Quantity, Scenario, Setting

AUTO, SEARCH = "auto", "search"
"""Words for examples that a plan finds, and for groups that a search finds."""
PLAN = "plan"
"""Origin of a number that a plan found."""


def is_planned(scenario: Scenario, strategy: str, task: str) -> bool:
    """Whether the examples of a task are found by a plan, in one strategy: what is said for it alone holds first."""
    own = f"strategies.{strategy}.examples"
    for path in (f"{own}.{task}", own, f"tasks.{task}.data.examples"):
        if path in scenario.quantities:
            return False
        if path in scenario.settings:
            return scenario.settings[path] == AUTO
    return False


def has_plans(scenario: Scenario) -> bool:
    """Whether any examples are to be found by a plan."""
    return any(is_planned(scenario, strategy, task) for strategy in scenario.strategies for task in scenario.tasks)


def searched(scenario: Scenario) -> tuple[str, ...]:
    """Strategies whose groups are to be found."""
    return tuple(name for name in scenario.strategies if scenario.settings.get(f"strategies.{name}.groups") == SEARCH)


def with_examples(scenario: Scenario, examples: Mapping[str, Mapping[str, float]]) -> Scenario:
    """The scenario with these examples: strategy -> task -> how many."""
    found = {
        path: Quantity(path=path, distribution=point(count), unit="example", text="", source="declared: found by the plan", grade="D", origin=PLAN)
        for strategy, counts in examples.items()
        for task, count in counts.items()
        for path in [f"strategies.{strategy}.examples.{task}"]
    }
    return replace(scenario, quantities={**scenario.quantities, **found}) if found else scenario


def only(scenario: Scenario, strategies: Sequence[str]) -> Scenario:
    """The scenario with some of its strategies."""
    return replace(scenario, strategies=tuple(strategies))


def cloned(scenario: Scenario, strategy: str, names: Sequence[str]) -> Scenario:
    """The scenario with copies of a strategy under other names, before the others."""
    head = f"strategies.{strategy}."
    settings: dict[str, Setting] = dict(scenario.settings)
    quantities = dict(scenario.quantities)
    for name in names:
        settings |= {f"strategies.{name}.{path.removeprefix(head)}": value for path, value in scenario.settings.items() if path.startswith(head)}
        if f"{head}groups" not in scenario.settings:
            settings.setdefault(f"strategies.{name}.kind", scenario.word(f"{head}kind", strategy))
        quantities |= {
            own: replace(each, path=own, same_as=each.same_as or path)
            for path, each in scenario.quantities.items() if path.startswith(head)
            for own in [f"strategies.{name}.{path.removeprefix(head)}"]
        }  # fmt: skip
    return replace(scenario, strategies=(*names, *scenario.strategies), settings=settings, quantities=quantities)
