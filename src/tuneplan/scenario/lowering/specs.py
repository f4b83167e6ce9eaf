"""Strategies as the scenario words them -> strategies as the core takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tuneplan.core.strategies import STRATEGIES, Grouping, grouped, together
from tuneplan.core.structure import StrategySpec
from tuneplan.scenario.lowering.defaults import base_name
from tuneplan.scenario.planned import SEARCH, is_planned
from tuneplan.scenario.records import Quantity, Scenario

DATASET_WORDS = ("quality",)
"""Overrides that mean examples of another source; their price changes no model."""
AMOUNT_WORDS = ("examples", "existing", "epochs", "replay")
"""Overrides that mean more or fewer of them."""


def strategy_specs(scenarios: Sequence[Scenario]) -> list[StrategySpec]:
    """What each strategy is; scenarios of one call agree in all but their numbers."""
    first = scenarios[0]
    mixed = any(_some(overridden(each, name, "replay")) for each in scenarios for name in first.strategies)
    return [_spec(scenarios, name, mixed) for name in first.strategies]


def shape_of(scenario: Scenario) -> list[StrategySpec]:
    """What decides which models there are: which tasks have data and where they come from, amounts aside."""
    return [replace(spec, amounts="", scored="") for spec in strategy_specs([scenario])]


def overridden(scenario: Scenario, strategy: str, word: str, owner: str = "") -> Quantity | None:
    """A strategy's own number for a task, or for all of them."""
    by_task = scenario.quantities.get(f"strategies.{strategy}.{word}.{owner}") if owner else None
    return by_task or scenario.quantities.get(f"strategies.{strategy}.{word}")


def _spec(scenarios: Sequence[Scenario], name: str, mixed: bool) -> StrategySpec:
    first = scenarios[0]
    prefix = f"strategies.{name}"
    grouping = grouping_of(first, name)
    fallback = first.word("router.fallback", "base" if grouping.shares_base else "nearest")
    one_model = len(set(grouping.served)) == 1
    columns = [any(_has_examples(each, name, task) for each in scenarios) for task in first.tasks]
    if mixed:
        columns.append(any(_some(overridden(each, name, "replay")) for each in scenarios))
    return StrategySpec(
        name=name,
        grouping=grouping,
        columns_with_data=tuple(columns),
        framings=tuple(_framing(first, name, task) for task in first.tasks),
        method=first.word(f"{prefix}.method", grouping.method or first.word("method", "full")),
        base=base_name(first, name),
        dataset=_signature(scenarios, name, DATASET_WORDS),
        amounts=_signature(scenarios, name, AMOUNT_WORDS if mixed else AMOUNT_WORDS[:-1]) + _undecided(first, name),
        scored=_signature(scenarios, name, ("score",)) if grouping.stages else "",
        routed=bool(first.setting(f"{prefix}.routed", False)),
        prompts_api=not grouping.stages and not first.setting(f"{prefix}.like_base", False)
        and any(path.startswith(f"{prefix}.score") for path in first.quantities),
        fallback="nearest" if one_model else fallback,
    )  # fmt: skip


def _undecided(scenario: Scenario, strategy: str) -> str:
    """Examples that a plan is still to find are the strategy's own: no other one trains the same models."""
    return f"plan of {strategy}" if any(is_planned(scenario, strategy, task) for task in scenario.tasks) else ""


def _framing(scenario: Scenario, strategy: str, task: str) -> str:
    """What tells a task apart: the strategy's own word, else the task's, else the scenario's."""
    usual = scenario.word(f"tasks.{task}.framing", scenario.word("framing", "instruction"))
    return scenario.word(f"strategies.{strategy}.framing", usual)


def grouping_of(scenario: Scenario, name: str) -> Grouping:
    """Its grouping; in one deployment, its models are adapters on one base."""
    grouping = _named_grouping(scenario, name)
    if not scenario.setting(f"strategies.{name}.one_deployment", False):
        return grouping
    return replace(grouping, deployments=together(len(scenario.tasks)), method=grouping.method or "lora")


def _named_grouping(scenario: Scenario, name: str) -> Grouping:
    groups = scenario.setting(f"strategies.{name}.groups", ())
    if groups == SEARCH:  # until it is found: all together
        return grouped((tuple(range(len(scenario.tasks))),))
    if groups:
        number = {task: index for index, task in enumerate(scenario.tasks)}
        return grouped(tuple(tuple(number[task] for task in group) for group in groups))  # type: ignore[union-attr]
    return STRATEGIES[scenario.word(f"strategies.{name}.kind", name)].function(len(scenario.tasks))


def _has_examples(scenario: Scenario, strategy: str, task: str) -> bool:
    if is_planned(scenario, strategy, task):
        return True
    return _some(overridden(scenario, strategy, "examples", task) or scenario.quantities.get(f"tasks.{task}.data.examples"))


def _some(quantity: Quantity | None) -> bool:
    """Whether a number was given and is not simply 0."""
    return quantity is not None and not (quantity.distribution.is_point and quantity.distribution.median == 0.0)


def _signature(scenarios: Sequence[Scenario], strategy: str, words: Sequence[str]) -> str:
    """The overrides of these kinds in every scenario, as text that is equal only where they are."""
    each = [_signature_in(scenario, strategy, words) for scenario in scenarios]
    return each[0] if len(set(each)) == 1 else " | ".join(each)


def _signature_in(scenario: Scenario, strategy: str, words: Sequence[str]) -> str:
    """Nine digits of each parameter: the names of random numbers must not hang on the last bit of a logarithm.

    A number for all tasks counts only where some task has none of its own.
    """
    parts, prefix = [], f"strategies.{strategy}."
    own = sorted(path for path in scenario.quantities if path.startswith(prefix))
    for path in own:
        quantity = scenario.quantities[path]
        head, _, rest = path.removeprefix(prefix).partition(".")
        idle = not rest and all(f"{path}.{task}" in scenario.quantities for task in scenario.tasks)
        if head in words and not idle:
            numbers = ", ".join(f"{number:.9g}" for number in quantity.distribution.parameters)
            parts.append(f"{head}.{rest}={quantity.distribution.family}({numbers})")
    return ";".join(parts)
