"""How fast pilots pay: some measured pairs of a published paper teach the priors, the rest of the paper is predicted.

Each pilot is a pair as a team would run it: one task alone, and in the mixture. The engine is that of ``simulate
calibrate``; the models are those of ``head_to_head``.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tuneplan.axes import Array
from tuneplan.errors import UsageError
from tuneplan.evidence.calibration.learning import calibrate
from tuneplan.evidence.calibration.observations import Observation
from tuneplan.evidence.calibration.posterior import Posterior
from tuneplan.evidence.cases import Case
from tuneplan.evidence.head_to_head.arms import arms_of
from tuneplan.evidence.head_to_head.predicting import before, prediction_of
from tuneplan.evidence.head_to_head.questions import Question, part_of, questions_of
from tuneplan.evidence.prediction import Prediction
from tuneplan.evidence.scores import brier, decided, right
from tuneplan.evidence.shrunk_mean import Spread, by_mean, spread_of
from tuneplan.late import np
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design

REPEATS = 5
"""Random choices of pilots in each paper."""
FEWEST_LEFT = 3
"""Pairs of a paper that have to be left to predict."""
MOST_PILOTS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well the rest of the papers was predicted; means over papers, with their standard errors.

    Attributes
    ----------
    pilots
        Pairs known of each paper.
    by
        ``law`` (ours, calibrated), or ``shrunk mean`` (of the pilots' differences alone).
    right, brier
        Among decided pairs.
    log_score, median_error, coverage
        Of all pairs.
    """

    pilots: int
    by: str
    right: tuple[float, float]
    brier: tuple[float, float]
    log_score: tuple[float, float]
    median_error: tuple[float, float]
    coverage: tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper's pairs."""

    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """The rest of one paper, predicted after one choice of pilots."""

    paper: str
    pilots: int
    repeat: int
    by: str
    predictions: tuple[Prediction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotTrials:
    """How fast pilots pay.

    Attributes
    ----------
    counts
        Pilots a paper.
    repeats, design
        Random choices of pilots in each paper; draws and seed.
    papers
        Those with enough pairs -> their number of pairs.
    left_out
        Papers with too few.
    scores
        One a count and way of predicting.
    trials
        What they are made of.
    seconds
        Wall time.
    """

    counts: tuple[int, ...]
    repeats: int
    design: Design
    papers: dict[str, int]
    left_out: tuple[str, ...]
    scores: tuple[Score, ...]
    trials: tuple[Trial, ...]
    seconds: float


def counts_of(text: str) -> tuple[int, ...]:
    """Numbers of pilots as typed, ``0,1,2,4``.

    Raises
    ------
    UsageError
        They are no whole numbers from 0 to 16.

    >>> counts_of("4, 0,1")
    (0, 1, 4)
    """
    words = [word.strip() for word in text.split(",")]
    if not all(word.isdecimal() and int(word) <= MOST_PILOTS for word in words):
        raise UsageError(f"--pilots {text}: give whole numbers from 0 to {MOST_PILOTS}, for example 0,1,2,4")
    return tuple(sorted({int(word) for word in words}))


def papers_of(cases: Sequence[Case], most: int) -> tuple[list[Paper], tuple[str, ...]]:
    """Papers with enough pairs on trained tasks for so many pilots, and the names of the others."""
    found: dict[str, list[Question]] = {}
    for question in questions_of([case for case in cases if case.kind == "head_to_head"]):
        pairs = found.setdefault(question.case.group, [])
        if question.measured is not None and question.is_pilot and part_of(question.case) == "trained":
            pairs.append(question)
    enough = [Paper(name=name, questions=tuple(pairs)) for name, pairs in found.items() if len(pairs) >= most + FEWEST_LEFT]
    return enough, tuple(name for name, pairs in found.items() if len(pairs) < most + FEWEST_LEFT)


def with_pilots(
    cases: Sequence[Case], counts: Sequence[int], design: Design, *, repeats: int = REPEATS,
    told: Callable[[str, int], None] = lambda paper, step: None,
) -> PilotTrials:  # fmt: skip
    """Predict the rest of each paper after some of its pairs; the same rest for every count.

    Parameters
    ----------
    counts
        Pilots of each paper, 0 among them for what is known without.
    repeats
        Random choices of pilots in each paper.
    told
        Called before each paper and repeat.
    """
    started = time.perf_counter()
    papers, left_out = papers_of(cases, max(counts))
    spreads = {paper.name: spread_of([other.questions for other in papers if other is not paper]) for paper in papers}
    trials = []
    for paper in papers:
        for repeat in range(repeats):
            told(paper.name, repeat)
            trials += _trials(paper, counts, design, repeat, spreads[paper.name])
    ways = [(count, by) for by in ("law", "shrunk mean") for count in counts]
    return PilotTrials(
        counts=tuple(counts), repeats=repeats, design=design, papers={paper.name: len(paper.questions) for paper in papers}, left_out=left_out,
        scores=tuple(_score([each for each in trials if (each.pilots, each.by) == way], *way) for way in ways if papers), trials=tuple(trials),
        seconds=time.perf_counter() - started,
    )  # fmt: skip


def _trials(paper: Paper, counts: Sequence[int], design: Design, repeat: int, spread: Spread) -> list[Trial]:
    """One order of pilots: the first ones are taken, what is beyond the largest count is predicted."""
    order = np.random.default_rng([design.seed, repeat, *paper.name.encode()]).permutation(len(paper.questions))
    shuffled = [paper.questions[place] for place in order]
    rest = shuffled[max(counts) :]
    trials = []
    for count in counts:
        pilots = shuffled[:count]
        by_law = after(pilots, rest, design)
        by_shrunk = tuple(by_mean(question, [each.measured or 0.0 for each in pilots], spread) for question in rest)
        trials += [Trial(paper=paper.name, pilots=count, repeat=repeat, by=by, predictions=made) for by, made in (("law", by_law), ("shrunk mean", by_shrunk))]
    return trials


# --- by the law ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The points of a design, as everything is known after the pilots."""

    design: Design
    posterior: Posterior

    @property
    def draws(self) -> int:
        """Of the design."""
        return self.design.draws

    @property
    def seed(self) -> int:
        """Of the design."""
        return self.design.seed

    @property
    def scrambles(self) -> int:
        """Of the design."""
        return self.design.scrambles

    def points(self, names: Sequence[str]) -> Array:
        """``(name, draw)``"""
        return self.posterior.cube(self.design)(names)


def after(pilots: Sequence[Question], rest: Sequence[Question], design: Design) -> tuple[Prediction, ...]:
    """The rest, by the law as it is known after the pilots."""
    posterior = calibrate([observation for question in pilots for observation in observed(question)], seed=design.seed)
    arms = arms_of(rest, Known(design=design, posterior=posterior))
    return tuple(prediction_of(question, question.given, before(each, question.measured, design)) for question, each in zip(rest, arms, strict=True))


def observed(question: Question) -> list[Observation]:
    """Both arms of a pair as pilot runs."""
    scenario = scenario_of(question.text)
    arms = zip(scenario.strategies, (question.together, question.specialist), strict=True)
    return [
        Observation(scenario=scenario, strategy=strategy, request=question.request, value=score)
        for strategy, score in arms if score is not None
    ]  # fmt: skip


@lru_cache(maxsize=256)
def scenario_of(text: str) -> Scenario:
    """The same scenario for the same text, so that its pilots are predicted together."""
    return loads(text)


# --- scores ----------------------------------------------------------------------------------------


def _score(trials: Sequence[Trial], pilots: int, by: str) -> Score:
    """Means over papers; in each paper over its repeats."""
    papers: dict[str, list[Prediction]] = {}
    for trial in trials:
        papers.setdefault(trial.paper, []).extend(trial.predictions)

    def over(what: Callable[[list[Prediction]], float]) -> tuple[float, float]:
        found = np.array([what(rows) for rows in papers.values()])
        some = found[np.isfinite(found)]
        return float(some.mean()), float(some.std(ddof=1) / math.sqrt(len(some))) if len(some) > 1 else math.nan

    def of_decided(what: Callable[[Prediction], float]) -> Callable[[list[Prediction]], float]:
        return lambda rows: float(np.mean([what(each) for each in decided(rows)])) if decided(rows) else math.nan

    return Score(
        pilots=pilots, by=by, right=over(of_decided(right)), brier=over(of_decided(brier)),
        log_score=over(lambda rows: float(np.mean([each.log_score for each in rows]))),
        median_error=over(lambda rows: float(np.median([abs((each.measured or 0.0) - each.predicted) for each in rows]))),
        coverage=over(lambda rows: float(np.mean([bool(each.inside) for each in rows]))),
    )  # fmt: skip
