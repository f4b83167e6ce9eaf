"""What the tables of ``simulate frontier`` mean, in words; and the page that holds both."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from tuneplan.report.frontier import tables
from tuneplan.report.frontier.tables import amount
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.words import listed, points_apart, share, signed_points, usd, usd_at_least
from tuneplan.study.acceptability import Switch
from tuneplan.study.budgets import is_too_close
from tuneplan.study.cost_quality import NOT_ALLOWED, Standing
from tuneplan.study.decision import LEVEL
from tuneplan.study.frontier_study import FrontierStudy
from tuneplan.study.rules import Choice

MARKS = {
    " ?": "? after a name: too close to call at this number of draws; more --draws would settle it, unless they are the same in every draw.",
    " =": f"= after a name: level with one that is dearer (within {LEVEL} points).",
}
RANGES_SAID = 3
"""Ranges of a value in which the best on average is not the most often best, that get words."""


def page(study: FrontierStudy) -> Page:
    """Standings, then what is best by value of a point, by budget and by rule."""
    parts: list[str | Table] = [*opening(study), tables.standings(study)]
    if study.is_a_choice:
        step = tables.steps(study)
        parts += [*([step] if step else []), *of_steps(study), tables.by_value(study), *of_values(study)]
    budgets = tables.by_budget(study)
    parts += [*([budgets] if budgets.rows else []), *of_budgets(study)]
    if study.is_a_choice:
        parts += [tables.rules(study), *of_rules(study)]
    cells = [cell for part in parts if isinstance(part, Table) for row in part.rows for cell in row]
    marks = [meaning for mark, meaning in MARKS.items() if any(cell.endswith(mark) for cell in cells)]
    parts += [*([" ".join(marks)] if marks else []), stats_line(study)]
    return Page(title=f"{study.scenario.name}: cost against quality", parts=tuple(parts))


def said(study: FrontierStudy) -> dict[str, list[str]]:
    """The sentences of the page, by what they are about."""
    if not study.is_a_choice:
        return {"opening": opening(study), "over_budget": of_budgets(study)}
    return {
        "opening": opening(study), "standings": of_steps(study), "over_value": of_values(study), "over_budget": of_budgets(study),
        "rules": of_rules(study),
    }  # fmt: skip


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
        said.append(f"There is nothing to weigh: {listed([each.name for each in kept])} cost and deliver the same in every draw.")
    elif len(kept) > 1:
        said.append(f"By mean cost and points the frontier is {listed([each.name for each in kept])}{_dominated(study)}.")
    elif kept and not study.is_a_choice:
        said.append(f"There is nothing to weigh: {kept[0].name} is the only strategy that takes part.")
    elif kept:
        said.append(f"{kept[0].name} costs least and delivers most on average, so it is best on average at every value of a point{_dominated(study)}.")
    outside = [each.name for each in study.standings if each.status == NOT_ALLOWED]
    said += [f"Left out, as they break the limits: {listed(outside)}."] if outside else []
    said += [f"{name} can't be done: {reason}." for name, reason in study.misfits.items()]
    return [" ".join(said)]


def _at(budget: float) -> str:
    return "" if math.isnan(budget) else f" at a budget of {usd(budget)}"


def _dominated(study: FrontierStudy) -> str:
    groups = {word: [each.name for each in study.standings if each.status == word] for word in ("dominated", "extendedly dominated")}
    return "".join(f"; {word} {'is' if len(names) == 1 else 'are'} {listed(names)}" for word, names in groups.items() if names)


def of_steps(study: FrontierStudy) -> list[str]:
    """What dominance means here, and where a price of a point means little."""
    said = [_extended(study, each) for each in study.standings if each.status == "extendedly dominated"]
    priced = [each for each in study.standings if each.price is not None and each.better is not None]
    for each in priced:
        if each.price is not None and not math.isnan(each.price.low):
            below = " (below 0: cheaper as well)" if each.price.low < 0.0 else ""
            said.append(f"Draw by draw, a point more of {each.name} over {each.against} costs {usd(each.price.low)} to {usd(each.price.high)} (90 %){below}.")
    loose = [each for each in priced if each.price is not None and math.isnan(each.price.low)]
    if loose:
        names = listed([f"{each.name} over {each.against}" for each in loose])
        said.append(
            f"No interval for the price of a point of {names}: in more than 5 % of draws the dearer one delivers no more, so the ratio "
            "divides by 0 or changes sign; read the two differences instead."
        )
    said += [
        f"{each.name} is level with {each.against} ({signed_points(each.better.mean)} points, within {LEVEL}): a single training seed can hide that lead."
        for each in priced if each.better is not None and 0.0 < each.better.mean < LEVEL
    ]  # fmt: skip
    hidden = [each.name for each in study.standings if each.too_close]
    said += [f"Too close to call is the standing of {listed(hidden)}: simulation error hides a difference that it rests on; more --draws would settle it."] if hidden else []
    twins = _twins(study)
    said += [f"{listed(twins)} cost and deliver the same on average, and share their standing."] if twins else []
    return [" ".join(said)] if said else []


def _extended(study: FrontierStudy, row: Standing) -> str:
    """Why a strategy that nothing dominates is off the frontier."""
    above = min(
        (each for each in study.standings if each.status == "frontier" and each.points.mean >= row.points.mean and each.cost.mean > row.cost.mean),
        key=lambda each: each.cost.mean,
    )
    price = row.price.mean if row.price is not None else float("nan")
    past = (above.cost.mean - row.cost.mean) / (above.points.mean - row.points.mean) if above.points.mean > row.points.mean else float("inf")
    return (
        f"{row.name} is extendedly dominated: a point costs {usd(price)} on the way to it from {row.against} and {usd(past)} from there "
        f"to {above.name}, so whoever would pay for {row.name} would go on."
    )


def _twins(study: FrontierStudy) -> list[str]:
    """Strategies on the frontier that share a cost and a score with another."""
    place = [(each.cost.mean, each.points.mean) for each in study.standings if each.status == "frontier"]
    return [each.name for each in study.standings if each.status == "frontier" and place.count((each.cost.mean, each.points.mean)) > 1]


def of_values(study: FrontierStudy) -> list[str]:
    """Which strategy at which value of a point; where the best on average is not the most often best; what knowing would be worth."""
    over, names = study.over_value, study.options.strategies
    known = [each for each in over.switches if not each.too_close]
    first = names[over.switches[0].before if over.switches else over.best[0]]
    said = f"What a point is worth is counted over {study.months:.3g} months on all traffic; a month of it is what the key value takes. "
    if known:
        turns = [f"{names[each.after]} from {_price(each)} on" for each in known]
        said += f"Best on average: {names[known[0].before]} while a point is worth less than {usd(known[0].value)}, {listed(turns)}."
    else:
        said += f"Best on average at every value: {first}."
    hidden = [f"{names[each.after]} over {names[each.before]}" for each in over.switches if each.too_close]
    if hidden:
        said += f" Whether there is a value from which on to take {listed(hidden)} is too close to call: simulation error hides the extra points; more --draws would settle it."
    return [said, *_unlike(study), _information(study), *_own(study)]


def _price(switch: Switch) -> str:
    error = "" if math.isnan(switch.error) else f" (simulation error {usd(switch.error)})"
    return f"{usd(switch.value)}{error}"


def _unlike(study: FrontierStudy) -> list[str]:
    """Ranges of the value of a point in which the best on average is not the one that is most often best."""
    found, names = list(_unlike_ranges(study)), study.options.strategies
    said = []
    for best, often, low, high, chance, other in found[:RANGES_SAID]:
        said.append(
            f"Best on average is not most often best where a point is worth {usd(low)}{high}: {names[best]} has the higher mean, "
            f"yet {names[often]} is best in {share(other)} of draws against {share(chance)}. It wins more often, {names[best]} by more."
        )
    more = len(found) - RANGES_SAID
    said += [f"The same holds in {more} more ranges of the value; JSON has the whole curves."] if more > 0 else []
    return [" ".join(said)] if said else []


def _unlike_ranges(study: FrontierStudy) -> Iterator[tuple[int, int, float, str, float, float]]:
    """Best on average, most often best, the range, and how often each is best where they are furthest apart."""
    over = study.over_value
    often = over.most_often
    pairs = [(int(over.best[place]), int(often[place])) for place in range(len(over.value))]
    for (best, other), group in groupby(range(len(pairs)), key=lambda place: pairs[place]):
        places = [place for place in group if not over.too_close[place] and over.leads(other, best, place)]
        if best != other and places:
            widest = max(places, key=lambda place: float(over.probability_best[other, place] - over.probability_best[best, place]))
            chances = float(over.probability_best[best, widest]), float(over.probability_best[other, widest])
            ends = " or more" if places[-1] == len(pairs) - 1 else f" to {usd(float(over.value[places[-1]]))}" if len(places) > 1 else ""
            yield best, other, float(over.value[places[0]]), ends, *chances


def _information(study: FrontierStudy) -> str:
    over = study.milestones
    known = [each.value for each in study.over_value.switches if not each.too_close]
    told = study.own_value if not math.isnan(study.own_value) else known[0] if known else over.value[len(over.value) // 2]
    place = int((over.value == told).argmax())
    error = over.perfect_information_error[place]
    within = "" if math.isnan(error) else f" (simulation error {usd(error)})"
    return (
        f"EVPI is what knowing every number beforehand would be worth, the regret of the best on average: "
        f"{usd(over.perfect_information[place])}{within} where a point is worth {usd(over.value[place])}."
    )


def _own(study: FrontierStudy) -> list[str]:
    if math.isnan(study.own_value):
        return []
    return [
        f"The scenario's own values come to {usd(study.own_value)} a point, weighed by traffic; the table prices every point alike, while "
        "simulate run prices those of each task."
    ]


def of_budgets(study: FrontierStudy) -> list[str]:
    """At which budget what becomes possible; how near the scenario's own limit lies."""
    over, budget, names = study.over_budget, study.options.budget, study.options.strategies
    if over.planned:
        said = ["Examples are planned anew for each budget, so each row is a run of its own; between two rows nothing is known."]
        return [" ".join([*said, *_changes(study)])]
    said = ["Examples are given, so a higher limit changes who is feasible and nothing else."]
    never = [names[index] for index, each in enumerate(over.thresholds) if math.isnan(each.limit) and study.options.limits.possible[index]]
    said += [f"No budget makes {listed(never)} feasible: minimum scores are missed too often."] if never else []
    said += _changes(study)
    errors = [each.error for each in over.thresholds if each.error > 0.0]
    said += [f"These limits carry a simulation error of up to {usd(max(errors))}."] if errors else []
    close = [names[index] for index, each in enumerate(over.thresholds) if is_too_close(each, budget)]
    said += [f"Whether {usd(budget)} is enough for {listed(close)} is too close to call: it lies within simulation error of what is needed; more --draws would settle it."] if close else []
    said += ["The scenario sets no limit of its own."] if math.isnan(budget) else []
    return [" ".join(said)]


def _changes(study: FrontierStudy) -> list[str]:
    """Who is recommended from which budget on."""
    over, turns = study.over_budget, []
    money = usd if over.planned else usd_at_least
    for best, group in groupby(range(len(over.limit)), key=lambda place: int(over.recommended[place])):
        if best >= 0:
            turns.append(f"{over.strategies[best]} from {money(float(over.limit[next(group)]))}")
    if not turns:
        return ["Nothing is feasible at any budget looked at."]
    return [f"Recommended: {listed(turns)} on."]


def of_rules(study: FrontierStudy) -> list[str]:
    """Whether the rules agree; where not, why not."""
    names, expected = study.options.strategies, study.choices[0]
    by_choice: dict[int, list[Choice]] = {}
    for each in study.choices:
        if each.choice is not None:
            by_choice.setdefault(each.choice, []).append(each)
    if len(by_choice) == 1:
        return [f"Every rule chooses {names[next(iter(by_choice))]}: however one looks at the spread, the choice is the same."]
    said = [f"The rules disagree: {'; '.join(f'{listed([each.title for each in group])} for {names[index]}' for index, group in by_choice.items())}."]
    said += [_why(study, each, expected) for index, group in by_choice.items() if index != expected.choice for each in group[:1]]
    extremes = [each.title for each in study.choices if each.extreme]
    said += [f"What {listed(extremes)} says hangs on a single draw, and no number of draws settles it; the same over 95 % of draws is steadier."] if extremes else []
    return [" ".join(said)]


def _why(study: FrontierStudy, choice: Choice, expected: Choice) -> str:
    """Numbers behind a rule that goes its own way."""
    assert choice.choice is not None
    assert expected.choice is not None
    names, unit = study.options.strategies, study.options.unit
    own, other = choice.choice, expected.choice
    mean = expected.value[own] - expected.value[other]
    apart = f"{usd(abs(mean))}" if unit == "USD" else f"{points_apart(mean)} points"
    on_average = f"On average {names[own]} is {apart} {'better' if mean > 0.0 else 'worse'}"
    if own in expected.tied:
        dearer = study.standings[own].cost.mean - study.standings[other].cost.mean
        on_average += f", which is {'too close to call' if expected.too_close else 'level'}, and costs {usd(abs(dearer))} {'more' if dearer > 0.0 else 'less'}"
    bands = [f"{amount(each.low, unit)} to {amount(each.high, unit)}" for each in (study.objective[own], study.objective[other])]
    on_average += f"; 90 % of its draws lie in {bands[0]}, those of {names[other]} in {bands[1]}"
    return (
        f"{choice.title[0].upper()}{choice.title[1:]} looks at {choice.cares}: {amount(choice.value[own], unit)} for {names[own]}, "
        f"{amount(choice.value[other], unit)} for {names[other]}. {on_average}."
    )


def stats_line(study: FrontierStudy) -> str:
    """Draws, seed and the largest simulation error of a chance."""
    design, over = study.design, study.over_value
    errors = over.probability_error[over.among]
    known = [each for each in errors.ravel().tolist() if not math.isnan(each)]
    error = f"of a chance up to {100.0 * max(known):.1f} points in a hundred" if known else "unknown (too few draws)"
    if known and not study.is_a_choice:
        error = f"of a mean cost {usd(max(each.cost.error for each in study.standings if each.status == 'frontier'))}"
    return f"{design.draws} draws, seed {design.seed}, simulation error {error}."
