"""Tokens a second, or GPU-hours, of a training run: the equations that ``run`` uses, on what a case says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core import compute
from tuneplan.core.compute import STEP_LAW, StepLaw
from tuneplan.evidence.cases import Case
from tuneplan.evidence.costs.draws import prediction, scores
from tuneplan.evidence.costs.left_out import numbers_without
from tuneplan.evidence.costs.shapes import base_of
from tuneplan.evidence.costs.told import SETUPS, UNKNOWN_CARD_LOG_SD, Told
from tuneplan.evidence.prediction import PREDICTORS, Prediction
from tuneplan.late import np
from tuneplan.scenario import catalogue
from tuneplan.study.design import Design
from tuneplan.units import FLOP_PER_TFLOP, SECONDS_PER_HOUR

USUAL_GPUS = 8.0
NOT_SAID = {"setup_class": 0.2, "packed": 0.1, "recompute": 0.1, "micro_batch": 0.15, "gpu": 0.15, "method": 0.2, "n_gpus": 0.1}
"""Log-sd that an empty column adds; assumed. ``gpu``: a sister card stands in."""
Setups = Mapping[tuple[str, str], tuple[float, float]]
"""Class of setup and family of card -> median share of the peak, log-sd."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A training run as the equations see it.

    Attributes
    ----------
    method, setup, family, recompute, sharded, fp8
        As in a case; ``recompute`` None where nobody said.
    flop_per_token
        Of the model, recomputation not counted. [FLOP/token]
    tokens
        Of a micro-batch on one GPU. [token]
    extra_log_sd
        What empty columns add.
    """

    method: str
    setup: str
    family: str
    recompute: bool | None
    sharded: bool
    fp8: bool
    flop_per_token: float
    attention_share: float
    peak_tflops: float
    tokens: float
    extra_log_sd: float


def setup_of(told: Told) -> str:
    """The class a case names, else by rule, never from what was measured: unpacked is naive, packed practitioner."""
    written = told.case.word("setup_class").lower()
    if written in SETUPS:
        return written
    told.missing.append("setup_class")
    return "naive" if told.case.flag("packed") is False else "practitioner"


def run_of(told: Told) -> Run:
    """What the equations need of a case; empty columns take their prior and are noted."""
    case, card, method = told.case, told.card(), told.method()
    base = base_of(told.number("params", 7e9))
    length = told.number("seq_len", 2048.0)
    gpus, recompute = told.number("n_gpus", USUAL_GPUS), told.flag("recompute")
    told.flag("packed")
    flop = compute.training_flop_per_token(
        method, recompute=False, params=np.asarray(base.active_params), layers=np.asarray(base.shape.layers),
        hidden=np.asarray(base.shape.hidden), context=np.asarray(length),
    )  # fmt: skip
    attention = compute.attention_share(np.asarray(base.active_params), flop_per_token=flop, method=method)
    setup, tokens = setup_of(told), told.micro_batch_tokens(compute.MICRO_BATCH_TOKENS)
    unknown = sum(NOT_SAID.get(column, 0.0) ** 2 for column in set(told.missing)) ** 0.5
    unknown = unknown if told.knows_card else math.hypot(unknown, UNKNOWN_CARD_LOG_SD)
    return Run(
        method=method, setup=setup, family=card.family, recompute=recompute, sharded=gpus > 1.0, fp8="fp8" in case.word("precision").lower(),
        flop_per_token=float(flop), attention_share=float(attention), peak_tflops=card.bf16_tflops, tokens=tokens, extra_log_sd=unknown,
    )  # fmt: skip


def shipped_setups() -> Setups:
    """Classes of setup as the catalogue has them."""
    return {key: (row.median, row.log_sd) for key, row in catalogue.utilisations().items()}


def tokens_per_s(run: Run, share: Array, idle: Array, law: StepLaw = STEP_LAW) -> Array:
    """Tokens a second on one GPU.

    Parameters
    ----------
    share
        Of the peak, that the class of setup reaches.
    idle
        Factor on the times that pass idle.
    """
    reached = compute.reached_share(
        share * (law.fp8 if run.fp8 else 1.0), tokens=np.asarray(run.tokens), idle=idle * compute.idle_tokens(run.method, sharded=run.sharded, law=law),
        flop_per_token=np.asarray(run.flop_per_token), peak_tflops=np.asarray(run.peak_tflops), launch_s=idle * compute.launch_seconds(run.setup, law),
        slowed=compute.slowed_by(run.method, recompute=run.recompute, attention_share=np.asarray(run.attention_share), law=law),
    )  # fmt: skip
    return reached * run.peak_tflops * FLOP_PER_TFLOP / run.flop_per_token


@PREDICTORS.add(unit="token/s/GPU", scale="ratio")
def training_time(cases: Sequence[Case], design: Design) -> list[Prediction]:
    """Speed of training, from the class of setup, card, method and length.

    Cases that measure GPU-hours are predicted and compared in tokens a second on a GPU: their tokens over their hours.
    """
    normal = scores(design, "training_time", ("share", "idle", "unknown"))
    return [_predicted(case, normal) for case in cases]


def _predicted(case: Case, normal: Mapping[str, Array]) -> Prediction:
    told = Told(case=case)
    run = run_of(told)
    law, setups = laws_without(case.group)
    median, log_sd = setups[run.setup, run.family]
    share = median * np.exp(log_sd * normal["share"] + run.extra_log_sd * normal["unknown"])
    draws = tokens_per_s(run, np.minimum(share, 1.0), np.exp(law.idle_log_sd * normal["idle"]), law)
    return prediction(case, draws, measured=measured_rate(case), missing=told.missing)


def measured_rate(case: Case) -> float | None:
    """Tokens a second on one GPU; None where neither speed, nor tokens with hours, are known."""
    rate, tokens, hours = (case.number(name) for name in ("tokens_per_s_per_gpu", "tokens", "gpu_hours"))
    if rate is not None or not tokens or not hours:
        return rate
    return tokens / (hours * SECONDS_PER_HOUR)


def laws_without(source: str) -> tuple[StepLaw, Setups]:
    """Step law and classes of setup as fitted, without the rows of a source that stood behind them."""
    numbers = numbers_without("training_time", source)
    if not numbers:
        return STEP_LAW, shipped_setups()
    recomputed = {method: numbers[f"recomputed/{'full' if method == 'full' else 'lora'}"] for method in STEP_LAW.recomputed}
    law = StepLaw(
        recomputed=recomputed, idle_log_sd=STEP_LAW.idle_log_sd,
        **{name: numbers[name] for name in ("launch_s", "tuned_launch_s", "shard_tokens", "nf4_tokens", "attention", "fp8")},
    )  # fmt: skip
    return law, {(setup, family): (numbers.get(f"{setup}/{family}", median), log_sd) for (setup, family), (median, log_sd) in shipped_setups().items()}
