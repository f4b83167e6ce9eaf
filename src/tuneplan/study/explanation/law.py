"""The parts of the law: what each is called, which array of the run holds it, whose examples it looks at.

Which numbers a part reads is not written here: what computes it is run and watched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import columns, learning
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import Learned
from tuneplan.study.explanation.case import Reads, Value, View

OWN, OTHERS, ALL, NONE = "own", "others", "all", ""
"""Whose examples a part looks at: the request's own, those of the model's other columns, all, or nobody's."""
ONE = np.ones((1, 1, 1, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One step of the law.

    Attributes
    ----------
    label, unit, text
        As of a node; ``score`` is shown in points.
    value
        The array that the verdict was made with, ``(scenario, model, request, draw)``.
    looks_at
        Whose examples; a part is left out where there are none.
    parts
        Names of the parts that it was made of.
    reads
        What of the model reads the numbers behind it; run to find them.
    counts
        Whether the usable examples of the columns are part of it.
    among
        Whether similarities between these columns are.
    """

    label: str
    unit: str
    text: str
    value: Value
    looks_at: str = NONE
    parts: tuple[str, ...] = ()
    reads: tuple[Reads, ...] = ()
    counts: bool = False
    among: bool = False


def _curve(inputs: Inputs, learned: Learned) -> object:
    pools = learned.pools
    return learning.slowed_gap(inputs, learning.open_gap(inputs, pools.effective, pools.format_pool), learned.interference)


def _count(inputs: Inputs, learned: Learned) -> object:
    return columns.counted(inputs, ONE, ONE)


def _share(inputs: Inputs, learned: Learned) -> object:
    return columns.token_share(inputs, ONE)


def _known(inputs: Inputs, learned: Learned) -> object:
    return columns.known(inputs, ONE)


def _present(view: View) -> Array:
    examples = columns.usable(view.inputs)
    return examples * columns.presence(view.inputs, columns.replaced(view.inputs, examples))


PARTS: Mapping[str, Part] = {
    "law": Part(
        label="by the law alone", unit="score", text="Ceiling less what is left open of the gap between base and ceiling.",
        value=lambda view: view.learned.law, parts=("gap", "kept"),
    ),
    "gap": Part(
        label="gap left open", unit="share", text="Share of the gap between base and ceiling that training leaves open.",
        value=lambda view: view.gap, parts=("effective", "format_pool", "interference", "diversity"),
        reads=(_curve,),
    ),
    "effective": Part(
        label="examples that count", unit="example", text="Own examples and those borrowed from other tasks: they close the slow part of the gap.",
        value=lambda view: view.learned.pools.effective, looks_at=ALL, parts=("own", "borrowed", "held"),
    ),
    "own": Part(
        label="own examples", unit="example", text="Usable examples of this very task.",
        value=lambda view: view.learned.pools.own, looks_at=OWN, counts=True,
    ),
    "borrowed": Part(
        label="borrowed examples", unit="example", text="What examples of the model's other tasks are worth here.",
        value=lambda view: view.learned.pools.borrowed, looks_at=OTHERS, counts=True,
        reads=(lambda inputs, learned: columns.transferred_share(inputs), _count),
    ),
    "format_pool": Part(
        label="format examples", unit="example", text="Examples that teach the shared format, own ones included: they close the fast part of the gap.",
        value=lambda view: view.learned.pools.format_pool, looks_at=ALL, parts=("own", "shared_format", "held"),
    ),
    "shared_format": Part(
        label="format examples of others", unit="example", text="What examples of the model's other tasks teach of the shared format.",
        value=lambda view: view.learned.pools.shared_format, looks_at=OTHERS, counts=True,
        reads=(
            lambda inputs, learned: columns.format_share_of_others(inputs), _count,
            lambda inputs, learned: (inputs["similarity"], inputs["column_framed"]),
        ),
    ),
    "held": Part(
        label="share that the adapter holds", unit="share", text="The fuller an adapter, the less of its examples it holds.",
        value=lambda view: view.learned.pools.held, looks_at=ALL,
        reads=(lambda inputs, learned: columns.crowding(inputs),),
    ),
    "interference": Part(
        label="interference", unit="1", text="How much other tasks slow the closing of the gap; 1: not at all.",
        value=lambda view: view.learned.interference, looks_at=OTHERS, parts=("own_share", "trained"),
        reads=(lambda inputs, learned: learning.interference(inputs, learned.pools.own_share, learned.progress),),
    ),
    "own_share": Part(
        label="share of tokens alike", unit="share", text="Share of the model's training tokens that are this task's or like it.",
        value=lambda view: view.learned.pools.own_share, looks_at=ALL,
        reads=(lambda inputs, learned: columns.unhindered_share(inputs), _share),
    ),
    "trained": Part(
        label="training progress", unit="share", text="How far training has come: 0 without data, 1 with endless data.",
        value=lambda view: columns.progress(view.inputs, columns.total(_present(view))), looks_at=ALL, counts=True,
        reads=(lambda inputs, learned: columns.progress(inputs, learned.progress),),
    ),
    "diversity": Part(
        label="diversity", unit="share", text="How far the diversity of the model's other tasks has come.",
        value=lambda view: view.learned.diversity, looks_at=OTHERS, parts=("others_distinct", "of_others"),
        reads=(
            lambda inputs, learned: learning.diversity(inputs, learned.pools.others_distinct),
            lambda inputs, learned: inputs.of_model("diversity_gain"),
        ),
    ),
    "others_distinct": Part(
        label="distinct other tasks", unit="task", text="How many unlike tasks the others amount to.",
        value=lambda view: view.learned.pools.others_distinct, looks_at=OTHERS, counts=True, among=True,
        reads=(_known, lambda inputs, learned: columns.between(inputs)),
    ),
    "of_others": Part(
        label="training progress on others", unit="share", text="How far training on the other tasks has come.",
        value=lambda view: columns.progress(view.inputs, view.learned.pools.others), looks_at=OTHERS, counts=True,
        reads=(lambda inputs, learned: columns.progress(inputs, learned.pools.others),),
    ),
    "kept": Part(
        label="left by other tasks", unit="share", text="Share of the distance to the floor that training on other tasks leaves.",
        value=lambda view: view.learned.kept, looks_at=OTHERS, parts=("own", "others_share", "others_tasks", "of_others"),
        reads=(
            lambda inputs, learned: learning.kept(inputs, learned.pools, learned.pools.others_share),
            lambda inputs, learned: inputs["floor"],
        ),
    ),
    "others_share": Part(
        label="share of others' tokens alike", unit="share", text="Share of the other tasks' training tokens that are like this task.",
        value=lambda view: view.learned.pools.others_share, looks_at=OTHERS,
        reads=(lambda inputs, learned: columns.unhindered_share(inputs), _share),
    ),
    "others_tasks": Part(
        label="breadth of the other tasks", unit="task", text="How many unlike tasks the others amount to by their tokens.",
        value=lambda view: view.learned.pools.others_tasks, looks_at=OTHERS, among=True,
        reads=(lambda inputs, learned: columns.between(inputs), _share),
    ),
    "clash": Part(
        label="taken by a format clash", unit="share", text="Share of the distance to the floor that a format clash takes away, where there is one.",
        value=lambda view: view.learned.clash, looks_at=OTHERS, parts=("own", "neighbours"),
        reads=(lambda inputs, learned: learning.clash(inputs, learned.pools),),
    ),
    "neighbours": Part(
        label="examples of neighbours", unit="example", text="Usable examples of the model's other tasks.",
        value=lambda view: view.learned.pools.neighbours, looks_at=OTHERS, counts=True,
    ),
    "progress": Part(
        label="training progress", unit="share", text="How far training has come, with what was forgotten since.",
        value=lambda view: view.learned.progress, looks_at=ALL, counts=True,
        reads=(lambda inputs, learned: columns.progress(inputs, learned.progress),),
    ),
    "mixed": Part(
        label="progress on several tasks", unit="share", text="How far the model was taught several tasks at once; nothing for one task.",
        value=lambda view: view.learned.mixed, looks_at=OTHERS, counts=True,
        reads=(lambda inputs, learned: columns.progress(inputs, learned.mixed),),
    ),
    "error": Part(
        label="what the law misses", unit="score", text="A t-distributed error, the same for all that train the same tasks together in the same way, and a shift of all that mix tasks; nothing before training.",
        value=lambda view: learning.model_error(view.inputs, view.learned), looks_at=ALL, parts=("progress", "mixed"),
        reads=(learning.model_error,),
    ),
}
"""Name of a part -> what it is; ``parts`` and ``reads`` say what it was made of."""
