"""Fit curves by two laws, and carry them on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from tuneplan.axes import Array
from tuneplan.evidence.curves.errors import errors
from tuneplan.evidence.curves.laws import POWER, RECTIFIED, WITH_FORMAT, Law
from tuneplan.evidence.curves.populations import family_of, population, prior_of
from tuneplan.evidence.curves.posterior import Draws, Points, Posterior, drawn, fitted
from tuneplan.evidence.curves.records import Curve, CurveFit, LawFit
from tuneplan.evidence.curves.remarks import remarks, rises
from tuneplan.late import np, special

EARLY = 200.0
"""Examples below which the format's part is not over on the curves of the population. [example]"""
AT_ONCE = 1000
"""Points that are fitted at once, so that arrays stay small."""
DRAWS = 1000


def fit(
    curves: Sequence[Curve], at: Sequence[float], *, draws: int = DRAWS, seed: int = 0, told: Callable[[int, int], None] = lambda _done, _all: None
) -> list[CurveFit]:
    """Fit every curve, and carry it on to ``at`` examples.

    A curve of a base that is among the thirty of the population is fitted with the population that has seen
    none of its family.

    Parameters
    ----------
    curves
        Each with one trained point or more.
    at
        Examples, above 0. [example]
    told
        Called with how many curves are done, and how many there are, before the next ones.
    """
    found: dict[int, CurveFit] = {}
    for numbers in _batches(curves):
        told(len(found), len(curves))
        some = [curves[number] for number in numbers]
        found |= dict(zip(numbers, _fit(some, np.array([float(each) for each in at]), draws=draws, seed=seed), strict=True))
    return [found[number] for number in range(len(curves))]


def _batches(curves: Sequence[Curve]) -> Iterator[list[int]]:
    """Numbers of curves that are fitted together: of one law, and not too many points."""
    for early in (False, True):
        batch: list[int] = []
        most = 0
        for number, curve in enumerate(curves):
            if _is_early(curve) != early:
                continue
            most = max(most, len(curve.trained))
            if batch and (len(batch) + 1) * most > AT_ONCE:
                yield batch
                batch, most = [], len(curve.trained)
            batch.append(number)
        if batch:
            yield batch


def _is_early(curve: Curve) -> bool:
    """Whether the format's part can be seen: the base, and a point that it is still at work at."""
    return curve.start is not None and any(0.0 < count < EARLY for count in curve.examples)


def points_of(curves: Sequence[Curve]) -> Points:
    """Trained points of curves as arrays as wide as the longest."""
    wide = max(len(curve.trained) for curve in curves)
    log_examples, log_loss, log_error = (np.zeros((len(curves), wide)) for _ in range(3))
    seen = np.zeros((len(curves), wide), dtype=bool)
    for row, curve in enumerate(curves):
        places = curve.trained
        loss = curve.scale.as_loss(np.array([curve.values[place] for place in places]))
        seen[row, : len(places)] = True
        log_examples[row, : len(places)] = np.log([curve.examples[place] for place in places])
        log_loss[row, : len(places)] = np.log(loss)
        if curve.errors:
            log_error[row, : len(places)] = np.array([curve.errors[place] for place in places]) / curve.scale.span / loss
    starts = [np.nan if curve.start is None else float(np.log(curve.scale.as_loss(np.array(curve.start)))) for curve in curves]
    return Points(log_examples=log_examples, log_loss=log_loss, log_error=log_error, seen=seen, log_start=np.array(starts))


def posterior_of(law: Law, curves: Sequence[Curve], *, seed: int = 0) -> Posterior:
    """What is known of the parameters of a law on each curve."""
    points = points_of(curves)
    populations = [population(law, without=family_of(curve.base_model)) for curve in curves]
    of_losses = np.array([curve.scale.unit == "loss" for curve in curves])
    return fitted(law, points, prior_of(law, populations, points.log_loss[:, 0], of_losses=of_losses), seed=seed)


def _fit(curves: Sequence[Curve], at: Array, *, draws: int, seed: int) -> list[CurveFit]:
    law = WITH_FORMAT if _is_early(curves[0]) else RECTIFIED
    log_at = np.broadcast_to(np.log(at), (len(curves), len(at)))
    posteriors = [posterior_of(each, curves, seed=seed) for each in (law, POWER)]
    drawn_by = [drawn(each, log_at, draws=draws, seed=seed) for each in posteriors]
    laws = [_law_fits(*each) for each in zip(posteriors, drawn_by, strict=True)]
    return [
        _curve_fit(curve, row, at, posteriors[0].points, drawn_by[0], drawn_by[1].log_loss[row], (laws[0][row], laws[1][row]))
        for row, curve in enumerate(curves)
    ]


def _law_fits(posterior: Posterior, found: Draws) -> list[LawFit]:
    """How far each curve's points lie from the law, of the draw that lies nearest."""
    points = posterior.points
    value, _ = posterior.law.value(found.parameters, points.log_examples[:, None], points.log_start[:, None, None])
    seen = points.seen[:, None]
    squares = np.where(seen, (value - points.log_loss[:, None]) ** 2, 0.0).sum(axis=-1) / seen.sum(axis=-1)
    return [
        LawFit(name=posterior.law.name, missed=float(missed), log_evidence=float(evidence))
        for missed, evidence in zip(np.sqrt(squares.min(axis=1)), posterior.log_evidence, strict=True)
    ]


def _curve_fit(
    curve: Curve, row: int, at: Array, points: Points, found: Draws, by_power: Array, laws: tuple[LawFit, LawFit]
) -> CurveFit:
    parameters, scale = found.parameters[row], curve.scale
    level, floor = np.exp(parameters[:, 0]), np.exp(parameters[:, 0]) * special.expit(parameters[:, 1])
    numbers = {"data_exponent": np.exp(parameters[:, 3]), "half_gap_examples": np.exp(parameters[:, 2]), "ceiling": scale.as_given(floor)}
    start = float(np.exp(points.log_start[row]))
    if curve.start is not None:
        numbers["format_share"] = np.clip((start - level) / np.maximum(start - floor, 1e-12), 0.0, 1.0)
    rough = np.median(errors().log_sd[found.size[row]])
    values = scale.as_given(np.exp(found.log_loss[row]))
    return CurveFit(
        curve=curve, numbers=numbers, at=at, values=values, log_losses=found.log_loss[row],
        told=(at <= max(curve.examples)) | (not rises(curve)), by_power=scale.as_given(np.exp(np.median(by_power, axis=0))), laws=laws,
        remarks=remarks(curve, at.tolist(), rough=float(rough)),
    )  # fmt: skip
