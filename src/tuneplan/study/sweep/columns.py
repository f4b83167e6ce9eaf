"""Values of one key: in a row, evenly along a range, or drawn from one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.distributions import Distribution
from tuneplan.late import special
from tuneplan.scenario.calibration import LARGEST_POINT, SMALLEST_POINT
from tuneplan.study.sweep.records import Varied

NO_CODES = np.empty(0, dtype=np.int64)
BEFORE_PILOTS = (0.0, 1.0)
"""Mean and standard deviation of a normal score that nobody learned anything of."""
DIGITS = 12
"""Significant digits to which values along a range are rounded: 0.9 is said, not 0.8999999999999999."""
NARROWEST = 1e-9
"""Steps that are a smaller share of the value are not rounded."""
_TENS = np.array([float(f"1e{power}") for power in range(309)])


class Column(Protocol):
    """A key with values that are counted."""

    @property
    def key(self) -> str:
        """As typed."""

    def __len__(self) -> int:
        """How many values."""

    def at(self, indices: np.ndarray) -> Varied:
        """The values at indices, ``(row,)``."""

    def said(self) -> Mapping[str, Any]:
        """What they are, for JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Values as typed, in the order asked for; ``""``: what the scenario itself says."""

    key: str
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)

    def at(self, indices: np.ndarray) -> Varied:
        """The values at indices, ``(row,)``."""
        distinct = tuple(dict.fromkeys(self.texts))
        code = {text: number for number, text in enumerate(distinct)}
        codes = np.array([code[text] for text in self.texts], dtype=np.int64)
        return Varied(key=self.key, texts=distinct, codes=codes[indices])

    def said(self) -> Mapping[str, Any]:
        """What they are, for JSON."""
        return {"texts": list(self.texts)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Numbers, in the order asked for."""

    key: str
    numbers: tuple[float, ...]
    unit: str

    def __len__(self) -> int:
        return len(self.numbers)

    def at(self, indices: np.ndarray) -> Varied:
        """The values at indices, ``(row,)``."""
        return _numbers(self.key, np.array(self.numbers)[indices], self.unit)

    def said(self) -> Mapping[str, Any]:
        """What they are, for JSON."""
        return {"numbers": list(self.numbers), "unit": self.unit}


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Numbers along a range, both ends exactly among them.

    >>> Steps(key="x", low=1e3, high=1e5, count=5, log=True, unit="USD").at(np.arange(5)).numbers.round().tolist()
    [1000.0, 3162.0, 10000.0, 31623.0, 100000.0]
    """

    key: str
    low: float
    high: float
    count: int
    log: bool = False
    unit: str

    def __len__(self) -> int:
        return self.count

    def at(self, indices: np.ndarray) -> Varied:
        """The values at indices, ``(row,)``."""
        share = indices / (self.count - 1)
        found = self.low * (self.high / self.low) ** share if self.log else self.low + (self.high - self.low) * share
        found = rounded(found) if self._is_wide else found
        found = np.clip(found, self.low, self.high)
        found = np.where(indices == 0, self.low, np.where(indices == self.count - 1, self.high, found))
        return _numbers(self.key, found, self.unit)

    @property
    def _is_wide(self) -> bool:
        """Whether values lie so far apart that rounding moves none of them."""
        if self.log:
            return math.log(self.high / self.low) > NARROWEST * self.count
        return self.high - self.low > NARROWEST * self.count * max(abs(self.low), abs(self.high))

    def said(self) -> Mapping[str, Any]:
        """What they are, for JSON."""
        return {"low": self.low, "high": self.high, "count": self.count, "log": self.log, "unit": self.unit}


def _numbers(key: str, numbers: Array, unit: str) -> Varied:
    return Varied(key=key, codes=NO_CODES, numbers=numbers, unit=unit)


def rounded(values: Array) -> Array:
    """The nearest numbers of ``DIGITS`` significant digits.

    >>> rounded(np.array([0.8999999999999999, 9999.999999999998, 0.0])).tolist()
    [0.9, 10000.0, 0.0]
    """
    size = np.floor(np.log10(np.where(values == 0.0, 1.0, np.abs(values)))).astype(np.int64)
    power = DIGITS - 1 - size
    up, down = _TENS[np.clip(power, 0, 308)], _TENS[np.clip(-power, 0, 308)]
    return np.asarray(np.rint(values * up / down) / up * down)


def whole_steps(steps: Steps) -> Numbers:
    """The same range where things are counted: rounded, each number once.

    >>> whole_steps(Steps(key="n", low=1.0, high=4.0, count=9, unit="person")).numbers
    (1.0, 2.0, 3.0, 4.0)
    """
    found = steps.at(np.arange(steps.count)).numbers
    assert found is not None
    return Numbers(key=steps.key, numbers=tuple(np.unique(np.floor(found + 0.5)).tolist()), unit=steps.unit)


# --- drawn ------------------------------------------------------------------------------------------


class Drawn(Protocol):
    """A key whose values are found at points of the unit interval."""

    @property
    def key(self) -> str:
        """As typed."""

    def at(self, points: Array) -> Varied:
        """The values at points in (0, 1), ``(row,)``."""

    def said(self) -> Mapping[str, Any]:
        """What they are, for JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """One of several values, each equally often."""

    column: Texts | Numbers

    @property
    def key(self) -> str:
        """As typed."""
        return self.column.key

    def at(self, points: Array) -> Varied:
        """The values at points in (0, 1), ``(row,)``."""
        count = len(self.column)
        return self.column.at(np.minimum((points * count).astype(np.int64), count - 1))

    def said(self) -> Mapping[str, Any]:
        """What they are, for JSON."""
        return self.column.said()


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A number somewhere in a range; of what counts things, each whole number."""

    key: str
    low: float
    high: float
    log: bool = False
    whole: bool = False
    unit: str

    def at(self, points: Array) -> Varied:
        """The values at points in (0, 1), ``(row,)``."""
        high = self.high + self.whole
        found = self.low * (high / self.low) ** points if self.log else self.low + (high - self.low) * points
        found = np.floor(found) if self.whole else found
        return _numbers(self.key, np.clip(found, self.low, self.high), self.unit)

    def said(self) -> Mapping[str, Any]:
        """What they are, for JSON."""
        return {"low": self.low, "high": self.high, "log": self.log, "unit": self.unit}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnInterval:
    """A number as uncertain as the scenario itself, or the declared default, says.

    Attributes
    ----------
    learned
        Mean and standard deviation of its normal score after pilots; 0 and 1 before.
    """

    key: str
    distribution: Distribution
    learned: tuple[float, float] = BEFORE_PILOTS
    low: float
    high: float
    whole: bool = False
    unit: str

    def at(self, points: Array) -> Varied:
        """The values at points in (0, 1), ``(row,)``."""
        if self.learned != BEFORE_PILOTS:
            mean, sd = self.learned
            points = np.clip(special.ndtr(mean + sd * special.ndtri(points)), SMALLEST_POINT, LARGEST_POINT)
        found = np.asarray(self.distribution.ppf(points))
        found = np.floor(found + 0.5) if self.whole else found
        return _numbers(self.key, np.clip(found, self.low, self.high), self.unit)

    def said(self) -> Mapping[str, Any]:
        """What they are, for JSON."""
        return {"family": self.distribution.family, "parameters": list(self.distribution.parameters), "learned": list(self.learned), "unit": self.unit}


