"""Regions in words: a shallow decision tree over a sample of rows, its leaves as rules."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.study.sweep.summary.boxes import BLANK, Box, Feature, Limits, conditions, joined, round_between
from tuneplan.study.sweep.summary.rules import Key, Region, Regions, Threshold
from tuneplan.study.sweep.summary.values import OTHER

DEEPEST = 3
LEAST_LEAF = 0.01
"""Share of the rows that a leaf has."""
MOST_OF_A_KEY = 12
"""Texts of a key that the tree may ask for; the rarest beyond are never asked for by name."""
HELD_OUT = 4
"""One row in so many is held out."""
FEWEST = 40
"""Rows from which some can be held out."""
NEEDS = 'regions in words need scikit-learn: pip install "tuneplan[sweep]"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of what the tree sees: places of a key's numbers, or whether it has one text."""

    axis: int
    text: int | None = None


def regions(sample: Mapping[str, np.ndarray], keys: Sequence[Key], texts: Mapping[str, tuple[str, ...]], strategies: int) -> tuple[Regions | None, str]:
    """Rules, and how well they tell; or why there are none.

    Parameters
    ----------
    sample
        Rows of a sample: ``outcome``, and each key's values, texts as numbers.
    strategies
        How many there are: rows that failed tell nothing.
    """
    kept = np.flatnonzero(sample["outcome"] <= strategies)
    outcome = sample["outcome"][kept].astype(np.int64)
    if not len(kept):
        return None, "no row could be worked out"
    features, places = zip(*(_feature(key, sample[key.name][kept], texts.get(key.name, ())) for key in keys), strict=True) if keys else ((), ())
    columns = [column for axis, (feature, place) in enumerate(zip(features, places, strict=True)) for column in _columns(axis, feature, place)]
    if not columns or len(np.unique(outcome)) < 2:
        everywhere = Box(tuple(each.whole for each in features), tuple(np.bincount(outcome, minlength=strategies + 1).tolist()))
        return Regions(regions=(_region(everywhere, features),), thresholds=(), sampled=len(kept), held_out=0, right=math.nan, commonest=math.nan), ""
    try:
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        return None, NEEDS
    seen = np.array([places[each.axis] if each.text is None else places[each.axis] == each.text for each in columns], dtype=np.float32).T
    held_out, right, commonest = _tried(DecisionTreeClassifier, seen, outcome)
    fitted = _grown(DecisionTreeClassifier, seen, outcome)
    grown = _Grown(tree=fitted.tree_, columns=columns, features=features, counts=_counts(fitted, seen, outcome, strategies + 1))
    boxes = joined([Box(limits, tuple(grown.counts[leaf].tolist())) for leaf, limits in grown.leaves(0, tuple(each.whole for each in features))])
    told = sorted((_region(each, features) for each in boxes), key=lambda each: -each.rows)
    found = tuple(grown.thresholds(0, tuple(each.whole for each in features)))
    return Regions(regions=tuple(told), thresholds=found, sampled=len(kept), held_out=held_out, right=right, commonest=commonest), ""


def _feature(key: Key, values: np.ndarray, texts: Sequence[str]) -> tuple[Feature, np.ndarray]:
    """A key as rules see it, and the place of each row's value. ``(row,)``"""
    if not key.is_text:
        known = ~np.isnan(values)
        distinct, places = np.unique(values[known], return_inverse=True)
        every = np.full(len(values), BLANK)
        every[known] = places
        return Feature(key=key, values=distinct, texts=(), has_blank=not known.all()), every
    counts = np.bincount(values[values != OTHER], minlength=len(texts))
    asked = sorted(sorted(np.flatnonzero(counts).tolist(), key=lambda each: (-counts[each], each))[:MOST_OF_A_KEY])
    place = np.full(len(texts) + 1, len(asked))
    place[asked] = np.arange(len(asked))
    every = place[values]
    return Feature(key=key, values=np.empty(0), texts=tuple(texts[each] for each in asked), has_rest=bool((every == len(asked)).any())), every


def _columns(axis: int, feature: Feature, places: np.ndarray) -> list[Column]:
    """Columns of a key; none where all rows have the same value."""
    if not len(places) or (places == places[0]).all():
        return []
    return [Column(axis=axis, text=each) for each in range(len(feature.texts))] if feature.key.is_text else [Column(axis=axis)]


def _grown(make: Any, seen: np.ndarray, outcome: np.ndarray) -> Any:
    return make(max_depth=DEEPEST, min_samples_leaf=max(1, math.ceil(LEAST_LEAF * len(outcome))), random_state=0).fit(seen, outcome)


def _tried(make: Any, seen: np.ndarray, outcome: np.ndarray) -> tuple[int, float, float]:
    """How many rows were held out; in which share a tree of the others is right, and the others' commonest outcome."""
    if len(outcome) < FEWEST:
        return 0, math.nan, math.nan
    held = np.arange(len(outcome)) % HELD_OUT == 0  # rows of a sample stand in no order
    tree = _grown(make, seen[~held], outcome[~held])
    commonest = np.bincount(outcome[~held]).argmax()
    return int(held.sum()), float((tree.predict(seen[held]) == outcome[held]).mean()), float((outcome[held] == commonest).mean())


def _counts(fitted: Any, seen: np.ndarray, outcome: np.ndarray, outcomes: int) -> np.ndarray:
    """Rows of each node by outcome. ``(node, outcome)``"""
    own = fitted.tree_.apply(seen) * outcomes + outcome
    counts = np.bincount(own, minlength=fitted.tree_.node_count * outcomes).reshape(-1, outcomes)
    for node in range(fitted.tree_.node_count - 1, -1, -1):  # a node comes before its children
        if fitted.tree_.children_left[node] >= 0:
            counts[node] = counts[fitted.tree_.children_left[node]] + counts[fitted.tree_.children_right[node]]
    return counts


def _region(box: Box, features: Sequence[Feature]) -> Region:
    return Region(outcome=box.outcome, conditions=conditions(box.limits, features), rows=sum(box.counts), right=max(box.counts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grown:
    """A tree with what its columns mean."""

    tree: Any
    columns: Sequence[Column]
    features: Sequence[Feature]
    counts: np.ndarray

    def leaves(self, node: int, limits: tuple[Limits, ...]) -> Iterator[tuple[int, tuple[Limits, ...]]]:
        """Leaves below a node, from left to right, with what leads to them."""
        if self.tree.children_left[node] < 0:
            yield node, limits
            return
        for child, own in self._parted(node, limits):
            yield from self.leaves(child, own)

    def thresholds(self, node: int, limits: tuple[Limits, ...]) -> Iterator[Threshold]:
        """Numbers that part rows below a node into those with different outcomes."""
        if self.tree.children_left[node] < 0:
            return
        column, (left, right) = self.columns[self.tree.feature[node]], self._parted(node, limits)
        before, after = (int(self.counts[child].argmax()) for child, _ in (left, right))
        cut = math.floor(self.tree.threshold[node])
        if column.text is None and before != after and cut > BLANK:
            feature = self.features[column.axis]
            yield Threshold(
                key=feature.key, value=round_between(*feature.values[cut : cut + 2].tolist()), before=before, after=after,
                rows=int(self.counts[node].sum()), where=conditions(limits, self.features),
            )  # fmt: skip
        for child, own in (left, right):
            yield from self.thresholds(child, own)

    def _parted(self, node: int, limits: tuple[Limits, ...]) -> tuple[tuple[int, tuple[Limits, ...]], tuple[int, tuple[Limits, ...]]]:
        """Both children, each with its limits."""
        column, children = self.columns[self.tree.feature[node]], (int(self.tree.children_left[node]), int(self.tree.children_right[node]))
        own = limits[column.axis]
        if isinstance(own, frozenset):
            asked = frozenset({column.text if column.text is not None else OTHER})
            sides: tuple[Limits, Limits] = (own - asked, asked)
        else:
            cut = math.floor(self.tree.threshold[node])
            sides = ((own[0], cut), (cut + 1, own[1]))
        left, right = ((*limits[: column.axis], side, *limits[column.axis + 1 :]) for side in sides)
        return (children[0], left), (children[1], right)
