"""What notebooks hold: a ``Study`` asks, a ``Result`` answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.axes import Array
from tuneplan.errors import Problem, UsageError
from tuneplan.report import data, text
from tuneplan.scenario import load as loading
from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.records import Scenario
from tuneplan.study.decision import Estimate, estimate
from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
from tuneplan.study.results import Verdict
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict
from tuneplan.units import POINTS_PER_SCALE

if TYPE_CHECKING:
    import pandas as pd

    from tuneplan.study.remedies.analysis import Remedies


def load(path: str | Path, *, scenario: str = "") -> Study:
    """Read a scenario file, and the files that it includes.

    Parameters
    ----------
    scenario
        Which of the file's ``scenarios`` is meant; empty: ``default``, where there is one.

    Raises
    ------
    ScenarioError
        Anything is wrong with it; every problem is named with its place.
    """
    where = Path(path)
    return Study(scenario=loading.load(where, scenario=scenario), source=where, changes=())


def loads(text: str) -> Study:
    """Read a scenario from text.

    Raises
    ------
    ScenarioError
        As ``load``.
    """
    return Study(scenario=loading.loads(text), source=text, changes=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A question, ready to be asked.

    Attributes
    ----------
    scenario
        Frozen; ``set`` gives a new study.
    source
        File or text that it was read from.
    changes
        What ``set`` changed, as ``path=value``.
    """

    scenario: Scenario
    source: Path | str
    changes: tuple[str, ...]

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies."""
        return self.scenario.strategies

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks."""
        return self.scenario.tasks

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is sound but worth a second look: old prices, endless intervals, what lies beyond the evidence."""
        return cautions(self.scenario)

    def set(self, path: str, value: str | float) -> Study:
        """A new study with one number or word changed, in the grammar of the scenario.

        Raises
        ------
        ScenarioError
            The path or the value is not allowed.

        Examples
        --------
        >>> study = load("scenarios/startup.yaml").set("budget.limit", "80k USD")
        >>> study.changes
        ('budget.limit=80k USD',)
        """
        changes = (*self.changes, f"{path}={value}")
        if isinstance(self.source, Path):
            scenario = loading.load(self.source, overrides=changes, scenario=self.scenario.chosen)
        else:
            scenario = loading.loads(self.source, overrides=changes, scenario=self.scenario.chosen)
        return Study(scenario=scenario, source=self.source, changes=changes)

    def run(self, draws: int = DEFAULT_DRAWS, *, seed: int = 0) -> Result:
        """Simulate and judge.

        Raises
        ------
        UsageError
            ``draws`` or ``seed`` make no sense, or there is no memory for so many.
        """
        return Result(verdict=verdict(run(self.scenario, monte_carlo(draws, seed=seed))))

    def __repr__(self) -> str:
        asked = f", {len(self.changes)} changed" if self.changes else ""
        return f"<Study {self.scenario.name!r}: {len(self.tasks)} tasks, {len(self.strategies)} strategies{asked}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An answer, with its draws.

    Attributes
    ----------
    verdict
        The decision and what carried it; see ``tuneplan.study.verdict``.
    """

    verdict: Verdict

    @property
    def recommended(self) -> str | None:
        """Name of the recommended strategy; None when nothing meets the limits."""
        decision = self.verdict.decision
        return None if decision.best is None else decision.strategies[decision.best]

    @property
    def delivered(self) -> Array:
        """Score of the average request. [point], ``(strategy, draw)``"""
        return POINTS_PER_SCALE * self.verdict.run.outcome.delivered[0, :, 0]

    @property
    def score(self) -> Array:
        """Score of each request. [point], ``(strategy, request, draw)``"""
        score: Array = self.verdict.run.outcome.score[0]
        return POINTS_PER_SCALE * score

    @property
    def cost(self) -> Array:
        """Cost over the horizon. [USD], ``(strategy, draw)``"""
        cost: Array = self.verdict.run.outcome.cost_of()[0]
        return cost

    @property
    def labels(self) -> Mapping[str, Sequence[str]]:
        """Names along the axes of the arrays."""
        scenario = self.verdict.run.scenario
        return {"strategy": scenario.strategies, "request": scenario.requests}

    def difference(self, one: str, other: str) -> Mapping[str, Estimate]:
        """Paired difference of two strategies, ``one`` minus ``other``.

        Returns
        -------
        mapping
            ``delivered`` in points and ``cost`` in USD.

        Raises
        ------
        UsageError
            A strategy of that name is not in the scenario.
        """
        first, second = self._index(one), self._index(other)
        scrambles = self.verdict.run.design.scrambles
        return {
            "delivered": estimate(self.delivered[first] - self.delivered[second], scrambles),
            "cost": estimate(self.cost[first] - self.cost[second], scrambles),
        }

    def remedies(self) -> Remedies | None:
        """What stands in each strategy's way and the single changes that would clear it; None where something is feasible.

        >>> found = load("scenarios/startup.yaml").set("budget.limit", "4k USD").run(draws=64).remedies()
        >>> found.found[0].kind, found.found[0].strategy
        ('budget', 'prompted')
        """
        from tuneplan.study.remedies.analysis import remedies_of

        return remedies_of(self.verdict)

    def explain(self, key: str) -> str:
        """The tree of a number down to what was typed, as ``simulate explain`` prints it.

        Raises
        ------
        UsageError
            No number of that key; the nearest ones are named.

        >>> result = load("scenarios/startup.yaml").run(draws=64)
        >>> result.explain("unified.cost.labels").startswith("unified.cost.labels: $")
        True
        """
        from tuneplan.report.explanation import as_text
        from tuneplan.study.explanation import explain

        return as_text(explain(self.verdict, key))

    def _index(self, strategy: str) -> int:
        names = self.labels["strategy"]
        if strategy not in names:
            raise UsageError(f"no strategy {strategy!r}; there are {', '.join(names)}")
        return list(names).index(strategy)

    def to_frame(self) -> pd.DataFrame:
        """Every output as a tidy pandas frame with a unit column.

        Raises
        ------
        UsageError
            pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise UsageError('to_frame needs pandas: pip install "tuneplan[notebook]"') from None
        return pd.DataFrame(data.rows(self.verdict), columns=list(data.COLUMNS))

    def to_json(self) -> str:
        """As ``simulate --format json`` prints it."""
        return data.as_json(self.verdict, self.remedies())

    def _repr_markdown_(self) -> str:
        return text.as_markdown_text(self.verdict)

    def __repr__(self) -> str:
        return text.as_terminal_text(self.verdict)
