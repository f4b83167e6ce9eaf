"""Peak memory of training on one GPU, part by part: does a run fit its card?

Weights and states are counted, activations follow from what a backward pass keeps. What counting
does not give stands in ``memory_law``: fitted on published runs, each part with a spread of its own,
so that a run that is mostly weights is foreseen closely and one that is mostly logits is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tuneplan.core.memory_law import (
    FIT_SCORE,
    GATHERED_LAYERS,
    INPUT_WIDTH,
    KEPT_BYTES,
    MEMORY_LAW,
    NF4_BYTES,
    OPTIMIZERS,
    SHARDED,
    STORED_INPUT_BYTES,
    USABLE_MEMORY,
    WEIGHT_BYTES,
    MemoryLaw,
)
from tuneplan.units import BYTES_PER_GB


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
    """Peak memory of one GPU, part by part. [GB]

    ``embeddings`` stand apart beside weights of 4 bits alone: libraries differ in their precision.
    """

    weights: float
    embeddings: float
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
    Source: counted as the constants say; fitted and scored in tests/fitting/fit_costs.py.

    >>> llama = shape_of(6.738e9, layers=32, hidden=4096, intermediate=11008, query_width=4096, kv_width=4096, vocab=32000)
    >>> run = training_memory("lora", llama, recompute=False, adapter_params=4.2e6, tokens=1304, chunked_loss=True)
    >>> 20 < run.peak < 24  # LitGPT measured 21.3
    True
    """
    of_weights, of_gradients, of_states = (gpus if split else 1 for split in SHARDED[sharding])
    weights, embeddings = (gb / of_weights for gb in _weights(method, shape, law))
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
        weights=weights / BYTES_PER_GB, embeddings=embeddings / BYTES_PER_GB, states=standing / BYTES_PER_GB, activations=activations / BYTES_PER_GB,
        logits=logits / BYTES_PER_GB, overhead=law.overhead_gb + (law.peer_gb if gpus > 1 else 0.0),
    )  # fmt: skip


def weights_and_states_fit(params: float, card_gb: float) -> bool:
    """Whether all weights, gradients and states of full fine-tuning could stand on one card, activations apart."""
    kept = OPTIMIZERS["adamw"]
    return (WEIGHT_BYTES + kept.gradients + kept.states) * params / BYTES_PER_GB <= USABLE_MEMORY * card_gb


def _weights(method: str, shape: Shape, law: MemoryLaw) -> tuple[float, float]:
    """Bytes of weights, and of embeddings beside packed ones."""
    if method != "qlora":
        return WEIGHT_BYTES * shape.params, 0.0
    return NF4_BYTES * (shape.params - shape.embeddings), law.frozen_embedding_bytes * shape.embeddings


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
