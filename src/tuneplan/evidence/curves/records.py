"""Curves as they are given, and what fitting them found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuneplan.axes import Array, Mask
from tuneplan.late import np

SMALLEST_LOSS = 5e-4
"""Losses are lifted to this share of a score's span, so that they have a logarithm: below, a test set tells nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What a curve was measured in.

    Attributes
    ----------
    unit
        ``loss`` or ``score``.
    best
        Where nothing is left to learn: 0 for losses and scores that fall, the span for those that rise.
    span
        Width of the metric's scale; 1 for losses.
    """

    unit: str = "loss"
    best: float = 0.0
    span: float = 1.0

    def as_loss(self, values: Array) -> Array:
        """Distance to the best, as a share of the span; of losses, the loss itself.

        >>> Scale(unit="score", best=100.0, span=100.0).as_loss(np.array([40.0, 100.0])).tolist()
        [0.6, 0.0005]
        """
        apart = np.abs(self.best - values) / self.span
        return np.maximum(apart, SMALLEST_LOSS) if self.unit == "score" else apart

    def as_loss_list(self, values: Sequence[float]) -> list[float]:
        """The same, of a few numbers."""
        return [float(each) for each in self.as_loss(np.array(values, dtype=float))]

    def as_given(self, losses: Array) -> Array:
        """The way back; scores stay on their scale."""
        if self.unit == "loss":
            return losses
        return np.abs(self.best - self.span * np.minimum(losses, 1.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One learning curve.

    Attributes
    ----------
    name
        As it is called in tables.
    task, base_model
        Empty where not said.
    examples
        Trained on, from the fewest; 0: the base as it is. [example]
    values, errors
        What was measured there, and its standard error (0: not said), in the unit of ``scale``.
    """

    name: str
    task: str = ""
    base_model: str = ""
    examples: tuple[float, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...] = ()
    scale: Scale = Scale()

    @property
    def trained(self) -> tuple[int, ...]:
        """Which points have examples."""
        return tuple(number for number, count in enumerate(self.examples) if count > 0.0)

    @property
    def start(self) -> float | None:
        """What the base as it is scores; None where nobody said."""
        untrained = [value for count, value in zip(self.examples, self.values, strict=True) if count == 0.0]
        return sum(untrained) / len(untrained) if untrained else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LawFit:
    """One law on one curve.

    Attributes
    ----------
    missed
        Root mean square of the log loss's distance from the law, at the points, of the draw that lies nearest. [1]
    log_evidence
        Log of the chance that the law, with its prior, gave to the points.
    """

    name: str
    missed: float
    log_evidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveFit:
    """What fitting found on one curve.

    Attributes
    ----------
    numbers
        Draws ``(draw,)`` of ``data_exponent``, ``half_gap_examples`` [example], ``ceiling`` (in the unit of the curve)
        and, where the base was measured, ``format_share``.
    at
        Examples at which the curve is carried on, ``(point,)``. [example]
    values
        Draws of what would be measured there by the rectified law, ``(draw, point)``, in the unit of the curve.
    log_losses
        The same as logs of the loss, for scores of the prediction.
    told
        Whether it may be carried on there, ``(point,)``: a curve that rises is not, beyond its last point.
    by_power
        Medians by the power law, ``(point,)``.
    laws
        The rectified law, then the power law.
    remarks
        What makes the fit weak, in sentences.
    """

    curve: Curve
    numbers: Mapping[str, Array]
    at: Array
    values: Array
    log_losses: Array
    told: Mask
    by_power: Array
    laws: tuple[LawFit, LawFit]
    remarks: tuple[str, ...]

    @property
    def gain(self) -> float:
        """Log evidence of the rectified law over that of the power law. [nat]"""
        return self.laws[0].log_evidence - self.laws[1].log_evidence
