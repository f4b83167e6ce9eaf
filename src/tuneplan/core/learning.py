"""From inputs to scores by model: the capability half of the model, in reading order."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, replace
from functools import partial

from tuneplan.axes import Array
from tuneplan.core import capability, columns, transfer
from tuneplan.core.arrays import Inputs
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.pooling import Pools, pools
from tuneplan.core.registry import bind
from tuneplan.late import np
from tuneplan.units import POINTS_PER_SCALE

ROUTED_FROM, ROUTED_FULLY = 2e9, 7e9
"""Base sizes between which a trainable part of its own frees a task of interference. [parameters]"""
COEFFICIENTS = (
    Coefficient(name="ROUTED_FROM", value=ROUTED_FROM, unit="param", source="assumed, after MixLoRA, arXiv 2404.15159", as_of="2026-11",
                doc="Base size from which trainable weights of its own free a task of interference."),
    Coefficient(name="ROUTED_FULLY", value=ROUTED_FULLY, unit="param", source="assumed, after MixLoRA, arXiv 2404.15159", as_of="2026-11",
                doc="Base size from which they do so as far as they can."),
)  # fmt: skip
"""Where the numbers above come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What training left in each model, as seen by each request.

    All ``(scenario, model, request, draw)``; a length of 1 on ``request`` means the same for all.

    Attributes
    ----------
    pools
        Effective examples and what the other tasks hold.
    open_gap, open_gap_without_own
        Share of the gap still open before interference; with the request's own data, and without.
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
    mixed
        How far it was taught several tasks at once; 0 for a model of one task.
    law
        Score by the law alone, before format clash and discrepancy; normalised. Of the whole
        model: a part that is replaced for a comparison does not change it, ``law_score`` does.
    """

    pools: Pools
    open_gap: Array
    open_gap_without_own: Array
    interference: Array
    interference_without_own: Array
    diversity: Array
    kept: Array
    clash: Array
    progress: Array
    mixed: Array
    law: Array


def learn(inputs: Inputs) -> Learned:
    """Train every distinct model.

    Where a stage follows another, the first fades and its tasks cease to interfere as far as the
    second has progressed: a second stage of next to nothing leaves the first model.
    """
    examples = columns.usable(inputs)
    gone = columns.replaced(inputs, examples)
    here = columns.presence(inputs, gone)
    amount, present = columns.lasting(inputs, examples, gone), examples * here
    pools = _crowded(inputs, _pools(inputs, amount, present, columns.token_share(inputs, here)))
    of_others = columns.progress(inputs, pools.others)
    learned = Learned(
        pools=pools,
        **open_gaps(inputs, pools),
        interference=interference(inputs, pools.own_share, columns.progress(inputs, columns.total(present))),
        interference_without_own=interference(inputs, pools.others_share, of_others),
        diversity=diversity(inputs, pools.others_distinct) * of_others,
        kept=kept(inputs, pools, of_others),
        clash=clash(inputs, pools),
        progress=columns.progress(inputs, columns.total(amount)),
        mixed=columns.mixed(inputs, examples, gone),
        law=np.empty(0),
    )
    return replace(learned, law=law_score(inputs, learned))


def _pools(inputs: Inputs, amount: Array, present: Array, share: Array) -> Pools:
    return pools(
        amount, present, share=share, known=columns.known(inputs, amount), similarity=inputs["similarity"],
        tau=columns.transferred_share(inputs), rho=columns.unhindered_share(inputs), psi=columns.format_share_of_others(inputs),
        framed=inputs["column_framed"], between=columns.between(inputs), counted=partial(columns.counted, inputs),
    )  # fmt: skip


def _crowded(inputs: Inputs, pools: Pools) -> Pools:
    """Pools as the weights hold them."""
    factor = columns.crowding(inputs)
    held = {name: getattr(pools, name) * factor for name in ("borrowed", "shared_format")}
    return replace(pools, **held, held=factor)


def open_gaps(inputs: Inputs, pools: Pools) -> dict[str, Array]:
    """What these examples leave open before interference, by the name it has in ``Learned``."""
    return {
        "open_gap": open_gap(inputs, pools.effective, pools.format_pool),
        "open_gap_without_own": open_gap(inputs, pools.borrowed, pools.shared_format),
    }


def open_gap(inputs: Inputs, effective: Array, format_pool: Array) -> Array:
    """Share of the gap that so many examples leave open, did no task hold another back."""
    exponent = inputs["data_exponent"] * np.where(inputs.of_model("is_adapter") > 0.0, inputs["lora_exponent"], 1.0)
    return capability.open_gap_before_interference(
        effective, format_pool, data_exponent=exponent, half_gap_examples=inputs.of_model("half_gap_examples"),
        format_share=inputs["format_share"], format_examples=inputs["format_examples"],
    )  # fmt: skip


def interference(inputs: Inputs, own_share: Array, trained: Array) -> Array:
    """How much the other tasks slow the closing of the gap; 1: not at all."""
    params = inputs.of_model("base_params")
    reach = np.clip(np.log(params / ROUTED_FROM) / np.log(ROUTED_FULLY / ROUTED_FROM), 0.0, 1.0)
    freed = capability.ROUTED_RELIEF**reach
    strength = inputs["interference_strength"] * inputs["susceptibility"] * np.where(inputs.of_model("routed") > 0.0, freed, 1.0)
    slowed = transfer.interference(
        own_share, trained, strength=strength, size_relief=inputs["size_relief"], base_params=params
    )
    return np.where(inputs["specialists_merged"] > 1.0, 1.0, slowed)


def diversity(inputs: Inputs, distinct: Array) -> Array:
    """How far so many distinct tasks bring diversity. [share]"""
    return capability.diversity(distinct, half=inputs["diversity_half"], exponent=inputs["diversity_exponent"])


def kept(inputs: Inputs, pools: Pools, of_others: Array) -> Array:
    """Share of the distance to the floor that is kept off task."""
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


def clash(inputs: Inputs, pools: Pools) -> Array:
    """Share of the distance to the floor that a format clash takes away."""
    happens = inputs["clash_draw"] < inputs["clash_probability"]
    own, neighbours = (columns.progress(inputs, each) for each in (pools.own, pools.neighbours))
    return -np.expm1(-inputs["clash_severity"]) * happens * own * neighbours


# --- from parts to scores ------------------------------------------------------------------------


def remaining_gap(inputs: Inputs, learned: Learned) -> Array:
    """Share of the gap to the ceiling that each model leaves open. ``(scenario, model, request, draw)``"""
    gap = capability.with_diversity(
        slowed_gap(inputs, learned.open_gap, learned.interference),
        slowed_gap(inputs, learned.open_gap_without_own, learned.interference_without_own),
        gain=inputs.of_model("diversity_gain"),
        diversity=learned.diversity,
        faded=capability.fade(learned.pools.own, inputs["format_examples"]),
    )
    return _merge(inputs, np.clip(gap, 0.0, 1.0))


def slowed_gap(inputs: Inputs, open_gap: Array, interference: Array) -> Array:
    """Remaining gap, by the form of interference that the scenario picks."""
    form = capability.INTERFERENCE_FORMS[inputs.laws["interference_form"]]
    arrays = ChainMap({"open_gap": open_gap, "interference": interference}, inputs.numbers)  # type: ignore[arg-type]
    return bind(form, arrays)  # type: ignore[no-any-return]


def _merge(inputs: Inputs, gap: Array) -> Array:
    """Give each merged model its share of what its specialists gained."""
    structure = inputs.structure
    rows = [row for row, model in enumerate(structure.models) if model.merged_from]
    if not rows:
        return gap
    kept = merge_share(inputs)
    whole = np.broadcast_to(gap, np.broadcast_shapes(gap.shape, (kept.shape[0], 1, 1, kept.shape[3]))).copy()
    for row in rows:
        gained = 1.0 - _gap_of_specialist(structure.models[row].merged_from, inputs, gap)
        share = kept[:, row if kept.shape[1] > 1 else 0]
        whole[:, row] = 1.0 - share * gained
    return whole


def merge_share(inputs: Inputs) -> Array:
    """Share of the specialists' gain that a merged model keeps; 1 for the others. ``(scenario, model, 1, draw)``"""
    return capability.merge_share(
        inputs["specialists_merged"], base_params=inputs.of_model("base_params"),
        instruction_tuned=inputs.of_model("instruction_tuned"), noise=inputs["merge_noise"],
    )  # fmt: skip


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
    """What the law misses: of each task for itself, and of mixing tasks, which all tasks of a setting share.

    The first is Student-t, so that a difference of two models has the stated scale.
    """
    scale = inputs["discrepancy"] / (POINTS_PER_SCALE * np.sqrt(2.0))
    return inputs["discrepancy_draw"] * scale * learned.progress + shared_error(inputs, learned)


def shared_error(inputs: Inputs, learned: Learned) -> Array:
    """What the law misses and models have in common: of a task's level, and of mixing tasks."""
    own = columns.progress(inputs, learned.pools.own)
    return inputs["level_draw"] * inputs["level_discrepancy"] / POINTS_PER_SCALE * own + mixing_error(inputs, learned)


def mixing_error(inputs: Inputs, learned: Learned) -> Array:
    """What the law misses of training several tasks together; a merge mixes no data. ``(scenario, model, 1, draw)``"""
    mixed = np.where(inputs["specialists_merged"] > 1.0, 0.0, learned.mixed)
    return inputs["mixing_shift"] / POINTS_PER_SCALE * mixed
