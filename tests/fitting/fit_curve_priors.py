"""Format share and learning curve, refitted together from no example up -> rows of fitted_priors.csv.

``python tests/fitting/fit_curve_priors.py`` prints the steps and writes the rows. What can be seen of a curve is
which share of its way, from no example to 1.6 million, is behind it after n: the declared priors together hold 31 to
41 % of that in their 80 % bands. The joint fit minimises Winkler's score of those bands (width, plus ten times what
lies outside), and the error of the middle, over all curves and sizes. Examples that close the format's part stay as
declared: alone the curves would say some 10, closed before their first point, which head-to-heads and LIMA gainsay.

The curves are losses; what the tool predicts are mostly scores. So the declared priors move towards the fit only as
far as does no harm to published head-to-heads: the farthest tenth at which their mean log score over papers falls by
less than its standard error, no paper loses more than .05 a row, and no fewer winners are called right (512 draws):

    step  winner right  Brier  log score over papers    80 % bands hold, after 200 / 1 600 / 12 800 / 102 400
    0     .879          .140   0                        .31 / .41 / .36 / .41
    .2    .893          .140   +.002 (se .006)          .33 / .41 / .41 / .43
    .4    .886          .141   -.005 (se .011)          .39 / .48 / .47 / .48
    .6    .900          .142   -.016, one paper -.10    .47 / .57 / .50 / .54
    1     .852          .145   -.038, one paper -.20    .68 / .69 / .76 / .76
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from fit_learning_curves import Measured, measured
from scipy import optimize

from tuneplan.core import declared_params
from tuneplan.core.capability import open_gap_before_interference
from tuneplan.core.distributions import Distribution, beta, lognormal
from tuneplan.scenario.catalogue import priors
from tuneplan.study.design import monte_carlo

NAMES = ("format_share", "data_exponent", "half_gap_examples", "format_examples")
SEEN = (200.0, 1600.0, 12_800.0, 102_400.0)
KEPT = 0.4
"""How far the declared priors move towards the fit; see above."""
DRAWS, ROUNDS = 4096, 250
TAIL, OUTSIDE, MIDDLE = 0.1, 10.0, 2.0
CENTRE = np.log([1.0, 1.35, 0.3, 0.5, 30_000.0, 1.0])
LOG_SD = np.array([0.7, 0.7, 0.2, 0.3, 1.0, 0.5])
"""A weak prior on the hyper-parameters (two of the Beta; median and log-sd of the exponent, then of the half gap):
the curves alone can't tell a format from an exponent near 0, which the shape of single curves excludes."""
SOURCE = "fitted together on 90 learning curves, arXiv 2402.02314, and taken {kept:.0%} of the way there from the declared prior"
JUDGED = "assumed, and moved {kept:.0%} of the way to a joint fit on 90 learning curves, arXiv 2402.02314"
ASSUMED = ("format_share",)
"""Numbers whose declared prior, which is most of what ships, rests on a judgement."""


def shares_closed(curves: Measured) -> np.ndarray:
    """Share of the whole way behind each curve, at every size. ``(curve, size)``"""
    first, last = curves.loss[:, :1], curves.loss[:, -1:]
    return (first - curves.loss) / (first - last)


def declared() -> np.ndarray:
    """Hyper-parameters of the declared priors, as logarithms: Beta's two, then median and log-sd of two log-normals."""
    default = {param.name: param.default for param in declared_params()}
    parts = [default[name].parameters[:2] for name in NAMES[:3]]
    return np.log(np.concatenate(parts))


def priors_of(hyper: np.ndarray) -> dict[str, Distribution]:
    """Distributions by name."""
    a, b, exponent, exponent_sd, half, half_sd = np.exp(hyper)
    format_examples = next(param.default for param in declared_params() if param.name == "format_examples")
    return {"format_share": beta(a, b), "data_exponent": lognormal(exponent, exponent_sd, 0.01, 2.0),
            "half_gap_examples": lognormal(half, half_sd), "format_examples": format_examples}  # fmt: skip


def shares_predicted(distributions: dict[str, Distribution], examples: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The same by the law, every prior drawn. ``(draw, size)``"""
    numbers = {name: distributions[name].ppf(row)[:, None] for name, row in zip(NAMES, points, strict=True)}
    amount = np.broadcast_to(examples, (points.shape[1], len(examples)))
    closed = 1.0 - open_gap_before_interference(amount, amount, **numbers)
    return closed / closed[:, -1:]


def winkler(told: np.ndarray, seen: np.ndarray) -> float:
    """Mean score of 80 % bands and of the middle; the less the better."""
    low, middle, high = np.quantile(told, [TAIL, 0.5, 1.0 - TAIL], axis=0)
    outside = np.maximum(low - seen, 0.0) + np.maximum(seen - high, 0.0)
    return float((high - low + OUTSIDE * outside + MIDDLE * np.abs(seen - middle)).mean())


def joint(curves: Measured, rows: np.ndarray) -> np.ndarray:
    """Hyper-parameters that score best on some curves."""
    seen = shares_closed(curves)[rows][:, 1:-1]
    points = monte_carlo(DRAWS).points(NAMES)

    def cost(hyper: np.ndarray) -> float:
        told = shares_predicted(priors_of(hyper), curves.examples[1:], points)[:, :-1]
        return 2.0 * len(seen) * winkler(told, seen) + 0.5 * float((((hyper - CENTRE) / LOG_SD) ** 2).sum())

    simplex = np.vstack([CENTRE, CENTRE + 0.3 * np.eye(len(CENTRE))])
    found = optimize.minimize(cost, CENTRE, method="Nelder-Mead", options={"maxfev": ROUNDS, "initial_simplex": simplex, "xatol": 0.01, "fatol": 0.02})
    return np.asarray(found.x)


def held(hyper: np.ndarray, curves: Measured, rows: np.ndarray, *, level: float = 0.8) -> np.ndarray:
    """Whether bands hold what is seen on curves, at four sizes. ``(curve, size)``"""
    places = [int(np.flatnonzero(curves.examples == count)[0]) for count in SEEN]
    told = shares_predicted(priors_of(hyper), curves.examples[1:], monte_carlo(DRAWS).points(NAMES))[:, [place - 1 for place in places]]
    low, high = np.quantile(told, [0.5 - level / 2.0, 0.5 + level / 2.0], axis=0)
    seen = shares_closed(curves)[rows][:, places]
    return np.asarray((seen >= low) & (seen <= high))


def left_out(curves: Measured, step: float) -> np.ndarray:
    """Share of curves held, each by priors that have seen none of its family of bases. ``(size,)``"""
    inside = np.zeros((len(curves.base), len(SEEN)), dtype=bool)
    for family in sorted(set(curves.family)):
        out = curves.family == family
        inside[out] = held(moved(joint(curves, ~out), step), curves, out)
    return inside.mean(axis=0)


def moved(fitted: np.ndarray, step: float) -> np.ndarray:
    """Hyper-parameters so far from the declared to the fitted ones."""
    return declared() + step * (fitted - declared())


def rows(curves: Measured, fitted: np.ndarray, score: Sequence[float]) -> list[dict[str, str]]:
    """Rows of the table of fitted priors."""
    a, b, exponent, exponent_sd, half, half_sd = np.exp(moved(fitted, KEPT))
    said = f"80 % bands of the share closed after 200/1.6k/12.8k/102k examples hold {'/'.join(f'{each:.2f}' for each in score)} of curves of left-out families (declared .31/.41/.36/.41)"
    shared = {"when": "", "as_of": date.today().isoformat(), "script": "tests/fitting/fit_curve_priors.py",
              "data_sha256": curves.sha256, "score": said}  # fmt: skip
    found = {"format_share": ("beta", a, b), "data_exponent": ("lognormal", exponent, exponent_sd), "half_gap_examples": ("lognormal", half, half_sd)}
    return [
        {"name": name, "family": family, "parameters": f"{one:.3g} {other:.3g}",
         "source": (JUDGED if name in ASSUMED else SOURCE).format(kept=KEPT), **shared}
        for name, (family, one, other) in found.items()
    ]  # fmt: skip


def written(new: Sequence[dict[str, str]], path: Path) -> str:
    """The table with these rows in place of those of the same numbers and conditions."""
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        head = list(reader.fieldnames or ())
        kept = [row for row in reader if (row["name"], row["when"]) not in {(each["name"], each["when"]) for each in new}]
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, head, lineterminator="\n")
    table.writeheader()
    table.writerows([*new, *kept])
    return out.getvalue()


if __name__ == "__main__":
    curves = measured()
    everything = np.ones(len(curves.base), dtype=bool)
    fitted = joint(curves, everything)
    print("joint fit: Beta, exponent, half gap:", " ".join(f"{each:.3g}" for each in np.exp(fitted)))
    for step in (0.0, KEPT, 1.0):
        print(f"step {step}: held {held(moved(fitted, step), curves, everything).mean(axis=0).round(2)}, families left out {left_out(curves, step).round(2)}", flush=True)
    table = Path(priors.__file__).with_name(priors.FILE)
    table.write_text(written(rows(curves, fitted, left_out(curves, KEPT)), table), encoding="utf-8")
