"""Models on their way, event by event: set up, prepared, trained, judged, mended, deployed. The law is ``core.schedule.shipping``'s."""

from __future__ import annotations

from collections.abc import Generator
from itertools import count

import simpy

from tuneplan.core.schedule.calendar import HOURS_PER_DAY
from tuneplan.core.schedule.runs import MOST_INTERRUPTIONS
from tuneplan.core.schedule.shipping import (
    CHECK,
    DEPLOY,
    HAND_OVER,
    JUDGE,
    MEND,
    MOST_ROUNDS,
    NOBODY,
    OF_PEOPLE,
    PREPARE,
    SEARCH,
    STEPS,
    TRAIN,
    WHO,
)
from tuneplan.study.schedule.clock import LEAVES, MODELS, Clock
from tuneplan.study.schedule.people import Process
from tuneplan.study.schedule.site import ENGINEERS, GPUS, Site

Asked = Generator[simpy.Event, object, simpy.Event]


def setting_up(site: Site) -> Process:
    """Engineers set up training, or write prompts, from the first day on."""
    hours = site.replica.models.set_up
    if hours > 0.0:
        yield from _engineered(site, "set-up", hours, MODELS)
    site.set_up = site.clock.now
    site.is_set_up.succeed()


def routing(site: Site) -> Process:
    """The router is built once training is set up."""
    hours = site.replica.models.router
    if hours > 0.0:
        yield site.is_set_up
        yield from _engineered(site, "router", hours, MODELS + len(site.replica.models.there))
    site.router = site.clock.now if hours > 0.0 else 0.0


def _engineered(site: Site, what: str, hours: float, rank: int) -> Process:
    clock = site.clock
    request = yield from _asked(site, ENGINEERS, rank)
    site.note(what, -1, "begins", resource=ENGINEERS)
    yield clock.until(site.replica.days.after(clock.now, hours))
    site.note(what, -1, "ends", resource=ENGINEERS)
    _given_back(site, ENGINEERS, request, hours)


def _asked(site: Site, crew: int, rank: int) -> Asked:
    """Stand in line for one of a crew, of those who ask at the same moment the first model first."""
    clock, resource = site.clock, site.crews[crew]
    yield clock.turn(rank)
    asks = clock.now
    if resource is None:
        yield clock.event()  # there is nobody: it never comes
    assert resource is not None
    request = resource.request()
    yield request
    site.waited[crew] += (clock.now - asks) * HOURS_PER_DAY
    return request


def _given_back(site: Site, crew: int, request: simpy.Event, hours: float) -> None:
    site.busy[crew] += hours
    site.crews[crew].release(request)  # type: ignore[union-attr, arg-type]


def shipping(site: Site, model: int) -> Process:
    """A model, from its data to its first request."""
    models = site.replica.models
    trained, served = models.trained[model], models.served[model]
    yield from _started(site, model)
    yield from stepping(site, model, PREPARE)
    if trained:
        yield from running(site, model, SEARCH, 0)
    for number in count(1):
        if trained:
            yield from running(site, model, TRAIN, min(number, models.rounds_known))
            site.dates["trained"][model] = site.clock.now
        if not served:
            site.ready[model].succeed()
            return
        yield from stepping(site, model, CHECK)
        yield from stepping(site, model, JUDGE)
        if number >= min(models.rounds[model], MOST_ROUNDS):
            break
        site.note("model", model, "is sent back", model=model)
        yield from stepping(site, model, MEND)
    if models.rounds[model] > MOST_ROUNDS:
        site.note("model", model, "is given up", model=model)
        return
    yield from stepping(site, model, DEPLOY)
    yield from stepping(site, model, HAND_OVER)
    site.dates["live"][model] = site.clock.now
    site.note("model", model, "is live", model=model)


def _started(site: Site, model: int) -> Process:
    """Training is set up, all examples are there, and the models from which it starts are trained."""
    models = site.replica.models
    yield site.is_set_up
    for task in models.tasks[model]:
        yield site.data[task]
    for other in models.after[model]:
        yield site.ready[other]


def stepping(site: Site, model: int, step: int) -> Process:
    """A step that is no run; what takes no time needs nobody."""
    clock, hours, crew = site.clock, site.replica.models.hours[step][model], WHO[step] + ENGINEERS
    is_asked = hours > 0.0 and WHO[step] != NOBODY
    request = (yield from _asked(site, crew, MODELS + model)) if is_asked else None
    _begins(site, model, step, crew if is_asked else -1)
    if hours > 0.0:
        yield clock.until(site.replica.days.after(clock.now, hours) if OF_PEOPLE[step] else clock.now + hours / HOURS_PER_DAY)
    _ends(site, model, step, crew if is_asked else -1)
    if request is not None:
        _given_back(site, crew, request, hours)


def _begins(site: Site, model: int, step: int, crew: int) -> None:
    row = site.step_begun[step]
    if row[model] != row[model]:  # the first time
        row[model] = site.clock.now
    site.note("model", model, f"{STEPS[step]} begins", resource=crew, model=model)


def _ends(site: Site, model: int, step: int, crew: int) -> None:
    site.step_ended[step][model] = site.clock.now
    site.note("model", model, f"{STEPS[step]} ends", resource=crew, model=model)


def running(site: Site, model: int, step: int, run: int) -> Process:
    """A run: it waits for capacity, then in line, and holds its GPUs until it ends, however often they are taken away."""
    clock, models = site.clock, site.replica.models
    work = models.undisturbed[step - SEARCH][model]
    if not work > 0.0:
        _begins(site, model, step, -1)
        _ends(site, model, step, -1)
        return
    yield clock.until(clock.now + models.capacity[model] / HOURS_PER_DAY)
    request = yield from _asked(site, GPUS, MODELS + model)
    _begins(site, model, step, GPUS)
    begun = clock.now
    yield clock.process(computing(site, model, run, work))
    _ends(site, model, step, GPUS)
    _given_back(site, GPUS, request, (clock.now - begun) * HOURS_PER_DAY)


def computing(site: Site, model: int, run: int, work: float) -> Process:
    """Hours of work on capacity that is taken away now and then; each time the run starts again at its last checkpoint."""
    clock, models, done = site.clock, site.replica.models, 0.0
    for number in range(MOST_INTERRUPTIONS):
        gap = models.gap(run, number, model)
        clock.process(taking_away(clock, clock.now + gap / HOURS_PER_DAY, clock.active_process))
        try:
            yield clock.until(clock.now + (work - done) / HOURS_PER_DAY)
            return
        except simpy.Interrupt:
            reached = done + gap
            done = reached // models.between * models.between if models.between > 0.0 else reached
            site.note("model", model, "GPUs are taken away", resource=GPUS, model=model)
        yield clock.until(clock.now + models.restart / HOURS_PER_DAY)
        site.note("model", model, "run starts again", resource=GPUS, model=model)
    yield clock.event()  # it is given up, and its GPUs with it


def taking_away(clock: Clock, date: float, run: simpy.Process | None) -> Process:
    """Capacity is taken away at a date, unless the run has ended."""
    yield clock.until(date, rank=LEAVES)
    if run is not None and run.is_alive:
        run.interrupt("taken away")
