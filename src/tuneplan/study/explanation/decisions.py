"""Numbers of the decision: chances, regret, net benefit, and the margin of the best over the second."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np

from tuneplan.core.costs import COSTS
from tuneplan.study.decision import hindsight_loss
from tuneplan.study.explanation import costs, scores
from tuneplan.study.explanation.case import Case, cell
from tuneplan.study.explanation.named import Where, leaves, named
from tuneplan.study.explanation.node import Node, cut, settled, summed
from tuneplan.study.options import due_by, is_due, worth_of_requests
from tuneplan.study.valuing import months_of_requests
from tuneplan.units import POINTS_PER_SCALE

USD = "USD"


def of_strategy(case: Case, strategy: int) -> Mapping[str, Callable[[], Node]]:
    """Numbers of the decision about a strategy: key -> what makes its tree."""
    name = case.strategies[strategy]
    found: dict[str, Callable[[Case, int], Node]] = {"probability_best": probability_best, "regret": regret}
    if case.verdict.decision.unit == USD:
        found = {"net_benefit": net_benefit, **found}
    if not np.isnan(case.verdict.limit):
        found["probability_in_budget"] = in_budget
    if case.choices(strategy).limited():
        found["probability_limits_met"] = limits_met
    return {f"{name}.{what}": partial(tree, case, strategy) for what, tree in found.items()}


def objective_key(case: Case, strategy: int) -> str:
    """Key of what strategies are ranked by."""
    return f"{case.strategies[strategy]}.{'net_benefit' if case.verdict.decision.unit == USD else 'delivered'}"


def ranked(case: Case) -> tuple[Node, ...]:
    """The objective of each strategy that meets the limits, unopened."""
    decision = case.verdict.decision
    return tuple(
        Node(
            key=objective_key(case, row), label=objective_key(case, row), unit=decision.unit, opens=True,
            estimate=case.estimate(case.objective[row]), text=f"The {decision.objective} of {case.strategies[row]}.",
        )
        for row in range(len(case.strategies)) if decision.allowed[row]
    )  # fmt: skip


def probability_best(case: Case, strategy: int) -> Node:
    """How often a strategy comes out best."""
    key, decision = f"{case.strategies[strategy]}.probability_best", case.verdict.decision
    return Node(
        key=key, label=key, unit="share", estimate=settled(decision.probability_best[strategy]), opens=True, children=ranked(case),
        text=f"Share of draws in which it has the highest {decision.objective} of all strategies that meet the limits.",
    )  # fmt: skip


def regret(case: Case, strategy: int) -> Node:
    """What choosing a strategy loses against hindsight."""
    key, decision = f"{case.strategies[strategy]}.regret", case.verdict.decision
    allowed = np.array(decision.allowed)
    return Node(
        key=key, label=key, unit=decision.unit, opens=True, children=ranked(case),
        estimate=case.estimate(hindsight_loss(case.objective, allowed)[strategy]) if allowed[strategy] else None,
        text=f"What choosing it loses in {decision.objective} against the best choice of each draw, among strategies that meet the limits.",
    )  # fmt: skip


def in_budget(case: Case, strategy: int) -> Node:
    """How often the budget is kept."""
    key = f"{case.strategies[strategy]}.probability_in_budget"
    covered = [line for line in case.run.outcome.costs if COSTS[line].labels["component"] in case.verdict.covers]
    spent = Node(
        key=f"{case.strategies[strategy]}.covered", label="cost that the budget covers", unit=USD, adds_up=True,
        estimate=case.estimate(costs.total_of(case, strategy, covered)), text="Components in budget.covers.",
        children=tuple(by_key(costs.component_head(case, strategy, name)) for name in case.verdict.covers),
    )  # fmt: skip
    return Node(
        key=key, label=key, unit="share", estimate=settled(case.verdict.decision.probability_in_budget[strategy]), opens=True,
        text="Share of draws in which what the budget covers costs no more than its limit.",
        children=(spent, *leaves(case, "budget_limit", Where(strategy=strategy))),
    )  # fmt: skip


def limits_met(case: Case, strategy: int) -> Node:
    """How often the budget and every minimum score are kept."""
    key, rows = f"{case.strategies[strategy]}.probability_limits_met", range(len(case.scenario.requests))
    asked = [row for row in rows if leaves(case, "must", Where(strategy=strategy, requests=(row,)))]
    reached = [by_key(scores.score_head(case, strategy, case.request(row))) for row in asked]
    must = [node for row in asked for node in named(case, "must", Where(strategy=strategy, requests=(row,)))]
    limited = () if np.isnan(case.verdict.limit) else (in_budget(case, strategy),)
    return Node(
        key=key, label=key, unit="share", estimate=settled(case.verdict.decision.probability_limits_met[strategy]), opens=True,
        text=f"Share of draws in which the budget and every minimum score are kept{_due(case)}; it has to reach the confidence.",
        children=(*limited, *cut(reached, key="scores"), *cut(must, key="must"), *leaves(case, "budget_confidence", Where(strategy=strategy))),
    )  # fmt: skip


def _due(case: Case) -> str:
    """That shipping in time is a limit as well, where it is."""
    when = "by the deadline" if due_by(case.run) == "deadline" else "within the horizon"
    return f", or in which all of it ships {when}, whichever is rarer" if is_due(case.run) else ""


def by_key(head: Node) -> Node:
    """An unopened node, called by the key that opens it."""
    return replace(head, label=head.key)


def net_benefit(case: Case, strategy: int) -> Node:
    """The worth of points above the reference, request by request, less the cost."""
    key, worth = f"{case.strategies[strategy]}.net_benefit", worth_of_requests(case.run)[strategy]
    paid = by_key(costs.total_head(case, strategy))
    cost = np.broadcast_to(case.run.outcome.cost_of()[0, strategy], worth.shape[-1:])
    parts = [(name, worth[row]) for row, name in enumerate(case.scenario.requests) if worth[row].any()]
    children = summed(parts, partial(_worth, case, strategy), key=key, unit=USD, scrambles=case.scrambles)
    less = Node(key=f"{key}.cost", label="less the cost", unit=USD, estimate=case.estimate(-cost), text="The whole cost, paid.", children=(paid,))
    return Node(
        key=key, label=key, unit=USD, estimate=case.estimate(case.objective[strategy]), adds_up=True, opens=True,
        text=f"What points above {case.scenario.word('reference', 'the prompted base')} are worth, less the cost.",
        children=(*children, less),
    )  # fmt: skip


def _worth(case: Case, strategy: int, request: str) -> Node:
    row = case.scenario.requests.index(request)
    worth = worth_of_requests(case.run)[strategy, row]
    own = leaves(case, "value", Where(strategy=strategy, requests=(row,)))
    value = own or leaves(case, "value", Where(strategy=strategy, requests=tuple(range(len(case.tasks)))))
    return Node(
        key=f"{case.strategies[strategy]}.worth.{request}", label=f"worth of points, {request}", unit=USD, estimate=case.estimate(worth),
        text="Points above the reference x value of a point x share of requests x months.",
        children=(by_key(scores.score_head(case, strategy, request)), *value, scores.share_of_requests(case, strategy, row), *_months(case, strategy, row)),
    )  # fmt: skip


def _months(case: Case, strategy: int, row: int) -> tuple[Node, ...]:
    """Months in which a request is answered: the horizon, less the time until launch where that counts."""
    tasks, horizon = len(case.tasks), leaves(case, "horizon_months", Where(strategy=strategy))
    if not case.choices(strategy).timed():
        return horizon
    if row < tasks:
        return named(case, "served_months", Where(strategy=strategy, requests=(row,), columns=(row,)))
    months = months_of_requests(case.inputs)
    launches = named(case, "launched_after", Where(strategy=strategy, requests=tuple(range(tasks)), columns=tuple(range(tasks))))
    return (
        Node(
            key=f"{case.strategies[strategy]}.served_months.{case.request(row)}", label="served months", unit="month",
            estimate=case.estimate(cell(months, strategy, row)), text="Months in which tasks are answered, by their share of requests.",
            children=(*horizon, *launches),
        ),
    )  # fmt: skip


def margin(case: Case) -> Node:
    """The objective of the best less that of the second, and what carried it."""
    decision = case.verdict.decision
    assert decision.best is not None
    assert decision.second is not None
    best, second = decision.best, decision.second
    node = Node(
        key="margin", label="margin", unit=decision.unit, estimate=decision.margin, opens=True,
        text=f"The {decision.objective} of {case.strategies[best]}, recommended, less that of {case.strategies[second]}, second.",
    )  # fmt: skip
    if decision.unit == USD:
        return replace(node, children=tuple(each for each in ranked(case) if each.key in {objective_key(case, best), objective_key(case, second)}))
    totals = [np.zeros(1), *(POINTS_PER_SCALE * (step[0, best, 0] - step[0, second, 0]) for step in case.run.steps.values())]
    parts = dict(zip(case.run.steps, (now - before for before, now in pairwise(totals)), strict=True))
    children = tuple(
        Node(key=f"margin.{name}", label=name, unit="point", estimate=case.estimate(draws), text=STEPS.get(name, ""))
        for name, draws in parts.items() if draws.any()
    )  # fmt: skip
    return replace(node, children=children, adds_up=True)


STEPS = {
    "starting score": "What the models start from.",
    "own data": "What each task's own examples teach.",
    "transfer and format": "What examples of other tasks add.",
    "interference and clash": "What tasks of one model take from each other.",
    "unseen requests": "What requests outside every task get.",
    "routing": "What the router's mistakes cost.",
    "beyond the law": "What the law misses.",
}
"""Step of the split in points -> what it is."""
