"""Fitted numbers as they come out without one source: its own cases are predicted with these.

So that no bundled measurement informs its own prediction. Cases of sources that stood behind no number
are predicted with the numbers that ``run`` uses.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("left_out.csv")


@cache
def _all() -> Mapping[tuple[str, str], Mapping[str, float]]:
    found: dict[tuple[str, str], dict[str, float]] = {}
    with FILE.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            found.setdefault((row["kind"], row["source"]), {})[row["constant"]] = float(row["value"])
    return found


def numbers_without(kind: str, source: str) -> Mapping[str, float]:
    """Constant -> value fitted without a source; empty where it stood behind none."""
    return _all().get((kind, source), {})
