"""A run asked again with fewer strategies and draws: for pictures, which need neither all nor many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tuneplan.core.structure import build_structure
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.scenario.lowering.specs import strategy_specs
from tuneplan.scenario.planned import only
from tuneplan.study.design import SCRAMBLES, SMALLEST_SCRAMBLE, AnyDesign, Design
from tuneplan.study.run import Run, cells_of


def fewer_draws(design: AnyDesign, most: int) -> AnyDesign:
    """A design of its own stratified draws, at most so many; the same where it has no more."""
    fewest = SCRAMBLES * SMALLEST_SCRAMBLE
    most = max(most // SCRAMBLES * SCRAMBLES, fewest)
    if not isinstance(design, Design) or design.draws <= most:
        return design
    return replace(design, draws=most, scrambles=SCRAMBLES)


def draws_within(run: Run, strategies: Sequence[str], *, cells: int, times: int) -> int:
    """How many draws there is time for.

    Parameters
    ----------
    cells
        Scores, and terms of their sums, in all.
    times
        How often each draw is worked through.
    """
    structure = build_structure(strategy_specs([only(run.scenario, strategies)]), run.scenario.tasks)
    return cells // (cells_of(structure) * times)


def lowered_again(run: Run, strategies: Sequence[str], design: AnyDesign) -> Lowered:
    """Inputs of some of the strategies with the examples of their plans; what each meets hangs on no other one.

    They are for scores: when anything ships is left out.
    """
    return lower([only(run.scenario, strategies)], design.points, launched=False)


def by_traffic(run: Run) -> list[int]:
    """Tasks, those with most traffic first."""
    traffic = run.lowered.inputs["traffic"].mean(axis=(0, 1, 3))
    amounts = np.broadcast_to(traffic, (len(run.scenario.tasks),))
    return sorted(range(len(amounts)), key=lambda task: (-amounts[task], task))
