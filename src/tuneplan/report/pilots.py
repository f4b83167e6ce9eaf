"""How fast pilots pay, as people read it and as data."""

from __future__ import annotations

import math
from typing import Any

from tuneplan.evidence.pilots import FEWEST_LEFT, PilotTrials, Score
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.validation import made_with, row_of
from tuneplan.report.words import listed


def page(result: PilotTrials) -> Page:
    """One table, and whose papers it rests on."""
    title = f"How fast pilots pay: pairs of {len(result.papers)} published papers, the rest of each predicted after some of them"
    if not result.papers:
        enough = max(result.counts) + FEWEST_LEFT
        return Page(title=title, parts=(f"No paper has {enough} measured pairs on trained tasks: give more cases, or fewer pilots.",))
    head = ("", "pilots", "winner right", "Brier", "log score", "median error", "80 % band holds")
    table = Table(title="Means over papers ± their standard error", head=head, rows=tuple(_row(each) for each in result.scores))
    return Page(title=title, parts=(table, _said(result), _legend(result)))


def _row(each: Score) -> tuple[str, ...]:
    name = "ours" if each.by == "law" else each.by
    return (
        name, str(each.pilots), _mean(each.right, 2), _mean(each.brier, 3), _mean(each.log_score, 2),
        f"{_mean(each.median_error, 2)} points", f"{each.coverage[0]:.0%}",
    )  # fmt: skip


def _mean(value: tuple[float, float], digits: int) -> str:
    mean, error = value
    return f"{mean:.{digits}f}" + ("" if math.isnan(error) else f" ± {error:.{digits}f}")


def _said(result: PilotTrials) -> str:
    """What the most pilots bring against the fewest, part by part."""
    ours = sorted((each for each in result.scores if each.by == "law"), key=lambda each: each.pilots)
    first, last = ours[0], ours[-1]
    if first.pilots == last.pilots:
        return "Give several numbers of pilots, for example --pilots 0,1,2,4, to see what they bring."
    said = [
        f"{'better' if better else 'no better'} {name} ({before:.{digits}f} to {after:.{digits}f})"
        for name, before, after, better, digits in (
            ("Brier score", first.brier[0], last.brier[0], last.brier[0] < first.brier[0], 3),
            ("log score", first.log_score[0], last.log_score[0], last.log_score[0] > first.log_score[0], 2),
            ("median error", first.median_error[0], last.median_error[0], last.median_error[0] < first.median_error[0], 2),
        )
    ]
    return f"From {first.pilots} to {last.pilots} pilots a paper: {listed(said)}."


def _legend(result: PilotTrials) -> str:
    papers = listed([f"{name} ({count})" for name, count in result.papers.items()])
    few = f" Too few pairs: {listed(list(result.left_out))}." if result.left_out else ""
    return (
        f"A pilot is one task trained alone and in the mixture; what it teaches is what simulate calibrate would learn from it. Pilots are drawn at "
        f"random, {result.repeats} times a paper, seed {result.design.seed}; whatever their number, the same pairs are predicted. Shrunk mean: the "
        f"mean of the pilots' differences, drawn towards that of the other papers. Pairs: {papers}.{few} {result.design.draws} draws, {result.seconds:.0f} s."
    )


def content(result: PilotTrials) -> dict[str, Any]:
    """Scores, and every prediction."""
    return {
        **made_with(result),
        "units": {"scores.right": "share", "scores.brier": "1", "scores.log_score": "nat", "scores.median_error": "point", "scores.coverage": "share"},
        "pilots": result.counts,
        "repeats": result.repeats,
        "papers": result.papers,
        "left_out": result.left_out,
        "scores": result.scores,
        "predictions": rows(result),
    }


def rows(result: PilotTrials) -> list[dict[str, str | float]]:
    """A row a case, number of pilots, choice of them and way of predicting."""
    return [
        {**row_of(each), "pilots": trial.pilots, "repeat": trial.repeat, "by": trial.by}
        for trial in result.trials
        for each in trial.predictions
    ]
