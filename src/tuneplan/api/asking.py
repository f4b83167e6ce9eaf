"""Analyses that ask the question anew, with what their commands check first."""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.api import facades
from tuneplan.api.analysis import Analysis
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven import analysis, winners
from tuneplan.study.breakeven.dial import dial
from tuneplan.study.design import Design
from tuneplan.study.groupings.analysis import MOST_TOP, Groupings, groupings


def groupings_of(scenario: Scenario, design: Design, *, like: str, top: int) -> Groupings:
    """Every way to group the tasks; see ``Study.groupings``."""
    if not 1 <= top <= MOST_TOP:
        raise UsageError(f"top: {top} is not a whole number from 1 to {MOST_TOP}")
    return groupings(scenario, design, like=like, top=top)


def breakeven_of(findings: Findings, keys: Sequence[str], *, start: str | Sequence[str], end: str | Sequence[str], steps: int | None) -> Analysis:
    """One input turned, or two; see ``Study.breakeven``."""
    if len(set(keys)) < len(keys):
        raise UsageError(f"{keys[0]} is named twice; a map needs two keys")
    starts, ends = _one_each("start", start, keys), _one_each("end", end, keys)
    count = (analysis.DEFAULT_STEPS if len(keys) == 1 else winners.DEFAULT_STEPS) if steps is None else steps
    dials = [dial(findings.run, *each, start=first, end=last, steps=count) for each, first, last in zip(((key,) for key in keys), starts, ends, strict=True)]
    if len(dials) == 1:
        return facades.of_breakeven(analysis.breakeven(findings.run, findings.load, dials[0]), findings)
    return facades.of_winners(winners.winner_map(findings.run, findings.load, *dials), findings)


def _one_each(name: str, given: str | Sequence[str], keys: Sequence[str]) -> list[str]:
    """One a key, empty where none was given."""
    listed = [given] if isinstance(given, str) else list(given)
    if len(listed) > len(keys):
        raise UsageError(f"{name} is given {len(listed)} times for {len(keys)} key{'s' if len(keys) > 1 else ''}")
    return [*listed, *[""] * (len(keys) - len(listed))]
