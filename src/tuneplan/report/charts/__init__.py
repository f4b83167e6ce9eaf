"""Charts: each answers one question, from the records of an analysis; declared by importing its module."""

from __future__ import annotations

from tuneplan.report.charts import (
    allocation,
    cost_components,
    cost_quality,
    cumulative_cost,
    decision_odds,
    gantt,
    groupings,
    learning_curves,
    predicted_measured,
    probability_best,
    regret,
    tornado,
    transfer_map,
    variance_and_information,
    winner_map,
)
from tuneplan.report.charts.registry import CHARTS, Chart, NothingToDraw, Told

__all__ = [
    "CHARTS",
    "Chart",
    "NothingToDraw",
    "Told",
    "allocation",
    "cost_components",
    "cost_quality",
    "cumulative_cost",
    "decision_odds",
    "gantt",
    "groupings",
    "learning_curves",
    "predicted_measured",
    "probability_best",
    "regret",
    "tornado",
    "transfer_map",
    "variance_and_information",
    "winner_map",
]
