"""What each part of the law earns, as people read it and as data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tuneplan.evidence.head_to_head.ablation import Ablation
from tuneplan.evidence.scores import Summary
from tuneplan.report.data import SCHEMA_VERSION
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.validation import with_error
from tuneplan.version import __version__


def page(found: Sequence[Ablation]) -> Page:
    """A table a part of the cases."""
    if not any(each.measured for each in (found[0].summaries if found else ())):
        return Page(title="What each part of the law earns", parts=("No head-to-head was measured: nothing can be compared.",))
    parts = list(dict.fromkeys((each.part, each.way) for each in found[0].summaries)) if found else []
    tables = tuple(_table(found, part) for part, way in parts if way == "inputs")
    said = (
        "Each row: the law without that part; difference: of the log score, against the whole law; (median) error in points. Papers count once. A part earns its place where its row is worse than the first by more than its "
        "standard error over papers; one that does not is kept only where an exact truth or another kind of evidence asks for it."
    )
    return Page(title="What each part of the law earns on published head-to-heads", parts=(*tables, said) if tables else ("There is no head-to-head.",))


def _table(found: Sequence[Ablation], part: str) -> Table:
    head = ("without", "winner right", "Brier", "log score", "difference", "80 % band", "error")
    rows = []
    for each in found:
        here = next((one for one in each.summaries if (one.part, one.way) == (part, "inputs")), None)
        whole = next(one for one in found[0].summaries if (one.part, one.way) == (part, "inputs"))
        if here is not None:
            rows.append(_row(each.without, here, whole))
    return Table(title=f"Pairs: {part}", head=head, rows=tuple(rows))


def _row(name: str, here: Summary, whole: Summary) -> tuple[str, ...]:
    won, apart = here.winners, here.log_score.groups - whole.log_score.groups
    right = "" if won is None or not won.decided else with_error(won.right)
    brier = "" if won is None or not won.decided else f"{won.brier.groups:.3f}"
    against = "" if here is whole or math.isnan(apart) else f"{apart:+.3f}"
    return name, right, brier, f"{here.log_score.groups:.3f}", against, f"{here.coverage.groups:.0%}", f"{here.error_over_groups:.2f}"


def content(found: Sequence[Ablation]) -> dict[str, Any]:
    """All summaries."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tuneplan", "version": __version__},
        "units": {"summaries.median_error": "point", "summaries.bias": "point", "summaries.log_score": "nat", "summaries.coverage": "share"},
        "ablations": list(found),
    }


def rows(found: Sequence[Ablation]) -> list[dict[str, str | float]]:
    """A row a part of the law, part of the cases, way and figure."""
    return [
        {"without": each.without, "part": one.part, "way": one.way, "quantity": name, "unit": unit, "value": value}
        for each in found
        for one in each.summaries
        for name, unit, value in _figures(one)
    ]


def _figures(one: Summary) -> list[tuple[str, str, float]]:
    figures = [
        ("log score", "nat", one.log_score.groups), ("coverage", "share", one.coverage.groups), ("median error", "point", one.error_over_groups),
    ]  # fmt: skip
    if one.winners is not None:
        figures += [("winner right", "share", one.winners.right.groups), ("Brier", "1", one.winners.brier.groups)]
    return figures
