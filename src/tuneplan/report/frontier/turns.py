"""What changes hands in ``simulate frontier``, in words: by value of a point, by budget, by rule."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from tuneplan.report.frontier.sentences import MOST_NAMED, SENTENCES, few
from tuneplan.report.frontier.tables import amount
from tuneplan.report.words import duration, listed, points_apart, share, usd, usd_at_least
from tuneplan.study.frontier.acceptability import Switch
from tuneplan.study.frontier.analysis import FrontierStudy
from tuneplan.study.frontier.budgets import is_too_close
from tuneplan.study.frontier.rules import Choice


def of_values(study: FrontierStudy) -> list[str]:
    """Which strategy at which value of a point; where the best on average is not the most often best; what knowing would be worth."""
    over, names = study.over_value, study.options.strategies
    known = [each for each in over.switches if not each.too_close]
    first = names[over.switches[0].before if over.switches else over.best[0]]
    said = f"What a point is worth is counted over {duration(study.months, 'month')} on all traffic; a month of it is what the key value takes. "
    if study.options.counted is not None:
        said += "Until a strategy ships, its points are those of the reference. "
    if known:
        turns = [f"{names[each.after]} from {_price(each)} on" for each in known]
        said += f"Best on average: {names[known[0].before]} while a point is worth less than {usd(known[0].value)}, {few(turns)}."
    else:
        said += f"Best on average at every value: {first}."
    hidden = [f"{names[each.after]} over {names[each.before]}" for each in over.switches if each.too_close]
    if hidden:
        said += f" Whether there is a value from which on to take {few(hidden)} is too close to call: simulation error hides the extra points; more --draws would settle it."
    return [said, *_unlike(study), _information(study), *_own(study)]


def _price(switch: Switch) -> str:
    error = "" if math.isnan(switch.error) else f" (simulation error {usd(switch.error)})"
    return f"{usd(switch.value)}{error}"


def _unlike(study: FrontierStudy) -> list[str]:
    """Ranges of the value of a point in which the best on average is not the one that is most often best."""
    found, names = list(_unlike_ranges(study)), study.options.strategies
    said = []
    for best, often, low, high, chance, other in found[:SENTENCES]:
        said.append(
            f"Best on average is not most often best where a point is worth {usd(low)}{high}: {names[best]} has the higher mean, "
            f"yet {names[often]} is best in {share(other)} of draws against {share(chance)}. {names[often]} wins more often, {names[best]} by more."
        )
    more = len(found) - SENTENCES
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
    late = [name for name in never if not study.options.limits.in_time[names.index(name)]]
    missed = [name for name in never if name not in late]
    said += [f"No budget makes {few(late)} feasible: {'it does' if len(late) == 1 else 'they do'} not ship in time as surely as asked."] if late else []
    said += [f"No budget makes {few(missed)} feasible: minimum scores are missed too often."] if missed else []
    said += _changes(study)
    errors = [each.error for each in over.thresholds if each.error > 0.0]
    said += [f"These limits carry a simulation error of up to {usd(max(errors))}."] if errors else []
    close = [names[index] for index, each in enumerate(over.thresholds) if is_too_close(each, budget)]
    said += [f"Whether {usd(budget)} is enough for {few(close)} is too close to call: it lies within simulation error of what is needed; more --draws would settle it."] if close else []
    said += ["The scenario sets no limit of its own."] if math.isnan(budget) else []
    return [" ".join(said)]


def _changes(study: FrontierStudy) -> list[str]:
    """Who is recommended from which budget on."""
    over = study.over_budget
    turns: dict[str, str] = {}
    money = usd if over.planned else usd_at_least
    for best, group in groupby(range(len(over.limit)), key=lambda place: int(over.recommended[place])):
        if best >= 0:
            at = money(float(over.limit[next(group)]))
            turns[at] = f"{over.strategies[best]} from {at}"  # of several that print alike the last one stays
    if not turns:
        return ["Nothing is feasible at any budget looked at."]
    return [f"Recommended: {few(list(turns.values()))}{' on' if len(turns) <= MOST_NAMED else ' turns; the table and JSON say more'}."]


def of_rules(study: FrontierStudy) -> list[str]:
    """Whether the rules agree; where not, why not. A rule that finds the choice of the mean level or too close does not speak against it."""
    names, expected = study.options.strategies, study.choices[0]
    assert expected.choice is not None
    against: dict[int, list[Choice]] = {}
    for each in study.choices:
        if each.choice is not None and expected.choice not in each.tied:
            against.setdefault(each.choice, []).append(each)
    if not against and len({each.choice for each in study.choices}) == 1:
        return [" ".join([f"Every rule chooses {names[expected.choice]}: however one looks at the spread, the choice is the same.", *_extremes(study)])]
    if not against:
        return [" ".join([f"No rule speaks against {names[expected.choice]}: those that choose another find it level or too close to call.", *_extremes(study)])]
    groups = [f"{listed([each.title for each in group])} for {names[index]}" for index, group in against.items()]
    said = [f"The rules disagree: {expected.title} is for {names[expected.choice]}; {'; '.join(groups)}."]
    said += [_why(study, group[0], expected) for group in against.values()]
    return [" ".join([*said, *_extremes(study)])]


def _extremes(study: FrontierStudy) -> list[str]:
    """What to think of rules whose number hangs on single draws, where one of them differs or is too close."""
    chosen = study.choices[0].choice
    doubtful = [each.title for each in study.choices if each.extreme and (each.too_close or each.choice != chosen)]
    return [f"What {listed(doubtful)} says hangs on single draws, and more of them may not settle it; over 95 % of draws regret is steadier."] if doubtful else []


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
