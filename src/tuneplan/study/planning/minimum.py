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

SOFT = 0.005
"""Width of the step from missing a minimum to reaching it, of the scale of 1: half a point, so that it has a slope."""
WEIGHTS = 7
"""Halvings of the weight of the chance against the objective."""
STRONGEST = 30.0
"""Weight of the chance, in values of all that is bought, above which nothing else counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chance:
    """Chance that every minimum is reached; ``must`` is ``(1, 1, request, draw)``, not known where there is none."""

    worth: Worth
    must: Array

    def margins(self, bought: Array) -> Array:
        """Lowest score above its minimum, draw by draw. ``(trial, strategy, draw)``"""
        tasks, unseen, _ = self.worth.scores(bought, luck=True)
        last = tasks.shape[2]
        shape = np.broadcast_shapes(tasks[:, :, :1].shape, unseen.shape)
        score = np.concatenate([np.broadcast_to(tasks, (*shape[:2], last, shape[3])), np.broadcast_to(unseen, shape)], axis=2)
        above = np.where(np.isnan(self.must), np.inf, score - self.must).min(axis=2, keepdims=True)
        return self.worth.by_instance(above)[:, :, 0]

    def soft(self, bought: Array) -> Array:
        """The chance with soft steps, which has a slope everywhere. ``(trial, strategy)``"""
        return (1.0 / (1.0 + np.exp(-np.clip(self.margins(bought) / SOFT, -500.0, 500.0)))).mean(axis=2)  # type: ignore[no-any-return]

    def of(self, bought: Array) -> Array:
        """The chance itself. ``(strategy,)``"""
        return (self.margins(bought[None])[0] >= 0.0).mean(axis=1)  # type: ignore[no-any-return]


def reaching(
    worth: Worth, money: Money, found: Allocation, *, most: Array, caps: Array, value: Callable[[Array], Array]
) -> tuple[Allocation, Money, Mask]:
    """The purchases, tilted towards minimum scores where the best ones miss them too often.

    The chance to reach them is added to the objective with the smallest weight that makes it high enough;
    each weight gives the best purchases for their chance. Where no weight does, those of the highest chance.

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
        found = _tilted(chance, money, found, short, wanted, most=most, caps=caps, value=value)
        found = _priced(found, short, money, caps, value)
    reached = chance.of(found.bought)
    if np.isfinite(most).any() and (reached < 1.0).any():
        sure = min(float(asked / max(reached[reached >= asked].min(initial=1.0), asked)), 1.0)
        money = replace(money, confidence=sure)
        found = _within(found, money, most)
    return found, money, chance.of(found.bought) >= asked - 1.0 / worth.draws


def _tilted(
    chance: _Chance, money: Money, found: Allocation, short: Mask, wanted: float, *, most: Array, caps: Array, value: Callable[[Array], Array]
) -> Allocation:
    """The least tilt, by halving on a logarithmic scale, instance by instance."""
    scale = np.maximum((np.abs(found.slope) * found.bought).sum(axis=1), 1e-9)
    low, high = np.full(len(short), -3.0), np.full(len(short), np.log10(STRONGEST) + 2.0)
    best = found
    for round_ in range(WEIGHTS):
        tried = high if round_ == 0 else (low + high) / 2.0
        weight = np.where(short, scale * 10.0**tried, 0.0)
        each = allocate(lambda bought, weight=weight: value(bought) + weight * chance.soft(bought), money.spend, money=most, most=caps)  # type: ignore[misc]
        enough = chance.of(each.bought) >= wanted
        take = short & (enough if round_ else np.ones_like(enough))
        best = _where(take, each, best)
        low, high = np.where(enough, low, tried), np.where(enough, tried, high)
        if round_ == 0 and not (enough & short).any():
            break
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
