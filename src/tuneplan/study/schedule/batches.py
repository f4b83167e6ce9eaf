"""Batches on their way, event by event: labelled or written, reviewed, made again, settled. The law is ``core.schedule.collecting``'s."""

from __future__ import annotations

from tuneplan.study.schedule.people import Piece, Pool, Process, queued
from tuneplan.study.schedule.site import Site
from tuneplan.study.schedule.trace import ACCEPTED, ADJUDICATED, AGAIN, LABELLED, REJECTED


def by_people(site: Site, annotators: Pool, reviewers: Pool, batch: int) -> Process:
    """A batch that people label."""
    work, clock, days = site.replica.batches, site.clock, site.replica.days
    arrives, examples = work.arrives[batch], work.examples[batch]
    yield clock.until(days.date(arrives))
    site.note("batch", batch, "is handed out", batch=batch, examples=examples)
    piece = Piece(batch=batch, what="label", examples=examples, arrived=arrives, left=work.labelling[batch], over=clock.event(), teaches=True)
    yield from queued(site, annotators, piece)
    site.dates["labelled"][batch] = clock.now
    site.counts[LABELLED] += examples
    yield from reviewed(site, annotators, reviewers, batch, piece.ended)


def by_a_model(site: Site, annotators: Pool, reviewers: Pool) -> Process:
    """A source that writes generated batches, one after another, at night too."""
    work, clock = site.replica.batches, site.clock
    for batch, (generated, examples) in enumerate(zip(work.generated, work.examples, strict=True)):
        if generated and examples > 0.0:
            yield clock.until(work.written[batch])
            site.note("source", -1, "has written", batch=batch, examples=examples)
            site.dates["begun"][batch] = site.dates["labelled"][batch] = clock.now
            site.counts[LABELLED] += examples
            clock.process(reviewed(site, annotators, reviewers, batch, work.arrives[batch]))


def reviewed(site: Site, annotators: Pool, reviewers: Pool, batch: int, arrived: float) -> Process:
    """A batch that is there is looked at; what is rejected is made again behind all that waits, what fails again is settled."""
    work, clock, days = site.replica.batches, site.clock, site.replica.days
    rejected, failed, hour = work.rejected[batch], work.failed[batch], arrived
    if work.reviewing[batch] > 0.0:
        piece = Piece(batch=batch, what="review", examples=work.examples[batch], arrived=hour, left=work.reviewing[batch], over=clock.event())
        yield from queued(site, reviewers, piece)
        hour = piece.ended
    site.dates["reviewed"][batch] = clock.now
    site.counts[ACCEPTED] += work.examples[batch] - rejected
    site.counts[REJECTED] += rejected
    site.under_way[batch] = rejected
    if rejected > 0.0:
        piece = Piece(batch=batch, what="make again", examples=rejected, arrived=hour, left=work.reworking[batch], over=clock.event())
        yield from queued(site, annotators, piece)
        hour = piece.ended
        site.counts[AGAIN] += rejected
        site.counts[ACCEPTED] += rejected - failed
        site.under_way[batch] = failed
    if failed > 0.0:
        site.note("batch", batch, "is settled", batch=batch, examples=failed)
        yield clock.until(days.date(hour + work.settling[batch]))
        site.counts[ADJUDICATED] += failed
        site.counts[ACCEPTED] += failed
    site.under_way.pop(batch, None)
    site.accept(batch)
