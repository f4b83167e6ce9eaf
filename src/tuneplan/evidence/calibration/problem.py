"""Observations and the names that they speak of: modes, Laplace's method at each, importance draws to check and correct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.evidence.calibration.modes import Mode, differences, misfit_of, modes, weight_of
from tuneplan.evidence.calibration.observations import Forward
from tuneplan.evidence.calibration.posterior import Normal, closer, joined
from tuneplan.study.design import Design

LOOKED_AT = 256
"""Prior draws of which the starts are the likeliest."""
PROBES = 4
"""Places at which it is seen which names move anything."""
MOVES = 1e-3
"""Least move of a prediction, in its standard errors, when a name moves by one of its own."""
DRAWN = 2048
"""Importance draws."""
WIDER = 1.3
"""Factor on the variance from which they are drawn: tails must not be missed."""
DOUBT_OF_MEAN, DOUBT_OF_WIDTH = 20.0, 50.0
"""Importance draws that have to count before half of what they say of a mean, and of a width, is believed."""
FEWEST, WIDENED = 20.0, 1.3
"""Importance draws below which Laplace's method stands alone, with so many times its variances."""
LEAST_WIDTH, MOST_WIDENED = 1e-6, -3.0
"""Variance that stays, and the least share that may be known: a variance of 4 times the prior's."""
LUCK_OF_FORMAT = "clash."
"""Beginning of the names of events: they happen or don't, and have no slope."""


def moving(forward: Forward, fixed: Mapping[str, float]) -> tuple[str, ...]:
    """Names that move any prediction, at the medians of all or at a few other places; ``fixed``: scores of events."""
    if not forward.observations:
        return ()
    names = tuple(name for name in forward.names if not name.startswith(LUCK_OF_FORMAT))
    others = special.ndtri(Design(draws=8, scrambles=1, stream="probe\x00").points(names))[:, : PROBES - 1]
    probes = np.concatenate([np.zeros((len(names), 1)), others], axis=1)
    _, slopes = differences(lambda scores: predicted_at(forward, names, scores, fixed), probes)
    moved = (np.abs(slopes) / forward.spread[None, :, None]).max(axis=(0, 1)) > MOVES
    return tuple(name for name, moves in zip(names, moved, strict=True) if moves)


def predicted_at(forward: Forward, names: Sequence[str], scores: Array, fixed: Mapping[str, float]) -> Array:
    """``(name, column)`` -> ``(observation, column)``, with events as they are fixed."""
    held = np.array(list(fixed.values()))[:, None] + np.zeros((1, scores.shape[1]))
    return forward.at([*names, *fixed], np.concatenate([scores, held]) if fixed else scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Observations, and the names that they speak of.

    Attributes
    ----------
    stretch
        Factor on the standard error of each observation; None: they are as they were said to be. ``(observation,)``
    fixed
        Scores of events that are taken to have happened.
    """

    forward: Forward
    names: tuple[str, ...]
    seed: int
    stretch: Array | None = None
    fixed: Mapping[str, float] = field(default_factory=dict)

    @property
    def spread(self) -> Array:
        """Standard errors in force. ``(observation,)``"""
        return self.forward.spread if self.stretch is None else self.forward.spread * self.stretch

    def residuals(self, predicted: Array) -> Array:
        """What was measured less predictions ``(observation, column)``, in standard errors."""
        return (self.forward.measured[:, None] - predicted) / self.spread[:, None]

    def predict(self, scores: Array) -> Array:
        """``(name, column)`` -> ``(observation, column)``."""
        return predicted_at(self.forward, self.names, scores, self.fixed)

    def misfit(self, scores: Array) -> Array:
        """Minus the logarithm of prior and likelihood. ``(column,)``"""
        return misfit_of(scores, self.residuals(self.predict(scores)))

    def modes(self, starts: Array) -> list[Mode]:
        """Where the starts arrive, the best first."""
        return modes(self.predict, starts, measured=self.forward.measured, spread=self.spread)

    def drawn(self, count: int, *, stream: str) -> Array:
        """Independent standard normal scores, keyed by name. ``(name, count)``"""
        return special.ndtri(Design(draws=count, seed=self.seed, scrambles=1, stream=stream).points(self.names))  # type: ignore[no-any-return]

    def starts(self, count: int) -> Array:
        """The medians of all, and the likeliest of some prior draws. ``(name, start)``"""
        drawn = self.drawn(LOOKED_AT, stream="start\x00")
        likelihood = self.misfit(drawn) - 0.5 * (drawn**2).sum(axis=0)
        return np.concatenate([np.zeros((len(drawn), 1)), drawn[:, np.argsort(likelihood)[: count - 1]]], axis=1)

    def laplace(self, found: Sequence[Mode]) -> tuple[list[Normal], Array]:
        """A normal distribution at each mode, and the logarithm of the mass that it holds. ``(mode,)``"""
        parts = []
        for mode in found:
            residuals = self.residuals(mode.predicted[:, None])[:, 0]
            parts.append(closer(mode.score, mode.slopes * (np.sqrt(weight_of(residuals)) / self.spread)[:, None]))
        return parts, np.array([-mode.misfit + 0.5 * np.log1p(-part.known).sum() for mode, part in zip(found, parts, strict=True)])

    def corrected(self, parts: Sequence[Normal], shares: Array) -> tuple[Normal, float]:
        """One normal distribution, its mean and its width along each direction corrected by importance draws; the share that counts.

        The fewer draws count, the less they correct; where hardly any do, it is widened towards the prior.
        """
        said = joined(parts, shares)
        scores, weight = self.weighed(parts, shares)
        counting = float(1.0 / (weight**2).sum())
        along = said.directions.T @ (scores - said.mean[:, None])
        moved = along @ weight
        seen = (weight * (along - moved[:, None]) ** 2).sum(axis=1)
        for_mean, for_width = counting / (counting + DOUBT_OF_MEAN), counting / (counting + DOUBT_OF_WIDTH)
        width = np.exp(for_width * np.log(np.maximum(seen, LEAST_WIDTH)) + (1.0 - for_width) * np.log1p(-said.known))
        known = np.clip(1.0 - width, MOST_WIDENED, 1.0 - LEAST_WIDTH)
        normal = Normal(mean=said.mean + said.directions @ (for_mean * moved), directions=said.directions, known=known)
        return normal if counting >= FEWEST else normal.wider(WIDENED), counting / len(weight)

    def weighed(self, parts: Sequence[Normal], shares: Array) -> tuple[Array, Array]:
        """Importance draws ``(name, draw)`` from the parts, a little wider, and their weights."""
        from_which = np.searchsorted(np.cumsum(shares), (np.arange(DRAWN) + 0.5) / DRAWN).clip(max=len(parts) - 1)
        wide = [part.wider(WIDER) for part in parts]
        independent = self.drawn(DRAWN, stream="importance\x00")
        scores = np.empty_like(independent)
        for place, part in enumerate(wide):
            own = from_which == place
            scores[:, own] = part.scores(independent[:, own])
        proposed = special.logsumexp(
            np.stack([np.log(np.maximum(share, 1e-300)) + part.log_density(scores) for part, share in zip(wide, shares, strict=True)]), axis=0
        )
        log_weight = -self.misfit(scores) - proposed
        weight = np.exp(log_weight - log_weight.max())
        weight = np.minimum(weight, weight.mean() * np.sqrt(DRAWN))  # a few draws must not carry all (Ionides 2008)
        return scores, weight / weight.sum()


