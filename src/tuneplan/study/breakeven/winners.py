"""A winner map: two inputs turned together, and who is recommended at each pair of values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.errors import ScenarioError
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven.asked import Loader, at_value, decided, told
from tuneplan.study.breakeven.dial import Dial
from tuneplan.study.decision import Decision
from tuneplan.study.design import AnyDesign
from tuneplan.study.options import options_of
from tuneplan.study.run import Run, run

DEFAULT_STEPS = 9
"""Values of each input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The answer at one pair of values.

    Attributes
    ----------
    winner
        Who is recommended; None: nothing meets the limits.
    probability_best
        That it has the highest objective among those that meet them; 0 where there is none.
    too_close, level
        As of a decision.
    refused
        Whether the scenario does not allow this pair; only of ranges that nobody asked for.
    """

    winner: str | None
    probability_best: float
    too_close: bool
    level: bool
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WinnerMap:
    """Two inputs turned.

    Attributes
    ----------
    down, across
        The inputs; rows and columns of the map.
    cells
        ``cells[row][column]``.
    now
        The decision as the scenario stands.
    moves_down, moves_across
        Whether each input changes anything that is decided by.
    """

    scenario: Scenario
    design: AnyDesign
    down: Dial
    across: Dial
    cells: tuple[tuple[Cell, ...], ...]
    now: Decision
    moves_down: bool
    moves_across: bool


def winner_map(base: Run, load: Loader, down: Dial, across: Dial) -> WinnerMap:
    """Ask the whole question at each pair of values, with the draws of the scenario as it stands.

    Raises
    ------
    ScenarioError
        A pair of values that was asked for is not allowed.
    """

    def answer(one: float, other: float) -> tuple[Cell, object]:
        try:
            scenario = load((down.change(one), across.change(other)))
        except ScenarioError as error:
            if down.is_asked and across.is_asked:
                raise at_value(error, f"{down.text(one)} and {across.text(other)}") from None
            return Cell(winner=None, probability_best=float("nan"), too_close=False, level=False, refused=True), None
        options = options_of(run(scenario, base.design, explained=False))
        return _cell(decided(options)), told(options)

    table = [[answer(one, other) for other in across.values] for one in down.values]
    return WinnerMap(
        scenario=base.scenario,
        design=base.design,
        down=down,
        across=across,
        cells=tuple(tuple(cell for cell, _ in row) for row in table),
        now=decided(options_of(base)),
        moves_down=any(_differ(column) for column in zip(*table, strict=True)),
        moves_across=any(_differ(row) for row in table),
    )


def _differ(answers: Sequence[tuple[Cell, object]]) -> bool:
    """Whether any of these was moved apart from another."""
    known = [said for cell, said in answers if not cell.refused]
    return any(each != known[0] for each in known)


def _cell(decision: Decision) -> Cell:
    best = decision.best
    return Cell(
        winner=None if best is None else decision.strategies[best],
        probability_best=0.0 if best is None else decision.probability_best[best],
        too_close=decision.too_close,
        level=decision.level,
    )
