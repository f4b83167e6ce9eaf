"""What is worth finding out first: as people read it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuneplan.report.interpretation import in_words
from tuneplan.report.page import Page, of_pilots
from tuneplan.report.tables import Table
from tuneplan.report.words import duration, listed, share, signed_points, signed_usd, usd
from tuneplan.scenario.timed import is_timed
from tuneplan.study.decision import TOO_CLOSE
from tuneplan.study.design import MOST_DRAWS, SCRAMBLES, SMALLEST_SCRAMBLE
from tuneplan.study.information.analysis import Information
from tuneplan.study.information.checks import CheckWorth, in_unit
from tuneplan.study.information.estimates import Worth

MOST_ROWS = 12
"""Numbers that the table shows; JSON and CSV hold all."""
LIMITS = "Each value is at least so much: plans are not made anew with what was learned. Checks are valued one by one, and their price is not taken out of the budget."
DRIVES = 0.05
"""Share of the variance from which a number drives the spread; assumed."""
ENOUGH = SCRAMBLES * SMALLEST_SCRAMBLE
"""Draws from which on a simulation error is known."""
MOST_NAMES = 4
"""Numbers of a check that the answer names."""
USUAL = 16384
"""Draws that ``simulate voi`` takes where nobody says otherwise."""
WIDEST = 40
"""Letters of a name in a table of this page; a longer one loses its beginning."""


def page(found: Information) -> Page:
    """The answer, the checks, the numbers and groups, what the figures mean."""
    title = f"{found.run.scenario.name}: what is worth finding out first"
    parts: list[str | Table] = [answer(found)]
    told = found.run.design.scrambles > 1 and not found.whole.is_hidden
    if told:
        parts += [_of_everything(found), *_tables(found), *_spread_without_worth(found)]
    parts += _in_vain(found)
    if told:
        parts += _terms(found)
    return Page(title=title, parts=(*parts, *of_pilots(found.run.scenario), f"{_counted(found.run.design.draws)}, seed {found.run.design.seed}."))


def answer(found: Information, *, names: int = MOST_NAMES) -> str:
    """What to do first, or why nothing is worth the wait, in a sentence or two.

    Parameters
    ----------
    names
        Numbers of a check that are named.
    """
    decision = found.decision
    if decision.best is None:
        return "Nothing meets the limits, so that there is nothing to choose and nothing to learn for it; simulate run says which limit binds."
    best = decision.strategies[decision.best]
    if not found.has_choice:
        why = "it is the only strategy" if len(decision.strategies) == 1 else "no other strategy meets the limits"
        return f"Nothing is worth finding out: {why}, so that {best} is chosen whatever comes out (EVPI 0)."
    if found.run.design.scrambles == 1:
        return _too_few(found)
    if found.whole.value == 0.0:
        why = "all strategies come out equal" if found.are_equal else f"{found.highest} comes out best"
        return f"Nothing is worth finding out: {why} in every draw, so that no knowledge changes the choice (EVPI 0)."
    if found.whole.is_hidden:
        return (
            f"Nothing is worth finding out: {found.highest} comes out best in all but {share(found.whole.changes)} of draws, and knowing which is worth "
            f"{amount(found.whole.value, found)}, which simulation can't tell from 0 (EVPI)."
        )
    if not found.checks:
        return f"The scenario names no checks.{_example(found)}"
    return _first(found, found.checks[0], best, names)


def _example(found: Information) -> str:
    """A check of the number that is worth most, of those that can be typed."""
    most = next((each for each in found.quantities if each.worth.stands_out and "(" not in each.name), None)
    if most is None:
        return " No single number is worth measuring by itself."
    check = f"{{pilot: {{learn: {{{most.name}: {{noise: 20%}}}}, n: 3, cost: $2k, days: 10}}}}"
    return f" Most worth knowing is {most.name} ({amount(most.worth.value, found)}): say under checks: what it takes to measure it, for example {check}."


def _first(found: Information, check: CheckWorth, best: str, most: int) -> str:
    """Whether the leading check pays."""
    name, worth = check.check.name, amount(check.worth.value, found)
    if math.isnan(check.net):
        dearer = f"Most worth a dollar is {name}: {worth} for {usd(check.takes)}" if check.worth.value > 0.0 else "No check is worth anything"
        return f"{dearer}. What a point costs is not known here, so that worth and cost stand side by side: give tasks a value to weigh them."
    takes = f"it is worth {worth} and takes {in_words(check.check)} of {_measured(check, most)}{_bought(found, check)}"
    if check.is_close and check.worth.value > 0.0:
        return f"Too close to call: {name} comes nearest to paying, {takes}; net {signed(check.net, found)}{plus_minus(check.worth, found)}. {_would_settle(found, check)}"
    if check.net > 0.0:
        others = [each.check.name for each in found.checks[1:] if each.net > 0.0 and not each.is_close]
        more = f" By itself {listed(others)} would pay too; after a first check the others are worth less." if others else ""
        return f"Do {name} first: {takes}; net {signed(check.net, found)}{plus_minus(check.worth, found)}.{more}"
    return f"Nothing is worth the wait: choose {best} now. {_most_worth(found)}"


def _most_worth(found: Information) -> str:
    """The check that is worth most, though it does not pay."""
    most = max(found.checks, key=lambda each: each.worth.value)
    if most.worth.value == 0.0:
        return "None of the checks changes the choice often enough to be worth anything."
    worth = f"{amount(most.worth.value, found)}{plus_minus(most.worth, found)}"
    return f"Of the checks {most.check.name} is worth most, {worth}, and takes {in_words(most.check)}{_bought(found, most)}."


def _measured(check: CheckWorth, most: int) -> str:
    """What a check measures, the first few."""
    names = [each.path for each in check.check.learn]
    more = len(names) - most
    return listed([*names[:most], f"{more} more"] if more > 1 else names)


def _bought(found: Information, check: CheckWorth) -> str:
    """What the same money would do elsewhere, or that waiting costs more."""
    waiting = f"; waiting {days(check.check.days)} costs {usd(check.waiting)}" if check.waiting > 0.0 else ""
    if found.options.unit == "USD" or check.takes == 0.0:
        return waiting
    return f"{waiting}; the same money buys {amount(in_unit(check.takes, found.options.unit, found.usd_per_point), found)} elsewhere"


def _would_settle(found: Information, check: CheckWorth) -> str:
    """How many draws would tell the net value from 0."""
    needed = found.run.design.draws * (TOO_CLOSE * check.worth.error / abs(check.net)) ** 2 if check.net else math.inf
    if needed > MOST_DRAWS:
        return "No number of draws settles that: doing it and not doing it are as good."
    if found.run.design.draws < USUAL:
        return f"simulate voi, with {USUAL} draws, looks closer and may settle it."
    several = 2 ** math.ceil(math.log2(needed))
    return f"About {several} draws (--draws {several}) would settle it."


def _of_everything(found: Information) -> str:
    """EVPI, and how much of it can be known."""
    priced = "" if found.options.unit == "USD" or math.isnan(found.usd_per_point) else f"; {usd(found.whole.value * found.usd_per_point)} at the price of a point"
    known, luck = found.everything.worth, found.whole.value - found.everything.worth.value
    said = (
        f"Knowing everything beforehand, luck included, would be worth {amount(found.whole.value, found)}{plus_minus(found.whole, found)} (EVPI{priced}): no "
        f"check is worth more. Of that at least {amount(known.value, found)}{plus_minus(known, found)} hangs on the {len(found.quantities)} uncertain numbers"
    )
    what = "the work begins (format clashes, what the laws miss, who leaves, what is sent back)" if is_timed(found.run.scenario) else "something is trained (format clashes, what the laws miss)"
    return f"{said}; the rest, at most {amount(luck, found)}, is luck that nothing shows before {what}."


def _tables(found: Information) -> Iterator[Table]:
    if found.checks:
        yield _checks(found)
    seen = [each for each in found.quantities if each.worth.stands_out][:MOST_ROWS]
    if seen:
        hidden = sum(not each.worth.stands_out for each in found.quantities)
        left = len(found.quantities) - len(seen) - hidden
        more = f"; {left} more in JSON and CSV" if left else ""
        title = f"What knowing one number is worth (EVPPI); {hidden} others can't be told from 0{more}"
        yield Table(title=title, head=("", *_head(found)), rows=tuple((shortened(each.name), *_cells(each.worth, found)) for each in seen))
    groups = [each for each in found.groups if each.worth.stands_out][:MOST_ROWS]
    if groups:
        rows = tuple((shortened(each.name), *_cells(each.worth, found), str(len(each.of))) for each in groups)
        yield Table(title="What knowing all numbers of a kind, or of a task, is worth", head=("", *_head(found), "numbers"), rows=rows)


def _head(found: Information) -> tuple[str, ...]:
    return (_in(found, "worth"), "± error", "changes the choice", "share of variance")


def _cells(worth: Worth, found: Information) -> tuple[str, ...]:
    return (_bare(worth.value, found), _bare(worth.error, found), share(worth.changes), "none" if math.isnan(worth.explained) else share(worth.explained))


def _checks(found: Information) -> Table:
    """The checks, those that pay most first."""
    unpriced = any(math.isnan(each.net) for each in found.checks)
    last = "worth a $1k" if unpriced else "net"
    waits = found.options.unit == "USD" or any(each.waiting > 0.0 for each in found.checks)
    head = ("", _in(found, "worth"), "± error", "if exact", "cost", *(("waiting",) if waits else ()), "days", last)
    rows = []
    for each in found.checks:
        pays = _bare(1000.0 * each.per_usd, found) if unpriced else signed(each.net, found, bare=True)
        worth, error, *_ = _cells(each.worth, found)
        rows.append((
            f"{'> ' if each.net > 0.0 and not each.is_close else '  '}{shortened(each.check.name)}", worth, error, _bare(each.perfect.value, found),
            usd(each.check.cost), *((usd(each.waiting),) if waits else ()), days(each.check.days).split()[0], pays,
        ))  # fmt: skip
    by = "worth of a dollar" if unpriced else "net value"
    return Table(title=f"Checks by {by} (worth: EVSI; if exact: EVPPI of what they measure)", head=head, rows=tuple(rows))


def _spread_without_worth(found: Information) -> list[str]:
    """Numbers that drive the spread and are worth nothing to measure."""
    pair = _pair(found)
    idle = [each for each in found.quantities if not each.worth.stands_out and each.worth.explained >= DRIVES]
    idle = sorted(idle, key=lambda each: -each.worth.explained)[:3]
    if not idle:
        return []
    named = listed([f"{each.name} ({share(each.worth.explained)})" for each in idle])
    verb = "drives" if len(idle) == 1 else "drive"
    return [f"{named} {verb} the spread of {pair}, as a share of its variance, and {'is' if len(idle) == 1 else 'are'} worth nothing to measure: whatever comes out, the choice stays."]


def _pair(found: Information) -> str:
    decision = found.decision
    assert decision.best is not None
    assert decision.second is not None
    return f"{decision.strategies[decision.best]} minus {decision.strategies[decision.second]}"


def _in_vain(found: Information) -> list[str]:
    """What checks measure though it changes nothing."""
    return [
        f"checks.{each.check.name} learns nothing of {path}: {why}."
        for each in found.checks for path, why in each.idle
    ]  # fmt: skip


def _terms(found: Information) -> list[str]:
    """By what the figures were made, so that nobody reads more into them."""
    decision, unit = found.decision, found.options.unit
    assert decision.best is not None
    best = decision.strategies[decision.best]
    reading = f"Share of variance: of {_pair(found)}, what the same regression explains; it says what drives the spread, not what can change the choice."
    if best != found.highest:
        reading += f" Worth is counted above {found.highest}, the highest mean; {best} is recommended as it is {'too close to it to call' if decision.too_close else 'level with it'} and cheaper."
    prices = _of_waiting(found, best) if found.checks else ""
    if unit == "point":
        priced = "" if math.isnan(found.usd_per_point) else f"A point is priced at {usd(found.usd_per_point)}, what {found.priced_at}. "
        waiting = f" {prices}" if is_timed(found.run.scenario) else ""
        prices = f"{priced}As tasks have no value, points alone count: not what another choice costs more{'' if waiting else ', nor days of waiting'}.{waiting}"
    return [reading, *([prices] if found.checks else []), LIMITS]


def _of_waiting(found: Information, best: str) -> str:
    """What the days of a check cost."""
    if not is_timed(found.run.scenario):
        return f"Waiting costs {usd(found.worth_of_a_day)} a day: the expected worth of {best}'s points above the reference; nothing where the reference is as good."
    longest = max(found.checks, key=lambda each: each.check.days)
    what = "value that is lost and lateness that is added, less what is not served meanwhile" if found.options.unit == "USD" else "lateness that is added alone (what one more of anybody is worth, in simulate schedule, counts serving and upkeep as well)"
    return f"Everything ships as much later as a check takes: waiting {days(longest.check.days)} costs {best} {usd(longest.waiting)}, {what}."


def _too_few(found: Information) -> str:
    """Why nothing is told: with one scramble nobody knows how far simulation is off."""
    draws = found.run.design.draws
    return (
        f"{_counted(draws)} {'is' if draws == 1 else 'are'} too few to tell what knowing more is worth: they are one scramble, from which no simulation error can be told. Knowing everything "
        f"comes to about {amount(found.whole.value, found)} (EVPI); for the rest take --draws {ENOUGH} or more, {USUAL} are usual."
    )


def _counted(draws: int) -> str:
    return f"{draws} draw{'' if draws == 1 else 's'}"


def amount(value: float, found: Information) -> str:
    """A worth with its unit."""
    return _bare(value, found) if found.options.unit == "USD" else f"{_bare(value, found)} points"


def signed(value: float, found: Information, *, bare: bool = False) -> str:
    """A net value with its sign, and its unit unless ``bare``."""
    if found.options.unit == "USD":
        return signed_usd(value)
    return signed_points(value) if bare else f"{signed_points(value)} points"


def days(count: float) -> str:
    """A number of days.

    >>> days(14.0), days(1.0)
    ('14 days', '1 day')
    """
    return duration(count, "day")


def shortened(name: str) -> str:
    """A name that leaves room for the numbers beside it.

    >>> shortened("tasks.email.data.price"), len(shortened("a" * 90))
    ('tasks.email.data.price', 40)
    """
    return name if len(name) <= WIDEST else f"...{name[3 - WIDEST :]}"


def _bare(value: float, found: Information) -> str:
    """A worth without its unit, where that is points."""
    if found.options.unit == "USD":
        return usd(value)
    return "endless" if math.isinf(value) else f"{value:.2f}"


def plus_minus(worth: Worth, found: Information) -> str:
    return f" ± {_bare(worth.error, found)}"


def _in(found: Information, word: str) -> str:
    return word if found.options.unit == "USD" else f"{word} in points"

