"""The scores that a scenario's own pilots measured, read again for pictures, where their file is still at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tuneplan.errors import TuneplanError
from tuneplan.evidence.calibration.variants import Pilots, read_pilots
from tuneplan.scenario.records import Scenario
from tuneplan.study.learning_curves import Measured
from tuneplan.units import POINTS_PER_SCALE


def measured_scores(scenario: Scenario) -> tuple[Measured, ...]:
    """Scores of tasks after training on their own examples, with the base and method of the scenario.

    The pilot file is looked for beside the file that holds the calibration, and beside the scenario. Nothing is
    shown where it is gone or says something else by now: pictures do without.
    """
    pilots = _pilots_of(scenario)
    return () if pilots is None else tuple(_scores(pilots))


def _pilots_of(scenario: Scenario) -> Pilots | None:
    learned = scenario.calibration
    if learned is None or Path(learned.file).name != learned.file:
        return None
    place = scenario.places.get("calibrated")
    for beside in dict.fromkeys((place.file if place is not None else "", scenario.file)):
        path = Path(beside).parent / learned.file
        if beside and path.is_file():
            try:
                found = read_pilots(path, scenario)
            except TuneplanError:
                continue
            if len(found.pilots) == learned.pilots:
                return found
    return None


def _scores(pilots: Pilots) -> Iterator[Measured]:
    for pilot in pilots.pilots:
        examples = dict(pilot.trained.examples).get(pilot.task, 0.0)
        if not examples or pilot.trained.base or pilot.trained.method:
            continue
        for each in (pilots.observations[place] for place in pilot.observations):
            if each.reads == "score":
                yield Measured(
                    task=pilot.task, strategy=pilot.trained.like, examples=examples, points=POINTS_PER_SCALE * each.value,
                    error=POINTS_PER_SCALE * each.spread,
                )  # fmt: skip
