"""The tables of the catalogue as read-only mappings, read once, when first asked for.

A scenario may bring rows of its own; they replace ours of the same name.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from tuneplan.scenario.catalogue.rows import (
    GPU,
    APIPrice,
    BaseLLM,
    GPUPrice,
    HostedPrice,
    LabelPrice,
    Row,
    ServingShare,
    Utilisation,
)

HERE = Path(__file__).parent
Own = tuple[Row, ...]
"""Rows that a scenario brings; of two for one name the later one holds."""

CONVERT: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "float | None": lambda text: float(text) if text else None,
    "bool": {"yes": True, "no": False}.__getitem__,
}
"""Annotation of a column -> what makes its value out of text."""


def as_cell(value: object) -> str:
    """A value as the text that its column is read from.

    >>> as_cell(None), as_cell(True), as_cell(8e9), as_cell("t4")
    ('', 'yes', '8000000000.0', 't4')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value) if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One kind of fact: ``KIND.csv`` in this folder.

    Attributes
    ----------
    row
        Its fields are the columns.
    key
        Columns that name a row.
    usual
        Columns that a scenario's own row may leave out, with what holds then.
    """

    row: type[Row]
    key: tuple[str, ...]
    usual: Mapping[str, str]

    def name_of(self, row: Row) -> Any:
        """What a row is looked up by: its name, or several."""
        names = tuple(getattr(row, column) for column in self.key)
        return names if len(names) > 1 else names[0]


YOURS = {"grade": "U"}
"""Grade of a number that its user vouches for."""
TABLES: dict[str, Table] = {
    "gpus": Table(row=GPU, key=("name",), usual={"family": "other", "fp8_tflops": "", **YOURS}),
    "gpu_prices": Table(row=GPUPrice, key=("gpu", "provider", "kind"), usual={"kind": "on-demand", "low": "", "high": "", **YOURS}),
    "models": Table(row=BaseLLM, key=("name",), usual=YOURS),
    "api_prices": Table(row=APIPrice, key=("name",), usual={"provider": "", "cached_input_usd_per_mtok": "", "retires": "", **YOURS}),
    "hosted": Table(row=HostedPrice, key=("name",), usual={"max_params": "", **YOURS}),
    "labels": Table(row=LabelPrice, key=("name",), usual={"usd_per_hour": "", **YOURS}),
    "utilisation": Table(row=Utilisation, key=("setup", "gpu_family"), usual={"meaning": "", **YOURS}),
    "serving": Table(row=ServingShare, key=("gpu_family", "precision"), usual=YOURS),
}
"""Kind -> its table."""


Record = TypeVar("Record")


def rows_of(file: str, kind: type[Record]) -> tuple[Record, ...]:
    """Every row of a table, in its order; ``kind`` is a dataclass whose fields are the columns."""
    converters = {column.name: CONVERT[str(column.type)] for column in fields(kind)}  # type: ignore[arg-type]
    with (HERE / file).open(encoding="utf-8", newline="") as lines:
        return tuple(
            kind(**{name: converters[name](text) for name, text in row.items()}) for row in csv.DictReader(lines)
        )


@cache
def _shipped(kind: str) -> Mapping[Any, Row]:
    table = TABLES[kind]
    return MappingProxyType({table.name_of(row): row for row in rows_of(f"{kind}.csv", table.row)})


@lru_cache(maxsize=64)
def table(kind: str, own: Own = ()) -> Mapping[Any, Any]:
    """A table by the names of its rows: ours, then those that a scenario brings."""
    spec = TABLES[kind]
    mine = {spec.name_of(row): row for row in own if type(row) is spec.row}
    return MappingProxyType({**_shipped(kind), **mine}) if mine else _shipped(kind)


def forget() -> None:
    """Read all tables anew when next asked (tests that change one)."""
    _shipped.cache_clear()
    table.cache_clear()


def gpus(own: Own = ()) -> Mapping[str, GPU]:
    """Cards by name.

    >>> gpus()["h100-sxm"].memory_gb
    80.0
    """
    return table("gpus", own)


def gpu_prices(own: Own = ()) -> Mapping[tuple[str, str, str], GPUPrice]:
    """Rents by card, provider (or ``market``) and kind (``on-demand`` or ``spot``)."""
    return table("gpu_prices", own)


def models(own: Own = ()) -> Mapping[str, BaseLLM]:
    """Base models by name."""
    return table("models", own)


def api_prices(own: Own = ()) -> Mapping[str, APIPrice]:
    """Models prompted over an API, by name."""
    return table("api_prices", own)


def hosted_prices(own: Own = ()) -> Mapping[str, HostedPrice]:
    """Hosts of tuned models, by host and size class."""
    return table("hosted", own)


def label_prices(own: Own = ()) -> Mapping[str, LabelPrice]:
    """Prices of a kept example, by kind."""
    return table("labels", own)


def utilisations(own: Own = ()) -> Mapping[tuple[str, str], Utilisation]:
    """Utilisation in training, by class of setup and family of card."""
    return table("utilisation", own)


def serving_shares(own: Own = ()) -> Mapping[tuple[str, str], ServingShare]:
    """Limits of serving, by family of card and precision."""
    return table("serving", own)
