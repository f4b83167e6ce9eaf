"""What a model's training holds for each request: sums over the columns that it was trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core.coefficients import Coefficient
from tuneplan.late import np

BREADTH_SHARPNESS = 4.0
"""Power of similarity at which two tasks count as one for the breadth of a mixture: only all but
identical ones do; endless sharpness would make the breadth ``1 / sum v^2``."""
COEFFICIENTS = (
    Coefficient(name="BREADTH_SHARPNESS", value=BREADTH_SHARPNESS, source="assumed: only all but identical tasks count as one", as_of="2026-11",
                doc="Power of similarity at which two tasks count as one for the breadth of a mixture."),
)  # fmt: skip
"""Where it comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """What a model learnt from, as each request sees it; all ``(scenario, model, request, draw)``.

    Attributes
    ----------
    own
        Usable examples of the request's own task. [example]
    borrowed
        Examples transferred from the others. [example]
    shared_format
        Examples of the others that teach the shared format. [example]
    own_share
        Token share of the last stage, weighted by similarity to the request. [share]
    others
        Usable examples of the other columns in the last stage. [example]
    neighbours
        The same, tasks alone: an instruction mix clashes with nobody. [example]
    others_share
        As ``own_share``, over the other columns and among themselves. [share]
    others_tasks
        Effective number of the other columns by token share v, ``1 / sum_jk v_j v_k S_jk^4``.
    others_distinct
        Effective number of distinct tasks among them, by instances known.
    held
        Share of the own examples that the weights can hold; below 1 for a crowded adapter.
    """

    own: Array
    borrowed: Array
    shared_format: Array
    own_share: Array
    others: Array
    neighbours: Array
    others_share: Array
    others_tasks: Array
    others_distinct: Array
    held: Array

    @property
    def effective(self) -> Array:
        """Own plus transferred examples. [example]"""
        return self.own * self.held + self.borrowed

    @property
    def format_pool(self) -> Array:
        """Examples that teach the shared format, own ones included. [example]"""
        return self.own * self.held + self.shared_format


def pools(
    amount: Array, present: Array, *, share: Array, known: Array, similarity: Array, tau: Array, rho: Array,
    psi: Array, framed: Array, between: Array, counted: Callable[[Array, Array], Array],
) -> Pools:  # fmt: skip
    """Add up what each model learnt from.

    Parameters
    ----------
    amount
        Usable examples by column, faded where a later stage follows. ``(scenario, model, column, draw)``
    present
        Usable examples of the last stage, as far as it has replaced what came before; same shape.
    share
        Token share of each column in it, same shape; 0 where nothing is trained.
    known
        Distinct tasks that a column's instances make known, ``instances_known``; same shape.
    similarity, tau, rho
        ``(scenario, 1, request, column, draw)``; the own task has 1.
    psi
        Format transfer to each request, 0 to one without the shared format. ``(scenario, model, request, draw)``
    framed
        Whether a column's examples have that format, 0 or 1. ``(1, model, column, 1)``
    between
        Similarity between columns. ``(scenario, 1, column, column, draw)``
    counted
        A transfer form: (amount, similarity) -> examples that count.
    """
    requests = similarity.shape[2]
    relations = (each[:, :, :1, 0] for each in (similarity, tau, rho))
    common = np.broadcast_shapes(*(each[:, :, :1].shape for each in (amount, present, share, psi, *relations)))
    shape = (common[0], amount.shape[1], requests, common[3])
    own, borrowed, shared_format, own_share = (np.zeros(shape, like=amount) for _ in range(4))
    others, neighbours, others_share = (np.zeros(shape, like=amount) for _ in range(3))
    for column, holders in _holders(amount):
        here, likeness = slice(column, column + 1), similarity[:, :, :, column]
        is_task = column < requests - 1
        value = counted(amount[:, holders, here], likeness)
        weighted = rho[:, :, :, column] * share[:, holders, here]
        helped = tau[:, :, :, column] * value
        same_format = (psi[:, holders] if psi.shape[1] > 1 else psi) * framed[:, holders, here]
        taught = np.maximum(same_format, likeness) * value
        own_share[:, holders] += weighted
        if is_task:
            own[:, holders, here] = amount[:, holders, here]
        for apart in _apart(column, requests - 1):
            if is_task:
                neighbours[:, holders, apart] += present[:, holders, here]
            others[:, holders, apart] += present[:, holders, here]
            others_share[:, holders, apart] += weighted[:, :, apart]
            borrowed[:, holders, apart] += helped[:, :, apart]
            shared_format[:, holders, apart] += taught[:, :, apart]
    total = _over_others(share, requests - 1)
    return Pools(
        own=own,
        borrowed=borrowed,
        shared_format=shared_format,
        own_share=own_share,
        others=others,
        neighbours=neighbours,
        others_share=np.where(total > 0.0, others_share / np.where(total > 0.0, total, 1.0), 0.0),
        others_tasks=effective_number(share, _sharpened(between), tasks=requests - 1),
        others_distinct=effective_number(known, between, tasks=requests - 1),
        held=np.ones((1, 1, 1, 1)),
    )


def _holders(amount: Array) -> Iterator[tuple[int, slice | np.ndarray]]:
    """Each column, and the models that were trained on anything of it; the others add exact zeros to
    every sum. Evenly spaced models (of one strategy, or alike in all) are a slice, which copies nothing.
    """
    held = (amount != 0.0).any(axis=(0, 3))
    for column, holds in enumerate(held.T):
        rows = np.flatnonzero(holds)
        steps = np.diff(rows)
        if len(rows) and (steps == steps[:1]).all():
            step = int(steps[0]) if len(steps) else 1
            yield column, slice(int(rows[0]), int(rows[-1]) + 1, step)
        elif len(rows):
            yield column, rows


def _apart(column: int, tasks: int) -> tuple[slice, ...]:
    """Requests other than that of a column."""
    return (slice(0, column), slice(column + 1, None)) if column < tasks else (slice(None),)


def _sharpened(between: Array) -> Array:
    """Similarity between columns as breadth sees it; of a column with itself as it is."""
    itself = np.eye(between.shape[2])[:, :, None]
    return between * itself + between**BREADTH_SHARPNESS * (1.0 - itself)


def instances_known(amount: Array, *, instance_scale: Array, tasks_in_column: Array) -> Array:
    """Distinct tasks made known, ``K (1 - exp(-U / (K D_s)))``; K tasks in a column, 1 for a task.

    Source: saturation in instances, Super-NaturalInstructions, arXiv 2204.07705.

    >>> one = np.ones(())
    >>> float(instances_known(1e9 * one, instance_scale=64 * one, tasks_in_column=100 * one))
    100.0
    """
    return -tasks_in_column * np.expm1(-amount / (tasks_in_column * instance_scale))


def effective_number(weight: Array, between: Array, *, tasks: int) -> Array:
    """How many unlike tasks the columns other than the request's own amount to.

    ``(sum w)^2 / sum_jk w_j w_k S_jk``: 1 for one task or identical ones, their number for
    equal unrelated ones, 0 where there is nothing.

    Parameters
    ----------
    weight
        ``(scenario, model, column, draw)``.
    between
        Similarity between columns, ``(scenario, 1, column, column, draw)``.
    tasks
        Columns that have a request of their own, the first ones.

    Returns
    -------
    array
        ``(scenario, model, request, draw)``; the last request has no column of its own.

    >>> weight, apart = np.ones((1, 1, 3, 1)), np.eye(3)[None, None, :, :, None]
    >>> effective_number(weight, apart, tasks=3).ravel().tolist()
    [2.0, 2.0, 2.0, 3.0]
    """
    held = (weight != 0.0).any(axis=(0, 3))
    several = held.sum(axis=1) > 1
    of_one = _number_of_one(weight[:, ~several], between, held[~several].argmax(axis=1), tasks)
    of_several = _number_of_several(weight[:, several], between, tasks)
    number = np.zeros((*of_one.shape[:1], len(several), *of_one.shape[2:]), like=weight)
    number[:, ~several], number[:, several] = of_one, of_several
    return number


def _number_of_several(weight: Array, between: Array, tasks: int) -> Array:
    """For models of any columns."""
    shape = np.broadcast_shapes(weight.shape, (between.shape[0], 1, 1, between.shape[-1]))
    towards, back = np.zeros(shape, like=weight), np.zeros(shape, like=weight)
    for column, holders in _holders(weight):
        here = slice(column, column + 1)
        towards[:, holders] += between[:, :, :, column] * weight[:, holders, here]
        back[:, holders] += between[:, :, column] * weight[:, holders, here]
    total, apart = _over_others(weight, tasks), np.einsum("abccd->abcd", between)
    least = _over_others(weight**2 * apart, tasks)
    own = (weight * (towards + back - weight * apart))[:, :, :tasks]
    whole = (weight * towards).sum(axis=2, keepdims=True)
    return _number(total, np.concatenate([whole - own, whole], axis=2), least)


def _number_of_one(weight: Array, between: Array, column: np.ndarray, tasks: int) -> Array:
    """The same for models of one column each, or none: every request but the column's own sees that one."""
    only = np.take_along_axis(weight, column[None, :, None, None], axis=2)
    itself = np.einsum("abccd->abcd", between)[:, 0, column][:, :, None]
    number = _number(only, only * (itself * only), only**2 * itself)
    requests = np.arange(tasks + 1)
    is_own = (requests == column[:, None]) & (requests < tasks)
    return np.where(is_own[None, :, :, None], 0.0, number)


def _number(total: Array, overlap: Array, least: Array) -> Array:
    """``(sum w)^2`` over the overlap; rounding can't undercut the diagonal."""
    some = least > 0.0
    return np.where(some, np.maximum(total**2 / np.where(some, np.maximum(overlap, least), 1.0), 1.0), 0.0)


def _over_others(amount: Array, tasks: int) -> Array:
    """Sum over columns other than the request's own, without subtracting. ``(.., request, draw)``"""
    total = np.zeros((*amount.shape[:2], tasks + 1, amount.shape[3]), like=amount)
    for column, holders in _holders(amount):
        for apart in _apart(column, tasks):
            total[:, holders, apart] += amount[:, holders, column : column + 1]
    return total
