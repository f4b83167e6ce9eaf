"""A sweep as a map: who wins most often over the two keys that tell most; of one key, the shares of all at its values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tuneplan.report.charts import axes
from tuneplan.report.charts.labels import fitted
from tuneplan.report.charts.looks import FAINT, INK, QUIET, Looks
from tuneplan.report.charts.registry import Chart, NothingToDraw, Told
from tuneplan.report.sweep.wording import bin_in_words, counted, named
from tuneplan.report.words import draws, listed, plain, share
from tuneplan.study.sweep.summary.records import ByKey, Cell, Map, Summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DEPTHS = (0.25, 0.85)
"""How much of its colour a cell has: where hardly any row is its winner's, and where all are."""
LONGEST = 60
"""Letters of all texts along the bottom from which they stand aslant."""
MOST_TOLD = 3
"""Outcomes that a title names."""


def sweep_map(*records: Summary, ax: Axes, looks: Looks) -> Told:
    """Who wins most often where."""
    (found,) = records
    if found.map is None or not found.rows:
        raise NothingToDraw("no key has two values" if found.rows else "no row is here yet")
    if found.map.down is None:
        _bars(found, found.map.across, ax, looks)
    else:
        _cells(found, found.map, found.map.down, ax, looks)
    return Told(title=_title(found), alt=_alt(found, found.map), note=_note(found, found.map))


# --- two keys ------------------------------------------------------------------------------------------------------------


def _cells(found: Summary, drawn: Map, down: ByKey, ax: Axes, looks: Looks) -> None:
    from matplotlib.patches import Rectangle

    for cell in drawn.cells:
        total = sum(cell.counts)
        if not total:
            continue
        best, part = _commonest(cell), max(cell.counts) / total
        is_one = best < found.nobody
        colour = _shade(looks[found.strategies[best]].colour, part) if is_one else FAINT if best == found.nobody else QUIET
        hatch = looks[found.strategies[best]].hatch if is_one else ""
        ax.add_patch(Rectangle((cell.across - 0.5, cell.down - 0.5), 1.0, 1.0, facecolor=colour, edgecolor="white", linewidth=0.8, hatch=hatch))
        box = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 1.2}
        ax.text(cell.across, cell.down, share(part), ha="center", va="center", fontsize=7.5, color=INK, bbox=box)
    for axis, side in ((ax.xaxis, drawn.across), (ax.yaxis, down)):
        axis.set_ticks(range(len(side.bins)), _names(side))
        axis.set_label_text(plain(side.key.name))
        axis.set_tick_params(length=0)
    ax.set_xlim(-0.5, len(drawn.across.bins) - 0.5)
    ax.set_ylim(-0.5, len(down.bins) - 0.5)
    if sum(map(len, _names(drawn.across))) > LONGEST:
        ax.tick_params(axis="x", labelrotation=30)
    ax.spines[["left", "bottom"]].set_visible(False)
    _legend(found, sorted({_commonest(cell) for cell in drawn.cells if sum(cell.counts)}), ax, looks)


def _commonest(cell: Cell) -> int:
    return cell.counts.index(max(cell.counts))


def _shade(colour: str, part: float) -> tuple[float, float, float]:
    """A colour on white, the more of it the more rows are its winner's."""
    from matplotlib.colors import to_rgb

    depth = DEPTHS[0] + (DEPTHS[1] - DEPTHS[0]) * part
    red, green, blue = (1.0 - depth * (1.0 - each) for each in to_rgb(colour))
    return red, green, blue


# --- one key -------------------------------------------------------------------------------------------------------------


def _bars(found: Summary, key: ByKey, ax: Axes, looks: Looks) -> None:
    """A bar a bin, parted by who wins."""
    shown = [outcome for outcome, count in enumerate(found.counts) if count]
    left = [0.0] * len(key.bins)
    for outcome in shown:
        parts = [each.counts[outcome] / sum(each.counts) if sum(each.counts) else 0.0 for each in key.bins]
        ax.barh(range(len(key.bins)), parts, left=left, color=_colour(found, outcome, looks), hatch=_hatch(found, outcome, looks), edgecolor="white", linewidth=0.8)
        left = [math.fsum(each) for each in zip(left, parts, strict=True)]
    ax.set_yticks(range(len(key.bins)), _names(key))
    ax.set_ylabel(plain(key.key.name))
    axes.shares(ax.xaxis, "share of rows")
    ax.set_xlim(0.0, 1.0)
    _legend(found, shown, ax, looks)


def _colour(found: Summary, outcome: int, looks: Looks) -> str:
    return looks[found.strategies[outcome]].colour if outcome < found.nobody else FAINT if outcome == found.nobody else QUIET


def _hatch(found: Summary, outcome: int, looks: Looks) -> str:
    return looks[found.strategies[outcome]].hatch if outcome < found.nobody else ""


def _legend(found: Summary, shown: list[int], ax: Axes, looks: Looks) -> None:
    from matplotlib.patches import Patch

    names = {found.nobody: "nobody meets the limits", found.failed: "failed"}
    handles = [
        Patch(facecolor=_colour(found, each, looks), hatch=_hatch(found, each, looks), edgecolor="white", label=names.get(each) or fitted(named(found, each)))
        for each in shown
    ]
    ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)


# --- words ---------------------------------------------------------------------------------------------------------------


def _names(side: ByKey) -> list[str]:
    """Values of each bin; the unit is said once by whoever labels the axis."""
    return [fitted(plain(bin_in_words(each, side.key))) for each in side.bins]


def _title(found: Summary) -> str:
    """Who wins in what share of the rows, and what decides most."""
    held = sorted(((count, outcome) for outcome, count in enumerate(found.counts) if count and outcome != found.failed), key=lambda each: (-each[0], each[1]))
    if not held:
        return f"All of {counted(found.rows, 'row')} failed"
    (count, first), *others = held
    said = [f"{_does(found, first)} in {share(count / found.rows)} of {counted(found.rows, 'row')}"]
    said += [f"{named(found, outcome)} in {share(count / found.rows)}" for count, outcome in others[: MOST_TOLD - 1]]
    decides = f"; {plain(found.keys[0].key.name)} decides most" if len(held) > 1 and found.keys[0].information > 0.0 else ""
    return f"{listed(said)}{decides}"


def _does(found: Summary, outcome: int) -> str:
    return f"{named(found, outcome)} wins" if outcome < found.nobody else "Nobody meets the limits"


def _alt(found: Summary, drawn: Map) -> str:
    if drawn.down is None:
        bins = [f"{bin_in_words(each, drawn.across.key)}: {_parts(found, each.counts)}" for each in drawn.across.bins]
        return f"Share of rows that each outcome has, by {drawn.across.key.name}. {'; '.join(bins)}."
    cells = [
        f"{bin_in_words(drawn.down.bins[cell.down], drawn.down.key)} and {bin_in_words(drawn.across.bins[cell.across], drawn.across.key)}: {_parts(found, cell.counts)}"
        for cell in drawn.cells if sum(cell.counts)
    ]  # fmt: skip
    return f"Who wins most often, by {drawn.down.key.name} and {drawn.across.key.name}. {'; '.join(cells)}."


def _parts(found: Summary, counts: tuple[int, ...]) -> str:
    total = sum(counts)
    held = sorted(((count, outcome) for outcome, count in enumerate(counts) if count), key=lambda each: (-each[0], each[1]))
    return listed([f"{named(found, outcome)} {share(count / total)}" for count, outcome in held]) or "no row"


def _note(found: Summary, drawn: Map) -> str:
    sampled = f" From a sample of {counted(found.sampled, 'row')}." if found.sampled < found.rows and drawn.down is not None else ""
    if drawn.down is None:
        return ""
    empty = " White: no row." if any(not sum(cell.counts) for cell in drawn.cells) else ""
    return f"The two keys that tell most, all others as they come. Numbers: share of a cell's rows that its winner has; the deeper the colour, the more.{empty}{sampled}"


def source_of(found: Summary) -> str:
    """From what it was made, as a caption says it."""
    return f"{plain(found.scenario)}: {draws(found.draws)} a row, seed {found.seed}, scenario {found.fingerprint}, tuneplan {found.version}."


def _height(found: Summary) -> float:
    if found.map is None:
        return 3.0
    return 1.8 + 0.42 * len((found.map.down or found.map.across).bins)


SWEEP_MAP = Chart(name="sweep-map", question="Who wins where in a sweep?", of=("sweep_summary",), draw=sweep_map, height=_height)
"""Not among the charts of a study: a sweep is kept in a dataset of its own."""
