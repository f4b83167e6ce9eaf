"""The section of a scenario that holds what pilots taught, as YAML that reads back to the same."""

from __future__ import annotations

from collections.abc import Iterator

from tuneplan.report.yaml_text import in_flow
from tuneplan.scenario.calibration import Calibration

QUOTED = '""'
"""How nothing is written, where a text belongs."""
DIGITS = 6
"""After the point, of normal scores and directions."""


def rounded(value: float) -> float:
    """A number with the digits of the file."""
    return round(value, DIGITS) + 0.0  # no -0


def section(learned: Calibration) -> str:
    """The key ``calibrated`` with all below it.

    >>> learned = Calibration(file="p.csv", pilots=2, names=("law.a",), shift=(0.5,), loadings=((1.0,),), known=(0.75,), priors=("1 to 2",))
    >>> print(section(learned), end="")
    calibrated:
      from: p.csv
      pilots: 2
      known: [0.75]
      numbers:
        law.a: {prior: 1 to 2, shift: 0.5, along: [1]}
    """
    return "\n".join(_lines(learned)) + "\n"


def _lines(learned: Calibration) -> Iterator[str]:
    yield "calibrated:"
    yield f"  from: {in_flow(learned.file)}"
    yield f"  pilots: {learned.pilots}"
    if learned.under:
        yield "  under:"
        yield from (f"    {in_flow(path)}: {in_flow(word) if word else QUOTED}" for path, word in learned.under)
    yield f"  known: {_listed(learned.known)}"
    if not learned.names:
        yield "  numbers: {}"
        return
    yield "  numbers:"
    for name, prior, shift, along in zip(learned.names, learned.priors, learned.shift, learned.loadings, strict=True):
        said = in_flow(prior) if prior else '""'
        yield f"    {in_flow(name)}: {{prior: {said}, shift: {_number(shift)}, along: {_listed(along)}}}"


def _listed(values: tuple[float, ...]) -> str:
    return f"[{', '.join(_number(each) for each in values)}]"


def _number(value: float) -> str:
    text = f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
