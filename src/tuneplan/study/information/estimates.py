"""What it is worth to know more before choosing: EVPI, EVPPI and EVSI, from draws of the objective alone.

Three sums of the same kind, each the expected objective of choosing with some knowledge, above that of
choosing now (the highest mean):

====== ======================================================= ==========================================
EVPI   everything, luck included                               E[max f] - max E[f]
EVPPI  some inputs x                                           E[max E[f|x]] - max E[f]
EVSI   observations y of some inputs, with noise               E[max E[f|y]] - max E[f]
====== ======================================================= ==========================================

``E[f|.]`` comes from a regression (Strong, Oakley and Brennan 2014, doi:10.1177/0272989X13505910; of
observations Strong, Oakley, Brennan and Breeze 2015, doi:10.1177/0272989X15575286); see ``regression``.
Plans are not made anew with what was learned, so that all three are at least so much.

Two laws hold between the true values, and ``reported`` makes them hold between those that are told: no
knowledge is worth more than all of it, and a set is worth at least what each set inside it is. Each
value told is the largest found for the set or any set inside it that was looked at, at least 0 and at
most EVPI; and no observation is worth more than the numbers that it observes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from tuneplan.axes import Array
from tuneplan.study.decision import TOO_CLOSE, estimate, hindsight_loss
from tuneplan.study.information.regression import STRAIGHT, Fit, columns_of, columns_of_set, fitted

STANDS_OUT = 4.0
"""Simulation errors above which one of many numbers is told apart from 0. Two would let a few of a
hundred numbers without any influence through, as 8 scrambles tell the error itself but roughly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What some knowledge is worth.

    Attributes
    ----------
    value
        In the unit of the objective.
    error
        Its simulation error; NaN where unknown.
    changes
        Share of draws in which it changes the choice.
    explained
        Share of the variance of the difference between the two leading strategies that it explains;
        NaN where there is none.
    """

    value: float
    error: float
    changes: float
    explained: float

    @property
    def is_hidden(self) -> bool:
        """Whether simulation can't tell it from nothing."""
        return not self.value > (0.0 if np.isnan(self.error) else TOO_CLOSE * self.error)

    @property
    def stands_out(self) -> bool:
        """Whether it is told apart from nothing, even as one of many."""
        return self.value > (0.0 if np.isnan(self.error) else STANDS_OUT * self.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was looked at: single inputs, and sets of several. Name or names -> fit."""

    single: dict[str, Fit]
    several: dict[frozenset[str], Fit]

    def fit(self, names: Collection[str]) -> Fit:
        """The fit to a set, which may be of one."""
        return self.single[next(iter(names))] if len(names) == 1 else self.several[frozenset(names)]


NOTHING = Worth(value=0.0, error=0.0, changes=0.0, explained=float("nan"))
"""What knowledge is worth where there is no choice."""


def evpi(objective: Array, *, scrambles: int) -> Worth:
    """Expected value of perfect information: the regret of the highest mean. [unit of the objective]

    Parameters
    ----------
    objective
        ``(strategy, draw)``, those alone that may be chosen.
    scrambles
        Independent repetitions within the draws.

    >>> objective = np.array([[0.0, 0.0, 0.0, 0.0], [-2.0, 1.0, -1.0, 1.0]])
    >>> evpi(objective, scrambles=2).value
    0.5
    """
    if len(objective) < 2:
        return NOTHING
    best = int(objective.mean(axis=1).argmax())
    loss = hindsight_loss(objective, np.full(len(objective), True))[best]
    found = estimate(loss, scrambles)
    return Worth(value=found.mean, error=found.error, changes=float((loss > 0.0).mean()), explained=float("nan"))


def evppi(
    objective: Array, inputs: Sequence[Array], *, scrambles: int, spreads: Sequence[float] | None = None,
    difference: tuple[int, int] | None = None,
) -> Fit:  # fmt: skip
    """What knowing some inputs together is worth, as found: it may come out below 0, or above EVPI.

    Parameters
    ----------
    objective
        ``(strategy, draw)``, those alone that may be chosen.
    inputs
        ``(draw,)`` each.
    scrambles, difference
        As of ``regression.fitted``.
    spreads
        ``Fit.spread`` of each input, where it is known; the largest lead.

    >>> from scipy.special import ndtri
    >>> from tuneplan.study.design import monte_carlo
    >>> x, other = ndtri(monte_carlo(4096).points(["x", "other"]))
    >>> found = evppi(np.stack([0.0 * x, x + other]), [x], scrambles=8)  # the truth is 1 / sqrt(2 pi) = 0.399
    >>> bool(abs(found.gain - 0.399) < 3.0 * found.error)
    True
    """
    if len(inputs) == 1:
        return fitted(columns_of(inputs[0]), objective, scrambles=scrambles, difference=difference)
    if spreads is None:
        spreads = [evppi(objective, [each], scrambles=scrambles).spread for each in inputs]
    leading = sorted(range(len(inputs)), key=lambda place: -spreads[place])[:STRAIGHT]
    columns = columns_of_set([columns_of(inputs[place]) for place in leading])
    return fitted(columns, objective, scrambles=scrambles, difference=difference)


def observed(values: Array, *, noise: float, n: int, luck: Array, logarithmic: bool) -> Array:
    """Mean of n observations of a number, draw by draw: y = x + noise luck / sqrt(n). ``(draw,)``

    Parameters
    ----------
    values, luck
        The number, and a standard normal number. ``(draw,)``
    noise
        Standard deviation of one observation, in the unit of ``values``.
    logarithmic
        Whether that is said of the logarithm, as a relative error is.

    >>> float(observed(np.array([8.0]), noise=2.0, n=4, luck=np.array([-1.0]), logarithmic=False)[0])
    7.0
    """
    scale = noise / np.sqrt(n)
    return (np.log(values) if logarithmic else values) + scale * luck  # type: ignore[no-any-return]


def evsi(
    objective: Array, observations: Sequence[Array], *, scrambles: int, spreads: Sequence[float] | None = None,
    difference: tuple[int, int] | None = None,
) -> Fit:  # fmt: skip
    """What observations are worth, as found: EVPPI of what they will be. Arguments as of ``evppi``.

    With ever more observations it tends to the EVPPI of what is observed, with ever more noise to 0.
    """
    return evppi(objective, observations, scrambles=scrambles, spreads=spreads, difference=difference)


def reported(names: Collection[str], found: Found, whole: Worth) -> Worth:
    """What is told of a set of inputs: at least what is told of any set inside it, at most EVPI.

    Parameters
    ----------
    names
        The set; it has to be among ``found``.
    whole
        EVPI.
    """
    wanted, own = frozenset(names), found.fit(names)
    inside = [own, *(found.single[name] for name in sorted(wanted) if name in found.single)]
    inside += [fit for each, fit in found.several.items() if len(wanted) > 1 and each <= wanted]
    return capped(max(inside, key=lambda fit: fit.gain), whole, explained=own.explained)


def capped(fit: Fit, most: Worth, *, explained: float) -> Worth:
    """A fit as it is told: at least 0, at most something else."""
    if fit.gain > most.value:
        return Worth(value=most.value, error=most.error, changes=fit.changes, explained=explained)
    return Worth(value=max(fit.gain, 0.0), error=fit.error, changes=fit.changes if fit.gain > 0.0 else 0.0, explained=explained)
