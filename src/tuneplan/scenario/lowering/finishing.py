"""Drawn numbers made ready for the core: scores normalised, prices settled, silent numbers filled."""

from __future__ import annotations

from collections.abc import Mapping

from tuneplan.axes import Array
from tuneplan.core import declared_params
from tuneplan.core.capability import gap_at_size, normalise
from tuneplan.core.costs import human_label_price
from tuneplan.core.structure import Structure
from tuneplan.late import np


def finished(numbers: Mapping[str, Array], structure: Structure) -> dict[str, Array]:
    """Scores normalised, prices of labels settled, silent numbers filled."""
    done = dict(numbers)
    worst, best, tasks = numbers["worst"], numbers["best"], len(structure.tasks)
    for name in ("base", "ceiling", "floor", "must", "prompted_score"):
        done[name] = normalise(numbers[name], worst=worst, best=best)
    fallback = normalise(numbers["fallback_score"], worst=worst[:, :, tasks:], best=best[:, :, tasks:])
    done["fallback_score"] = np.clip(np.nan_to_num(fallback), 0.0, 1.0)
    done["floor"] = np.where(np.isnan(done["floor"]), 0.0, done["floor"])
    mean_of_tasks = done["base"][:, :, :tasks].mean(axis=2, keepdims=True)
    base = np.where(np.isnan(done["base"]), mean_of_tasks, done["base"])
    ceiling = np.where(np.isnan(done["ceiling"]), base + (1.0 - base) * numbers["headroom"], done["ceiling"])
    ceiling = np.clip(np.maximum(ceiling, base), 0.0, 1.0)
    done["ceiling"] = ceiling
    done["base"] = _base_of_models(done, structure, base, ceiling)
    by_wage = human_label_price(
        minutes=numbers["minutes"], wage=numbers["wage"], labels_per_item=numbers["labels_per_item"],
        fee=numbers["fee"], kept=numbers["kept"], quality_control=numbers["quality_control"],
        adjudication=numbers["adjudication"],
    )  # fmt: skip
    price = np.where(np.isnan(by_wage), numbers["label_price"], by_wage)
    done["human_price"] = price[:, :, :tasks]
    for name in ("examples", "existing"):
        done[name] = np.nan_to_num(done[name])
    by_task = (param.name for param in declared_params() if param.scope == "task")
    for name in by_task:
        if name not in BY_COLUMN:
            done[name] = done[name][:, :, :tasks]
    for name in ("latency", "confusion"):
        if np.isnan(done[name]).all():
            del done[name]
    return done


BY_COLUMN = ("examples", "existing", "quality", "epochs", "example_tokens", "helpfulness")
"""Numbers of a task that the instruction mix has too."""


def _base_of_models(numbers: Mapping[str, Array], structure: Structure, base: Array, ceiling: Array) -> Array:
    """What each model starts from: the base's score, moved to its size, or a score of its own that
    an API model or another base was given."""
    owners = structure.owners
    gap = gap_at_size(
        ceiling - base, params=numbers["base_params"], measured_params=numbers["measured_params"],
        size_exponent=numbers["size_exponent"], most=ceiling - numbers["floor"],
    )  # fmt: skip
    by_model = (ceiling - gap)[:, owners]
    prompted = numbers["prompted_score"]
    for row, model in enumerate(structure.models):
        if model.key.startswith("prompted ") or structure.strategies[model.owner].grouping.stages:
            own = prompted[:, model.owner] if prompted.shape[1] > 1 else prompted[:, 0]
            by_model = np.array(np.broadcast_to(by_model, np.broadcast_shapes(by_model.shape, own[:, None].shape)))
            by_model[:, row] = np.where(np.isnan(own), by_model[:, row], own)
    return by_model
