"""What is known after the pilots: normal scores moved, and drawn closer along a few directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.evidence.calibration.observations import Observation
from tuneplan.scenario.calibration import Calibration, calibrated
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import AnyDesign

Cube = Callable[[Sequence[str]], Array]
NEGLIGIBLE = 1e-4
"""Share of a variance that is not worth a direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A normal distribution of normal scores: ``N(mean, I - U diag(known) U')``.

    Attributes
    ----------
    mean
        ``(name,)``.
    directions
        U, orthonormal columns. ``(name, direction)``
    known
        Share of the variance along each that is gone; below 0: it is wider. ``(direction,)``
    """

    mean: Array
    directions: Array
    known: Array

    def scores(self, independent: Array) -> Array:
        """From independent standard normal numbers ``(name, column)`` to scores of this distribution."""
        along = (1.0 - np.sqrt(1.0 - self.known))[:, None] * (self.directions.T @ independent)
        return self.mean[:, None] + independent - self.directions @ along

    def log_density(self, scores: Array) -> Array:
        """Of scores ``(name, column)``; constants aside. ``(column,)`` [nat]"""
        apart = scores - self.mean[:, None]
        along = self.directions.T @ apart
        extra = self.known / (1.0 - self.known)
        square = (apart**2).sum(axis=0) + (extra[:, None] * along**2).sum(axis=0)
        return -0.5 * (square + np.log1p(-self.known).sum())  # type: ignore[no-any-return]

    def wider(self, factor: float) -> Normal:
        """With so many times the variance along what is known, the prior's at most."""
        known = np.where(self.known > 0.0, np.maximum(1.0 - factor * (1.0 - self.known), 0.0), self.known)
        return Normal(mean=self.mean, directions=self.directions, known=known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What pilots taught.

    Attributes
    ----------
    names
        Of random numbers that moved, as draws are keyed.
    normal
        Of their normal scores.
    observations
        In the order in which they were taken.
    residuals
        What was measured less what is predicted where the posterior is highest, in standard errors as they were said.
        ``(observation,)``
    stretch
        Factor on each standard error: above 1 of an observation that the others, or what was known, contradict.
        ``(observation,)``
    happened
        Format clashes that are taken to have happened in pilots.
    once
        Those of them that a single run speaks for, with the chance that each is one.
    modes
        Places where the posterior is highest nearby.
    share
        Of the mass, by Laplace's method, at the one with most of it.
    effective
        Share of importance draws that count after weighting: 1 where the posterior is what was drawn from.
    widened
        Whether it was widened towards the prior, as too few of them counted.
    """

    names: tuple[str, ...]
    normal: Normal
    observations: tuple[Observation, ...]
    residuals: Array
    stretch: Array
    happened: tuple[str, ...] = ()
    once: Mapping[str, float] = field(default_factory=dict)
    modes: int = 1
    share: float = 1.0
    effective: float = 1.0
    widened: bool = False

    @property
    def stretched(self) -> float:
        """The largest factor on a standard error; 1: nothing is contradicted."""
        return float(self.stretch.max(initial=1.0))

    @property
    def learned(self) -> float:
        """Directions that are known now, counted by how well: at most the observations."""
        return float(self.normal.known.sum())

    def calibration(self, *, file: str = "", pilots: int = 0, priors: Mapping[str, str] | None = None) -> Calibration:
        """The same as a scenario carries it."""
        return Calibration(
            file=file,
            pilots=pilots or len(self.observations),
            names=self.names,
            shift=tuple(self.normal.mean.tolist()),
            loadings=tuple(tuple(row) for row in self.normal.directions.tolist()),
            known=tuple(self.normal.known.tolist()),
            priors=tuple((priors or {}).get(name, "") for name in self.names),
        )

    def cube(self, design: AnyDesign) -> Cube:
        """The points of a design, as everything is known after the pilots: for ``scenario.lower.lower``."""
        return calibrated(design.points, self.calibration())

    def of(self, scenario: Scenario) -> Scenario:
        """A scenario in which everything is as it is known after the pilots."""
        return replace(scenario, calibration=self.calibration())


def prior_of(names: int = 0) -> Normal:
    """Nothing known."""
    return Normal(mean=np.zeros(names), directions=np.zeros((names, 0)), known=np.zeros(0))


def closer(mean: Array, slopes: Array) -> Normal:
    """A normal posterior, from predictions that are straight lines with these slopes in standard errors.

    ``Sigma = (I + A' A)^-1``, by the singular values of A: ``known = sv^2 / (1 + sv^2)``.

    Parameters
    ----------
    slopes
        ``(observation, name)``.

    >>> closer(np.zeros(2), np.array([[1.0, 0.0]])).known.round(2).tolist()
    [0.5]
    """
    _, values, rows = np.linalg.svd(slopes, full_matrices=False)
    known = values**2 / (1.0 + values**2)
    some = known > NEGLIGIBLE
    return Normal(mean=mean, directions=rows[some].T, known=known[some])


def joined(parts: Sequence[Normal], shares: Array) -> Normal:
    """One normal distribution with the mean and the covariance of several, each with its share of the mass."""
    if len(parts) == 1:
        return parts[0]
    mean = sum(share * part.mean for part, share in zip(parts, shares, strict=True))
    columns = np.concatenate([np.column_stack([part.directions, part.mean - mean]) for part in parts], axis=1)
    basis, values, _ = np.linalg.svd(columns, full_matrices=False)
    basis = basis[:, values > NEGLIGIBLE]
    known = np.zeros((basis.shape[1],) * 2)
    for part, share in zip(parts, shares, strict=True):
        own, apart = basis.T @ part.directions, basis.T @ (part.mean - mean)
        known += share * ((own * part.known) @ own.T - np.outer(apart, apart))
    shares_known, turned = np.linalg.eigh(known)
    some = np.abs(shares_known) > NEGLIGIBLE
    return Normal(mean=mean, directions=basis @ turned[:, some], known=shares_known[some])
