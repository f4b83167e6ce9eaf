"""What a notebook gets: a ``Result`` answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuneplan.api.exports import Exports
from tuneplan.api.given import sealed
from tuneplan.report import text
from tuneplan.report.asked import told
from tuneplan.report.lines import ROOM, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tuneplan.api.plots import Charts


@sealed
@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Result(Exports):
    """An answer, with its draws.

    Printed, it is what ``simulate run`` prints; in a notebook, the verdict with a table and a chart.

    ======================  ===========================================================================
    ``recommended``         name of the recommended strategy; None when nothing meets the limits
    ``delivered``           score of the average request [point], ``(strategy, draw)``
    ``score``               score of each request [point], ``(strategy, request, draw)``
    ``cost``                cost over the horizon [USD], ``(strategy, draw)``
    ``components``          the same by component [USD], ``(strategy, component, draw)``
    ``launch``, ``full_launch``  days until tasks, and all of it, ship, ``(strategy, task, draw)`` and ``(strategy, draw)``, where dates count
    ``probability_best``    strategy -> chance to be best [share]; ``regret``: what it loses against hindsight
    ``plans``               strategy -> what it buys, where that was left open, and what one more dollar would bring
    ``labels``, ``dims``    names along the axes; axes of each array
    ``verdict``             the decision and what carried it, as frozen records
    ``difference(a, b)``    paired: points, cost, objective, with bands and chances
    ``frontier()``          cost against quality: what is best at which value of a point, and budget
    ``sensitivity()``       which inputs move the verdict, and where they flip it
    ``voi()``               what is worth finding out first
    ``groupings()``         which tasks should share a model
    ``schedule()``          when each strategy ships, who waits for whom, what one more of each would change
    ``remedies()``          what would make something feasible, where nothing is
    ``explain(key)``        where a number comes from, down to what was typed
    ``plot()``, ``charts()``  charts: one into axes, or several as pictures
    ``memo(path)``          a decision memo: HTML, Markdown or DOCX
    ``study.warnings``      what is sound but worth a second look; shown below the answer
    ``to_frame()``, ``to_xarray()``, ``to_json()``, ``to_markdown()``, ``save(path)``  the same for other programs
    ======================  ===========================================================================
    """

    def plot(self, name: str = "cost-quality", ax: Axes | None = None) -> Axes:
        """Draw a chart of ``simulate charts --list``, into axes or on a figure of its own.

        Beside others it reads best on a figure with ``layout="constrained"``; in one without a layout it is moved
        in where its labels would lie over its neighbours.

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

    def _repr_html_(self) -> str:
        from tuneplan.api.showing import html_of

        return html_of(self.findings, self.study.warnings)

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def __repr__(self) -> str:
        said = told(self.study.warnings)
        return text.as_terminal_text(self.verdict, False, self.findings.remedies) + ("\n".join(["", *wrapped(said, ROOM), ""]) if said else "")
