"""From inputs to scores by model: the capability half of the model, in reading order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tuneplan.axes import Array
from tuneplan.core import capability, transfer
from tuneplan.core.arrays import Inputs
from tuneplan.core.pooling import Pools, instances_known, pools
from tuneplan.core.registry import bind
from tuneplan.late import np
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
    interference, interference_without_own
        1 or more; with the request's own data, and without.
    diversity
        How far the diversity of the other tasks has come, 0 to 1.
    kept
        Share of the distance to the floor kept off task.
    clash
        Share of that distance taken away by a format clash.
    progress
        Training progress of the model.
    law
        Score by the law alone, before format clash and discrepancy; normalised. Of the whole
        model: a part that is replaced for a comparison does not change it, ``law_score`` does.
    """

    pools: Pools
    interference: Array
    interference_without_own: Array
    diversity: Array
    kept: Array
    clash: Array
    progress: Array
    law: Array


def learn(inputs: Inputs) -> Learned:
    """Train every distinct model.

    Where a stage follows another, the first fades and its tasks cease to interfere as far as the
    second has progressed: a second stage of next to nothing leaves the first model.
    """
    structure, scale = inputs.structure, inputs["format_examples"]
    last_stage, earlier = structure.membership("last"), structure.membership("earlier")
    usable = transfer.usable_examples(
        inputs.of_model("examples"), inputs.of_model("quality"), epochs=inputs.of_model("epochs"),
        quality_exponent=inputs["quality_exponent"], repeat_value=inputs["repeat_value"],
    )  # fmt: skip
    tokens = inputs.of_model("examples") * inputs["example_tokens"]
    last = usable * last_stage
    replaced = transfer.progress(last.sum(axis=2, keepdims=True), scale)
    amount = last + usable * earlier * (1.0 - inputs["forgetting"] * replaced) ** _passes(inputs, tokens * last_stage)
    present = last_stage + earlier * (1.0 - replaced)
    share = _shares(tokens * inputs.of_model("epochs") * present)
    pools = _crowded(inputs, _pools(inputs, amount, usable * present, share), tokens * np.maximum(last_stage, earlier))
    trained = transfer.progress((usable * present).sum(axis=2, keepdims=True), scale)
    of_others = transfer.progress(pools.others, scale)
    learned = Learned(
        pools=pools,
        interference=_interference(inputs, pools.own_share, trained),
        interference_without_own=_interference(inputs, pools.others_share, of_others),
        diversity=_diversity(inputs, pools) * of_others,
        kept=_kept(inputs, pools, of_others),
        clash=_clash(inputs, pools),
        progress=transfer.progress(amount.sum(axis=2, keepdims=True), scale),
        law=np.empty(0),
    )
    return replace(learned, law=law_score(inputs, learned))


def _passes(inputs: Inputs, tokens: Array) -> Array:
    """Mean epochs of the last stage, by token."""
    return (_shares(tokens) * inputs.of_model("epochs")).sum(axis=2, keepdims=True)


def _shares(amounts: Array) -> Array:
    """Amounts over columns as shares; 0 where there is nothing."""
    total = amounts.sum(axis=2, keepdims=True)
    return amounts / np.where(total > 0.0, total, 1.0)


def _pools(inputs: Inputs, amount: Array, present: Array, share: Array) -> Pools:
    similarity, helpfulness = inputs["similarity"], np.moveaxis(inputs["helpfulness"][:, :, :, None], 2, 3)
    return pools(
        amount,
        present,
        share=share,
        known=instances_known(
            amount, instance_scale=inputs["instance_scale"], tasks_in_column=inputs["tasks_in_column"]
        ),
        similarity=similarity,
        tau=transfer.power_of_similarity(similarity, inputs["transfer_sharpness"][:, :, None] / helpfulness),
        rho=transfer.power_of_similarity(similarity, inputs["interference_sharpness"][:, :, None]),
        psi=inputs["format_transfer"] * inputs["shares_format"],
        framed=inputs["column_framed"],
        between=_between(inputs),
        counted=_counting(inputs),
    )


def _counting(inputs: Inputs) -> Callable[[Array, Array], Array]:
    """The transfer form, with the numbers it asks for."""
    form = transfer.TRANSFER_FORMS[inputs.laws["transfer_form"]]

    def counted(amount: Array, similarity: Array) -> Array:
        arrays = {**inputs.numbers, "amount": amount, "dissimilarity": 1.0 - similarity, "similarity": similarity}
        return bind(form, arrays)  # type: ignore[no-any-return]

    return counted


def _crowded(inputs: Inputs, pools: Pools, tokens: Array) -> Pools:
    """Pools as an adapter holds them, the fuller the worse."""
    factor = transfer.adapter_crowding(tokens.sum(axis=2, keepdims=True), inputs.of_model("adapter_capacity"))
    held = {name: getattr(pools, name) * factor for name in ("borrowed", "shared_format")}
    return replace(pools, **held, held=factor)


def _interference(inputs: Inputs, own_share: Array, trained: Array) -> Array:
    params = inputs.of_model("base_params")
    reach = np.clip(np.log(params / ROUTED_FROM) / np.log(ROUTED_FULLY / ROUTED_FROM), 0.0, 1.0)
    freed = capability.ROUTED_RELIEF**reach
    strength = inputs["interference_strength"] * np.where(inputs.of_model("routed") > 0.0, freed, 1.0)
    slowed = transfer.interference(
        own_share, trained, strength=strength, size_relief=inputs["size_relief"], base_params=params
    )
    return np.where(inputs["specialists_merged"] > 1.0, 1.0, slowed)


def _between(inputs: Inputs) -> Array:
    """Similarity between columns. The instruction mix is as near to a task as the task to it, and
    its K unlike tasks leave it a K-th as near to itself. ``(scenario, 1, column, column, draw)``"""
    similarity, tasks = inputs["similarity"], len(inputs.structure.tasks)
    if similarity.shape[3] == tasks:
        return similarity[:, :, :tasks]
    corner = np.zeros_like(similarity[:, :, :1, :1]) + 1.0 / inputs["tasks_in_column"][:, :, tasks:, None]
    similarity = np.broadcast_to(similarity, (corner.shape[0], *similarity.shape[1:4], corner.shape[4]))
    mirrored = np.swapaxes(similarity[:, :, :tasks, tasks:], 2, 3)
    return np.concatenate([similarity[:, :, :tasks], np.concatenate([mirrored, corner], axis=3)], axis=2)


def _diversity(inputs: Inputs, pools: Pools) -> Array:
    return capability.diversity(
        pools.others_distinct, half=inputs["diversity_half"], exponent=inputs["diversity_exponent"]
    )


def _kept(inputs: Inputs, pools: Pools, of_others: Array) -> Array:
    merged = inputs["specialists_merged"]
    return capability.keep(
        capability.fade(pools.own, inputs["format_examples"]),
        others_share=pools.others_share,
        trained=of_others,
        others_tasks=np.where(merged > 1.0, merged, np.maximum(pools.others_tasks, 1.0)),
        retention=inputs["off_task_retention"],
        exponent=inputs["keep_exponent"],
        method_factor=np.where(inputs.of_model("is_adapter") > 0.0, inputs["lora_forgetting"], 1.0),
    )


def _clash(inputs: Inputs, pools: Pools) -> Array:
    happens = inputs["clash_draw"] < inputs["clash_probability"]
    own, neighbours = (transfer.progress(each, inputs["format_examples"]) for each in (pools.own, pools.neighbours))
    return -np.expm1(-inputs["clash_severity"]) * happens * own * neighbours


def remaining_gap(inputs: Inputs, learned: Learned) -> Array:
    """Share of the gap to the ceiling that each model leaves open. ``(scenario, model, request, draw)``"""
    pools = learned.pools
    gap = capability.with_diversity(
        _slowed_gap(inputs, pools.effective, pools.format_pool, learned.interference),
        _slowed_gap(inputs, pools.borrowed, pools.shared_format, learned.interference_without_own),
        gain=inputs.of_model("diversity_gain"),
        diversity=learned.diversity,
        faded=capability.fade(pools.own, inputs["format_examples"]),
    )
    return _merge(inputs, np.clip(gap, 0.0, 1.0))


def _slowed_gap(inputs: Inputs, effective: Array, format_pool: Array, interference: Array) -> Array:
    """Remaining gap of these examples, by the form of interference that the scenario picks."""
    exponent = inputs["data_exponent"] * np.where(inputs.of_model("is_adapter") > 0.0, inputs["lora_exponent"], 1.0)
    open_gap = capability.open_gap_before_interference(
        effective, format_pool, data_exponent=exponent, half_gap_examples=inputs.of_model("half_gap_examples"),
        format_share=inputs["format_share"], format_examples=inputs["format_examples"],
    )  # fmt: skip
    form = capability.INTERFERENCE_FORMS[inputs.laws["interference_form"]]
    return bind(form, {**inputs.numbers, "open_gap": open_gap, "interference": interference})  # type: ignore[no-any-return]


def _merge(inputs: Inputs, gap: Array) -> Array:
    """Give each merged model its share of what its specialists gained."""
    structure = inputs.structure
    rows = [row for row, model in enumerate(structure.models) if model.merged_from]
    if not rows:
        return gap
    kept = capability.merge_share(
        inputs["specialists_merged"], base_params=inputs.of_model("base_params"),
        instruction_tuned=inputs.of_model("instruction_tuned"), noise=inputs["merge_noise"],
    )  # fmt: skip
    whole = np.array(np.broadcast_to(gap, np.broadcast_shapes(gap.shape, (kept.shape[0], 1, 1, kept.shape[3]))))
    for row in rows:
        gained = 1.0 - _gap_of_specialist(structure.models[row].merged_from, inputs, gap)
        share = kept[:, row if kept.shape[1] > 1 else 0]
        whole[:, row] = 1.0 - share * gained
    return whole


def _gap_of_specialist(specialists: tuple[int, ...], inputs: Inputs, gap: Array) -> Array:
    """Gap left by the specialist of each request; by the mean of them where none was trained on it."""
    found = gap[:, list(specialists)].mean(axis=1)
    for specialist in specialists:
        tasks = [c for c in inputs.structure.models[specialist].last if c < len(inputs.structure.tasks)]
        found[:, tasks] = gap[:, specialist, tasks]
    return found  # type: ignore[no-any-return]


def law_score(inputs: Inputs, learned: Learned) -> Array:
    """Score by the law alone: before format clash and discrepancy. Normalised."""
    gap = remaining_gap(inputs, learned)
    score = capability.score_of_gap(gap, base=inputs["base"], ceiling=inputs.of_model("ceiling"))
    return capability.above_floor(score, inputs["floor"], learned.kept)


def clashed_score(inputs: Inputs, learned: Learned) -> Array:
    """Score by the law and format clashes: all but what the law misses. Normalised."""
    return capability.above_floor(learned.law, inputs["floor"], 1.0 - learned.clash)


def score_of_models(inputs: Inputs, learned: Learned) -> Array:
    """Score of each model on each request, everything in. Normalised, within 0 and 1."""
    return np.clip(clashed_score(inputs, learned) + model_error(inputs, learned), 0.0, 1.0)


def model_error(inputs: Inputs, learned: Learned) -> Array:
    """What the law misses: Student-t, so that a difference of two models has the stated scale."""
    scale = inputs["discrepancy"] / (POINTS_PER_SCALE * np.sqrt(2.0))
    return inputs["discrepancy_draw"] * scale * learned.progress
