"""The numbers of a schedule: people, their hours and habits, GPUs, the gate, and what lateness costs."""

from __future__ import annotations

from typing import Any

from tuneplan.core.coefficients import Coefficient
from tuneplan.core.distributions import lognormal, pert, point
from tuneplan.core.registry import Param

SHARE_JUDGED = {"model": 0.1, "people": 1.0, "automatic": 0.0}
"""Share of evaluation items that people look at, by evaluation.judge; assumed."""
MOST_BATCHES = 48
"""Batches of one project that are followed one by one; where there would be more, each stands for several."""
PEOPLE_OF_A_PLACE = 8
"""People who follow one another in a place, each with a stay of her own; the ninth stays as long as the first did."""
PACE_SPREAD = 0.5
"""How far the pace of a kind of work lies from what its price says: standard deviation of its logarithm; assumed."""
COEFFICIENTS = (
    Coefficient(name="SHARE_JUDGED", value=SHARE_JUDGED, unit="share", source="assumed", as_of="2026-11",
                doc="Share of evaluation items that people look at, by evaluation.judge."),
    Coefficient(name="PACE_SPREAD", value=PACE_SPREAD, source="assumed", as_of="2026-11",
                doc="How far the pace of a kind of work lies from what its price says: standard deviation of its logarithm."),
)  # fmt: skip

_ASSUMED: Any = {"source": "assumed", "as_of": "2026-11"}
SCHEDULE_PARAMS = (
    Param(name="annotators", key="schedule.annotators", unit="person", high=200.0, whole=True, may_be_bare=True, default=point(3.0), example="3", **_ASSUMED,
          doc="People who label at the same time."),
    Param(name="reviewers", key="schedule.reviewers", unit="person", high=200.0, whole=True, may_be_bare=True, default=point(1.0), **_ASSUMED,
          doc="People who review what was labelled or generated."),
    Param(name="engineers", key="schedule.engineers", unit="person", high=200.0, whole=True, may_be_bare=True, default=point(1.0), **_ASSUMED,
          doc="Engineers who set up, prepare, mend and deploy; how many weeks they need stands under people."),
    Param(name="judges", key="schedule.judges", unit="person", high=200.0, whole=True, may_be_bare=True, default=point(1.0), **_ASSUMED,
          doc="People who judge answers before launch."),
    Param(name="gpus_at_hand", key="schedule.gpus", unit="GPU", high=1e6, whole=True, may_be_bare=True, default=point(8.0), **_ASSUMED,
          doc="GPUs that may train at the same time: those owned, or the quota of a cloud."),
    Param(name="working_hours", key="schedule.hours", unit="hour", low=0.1, high=15.0, may_be_bare=True, default=pert(5.0, 6.5, 8.0), **_ASSUMED,
          doc="Productive hours of a working day."),
    Param(name="pace", key="data.pace", scope="task", unit="example/hour", low=1e-4, high=1e7, example="3 to 5 examples/hour",
          doc="Kept examples that one annotator makes in an hour of her first batch; when not given, from minutes a label, or else from the price and what such work is paid."),
    Param(name="guidelines", key="schedule.guidelines", unit="workday", high=3650.0, default=lognormal(5.0, 0.5), example="3 to 10 workdays", **_ASSUMED,
          doc="Working days until guidelines and tools are ready and the first batch is handed out."),
    Param(name="onboarding", key="schedule.onboarding", unit="workday", high=3650.0, default=lognormal(3.0, 0.5), example="2 to 5 workdays", **_ASSUMED,
          doc="Working days that an annotator learns the task before her first batch."),
    Param(name="learning", key="schedule.learning", unit="share", high=0.9, default=pert(0.0, 0.05, 0.15), **_ASSUMED,
          doc="Time saved with each doubling of the batches that an annotator has done."),
    Param(name="attrition", key="schedule.attrition", unit="share/month", high=0.99, default=pert(0.0, 0.04, 0.12), as_of="2022",
          source="assumed, as in call centres: 30 to 45 % a year, QATC (2021, secondary); 10 of 40 left InstructGPT's team (secondary)",
          example="2 to 5%/month", doc="Share of annotators who leave in a month."),
    Param(name="replacement", key="schedule.replacement", unit="workday", high=3650.0, default=lognormal(10.0, 0.5), **_ASSUMED,
          doc="Working days until a place is filled again, onboarding not included."),
    Param(name="batch", key="schedule.batch", unit="example", low=1.0, high=1e9, whole=True, default=point(250.0), as_of="2026",
          source="assumed: a week of two or three people; preference data come in weekly batches, Lambert, RLHF book ch. 11", doc="Examples handed out, reviewed and rejected together."),
    Param(name="batch_spread", key="schedule.batch_spread", unit="1", high=3.0, default=point(0.2), **_ASSUMED,
          doc="How much batches differ in the time that they take: standard deviation of its logarithm."),
    Param(name="review_effort", key="schedule.review_effort", unit="share", high=10.0, default=pert(0.1, 0.2, 0.4), **_ASSUMED,
          doc="Time to review an example against the time to label it."),
    Param(name="rejected_share", key="schedule.rejected", unit="share", high=1.0, default=pert(0.02, 0.08, 0.26), as_of="2023-11",
          source="assumed: low, SNLI, 2 % without consensus (2015, recalled); high, GPQA, 26 % of expert items not confirmed; typical assumed",
          doc="Share of examples that the review rejects; they are made again."),
    Param(name="settling", key="schedule.adjudication", unit="workday", high=3650.0, default=lognormal(1.0, 0.5), **_ASSUMED,
          doc="Working days to settle what fails a second time."),
    Param(name="generation_rate", key="schedule.generation_rate", unit="example/hour", low=1e-4, high=1e12, default=lognormal(500.0, 1.0), example="200 to 2k examples/hour", **_ASSUMED,
          doc="Kept examples an hour that a model writes, day and night."),
    Param(name="capacity_wait", key="schedule.gpu_wait", unit="hour", high=1e5, default=lognormal(1.0, 1.2), as_of="2023-02",
          source="assumed, as on spot: V100 were gone for .8 to 3.6 hours on average in 9 zones, SkyPilot spot traces; spread assumed", doc="Hours until a run gets capacity, before it stands in line for GPUs at hand."),
    Param(name="restart", key="schedule.restart", unit="hour", high=1e3, default=lognormal(0.1, 0.5), **_ASSUMED,
          doc="Hours to start again after spot capacity was taken away; the rest of training.spot_loss is half the time between checkpoints."),
    Param(name="checking", key="schedule.checking", unit="hour", high=1e5, default=lognormal(4.0, 0.6), **_ASSUMED,
          doc="Hours of the automatic evaluation of one model."),
    Param(name="judged_share", key="schedule.judged", unit="share", high=1.0, doc="Share of evaluation items that people look at; default by evaluation.judge."),
    Param(name="judging_minutes", key="schedule.judging", unit="minute", high=1e5, default=lognormal(3.0, 0.6), as_of="2023-04",
          source="assumed: between 2.1 minutes a scenario, MACHIAVELLI (2023), and 3 to 8 a comparison, InstructGPT (2022, secondary)", doc="Minutes to judge one item."),
    Param(name="gate_pass", key="schedule.gate", unit="share", high=1.0, default=pert(0.5, 0.75, 0.95), example="60 to 90%", **_ASSUMED,
          doc="Chance that a model passes the evaluation; else it is mended, trained and evaluated again; after 20 rounds it is given up."),
    Param(name="mending", key="schedule.mending", unit="workday", high=3650.0, default=lognormal(3.0, 0.5), **_ASSUMED,
          doc="An engineer's days to mend a model that was sent back."),
    Param(name="deployment", key="schedule.deployment", unit="workday", high=3650.0, default=lognormal(2.0, 0.5), **_ASSUMED,
          doc="An engineer's days for each deployment."),
    Param(name="handover", key="schedule.handover", unit="workday", high=3650.0, default=lognormal(2.0, 0.5), **_ASSUMED,
          doc="Working days between deployment and the first real request."),
    Param(name="reserved", key="schedule.reserved", unit="share", high=1.0, default=point(0.0), source="declared: paid by the hour used", as_of="2026-11",
          doc="Share of the GPUs at hand that is paid for from the first run to the last, busy or idle."),
    Param(name="idle_pay", key="schedule.idle_pay", unit="USD/hour", high=1e6, default=point(0.0), source="declared: annotators are paid by the example", as_of="2026-11",
          doc="Pay of an annotator for an hour in which there is nothing to label."),
    Param(name="delay_cost", key="deadline.delay_cost", unit="USD/day", high=1e9, default=point(0.0), source="declared: none", as_of="2026-11", example="$1k/day",
          doc="What each day costs by which all of it ships after the deadline."),
)  # fmt: skip
"""Every number that only a schedule reads."""
