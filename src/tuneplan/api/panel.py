"""Sliders over a study: a question that is asked anew whenever one is moved."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import ceil, floor, isnan, log10
from typing import TYPE_CHECKING, Any

from tuneplan.api.frames import NEEDS
from tuneplan.errors import TuneplanError, UsageError
from tuneplan.report import notebook
from tuneplan.report.advice import recommendation
from tuneplan.report.charts.looks import Looks
from tuneplan.report.tables import Table
from tuneplan.report.text import overview
from tuneplan.report.words import listed, plain, share, usd
from tuneplan.scenario.reading.ties import canonical
from tuneplan.scenario.schema import COMPONENTS

if TYPE_CHECKING:
    from tuneplan.api.result import Result
    from tuneplan.api.study import Study

Range = tuple[float, float, str]
"""First and last value of a slider, and their unit: ``(20, 120, "k USD")``."""
STEPS = 20
"""Stops of a slider, at least."""
BAR = 14
"""Width of a chance of 1. [em]"""


class Panel:
    """Sliders, and below them the answer as they stand.

    Nothing is set until its slider is moved: until then a number is as the study has it, as uncertain as it is
    there. A moved slider sets it exactly. A range that leaves out what the study says is widened to hold it.
    ``study`` and ``result`` are those that the panel shows, to go on with.

    Attributes
    ----------
    sliders
        Key -> slider of ipywidgets; setting its ``value`` is moving it.
    reset
        Button that puts everything back.
    box
        All of it, as a widget.
    """

    def __init__(self, study: Study, ranges: Mapping[str, Range], *, draws: int, seed: int) -> None:
        widgets = _ipywidgets()
        if not ranges:
            raise UsageError('a panel needs something to slide, for example {"budget.limit": (20, 120, "k USD")}')
        self._asked, self._ranges, self._draws, self._seed = study, dict(ranges), draws, seed
        self.study: Study = study
        self.result: Result = study.run(draws, seed=seed)
        self.sliders = {key: _slider(widgets, study, key, each) for key, each in ranges.items()}
        self._starts = {key: slider.value for key, slider in self.sliders.items()}
        self._notes = {key: widgets.Label() for key in ranges}
        self._moved: set[str] = set()
        self._is_put_back = False
        self._answer = widgets.HTML()
        self.reset = widgets.Button(description="As in the file", tooltip="Put every slider back")
        self.reset.on_click(lambda _: self._put_back())
        for key, slider in self.sliders.items():
            slider.observe(lambda _, key=key: self._move(key), names="value")
        rows = [widgets.HBox([self.sliders[key], self._notes[key]]) for key in ranges]
        self.box = widgets.VBox([*rows, self.reset, self._answer])
        self._show()

    @property
    def html(self) -> str:
        """What stands below the sliders: the answer, chances as bars, the table."""
        return str(self._answer.value)

    def _move(self, key: str) -> None:
        if not self._is_put_back:
            self._moved.add(key)
            self._ask()

    def _put_back(self) -> None:
        self._is_put_back = True
        for key, slider in self.sliders.items():
            slider.value = self._starts[key]
        self._is_put_back = False
        self._moved.clear()
        self._ask()

    def _ask(self) -> None:
        """The study as the sliders stand; what can't be asked is said, and the last answer kept."""
        try:
            study = self._asked.set({key: _typed(self.sliders[key].value, each) for key, each in self._ranges.items() if key in self._moved})
            result = study.run(self._draws, seed=self._seed)
        except TuneplanError as error:
            self._answer.value = notebook.fragment(notebook.paragraph(str(error), "answer"))
            return
        self.study, self.result = study, result
        self._show()

    def _show(self) -> None:
        for key, note in self._notes.items():
            note.value = f"set to {_typed(self.sliders[key].value, self._ranges[key])}" if key in self._moved else _as_it_is(self._asked, key)
        self._answer.value = html_of(self.result)

    def _repr_mimebundle_(self, **asked: Any) -> dict[str, str]:
        """The widget; where nothing answers it, as on the web, how it stands."""
        return {**self.box._repr_mimebundle_(**asked), "text/plain": repr(self), "text/html": self._standing}

    @property
    def _standing(self) -> str:
        """Sliders as a table, and the answer."""
        rows = tuple((key, note.value) for key, note in self._notes.items())
        return notebook.fragment(notebook.of_table(Table(title="", head=("slider", "stands"), rows=rows, flowing=True))) + self.html

    def __repr__(self) -> str:
        return f"<Panel: {', '.join(self.sliders)}>"


def html_of(result: Result) -> str:
    """An answer that is drawn in no time: a sentence, a bar for each strategy's chance to be best, the table."""
    decision = result.verdict.decision
    looks = Looks.of(result.strategies)
    rows = "".join(
        f"<tr><td>{escape(plain(name))}</td><td style='text-align:left'><span style='display:inline-block;height:.8em;"
        f"width:{BAR * chance:.2f}em;background:{looks[name].colour}'></span> {share(chance) if allowed else 'breaks a limit'}</td></tr>"
        for name, chance, allowed in zip(decision.strategies, decision.probability_best, decision.allowed, strict=True)
    )
    bars = f"<table><caption>How often each comes out best</caption><tbody>{rows}</tbody></table>"
    few = f"{_budget(result)}{result.findings.run.design.draws} draws: quick, so chances are rough. Run the study for an answer to keep."
    return notebook.fragment(notebook.paragraph(recommendation(result.verdict), "answer"), bars, notebook.of_table(overview(result.verdict)), notebook.paragraph(few, "quiet"))


def _budget(result: Result) -> str:
    """What the budget is for, where the cost beside it holds more."""
    verdict = result.verdict
    spent = {name for name in COMPONENTS if any(row.components[name].mean > 0.0 for row in verdict.results)}
    if isnan(verdict.limit) or set(verdict.covers) >= spent:
        return ""
    return f"Cost holds all of it, the budget of {usd(verdict.limit)} only {listed(list(verdict.covers))}. "


def _ipywidgets() -> Any:
    try:
        import ipywidgets
    except ImportError:
        raise UsageError(NEEDS.format(what="panel", library="ipywidgets")) from None
    return ipywidgets


def _slider(widgets: Any, study: Study, key: str, given: Range) -> Any:
    """A slider that stands where the study does, or in the middle where it says no number.

    Raises
    ------
    ScenarioError
        No such key, or its ends are no values of it.
    UsageError
        The range is none.
    """
    try:
        low, high, _ = given
        rises = high - low > 0
    except (TypeError, ValueError):
        rises = False
    if not rises:
        raise UsageError(f'{key}: a slider runs from a number to a larger one in a unit, for example (20, 120, "k USD")')
    start = _start(study, key, given)
    low, high = _holding(start, low, high)
    step = _step(low, high)
    return widgets.FloatSlider(
        value=start, min=low, max=high, step=step, readout_format=f".{max(0, -floor(log10(step)))}f", description=key,
        continuous_update=False, style={"description_width": "14em"}, layout={"width": "36em"},
    )  # fmt: skip


def _start(study: Study, key: str, given: Range) -> float:
    """Where the study stands on the scale of a slider; units of scenarios are linear, so two values tell."""
    low, high, _ = given
    here, first, last = (_number(each, key) for each in (study, *(study.set(key, _typed(end, given)) for end in (low, high))))
    if here is None or first is None or last is None or first == last:
        return (low + high) / 2
    return float(f"{low + (here - first) / (last - first) * (high - low):.9g}")


def _holding(start: float, low: float, high: float) -> tuple[float, float]:
    """Ends of a slider that hold where it starts: on a round number beyond it, but never on 0 or beyond.

    >>> _holding(60, 20, 120), _holding(60, 70, 120), _holding(60, 10, 51), _holding(0.5, 10, 20)
    ((20, 120), (60.0, 120), (10, 60.0), (0.5, 20))
    """
    step = _step(min(low, start), max(high, start))
    if start > high:
        return low, float(f"{ceil(start / step - 1e-9) * step:.9g}")
    if start >= low:
        return low, high
    below = float(f"{floor(start / step + 1e-9) * step:.9g}")
    return (start if below <= 0.0 < start else below), high


def _number(study: Study, key: str) -> float | None:
    """Median of a number that was given; None where none was."""
    here = study.asked.quantities.get(canonical(key))
    return None if here is None else here.distribution.median


def _as_it_is(study: Study, key: str) -> str:
    here, word = study.asked.quantities.get(canonical(key)), study.asked.settings.get(canonical(key))
    if here is not None:
        return f"as in the file: {plain(here.text)}"
    return f"as in the file: {plain(word)}, until moved" if isinstance(word, str) else "as in the file"


def _typed(value: float, given: Range) -> str:
    """A value as a scenario types it.

    >>> _typed(80.0, (20, 120, "k USD")), _typed(7.5, (0, 50, "%")), _typed(3.0, (1, 9, "USD/hour"))
    ('80k USD', '7.5%', '3 USD/hour')
    """
    unit = given[2].strip()
    return f"{value:.6g}{unit}" if unit == "%" or unit[:2] in ("k ", "M ") else f"{value:.6g} {unit}".strip()


def _step(low: float, high: float) -> float:
    """A round step, so that a slider has 20 to 50 stops.

    >>> _step(20, 120), _step(2, 8), _step(0, 1)
    (5.0, 0.2, 0.05)
    """
    most = (high - low) / STEPS
    size = 10.0 ** floor(log10(most) + 1e-9)
    return float(next(f"{times * size:.6g}" for times in (5, 2, 1) if times * size <= most * (1 + 1e-9)))
