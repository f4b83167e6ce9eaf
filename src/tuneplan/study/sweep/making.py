"""Cases of a sweep, made when they are first needed and kept ready."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product

import numpy as np

from tuneplan.errors import ScenarioError, TuneplanError, UsageError
from tuneplan.scenario.edits import key_at
from tuneplan.scenario.lowering.varied import pivot
from tuneplan.scenario.reading.ties import canonical
from tuneplan.scenario.swept import PLANS
from tuneplan.study.design import Design, Nominal
from tuneplan.study.planning import planned
from tuneplan.study.run import with_groups
from tuneplan.study.sweep.cases import Case, Decided, case_of, decided_once
from tuneplan.study.sweep.dials import TRIED, Sorted, agrees, values_at
from tuneplan.study.sweep.planning import PlannedCase, planned_case
from tuneplan.study.sweep.records import Varied
from tuneplan.study.sweep.records import planned as planned_column
from tuneplan.study.sweep.source import Source

OWN, ONCE = PLANS
"""Each row finds plans of its own, or those of the scenario as it stands are kept in all rows."""
CASES_KEPT = 64
"""Cases that stay ready; the longest unused makes room."""
MOST_DOUBTED = 20_000
"""Values of dials that are known to go together, or not; beyond, they are asked anew."""
MOST_CORNERS = 6
"""Keys of which every corner is read; of more, corners in which one of two neighbours is at its least and all others at their largest."""


@dataclass(slots=True)
class Ready:
    """Cases worked out so far, shared by threads; each process has its own."""

    cases: OrderedDict[tuple[str, ...], Case | PlannedCase | str] = field(default_factory=OrderedDict)
    decided: dict[tuple[str, ...], Decided] = field(default_factory=dict)
    doubted: dict[tuple[str, ...], frozenset[str]] = field(default_factory=dict)
    wrong: dict[tuple[str, ...], str] = field(default_factory=dict)
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
            return said(error)
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
            bought = {planned_column(name, task): count for name, plan in own.plans.items() for task, count in plan.examples.items()}
            return replace(case_of(own.scenario, (), self.design, plans=own.plans), planned=bought)
        if self.is_planned:
            return self._turned(texts, Decided(strategies={}, groups={}, plans={}))
        once = self._once(texts)
        if self.one_by_one:
            return case_of(once.put_into(self.source(texts)), (), self.design, plans=once.plans)
        return self._turned(texts, once)

    def _once(self, texts: tuple[str, ...]) -> Decided:
        """Plans of the scenario as it stands, with the words of a row alone; found once for all rows that share them."""
        words = tuple(text for text in texts if _is_of_plans(text.partition("=")[0]))
        with self.ready.lock:
            if words not in self.ready.decided:
                self.ready.decided[words] = decided_once(self.source(words), seed=self.design.seed)
            return self.ready.decided[words]

    @property
    def _turning(self) -> list[Varied]:
        """Samples of the dials."""
        keys = {dial.key for dial in self.sorted.dials}
        return [each for each in self.samples if each.key in keys]

    def is_doubtful(self, texts: tuple[str, ...]) -> bool:
        """Whether values of dials that are sound alone may not go together in some row."""
        return not self.one_by_one and bool(self._doubted(texts))

    def _doubted(self, texts: tuple[str, ...]) -> frozenset[str]:
        """Dials that may not go together: those beside what is wrong at some corner of their values.

        Rules of the language compare numbers: what is sound at every corner is sound between them.
        """
        with self.ready.lock:
            if texts not in self.ready.doubted:
                if len(self.ready.doubted) > MOST_DOUBTED:
                    self.ready.doubted.clear()
                self.ready.doubted[texts] = frozenset(_beside(_wrong_at_corners(self.source, texts, self._turning), [each.key for each in self._turning]))
            return self.ready.doubted[texts]

    def wrong_with(self, texts: tuple[str, ...], turned: Sequence[Varied], row: int) -> str:
        """What is wrong with a row whose dials may not go together; empty: nothing."""
        doubted = self._doubted(texts)
        asked = (*texts, *(text for each in turned if each.key in doubted for text in each.changes(row)))
        known = self.ready.wrong.get(asked)
        if known is not None:
            return known
        if len(self.ready.wrong) > MOST_DOUBTED:
            self.ready.wrong.clear()
        found = self.ready.wrong[asked] = _wrong(self.source, asked)  # another thread may clear what is known at any moment
        return found

    def _turned(self, texts: tuple[str, ...], once: Decided) -> Case | PlannedCase:
        """A case with dials, held against the scenario itself at their last values."""
        dials = self.sorted.dials
        first, last = (once.put_into(self.source([*texts, *(text for each in self._turning for text in _sample(each, row))])) for row in (0, -1))
        samples = self._turning
        at = pivot(first, TRIED.points, dials)
        if samples and not agrees(at, last, values_at(samples, (0, max(map(_length, samples)) - 1)), TRIED):
            raise UsageError("here the keys that are varied move other numbers too: sweep these rows apart")
        return planned_case(first, dials, self.design) if self.is_planned else case_of(first, dials, self.design, plans=once.plans)


def _is_of_plans(key: str) -> bool:
    """Whether a plan that is made once hangs on what a row says of a key: on words, and on examples that are given."""
    found = key_at(canonical(key))
    return found is None or found.param is None or found.param.name == "examples"


def _wrong(source: Source, asked: tuple[str, ...]) -> str:
    """What is wrong with a scenario; empty: nothing."""
    try:
        source(asked)
    except ScenarioError as error:
        return said(error)
    return ""


def said(error: ScenarioError) -> str:
    """What is wrong with a row, on one line."""
    return "; ".join(f"{problem.path}: {problem.message}" if problem.path else problem.message for problem in error.problems)


def _length(sample: Varied) -> int:
    return len(sample.texts) if sample.numbers is None else len(sample)


def _sample(sample: Varied, row: int) -> tuple[str, ...]:
    """One value of a sample as an override."""
    if sample.numbers is None:
        return (f"{sample.key}={sample.texts[row]}",) if sample.texts[row] else ()
    return sample.changes(row % len(sample))


def _ends(sample: Varied) -> list[tuple[str, ...]]:
    """Least and largest value as overrides, or all texts."""
    if sample.numbers is None:
        return [(f"{sample.key}={text}",) if text else () for text in sample.texts]
    return [sample.changes(row) for row in sorted({0, len(sample) - 1})]


def _wrong_at_corners(source: Source, texts: tuple[str, ...], turning: Sequence[Varied]) -> set[str]:
    """Paths of what is wrong where dials stand at their ends."""
    found: set[str] = set()
    for corner in _corners([each for each in turning if _ends(each)]):
        try:
            source([*texts, *corner])
        except ScenarioError as error:
            found |= {problem.path for problem in error.problems}
    return found


def _corners(samples: Sequence[Varied]) -> Iterator[tuple[str, ...]]:
    """Values of all dials at once, as overrides."""
    every = [_ends(each) for each in samples]
    if len(samples) <= MOST_CORNERS and np.prod([len(each) for each in every]) <= 2**MOST_CORNERS:
        yield from (tuple(text for part in corner for text in part) for corner in product(*every))
        return
    for one, two in combinations(range(len(samples)), 2):  # rules compare two numbers
        yield from ((*here, *there) for here in (every[one][0], every[one][-1]) for there in (every[two][0], every[two][-1]))


def _beside(paths: set[str], keys: Sequence[str]) -> Iterator[str]:
    """Keys in the section of what is wrong; all of them where none is."""
    sections = {path.rpartition(".")[0] for path in paths}
    found = [key for key in keys if key in paths or key.rpartition(".")[0] in sections]
    yield from (found or keys) if paths else ()
