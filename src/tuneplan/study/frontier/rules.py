"""Rules to decide by, each one function of the draws; where they disagree, and by how much.

A rule gives every strategy one number. Adding one is one decorated function: tables, JSON and the
sentences on disagreement follow. Choosing by a rule keeps the habits of ``decide``: of those that
simulation error can't tell from the first, or that are level with it, the cheapest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.axes import Array, Mask
from tuneplan.core.registry import Entry, Registry, bind
from tuneplan.study.decision import LEVEL, SAME_COST, TOO_CLOSE, hindsight_loss
from tuneplan.study.options import Options

RULES: Registry[Callable[..., Array]] = Registry("decision rule")
"""Members take any of ``objective`` and ``regret``, ``(strategy, draw)`` of those that take part, and
``confidence``; they give one number a strategy, ``(strategy,)``. Labels: ``title``; ``says``, what its
number is; ``better``, ``higher`` or ``lower``; ``cares``, what it looks at, for a sentence; ``extreme``,
``yes`` where the number hangs on single draws, so that more draws do not average it out."""
WORST = 0.1
"""Share of draws that count as bad ones; assumed."""
NEARLY_ALL = 0.95
"""Share of draws whose regret is kept below a number that does not hang on single draws; assumed."""


@RULES.add(title="expected value", says="mean", better="higher", cares="the average over all draws")
def expected_value(objective: Array) -> Array:
    """The highest mean: right for whoever decides often, or can bear the spread.

    >>> expected_value(np.array([[1.0, 3.0]])).tolist()
    [2.0]
    """
    return objective.mean(axis=1)  # type: ignore[no-any-return]


@RULES.add(title="chance constraint", says="exceeded with the confidence asked for", better="higher", cares="what can be promised with the confidence asked for")
def chance_constraint(objective: Array, confidence: float) -> Array:
    """The highest value that is exceeded with the confidence of the budget: a promise that can be kept
    (Charnes and Cooper 1959, doi 10.1287/mnsc.6.1.73).

    >>> chance_constraint(np.array([[4.0, 1.0, 2.0, 3.0, 0.0]]), 0.75).tolist()
    [1.0]
    """
    return np.quantile(objective, 1.0 - confidence, axis=1)


@RULES.add(title="minimax regret", says="largest regret", better="lower", cares="the single draw in which it loses most against the best choice there", extreme="yes")
def minimax_regret(regret: Array) -> Array:
    """The smallest of the largest regrets (Savage 1951, doi 10.1080/01621459.1951.10500768): what one
    would blame oneself for at worst. It hangs on one draw, and grows with the number of draws.

    >>> minimax_regret(np.array([[0.0, 3.0], [1.0, 0.0]])).tolist()
    [3.0, 1.0]
    """
    return regret.max(axis=1)  # type: ignore[no-any-return]


@RULES.add(title="minimax regret (95 %)", says="regret in all but 5 % of draws", better="lower", cares="the regret that only 5 % of draws exceed")
def minimax_regret_95(regret: Array) -> Array:
    """The smallest of the regrets that only 5 % of draws exceed: minimax regret that does not hang on one draw.

    >>> float(minimax_regret_95(np.arange(101.0)[None])[0])
    95.0
    """
    return np.quantile(regret, NEARLY_ALL, axis=1)


@RULES.add(title="CVaR (worst 10 %)", says="mean of the worst 10 % of draws", better="higher", cares="how bad the bad draws are on average")
def cvar(objective: Array) -> Array:
    """Conditional value at risk, the mean of the worst tenth: for whoever can't bear a bad outcome
    (Rockafellar and Uryasev 2000, doi 10.21314/JOR.2000.038); a draw at its edge counts in part.

    >>> cvar(np.arange(20.0)[None]).tolist()
    [0.5]
    """
    ranked = np.sort(objective, axis=1)
    count = WORST * ranked.shape[1]
    part = np.clip(count - np.arange(ranked.shape[1]), 0.0, 1.0)
    return (ranked * part).sum(axis=1) / count  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a rule says.

    Attributes
    ----------
    rule
        Its registered name; ``title``, ``says``, ``better``, ``cares``: its labels.
    extreme
        Whether its number hangs on single draws, so that no number of draws settles what is too close.
    doc
        Its docstring's first sentences.
    value
        Its number for each strategy, NaN where one takes no part; in the unit of the objective.
    error
        Simulation error of each number; NaN where unknown, or where the number hangs on single draws.
    first
        Index of the best number; None when nobody takes part.
    choice
        Index of what to choose: the cheapest of ``tied``; None when nobody takes part.
    tied
        Indices of those that can't be told from the first or are level with it, itself too.
    too_close
        Whether simulation error is why; then more draws would settle it.
    """

    rule: str
    title: str
    says: str
    better: str
    cares: str
    extreme: bool
    doc: str
    value: tuple[float, ...]
    error: tuple[float, ...]
    first: int | None
    choice: int | None
    tied: tuple[int, ...]
    too_close: bool


def choices_of(options: Options, among: Mask) -> tuple[Choice, ...]:
    """What each registered rule would choose.

    Parameters
    ----------
    among
        Which strategies take part, ``(strategy,)`` of bool.
    """
    rows = np.flatnonzero(among)
    return tuple(_choice(entry, options, rows) for entry in RULES)


def _choice(entry: Entry[Callable[..., Array]], options: Options, rows: Mask) -> Choice:
    value, error = np.full((2, len(options.strategies)), np.nan)
    first: int | None = None
    choice: int | None = None
    tied: tuple[int, ...] = ()
    close = False
    if len(rows):
        whole, parts = _numbers(entry, options, rows)
        value[rows] = whole
        extreme = entry.labels.get("extreme") == "yes"
        if len(parts) > 1 and not extreme:
            error[rows] = parts.std(axis=0, ddof=1) / np.sqrt(len(parts))
        first, choice, tied, close = _best(entry, options, rows, whole, parts)
    return Choice(
        rule=entry.name, title=entry.labels["title"], says=entry.labels["says"], better=entry.labels["better"], cares=entry.labels["cares"],
        extreme=entry.labels.get("extreme") == "yes", doc=entry.doc,
        value=tuple(value.tolist()), error=tuple(error.tolist()), first=first, choice=choice, tied=tied, too_close=close,
    )  # fmt: skip


def _numbers(entry: Entry[Callable[..., Array]], options: Options, rows: Mask) -> tuple[Array, Array]:
    """The rule on all draws, ``(strategy,)``, and on each scramble alone, ``(scramble, strategy)``."""
    objective = options.objective[rows]
    arrays: dict[str, Any] = {
        "objective": objective, "regret": hindsight_loss(objective, np.full(len(rows), True)), "confidence": options.limits.confidence,
    }  # fmt: skip
    size = objective.shape[1] // options.scrambles
    starts = range(0, size * options.scrambles, size)
    parts = [{name: each[:, start : start + size] if isinstance(each, np.ndarray) else each for name, each in arrays.items()} for start in starts]
    return bind(entry, arrays), np.array([bind(entry, part) for part in parts])


def _best(
    entry: Entry[Callable[..., Array]], options: Options, rows: Mask, whole: Array, parts: Array
) -> tuple[int, int, tuple[int, ...], bool]:
    """The first, the choice, who is tied with the first, and whether simulation error is why."""
    sign = -1.0 if entry.labels["better"] == "lower" else 1.0
    cost = options.cost[rows].mean(axis=1)
    first = int(np.lexsort((cost, -sign * whole))[0])
    margin, apart = sign * (whole[first] - whole), sign * (parts[:, [first]] - parts)
    error = apart.std(axis=0, ddof=1) if len(parts) > 1 else np.zeros(len(rows))
    if entry.labels.get("extreme") != "yes":
        error = error / np.sqrt(len(parts))
    hidden = margin <= TOO_CLOSE * error
    same = (options.objective[rows] == options.objective[rows[first]]).all(axis=1)  # no number of draws tells these apart
    level = margin < (LEVEL if options.unit == "point" else 0.0)
    tied = np.flatnonzero(hidden | level)
    choice = next(index for index in tied[np.argsort(-sign * whole[tied], kind="stable")] if cost[index] <= (1.0 + SAME_COST) * cost[tied].min())
    return int(rows[first]), int(rows[choice]), tuple(rows[tied].tolist()), bool((hidden & ~same).any())
