"""Shapes of base models from what a case says: published ones, or the nearest published one scaled."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from tuneplan.core.memory import Shape
from tuneplan.scenario import catalogue
from tuneplan.scenario.lowering.hardware import shape_of_base

FILE = Path(__file__).with_name("shapes.csv")
SAME = 0.01
"""Relative difference below which two counts of parameters are of one model."""
KV_BYTES = 4.0
"""A key and a value in bf16, for each layer and unit of width. [B]"""
UNLIKE = {"params": 1.0, "layers": 1.0, "hidden": 1.0, "vocab": 0.5}
"""How much a factor in each makes two shapes unlike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A base model as costs see it.

    Attributes
    ----------
    shape
        As memory sees it.
    active_params
        Parameters that one token uses.
    query_width, kv_width
        Of all heads together.
    kv_bytes_per_token
        Keys and values of a token in bf16. [B]
    known
        Whether it is a published shape, not one put together.
    """

    shape: Shape
    active_params: float
    query_width: float
    kv_width: float
    kv_bytes_per_token: float
    known: bool


@cache
def base_of(params: float, layers: float | None = None, hidden: float | None = None, vocab: float | None = None) -> Base:
    """The shape of a base with so many parameters, and as much of it as is known.

    >>> base_of(8.03e9).shape.hidden, round(base_of(30.5e9).active_params)
    (4096, 3352000000)
    """
    told = {"params": params, "layers": layers, "hidden": hidden, "vocab": vocab}
    rows = _rows()
    known = min(rows, key=lambda row: _unlikeness(row, told))
    if _is(known, told):
        return _published(known)
    dense = [row for row in rows if row.active_params == row.params]
    return _scaled(min(dense, key=lambda row: _unlikeness(row, told)), told)


@cache
def _rows() -> Sequence[catalogue.BaseLLM]:
    """Bases of the catalogue, then older ones that published runs use."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        older = [_older(row) for row in csv.DictReader(line for line in lines if not line.startswith("#"))]
    return (*catalogue.models().values(), *older)


def _older(row: dict[str, str]) -> catalogue.BaseLLM:
    counts = {name: int(row[name]) for name in ("layers", "hidden", "intermediate", "heads", "kv_heads", "head_dim", "vocab")}
    kv_bytes = KV_BYTES * counts["layers"] * counts["kv_heads"] * counts["head_dim"]
    return catalogue.BaseLLM(
        name=row["name"], params=float(row["params"]), active_params=float(row["params"]), kv_bytes_per_token=kv_bytes, instruction_tuned=False,
        licence="", source=row["source"], as_of="2026", grade="A", **counts,
    )  # fmt: skip


def _unlikeness(row: catalogue.BaseLLM, told: dict[str, float | None]) -> float:
    """How far a published shape is from what is told, in natural logarithms."""
    return math.fsum(UNLIKE[name] * abs(math.log(getattr(row, name) / value)) for name, value in told.items() if value)


def _is(row: catalogue.BaseLLM, told: dict[str, float | None]) -> bool:
    """Whether all that is told is true of a published shape; vocabularies may be padded."""
    sizes = all(abs(getattr(row, name) / value - 1.0) < SAME for name, value in told.items() if value and name in ("params", "vocab"))
    return sizes and all(getattr(row, name) == value for name, value in told.items() if value and name in ("layers", "hidden"))


def _published(row: catalogue.BaseLLM) -> Base:
    return Base(
        shape=shape_of_base(row), active_params=row.active_params, query_width=row.heads * row.head_dim, kv_width=row.kv_heads * row.head_dim,
        kv_bytes_per_token=row.kv_bytes_per_token, known=True,
    )  # fmt: skip


def _scaled(row: catalogue.BaseLLM, told: dict[str, float | None]) -> Base:
    """A published shape, stretched to what is told; the feed-forward part takes up the parameters that are left."""
    like, params = _published(row), told["params"]
    assert params is not None
    stretch = (params / row.params) ** (1.0 / 3.0)
    hidden, layers = told["hidden"] or row.hidden * stretch, told["layers"] or row.layers * stretch
    vocab = told["vocab"] or float(row.vocab)
    wider = hidden / row.hidden
    query, kv = like.query_width * wider, like.kv_width * wider
    tables = vocab * hidden * (2.0 if like.shape.embeddings > 1.5 * row.vocab * row.hidden else 1.0)
    left = params - tables - 2.0 * layers * hidden * (query + kv)
    intermediate = left / (layers * hidden * (3.0 if like.shape.gated else 2.0))
    shape = replace(
        like.shape, params=params, layers=layers, hidden=hidden, vocab=vocab, embeddings=min(tables, 0.9 * params),
        intermediate=min(max(intermediate, 1.5 * hidden), 6.0 * hidden),
    )  # fmt: skip
    return Base(shape=shape, active_params=params, query_width=query, kv_width=kv, kv_bytes_per_token=KV_BYTES * layers * kv, known=False)
