"""What carried a score: its parts switched on one after another, so that they add up exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tuneplan.axes import Array
from tuneplan.core import deliver, route, unseen_score
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import Learned, clashed_score, law_score, learn, open_gaps, score_of_models
from tuneplan.core.pooling import Pools
from tuneplan.core.routing import served_score
from tuneplan.late import np

ONE, NONE = np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1, 1))


def attribute(inputs: Inputs, learned: Learned) -> Mapping[str, Array]:
    """Delivered score as parts are switched on; the last step is the whole.

    Differences between neighbouring steps add up exactly to the delivered score.

    Returns
    -------
    mapping
        Name of a step -> ``(scenario, strategy, 1, draw)``.
    """
    borrowing = _unhindered(learned)
    own = _own(learned)
    alone = replace(borrowing, pools=own, **open_gaps(inputs, own), diversity=NONE)
    base, unseen_base = _served(inputs, _untrained(inputs, learned))
    clashed = clashed_score(inputs, learned)
    tasks, unseen = _served(inputs, clashed)
    return {
        "starting score": deliver(inputs, base, unseen_base),
        "own data": deliver(inputs, _served(inputs, law_score(inputs, alone))[0], unseen_base),
        "transfer and format": deliver(inputs, _served(inputs, law_score(inputs, borrowing))[0], unseen_base),
        "interference and clash": deliver(inputs, tasks, unseen_base),
        "unseen requests": deliver(inputs, tasks, unseen),
        "routing": deliver(inputs, *route(inputs, clashed)),
        "beyond the law": deliver(inputs, *route(inputs, score_of_models(inputs, learned))),
    }


def attribute_unseen(inputs: Inputs, learned: Learned) -> Mapping[str, Array]:
    """Score of unseen requests as parts are switched on; the last step is the whole.

    Returns
    -------
    mapping
        Name of a step -> ``(scenario, strategy, 1, draw)``.
    """
    borrowing = replace(_unhindered(learned), diversity=NONE)
    slowed = replace(
        borrowing, interference=learned.interference, interference_without_own=learned.interference_without_own
    )
    broader = replace(slowed, diversity=learned.diversity)
    steps = {
        "starting score": _untrained(inputs, learned),
        "transfer and format": law_score(inputs, borrowing),
        "interference": law_score(inputs, slowed),
        "diversity of tasks": law_score(inputs, broader),
        "lost to narrow training": learned.law,
        "beyond the law": score_of_models(inputs, learned),
    }
    return {name: unseen_score(inputs, by_model) for name, by_model in steps.items()}


def without_framing(inputs: Inputs) -> Array:
    """Delivered score had nothing told the tasks of a model apart. ``(scenario, strategy, 1, draw)``

    The same draws, every task plain: no shared instruction format and the whole risk of a format
    clash; what framing buys is the difference to the delivered score.
    """
    plain = {"shares_format": NONE, "clash_probability": inputs["clash_risk"]}
    bare = replace(inputs, numbers={**inputs.numbers, **plain})
    return deliver(bare, *route(bare, score_of_models(bare, learn(bare))))


def _unhindered(learned: Learned) -> Learned:
    """As if no task held another back."""
    return replace(learned, interference=ONE, interference_without_own=ONE, kept=ONE, clash=NONE)


def _own(learned: Learned) -> Pools:
    """Own examples alone, as far as the weights hold them."""
    return replace(learned.pools, borrowed=NONE, shared_format=NONE)


def _untrained(inputs: Inputs, learned: Learned) -> Array:
    """Scores of the models before any training: without data the law gives the base."""
    return np.broadcast_to(inputs["base"], learned.law.shape)


def _served(inputs: Inputs, by_model: Array) -> tuple[Array, Array]:
    """Scores with a perfect router."""
    return served_score(by_model, inputs.structure.model_of_task), unseen_score(inputs, by_model)
