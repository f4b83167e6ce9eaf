"""A sweep that costs nothing: rows that are known in closed form, for those who keep, share out and read sweeps."""

from __future__ import annotations

import multiprocessing
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tuneplan.study.sweep.records import COUNT, NUMBER, TEXT, YES_NO, Output, Rows

COLUMNS = (
    Output(name="row", unit="", kind=COUNT, doc="number of the row, from 0"),
    Output(name="budget.limit", unit="", kind=TEXT, doc="varied"),
    Output(name="recommended", unit="", kind=TEXT, doc="who is recommended; empty: nobody"),
    Output(name="close", unit="", kind=YES_NO, doc="whether the leading ones are level"),
    Output(name="unified.cost", unit="USD", kind=NUMBER, doc="cost over the horizon"),
    Output(name="unified.score", unit="point", kind=NUMBER, doc="score of the average request"),
)
BUDGETS = ("20k USD", "=1+1", "'tis", 'a "b", c\nd', "-5", "-5'")
"""Some of them dangerous in a spreadsheet, some hard to quote."""
WINNERS = ("", "unified", "specialists")


@dataclass(frozen=True, kw_only=True)
class Toy:
    """So many rows, a few of them unknown or endless.

    Attributes
    ----------
    seconds
        That a block takes.
    fails_at
        Number of a block that is a mistake.
    kills_at
        Number of a block whose worker is killed, unless it is the process that asked.
    """

    rows: int
    rows_of_a_block: int = 1000
    releases: bool = True
    seed: int = 7
    seconds: float = 0.0
    fails_at: int = -1
    kills_at: int = -1
    asked_by: int = field(default_factory=os.getpid)
    columns: tuple[Output, ...] = COLUMNS

    @property
    def blocks(self) -> int:
        """How many there are."""
        return -(-self.rows // self.rows_of_a_block)

    @property
    def about(self) -> dict[str, Any]:
        """What makes two of them equal."""
        return {"scenario": {"name": "toy", "hash": "abc"}, "seed": self.seed, "draws": 1, "endless": float("inf")}

    def block(self, number: int) -> Rows:
        """All columns of one block."""
        time.sleep(self.seconds)
        if number == self.fails_at:
            raise LookupError(f"block {number} is a mistake")
        if number == self.kills_at and os.getpid() != self.asked_by:
            os.kill(os.getpid(), 9)
        return rows_of(np.arange(number * self.rows_of_a_block, min((number + 1) * self.rows_of_a_block, self.rows)), self.seed)


def rows_of(row: np.ndarray, seed: int) -> Rows:
    """The truth."""
    cost = np.sin(row * 0.7 + seed) * 1e5
    cost[row % 97 == 3] = np.nan
    score = 100.0 / (1.0 + row)
    score[row % 89 == 5] = np.inf
    score[row % 83 == 7] = -0.0
    return {
        "row": row.astype(np.int64), "budget.limit": np.array(BUDGETS, object)[row % len(BUDGETS)],
        "recommended": np.array(WINNERS, object)[row // 10 % len(WINNERS)], "close": row % 5 == 2, "unified.cost": cost, "unified.score": score,
    }  # fmt: skip


def process(number: int) -> int:
    """Who does it."""
    return os.getpid()


def killed_at_3(number: int) -> tuple[int, int]:
    """The same; whoever takes the third is killed, unless it is who asked."""
    if number == 3 and multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), 9)
    time.sleep(0.02)
    return number, os.getpid()



def noted(folder: Path, number: int) -> int:
    """Leave a mark."""
    (folder / str(number)).touch()
    return number
