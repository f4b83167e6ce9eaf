"""Questions of their own: what changes to another study, which tasks belong together, where a verdict turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuneplan.api import facades
from tuneplan.api.analysis import Analysis
from tuneplan.api.answers import jobs_of, replay_of
from tuneplan.api.given import design_of, in_python, kind, text_of, whole
from tuneplan.api.question import Question
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.scenario import load as loading
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven import analysis, winners
from tuneplan.study.breakeven.dial import dial
from tuneplan.study.comparing import compare
from tuneplan.study.design import DEFAULT_DRAWS, Design
from tuneplan.study.groupings.analysis import DEFAULT_TOP, MOST_TOP, Groupings, groupings
from tuneplan.study.run import run
from tuneplan.study.schedule.records import REPLAYED
from tuneplan.study.verdict import verdict

if TYPE_CHECKING:
    from tuneplan.api.result import Result


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

    def compare(self, other: Question | Result, *, of: str = "", order: str = "file", draws: int = DEFAULT_DRAWS, seed: int = 0) -> Analysis:
        """What changes from this study to another, and which of the changed inputs moved it.

        Parameters
        ----------
        other
            A study, or a result, which is taken for the study that it answers.
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
        theirs = getattr(other, "study", other)
        if not isinstance(theirs, Question):
            raise UsageError(f"compare takes a study or a result, not {kind(other)}; tp.load reads a file")
        with in_python():
            found = compare(self.asked, theirs.asked, design_of(draws, seed), of=text_of("of", of, self.strategies[0]), reverse=order == "reverse")
        return facades.of_comparison(found)

    def schedule(self, *, replay: int = REPLAYED, jobs: int | None = None, draws: int = DEFAULT_DRAWS, seed: int = 0) -> Analysis:
        """When each strategy ships, without the verdict; see ``Result.schedule``.

        Raises
        ------
        UsageError
            ``replay``, ``jobs``, ``draws`` or ``seed`` make no sense.
        """
        asked, workers = replay_of(replay), jobs_of(jobs)
        with in_python():
            findings = Findings(verdict=verdict(run(self.asked, design_of(draws, seed), explained=False)), load=self._read)
        return facades.of_schedule(findings.schedule, findings, replay=asked, jobs=workers)

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
        with in_python():
            found = groupings_of(self.asked, design_of(draws, seed), like=text_of("like", like, self.strategies[0]), top=whole("top", top))
        return facades.of_groupings(found)

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
        keys = tuple(text_of("breakeven", each, "gpu.price") for each in ((key, second) if second != "" else (key,)))
        with in_python():
            simulated = run(self.asked, design_of(draws, seed))
            return breakeven_of(Findings(verdict=verdict(simulated), load=self._read), keys, start=start, end=end, steps=steps)


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
    count = (analysis.DEFAULT_STEPS if len(keys) == 1 else winners.DEFAULT_STEPS) if steps is None else whole("steps", steps)
    dials = [dial(findings.run, *each, start=first, end=last, steps=count) for each, first, last in zip(((key,) for key in keys), starts, ends, strict=True)]
    if len(dials) == 1:
        return facades.of_breakeven(analysis.breakeven(findings.run, findings.load, dials[0]), findings)
    return facades.of_winners(winners.winner_map(findings.run, findings.load, *dials), findings)


def _one_each(name: str, given: str | Sequence[str], keys: Sequence[str]) -> list[str]:
    """One a key, empty where none was given."""
    if not isinstance(given, str | Sequence):
        raise UsageError(f"{name} takes a value as a scenario types it, one a key, for example '20k USD', not {kind(given)}")
    listed = [given] if isinstance(given, str) else [text_of(name, each, "20k USD") for each in given]
    if len(listed) > len(keys):
        raise UsageError(f"{name} is given {len(listed)} times for {len(keys)} key{'s' if len(keys) > 1 else ''}")
    return [*listed, *[""] * (len(keys) - len(listed))]
