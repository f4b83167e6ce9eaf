"""A validation as people read it, and as data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from tuneplan.evidence.prediction import LEVEL, PREDICTORS, Prediction
from tuneplan.evidence.scores import ALL, Mean, Summary, worst
from tuneplan.evidence.validation import Validation
from tuneplan.report.data import SCHEMA_VERSION
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.words import magnitude, plain
from tuneplan.version import __version__

WAYS = {"": "", "inputs": "", "pilot": "specialist known"}
"""How a prediction was made -> in words."""
CURVES = "learning_curve"
FEW = 8
"""Measured cases below which it is left open whether bands are honest."""
LONGEST = 44
"""Letters of a name in a table."""
MOST_SHOWN = 40
"""Predictions on a page where nothing was measured."""
TRAINED = "trained"
OF = {ALL: "all pairs", TRAINED: "tasks that were trained on", "unseen": "unseen tasks", "from scratch": "nothing pretrained"}


def page(result: Validation) -> Page:
    """Tables of accuracy, winners beside their yardsticks, then the worst misses; of cases that nobody measured, predictions."""
    if not any(each.measured is not None for each in result.predictions):
        called = [_out_of_memory(result.summaries)] if any(each.case.flag("oom") for each in result.predictions) else []
        return Page(title=_title(result), parts=(_unmeasured(result), *called, _stats(result)))
    parts: list[str | Table] = [_accuracy(result.summaries, "How far predictions are off")]
    parts += [_winners(result, part) for part in _parts(result.summaries)]
    if result.apart:
        parts.append(_accuracy(result.apart, f"The same by {result.by.replace('_', ' ')}"))
    parts += [_out_of_memory(result.summaries)] if any(each.called_a_fit is not None for each in result.summaries) else []
    parts += [_worst(result), _legend(result)]
    return Page(title=_title(result), parts=tuple(parts))


def _title(result: Validation) -> str:
    groups = len({(case.kind, case.group) for case in result.cases})
    count = len({(case.kind, case.case_id) for case in result.cases})
    come = "that come with the tool" if result.bundled else "of the files given"
    cases, sources = f"{count} case{'s' if count != 1 else ''}", f"{groups} paper{'s' if groups != 1 else ''} or source{'s' if groups != 1 else ''}"
    return f"{cases} of {sources} {come}, predicted from their inputs"


def _unmeasured(result: Validation) -> Table | str:
    """The first predictions, where there is nothing to compare them with."""
    if not result.predictions:
        return "Nothing was asked: a learning curve needs rows whose part is predict, any other kind a row a case."
    head = ("", "predicted", "80 % band", "unified better", "fits its card")
    rows = [
        (shortened(plain(f"{each.case.case_id}{f' ({WAYS[each.way]})' if WAYS[each.way] else ''}")), _amount(each.predicted, each),
         f"{_amount(each.lower, each)} to {_amount(each.upper, each)}",
         "" if each.p_unified_better is None else f"{each.p_unified_better:.0%}".replace("%", " %"), "" if each.fits is None else "yes" if each.fits else "no")
        for each in result.predictions[:MOST_SHOWN]
    ]  # fmt: skip
    used = [place for place in range(len(head)) if place < 3 or any(row[place] for row in rows)]
    shown = tuple(tuple(row[place] for place in used) for row in rows)
    more = len(result.predictions) - len(rows)
    return Table(title="Nothing was measured; predictions" + (f", the first {MOST_SHOWN} ({more} more in --format csv)" if more > 0 else ""), head=tuple(head[place] for place in used), rows=shown)


# --- accuracy -------------------------------------------------------------------------------------


def _accuracy(found: Sequence[Summary], title: str) -> Table:
    head = ("", "cases", "sources", "median error", "bias", "80 % band", "honest")
    order = list(dict.fromkeys((each.kind, each.way) for each in found))
    several = sorted((each for each in found if each.measured), key=lambda each: order.index((each.kind, each.way)))
    whole = {(each.kind, each.way) for each in found if each.part == ALL}
    return Table(title=title, head=head, rows=tuple(_accuracy_row(each, below=(each.kind, each.way) in whole and each.part != ALL) for each in several))


def _accuracy_row(each: Summary, *, below: bool) -> tuple[str, ...]:
    """A row; of a part, below that of all parts."""
    held = f"{each.coverage.rows:.0%}"
    return (
        f"  {each.part}" if below else _named(each), str(each.measured), str(each.groups), error_in_words(each, each.median_error),
        error_in_words(each, each.bias, sign="+"), held, honest_in_words(each),
    )  # fmt: skip


def honest_in_words(each: Summary) -> str:
    """Whether bands hold as many as they say; of a few cases nothing can be said."""
    if each.measured < FEW:
        return "too few"
    return "yes" if each.honest else "too narrow" if each.coverage.rows < LEVEL else "too wide"


def _named(each: Summary) -> str:
    words = (each.kind.replace("_", " ") + ("s" if each.kind == CURVES else ""), each.part, WAYS[each.way])
    return shortened(", ".join(plain(word) for word in words if word and word not in (ALL, TRAINED)))


def shortened(name: str) -> str:
    """A name that leaves room for its row.

    >>> shortened("a" * 50)[-3:], len(shortened("a" * 50))
    ('aa…', 44)
    """
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def error_in_words(each: Summary, value: float, sign: str = "") -> str:
    """An error of a summary, in points or per cent."""
    if math.isnan(value):
        return ""
    return f"{value:{sign}.2f} points" if each.unit == "point" else f"{100 * value:{sign}.1f} %"


def _out_of_memory(found: Sequence[Summary]) -> str:
    called = sum(each.called_a_fit or 0 for each in found)
    return f"Runs that ran out of memory and were called a fit: {called or 'none'}."


# --- winners --------------------------------------------------------------------------------------


def _parts(found: Iterable[Summary]) -> list[tuple[str, str]]:
    """Kinds and parts in which a winner can be called: all together, and trained tasks alone."""
    called = dict.fromkeys((each.kind, each.part) for each in found if each.winners is not None and each.winners.decided)
    return [(kind, part) for kind, part in called if part in (ALL, TRAINED) or (kind, ALL) not in called]


def _winners(result: Validation, which: tuple[str, str]) -> Table:
    kind, part = which
    head = ("", "decided", "right", "by paper", "Brier", "by paper", "log score", "error")
    ours = [
        _winner_row("ours" + (f", {WAYS[each.way]}" if WAYS[each.way] else ""), each)
        for each in result.summaries if (each.kind, each.part) == which
    ]  # fmt: skip
    theirs = [_winner_row(name, each) for name, found in result.yardsticks.items() for each in found if (each.kind, each.part) == which]
    return Table(title=f"Which of the two is better, {kind.replace('_', ' ')}: {OF[part]}", head=head, rows=(*ours, *theirs))


def _winner_row(name: str, each: Summary) -> tuple[str, ...]:
    won = each.winners
    if won is None or not won.decided:
        return name, "0", *[""] * 6
    return (
        name, str(won.decided), f"{won.right.rows:.2f}", with_error(won.right), f"{won.brier.rows:.3f}", f"{won.brier.groups:.3f}",
        "" if math.isnan(each.log_score.groups) else f"{each.log_score.groups:.2f}", f"{each.error_over_groups:.2f}",
    )  # fmt: skip


def with_error(mean: Mean) -> str:
    """A mean over papers with its standard error."""
    return f"{mean.groups:.2f}" + ("" if math.isnan(mean.error) else f" ± {mean.error:.2f}")


# --- misses ---------------------------------------------------------------------------------------


def _worst(result: Validation) -> Table:
    head = ("worst misses", "predicted", "80 % band", "measured", "case")
    rows = [
        (each.case.kind.replace("_", " "), _amount(each.predicted, each), f"{_amount(each.lower, each)} to {_amount(each.upper, each)}",
         _amount(each.measured or 0.0, each), _case(each))
        for each in worst(result.predictions)
    ]  # fmt: skip
    return Table(title="The five that missed most, in widths of their band", head=head, rows=tuple(rows), flowing=True)


def _amount(value: float, each: Prediction) -> str:
    unit = PREDICTORS[each.case.kind].labels["unit"]
    if unit == "point":
        return f"{value:+.1f} points"
    return f"{'-' if value < 0 else ''}{magnitude(abs(value))}{f' {unit}' if unit not in ('1', 'loss') else ''}"


def _case(each: Prediction) -> str:
    what = each.case.word("task") or each.case.word("gpu")
    named = (each.case.group, each.case.word("base_model") or each.case.word("engine"), what)
    return plain(f"{each.case.case_id}: " + ", ".join(word for word in named if word))


def _legend(result: Validation) -> str:
    said = []
    if any(each.winners for each in result.summaries):
        said.append("Points: a hundredth of the metric's scale, unified (or the multi-task start) minus specialist.")
        said.append(
            "Right: share of winners called right among decided pairs, half a point apart or more; by paper: each counts once, however many rows "
            "it has, and so it does in log score and (median) error."
        )
    if result.yardsticks:
        said.append("Yardsticks learn from the other papers; few: below 5 000 examples of its own; close: parallel or near.")
    said.append(f"Honest: the band holds 80 % within the larger of 8 points and two binomial standard errors; of fewer than {FEW} cases nothing is said.")
    return " ".join([*said, _stats(result)])


def _stats(result: Validation) -> str:
    return f"{result.design.draws} draws, seed {result.design.seed}, {result.seconds:.1f} s."


# --- as data --------------------------------------------------------------------------------------


def content(result: Validation) -> dict[str, Any]:
    """All of it, with units."""
    as_said = "as unit beside it says"
    return {
        **made_with(result),
        "bundled": result.bundled,
        "units": {
            "summaries.median_error": as_said, "summaries.error_over_groups": as_said, "summaries.bias": as_said, "summaries.coverage": "share",
            "summaries.log_score": "nat", "predictions.predicted": as_said, "predictions.lower": as_said, "predictions.upper": as_said,
            "predictions.measured": as_said, "predictions.p_unified_better": "share",
        },
        "summaries": result.summaries,
        "by": result.by,
        "apart": result.apart,
        "yardsticks": result.yardsticks,
        "worst": [each.case.case_id for each in worst(result.predictions)],
        "predictions": rows(result),
    }  # fmt: skip


def made_with(result: Any) -> dict[str, Any]:
    """Tool and draws, which JSON of evidence starts with."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tuneplan", "version": __version__},
        "design": {"draws": result.design.draws, "seed": result.design.seed, "scrambles": result.design.scrambles},
    }


def rows(result: Validation) -> list[dict[str, str | float]]:
    """A row a case and way of predicting; of a learning curve one a point."""
    return [row_of(each) for each in result.predictions]


def row_of(each: Prediction) -> dict[str, str | float]:
    """One prediction."""
    blank, examples = float("nan"), each.case.number("examples")
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
        "examples": blank if examples is None else examples,
        "fits": "" if each.fits is None else "yes" if each.fits else "no",
        "part": each.part,
        "missing": " ".join(each.missing),
        "place": each.case.place,
    }
