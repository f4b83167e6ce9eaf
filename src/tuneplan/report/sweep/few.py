"""Rows of a sweep themselves, where they are so few that one reads them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tuneplan.report.tables import Table
from tuneplan.report.words import amount, points, share, usd
from tuneplan.study.sweep import records
from tuneplan.study.sweep.dataset import Dataset
from tuneplan.study.sweep.records import NUMBER, of

MOST = 24
"""Rows that one reads."""
LONGEST = 40
"""Letters of a reason in a table; the whole stands in the file."""


def few(dataset: Dataset) -> Table | None:
    """Every row with who is recommended there, what that costs and scores; None where rows are many, or none."""
    if not 0 < dataset.rows <= MOST:
        return None
    batches = list(dataset.batches())
    whole = {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}
    units = {each.name: each.unit for each in dataset.columns if each.kind == NUMBER}
    keys = [each["key"] for each in dataset.about["keys"]]
    has_chances = of(dataset.about["strategies"][0], records.PROBABILITY_BEST) in whole
    head = ("", *keys, "recommended", "cost", "score", *(["best in"] if has_chances else []))
    return Table(
        title="Rows", head=head, rows=tuple(_row(whole, row, keys, units, has_chances=has_chances) for row in range(dataset.rows)), may_cut=len(keys) + 1
    )


def _row(whole: Mapping[str, Any], row: int, keys: list[str], units: Mapping[str, str], *, has_chances: bool) -> tuple[str, ...]:
    name, reason = str(whole[records.RECOMMENDED][row]), str(whole[records.REASON][row])
    values = [amount(float(whole[key][row]), units[key]) if key in units else str(whole[key][row]) for key in keys]
    if not name:
        said = f"nobody: {reason}" if len(reason) <= LONGEST else f"nobody: {reason[:LONGEST]}..."
        return (str(whole[records.ROW][row]), *values, said, "", "", *([""] if has_chances else []))
    chance = float(whole[of(name, records.PROBABILITY_BEST)][row]) if has_chances else math.nan
    cost, score = usd(float(whole[of(name, records.COST)][row])), points(float(whole[of(name, records.SCORE)][row]))
    return (str(whole[records.ROW][row]), *values, name, cost, score, *([share(chance)] if has_chances else []))
