"""Cases of a sweep, made when they are first needed and kept ready."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from tuneplan.errors import ScenarioError, TuneplanError, UsageError
from tuneplan.scenario.lowering.varied import pivot
from tuneplan.study.design import Design, Nominal
from tuneplan.study.planning import planned
from tuneplan.study.run import with_groups
from tuneplan.study.sweep.cases import Case, Decided, case_of, decided_once
from tuneplan.study.sweep.dials import TRIED, Sorted, agrees, values_at
from tuneplan.study.sweep.planning import PlannedCase, planned_case
from tuneplan.study.sweep.records import Varied
from tuneplan.study.sweep.source import Source

OWN, ONCE = "own", "once"
PLANS = (OWN, ONCE)
"""Whether each row finds plans of its own, or those of the scenario as it stands are kept in all rows."""
CASES_KEPT = 64
"""Cases that stay ready; the longest unused makes room."""


@dataclass(slots=True)
class Ready:
    """Cases worked out so far, shared by threads; each process has its own."""

    cases: OrderedDict[tuple[str, ...], Case | PlannedCase | str] = field(default_factory=OrderedDict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __reduce__(self) -> tuple[type[Ready], tuple[()]]:
        return Ready, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """What makes a case of some overrides.

    Attributes
    ----------
    source, design, plans
        The scenario, the points on which every row is judged, and whose plans hold (``own`` or ``once``).
    sorted
        Which keys are dials.
    samples
        Of every key; see ``dials.sorted_out``.
    strategies, unit
        All that stand in any row, and what the objective is counted in.
    one_by_one
        Whether every row is a case of its own.
    is_planned
        Whether rows find plans of their own, many at once.
    """

    source: Source
    design: Design | Nominal
    plans: str
    sorted: Sorted
    samples: tuple[Varied, ...]
    strategies: tuple[str, ...]
    unit: str
    one_by_one: bool
    is_planned: bool
    ready: Ready = field(default_factory=Ready, compare=False, repr=False)

    def of(self, texts: tuple[str, ...]) -> Case | PlannedCase | str:
        """The case of these overrides, or what is wrong with it."""
        if self.one_by_one:
            return self._found(texts)
        with self.ready.lock:
            if texts not in self.ready.cases:
                self.ready.cases[texts] = self._found(texts)
                while len(self.ready.cases) > CASES_KEPT:
                    self.ready.cases.popitem(last=False)
            self.ready.cases.move_to_end(texts)
            return self.ready.cases[texts]

    def _found(self, texts: tuple[str, ...]) -> Case | PlannedCase | str:
        try:
            case = self._made(texts)
        except ScenarioError as error:
            return "; ".join(f"{problem.path}: {problem.message}" if problem.path else problem.message for problem in error.problems)
        except TuneplanError as error:
            return str(error)
        if case.unit != self.unit:
            return f"decided in {case.unit} where others are in {self.unit}: sweep it apart"
        unknown = [name for name in case.strategies if name not in self.strategies]
        return f"strategy {unknown[0]} stands in no other row: sweep it apart" if unknown else case

    def _made(self, texts: tuple[str, ...]) -> Case | PlannedCase:
        """The case of these overrides, planned; dials stand at the first of their values."""
        if self.one_by_one and self.plans == OWN:
            own = planned(with_groups(self.source(texts), seed=self.design.seed), seed=self.design.seed)
            return case_of(own.scenario, (), self.design, plans=own.plans)
        if self.is_planned:
            return self._turned(texts, Decided(strategies={}, groups={}, plans={}))
        once = decided_once(self.source([text for text in texts if not self.one_by_one or text.partition("=")[0] in self.sorted.cases]), seed=self.design.seed)
        if self.one_by_one:
            return case_of(once.put_into(self.source(texts)), (), self.design, plans=once.plans)
        return self._turned(texts, once)

    def _turned(self, texts: tuple[str, ...], once: Decided) -> Case | PlannedCase:
        """A case with dials, held against the scenario itself at their last values."""
        dials = self.sorted.dials
        samples = [each for each in self.samples if each.key in {dial.key for dial in dials}]
        ends = [[*texts, *(f"{each.key}={_sample(each, row)}" for each in samples)] for row in (0, -1)]
        first, last = (once.put_into(self.source(each)) for each in ends)
        at = pivot(first, TRIED.points, dials)
        if samples and not agrees(at, last, values_at(samples, max(map(_length, samples)) - 1), TRIED):
            raise UsageError("here the keys that are varied move other numbers too: sweep these rows apart")
        return planned_case(first, dials, self.design) if self.is_planned else case_of(first, dials, self.design, plans=once.plans)


def _length(sample: Varied) -> int:
    return len(sample.texts) if sample.numbers is None else len(sample)


def _sample(sample: Varied, row: int) -> str:
    return sample.texts[row] if sample.numbers is None else sample.text(row % len(sample))
