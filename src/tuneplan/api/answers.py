"""What follows from a result: every analysis of it, made once, when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.api import facades
from tuneplan.api.analysis import Analysis
from tuneplan.api.arrays import Arrays
from tuneplan.api.difference import Difference, difference_of
from tuneplan.api.given import in_python, text_of, whole
from tuneplan.errors import UsageError
from tuneplan.study.schedule.records import MOST_JOBS, MOST_REPLAYED, REPLAYED


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Answers(Arrays):
    """Analyses of a result."""

    def difference(self, one: str, other: str) -> Difference:
        """Paired difference of two strategies, ``one`` minus ``other``.

        Raises
        ------
        UsageError
            A strategy of that name is not in the scenario.
        """
        return difference_of(self.findings, self.index(one), self.index(other))

    def frontier(self) -> Analysis:
        """Cost against quality: who is best at each value of a point, and at each budget."""
        return facades.of_frontier(self.findings.frontier, self.findings)

    def sensitivity(self, *, against: str = "") -> Analysis:
        """What the difference between the recommended strategy and another hangs on.

        Parameters
        ----------
        against
            The other; empty: the runner-up.

        Raises
        ------
        UsageError
            No such strategy.
        """
        if text_of("against", against, self.strategies[-1]) == "":
            return facades.of_sensitivity(self.findings.sensitivity, self.findings)
        from tuneplan.study.sensitivity.analysis import sensitivity

        with in_python():
            return facades.of_sensitivity(sensitivity(self.verdict, against=against), self.findings)

    def voi(self) -> Analysis:
        """What it is worth to know more before choosing, and which of the scenario's checks pays."""
        return facades.of_information(self.findings.information, self.findings)

    def groupings(self) -> Analysis:
        """Which tasks should share a model; ``Study.groupings`` takes options."""
        return facades.of_groupings(self.findings.groupings)

    def schedule(self, *, replay: int = REPLAYED, jobs: int | None = None) -> Analysis:
        """When each strategy ships, who waits for whom, and what one more of each would change.

        Where launch dates do not count in the verdict, the same plan is simulated as if they did. Every draw of every
        strategy stands in ``Result.launch``.

        Parameters
        ----------
        replay
            Draws to simulate once more event by event, when the page is shown: both ways have to agree. 0: none.
        jobs
            Processes that do so; one a core unless said. The answer is the same for any number.

        Raises
        ------
        UsageError
            ``replay`` or ``jobs`` is no whole number, or too large.

        >>> import tuneplan as tp
        >>> found = tp.load("scenarios/startup.yaml").run(draws=64).schedule()
        >>> [each.name for each in found.record.strategies if each.first.median < 30.0]
        ['prompted']
        """
        return facades.of_schedule(self.findings.schedule, self.findings, replay=replay_of(replay), jobs=jobs_of(jobs))

    def remedies(self) -> Analysis:
        """What stands in each strategy's way and the single changes that would clear it; ``record`` is None where something is feasible.

        >>> import tuneplan as tp
        >>> found = tp.load("scenarios/startup.yaml").set("budget.limit", "4k USD").run(draws=64).remedies()
        >>> found.record.found[0].kind, found.record.found[0].strategy
        ('budget', 'prompted')
        """
        return facades.of_remedies(self.findings.remedies, self.findings)

    def explain(self, key: str) -> Analysis:
        """The tree of a number down to what was typed, as ``simulate explain`` prints it.

        Raises
        ------
        UsageError
            No number of that key; the nearest ones are named.

        >>> import tuneplan as tp
        >>> result = tp.load("scenarios/startup.yaml").run(draws=64)
        >>> repr(result.explain("unified.cost.labels")).startswith("unified.cost.labels: $")
        True
        """
        from tuneplan.study.explanation import explain

        return facades.of_explanation(explain(self.verdict, text_of("explain", key, "unified.cost")))


def replay_of(given: int) -> int:
    """How many draws to replay.

    Raises
    ------
    UsageError
        No whole number, or too many.
    """
    if not 0 <= whole("replay", given) <= MOST_REPLAYED:
        raise UsageError(f"replay: {given} is not a whole number from 0 to {MOST_REPLAYED}")
    return given


def jobs_of(given: int | None) -> int | None:
    """How many processes replay.

    Raises
    ------
    UsageError
        No whole number, none, or too many.
    """
    if given is not None and not 1 <= whole("jobs", given) <= MOST_JOBS:
        raise UsageError(f"jobs: {given} is not a whole number from 1 to {MOST_JOBS}")
    return given
