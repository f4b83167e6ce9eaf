"""How far measured points of a curve lie from its law: a smooth wave (the law is not the world) and noise.

Either is as large as an unknown size of each curve says. Most published curves are smooth, their noise a fifth of
their wave; beside that, points may scatter by any log-sd up to 1, which repeats at one size tell best.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from tuneplan.axes import Array, Mask
from tuneplan.late import np

NOISE_SD, WAVE_SD, WAVE_LENGTH = 0.006, 0.03, 4.0
"""Log-sd of noise and of the wave at amplitude 1, and how far the wave is the same, in log examples; by the
evidence (marginal likelihood) of the 90 curves among eight settings."""
AMPLITUDES = (0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.2, 3.5, 6.0)
AMPLITUDE_LOG_SD = 0.7
SCATTERS = (0.02, 0.04, 0.08, 0.15, 0.3, 0.6, 1.0)
"""Log-sd of noise beyond that of published curves, each as likely as the next. [1]"""
SCATTERED_AMPLITUDES = (0.4, 1.0, 2.2, 6.0)
"""Amplitudes of the wave that are told apart under such noise: fewer, since it hides them."""
SCATTERED = 0.5
"""Chance that a curve's noise is beyond that of published ones, where it is not seen yet; assumed. Of .3, .5 and .7 all
leave the published curves as they are; five points that scatter by 5 % hold 67 % in bands of 80 % at .3, 71 % here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Sizes that errors may have; all ``(size,)``.

    Attributes
    ----------
    wave
        Amplitude of the wave; its log-sd is ``WAVE_SD`` times that.
    noise
        Log-sd of noise.
    log_prior
        Log of the chance of each before points are seen.
    """

    wave: Array
    noise: Array
    log_prior: Array

    @property
    def log_sd(self) -> Array:
        """Of wave and noise together. ``(size,)``"""
        return np.hypot(WAVE_SD * self.wave, self.noise)


@cache
def errors() -> Errors:
    """Smooth curves, then those that scatter.

    >>> round(float(np.exp(errors().log_prior).sum()), 12)
    1.0
    """
    smooth, few = np.array(AMPLITUDES), np.array(SCATTERED_AMPLITUDES)
    scatter = np.repeat(np.array(SCATTERS), len(few))
    wave = np.concatenate([smooth, np.tile(few, len(SCATTERS))])
    return Errors(
        wave=wave,
        noise=np.hypot(NOISE_SD * wave, np.concatenate([np.zeros(len(smooth)), scatter])),
        log_prior=np.log(np.concatenate([(1.0 - SCATTERED) * _chances(smooth), SCATTERED / len(SCATTERS) * np.tile(_chances(few), len(SCATTERS))])),
    )


def _chances(amplitudes: Array) -> Array:
    """Of amplitudes that are log-normal around 1."""
    height = np.exp(-0.5 * (np.log(amplitudes) / AMPLITUDE_LOG_SD) ** 2)
    return height / height.sum()  # type: ignore[no-any-return]


def kernel(one: Array, other: Array) -> Array:
    """Covariance of the wave at amplitude 1 between two rows of points, ``(..., one, other)``: Matern, 3/2."""
    apart = np.sqrt(3.0) * np.abs(one[..., :, None] - other[..., None, :]) / WAVE_LENGTH
    return WAVE_SD**2 * (1.0 + apart) * np.exp(-apart)  # type: ignore[no-any-return]


def spread(log_examples: Array, *, seen: Mask, reported: Array) -> Array:
    """Covariance of errors, ``(curve, size, point, point)``; of what was not seen, 1 by itself.

    Parameters
    ----------
    log_examples, seen
        Points and whether they are there, ``(curve, point)``.
    reported
        Standard errors of log losses; 0 where none was. ``(curve, point)``
    """
    sizes, eye = errors(), np.eye(seen.shape[1])
    wave = np.where(seen[:, :, None] & seen[:, None, :], kernel(log_examples, log_examples), 0.0)
    of_point = np.where(seen[:, None], reported[:, None] ** 2 + sizes.noise[:, None] ** 2, 1.0)
    return sizes.wave[:, None, None] ** 2 * wave[:, None] + eye * (of_point[:, :, None, :] + 1e-12)
