"""What a reader has to know before acting on a verdict, a sentence or two each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from tuneplan.core.validity import RANGES
from tuneplan.report import launches, plans
from tuneplan.report.flips import what_would_flip_it
from tuneplan.report.launches import said_too_late, too_late
from tuneplan.report.splits import line_name, printed_points, printed_unseen, printed_usd
from tuneplan.report.words import listed, plain, points_apart, share, signed_points, signed_usd, usd
from tuneplan.scenario.planned import searched
from tuneplan.study.decision import LEVEL, TOO_CLOSE
from tuneplan.study.design import MOST_DRAWS
from tuneplan.study.results import Comparison, Verdict, is_even

FEW_DRAWS = 64
"""Draws below which no simulation error is known."""
FEW_TASKS = 10
"""Tasks up to which the diversity of a mixture is small; arXiv 2210.11416 Table 3 begins at 9."""
WORTH_SAYING = 0.2
"""Points below which the worth of framing goes without saying."""


def remarks(verdict: Verdict) -> list[str]:
    """What a reader has to know before acting; what only a choice needs is left out where there is none."""
    said, comparison = list(_calibrated(verdict)), verdict.comparison
    said.extend(about_names(verdict))
    said.extend(_too_late(verdict))
    said.extend(plans.remarks(verdict))
    if comparison is not None and not comparison.is_same:
        said.append(money_and_capability(comparison))
    said.extend(about_time(verdict))
    if verdict.decision.too_close:
        said.append(settling(verdict))
    if sum(verdict.decision.allowed) > 1:
        said.extend(about_capability(verdict))
        said.extend(what_would_flip_it(verdict))
        said.extend(_framing(verdict))
        said.extend(_frontier(verdict))
        said.extend(_fallbacks(verdict))
    if verdict.run.design.draws < FEW_DRAWS:
        said.append(f"{verdict.run.design.draws} draw{'' if verdict.run.design.draws == 1 else 's'} are too few for chances and intervals; 4096 are usual.")
    if verdict.decision.best is not None:
        said.extend(f"{row.name} can't be done: {row.misfit}." for row in verdict.results if row.misfit)
    said.append(about_evidence(verdict))
    return said


def _too_late(verdict: Verdict) -> Iterator[str]:
    """Who is thrown out for shipping too late, and how often that is; the nearest one's is told with the recommendation."""
    late = [each for each in too_late(verdict) if each.name != verdict.nearest]
    if late:
        asked = float(verdict.run.lowered.inputs["budget_confidence"].flat[0])
        yield (
            f"Too late for the horizon, and out for it: {said_too_late(late)} of draws. All has to ship in {share(asked)} of them (budget.confidence), as points without a value "
            f"(tasks.*.value) do not say what time is worth. What holds it up, simulate schedule says; more people or a longer horizon would help."
        )


def about_capability(verdict: Verdict) -> list[str]:
    """Which tasks evidence can't call, and what the lead in capability rests on; nothing where there is no choice."""
    comparison = verdict.comparison
    if comparison is None or sum(verdict.decision.allowed) < 2:
        return []
    return [*_open_calls(comparison), *_rests_on_format(comparison), *_unseen(verdict, comparison)]


def about_requests(verdict: Verdict) -> list[str]:
    """What telling tasks apart buys, and who answers requests that nobody trained for."""
    return [*_framing(verdict), *_fallbacks(verdict)]


def about_time(verdict: Verdict) -> list[str]:
    """What lateness decides, and which API model is gone by the launch."""
    return [*launches.costs_alone(verdict), *launches.gone(() if verdict.launches is None else verdict.launches.retiring)]


def about_names(verdict: Verdict) -> list[str]:
    """Strategies that left their groups open, and those that come to another one."""
    return [*_groups_found(verdict), *_same(verdict)]


def _calibrated(verdict: Verdict) -> Iterator[str]:
    """What pilots taught, where they did."""
    learned = verdict.run.scenario.calibration
    if learned is not None:
        moved = sum(each.learned is not None for each in verdict.run.lowered.used.values())
        numbers = "1 number in use is known as it is" if moved == 1 else f"{moved} numbers in use are known as they are"
        yield f"Calibrated on {learned.pilots} pilot{'' if learned.pilots == 1 else 's'} of {plain(learned.file)}: {numbers} after them."


def _same(verdict: Verdict) -> list[str]:
    """Strategies that come to another one in every draw."""
    decision = verdict.decision
    twins: dict[str, list[str]] = {}
    for row, first in enumerate(decision.same_as):
        if first != row:
            twins.setdefault(decision.strategies[first], []).append(decision.strategies[row])
    return [f"{listed(names)} come{'' if len(names) > 1 else 's'} to the same as {first} in every draw; take {'any' if len(names) > 1 else 'either'}." for first, names in twins.items()]


def settling(verdict: Verdict) -> str:
    """What would settle a margin that simulation error hides: the error falls with the root of the draws."""
    decision, draws = verdict.decision, verdict.run.design.draws
    margin = decision.margin
    if margin is None or math.isnan(margin.error) or abs(margin.mean) * math.sqrt(MOST_DRAWS / draws) <= TOO_CLOSE * margin.error:
        return "No number of draws that a run may have would settle which is ahead: what would, is data; simulate voi says what to find out first."
    needed = draws * (TOO_CLOSE * margin.error / max(abs(margin.mean), 1e-300)) ** 2
    several = 2 ** math.ceil(math.log2(max(needed, 2.0 * draws)))
    return f"About {several} draws instead of {draws} (--draws {several}) would settle which is ahead; what it is worth to know more, simulate voi says."


def _groups_found(verdict: Verdict) -> list[str]:
    """Which tasks share a model in strategies that left it open."""
    settings = verdict.run.scenario.settings
    found = {name: settings[f"strategies.{name}.groups"] for name in searched(verdict.run.asked)}
    words = {name: " | ".join(" + ".join(group) for group in groups) for name, groups in found.items() if isinstance(groups, tuple)}
    return [f"Groups found for {name}: {each}; simulate groupings shows how others compare." for name, each in words.items()]


def money_and_capability(comparison: Comparison) -> str:
    """Whether the two agree; neither counts where it is level."""
    best, second = comparison.best, comparison.second
    if not comparison.second_allowed:
        second += ", which breaks the limits"
    delivers, costs = _delivers(comparison), _costs(comparison)
    ahead = _sure(comparison.points_probability, comparison.points_tied, f"{signed_points(comparison.points.mean)} points", "ahead")
    cheaper = _sure(comparison.usd_probability, comparison.usd_tied, signed_usd(comparison.usd.mean), "cheaper")
    if comparison.points_level and comparison.usd_level:
        return f"Money and capability are both level: against {second}, {best} delivers {ahead} and costs {cheaper}."
    if comparison.points_level:
        decides = ", money decides" if comparison.usd.mean < 0.0 else ""
        return f"Capability is level ({ahead}){decides}: {best} {costs} than {second}."
    if comparison.usd_level:
        return f"Money is level ({cheaper}), capability decides: {best} {delivers} than {second}."
    agree = (comparison.points.mean > 0.0) != (comparison.usd.mean > 0.0)
    said = f"Money and capability {'agree' if agree else 'disagree'}: {best} {delivers} and {costs} than {second}."
    if not is_even(comparison.points_probability + 0.5 * comparison.points_tied):
        return said
    odds = f"Capability is hard to call: {best} is ahead in {share(comparison.points_probability)} of draws"
    return f"{said} {odds}{'.' if agree else f'; who wants the safe saving takes {comparison.second}.'}"


def _delivers(comparison: Comparison) -> str:
    mean = comparison.points.mean
    return f"delivers {points_apart(mean)} points {'more' if mean > 0.0 else 'less'}"


def _costs(comparison: Comparison) -> str:
    mean = comparison.usd.mean
    return f"costs {usd(abs(mean))} {'more' if mean > 0.0 else 'less'}"


def _sure(chance: float, tied: float, difference: str, word: str) -> str:
    """A difference that is level, with its odds."""
    if tied == 1.0:
        return "the same in every draw"
    return f"{difference} on average, {word} in {share(chance)} of draws"


def about_evidence(verdict: Verdict) -> str:
    """What lies outside the evidence, or what was found inside it."""
    if verdict.run.extrapolations:
        far = "; ".join(f"{what} {how}" for what, how in verdict.run.extrapolations.items())
        return f"Outside the evidence: {far}."
    inputs = verdict.run.lowered.inputs
    checked = listed([known.what for known in RANGES if known.values(inputs).size > 0])
    return f"{checked[:1].upper()}{checked[1:]} lie within what was measured."


def _open_calls(comparison: Comparison) -> list[str]:
    undecided = [call for call in comparison.calls if call.is_open]
    if not undecided:
        return []
    names = [f"{call.request} ({comparison.best} ahead in {share(call.probability)})" for call in undecided]
    parts, lines = comparison.in_points, comparison.in_usd
    in_points, in_usd = printed_points(comparison), printed_usd(comparison)
    carrier = max(parts, key=lambda name: parts[name])
    line = min(lines, key=lambda name: lines[name])
    carries = []
    if parts[carrier] > 0.0 and comparison.points.mean > 0.0:
        carries.append(f"{carrier} ({in_points[carrier]} points)")
    if comparison.usd.mean < 0.0 and line in in_usd:
        carries.append(f"{line_name(line)} ({in_usd[line]})")
    instead = f" What speaks for {comparison.best} instead is {listed(carries)}." if carries else ""
    return [f"Evidence can't call {listed(names)}: the odds are near even.{instead}"]


def _rests_on_format(comparison: Comparison) -> list[str]:
    """Whether the order would turn without what tasks lend one another."""
    whole, lent = comparison.points.mean, comparison.in_points["transfer and format"]
    if whole * (whole - lent) > 0.0 or lent == 0.0:
        return []
    ahead = comparison.best if whole - lent > 0.0 else comparison.second
    return [
        f"Without what tasks lend one another ({printed_points(comparison)['transfer and format']} points) {ahead} would deliver more. "
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
            f"Diversity of tasks hardly moves unseen requests ({printed_unseen(comparison)['diversity of tasks']} points): with {most} tasks "
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


def _fallbacks(verdict: Verdict) -> list[str]:
    """Who answers unseen requests, where strategies differ in that."""
    inputs = verdict.run.lowered.inputs
    specs = [spec for spec in inputs.structure.strategies if len(set(spec.grouping.served)) > 1]
    if not (inputs["unseen_share"] > 0.0).any() or not specs:
        return []
    words = {"nearest": "the nearest task's model", "base": "the base", "api": "an API model"}
    by_answer: dict[str, list[str]] = {}
    for spec in specs:
        by_answer.setdefault(words[spec.fallback], []).append(spec.name)
    who = "; ".join(f"{answer} for {listed(names)}" for answer, names in by_answer.items())
    return [f"Unseen requests are answered by {who} (router.fallback), and by the one model of the others."]


def _frontier(verdict: Verdict) -> list[str]:
    """What one more point costs, step by step."""
    kept = [index for index, row in enumerate(verdict.results) if row.frontier.status == "frontier"]
    kept.sort(key=lambda index: verdict.results[index].cost.mean)
    priced = [index for index in kept[1:] if not math.isnan(verdict.results[index].frontier.usd_per_point)]
    kept = [*kept[:1], *priced]  # one that is as good and as cheap as the first has no price a point
    if len(kept) < 2:
        return []
    steps = [_step(verdict, before, index) for before, index in pairwise(kept)]
    first = verdict.results[kept[0]].name + ("" if verdict.decision.allowed[kept[0]] else " (breaks the limits)")
    return [f"Frontier of mean cost against delivered points: {first}, then {listed(steps)}."]


def _step(verdict: Verdict, before: int, index: int) -> str:
    """A strategy on the frontier: the price of a point more than the one before it."""
    row = verdict.results[index]
    gain = row.delivered.mean - verdict.results[before].delivered.mean
    notes = [f"{signed_points(gain)} points, which is level"] if gain < LEVEL else []
    notes += [] if verdict.decision.allowed[index] else ["breaks the limits"]
    return f"{row.name} at {usd(row.frontier.usd_per_point)} a point more{f' ({listed(notes)})' if notes else ''}"
