"""What ``simulate validate`` predicts of the bundled cases, kept: for a memo it would take too long to do again.

``python tests/fitting/bundle_predictions.py`` writes ``predicted.csv`` beside this module; a test compares it with
what is predicted today, so that it can't fall behind the model.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.version import __version__

if TYPE_CHECKING:
    from tuneplan.evidence.validation import Validation

FILE = Path(__file__).parent / "predicted.csv"
DRAWS, SEED = 1024, 0
"""With which it is written: those of ``simulate validate``."""
COLUMNS = ("kind", "case_id", "source", "given", "part", "examples", "predicted", "lower", "upper", "measured")
MADE_WITH = "# tuneplan {version}, {draws} draws, seed {seed}; written by python tests/fitting/bundle_predictions.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """One published measurement beside what was predicted for it, in the unit of its kind.

    Attributes
    ----------
    source
        The paper or project that measured it.
    given, part
        As of ``Prediction``.
    examples
        Of a point of a learning curve; NaN elsewhere. [example]
    predicted, lower, upper
        Median and 80 % interval.
    """

    kind: str
    case_id: str
    source: str
    given: str
    part: str
    examples: float
    predicted: float
    lower: float
    upper: float
    measured: float

    @property
    def inside(self) -> bool:
        """Whether the band holds what was measured."""
        return self.lower <= self.measured <= self.upper

    @property
    def is_from_inputs(self) -> bool:
        """Whether nothing that was trained had been measured before."""
        return "specialist" not in self.given


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """All of them, and with what they were made."""

    version: str
    draws: int
    seed: int
    cases: tuple[Predicted, ...]


@cache
def bundled_predictions() -> Predictions:
    """Those that come with the tool."""
    return read_predictions(FILE.read_text(encoding="utf-8"))


def read_predictions(text: str) -> Predictions:
    """Predictions as ``as_csv`` wrote them."""
    first, *lines = text.splitlines()
    made = re.fullmatch(re.escape(MADE_WITH).replace(r"\{version\}", "(.+)").replace(r"\{draws\}", "([0-9]+)").replace(r"\{seed\}", "([0-9]+)"), first)
    assert made is not None, f"{FILE.name}: {first!r} does not say with what it was made"
    cases = (
        Predicted(
            kind=row["kind"], case_id=row["case_id"], source=row["source"], given=row["given"], part=row["part"],
            examples=float(row["examples"] or "nan"), predicted=float(row["predicted"]), lower=float(row["lower"]), upper=float(row["upper"]),
            measured=float(row["measured"]),
        )
        for row in csv.DictReader(lines)
    )  # fmt: skip
    return Predictions(version=made[1], draws=int(made[2]), seed=int(made[3]), cases=tuple(cases))


def as_csv(result: Validation) -> str:
    """What is kept of a validation: measured cases, five digits of each number."""
    head = MADE_WITH.format(version=__version__, draws=result.design.draws, seed=result.design.seed)
    return "\n".join([head, _line(COLUMNS), *map(_line, _rows(result))]) + "\n"


def _rows(result: Validation) -> list[tuple[str, ...]]:
    rows = []
    for each in result.predictions:
        if each.measured is not None:
            examples = each.case.number("examples")
            numbers = (each.predicted, each.lower, each.upper, each.measured)
            told = (each.case.kind, each.case.case_id, each.case.group, each.given, each.part, "" if examples is None else f"{examples:g}")
            rows.append((*told, *(f"{number:.5g}" for number in numbers)))
    return rows


def _line(cells: Sequence[str]) -> str:
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in cells)
