"""What may be spent, and how many examples can be had: the numbers that a plan keeps to."""

from __future__ import annotations

from tuneplan.core.distributions import point
from tuneplan.core.registry import Param

BUDGET_PARAMS = (
    Param(name="budget_limit", key="budget.limit", unit="USD", high=1e15, example="$60k",
          doc="The most that may be spent on what the budget covers."),
    Param(name="budget_confidence", key="budget.confidence", unit="share", low=0.01, high=1.0,
          default=point(0.9), source="declared", as_of="2026-11", doc="How sure a plan must be to meet the budget and every minimum score."),
    Param(name="most_examples", key="data.most", scope="task", unit="example", high=1e9, default=point(1e9),
          source="declared: no cap but what money buys", as_of="2026-11", whole=True, example="20k examples",
          doc="The most examples that can be had, those owned included; read where examples is auto."),
    Param(name="least_examples", key="data.least", scope="task", unit="example", high=1e9, default=point(0.0),
          source="declared: none", as_of="2026-11", whole=True, example="0",
          doc="The fewest examples that a plan may give the task, those owned included; read where examples is auto."),
)  # fmt: skip
"""The numbers of a budget; decided before the draws are known, so none may be uncertain."""
