"""Fit a population on curves: maximum likelihood of a mixture by expectation and maximisation."""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.evidence.curves.laws import Law
from tuneplan.evidence.curves.populations import Population, as_prior
from tuneplan.evidence.curves.posterior import Points, fitted
from tuneplan.late import np

FIRST_GUESS = {"rectified": ((1.0, -1.0, 9.0, -1.1), (0.5, 1.5, 2.5, 0.5)), "power": ((1.0, -1.0, -1.8), (0.5, 1.5, 0.7))}
"""Mean and sd with which fitting starts, by law."""
ROUNDS = 7
STARTS = 3
KINDS = {"rectified": 2, "power": 1}
"""A third kind of curve raises the log evidence of the 90 curves by 8, for 15 parameters more; the power law is
fitted for comparison."""
TRIES = 2
GROUPING_ROUNDS = 20
LEAST_WEIGHT = 1e-3
FIRM = 4.0
"""Curves' worth of the spread over all kinds in the covariance of each: no kind of few curves becomes narrow."""
LEAST_SD = 0.01


def learnt(law: Law, points: Points, *, tries: int = TRIES) -> Population:
    """A population, a mixture of kinds of curves: the best, by evidence, of several tries.

    Kinds are found, not given: nothing is told of tasks or bases.
    """
    one = _single(*FIRST_GUESS[law.name])
    for _ in range(ROUNDS - 2):
        one, middle, _ = once_more(law, points, one)
    kinds = KINDS[law.name]
    found = [_mixture(law, points, one, middle, kinds=kinds, seed=seed) for seed in range(tries if kinds > 1 else 1)]
    return max(found, key=lambda each: each[1])[0]


def _mixture(law: Law, points: Points, one: Population, middle: Array, *, kinds: int, seed: int) -> tuple[Population, float]:
    """A mixture and its log evidence, from a first grouping of the curves."""
    now, evidence = _grouped(one, middle, kinds=kinds, seed=seed), -np.inf
    for _ in range(ROUNDS):
        now, _, evidence = once_more(law, points, now)
    return now, float(evidence)


def _single(mean: tuple[float, ...], sd: tuple[float, ...]) -> Population:
    return Population(weight=np.ones(1), mean=np.array([mean]), covariance=np.diag(np.square(sd))[None])


def _grouped(one: Population, middle: Array, *, kinds: int, seed: int) -> Population:
    """Means of groups of curves that lie together (k-means), each with half the spread of all."""
    lower = np.linalg.inv(np.linalg.cholesky(np.cov(middle.T)))
    place = (middle - middle.mean(axis=0)) @ lower.T
    centre = place[np.random.default_rng(seed).choice(len(place), kinds, replace=False)]
    for _ in range(GROUPING_ROUNDS):
        group = ((place[:, None] - centre) ** 2).sum(axis=-1).argmin(axis=1)
        centre = np.stack([place[group == kind].mean(axis=0) if (group == kind).any() else centre[kind] for kind in range(kinds)])
    weight = np.array([(group == kind).mean() for kind in range(kinds)])
    mean = np.stack([middle[group == kind].mean(axis=0) if (group == kind).any() else one.mean[0] for kind in range(kinds)])
    return Population(weight=np.maximum(weight, LEAST_WEIGHT), mean=mean, covariance=np.repeat(0.5 * one.covariance, kinds, axis=0))


def once_more(law: Law, points: Points, now: Population) -> tuple[Population, Array, float]:
    """One round: what each curve says, given the population; the population, given that; the evidence before."""
    count = len(points.log_loss)
    posterior = fitted(law, points, as_prior(now, curves=count), starts=STARTS)
    own = posterior.weight.sum(axis=2)
    share = posterior.weight / np.maximum(own[:, :, None], 1e-300)
    middle = np.einsum("cka,ckai->cki", share, posterior.middle)
    away = posterior.middle - middle[:, :, None]
    spread = np.einsum("cka,ckaij->ckij", share, posterior.covariance + away[..., :, None] * away[..., None, :])
    total = own.sum(axis=0)
    mean = np.einsum("ck,cki->ki", own, middle) / total[:, None]
    everywhere = np.einsum("ck,cki->i", own, middle) / count
    new = Population(weight=(total + 1.0) / (count + len(total)), mean=mean, covariance=_covariance(own, middle, spread, mean, everywhere))
    return new, np.einsum("ck,cki->ci", own, middle), float(posterior.log_evidence.sum())


def _covariance(own: Array, middle: Array, spread: Array, mean: Array, everywhere: Array) -> Array:
    """Of each kind, firmed by that over all kinds."""

    def around(centre: Array) -> Array:
        away = middle - centre
        return spread + away[..., :, None] * away[..., None, :]

    of_kind = np.einsum("ck,ckij->kij", own, around(mean))
    of_all = np.einsum("ck,ckij->ij", own, around(everywhere)) / len(own)
    total = own.sum(axis=0)[:, None, None]
    firm = 0.3 * FIRM
    return (of_kind + firm * of_all) / (total + FIRM) + LEAST_SD**2 * np.eye(of_all.shape[0])  # type: ignore[no-any-return]
