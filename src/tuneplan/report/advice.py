"""What to choose, in two sentences; or what stands in the way."""

from __future__ import annotations

import math

from tuneplan.report.launches import ships
from tuneplan.report.words import in_words, listed, share, signed_usd, usd, usd_at_least
from tuneplan.study.decision import LEVEL, SAME_COST, Decision
from tuneplan.study.results import Rival, Verdict

MOST_BROKEN = 4
"""Limits that are named one by one."""


IN_TIME = {"horizon": "within the horizon", "deadline": "by the deadline"}
"""Limit of when it ships -> in words."""
MOST_LEVEL = 4
"""Strategies level with the recommended one that are named."""


def recommendation(verdict: Verdict) -> str:
    """Two sentences: what to choose and how sure it is; what is given up. Where launch dates count, one between them: when it ships."""
    decision = verdict.decision
    if decision.best is None:
        return nothing_feasible(verdict)
    name = decision.strategies[decision.best]
    if len(decision.strategies) == 1:
        return " ".join([f"Choose {name}: it is the only strategy, and it meets the limits.", *ships(verdict)])
    if sum(decision.allowed) == 1:
        return " ".join([f"Choose {name}: no other strategy meets the limits with {share(_confidence(verdict))} confidence.", *ships(verdict), given_up(verdict)])
    same = twins(verdict)
    if same and len(same) + 1 == sum(decision.allowed):
        take = "any of them" if len(same) > 1 else "either"
        return " ".join([f"Choose {name} or {' or '.join(same)}: they come to the same in every draw; take {take}.", *ships(verdict), *given_up_for_it(verdict)])
    chance = decision.probability_best[decision.best]
    chosen = (
        f"Choose {name}{f' (or {listed(same)}, the same in every draw)' if same else ''}{_among_equals(verdict)}: it comes out best in {share(chance)} of draws ({in_words(chance)}), and "
        f"its regret, the average loss against choosing with hindsight, is {regret(decision, decision.best)}."
    )
    return " ".join([chosen, *ships(verdict), given_up(verdict)])


def regret(decision: Decision, index: int) -> str:
    """Regret with its unit."""
    loss = decision.regret[index]
    return usd(loss) if decision.unit == "USD" else f"{loss:.2f} points"


def twins(verdict: Verdict) -> list[str]:
    """Strategies that come to the recommended one in every draw."""
    return [rival.name for rival in verdict.rivals if rival.is_same and rival.allowed]


def _among_equals(verdict: Verdict) -> str:
    """Why this one of several that are level or can't be told apart."""
    decision, means = verdict.decision, [row.cost.mean for row in verdict.results]
    best, others = decision.tied[0], decision.tied[1:]
    if not others:
        return ""
    names = _few([decision.strategies[index] for index in others])
    saved = min(means[index] for index in others) - means[best]
    price = f"{usd(saved)} cheaper" if saved > SAME_COST * means[best] else "as cheap"
    if decision.too_close:
        return f", too close to call against {names} and {price}"
    return f", level with {names} (within {LEVEL} points) and {price}"


def _few(names: list[str]) -> str:
    """The first names, and how many there are besides.

    >>> _few(["a", "b"]), _few(["a", "b", "c", "d", "e", "f"])
    ('a and b', 'a, b, c, d and 2 more')
    """
    more = len(names) - MOST_LEVEL
    return listed([*names[:MOST_LEVEL], *([f"{more} more"] if more > 0 else [])])


def given_up_for_it(verdict: Verdict) -> list[str]:
    """The same sentence, where there is anybody else to give up."""
    return [given_up(verdict)] if _rivals(verdict) else []


def _rivals(verdict: Verdict) -> list[Rival]:
    """Strategies that can be done, and that are not the same as the recommended one."""
    misfits = {row.name for row in verdict.results if row.misfit}
    return [rival for rival in verdict.rivals if rival.name not in misfits and not rival.is_same]


def given_up(verdict: Verdict) -> str:
    """What another strategy would do better, in a sentence; nobody gives up what is level."""
    most, least = _better(verdict), _cheaper(verdict)
    losses = []
    if most is not None:
        losses.append(f"the {most.points.mean:.1f} points that {most.name} would deliver more (at {signed_usd(most.usd.mean)}{_outside(most)})")
    if least is not None:
        losses.append(f"the {usd(-least.usd.mean)} that {least.name} would save ({_with_points(least)}{_outside(least)})")
    if losses:
        return f"Given up: {listed(losses)}."
    return f"Nothing is given up: no strategy delivers clearly more or costs clearly less{_level_ones(_rivals(verdict))}."


def _better(verdict: Verdict) -> Rival | None:
    """Who would deliver most, of those that deliver clearly more."""
    found = [rival for rival in _rivals(verdict) if rival.points.mean > 0.0 and not rival.points_level]
    return max(found, key=lambda rival: rival.points.mean, default=None)


def _cheaper(verdict: Verdict) -> Rival | None:
    """Who would save most, of those that cost clearly less."""
    found = [rival for rival in _rivals(verdict) if rival.usd.mean < 0.0 and not rival.usd_level]
    return min(found, key=lambda rival: rival.usd.mean, default=None)


def named(verdict: Verdict) -> list[str]:
    """Other strategies that the recommendation names."""
    decision = verdict.decision
    if decision.best is None:
        return [verdict.nearest] if verdict.nearest else []
    level = [decision.strategies[index] for index in decision.tied[1:]]
    missed = [rival.name for rival in (_better(verdict), _cheaper(verdict)) if rival is not None]
    return list(dict.fromkeys([*level[:MOST_LEVEL], *missed]))


def _outside(rival: Rival) -> str:
    return "" if rival.allowed else ", breaking the limits"


def _with_points(rival: Rival) -> str:
    if rival.points_level:
        return "level in points"
    return f"with {abs(rival.points.mean):.1f} points {'more' if rival.points.mean > 0 else 'less'}"


def _level_ones(rivals: list[Rival]) -> str:
    """Who can't be told from the recommended one in points or in cost."""
    level = {
        "points": [rival.name for rival in rivals if rival.points_level],
        "cost": [rival.name for rival in rivals if rival.usd_level],
    }
    said = [f"{listed(names)} in {what}" for what, names in level.items() if names]
    return f" (level: {listed(said)})" if said else ""


def _confidence(verdict: Verdict) -> float:
    return float(verdict.run.lowered.inputs["budget_confidence"].flat[0])


def _breaks(name: str, chance: float) -> str:
    """A limit and how often it is broken."""
    if name in IN_TIME:
        return f"it does not ship {IN_TIME[name]} in {share(chance)} of draws (simulate schedule says why)"
    return f"{name} is broken in {share(chance)} of draws"


def nothing_feasible(verdict: Verdict) -> str:
    """What comes nearest, what it breaks how often, and what budget would do."""
    said = [f"Nothing meets the limits with {share(_confidence(verdict))} confidence."]
    if verdict.binding:
        parts = [_breaks(name, chance) for name, chance in verdict.binding.items()]
        if len(parts) > MOST_BROKEN:
            parts = [*parts[: MOST_BROKEN - 1], f"{len(parts) - MOST_BROKEN + 1} more limits are broken less often"]
        said.append(f"Nearest is {verdict.nearest}: {listed(parts)}.")
    if verdict.nearest and not math.isnan(verdict.limit):
        said.append(_what_would_do(verdict))
    said.extend(f"{row.name} can't be done: {row.misfit}." for row in verdict.results if row.misfit)
    return " ".join(said)


def _what_would_do(verdict: Verdict) -> str:
    """How much more budget the nearest strategy needs."""
    covers = f"The limit of {usd(verdict.limit)} covers {listed(list(verdict.covers))}"
    plan = verdict.run.plans.get(verdict.nearest)
    if plan is not None and plan.binding == "minimum scores":
        return f"{covers}; no plan within it reaches the minimum scores as surely as asked, and this one comes nearest: lower them, or let a plan spend more."
    late = [name for name, chance in verdict.binding.items() if name in IN_TIME and chance > 1.0 - _confidence(verdict)]
    if math.isnan(verdict.enough) and late:
        instead = "move the deadline" if late[0] == "deadline" else "give it longer"
        return f"{covers}; no higher limit would do, as what is not built in time is not bought with it: see who is missing, or {instead}."
    if math.isnan(verdict.enough):
        return f"{covers}; no higher limit would do, as minimum scores are missed too often: lower them, or buy more examples."
    if verdict.enough <= verdict.limit:
        return f"{covers}, and is high enough."
    more = verdict.enough - verdict.limit
    return f"{covers}; a limit of {usd_at_least(verdict.enough)} would do for {verdict.nearest} ({usd_at_least(more)} more)."
