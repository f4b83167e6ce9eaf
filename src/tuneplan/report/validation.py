"""A validation as people read it, and as data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tuneplan.evidence.prediction import PREDICTORS, Prediction
from tuneplan.evidence.scores import Mean, Summary, worst
from tuneplan.evidence.validation import Validation
from tuneplan.report.data import SCHEMA_VERSION
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.words import magnitude
from tuneplan.version import __version__

TOLD = {"none": "inputs", "base": "inputs, base score", "specialist": "inputs, specialist's score", "base+specialist": "inputs, base's and specialist's score", "": "inputs"}
"""What a prediction was told -> in words."""


def page(result: Validation) -> Page:
    """Tables of accuracy, then the worst misses."""
    parts: list[str | Table] = [_accuracy(result.summaries, "How far predictions are off")]
    if any(each.winners for each in result.summaries):
        parts.append(_winners(result.summaries))
    if result.apart:
        parts.append(_accuracy(result.apart, f"The same by {result.by}"))
    parts += [_worst(result), _legend(result)]
    return Page(title=_title(result), parts=tuple(parts))


def _title(result: Validation) -> str:
    groups = len({(case.kind, case.group) for case in result.cases})
    count = len({(case.kind, case.case_id) for case in result.cases})
    come = "that come with the tool" if result.bundled else "of the files given"
    return f"{count} published cases of {groups} papers and sources {come}, predicted from their inputs"


def _accuracy(found: Sequence[Summary], title: str) -> Table:
    head = ("kind", "told", "cases", "sources", "median error", "bias", "80 % band holds", "honest")
    return Table(title=title, head=head, rows=tuple(_accuracy_row(each) for each in found if each.measured))


def _accuracy_row(each: Summary) -> tuple[str, ...]:
    name = each.kind.replace("_", " ") + (f", {each.part}" if each.part else "")
    told = TOLD.get(each.given, each.given).removeprefix("inputs, ")
    held = f"{each.coverage.rows:.0%}"
    return name, told, str(each.measured), str(each.groups), _error(each, each.median_error), _error(each, each.bias, sign="+"), held, "yes" if each.honest else "NO"


def _error(each: Summary, value: float, sign: str = "") -> str:
    if math.isnan(value):
        return ""
    return f"{value:{sign}.2f} points" if each.unit == "point" else f"{100 * value:{sign}.1f} %"


def _winners(found: Sequence[Summary]) -> Table:
    head = ("winner called right", "told", "decided", "of rows", "of papers", "Brier, rows", "Brier, papers", "log score")
    rows = [
        (each.kind.replace("_", " ") + (f", {each.part}" if each.part else ""), TOLD.get(each.given, each.given).removeprefix("inputs, "), str(each.winners.decided),
         f"{each.winners.right.rows:.2f}", _with_error(each.winners.right), f"{each.winners.brier.rows:.3f}", f"{each.winners.brier.groups:.3f}", _plain(each.log_score.groups))
        for each in found if each.winners is not None and each.winners.decided
    ]  # fmt: skip
    return Table(title="Which of two strategies is better", head=head, rows=tuple(rows))


def _with_error(mean: Mean) -> str:
    return f"{mean.groups:.2f}" + ("" if math.isnan(mean.error) else f" ± {mean.error:.2f}")


def _plain(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f}"


def _worst(result: Validation) -> Table:
    head = ("worst misses", "predicted", "80 % band", "measured", "case")
    rows = [
        (each.case.kind.replace("_", " "), _amount(each.predicted, each), f"{_amount(each.lower, each)} to {_amount(each.upper, each)}",
         _amount(each.measured or 0.0, each), _named(each))
        for each in worst(result.predictions)
    ]  # fmt: skip
    return Table(title="The five that missed most, in widths of their band", head=head, rows=tuple(rows))


def _amount(value: float, each: Prediction) -> str:
    unit = PREDICTORS[each.case.kind].labels["unit"]
    if unit == "point":
        return f"{value:+.1f} points"
    return f"{'-' if value < 0 else ''}{magnitude(abs(value))} {unit}"


def _named(each: Prediction) -> str:
    what = each.case.word("task") or each.case.word("base_model") or each.case.word("gpu")
    return f"{each.case.case_id}: {each.case.group[:34]}{', ' + what[:20] if what else ''}"


def _legend(result: Validation) -> str:
    return (
        f"Points: a hundredth of the metric's scale, unified minus specialist. Honest: the band holds 80 % within the larger of 8 points and two "
        f"binomial standard errors. Of papers: each paper counts once. {result.design.draws} draws, seed {result.design.seed}, {result.seconds:.1f} s."
    )


def content(result: Validation) -> dict[str, Any]:
    """All of it, with units."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tuneplan", "version": __version__},
        "design": {"draws": result.design.draws, "seed": result.design.seed, "scrambles": result.design.scrambles},
        "bundled": result.bundled,
        "units": {"summaries.median_error": "as unit beside it says", "summaries.bias": "as unit beside it says", "predictions": {entry.name: entry.labels["unit"] for entry in PREDICTORS}},
        "summaries": result.summaries,
        "by": result.by,
        "apart": result.apart,
        "predictions": rows(result),
        "missing": {each.case.case_id: each.missing for each in result.predictions if each.missing},
    }


def rows(result: Validation) -> list[dict[str, str | float]]:
    """A row a case and way of predicting."""
    return [_row(each) for each in result.predictions]


def _row(each: Prediction) -> dict[str, str | float]:
    blank = float("nan")
    return {
        "kind": each.case.kind,
        "case_id": each.case.case_id,
        "given": each.given,
        "predicted": each.predicted,
        "lower": each.lower,
        "upper": each.upper,
        "p_unified_better": blank if each.p_unified_better is None else each.p_unified_better,
        "measured": blank if each.measured is None else each.measured,
        "inside": "" if each.inside is None else "yes" if each.inside else "no",
        "unit": PREDICTORS[each.case.kind].labels["unit"],
        "fits": "" if each.fits is None else "yes" if each.fits else "no",
        "missing": " ".join(each.missing),
        "place": each.case.place,
    }
