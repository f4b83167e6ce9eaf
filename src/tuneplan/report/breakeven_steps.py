"""What is told of the steps of a break-even besides the choice: when it ships, and why nothing is decided otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tuneplan.report.days import median_and_p90
from tuneplan.report.words import share
from tuneplan.study.breakeven.analysis import BreakEven
from tuneplan.study.breakeven.asked import Step
from tuneplan.study.launches import Launch

CURVES: dict[str, tuple[str, Callable[[Launch], float]]] = {
    "full_launch_p50": ("day", lambda launch: launch.full.median),
    "full_launch_p90": ("day", lambda launch: launch.full.p90),
    "in_time": ("share", lambda launch: launch.in_time),
}
"""Curve of the JSON -> its unit and how it is read."""


def still(found: BreakEven) -> list[str]:
    """Why nothing is decided otherwise, where the input moves money alone and points decide."""
    first = found.steps[0]
    same = all((each.objective == first.options.objective).all() and (each.limits.met == first.options.limits.met).all() for each in (step.options for step in found.steps))
    return ["It moves what strategies cost and nothing else, and points decide here: cost does only between strategies that are level."] if same and found.unit == "point" else []


def moves_launches(found: BreakEven) -> bool:
    """Whether the input changes when anything ships, or how often that is in time."""
    return len({repr(step.launches and step.launches.strategies) for step in found.steps}) > 1  # spelt out, as no unknown equals itself


def launch(step: Step) -> tuple[str, str]:
    """When all of the recommended strategy ships, and how often that is by the deadline."""
    found = None if step.launches is None or step.best is None else step.launches.of(step.best)
    if found is None or step.launches is None:
        return "-", "-"
    return median_and_p90(found.full, step.launches.start), "-" if math.isnan(found.in_time) else share(found.in_time)


def launch_curves(found: BreakEven) -> dict[str, Any]:
    """The same for programs: a list for each strategy, a value of the input each; nothing where launch dates don't count."""
    every = [step.launches for step in found.steps]
    known = [each for each in every if each is not None]
    if len(known) < len(every):
        return {}
    names = [name for name in found.now.strategies if all(each.of(name) for each in known)]
    return {curve: {name: [read(launch) for each in known if (launch := each.of(name))] for name in names} for curve, (_, read) in CURVES.items()}
