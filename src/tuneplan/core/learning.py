"""From inputs to scores by model: the capability half of the model, in reading order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import capability, transfer
from tuneplan.core.arrays import Inputs
from tuneplan.core.registry import Entry, bind
from tuneplan.units import POINTS_PER_SCALE

ROUTED_FROM, ROUTED_FULLY = 2e9, 7e9
"""Base sizes between which a trainable part of its own frees a task of interference. [parameters]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What training left in each model, as seen by each request.

    All ``(scenario, model, request, draw)``; a length of 1 on ``request`` means the same for all.

    Attributes
    ----------
    pools
        Effective examples and what the other tasks hold.
    interference
        1 or more.
    relief
        Factor on the gap from task diversity.
    kept
        Share of the distance to the floor kept off task.
    clash
        Share of that distance taken away by a format clash.
    progress
        Training progress of the model.
    """

    pools: transfer.Pools
    interference: Array
    relief: Array
    kept: Array
    clash: Array
    progress: Array


def learn(inputs: Inputs) -> Learned:
    """Train every distinct model."""
    structure, scale = inputs.structure, inputs["format_examples"]
    last_stage, earlier = structure.membership("last"), structure.membership("earlier")
    usable = transfer.usable_examples(
        inputs.of_model("examples"), inputs.of_model("quality"), epochs=inputs.of_model("epochs"),
        quality_exponent=inputs["quality_exponent"], repeat_value=inputs["repeat_value"],
    )  # fmt: skip
    tokens = inputs.of_model("examples") * inputs["example_tokens"]
    seen = tokens * inputs.of_model("epochs") * last_stage
    total = seen.sum(axis=2, keepdims=True)
    share = seen / np.where(total > 0.0, total, 1.0)
    passes = (share * inputs.of_model("epochs")).sum(axis=2, keepdims=True)
    last = usable * last_stage
    amount = last + usable * earlier * (1.0 - inputs["forgetting"]) ** passes
    pools = _pools(inputs, amount, last, share)
    crowding = transfer.adapter_crowding(
        (tokens * np.maximum(last_stage, earlier)).sum(axis=2, keepdims=True), inputs.of_model("adapter_capacity")
    )
    pools = replace(pools, effective=pools.effective * crowding, format_pool=pools.format_pool * crowding)
    trained = transfer.progress(last.sum(axis=2, keepdims=True), scale)
    faded = capability.fade(pools.own, scale)
    return Learned(
        pools=pools,
        interference=_interference(inputs, pools.own_share, trained),
        relief=_relief(inputs, amount, faded),
        kept=_kept(inputs, pools, faded),
        clash=_clash(inputs, pools, faded),
        progress=trained,
    )


def _pools(inputs: Inputs, amount: Array, last: Array, share: Array) -> transfer.Pools:
    form = transfer.TRANSFER_FORMS[inputs.laws["transfer_form"]]
    similarity = inputs["similarity"]
    helpfulness = np.moveaxis(inputs["helpfulness"][:, :, :, None], 2, 3)
    return transfer.pools(
        amount,
        last,
        share=share,
        similarity=similarity,
        tau=transfer.power_of_similarity(similarity, inputs["transfer_sharpness"][:, :, None] / helpfulness),
        rho=transfer.power_of_similarity(similarity, inputs["interference_sharpness"][:, :, None]),
        psi=inputs["format_transfer"] * inputs.of_model("shares_format"),
        tasks_in_column=inputs["tasks_in_column"],
        borrowed=_borrowing(inputs, form),
    )


def _borrowing(inputs: Inputs, form: Entry[Callable[..., Array]]) -> Callable[[Array, Array], Array]:
    """The transfer form, with the numbers it asks for."""

    def borrow(amount: Array, similarity: Array) -> Array:
        arrays = {**inputs.numbers, "amount": amount, "dissimilarity": 1.0 - similarity, "similarity": similarity}
        return bind(form, arrays)  # type: ignore[no-any-return]

    return borrow


def _interference(inputs: Inputs, own_share: Array, trained: Array) -> Array:
    params = inputs.of_model("base_params")
    reach = np.clip(np.log(params / ROUTED_FROM) / np.log(ROUTED_FULLY / ROUTED_FROM), 0.0, 1.0)
    freed = capability.ROUTED_RELIEF**reach
    strength = inputs["interference_strength"] * np.where(inputs.of_model("routed") > 0.0, freed, 1.0)
    slowed = transfer.interference(
        own_share, trained, strength=strength, size_relief=inputs["size_relief"], base_params=params
    )
    return np.where(inputs["experts"] > 1.0, 1.0, slowed)


def _relief(inputs: Inputs, amount: Array, faded: Array) -> Array:
    distinct = transfer.distinct_tasks(
        amount, similarity=inputs["similarity"][:, :, : amount.shape[2]] if _square(inputs) else _between(inputs),
        instance_scale=inputs["instance_scale"], tasks_in_column=inputs["tasks_in_column"],
    )  # fmt: skip
    return capability.diversity_relief(
        distinct, faded=faded, gain=inputs.of_model("diversity_gain"), half=inputs["diversity_half"],
        exponent=inputs["diversity_exponent"],
    )  # fmt: skip


def _square(inputs: Inputs) -> bool:
    """Whether every column is a task, so that similarity between columns is that between requests."""
    return inputs["similarity"].shape[3] == len(inputs.structure.tasks)


def _between(inputs: Inputs) -> Array:
    """Similarity between columns where one is the instruction mix: its row mirrors its column."""
    similarity, tasks = inputs["similarity"], len(inputs.structure.tasks)
    mirrored = np.swapaxes(similarity[:, :, :tasks, tasks:], 2, 3)
    corner = np.ones_like(similarity[:, :, :1, :1])
    return np.concatenate([similarity[:, :, :tasks], np.concatenate([mirrored, corner], axis=3)], axis=2)


def _kept(inputs: Inputs, pools: transfer.Pools, faded: Array) -> Array:
    experts = inputs["experts"]
    return capability.keep(
        faded,
        others_share=pools.others_share,
        trained=transfer.progress(pools.others, inputs["format_examples"]),
        others_tasks=np.where(experts > 1.0, experts, pools.others_tasks),
        retention=inputs["off_task_retention"],
        exponent=inputs["keep_exponent"],
        method_factor=np.where(inputs.of_model("is_adapter") > 0.0, inputs["lora_forgetting"], 1.0),
    )


def _clash(inputs: Inputs, pools: transfer.Pools, faded: Array) -> Array:
    happens = inputs["clash_draw"] < inputs["clash_probability"]
    others = transfer.progress(pools.others, inputs["format_examples"])
    return -np.expm1(-inputs["clash_severity"]) * happens * (1.0 - faded) * others


def remaining_gap(inputs: Inputs, learned: Learned) -> Array:
    """Share of the gap to the ceiling that each model leaves open. ``(scenario, model, request, draw)``"""
    exponent = inputs["data_exponent"] * np.where(inputs.of_model("is_adapter") > 0.0, inputs["lora_exponent"], 1.0)
    open_gap = capability.open_gap_before_interference(
        learned.pools.effective, learned.pools.format_pool, data_exponent=exponent,
        half_gap_examples=inputs.of_model("half_gap_examples"), format_share=inputs["format_share"],
        format_examples=inputs["format_examples"],
    )  # fmt: skip
    form = capability.INTERFERENCE_FORMS[inputs.laws["interference_form"]]
    arrays = {**inputs.numbers, "open_gap": open_gap, "interference": learned.interference}
    gap = np.clip(bind(form, arrays) * learned.relief, 0.0, 1.0)
    return _merge(inputs, gap)


def _merge(inputs: Inputs, gap: Array) -> Array:
    """Give each merged model its share of what its experts gained."""
    structure = inputs.structure
    rows = [row for row, model in enumerate(structure.models) if model.experts]
    if not rows:
        return gap
    kept = capability.merge_share(
        inputs["experts"], base_params=inputs.of_model("base_params"),
        instruction_tuned=inputs.of_model("instruction_tuned"), noise=inputs["merge_noise"],
    )  # fmt: skip
    whole = gap.copy()
    for row in rows:
        gained = 1.0 - _expert_gap(structure.models[row].experts, inputs, gap)
        share = kept[:, row if kept.shape[1] > 1 else 0]
        whole[:, row] = 1.0 - share * gained
    return whole


def _expert_gap(experts: tuple[int, ...], inputs: Inputs, gap: Array) -> Array:
    """Gap left by the expert of each request; by the mean expert where none was trained on it."""
    found = gap[:, list(experts)].mean(axis=1)
    for expert in experts:
        tasks = [c for c in inputs.structure.models[expert].last if c < len(inputs.structure.tasks)]
        found[:, tasks] = gap[:, expert, tasks]
    return found  # type: ignore[no-any-return]


def law_score(inputs: Inputs, learned: Learned) -> Array:
    """Score by the law alone: before format clash and discrepancy. Normalised."""
    gap = remaining_gap(inputs, learned)
    score = capability.score_of_gap(gap, base=inputs["base"], ceiling=inputs.of_model("ceiling"))
    return capability.above_floor(score, inputs["floor"], learned.kept)


def score_of_models(inputs: Inputs, learned: Learned) -> Array:
    """Score of each model on each request, everything in. Normalised, within 0 and 1."""
    score = capability.above_floor(law_score(inputs, learned), inputs["floor"], 1.0 - learned.clash)
    return np.clip(score + model_error(inputs, learned), 0.0, 1.0)


def model_error(inputs: Inputs, learned: Learned) -> Array:
    """What the law misses: Student-t, so that a difference of two models has the stated scale."""
    scale = inputs["discrepancy"] / (POINTS_PER_SCALE * np.sqrt(2.0))
    return inputs["discrepancy_draw"] * scale * learned.progress
