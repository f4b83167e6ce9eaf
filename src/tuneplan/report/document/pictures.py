"""Charts in a document: title and caption are text of the document, so that they wrap, are found and read aloud."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.report.charts.canvas import Drawn
from tuneplan.report.document.letters import line

ALONE = 0.95
"""Height by width of a chart from which on it gets most of a page: on half of one its rows could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What stands around a chart, on one line each."""

    name: str
    title: str
    alt: str
    caption: str


def shown(drawn: Drawn) -> Shown:
    """Words around a chart."""
    return Shown(name=drawn.chart.name, title=line(drawn.told.title), alt=line(drawn.told.alt), caption=line(drawn.caption))


def fills_a_page(drawn: Drawn) -> bool:
    """Whether a chart is so high for its width that half of a page would not do."""
    wide, high = drawn.figure.get_size_inches()
    return bool(high > ALONE * wide)


def bare(drawn: Drawn, form: str) -> bytes:
    """The chart as a file, without the title and the caption that are drawn on its figure."""
    figure = drawn.figure
    around = [text for text in figure.texts if text.get_text() and text.get_text() in (figure.get_suptitle(), figure.get_supxlabel())]
    for text in around:
        text.set_visible(False)
        text.set_in_layout(False)
    try:
        return drawn.file(form)
    finally:
        for text in around:
            text.set_visible(True)
            text.set_in_layout(True)
