"""Rows of the catalogue's tables; the fields are the columns, each with what its cells may hold.

A number without a note is above 0, a word without one is any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ZERO: Mapping[str, Any] = {"low": 0.0}
"""Note of a column of numbers that may be 0."""
SHARE: Mapping[str, Any] = {"high": 1.0}
"""Note of a column of numbers that are at most 1."""


def one_of(*words: str) -> Mapping[str, Any]:
    """Note of a column that allows certain words."""
    return {"words": words}


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class Row:
    """What every row says about itself.

    Attributes
    ----------
    source
        Where the numbers come from; *assumed* and *recalled* mark what was not read.
    as_of
        Date, month or year for which they hold.
    grade
        V read, F fitted, A assumed, recalled or second-hand.
    """

    source: str
    as_of: str
    grade: str

    def __eq__(self, other: object) -> bool:
        """Said once for all rows: nine methods of their own would be made at each start."""
        return type(other) is type(self) and repr(other) == repr(self)

    def __hash__(self) -> int:
        return hash(repr(self))


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class GPU(Row):
    """A card.

    Attributes
    ----------
    family
        Which row of utilisation and of serving fits it: ``a100``, ``h100`` or ``other``.
    memory_gb
        Memory on the card. [GB]
    bandwidth_gb_s
        Memory bandwidth. [GB/s]
    bf16_tflops
        Dense peak, bf16 (fp16 on cards without it). [TFLOP/s]
    fp8_tflops
        Dense peak, fp8; None where the card has none. [TFLOP/s]
    """

    name: str
    family: str
    memory_gb: float
    bandwidth_gb_s: float
    bf16_tflops: float
    fp8_tflops: float | None

    def peak_tflops(self, precision: str) -> float:
        """Peak of which a share is meant when weights are served in ``precision``. [TFLOP/s]

        4-bit weights, and fp8 on a card without it, are multiplied in bf16.

        >>> from tuneplan.scenario.catalogue import gpus
        >>> gpus()["h100-sxm"].peak_tflops("fp8"), gpus()["a100-sxm-80gb"].peak_tflops("fp8")
        (1979.0, 312.0)
        """
        if precision == "fp8" and self.fp8_tflops is not None:
            return self.fp8_tflops
        return self.bf16_tflops


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class GPUPrice(Row):
    """Rent of one card of one provider, or of the market.

    Attributes
    ----------
    provider
        ``market``: what a scenario that names none has to expect.
    kind
        ``on-demand`` or ``spot``.
    usd_per_hour
        Price of one card; the typical one for the market. [USD/hour]
    low, high
        90 % interval; for the market alone. [USD/hour]
    """

    gpu: str
    provider: str
    kind: str = field(metadata=one_of("on-demand", "spot"))
    usd_per_hour: float = field(metadata=ZERO)
    low: float | None
    high: float | None


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class BaseLLM(Row):
    """A base model: its shape.

    Attributes
    ----------
    params, active_params
        All parameters, and those that one token uses (fewer in a mixture of experts).
    layers, hidden, intermediate, heads, kv_heads, head_dim
        As in its configuration; ``intermediate`` of the dense feed-forward layer.
    vocab
        Rows of the embedding, padding included.
    kv_bytes_per_token
        Keys and values of one token in bf16, every layer kept in full. [B/token]
    instruction_tuned
        Whether it follows instructions as published.
    """

    name: str
    params: float
    active_params: float
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    vocab: int
    kv_bytes_per_token: float
    instruction_tuned: bool = field(metadata=one_of("yes", "no"))
    licence: str


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class APIPrice(Row):
    """A model that is prompted at its maker's. Prices in USD/Mtoken.

    Attributes
    ----------
    cached_input_usd_per_mtok
        Input read from a cache; None where no such price is known.
    retires
        Announced last day, empty when none is known.
    """

    name: str
    provider: str
    input_usd_per_mtok: float = field(metadata=ZERO)
    output_usd_per_mtok: float = field(metadata=ZERO)
    cached_input_usd_per_mtok: float | None = field(metadata=ZERO)
    retires: str


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class HostedPrice(Row):
    """A tuned model served by a host, paid by the token. Prices in USD/Mtoken.

    Attributes
    ----------
    max_params
        Largest base at this price; None for a host's own closed model.
    training_usd_per_mtok
        Per token and epoch.
    """

    name: str
    max_params: float | None
    input_usd_per_mtok: float = field(metadata=ZERO)
    output_usd_per_mtok: float = field(metadata=ZERO)
    training_usd_per_mtok: float = field(metadata=ZERO)


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class LabelPrice(Row):
    """What one kept fine-tuning example costs, by kind. [USD/example]

    Drawn from a log-normal whose median is the typical price and whose 90 % interval is as wide, in
    ratio, as low to high.

    Attributes
    ----------
    usd_per_hour
        Usual pay of those who make it; None where it is the usual wage. [USD/hour]
    """

    name: str
    low: float
    typical: float
    high: float
    usd_per_hour: float | None


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class Utilisation(Row):
    """Share of the dense bf16 peak that training reaches on long micro-batches, by class of setup.

    Without recomputation; shorter ones wait for launches and weights (``core.compute.reached_share``).

    Attributes
    ----------
    median, log_sd
        Of a log-normal.
    meaning
        What the class is.
    """

    setup: str
    gpu_family: str
    median: float = field(metadata=SHARE)
    log_sd: float = field(metadata=ZERO)
    meaning: str


@dataclass(eq=False, frozen=True, slots=True, kw_only=True)
class ServingShare(Row):
    """How near to its limits a card serves.

    Attributes
    ----------
    low, high
        90 % interval of the share of ``GPU.peak_tflops`` at which one card multiplies when it is busy, tokens read
        and written together.
    decode_bandwidth_share
        Share of the bandwidth at which one stream reads weights and cache.
    """

    gpu_family: str
    precision: str = field(metadata=one_of("bf16", "fp8", "int4"))
    low: float
    high: float
    decode_bandwidth_share: float = field(metadata=SHARE)
