"""In what two scenarios differ, key by key, and the scenarios that lie between them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import replace
from typing import TypeVar

from tuneplan.scenario.identity import decisive, meant
from tuneplan.scenario.records import Place, Scenario, Setting

TASKS, STRATEGIES, ROWS, CORRELATIONS, CALIBRATED = "tasks", "strategies", "catalogue", "correlations", "calibrated"
"""Paths of what has none of its own: which names there are, rows of the catalogue, what goes together, what pilots taught."""
SILENT = "not given"
Value = TypeVar("Value")


def changed(one: Scenario, other: Scenario) -> list[str]:
    """Paths of which two scenarios say different things, titles and remarks left out.

    They come in the order of the other's file: what it includes, its keys, its ``--set``; then what
    only the first one gives, in its own order.
    """
    before, after = _meanings(one), _meanings(other)
    differing = [path for path in {**after, **before} if before.get(path) != after.get(path)]
    given = {path for path in differing if path in after and not _only_removed(path, before, after)}
    return sorted(differing, key=lambda path: (path not in given, _place(other if path in given else one, path)))


def _meanings(scenario: Scenario) -> dict[str, Hashable]:
    """Path -> what is said there, without its spelling."""
    found: dict[str, Hashable] = {path: meant(quantity) for path, quantity in scenario.quantities.items()}
    found |= decisive(scenario)
    found |= {path: f"same as {target}" for path, target in scenario.ties.items()}
    found = {path: value for path, value in found.items() if path.split(".")[0] not in (CORRELATIONS, ROWS)}
    found |= {f"{CORRELATIONS}.{each.name}": each for each in scenario.correlations}
    return {TASKS: frozenset(scenario.tasks), STRATEGIES: frozenset(scenario.strategies), **found, ROWS: scenario.rows, CALIBRATED: scenario.calibration}


def _only_removed(path: str, before: Mapping[str, Hashable], after: Mapping[str, Hashable]) -> bool:
    """Whether the other has fewer names, and none of its own."""
    return path in (TASKS, STRATEGIES) and frozenset(after[path]) < frozenset(before[path])  # type: ignore[call-overload]


def _place(scenario: Scenario, path: str) -> tuple[int, int, int]:
    """Where a path stands: in an included file, in the file itself, or after ``--set``; then line and column."""
    place = scenario.places.get(path, scenario.places.get(path.partition(".")[0], Place()))
    if scenario.origins.get(path) == "--set":
        keys = [change.partition("=")[0].strip() for change in scenario.changes]
        return 2, max((index for index, key in enumerate(keys) if f"{path}.".startswith(f"{key}.")), default=0), 0
    return int(place.file == scenario.file), place.line, place.column


def with_taken(one: Scenario, other: Scenario, paths: Collection[str]) -> Scenario:
    """A scenario in which some paths are as in another one: given there, given otherwise, or not given."""
    named = {each.split(".", 1)[1] for each in paths if each.startswith(f"{CORRELATIONS}.")}
    wanted = frozenset((*paths, *(f"{CORRELATIONS}.{name}.{part}" for name in named for part in ("of", "value"))))
    kept = tuple(each for each in one.correlations if each.name not in named)
    return replace(
        one,
        tasks=other.tasks if TASKS in wanted else one.tasks,
        strategies=other.strategies if STRATEGIES in wanted else one.strategies,
        rows=other.rows if ROWS in wanted else one.rows,
        calibration=other.calibration if CALIBRATED in wanted else one.calibration,
        quantities=_overlaid(one.quantities, other.quantities, wanted),
        settings=_overlaid(one.settings, other.settings, wanted),
        ties=_overlaid(one.ties, other.ties, wanted),
        places=_overlaid(one.places, other.places, wanted),
        origins=_overlaid(one.origins, other.origins, wanted),
        correlations=(*kept, *(each for each in other.correlations if each.name in named)),
    )


def _overlaid(one: Mapping[str, Value], other: Mapping[str, Value], paths: frozenset[str]) -> dict[str, Value]:
    kept = {path: value for path, value in one.items() if path not in paths}
    return kept | {path: value for path, value in other.items() if path in paths}


def said(scenario: Scenario, path: str) -> str:
    """What a scenario says at a path, as typed."""
    if path in (TASKS, STRATEGIES):
        return ", ".join(scenario.tasks if path == TASKS else scenario.strategies)
    if path == ROWS:
        return f"{len(scenario.rows)} own rows"
    if path == CALIBRATED:
        return SILENT if scenario.calibration is None else scenario.calibration.origin
    if path in scenario.quantities:
        return scenario.quantities[path].text
    if path in scenario.ties:
        return f"same as {scenario.ties[path]}"
    if path.startswith(f"{CORRELATIONS}."):
        found = next((each for each in scenario.correlations if f"{CORRELATIONS}.{each.name}" == path), None)
        return SILENT if found is None else f"{found.value:g}"
    return _word(scenario.settings[path]) if path in scenario.settings else SILENT


def _word(value: Setting) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(f"[{', '.join(each)}]" if isinstance(each, tuple) else each for each in value)
    return str(value)


def mentions(path: str, tasks: Collection[str]) -> bool:
    """Whether a path is one of some tasks: their own, a pair with one of them, a strategy's for one of them.

    >>> mentions("tasks.qa.traffic", ["qa"]), mentions("similarity.email/qa", ["qa"]), mentions("tasks.qa2.traffic", ["qa"])
    (True, True, False)
    >>> mentions("strategies.unified.examples.qa", ["qa"]), mentions("strategies.qa.method", ["qa"])
    (True, False)
    """
    first, *rest = path.split(".")
    if not rest:
        return False
    if first == TASKS:
        return rest[0] in tasks
    if first == STRATEGIES:
        return len(rest) > 2 and rest[-1] in tasks
    names = rest[-1].replace(">", "/").split("/")
    paired = first == "similarity" or path.startswith(("unseen.similarity.", "router.confusion."))
    return paired and any(name in tasks for name in names)
