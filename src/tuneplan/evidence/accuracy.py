"""How accurate predictions of the bundled cases are, as ``simulate validate`` last measured it.

Replaying 596 cases takes seconds, and their accuracy hangs on no scenario: so the summary is kept as data, and a
test holds it against the cases. ``python -m tuneplan.evidence.accuracy`` writes it anew.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path

from tuneplan.evidence.cases import bundled_cases
from tuneplan.evidence.scores import ALL, Summary
from tuneplan.evidence.validation import validate
from tuneplan.study.design import monte_carlo

FILE = Path(__file__).with_name("accuracy.csv")
DRAWS = 1024
"""As many as ``simulate validate`` takes."""
INPUTS = ("", "inputs")
"""Ways of predicting in which nothing measured on the case itself is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How far predictions of one kind are off.

    Attributes
    ----------
    cases, sources
        Measured cases, and papers or tables that they are from.
    unit
        Of the error: ``point``, or ``share`` of what was measured.
    median_error
        Half of the cases are nearer.
    coverage
        Share of measurements inside their 80 % bands.
    winners
        Share of winners called right, among pairs half a point apart or more; NaN where none is called.
    """

    kind: str
    cases: int
    sources: int
    unit: str
    median_error: float
    coverage: float
    winners: float


def accuracies_of(summaries: Sequence[Summary]) -> tuple[Accuracy, ...]:
    """One a kind, of predictions from inputs alone."""
    whole = [each for each in summaries if each.way in INPUTS and each.part in ("", ALL)]
    return tuple(
        Accuracy(
            kind=each.kind, cases=each.measured, sources=each.groups, unit=each.unit, median_error=each.median_error, coverage=each.coverage.rows,
            winners=float("nan") if each.winners is None else each.winners.right.rows,
        )
        for each in whole
    )  # fmt: skip


@cache
def bundled_accuracies() -> tuple[Accuracy, ...]:
    """As last measured.

    >>> [each.kind for each in bundled_accuracies()][:2]
    ['head_to_head', 'training_time']
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Accuracy(
                kind=row["kind"], cases=int(row["cases"]), sources=int(row["sources"]), unit=row["unit"], median_error=float(row["median_error"]),
                coverage=float(row["coverage"]), winners=float(row["winners"]),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def write(path: Path = FILE) -> None:
    """Measure it on the bundled cases and keep it."""
    found = accuracies_of(validate(bundled_cases(), monte_carlo(DRAWS), bundled=True).summaries)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Accuracy)], lineterminator="\n")
        writer.writeheader()
        for each in found:
            writer.writerow({name: f"{value:.4g}" if isinstance(value, float) else value for name, value in asdict(each).items()})


if __name__ == "__main__":
    write()
    sys.stdout.write(FILE.read_text(encoding="utf-8"))
