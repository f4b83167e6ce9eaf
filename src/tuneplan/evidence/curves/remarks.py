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
    places = curve.trained
    log_loss = [math.log(each) for each in curve.scale.as_loss_list([curve.values[place] for place in places])]
    log_examples = [math.log(curve.examples[place]) for place in places]
    middle, level = sum(log_examples) / len(places), sum(log_loss) / len(places)
    wide = sum((each - middle) ** 2 for each in log_examples)
    if not wide:
        return False
    slope = sum((x - middle) * (y - level) for x, y in zip(log_examples, log_loss, strict=True)) / wide
    squares = sum((y - level - slope * (x - middle)) ** 2 for x, y in zip(log_examples, log_loss, strict=True))
    error = math.sqrt((squares + USUAL_SCATTER**2) / (len(places) - 1) / wide)
    return slope > CLEAR * error and slope * (log_examples[-1] - log_examples[0]) > FLAT


def _remarks(curve: Curve, at: Sequence[float], *, rough: float) -> Iterator[str]:
    places = curve.trained
    if len(places) < FEW_POINTS:
        count = "one trained point" if len(places) == 1 else f"{len(places)} trained points"
        yield f"{count}: published curves say more about it than it does itself"
    losses = curve.scale.as_loss_list([curve.values[place] for place in places])
    change = losses[-1] / losses[0] - 1.0
    if rises(curve):
        yield "it gets worse with more examples, which no such law does: its numbers mean little, and it is not carried on beyond its last point"
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
        yield f"{format_number(float(f'{max(far):.3g}'), 'example')} are more than {FAR:.0f} times its last point, farther than was ever checked"
