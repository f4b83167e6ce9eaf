"""The tables of the catalogue as read-only mappings, read once, when first asked for."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from importlib.resources import files
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

RowType = TypeVar("RowType", bound=Row)

CONVERT: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "float": float,
    "float | None": lambda text: float(text) if text else None,
    "bool": {"yes": True, "no": False}.__getitem__,
}
"""Annotation of a column -> what makes its value out of text."""


def _rows(file: str, kind: type[RowType]) -> tuple[RowType, ...]:
    """Every row of a table, in its order."""
    converters = {column.name: CONVERT[str(column.type)] for column in fields(kind)}
    with (files(__package__) / file).open(encoding="utf-8") as lines:
        return tuple(
            kind(**{name: converters[name](text) for name, text in row.items()})
            for row in csv.DictReader(lines)
        )


@cache
def gpus() -> Mapping[str, GPU]:
    """Cards by name.

    >>> gpus()["h100-sxm"].memory_gb
    80.0
    """
    return MappingProxyType({row.name: row for row in _rows("gpus.csv", GPU)})


@cache
def gpu_prices() -> Mapping[tuple[str, str, str], GPUPrice]:
    """Rents by card, provider (or ``market``) and kind (``on-demand`` or ``spot``)."""
    rows = _rows("gpu_prices.csv", GPUPrice)
    return MappingProxyType({(row.gpu, row.provider, row.kind): row for row in rows})


@cache
def models() -> Mapping[str, BaseLLM]:
    """Base models by name."""
    return MappingProxyType({row.name: row for row in _rows("models.csv", BaseLLM)})


@cache
def api_prices() -> Mapping[str, APIPrice]:
    """Models prompted over an API, by name."""
    return MappingProxyType({row.name: row for row in _rows("api_prices.csv", APIPrice)})


@cache
def hosted_prices() -> Mapping[str, HostedPrice]:
    """Hosts of tuned models, by host and size class."""
    return MappingProxyType({row.name: row for row in _rows("hosted.csv", HostedPrice)})


@cache
def label_prices() -> Mapping[str, LabelPrice]:
    """Prices of a kept example, by kind."""
    return MappingProxyType({row.name: row for row in _rows("labels.csv", LabelPrice)})


@cache
def utilisations() -> Mapping[tuple[str, str], Utilisation]:
    """Utilisation in training, by class of setup and family of card."""
    rows = _rows("utilisation.csv", Utilisation)
    return MappingProxyType({(row.setup, row.gpu_family): row for row in rows})


@cache
def serving_shares() -> Mapping[tuple[str, str], ServingShare]:
    """Limits of serving, by family of card and precision."""
    rows = _rows("serving.csv", ServingShare)
    return MappingProxyType({(row.gpu_family, row.precision): row for row in rows})
