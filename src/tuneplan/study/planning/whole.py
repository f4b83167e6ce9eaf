"""From amounts to whole examples that fill the budget."""

from __future__ import annotations

from collections.abc import Callable

from tuneplan.axes import Array
from tuneplan.core.allocation import Allocation
from tuneplan.late import np

CORRECTIONS = 50
"""Examples that may be given back or added one at a time, at most."""


def whole(found: Allocation, spend: Callable[[Array], tuple[Array, Array]], *, money: Array, most: Array) -> Array:
    """Whole examples, as many as the money pays for: what is left is less than the price of one more.

    Where money does not bind, the nearest whole number.

    Parameters
    ----------
    found, spend, money, most
        As of ``core.allocation.allocate``.

    Returns
    -------
    array
        ``(instance, task)``. [example]
    """
    binds = (found.shadow_price > 0.0) & np.isfinite(money)
    binding = binds[:, None] & (found.slope > 0.0)
    top = np.floor(most)
    bought = np.minimum(np.where(binds[:, None], np.floor(found.bought), np.round(found.bought)), top)
    worth_it = np.where(binding, found.slope, -np.inf)
    for _ in range(CORRECTIONS):
        spent, price = spend(bought)
        over = (spent > money) & (bought > 0.0).any(axis=1)
        room = np.where(binding & (bought < top), price, np.inf)
        fits = room <= (money - spent)[:, None]
        if not (over.any() or fits.any()):
            break
        per_dollar = worth_it / np.maximum(price, 1e-12)
        rows = np.arange(len(bought))
        best = np.where(fits, per_dollar, -np.inf).argmax(axis=1)
        count = np.floor(np.minimum((money - spent) / np.maximum(price[rows, best], 1e-12), (top - bought)[rows, best]))
        bought[rows, best] += np.where(fits.any(axis=1) & ~over, np.maximum(np.where(np.isfinite(count), count, 0.0), 0.0), 0.0)
        worst = np.where(bought > 0.0, per_dollar, np.inf).argmin(axis=1)
        back = np.ceil((spent - money) / np.maximum(price[rows, worst], 1e-12))
        bought[rows, worst] -= np.where(over, np.minimum(np.where(np.isfinite(back), back, 0.0), bought[rows, worst]), 0.0)
    return bought
