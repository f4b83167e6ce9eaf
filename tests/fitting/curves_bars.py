"""The bars of learning curves, printed: ``python tests/fitting/curves_bars.py``.

Extrapolation: fitted up to 51 200 examples, asked for 102 400 to 1.6 million. A curve's error is the root mean square of
log(predicted / measured) over these five sizes (log-RMSD, as the paper's repository reports fits), a task's the median
over its 30 curves. Every curve is fitted with the population that has seen no base of its family. The anchors come with
the project's bars; our own least-squares fit of the same laws, without any prior, stands beside them.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import curves_dong
import curves_regmix
import numpy as np
from fit_learning_curves import LAST_FITTED, TASKS, Measured, measured, points_of

from tuneplan.evidence.curves.fitting import fit
from tuneplan.evidence.curves.laws import POWER, RECTIFIED, Law
from tuneplan.evidence.curves.records import Curve
from tuneplan.evidence.curves.solving import least_squares

SHARED = Path(__file__).resolve().parents[3] / "shared"
ANCHORS = {"flan": 0.046, "gigaword": 0.017, "wmt19": 0.042}
FREE_STARTS = 60
LEVEL = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Extrapolation:
    """One way of predicting all curves; ``(curve, size)``.

    Attributes
    ----------
    missed
        Log of predicted over measured.
    inside
        Whether the 80 % band holds; None where there is no band.
    """

    missed: np.ndarray
    inside: np.ndarray | None = None

    def error(self, curves: np.ndarray) -> float:
        """Median over curves of their log-RMSD."""
        return float(np.median(np.sqrt((self.missed[curves] ** 2).mean(axis=1))))

    def absolute(self, curves: np.ndarray) -> float:
        """Median over all points of the absolute log error."""
        return float(np.median(np.abs(self.missed[curves])))


def ours(curves: Measured) -> Extrapolation:
    """What the library predicts."""
    asked = curves.examples > LAST_FITTED
    told = [
        Curve(name=f"{task}/{base}", task=task, base_model=base, examples=tuple(curves.examples[~asked]), values=tuple(row[~asked]))
        for task, base, row in zip(curves.task, curves.base, curves.loss, strict=True)
    ]
    found = np.stack([each.values for each in fit(told, curves.examples[asked])])
    low, middle, high = np.quantile(found, [0.5 - LEVEL / 2, 0.5, 0.5 + LEVEL / 2], axis=1)
    seen = curves.loss[:, asked]
    return Extrapolation(missed=np.log(middle / seen), inside=(seen >= low) & (seen <= high))


def free(curves: Measured, law: Law) -> Extrapolation:
    """Least squares of log losses from many starts, no prior: what the paper's laws give by themselves."""
    points = points_of(curves, np.ones(len(curves.base), dtype=bool), most=LAST_FITTED)
    rng = np.random.default_rng(0)
    low, high = {"rectified": ((0.0, -8.0, 2.0, -2.3), (0.5, 2.0, 14.0, 0.2)), "power": ((-0.5, -8.0, -4.0), (0.2, 2.0, 0.0))}[law.name]
    start = rng.uniform(low, high, size=(len(curves.base), FREE_STARTS, len(low)))
    start[..., 0] += points.log_loss[:, :1]

    def residuals(at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value, slopes = law.value(at, points.log_examples[:, None], points.log_start[:, None, None])
        return value - points.log_loss[:, None], slopes

    found, half = least_squares(residuals, start, steps=100)
    best = found[np.arange(len(found)), half.argmin(axis=1)]
    asked = curves.examples > LAST_FITTED
    told, _ = law.value(best, np.broadcast_to(np.log(curves.examples[asked]), (len(best), asked.sum())), points.log_start[:, None])
    return Extrapolation(missed=told - np.log(curves.loss[:, asked]))


def extrapolations(curves: Measured) -> dict[str, Extrapolation]:
    """Ours, then the yardsticks."""
    return {"ours": ours(curves), "rectified law alone": free(curves, RECTIFIED), "power law alone": free(curves, POWER)}


def read(path: str) -> list[dict[str, str]]:
    """A raw table."""
    with (SHARED / path).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def print_extrapolation(curves: Measured) -> None:
    _say("Learning curves, fitted to 51 200 examples, predicted to 1.6 million: median over curves of log-RMSD (median absolute log error)")
    _say(f"{'':22}" + "".join(f"{name:>16}" for name in TASKS.values()) + "   80 % bands hold")
    for name, found in extrapolations(curves).items():
        cells = "".join(f"{found.error(curves.task == task):>8.3f} ({found.absolute(curves.task == task):.3f})" for task in TASKS)
        _say(f"{name:22}{cells}   {'' if found.inside is None else f'{found.inside.mean():.0%}'}")
    _say(f"{'anchor, rectified law':22}" + "".join(f"{ANCHORS[task]:>8.3f}        " for task in TASKS))


def print_dong() -> None:
    _say("\nDong et al. 2023: mixed scores of a model size left out (its scores alone are told), root mean square error")
    _say(f"{'':22}" + "".join(f"{task:>12}" for task in curves_dong.TASKS))
    for way, found in curves_dong.table_of(read("data/published_tables/dong2023_sft_composition.csv")).items():
        _say(f"{way:22}" + "".join(f"{each:>12.2f}" for each in found))
    for way, anchor in curves_dong.ANCHORS.items():
        _say(f"{f'anchor, {way}':22}" + "".join(f"{each:>12.2f}" for each in anchor))


def print_regmix(reader: Callable[[str], list[dict[str, str]]] = read) -> None:
    _say("\nRegMix: 13 losses of 256 held-out mixtures of 17 domains, fitted on 512")
    _say(f"{'':22}{'RMSE':>10}{'of the spread':>16}{'rank correlation':>18}")
    for law, (error, relative, ranks) in curves_regmix.table_of(reader).items():
        _say(f"{law:22}{error:>10.4f}{relative:>16.3f}{ranks:>18.4f}")


if __name__ == "__main__":
    print_extrapolation(measured())
    print_dong()
    print_regmix()
