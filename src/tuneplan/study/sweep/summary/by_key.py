"""Who wins at which values of a key, and how much knowing that key alone tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.sweep.summary.records import Bin, ByKey, Cell, Map
from tuneplan.study.sweep.summary.rules import Key
from tuneplan.study.sweep.summary.values import OTHER, Distinct

MOST_BINS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Binning:
    """Bins of a key and which of them each value belongs to.

    Attributes
    ----------
    inner
        Lowest value of every bin but the first, of numbers.
    places
        Bin of each text by its number, the last that of all others; of texts.
    """

    key: Key
    bins: tuple[Bin, ...]
    inner: Array
    places: np.ndarray

    def of(self, values: np.ndarray) -> np.ndarray:
        """Bin of each value: a number, or the number of a text. ``(row,)``"""
        if self.key.is_text:
            return np.asarray(self.places[values])
        found = np.searchsorted(self.inner, values, side="right")
        return np.where(np.isnan(values), len(self.bins) - 1, found)


def of_texts(key: Key, texts: Sequence[str], sampled: np.ndarray) -> Binning:
    """A bin a text, the rarest in one where there are too many."""
    has_other = bool((sampled == OTHER).any())
    counts = np.bincount(sampled[sampled >= 0], minlength=len(texts))
    room = MOST_BINS if len(texts) + has_other <= MOST_BINS else MOST_BINS - 1
    kept = sorted(sorted(range(len(texts)), key=lambda each: (-counts[each], each))[:room])
    bins = [Bin(texts=(texts[each],)) for each in kept]
    places = np.full(len(texts) + 1, len(bins))
    places[kept] = np.arange(len(kept))
    return Binning(key=key, bins=tuple(bins if len(kept) == len(texts) and not has_other else [*bins, Bin()]), inner=np.empty(0), places=places)


def of_numbers(key: Key, found: Distinct, sampled: Array) -> Binning:
    """A bin a value where there are few, else about equally many rows a bin; rows without a value in a last one."""
    known = sampled[~np.isnan(sampled)]
    values = found.values
    if values is not None and len(values) <= MOST_BINS:
        bins = [Bin(low=each, high=each) for each in values.tolist()]
        inner = values[1:]
    elif not len(known):
        bins, inner = [], np.empty(0)
    else:
        cuts = np.quantile(known, np.arange(1, MOST_BINS) / MOST_BINS, method="higher")
        inner = np.unique(cuts[cuts > found.low])
        ends = [found.low, *inner.tolist(), found.high]
        tops = ends[1:] if values is None else [*values[np.searchsorted(values, inner) - 1].tolist(), found.high]
        bins = [Bin(low=low, high=high) for low, high in zip(ends[:-1], tops, strict=True)]
    return Binning(key=key, bins=tuple([*bins, Bin(is_blank=True)] if found.has_blank else bins), inner=inner, places=np.empty(0, dtype=np.int64))


def by_key(binning: Binning, counts: np.ndarray) -> ByKey:
    """What a key tells.

    Parameters
    ----------
    counts
        Rows, ``(bin, outcome)``.
    """
    bins = tuple(replace(each, counts=tuple(row)) for each, row in zip(binning.bins, counts.tolist(), strict=True))
    total, outcomes = int(counts.sum()), counts.sum(axis=0)
    information, all_there_is = _information(counts), _entropy(outcomes)
    right = float(counts.max(axis=1, initial=0).sum() / total) if total else 0.0
    commonest = float(outcomes.max() / total) if total else 0.0
    told = min(information / all_there_is, 1.0) if all_there_is > 0.0 else 0.0
    return ByKey(key=binning.key, bins=bins, information=information, told=told, right=right, gain=right - commonest)


def _entropy(counts: np.ndarray) -> float:
    """What there is to tell. [bit]"""
    known = counts[counts > 0]
    shares = known / known.sum() if len(known) else known
    return float(max(0.0, -(shares * np.log2(shares)).sum()))


def _information(counts: np.ndarray) -> float:
    """Mutual information of bins and outcomes, less its expectation where there is none (Miller-Madow). [bit]"""
    total = counts.sum()
    if not total:
        return 0.0
    raw = _entropy(counts.sum(axis=1)) + _entropy(counts.sum(axis=0)) - _entropy(counts.ravel())
    rows, columns = (int((counts.sum(axis=axis) > 0).sum()) for axis in (1, 0))
    return float(max(0.0, raw - (rows - 1) * (columns - 1) / (2.0 * np.log(2.0) * total)))


def ranked(keys: Sequence[ByKey]) -> tuple[ByKey, ...]:
    """Those that tell most first."""
    return tuple(sorted(keys, key=lambda each: (-round(each.information, 12), -round(each.gain, 12))))


def mapped(keys: Sequence[ByKey], binnings: Mapping[str, Binning], sample: Mapping[str, np.ndarray], outcomes: int) -> Map | None:
    """Who wins over the two keys that tell most, or over one; None where none has two values."""
    turned = [each for each in keys if not each.is_constant][:2]
    if not turned:
        return None
    across, down = turned[0], turned[1] if len(turned) > 1 else None
    numbers = [binnings[each.key.name].of(sample[each.key.name]) for each in turned]
    places = (numbers[1] if down else np.zeros_like(numbers[0])) * len(across.bins) + numbers[0]
    rows = len(down.bins) if down else 1
    table = np.bincount(places * outcomes + sample["outcome"], minlength=rows * len(across.bins) * outcomes).reshape(rows, len(across.bins), outcomes)
    cells = [Cell(down=y, across=x, counts=tuple(table[y, x].tolist())) for y in range(rows) for x in range(len(across.bins))]
    return Map(down=down, across=across, cells=tuple(cells))

