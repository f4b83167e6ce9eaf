"""The same question asked at many points: keys set to one value after another, every point on the same draws.

Each point is judged whole, with its limits and its plans, exactly as a scenario that says so itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from tuneplan.errors import Problem, ScenarioError, UsageError
from tuneplan.scenario.reading.complaints import Complaints
from tuneplan.scenario.reading.ties import canonical
from tuneplan.scenario.reading.tree import Node, Table, parse
from tuneplan.scenario.records import Scenario
from tuneplan.study.breakeven.asked import Loader, decided
from tuneplan.study.decision import Decision, Estimate, estimates
from tuneplan.study.design import Design
from tuneplan.study.options import options_of
from tuneplan.study.run import run

GRID, ZIP = "grid", "zip"
MODES = (GRID, ZIP)
MOST_POINTS = 10_000
DEFAULT_DRAWS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A key and the values that it is set to.

    Attributes
    ----------
    texts
        As typed, in the order asked for.
    values
        The same as numbers in ``unit``; empty where any of them is a word or an interval.
    """

    key: str
    texts: tuple[str, ...]
    values: tuple[float, ...]
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The answer at one point.

    Attributes
    ----------
    place
        Index along each dimension.
    delivered, cost
        By strategy. [point], [USD]
    """

    place: tuple[int, ...]
    decision: Decision
    delivered: tuple[Estimate, ...]
    cost: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All points.

    Attributes
    ----------
    axes
        Keys in the order asked for; each is a dimension of its own unless ``mode`` is ``zip``: then they rise
        together, along one.
    points
        The last dimension fastest.
    """

    scenario: Scenario
    design: Design
    mode: str
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each dimension."""
        lengths = tuple(len(axis.texts) for axis in self.axes)
        return lengths if self.mode == GRID else lengths[:1]

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names."""
        return self.points[0].decision.strategies


def grid(
    load: Loader, values: Mapping[str, Sequence[str]], design: Design, *, mode: str = GRID, told: Callable[[int, int], None] = lambda done, every: None
) -> Grid:
    """Ask at every point.

    Parameters
    ----------
    load
        Overrides as ``key=value`` -> the scenario with them.
    values
        Key -> values, as a scenario types them.
    mode
        ``grid``: every value with every other; ``zip``: first with first, second with second.
    told
        Hears how many points are done, of how many.

    Raises
    ------
    UsageError
        No key, no value, too many points, lists of different length under ``zip``, other strategies at some points.
    ScenarioError
        A key or a value is not allowed; every problem of every point, and nothing is run.
    """
    places = _places(values, mode)
    refuse_twice(values)
    asked = _read(load, values, places)
    names = asked[0].strategies
    if any(each.strategies != names for each in asked):
        raise UsageError("points of a sweep have the same strategies; set those first that a point would add")
    points: list[Point] = []
    for place, scenario in zip(places, asked, strict=True):
        told(len(points), len(places))
        points.append(_point(scenario, design, place))
    axes = tuple(
        _axis(key, texts, [asked[_first(places, number if mode == GRID else 0, index)] for index in range(len(texts))])
        for number, (key, texts) in enumerate(values.items())
    )
    return Grid(scenario=load(()), design=design, mode=mode, axes=axes, points=tuple(points))


def _places(values: Mapping[str, Sequence[str]], mode: str) -> list[tuple[int, ...]]:
    """Index of each point along each dimension."""
    if mode not in MODES:
        raise UsageError(f"mode: {mode!r} is none of {', '.join(MODES)}")
    empty = [key for key, each in values.items() if not each]
    if not values or empty:
        what = f"{empty[0]} has no values" if empty else "nothing to sweep"
        raise UsageError(f'{what}; name keys with their values, for example {{"budget.limit": ["20k USD", "40k USD"]}}')
    lengths = [len(each) for each in values.values()]
    if mode == ZIP:
        if len(set(lengths)) > 1:
            said = ", ".join(f"{key} {count}" for key, count in zip(values, lengths, strict=True))
            raise UsageError(f'mode "zip" pairs values one by one, so each key needs as many; these have {said}')
        return [(index,) for index in range(lengths[0])]
    count = 1
    for length in lengths:
        count *= length
    if count > MOST_POINTS:
        raise UsageError(f"{count} points are too many, the most is {MOST_POINTS}; leave out values")
    return list(product(*(range(length) for length in lengths)))


def refuse_twice(values: Mapping[str, Sequence[str]]) -> None:
    """Refuse keys of which one overrules what another says: the earlier would be told and not be used.

    Parameters
    ----------
    values
        Key -> what it is set to, now or at some point, as typed.

    Raises
    ------
    UsageError
        Two of them set the same.

    >>> refuse_twice({"strategies.pair.kind": ["full"], "strategies.pair": ["{examples: 2k}"]})
    >>> refuse_twice({"router.accuracy": ["90%"], "router": ["{accuracy: 95%}"]})
    Traceback (most recent call last):
    ...
    tuneplan.errors.UsageError: router.accuracy is set twice, by router.accuracy and by router; name it once
    """
    known: dict[str, str] = {}
    for key, texts in values.items():
        for path in dict.fromkeys(path for text in texts for path in paths_of(key.strip(), text)):
            twice = next((each for each in known if _overlap(each, path)), None)
            if twice is not None:
                raise UsageError(f"{max(twice, path, key=len)} is set twice, by {known[twice]} and by {key}; name it once")
        known |= dict.fromkeys((path for text in texts for path in paths_of(key.strip(), text)), key)


def _overlap(one: str, other: str) -> bool:
    """Whether two paths are the same, or one lies within the other."""
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def paths_of(key: str, text: str) -> Iterator[str]:
    """What a change sets: its key, or all that a table below it names."""
    tree = parse(text, "", Complaints()) if text.startswith("{") else None
    yield from (canonical(path) for path in _below(key, tree))


def _below(path: str, node: Node | None) -> Iterator[str]:
    if not isinstance(node, Table) or not node.entries:
        yield path
        return
    for key, value in node.entries:
        yield from _below(f"{path}.{key.text}", value)


def _first(places: Sequence[tuple[int, ...]], dimension: int, index: int) -> int:
    """The first point at an index of a dimension."""
    return next(row for row, place in enumerate(places) if place[dimension] == index)


def _read(load: Loader, values: Mapping[str, Sequence[str]], places: Sequence[tuple[int, ...]]) -> list[Scenario]:
    """The scenario of every point; every problem of any of them, each once."""
    found: list[Scenario] = []
    wrong: dict[Problem, None] = {}
    for place in places:
        indices = place if len(place) == len(values) else place * len(values)
        changes = [f"{key}={texts[index]}" for (key, texts), index in zip(values.items(), indices, strict=True)]
        try:
            found.append(load(changes))
        except ScenarioError as error:
            wrong |= dict.fromkeys(replace(problem, file="sweep" if problem.file == "--set" else problem.file) for problem in error.problems)
    if wrong:
        raise ScenarioError(list(wrong))
    return found


def _point(scenario: Scenario, design: Design, place: tuple[int, ...]) -> Point:
    options = options_of(run(scenario, design, explained=False))
    return Point(
        place=place,
        decision=decided(options),
        delivered=tuple(estimates(options.points, options.scrambles)),
        cost=tuple(estimates(options.cost, options.scrambles)),
    )


def _axis(key: str, texts: Sequence[str], scenarios: Sequence[Scenario]) -> Axis:
    """A key with its values as numbers, where each is one."""
    found = [next((each.quantities[path] for path in (key, canonical(key)) if path in each.quantities), None) for each in scenarios]
    numbers = [each for each in found if each is not None and each.distribution.is_point]
    known = len(numbers) == len(texts)
    return Axis(
        key=key, texts=tuple(texts), values=tuple(each.distribution.median for each in numbers) if known else (),
        unit=numbers[0].unit if known else "",
    )  # fmt: skip
