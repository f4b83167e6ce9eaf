"""What strategies buy whose examples were left open, and what to know about it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuneplan.report.tables import Table
from tuneplan.report.words import listed, magnitude, share, signed_points, signed_usd, usd
from tuneplan.study.planning import Plan
from tuneplan.study.results import Verdict

THOUSAND = 1000.0


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
    return f"{magnitude(plan.examples[task])} ({magnitude(plan.bought[task])})"


def _more(verdict: Verdict, plan: Plan) -> str:
    """What one more thousand dollars would bring."""
    if plan.shadow_price <= 0.0:
        return "-"
    more = THOUSAND * plan.shadow_price
    return signed_usd(more) if verdict.decision.unit == "USD" else f"{signed_points(more)} points"


def remarks(verdict: Verdict) -> list[str]:
    """What to know about the plans: who gets little, what a floor would cost, where money is not what stops them."""
    plans = verdict.run.plans.values()
    return [*_starved(verdict), *_capped(verdict), *_idle_money(verdict), *_too_dear(verdict), *_missed(verdict)] if plans else []


def _missed(verdict: Verdict) -> Iterator[str]:
    """Why a plan that was made for a confidence shows less of it."""
    decision, confidence = verdict.decision, float(verdict.run.lowered.inputs["budget_confidence"].flat[0])
    short = [
        name for name, kept, allowed in zip(decision.strategies, decision.probability_limits_met, decision.allowed, strict=True)
        if name in verdict.run.plans and allowed and kept < confidence
    ]  # fmt: skip
    if short:
        yield f"The plan{'s' if len(short) > 1 else ''} of {listed(short)} keep{'' if len(short) > 1 else 's'} the limits with {share(confidence)} on the draws on which they were made; that these draws, which they never saw, show a little less is simulation error."


def _starved(verdict: Verdict) -> Iterator[str]:
    for plan in verdict.run.plans.values():
        for each in plan.starved:
            has = plan.examples[each.task]
            got = "trains nothing on" if each.task in plan.untrained else f"leaves {magnitude(has)} examples to"
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
        if plan.binding == "no further gain" and left > 0.0:
            why = "more examples are not worth their price" if verdict.decision.unit == "USD" else "more examples would not help"
            yield f"The plan of {name} leaves {usd(left)} of the budget unspent: {why}."


def _too_dear(verdict: Verdict) -> Iterator[str]:
    for name, plan in verdict.run.plans.items():
        if plan.binding == "fixed costs":
            yield f"{name} takes {usd(plan.spend)} before the first example is bought, more than the budget of {usd(plan.limit)}; nothing is bought."
