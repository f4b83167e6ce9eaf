"""Tables of what a sweep tells."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tuneplan.report.lines import PLAIN, Paper, width
from tuneplan.report.sweep.progress import spaced
from tuneplan.report.sweep.sentences import moving
from tuneplan.report.sweep.wording import bin_in_words, counted, named, value
from tuneplan.report.tables import Table
from tuneplan.report.words import in_words, share
from tuneplan.study.sweep.summary.records import Along, ByKey, Summary, Switch

GAP = 2
"""Columns between two cells."""
LEAST_COLUMNS = 2
"""Outcomes that a table by key shows, however narrow the paper."""
NONE = "-"


def winners(found: Summary) -> Table:
    """Each outcome that any row has: rows, share, in words; of strategies how often it is close, and their chance to be best."""
    order = sorted((outcome for outcome, count in enumerate(found.counts) if count), key=lambda outcome: (outcome >= found.nobody, -found.counts[outcome], outcome))
    has_chances = not math.isnan(found.best_chance_of_all)
    rows = []
    for each in order:
        count, is_one = found.counts[each], each < found.nobody
        close = share(found.close[each] / count) if is_one else NONE
        best = [in_words(found.best_chance[each]) if is_one else NONE] if has_chances else []
        rows.append((named(found, each), spaced(count), share(count / found.rows), in_words(count / found.rows), close, *best))
    return Table(title="Who is recommended", head=("", "rows", "share", "in words", "close", *(["best in"] if has_chances else [])), rows=tuple(rows))


def deciding(found: Summary) -> Table:
    """What each key alone tells, most telling first."""
    rows = [(each.key.name, str(len(each.bins)), share(each.told), share(each.right), _gain(each.gain)) for each in found.keys]
    return Table(title="What each key alone tells about the outcome", head=("", "values or bins", "tells", "right", "gains"), rows=tuple(rows))


def _gain(gain: float) -> str:
    """Of the rows, to a tenth of a per cent."""
    return "0 %" if gain < 0.0005 else f"{100.0 * gain:.1f} %"


def by_key(found: Summary, each: ByKey, paper: Paper = PLAIN) -> Table:
    """Who wins in what share of the rows at which values; the commonest outcomes that there is room for."""
    totals = [sum(own.counts[outcome] for own in each.bins) for outcome in range(len(found.counts))]
    order = sorted((outcome for outcome, count in enumerate(totals) if count), key=lambda outcome: (-totals[outcome], outcome))
    stubs = [bin_in_words(own, each.key) for own in each.bins]
    room = paper.room - max(map(width, stubs), default=0) - GAP - max(len(spaced(sum(own.counts))) for own in each.bins) - GAP - len("the rest") - GAP
    shown = _fitting([named(found, outcome) for outcome in order], room)
    kept, rest = order[:shown], order[shown:]
    rows = []
    for stub, own in zip(stubs, each.bins, strict=True):
        total = sum(own.counts)
        counts = [*(own.counts[outcome] for outcome in kept), *([sum(own.counts[outcome] for outcome in rest)] if rest else [])]
        rows.append((stub, spaced(total), *(share(count / total) if total else NONE for count in counts)))
    head = ("", "rows", *(named(found, outcome) for outcome in kept), *(["the rest"] if rest else []))
    return Table(title=f"By {each.key.name}", head=head, rows=tuple(rows))


def _fitting(names: Sequence[str], room: int) -> int:
    """How many columns of these names there is room for; all where one more would only make place for the rest."""
    used = count = 0
    for name in names:
        used += max(width(name), len("100 %")) + GAP
        if used > room and count >= LEAST_COLUMNS:
            break
        count += 1
    return len(names) if count == len(names) - 1 and width(names[-1]) <= len("the rest") else count


def moved(found: Summary, along: Along, each: Switch) -> Table:
    """Where a switch lies at which values of the key that moves it most."""
    assert each.moved is not None
    rows = [(bin_in_words(place.at, each.moved.by), value(place.value, along.key), f"{spaced(place.lines)} of {counted(place.all_lines, 'line')}") for place in each.moved.places]
    return Table(title=moving(found, along, each), head=(each.moved.by.name, along.key.name, "on"), rows=tuple(rows))
