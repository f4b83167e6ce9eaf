"""What a schedule says in words: who ships when, whether in time, who waits for whom."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from tuneplan.report.days import on_day, said_median_and_p90, span, spans
from tuneplan.report.frontier.sentences import few
from tuneplan.report.launches import COSTS_ALONE
from tuneplan.report.words import in_words, share, usd
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.timed import COUNTS
from tuneplan.study.schedule.records import Load, OneMore, Schedule, StrategyDates
from tuneplan.units import DAYS_PER_MONTH

APART = 3.0
"""Days by which a first launch has to come before the full one to be told."""
LEVEL = 0.5
"""Days within which two launches are told as one."""
WORTH_SAYING = 0.005
"""Share of draws from which it is said that something does not ship."""
MANY = 60.0
"""Days from which a gain is told in weeks and months."""
SMALL = 1.0
"""Dollars below which a gain is none."""
FEW = 100.0
"""Dollars below which no sum is told in a sentence."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth")
ONE = {"annotators": "annotator", "reviewers": "reviewer", "engineers": "engineer", "GPUs": "GPU", "judges": "judge"}
"""Resource -> one of it."""


def opening(found: Schedule) -> list[str]:
    """Who ships first and who ships all first, by when; the others; what ships before all of it does."""
    if not found.strategies:
        return ["Nothing can be done at all, so that nothing ships.", *_misfits(found)]
    ranked = sorted((each for each in found.strategies if each.full.median <= found.horizon), key=lambda each: each.full.median)
    if not ranked:
        return [_hardly(found), *_misfits(found)]
    said = [_first(found, ranked), *_then(found, ranked[len(_level(ranked)) :]), *_earlier(found, ranked)]
    return [" ".join(said), *_misfits(found)]


def _hardly(found: Schedule) -> str:
    if all(each.never == 1.0 for each in found.strategies):
        return f"Nothing ever ships within the horizon of {_months(found.horizon)}."
    return f"Nothing ships within the horizon of {_months(found.horizon)} in half of the draws."


def _first(found: Schedule, ranked: Sequence[StrategyDates]) -> str:
    best, when = ranked[0], said_median_and_p90(ranked[0].full, found.start, found.horizon)
    some = min(ranked, key=lambda each: (each.first.median, each.full.median))
    level = [each.name for each in _level(ranked)]
    on, ship = "on " if when.startswith("day ") else "", "ships" if len(level) == 1 else "ship"
    if len(found.strategies) == 1:
        return f"All of {best.name} ships by {when}."
    if some.first.median < best.first.median - LEVEL:
        return f"{some.name} ships first: its first task by {said_median_and_p90(some.first, found.start, found.horizon)}. {few(level)} {ship} all first: by {when}."
    if len(level) == len(found.strategies):
        return f"{few(level)} ship together: {on}{when}."
    return f"{few(level)} {ship} first, and all of {'it' if len(level) == 1 else 'them'} first: {on}{when}."


def _level(ranked: Sequence[StrategyDates]) -> Sequence[StrategyDates]:
    """Those whose full launches can't be told from the earliest one."""
    return [each for each in ranked if each.full.median < ranked[0].full.median + LEVEL]


def _then(found: Schedule, ranked: Sequence[StrategyDates]) -> list[str]:
    if not ranked:
        return []
    named = few([f"{each.name} ({on_day(each.full.median, found.start)})" for each in ranked])
    return [f"Then all of {named}."]


def _earlier(found: Schedule, ranked: Iterable[StrategyDates]) -> list[str]:
    """Strategies of which a part is there well before all is."""
    early: dict[str, list[str]] = {}
    apart = [(each.name, each.full.median - each.first.median) for each in ranked if each.full.median - each.first.median >= APART]
    for (name, _), before in zip(apart, spans([days for _, days in apart]), strict=True):
        early.setdefault(before, []).append(name)
    if not early:
        return []
    return [f"A first task is live {few([f'{before} before all of {few(names)}' for before, names in early.items()])}."]


def _misfits(found: Schedule) -> list[str]:
    return [" ".join(f"{name} can't be done: {reason}." for name, reason in found.misfits.items())] if found.misfits else []


def of_deadline(found: Schedule) -> list[str]:
    """Chances to ship in time, and what lateness is expected to cost."""
    if not found.strategies:
        return []
    if math.isnan(found.deadline):
        missing = "deadline.date says when it has to ship" if found.start is not None else "start and deadline.date say when it has to ship"
        return [f"There is no deadline; {missing}, deadline.delay_cost what a day later costs."] if found.counts else []
    ranked = sorted(found.strategies, key=lambda each: -each.in_time)
    chances = _together([(each.name, f"{in_words(each.in_time)} ({share(each.in_time)})") for each in ranked])
    ends = ", and within the horizon, which ends before it" if found.horizon <= found.deadline else ""
    said = f"All of it has shipped by the deadline of {on_day(found.deadline, found.start)}{ends}: {chances}."
    dear = sorted((each for each in found.strategies if each.delay.mean >= SMALL), key=lambda each: -each.delay.mean)
    if dear:
        costs = _together([(each.name, about_usd(each.delay.mean)) for each in dear])
        said += f" Lateness is expected to cost {costs}." if found.counts else f" Where dates counted, lateness would be expected to cost {costs}."
        said += f" {COSTS_ALONE}" if found.counts and not found.lateness_decides and len(found.strategies) > 1 else ""
    elif found.counts and any(each.late.mean > 0.0 for each in found.strategies):
        said += " Lateness costs nothing here: deadline.delay_cost says what a day of it does."
    return [said]


def _together(named: Sequence[tuple[str, str]]) -> str:
    """Names and what is said of each; of whom the same is said, once.

    >>> _together([("a", "always"), ("b", "never"), ("c", "never")])
    'a always; b and c never'
    """
    groups: dict[str, list[str]] = {}
    for name, said in named:
        groups.setdefault(said, []).append(name)
    if all(len(names) == 1 for names in groups.values()):
        return few([f"{name} {said}" for name, said in named])
    return "; ".join(f"{few(names)} {said}" for said, names in groups.items())


def of_waiting(found: Schedule) -> list[str]:
    """Who waits for whom, and what one more would buy; what idle people and GPUs cost."""
    groups: dict[str, list[StrategyDates]] = {}
    for each in found.strategies:
        groups.setdefault(each.bottleneck, []).append(each)
    said = [_group(found, resource, group) for resource, group in groups.items() if resource]
    if free := groups.get("", []):
        said.append(_nobody(free))
    idle = [each for each in found.strategies if each.waiting.mean >= SMALL]
    if idle:
        said.append(f"Paid while there is nothing to do, annotators or reserved GPUs: {few([f'{about_usd(each.waiting.mean)} with {each.name}' for each in idle])}.")
    gains = any(each.bottleneck for each in found.strategies)
    if gains and found.is_priced and not found.is_valued:
        said.append("Points have no price here: worth is the lateness that is saved, less what it costs to serve for longer.")
    if gains and not found.is_priced:
        said.append("What an earlier launch is worth is not known here: give tasks a value, or say deadline.date and deadline.delay_cost.")
    return said


def _nobody(free: Sequence[StrategyDates]) -> str:
    """Strategies in which one more of nobody gains a day: as the work takes that long, or as it never ends all the same."""
    lost = [each.name for each in free if each.never == 1.0]
    slow = [each.name for each in free if each.never < 1.0]
    said = [f"In {few(slow)} nobody is waited for: the work itself takes that long."] if slow else []
    said += [f"One more of anybody does not make {few(lost)} ship."] if lost else []
    return " ".join(said)


def _group(found: Schedule, resource: str, group: Sequence[StrategyDates]) -> str:
    """Strategies that wait for the same: the first in full, the others by what they gain."""
    first, *others = sorted(group, key=lambda each: -each.more[0].full.mean)
    load = next(each for each in first.loads if each.resource == resource)
    verb = "waits" if len(group) == 1 else "wait"
    more = first.more[0]
    said = f"{few([each.name for each in (first, *others)])} {verb} for {resource} most{_busy(load, first, alone=not others)}. "
    said += f"{_another(load, more)} would bring {first.name} {_days(more.full.mean)} forward on average{_worth(more)}"
    if others:
        said += f"; {few([f'{each.name} {_days(each.more[0].full.mean)}{_worth(each.more[0], brief=True)}' for each in others])}"
    return f"{said}."


def _days(days: float) -> str:
    """Days that are gained: counted as long as anybody counts them."""
    return f"{days:.0f} day{'' if round(days) == 1 else 's'}" if days < MANY else span(days)


def _busy(load: Load, of: StrategyDates, *, alone: bool) -> str:
    """How many there are, how busy on average, and how long a batch, or a model, stands in line for them."""
    where = "" if alone else f"with {of.name} "
    if not load.count:
        return f": {of.name} has none"
    one = load.count == 1.0
    who = f"the one {ONE[load.resource]}" if one else f"the {load.count:.0f} {load.resource}"
    if load.load.mean == 0.0:
        return f": {where}{who} {'does' if one else 'do'} nothing, as a run takes more" if load.resource == "GPUs" else ""
    piece = "batch" if load.resource == "reviewers" else "model"
    line = f", and a {piece} waits {_days(load.each_waited)} in line" if load.each_waited >= LEVEL else ""
    return f": {where}{who} {'is' if one else 'are'} busy {share(load.load.mean)} of the time{line}"


def _another(load: Load, more: OneMore) -> str:
    """One more, counted where few are."""
    if load.resource == "GPUs":
        return "Another GPU" if more.count == 1 else f"{more.count} more GPUs, for another run at a time,"
    place = int(load.count)
    one = ONE[load.resource]
    if place < len(ORDINALS) and load.count == place:
        return f"A{'n' if ORDINALS[place][0] in 'aeiou' else ''} {ORDINALS[place]} {one}"
    return f"Another {one}"


def _worth(more: OneMore, *, brief: bool = False) -> str:
    """What the days are worth."""
    worth = more.usd.mean
    if math.isnan(worth) or abs(worth) < SMALL:
        return ""
    if brief:
        return f" ({'' if worth > 0.0 or worth <= -FEW else 'minus '}{about_usd(worth)})"
    before = "before their price" if more.resource == "GPUs" else "before their pay"
    about = "" if abs(worth) < FEW else "about "
    return f", worth {about}{about_usd(worth)} {before}" if worth > 0.0 else f", which costs {about_usd(-worth)} more than it brings, as it is served for longer"


def about_usd(amount: float) -> str:
    """A sum in a sentence: of small ones only that they are.

    >>> about_usd(15_500.0), about_usd(41.8), about_usd(-2000.0)
    ('$15.5k', '<$100', '-$2.00k')
    """
    return usd(amount) if abs(amount) >= FEW or not amount else f"<{usd(FEW).removesuffix('.0')}"


def of_never(found: Schedule) -> list[str]:
    """Which strategies do not always ship, and why."""
    groups: dict[tuple[bool, bool, str], list[StrategyDates]] = {}
    for each in found.strategies:
        if each.never >= WORTH_SAYING:
            groups.setdefault((each.never < 1.0, not each.is_endless, each.because), []).append(each)
    horizon = f"the horizon of {_months(found.horizon)}"
    said = [f"{_do_not(group, horizon)}{f', because {because}' if because else ''}." for (_, _, because), group in sorted(groups.items(), key=lambda each: each[0])]
    return [" ".join(said)] if said else []


def _do_not(group: Sequence[StrategyDates], horizon: str) -> str:
    """Those that never ship, that ship later than the horizon, or that do so in some draws."""
    names, ship = few([each.name for each in group]), "ships" if len(group) == 1 else "ship"
    if group[0].never < 1.0:
        return f"Not all ships within {horizon} in {few([f'{share(each.never)} of draws with {each.name}' for each in group])}"
    return f"{names} never {ship}" if group[0].is_endless else f"{names} {ship} after {horizon}"


def _months(days: float) -> str:
    """The horizon as it is given."""
    months = days / DAYS_PER_MONTH
    return f"{months:.3g} month{'' if abs(months - 1.0) < 0.005 else 's'}"


def of_counting(found: Schedule, scenario: Scenario) -> list[str]:
    """That the verdict leaves launch dates out, where it does: because the scenario says so, or as it gives none."""
    if found.counts:
        return []
    is_refused = scenario.setting(COUNTS, True) is False
    why, remedy = (", as schedule.counts is no", "Only schedule.counts: yes") if is_refused else (" here", "A deadline, or schedule.counts: yes,")
    return [
        f"The verdict of simulate run does not count time{why}: it takes every strategy to be there from the first day on. {remedy} "
        "makes value, serving and lateness count from launch."
    ]


