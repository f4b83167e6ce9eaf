"""When each grouping ships: models are as many as it has groups, and wait for the data of their tasks.

Scores of sets of tasks do not hang on dates; what points are worth, and what is paid by the month, does. So
groupings are screened with the mean dates of each, simulated on a few draws that all of them share: what one
ships earlier than another is then known much better than when either ships.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tuneplan.axes import Array
from tuneplan.core.strategies import ModelOfTask
from tuneplan.scenario.lowering.regrouped import regrouped, with_dates
from tuneplan.study.groupings.family import NO_TIMES, Family
from tuneplan.study.groupings.terms import Terms

TIMES = ("served_months", "days_late", "idle_annotator_hours", "idle_gpu_hours")
"""Numbers by grouping on which value and costs hang."""


def times_of(family: Family, groupings: Sequence[ModelOfTask], *, bought: Array | None = None, terms: Terms | None = None) -> Mapping[str, Array]:
    """Mean of each of ``TIMES``, ``(1, grouping, task or 1, 1)``; none where launch dates do not count.

    Parameters
    ----------
    bought
        Examples that each grouping buys, ``(grouping, task)``; None: as given.
    terms
        Where a plan decides: what is owned, and of which tasks.
    """
    if family.dated is None:
        return NO_TIMES
    structure = family.structure(groupings)
    inputs = regrouped(family.dated, family.scenario, structure=structure, kinds=[family.kind(grouping) for grouping in groupings])
    if bought is not None and terms is not None:
        wide = ((0, 0), (0, inputs["examples"].shape[2] - family.tasks))
        planned = np.pad(terms.planned[None], wide)[None, :, :, None]
        found = np.pad(np.round(terms.owned + bought), wide)[None, :, :, None]
        inputs = replace(inputs, numbers={**inputs.numbers, "examples": np.where(planned, found, inputs["examples"])})
    inputs = with_dates(inputs, family.scenario, family.few.points)
    return {name: inputs[name].mean(axis=3, keepdims=True) for name in TIMES}
