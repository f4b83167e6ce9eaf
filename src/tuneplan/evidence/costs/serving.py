"""Tokens written a second by a replica: one stream, several at once, or as many as it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tuneplan.axes import Array
from tuneplan.core import decoding
from tuneplan.core.decoding import DECODING_LAW, DecodingLaw
from tuneplan.evidence.cases import Case
from tuneplan.evidence.costs.draws import prediction, scores
from tuneplan.evidence.costs.left_out import numbers_without
from tuneplan.evidence.costs.shapes import base_of
from tuneplan.evidence.costs.told import UNKNOWN_CARD_LOG_SD, Told
from tuneplan.evidence.prediction import PREDICTORS, Prediction
from tuneplan.late import np
from tuneplan.scenario import catalogue
from tuneplan.study.design import Design
from tuneplan.units import BYTES_PER_GB

PRECISIONS = (("fp4", ("fp4", "mxfp4")), ("fp8", ("8bit", "int8")), ("nf4", ("nf4", "bnb")), ("int4", ("int4", "4bit", "w4", "awq", "gptq", "q4")), ("fp8", ("8",)), ("bf16", ("16", "32")))
"""Precision of ours -> what a word for it may hold, the first that does."""
EAGER = ("eager", "transformers", "hugging", "hf", "peft", "litgpt", "lit-gpt", "accelerate")
"""Engines without compiled graphs or batches that flow."""
ENGINES = ("vllm", "tensorrt", "trt", "lmdeploy", "turbomind", "sglang", "tgi", "text-generation", "nim", "s-lora", "punica", "dynamo", "deepspeed", "exllama")
"""Engines with both."""
UNKNOWN_ENGINE = 0.5
"""Log-sd that an engine adds of which nothing is known; assumed."""
ONE_STREAM = ("single", "stream", "latency", "batch1")
SATURATED = ("saturat", "offline", "max", "throughput")
USUAL_INPUT, USUAL_OUTPUT, USUAL_STREAMS = 500.0, 250.0, 32.0
"""Where a case doesn't say; assumed."""
SPREAD = {"share": 0.25, "reading": 0.17, "overhead": 0.6, "room": 0.35, "cache": 0.1, "whole": 0.05, "lengths": 0.6, "experts": 0.35, "eager": 0.2}
"""Log-sd by part: share of the peak, bandwidth, time of a step, streams with room, size of caches; ``lengths`` where
none are stated, ``experts`` of a mixture's speed, ``eager`` of a loop's steps."""
STRANGE_CARD = 0.3
"""What another card than A100, H100 and H200 adds to share and bandwidth; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingLaw:
    """Numbers of ``core.decoding`` that a source may be left out of.

    Attributes
    ----------
    share
        Of the peak that a busy card multiplies at, by precision.
    bandwidth
        Share of the bandwidth, by precision.
    engine
        Everything else.
    """

    share: Mapping[str, float]
    bandwidth: Mapping[str, float]
    engine: DecodingLaw = DECODING_LAW


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A replica and its load, as the equations see them."""

    card: catalogue.GPU
    precision: str
    eager: bool
    gpus: float
    params: float
    active_params: float
    kv_gb_per_token: float
    streams: float | None
    tokens_in: float
    tokens_out: float
    extra: Mapping[str, float]

    @property
    def stored(self) -> str:
        """A key of ``decoding.SERVED_BYTES_PER_PARAM``."""
        return "fp4" if self.precision == "nf4" else self.precision


def precision_of(told: Told) -> str:
    """A precision of ours; bf16, noted, where a case doesn't say."""
    written = told.word("precision").replace("-", "").replace("_", "")
    found = next((name for name, marks in PRECISIONS if any(mark in written for mark in marks)), "")
    if written and not found:
        told.missing.append("precision")
    return found or "bf16"


def service_of(told: Told) -> Service:
    """What the equations need of a case; empty columns take their prior and are noted."""
    card, precision, base = told.card(), precision_of(told), base_of(told.number("params", 7e9))
    engine = told.word("engine")
    eager = any(mark in engine for mark in EAGER)
    streams = _streams(told)
    tokens_in, tokens_out = told.number("input_len", USUAL_INPUT), told.number("output_len", USUAL_OUTPUT)
    strange = UNKNOWN_CARD_LOG_SD if not told.knows_card else 0.0 if card.family in ("a100", "h100") else STRANGE_CARD
    known = not engine or eager or any(mark in engine for mark in ENGINES)
    told.missing += [] if known else ["engine"]
    extra = {"share": strange, "reading": strange, "whole": 0.0 if known else UNKNOWN_ENGINE,
             "lengths": float({"input_len", "output_len"} & set(told.missing) != set()), "experts": float(base.active_params < base.shape.params),
             "cache": 0.0 if base.known else 0.5, "eager": float(eager)}  # fmt: skip
    cache = decoding.CACHE_PART.get(precision, 1.0) * base.kv_bytes_per_token / BYTES_PER_GB
    return Service(
        card=card, precision=precision, eager=eager, gpus=told.number("n_gpus", 1.0), params=base.shape.params, active_params=base.active_params,
        kv_gb_per_token=cache, streams=streams, tokens_in=tokens_in, tokens_out=max(tokens_out, 1.0), extra=extra,
    )  # fmt: skip


def _streams(told: Told) -> float | None:
    """Streams at once; None: as many as there is room for."""
    mode, given = told.word("mode"), told.case.number("concurrency")
    if given is not None:
        return max(given, 1.0)
    if any(mark in mode for mark in ONE_STREAM):
        return 1.0
    if any(mark in mode for mark in SATURATED):
        return None
    told.missing.append("concurrency")
    return USUAL_STREAMS


def tokens_per_s(service: Service, law: ServingLaw, factor: Mapping[str, Array]) -> Array:
    """Tokens written a second by the replica.

    Parameters
    ----------
    factor
        On each part of ``SPREAD``; 1 for the median.
    """
    card, gpus, one = service.card, np.asarray(service.gpus), np.ones(())
    narrow = "int4" if service.precision == "nf4" else "fp8" if service.precision == "fp4" else service.precision
    weights = decoding.SERVED_BYTES_PER_PARAM[service.stored] * service.params / BYTES_PER_GB * one
    cache = service.kv_gb_per_token * factor["cache"]
    tokens_in, tokens_out = service.tokens_in * factor["lengths"], service.tokens_out * one
    speed = decoding.saturated_tokens_per_s(
        service.active_params * one, params=service.params * one, peak_tflops=card.peak_tflops(narrow) * one, gpus=gpus, law=law.engine,
        share=np.minimum(law.share[service.precision] * factor["share"] * factor["experts"], 1.0),
    )  # fmt: skip
    room = decoding.streams_with_room(
        tokens_in + tokens_out / 2.0, kv_gb_per_token=cache, weights_gb=weights, memory_gb=card.memory_gb * gpus, law=law.engine
    ) * factor["room"]  # fmt: skip
    streams = np.maximum(room if service.streams is None else np.minimum(service.streams, room), 1.0)
    reading = np.minimum(law.bandwidth[narrow] * factor["reading"], 1.0) * card.bandwidth_gb_s * gpus
    seconds = decoding.request_seconds(
        tokens_in, tokens_out, tokens_per_s=speed, kv_gb_per_token=cache, gb_per_s=reading,
        weights_gb=decoding.weights_read(weights, active_share=service.active_params / service.params * one, streams=streams), streams=streams,
        overhead=_overhead(service, law.engine, factor),
    )  # fmt: skip
    return tokens_out / seconds * factor["whole"]


def _overhead(service: Service, engine: DecodingLaw, factor: Mapping[str, Array]) -> Array:
    """Fixed time of a step: of an engine, or of a plain loop, which unpacks weights of 4 bits too. [s]"""
    if not service.eager:
        return engine.overhead * factor["overhead"]
    unpacking = engine.unpack * service.params if service.precision == "nf4" else 0.0
    return engine.eager_overhead * factor["eager"] + unpacking


@PREDICTORS.add(unit="token/s", scale="ratio")
def serving(cases: Sequence[Case], design: Design) -> list[Prediction]:
    """Speed of a replica, from card, precision, lengths and streams at once."""
    normal = scores(design, "serving", tuple(SPREAD))
    return [_predicted(case, normal) for case in cases]


def _predicted(case: Case, normal: Mapping[str, Array]) -> Prediction:
    told = Told(case=case)
    service = service_of(told)
    draws = tokens_per_s(service, law_without(case.group, service.card), {name: np.exp(log_sd_of(name, service) * z) for name, z in normal.items()})
    return prediction(case, draws, measured=case.number("out_tokens_per_s"), missing=told.missing)


def log_sd_of(part: str, service: Service) -> float:
    """Spread of a part in a case: some only where the case is of their kind."""
    extra = service.extra.get(part, 0.0)
    return SPREAD[part] * extra if part in ("lengths", "experts", "eager") else float(np.hypot(SPREAD[part], extra))


def law_without(source: str, card: catalogue.GPU) -> ServingLaw:
    """The catalogue's shares for a card, or those fitted without a source that stood behind them."""
    rows = {precision: row for (family, precision), row in catalogue.serving_shares().items() if family == card.family}
    share = {precision: float(np.sqrt(row.low * row.high)) for precision, row in rows.items()}
    bandwidth = {precision: row.decode_bandwidth_share for precision, row in rows.items()}
    return _law(share, bandwidth, numbers_without("serving", source))


def _law(share: dict[str, float], bandwidth: dict[str, float], numbers: Mapping[str, float]) -> ServingLaw:
    engine = replace(DECODING_LAW, **{name: value for name, value in numbers.items() if name in DecodingLaw.__slots__})
    for precision in share:
        share[precision] *= numbers.get("share", 1.0)
        bandwidth[precision] = numbers.get(f"bandwidth/{precision}", bandwidth[precision])
    return ServingLaw(share=share | {"nf4": share["int4"], "fp4": engine.fp4 * share["fp8"]}, bandwidth=bandwidth, engine=engine)
