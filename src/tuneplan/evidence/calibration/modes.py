"""Where the posterior is highest: damped Gauss-Newton from many starts at once, with robust errors.

With z the normal scores, f their predictions and y what was measured, the least of

``|z|^2 / 2 + sum (nu + 1) / 2 log(1 + ((y - f) / sigma)^2 / nu)``

is looked for: a standard normal prior, and Student-t errors, which by reweighting are normal ones. All
starts move together, so that a step costs two calls of the model: one for every derivative of every start,
one for several lengths of every step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array

DEGREES = 5.0
"""Degrees of freedom of measurement errors: an odd pilot counts less than a normal error would have it; assumed."""
STEP = 1e-3
"""Of a finite difference. [normal score]"""
DAMPING = (0.0, 1.0, 10.0, 100.0)
"""Weights of staying put, of which the best is taken at each step."""
MOST_STEPS = 25
SETTLED = 1e-3
"""Fall of the misfit, in nats, below which a start has arrived."""
SAME = 0.1
"""Misfit and distance within which two starts have found the same place. [nat], [normal score]"""
HOPELESS = 12.0
"""Nats above the best start at which another one is given up."""

FAR_BEHIND = 50.0
"""The same while it is still on its way."""

Predict = Callable[[Array], Array]
"""Normal scores ``(name, column)`` -> predictions ``(observation, column)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One place where the posterior is highest nearby.

    Attributes
    ----------
    score
        Normal scores. ``(name,)``
    misfit
        Minus the logarithm of prior and likelihood, constants aside. [nat]
    predicted
        ``(observation,)``.
    slopes
        Of the predictions, ``(observation, name)``.
    """

    score: Array
    misfit: float
    predicted: Array
    slopes: Array


def misfit_of(scores: Array, residuals: Array) -> Array:
    """Minus the logarithm of prior and likelihood, constants aside. ``(column,)`` [nat]

    Parameters
    ----------
    scores
        ``(name, column)``.
    residuals
        In standard errors, ``(observation, column)``.
    """
    prior = 0.5 * (scores**2).sum(axis=0)
    return prior + 0.5 * (DEGREES + 1.0) * np.log1p(residuals**2 / DEGREES).sum(axis=0)  # type: ignore[no-any-return]


def weight_of(residuals: Array) -> Array:
    """How much an observation counts against a normal error of the same scale.

    >>> weight_of(np.array([0.0, 5.0])).tolist()
    [1.2, 0.2]
    """
    return (DEGREES + 1.0) / (DEGREES + residuals**2)


def modes(predict: Predict, starts: Array, *, measured: Array, spread: Array) -> list[Mode]:
    """Where the starts arrive, the best first; those that meet are one.

    Parameters
    ----------
    starts
        ``(name, start)``.
    measured, spread
        ``(observation,)``.
    """
    scores = starts
    misfit = misfit_of(scores, (measured[:, None] - predict(scores)) / spread[:, None])
    done: list[tuple[Array, float]] = []
    for _ in range(MOST_STEPS):
        if not scores.shape[1]:
            break
        predicted, slopes = differences(predict, scores)
        moved, reached = _stepped(predict, scores, predicted, slopes, measured=measured, spread=spread)
        better = reached < misfit
        settled = ~better | (misfit - reached < SETTLED)
        scores, misfit = np.where(better, moved, scores), np.where(better, reached, misfit)
        done += [(scores[:, place], float(misfit[place])) for place in np.flatnonzero(settled)]
        on = ~settled & _worth_going_on(scores, misfit, min([least for _, least in done], default=np.inf))
        scores, misfit = scores[:, on], misfit[on]
    done += [(scores[:, place], float(misfit[place])) for place in range(scores.shape[1])]
    return _told_apart(predict, done)


def differences(predict: Predict, scores: Array) -> tuple[Array, Array]:
    """Predictions ``(observation, column)`` and their slopes ``(column, observation, name)``, by forward differences."""
    names, columns = scores.shape
    apart = np.repeat(scores, names + 1, axis=1).reshape(names, columns, names + 1)
    apart[:, :, 1:] += STEP * np.eye(names)[:, None, :]
    found = predict(apart.reshape(names, -1)).reshape(-1, columns, names + 1)
    return found[:, :, 0], ((found[:, :, 1:] - found[:, :, :1]) / STEP).transpose(1, 0, 2)


def _stepped(
    predict: Predict, scores: Array, predicted: Array, slopes: Array, *, measured: Array, spread: Array
) -> tuple[Array, Array]:
    """The best of several steps of each start, and the misfit there."""
    residuals = (measured[:, None] - predicted) / spread[:, None]
    scaled = slopes / spread[None, :, None]
    weight = weight_of(residuals).T
    precision = np.eye(len(scores)) + np.einsum("skn,sk,skm->snm", scaled, weight, scaled)
    pull = np.einsum("skn,sk,ks->sn", scaled, weight, residuals) - scores.T
    tried = np.stack([_solved(precision, pull, damping) for damping in DAMPING])  # (damping, start, name)
    places = scores.T + tried
    flat = places.reshape(-1, len(scores)).T
    reached = misfit_of(flat, (measured[:, None] - predict(flat)) / spread[:, None]).reshape(len(DAMPING), -1)
    best = reached.argmin(axis=0)
    columns = np.arange(len(best))
    return places[best, columns].T, reached[best, columns]


def _solved(precision: Array, pull: Array, damping: float) -> Array:
    """A step, the shorter the more it is damped. ``(start, name)``"""
    return np.asarray(np.linalg.solve(precision + damping * np.eye(precision.shape[-1]), pull[..., None])[..., 0], dtype=np.float64)


def _worth_going_on(scores: Array, misfit: Array, least: float) -> np.ndarray:
    """Starts that may still end elsewhere: not far behind, and not beside a better one."""
    least = min(least, float(misfit.min(initial=np.inf)))
    keep = misfit < least + FAR_BEHIND
    for place in np.argsort(misfit):
        near = (np.abs(scores - scores[:, [place]]).max(axis=0) < SAME) & (np.abs(misfit - misfit[place]) < SAME)
        near[place] = False
        keep &= ~(near & keep[place])
    return keep


def _told_apart(predict: Predict, found: list[tuple[Array, float]]) -> list[Mode]:
    """Different places among those that were found, the best first."""
    kept: list[tuple[Array, float]] = []
    for score, misfit in sorted(found, key=lambda each: each[1]):
        if kept and misfit > kept[0][1] + HOPELESS:
            break
        if all(np.abs(score - other).max() > SAME for other, _ in kept):
            kept.append((score, misfit))
    predicted, slopes = differences(predict, np.stack([score for score, _ in kept], axis=1))
    return [
        Mode(score=score, misfit=misfit, predicted=predicted[:, place], slopes=slopes[place])
        for place, (score, misfit) in enumerate(kept)
    ]

