"""Two strategies of a result, paired."""

from __future__ import annotations

from functools import partial

from tuneplan.api.analysis import Analysis
from tuneplan.evidence.findings import Findings
from tuneplan.report import pairing as report
from tuneplan.study.decision import Estimate
from tuneplan.study.pairing import Pairing, pairing


class Difference(Analysis):
    """One strategy less another, draw by draw: ``points``, ``cost``, ``objective``, each with its bands.

    Each has ``mean``, ``median``, ``p10``, ``p90``, ``low`` and ``high`` (the 90 % interval) and ``error`` (that
    of simulation). Chances stand in ``record``.
    """

    __slots__ = ()
    record: Pairing

    @property
    def points(self) -> Estimate:
        """Of the score of the average request. [point]"""
        return self.record.points

    @property
    def cost(self) -> Estimate:
        """Of the cost over the horizon. [USD]"""
        return self.record.cost

    @property
    def objective(self) -> Estimate:
        """Of what is decided by, in ``record.unit``."""
        return self.record.objective


def difference_of(findings: Findings, one: int, other: int) -> Difference:
    """Two strategies by their place."""
    found = pairing(findings.options, one, other)
    return Difference(
        name="difference", record=found, page=partial(report.page, found, findings.run), content=partial(report.content, found, findings.run),
        rows=partial(report.rows, found),
    )  # fmt: skip
