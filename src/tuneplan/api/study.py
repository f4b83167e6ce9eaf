"""What a notebook starts from: a ``Study`` asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.api import facades
from tuneplan.api.analysis import Analysis
from tuneplan.api.question import Question
from tuneplan.api.result import Result
from tuneplan.api.values import Value, typed
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.scenario import load as loading
from tuneplan.scenario.reading.texts import Texts
from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
from tuneplan.study.grid import DEFAULT_DRAWS as DRAWS_OF_A_POINT
from tuneplan.study.grid import GRID
from tuneplan.study.run import Run, run
from tuneplan.study.verdict import verdict

if TYPE_CHECKING:
    from tuneplan.api.sweep import Sweep

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

    Raises
    ------
    ScenarioError
        Anything is wrong with it; every problem is named with its place.

    Examples
    --------
    >>> load("scenarios/startup.yaml")
    <Study 'Startup assistant': 3 tasks, 4 strategies>
    """
    texts = Texts()
    return Study(asked=loading.load(path, scenario=scenario, texts=texts), texts=texts)


def loads(text: str, *, scenario: str = "") -> Study:
    """Read a scenario from text, which can include no file.

    Raises
    ------
    ScenarioError
        As ``load``.
    """
    return Study(asked=loading.loads(text, scenario=scenario), texts=Texts(known={TEXT: text}, is_closed=True))


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Study(Question):
    """A question, ready to be asked.

    A study never changes: ``set`` and ``scenario`` give new ones. Files are read once, by ``load``; what
    becomes of them later is read by another ``load``.
    """

    def run(self, draws: int = DEFAULT_DRAWS, *, seed: int = 0) -> Result:
        """Simulate and judge.

        Parameters
        ----------
        draws
            Monte Carlo draws.
        seed
            Equal seeds give equal results, and every study of one seed meets the same draws.

        Returns
        -------
        Result
            See there for a table of what it holds.

        Raises
        ------
        UsageError
            ``draws`` or ``seed`` make no sense, or there is no memory for so many.
        """
        return result_of(self, run(self.asked, monte_carlo(draws, seed=seed)))

    def sweep(self, values: Mapping[str, Sequence[Value]], *, draws: int = DRAWS_OF_A_POINT, seed: int = 0, mode: str = GRID) -> Sweep:
        """Ask the whole question at many points: keys set to one value after another, all on the same draws.

        Parameters
        ----------
        values
            Key -> values, as ``set`` takes them.
        mode
            ``grid``: every value with every other; ``zip``: first with first, second with second.

        Raises
        ------
        ScenarioError
            A key or a value is not allowed at some point; nothing is run then.
        UsageError
            No values, too many points, lists of different length under ``zip``.

        Examples
        --------
        >>> found = load("scenarios/startup.yaml").sweep({"budget.limit": ["2k USD", "60k USD"]}, draws=64)
        >>> found.dims, found.recommended.tolist()
        (('strategy', 'budget.limit'), ['', 'unified'])
        """
        from tuneplan.api.sweep import swept

        texts = {key: [typed(each) for each in listed] for key, listed in values.items()}
        return swept(self._read, texts, monte_carlo(draws, seed=seed), mode=mode)

    def compare(self, other: Study, *, of: str = "", order: str = "file", draws: int = DEFAULT_DRAWS, seed: int = 0) -> Analysis:
        """What changes from this study to another, and which of the changed inputs moved it.

        Parameters
        ----------
        of
            Strategy that is followed; empty: what each side recommends.
        order
            ``file``: changes are taken in the order of the other's file; ``reverse``: last first.

        Raises
        ------
        UsageError
            The two can't be compared, or there is no such strategy or order.
        """
        from tuneplan.study.comparing import compare

        if order not in ("file", "reverse"):
            raise UsageError(f"order: {order!r} is none of file, reverse")
        return facades.of_comparison(compare(self.asked, other.asked, monte_carlo(draws, seed=seed), of=of, reverse=order == "reverse"))

    def groupings(self, *, like: str = "", top: int = 8, draws: int = DEFAULT_DRAWS, seed: int = 0) -> Analysis:
        """Which tasks should share a model: every way to group them, up to 8 tasks.

        Parameters
        ----------
        like
            Strategy whose method, base, data and serving models have; empty: the scenario's own.
        top
            Leaders that are run again, beside the front.

        Raises
        ------
        UsageError
            No such strategy, or ``top`` makes no sense.
        """
        from tuneplan.api.asking import groupings_of

        return facades.of_groupings(groupings_of(self.asked, monte_carlo(draws, seed=seed), like=like, top=top))

    def breakeven(
        self, key: str, second: str = "", *, start: str | Sequence[str] = "", end: str | Sequence[str] = "", steps: int | None = None,
        draws: int = DRAWS_OF_A_POINT, seed: int = 0,
    ) -> Analysis:  # fmt: skip
        """At which value of an input the verdict turns; with a second input, who wins at each pair of values.

        Parameters
        ----------
        key, second
            Numbers of the scenario, for example ``gpu.price``.
        start, end
            First and last value as a scenario types it, one a key; empty: from what the input is now.
        steps
            Values to try; None: 21, or 9 by 9.

        Raises
        ------
        UsageError
            No such number, or no range to turn it through.
        """
        from tuneplan.api.asking import breakeven_of

        return breakeven_of(self.run(draws, seed=seed).findings, tuple(filter(None, (key, second))), start=start, end=end, steps=steps)


def result_of(study: Study, simulated: Run) -> Result:
    """The answer of a simulation."""
    return Result(study=study, findings=Findings(verdict=verdict(simulated), load=study._read))
