"""A project, event by event: one replica, with SimPy.

The law is that of ``core.schedule``, and so are all numbers, random ones too: what is simulated here has to give
the dates of the recursions, replica by replica.
"""

from __future__ import annotations

from tuneplan.core.schedule.project import Project
from tuneplan.late import np
from tuneplan.study.schedule import batches, models
from tuneplan.study.schedule.clock import Days
from tuneplan.study.schedule.people import Pool
from tuneplan.study.schedule.replica import Replica, replicas_of, some_of
from tuneplan.study.schedule.site import ANNOTATORS, REVIEWERS, Site
from tuneplan.study.schedule.trace import History, Row, Trace


def simulate(project: Project, replica: int, *, until: float | None = None) -> Trace:
    """One replica of a project with all that happens.

    Parameters
    ----------
    replica
        Its number on the axis of replicas.
    until
        Day at which the simulation ends; by default the last that the calendar knows.
    """
    log: list[Row] = []
    alone = some_of(project, np.array([replica]))
    horizon = Days(project.calendar).horizon if until is None else until
    history = play_out(replicas_of(alone)[0], horizon, log)
    return Trace(replica=replica, horizon=horizon, history=history, log=tuple(log))


def play_out(replica: Replica, horizon: float, log: list[Row] | None = None) -> History:
    """Let all processes of a replica begin, and see what has come of it at the horizon. [day]"""
    site = Site.of(replica, log)
    clock, work = site.clock, replica.batches
    annotators, reviewers = Pool(site, ANNOTATORS, "annotator", work.annotators), Pool(site, REVIEWERS, "reviewer", work.reviewers)
    clock.process(models.setting_up(site))
    clock.process(models.routing(site))
    for batch, (generated, examples) in enumerate(zip(work.generated, work.examples, strict=True)):
        if examples > 0.0 and not generated:
            clock.process(batches.by_people(site, annotators, reviewers, batch))
    if any(work.generated):
        clock.process(batches.by_a_model(site, annotators, reviewers))
    for model, there in enumerate(replica.models.there):
        if there:
            clock.process(models.shipping(site, model))
    if horizon > 0.0:
        clock.run(until=horizon)
    return site.closed(sum(site.under_way.values()) + annotators.in_line_and_in_hands() + reviewers.in_line_and_in_hands())
