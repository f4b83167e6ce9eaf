"""What a notebook starts from: a ``Study`` asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, overload

from tuneplan.api.asking import Asking
from tuneplan.api.frozen import freeze
from tuneplan.api.given import design_of, in_python, kind, path_of, sealed, text_of
from tuneplan.api.result import Result
from tuneplan.api.values import Value, listed
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.scenario import load as loading
from tuneplan.scenario.reading.texts import Texts
from tuneplan.study.design import DEFAULT_DRAWS
from tuneplan.study.grid import DEFAULT_DRAWS as DRAWS_OF_A_POINT
from tuneplan.study.grid import GRID
from tuneplan.study.run import Run, run
from tuneplan.study.sweep.records import DRAWS_OF_A_ROW
from tuneplan.study.verdict import verdict

if TYPE_CHECKING:
    from tuneplan.api.keeping import Given, KeptSweep
    from tuneplan.api.panel import Panel
    from tuneplan.api.sweep import Sweep

EVERY: Mapping[str, Given] = MappingProxyType({})
"""Nothing is varied key by key."""
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
class Study(Asking):
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

    @overload
    def sweep(self, values: Mapping[str, Sequence[Value]], *, draws: int | None = None, seed: int = 0, mode: str = GRID) -> Sweep: ...

    @overload
    def sweep(
        self, values: Mapping[str, Given] = ..., *, to: str | Path, draws: int | None = None, seed: int = 0, mode: str = "", points: int | None = None,
        plans: str = "", table: str | Path | None = None, resume: bool = False, force: bool = False, jobs: int | None = None, scheduler: str = "",
    ) -> KeptSweep: ...  # fmt: skip

    def sweep(
        self, values: Mapping[str, Given] = EVERY, *, to: str | Path | None = None, draws: int | None = None, seed: int = 0, mode: str = "",
        points: int | None = None, plans: str = "", table: str | Path | None = None, resume: bool = False, force: bool = False, jobs: int | None = None,
        scheduler: str = "",
    ) -> Sweep | KeptSweep:  # fmt: skip
        """Ask the whole question at many points: keys set to one value after another, all on the same draws.

        Up to ten thousand points come back as arrays with a dimension a key. More of them, ranges and samples are kept
        block by block in a file or a folder, which ``to`` names.

        Parameters
        ----------
        values
            Key -> values, as ``set`` takes them; with ``to`` also a range such as ``20k..100k USD:log:9``, or ``own``: drawn from the scenario's own interval.
        to
            Folder (or its URL) for Parquet, or a file that ends in ``.csv``.
        draws
            Of every point; None: 1024, or 256 of those that are kept. 1 at kept ones: every number at its median.
        mode
            ``grid``: every value with every other; ``zip``: first with first, second with second; with ``to`` also ``sobol`` and ``lhs``, which draw ``points`` rows.
        plans
            ``own``: every kept row finds its own; ``once``: those of the study are kept in all rows.
        table
            Rows from a CSV or Parquet file instead of ``values``, a column a key.
        resume, force
            Go on with what ``to`` holds; or begin anew.
        jobs
            At work at the same time; None: one a core.
        scheduler
            Address of a Dask scheduler, or ``local``.

        Raises
        ------
        ScenarioError
            A key or a value is not allowed; nothing is run then.
        UsageError
            No values, too many points, lists of different length under ``zip``, or the target takes nothing.

        Examples
        --------
        >>> found = load("scenarios/startup.yaml").sweep({"budget.limit": ["2k USD", "60k USD"]}, draws=64)
        >>> found.dims, found.recommended.tolist()
        (('strategy', 'budget.limit'), ['', 'unified'])
        """
        if not isinstance(values, Mapping):
            raise UsageError(f'sweep takes keys with their values, for example {{"budget.limit": ["20k USD", "40k USD"]}}, not {kind(values)}')
        if to is not None:
            from tuneplan.api.keeping import swept_to

            with in_python():
                return swept_to(
                    self, values, to, draws=DRAWS_OF_A_ROW if draws is None else draws, seed=seed, mode=mode, points=points, plans=plans, table=table, resume=resume,
                    force=force, jobs=jobs, scheduler=scheduler,
                )  # fmt: skip
        from tuneplan.api.keeping import refuse_without_target
        from tuneplan.api.sweep import swept

        refuse_without_target(values, points=points, plans=plans, table=table, resume=resume, force=force, jobs=jobs, scheduler=scheduler)
        with in_python():
            typed = {text_of("sweep", key, "budget.limit"): listed(key, each) for key, each in values.items()}
            return swept(self._read, typed, design_of(DRAWS_OF_A_POINT if draws is None else draws, seed), mode=mode or GRID)

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
