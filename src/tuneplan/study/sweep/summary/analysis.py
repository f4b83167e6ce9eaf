"""What a sweep tells, from the rows that were kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.study.sweep.records import ALLOWED, COST, MARGIN, REASON, RECOMMENDED, Rows, of
from tuneplan.study.sweep.summary import by_key, lines
from tuneplan.study.sweep.summary.reading import (
    BATCH,
    FINE,
    Asked,
    Counted,
    asked,
    counted,
    outcomes,
    ranked_reasons,
)
from tuneplan.study.sweep.summary.records import Along, Kept, Reason, Summary
from tuneplan.study.sweep.summary.regions import regions
from tuneplan.study.sweep.summary.rules import Key
from tuneplan.study.sweep.summary.values import OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class First:
    """What the first pass leaves.

    Attributes
    ----------
    texts
        Key -> its texts in the order of telling.
    sample
        ``outcome``, ``margin`` and the values of each key, texts as numbers in that order.
    """

    words: Asked
    found: Counted
    texts: Mapping[str, tuple[str, ...]]
    sample: Mapping[str, np.ndarray]


def summary(dataset: Kept, *, size: int = BATCH) -> Summary:
    """Where each strategy wins in a sweep, what decides it, where it switches, and in which regions.

    Parameters
    ----------
    size
        Rows that are looked at at a time; it changes nothing but memory and speed.
    """
    first = _first(dataset, size)
    words, sample = first.words, first.sample
    binnings = {key.name: _binning(first, key) for key in words.keys}
    sides, no_lines = lines.sides_of(words, first.found.distinct, first.texts)
    tables, made = _second(dataset, first, binnings, sides, size)
    keys = by_key.ranked([by_key.by_key(binnings[key.name], tables[key.name]) for key in words.keys])
    rules, no_rules = regions(sample, words.keys, first.texts, len(words.strategies))
    about, found, strategies = words.about, first.found, len(words.strategies)
    return Summary(
        **{name: str(about.get(name) or "") for name in ("scenario", "fingerprint", "version", "plans", "objective", "unit")}, mode=words.mode,
        seed=int(about["seed"]), draws=int(about["draws"]), strategies=words.strategies, asked=max(int(about.get("rows") or 0), dataset.rows), rows=int(found.counts.sum()),
        is_complete=dataset.is_complete, counts=tuple(found.counts.tolist()), reasons=_reasons(found, found.reasons), failures=_reasons(found, found.failures),
        close=tuple(found.close.tolist()), margin=lines.spread(sample[MARGIN]), best_chance=_chances(words, found.best_chance, found.counts[:strategies]),
        best_chance_of_all=_chances(words, [sum(found.best_chance)], found.counts[:strategies].sum(keepdims=True))[0],
        within_error=found.within_error if found.knows_errors else None, keys=keys, lines=made, no_lines=no_lines, regions=rules, no_regions=no_rules,
        sampled=len(sample["outcome"]), map=by_key.mapped(keys, binnings, sample, strategies + 2),
    )  # fmt: skip


def _first(dataset: Kept, size: int) -> First:
    words = asked(dataset)
    found = counted(dataset, words, size=size)
    named = {key.name: found.texts[key.name].sorted_as(key.texts) for key in words.keys if key.is_text}
    empty: dict[str, np.ndarray] = {"outcome": np.empty(0, dtype=np.int16), MARGIN: np.empty(0), **{key.name: np.empty(0, dtype=np.int32 if key.is_text else np.float64) for key in words.keys}}
    sample = empty | found.sample.taken()
    for name, (_, new) in named.items():
        sample[name] = np.append(new, OTHER)[sample[name]]  # the last stands for all that have no number of their own
    return First(words=words, found=found, texts={name: texts for name, (texts, _) in named.items()}, sample=sample)


def _binning(first: First, key: Key) -> by_key.Binning:
    sampled = first.sample[key.name]
    return by_key.of_texts(key, first.texts[key.name], sampled) if key.is_text else by_key.of_numbers(key, first.found.distinct[key.name], sampled)


def _second(
    dataset: Kept, first: First, binnings: Mapping[str, by_key.Binning], sides: tuple[lines.Side, ...], size: int
) -> tuple[dict[str, np.ndarray], tuple[Along, ...]]:
    """Rows by bin and outcome of each key, and lines."""
    words, count = first.words, len(first.words.strategies) + 2
    numbers = {name: {text: number for number, text in enumerate(texts)} for name, texts in first.texts.items()}
    tables = {name: np.zeros((len(each.bins), count), dtype=np.int64) for name, each in binnings.items()}
    held = lines.opened(sides, len(words.strategies)) if sides else []
    statistics = (COST, ALLOWED, words.objective) if held else (COST,)
    names = [*(key.name for key in words.keys), RECOMMENDED, REASON, *(of(each, statistic) for statistic in statistics for each in words.strategies)]
    for rows in dataset.batches(names, size):
        outcome, values = outcomes(words, rows), [_values(key, rows, numbers) for key in words.keys]
        for key, value in zip(words.keys, values, strict=True):
            bins = binnings[key.name].of(value)
            tables[key.name] += np.bincount(bins * count + outcome, minlength=tables[key.name].size).reshape(-1, count)
        if held:
            codes = [value if side.key.is_text else np.searchsorted(side.values, value) for side, value in zip(sides, values, strict=True)]
            lines.fill(held, sides, words, rows, codes, outcome)
    return tables, tuple(lines.along(each, sides, words) for each in held)


def _values(key: Key, rows: Rows, numbers: Mapping[str, Mapping[str, int]]) -> np.ndarray:
    """Numbers of a key, or numbers of its texts. ``(row,)``"""
    if not key.is_text:
        return np.asarray(rows[key.name], dtype=np.float64)
    own = numbers[key.name]
    return np.fromiter((own.get(text, OTHER) for text in rows[key.name].tolist()), dtype=np.int64, count=len(rows[key.name]))


def _chances(words: Asked, sums: Sequence[int], counts: np.ndarray) -> tuple[float, ...]:
    """Means of chances of which the sums are known."""
    return tuple(each / FINE / count if words.has_chances and count else math.nan for each, count in zip(sums, counts.tolist(), strict=True))


def _reasons(found: Counted, tally: Mapping[int, int]) -> tuple[Reason, ...]:
    return tuple(Reason(text=text, rows=count) for text, count in ranked_reasons(found, tally))
