"""Does it fit at all: a base on cards, a latency limit, a host?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuneplan.core import compute
from tuneplan.core.structure import StrategySpec, Structure
from tuneplan.late import Late, np
from tuneplan.scenario import catalogue
from tuneplan.scenario.lowering.defaults import serving_gpu
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.schema import DEFAULT_GPU
from tuneplan.units import BYTES_PER_GB

if TYPE_CHECKING:
    from tuneplan.core import decoding, memory
else:  # reading a scenario does without
    decoding, memory = Late("tuneplan.core.decoding"), Late("tuneplan.core.memory")


def adapted_layers(scenario: Scenario) -> str:
    """Which linear layers carry adapters."""
    return scenario.word("lora.layers", next(iter(compute.ADAPTED_LAYERS)))


def adapter_params(base: catalogue.BaseLLM, rank: float, adapted: str) -> float:
    """Trainable weights of an adapter on a base. [parameters]

    Parameters
    ----------
    adapted
        A name of ``compute.ADAPTED_LAYERS``.
    """
    one = np.ones(())
    return float(
        compute.lora_params(
            adapted, layers=base.layers * one, hidden=base.hidden * one, intermediate=base.intermediate * one,
            query_width=base.heads * base.head_dim * one, kv_width=base.kv_heads * base.head_dim * one, rank=rank * one,
        )
    )  # fmt: skip


def shape_of_base(base: catalogue.BaseLLM) -> memory.Shape:
    """A base as memory sees it."""
    return memory.shape_of(
        base.params, layers=base.layers, hidden=base.hidden, intermediate=base.intermediate, vocab=base.vocab,
        query_width=base.heads * base.head_dim, kv_width=base.kv_heads * base.head_dim,
    )  # fmt: skip


def _latency_misfit(scenario: Scenario, spec: StrategySpec, cards: int, precision: str) -> str:
    """Why not even one stream keeps to the limit; empty when one does."""
    given = scenario.quantities.get("serving.latency")
    if given is None:
        return ""
    base, card = catalogue.models(scenario.rows)[spec.base], catalogue.gpus(scenario.rows)[serving_gpu(scenario)]
    share = catalogue.serving_shares(scenario.rows)[card.family, precision].decode_bandwidth_share
    weights = decoding.SERVED_BYTES_PER_PARAM[precision] * base.params / BYTES_PER_GB
    kv = base.kv_bytes_per_token * _longest_request(scenario) / BYTES_PER_GB
    one = np.ones(())
    fastest = float(
        decoding.decode_seconds(weights * one, kv_gb=kv * one, gb_per_s=share * card.bandwidth_gb_s * cards * one)
    )
    if fastest < given.distribution.median:
        return ""
    return (
        f"{spec.base} in {precision} on {cards} x {card.name} takes {1e3 * fastest:.3g} ms a token, the limit is "
        f"{1e3 * given.distribution.median:.3g}; try int4, a faster card or a smaller base"
    )


def _longest_request(scenario: Scenario) -> float:
    """Median tokens of the longest task, in and out, as far as the scenario gives them."""
    return max(
        sum(given.distribution.median for way in ("input", "output")
            if (given := scenario.quantities.get(f"tasks.{task}.tokens.{way}")) is not None)
        for task in scenario.tasks
    )  # fmt: skip


def host_of(params: float, own: catalogue.Own = ()) -> catalogue.HostedPrice | None:
    """Cheapest host whose size class holds a base; None when no row does."""
    rows = [row for row in catalogue.hosted_prices(own).values() if row.max_params is not None and params <= row.max_params]
    return min(rows, key=lambda row: row.output_usd_per_mtok, default=None)


def misfits(scenario: Scenario, structure: Structure, rank: float, sequence: float) -> dict[str, str]:
    """Strategies that no number of cards can train or serve, with the reason and a remedy."""
    found = {}
    for spec in structure.strategies:
        reason = _training_misfit(scenario, spec, rank, sequence) or _serving_misfit(scenario, spec)
        if reason:
            found[spec.name] = reason
    return found


def gpus_to_train(scenario: Scenario, spec: StrategySpec, rank: float, sequence: float) -> int:
    """Cards of one training run; 0 when none of the counts tried is enough."""
    base = catalogue.models(scenario.rows)[spec.base]
    card = catalogue.gpus(scenario.rows)[scenario.word("gpu.kind", DEFAULT_GPU)]
    shape, adapter = shape_of_base(base), adapter_params(base, rank, adapted_layers(scenario))
    recompute = bool(scenario.setting("training.recompute", True))
    for count in decoding.GPU_COUNTS:
        peak = memory.training_memory(
            spec.method, shape, recompute=recompute, adapter_params=adapter, tokens=sequence, gpus=count
        )
        if memory.fits(peak, card.memory_gb, packed=bool(scenario.setting("training.packing", True))):
            return count
    return 0


def _training_misfit(scenario: Scenario, spec: StrategySpec, rank: float, sequence: float) -> str:
    if not spec.grouping.stages or gpus_to_train(scenario, spec, rank, sequence):
        return ""
    card = scenario.word("gpu.kind", DEFAULT_GPU)
    return (
        f"{spec.base} with method {spec.method} does not fit {decoding.GPU_COUNTS[-1]} x {card} at "
        f"{sequence:.0f} tokens a sequence; try method lora or qlora, a larger card or a smaller base"
    )


def _serving_misfit(scenario: Scenario, spec: StrategySpec) -> str:
    mode = scenario.word(f"strategies.{spec.name}.serving", scenario.word("serving.mode", "own"))
    if scenario.word(f"strategies.{spec.name}.api", ""):
        return ""
    base, card = catalogue.models(scenario.rows)[spec.base], catalogue.gpus(scenario.rows)[serving_gpu(scenario)]
    if mode == "hosted" and spec.method == "full" and spec.grouping.stages:
        return "hosts of the catalogue serve tuned LoRA alone; try method lora, or serving own"
    if mode == "hosted":
        return "" if host_of(base.params, scenario.rows) else f"no host of the catalogue takes {spec.base}; try serving own"
    precision = scenario.word("serving.precision", "bf16")
    cards = decoding.gpus_to_serve(base.params, precision=precision, card_gb=card.memory_gb)
    if cards:
        return _latency_misfit(scenario, spec, cards, precision)
    return f"{spec.base} in {precision} does not fit {decoding.GPU_COUNTS[-1]} x {card.name}; try int4 or a larger card"
