"""Schedule: when each option ships, how likely that is in time, and who is waited for."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuneplan.evidence.findings import Findings
from tuneplan.report.charts.gantt_words import never, without_launch
from tuneplan.report.days import median_and_p90, on_day, said_median_and_p90, signed_days
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.launches import COSTS_ALONE, gone
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.memo.wording import money, odds
from tuneplan.report.schedule.sentences import about_usd
from tuneplan.report.tables import Table
from tuneplan.report.words import share, signed_usd, usd
from tuneplan.study.decision import Estimate
from tuneplan.study.results import Verdict
from tuneplan.study.schedule.records import Load, OneMore, Schedule, StrategyDates

ONE_OF = {"annotators": "annotator", "reviewers": "reviewer", "engineers": "engineer", "GPUs": "GPU", "judges": "judge"}
"""Resource -> one of it."""
WORTH_A_STEP = 2.0
"""Days that one more has to gain, on average, to be asked for; assumed."""


def section(findings: Findings, pictures: Pictures) -> Section | None:
    """Dates of every option, the Gantt chart, and what one more of whoever is waited for would change."""
    schedule = findings.schedule
    if not schedule.strategies:
        return None
    blocks: list[Block] = [Paragraph(" ".join(_in_short(findings.verdict, schedule)))]
    blocks += pictures.of("gantt", missed=True)
    blocks.append(dates(schedule, _chosen(findings.verdict)))
    blocks += [Paragraph(each) for each in without_launch(schedule)]
    followed = _followed(findings.verdict, schedule)
    if followed is not None and followed.more:
        blocks += [Paragraph(_waits(followed, schedule)), one_more(followed, schedule)]
    return Section(title="Schedule", anchor="schedule", blocks=tuple(blocks))


def _chosen(verdict: Verdict) -> str:
    return "" if verdict.decision.best is None else verdict.decision.strategies[verdict.decision.best]


def _followed(verdict: Verdict, schedule: Schedule) -> StrategyDates | None:
    """The recommended option; where none is, the nearest."""
    return dates_of(schedule, _chosen(verdict) or verdict.nearest)


def dates_of(schedule: Schedule, name: str) -> StrategyDates | None:
    """When one option ships; None where it can't be done."""
    return next((each for each in schedule.strategies if each.name == name), None)


def _in_short(verdict: Verdict, schedule: Schedule) -> Iterator[str]:
    """Dates of the recommended option, its odds, and who is earlier."""
    if not schedule.counts:
        yield "The verdict does not count time: no deadline and no number of the schedule is given, so that every option is taken to be there from the first day. What follows is simulated beside it, on what is usual."
    each = _followed(verdict, schedule)
    if each is None:
        return
    if each.full.median > schedule.horizon:
        yield f"{each.name} {never(each)}."
    else:
        apart = each.full.median - each.first.median >= 1.0
        yield f"{f'The first part of {each.name} answers by {said_median_and_p90(each.first, schedule.start, schedule.horizon)}, all of it' if apart else f'All of {each.name} ships'} by {said_median_and_p90(each.full, schedule.start, schedule.horizon)}."
    if not math.isnan(each.in_time) and each.full.median <= schedule.horizon:
        yield f"That is by the deadline of {on_day(schedule.deadline, schedule.start)} in {odds(each.in_time)}{_late(each)}."
    if schedule.counts and not schedule.lateness_decides and len(schedule.strategies) > 1 and any(other.delay.high > 0.0 for other in schedule.strategies):
        yield COSTS_ALONE
    earlier = [other for other in schedule.strategies if other.name != each.name and other.full.median < min(each.full.median - 1.0, schedule.horizon)]
    if earlier:
        first = min(earlier, key=lambda other: other.full.median)
        yield f"First of all would be {first.name}, by {said_median_and_p90(first.full, schedule.start, schedule.horizon)}."
    yield from gone(schedule.retiring)


def _late(each: StrategyDates) -> str:
    """How late it is on average, and for how much."""
    if each.late.mean < 0.5:
        return ""
    costs = f", for {usd(each.delay.mean)}" if each.delay.mean > 0.0 else ""
    return f"; over all draws it is {each.late.mean:.0f} days late on average{costs}"


def dates(schedule: Schedule, chosen: str) -> Table:
    """A row an option."""
    due, delays = not math.isnan(schedule.deadline), any(each.delay.high > 0.0 for each in schedule.strategies)
    waits, paid = any(each.bottleneck for each in schedule.strategies), any(each.waiting.high > 0.0 for each in schedule.strategies)
    head = ["option", "first launch, P50 (P90)", "full launch, P50 (P90)", *(["in time"] if due else []), *(["delay costs, P50 (P10 to P90)"] if delays else [])]
    head += [*(["waiting costs"] if paid else []), *(["waits most for"] if waits else [])]
    rows = []
    for each in schedule.strategies:
        cells = [f"{each.name} (recommended)" if each.name == chosen else each.name, *(median_and_p90(when, schedule.start, schedule.until(each)) for when in (each.first, each.full))]
        cells += [*([share(each.in_time)] if due else []), *([money(each.delay)] if delays else []), *([money(each.waiting)] if paid else [])]
        rows.append((*cells, *([each.bottleneck or "nobody"] if waits else [])))
    title = f"When each option ships{f'; in time: all of it by {on_day(schedule.deadline, schedule.start)}' if due else ''}"
    return Table(title=title, head=tuple(head), rows=tuple(rows), flowing=True)


def _waits(each: StrategyDates, schedule: Schedule) -> str:
    """For whom the recommended option waits, in a sentence."""
    if not each.bottleneck:
        return f"{each.name} waits for nobody: one more of anybody brings its full launch forward by less than a day on average."
    return f"{each.name} waits most for {each.bottleneck}: with {named(each.more[0])} {gain(each, schedule)}."


def gain(each: StrategyDates, schedule: Schedule) -> str:
    """What one more of the bottleneck would change; the sum is what that is worth to the project, not what it costs."""
    more = next(more for more in each.more if more.resource == each.bottleneck)
    worth = f", worth {about_usd(more.usd.mean)} before pay" if schedule.is_priced and more.usd.mean > 0.0 else ""
    return f"all of it ships {signed_days(more.full.mean).lstrip('+')} days earlier on average{worth}"


def named(more: OneMore) -> str:
    """One more, in words.

    >>> from tuneplan.study.decision import Estimate
    >>> none = Estimate(mean=0.0, low=0.0, p10=0.0, median=0.0, p90=0.0, high=0.0, error=0.0)
    >>> [named(OneMore(resource=who, count=count, first=none, full=none, usd=none)) for who, count in (("annotators", 1), ("GPUs", 8))]
    ['one more annotator', '8 more GPUs']
    """
    return f"one more {ONE_OF[more.resource]}" if more.count == 1 else f"{more.count} more {more.resource}"


def one_more(each: StrategyDates, schedule: Schedule) -> Table:
    """Everybody who works on an option: how busy they are, and what one more would change."""
    loads = {load.resource: load for load in each.loads}
    rows = []
    for more in each.more:
        load = loads[more.resource]
        cells = [more.resource, f"{load.count:.0f}", share(load.load.mean), _line(load), _earlier(more.first), _earlier(more.full)]
        rows.append((*cells, *([_worth(more.usd)] if schedule.is_priced else [])))
    head = ("who", "how many", "busy, mean", "a batch or model waits, days, mean", "first launch earlier, days (90 %)", "full launch earlier, days (90 %)")
    return Table(title=f"Who works on {each.name}, and what one more would change", head=(*head, *(["worth, mean (90 %)"] if schedule.is_priced else [])), rows=tuple(rows), flowing=True)


def _line(load: Load) -> str:
    """Days in line, of a batch for reviewers or a model for others; all batches wait for annotators from the first day on."""
    return "-" if math.isnan(load.each_waited) else f"{load.each_waited:.1f}"


def _earlier(days: Estimate) -> str:
    """Days by which something comes earlier."""
    return "0" if days.low == days.high == 0.0 else f"{signed_days(days.mean)} ({signed_days(days.low)} to {signed_days(days.high)})"


def _worth(each: Estimate) -> str:
    return "$0" if each.low == each.high == 0.0 else f"{_signed(each.mean)} ({_signed(each.low)} to {_signed(each.high)})"


def _signed(amount: float) -> str:
    """An amount with its sign; nothing has none."""
    return "$0" if amount == 0.0 else signed_usd(amount)


def first_to_ask(findings: Findings) -> str:
    """Who to ask for before anything begins, as a step; empty where time does not count or one more changes little."""
    if findings.verdict.launches is None:
        return ""
    each = _followed(findings.verdict, findings.schedule)
    if each is None or not each.bottleneck or each.more[0].full.mean < WORTH_A_STEP:
        return ""
    gained = gain(each, findings.schedule)
    pays = "; it pays if it costs less than that" if gained.endswith("before pay") else ""
    return f"Find {named(each.more[0])}: {gained}{pays}."
