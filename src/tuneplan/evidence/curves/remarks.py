"""What makes the fit of a curve weak, said in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from tuneplan.evidence.curves.records import Curve
from tuneplan.scenario.grammar.dimensions import format_number

FEW_POINTS = 4
FLAT = 0.02
"""Change of the loss, as a share, below which a curve is called flat."""
ROUGH = 0.08
"""Log-sd of points around the law from which a curve is called rough: one in ten of the published ones is."""
CLEAR = 2.0
"""Standard errors of the slope from which a curve is said to rise."""
CLEAR_TURN, LEAST_AFTER_TURN = 3.0, 3
"""The same from its least loss on, which is chosen and so flatters, and points that takes; none of the 90 published ones."""
USUAL_SCATTER = 0.05
"""Log-sd of points as it is taken before they are seen, worth one point: two alone can't tell."""
RISEN = 1.02
"""Loss after the first training over that of the base from which it is called harmful."""
FAR = 32.0
"""How many times the last point was checked: 51 200 examples to 1.6 million."""


def remarks(curve: Curve, at: Sequence[float], *, rough: float) -> tuple[str, ...]:
    """All that holds.

    Parameters
    ----------
    rough
        Log-sd of errors around the law, as fitted.
    """
    return tuple(_remarks(curve, at, rough=rough))


def rises(curve: Curve) -> bool:
    """Whether the loss clearly rises with examples, beyond what scatter explains: by the slope of its log.

    >>> rises(Curve(name="a", examples=(500.0, 5e3, 5e4), values=(1.0, 1.2, 1.4)))
    True
    >>> rises(Curve(name="a", examples=(500.0, 5e3, 5e4), values=(1.0, 1.3, 1.1)))
    False
    """
    return _is_rising(*_points(curve), clear=CLEAR)


def turn(curve: Curve) -> float | None:
    """Examples from which on the loss clearly rises though it fell before; None where it does not. [example]

    >>> turn(Curve(name="a", examples=(500.0, 1e3, 2e3, 4e3, 8e3), values=(3.0, 2.0, 1.5, 1.8, 2.2)))
    2000.0
    """
    log_examples, log_loss = _points(curve)
    least = log_loss.index(min(log_loss))
    rising = least > 0 and len(log_loss) - least >= LEAST_AFTER_TURN and _is_rising(log_examples[least:], log_loss[least:], clear=CLEAR_TURN)
    return curve.examples[curve.trained[least]] if rising else None


def _points(curve: Curve) -> tuple[list[float], list[float]]:
    """Logs of examples and loss at trained points."""
    places = curve.trained
    losses = curve.scale.as_loss_list([curve.values[place] for place in places])
    return [math.log(curve.examples[place]) for place in places], [math.log(each) for each in losses]


def _is_rising(log_examples: Sequence[float], log_loss: Sequence[float], *, clear: float) -> bool:
    """Whether the slope is above 0 by ``clear`` standard errors, and the rise not too small to call one."""
    count = len(log_examples)
    middle, level = sum(log_examples) / count, sum(log_loss) / count
    wide = sum((each - middle) ** 2 for each in log_examples)
    if not wide:
        return False
    slope = sum((x - middle) * (y - level) for x, y in zip(log_examples, log_loss, strict=True)) / wide
    squares = sum((y - level - slope * (x - middle)) ** 2 for x, y in zip(log_examples, log_loss, strict=True))
    error = math.sqrt((squares + USUAL_SCATTER**2) / (count - 1) / wide)
    return slope > clear * error and slope * (log_examples[-1] - log_examples[0]) > FLAT


def _remarks(curve: Curve, at: Sequence[float], *, rough: float) -> Iterator[str]:
    places = curve.trained
    if len(places) < FEW_POINTS:
        count = "one trained point" if len(places) == 1 else f"{len(places)} trained points"
        yield f"{count}: published curves say more about it than it does itself"
    losses = curve.scale.as_loss_list([curve.values[place] for place in places])
    change = losses[-1] / losses[0] - 1.0
    if rises(curve):
        yield "it gets worse with more examples, which no such law does: its numbers mean little, and it is not carried on beyond its last point"
    elif (turned := turn(curve)) is not None:
        yield f"it gets worse again from {_sizes(turned)} on, which no such law does: the band allows for it, the middle does not"
    elif len(places) > 1 and abs(change) <= FLAT:
        yield "it hardly moves between its first and last point, so that where it bends is not seen"
    if len(places) >= FEW_POINTS and rough >= ROUGH:
        yield f"its points lie about {100.0 * rough:.0f} % of the loss off any law; bands hold what a new measurement would show, which is as far off"
    if curve.start is None:
        yield "the base was not measured (no row at 0 examples), so that format_share is not told"
    elif losses[0] > RISEN * curve.scale.as_loss_list([curve.start])[0]:
        yield "the first training made it worse than the base: no share of the gap is format"
    last = max(curve.examples)
    far = [count for count in at if count > FAR * last]
    if far:
        yield f"{_sizes(max(far))} are more than {FAR:.0f} times its last point, farther than was ever checked"


def _sizes(examples: float) -> str:
    """A number of examples to three digits."""
    return format_number(float(f"{examples:.3g}"), "example")
