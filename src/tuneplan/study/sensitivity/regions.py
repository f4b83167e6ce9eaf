"""Which input decides in which region: who is recommended where an input is low, middling or high."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.decision import Estimate, estimate, within_error
from tuneplan.study.options import Options
from tuneplan.study.sensitivity.rule import indifference, preferred

REGIONS = ("low", "middle", "high")
"""Thirds of the range of an input, equally likely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A third of the range of an input.

    Attributes
    ----------
    name
        One of ``REGIONS``.
    start, end
        Values between which the input lies.
    winner, second
        Who is recommended there, and who is the best of the others that meet the limits.
    lead
        What the winner's objective is ahead by; below 0 where it is level and cheaper.
    level
        Whether that decides nothing, so that the cheaper is recommended.
    too_close
        Whether simulation error hides it.
    """

    name: str
    start: float
    end: float
    winner: str
    second: str
    lead: Estimate
    level: bool
    too_close: bool


def regions(options: Options, values: Array) -> tuple[Region, ...]:
    """Who is recommended in each third of the range of an input, and by how much.

    Parameters
    ----------
    options
        At least two of them allowed.
    values
        Of the input, ``(draw,)``.
    """
    order = np.argsort(values, kind="stable")
    parts = zip(REGIONS, np.array_split(order, len(REGIONS)), strict=True)
    return tuple(_region(name, options, values, rows) for name, rows in parts if len(rows) > 1)


def _region(name: str, options: Options, values: Array, rows: np.ndarray) -> Region:
    objective = options.objective[:, rows]
    expected, cost = (each.mean(axis=1, keepdims=True) for each in (objective, options.cost[:, rows]))
    indifferent = indifference(options.unit)
    winner = int(preferred(expected, cost, allowed=options.allowed, indifferent=indifferent)[0])
    others = [row for row in np.flatnonzero(options.allowed).tolist() if row != winner]
    second = max(others, key=lambda row: float(expected[row, 0]))
    ahead = objective[winner] - objective[second]
    # draws that share a region are not strata of it: their error is that of independent draws
    lead = replace(estimate(ahead, 1), error=float(ahead.std(ddof=1) / np.sqrt(len(rows))))
    return Region(
        name=name,
        start=float(values[rows[0]]),
        end=float(values[rows[-1]]),
        winner=options.strategies[winner],
        second=options.strategies[second],
        lead=lead,
        level=abs(lead.mean) < indifferent,
        too_close=within_error(lead),
    )
