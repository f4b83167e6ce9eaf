"""What is not uncertain about bases, cards and serving: rows of the catalogue as numbers of the core.

One small function a constant, of the facts about one strategy. Which rows it rests on is known
from running it on facts that note what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tuneplan.axes import Array
from tuneplan.core import compute, decoding
from tuneplan.core.arrays import Recording
from tuneplan.core.registry import Registry
from tuneplan.core.structure import StrategySpec, Structure
from tuneplan.late import np
from tuneplan.scenario import catalogue
from tuneplan.scenario.lowering.defaults import base_name, serving_gpu
from tuneplan.scenario.lowering.hardware import adapted_layers, adapter_params, host_of
from tuneplan.scenario.records import Scenario
from tuneplan.units import BYTES_PER_GB


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the constants of one strategy may look at.

    Attributes
    ----------
    rows
        Rows of the catalogue by the part they play: ``base``, ``scored`` (the base that was
        scored), ``card`` and ``serving`` (that serve), and where there is one ``price`` (of
        tokens) and ``fallback`` (its price).
    numbers
        ``lora_rank`` and ``sequence_length``, the numbers that shapes are combined with.
    """

    scenario: Scenario
    spec: StrategySpec
    rows: Mapping[str, Any]
    numbers: Mapping[str, float]

    @property
    def precision(self) -> str:
        return self.scenario.word("serving.precision", "bf16")

    @property
    def serving_mode(self) -> str:
        own = self.scenario.word(f"strategies.{self.spec.name}.serving", self.scenario.word("serving.mode", "own"))
        return "api" if self.scenario.word(f"strategies.{self.spec.name}.api", "") else own


Constant = Callable[[Facts], float]
CONSTANTS: Registry[Constant] = Registry("constant")
"""Every constant, with the label ``unit``."""


def constants(scenario: Scenario, structure: Structure, rank: float, sequence: float) -> dict[str, Array]:
    """Every constant. ``(1, strategy, 1, 1)``

    Parameters
    ----------
    rank
        Of the adapters.
    sequence
        Tokens of a training sequence.
    """
    facts = [facts_of(scenario, spec, rank, sequence) for spec in structure.strategies]
    return {entry.name: structure.per_strategy([entry.function(each) for each in facts]) for entry in CONSTANTS}


def facts_of(scenario: Scenario, spec: StrategySpec, rank: float, sequence: float) -> Facts:
    """The facts about one strategy."""
    own = scenario.rows
    models, card = catalogue.models(own), catalogue.gpus(own)[serving_gpu(scenario)]
    facts = Facts(scenario=scenario, spec=spec, rows={}, numbers={"lora_rank": rank, "sequence_length": sequence})
    rows: dict[str, catalogue.Row | None] = {
        "base": models[spec.base],
        "scored": models[base_name(scenario)],
        "card": card,
        "serving": catalogue.serving_shares(own)[card.family, facts.precision],
        "price": None,
        "fallback": None,
    }
    if facts.serving_mode == "api":
        rows["price"] = catalogue.api_prices(own)[scenario.word(f"strategies.{spec.name}.api", "")]
    elif facts.serving_mode == "hosted":
        rows["price"] = host_of(models[spec.base].params, own)
    if spec.fallback == "api" and scenario.word("router.api", ""):
        rows["fallback"] = catalogue.api_prices(own)[scenario.word("router.api", "")]
    return replace(facts, rows={part: row for part, row in rows.items() if row is not None})


def read_by_constants(facts: Facts) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Constant -> the parts of the rows, and the numbers, that it reads."""
    found = {}
    for entry in CONSTANTS:
        rows, numbers = Recording(facts.rows), Recording(facts.numbers)
        entry.function(replace(facts, rows=rows, numbers=numbers))
        found[entry.name] = rows.read, numbers.read
    return found


# --- training ------------------------------------------------------------------------------------


@CONSTANTS.add(unit="FLOP/token")
def flop_per_token(facts: Facts) -> float:
    """FLOP to train on one token."""
    base, one = facts.rows["base"], np.ones(())
    flop = compute.training_flop_per_token(  # utilisation is of model FLOP: recomputation is in it already
        facts.spec.method, recompute=False, params=base.active_params * one, layers=base.layers * one,
        hidden=base.hidden * one, context=facts.numbers["sequence_length"] * one,
    )  # fmt: skip
    return float(flop)


@CONSTANTS.add(name="adapter_params", unit="param")
def trainable_params(facts: Facts) -> float:
    """Trainable weights of an adapter; endless where all weights are tuned."""
    if facts.spec.method == "full":
        return np.inf
    return adapter_params(facts.rows["base"], facts.numbers["lora_rank"], adapted_layers(facts.scenario))


@CONSTANTS.add(unit="yes_no")
def is_adapter(facts: Facts) -> float:
    """Whether an adapter is tuned instead of all weights."""
    return float(facts.spec.method != "full")


@CONSTANTS.add(unit="yes_no")
def is_qlora(facts: Facts) -> float:
    """Whether the frozen weights are quantised."""
    return float(facts.spec.method == "qlora")


@CONSTANTS.add(unit="yes_no")
def is_spot(facts: Facts) -> float:
    """Whether training runs on capacity that can be taken away."""
    return float(bool(facts.scenario.setting("gpu.spot", False)))


@CONSTANTS.add(unit="yes_no")
def routed(facts: Facts) -> float:
    """Whether each task has trainable weights of its own inside a shared model."""
    return float(facts.spec.routed)


@CONSTANTS.add(unit="yes_no")
def is_prompted(facts: Facts) -> float:
    """Whether nothing is trained."""
    return float(not facts.spec.grouping.stages)


# --- the base ------------------------------------------------------------------------------------


@CONSTANTS.add(unit="param")
def base_params(facts: Facts) -> float:
    """Parameters of the base."""
    return float(facts.rows["base"].params)


@CONSTANTS.add(unit="param")
def measured_params(facts: Facts) -> float:
    """Parameters of the base that was scored."""
    return float(facts.rows["scored"].params)


@CONSTANTS.add(unit="param")
def active_params(facts: Facts) -> float:
    """Parameters of the base that one token uses."""
    return float(facts.rows["base"].active_params)


@CONSTANTS.add(unit="yes_no")
def instruction_tuned(facts: Facts) -> float:
    """Whether the base follows instructions as published."""
    return float(facts.rows["base"].instruction_tuned)


# --- serving -------------------------------------------------------------------------------------


@CONSTANTS.add(unit="card")
def gpus_per_replica(facts: Facts) -> float:
    """Cards that hold the weights of one replica."""
    memory = facts.rows["card"].memory_gb
    return float(decoding.gpus_to_serve(facts.rows["base"].params, precision=facts.precision, card_gb=memory))


@CONSTANTS.add(unit="GB")
def card_memory_gb(facts: Facts) -> float:
    """Memory of the serving card."""
    return float(facts.rows["card"].memory_gb)


@CONSTANTS.add(unit="TFLOP/s")
def serving_peak_tflops(facts: Facts) -> float:
    """Dense peak of the serving card at the precision served."""
    return float(facts.rows["card"].peak_tflops(facts.precision))


@CONSTANTS.add(unit="GB/s")
def bandwidth_gb_s(facts: Facts) -> float:
    """Memory bandwidth of the serving card."""
    return float(facts.rows["card"].bandwidth_gb_s)


@CONSTANTS.add(unit="share")
def decode_bandwidth_share(facts: Facts) -> float:
    """Share of the bandwidth at which one stream reads weights and cache."""
    return float(facts.rows["serving"].decode_bandwidth_share)


@CONSTANTS.add(unit="GB")
def weights_gb(facts: Facts) -> float:
    """Weights of a served model."""
    return float(decoding.SERVED_BYTES_PER_PARAM[facts.precision] * facts.rows["base"].params / BYTES_PER_GB)


@CONSTANTS.add(unit="GB/token")
def kv_gb_per_token(facts: Facts) -> float:
    """Keys and values that one token of context takes, at the precision served."""
    return float(decoding.CACHE_PART[facts.precision] * facts.rows["base"].kv_bytes_per_token / BYTES_PER_GB)


@CONSTANTS.add(unit="yes_no")
def serves_itself(facts: Facts) -> float:
    """Whether GPUs are rented to serve, instead of tokens bought."""
    return float(facts.serving_mode not in ("api", "hosted"))


@CONSTANTS.add(unit="yes_no")
def scales_to_zero(facts: Facts) -> float:
    """Whether GPUs start on demand."""
    mode = facts.scenario.word("serving.mode", "own")
    return float(facts.scenario.word(f"strategies.{facts.spec.name}.serving", mode) == "scale_to_zero")


# --- tokens bought, and who answers requests outside every task ----------------------------------


@CONSTANTS.add(unit="USD/Mtok")
def token_price_in(facts: Facts) -> float:
    """Price of tokens read by an API model or a host; none on own GPUs."""
    return float(facts.rows["price"].input_usd_per_mtok) if "price" in facts.rows else 0.0


@CONSTANTS.add(unit="USD/Mtok")
def token_price_out(facts: Facts) -> float:
    """Price of tokens written by an API model or a host; none on own GPUs."""
    return float(facts.rows["price"].output_usd_per_mtok) if "price" in facts.rows else 0.0


@CONSTANTS.add(unit="USD/Mtok")
def fallback_price_in(facts: Facts) -> float:
    """Price of tokens read by the API model that answers requests outside every task."""
    return float(facts.rows["fallback"].input_usd_per_mtok) if "fallback" in facts.rows else 0.0


@CONSTANTS.add(unit="USD/Mtok")
def fallback_price_out(facts: Facts) -> float:
    """Price of tokens written by the API model that answers requests outside every task."""
    return float(facts.rows["fallback"].output_usd_per_mtok) if "fallback" in facts.rows else 0.0


@CONSTANTS.add(unit="yes_no")
def fallback_is_base(facts: Facts) -> float:
    """Whether the prompted base answers requests outside every task."""
    return float(facts.spec.fallback == "base")


@CONSTANTS.add(unit="yes_no")
def fallback_is_api(facts: Facts) -> float:
    """Whether an API model answers requests outside every task."""
    return float(facts.spec.fallback == "api")


@CONSTANTS.add(unit="yes_no")
def base_beside(facts: Facts) -> float:
    """Whether the base needs a replica of its own for them: nowhere that adapters have loaded it already."""
    grouping = facts.spec.grouping
    return float(facts.spec.fallback == "base" and not grouping.shares_base and bool(grouping.stages))
