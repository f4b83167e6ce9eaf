"""Annotators and reviewers, event by event: places in which people follow one another, and the line of work before them."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass

import simpy

from tuneplan.core.schedule.people import MOST_PEOPLE
from tuneplan.study.schedule.clock import BATCHES, LEAVES, PLACES, Clock
from tuneplan.study.schedule.replica import People
from tuneplan.study.schedule.site import Site

Process = Generator[simpy.Event, object, None]


@dataclass(slots=True, kw_only=True)
class Piece:
    """Work on one batch.

    Attributes
    ----------
    arrived, ended
        When it joined the line and when it was done, in working time. [hour]
    left
        Hours of a newcomer that it still takes.
    over
        Happens when it is done.
    teaches
        Whether it counts as practice, as labelling for the first time does.
    """

    batch: int
    what: str
    examples: float
    arrived: float
    left: float
    over: simpy.Event
    teaches: bool = False
    ended: float = math.inf


@dataclass(slots=True, kw_only=True)
class Place:
    """Whoever holds a place now: when she is free, and leaves, in hours of working time, what she has learnt and holds."""

    number: int
    free: float
    leaves: float = math.inf
    practice: int = 0
    began: float = 0.0
    ends: float = math.inf
    piece: Piece | None = None
    asked: simpy.Event | None = None


class Pool:
    """A line of work and the places that take from it.

    Attributes
    ----------
    resource
        Its number among ``RESOURCES``.
    """

    def __init__(self, site: Site, resource: int, word: str, people: People) -> None:
        self.resource, self.word, self.people = resource, word, people
        self.line = simpy.Store(site.clock)
        self.places = [Place(number=number, free=ready) for number, ready in people.ready.items()]
        for place in self.places:
            site.clock.process(holding(site, self, place))

    def in_line_and_in_hands(self) -> float:
        """Examples of all work that has joined the line and is not done."""
        hands = [place.piece or (place.asked.value if place.asked is not None and place.asked.triggered else None) for place in self.places]
        return sum((piece.examples for piece in [*self.line.items, *hands] if piece is not None), 0.0)


def queued(site: Site, pool: Pool, piece: Piece) -> Process:
    """Work joins the line, of what arrives at the same moment the first batch first, and waits until it is done."""
    yield site.clock.turn(BATCHES + piece.batch)
    site.under_way.pop(piece.batch, None)
    pool.line.put(piece)
    yield piece.over


def holding(site: Site, pool: Pool, place: Place) -> Process:
    """A place: whoever holds it works until she leaves; whoever comes next goes on where she stopped."""
    clock, days, people = site.clock, site.replica.days, pool.people
    me = clock.active_process
    for person in range(MOST_PEOPLE + 1):
        yield clock.until(days.date(place.free))
        if person:
            site.note(pool.word, place.number, "is replaced", resource=pool.resource)
        if people.stays:
            place.leaves = place.free + people.stays[person % len(people.stays)][place.number]
            clock.process(leaving(clock, days.date(place.leaves), me))
        try:
            yield from working(site, pool, place)
            return
        except simpy.Interrupt:
            site.note(pool.word, place.number, "leaves", resource=pool.resource)
            let_go(site, pool, place)
            place.free = place.leaves + people.gaps[person % len(people.gaps)][place.number]
            place.practice = 0


def leaving(clock: Clock, date: float, holder: simpy.Process | None) -> Process:
    """Somebody leaves at a date, if there still is work at all."""
    yield clock.until(date, rank=LEAVES)
    if holder is not None and holder.is_alive:
        holder.interrupt("leaves")


def working(site: Site, pool: Pool, place: Place) -> Process:
    """Take the work that has waited longest, time and again, until every batch is done."""
    clock, days = site.clock, site.replica.days
    while any(site.missing):
        if place.piece is None:
            yield clock.turn(PLACES + place.number)
            place.asked = pool.line.get()
            taken = yield place.asked
            assert isinstance(taken, Piece)
            place.asked, place.piece = None, taken
            site.waited[pool.resource] += max(place.free, taken.arrived) - taken.arrived
            if taken.teaches:
                site.dates["begun"][taken.batch] = clock.now
        piece = place.piece
        place.began = max(place.free, piece.arrived)
        place.ends = place.began + piece.left * pool.people.pace[place.practice]
        site.note(pool.word, place.number, f"begins to {piece.what}", resource=pool.resource, batch=piece.batch, examples=piece.examples)
        yield clock.until(days.date(place.ends))
        site.note(pool.word, place.number, f"ends to {piece.what}", resource=pool.resource, batch=piece.batch, examples=piece.examples)
        site.busy[pool.resource] += place.ends - place.began
        place.free = piece.ended = place.ends
        place.practice += piece.teaches
        place.piece = None
        site.under_way[piece.batch] = piece.examples
        piece.over.succeed()


def let_go(site: Site, pool: Pool, place: Place) -> None:
    """What somebody who leaves was waiting for, or had in her hands: nothing of it is lost."""
    if place.asked is not None:
        if place.asked.triggered:
            place.piece = place.asked.value
        else:
            place.asked.cancel()  # type: ignore[attr-defined]
        place.asked = None
    elif place.piece is not None:
        site.busy[pool.resource] += place.leaves - place.began
        place.piece.left = (place.ends - place.leaves) / pool.people.pace[place.practice]
