"""Do intervals hold what they should? Parameters drawn from the prior, pilots simulated, learned from, looked at.

``python tests/fitting/recovery.py`` prints the table; ``test_recovery.py`` holds its bars.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import yaml
from scipy import special

from tuneplan.axes import Array
from tuneplan.core import evaluate
from tuneplan.evidence.calibration import Observation, calibrate
from tuneplan.evidence.calibration.modes import DEGREES
from tuneplan.evidence.calibration.observations import SCORE_ERROR, Forward
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Design, monte_carlo

TASKS = ("a", "b", "c")
LEVEL_ENDS = (0.05, 0.95)
SCORE_OF_95 = 1.6448536269514722
IDENTIFIED = 0.9
"""A number is identified where its standard deviation is below this share of the prior's, on average."""
DESIGN = monte_carlo(1024)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What came out.

    Attributes
    ----------
    pilots
        Runs of a replicate; each is measured on every task that it was trained on.
    numbers
        Share of the 90 % intervals of identified numbers that hold the truth.
    differences
        The same of delivered unified less specialists.
    width, width_before
        Mean width of the latter's interval, after and before the pilots. [point]
    identified
        How many numbers are.
    """

    pilots: int
    replicates: int
    numbers: float
    differences: float
    width: float
    width_before: float
    identified: int


def recovery(pilots: Mapping[str, Mapping[str, int]], *, replicates: int, clashes: bool = True) -> Recovery:
    """Simulate and learn, over and over.

    Parameters
    ----------
    pilots
        Name of a run -> examples by task.
    clashes
        Whether formats may clash in a pilot: an event that calibration does not know of.
    """
    scenario, question = _scenario(pilots), _scenario({})
    blank = [Observation(scenario=scenario, strategy=_key(name), request=task, value=0.0) for name, counts in pilots.items() for task in counts]
    forward = Forward.of(blank)
    truth = special.ndtri(Design(draws=replicates, scrambles=1, stream="truth\x00").points(forward.names))
    if not clashes:
        truth[[name.startswith("clash.") for name in forward.names]] = 0.0
    errors = SCORE_ERROR * np.random.default_rng(1).standard_t(DEGREES, size=(len(blank), replicates))
    scores = forward.at(forward.names, truth) + errors
    delivered = _difference(question, lambda names: _points(forward.names, truth, names))
    before = _difference(question, DESIGN.points)
    held, widths, standing = [], [], {}
    for place in range(replicates):
        seen = [replace(each, value=float(value)) for each, value in zip(blank, scores[:, place], strict=True)]
        posterior = calibrate(seen)
        low, high = np.quantile(_difference(question, posterior.cube(DESIGN)), LEVEL_ENDS)
        held.append(low <= delivered[place] <= high)
        widths.append(high - low)
        sd = np.sqrt(1.0 - (posterior.normal.directions**2 * posterior.normal.known).sum(axis=1))
        for name, mean, each in zip(posterior.names, posterior.normal.mean, sd, strict=True):
            standing.setdefault(name, []).append(((truth[forward.names.index(name), place] - mean) / each, each))
    known = [np.array(each) for each in standing.values() if np.array(each)[:, 1].mean() < IDENTIFIED]
    return Recovery(
        pilots=len(pilots), replicates=replicates, numbers=float((np.abs(np.concatenate(known)[:, 0]) < SCORE_OF_95).mean()),
        differences=float(np.mean(held)), width=float(np.mean(widths)), width_before=float(np.diff(np.quantile(before, LEVEL_ENDS))[0]),
        identified=len(known),
    )  # fmt: skip


def runs(count: int) -> dict[str, dict[str, int]]:
    """Pilots in turn: each task alone, then all together, at growing sizes."""
    found: dict[str, dict[str, int]] = {}
    for size in (500, 2000, 1000):
        found |= {f"{task} {size}": {task: size} for task in TASKS}
        found[f"all {size}"] = dict.fromkeys(TASKS, size)
    return dict(list(found.items())[:count])


def _scenario(pilots: Mapping[str, Mapping[str, int]]) -> Scenario:
    strategies: dict[str, object] = {
        _key(name): {"kind": "unified", "examples": {task: counts.get(task, 0) for task in TASKS}} for name, counts in pilots.items()
    }
    task = {"traffic": "10k requests/month", "score": {"base": "0.4 to 0.5"}, "data": {"examples": "2k"}}
    tree = {"base": "llama-3.1-8b", "tasks": dict.fromkeys(TASKS, task), "strategies": strategies or {"unified": {}, "specialists": {}}}
    return loads(yaml.dump(tree, Dumper=_Plain))


def _key(name: str) -> str:
    """A name as a scenario may have it."""
    return name.replace(" ", "_")


class _Plain(yaml.SafeDumper):
    """Without aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _points(known: Sequence[str], truth: Array, names: Sequence[str]) -> Array:
    row = {name: place for place, name in enumerate(known)}
    return np.stack([special.ndtr(truth[row[name]]) if name in row else np.full(truth.shape[1], 0.5) for name in names])


def _difference(scenario: Scenario, cube: object) -> Array:
    delivered = evaluate(lower([scenario], cube).inputs).delivered[0, :, 0]  # type: ignore[arg-type]
    return 100.0 * (delivered[0] - delivered[1])  # type: ignore[no-any-return]


def main(replicates: int) -> None:
    """Print the table."""
    print(f"{replicates} replicates; share of 90 % intervals that hold the truth, and mean width of unified less specialists")
    print("runs  clashes  numbers (identified)  differences   width  before")
    for count in (1, 4, 8):
        for clashes in (True, False):
            each = recovery(runs(count), replicates=replicates, clashes=clashes)
            print(
                f"{count:4d}  {'yes' if clashes else 'no':>7s}  {each.numbers:.3f} ({each.identified})           "
                f"{each.differences:.3f}         {each.width:5.2f}   {each.width_before:5.2f}"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
