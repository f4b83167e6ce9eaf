"""The first pass over the rows of a sweep: what can be counted at once, a sample, and which values each key has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tuneplan.study.sweep.judging import REASONS
from tuneplan.study.sweep.records import (
    ALLOWED,
    CLOSE,
    COST,
    MARGIN,
    NET_BENEFIT,
    PROBABILITY_BEST,
    REASON,
    RECOMMENDED,
    ROW,
    SCORE,
    SCORE_ERROR,
    TEXT,
    Rows,
    of,
)
from tuneplan.study.sweep.summary.records import Kept
from tuneplan.study.sweep.summary.rules import Key
from tuneplan.study.sweep.summary.sampling import Sample
from tuneplan.study.sweep.summary.values import MOST_VALUES, Distinct, Texts

BATCH = 50_000
"""Rows that are looked at at a time."""
GRID = "grid"
FEW_VALUES = 64
"""Distinct numbers of a key that are told apart where there is no grid."""
FINE = 2.0**32
"""Chances are added up in whole steps this fine, so that their order does not matter."""

STANDARD_ERRORS = 2.0
"""Within which a margin may be nothing but simulation error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a dataset says of itself."""

    about: Mapping[str, Any]
    keys: tuple[Key, ...]
    strategies: tuple[str, ...]
    unit: str
    names: frozenset[str]

    @property
    def mode(self) -> str:
        """How rows were chosen; empty where nothing says so."""
        return str(self.about.get("mode") or (self.about.get("space") or {}).get("mode") or "")

    @property
    def objective(self) -> str:
        """Statistic that decides."""
        return NET_BENEFIT if self.unit == "USD" else SCORE

    @property
    def has_errors(self) -> bool:
        """Whether the simulation error of the objective is among the columns."""
        return self.objective == SCORE and all(of(name, SCORE_ERROR) in self.names for name in self.strategies)

    @property
    def has_chances(self) -> bool:
        """Whether chances are."""
        return all(of(name, PROBABILITY_BEST) in self.names for name in self.strategies)


def asked(dataset: Kept) -> Asked:
    """What was varied, and who was compared."""
    about, columns = dataset.about, {each.name: each for each in dataset.columns}
    keys = []
    for each in about["keys"]:
        said = columns[each["key"]]
        is_text = said.kind == TEXT
        keys.append(Key(name=said.name, unit="" if is_text else said.unit, is_text=is_text, texts=tuple(each.get("texts") or ())))
    return Asked(about=about, keys=tuple(keys), strategies=tuple(about["strategies"]), unit=about["unit"], names=frozenset(columns))


@dataclass(slots=True, kw_only=True)
class Counted:
    """What the first pass found; it grows batch by batch.

    Attributes
    ----------
    counts
        Rows by outcome.
    close
        Those that are too close to call, or level, by strategy.
    best_chance
        Sum of the chance to be best over the rows in which a strategy is recommended, in steps of ``FINE``, by strategy.
    reasons, failures
        Rows by number of the text.
    within_error, knows_errors
        Rows whose margin lies within simulation error, and whether that is known of any row.
    """

    counts: np.ndarray
    close: np.ndarray
    best_chance: list[int]
    texts: dict[str, Texts]
    distinct: dict[str, Distinct]
    sample: Sample
    why: Texts = field(default_factory=Texts)
    reasons: dict[int, int] = field(default_factory=dict)
    failures: dict[int, int] = field(default_factory=dict)
    within_error: int = 0
    knows_errors: bool = False


def counted(dataset: Kept, words: Asked, *, size: int = BATCH) -> Counted:
    """Look at every row once.

    Parameters
    ----------
    size
        Rows at a time; it changes nothing.
    """
    most = MOST_VALUES if words.mode == GRID else FEW_VALUES
    found = Counted(
        counts=np.zeros(len(words.strategies) + 2, dtype=np.int64), sample=Sample(),
        close=np.zeros(len(words.strategies), dtype=np.int64), best_chance=[0] * len(words.strategies),
        texts={key.name: Texts() for key in words.keys if key.is_text}, distinct={key.name: Distinct(most) for key in words.keys if not key.is_text},
    )  # fmt: skip
    statistics = [COST, *([PROBABILITY_BEST] if words.has_chances else []), *([SCORE, ALLOWED, SCORE_ERROR] if words.has_errors else [])]
    names = [ROW, *(key.name for key in words.keys), RECOMMENDED, REASON, CLOSE, MARGIN, *(of(each, statistic) for statistic in statistics for each in words.strategies)]
    for rows in dataset.batches(names, size):
        _look(found, words, rows)
    return found


def outcomes(words: Asked, rows: Rows) -> np.ndarray:
    """Who is recommended in each row; else nobody, or failed where no cost is known and the reason is none of the limits. ``(row,)``"""
    number = {name: index for index, name in enumerate(words.strategies)}
    nobody, failed = len(number), len(number) + 1
    chosen = np.fromiter((number.get(each, nobody) for each in rows[RECOMMENDED].tolist()), dtype=np.int64, count=len(rows[RECOMMENDED]))
    for row in np.flatnonzero((chosen == nobody) & np.logical_and.reduce([np.isnan(rows[of(each, COST)]) for each in words.strategies])).tolist():
        chosen[row] = nobody if rows[REASON][row] in REASONS else failed
    return chosen


def _look(found: Counted, words: Asked, rows: Rows) -> None:
    outcome, strategies = outcomes(words, rows), len(words.strategies)
    found.counts += np.bincount(outcome, minlength=strategies + 2)
    is_won = outcome < strategies
    is_close = np.asarray(rows[CLOSE], dtype=bool)
    _why(found, rows[REASON], outcome, strategies)
    for index, name in enumerate(words.strategies):
        own = outcome == index
        found.close[index] += (is_close & own).sum()
        if words.has_chances:
            found.best_chance[index] += int(np.rint(np.nan_to_num(rows[of(name, PROBABILITY_BEST)][own]) * FINE).astype(np.int64).sum())
    if words.has_errors:
        within, known = _within_error(words, rows, outcome)
        found.within_error += within
        found.knows_errors = found.knows_errors or known > 0
    columns: dict[str, np.ndarray] = {"outcome": outcome.astype(np.int16), MARGIN: np.where(is_won, rows[MARGIN], np.nan)}
    for key in words.keys:
        if key.is_text:
            columns[key.name] = found.texts[key.name].numbers(rows[key.name]).astype(np.int32)
        else:
            columns[key.name] = np.asarray(rows[key.name], dtype=np.float64)
            found.distinct[key.name].add(columns[key.name])
    found.sample.add(rows[ROW], columns)


def _why(found: Counted, reasons: np.ndarray, outcome: np.ndarray, strategies: int) -> None:
    """Count the texts of rows without a recommendation."""
    for which, tally in ((strategies, found.reasons), (strategies + 1, found.failures)):
        numbers, counts = np.unique(found.why.numbers(reasons[outcome == which]), return_counts=True)
        for number, count in zip(numbers.tolist(), counts.tolist(), strict=True):
            tally[number] = tally.get(number, 0) + count


def _within_error(words: Asked, rows: Rows, outcome: np.ndarray) -> tuple[int, int]:
    """Rows whose margin is less than two standard errors of the difference of two means, taken as independent; of how many that is known."""
    won = np.flatnonzero(outcome < len(words.strategies))
    line, best = np.arange(len(won)), outcome[won]
    others = np.array([np.where(rows[of(name, ALLOWED)][won], rows[of(name, SCORE)][won], -np.inf) for name in words.strategies])
    others[best, line] = -np.inf
    errors = np.array([rows[of(name, SCORE_ERROR)][won] for name in words.strategies])
    error = np.hypot(errors[best, line], errors[others.argmax(axis=0), line])
    is_known = ~np.isnan(error) & ~np.isnan(rows[MARGIN][won])
    return int((is_known & (np.abs(rows[MARGIN][won]) <= STANDARD_ERRORS * error)).sum()), int(is_known.sum())


def ranked_reasons(found: Counted, tally: Mapping[int, int]) -> Sequence[tuple[str, int]]:
    """Texts by how often they were met, then by name; empty: all those too rare to be kept."""
    names = {number: text for text, number in found.why.items()}
    return sorted(((names.get(number, ""), count) for number, count in tally.items()), key=lambda each: (-each[1], each[0]))
