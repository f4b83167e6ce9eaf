"""What a study asks, before anything is run."""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.errors import Problem
from tuneplan.report.interpretation import summary
from tuneplan.report.tables import Table
from tuneplan.scenario.records import Scenario

SHOWN = ("budget.limit", "budget.confidence", "horizon", "base", "method", "gpu.kind")
MOST_TOLD = 4
"""Warnings that are told in full."""


def parts(scenario: Scenario) -> list[str | Table]:
    """The question, what stands in the scenario, what was changed."""
    question = str(scenario.setting("question", ""))
    told: list[str | Table] = [question] if question else []
    told.append(summary(scenario))
    rows = [(path, text) for path in SHOWN if (text := _text(scenario, path))]
    rows += [("tasks", ", ".join(scenario.tasks)), ("strategies", ", ".join(scenario.strategies))]
    rows += [("changed", change) for change in scenario.changes]
    told.append(Table(title="", head=("", "as given"), rows=tuple(rows), flowing=True))
    return told


def told(warnings: Sequence[Problem]) -> str:
    """What is sound but worth a second look, in a line; empty where nothing is.

    >>> told([Problem(message="retires on 2027-01-14", path="strategies.prompted.api", file="a.yaml", line=3, column=1)])
    '1 warning: strategies.prompted.api: retires on 2027-01-14.'
    """
    if not warnings:
        return ""
    said = "; ".join(": ".join(filter(None, (each.path, each.message))) for each in warnings[:MOST_TOLD])
    more = f"; {len(warnings) - MOST_TOLD} more in .warnings" if len(warnings) > MOST_TOLD else ""
    return f"{counted(warnings)}: {said}{more}."


def counted(warnings: Sequence[Problem]) -> str:
    """How many there are."""
    return f"{len(warnings)} warning{'' if len(warnings) == 1 else 's'}"


def _text(scenario: Scenario, path: str) -> str:
    if path in scenario.quantities:
        return scenario.quantities[path].text
    return str(scenario.settings.get(path, ""))
