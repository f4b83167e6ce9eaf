"""What is bought and trained: counts of models, examples, GPU-hours. Arrays for cost lines."""

from __future__ import annotations

from tuneplan.axes import Array
from tuneplan.core import compute
from tuneplan.core.derived import DERIVED
from tuneplan.core.structure import Structure
from tuneplan.late import np
from tuneplan.units import TOKENS_PER_MTOK

# --- counts: what a strategy is ------------------------------------------------------------------


@DERIVED.add(unit="share")
def task_share(structure: Structure) -> Array:
    """What falls on each task of what a strategy pays as a whole."""
    return np.full((1, 1, len(structure.tasks), 1), 1.0 / len(structure.tasks))


@DERIVED.add(unit="model")
def models_trained(structure: Structure) -> Array:
    """Training runs that are kept, over all stages."""
    return structure.per_strategy(structure.models_trained.tolist())


@DERIVED.add(unit="model")
def models_served(structure: Structure) -> Array:
    """Models that answer requests."""
    return structure.per_strategy([len(set(row)) for row in structure.model_of_task.tolist()])


@DERIVED.add(unit="model")
def models_evaluated(models_served: Array) -> Array:
    """Models that are checked before launch: those that answer requests."""
    return models_served


@DERIVED.add(unit="yes_no")
def is_trained(models_trained: Array) -> Array:
    """Whether anything is trained."""
    return (models_trained > 0.0).astype(np.float64)


@DERIVED.add(unit="yes_no")
def has_router(models_served: Array) -> Array:
    """Whether there is a choice of models, so that a router is needed."""
    return (models_served > 1.0).astype(np.float64)


@DERIVED.add(unit="stage")
def stages(structure: Structure) -> Array:
    """Training stages that see a task's examples."""
    return _by_strategy(structure.stages_of_column[:, : len(structure.tasks)])


@DERIVED.add(unit="stage")
def stages_of_mix(structure: Structure) -> Array:
    """Training stages that see the public instruction mix."""
    return _by_strategy(structure.stages_of_column[:, len(structure.tasks) :])


@DERIVED.add(unit="stage")
def mixtures(structure: Structure) -> Array:
    """Training stages that see a task's examples beside those of others."""
    return _by_strategy(structure.mixtures_of_column[:, : len(structure.tasks)])


@DERIVED.add(unit="stage")
def mixtures_of_mix(structure: Structure) -> Array:
    """Training stages that see the public instruction mix beside examples of tasks."""
    return _by_strategy(structure.mixtures_of_column[:, len(structure.tasks) :])


def _by_strategy(counts: Array) -> Array:
    """Counts of each strategy and column on the four axes."""
    return counts.astype(np.float64)[None, :, :, None]


# --- examples ------------------------------------------------------------------------------------


@DERIVED.add(unit="yes_no")
def is_taught(stages: Array) -> Array:
    """Whether any model is trained on a task's examples."""
    return (stages > 0.0).astype(np.float64)


@DERIVED.add(unit="example")
def bought(examples: Array, existing: Array, is_taught: Array) -> Array:
    """Examples paid for: those trained on, less those owned already."""
    return np.maximum(examples - existing, 0.0) * is_taught


@DERIVED.add(unit="yes_no")
def has_data(examples: Array, is_taught: Array) -> Array:
    """Whether any examples of a task are trained on."""
    return is_taught * (examples > 0.0)


@DERIVED.add(unit="USD/example")
def generated_price(
    example_tokens: Array, synthetic_price: Array, acceptance: Array, review_price: Array, synthetic_share: Array
) -> Array:
    """Price of one kept example that a model writes: its tokens, those thrown away, review; 0 where it writes none."""
    tokens = example_tokens * synthetic_price / TOKENS_PER_MTOK
    return (tokens / acceptance + review_price) * (synthetic_share > 0.0)


# --- GPU-hours of training -----------------------------------------------------------------------


@DERIVED.add(unit="share")
def reached_utilisation(utilisation: Array, is_qlora: Array, qlora_speed: Array) -> Array:
    """Share of the card's peak that this way of training reaches."""
    return utilisation * np.where(is_qlora > 0.0, qlora_speed, 1.0)


@DERIVED.add(unit="1")
def stretched(overhead: Array, is_spot: Array, spot_hazard: Array, spot_loss: Array) -> Array:
    """Factor on hours: loading and saving, and capacity that is taken away."""
    return (1.0 + overhead) * (1.0 + is_spot * spot_hazard * spot_loss)


@DERIVED.add(unit="GPU-hour")
def run_hours(
    examples: Array, example_tokens: Array, epochs: Array, flop_per_token: Array, peak_tflops: Array,
    reached_utilisation: Array, stretched: Array,
) -> Array:  # fmt: skip
    """Training once on a task's examples, all epochs: FLOP over what the card does in an hour."""
    flop = examples * example_tokens * epochs * flop_per_token
    return compute.gpu_hours(flop, peak_tflops=peak_tflops, utilisation=reached_utilisation) * stretched


@DERIVED.add(unit="GPU-hour")
def run_hours_of_mix(
    examples_of_mix: Array, example_tokens_of_mix: Array, epochs_of_mix: Array, flop_per_token: Array,
    peak_tflops: Array, reached_utilisation: Array, stretched: Array,
) -> Array:  # fmt: skip
    """Training once on the public instruction mix."""
    flop = examples_of_mix * example_tokens_of_mix * epochs_of_mix * flop_per_token
    return compute.gpu_hours(flop, peak_tflops=peak_tflops, utilisation=reached_utilisation) * stretched


@DERIVED.add(unit="run")
def tries(models_trained: Array, search: Array, tuning_per_model: Array) -> Array:
    """Training runs for each one kept: itself, its part of the search, tuning of later models."""
    each = np.where(models_trained > 0.0, models_trained, 1.0)
    return 1.0 + (search - 1.0) / each + tuning_per_model * (each - 1.0) / each


@DERIVED.add(unit="run")
def balancing(proxies: Array, proxy_size: Array) -> Array:
    """Small runs that balance a mixture, counted as whole ones."""
    return proxies * proxy_size


@DERIVED.add(unit="GPU-hour")
def final_hours_of_mix(run_hours_of_mix: Array, stages_of_mix: Array) -> Array:
    """Final runs on the public instruction mix."""
    return (run_hours_of_mix * stages_of_mix).sum(axis=2, keepdims=True)  # type: ignore[no-any-return]


@DERIVED.add(unit="GPU-hour")
def final_hours(run_hours: Array, stages: Array, final_hours_of_mix: Array, task_share: Array) -> Array:
    """Runs that are kept; the instruction mix falls on all tasks alike."""
    return run_hours * stages + final_hours_of_mix * task_share


@DERIVED.add(unit="GPU-hour")
def training_hours_of_mix(
    run_hours_of_mix: Array, stages_of_mix: Array, mixtures_of_mix: Array, tries: Array, balancing: Array, failed: Array
) -> Array:
    """All runs on the public instruction mix: kept, tried, balancing, failed."""
    runs = stages_of_mix * tries + mixtures_of_mix * balancing
    return (run_hours_of_mix * runs).sum(axis=2, keepdims=True) / (1.0 - failed)  # type: ignore[no-any-return]


@DERIVED.add(unit="GPU-hour")
def training_hours(
    run_hours: Array, stages: Array, mixtures: Array, tries: Array, balancing: Array, failed: Array,
    training_hours_of_mix: Array, task_share: Array,
) -> Array:  # fmt: skip
    """All runs: kept, tried, balancing, failed; the instruction mix falls on all tasks alike."""
    runs = stages * tries + mixtures * balancing
    return run_hours * runs / (1.0 - failed) + training_hours_of_mix * task_share
