"""What a check is worth, beside what it takes: its price and the days that everybody waits for it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from tuneplan.axes import Array
from tuneplan.scenario.records import UNSEEN, Check, Learned, Quantity
from tuneplan.study.decision import TOO_CLOSE
from tuneplan.study.frontier.standing import frontier
from tuneplan.study.information.estimates import Worth, observed
from tuneplan.study.options import Options
from tuneplan.study.run import Run

OWN_UNITS = ("share", "score")
"""Units in which noise is said on the scale itself, not as a share of the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWorth:
    """A check, and whether it pays.

    Attributes
    ----------
    learned
        Numbers that it teaches something about, by the names of their draws.
    idle
        Numbers that it measures in vain -> why.
    perfect
        What knowing all of them exactly would be worth.
    worth
        What the check is worth: EVSI.
    waiting
        What waiting for it costs. [USD]
    net
        Worth less all that the check takes, in the unit of the objective; NaN where a point has no price.
    per_usd
        Worth of each dollar that it takes; endless where it takes none.
    """

    check: Check
    learned: tuple[str, ...]
    idle: tuple[tuple[str, str], ...]
    perfect: Worth
    worth: Worth
    waiting: float
    net: float
    per_usd: float

    @property
    def takes(self) -> float:
        """Its price, and what waiting for it costs. [USD]"""
        return self.check.cost + self.waiting

    @property
    def is_close(self) -> bool:
        """Whether simulation can't tell the net value from 0."""
        return bool(abs(self.net) <= (0.0 if math.isnan(self.worth.error) else TOO_CLOSE * self.worth.error))


def in_unit(usd: float, unit: str, usd_per_point: float) -> float:
    """Dollars in the unit of the objective: as points, those that they would buy elsewhere.

    Parameters
    ----------
    usd_per_point
        What one more point costs; NaN where nobody sells any.

    >>> in_unit(2000.0, "USD", 500.0), in_unit(2000.0, "point", 500.0), in_unit(0.0, "point", float("nan"))
    (2000.0, 4.0, 0.0)
    """
    return usd if unit == "USD" or usd == 0.0 else usd / usd_per_point


def judged(
    check: Check, *, learned: tuple[str, ...], idle: tuple[tuple[str, str], ...], perfect: Worth, worth: Worth, waiting: float,
    unit: str, usd_per_point: float,
) -> CheckWorth:  # fmt: skip
    """The net value of a check.

    Parameters
    ----------
    waiting
        What the days that it takes cost; see ``waiting.cost_of_waiting``. [USD]
    unit, usd_per_point
        Of the objective; as of ``in_unit``.
    """
    takes = check.cost + waiting
    return CheckWorth(
        check=check, learned=learned, idle=idle, perfect=perfect, worth=worth, waiting=waiting,
        net=worth.value - in_unit(takes, unit, usd_per_point),
        per_usd=worth.value / takes if takes > 0.0 else (math.inf if worth.value > 0.0 else 0.0),
    )  # fmt: skip


def ranked(checks: list[CheckWorth]) -> tuple[CheckWorth, ...]:
    """Those that pay most first: by net value, by worth of a dollar where no net value is known; then by name."""
    unknown = any(math.isnan(each.net) for each in checks)
    return tuple(sorted(checks, key=lambda each: (-each.per_usd if unknown else -each.net, -each.worth.value, each.check.name)))


def price_of_a_point(options: Options, best: int) -> tuple[float, str]:
    """What the last point on the way to a strategy's spending costs, and with which strategy it is bought.

    Along the frontier of mean cost and delivered points among those that meet the limits: the dearest step
    that costs no more than the strategy does, else the first step above it. [USD/point]; NaN where there is none.
    """
    rows = np.flatnonzero(options.allowed).tolist()
    cost = [float(options.cost[row].mean()) for row in rows]
    points = [float(options.points[row].mean()) for row in rows]
    steps = frontier(cost, points)
    priced = sorted((cost[place], step.usd_per_point, options.strategies[rows[place]]) for place, step in enumerate(steps) if not math.isnan(step.usd_per_point))
    spent = float(options.cost[best].mean())
    within = [each for each in priced if each[0] <= spent]
    chosen = within[-1] if within else priced[0] if priced else (0.0, math.nan, "")
    return chosen[1], chosen[2]


def observations(run: Run, check: Check, learned: Learned, quantity: Quantity) -> Array:
    """What a check will see of one number, draw by draw. ``(draw,)``

    Noise is a share of the value where every draw is above 0, so that the logarithm is observed; of a
    share or a score it is in points of the scale; of a number that may be 0 or below, a share of its
    standard deviation, as a share of nothing would say nothing.
    """
    name = quantity.drawn_as
    values = run.lowered.draws[name]
    luck = special.ndtri(run.design.points([f"check {check.name} {name}"])[0])
    if quantity.unit in OWN_UNITS:
        noise, logarithmic = learned.noise * (_scale(run, name) if quantity.unit == "score" else 1.0), False
    else:
        logarithmic = bool((values > 0.0).all())
        noise = learned.noise * (1.0 if logarithmic else float(values.std()))
    return observed(values, noise=noise, n=check.n, luck=luck, logarithmic=logarithmic)


def _scale(run: Run, path: str) -> float:
    """Length of the scale on which a score is measured."""
    tasks = [task for task in run.scenario.tasks if f".{task}." in f".{path}."]
    owner = f"tasks.{tasks[-1]}" if tasks else UNSEEN
    ends = [run.lowered.used.get(f"{owner}.score.{end}") for end in ("worst", "best")]
    worst, best = (default if given is None else given.distribution.median for given, default in zip(ends, (0.0, 1.0), strict=True))
    return abs(best - worst)
