"""What every row comes to, draw by draw: the same sums as ``study.options``, for many scenarios at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tuneplan.axes import Array
from tuneplan.core import evaluate
from tuneplan.core.arrays import Inputs, Outcome
from tuneplan.late import np
from tuneplan.scenario.lowering.varied import Pivot
from tuneplan.scenario.schema import DEFAULT_COVERS
from tuneplan.scenario.timed import MUST
from tuneplan.study.valuing import is_valued, reference_row, usd_per_scale
from tuneplan.units import DAYS_PER_MONTH, POINTS_PER_SCALE

COST, COVERED, POINTS, OBJECTIVE, IN_BUDGET, SCORES_MET, SHIPPED = "cost", "covered", "points", "objective", "in_budget", "scores_met", "shipped"
CONFIDENCE = "confidence"
"""Names of what is worked out; all but the last ``(row, strategy, draw)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How outcomes are added up: what the words of a scenario say.

    Attributes
    ----------
    covers
        Components that count against the budget.
    reference
        Row of the strategy from which value is counted, and whether from its base; see ``reference_row``.
    is_valued
        Whether a point has a price.
    counts
        Whether launch dates count.
    by_deadline
        Whether all has to ship by the deadline, not by the end of the horizon alone.
    """

    covers: tuple[str, ...]
    reference: tuple[int, bool]
    is_valued: bool
    counts: bool
    by_deadline: bool


def counted(at: Pivot, inputs: Inputs) -> Counted:
    """How the outcomes of a pivot are added up."""
    scenario = at.scenario
    return Counted(
        covers=scenario.listed("budget.covers", DEFAULT_COVERS), reference=reference_row(scenario, at.structure), is_valued=is_valued(inputs), counts=at.counts,
        by_deadline=at.counts and bool(scenario.setting(MUST, False)) and bool(np.isfinite(inputs["deadline_day"]).all()),
    )  # fmt: skip


def outputs_of(inputs: Inputs, how: Counted) -> dict[str, Array]:
    """All that is judged, with an axis of length 1 where nothing varies; the axes of scenarios and draws are those of ``inputs``.

    Returns
    -------
    dict
        ``cost``, ``covered`` [USD], ``points``, ``objective``, and as 0 or 1 ``in_budget``, ``scores_met``, ``shipped``: ``(scenario, strategy, draw)``;
        ``confidence`` ``(scenario, 1, draw)``.
    """
    outcome = evaluate(inputs)
    cost, covered = outcome.cost_of(), outcome.cost_of(how.covers)
    points = POINTS_PER_SCALE * outcome.delivered[:, :, 0]
    must, limit = inputs["must"], inputs["budget_limit"][:, :, 0]
    return {
        COST: cost,
        COVERED: covered,
        POINTS: points,
        OBJECTIVE: _net_benefit(inputs, outcome, how) - cost if how.is_valued else points,
        IN_BUDGET: np.where(np.isnan(limit) | (covered <= limit), 1.0, 0.0),
        SCORES_MET: np.where(np.isnan(must) | (outcome.score >= must), 1.0, 0.0).min(axis=2),
        SHIPPED: _ships(inputs, how),
        CONFIDENCE: inputs["budget_confidence"][:, :, 0],
    }


def _net_benefit(inputs: Inputs, outcome: Outcome, how: Counted) -> Array:
    """Value of the points above the reference. [USD], ``(scenario, strategy, draw)``"""
    row, is_base = how.reference
    reference = (outcome.base_score if is_base else outcome.score)[:, row : row + 1]
    return ((outcome.score - reference) * usd_per_scale(inputs)).sum(axis=2)  # type: ignore[no-any-return]


def _ships(inputs: Inputs, how: Counted) -> Array:
    """Whether all of a strategy ships in time, 0 or 1; see ``study.options.ships``."""
    if not how.counts:
        return np.ones((1, 1, 1))
    full = inputs["dates_of_launch"][:, :, len(inputs.structure.tasks)]
    due = inputs["horizon_months"][:, :, 0] * DAYS_PER_MONTH
    return np.where(full <= (np.minimum(due, inputs["deadline_day"][:, :, 0]) if how.by_deadline else due), 1.0, 0.0)


def by_row(outputs: Mapping[str, Array], rows: int, strategies: int, draws: int) -> dict[str, Array]:
    """Everything spelt out, ``(row, strategy, draw)``; with one draw a row, rows lie on the axis of draws."""
    found = {}
    for name, each in outputs.items():
        lying = np.moveaxis(each, -1, 0)[..., None] if draws == 1 else each
        lying = lying[:, 0] if draws == 1 else lying
        found[name] = np.broadcast_to(lying, (rows, 1 if name == CONFIDENCE else strategies, draws))
    return found
