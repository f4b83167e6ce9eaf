"""A budget becomes a plan: the examples to buy for each task in each strategy, decided before the draws are known.

``plan`` is the door, ``budgets`` that of one question at several budgets. ``worth`` says what examples are worth, ``money`` what they take, ``delays`` what the time costs
that they take where launch dates count, ``core.allocation`` finds the best purchases, ``whole`` makes them whole
examples; tasks that are not worth what they cost before the first example are dropped.
"""

from tuneplan.study.planning.budgets import planned_within
from tuneplan.study.planning.plan import planned, planned_alike
from tuneplan.study.planning.records import Plan, Planned, Starved

__all__ = ["Plan", "Planned", "Starved", "planned", "planned_alike", "planned_within"]
