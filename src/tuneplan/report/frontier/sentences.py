"""What the standings of ``simulate frontier`` mean, in words."""

from __future__ import annotations

import math

from tuneplan.report.words import listed, share, signed_points, usd
from tuneplan.study.decision import LEVEL
from tuneplan.study.frontier.analysis import FrontierStudy
from tuneplan.study.frontier.cost_quality import NOT_ALLOWED, Standing

MOST_NAMED = 6
"""Strategies or turning points that a sentence names."""
SENTENCES = 3
"""Of what may be many (ranges, extendedly dominated or level strategies) those that get a sentence of their own."""


def few(words: list[str]) -> str:
    """The first of many words for a sentence, and how many more there are.

    >>> few(["a", "b"]), few(list("abcdefgh"))
    ('a and b', 'a, b, c, d, e, f and 2 more')
    """
    return listed(words if len(words) <= MOST_NAMED else [*words[:MOST_NAMED], f"{len(words) - MOST_NAMED} more"])


def opening(study: FrontierStudy) -> list[str]:
    """Who is recommended, who is on the frontier, who takes no part and why."""
    names = study.options.strategies
    kept = sorted((each for each in study.standings if each.status == "frontier"), key=lambda each: each.cost.mean)
    said = []
    if study.decision.best is not None:
        said.append(f"Recommended is {names[study.decision.best]}, as simulate run says.")
    elif kept:
        said.append(
            f"Nothing meets the limits{_at(study.options.budget)} with {share(study.options.limits.confidence)} confidence: by value and by rules every strategy "
            "that can be done is compared here, as if there were no limits."
        )
    else:
        said.append("Nothing can be done at all, so there is nothing to compare.")
    if len(kept) > 1 and not study.is_a_choice:
        said.append(f"There is nothing to weigh: {few([each.name for each in kept])} cost and deliver the same in every draw.")
    elif len(kept) > 1:
        said.append(f"By mean cost and points the frontier is {few([each.name for each in kept])}{_dominated(study)}.")
    elif kept and not study.is_a_choice:
        said.append(f"There is nothing to weigh: {kept[0].name} is the only strategy that takes part.")
    elif kept:
        said.append(f"{kept[0].name} costs least and delivers most on average, so it is best on average at every value of a point{_dominated(study)}.")
    outside = [each.name for each in study.standings if each.status == NOT_ALLOWED]
    said += [f"Left out, as they break the limits: {few(outside)}."] if outside else []
    said += [f"{name} can't be done: {reason}." for name, reason in study.misfits.items()]
    return [" ".join(said)]


def _at(budget: float) -> str:
    return "" if math.isnan(budget) else f" at a budget of {usd(budget)}"


def _dominated(study: FrontierStudy) -> str:
    groups = {word: [each.name for each in study.standings if each.status == word] for word in ("dominated", "extendedly dominated")}
    return "".join(f"; {word} {'is' if len(names) == 1 else 'are'} {few(names)}" for word, names in groups.items() if names)


def of_steps(study: FrontierStudy) -> list[str]:
    """What dominance means here, and where a price of a point means little."""
    said = [_extended(each) for each in study.standings if each.status == "extendedly dominated"][:SENTENCES]
    priced = [each for each in study.standings if each.price is not None and each.better is not None]
    for each in priced[:MOST_NAMED]:
        if each.price is not None and not math.isnan(each.price.low):
            below = " (below 0: cheaper as well)" if each.price.low < 0.0 else ""
            said.append(f"Draw by draw, a point more of {each.name} over {each.against} costs {usd(each.price.low)} to {usd(each.price.high)} (90 %){below}.")
    loose = [each for each in priced if each.price is not None and math.isnan(each.price.low)]
    if loose:
        names = few([f"{each.name} over {each.against}" for each in loose])
        said.append(
            f"No interval for the price of a point of {names}: in more than 5 % of draws the dearer one delivers no more, so the ratio "
            "divides by 0 or changes sign; read the two differences instead."
        )
    said += [
        f"{each.name} is level with {each.against} ({signed_points(each.better.mean)} points, within {LEVEL}): a single training seed can hide that lead."
        for each in priced if each.better is not None and 0.0 < each.better.mean < LEVEL
    ][:SENTENCES]  # fmt: skip
    hidden = [each.name for each in study.standings if each.too_close]
    said += [f"Too close to call is the standing of {few(hidden)}: simulation error hides a difference that it rests on; more --draws would settle it."] if hidden else []
    twins = _twins(study)
    said += [f"{few(twins)} cost and deliver the same on average, and share their standing."] if twins else []
    return [" ".join(said)] if said else []


def _extended(row: Standing) -> str:
    """Why a strategy that nothing dominates is off the frontier."""
    assert row.price is not None
    return (
        f"{row.name} is extendedly dominated: a point costs {usd(row.price.mean)} on the way to it from {row.against} and {usd(row.onward_price)} "
        f"from there to {row.onward}, so whoever would pay for {row.name} would go on."
    )


def _twins(study: FrontierStudy) -> list[str]:
    """Strategies on the frontier that share a cost and a score with another."""
    place = [(each.cost.mean, each.points.mean) for each in study.standings if each.status == "frontier"]
    return [each.name for each in study.standings if each.status == "frontier" and place.count((each.cost.mean, each.points.mean)) > 1]
