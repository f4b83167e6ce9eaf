"""What one-line rules, a constant and a regression say of the same pairs: each learnt on the other papers alone.

Papers that share data (column ``group``) stay on one side. A rule's chance is how often it was right elsewhere,
its difference the median of what it called alike; both count each paper once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.capability import DISCREPANCY_DEGREES
from tuneplan.core.distributions import student_t
from tuneplan.evidence.cases import Case
from tuneplan.evidence.head_to_head import kernel
from tuneplan.evidence.head_to_head.questions import (
    ADAPTERS,
    Question,
    is_from_scratch,
    part_of,
    questions_of,
)
from tuneplan.evidence.head_to_head.settings import is_unseen
from tuneplan.evidence.prediction import DECIDED, LEVEL, Prediction
from tuneplan.late import np

FEW_EXAMPLES = 5_000.0
CLOSE = ("parallel", "near")
PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0)
"""Ridge penalties tried, as shares of the weight of all papers; the best is found on the papers that are learnt from."""
SURE_OF_ITSELF = 0.501
"""A rule never speaks against itself, however often it was wrong elsewhere."""
UNLEARNT = 0.0, 4.0
"""Difference and scale of its error where there is no other paper: published ones have an sd of 4.5; assumed. [point]"""
LEAST_SPREAD = 0.25
"""No yardstick may be surer than that. [point]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What a simple method says of every measured pair, given nothing but the other papers."""

    name: str
    predictions: tuple[Prediction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Pairs that were measured.

    Attributes
    ----------
    questions
        The pairs.
    measured
        Differences. [point]
    weight
        Each paper counts once.
    """

    questions: tuple[Question, ...]
    measured: Array
    weight: Array

    @classmethod
    def of(cls, questions: Iterable[Question]) -> Rows:
        """Those of some questions that were measured."""
        some = tuple(each for each in questions if each.measured is not None)
        counts = {paper: sum(each.case.group == paper for each in some) for paper in {each.case.group for each in some}}
        return cls(
            questions=some, measured=np.array([each.measured for each in some], dtype=np.float64),
            weight=np.array([1.0 / counts[each.case.group] for each in some]),
        )  # fmt: skip

    def only(self, keep: Array) -> Rows:
        """Some of them, weighed anew."""
        return Rows.of(each for each, kept in zip(self.questions, keep, strict=True) if kept)


Said = tuple[float, float, float]
"""A difference, the scale of its error (Student-t, 5 degrees) and the chance that it is positive."""
Method = Callable[[Rows, Sequence[Question]], list[Said]]


def yardsticks(cases: Sequence[Case], known: Sequence[Case] = ()) -> list[Yardstick]:
    """Every yardstick on the head-to-heads among the cases.

    Parameters
    ----------
    known
        Cases that may be learnt from too: of the same papers none is.
    """
    asked = [each for each in questions_of([case for case in cases if case.kind == "head_to_head"]) if each.measured is not None]
    others = questions_of([case for case in known if case.kind == "head_to_head"])
    have = {each.case.group for each in asked}
    everything = [*asked, *(each for each in others if each.case.group not in have)]
    return [Yardstick(name=name, predictions=tuple(_left_out(method, asked, everything))) for name, method in METHODS.items()]


def _left_out(method: Method, asked: Sequence[Question], known: Sequence[Question]) -> list[Prediction]:
    said: dict[str, Prediction] = {}
    for side in dict.fromkeys(side_of(each.case) for each in asked):
        some = [each for each in asked if side_of(each.case) == side]
        learnt = Rows.of(each for each in known if side_of(each.case) != side)
        for each, found in zip(some, method(learnt, some), strict=True):
            said[each.case.place] = _prediction(each, found)
    return [said[each.case.place] for each in asked]


def side_of(case: Case) -> str:
    """Papers that stay together."""
    return case.word("group") or case.group


def _prediction(question: Question, said: Said) -> Prediction:
    middle, scale, chance = said
    reach = scale * float(student_t(DISCREPANCY_DEGREES, 1.0).ppf(np.array((1.0 + LEVEL) / 2.0)))
    measured = question.measured
    assert measured is not None
    return Prediction(
        case=question.case, given="none", predicted=middle, lower=middle - reach, upper=middle + reach, measured=measured, p_unified_better=chance,
        log_score=float(np.log(kernel.density(np.array(measured - middle), np.array(scale), np.array(0.0)))), part=part_of(question.case),
    )  # fmt: skip


# --- rules ---------------------------------------------------------------------------------------


def _rule(calls_unified: Callable[[Case], bool]) -> Method:
    """A rule, with its hit rate elsewhere as its chance."""

    def method(learnt: Rows, asked: Sequence[Question]) -> list[Said]:
        called = np.array([calls_unified(each.case) for each in learnt.questions], dtype=bool)
        hit = max(hit_rate(learnt, called), SURE_OF_ITSELF)
        sides = {side: located(learnt.only(called == side)) if (called == side).any() else located(learnt) for side in (True, False)}
        return [(*sides[side], hit if side else 1.0 - hit) for side in (calls_unified(each.case) for each in asked)]

    return method


def hit_rate(rows: Rows, called: Array) -> float:
    """How often a rule is right among decided pairs: the mean over papers, drawn to one half as by one paper at even odds."""
    decided = np.abs(rows.measured) >= DECIDED
    papers: dict[str, list[float]] = {}
    for each, right, counts in zip(rows.questions, (rows.measured > 0.0) == called, decided, strict=True):
        if counts:
            papers.setdefault(each.case.group, []).append(float(right))
    rates = [sum(hits) / len(hits) for hits in papers.values()]
    return (0.5 + sum(rates)) / (1.0 + len(rates))


def _few_or_unseen(case: Case) -> bool:
    own = case.number("own_examples")
    return is_unseen(case) or (own is not None and own < FEW_EXAMPLES)


def _close_or_unseen(case: Case) -> bool:
    return is_unseen(case) or case.word("relation") in CLOSE


# --- a constant, a regression --------------------------------------------------------------------


def located(rows: Rows) -> tuple[float, float]:
    """Weighted median of differences, and the scale at which Student-t errors around it are likeliest. [point]"""
    if not rows.questions:
        return UNLEARNT
    order = np.argsort(rows.measured)
    reached = np.cumsum(rows.weight[order])
    middle = float(rows.measured[order[np.searchsorted(reached, reached[-1] / 2.0)]])
    return middle, likeliest_scale(rows.measured - middle, rows.weight)


def likeliest_scale(errors: Array, weight: Array) -> float:
    """Scale of Student-t errors with 5 degrees, on a grid of steps of 5 %. [point]"""
    scales = LEAST_SPREAD * 1.05 ** np.arange(120.0)
    likely = np.log(kernel.density(errors, scales[:, None], np.zeros((1, 1)))) @ weight
    return float(scales[int(likely.argmax())])


def constant(learnt: Rows, asked: Sequence[Question]) -> list[Said]:
    """The median difference of the other papers."""
    middle, scale = located(learnt)
    return [_from_difference(middle, scale)] * len(asked)


def _from_difference(middle: float, scale: float) -> Said:
    return middle, scale, float(kernel.below(np.array(middle), np.array(scale), np.array(0.0)))


def features(question: Question) -> list[float]:
    """Inputs of a row as numbers; NaN where it does not say."""
    case = question.case

    def log_of(column: str) -> float:
        value = case.number(column)
        return math.log10(value) if value else math.nan

    words = [float(case.word("relation") == word) for word in ("parallel", "near", "format", "mixed", "far")]
    words += [float(case.word("framing") == word) for word in ("instruction", "heads", "marker")]
    flags = [bool(case.flag("routed")), bool(ADAPTERS.search(case.word("method"))), is_unseen(case), is_from_scratch(case)]
    own, mixture = log_of("own_examples"), log_of("mixture_examples")
    base = math.nan if question.base is None else question.base
    return [own, own - mixture, log_of("cotrained_tasks"), log_of("base_params"), base, *map(float, flags), *words]


def ridge(learnt: Rows, asked: Sequence[Question]) -> list[Said]:
    """Ridge regression on the inputs; penalty and spread from leaving out each of the papers that are learnt from."""
    if not learnt.questions:
        return constant(learnt, asked)
    told = np.array([features(each) for each in learnt.questions])
    sides = np.array([side_of(each.case) for each in learnt.questions])
    errors = {penalty: _left_out_errors(told, learnt, sides, penalty) for penalty in PENALTIES}
    scale, penalty = min(
        (likeliest_scale(each, learnt.weight), penalty) for penalty, each in errors.items()
    )  # fmt: skip
    said = _regressed(told, learnt.measured, learnt.weight, penalty, np.array([features(each) for each in asked]))
    return [_from_difference(float(middle), scale) for middle in said]


def _left_out_errors(told: Array, learnt: Rows, sides: Array, penalty: float) -> Array:
    errors = np.empty(len(told))
    for side in dict.fromkeys(sides.tolist()):
        out = sides == side
        said = _regressed(told[~out], learnt.measured[~out], learnt.weight[~out], penalty, told[out]) if (~out).any() else 0.0
        errors[out] = learnt.measured[out] - said
    return errors


def _regressed(told: Array, measured: Array, weight: Array, penalty: float, asked: Array) -> Array:
    """Weighted ridge on standardised columns; an unknown is at its mean."""
    known = np.where(np.isfinite(told), weight[:, None], 0.0)
    total = np.maximum(known.sum(axis=0), 1e-12)
    middle = (known * np.nan_to_num(told)).sum(axis=0) / total
    spread = np.sqrt((known * (np.nan_to_num(told) - middle) ** 2).sum(axis=0) / total)
    scaled, wanted = (np.where(np.isfinite(x), (x - middle) / np.where(spread > 1e-9, spread, np.inf), 0.0) for x in (told, asked))
    offset = float((weight * measured).sum() / weight.sum())
    weighed = scaled * weight[:, None]
    slopes = np.linalg.solve(weighed.T @ scaled + penalty * weight.sum() * np.eye(scaled.shape[1]), weighed.T @ (measured - offset))
    return offset + wanted @ slopes


METHODS: dict[str, Method] = {
    "always specialist": _rule(lambda case: False),
    "always unified": _rule(lambda case: True),
    "unified if few or unseen": _rule(_few_or_unseen),
    "unified if close or unseen": _rule(_close_or_unseen),
    "constant": constant,
    "ridge regression": ridge,
}
"""Name of a yardstick -> the method."""
