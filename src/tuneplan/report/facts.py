"""The catalogue as tables that people read: what there is, how old it is, where it comes from."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from tuneplan.report.grades import graded
from tuneplan.report.tables import Table
from tuneplan.report.words import magnitude
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import Own, Row
from tuneplan.scenario.cautions import OLD_DAYS, typical_day

SHOWN: Mapping[str, tuple[str, ...]] = {
    "gpus": ("gpus",),
    "models": ("models",),
    "prices": ("gpu_prices", "api_prices", "hosted"),
    "labels": ("labels",),
    "speeds": ("utilisation", "serving"),
}
"""What people ask for -> tables of the catalogue."""
TITLES = {
    "gpus": "GPUs", "models": "Base models", "gpu_prices": "Rents of GPUs, USD/hour",
    "api_prices": "Models over an API, USD per million tokens", "hosted": "Hosts of tuned models, USD per million tokens",
    "labels": "Usual prices of a kept example, USD: log-normal around the typical one, as wide as low to high; pay an hour where it is not the usual wage", "utilisation": "Share of peak that training reaches on long micro-batches, without recomputation",
    "serving": "Share of one card's peak at which serving multiplies, and of its bandwidth at which it reads",
}  # fmt: skip
PROVENANCE = ("as_of", "grade", "source")
"""Columns that say where a row comes from: shown last."""
LEFT_OUT = ("intermediate", "heads", "kv_heads", "head_dim", "kv_bytes_per_token", "hidden", "layers", "vocab", "meaning")
"""Columns that a terminal has no room for."""


def records(kind: str, *, own: Own, today: datetime.date) -> Iterator[dict[str, Any]]:
    """Every row with its table and its age in days."""
    for name in SHOWN[kind]:
        for row in catalogue.table(name, own).values():
            yield {"table": name, **{field.name: getattr(row, field.name) for field in fields(row)}, "age_days": age(row, today), "yours": row in own}


def age(row: Row, today: datetime.date) -> int:
    """Days since a row's date; 0 for one of today or later."""
    return max((today - typical_day(row.as_of)).days, 0)


def tables(kind: str, *, own: Own, today: datetime.date, sources: bool) -> list[Table]:
    """A table a file of the catalogue.

    Parameters
    ----------
    sources
        Whether to name the source of each row, which takes much room.
    """
    return [_table(name, list(catalogue.table(name, own).values()), own, today, sources) for name in SHOWN[kind]]


def _table(name: str, rows: Sequence[Row], own: Own, today: datetime.date, sources: bool) -> Table:
    spec = catalogue.TABLES[name]
    columns = [field.name for field in fields(spec.row) if field.name not in PROVENANCE and (sources or field.name not in LEFT_OUT)]
    columns.sort(key=lambda column: column not in spec.key)
    last = ["as of", "age, days", "grade", *(["source"] if sources else [])]
    cells = [
        (
            *(_cell(getattr(row, column)) for column in columns), row.as_of,
            f"{age(row, today)}{'' if age(row, today) <= OLD_DAYS or not _ages(name) else ' (old)'}",
            "yours" if row in own else graded(row.grade), *([row.source] if sources else []),
        )
        for row in rows
    ]  # fmt: skip
    return Table(title=TITLES[name], head=(*(column.replace("_usd_per_mtok", "").replace("_", " ") for column in columns), *last), rows=tuple(cells))


def _ages(name: str) -> bool:
    """Whether what a table holds grows stale: prices do."""
    return name in (*SHOWN["prices"], *SHOWN["labels"])


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return magnitude(value) if value >= 1e5 else f"{value:.6g}"
    return str(value)
