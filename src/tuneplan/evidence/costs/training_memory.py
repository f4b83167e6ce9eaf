"""Peak memory of a training run on one GPU, and whether it fits its card. In GB of 1e9 bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tuneplan.axes import Array
from tuneplan.core import compute, memory
from tuneplan.core.memory import Memory
from tuneplan.core.memory_law import MEMORY_LAW, MemoryLaw
from tuneplan.evidence.cases import Case
from tuneplan.evidence.costs.draws import prediction, scores
from tuneplan.evidence.costs.left_out import numbers_without
from tuneplan.evidence.costs.shapes import Base, base_of
from tuneplan.evidence.costs.told import Told, optimizer_of, sharding_of
from tuneplan.evidence.prediction import PREDICTORS, Prediction
from tuneplan.late import np
from tuneplan.study.design import Design

USUAL_TOKENS = 2048.0
USUAL_RANK = 16.0
WIDER: Mapping[str, Mapping[str, float]] = {
    "recompute": {"activations": 0.8},
    "chunked_loss": {"logits": 0.4},
    "optimizer": {"states": 0.25},
    "sharding": {"weights": 0.2, "states": 0.3},
    "lora_rank": {"states": 0.7},
    "seq_len": {"activations": 0.5, "logits": 0.5},
    "micro_batch": {"activations": 0.5, "logits": 0.5},
    "packed": {"activations": 0.2, "logits": 0.2},
    "method": {"weights": 0.5, "states": 0.7},
    "layers": {"activations": 0.2},
    "hidden": {"activations": 0.2},
    "vocab": {"logits": 0.5},
}
"""Empty column -> log-sd that it adds to parts; assumed. A published shape makes up for those of the shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A training run as memory sees it; fields as arguments of ``core.memory.training_memory``."""

    method: str
    base: Base
    recompute: bool
    adapter_params: float
    tokens: float
    gpus: int
    sharding: str
    optimizer: str
    chunked_loss: bool
    packed: bool
    extra: Mapping[str, float]


def run_of(told: Told) -> Run:
    """What the equations need of a case; empty columns take their prior and are noted."""
    case, method = told.case, told.method()
    base = base_of(told.number("params", 7e9), *(case.number(name) for name in ("layers", "hidden", "vocab")))
    if not base.known:
        told.missing += [name for name in ("layers", "hidden", "vocab") if case.number(name) is None]
    gpus = told.number("n_gpus", 1.0)
    recompute, packed, chunked = told.flag("recompute"), told.flag("packed"), told.flag("chunked_loss")
    sharding = sharding_of(told, gpus) if gpus > 1.0 else "none"
    rank = told.number("lora_rank", USUAL_RANK) if method != "full" else 0.0
    tokens, optimizer = told.micro_batch_tokens(USUAL_TOKENS), optimizer_of(told, method, sharding)
    return Run(
        method=method, base=base, recompute=recompute is not False, adapter_params=_adapter(base, rank), tokens=tokens, gpus=max(1, round(gpus)),
        sharding=sharding, optimizer=optimizer, chunked_loss=bool(chunked), packed=packed is not False,
        extra=_extra(told),
    )  # fmt: skip


def _adapter(base: Base, rank: float) -> float:
    shape = base.shape
    widths = (shape.layers, shape.hidden, shape.intermediate, base.query_width, base.kv_width, rank)
    names = ("layers", "hidden", "intermediate", "query_width", "kv_width", "rank")
    return float(compute.lora_params("all", **{name: np.asarray(width) for name, width in zip(names, widths, strict=True)}))


def _extra(told: Told) -> Mapping[str, float]:
    """Log-sd that empty columns add, by part."""
    squares = dict.fromkeys(MEMORY_LAW.spread, 0.0)
    for wider in (WIDER.get(column, {}) for column in set(told.missing)):
        for part, log_sd in wider.items():
            squares[part] += log_sd**2
    return {part: square**0.5 for part, square in squares.items()}


def memory_of(run: Run, law: MemoryLaw = MEMORY_LAW) -> Memory:
    """Median peak, part by part."""
    return memory.training_memory(
        run.method, run.base.shape, recompute=run.recompute, adapter_params=run.adapter_params, tokens=run.tokens, gpus=run.gpus,
        sharding=run.sharding, optimizer=run.optimizer, chunked_loss=run.chunked_loss, law=law,
    )  # fmt: skip


def spread_of(run: Run, law: MemoryLaw) -> MemoryLaw:
    """The law with what a case doesn't say in its spread."""
    return replace(law, spread={part: float(np.hypot(log_sd, run.extra[part])) for part, log_sd in law.spread.items()})


@PREDICTORS.add(unit="GB", scale="ratio")
def training_memory(cases: Sequence[Case], design: Design) -> list[Prediction]:
    """Peak memory of one GPU, each part of it drawn; ``fits`` by the rule that ``run`` uses."""
    normal = scores(design, "training_memory", tuple(MEMORY_LAW.spread))
    return [_predicted(case, normal) for case in cases]


def _predicted(case: Case, normal: Mapping[str, Array]) -> Prediction:
    told = Told(case=case)
    run = run_of(told)
    law = spread_of(run, law_without(case.group))
    peak = memory_of(run, law)
    draws = np.asarray(sum(gb * np.exp(law.spread[part] * normal[part]) for part, gb in peak.parts.items()))
    draws = draws * np.exp(law.spread["whole"] * normal["whole"])
    draws = draws * (peak.peak / np.median(draws))  # the law was fitted as the median, which a sum of medians is not
    if not run.packed:
        draws = _loosened(draws, peak, law)
    card = told.card()
    called = None if not told.knows_card else memory.fits(peak, card.memory_gb, law, packed=case.flag("packed") is True)  # unknown: careful
    return prediction(case, draws, measured=None if case.flag("oom") else case.number("peak_mem_gb"), missing=told.missing, fits=called)


def _loosened(draws: Array, peak: Memory, law: MemoryLaw) -> Array:
    """With a longer tail above, where lengths change: blocks that are kept only add. The median stays."""
    more = sum(log_sd * peak.parts[part] for part, log_sd in law.loose.items()) / peak.peak
    away = np.log(draws / np.median(draws))
    return draws * np.exp(more * np.maximum(away, 0.0) / max(float(np.std(away)), 1e-12))


def law_without(source: str) -> MemoryLaw:
    """The law as fitted without a source that stood behind it."""
    numbers: dict[str, Any] = dict(numbers_without("training_memory", source))
    return replace(MEMORY_LAW, **numbers)
