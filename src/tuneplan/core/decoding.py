"""How fast a replica serves: one stream, many at once, and as many as it has room for.

A step writes one token of every stream. It reads the weights once, each stream's cache, and
multiplies; reading a prompt multiplies. One curve holds from a single stream to saturation, where
room for caches, or the engine, ends it.
"""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.coefficients import Coefficient
from tuneplan.late import np
from tuneplan.units import BYTES_PER_GB, FLOP_PER_TFLOP

SERVED_BYTES_PER_PARAM = {"bf16": 2.0, "fp8": 1.0, "int4": 0.66, "fp4": 0.5625}
CACHE_PART = {"bf16": 1.0, "fp8": 0.5, "int4": 1.0, "fp4": 0.5}
"""Size of keys and values against bf16: engines that serve in 8 bits and fewer keep them in fp8."""
GPU_COUNTS = (1, 2, 4, 8, 16, 32, 64, 128)
SERVED_WEIGHT_SHARE = 0.8
"""Share of GPU memory that weights may take, the rest being KV cache; assumed."""
SERVING_MEMORY = 0.9
"""Share of GPU memory that an engine takes for weights and caches: the default of vLLM and TensorRT-LLM."""
DECODE_OVERHEAD_S = 0.003
"""Fixed time of a decoding step; fitted on vLLM rows of Qwen2.5, A100. [s]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodingLaw:
    """What is known of engines from measurements alone.

    Attributes
    ----------
    overhead
        Fixed time of a decoding step. [s]
    eager_overhead
        The same of a loop without compiled graphs. [s]
    unpack
        Time to unpack an NF4 parameter at each step of such a loop. [s]
    most_streams
        Streams that an engine keeps at once where there is room.
    split_exponent
        A replica of n GPUs multiplies as fast as n^(1 - this) of them.
    experts
        Speed of multiplication of a mixture of experts against a dense base of its active parameters.
    fp4
        Share of the fp4 peak reached, twice that of fp8, against the share of the fp8 peak, times two.
    """

    overhead: float = DECODE_OVERHEAD_S
    eager_overhead: float = 0.020
    unpack: float = 1e-12
    most_streams: float = 650.0
    split_exponent: float = 0.25
    experts: float = 0.46
    fp4: float = 1.15


DECODING_LAW = DecodingLaw()
_FITTED = "fitted on 130 published speeds of 4 sources, tests/fitting/fit_costs.py"
COEFFICIENTS = (
    Coefficient(name="SERVED_BYTES_PER_PARAM", value=SERVED_BYTES_PER_PARAM, unit="B/param", as_of="2026-06",
                source="width of the format; int4 with bf16 embeddings by LitGPT's tables", doc="Weights of a served model, by precision."),
    Coefficient(name="CACHE_PART", value=CACHE_PART, source="declared: engines that serve in 8 bits and fewer keep keys and values in fp8", as_of="2026-11",
                doc="Size of keys and values against bf16, by precision."),
    Coefficient(name="SERVED_WEIGHT_SHARE", value=SERVED_WEIGHT_SHARE, unit="share", source="assumed", as_of="2026-11",
                doc="Share of GPU memory that weights may take, the rest being keys and values."),
    Coefficient(name="SERVING_MEMORY", value=SERVING_MEMORY, unit="share", source="declared: the default of vLLM and TensorRT-LLM", as_of="2026-11",
                doc="Share of GPU memory that an engine takes."),
    Coefficient(name="DECODE_OVERHEAD_S", value=DECODE_OVERHEAD_S, unit="s", source="fitted on vLLM rows of Qwen2.5, A100", as_of="2024-11",
                doc="Fixed time of a decoding step."),
    Coefficient(name="DECODING_LAW", value={"overhead": DECODING_LAW.overhead, "eager_overhead": DECODING_LAW.eager_overhead}, unit="s", source=_FITTED,
                as_of="2026-11", doc="Fixed time of a decoding step, of an engine and of a plain loop."),
    Coefficient(name="DECODING_LAW", value={"unpack": DECODING_LAW.unpack}, unit="s/param", source=_FITTED, as_of="2026-11",
                doc="Time to unpack a weight of NF4 at each step of a plain loop."),
    Coefficient(name="DECODING_LAW", value={"most_streams": DECODING_LAW.most_streams}, source=_FITTED, as_of="2026-11",
                doc="Streams that an engine keeps at once where there is room."),
    Coefficient(name="DECODING_LAW", value={"split_exponent": DECODING_LAW.split_exponent, "experts": DECODING_LAW.experts, "fp4": DECODING_LAW.fp4},
                source=_FITTED, as_of="2026-11", doc="What several cards, experts and fp4 make of the speed of multiplication."),
)  # fmt: skip
"""Where the numbers above come from."""


def gpus_to_serve(params: float, *, precision: str, card_gb: float) -> int:
    """GPUs of one replica; 0 when even the largest count is too small."""
    weights = SERVED_BYTES_PER_PARAM[precision] * params / BYTES_PER_GB
    return next((n for n in GPU_COUNTS if weights <= SERVED_WEIGHT_SHARE * card_gb * n), 0)


def decode_seconds(weights_gb: Array, *, kv_gb: Array, gb_per_s: Array, overhead: Array | float = DECODE_OVERHEAD_S) -> Array:
    """Time of one decoding step that is bound by reading. ``t0 + (weights + kv) / bandwidth`` [s]

    Parameters
    ----------
    weights_gb
        What is read of the weights.
    gb_per_s
        What a replica reads a second: cards x peak x the share reached, .77 in bf16. [GB/s]

    Range: 0.5B to 72B on A100. Source: fitted on the vLLM table of Qwen2.5.

    >>> one = np.ones(())  # Qwen2.5-7B on A100-80: 84.28 tokens/s measured
    >>> round(1 / float(decode_seconds(15.226 * one, kv_gb=0 * one, gb_per_s=0.77 * 2039 * one)), 1)
    78.8
    """
    return overhead + (weights_gb + kv_gb) / gb_per_s


def saturated_tokens_per_s(
    active_params: Array, *, params: Array, peak_tflops: Array, share: Array, gpus: Array, law: DecodingLaw = DECODING_LAW
) -> Array:
    """Tokens a second that a replica multiplies through. ``share x peak x n^(1 - .25) / 2N`` [token/s]

    Parameters
    ----------
    active_params
        That one token uses; fewer than ``params`` in a mixture of experts, which multiplies less well.
    peak_tflops
        Of one card, at the precision served.
    share
        Of that peak, on one card.
    """
    dense = np.where(active_params < params, law.experts, 1.0)
    return dense * share * peak_tflops * FLOP_PER_TFLOP * gpus ** (1.0 - law.split_exponent) / (2.0 * active_params)


def streams_with_room(
    context: Array, *, kv_gb_per_token: Array, weights_gb: Array, memory_gb: Array, law: DecodingLaw = DECODING_LAW
) -> Array:
    """Streams whose caches fit beside the weights, one at least, and no more than an engine keeps.

    Parameters
    ----------
    context
        Mean tokens in a stream's cache.
    memory_gb
        Of all the replica's cards.
    """
    room = SERVING_MEMORY * memory_gb - weights_gb
    return np.clip(room / np.maximum(kv_gb_per_token * context, 1e-12), 1.0, law.most_streams)


def weights_read(weights_gb: Array, *, active_share: Array, streams: Array) -> Array:
    """What a step reads of the weights: every expert that any stream's token goes to. [GB]

    >>> one = np.ones(())
    >>> [round(float(weights_read(60.0 * one, active_share=0.1 * one, streams=n * one)), 1) for n in (1, 2, 1000)]
    [6.0, 11.4, 60.0]
    """
    return weights_gb * (1.0 - (1.0 - active_share) ** streams)


def request_seconds(
    tokens_in: Array, tokens_out: Array, *, tokens_per_s: Array, kv_gb_per_token: Array, gb_per_s: Array, weights_gb: Array,
    streams: Array, overhead: Array | float = DECODE_OVERHEAD_S,
) -> Array:  # fmt: skip
    """Time of a replica that one request takes, others at work beside it. [s]

    ``(in + out) / speed + out (in + out/2) kv / bandwidth + out (t0 + weights / bandwidth) / streams``:
    all tokens are multiplied, each token written reads its stream's cache, and a step is shared.

    Parameters
    ----------
    tokens_per_s
        That are multiplied through; see ``saturated_tokens_per_s``.
    weights_gb
        What a step reads of them; see ``weights_read``.
    streams
        At work at once.

    Range: 1 to 250 streams and saturation, 128 to 22 000 tokens, 7B to 405B. Source: fitted on TensorRT-LLM 1.0
    (median error 6 %), and met by NVIDIA NIM's curves over 1 to 250 streams, on which nothing was fitted.

    >>> one = np.ones(())  # Llama 3.1 8B in fp8 on H100, 1000 + 1000 tokens: 15 220 written a second
    >>> speed = saturated_tokens_per_s(8.03e9 * one, params=8.03e9 * one, peak_tflops=1979 * one, share=0.65 * one, gpus=one)
    >>> room = streams_with_room(1500 * one, kv_gb_per_token=6.6e-5 * one, weights_gb=8.03 * one, memory_gb=80 * one)
    >>> seconds = request_seconds(1000 * one, 1000 * one, tokens_per_s=speed, kv_gb_per_token=6.6e-5 * one,
    ...     gb_per_s=0.77 * 3350 * one, weights_gb=8.03 * one, streams=room)
    >>> 12_000 < float(1000 / seconds) < 18_000
    True
    """
    multiplying = (tokens_in + tokens_out) / tokens_per_s
    caches = tokens_out * (tokens_in + tokens_out / 2.0) * kv_gb_per_token / gb_per_s
    nothing = 0.0 * streams
    steps = tokens_out * decode_seconds(weights_gb, kv_gb=nothing, gb_per_s=gb_per_s, overhead=overhead) / streams
    return multiplying + caches + steps
