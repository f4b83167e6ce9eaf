"""A budget becomes examples for each task. Here: the examples that the scenario gives."""

from __future__ import annotations

from tuneplan.core.distributions import point
from tuneplan.core.registry import Param

BUDGET_PARAMS = (
    Param(name="budget_limit", key="budget.limit", unit="USD", high=1e15, example="$60k",
          doc="The most that may be spent on what the budget covers."),
    Param(name="budget_confidence", key="budget.confidence", unit="share", low=0.01, high=1.0,
          default=point(0.9), source="declared", doc="How sure a plan must be to meet the budget and every minimum score."),
)  # fmt: skip
"""The numbers of a budget; decided before the draws are known, so none may be uncertain."""
