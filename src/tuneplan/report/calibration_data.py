"""What pilots taught: as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuneplan.evidence.calibration.analysis import Calibrated, Moved, Side, Told
from tuneplan.evidence.calibration.further import CandidateWorth
from tuneplan.report.calibration import answer, further_answer, method
from tuneplan.report.calibration_words import doubts
from tuneplan.report.data import provenance
from tuneplan.study.decision import Estimate

COLUMNS = ("about", "name", "what", "side", "figure", "unit", "value")
PRIOR = "standard deviation before"
"""Unit of how far a number moved and of how wide it is now: in normal scores, so that numbers of all units compare."""
UNITS = {"score": "score", "base": "score", "gpu_hours": "GPU-hour", "tokens": "token", "label_price": "USD/example", "minutes": "minute"}
"""Reading -> unit; scores are normalised."""


def content(found: Calibrated) -> dict[str, Any]:
    """The whole as JSON; numbers of which most was learned first, further pilots with the most net value first."""
    unit = found.after.options.unit
    posterior, further = found.posterior, found.further
    return {
        **provenance(found.scenario, found.after.run.design),
        "units": {
            "moved": "as each says", "moved.shift": PRIOR, "moved.spread": PRIOR, "pilots": "as each says", "before": unit, "after": unit, "narrowed": "share", "further.worth": unit,
            "further.simulation_error": unit, "further.usd": "USD", "further.net": unit, "further.per_usd": f"{unit}/USD",
        },
        "said": {"answer": answer(found), "doubts": list(doubts(found)), "next": further_answer(found), "method": method(found)},
        "pilot_file": found.pilots.file,
        "moved": [
            {"path": each.path, "unit": each.unit, "before": _ends(each.before), "after": _ends(each.after), **_learned(each), "nats": each.nats} for each in found.moved
        ],
        "pilots": [_pilot(each) for each in found.told],
        "pair": found.pair,
        "before": _side(found.before),
        "after": _side(found.after),
        "narrowed": found.narrowed,
        "posterior": {
            "numbers": len(posterior.names), "directions": posterior.learned, "observations": len(posterior.observations),
            "errors_stretched": posterior.stretched, "modes": posterior.modes, "share_of_best_mode": posterior.share,
            "effective_share": posterior.effective, "widened": posterior.widened,
        },
        "further": None if further is None else [_further(each) for each in further.candidates],
        "warnings": found.pilots.warnings,
    }  # fmt: skip


def _ends(values: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("median", "low", "high"), values, strict=True))


def _learned(moved: Moved) -> dict[str, float]:
    """How far it moved and how wide it still is, in standard deviations of its normal score before."""
    return dict(zip(("shift", "spread"), moved.learned, strict=True))


def _pilot(each: Told) -> dict[str, Any]:
    return {
        "line": each.pilot.line, "task": each.pilot.task, "trained": each.pilot.trained.said(each.pilot.task), "what": each.observation.reads,
        "unit": UNITS[each.observation.reads], "before": _estimate(each.before), "measured": each.measured, "after": _estimate(each.after),
        "standard_errors_off": each.residual, "error_stretched": each.stretch,
    }  # fmt: skip


def _estimate(each: Estimate) -> dict[str, float]:
    return {"median": each.median, "low": each.low, "high": each.high}


def _side(side: Side) -> dict[str, Any]:
    decision = side.decision
    return {
        "recommended": side.best or None,
        "difference": side.difference,
        "chance_that_the_first_is_ahead": side.chance,
        "strategies": [
            {"name": name, "expected": decision.expected[row], "probability_best": decision.probability_best[row], "regret": decision.regret[row], "allowed": decision.allowed[row]}
            for row, name in enumerate(decision.strategies)
        ],
    }  # fmt: skip


def _further(each: CandidateWorth) -> dict[str, Any]:
    return {
        "pilot": each.candidate.said, "examples": each.candidate.size, "worth": each.worth.value, "simulation_error": each.worth.error,
        "usd": each.usd, "net": each.net, "per_usd": each.per_usd,
    }  # fmt: skip


def rows(found: Calibrated) -> Iterator[dict[str, str | float]]:
    """One row a figure: tidy, with its unit.

    Yields
    ------
    dict
        Keys are ``COLUMNS``.
    """
    for moved in found.moved:
        for side, values in (("before", moved.before), ("after", moved.after)):
            for figure, value in _ends(values).items():
                yield _row("number", moved.path, "", side, figure, moved.unit, value)
        for figure, value in _learned(moved).items():
            yield _row("number", moved.path, "", "after", figure, PRIOR, value)
    for told in found.told:
        name, reads = told.pilot.trained.said(told.pilot.task), told.observation.reads
        yield _row("pilot", name, reads, "measured", "value", UNITS[reads], told.measured)
        for side, estimate in (("before", told.before), ("after", told.after)):
            for figure, value in _estimate(estimate).items():
                yield _row("pilot", name, reads, side, figure, UNITS[reads], value)
    unit = found.after.options.unit
    for side, each in (("before", found.before), ("after", found.after)):
        for row, name in enumerate(each.decision.strategies):
            yield _row("strategy", name, found.after.options.name, side, "mean", unit, each.decision.expected[row])
            yield _row("strategy", name, "probability best", side, "mean", "share", each.decision.probability_best[row])
    for candidate in found.further.candidates if found.further is not None else ():
        for figure, of, value in (("worth", unit, candidate.worth.value), ("price", "USD", candidate.usd), ("net", unit, candidate.net)):
            yield _row("further pilot", candidate.candidate.said, "", "after", figure, of, value)


def _row(about: str, name: str, what: str, side: str, figure: str, unit: str, value: float) -> dict[str, str | float]:
    return dict(zip(COLUMNS, (about, name, what, side, figure, unit, value), strict=True))
