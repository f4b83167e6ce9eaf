"""What makes the fit of a curve weak, said in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuneplan.evidence.curves.records import Curve

FEW_POINTS = 4
FLAT = 0.02
"""Change of the loss, as a share, below which a curve is called flat."""
ROUGH = 0.08
"""Log-sd of points around the law from which a curve is called rough: one in ten of the published ones is."""
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


def _remarks(curve: Curve, at: Sequence[float], *, rough: float) -> Iterator[str]:
    places = curve.trained
    if len(places) < FEW_POINTS:
        count = "one trained point" if len(places) == 1 else f"{len(places)} trained points"
        yield f"{count}: published curves say more about it than it does itself"
    losses = curve.scale.as_loss_list([curve.values[place] for place in places])
    change = losses[-1] / losses[0] - 1.0
    if len(places) > 1 and change > FLAT:
        yield "it gets worse with more examples, which no such law does: its numbers mean little"
    elif len(places) > 1 and abs(change) <= FLAT:
        yield "it hardly moves between its first and last point, so that where it bends is not seen"
    if len(places) >= FEW_POINTS and rough >= ROUGH:
        yield f"its points contradict each other by about {100.0 * rough:.0f} % of the loss; the bands are as wide"
    if curve.start is None:
        yield "the base was not measured (no row at 0 examples), so that format_share is not told"
    elif losses[0] > RISEN * curve.scale.as_loss_list([curve.start])[0]:
        yield "the first training made it worse than the base: no share of the gap is format"
    last = max(curve.examples)
    far = [count for count in at if count > FAR * last]
    if far:
        yield f"{far[-1]:.4g} examples are more than {FAR:.0f} times its last point, farther than was ever checked"
