"""Evidence in a notebook: pilots to learn from, curves to fit, published cases to be judged by."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from numbers import Real
from os import PathLike
from pathlib import Path

from tuneplan.api import facades
from tuneplan.api.analysis import Analysis
from tuneplan.api.given import design_of, in_python, kind, path_of, text_of, whole
from tuneplan.api.study import Study, load
from tuneplan.errors import Problem, UsageError
from tuneplan.report.progress import progress
from tuneplan.study.design import DEFAULT_DRAWS

LEAST_DRAWS = 64
"""Draws below which neither intervals nor the worth of a further pilot mean anything."""
DRAWS_OF_A_CURVE, DRAWS_OF_A_CASE = 1000, 1024
AT = "10k,100k,1M"


def calibrate(pilots: str | Path, *, scenario: str | Path | Study, draws: int = DEFAULT_DRAWS, seed: int = 0) -> Analysis:
    """Learn from pilot runs: what moved, whether the verdict changed, which pilot to run next.

    Parameters
    ----------
    pilots
        CSV, a measured run on one task a row: task, strategy or trained_together, examples, score, ...
    scenario
        What the pilots speak of: a file, or a study.

    Returns
    -------
    Analysis
        ``to_yaml()`` gives what a scenario includes to know it all; see ``simulate calibrate``.

    Raises
    ------
    ScenarioError
        The scenario or a row of the pilots is not sound.
    UsageError
        Too few draws.

    Examples
    --------
    >>> found = calibrate("scenarios/pilots.csv", scenario="scenarios/startup.yaml", draws=64)
    >>> found.to_yaml().splitlines()[0][:1]
    '#'
    """
    from tuneplan.evidence.calibration.analysis import calibrated_scenario
    from tuneplan.evidence.calibration.variants import read_pilots

    design, file = design_of(draws, seed), path_of("calibrate", pilots)
    if design.draws < LEAST_DRAWS:
        raise UsageError(f"draws: {draws} are too few to say what pilots taught; give {LEAST_DRAWS} or more")
    study = scenario if isinstance(scenario, Study) else load(path_of("scenario", scenario))
    with in_python(), progress() as say:
        read = read_pilots(file, study.asked)
        found = calibrated_scenario(study.asked, read, design, told=say)
    _warn(read.warnings)
    return facades.of_calibration(found)


def fit(curves: str | Path, *, at: str | float | Sequence[float] = AT, draws: int = DRAWS_OF_A_CURVE, seed: int = 0) -> Analysis:
    """Fit learning curves and carry them on, with 80 % bands.

    Parameters
    ----------
    curves
        CSV, one measured point a row: curve (or task and base_model), examples, loss or score, ...
    at
        Examples to which each curve is carried on.

    Returns
    -------
    Analysis
        ``to_yaml()`` gives the lines that a scenario includes; see ``simulate fit``.

    Raises
    ------
    ScenarioError, UsageError
        A row is not sound; ``at``, ``draws`` or ``seed`` make no sense.
    """
    from tuneplan.evidence.curves.fitting import fit as fitted
    from tuneplan.evidence.curves.numbers import examples_asked
    from tuneplan.evidence.curves.reading import read_curves

    if not 100 <= whole("draws", draws) <= 20_000:
        raise UsageError(f"draws: {draws} is not a whole number from 100 to 20000")
    design, file = design_of(draws, seed), path_of("fit", curves)
    with in_python():
        wanted = examples_asked(_asked_at(at))
    found, problems = read_curves(file)
    with progress() as say:
        fits = fitted(found, wanted, draws=whole("draws", draws), seed=design.seed, told=lambda done, every: say(f"curve {done + 1} of {every}"))
    _warn(problems)
    return facades.of_curves(fits, seed=design.seed, source=str(curves))


def validate(files: str | Path | Iterable[str | Path] = (), *, by: str = "", draws: int = DRAWS_OF_A_CASE, seed: int = 0) -> Analysis:
    """Predict published measurements from their inputs alone, and say how far off.

    Parameters
    ----------
    files
        CSV, one measurement a row; none: the bundled cases.
    by
        Column that tells cases apart further: paper, source, relation, base_model, method, ...

    Raises
    ------
    ScenarioError, UsageError
        A row is not sound, or there is no such column.
    """
    from tuneplan.evidence.cases import bundled_cases, read_cases
    from tuneplan.evidence.costs.told import strange_cards
    from tuneplan.evidence.validation import validate as validated

    if not isinstance(files, str | PathLike | Iterable):
        raise UsageError(f"validate takes files, not {kind(files)}; none: the bundled cases")
    paths = [path_of("validate", each) for each in ([files] if isinstance(files, str | PathLike) else files)]
    cases, problems = read_cases(paths) if paths else (bundled_cases(), ())
    with in_python(), progress() as say:
        found = validated(
            cases, design_of(draws, seed), by=text_of("by", by, "paper"), bundled=not paths, told=lambda kind, count: say(f"{kind.replace('_', ' ')}: {count} cases")
        )
    _warn((*problems, *strange_cards(cases)))
    return facades.of_validation(found)


def _asked_at(at: str | float | Sequence[float]) -> str:
    """Examples as a command has them; one number alone is one.

    >>> _asked_at([1e3, 5e4]), _asked_at(50_000), _asked_at("10k")
    ('1000,50000', '50000', '10k')
    """
    if isinstance(at, str):
        return at
    several = list(at) if isinstance(at, Iterable) else [at]
    if not all(isinstance(each, Real) and not isinstance(each, bool) for each in several):
        raise UsageError(f'at: {at!r} is no number of examples; give for example 50_000, [10_000, 50_000] or "10k,50k"')
    return ",".join(f"{each:.15g}" for each in several)


def _warn(problems: Iterable[Problem]) -> None:
    """What is sound but worth a second look, where Python shows it."""
    for problem in problems:
        warnings.warn(str(problem), stacklevel=3)
