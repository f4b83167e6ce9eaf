"""Published learning curves as cases: fit the rows of part ``fit``, predict those of part ``predict``."""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.axes import Array
from tuneplan.evidence.cases import Case
from tuneplan.evidence.curves.fitting import fit
from tuneplan.evidence.curves.records import Curve, CurveFit
from tuneplan.evidence.prediction import LEVEL, PREDICTORS, Prediction
from tuneplan.late import np, special
from tuneplan.study.design import Design

DRAWS = 512
"""Draws a curve: simulation moves a band's ends by about a twentieth of its width."""
LAST_FITTED = 51_200.0
"""Rows that name no part are fitted up to here, and predicted beyond, as the paper does. [example]"""
UNKNOWN_LOSS, UNKNOWN_ERROR, UNKNOWN_AT = 2.0, 0.5, 1000.0
"""A curve without a trained point: some loss there, or a good part of the base's, give or take half of it; assumed."""
OF_BASE = 0.7


@PREDICTORS.add(unit="loss", scale="ratio")
def learning_curve(cases: Sequence[Case], design: Design) -> list[Prediction]:
    """Loss at the examples of rows of part ``predict``, from the rows of part ``fit`` of the same curve alone.

    A curve of a base that is among the thirty behind the population is fitted with the population that has seen
    none of its family; what is asked for is read by nobody before it is scored.
    """
    curves: dict[str, list[Case]] = {}
    for case in cases:
        curves.setdefault(case.case_id, []).append(case)
    alike: dict[tuple[float, ...], list[list[Case]]] = {}
    for rows in curves.values():
        at = tuple(sorted({_examples(case) for case in rows if part_of(case) == "predict" and _examples(case) > 0.0}))
        if at:
            alike.setdefault(at, []).append(rows)
    found: dict[tuple[str, float], Prediction] = {}
    for at, several in alike.items():
        fits = fit([_curve(rows) for rows in several], at, draws=DRAWS, seed=design.seed)
        for rows, each in zip(several, fits, strict=True):
            found |= {(case.case_id, _examples(case)): _prediction(case, each) for case in rows if _examples(case) in at and part_of(case) == "predict"}
    return [found[case.case_id, _examples(case)] for case in cases if part_of(case) == "predict" and (case.case_id, _examples(case)) in found]


def part_of(case: Case) -> str:
    """``fit`` or ``predict``; where nobody says, by size, and what was not measured is asked for."""
    beyond = _examples(case) > LAST_FITTED or case.number("loss") is None
    return case.word("part") or ("predict" if beyond else "fit")


def _examples(case: Case) -> float:
    return case.number("examples") or 0.0


def _curve(rows: Sequence[Case]) -> Curve:
    """The points that may be fitted; one that stands for ignorance where none was trained."""
    seen = sorted((_examples(case), case.number("loss") or 0.0) for case in rows if part_of(case) == "fit" and case.number("loss") is not None)
    errors = [0.0] * len(seen)
    if not any(count > 0.0 for count, _ in seen):
        loss = OF_BASE * seen[0][1] if seen else UNKNOWN_LOSS
        seen, errors = [*seen, (UNKNOWN_AT, loss)], [*errors, UNKNOWN_ERROR * loss]
    return Curve(
        name=rows[0].case_id, task=rows[0].word("task"), base_model=rows[0].word("base_model"), examples=tuple(count for count, _ in seen),
        values=tuple(loss for _, loss in seen), errors=tuple(errors),
    )  # fmt: skip


def _prediction(case: Case, found: CurveFit) -> Prediction:
    place = int(np.searchsorted(found.at, _examples(case)))
    lower, middle, upper = np.quantile(found.values[:, place], [0.5 - LEVEL / 2.0, 0.5, 0.5 + LEVEL / 2.0])
    measured = case.number("loss")
    return Prediction(
        case=case, predicted=float(middle), lower=float(lower), upper=float(upper), measured=measured,
        log_score=None if measured is None else log_density(found.log_losses[:, place], float(np.log(measured))),
        missing=("loss",) if found.curve.errors[-1] > 0.0 else (),
    )  # fmt: skip


def log_density(draws: Array, value: float) -> float:
    """Log of the density that draws give to a value: normals as wide as Silverman's rule says. [nat]

    >>> round(log_density(np.random.default_rng(0).normal(size=100_000), 0.0), 2)
    -0.93
    """
    quartiles = np.quantile(draws, [0.25, 0.75])
    width = 0.9 * max(min(float(draws.std()), float(quartiles[1] - quartiles[0]) / 1.349), 1e-9) * len(draws) ** -0.2
    away = -0.5 * ((draws - value) / width) ** 2
    return float(special.logsumexp(away) - np.log(len(draws) * width) - 0.5 * np.log(2.0 * np.pi))
