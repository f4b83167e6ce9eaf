"""Charts: each answers one question, from the records of an analysis; declared by importing its module."""

from __future__ import annotations

from tuneplan.report.charts import cost_quality, decision_odds, tornado, variance_and_information, winner_map
from tuneplan.report.charts.registry import CHARTS, Chart, NothingToDraw, Told

__all__ = ["CHARTS", "Chart", "NothingToDraw", "Told", "cost_quality", "decision_odds", "tornado", "variance_and_information", "winner_map"]
