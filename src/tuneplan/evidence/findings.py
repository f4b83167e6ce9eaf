"""Everything that there is to find out about one question, each analysis made once, when it is first asked for.

What draws and writes takes its records from here by name and reaches no further: charts and memos never
look back into the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tuneplan.study.breakeven.asked import Loader
from tuneplan.study.design import Design
from tuneplan.study.options import Options, options_of
from tuneplan.study.results import Verdict
from tuneplan.study.run import Run

if TYPE_CHECKING:
    from tuneplan.evidence.predicted import Predictions
    from tuneplan.study.allocated import Allocations
    from tuneplan.study.cumulative import Cumulative
    from tuneplan.study.exposure import Stakes
    from tuneplan.study.frontier.analysis import FrontierStudy
    from tuneplan.study.groupings.analysis import Groupings
    from tuneplan.study.information.analysis import Information
    from tuneplan.study.learning_curves import LearningCurves
    from tuneplan.study.odds import Odds
    from tuneplan.study.remedies.analysis import Remedies
    from tuneplan.study.schedule.records import Schedule
    from tuneplan.study.sensitivity.analysis import Sensitivity
    from tuneplan.study.sensitivity.odds_map import OddsMap
    from tuneplan.study.transfers import Transfers


@dataclass(frozen=True, kw_only=True)
class Findings:
    """A verdict, and what follows from it."""

    verdict: Verdict
    """The decision and what carried it."""
    load: Loader
    """The same scenario with further overrides, for what has to be asked anew."""

    @property
    def run(self) -> Run:
        """The simulation behind all of it."""
        return self.verdict.run

    @cached_property
    def options(self) -> Options:
        """Each strategy's draws of cost and score."""
        return options_of(self.run)

    @cached_property
    def odds(self) -> Odds:
        """How sure the choice is, in futures that one can count."""
        from tuneplan.study.odds import odds

        return odds(self.verdict.decision, self.options)

    @cached_property
    def frontier(self) -> FrontierStudy:
        """Cost against quality, over the value of a point and over the budget."""
        from tuneplan.study.frontier.analysis import frontier_study, planner

        return frontier_study(self.run, planned=planner(self.run.asked, self.load, self.run.design))

    @cached_property
    def allocation(self) -> Allocations:
        """What each strategy trains on."""
        from tuneplan.study.allocated import allocations

        return allocations(self.run)

    @cached_property
    def cumulative(self) -> Cumulative:
        """What has been paid by which month."""
        from tuneplan.study.cumulative import cumulative

        return cumulative(self.verdict)

    @cached_property
    def sensitivity(self) -> Sensitivity | None:
        """What the difference of the two leading strategies hangs on; None where nothing is to be taken apart."""
        from tuneplan.study.sensitivity.analysis import sensitivity

        return sensitivity(self.verdict)

    @cached_property
    def information(self) -> Information:
        """What knowing more would be worth."""
        from tuneplan.study.information.analysis import value_of_information

        return value_of_information(self.run)

    @cached_property
    def winner_map(self) -> OddsMap:
        """Who is chosen given the two numbers that tell most."""
        from tuneplan.study.sensitivity.odds_map import odds_map, two_telling

        return odds_map(self.verdict, two_telling(self.information, lambda: self.sensitivity))

    @cached_property
    def groupings(self) -> Groupings:
        """Which tasks should share a model."""
        from tuneplan.study.groupings.analysis import groupings

        design = self.run.design
        assert isinstance(design, Design)
        return groupings(self.run.asked, design)

    @cached_property
    def learning_curves(self) -> LearningCurves:
        """What the examples of each task do for it, beside what pilots measured."""
        from tuneplan.evidence.calibration.measured import measured_scores
        from tuneplan.study.learning_curves import learning_curves

        return learning_curves(self.verdict, measured=measured_scores(self.run.asked))

    @cached_property
    def transfers(self) -> Transfers:
        """What tasks in one model do for each other."""
        from tuneplan.study.transfers import transfers

        return transfers(self.verdict)

    @cached_property
    def validated(self) -> Predictions:
        """Published cases, predicted from their inputs alone, as they come with the tool: the same for every study."""
        from tuneplan.evidence.predicted import bundled_predictions

        return bundled_predictions()

    @cached_property
    def schedule(self) -> Schedule:
        """When each strategy ships, and who waits for whom."""
        from tuneplan.study.schedule.analysis import schedule

        return schedule(self.run)

    @cached_property
    def remedies(self) -> Remedies | None:
        """What would make something feasible, where nothing is."""
        from tuneplan.study.remedies.analysis import remedies_of

        return remedies_of(self.verdict) if self.verdict.decision.best is None else None

    @cached_property
    def stakes(self) -> Stakes:
        """What the recommended strategy is exposed to, and what is kept of each by who switches."""
        from tuneplan.study.exposure import stakes_of

        return stakes_of(self.run, self.options, self.verdict.decision.best)
