"""A chart on paper: figure, title, caption, and the file that it becomes.

Figures are made without pyplot, so that nothing global is touched; matplotlib is loaded when the
first chart is drawn.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from tuneplan.errors import UsageError
from tuneplan.report.charts.looks import QUIET, Looks
from tuneplan.report.charts.registry import Chart, Told
from tuneplan.report.charts.typeset import in_lines
from tuneplan.report.words import plain, printable
from tuneplan.version import __version__

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text

WIDTH = 6.6
"""Width of a chart: half of a wide slide, or a column of A4. [inch]"""
LEFT, RIGHT = 0.01, 0.98
"""Where a title and a caption begin, and end at the most: type is not as wide at every resolution. [share of the width]"""
FORMATS = ("png", "svg", "pdf")
NEEDS = 'charts need matplotlib: pip install "tuneplan[charts]"'
FONTS = (
    "DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans Arabic", "Noto Sans Devanagari", "PingFang SC", "Hiragino Sans",
    "Microsoft YaHei", "Arial Unicode MS",
)  # fmt: skip
"""Fonts to look for a letter in, those that are there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A chart that was drawn.

    Attributes
    ----------
    caption
        Note, draws, seed, scenario: what stands below it.
    without_font
        Letters that no font on this machine has, as far as a file was made: PNG and PDF show a box for each.
    """

    chart: Chart
    told: Told
    caption: str
    figure: Figure
    without_font: set[str] = field(default_factory=set)

    def file(self, form: str) -> bytes:
        """The chart as ``png``, ``svg`` or ``pdf``; equal charts give equal bytes."""
        made = io.BytesIO()
        with styled(salt=self.chart.name), letters_missed(self.without_font), in_place(self.figure, form):
            self.figure.savefig(made, format=form, metadata=_metadata(form, plain(self.told.title)))
        return made.getvalue()


def _metadata(form: str, title: str) -> dict[str, Any]:
    """No dates, so that bytes repeat; who made it and what it says."""
    tool = f"tuneplan {__version__}"
    if form == "png":
        return {"Title": title.encode("latin-1", "replace").decode("latin-1"), "Software": tool}
    return {"Title": title, "Creator": tool, **({"CreationDate": None} if form == "pdf" else {"Date": None})}


@contextmanager
def in_place(figure: Figure, form: str) -> Iterator[None]:
    """A figure whose parts have their places in a format: to find them, saving would draw all of it once more.

    For SVG alone, of which a memo has many.
    """
    engine, canvas, dpi = figure.get_layout_engine(), figure.canvas, figure.get_dpi()
    if form != "svg" or engine is None:
        yield
        return
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    FigureCanvasSVG(figure)  # becomes the figure's
    figure.set_dpi(FigureCanvasSVG.fixed_dpi)
    engine.execute(figure)
    figure.set_layout_engine(None)
    try:
        yield
    finally:
        figure.set_layout_engine(engine)
        figure.set_dpi(dpi)
        figure.set_canvas(canvas)


def draw(chart: Chart, records: Sequence[Any], *, looks: Looks, source: str) -> Drawn:
    """A chart on a figure of its own.

    Parameters
    ----------
    source
        From what it was made, as ``source_of`` says it.

    Raises
    ------
    UsageError
        matplotlib is not installed.
    NothingToDraw
        There is nothing to show.
    """
    missed: set[str] = set()
    with styled(salt=chart.name), letters_missed(missed):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(WIDTH, chart.height(*records)), layout="constrained")
        told = chart.draw(*records, ax=figure.add_subplot(), looks=looks)
        caption = labelled(figure, told, source)
    return Drawn(chart=chart, told=told, caption=caption, figure=figure, without_font=missed)


def printable_texts(drawn: Artist) -> None:
    """Take out of every text what no file may hold, whoever wrote it."""
    from matplotlib.text import Text

    for each in drawn.findobj(Text):
        text = each.get_text()
        if printable(text) != text:
            each.set_text(printable(text))


def _set(text: Text, words: str, *, even: bool) -> None:
    """Words in lines that are as wide as the paper."""
    figure = text.get_figure(root=True)
    assert figure is not None, "a text stands on a figure"

    known = _known(text.get_fontsize(), str(text.get_fontweight()), tuple(text.get_fontfamily()), figure.dpi, figure.bbox.width)

    def measure(some: str) -> float:
        if some not in known:
            text.set_text(some)
            known[some] = float(text.get_window_extent().width)
        return known[some]

    with letters_missed(set()):
        lines = in_lines(plain(words), (RIGHT - LEFT) * figure.bbox.width, measure, even=even)
    text.set_text("\n".join(lines))


@cache
def _known(*type_and_paper: object) -> dict[str, float]:
    """Widths of words that were measured in some type on some paper: charts of a study say many of them again."""
    return {}


@contextmanager
def letters_missed(missed: set[str]) -> Iterator[None]:
    """Note the letters that no font has, instead of a warning for each."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for each in caught:
        letter = re.match(r"Glyph (\d+) ", str(each.message))
        if letter:
            missed.add(chr(int(letter[1])))
        else:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def ready() -> None:
    """Make sure that charts can be drawn, before the work that they need.

    Raises
    ------
    UsageError
        matplotlib is not installed.
    """
    try:
        found = find_spec("matplotlib")
    except ValueError:  # a name without a module
        found = None
    if found is None:
        raise UsageError(NEEDS)


def labelled(figure: Figure, told: Told, source: str) -> str:
    """Put title and caption on a figure; the caption."""
    caption = " ".join(part for part in (told.note, source) if part)
    _set(figure.suptitle("", x=LEFT, ha="left"), told.title, even=True)
    printable_texts(figure)
    _set(figure.supxlabel("", x=LEFT, ha="left", fontsize=7, color=QUIET), caption, even=False)
    return caption


@contextmanager
def styled(*, salt: str) -> Iterator[None]:
    """The style of every chart, for as long as one is drawn.

    Raises
    ------
    UsageError
        matplotlib is not installed.
    """
    ready()
    import matplotlib
    from matplotlib import font_manager, rc_context

    known = {font.name for font in font_manager.fontManager.ttflist}
    style = matplotlib.rc_params_from_file(str(files("tuneplan.report.charts") / "tuneplan.mplstyle"), use_default_template=False)
    with rc_context({**style, "font.family": [font for font in FONTS if font in known], "svg.hashsalt": salt}):
        yield


def panels(ax: Axes, *, rows: int = 1, columns: int = 1, **options: Any) -> list[Axes]:
    """Axes within the place of one, row by row; it stays behind, empty.

    Parameters
    ----------
    options
        As of ``Figure.add_gridspec``: ``width_ratios``, ``height_ratios``.
    """
    ax.set_axis_off()
    place = ax.get_subplotspec()
    if place is None:
        wide, high = (_parts(options.get(f"{side}_ratios") or [1.0] * count) for side, count in (("width", columns), ("height", rows)))
        return [ax.inset_axes((x, 1.0 - y - tall, 0.88 * across, 0.74 * tall)) for y, tall in high for x, across in wide]
    grid = place.subgridspec(rows, columns, **options)
    return [ax.get_figure(root=False).add_subplot(grid[row, column]) for row in range(rows) for column in range(columns)]  # type: ignore[union-attr]


def _parts(ratios: Sequence[float]) -> list[tuple[float, float]]:
    """Where each part of a whole begins, and how large it is.

    >>> _parts([1.0, 3.0])
    [(0.0, 0.25), (0.25, 0.75)]
    """
    whole = sum(ratios)
    return [(sum(ratios[:place]) / whole, each / whole) for place, each in enumerate(ratios)]
