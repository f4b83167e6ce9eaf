"""What published curves say of the next one: a mixture of normals over the parameters of a law.

Fitted by ``tests/fitting/fit_learning_curves.py`` on 90 curves (30 bases, 3 tasks, 15 sizes; Lin et al. 2024,
arXiv 2402.02314), once on all and once without each family of bases: a curve of a base that is among the
thirty is fitted with the population that has seen none of its family.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from tuneplan.axes import Array, Mask
from tuneplan.evidence.curves.laws import Law
from tuneplan.late import np

POPULATIONS = Path(__file__).with_name("populations.csv")
FAMILIES = Path(__file__).with_name("families.csv")
LEVEL_ABOVE, LEVEL_SD = 0.2, 0.5
"""Where the level of a curve lies above its first point, in the log, and how surely, where the population's levels
say nothing: errors of another metric, or losses in another unit, lie elsewhere; assumed."""
NEXT_TASK = 3.0
"""Factor on the covariances of a population of three tasks, for a task that it has not seen. Fitted without each task in
turn, the bands of 80 % hold 64 % of what lies beyond as they are, 83 % with this factor (84 % where only bases are new)."""
LEVEL_HOLDS = 0.8
"""Chance that the levels of the population (nats a token) hold for another curve of losses; assumed."""
FORMAT_EXAMPLES, FORMAT_LOG_SD = 30.0, 1.5
"""Examples that close half of the format's part where a curve is seen below 200, and log-sd: between the few
hundred of LIMA (arXiv 2305.11206) and the curves, which have closed it before their first 200; assumed."""
SCORE_FLOOR, SCORE_FLOOR_SD = 0.0, 1.5
"""Logit of the share of the distance to a full score that is never closed, and its sd: .5, from .08 to .92 (90 %).
Scores level off sooner than losses; of eight settings the one of the least median error (3.4 points) among those under
which bands of 80 % hold up to 85 % (84 %) of what 18 curves of Dong et al. 2023 (arXiv 2310.05492) come to after their
second, third or fourth point."""
ALL = ""
"""Name of the population that leaves no family out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """A mixture of normals over the parameters of a law, the level (log of nats a token) among them.

    Attributes
    ----------
    weight
        ``(kind,)``, adding up to 1.
    mean
        ``(kind, parameter)``
    covariance
        ``(kind, parameter, parameter)``
    """

    weight: Array
    mean: Array
    covariance: Array


@dataclass(frozen=True, slots=True)
class Prior:
    """What is believed of each of several curves before its points are seen.

    Attributes
    ----------
    weight
        ``(curve, kind)``
    mean
        ``(curve, kind, parameter)``
    covariance
        ``(curve, kind, parameter, parameter)``
    """

    weight: Array
    mean: Array
    covariance: Array


def as_prior(each: Population, *, curves: int) -> Prior:
    """One population for so many curves, taken at its word."""
    return Prior(*(np.repeat(part[None], curves, axis=0) for part in (each.weight, each.mean, each.covariance)))


def prior_of(law: Law, populations: Sequence[Population], first: Array, *, of_losses: Mask) -> Prior:
    """Populations as priors, one a curve: each kind twice, with its level and without.

    Parameters
    ----------
    first
        Log loss at the first point of each curve, ``(curve,)``.
    of_losses
        Whether a curve is one of losses, so that the level and the floor of a population may hold, ``(curve,)``.
    """
    weight, mean, covariance = (np.stack([getattr(each, part) for each in populations]) for part in ("weight", "mean", "covariance"))
    covariance = NEXT_TASK * covariance
    free_mean, free_covariance = mean.copy(), covariance.copy()
    free_mean[..., 0] = first[:, None] + LEVEL_ABOVE
    free_covariance[..., 0, :] = free_covariance[..., :, 0] = 0.0
    free_covariance[..., 0, 0] = LEVEL_SD**2
    free_mean[~of_losses, :, 1] = SCORE_FLOOR
    free_covariance[~of_losses, :, 1, :] = free_covariance[~of_losses, :, :, 1] = 0.0
    free_covariance[~of_losses, :, 1, 1] = SCORE_FLOOR_SD**2
    holds = np.where(of_losses, LEVEL_HOLDS, 0.0)[:, None]
    prior = Prior(
        np.concatenate([holds * weight, (1.0 - holds) * weight], axis=1),
        np.concatenate([mean, free_mean], axis=1),
        np.concatenate([covariance, free_covariance], axis=1),
    )
    return prior if len(law.parameters) == mean.shape[-1] else _with_format(prior)


def _with_format(prior: Prior) -> Prior:
    """One parameter more, by itself: log D_f."""
    kinds, size = prior.mean.shape[1:]
    mean = np.concatenate([prior.mean, np.full((*prior.mean.shape[:2], 1), np.log(FORMAT_EXAMPLES))], axis=-1)
    covariance = np.zeros((len(mean), kinds, size + 1, size + 1))
    covariance[..., :size, :size] = prior.covariance
    covariance[..., -1, -1] = FORMAT_LOG_SD**2
    return Prior(prior.weight, mean, covariance)


def population(law: Law, *, without: str = ALL) -> Population:
    """The fitted population of a law's parameters.

    Parameters
    ----------
    without
        A family of bases that it has not seen; empty: it has seen all.
    """
    return _populations()[law.name, without]


def family_of(base_model: str) -> str:
    """Family of a base among the thirty, by its name with or without its maker's; empty where it is none of them.

    >>> family_of("gpt2-xl"), family_of("facebook/opt-1.3b"), family_of("OPT-1.3B"), family_of("llama-3.1-8b")
    ('GPT2', 'OPT', 'OPT', '')
    """
    return _families().get(_short(base_model), ALL)


def _short(base_model: str) -> str:
    return base_model.strip().lower().rpartition("/")[2].replace("_", "-").replace(" ", "-")


@cache
def _families() -> Mapping[str, str]:
    with FAMILIES.open(encoding="utf-8", newline="") as lines:
        return MappingProxyType({_short(row["base_model"]): row["family"] for row in csv.DictReader(lines)})


@cache
def _populations() -> Mapping[tuple[str, str], Population]:
    """Populations by law and family left out; covariances are written by their lower triangles."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    with POPULATIONS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault((row["law"], row["without"]), []).append(row)
    return MappingProxyType({key: _population(rows) for key, rows in found.items()})


def _population(rows: Sequence[Mapping[str, str]]) -> Population:
    means = np.array([[float(each) for each in row["mean"].split()] for row in rows])
    size = means.shape[1]
    lower = np.zeros((len(rows), size, size))
    for number, row in enumerate(rows):
        lower[number][np.tril_indices(size)] = [float(each) for each in row["covariance"].split()]
    covariance = lower + np.swapaxes(np.tril(lower, -1), 1, 2)
    return Population(weight=np.array([float(row["weight"]) for row in rows]), mean=means, covariance=covariance)
