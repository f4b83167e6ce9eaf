"""The tables of ``simulate schedule``: launches, what one more would change, loads, tasks."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuneplan.report.days import median_and_p90, on_short
from tuneplan.report.schedule.sentences import ONE, WORTH_SAYING
from tuneplan.report.tables import Table
from tuneplan.report.words import magnitude, share, signed_usd, usd
from tuneplan.study.schedule.records import RESOURCES, Load, OneMore, Schedule, StrategyDates

MOST_ROWS = 24
"""Rows of one table; JSON and CSV hold all."""
MOST_TASKS = 12
LEAST = 0.05
"""Days below which one more changes nothing that a table can show."""
NONE = "-"
"""Where a resource has nothing to do."""
APART = 0.5
"""Days between the tasks of a strategy from which it is said when each ships."""


def launches(found: Schedule) -> Table:
    """First and full launch of each strategy, the chance to be in time, what lateness costs, or how late it is where that costs nothing."""
    due, has_delay = not math.isnan(found.deadline), any(each.delay.high > 0.0 for each in found.strategies)
    never, days = any(each.never >= WORTH_SAYING for each in found.strategies), due and not has_delay
    head = ("", "first launch P50 (P90)", "full launch P50 (P90)", *(("in time",) if due else ()))
    head += (("days late, mean",) if days else ()) + (("delay P50", "P10-P90") if has_delay else ()) + (("not shipped",) if never else ())
    rows = []
    for each in found.strategies:
        cells = [f"  {each.name}", *(median_and_p90(when, found.start, found.until(each)) for when in (each.first, each.full))]
        cells += [share(each.in_time)] if due else []
        cells += [f"{each.late.mean:.0f}"] if days else []
        cells += [usd(each.delay.median), f"{usd(each.delay.p10)}-{usd(each.delay.p90)}" if each.delay.p90 > 0.0 else "$0"] if has_delay else []
        rows.append((*cells, *((share(each.never),) if never else ())))
    told = [f"; in time: all of it by {on_short(found.deadline, found.start)}" if due else ""]
    told += [f"; delay: cost of lateness{'' if found.counts else ', were it counted'}"] if has_delay else []
    told += ["; not shipped: by the end of the horizon"] if never else []
    return Table(title=f"When it ships{''.join(told)}", head=head, rows=tuple(rows))


def one_more(found: Schedule) -> Table | None:
    """What one more of each would change; None where it is nothing anywhere."""
    rows = [_more(each, more, found) for each in found.strategies for more in each.more if _matters(more)]
    if not rows:
        return None
    left = len(rows) - MOST_ROWS
    title = "One more of each: days by which launches come earlier on average"
    title += ", and what that is worth before pay" if found.is_priced else ""
    waits = "; waits: days that a batch stands in line for reviewers, or a model for others"
    cut = f"; {left} more row{'' if left == 1 else 's'} in JSON and CSV" if left > 0 else ""
    head = ("", "first launch", "full launch", "full P10-P90", *(("worth",) if found.is_priced else ()), "waits")
    return Table(title=f"{title}{waits}{cut}", head=head, rows=tuple(rows[:MOST_ROWS]))


def _matters(more: OneMore) -> bool:
    return max(abs(more.first.mean), abs(more.full.mean)) >= LEAST


def _more(strategy: StrategyDates, more: OneMore, found: Schedule) -> tuple[str, ...]:
    load = next(each for each in strategy.loads if each.resource == more.resource)
    name = f"{more.count} GPUs" if more.count > 1 else ONE[more.resource]
    worth = (signed_usd(more.usd.mean),) if found.is_priced else ()
    return (
        f"  {strategy.name}: {name}", _days(more.first.mean), _days(more.full.mean), f"{_days(more.full.p10)} to {_days(more.full.p90)}", *worth,
        NONE if math.isnan(load.each_waited) else _days(load.each_waited),
    )  # fmt: skip


def _days(days: float) -> str:
    """Days by which something comes earlier, never a minus nought."""
    return f"{days + 0.0:.1f}" if abs(days) >= LEAST else "0"


def loads(found: Schedule) -> Table:
    """How busy each resource is, and how long it is idle, in the mean."""
    used = [name for name in RESOURCES if any(load.resource == name for each in found.strategies for load in each.loads)]
    rows = [(f"  {each.name}", *(_load({load.resource: load for load in each.loads}.get(name)) for name in used)) for each in found.strategies]
    return Table(title="How busy each is while it has work, mean (idle hours in between)", head=("", *_heads(found, used)), rows=tuple(rows))


def _heads(found: Schedule, used: list[str]) -> Iterator[str]:
    """Resources with their number, where all strategies have the same."""
    for name in used:
        counts = {load.count for each in found.strategies for load in each.loads if load.resource == name}
        count = next(iter(counts))
        yield f"{count:.0f} {ONE[name] if count == 1.0 else name}" if len(counts) == 1 else name


def _load(load: Load | None) -> str:
    if load is None:
        return NONE
    idle = load.idle.mean if load.idle.mean >= LEAST else 0.0
    return f"{share(load.load.mean)} ({magnitude(idle)} h)" if load.count else "nobody"


def tasks(found: Schedule) -> Table | None:
    """When each task's requests are answered, of strategies whose tasks do not ship together; None where all do."""
    apart = [each for each in found.strategies if _apart(each)]
    if not apart:
        return None
    names = list(apart[0].tasks)
    left = len(names) - MOST_TASKS
    title = f"When each task is live, P50 (P90){f'; {left} more in JSON and CSV' if left > 0 else ''}"
    rows = [(f"  {task}", *(median_and_p90(each.tasks[task], found.start, found.until(each)) for each in apart)) for task in names[:MOST_TASKS]]
    return Table(title=title, head=("", *(each.name for each in apart)), rows=tuple(rows))


def _apart(each: StrategyDates) -> bool:
    middles = [task.median for task in each.tasks.values() if math.isfinite(task.median)]
    return len(each.tasks) > 1 and bool(middles) and (max(middles) - min(middles) >= APART or len(middles) < len(each.tasks))
