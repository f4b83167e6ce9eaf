"""FLOP, utilisation and GPU-hours of training: arithmetic on published shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tuneplan.axes import Array
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.distributions import lognormal, pert, point
from tuneplan.core.registry import Param
from tuneplan.units import FLOP_PER_TFLOP, SECONDS_PER_HOUR

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
ADAPTED_LAYERS = {"all": (1.0, 1.0), "attention": (1.0, 0.0), "feed_forward": (0.0, 1.0)}
"""Which linear layers carry adapters: those of attention, those of the feed-forward part."""


FITTED_ON = "fitted on 136 published runs of 16 sources, tests/fitting/fit_costs.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLaw:
    """What keeps a step of training below the share of the peak that its class of setup reaches.

    Attributes
    ----------
    recomputed
        Share reached with recomputation against without, by method: the FLOP of a model are counted
        once, those done again are lost (3/4 of them useful in full fine-tuning, 2/3 in LoRA), yet
        larger matrices make up for some.
    launch_s
        Time of a micro-batch that passes before the GPU is busy: kernels launched one by one. [s]
    tuned_launch_s
        The same of a setup that somebody tuned: kernels fused, or launched together. [s]
    shard_tokens
        Time to gather and scatter sharded weights, in tokens that could have been trained on: both
        grow with the model. [token]
    nf4_tokens
        Time to unpack weights of 4 bits, likewise. [token]
    attention
        Time that attention takes, against other FLOP of the same number.
    fp8
        Share of the bf16 peak reached in fp8 against bf16.
    idle_log_sd
        Spread of the times that pass idle.
    """

    recomputed: Mapping[str, float] = field(default_factory=lambda: {"full": 0.8, "lora": 0.755, "qlora": 0.755})
    launch_s: float = 0.096
    tuned_launch_s: float = 0.038
    shard_tokens: float = 910.0
    nf4_tokens: float = 1105.0
    attention: float = 1.42
    fp8: float = 1.22
    idle_log_sd: float = 0.35


STEP_LAW = StepLaw()
MICRO_BATCH_TOKENS = 4096.0
"""Tokens that a micro-batch on one GPU holds where nobody says, sequences being shorter; assumed. [token]"""
NEW_RECIPE_SEARCH = lognormal(30.0, 0.70)
"""Runs tried for a recipe never used before, where ``search`` is of a known one."""

COEFFICIENTS = (
    Coefficient(name="FLOP_PER_PARAM", value={f"{method}{', recomputing' if again else ''}": value for (method, again), value in FLOP_PER_PARAM.items()},
                unit="FLOP/param/token", source="arXiv 2205.05198; ratio 1.000 on 209 published MFU figures (llm-foundry)", as_of="2022-05",
                doc="Arithmetic to train on one token, by method and activation recomputation."),
    Coefficient(name="ATTENTION_FLOP", value={"": ATTENTION_FLOP[False], "recomputing": ATTENTION_FLOP[True]}, unit="FLOP", as_of="2022-05",
                source="arXiv 2205.05198; ratio 1.000 on 209 published MFU figures (llm-foundry)",
                doc="Arithmetic of attention a layer, hidden unit, position of context and token."),
    Coefficient(name="STEP_LAW", value={f"recomputed, {method}": share for method, share in STEP_LAW.recomputed.items()}, source=FITTED_ON, as_of="2026-11",
                doc="Share of the peak that training reaches with recomputation, against without."),
    Coefficient(name="STEP_LAW", value={"launch_s": STEP_LAW.launch_s, "tuned_launch_s": STEP_LAW.tuned_launch_s}, unit="s", source=FITTED_ON, as_of="2026-11",
                doc="Time of each micro-batch that passes before the GPU is busy."),
    Coefficient(name="STEP_LAW", value={"shard_tokens": STEP_LAW.shard_tokens, "nf4_tokens": STEP_LAW.nf4_tokens}, unit="token", source=FITTED_ON, as_of="2026-11",
                doc="Time of each micro-batch to move sharded weights, and to unpack those of 4 bits, in tokens that could have been trained on."),
    Coefficient(name="STEP_LAW", value={"attention": STEP_LAW.attention, "fp8": STEP_LAW.fp8}, source=FITTED_ON, as_of="2026-11",
                doc="Time of attention against other FLOP; speed of fp8 against bf16."),
    Coefficient(name="STEP_LAW", value={"idle_log_sd": STEP_LAW.idle_log_sd}, source="assumed", as_of="2026-11", doc="Spread of the times that pass idle."),
    Coefficient(name="MICRO_BATCH_TOKENS", value=MICRO_BATCH_TOKENS, unit="token", source="assumed", as_of="2026-11", interval=(1024.0, 32768.0),
                doc="Tokens of a micro-batch on one GPU, sequences being shorter."),
    Coefficient(name="NEW_RECIPE_SEARCH", value=NEW_RECIPE_SEARCH, source="assumed: 30 (10 to 100)", as_of="2026-11",
                doc="Training runs tried for each one kept, by a recipe never used before."),
)  # fmt: skip
"""Where the numbers above come from."""

COMPUTE_PARAMS = (
    Param(name="utilisation", key="training.utilisation", unit="share", low=1e-3, high=1.0,
          doc="Share of the GPU's peak that training reaches; default by class of setup, card, method and tokens of a sequence."),
    Param(name="peak_tflops", key="gpu.tflops", unit="1", low=1e-3, high=1e6,
          doc="Dense bf16 peak of the GPU in TFLOP/s; from the catalogue."),
    Param(name="overhead", key="training.overhead", unit="share", low=0.0, high=1.0,
          default=pert(0.0, 0.05, 0.15), source="assumed; utilisation is of whole runs, so little is left", as_of="2026-11",
          doc="Loading, compiling, saving, on top of training."),
    Param(name="qlora_speed", key="training.qlora_speed", low=0.1, high=2.0,
          default=lognormal(0.81, 0.15), as_of="2026-11",
          source="assumed: between .54 to .85 at 1 024 to 2 048 tokens a micro-batch and .94 to 1.05 at 8 192 (Qwen profiling table)",
          doc="Throughput of QLoRA against LoRA; default by base, card and tokens of a sequence."),
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

    >>> parts = {"layers": 32.0, "hidden": 4096.0, "intermediate": 14336.0, "query_width": 4096.0, "kv_width": 1024.0}
    >>> round(lora_params("all", **parts, rank=16.0) / 1e6, 1)  # Llama-3.1-8B: 41.9M (published by PEFT users)
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


def idle_tokens(method: str, *, sharded: bool, law: StepLaw = STEP_LAW) -> float:
    """Time that passes idle in each micro-batch, in tokens that could have been trained on. [token]

    >>> idle_tokens("full", sharded=False), idle_tokens("qlora", sharded=False) > 0.0
    (0.0, True)
    """
    return (law.shard_tokens if sharded else 0.0) + (law.nf4_tokens if method == "qlora" else 0.0)


def launch_seconds(setup: str, law: StepLaw = STEP_LAW) -> float:
    """Time of a micro-batch that passes before the GPU is busy, by class of setup. [s]"""
    return law.tuned_launch_s if setup == "expert" else law.launch_s


def slowed_by(
    method: str, *, recompute: bool | None, attention_share: Array, law: StepLaw = STEP_LAW
) -> Array:
    """Part of a class's share of the peak that is left by recomputation, and by attention. [share]

    Parameters
    ----------
    recompute
        None: nobody knows; half way.
    attention_share
        Of the model's FLOP.

    >>> slowed_by("full", recompute=False, attention_share=0.0), round(slowed_by("full", recompute=True, attention_share=0.5), 2)
    (1.0, 0.66)
    """
    part = law.recomputed[method]
    recomputed = part if recompute else 1.0 if recompute is False else part**0.5
    return recomputed / (1.0 + (law.attention - 1.0) * attention_share)


def attention_share(params: Array, *, flop_per_token: Array, method: str) -> Array:
    """Share of a model's FLOP that are attention. [share]"""
    return 1.0 - FLOP_PER_PARAM[method, False] * params / flop_per_token


def reached_share(
    share: Array, *, tokens: Array, idle: Array, flop_per_token: Array, peak_tflops: Array, launch_s: Array, slowed: Array
) -> Array:
    """Share of the peak that training reaches with micro-batches of some length. [share]

    ``u c T / (T + T_idle + t_launch u c peak / f)``: long micro-batches reach what the class of setup
    reaches, short ones wait for launches and weights.

    Parameters
    ----------
    share
        Of the peak, on long micro-batches without recomputation: u.
    tokens
        Of a micro-batch on one GPU: T.
    idle
        See ``idle_tokens``.
    slowed
        See ``slowed_by``: c.

    Range: 256 to 65 536 tokens, 1B to 175B, 1 to 2 000 GPUs. Source: fitted on published runs, tests/fitting/fit_costs.py.

    >>> run = {"flop_per_token": 4 * 7.7e9, "peak_tflops": 312.0, "launch_s": 0.096, "slowed": 0.755}
    >>> [round(reached_share(0.6, tokens=length, idle=0.0, **run), 2) for length in (256.0, 8192.0)]  # Qwen 7B, LoRA, one A100: .17 and .43
    [0.17, 0.43]
    """
    reached = share * slowed
    waiting = launch_s * reached * peak_tflops * FLOP_PER_TFLOP / flop_per_token
    return reached * tokens / (tokens + idle + waiting)


def gpu_hours(flop: Array, *, peak_tflops: Array, utilisation: Array) -> Array:
    """Hours on one GPU, or GPU-hours on many. ``FLOP / (3600 peak utilisation)``.

    >>> round(gpu_hours(7.2e17, peak_tflops=989.0, utilisation=0.3), 2)
    0.67
    """
    return flop / (SECONDS_PER_HOUR * peak_tflops * FLOP_PER_TFLOP * utilisation)
