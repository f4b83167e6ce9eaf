"""Questions of their own: what changes to another study, which tasks belong together, where a verdict turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.api import facades
from tuneplan.api.analysis import Analysis
from tuneplan.api.question import Question
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.scenario import load as loading
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven import analysis, winners
from tuneplan.study.breakeven.dial import dial
from tuneplan.study.comparing import compare
from tuneplan.study.design import DEFAULT_DRAWS, Design, monte_carlo
from tuneplan.study.groupings.analysis import DEFAULT_TOP, MOST_TOP, Groupings, groupings
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Asking(Question):
    """What can be asked of a scenario beside a verdict."""

    def check(self) -> Analysis:
        """Whether it is sound, and how each number was read; every set of overrides of the file is looked at.

        Raises
        ------
        ScenarioError
            A set of overrides is not sound.
        """
        from tuneplan.scenario.sets import with_every_set

        return facades.of_check(*with_every_set(loading.load_sets(self.asked.file, overrides=self.changes, scenario=self.asked.chosen, texts=self.texts)))

    def compare(self, other: Question, *, of: str = "", order: str = "file", draws: int = DEFAULT_DRAWS, seed: int = 0) -> Analysis:
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
        if order not in ("file", "reverse"):
            raise UsageError(f"order: {order!r} is none of file, reverse")
        return facades.of_comparison(compare(self.asked, other.asked, monte_carlo(draws, seed=seed), of=of, reverse=order == "reverse"))

    def groupings(self, *, like: str = "", top: int = DEFAULT_TOP, draws: int = DEFAULT_DRAWS, seed: int = 0) -> Analysis:
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
        return facades.of_groupings(groupings_of(self.asked, monte_carlo(draws, seed=seed), like=like, top=top))

    def breakeven(
        self, key: str, second: str = "", *, start: str | Sequence[str] = "", end: str | Sequence[str] = "", steps: int | None = None,
        draws: int = analysis.DEFAULT_DRAWS, seed: int = 0,
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
        simulated = run(self.asked, monte_carlo(draws, seed=seed))
        return breakeven_of(Findings(verdict=verdict(simulated), load=self._read), tuple(filter(None, (key, second))), start=start, end=end, steps=steps)


def groupings_of(scenario: Scenario, design: Design, *, like: str, top: int) -> Groupings:
    """Every way to group the tasks; see ``Study.groupings``."""
    if not 1 <= top <= MOST_TOP:
        raise UsageError(f"top: {top} is not a whole number from 1 to {MOST_TOP}")
    return groupings(scenario, design, like=like, top=top)


def breakeven_of(findings: Findings, keys: Sequence[str], *, start: str | Sequence[str], end: str | Sequence[str], steps: int | None) -> Analysis:
    """One input turned, or two; see ``Study.breakeven``."""
    if len(set(keys)) < len(keys):
        raise UsageError(f"{keys[0]} is named twice; a map needs two keys")
    starts, ends = _one_each("start", start, keys), _one_each("end", end, keys)
    count = (analysis.DEFAULT_STEPS if len(keys) == 1 else winners.DEFAULT_STEPS) if steps is None else steps
    dials = [dial(findings.run, *each, start=first, end=last, steps=count) for each, first, last in zip(((key,) for key in keys), starts, ends, strict=True)]
    if len(dials) == 1:
        return facades.of_breakeven(analysis.breakeven(findings.run, findings.load, dials[0]), findings)
    return facades.of_winners(winners.winner_map(findings.run, findings.load, *dials), findings)


def _one_each(name: str, given: str | Sequence[str], keys: Sequence[str]) -> list[str]:
    """One a key, empty where none was given."""
    listed = [given] if isinstance(given, str) else list(given)
    if len(listed) > len(keys):
        raise UsageError(f"{name} is given {len(listed)} times for {len(keys)} key{'s' if len(keys) > 1 else ''}")
    return [*listed, *[""] * (len(keys) - len(listed))]
