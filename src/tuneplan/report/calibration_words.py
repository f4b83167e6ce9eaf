"""What to think of before pilots are believed, and words that every part of their report uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuneplan.evidence.calibration.analysis import Calibrated, Moved, Told
from tuneplan.report.words import listed, magnitude, plain, share
from tuneplan.units import POINTS_PER_SCALE

ODD = 2.5
"""Standard errors from which a pilot is named as one that nothing explains."""
READINGS = {"score": "score", "base": "score of the base", "gpu_hours": "GPU-hours", "tokens": "tokens", "label_price": "price of an example", "minutes": "minutes a label"}
"""Reading -> in words."""
FEW = 4
"""Pilots with which intervals hang on the defaults more than on what was measured; assumed."""
MOST_NAMED = 12
"""Pilots and numbers that a sentence names."""


def doubts(found: Calibrated) -> Iterator[str]:
    """What to think of before believing it."""
    pilots = len(found.pilots.pilots)
    if found.left_out:
        yield f"The scenario was {plain(found.left_out)} before; that is left out here, as a pilot must not count twice. Put all pilots into one file."
    odd = [each for each in found.told if each.stretch > 1.0]
    if odd:
        yield _contradicted(odd, alone=pilots == 1)
    for name in found.posterior.happened:
        yield _clash(found, name)
    if found.doubtful:
        named = listed([f"{each.path} ({numbers(each, each.before)} before, {numbers(each, each.after)} now)" for each in found.doubtful[:MOST_NAMED]])
        yield f"What the scenario says and what the pilots show lie far apart: {named}. Check that both speak of the same thing."
    if found.taught_little and not found.moved:
        yield "The pilots taught too little to change anything: too few, too noisy, or on what decides nothing here. Priors stay as wide as they were."
    elif found.taught_little:
        yield (
            f"The pilot{'' if pilots == 1 else 's'} taught little: the numbers below moved, but what decides is hardly better known than before. "
            "Too few, too noisy, or on what decides nothing here."
        )
    elif pilots < FEW:
        yield f"{pilots} pilot{' is' if pilots == 1 else 's are'} few: what was not measured stays as wide as its default."
    if found.posterior.widened:
        yield "Too few importance draws count to check the posterior, which is far from a normal distribution or has too many directions: it was widened, so that intervals are rather too wide than too narrow."


def _contradicted(odd: list[Told], *, alone: bool) -> str:
    """What lies far from everything else, and how little it is believed."""
    named = listed([f"line {each.pilot.line} ({READINGS[each.observation.reads]} of {plain(each.pilot.trained.said(each.pilot.task))})" for each in odd[:MOST_NAMED]])
    most = max(each.stretch for each in odd)
    if len(odd) > 1:
        others = "" if alone else ", while all others count in full"
        return (
            f"These pilots contradict one another, or what the scenario says, by far more than their errors: {named}. Their own errors were taken for up to "
            f"{most:.1f} times what they were said to be, so that they teach little{others}. Look at these runs first, and repeat them."
        )
    against = "what the scenario says" if alone else "the other pilots, or what the scenario says,"
    rest = "" if alone else ", while all others count in full"
    return (
        f"This run contradicts {against} by far more than its error: {named}. Its error was taken for {most:.1f} times what it was said to be, so that it "
        f"teaches little{rest}. It may have failed: look at it first, and repeat it before you believe it."
    )


def _clash(found: Calibrated, name: str) -> str:
    """What a clash was seen in, and how sure that is."""
    _, task, others = name.split(".", 2)
    said = f"{plain(task)} falls when it is trained with {listed(plain(others).split('+'))}, as where formats clash: nothing else explains its score."
    remedy = "tell the tasks apart by another framing, or train them apart."
    if name in found.posterior.once:
        chance = share(found.posterior.once[name])
        return (
            f"{said} One run says so, which may have failed by itself: the clash is believed by {chance}, and a model of just these tasks has it in as many "
            f"draws. Repeat that run before you decide by it; if it falls again, {remedy}"
        )
    return f"{said} From now on a model of just these tasks has that clash; {remedy}"


def counted(number: int, noun: str) -> str:
    """A count with its noun.

    >>> counted(1, "number"), counted(2, "number")
    ('1 number', '2 numbers')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shortened(name: str, room: int) -> str:
    """A name on one line, without its middle where it is too long for a table.

    >>> shortened("tasks.a.score", 20), shortened("tasks.a_very_long_name.score", 13)
    ('tasks.a.score', 'tasks.….score')
    """
    whole = plain(name)
    if len(whole) <= room:
        return whole
    tail = (room - 1) // 2
    return f"{whole[: room - 1 - tail]}…{whole[len(whole) - tail :]}"


def told_apart(names: Sequence[str], room: int) -> list[str]:
    """Names shortened for a table; those that would then be the same stay whole.

    >>> told_apart(["mail and all, 200 each", "mail and all, 500 each", "all but mail, 9 each"], 14)
    ['mail and all, 200 each', 'mail and all, 500 each', 'all but…9 each']
    """
    short = [shortened(each, room) for each in names]
    return [plain(name) if short.count(each) > 1 else each for name, each in zip(names, short, strict=True)]


def numbers(moved: Moved, values: tuple[float, float, float]) -> str:
    """Median and interval with their unit."""
    unit = unit_of(moved)
    return f"{bare(moved, values)}{f' {unit}' if unit and unit != '%' else unit}"


def bare(moved: Moved, values: tuple[float, float, float]) -> str:
    factor = POINTS_PER_SCALE if moved.unit == "share" else 1.0
    median, low, high = (f"{each:.3g}" if abs(each) < 999.5 else magnitude(each) for each in (factor * value for value in values))
    return f"{median} ({low} to {high})"


def unit_of(moved: Moved) -> str:
    return {"share": "%", "score": "", "1": ""}.get(moved.unit, moved.unit)
