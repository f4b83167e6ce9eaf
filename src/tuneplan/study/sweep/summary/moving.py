"""How the value at which something switches moves with the other keys of a grid."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.sweep.summary.records import At, Bin, Moved
from tuneplan.study.sweep.summary.rules import Key

LEAST = 0.1
"""Share of the variance from which a key moves a switch."""
MOST_PLACES = 8
Side = tuple[Key, Array, tuple[str, ...]]
"""A key, its numbers in order, its texts."""


def moved(value: Array, line: np.ndarray, codes: Mapping[int, np.ndarray], sides: Mapping[int, Side]) -> Moved | None:
    """The other key that explains most of where a switch lies, and where it lies at its values; None where none does.

    Parameters
    ----------
    value, line
        Where each switch lies, and on which line. ``(switch,)``
    codes
        By key, the number of its value on each line. ``(line,)``
    """
    shares = {axis: explained(value, every[line]) for axis, every in codes.items()}
    alone = {axis for axis, every in codes.items() if len(np.unique(every[line])) == len(line)}
    asked = [axis for axis in shares if axis not in alone] or list(shares)  # a key that is another one in every line explains anything
    best = max(asked, key=lambda axis: round(shares[axis], 12), default=None)
    if best is None or shares[best] < LEAST:
        return None
    key, numbers, texts = sides[best]
    places = []
    for group in _groups(codes[best][line]):
        here = np.isin(codes[best][line], group)
        own = Bin(texts=tuple(texts[each] for each in group)) if key.is_text else Bin(low=float(numbers[group[0]]), high=float(numbers[group[-1]]))
        places.append(At(at=own, value=float(np.median(value[here])), lines=len(np.unique(line[here])), all_lines=int(np.isin(codes[best], group).sum())))
    return Moved(by=key, explained=shares[best], places=tuple(places))


def explained(value: Array, codes: np.ndarray) -> float:
    """Share of the variance between groups, less what chance would leave there (adjusted R squared).

    >>> explained(np.array([1.0, 1.0, 3.0, 3.0]), np.array([0, 0, 1, 1])), explained(np.array([1.0, 3.0, 1.0, 3.0]), np.array([0, 0, 1, 1]))
    (1.0, 0.0)
    """
    order = np.argsort(codes, kind="stable")
    value, (_, group) = value[order], np.unique(codes[order], return_inverse=True)
    count, groups = len(value), int(group.max(initial=-1)) + 1
    whole = float(np.square(value - value.mean()).sum()) if count else 0.0
    if groups < 2 or whole <= (1e-9 * float(np.abs(value).max())) ** 2 * count:
        return 0.0
    means = np.bincount(group, weights=value) / np.bincount(group)
    within = float(np.square(value - means[group]).sum())
    if count == groups:
        return 1.0
    return max(0.0, 1.0 - (within / (count - groups)) / (whole / (count - 1)))


def _groups(codes: np.ndarray) -> list[list[int]]:
    """Numbers of values, one a group where there are few, else about equally many values a group."""
    present = np.unique(codes)
    return [part.tolist() for part in np.array_split(present, min(len(present), MOST_PLACES))]
