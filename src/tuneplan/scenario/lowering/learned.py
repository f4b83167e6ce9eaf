"""What the ledger says of numbers that pilots moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tuneplan.errors import Problem
from tuneplan.late import np
from tuneplan.scenario.calibration import Calibration
from tuneplan.scenario.grammar.quantities import describe
from tuneplan.scenario.lowering.table import correlated
from tuneplan.scenario.reading.complaints import as_problem
from tuneplan.scenario.records import UNSEEN, Correlation, Place, Quantity, Scenario

GRADE = "F"
"""Grade of a number that was fitted to pilots."""


def learned_of(
    used: Mapping[str, Quantity], learned: Calibration, correlations: Sequence[Correlation]
) -> dict[str, Quantity]:
    """Numbers in use, each that pilots moved with its origin, its grade and what is known of it now."""
    drawn = {each.drawn_as: None for each in used.values() if not each.distribution.is_point}
    parts = parts_of(list(drawn), correlations)
    touched = set(learned.names)
    found = dict(used)
    for path, each in used.items():
        weights = parts.get(each.drawn_as, ())
        if any(name in touched for name, _ in weights):
            found[path] = replace(
                each, learned=learned.moments(weights), origin=learned.origin, grade=GRADE,
                source=f"before: {each.source or 'yours'}",
            )  # fmt: skip
    return found


def parts_of(names: Sequence[str], correlations: Sequence[Correlation]) -> dict[str, tuple[tuple[str, float], ...]]:
    """Each name -> the independent normal scores that its own is a weighted sum of.

    >>> parts_of(["similarity.a/b", "law.forgetting"], ())["law.forgetting"]
    (('law.forgetting', 1.0),)
    """
    parts: dict[str, tuple[tuple[str, float], ...]] = {name: ((name, 1.0),) for name in names}
    for group in correlated(names, correlations):
        for place, name in enumerate(group.members):
            sign = -1.0 if group.value < 0.0 and place else 1.0
            inner = tuple((each, weight * group.own) for each, weight in parts[name])
            parts[name] = ((group.factor, sign * abs(group.value) ** 0.5), *inner)
    return parts


def surroundings(scenario: Scenario) -> dict[str, str]:
    """What pilots are read with, beside numbers that are uncertain: base, method, framing, and the ends of every scale."""
    found = {"base": scenario.word("base", ""), "method": scenario.word("method", "full"), "framing": scenario.word("framing", "instruction")}
    found |= {
        path: str(value) for path, value in scenario.settings.items()
        if path.startswith(("strategies.", "tasks.")) and path.rsplit(".", 1)[-1] in found and path.count(".") == 2
    }  # fmt: skip
    for owner in (*(f"tasks.{task}" for task in scenario.tasks), UNSEEN):
        for end, usual in (("worst", 0.0), ("best", 1.0)):
            given = scenario.quantities.get(f"{owner}.score.{end}")
            found[f"{owner}.score.{end}"] = f"{usual if given is None else given.distribution.median:g}"
    return found


def changed_since(scenario: Scenario) -> Iterator[Problem]:
    """What is another than when pilots moved its numbers: each number, and what they were read with."""
    learned = scenario.calibration
    if learned is None:
        return
    here = scenario.places.get("calibrated", Place(file=scenario.file))
    now_by_name = spelled(scenario)
    for name, before in zip(learned.names, learned.priors, strict=True):
        now, given = now_by_name.get(name, ""), scenario.quantities.get(name)
        if before and now != before:
            fixed = f"fixed at {describe(given.distribution, given.unit)}" if given is not None and given.distribution.is_point else "not in use"
            message = f"was {before} when {learned.file} was learned from, and is {now or fixed} now; run simulate calibrate again"
            line = scenario.places.get(f"calibrated.numbers.{name}", here)
            yield as_problem(message, given.place if given is not None and given.place.line else scenario.places.get(name, line), name)
    today = surroundings(scenario)
    for path, before in learned.under:
        now = today.get(path, before)
        if now != before:
            message = f"was {before} when {learned.file} was learned from, and is {now} now: what those pilots taught holds for {before}; run simulate calibrate again"
            place = scenario.places.get(path, scenario.places.get(path.removesuffix(".worst").removesuffix(".best") + ".scale", here))
            yield as_problem(message, place, path)


def spelled(scenario: Scenario) -> dict[str, str]:
    """Every uncertain number in use, by the name of its draws, in words; what differs by base model, in a row."""
    from tuneplan.scenario.lower import lower  # which needs this module

    used = lower([replace(scenario, calibration=None)], lambda names: np.full((len(names), 1), 0.5)).used
    found: dict[str, dict[str, None]] = {}
    for each in used.values():
        if not each.distribution.is_point and not each.same_as:
            found.setdefault(each.drawn_as, {})[describe(each.distribution, each.unit)] = None
    return {name: " | ".join(texts) for name, texts in found.items()}
