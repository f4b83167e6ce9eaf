"""Plans that reach minimum scores: the best purchases among those that keep every limit as surely as asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from tuneplan.axes import Array, Mask
from tuneplan.core.allocation import Allocation, allocate
from tuneplan.core.barrier import slopes
from tuneplan.late import np
from tuneplan.study.planning.money import Money
from tuneplan.study.planning.worth import Worth

SOFT = 0.01
"""Width of the step from missing a minimum to reaching it, of the scale of 1: a point, so that it has a slope."""
LADDER = (-1.0, 0.5, 2.0)
"""Weights of the chance against what is bought is worth, as powers of ten."""
HALVINGS = 2
"""How often the step below the least weight that does is halved."""
ROUNDS = 40
"""Steps of a tilted search: its weight matters more than its last digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chance:
    """Chance that every minimum is reached; ``must`` is ``(1, 1, request, draw)``, not known where there is none."""

    worth: Worth
    must: Array

    def beside(self, bought: Array) -> tuple[Array, Array]:
        """Worth of each trial, and the chance with soft steps, which has a slope everywhere. ``(trial, instance)`` each"""
        worth, margins = self.worth.with_margins(bought, self.must)
        return worth, (1.0 / (1.0 + np.exp(-np.clip(margins / SOFT, -500.0, 500.0)))).mean(axis=2)

    def of(self, bought: Array) -> Array:
        """The chance itself. ``(instance,)``"""
        return (self.worth.with_margins(bought[None], self.must)[1][0] >= 0.0).mean(axis=1)  # type: ignore[no-any-return]


def reaching(
    worth: Worth, money: Money, found: Allocation, *, most: Array, caps: Array, less: Callable[[Array], Array]
) -> tuple[Allocation, Money, Mask]:
    """The purchases, tilted towards minimum scores where the best ones miss them too often.

    The chance to reach them is added to the objective with the smallest weight that makes it high enough;
    each weight gives the best purchases for their chance. Where no weight does, those of the highest chance.

    Parameters
    ----------
    less
        What purchases take off the objective, ``(trial, instance, task)`` -> ``(trial, instance)``.
    others
        As of ``core.allocation.allocate``.

    Returns
    -------
    found, money, possible
        Purchases; the money, at a confidence that leaves room for missed minimums; whether the chance is reached.
    """
    must = worth.inputs["must"]
    everywhere = np.ones(len(caps), dtype=bool)
    if np.isnan(must).all():
        return found, money, everywhere
    chance = _Chance(worth=worth, must=must)
    asked = money.confidence
    wanted = 1.0 - (1.0 - asked) / 2.0 if np.isfinite(most).any() else asked  # half of what may go wrong is left to the money
    short = chance.of(found.bought) < wanted
    if short.any():
        found = _tilted(chance, money, found, short, wanted, most=most, caps=caps, less=less)
        found = _priced(found, short, money, caps, lambda bought: worth(bought) - less(bought))
    reached = chance.of(found.bought)
    if np.isfinite(most).any() and (reached < 1.0).any():
        money = replace(money, confidence=np.where(reached >= asked, asked / np.maximum(reached, asked), asked))
        found = _within(found, money, most)
    return found, money, chance.of(found.bought) >= asked - worth.scenarios / worth.draws


def _tilted(
    chance: _Chance, money: Money, found: Allocation, short: Mask, wanted: Array, *, most: Array, caps: Array, less: Callable[[Array], Array]
) -> Allocation:
    """The least tilt of a ladder that does, then halved a few times; where none does, the one of the highest chance."""
    nothing = chance.worth(np.zeros_like(found.bought)[None])[0]
    brought = np.abs(chance.worth(found.bought[None])[0] - nothing)
    scale = np.maximum((np.abs(found.slope) * found.bought).sum(axis=1), np.maximum(brought, 1e-3 * np.abs(nothing) + 1e-9))

    def at(power: Array) -> tuple[Allocation, Array]:
        weight = np.where(short, scale * 10.0**power, 0.0)

        def tilted(bought: Array) -> Array:
            worth, soft = chance.beside(bought)
            return worth - less(bought) + weight * soft

        each = allocate(tilted, money.spend, money=most, most=caps, rounds=ROUNDS)
        return each, chance.of(each.bought)

    best, reached = found, chance.of(found.bought)
    low, high = np.full(len(short), LADDER[0] - 1.0), np.full(len(short), np.inf)
    for rung in (*LADDER, *([None] * HALVINGS)):
        if rung is None and not np.isfinite(high[short]).any():
            break
        power = np.where(np.isfinite(high), (low + high) / 2.0, LADDER[-1]) if rung is None else np.full(len(short), rung)
        each, now = at(power)
        enough = (now >= wanted) & (power < high)
        nearer = (now > reached) & (reached < wanted)
        best, reached = _where(short & (enough | nearer), each, best), np.where(enough | nearer, now, reached)
        high, low = np.where(enough, power, high), np.where(enough | (power >= high), low, power)
    return best


def _priced(found: Allocation, tilted: Mask, money: Money, caps: Array, value: Callable[[Array], Array]) -> Allocation:
    """Tilted purchases with the slopes of the value alone: one more dollar goes to where it brings most."""
    _, slope = slopes(value, found.bought)
    per_dollar = np.where(found.bought < caps, slope / np.maximum(money.spend(found.bought)[1], 1e-12), 0.0)
    more = np.maximum(per_dollar.max(axis=1), 0.0)
    return replace(found, slope=np.where(tilted[:, None], slope, found.slope), shadow_price=np.where(tilted, more, found.shadow_price))


def _where(take: Mask, new: Allocation, old: Allocation) -> Allocation:
    """Some instances of one, the others of the other."""
    wide = take[:, None]
    return replace(
        old, bought=np.where(wide, new.bought, old.bought), value=np.where(take, new.value, old.value),
        slope=np.where(wide, new.slope, old.slope), shadow_price=np.where(take, new.shadow_price, old.shadow_price), gap=np.where(take, new.gap, old.gap),
    )  # fmt: skip


def _within(found: Allocation, money: Money, most: Array) -> Allocation:
    """The purchases, made smaller alike until the money does at its new confidence."""
    low, high = np.zeros(len(most)), np.ones(len(most))
    for _ in range(40):
        middle = (low + high) / 2.0
        fits = money.spend(found.bought * middle[:, None])[0] <= most
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    whole = money.spend(found.bought)[0] <= most
    return replace(found, bought=found.bought * np.where(whole, 1.0, low)[:, None])
