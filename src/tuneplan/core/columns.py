"""What each model is taught, column by column, and how much of a column counts for a request.

A column is a task's examples, or the public instruction mix.
"""

from __future__ import annotations

from collections import ChainMap

from tuneplan.axes import Array
from tuneplan.core import transfer
from tuneplan.core.arrays import Inputs
from tuneplan.core.pooling import instances_known
from tuneplan.core.registry import bind
from tuneplan.late import np

# --- columns: what each model is taught, (scenario, model, column, draw) --------------------------


def usable(inputs: Inputs) -> Array:
    """Examples, discounted for quality and repetition, whether or not a model is taught them. [example]"""
    return transfer.usable_examples(
        inputs.of_model("examples"), inputs.of_model("quality"), epochs=inputs.of_model("epochs"),
        quality_exponent=inputs["quality_exponent"], repeat_value=inputs["repeat_value"],
    )  # fmt: skip


def replaced(inputs: Inputs, examples: Array) -> Array:
    """How far a model's last stage has replaced the one before. ``(scenario, model, 1, draw)`` [share]"""
    return progress(inputs, total(examples * inputs.structure.membership("last")))


def presence(inputs: Inputs, gone: Array) -> Array:
    """How much of a column is still there: all of the last stage, what is not replaced of the one before. [share]"""
    return inputs.structure.membership("last") + inputs.structure.membership("earlier") * (1.0 - gone)


def lasting(inputs: Inputs, examples: Array, gone: Array) -> Array:
    """Usable examples that a model was taught, less what it forgot since. [example]"""
    last, earlier = inputs.structure.membership("last"), inputs.structure.membership("earlier")
    passes = (_shares(_tokens(inputs) * last) * inputs.of_model("epochs")).sum(axis=2, keepdims=True)
    return examples * last + examples * earlier * (1.0 - inputs["forgetting"] * gone) ** passes  # type: ignore[no-any-return]


def token_share(inputs: Inputs, here: Array) -> Array:
    """Share of the tokens that a model trains on; 0 where there is nothing."""
    return _shares(_tokens(inputs) * inputs.of_model("epochs") * here)


def _tokens(inputs: Inputs) -> Array:
    """Tokens of a column, once through."""
    return inputs.of_model("examples") * inputs["example_tokens"]


def total(amounts: Array) -> Array:
    """Sum over columns."""
    return amounts.sum(axis=2, keepdims=True)  # type: ignore[no-any-return]


def _shares(amounts: Array) -> Array:
    """Amounts over columns as shares; 0 where there is nothing."""
    whole = total(amounts)
    return amounts / np.where(whole > 0.0, whole, 1.0)


def progress(inputs: Inputs, examples: Array) -> Array:
    """Training progress that examples make. [share]"""
    return transfer.progress(examples, inputs["format_examples"])


def mixed(inputs: Inputs, examples: Array, gone: Array) -> Array:
    """How far a model was taught several tasks at once: progress of the examples beyond one task's.

    ``U (1 - sum v^2)``, v the share of a task in the examples U: nothing for one task, and next to
    nothing as the others' examples go to 0. A later stage of one task puts an end to it as far as it has
    replaced what came before. ``(scenario, model, 1, draw)`` [share]
    """
    structure = inputs.structure
    last, earlier = structure.membership("last"), structure.membership("earlier")
    now = progress(inputs, _beyond_one(examples * last))
    if not earlier.any():
        return now
    before = progress(inputs, _beyond_one(examples * (last + earlier * (1.0 - gone))))
    return gone * now + (1.0 - gone) * before


def _beyond_one(amounts: Array) -> Array:
    """Examples beyond those of one task: ``U - sum U_j^2 / U``; (K - 1) / K of K equal ones."""
    whole = total(amounts)
    return np.maximum(whole - total(amounts**2) / np.where(whole > 0.0, whole, 1.0), 0.0)


def crowding(inputs: Inputs) -> Array:
    """Share of examples that the weights can hold: an adapter, the fuller the worse. ``(scenario, model, 1, draw)``"""
    taught = np.maximum(inputs.structure.membership("last"), inputs.structure.membership("earlier"))
    return transfer.adapter_crowding(total(_tokens(inputs) * taught), inputs.of_model("adapter_capacity"))


# --- relations: how much of a column counts for a request, (scenario, 1, request, column, draw) ---


def transferred_share(inputs: Inputs) -> Array:
    """Share of a column's examples that help a request as its own would. [share]"""
    helpfulness = np.moveaxis(inputs["helpfulness"][:, :, :, None], 2, 3)
    return transfer.power_of_similarity(inputs["similarity"], inputs["transfer_sharpness"][:, :, None] / helpfulness)


def unhindered_share(inputs: Inputs) -> Array:
    """How far a column's tokens do not hold a request back: all of its own. [share]"""
    return transfer.power_of_similarity(inputs["similarity"], inputs["interference_sharpness"][:, :, None])


def format_share_of_others(inputs: Inputs) -> Array:
    """Share of others' framed examples that teach the shared format, before similarity; 0 to a request without it.
    ``(scenario, model, request, draw)``"""
    return inputs["format_transfer"] * inputs["shares_format"]  # type: ignore[no-any-return]


def counted(inputs: Inputs, amount: Array, similarity: Array) -> Array:
    """Examples of a column that count for others, by the transfer form that the scenario picks. [example]"""
    form = transfer.TRANSFER_FORMS[inputs.laws["transfer_form"]]
    own = {"amount": amount, "dissimilarity": 1.0 - similarity, "similarity": similarity}
    return bind(form, ChainMap(own, inputs.numbers))  # type: ignore[arg-type,no-any-return]


def known(inputs: Inputs, amount: Array) -> Array:
    """Distinct tasks that a column makes known."""
    return instances_known(amount, instance_scale=inputs["instance_scale"], tasks_in_column=inputs["tasks_in_column"])


def between(inputs: Inputs) -> Array:
    """Similarity between columns. The instruction mix is as near to a task as the task to it, and
    its K unlike tasks leave it a K-th as near to itself. ``(scenario, 1, column, column, draw)``"""
    similarity, tasks = inputs["similarity"], len(inputs.structure.tasks)
    if similarity.shape[3] == tasks:
        return similarity[:, :, :tasks]
    corner = np.zeros_like(similarity[:, :, :1, :1]) + 1.0 / inputs["tasks_in_column"][:, :, tasks:, None]
    similarity = np.broadcast_to(similarity, (corner.shape[0], *similarity.shape[1:4], corner.shape[4]))
    mirrored = np.swapaxes(similarity[:, :, :tasks, tasks:], 2, 3)
    return np.concatenate([similarity[:, :, :tasks], np.concatenate([mirrored, corner], axis=3)], axis=2)
