"""A scenario, opened and run, with all that follows from it: what charts and memos are made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.cli.options import loader, opened
from tuneplan.errors import Problem

if TYPE_CHECKING:
    from tuneplan.evidence.findings import Findings


def findings_of(
    path: Path, *, changes: Sequence[str], scenario: str, draws: int | None, seed: int, strict: bool
) -> tuple[Findings, tuple[Problem, ...]]:
    """Findings of a scenario, and its warnings.

    Raises
    ------
    ScenarioError, WarningsRefused, UsageError
        As ``opened`` and ``monte_carlo``.
    """
    from tuneplan.evidence.findings import Findings
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
    from tuneplan.study.run import run
    from tuneplan.study.verdict import verdict

    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    found, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    return Findings(verdict=verdict(run(found, design)), load=loader(path, changes=changes, scenario=scenario)), warnings
