"""Learning curves of Lin et al. 2024 (arXiv 2402.02314) -> what ships: cases, populations of laws, priors.

``python tests/fitting/fit_learning_curves.py [cases] [populations]`` writes the files that it names, both without
a name; populations take some five minutes. ``test_learning_curves.py`` checks that what ships is what this gives.
``... next_task`` prints, in a minute, what a population says of a task that it has not seen: why covariances are
widened. Priors of the model are ``fit_curve_priors.py``'s.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import tuneplan
from tuneplan.evidence.curves import populations as of_curves
from tuneplan.evidence.curves.laws import POWER, RECTIFIED
from tuneplan.evidence.curves.learning import learnt
from tuneplan.evidence.curves.populations import FAMILIES, POPULATIONS, Population, prior_of
from tuneplan.evidence.curves.posterior import Points, drawn, fitted

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "rectified_scaling_law"
TASKS = {"flan": "FLAN", "gigaword": "Gigaword", "wmt19": "WMT19"}
CASES = Path(tuneplan.__file__).parent / "evidence" / "bundled" / "learning_curves.csv"
LAST_FITTED = 51_200
"""Where the published extrapolation ends: more examples are predicted. [example]"""
SOURCE = "arXiv 2402.02314"
REMARK = (
    "# Lin et al. 2024 (arXiv 2402.02314): test loss in nats a token after full fine-tuning of 30 bases on 3 tasks; measurements of "
    "github.com/linhaowei1/Fine-tuning-Scaling-Law (commit 5214568, Apache-2.0), benchmark/*.csv, rounded to 5 digits"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All curves; arrays ``(curve,)`` or ``(curve, size)``."""

    examples: np.ndarray
    loss: np.ndarray
    task: np.ndarray
    base: np.ndarray
    family: np.ndarray
    params: np.ndarray
    sha256: str


def measured() -> Measured:
    """The raw tables."""
    rows, digest = [], hashlib.sha256()
    for task in TASKS:
        content = (RAW / f"{task}.csv").read_bytes()
        digest.update(content)
        rows += [{**row, "task": task} for row in csv.DictReader(content.decode("utf-8").splitlines())]
    sizes = [name for name in rows[0] if name.isdigit()]
    return Measured(
        examples=np.array([float(size) for size in sizes]), loss=np.array([[float(row[size]) for size in sizes] for row in rows]),
        task=np.array([row["task"] for row in rows]), base=np.array([row["config name"] for row in rows]),
        family=np.array([row["family"] for row in rows]), params=np.array([float(row["size"]) for row in rows]), sha256=digest.hexdigest(),
    )  # fmt: skip


def points_of(curves: Measured, rows: np.ndarray, *, most: float = np.inf) -> Points:
    """Trained points of some curves, up to ``most`` examples."""
    sizes = (curves.examples > 0.0) & (curves.examples <= most)
    loss = curves.loss[rows][:, sizes]
    return Points(
        log_examples=np.broadcast_to(np.log(curves.examples[sizes]), loss.shape).copy(), log_loss=np.log(loss), log_error=0.0 * loss,
        seen=np.ones(loss.shape, dtype=bool), log_start=np.log(curves.loss[rows][:, 0]),
    )  # fmt: skip


# ---- cases ----------------------------------------------------------------------------------------


def cases(curves: Measured) -> str:
    """The bundled table of cases, as CSV."""
    lines = [REMARK, "kind,case_id,source,task,base_model,params,examples,part,loss"]
    for row, base in enumerate(curves.base):
        task = str(curves.task[row])
        name = f"{task}/{base.rpartition('/')[2]}"
        for size, loss in zip(curves.examples, curves.loss[row], strict=True):
            part = "fit" if size <= LAST_FITTED else "predict"
            lines.append(f"learning_curve,{name},{SOURCE} {TASKS[task]},{task},{base},{curves.params[row]:.4g},{size:.0f},{part},{loss:.5g}")
    return "\n".join(lines) + "\n"


def families(curves: Measured) -> str:
    """Bases and their families, as CSV."""
    found = dict(zip(curves.base, curves.family, strict=True))
    return "base_model,family\n" + "".join(f"{base},{family}\n" for base, family in found.items())


# ---- populations ----------------------------------------------------------------------------------


def populations(curves: Measured) -> str:
    """Populations on all curves, and without each family, as CSV."""
    lines = ["law,without,weight,mean,covariance"]
    for law in (RECTIFIED, POWER):
        for without in ("", *sorted(set(curves.family))):
            lines += _rows(law.name, without, learnt(law, points_of(curves, curves.family != without)))
            print(law.name, without or "(all)", flush=True)
    return "\n".join(lines) + "\n"


def _rows(law: str, without: str, found: Population) -> list[str]:
    lower = np.tril_indices(found.mean.shape[1])
    return [
        f"{law},{without},{weight:.4f},{_spelled(mean)},{_spelled(covariance[lower])}"
        for weight, mean, covariance in zip(found.weight / found.weight.sum(), found.mean, found.covariance, strict=True)
    ]


def _spelled(values: Sequence[float] | np.ndarray) -> str:
    return " ".join(f"{value:.5g}" for value in values)


def next_task(curves: Measured) -> None:
    """Print error and coverage beyond ``LAST_FITTED`` on each task, by a population without it, as it is and widened."""
    later = curves.examples > LAST_FITTED
    seen = {task: learnt(RECTIFIED, points_of(curves, curves.task != task)) for task in TASKS}
    for factor in (1.0, of_curves.NEXT_TASK):
        held, told = [], []
        for task, found in seen.items():
            rows = curves.task == task
            points = points_of(curves, rows, most=LAST_FITTED)
            wider = Population(weight=found.weight, mean=found.mean, covariance=found.covariance * factor / of_curves.NEXT_TASK)
            prior = prior_of(RECTIFIED, [wider] * int(rows.sum()), points.log_loss[:, 0], of_losses=np.ones(int(rows.sum()), dtype=bool))
            at = np.broadcast_to(np.log(curves.examples[later]), (int(rows.sum()), int(later.sum())))
            low, middle, high = np.quantile(drawn(fitted(RECTIFIED, points, prior), at, draws=1000).log_loss, [0.1, 0.5, 0.9], axis=1)
            log_loss = np.log(curves.loss[rows][:, later])
            held.append(float(((low <= log_loss) & (log_loss <= high)).mean()))
            told.append(f"{TASKS[task]} {np.median(np.sqrt(((middle - log_loss) ** 2).mean(axis=1))):.3f} ({held[-1]:.0%})")
        print(f"task never seen, covariance times {factor:g}: {', '.join(told)}; 80 % bands hold {np.mean(held):.0%}", flush=True)


if __name__ == "__main__":
    asked, curves = sys.argv[1:], measured()
    if not asked or "cases" in asked:
        CASES.parent.mkdir(exist_ok=True)
        CASES.write_text(cases(curves), encoding="utf-8")
        FAMILIES.write_text(families(curves), encoding="utf-8")
    if not asked or "populations" in asked:
        POPULATIONS.write_text(populations(curves), encoding="utf-8")
    if "next_task" in asked:
        next_task(curves)
