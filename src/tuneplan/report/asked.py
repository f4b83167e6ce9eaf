"""What a study asks, before anything is run."""

from __future__ import annotations

from tuneplan.report.interpretation import summary
from tuneplan.report.tables import Table
from tuneplan.scenario.records import Scenario

SHOWN = ("budget.limit", "budget.confidence", "horizon", "base", "method", "gpu.kind")


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


def _text(scenario: Scenario, path: str) -> str:
    if path in scenario.quantities:
        return scenario.quantities[path].text
    return str(scenario.settings.get(path, ""))
