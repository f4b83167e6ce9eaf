"""Dates of draws that agree in all that dates hang on are simulated once.

Where numbers are moved one after another, or two sets of points are crossed, most draws differ in what a schedule
never reads; which numbers it does read is seen at the first draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tuneplan.axes import Array, Mask
from tuneplan.core.arrays import Inputs
from tuneplan.core.schedule.replicas import Some
from tuneplan.core.schedule.timeline import Timeline, timeline
from tuneplan.late import np

MANY = 8192
"""Draws from which it is looked for; fewer take hardly longer to simulate than to compare."""
MOST = 0.75
"""Share of the draws that may be distinct; of more it is not worth setting the others aside."""
MULTIPLIER = 0x9E3779B97F4A7C15
"""Odd, its bits without a pattern: 2^64 over the golden ratio."""


def timeline_of_distinct(inputs: Inputs) -> Timeline:
    """The same as ``timeline``."""
    draws = inputs["is_timed"].shape[3]
    if draws < MANY:
        return timeline(inputs)
    read = _read_at(inputs, slice(0, 1))
    first, same = distinct([each for name in read if (each := inputs[name]).shape[-1] > 1], draws)
    if len(first) > MOST * draws:
        return timeline(inputs)
    noted = _Noted(Some(inputs.numbers, first))
    found = timeline(replace(inputs, numbers=noted))
    if not noted.read.keys() <= read.keys():  # another number counts at some draw
        return timeline(inputs)
    return Timeline(**{name: getattr(found, name)[..., same] for name in Timeline.__slots__})


def distinct(arrays: Sequence[Array], draws: int) -> tuple[Mask, Mask]:
    """The first draw of each kind, and the place of each draw's kind among them; draws of a kind agree in every bit.

    >>> first, same = distinct([np.array([[1.0, 2.0, 1.0, 1.0]]), np.array([[0.0, 0.0, 0.0, 5.0]])], 4)
    >>> first[same].tolist()
    [0, 1, 0, 3]
    """
    rows = [row for each in arrays for row in np.ascontiguousarray(each).reshape(-1, draws).view(np.uint64)]
    name = np.zeros(draws, dtype=np.uint64)
    for row in rows:
        name = (name ^ row) * np.uint64(MULTIPLIER)
        name ^= name >> np.uint64(32)  # round numbers differ in their high bits alone
    _, first, same = np.unique(name, return_index=True, return_inverse=True)
    if all((row[first][same] == row).all() for row in rows):
        return first, same
    return np.arange(draws), np.arange(draws)  # two kinds have one name, which next to never happens


def _read_at(inputs: Inputs, some: slice) -> dict[str, None]:
    """Names of the numbers that dates are read off at some draws."""
    noted = _Noted(Some(inputs.numbers, some))
    timeline(replace(inputs, numbers=noted))
    return noted.read


class _Noted(Mapping[str, Array]):
    """Numbers, of which it is noted that they were read."""

    def __init__(self, of: Mapping[str, Array]) -> None:
        self.of = of
        self.read: dict[str, None] = {}

    def __getitem__(self, name: str) -> Array:
        self.read[name] = None
        return self.of[name]

    def __contains__(self, name: object) -> bool:
        return name in self.of

    def __iter__(self) -> Iterator[str]:
        return iter(self.of)

    def __len__(self) -> int:
        return len(self.of)
