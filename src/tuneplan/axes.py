"""The one place that fixes the order of axes.

Every array of the model has rank 4. An axis of length 1 means "does not vary here".

====================  =====================================================
second axis           used for
====================  =====================================================
``strategy``          what is bought, served, paid and delivered
``model``             what is trained: each *distinct* model once, however
                      many strategies serve it
====================  =====================================================

The third axis is ``task`` (what is trained and bought) or ``request`` (what users
send: every task, then the requests that nobody trained for, last).
Quantities from task to task have rank 5: ``(scenario, model, request, task, draw)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = np.ndarray[Any, Any]
else:
    Array = Mask = Any
"""``Array``: numbers on the axes. ``Mask``: whole numbers or yes and no."""

SCENARIO, STRATEGY, TASK, DRAW = 0, 1, 2, 3
MODEL, REQUEST = STRATEGY, TASK
RANK = 4


def check_shape(name: str, array: Array, *, expected: tuple[int, ...]) -> None:
    """Refuse an array that does not fit the axes.

    Parameters
    ----------
    name
        What the array holds, for the message.
    array
        Any rank; lengths must be 1 or those of ``expected``.
    expected
        Lengths of the axes.

    Raises
    ------
    ValueError
        Rank or a length differs.

    Examples
    --------
    >>> import numpy as np
    >>> check_shape("score", np.zeros((1, 3, 1, 8)), expected=(5, 3, 4, 8))
    >>> check_shape("score", np.zeros((3, 8)), expected=(5, 3, 4, 8))
    Traceback (most recent call last):
    ...
    ValueError: score: shape (3, 8) does not fit (5, 3, 4, 8); each length must be that or 1
    """
    fits = len(array.shape) == len(expected) and all(
        have in (1, want) for have, want in zip(array.shape, expected, strict=True)
    )
    if not fits:
        raise ValueError(
            f"{name}: shape {array.shape} does not fit {expected}; each length must be that or 1"
        )
