"""What every analysis is in a notebook: a page to read, records to go on with, a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tuneplan.api.frozen import freeze
from tuneplan.api.given import sealed
from tuneplan.errors import UsageError
from tuneplan.report import notebook
from tuneplan.report.page import Page, as_markdown_page, as_terminal_page

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from tuneplan.api.plots import Sketch

Row = Mapping[str, Any]


@sealed
@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Analysis:
    """What an analysis found: shown as its page, with the records behind it.

    Printed, it is what the command of its name prints. In a notebook it is a title, sentences, tables with
    bands and, where there is one, a small chart.

    Attributes
    ----------
    name
        Which analysis: ``information``, ``sensitivity``, ``frontier``, ``groupings``, ``remedies``, ...
    record
        All of it as plain frozen records; None where there was nothing to find.
    page
        Makes what people read: a page, or a text that is laid out already.
    content
        Makes the whole as plain data, provenance first.
    rows
        Makes the same as tidy rows, with units.
    lines
        Makes lines that a scenario can include; None: this analysis has none.
    sketches
        Makes what it can draw, the first of them shown in notebooks.
    """

    name: str
    record: Any
    page: Callable[[], Page | str]
    content: Callable[[], Mapping[str, Any]]
    rows: Callable[[], Iterable[Row]]
    lines: Callable[[], str] | None = None
    sketches: Callable[[], Sequence[Sketch]] = tuple

    def __post_init__(self) -> None:
        freeze(self.record)

    def to_frame(self) -> pd.DataFrame:
        """Tidy rows with units, as the CSV of the command has them.

        Raises
        ------
        UsageError
            pandas is not installed.
        """
        from tuneplan.api.frames import frame

        return frame(list(self.rows()))

    def to_json(self) -> str:
        """As the command prints it with ``--format json``."""
        from tuneplan.report.data import plain_json

        return plain_json(self.content())

    def to_markdown(self) -> str:
        """The page as Markdown, for an issue or a memo."""
        page = self.page()
        return as_markdown_page(page) if isinstance(page, Page) else f"```\n{page}```\n"

    def to_yaml(self) -> str:
        """Lines that a scenario can include: what was learned or fitted.

        Raises
        ------
        UsageError
            This analysis learns nothing that a scenario could say.
        """
        if self.lines is None:
            raise UsageError(f"{self.name} has no lines for a scenario; calibrate and fit have")
        return self.lines()

    def plot(self, ax: Axes | None = None, *, chart: str | None = None) -> Axes:
        """Draw the chart of this analysis.

        Parameters
        ----------
        ax
            To draw into; None: a figure of its own, with title and caption.
        chart
            Which, where there are several; None: the first.

        Raises
        ------
        UsageError
            matplotlib is not installed, no such chart, or there is nothing to show.
        """
        from tuneplan.api.plots import plot_of

        return plot_of(self, ax=ax, chart=chart)

    def _repr_html_(self) -> str:
        from tuneplan.api.plots import small_chart

        page = self.page()
        return notebook.of_page(page, small_chart(self)) if isinstance(page, Page) else notebook.of_text(page)

    def __repr__(self) -> str:
        page = self.page()
        return as_terminal_page(page) if isinstance(page, Page) else page
