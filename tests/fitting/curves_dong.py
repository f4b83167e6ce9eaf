"""Dong et al. 2023 (arXiv 2310.05492): scores of mixtures on a model size that is left out.

Three tasks (GSM8K, MT-Bench, HumanEval), trained alone and mixed, at five fractions of their data, on LLaMA 7B, 13B
and 33B. What each fold is told: alone and mixed scores of the two other sizes, and those alone of the size left out;
what it is asked: the five mixed scores of that size. The law is core's: own and borrowed examples, the format pool,
interference by token share, gap to the ceiling by size. Independent: nothing is borrowed and nothing interferes
(similarity, format transfer and interference 0). Pooled: all examples count as own (similarity 1).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from tuneplan.core import declared_params
from tuneplan.core.capability import bounded, gap_at_size, open_gap_before_interference, score_of_gap
from tuneplan.core.distributions import Distribution, beta
from tuneplan.core.transfer import RELATIONS, interference, power_of_similarity, progress

TASKS = {"GSM8K": (110_142.0, 100.0), "MT-Bench": (86_060.0, 10.0), "HumanEval": (20_022.0, 100.0)}
"""Examples at fraction 1, and width of the metric's scale."""
SIZES = {"LLaMA-7B": 6.7e9, "LLaMA-13B": 13.0e9, "LLaMA-33B": 32.5e9}
STATED_AT = 8e9
STARTS = 12
NOISE = 0.02
"""Standard deviation of a score around the law, as a share of the scale; between runs alone it is .5 to 3 points."""
ANCHORS = {"independent": (2.88, 0.52, 3.52), "pooled": (2.95, 0.39, 3.09)}
DECLARED = {param.name: param.default for param in declared_params()}
PRIORS: dict[str, Distribution] = {
    **{name: DECLARED[name] for name in ("data_exponent", "half_gap_examples", "format_share", "format_examples", "headroom",
                                         "size_exponent", "interference_strength", "interference_sharpness", "transfer_sharpness", "size_relief", "format_transfer")},
    "similarity": RELATIONS["mixed"],
    "base": beta(1.0, 4.0),
}  # fmt: skip
"""Of each task; the score of the base is not published: 0 to half of the scale, assumed."""
SHUT = {"independent": {"similarity": 0.0, "format_transfer": 0.0, "interference_strength": 0.0},
        "pooled": {"similarity": 1.0, "format_transfer": 1.0, "interference_strength": 0.0}, "law": {}}  # fmt: skip
"""What each way of predicting takes as given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Scores of one task, as shares of the scale; all ``(row,)``."""

    params: np.ndarray
    mixed: np.ndarray
    own: np.ndarray
    others: np.ndarray
    score: np.ndarray


def rows_of(table: Sequence[Mapping[str, str]], task: str) -> Rows:
    """Of the published table."""
    some = [row for row in table if row["eval"] == task]
    mixed = np.array([row["regime"] == "mix" for row in some])
    own = np.array([float(row["own_examples"]) for row in some])
    total = np.array([float(row["total_examples"]) for row in some])
    return Rows(params=np.array([SIZES[row["model"]] for row in some]), mixed=mixed, own=own, others=np.where(mixed, total - own, 0.0),
                score=np.array([float(row["score"]) for row in some]) / TASKS[task][1])  # fmt: skip


def predicted(numbers: Mapping[str, float], rows: Rows) -> np.ndarray:
    """Scores by the law. ``(row,)``"""
    given = {name: np.asarray(value) for name, value in numbers.items()}
    borrowed = power_of_similarity(given["similarity"], given["transfer_sharpness"]) * rows.others
    unhindered = power_of_similarity(given["similarity"], given["interference_sharpness"])
    total = rows.own + rows.others
    slowed = interference(
        (rows.own + unhindered * rows.others) / total, progress(total, given["format_examples"]), strength=given["interference_strength"],
        size_relief=given["size_relief"], base_params=rows.params,
    )  # fmt: skip
    pool = rows.own + np.maximum(given["format_transfer"], given["similarity"]) * rows.others
    gap = bounded(open_gap_before_interference(rows.own + borrowed, pool, **{name: given[name] for name in ("data_exponent", "half_gap_examples", "format_share", "format_examples")}), slowed)
    ceiling = given["base"] + (1.0 - given["base"]) * given["headroom"]
    wide = gap_at_size(ceiling - given["base"], params=rows.params, measured_params=STATED_AT, size_exponent=given["size_exponent"], most=1.0)
    return np.asarray(score_of_gap(gap, base=ceiling - wide, ceiling=ceiling))


def fitted(rows: Rows, told: np.ndarray, shut: Mapping[str, float]) -> dict[str, float]:
    """Numbers at their most likely, given the priors, from several starts."""
    names = [name for name in PRIORS if name not in shut]

    def numbers(at: np.ndarray) -> dict[str, float]:
        values = {name: float(PRIORS[name].ppf(special.ndtr(np.clip(each, -5.0, 5.0)))) for name, each in zip(names, at, strict=True)}
        return {**values, **shut}

    def missed(at: np.ndarray) -> np.ndarray:
        return np.concatenate([(predicted(numbers(at), rows) - rows.score)[told] / NOISE, at])

    starts = np.random.default_rng(0).normal(size=(STARTS, len(names)))
    starts[0] = 0.0
    found = [optimize.least_squares(missed, start, max_nfev=60) for start in starts]
    return numbers(min(found, key=lambda each: each.cost).x)


def errors(table: Sequence[Mapping[str, str]], way: str, task: str) -> np.ndarray:
    """Predicted minus measured on mixtures, each size left out in turn, in the unit of the score. ``(row,)``"""
    rows = rows_of(table, task)
    found = []
    for params in SIZES.values():
        asked = (rows.params == params) & rows.mixed
        numbers = fitted(rows, ~asked, SHUT[way])
        found.append((predicted(numbers, rows) - rows.score)[asked] * TASKS[task][1])
    return np.concatenate(found)


def table_of(table: Sequence[Mapping[str, str]]) -> dict[str, tuple[float, ...]]:
    """Root mean square errors by way of predicting, one a task."""
    return {way: tuple(float(np.sqrt((errors(table, way, task) ** 2).mean())) for task in TASKS) for way in SHUT}


if __name__ == "__main__":
    import csv
    from pathlib import Path

    path = Path(__file__).resolve().parents[3] / "shared" / "data" / "published_tables" / "dong2023_sft_composition.csv"
    for way, found in table_of(list(csv.DictReader(path.open(encoding="utf-8")))).items():
        sys.stdout.write(f"{way:12} " + " ".join(f"{each:.2f}" for each in found) + f"   anchor {ANCHORS.get(way, '')}\n")
