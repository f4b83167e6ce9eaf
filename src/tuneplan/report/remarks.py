"""What a reader has to know before acting on a verdict, a sentence or two each."""

from __future__ import annotations

from tuneplan.core.costs import COSTS
from tuneplan.report.words import listed, share, signed_points, signed_usd, usd
from tuneplan.study.decision import LEVEL
from tuneplan.study.results import Comparison, StrategyResult, Verdict

FEW_TASKS = 10
"""Tasks up to which the diversity of a mixture is small; arXiv 2210.11416 Table 3 begins at 9."""
WORTH_SAYING = 0.2
"""Points below which the worth of framing goes without saying."""


def remarks(verdict: Verdict) -> list[str]:
    """What a reader has to know before acting."""
    said = []
    if verdict.comparison is not None:
        said.append(_money_and_capability(verdict, verdict.comparison))
        said.extend(_open_calls(verdict.comparison))
        said.extend(_rests_on_format(verdict.comparison))
        said.extend(_unseen(verdict, verdict.comparison))
    said.extend(_framing(verdict))
    said.extend(_frontier(verdict.results))
    for row in verdict.results:
        if row.misfit and verdict.decision.best is not None:
            said.append(f"{row.name} can't be done: {row.misfit}.")
    if verdict.run.extrapolations:
        far = "; ".join(f"{what} {how}" for what, how in verdict.run.extrapolations.items())
        said.append(f"Outside the evidence: {far}.")
    else:
        said.append("All sizes lie within the ranges that the laws were fitted on.")
    return said


def _money_and_capability(verdict: Verdict, comparison: Comparison) -> str:
    if abs(comparison.points.mean) < LEVEL:
        saved = "saves" if comparison.usd.mean < 0 else "costs"
        return (
            f"Capability is level, money decides: {comparison.best} {saved} {usd(abs(comparison.usd.mean))} "
            f"against {comparison.second}."
        )
    more, dearer = comparison.points.mean > 0, comparison.usd.mean > 0
    if more == dearer:
        return (
            f"Money and capability disagree: {comparison.best} delivers {signed_points(comparison.points.mean)} points "
            f"and costs {signed_usd(comparison.usd.mean)} against {comparison.second}."
        )
    better = "delivers more and costs less" if more else "delivers less and costs more"
    return f"Money and capability agree: {comparison.best} {better} than {comparison.second} on average."


def _open_calls(comparison: Comparison) -> list[str]:
    undecided = [call for call in comparison.calls if call.is_open]
    if not undecided:
        return []
    names = [f"{call.request} ({comparison.best} ahead in {share(call.probability)})" for call in undecided]
    parts, lines = comparison.in_points, comparison.in_usd
    carrier = max(parts, key=lambda name: parts[name])
    line = min(lines, key=lambda name: lines[name])
    carries = []
    if parts[carrier] > 0.0:
        carries.append(f"{carrier} ({signed_points(parts[carrier])} points)")
    if comparison.usd.mean < 0.0:
        carries.append(f"{line_name(line)} ({signed_usd(lines[line])})")
    instead = f" What speaks for {comparison.best} instead is {listed(carries)}." if carries else ""
    return [f"Evidence can't call {listed(names)}: the odds are near even.{instead}"]


def _rests_on_format(comparison: Comparison) -> list[str]:
    """Whether the order would turn without what tasks lend one another."""
    whole, lent = comparison.points.mean, comparison.in_points["transfer and format"]
    if whole * (whole - lent) > 0.0:
        return []
    return [
        f"Without what tasks lend one another ({signed_points(lent)} points) {comparison.second} would deliver more. "
        "Much of that is law.format_transfer, a prior that published pairs do not identify."
    ]


def _unseen(verdict: Verdict, comparison: Comparison) -> list[str]:
    """What the difference on unseen requests rests on, and what would move it."""
    parts = comparison.in_unseen
    if not parts or abs(comparison.in_points["unseen requests"]) < LEVEL:
        return []
    said = []
    if max(parts, key=lambda name: abs(parts[name])) == "lost to narrow training":
        said.append(
            "On unseen requests narrow training decides: law.off_task_retention, behind which stand thirteen "
            "published rows."
        )
    structure = verdict.run.lowered.inputs.structure
    most = max(len(model.last) for model in structure.models)
    if 1 < most <= FEW_TASKS and structure.columns == len(structure.tasks):
        said.append(
            f"Diversity of tasks hardly moves unseen requests ({signed_points(parts['diversity of tasks'])} points): with {most} tasks "
            "together it is small; a public instruction mix (replay) is the lever."
        )
    return [" ".join(said)] if said else []


def _framing(verdict: Verdict) -> list[str]:
    """What telling the tasks of a model apart buys."""
    bought = [
        f"{row.strategy} {signed_points(row.points.mean)} ({signed_points(row.points.low)} to {signed_points(row.points.high)})"
        for row in verdict.framings
        if abs(row.points.mean) >= WORTH_SAYING
    ]
    if not bought:
        return []
    how = sorted({row.framing.replace("_", " ") for row in verdict.framings})
    return [f"Framing by {listed(how)} buys, in delivered points against none: {listed(bought)}."]


def _frontier(results: tuple[StrategyResult, ...]) -> list[str]:
    steps = sorted((row for row in results if row.frontier.status == "frontier"), key=lambda row: row.cost.mean)
    if len(steps) < 2:
        return []
    dearer = [f"{row.name} at {usd(row.frontier.usd_per_point)} a point more" for row in steps[1:]]
    return [f"Frontier of cost against score: {steps[0].name}, then {listed(dearer)}."]


def line_name(name: str) -> str:
    """A cost line with its component, in words."""
    return f"{COSTS[name].labels['component']}: {name.replace('_', ' ')}"
