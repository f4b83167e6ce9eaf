"""Where the evidence ends: ranges of the data behind the laws, and how far a scenario leaves them.

The range of a declared number stands with its ``Param`` (``measured``); what nobody types in stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.quantiles import median_of_draws
from tuneplan.core.transfer import TRANSFER_PARAMS
from tuneplan.late import np


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Values that the evidence covers.

    Attributes
    ----------
    what
        In words, for the report.
    low, high
        Ends of what was measured.
    source
        By whom.
    values
        Inputs -> the values of a scenario, any shape; nothing to say when empty.
    """

    what: str
    low: float
    high: float
    source: str
    values: Callable[[Inputs], Array]


def _examples(inputs: Inputs) -> Array:
    tasks = len(inputs.structure.tasks)
    used = (inputs.structure.stages_of_column[:, :tasks] > 0)[None, :, :, None]
    typical = median_of_draws(inputs["examples"][:, :, :tasks])[..., None]
    kept = np.broadcast_to(typical, np.broadcast_shapes(typical.shape, used.shape))
    return kept[np.broadcast_to(used, kept.shape) & (kept > 0.0)]  # type: ignore[no-any-return]


def _base_params(inputs: Inputs) -> Array:
    return inputs["base_params"]


def _tasks_together(inputs: Inputs) -> Array:
    return np.array([float(len(model.last)) for model in inputs.structure.models if model.last])


def _merged(inputs: Inputs) -> Array:
    return np.array([float(len(model.merged_from)) for model in inputs.structure.models if model.merged_from])


def _epochs(inputs: Inputs) -> Array:
    return median_of_draws(inputs["epochs"])


def measured_range(name: str, *, what: str, values: Callable[[Inputs], Array]) -> Range:
    """What was measured of a declared number, read off its ``Param``.

    Raises
    ------
    LookupError
        No number is declared so with a measured range.
    """
    for param in TRANSFER_PARAMS:
        if param.name == name and param.measured is not None:
            low, high = param.measured
            return Range(what=what, low=low, high=high, source=param.measured_by, values=values)
    raise LookupError(f"{name}: no number of core.transfer is declared so with a measured range")


EXAMPLES = measured_range("examples", what="examples of a task", values=_examples)
BASE_PARAMS = Range(
    what="parameters of the base", low=0.1e9, high=70e9, source="arXiv 2402.02314, 2402.17193", values=_base_params
)
TASKS_TOGETHER = Range(
    what="tasks trained together", low=1, high=10, source="12 papers of head-to-heads", values=_tasks_together
)
SPECIALISTS_MERGED = Range(what="specialists merged", low=2, high=8, source="arXiv 2410.03617", values=_merged)
EPOCHS = measured_range("epochs", what="epochs", values=_epochs)
RANGES = (EXAMPLES, BASE_PARAMS, TASKS_TOGETHER, SPECIALISTS_MERGED, EPOCHS)
"""Checked in this order."""
TOLERANCE = 0.05
"""Share beyond the highest value measured that is still at it."""


def extrapolations(inputs: Inputs) -> Mapping[str, str]:
    """What lies outside the evidence -> how far, in words.

    Empty when everything lies inside.
    """
    found = {}
    for known in RANGES:
        values = known.values(inputs)
        if values.size == 0:
            continue
        low, high = float(values.min()), float(values.max())
        if high > (1.0 + TOLERANCE) * known.high:
            found[known.what] = f"up to {high:.3g}, {high / known.high:.2g} times the most measured ({known.high:.3g}; {known.source})"
        elif low < known.low:
            found[known.what] = f"down to {low:.3g}, below the least measured ({known.low:.3g}; {known.source})"
    return found
