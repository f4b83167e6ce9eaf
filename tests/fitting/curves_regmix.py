"""RegMix (arXiv 2407.01492): losses of held-out mixtures of 17 domains, by effective examples and by a rival law.

Fitted on 512 mixtures trained at 1M parameters, asked for 256 others of the same size; 13 losses, each by itself.

Ours: ``L = c + k / (1 + (sum_j tau_j r_j)^b)``, the slow part of ``core.capability`` with examples borrowed from every
domain, tau the learned row of the similarity matrix (in half gaps). Rival: ``L = c + k exp(sum_j t_j r_j)``, the data mixing
law of Ye et al. 2024 (arXiv 2403.16952). Twenty and nineteen numbers a loss.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy import optimize, stats

from tuneplan.core.capability import open_gap_before_interference

STARTS = 4
LOOSE = 1e-4
"""Weight of numbers that the data leave open."""
Law = Callable[[np.ndarray, np.ndarray], np.ndarray]


def effective(at: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Loss by borrowed examples; numbers: c, log k, log b, log tau. ``(mixture,)``"""
    borrowed = share @ np.exp(np.clip(at[3:], -12.0, 12.0))
    one = np.ones(())
    gap = open_gap_before_interference(borrowed, borrowed, data_exponent=np.exp(np.clip(at[2], -4.0, 2.0)) * one, half_gap_examples=one,
                                       format_share=0.0 * one, format_examples=one)  # fmt: skip
    return np.asarray(at[0] + np.exp(at[1]) * gap)


def exponential(at: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Loss by the data mixing law; numbers: c, log k, t. ``(mixture,)``"""
    return np.asarray(at[0] + np.exp(at[1] + np.clip(share @ at[2:], -30.0, 30.0)))


LAWS: dict[str, tuple[Law, tuple[float, ...], float]] = {"effective examples": (effective, (1.0, -1.0), 0.0), "exponential": (exponential, (0.0,), -1.0)}
"""Law, its numbers after c before those of domains, and where those of domains start."""


def fitted(law: str, share: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """Numbers that fit best, from several starts."""
    form, head, domain = LAWS[law]
    middle = np.concatenate([[0.7 * loss.min()], head, np.full(share.shape[1], domain)])
    scale = loss.std()

    def missed(at: np.ndarray) -> np.ndarray:
        return np.concatenate([(form(at, share) - loss) / scale, LOOSE * np.sqrt(len(loss)) * (at - middle)])

    rng = np.random.default_rng(0)
    starts = [middle, *(middle + 0.5 * rng.normal(size=len(middle)) for _ in range(STARTS - 1))]
    found = [optimize.least_squares(missed, start, max_nfev=150) for start in starts]
    return np.asarray(min(found, key=lambda each: each.cost).x)


def matrix(rows: Sequence[Mapping[str, str]]) -> tuple[list[str], np.ndarray]:
    """Numbers of a table, the index left out; ordered by it."""
    names = [name for name in rows[0] if name != "index"]
    ordered = sorted(rows, key=lambda row: int(row["index"]))
    return names, np.array([[float(row[name]) for name in names] for row in ordered])


def table_of(read: Callable[[str], list[dict[str, str]]]) -> dict[str, tuple[float, float, float]]:
    """By law: root mean square error, its median over losses as a share of their spread, mean rank correlation."""
    (_, share), (names, loss) = (matrix(read(f"data/regmix/train_{what}_1m.csv")) for what in ("mixture", "pile_loss"))
    (_, asked), (_, seen) = (matrix(read(f"data/regmix/test_{what}_1m.csv")) for what in ("mixture", "pile_loss"))
    found = {}
    for law, (form, _, _) in LAWS.items():
        told = np.stack([form(fitted(law, share, loss[:, column]), asked) for column in range(len(names))], axis=1)
        missed = told - seen
        ranks = [stats.spearmanr(told[:, column], seen[:, column]).statistic for column in range(len(names))]
        relative = np.sqrt((missed**2).mean(axis=0)) / seen.std(axis=0)
        found[law] = (float(np.sqrt((missed**2).mean())), float(np.median(relative)), float(np.mean(ranks)))
    return found


if __name__ == "__main__":
    import csv
    from pathlib import Path

    shared = Path(__file__).resolve().parents[3] / "shared"
    for law, figures in table_of(lambda path: list(csv.DictReader((shared / path).open(encoding="utf-8")))).items():
        sys.stdout.write(f"{law:20} rmse {figures[0]:.4f}  of the spread {figures[1]:.3f}  rank correlation {figures[2]:.4f}\n")
