"""Shapes and cards of the catalogue as constants of the core; does it fit at all?"""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.core import compute
from tuneplan.core.structure import StrategySpec, Structure
from tuneplan.late import np
from tuneplan.scenario import catalogue
from tuneplan.scenario.lowering.defaults import base_name, serving_gpu
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.schema import DEFAULT_GPU
from tuneplan.units import BYTES_PER_GB


def hardware_numbers(scenario: Scenario, structure: Structure, rank: float, sequence: float) -> dict[str, Array]:
    """Everything about bases, cards and serving that is not uncertain. ``(1, strategy, 1, 1)``

    Parameters
    ----------
    rank
        Of the adapters.
    sequence
        Tokens of a training sequence.
    """
    rows = [_strategy_row(scenario, spec, rank, sequence) for spec in structure.strategies]
    return {name: structure.per_strategy([row[name] for row in rows]) for name in rows[0]}


def _strategy_row(scenario: Scenario, spec: StrategySpec, rank: float, sequence: float) -> dict[str, float]:
    base, card = catalogue.models(scenario.rows)[spec.base], catalogue.gpus(scenario.rows)[serving_gpu(scenario)]
    precision = scenario.word("serving.precision", "bf16")
    per_replica = compute.gpus_to_serve(base.params, precision=precision, card_gb=card.memory_gb)
    prompted = not spec.grouping.stages
    return {
        **_training_row(scenario, spec, rank, sequence),
        **_serving_mode(scenario, spec),
        "base_params": base.params,
        "measured_params": catalogue.models(scenario.rows)[base_name(scenario)].params,
        "active_params": base.active_params,
        "instruction_tuned": float(base.instruction_tuned),
        "routed": float(spec.routed),
        "is_prompted": float(prompted),
        "gpus_per_replica": float(per_replica),
        "serving_peak_tflops": card.peak_tflops(precision),
        "bandwidth_gb_s": card.bandwidth_gb_s,
        "decode_bandwidth_share": catalogue.serving_shares(scenario.rows)[card.family, precision].decode_bandwidth_share,
        "weights_gb": compute.SERVED_BYTES_PER_PARAM[precision] * base.params / BYTES_PER_GB,
        "kv_gb_per_token": base.kv_bytes_per_token / BYTES_PER_GB,
        "fallback_is_base": float(spec.fallback == "base"),
        "fallback_is_api": float(spec.fallback == "api"),
        "base_beside": float(spec.fallback == "base" and not spec.grouping.shares_base and not prompted),
    }


def _training_row(scenario: Scenario, spec: StrategySpec, rank: float, sequence: float) -> dict[str, float]:
    base = catalogue.models(scenario.rows)[spec.base]
    one = np.ones(())
    flop = compute.training_flop_per_token(  # utilisation is of model FLOP: recomputation is in it already
        spec.method, recompute=False, params=base.active_params * one, layers=base.layers * one,
        hidden=base.hidden * one, context=sequence * one,
    )  # fmt: skip
    return {
        "flop_per_token": float(flop),
        "adapter_params": adapter_params(base, rank, adapted_layers(scenario)) if spec.method != "full" else np.inf,
        "is_adapter": float(spec.method != "full"),
        "is_qlora": float(spec.method == "qlora"),
        "is_spot": float(bool(scenario.setting("gpu.spot", False))),
    }


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


def _serving_mode(scenario: Scenario, spec: StrategySpec) -> dict[str, float]:
    mode = scenario.word(f"strategies.{spec.name}.serving", scenario.word("serving.mode", "own"))
    api = scenario.word(f"strategies.{spec.name}.api", "")
    price_in, price_out = 0.0, 0.0
    if api:
        row = catalogue.api_prices(scenario.rows)[api]
        price_in, price_out = row.input_usd_per_mtok, row.output_usd_per_mtok
    elif mode == "hosted":
        host = host_of(catalogue.models(scenario.rows)[spec.base].params, scenario.rows)
        if host is not None:
            price_in, price_out = host.input_usd_per_mtok, host.output_usd_per_mtok
    fallback = scenario.word("router.api", "") if spec.fallback == "api" else ""
    other = catalogue.api_prices(scenario.rows)[fallback] if fallback else None
    return {
        "serves_itself": float(not api and mode != "hosted"),
        "scales_to_zero": float(mode == "scale_to_zero"),
        "token_price_in": price_in,
        "token_price_out": price_out,
        "fallback_price_in": other.input_usd_per_mtok if other else 0.0,
        "fallback_price_out": other.output_usd_per_mtok if other else 0.0,
    }


def _latency_misfit(scenario: Scenario, spec: StrategySpec, cards: int, precision: str) -> str:
    """Why not even one stream keeps to the limit; empty when one does."""
    given = scenario.quantities.get("serving.latency")
    if given is None:
        return ""
    base, card = catalogue.models(scenario.rows)[spec.base], catalogue.gpus(scenario.rows)[serving_gpu(scenario)]
    share = catalogue.serving_shares(scenario.rows)[card.family, precision].decode_bandwidth_share
    weights = compute.SERVED_BYTES_PER_PARAM[precision] * base.params / BYTES_PER_GB
    kv = base.kv_bytes_per_token * _longest_request(scenario) / BYTES_PER_GB
    one = np.ones(())
    fastest = float(
        compute.decode_seconds(weights * one, kv_gb=kv * one, gb_per_s=share * card.bandwidth_gb_s * cards * one)
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
    for count in compute.GPU_COUNTS:
        peak = compute.training_memory_gb(
            spec.method, recompute=bool(scenario.setting("training.recompute", True)), params=base.params,
            adapter_params=adapter_params(base, rank, adapted_layers(scenario)), layers=base.layers, hidden=base.hidden, vocab=base.vocab,
            tokens=sequence, gpus=count,
        )  # fmt: skip
        if compute.fits(peak, card.memory_gb):
            return count
    return 0


def _training_misfit(scenario: Scenario, spec: StrategySpec, rank: float, sequence: float) -> str:
    if not spec.grouping.stages or gpus_to_train(scenario, spec, rank, sequence):
        return ""
    card = scenario.word("gpu.kind", DEFAULT_GPU)
    return (
        f"{spec.base} with method {spec.method} does not fit {compute.GPU_COUNTS[-1]} x {card} at "
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
    cards = compute.gpus_to_serve(base.params, precision=precision, card_gb=card.memory_gb)
    if cards:
        return _latency_misfit(scenario, spec, cards, precision)
    return f"{spec.base} in {precision} does not fit {compute.GPU_COUNTS[-1]} x {card.name}; try int4 or a larger card"
