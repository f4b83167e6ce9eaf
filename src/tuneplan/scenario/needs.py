"""Numbers that nobody can guess: say which are missing, where, and what to type."""

from __future__ import annotations

from tuneplan.core import declared_params
from tuneplan.core.registry import Param
from tuneplan.core.strategies import STRATEGIES
from tuneplan.errors import Problem
from tuneplan.scenario.records import Place, Scenario

NEEDED = {"base": "0.55 to 0.65", "traffic": "20k to 80k requests/month"}
"""Numbers of a task that every scenario has to give, with an example of each."""


def missing_numbers(scenario: Scenario) -> list[Problem]:
    """Every number that the model needs and the scenario lacks."""
    params = {param.name: param for param in declared_params()}
    found = []
    for task in scenario.tasks:
        for name, example in NEEDED.items():
            path = f"tasks.{task}.{params[name].key}"
            if path not in scenario.quantities:
                found.append(_problem(scenario, path, task, params[name], example))
        lacking = [name for name in scenario.strategies if not _knows_examples(scenario, name, task)]
        if lacking:
            path = f"tasks.{task}.data.examples"
            found.append(_problem(scenario, path, task, params["examples"], "5k", f" (strategy {lacking[0]} trains on it)"))
    return found


def _knows_examples(scenario: Scenario, strategy: str, task: str) -> bool:
    kind = scenario.word(f"strategies.{strategy}.kind", strategy)
    if kind in STRATEGIES and not STRATEGIES[kind].function(len(scenario.tasks)).stages:
        return True
    paths = (f"tasks.{task}.data.examples", f"strategies.{strategy}.examples", f"strategies.{strategy}.examples.{task}")
    return any(path in scenario.quantities for path in paths)


def _problem(scenario: Scenario, path: str, task: str, param: Param, example: str, why: str = "") -> Problem:
    place = scenario.places.get(f"tasks.{task}", Place(file=scenario.file))
    return Problem(
        path=path, file=place.file, line=place.line, column=place.column,
        message=f"missing{why}: {param.doc.rstrip('.').lower()}; for example {path.rsplit('.', 1)[-1]}: {example}",
    )  # fmt: skip
