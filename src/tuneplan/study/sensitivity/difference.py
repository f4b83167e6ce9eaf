"""The difference between two strategies at other points, with nothing worked out but what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tuneplan.axes import Array
from tuneplan.core import deliver, route
from tuneplan.core.arrays import Inputs
from tuneplan.core.learning import learn, score_of_models
from tuneplan.late import np
from tuneplan.scenario.lower import Gathered, filled, gather
from tuneplan.scenario.planned import only
from tuneplan.study.design import AnyDesign
from tuneplan.study.options import options_of
from tuneplan.study.run import Run, at, cells_of, parts_of
from tuneplan.study.side_by_side import side_by_side
from tuneplan.study.valuing import is_valued, reference_row
from tuneplan.units import POINTS_PER_SCALE


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The objective of one strategy minus that of another.

    Attributes
    ----------
    run
        The two strategies alone, and the one from which value is counted: no strategy changes another.
    best, other
        Their rows in it.
    gathered
        Its numbers before any draws, where launches do not count.
    """

    run: Run
    best: int
    other: int
    gathered: Gathered

    @classmethod
    def of(cls, run: Run, best: int, other: int) -> Difference:
        """Of two rows of a run."""
        names = run.scenario.strategies
        reference = [reference_row(run.scenario, run.lowered.inputs.structure)[0]] if is_valued(run.lowered.inputs) else []
        kept = sorted({best, other, *reference})
        fewer = replace(run, scenario=only(run.scenario, [names[row] for row in kept]))
        return cls(run=fewer, best=kept.index(best), other=kept.index(other), gathered=gather([fewer.scenario], launched=False))

    @property
    def cells(self) -> int:
        """Cells of one draw; see ``cells_of``."""
        return cells_of(self.gathered.structure)

    def at(self, design: AnyDesign, *, block: int = 0) -> Array:
        """At the points of a design, ``(draw,)``; ``block`` as in ``lower``.

        Points cost nothing and wait for nobody: where they decide, neither costs nor launches are worked out.
        """
        if is_valued(self.run.lowered.inputs):
            objective = options_of(at(self.run, design, block=block)).objective
        else:
            inputs, *_ = filled(self.gathered, [self.run.scenario], design.points, block=block)
            parts = side_by_side(_points, parts_of(inputs, design.draws))
            same_throughout = parts[0].shape[1] == 1
            objective = np.broadcast_to(parts[0], (len(parts[0]), design.draws)) if same_throughout else np.concatenate(parts, axis=1)
        return objective[self.best] - objective[self.other]  # type: ignore[no-any-return]


def _points(inputs: Inputs) -> Array:
    """Delivered points, ``(strategy, draw)``."""
    return POINTS_PER_SCALE * deliver(inputs, *route(inputs, score_of_models(inputs, learn(inputs))))[0, :, 0]
