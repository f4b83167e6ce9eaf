"""What curves say of the parameters of a law, and how they go on: Laplace's approximation, then importance weights.

Errors of log losses are a smooth wave and noise (``errors``), each of an unknown size: over sizes the error has
heavy tails, so that one rough curve is no surprise.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.evidence.curves.errors import errors, kernel, spread
from tuneplan.evidence.curves.laws import Law
from tuneplan.evidence.curves.populations import Prior
from tuneplan.evidence.curves.solving import least_squares
from tuneplan.late import np

STARTS = 4
"""Starts a curve, kind of curve and size of errors: the middle of the prior and draws from it."""
WIDER = 1.3
"""Draws are taken from a normal wider than Laplace's, so that weights are bounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Several curves, as long as the longest; all ``(curve, point)`` but the last.

    Attributes
    ----------
    log_examples, log_loss
        Where nothing was seen: any number.
    log_error
        Standard error of the log loss that was reported; 0 where none was.
    seen
        Whether a point is there.
    log_start
        Log of the loss without examples, ``(curve,)``; NaN where unknown.
    """

    log_examples: Array
    log_loss: Array
    log_error: Array
    seen: Mask
    log_start: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What is known of each curve, for every kind of curve and size of errors: ``(curve, kind, size)`` and parameters.

    Attributes
    ----------
    weight
        Adds up to 1 over kinds and sizes.
    middle, covariance
        Of Laplace's approximation.
    log_evidence
        Log of the chance of the points before they were seen, ``(curve,)``; between laws differences count.
    """

    law: Law
    points: Points
    prior: Prior
    weight: Array
    middle: Array
    covariance: Array
    log_evidence: Array


def fitted(law: Law, points: Points, prior: Prior, *, starts: int = STARTS, seed: int = 0) -> Posterior:
    """Fit all curves at once, from several starts each."""
    covariance = _spread(points)
    whitening = np.linalg.inv(np.linalg.cholesky(covariance))
    shrinking = np.linalg.inv(np.linalg.cholesky(prior.covariance))
    start = _starts(prior, starts, seed=seed)

    def residuals(at: Array) -> tuple[Array, Array]:
        missed, slopes = _missed(law, points, at)
        whitened = (whitening[:, None, None] @ missed[..., None])[..., 0]
        steep = whitening[:, None, None] @ slopes
        away = (_beside(shrinking, at, inner=2) @ (at - _beside(prior.mean, at))[..., None])[..., 0]
        flat = np.broadcast_to(_beside(shrinking, at, inner=2), (*at.shape[:-1], *shrinking.shape[-2:]))
        return np.concatenate([whitened, away], axis=-1), np.concatenate([steep, flat], axis=-2)

    found, half_squares = least_squares(residuals, start)
    best = half_squares.argmin(axis=2)
    middle = np.take_along_axis(found, best[:, :, None, :, None], axis=2)[:, :, 0]
    slopes = residuals(middle[:, :, None])[1][:, :, 0]
    curved = np.einsum("ckari,ckarj->ckaij", slopes, slopes)
    height = -half_squares.min(axis=2) - 0.5 * (
        np.linalg.slogdet(curved)[1] + np.linalg.slogdet(prior.covariance)[1][:, :, None] + np.linalg.slogdet(covariance)[1][:, None]
    )
    height = height + _log_prior(prior)
    total = _log_sum(height)
    return Posterior(law=law, points=points, prior=prior, weight=np.exp(height - total[:, None, None]), middle=middle,
                     covariance=np.linalg.inv(curved), log_evidence=total)  # fmt: skip


def _spread(points: Points) -> Array:
    """Covariance of errors of points. ``(curve, size, point, point)``"""
    return spread(points.log_examples, seen=points.seen, reported=points.log_error)


def _log_prior(prior: Prior) -> Array:
    """Of kinds and sizes. ``(curve, kind, size)``"""
    return np.log(np.maximum(prior.weight, 1e-300))[:, :, None] + errors().log_prior


def _log_sum(height: Array) -> Array:
    most = height.max(axis=(1, 2))
    return most + np.log(np.exp(height - most[:, None, None]).sum(axis=(1, 2)))  # type: ignore[no-any-return]


def _starts(prior: Prior, starts: int, *, seed: int) -> Array:
    """``(curve, kind, start, size, parameter)``; the first is the middle of the prior."""
    away = np.random.default_rng(seed).normal(size=(starts, prior.mean.shape[-1]))
    away[0] = 0.0
    lower = np.linalg.cholesky(prior.covariance)
    start = prior.mean[:, :, None] + np.einsum("ckij,sj->cksi", lower, away)
    return np.repeat(start[:, :, :, None], len(errors().wave), axis=3)


def _beside(of_kind: Array, at: Array, *, inner: int = 1) -> Array:
    """An array ``(curve, kind, ...)`` with the axes of starts and sizes put in."""
    extra = at.ndim - 3
    return of_kind.reshape(*of_kind.shape[:2], *([1] * extra), *of_kind.shape[-inner:])


def _missed(law: Law, points: Points, at: Array) -> tuple[Array, Array]:
    """Law minus log loss and its slopes at parameters ``(curve, ...)``; 0 where nothing was seen."""
    extra = [1] * (at.ndim - 2)
    wide = [each.reshape(len(each), *extra, -1) for each in (points.log_examples, points.log_loss, points.seen, points.log_start)]
    value, slopes = law.value(at, wide[0], wide[3])
    return np.where(wide[2], value - wide[1], 0.0), np.where(wide[2][..., None], slopes, 0.0)


# --- draws -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Draws from what is known of each curve.

    Attributes
    ----------
    parameters
        ``(curve, draw, parameter)``
    size
        Which of ``errors``, ``(curve, draw)``.
    log_loss
        At the points asked for, ``(curve, draw, point)``, with errors of the law and noise.
    """

    parameters: Array
    size: Array
    log_loss: Array


def drawn(posterior: Posterior, log_examples: Array, *, draws: int, seed: int = 0) -> Draws:
    """Parameters and losses elsewhere, weighted by importance and resampled.

    Parameters
    ----------
    log_examples
        Where, ``(curve, point)``.
    """
    rng = np.random.default_rng(seed)
    kind, size = _chosen(posterior.weight, draws, rng)
    curve = np.arange(len(kind))[:, None]
    lower = np.linalg.cholesky(posterior.covariance)[curve, kind, size] * np.sqrt(WIDER)
    away = rng.normal(size=(*kind.shape, lower.shape[-1]))
    parameters = posterior.middle[curve, kind, size] + np.einsum("cdij,cdj->cdi", lower, away)
    log_weight = _log_height(posterior, parameters, kind, size) + 0.5 * (away**2).sum(axis=-1)
    offset = _log_height(posterior, posterior.middle[curve, kind, size], kind, size)
    again = _resampled(log_weight - offset, rng)
    parameters, size = parameters[curve, again], size[curve, again]
    return Draws(parameters=parameters, size=size, log_loss=_carried_on(posterior, parameters, size, log_examples, rng))


def _chosen(weight: Array, draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Kinds and sizes of errors by weight, evenly spread. ``(curve, draw)``"""
    flat = weight.reshape(len(weight), -1).cumsum(axis=1)
    at = (np.arange(draws) + rng.uniform(size=(len(weight), 1))) / draws
    found = np.minimum((flat[:, None, :] < at[:, :, None] * flat[:, -1:, None]).sum(axis=-1), flat.shape[1] - 1)
    return np.divmod(found, weight.shape[2])


def _log_height(posterior: Posterior, parameters: Array, kind: Array, size: Array) -> Array:
    """Log of prior times likelihood up to what is the same for a kind and size. ``(curve, draw)``"""
    curve = np.arange(len(kind))[:, None]
    missed, _ = _missed(posterior.law, posterior.points, parameters)
    squares = np.zeros(kind.shape)
    for number, whitening in enumerate(np.swapaxes(np.linalg.inv(np.linalg.cholesky(_spread(posterior.points))), 0, 1)):
        squares = np.where(size == number, ((missed @ np.swapaxes(whitening, -1, -2)) ** 2).sum(axis=-1), squares)
    prior = posterior.prior
    away = (np.linalg.inv(np.linalg.cholesky(prior.covariance))[curve, kind] @ (parameters - prior.mean[curve, kind])[..., None])[..., 0]
    return -0.5 * (squares + (away**2).sum(axis=-1))  # type: ignore[no-any-return]


def _resampled(log_weight: Array, rng: np.random.Generator) -> Array:
    """Rows by weight, evenly spread. ``(curve, draw)``"""
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    total = weight.cumsum(axis=1)
    draws = weight.shape[1]
    at = (np.arange(draws) + rng.uniform(size=(len(weight), 1))) / draws * total[:, -1:]
    found = np.stack([np.searchsorted(row, place) for row, place in zip(total, at, strict=True)])
    shuffled: Array = rng.permuted(np.minimum(found, draws - 1), axis=1)
    return shuffled


def _carried_on(posterior: Posterior, parameters: Array, size: Array, log_examples: Array, rng: np.random.Generator) -> Array:
    """Law, the wave given what it was at the points, and noise."""
    points = posterior.points
    value = posterior.law.value(parameters, log_examples[:, None], points.log_start[:, None, None])[0]
    missed, _ = _missed(posterior.law, points, parameters)
    sizes, eye = errors(), np.eye(log_examples.shape[1])
    wave_variance, noise_variance = (each[:, None, None] ** 2 for each in (sizes.wave, sizes.noise))
    across = np.where(points.seen[:, None, :], kernel(log_examples, points.log_examples), 0.0)[:, None] * wave_variance
    pull = across @ np.linalg.inv(_spread(points))
    own = kernel(log_examples, log_examples)[:, None] * wave_variance + eye * noise_variance
    rest = own - pull @ np.swapaxes(across, -1, -2)
    lower = np.linalg.cholesky(rest + 1e-12 * eye)
    curve = np.arange(len(size))[:, None]
    wave = -np.einsum("cdpq,cdq->cdp", pull[curve, size], missed)
    luck = np.einsum("cdpq,cdq->cdp", lower[curve, size], rng.normal(size=value.shape))
    return value + wave + luck  # type: ignore[no-any-return]
