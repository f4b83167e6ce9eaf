"""What strategies buy whose examples were left open, and what to know about it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuneplan.report.tables import Table
from tuneplan.report.words import listed, magnitude, share, signed_points, signed_usd, usd
from tuneplan.study.planning import Plan
from tuneplan.study.results import Verdict

THOUSAND = 1000.0
WORTH_TELLING = {"point": 0.005, "USD": 1.0}
"""Unit of the objective -> what is too little to be told."""
MOST_TOLLS = 4
"""Tasks of which is told what an example delays."""
OPEN_GAP = 1e-4
"""Share of the objective that a better plan might bring, above which a reader is told."""


def table(verdict: Verdict) -> Table:
    """One row a planned strategy: examples by task, money, what one more thousand would bring."""
    run = verdict.run
    tasks = [task for task in run.scenario.tasks if any(task in plan.examples for plan in run.plans.values())]
    rows = [
        (
            f"  {name}", *(_count(plan, task) for task in tasks), usd(plan.spend),
            "data.most" if plan.binding == "caps" else plan.binding, _more(verdict, plan),
        )
        for name, plan in run.plans.items()
    ]  # fmt: skip
    head = ("", *tasks, "spends", "stopped by", "$1k more")
    return Table(title="Plan: examples to train on (of these bought), found before the draws are known", head=head, rows=tuple(rows))


def _count(plan: Plan, task: str) -> str:
    if task not in plan.examples:
        return "as given"
    return f"{_whole(plan.examples[task])} ({_whole(plan.bought[task])})"


def _whole(count: float) -> str:
    """A count of examples: whole below a thousand, to three digits above.

    >>> _whole(5.0), _whole(4292.0)
    ('5', '4.29k')
    """
    return f"{count:.0f}" if count < THOUSAND else magnitude(count)


def _more(verdict: Verdict, plan: Plan) -> str:
    """What one more thousand dollars would bring."""
    if plan.shadow_price <= 0.0:
        return "-"
    more = THOUSAND * plan.shadow_price
    return signed_usd(more) if verdict.decision.unit == "USD" else f"{signed_points(more)} points"


def remarks(verdict: Verdict) -> list[str]:
    """What to know about the plans: who gets little, what a floor would cost, where money is not what stops them."""
    plans = verdict.run.plans.values()
    return [*_starved(verdict), *_capped(verdict), *_idle_money(verdict), *_hurried(verdict), *_delaying(verdict), *_too_dear(verdict), *_missed(verdict), *_unsettled(verdict)] if plans else []


def _unsettled(verdict: Verdict) -> Iterator[str]:
    """Plans of which nobody knows that they are the best: the search ended before its gap closed."""
    for name, plan in verdict.run.plans.items():
        least = WORTH_TELLING[verdict.decision.unit]
        if plan.is_feasible and plan.gap > max(OPEN_GAP * abs(plan.expected), least):
            amount = usd(plan.gap) if verdict.decision.unit == "USD" else f"{plan.gap:.2g} points"
            yield f"The search for the plan of {name} did not settle: a better one could bring up to {amount} more."


def _missed(verdict: Verdict) -> Iterator[str]:
    """Why a plan that was made for a confidence shows less of it."""
    decision, confidence = verdict.decision, float(verdict.run.lowered.inputs["budget_confidence"].flat[0])
    short = [
        name for name, kept, allowed in zip(decision.strategies, decision.probability_limits_met, decision.allowed, strict=True)
        if name in verdict.run.plans and verdict.run.plans[name].is_feasible and allowed and kept < confidence
    ]  # fmt: skip
    if short:
        yield f"Plans were made to keep the limits with {share(confidence)}, on draws of their own; that these draws show a little less for {listed(short)} is simulation error."


def _starved(verdict: Verdict) -> Iterator[str]:
    for plan in verdict.run.plans.values():
        for each in plan.starved:
            has = plan.examples[each.task]
            got = "trains nothing on" if each.task in plan.untrained else f"leaves {_whole(has)} examples to"
            yield f"The plan of {plan.strategy} {got} {each.task}: {_price_of_floor(verdict, each.floor, each.loss)} (tasks.{each.task}.data.least)."


def _price_of_floor(verdict: Verdict, floor: float, loss: float) -> str:
    if math.isnan(loss):
        return f"a floor of {magnitude(floor)} examples would break the limits"
    amount = usd(max(loss, 0.0)) if verdict.decision.unit == "USD" else f"{max(loss, 0.0):.2g} points"
    return f"a floor of {magnitude(floor)} examples would cost {amount}"


def _capped(verdict: Verdict) -> Iterator[str]:
    by_tasks: dict[tuple[str, ...], list[str]] = {}
    for name, plan in verdict.run.plans.items():
        if plan.capped:
            by_tasks.setdefault(plan.capped, []).append(name)
    for tasks, names in by_tasks.items():
        yield f"The plan{'s' if len(names) > 1 else ''} of {listed(names)} take{'' if len(names) > 1 else 's'} all that can be had of {listed(list(tasks))} (data.most)."


def _idle_money(verdict: Verdict) -> Iterator[str]:
    for name, plan in verdict.run.plans.items():
        left = plan.limit - plan.spend
        if plan.binding == "deadline":
            yield f"The plan of {name} leaves {usd(left)} of the budget unspent: more examples would ship after the deadline (deadline.must)."
        if plan.binding == "no further gain" and left > 0.0:
            priced = "their price and the time that they take" if plan.toll else "their price"
            why = f"more examples are not worth {priced}" if verdict.decision.unit == "USD" else "more examples would not help"
            yield f"The plan of {name} leaves {usd(left)} of the budget unspent: {why}."


def _hurried(verdict: Verdict) -> Iterator[str]:
    """Plans that buy fewer examples than they could, so that they ship within the horizon."""
    plans = [plan for plan in verdict.run.plans.values() if plan.binding == "time"]
    if plans:
        left = {plan.strategy: plan.limit - plan.spend for plan in plans if plan.limit > plan.spend}
        unspent = f" ({listed([f'{usd(each)} left by {name}' for name, each in list(left.items())[:MOST_TOLLS]])})" if left else ""
        several, asked = len(plans) > 1, float(verdict.run.lowered.inputs["budget_confidence"].flat[0])
        yield (
            f"The plan{'s' if several else ''} of {listed([plan.strategy for plan in plans])} buy{'' if several else 's'} fewer examples than the budget would pay for{unspent}: with more, "
            f"shipping within the horizon would be less sure than {share(asked)}. More annotators or a longer horizon would help, more budget would not."
        )


def _delaying(verdict: Verdict) -> Iterator[str]:
    """What examples cost beside their price, as they take time: of the recommended strategy."""
    best = verdict.decision.best
    plan = None if best is None else verdict.run.plans.get(verdict.decision.strategies[best])
    dear = {} if plan is None else {task: each for task, each in plan.toll.items() if each >= WORTH_TELLING["USD"]}
    if plan is not None and dear:
        shown = sorted(dear, key=lambda task: -dear[task])[:MOST_TOLLS]
        told = listed([f"{usd(dear[task])} of {task}" for task in shown])
        yield f"The plan of {plan.strategy} counts that an example delays the launch: one more costs {told} beside its price, in value that comes later and in lateness."


def _too_dear(verdict: Verdict) -> Iterator[str]:
    """Strategies whose costs before the first example are beyond the budget; those that just keep it here are none."""
    decision = verdict.decision
    allowed = {name for name, kept in zip(decision.strategies, decision.allowed, strict=True) if kept}
    said = [f"{name} takes {usd(plan.spend)}" for name, plan in verdict.run.plans.items() if plan.binding == "fixed costs" and name not in allowed]
    if said:
        limit = next(iter(verdict.run.plans.values())).limit
        floors = ", floors included" if any(path.endswith(".data.least") for path in verdict.run.scenario.quantities) else ""
        yield f"{listed(said)} before more examples are bought{floors}: that is beyond the budget of {usd(limit)}, so no more are."
