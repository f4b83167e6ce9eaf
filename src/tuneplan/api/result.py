"""What a notebook gets: a ``Result`` answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.api.answers import Answers
from tuneplan.api.given import path_of, sealed
from tuneplan.report import data, text

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

    from tuneplan.api.plots import Charts


@sealed
@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Result(Answers):
    """An answer, with its draws.

    Printed, it is what ``simulate run`` prints; in a notebook, the verdict with a table and a chart.

    ======================  ===========================================================================
    ``recommended``         name of the recommended strategy; None when nothing meets the limits
    ``delivered``           score of the average request [point], ``(strategy, draw)``
    ``score``               score of each request [point], ``(strategy, request, draw)``
    ``cost``                cost over the horizon [USD], ``(strategy, draw)``
    ``components``          the same by component [USD], ``(strategy, component, draw)``
    ``labels``, ``dims``    names along the axes; axes of each array
    ``verdict``             the decision and what carried it, as frozen records
    ``difference(a, b)``    paired: points, cost, objective, with bands and chances
    ``frontier()``          cost against quality: what is best at which value of a point, and budget
    ``sensitivity()``       which inputs move the verdict, and where they flip it
    ``voi()``               what is worth finding out first
    ``groupings()``         which tasks should share a model
    ``remedies()``          what would make something feasible, where nothing is
    ``explain(key)``        where a number comes from, down to what was typed
    ``plot()``, ``charts()``  charts: one into axes, or several as pictures
    ``memo(path)``          a decision memo: HTML, Markdown or DOCX
    ``to_frame()``, ``to_xarray()``, ``to_json()``, ``save(path)``  the same for other programs
    ======================  ===========================================================================
    """

    def plot(self, name: str = "cost-quality", ax: Axes | None = None) -> Axes:
        """Draw a chart of ``simulate charts --list``, into axes or on a figure of its own.

        Raises
        ------
        UsageError
            matplotlib is not installed, no such chart, or there is nothing to show.
        """
        from tuneplan.api.plots import plot_named

        return plot_named(self.findings, name, ax)

    def charts(self, names: str | Sequence[str] = ()) -> Charts:
        """Charts as pictures by name: those that are named, else all that have something to show.

        Raises
        ------
        UsageError
            As ``plot``.
        """
        from tuneplan.api.plots import charts_of

        return charts_of(self.findings, [names] if isinstance(names, str) else names)

    def memo(self, path: str | Path) -> Path:
        """Write a decision memo, whole or not at all: its ending, ``.html``, ``.md`` or ``.docx``, tells the format.

        Raises
        ------
        UsageError
            A library is missing, or the file can't be written.
        """
        from tuneplan.report.memo import write_memo

        file = path_of("memo", path)
        write_memo(self.findings, file, sources=self.study.texts.known)
        return file

    def save(self, path: str | Path) -> Path:
        """Write everything that ``tuneplan.open`` needs into one file, whole or not at all: texts, changes, design, draws.

        Raises
        ------
        UsageError
            The file can't be written.
        """
        from tuneplan.api.storage import save

        return save(self, path_of("save", path))

    def to_frame(self) -> pd.DataFrame:
        """Every output as a tidy pandas frame with a unit column.

        Raises
        ------
        UsageError
            pandas is not installed.
        """
        from tuneplan.api.frames import frame

        return frame(list(data.rows(self.verdict)), data.COLUMNS)

    def to_xarray(self) -> xr.Dataset:
        """Every draw as a Dataset over strategy, request, component and draw; units and provenance in attributes.

        Raises
        ------
        UsageError
            xarray is not installed.
        """
        from tuneplan.api.datasets import of_result

        return of_result(self)

    def to_json(self) -> str:
        """As ``simulate --format json`` prints it."""
        return data.as_json(self.verdict, self.findings.remedies)

    def _repr_html_(self) -> str:
        from tuneplan.api.showing import html_of

        return html_of(self.findings)

    def _repr_markdown_(self) -> str:
        return text.as_markdown_text(self.verdict, False, self.findings.remedies)

    def __repr__(self) -> str:
        return text.as_terminal_text(self.verdict, False, self.findings.remedies)
