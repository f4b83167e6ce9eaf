"""When everything of a run ships, draw by draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuneplan.api.frozen import freeze
from tuneplan.axes import Array
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.study.launches import counts, dates_of

if TYPE_CHECKING:
    from tuneplan.api.study import Study

DATES = {"launch": ("strategy", "task", "draw"), "full_launch": ("strategy", "draw")}
"""Array -> names of its axes; they are there where launch dates count."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Dated:
    """Dates of a result.

    Attributes
    ----------
    study
        What was asked.
    findings
        The verdict, and every analysis of it, made once when it is asked for.
    """

    study: Study
    findings: Findings

    @property
    def launch(self) -> Array:
        """Days from the start until each task's requests are first answered; infinite: never. [day], ``(strategy, task, draw)``

        Raises
        ------
        UsageError
            Launch dates do not count in this study, so that none are simulated.
        """
        return freeze(self._dates()[:, :-1].copy())

    @property
    def full_launch(self) -> Array:
        """Days from the start until all of a strategy has shipped, its router too; infinite: never. [day], ``(strategy, draw)``

        Raises
        ------
        UsageError
            As ``launch``.
        """
        return freeze(self._dates()[:, -1].copy())

    def _dates(self) -> Array:
        if not counts(self.findings.run):
            raise UsageError('launch dates do not count in this study; study.set("schedule.counts", "yes") makes them, and schedule() shows them as they would be')
        return dates_of(self.findings.run)
