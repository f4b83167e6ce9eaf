"""Fitted learning curves: as people read them, as records, and as lines of a scenario."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import declared_params
from tuneplan.core.distributions import Distribution, logit_normal
from tuneplan.core.registry import Param
from tuneplan.evidence.curves.records import CurveFit
from tuneplan.report.data import SCHEMA_VERSION
from tuneplan.report.page import Page
from tuneplan.report.tables import Table, width
from tuneplan.report.words import plain
from tuneplan.report.yaml_text import scalar
from tuneplan.scenario.grammar.dimensions import format_number
from tuneplan.scenario.grammar.intervals import cut_lognormal
from tuneplan.scenario.grammar.spelling import spell
from tuneplan.scenario.records import UNSEEN
from tuneplan.version import __version__

BAND = (0.1, 0.5, 0.9)
"""Ends and middle of what is told: an 80 % band."""
SHARE = "format_share"
NUMBERS = ("data_exponent", "half_gap_examples", SHARE, "ceiling")
CLEARLY, HARDLY = 3.0, 1.0
"""Log evidence from which one law is clearly better, and below which neither is; Kass and Raftery 1995."""
LEAST_SD = 0.1
"""Spread of the log or logit of a number that is typed, at least: no curve tells the next one of its task better."""
SHARE_ENDS = (0.005, 0.995)
"""A share whose middle lies beyond is not typed: the law did not hold there, which is no knowledge of the share."""
LONGEST_NAME = 32
"""Columns that the name of a curve takes in tables, at most."""
MEANING = (
    "Bands hold 80 %. Numbers are those of the model: data_exponent, half_gap_examples (of the slow part of the gap), format_share (of the gap), "
    "ceiling (where endless examples lead). Losses and scores carried on are what a new measurement would show."
)


def page(fits: Sequence[CurveFit], *, seed: int) -> Page:
    """What was found: numbers, the curve carried on, which law, and what makes it weak."""
    count = f"{len(fits)} learning curve{'' if len(fits) == 1 else 's'}"
    parts: list[str | Table] = [_parameters(fits)]
    if len(fits[0].at):
        parts.append(_carried_on(fits))
    parts += [_laws(fits), *_weak(fits), MEANING, f"{len(fits[0].values)} draws, seed {seed}."]
    return Page(title=f"{count}, fitted", parts=tuple(parts))


def _parameters(fits: Sequence[CurveFit]) -> Table:
    rows = tuple((name, *(_band(each.numbers.get(number)) for number in NUMBERS)) for name, each in _named(fits))
    return Table(title="Numbers of each curve: middle (80 % band)", head=("curve", *NUMBERS), rows=rows)


def _carried_on(fits: Sequence[CurveFit]) -> Table:
    head = ("curve", "measured", *(f"at {_count(count)}" for count in fits[0].at))
    rows = tuple((name, each.curve.scale.unit, *(_band(each.values[:, place] if each.told[place] else None) for place in range(len(each.at)))) for name, each in _named(fits))
    return Table(title="Carried on: middle (80 % band)", head=head, rows=rows)


def _laws(fits: Sequence[CurveFit]) -> Table:
    rows = tuple((name, f"{100 * each.laws[0].missed:.2f} %", f"{100 * each.laws[1].missed:.2f} %", f"{each.gain:+.1f}", better(each)) for name, each in _named(fits))
    return Table(title="Which law: how far points lie off at best, and log evidence (above 0: rectified)", head=("curve", "rectified", "power", "evidence", "better"), rows=rows)


def better(found: CurveFit) -> str:
    """Which law fits better, and how surely, in words."""
    name = found.laws[0].name if found.gain > 0.0 else found.laws[1].name
    if abs(found.gain) < HARDLY:
        return "neither"
    return f"{name}, {'clearly' if abs(found.gain) >= CLEARLY else 'somewhat'}"


def _weak(fits: Sequence[CurveFit]) -> Iterator[str]:
    for name, each in _named(fits):
        if each.remarks:
            yield f"{name}: {'; '.join(each.remarks)}."


def _named(fits: Sequence[CurveFit]) -> list[tuple[str, CurveFit]]:
    """Each with its name as a table has room for it; names that then are the same get a number."""
    found: list[tuple[str, CurveFit]] = []
    taken: set[str] = set()
    for each in fits:
        found.append((_untaken(shortened(plain(each.curve.name)), taken), each))
    return found


def shortened(name: str) -> str:
    """A name's beginning and end, where it is long.

    >>> shortened("qa/gpt2"), shortened("summaries-of-mail/a-model-of-a-long-name")
    ('qa/gpt2', 'summaries-of-ma…l-of-a-long-name')
    """
    if width(name) <= LONGEST_NAME:
        return name
    ends = (name[:kept] + "…" + name[-kept - 1 :] for kept in range(LONGEST_NAME // 2, 0, -1))
    return next((each for each in ends if width(each) <= LONGEST_NAME), "…")


def _untaken(name: str, taken: set[str], *, joint: str = " ") -> str:
    """A name that was not taken yet, which it then is."""
    tries = (name if number == 1 else f"{name}{joint}{number}" for number in range(1, len(taken) + 2))
    found = next(each for each in tries if each not in taken)
    taken.add(found)
    return found


def _band(draws: Array | None) -> str:
    if draws is None:
        return "not told"
    low, middle, high = np.quantile(draws, BAND)
    return f"{_number(middle)} ({_number(low)} to {_number(high)})"


def _number(value: float) -> str:
    """Three digits; large ones with k and M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def _count(examples: float) -> str:
    return format_number(float(f"{examples:.9g}"), "example")


# --- records ---------------------------------------------------------------------------------------


def content(fits: Sequence[CurveFit], *, seed: int) -> dict[str, Any]:
    """The whole as JSON, with units."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tuneplan", "version": __version__},
        "design": {"draws": len(fits[0].values), "seed": seed},
        "band [share]": BAND[2] - BAND[0],
        "curves": [_record(each) for each in fits],
    }


def _record(found: CurveFit) -> dict[str, Any]:
    curve = found.curve
    return {
        "curve": curve.name, "task": curve.task, "base_model": curve.base_model, "measured": curve.scale.unit, "points": len(curve.examples),
        "numbers": {name: {"unit": _unit(name, found), **_ends(found.numbers[name])} for name in NUMBERS if name in found.numbers},
        "carried_on": [
            {"examples": float(count), "unit": curve.scale.unit, **_ends(found.values[:, place]), "power_law": float(found.by_power[place])}
            for place, count in enumerate(found.at)
            if found.told[place]
        ],
        "laws": {each.name: {"missed [share of the loss]": each.missed, "log_evidence [nat]": each.log_evidence} for each in found.laws},
        "better": better(found), "remarks": list(found.remarks),
    }  # fmt: skip


def rows(fits: Sequence[CurveFit]) -> list[dict[str, Any]]:
    """Tidy rows: one a curve and number."""
    return [row for each in fits for row in _rows(each)]


def _rows(found: CurveFit) -> Iterator[dict[str, Any]]:
    curve = found.curve
    named = {"curve": curve.name, "task": curve.task, "base_model": curve.base_model}
    for name in NUMBERS:
        if name in found.numbers:
            yield {**named, "quantity": name, "examples": "", "unit": _unit(name, found), **_ends(found.numbers[name])}
    for place, count in enumerate(found.at):
        if not found.told[place]:
            continue
        yield {**named, "quantity": curve.scale.unit, "examples": float(count), "unit": curve.scale.unit, **_ends(found.values[:, place])}
        yield {**named, "quantity": f"{curve.scale.unit} by the power law", "examples": float(count), "unit": curve.scale.unit,
               "low": "", "middle": float(found.by_power[place]), "high": ""}  # fmt: skip
    for each in found.laws:
        yield {**named, "quantity": f"missed, {each.name} law", "examples": "", "unit": "share of the loss", "low": "", "middle": each.missed, "high": ""}
    yield {**named, "quantity": "log evidence, rectified over power", "examples": "", "unit": "nat", "low": "", "middle": found.gain, "high": ""}


def _ends(draws: Array) -> dict[str, float]:
    low, middle, high = (float(each) for each in np.quantile(draws, BAND))
    return {"low": low, "middle": middle, "high": high}


def _unit(name: str, found: CurveFit) -> str:
    return {"half_gap_examples": "example", "format_share": "share", "ceiling": found.curve.scale.unit}.get(name, "1")


# --- lines of a scenario ---------------------------------------------------------------------------


def as_scenario(fits: Sequence[CurveFit], *, source: str) -> str:
    """Lines that a scenario includes: the learning curve of each task and base, over all of its curves.

    Parameters
    ----------
    source
        File that was fitted, for the remark above.
    """
    tasks: dict[tuple[str, str], list[CurveFit]] = {}
    for each in fits:
        tasks.setdefault((each.curve.task or each.curve.name, each.curve.base_model), []).append(each)
    bases = Counter(task for task, _ in tasks)
    lines = [f"# Fitted by simulate fit on {plain(source)}; include it, or copy what holds for your base model.", "tasks:"]
    taken: set[str] = set()
    for (task, base), several in tasks.items():
        name = _untaken(_task_name(f"{task}_{base}" if bases[task] > 1 and base else task), taken, joint="_")
        lines += [f"  {scalar(name)}:", *_told(several, only=bases[task] == 1), *(f"    {key}: {text}" for key, text in _typed(several))]
    return "\n".join(lines) + "\n"


def _told(several: Sequence[CurveFit], *, only: bool) -> Iterator[str]:
    """Remarks above the numbers of a task: which curves, what is weak, what was left out."""
    if not only:
        yield "    # one of several bases: keep that of yours, and rename it to a task of your scenario"
    yield f"    # over {', '.join(plain(each.curve.name) for each in several)}"
    for each in several:
        yield from (f"    # {plain(each.curve.name)}: {plain(remark)}" for remark in each.remarks)
    draws = [each.numbers[SHARE] for each in several if SHARE in each.numbers]
    if draws and _is_at_an_end(np.concatenate(draws)):
        yield f"    # {SHARE} is left out: the curve puts it at an end of its scale, where no law tells how sure that is"


def _is_at_an_end(draws: Array) -> bool:
    """Whether the middle of a share is as good as nothing or all."""
    return not SHARE_ENDS[0] < float(np.median(draws)) < SHARE_ENDS[1]


def _task_name(task: str) -> str:
    """A name that a scenario takes for a task.

    >>> _task_name("flan/gpt2-xl"), _task_name("unseen")
    ('flan_gpt2-xl', 'unseen_')
    """
    name = re.sub(r"[^\w-]+", "_", plain(task)).strip("_-") or "task"
    return f"{name}_" if name == UNSEEN else name


def _typed(several: Sequence[CurveFit]) -> Iterator[tuple[str, str]]:
    params = {param.name: param for param in declared_params()}
    for name in NUMBERS[:3]:
        draws = [each.numbers[name] for each in several if name in each.numbers]
        if draws and not (name == SHARE and _is_at_an_end(np.concatenate(draws))):
            yield name, spell(_distribution(params[name], np.concatenate(draws)), params[name].unit, params[name])


def _distribution(param: Param, draws: Array) -> Distribution:
    """Draws as a family of the language: a share as a logit-normal, all else as a log-normal."""
    if param.unit == "share":
        low, middle, high = np.clip(np.quantile(draws, BAND), *SHARE_ENDS)
        return logit_normal(_short(middle), _short(_spread(np.log(low / (1 - low)), np.log(high / (1 - high)))))
    low, middle, high = np.clip(np.quantile(draws, BAND), param.low, param.high)
    return cut_lognormal(_short(middle), _short(_spread(np.log(low), np.log(high))), param)


def _spread(low: float, high: float) -> float:
    """Standard deviation of a normal whose 80 % band is so wide."""
    return max(float(high - low) / 2.5631, LEAST_SD)


def _short(value: float) -> float:
    return float(f"{value:.3g}")
