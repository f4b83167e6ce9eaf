"""Numbers of peak memory: bytes that are counted, and the law of what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tuneplan.core.coefficients import Coefficient

WEIGHT_BYTES = 2.0
"""A parameter in bf16. [B]"""
NF4_BYTES = 0.5625
"""A parameter in 4 bits with one fp32 scale for each 64. QLoRA, arXiv 2305.14314. [B]"""
STORED_INPUT_BYTES = 2.0
"""What recomputation keeps of a layer, a hidden unit and token: its input in bf16. [B]"""
KEPT_BYTES = 2.0
"""A kept activation in bf16. [B]"""
INPUT_WIDTH = 3.0
"""Inputs of linear layers, in hidden widths, beside the feed-forward part's own: into q, k and v, out of attention, into
the feed-forward part. Kept where weights are trained (Korthikanti et al., arXiv 2205.05198), and by 4-bit kernels."""
GATHERED_LAYERS = 2.0
"""Layers whose sharded weights stand whole at one time: one at work, one on its way."""
USABLE_MEMORY = 0.92
"""Share of a card that a run may fill; assumed."""
FIT_SCORE = 1.2815515655446004
"""Normal score of 90 %: a run fits when P(peak <= usable) >= .9."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer:
    """What an optimizer keeps on the GPU, in bytes a trained parameter beside its bf16 weight.

    Attributes
    ----------
    states
        Master weights and moments.
    gradients
        Of the whole model; 0 where each is used up as it is made.
    stay
        Whether gradients stand while activations do: accumulated over micro-batches.
    """

    states: float
    gradients: float
    stay: bool = False


OPTIMIZERS: Mapping[str, Optimizer] = {
    "adamw": Optimizer(states=12.0, gradients=2.0, stay=True),
    "adamw_fp32_gradients": Optimizer(states=12.0, gradients=4.0, stay=True),
    "adamw_bf16": Optimizer(states=4.0, gradients=2.0),
    "adamw_8bit": Optimizer(states=2.0, gradients=2.0),
    "adamw_8bit_in_backward": Optimizer(states=2.0, gradients=0.0),
    "adamw_bf16_in_backward": Optimizer(states=4.0, gradients=0.0),
    "paged_adamw_8bit": Optimizer(states=0.0, gradients=2.0),
    "paged_adamw_8bit_in_backward": Optimizer(states=0.0, gradients=0.0),
    "adafactor": Optimizer(states=0.1, gradients=2.0),
    "sgd": Optimizer(states=0.0, gradients=2.0),
}
"""Mixed precision with fp32 master weights keeps 16 bytes in all (ZeRO, arXiv 1910.02054), 18 with fp32
gradients (DeepSpeed); pure bf16 8; paged states lie in the host's memory."""
SHARDED: Mapping[str, tuple[bool, bool, bool]] = {
    "none": (False, False, False), "ddp": (False, False, False),
    "zero1": (False, False, True), "zero2": (False, True, True), "zero3": (True, True, True), "fsdp": (True, True, True),
}  # fmt: skip
"""Way of sharding -> whether weights, gradients and states are divided over the GPUs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryLaw:
    """What counting does not give.

    Attributes
    ----------
    overhead_gb
        Context, workspaces, libraries and what the allocator holds back, on each GPU. [GB]
    peer_gb
        Buffers of communication, on each GPU of several. [GB]
    logit_bytes
        A vocabulary entry and token: bf16 logits, fp32 copy, fp32 gradient, bf16 gradient. [B]
    chunked_logit_bytes
        The same where the loss is made piece by piece. [B]
    kept_width
        What attention and norms of a layer keep, in bytes a hidden unit and token. [B]
    live_layers
        Layers whose activations stand while recomputation is at work.
    frozen_embedding_bytes
        An entry of embeddings and head beside weights of 4 bits: bf16, in some libraries (PEFT) fp32. [B]
    step_bytes
        Copies that an optimizer's step makes, a parameter. [B]
    spread
        Log-sd of each part, and of the whole.
    loose
        What batches of changing length may add to a part, as log-sd: an allocator keeps blocks of each length.
        Judged from ms-swift's table, in which it shows, and LitGPT's, in which it doesn't.
    """

    overhead_gb: float = 0.83
    peer_gb: float = 1.04
    logit_bytes: float = 12.5
    chunked_logit_bytes: float = 0.92
    kept_width: float = 21.1
    live_layers: float = 0.76
    frozen_embedding_bytes: float = 2.4
    step_bytes: float = 0.87
    spread: Mapping[str, float] = field(default_factory=lambda: {
        "weights": 0.04, "embeddings": 0.4, "states": 0.12, "activations": 0.3, "logits": 0.45, "overhead": 0.6, "whole": 0.06,
    })  # fmt: skip
    loose: Mapping[str, float] = field(default_factory=lambda: {"activations": 0.7, "logits": 0.7})


MEMORY_LAW = MemoryLaw()

_JUDGED = ("paged_adamw_8bit", "paged_adamw_8bit_in_backward", "adafactor")
_FITTED = "fitted on 94 published runs of 3 sources, tests/fitting/fit_costs.py"
_SPREAD = "assumed: as wide as holds 80 % of left-out sources, tests/fitting/fit_costs.py"


def _fitted(name: str, unit: str, doc: str) -> Coefficient:
    """One number of the law."""
    return Coefficient(name="MEMORY_LAW", value={name: getattr(MEMORY_LAW, name)}, unit=unit, source=_FITTED, as_of="2026-11", doc=doc)


COEFFICIENTS = (
    Coefficient(name="WEIGHT_BYTES", value=WEIGHT_BYTES, unit="B/param", source="width of bf16, arXiv 1910.02054", as_of="2019-10", doc="A weight that trains, or stands frozen."),
    Coefficient(name="NF4_BYTES", value=NF4_BYTES, unit="B/param", source="4 bits and a scale for each 64, arXiv 2305.14314", as_of="2023-05", doc="A frozen weight of QLoRA."),
    Coefficient(name="STORED_INPUT_BYTES", value=STORED_INPUT_BYTES, unit="B", source="Korthikanti et al., arXiv 2205.05198", as_of="2022-05",
                doc="Input kept a layer, hidden unit and token, where activations are recomputed."),
    Coefficient(name="KEPT_BYTES", value=KEPT_BYTES, unit="B", source="width of bf16, arXiv 2205.05198", as_of="2022-05", doc="An activation that is kept."),
    Coefficient(name="INPUT_WIDTH", value=INPUT_WIDTH, source="Korthikanti et al., arXiv 2205.05198", as_of="2022-05",
                doc="Inputs of linear layers beside the feed-forward part's own, in hidden widths."),
    Coefficient(name="GATHERED_LAYERS", value=GATHERED_LAYERS, unit="layer", source="assumed: one at work, one on its way", as_of="2026-11",
                doc="Layers whose sharded weights stand whole at one time."),
    Coefficient(name="USABLE_MEMORY", value=USABLE_MEMORY, unit="share", source="assumed", as_of="2026-11", doc="Share of a card that a run may fill."),
    Coefficient(name="FIT_SCORE", value=FIT_SCORE, source="declared: a run fits when it does with a chance of 90 %", as_of="2026-11",
                doc="Normal score at which a run is called a fit."),
    Coefficient(name="OPTIMIZERS", value={f"{name}, {part}": getattr(each, part) for name, each in OPTIMIZERS.items() if name not in _JUDGED for part in ("states", "gradients")},
                unit="B/param", source="ZeRO, arXiv 1910.02054; 8-bit states, arXiv 2110.02861", as_of="2021-10", doc="What an optimizer keeps beside a trained weight."),
    Coefficient(name="OPTIMIZERS", value={f"{name}, {part}": getattr(OPTIMIZERS[name], part) for name in _JUDGED for part in ("states", "gradients")},
                unit="B/param", source="assumed: rows and columns of moments, or the host's memory", as_of="2026-11", doc="The same, of optimizers that keep little on the GPU."),
    _fitted("overhead_gb", "GB", "Context, workspaces and libraries on each GPU."),
    _fitted("peer_gb", "GB", "Buffers of communication on each GPU of several."),
    _fitted("logit_bytes", "B", "Logits a vocabulary entry and token."),
    _fitted("chunked_logit_bytes", "B", "The same where the loss is made piece by piece."),
    _fitted("kept_width", "B", "What attention and norms of a layer keep, a hidden unit and token."),
    _fitted("live_layers", "layer", "Layers whose activations stand while recomputation is at work."),
    _fitted("frozen_embedding_bytes", "B/param", "Embeddings and head beside weights of 4 bits."),
    _fitted("step_bytes", "B/param", "Copies that an optimizer's step makes."),
    Coefficient(name="MEMORY_LAW", value={f"spread of {part}": log_sd for part, log_sd in MEMORY_LAW.spread.items()}, source=_SPREAD, as_of="2026-11",
                doc="Log-sd of a part of peak memory, and of the whole."),
    Coefficient(name="MEMORY_LAW", value={f"loose {part}": log_sd for part, log_sd in MEMORY_LAW.loose.items()}, as_of="2026-11",
                source="assumed, between LitGPT's table and ms-swift's", doc="What batches of changing length may add to its log-sd."),
)  # fmt: skip
"""Where the numbers above come from."""
