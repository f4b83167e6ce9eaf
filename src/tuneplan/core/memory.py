"""Peak memory of training on one GPU, part by part: does a run fit its card?

Weights and states are counted, activations follow from what a backward pass keeps. What counting
does not give stands in ``MemoryLaw``: fitted on published runs, each part with a spread of its own,
so that a run that is mostly weights is foreseen closely and one that is mostly logits is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from tuneplan.core.coefficients import Coefficient
from tuneplan.units import BYTES_PER_GB

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
        An entry of embeddings and head beside weights of 4 bits: bf16, in some libraries fp32. [B]
    step_bytes
        Copies that an optimizer's step makes, a parameter. [B]
    spread
        Log-sd of each part, and of the whole.
    loose
        What batches of changing length may add to a part, as log-sd: an allocator keeps blocks of each length.
        Judged from ms-swift's table, in which it shows, and LitGPT's, in which it doesn't.
    """

    overhead_gb: float = 0.91
    peer_gb: float = 1.05
    logit_bytes: float = 11.75
    chunked_logit_bytes: float = 0.89
    kept_width: float = 20.9
    live_layers: float = 0.78
    frozen_embedding_bytes: float = 2.2
    step_bytes: float = 0.87
    spread: Mapping[str, float] = field(default_factory=lambda: {
        "weights": 0.04, "states": 0.12, "activations": 0.3, "logits": 0.3, "overhead": 0.6, "whole": 0.09,
    })  # fmt: skip
    loose: Mapping[str, float] = field(default_factory=lambda: {"activations": 0.7, "logits": 0.7})


MEMORY_LAW = MemoryLaw()
FITTED_ON = "fitted on published peaks of training runs whose inputs are known (table of bundled cases; tests/fitting/fit_costs.py)"

COEFFICIENTS = (
    Coefficient(name="WEIGHT_BYTES", value=WEIGHT_BYTES, unit="B/param", source="declared: width of bf16", as_of="2026-11", doc="A parameter in bf16."),
    Coefficient(name="NF4_BYTES", value=NF4_BYTES, unit="B/param", source="QLoRA, arXiv 2305.14314", as_of="2023-05",
                doc="A parameter in 4 bits, with one fp32 scale for each 64."),
    Coefficient(name="STORED_INPUT_BYTES", value=STORED_INPUT_BYTES, unit="B", source="Korthikanti et al., arXiv 2205.05198", as_of="2022-05",
                doc="Input kept a layer, hidden unit and token, where activations are recomputed."),
    Coefficient(name="KEPT_BYTES", value=KEPT_BYTES, unit="B", source="declared: width of bf16", as_of="2026-11", doc="A kept activation."),
    Coefficient(name="INPUT_WIDTH", value=INPUT_WIDTH, source="Korthikanti et al., arXiv 2205.05198", as_of="2022-05",
                doc="Inputs of linear layers kept, in hidden widths, beside the feed-forward part's own."),
    Coefficient(name="GATHERED_LAYERS", value=GATHERED_LAYERS, source="assumed: one layer at work, one on its way", as_of="2026-11",
                doc="Layers whose sharded weights stand whole at one time."),
    Coefficient(name="USABLE_MEMORY", value=USABLE_MEMORY, unit="share", source="assumed", as_of="2026-11", doc="Share of a card that a run may fill."),
    Coefficient(name="FIT_SCORE", value=FIT_SCORE, source="declared: a run fits when it does with a chance of 90 %", as_of="2026-11",
                doc="Normal score at which a run is called a fit."),
    Coefficient(name="OPTIMIZERS", unit="B/param", source="ZeRO, arXiv 1910.02054, and widths of the states; adafactor's assumed", as_of="2026-11",
                value={f"{name} {part}": getattr(each, part) for name, each in OPTIMIZERS.items() for part in ("states", "gradients")},
                doc="What an optimizer keeps, a trained parameter, beside its bf16 weight."),
    Coefficient(name="MEMORY_LAW", source=FITTED_ON, as_of="2026-11", doc="Parts of peak memory that counting does not give, as MemoryLaw says.",
                value={name: getattr(MEMORY_LAW, name) for name in (
                    "overhead_gb", "peer_gb", "logit_bytes", "chunked_logit_bytes", "kept_width", "live_layers", "frozen_embedding_bytes", "step_bytes")}),
    Coefficient(name="MEMORY_LAW", source="assumed, after the spread of what those runs miss", as_of="2026-11", doc="Log-sd of each part, and of the whole; what changing lengths may add.",
                value={**{f"spread of {name}": value for name, value in MEMORY_LAW.spread.items()}, **{f"loose {name}": value for name, value in MEMORY_LAW.loose.items()}}),
)  # fmt: skip
"""Where the numbers above come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A base model as memory sees it.

    Attributes
    ----------
    params
        All parameters, active or not.
    embeddings
        Those of embeddings and head: twice vocabulary x hidden, once where they are tied.
    intermediate
        Width of the feed-forward part.
    gated
        Whether its first layer is two, one the gate of the other (SwiGLU).
    """

    params: float
    layers: float
    hidden: float
    vocab: float
    embeddings: float
    intermediate: float
    gated: bool = True


def shape_of(
    params: float, *, layers: float, hidden: float, intermediate: float, query_width: float, kv_width: float, vocab: float
) -> Shape:  # fmt: skip
    """The shape of a published configuration; gates and tied embeddings are those that come to its parameters.

    A mixture of experts, which comes to far more, counts as gated with embeddings apart.

    >>> shape_of(6.738e9, layers=32, hidden=4096, intermediate=11008, query_width=4096, kv_width=4096, vocab=32000).gated
    True
    >>> pythia = shape_of(1.414e9, layers=24, hidden=2048, intermediate=8192, query_width=2048, kv_width=2048, vocab=50304)
    >>> pythia.gated, round(pythia.embeddings / 1e6)
    (False, 206)
    """
    table = vocab * hidden
    attention = 2.0 * hidden * (query_width + kv_width) * layers
    matrix = layers * hidden * intermediate
    _, matrices, tables = min((abs(params - attention - m * matrix - t * table), m, t) for m in (3.0, 2.0) for t in (1.0, 2.0))
    return Shape(
        params=params, layers=layers, hidden=hidden, vocab=vocab, embeddings=min(tables * table, 0.9 * params), intermediate=intermediate,
        gated=matrices > 2.0,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Peak memory of one GPU, part by part. [GB]"""

    weights: float
    states: float
    activations: float
    logits: float
    overhead: float

    @property
    def parts(self) -> Mapping[str, float]:
        """By the names of ``MemoryLaw.spread``."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def peak(self) -> float:
        """The median peak."""
        return math.fsum(self.parts.values())

    def log_sd(self, law: MemoryLaw = MEMORY_LAW, *, packed: bool = True) -> float:
        """Spread of the peak's logarithm: the parts' own, in quadrature, and that of the whole."""
        loose = {} if packed else law.loose
        of_parts = math.fsum((math.hypot(law.spread[name], loose.get(name, 0.0)) * gb) ** 2 for name, gb in self.parts.items())
        return math.sqrt(of_parts / self.peak**2 + law.spread["whole"] ** 2)


def training_memory(
    method: str, shape: Shape, *, recompute: bool, adapter_params: float, tokens: float, gpus: int = 1, sharding: str = "zero3",
    optimizer: str = "adamw", chunked_loss: bool = False, law: MemoryLaw = MEMORY_LAW,
) -> Memory:  # fmt: skip
    """Predicted peak memory of each GPU.

    ``weights + states + activations + logits + overhead``: in a pass over the data, or, where that is
    more, in an optimizer's step, when activations are gone and the step's copies stand.

    Parameters
    ----------
    method
        ``full``, ``lora`` or ``qlora``.
    adapter_params
        Trained weights of an adapter.
    tokens
        Of a micro-batch on one GPU.
    sharding
        A key of ``SHARDED``.
    optimizer
        A key of ``OPTIMIZERS``.

    Range: .5B to 405B on 1 to 8 GPUs, flash attention (no term in the square of the length).
    Source: counted as the constants say; fitted and scored in tests/fitting/fit_memory.py.

    >>> llama = shape_of(6.738e9, layers=32, hidden=4096, intermediate=11008, query_width=4096, kv_width=4096, vocab=32000)
    >>> run = training_memory("lora", llama, recompute=False, adapter_params=4.2e6, tokens=1304, chunked_loss=True)
    >>> 20 < run.peak < 24  # LitGPT measured 21.3
    True
    """
    of_weights, of_gradients, of_states = (gpus if split else 1 for split in SHARDED[sharding])
    weights = _weights(method, shape, law) / of_weights
    if of_weights > 1:  # sharded weights are put together again, layer by layer, and the largest table of embeddings
        table = min(shape.vocab * shape.hidden, shape.embeddings) * WEIGHT_BYTES
        weights += GATHERED_LAYERS * _weights_of_layer(method, shape) + table
    activations, logits = _activations(method, shape, law, recompute) * tokens, _logits(shape, law, chunked_loss) * tokens
    kept, step = OPTIMIZERS[optimizer], 0.0
    if method == "full":
        gradients = kept.gradients * shape.params / of_gradients
        standing = kept.states * shape.params / of_states + (gradients if kept.stay else 0.0)
        step = law.step_bytes * shape.params / of_states + (0.0 if kept.stay else gradients) if gradients else 0.0
    else:
        standing = (WEIGHT_BYTES + kept.gradients + kept.states) * adapter_params / of_states
    if step > activations + logits:
        standing, activations, logits = standing + step, 0.0, 0.0
    return Memory(
        weights=weights / BYTES_PER_GB, states=standing / BYTES_PER_GB, activations=activations / BYTES_PER_GB,
        logits=logits / BYTES_PER_GB, overhead=law.overhead_gb + (law.peer_gb if gpus > 1 else 0.0),
    )  # fmt: skip


def weights_and_states_fit(params: float, card_gb: float) -> bool:
    """Whether all weights, gradients and states of full fine-tuning could stand on one card, activations apart."""
    kept = OPTIMIZERS["adamw"]
    return (WEIGHT_BYTES + kept.gradients + kept.states) * params / BYTES_PER_GB <= USABLE_MEMORY * card_gb


def _weights(method: str, shape: Shape, law: MemoryLaw) -> float:
    """Bytes of all weights."""
    if method != "qlora":
        return WEIGHT_BYTES * shape.params
    return NF4_BYTES * (shape.params - shape.embeddings) + law.frozen_embedding_bytes * shape.embeddings


def _weights_of_layer(method: str, shape: Shape) -> float:
    """Bytes of one layer as it is stored."""
    return (NF4_BYTES if method == "qlora" else WEIGHT_BYTES) * (shape.params - shape.embeddings) / shape.layers


def _activations(method: str, shape: Shape, law: MemoryLaw, recompute: bool) -> float:
    """Bytes a token. Frozen weights in bf16 need no gradient, so the inputs of their layers are not kept."""
    layer = law.kept_width * shape.hidden + KEPT_BYTES * (3.0 if shape.gated else 1.0) * shape.intermediate
    if method != "lora":
        layer += KEPT_BYTES * (INPUT_WIDTH * shape.hidden + shape.intermediate)
    if recompute:
        return STORED_INPUT_BYTES * shape.hidden * shape.layers + law.live_layers * layer
    return shape.layers * layer


def _logits(shape: Shape, law: MemoryLaw, chunked_loss: bool) -> float:
    """Bytes a token."""
    return (law.chunked_logit_bytes if chunked_loss else law.logit_bytes) * shape.vocab


def fits(memory: Memory, card_gb: float, law: MemoryLaw = MEMORY_LAW, *, packed: bool = True) -> bool:
    """Whether a run fits with a chance of at least 90 %.

    Parameters
    ----------
    packed
        Whether batches are all as long; lengths that change leave gaps in memory.

    >>> llama = shape_of(6.738e9, layers=32, hidden=4096, intermediate=11008, query_width=4096, kv_width=4096, vocab=32000)
    >>> run = training_memory("lora", llama, recompute=True, adapter_params=4e7, tokens=2048)
    >>> fits(run, 80.0), fits(run, 16.0)
    (True, False)
    """
    return memory.peak * math.exp(FIT_SCORE * memory.log_sd(law, packed=packed)) <= USABLE_MEMORY * card_gb
