"""The way from one scenario to another, a step at a time: what has to change together is one step.

A rule names paths that make no sense apart: a price and the labelling that it stands for, a card and
its rent, a kind of strategy and its words. Rules that share a path join their steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tuneplan.scenario.differences import CORRELATIONS, ROWS, STRATEGIES, TASKS, changed, mentions
from tuneplan.scenario.reading.strategy_checks import OF_FORMS
from tuneplan.scenario.records import UNSEEN, Scenario

MOST_STEPS = 40
"""Steps that are told one by one; more are grouped by the first words of their paths."""
STRUCTURAL = ("kind", "groups", "api", "like_base", "one_deployment", "base")
"""Words of a strategy that decide which of its other words are read."""
IN_CATALOGUE = ("base", "api", "gpu", "kind", "provider")
"""Last words of keys that name rows of the catalogue."""
USUAL_SCALE = {"worst": 0.0, "best": 1.0}
"""Ends of a scale where none is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Paths that change together.

    Attributes
    ----------
    name
        The path where there is one alone, else what they have in common.
    """

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Two scenarios, and the paths of which they say different things, in order."""

    one: Scenario
    other: Scenario
    paths: tuple[str, ...]

    def below(self, *prefixes: str) -> list[str]:
        """Changed paths that are one of these, or stand below it."""
        return [path for path in self.paths if any(f"{path}.".startswith(f"{each}.") for each in prefixes)]

    def median(self, scenario: Scenario, path: str) -> float | None:
        """Median of a number that a scenario gives."""
        given = scenario.quantities.get(path)
        return None if given is None else given.distribution.median


Together = Iterator[tuple[str, Sequence[str]]]


def steps_between(one: Scenario, other: Scenario, *, most: int = MOST_STEPS) -> tuple[Step, ...]:
    """All changes from one scenario to another, in order; with more than ``most`` steps, coarser ones."""
    sides = Sides(one=one, other=other, paths=tuple(changed(one, other)))
    found = _joined(sides, [each for rule in RULES for each in rule(sides)])
    for words in (2, 1):
        if len(found) > most:
            beginnings: dict[str, list[str]] = {}
            for path in sides.paths:
                beginnings.setdefault(_beginning(path, words), []).append(path)
            found = _joined(sides, [*beginnings.items(), *((step.name, step.paths) for step in found)])
    return found


def _beginning(path: str, words: int) -> str:
    """The section that a path stands in; of tasks and strategies the first words.

    >>> _beginning("tasks.qa.data.price", 2), _beginning("law.size_exponent", 2)
    ('tasks.qa', 'law')
    """
    named = path.startswith((f"{TASKS}.", f"{STRATEGIES}."))
    return ".".join(path.split(".")[: words if named else 1])


def _joined(sides: Sides, together: Sequence[tuple[str, Sequence[str]]]) -> tuple[Step, ...]:
    """Steps in the order of their first paths; sets of paths that share one become one step."""
    leader = {path: path for path in sides.paths}

    def find(path: str) -> str:
        while leader[path] != path:
            path = leader[path]
        return path

    order = {path: number for number, path in enumerate(sides.paths)}
    for _, paths in together:
        ends = sorted({find(path) for path in paths}, key=order.__getitem__)
        for end in ends[1:]:
            leader[end] = ends[0]
    members: dict[str, list[str]] = {}
    for path in sides.paths:
        members.setdefault(find(path), []).append(path)
    labels: dict[str, dict[str, None]] = {}
    for label, paths in together:
        if paths:
            labels.setdefault(find(paths[0]), {})[label] = None
    return tuple(
        Step(name=paths[0] if len(paths) == 1 else _named(labels[end]), paths=tuple(paths)) for end, paths in members.items()
    )


def _named(labels: dict[str, None]) -> str:
    """The label that says most: names of tasks and strategies before all else."""
    first = [label for label in (TASKS, STRATEGIES) if label in labels]
    return " and ".join(first or list(labels)[:1])


# --- what belongs together -----------------------------------------------------------------------


def _names_of_tasks(sides: Sides) -> Together:
    """Tasks that one side has alone bring along all that speaks of them, and the groups that they are in."""
    alone = set(sides.one.tasks) ^ set(sides.other.tasks)
    if alone:
        groups = [path for path in sides.paths if path.endswith(".groups")]
        yield TASKS, [TASKS, *groups, *(path for path in sides.paths if mentions(path, alone)), *sides.below(CORRELATIONS)]


def _names_of_strategies(sides: Sides) -> Together:
    alone = set(sides.one.strategies) ^ set(sides.other.strategies)
    if alone:
        yield STRATEGIES, [STRATEGIES, *sides.below(*(f"{STRATEGIES}.{name}" for name in alone)), *sides.below("reference")]


def _rows(sides: Sides) -> Together:
    if ROWS in sides.paths:
        named = (path for path in sides.paths if path.rsplit(".", 1)[-1] in IN_CATALOGUE)
        yield ROWS, [ROWS, *(path for path in named if not (path.startswith(f"{STRATEGIES}.") and path.endswith(".kind")))]


def _card_and_rent(sides: Sides) -> Together:
    yield "gpu", sides.below("gpu")


def _base_and_its_scores(sides: Sides) -> Together:
    """What the base scores was said of that base."""
    if "base" in sides.paths:
        requests = [*(f"{TASKS}.{task}" for task in sides.other.tasks), UNSEEN]
        yield "base", ["base", *sides.below(*(f"{request}.score.base" for request in requests))]


def _ways_to_price(sides: Sides) -> Together:
    for task in sides.other.tasks:
        data = f"{TASKS}.{task}.data"
        minutes = f"{data}.labelling.minutes"
        given = minutes in sides.one.quantities, minutes in sides.other.quantities
        if given[0] != given[1]:
            words = ("labelling", "price") if given[1] else ("price", "labelling")
            yield f"{data}: {words[0]} instead of {words[1]}", sides.below(f"{data}.price", f"{data}.labelling", f"{data}.kind")
        else:
            yield f"{data}: kind and price", sides.below(f"{data}.price", f"{data}.kind")


def _scales(sides: Sides) -> Together:
    """Scores are read on the scale of their metric; a base above its ceiling makes no sense either."""
    for name in (*sides.other.tasks, UNSEEN):
        request = UNSEEN if name == UNSEEN else f"{TASKS}.{name}"
        scores = sides.below(f"{request}.score")
        if _scale(sides, sides.one, request) != _scale(sides, sides.other, request):
            elsewhere = [f"{STRATEGIES}.{strategy}.score.{name}" for strategy in sides.other.strategies]
            whole = [path for path in sides.paths if path.startswith(f"{STRATEGIES}.") and path.endswith(".score")]
            yield f"{request}.score", [*scores, *sides.below(*elsewhere, *(["router.score"] if name == UNSEEN else [])), *whole]
        elif _crossed(sides, request):
            yield f"{request}.score", sides.below(f"{request}.score.base", f"{request}.score.ceiling")


def _scale(sides: Sides, scenario: Scenario, request: str) -> tuple[float, ...]:
    """Worst and best of a metric."""
    ends = ((sides.median(scenario, f"{request}.score.{end}"), usual) for end, usual in USUAL_SCALE.items())
    return tuple(usual if given is None else given for given, usual in ends)


def _crossed(sides: Sides, request: str) -> bool:
    """Whether the base of one side lies beyond the ceiling of the other."""
    bases, ceilings = (
        [sides.median(side, f"{request}.score.{word}") for side in (sides.one, sides.other)] for word in ("base", "ceiling")
    )
    if None in (*bases, *ceilings):
        return False
    return any((base - ceiling) * (bases[0] - ceilings[0]) <= 0.0 for base, ceiling in zip(bases, ceilings[::-1], strict=True))  # type: ignore[operator]


def _kinds_of_strategies(sides: Sides) -> Together:
    for name in sides.other.strategies:
        own = f"{STRATEGIES}.{name}"
        if sides.below(*(f"{own}.{word}" for word in STRUCTURAL)):
            yield own, sides.below(own)


def _choices_with_numbers(sides: Sides) -> Together:
    """Forms of a law, the router's fallback and the judge, each with the numbers that go with it."""
    for key, (choice, _) in OF_FORMS.items():
        if choice in sides.paths:
            yield choice.rpartition(".")[0] if choice.startswith("router") else choice, sides.below(choice, key)
    if sides.below("router.confusion"):
        yield "router", sides.below("router.confusion", "router.accuracy")
    yield "evaluation", sides.below("evaluation.judge", "evaluation.price")


def _pairs(sides: Sides) -> Together:
    """A pair of tasks may be typed both ways round, or each way by itself."""
    pairs: dict[tuple[str, ...], list[str]] = {}
    for path in sides.below("similarity"):
        pairs.setdefault(tuple(sorted(path.partition(".")[2].replace(">", "/").split("/"))), []).append(path)
    yield from ((f"similarity.{'/'.join(names)}", paths) for names, paths in pairs.items())


def _ties(sides: Sides) -> Together:
    """A number that is the same as another changes with it."""
    for path in sides.paths:
        for side in (sides.one, sides.other):
            target = side.ties.get(path) or (side.quantities[path].same_as if path in side.quantities else "")
            if target in sides.paths:
                yield target, [target, path]


def _correlated(sides: Sides) -> Together:
    yield CORRELATIONS, sides.below(CORRELATIONS)


RULES: tuple[Callable[[Sides], Together], ...] = (
    _names_of_tasks, _names_of_strategies, _rows, _card_and_rent, _base_and_its_scores, _ways_to_price, _scales,
    _kinds_of_strategies, _choices_with_numbers, _pairs, _ties, _correlated,
)  # fmt: skip
"""Every rule about what has to change together."""
