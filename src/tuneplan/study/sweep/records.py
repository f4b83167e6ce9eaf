"""What the parts of a sweep hand to one another: rows of what is varied, and columns of what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from tuneplan.axes import Array
from tuneplan.scenario.grammar.ranges import typed

DRAWS_OF_A_ROW = 256
"""Where nobody says how many."""
NUMBER, COUNT, TEXT, YES_NO = "number", "count", "text", "yes_no"
KINDS = (NUMBER, COUNT, TEXT, YES_NO)
"""What a column holds: float64, int64, a short text, or a bool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Varied:
    """The values of one key in some rows: texts as a scenario types them, or numbers in the key's own unit.

    Attributes
    ----------
    key
        As typed by the user, for example ``budget.limit``.
    texts
        Distinct values as typed; empty where there are numbers. ``""``: what the scenario itself says.
    codes
        Which of ``texts`` each row has, ``(row,)`` of int64; empty where there are numbers.
    numbers
        ``(row,)`` in ``unit``; None where there are texts.
    unit
        Declared unit of the key; empty where there are texts.
    """

    key: str
    texts: tuple[str, ...] = ()
    codes: np.ndarray
    numbers: Array | None = None
    unit: str = ""

    def __len__(self) -> int:
        return len(self.codes) if self.numbers is None else len(self.numbers)

    def text(self, row: int) -> str:
        """The value of a row as a scenario types it.

        >>> Varied(key="budget.limit", codes=np.empty(0, int), numbers=np.array([2e4]), unit="USD").text(0)
        '20000.0 USD'
        """
        if self.numbers is None:
            return self.texts[int(self.codes[row])]
        return typed(float(self.numbers[row]), self.unit)

    def changes(self, row: int) -> tuple[str, ...]:
        """What a row changes, as it stands behind ``--set``; nothing where it is as the scenario says."""
        text = self.text(row)
        return (f"{self.key}={text}",) if text else ()


class Space(Protocol):
    """All rows of a sweep, in an order that never changes; any block of them in constant memory. Can be pickled."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What is varied, in the order asked for."""

    @property
    def rows(self) -> int:
        """How many there are."""

    def at(self, start: int, stop: int) -> tuple[Varied, ...]:
        """Values of rows ``start`` to ``stop``, a ``Varied`` a key in the order of ``keys``."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What is sound and worth a second look, each a sentence."""

    def said(self) -> Mapping[str, Any]:
        """What it is, for JSON: equal only where all rows are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A column of a sweep.

    Attributes
    ----------
    name
        A key, ``recommended``, or ``STRATEGY.STATISTIC`` such as ``unified.cost``.
    unit
        Empty for texts and yes_no.
    kind
        One of ``KINDS``.
    doc
        One sentence.
    """

    name: str
    unit: str
    kind: str
    doc: str


Rows = Mapping[str, np.ndarray]
"""Name of a column -> its values in a block, ``(row,)``: float64, int64, object (str) or bool."""


class Work(Protocol):
    """A sweep as those who share it out and keep it know it; pure, can be pickled, and equal wherever it runs.

    Blocks are cut once and for all, whatever the number of workers: each is worked out and kept as a whole.
    """

    @property
    def rows(self) -> int:
        """Rows in all."""

    @property
    def rows_of_a_block(self) -> int:
        """Rows of every block but the last."""

    @property
    def blocks(self) -> int:
        """How many blocks there are."""

    @property
    def columns(self) -> tuple[Output, ...]:
        """What every block holds, in this order."""

    @property
    def about(self) -> Mapping[str, Any]:
        """Provenance, for JSON: scenario and its hash, seed, draws, version, what is varied, units. Equal only where results are."""

    @property
    def releases(self) -> bool:
        """Whether it spends its time in NumPy, so that threads pay; else processes do."""

    def block(self, number: int) -> Rows:
        """All columns of one block."""


# --- columns of every sweep ------------------------------------------------------------------------

ROW, RECOMMENDED, REASON, CLOSE, MARGIN = "row", "recommended", "reason", "close", "margin"
COST, COST_P10, COST_P90, COST_ERROR = "cost", "cost_p10", "cost_p90", "cost_error"
SCORE, SCORE_LOW, SCORE_HIGH, SCORE_ERROR = "score", "score_low", "score_high", "score_error"
NET_BENEFIT, PROBABILITY_BEST, REGRET, LIMITS_MET, ALLOWED = "net_benefit", "probability_best", "regret", "limits_met", "allowed"


def of(strategy: str, statistic: str) -> str:
    """Name of a strategy's column.

    >>> of("unified", COST)
    'unified.cost'
    """
    return f"{strategy}.{statistic}"


def planned(strategy: str, task: str) -> str:
    """Name of the column of the examples that a strategy's plan trains on.

    >>> planned("unified", "email")
    'unified.examples.email'
    """
    return of(strategy, f"examples.{task}")


def columns(
    varied: Mapping[str, str | None], strategies: tuple[str, ...], *, objective: str, unit: str, draws: int, plans: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Output, ...]:  # fmt: skip
    """Columns of a sweep.

    Parameters
    ----------
    varied
        Key -> unit of its numbers; None where it is kept as text.
    strategies
        All that stand in any row.
    objective, unit
        What is decided by: ``delivered score`` in ``point``, or ``net benefit`` in ``USD``.
    draws
        Of a row; with one there are no bands, chances or errors.
    plans
        Strategies that plan anew in each row -> tasks of which they do.
    """
    keys = [Output(name=key, unit=here or "", kind=TEXT if here is None else NUMBER, doc="varied") for key, here in varied.items()]
    every = (
        Output(name=ROW, unit="", kind=COUNT, doc="number of the row, from 0"),
        *keys,
        Output(name=RECOMMENDED, unit="", kind=TEXT, doc="who is recommended; empty: nobody"),
        Output(name=REASON, unit="", kind=TEXT, doc="why nobody is, or what is wrong with the row; empty: nothing"),
        Output(name=CLOSE, unit="", kind=YES_NO, doc="whether the leading ones are level, or too close to call with so many draws"),
        Output(name=MARGIN, unit=unit, kind=NUMBER, doc=f"{objective} of the recommended less that of the runner-up, mean"),
    )
    return every + tuple(each for name in strategies for each in (*_of_strategy(name, unit, draws), *_of_plan(name, (plans or {}).get(name, ()))))


def _of_plan(name: str, tasks: tuple[str, ...]) -> list[Output]:
    return [Output(name=planned(name, task), unit="example", kind=NUMBER, doc=f"examples of {task} that its plan of the row trains on") for task in tasks]


def _of_strategy(name: str, unit: str, draws: int) -> list[Output]:
    def number(statistic: str, unit: str, doc: str) -> Output:
        return Output(name=of(name, statistic), unit=unit, kind=NUMBER, doc=doc)

    several = draws > 1
    found = [number(COST, "USD", "cost over the horizon, median" if several else "cost over the horizon")]
    if several:
        found += [number(COST_P10, "USD", "its 10 % quantile"), number(COST_P90, "USD", "its 90 % quantile"), number(COST_ERROR, "USD", "simulation error of its mean")]
    found.append(number(SCORE, "point", "score of the average request, mean" if several else "score of the average request"))
    if several:
        found += [number(SCORE_LOW, "point", "its 5 % quantile"), number(SCORE_HIGH, "point", "its 95 % quantile"), number(SCORE_ERROR, "point", "simulation error of its mean")]
    if unit == "USD":
        found.append(number(NET_BENEFIT, "USD", "value of its points above the reference less its cost, mean"))
    if several:
        found += [
            number(PROBABILITY_BEST, "share", "chance to be the best of those that meet the limits"),
            number(REGRET, unit, "expected loss against hindsight; NaN where limits are broken"),
            number(LIMITS_MET, "share", "chance to meet the budget, every minimum score, and to ship in time"),
        ]
    found.append(Output(name=of(name, ALLOWED), unit="", kind=YES_NO, doc="whether it meets the limits as surely as asked"))
    return found
