"""What a notebook starts from: a ``Study`` asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.api.frozen import freeze
from tuneplan.api.given import design_of, in_python, path_of, sealed, text_of
from tuneplan.api.result import Result
from tuneplan.api.sweeping import Sweeping
from tuneplan.evidence.findings import Findings
from tuneplan.scenario import load as loading
from tuneplan.scenario.reading.texts import Texts
from tuneplan.study.design import DEFAULT_DRAWS
from tuneplan.study.run import Run, run
from tuneplan.study.verdict import verdict

if TYPE_CHECKING:
    from tuneplan.api.panel import Panel

DRAWS_OF_A_PANEL = 512
"""Chances are then known to about 2 points in a hundred, and a moved slider answers within a second."""
TEXT = "scenario"
"""Name of a scenario that is no file."""


def load(path: str | Path, *, scenario: str = "") -> Study:
    """Read a scenario file, and the files that it includes.

    Parameters
    ----------
    path
        Of a YAML file.
    scenario
        Which of the file's ``scenarios`` is meant; empty: ``default``, where there is one.

    Returns
    -------
    Study
        ``warnings`` says what is sound but worth a second look: an old price, an API that retires.

    Raises
    ------
    ScenarioError
        Anything is wrong with it; every problem is named with its place.

    Examples
    --------
    >>> load("scenarios/startup.yaml")
    <Study 'Startup assistant': 3 tasks, 4 strategies, 2 warnings>
    """
    texts, file = Texts(), path_of("load", path)
    with in_python():
        return Study(asked=loading.load(file, scenario=text_of("scenario", scenario, "squeeze"), texts=texts), texts=texts)


def loads(text: str, *, scenario: str = "") -> Study:
    """Read a scenario from text, which can include no file.

    Raises
    ------
    ScenarioError
        As ``load``.
    """
    texts = Texts(known={TEXT: text_of("loads", text, "schema: 1")}, is_closed=True)
    with in_python():
        return Study(asked=loading.loads(text, scenario=text_of("scenario", scenario, "squeeze")), texts=texts)


@sealed
@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Study(Sweeping):
    """A question, ready to be asked.

    A study never changes: ``set`` and ``scenario`` give new ones. Files are read once, by ``load``; what
    becomes of them later is read by another ``load``.
    """

    def run(self, draws: int = DEFAULT_DRAWS, *, seed: int = 0) -> Result:
        r"""Simulate and judge.

        Parameters
        ----------
        draws
            Monte Carlo draws.
        seed
            Equal seeds give equal results, and every study of one seed meets the same draws.

        Returns
        -------
        Result
            ========================  ==============================================================
            ``recommended``           name of the recommended strategy; None: nothing meets the limits
            ``delivered``, ``cost``   points and USD, ``(strategy, draw)``
            ``score``                 points, ``(strategy, request, draw)``
            ``components``            cost by component [USD], ``(strategy, component, draw)``
            ``launch``, ``full_launch``  days until tasks, and all of it, ship, ``(strategy, task, draw)``
            \                         and ``(strategy, draw)``, where launch dates count
            ``labels``, ``dims``      names along the axes, and the axes of each array
            ``verdict``               the decision and what carried it, as frozen records
            ``difference(a, b)``      two strategies, paired
            ``frontier()``, ``sensitivity()``, ``voi()``, ``groupings()``, ``schedule()``, ``remedies()``, ``explain(key)``
            \                         analyses: each prints, plots, and has ``to_frame()``
            ``plot()``, ``charts()``  one chart into axes; several as pictures
            ``memo(path)``            a decision memo
            ``to_frame()``, ``to_xarray()``, ``to_json()``, ``save(path)``
            \                         the same for other programs
            ========================  ==============================================================

        Raises
        ------
        UsageError
            ``draws`` or ``seed`` make no sense, or there is no memory for so many.
        """
        with in_python():
            return result_of(self, run(self.asked, design_of(draws, seed)))

    def panel(self, ranges: Mapping[str, tuple[float, float, str]], *, draws: int = DRAWS_OF_A_PANEL, seed: int = 0) -> Panel:
        """Sliders on numbers of this study, which is asked again whenever one is moved.

        Parameters
        ----------
        ranges
            Key -> first and last value and their unit, for example ``{"budget.limit": (20, 120, "k USD")}``.
        draws
            Few, so that it answers within a second; ``run`` the panel's ``study`` for an answer to keep.

        Raises
        ------
        ScenarioError
            No such key, or a range that it does not take.
        UsageError
            ipywidgets is not installed.
        """
        from tuneplan.api.panel import Panel

        return Panel(self, ranges, draws=draws, seed=seed)


def result_of(study: Study, simulated: Run) -> Result:
    """The answer of a simulation; its draws can't be written into."""
    findings = Findings(verdict=freeze(verdict(simulated)), load=study._read)
    freeze(findings.options)
    return Result(study=study, findings=findings)
