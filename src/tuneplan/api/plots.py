"""Charts in a notebook: into axes that are given, or on a figure that the notebook shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuneplan.api.given import kind, path_of, text_of
from tuneplan.api.placing import entitle, settle, smaller
from tuneplan.errors import TuneplanError, UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.report import notebook
from tuneplan.report.charts.canvas import (
    FORMATS,
    WIDTH,
    Drawn,
    draw,
    labelled,
    printable_texts,
    ready,
    styled,
)
from tuneplan.report.charts.drawing import charts_named, drawn, looks_of, source_of
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.registry import CHARTS, Chart, NothingToDraw, there
from tuneplan.scenario.reading.complaints import advice, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tuneplan.api.analysis import Analysis


AS_IT_STANDS = ("cost-quality",)
"""Charts of the frontier that show the budget as it stands alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A chart, and all that it is drawn from.

    Attributes
    ----------
    records
        Finds what is drawn, when it is drawn: that may take another analysis.
    """

    chart: Chart
    records: Callable[[], Sequence[Any]]
    looks: Looks
    source: str

    def plot(self, ax: Axes | None) -> Axes:
        """Draw into axes, or on a figure of its own.

        Raises
        ------
        UsageError
            matplotlib is not installed, or there is nothing to show.
        """
        try:
            return self._into(axes_of(ax)) if ax is not None else self._alone()
        except NothingToDraw as reason:
            raise UsageError(f"{self.chart.name}: nothing to draw, {reason}") from None

    def _into(self, ax: Axes) -> Axes:
        records = self.records()
        figure = ax.get_figure(root=False)
        assert figure is not None, "axes stand in a figure"
        before = set(figure.axes)
        with styled(salt=self.chart.name):
            told = self.chart.draw(*records, ax=ax, looks=self.looks)
            panels = [each for each in figure.axes if each not in before]
            for each in (ax, *panels):
                printable_texts(each)
            smaller(ax, panels)
            settle(ax, panels)
            entitle(ax, told.title, panels)
            settle(ax, panels)
        return ax

    def _alone(self) -> Axes:
        ready()
        records = self.records()
        import matplotlib.pyplot as plt

        plt.draw_if_interactive()  # type: ignore[no-untyped-call]  # loads the backend: what it sets is no style, to be put back
        with styled(salt=self.chart.name):
            figure = plt.figure(figsize=(WIDTH, self.chart.height(*records)), layout="constrained")
            try:
                ax = figure.add_subplot()
                labelled(figure, self.chart.draw(*records, ax=ax, looks=self.looks), self.source)
            except BaseException:
                plt.close(figure)  # so that no notebook shows half of a chart
                raise
        return ax

    def drawn(self) -> Drawn:
        """The chart on a figure that no notebook shows by itself.

        Raises
        ------
        UsageError, NothingToDraw
            As ``draw``.
        """
        return draw(self.chart, self.records(), looks=self.looks, source=self.source)


def axes_of(ax: Any) -> Axes:
    """Axes that charts can be drawn into.

    Raises
    ------
    UsageError
        These are none, or of another kind.
    """
    ready()
    from matplotlib.axes import Axes

    if isinstance(ax, str):
        raise UsageError(f"plot takes axes, and a chart by its name as plot(chart={ax!r}); a result draws those of a study: result.plot({ax!r})")
    if not isinstance(ax, Axes):
        one = "; choose one of them, for example ax=axes[0]" if hasattr(ax, "__len__") else ""
        raise UsageError(f"ax: matplotlib axes are needed, not {kind(ax)}{one}")
    if ax.name != "rectilinear":
        raise UsageError(f"ax: charts need plain axes, and these are {ax.name}; leave out projection=")
    return ax


class Charts(Mapping[str, Drawn]):
    """Charts of a study by name, as pictures.

    In a notebook all of them are shown; ``charts["tornado"].figure`` is one, ``save`` writes them as files.
    """

    def __init__(self, pictures: Mapping[str, Drawn]) -> None:
        self._drawn = dict(pictures)

    def __getitem__(self, name: str) -> Drawn:
        return self._drawn[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._drawn)

    def __len__(self) -> int:
        return len(self._drawn)

    def save(self, folder: str | Path, *, formats: str | Sequence[str] = ("png",)) -> tuple[Path, ...]:
        """Write a file a chart and format; the folder is made where it is missing.

        Raises
        ------
        UsageError
            The folder can't be written to.
        """
        from tuneplan.report.files import write_whole

        forms, into = [formats] if isinstance(formats, str) else list(formats), path_of("save", folder)
        if unknown := [form for form in forms if form not in FORMATS]:
            raise UsageError(f"formats: {', '.join(map(repr, unknown))} is none of {', '.join(FORMATS)}")
        made = {into / f"{name}.{form}": each.file(form) for name, each in self._drawn.items() for form in forms}
        try:
            into.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: can't be made a folder: {error.strerror}") from None
        for path, content in made.items():
            write_whole(content, path)
        return tuple(made)

    def _repr_html_(self) -> str:
        return notebook.fragment(*(notebook.of_picture(each.file("png"), each.told.alt) for each in self._drawn.values()))

    def __repr__(self) -> str:
        return f"<Charts: {', '.join(self._drawn) or 'none'}>"


def charts_of(findings: Findings, names: Sequence[str]) -> Charts:
    """Charts by name, all that have something to show where none is named.

    Raises
    ------
    UsageError
        No such chart, or one that was asked for has nothing to show.
    """
    if not isinstance(names, Sequence):
        raise UsageError(f"charts takes names, for example ['tornado'], not {kind(names)}; none: all that have something to show")
    made: dict[str, Drawn] = {}
    for chart in charts_named([text_of("charts", name, "tornado") for name in names]):
        try:
            made[chart.name] = drawn(chart, findings, is_asked=bool(names))
        except NothingToDraw as reason:
            if names:
                raise UsageError(f"{chart.name}: nothing to draw, {reason}") from None
    return Charts(made)


def sketch_of(chart: Chart, findings: Findings, known: Mapping[str, Any] | None = None) -> Sketch:
    """A chart of a study; ``known`` are records that stand for those of the findings."""

    def records() -> list[Any]:
        return there(known[name] if known is not None and name in known else getattr(findings, name) for name in chart.of)

    return Sketch(chart=chart, records=records, looks=looks_of(findings), source=source_of(findings.run))


def plot_of(analysis: Analysis, *, ax: Axes | None, chart: str | None) -> Axes:
    """The chart of an analysis; see ``Analysis.plot``."""
    return _chosen(analysis, chart).plot(ax)


def small_chart(analysis: Analysis) -> str:
    """The first chart of an analysis as HTML; empty where there is none, and without matplotlib."""
    try:
        return html_of_sketch(_chosen(analysis, None))
    except TuneplanError:
        return ""


def of_drawn(picture: Drawn) -> str:
    """A chart as HTML."""
    return notebook.of_picture(picture.file("png"), picture.told.alt)


def sketches_about(name: str, record: Any, findings: Findings) -> list[Sketch]:
    """Charts of a study that draw the record of an analysis, those of it alone first."""
    about = sorted((each for each in CHARTS.values() if name in each.of), key=lambda each: len(each.of))
    return [sketch_of(each, findings, {name: record}) for each in about]


def _chosen(analysis: Analysis, name: str | None) -> Sketch:
    """What an analysis draws.

    Raises
    ------
    UsageError
        It has no chart, or none of that name; or it found nothing.
    """
    sketches = {each.chart.name: each for each in analysis.sketches()} if analysis.record is not None else {}
    if not sketches:
        raise UsageError(f"{analysis.name} has no chart{', as nothing was found' if analysis.record is None else '; its numbers are in .to_frame()'}")
    if name is None:
        return next(iter(sketches.values()))
    if text_of("chart", name, next(iter(sketches))) not in sketches:
        raise UsageError(f"no chart {shown(name)} of {analysis.name}{advice(name, tuple(sketches))}")
    return sketches[name]


def html_of_sketch(sketch: Sketch) -> str:
    """A chart as HTML; empty where there is nothing to draw, and without matplotlib."""
    try:
        return of_drawn(sketch.drawn())
    except TuneplanError:
        return ""


def plot_named(findings: Findings, name: str, ax: Axes | None) -> Axes:
    """A chart of a study; see ``Result.plot``."""
    return sketch_of(charts_named([text_of("plot", name, "tornado")])[0], findings, at_hand(name, findings)).plot(ax)


def at_hand(name: str, findings: Findings) -> dict[str, Any]:
    """What a chart can do with instead of an analysis that takes long: other budgets, planned anew, are not in it."""
    if name not in AS_IT_STANDS or "frontier" in vars(findings):
        return {}
    from tuneplan.study.frontier.analysis import frontier_study

    return {"frontier": frontier_study(findings.run)}
