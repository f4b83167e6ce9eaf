"""FLOP, memory, GPU-hours and throughput: arithmetic on published shapes."""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.distributions import lognormal, pert, point
from tuneplan.core.registry import Param
from tuneplan.late import np
from tuneplan.units import BYTES_PER_GB, FLOP_PER_TFLOP, SECONDS_PER_HOUR

FLOP_PER_PARAM = {
    ("full", False): 6.0,
    ("full", True): 8.0,
    ("lora", False): 4.0,
    ("lora", True): 6.0,
    ("qlora", False): 4.0,
    ("qlora", True): 6.0,
}
"""FLOP a parameter and token, by method and activation recomputation; checked on 209 published MFU
figures (llm-foundry) at ratio 1.000. LoRA skips the weight gradients."""
ATTENTION_FLOP = {False: 12.0, True: 16.0}
"""FLOP a layer, hidden unit, position of context and token, without and with recomputation."""
BYTES_PER_PARAM = {"full": 16.0, "lora": 2.0, "qlora": 0.66}
"""Weights, gradients and optimizer states of mixed-precision AdamW (ZeRO, arXiv 1910.02054); frozen
bf16 weights; NF4 weights with bf16 embeddings (LitGPT tables)."""
BYTES_PER_ADAPTER_PARAM = 16.0
ADAPTED_LAYERS = {"all": (1.0, 1.0), "attention": (1.0, 0.0), "feed_forward": (0.0, 1.0)}
"""Which linear layers carry adapters: those of attention, those of the feed-forward part."""
SERVED_BYTES_PER_PARAM = {"bf16": 2.0, "fp8": 1.0, "int4": 0.66}
ACTIVATION_BYTES = 34.0
"""Bytes a layer, hidden unit and token without recomputation. Korthikanti et al., arXiv 2205.05198."""
STORED_INPUT_BYTES = 2.0
LOGIT_BYTES = 12.0
"""Bytes a vocabulary entry and token: bf16 logits, fp32 copy, fp32 gradient."""
OVERHEAD_GB = 2.0
"""Framework and context on each GPU; assumed, 1 to 4."""
MEMORY_FACTOR, MEMORY_LOG_SD = 1.10, 0.12
"""Measured over predicted peak memory; fitted on 22 published runs."""
USABLE_MEMORY = 0.92
"""Share of a card that a run may fill; assumed."""
FIT_SCORE = 1.2815515655446004
"""Normal score of 90 %: a run fits when P(peak <= usable) >= .9."""
GPU_COUNTS = (1, 2, 4, 8, 16, 32, 64, 128)
DECODE_OVERHEAD_S = 0.003
"""Fixed time of a decoding step; fitted on vLLM rows of Qwen2.5, A100. [s]"""
SERVED_WEIGHT_SHARE = 0.8
"""Share of GPU memory that weights may take, the rest being KV cache; assumed."""
NEW_RECIPE_SEARCH = lognormal(30.0, 0.70)
"""Runs tried for a recipe never used before, where ``search`` is of a known one."""

COEFFICIENTS = (
    Coefficient(name="FLOP_PER_PARAM", value={f"{method}{', recomputing' if again else ''}": value for (method, again), value in FLOP_PER_PARAM.items()},
                unit="FLOP/param/token", source="arXiv 2205.05198; ratio 1.000 on 209 published MFU figures (llm-foundry)", as_of="2022-05",
                doc="Arithmetic to train on one token, by method and activation recomputation."),
    Coefficient(name="ATTENTION_FLOP", value={"": ATTENTION_FLOP[False], "recomputing": ATTENTION_FLOP[True]}, unit="FLOP", as_of="2022-05",
                source="arXiv 2205.05198; ratio 1.000 on 209 published MFU figures (llm-foundry)",
                doc="Arithmetic of attention a layer, hidden unit, position of context and token."),
    Coefficient(name="BYTES_PER_PARAM", value=BYTES_PER_PARAM, unit="B/param", source="ZeRO, arXiv 1910.02054; NF4 with bf16 embeddings by LitGPT's tables",
                as_of="2026-06", doc="Weights, gradients and optimizer states that training holds, by method."),
    Coefficient(name="BYTES_PER_ADAPTER_PARAM", value=BYTES_PER_ADAPTER_PARAM, unit="B/param", source="ZeRO, arXiv 1910.02054: mixed-precision AdamW",
                as_of="2019-10", doc="The same, of each trainable weight of an adapter."),
    Coefficient(name="SERVED_BYTES_PER_PARAM", value=SERVED_BYTES_PER_PARAM, unit="B/param", as_of="2026-06",
                source="width of the format; int4 with bf16 embeddings by LitGPT's tables", doc="Weights of a served model, by precision."),
    Coefficient(name="ACTIVATION_BYTES", value=ACTIVATION_BYTES, unit="B", source="Korthikanti et al., arXiv 2205.05198", as_of="2022-05",
                doc="Activations a layer, hidden unit and token, without recomputation."),
    Coefficient(name="STORED_INPUT_BYTES", value=STORED_INPUT_BYTES, unit="B", source="Korthikanti et al., arXiv 2205.05198", as_of="2022-05",
                doc="Input kept a layer, hidden unit and token, where activations are recomputed."),
    Coefficient(name="LOGIT_BYTES", value=LOGIT_BYTES, unit="B", source="assumed: bf16 logits, an fp32 copy and its gradient at once", as_of="2026-11",
                doc="Logits a vocabulary entry and token."),
    Coefficient(name="OVERHEAD_GB", value=OVERHEAD_GB, unit="GB", source="assumed", as_of="2026-11", interval=(1.0, 4.0),
                doc="Framework and context on each GPU."),
    Coefficient(name="MEMORY_FACTOR MEMORY_LOG_SD", value=lognormal(MEMORY_FACTOR, MEMORY_LOG_SD), as_of="2026-11",
                source="fitted on 22 published runs whose inputs are known", doc="Measured over predicted peak memory."),
    Coefficient(name="USABLE_MEMORY", value=USABLE_MEMORY, unit="share", source="assumed", as_of="2026-11", doc="Share of a card that a run may fill."),
    Coefficient(name="FIT_SCORE", value=FIT_SCORE, source="declared: a run fits when it does with a chance of 90 %", as_of="2026-11",
                doc="Normal score at which a run is called a fit."),
    Coefficient(name="DECODE_OVERHEAD_S", value=DECODE_OVERHEAD_S, unit="s", source="fitted on vLLM rows of Qwen2.5, A100", as_of="2024-11",
                doc="Fixed time of a decoding step."),
    Coefficient(name="SERVED_WEIGHT_SHARE", value=SERVED_WEIGHT_SHARE, unit="share", source="assumed", as_of="2026-11",
                doc="Share of GPU memory that weights may take, the rest being keys and values."),
    Coefficient(name="NEW_RECIPE_SEARCH", value=NEW_RECIPE_SEARCH, source="assumed: 30 (10 to 100)", as_of="2026-11",
                doc="Training runs tried for each one kept, by a recipe never used before."),
)  # fmt: skip
"""Where the numbers above come from."""

COMPUTE_PARAMS = (
    Param(name="utilisation", key="training.utilisation", unit="share", low=1e-3, high=1.0,
          doc="Share of the GPU's peak that training reaches; default by class of setup."),
    Param(name="peak_tflops", key="gpu.tflops", unit="1", low=1e-3, high=1e6,
          doc="Dense bf16 peak of the GPU in TFLOP/s; from the catalogue."),
    Param(name="overhead", key="training.overhead", unit="share", low=0.0, high=1.0,
          default=pert(0.0, 0.05, 0.15), source="assumed; utilisation is of whole runs, so little is left", as_of="2026-11",
          doc="Loading, compiling, saving, on top of training."),
    Param(name="qlora_speed", key="training.qlora_speed", low=0.1, high=2.0,
          default=lognormal(0.85, 0.15), as_of="2026-11",
          source="assumed: between .54 to .85 at 1 000 to 2 000 tokens a micro-batch and .94 to 1.05 at 8 000, Qwen profiling table",
          doc="Throughput of QLoRA against LoRA."),
    Param(name="spot_hazard", key="training.spot_hazard", unit="1/hour", high=100.0, default=lognormal(0.10, 1.0),
          source="extrapolated from V100 spot traces of 2023 (.23); judged (assumed)", as_of="2026-11",
          doc="Chance an hour that spot capacity is taken away."),
    Param(name="spot_loss", key="training.spot_loss", unit="hour", high=100.0, default=lognormal(0.25, 0.7),
          source="assumed", as_of="2026-11", doc="Hours lost each time it is."),
    Param(name="search", key="training.search", unit="1", low=1.0, high=1000.0, default=lognormal(5.0, 0.61),
          source="assumed: 5 (2 to 15) for a known recipe, 30 (10 to 100) for a new one", as_of="2026-11",
          doc="Training runs tried for each one kept, shared by a strategy's models."),
    Param(name="tuning_per_model", key="training.tuning_per_model", unit="1", high=100.0, default=point(1.5),
          source="assumed", as_of="2026-11", doc="Further runs that each model after the first needs."),
    Param(name="proxies", key="training.proxies", unit="1", high=1000.0, default=lognormal(8.0, 0.42),
          source="assumed: 4 to 16", as_of="2026-11", doc="Small runs to balance each mixture of several tasks."),
    Param(name="proxy_size", key="training.proxy_size", unit="share", high=1.0, default=point(0.1),
          source="assumed", as_of="2026-11", doc="Size of such a run against the whole."),
    Param(name="failed", key="training.failed", unit="share", high=0.95, default=pert(0.15, 0.25, 0.4),
          source="assumed: .15 to .4", as_of="2026-11", doc="Share of GPU-hours lost to failed runs."),
    Param(name="lora_rank", key="lora.rank", unit="1", low=1.0, high=4096.0, default=point(16.0), source="declared", as_of="2026-11",
          doc="Rank of the adapters, on each layer that carries one.", whole=True),
    Param(name="sequence_length", key="training.sequence_length", unit="token", low=16.0, high=1e7,
          default=point(2048.0), source="assumed", as_of="2026-11", doc="Tokens of a packed training sequence.", whole=True),
)  # fmt: skip
"""The numbers of this module."""


def lora_params(
    adapted: str, *, layers: Array, hidden: Array, intermediate: Array, query_width: Array, kv_width: Array,
    rank: Array,
) -> Array:  # fmt: skip
    """Trainable weights of adapters. [parameters]

    Each adapted matrix of shape (m, n) gets r (m + n): q, k, v, o of attention; gate, up, down of
    the feed-forward part. Part of attention alone (q and v in the LoRA paper, arXiv 2106.09685: half
    of ours where keys are as wide as queries) has no word; a lower rank comes to the same weights.

    Parameters
    ----------
    adapted
        A name of ``ADAPTED_LAYERS``.

    >>> one = np.ones(())  # Llama-3.1-8B at rank 16: 41.9M (published by PEFT users)
    >>> round(float(lora_params("all", layers=32 * one, hidden=4096 * one, intermediate=14336 * one,
    ...     query_width=4096 * one, kv_width=1024 * one, rank=16 * one)) / 1e6, 1)
    41.9
    """
    attention = 2.0 * (hidden + query_width) + 2.0 * (hidden + kv_width)
    feed_forward = 3.0 * (hidden + intermediate)
    on_attention, on_feed_forward = ADAPTED_LAYERS[adapted]
    return layers * rank * (on_attention * attention + on_feed_forward * feed_forward)


def training_flop_per_token(
    method: str, *, recompute: bool, params: Array, layers: Array, hidden: Array, context: Array
) -> Array:
    """FLOP to train on one token, ``f N + a L d s``. [FLOP/token]

    Parameters
    ----------
    method
        ``full``, ``lora`` or ``qlora``.
    params
        Active parameters N.
    context
        Tokens that attend to one another, s.

    Source: Korthikanti et al. 2022, arXiv 2205.05198; checked on the llm-foundry table.
    """
    return (
        FLOP_PER_PARAM[method, recompute] * params
        + ATTENTION_FLOP[recompute] * layers * hidden * context
    )


def gpu_hours(flop: Array, *, peak_tflops: Array, utilisation: Array) -> Array:
    """Hours on one GPU, or GPU-hours on many. ``FLOP / (3600 peak utilisation)``.

    >>> round(float(gpu_hours(np.array(7.2e17), peak_tflops=np.array(989.0), utilisation=np.array(0.3))), 2)
    0.67
    """
    return flop / (SECONDS_PER_HOUR * peak_tflops * FLOP_PER_TFLOP * utilisation)


def training_memory_gb(
    method: str, *, recompute: bool, params: float, adapter_params: float, layers: float, hidden: float,
    vocab: float, tokens: float, gpus: int, chunked_loss: bool = False,
) -> float:  # fmt: skip
    """Predicted peak memory of each GPU. [GB]

    Parameters
    ----------
    params
        All parameters, active or not.
    tokens
        Tokens of a micro-batch on one GPU.
    gpus
        States are divided over this many (ZeRO stage 3).

    Source: factors as documented beside the constants; measured runs lie within 12 % (log-sd).
    """
    states = BYTES_PER_PARAM[method] * params
    if method != "full":
        states += BYTES_PER_ADAPTER_PARAM * adapter_params
    stored = STORED_INPUT_BYTES * layers if recompute else ACTIVATION_BYTES * layers
    live = ACTIVATION_BYTES if recompute else 0.0
    activations = (stored + live) * hidden * tokens
    logits = 0.0 if chunked_loss else LOGIT_BYTES * vocab * tokens
    bytes_needed = states / gpus + activations + logits
    return MEMORY_FACTOR * (bytes_needed / BYTES_PER_GB + OVERHEAD_GB)


def fits(peak_gb: float, card_gb: float) -> bool:
    """Whether a run fits with a chance of at least 90 %."""
    return peak_gb * float(np.exp(FIT_SCORE * MEMORY_LOG_SD)) <= USABLE_MEMORY * card_gb


def gpus_to_serve(params: float, *, precision: str, card_gb: float) -> int:
    """GPUs of one replica; 0 when even the largest count is too small."""
    weights = SERVED_BYTES_PER_PARAM[precision] * params / BYTES_PER_GB
    return next((n for n in GPU_COUNTS if weights <= SERVED_WEIGHT_SHARE * card_gb * n), 0)


def decode_seconds(weights_gb: Array, *, kv_gb: Array, gb_per_s: Array) -> Array:
    """Time of one decoding step. ``t0 + (weights + kv) / bandwidth`` [s]

    Parameters
    ----------
    gb_per_s
        What a replica reads a second: cards x peak x the share reached, .77 in bf16. [GB/s]

    Range: 0.5B to 72B on A100. Source: fitted on the vLLM table of Qwen2.5.

    >>> one = np.ones(())  # Qwen2.5-7B on A100-80: 84.28 tokens/s measured
    >>> round(1 / float(decode_seconds(15.226 * one, kv_gb=0 * one, gb_per_s=0.77 * 2039 * one)), 1)
    78.8
    """
    return DECODE_OVERHEAD_S + (weights_gb + kv_gb) / gb_per_s


def saturated_tokens_per_s(params: Array, *, peak_tflops: Array, share: Array) -> Array:
    """Input and output tokens a second of a busy replica. ``share x peak / 2N`` [token/s]

    Source: fitted on TensorRT-LLM and vLLM tables; see the catalogue's serving shares.
    """
    return share * peak_tflops * FLOP_PER_TFLOP / (2.0 * params)
