"""Numbers of a run with replicas last: one draw of one strategy in one scenario is one replica.

Where a number is the same for all replicas, its last axis has length 1, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from tuneplan.axes import Array, Mask
from tuneplan.core.arrays import Inputs
from tuneplan.core.derived import Arrays
from tuneplan.core.schedule import luck
from tuneplan.core.structure import Structure
from tuneplan.late import np, special


class Some(Mapping[str, Array]):
    """Numbers at some of their draws, each cut when it is asked for."""

    def __init__(self, of: Mapping[str, Array], draws: slice | Mask) -> None:
        self.of, self.draws = of, draws

    def __getitem__(self, name: str) -> Array:
        array = self.of[name]
        return array[..., self.draws] if array.shape[-1] > 1 else array  # type: ignore[no-any-return]

    def __contains__(self, name: object) -> bool:
        return name in self.of

    def __iter__(self) -> Iterator[str]:
        return iter(self.of)

    def __len__(self) -> int:
        return len(self.of)


class Draws:
    """Numbers of some draws, with what all strategies share at them: derived arrays, and luck.

    Attributes
    ----------
    structure
        Of the run.
    scenarios, draws
        How many there are.
    read
        Names of the numbers that were asked for so far.
    """

    def __init__(self, inputs: Inputs, draws: slice = slice(None)) -> None:
        self.numbers: Mapping[str, Array] = Some(inputs.numbers, draws)
        self.structure: Structure = inputs.structure
        self.scenarios, self.draws = self.numbers["is_timed"].shape[0], self.numbers["is_timed"].shape[3]
        self.arrays = Arrays(replace(inputs, numbers=self.numbers))
        self.read: dict[str, None] = {}
        self._normals: dict[int, Array] = {}
        self._annotators = np.empty((0, 0, 0))

    def number(self, name: str) -> Array:
        """A number, or a derived array; that it was read is noted. ``(scenario, strategy, task, draw)``"""
        self.read[name] = None
        return self.arrays[name]  # type: ignore[no-any-return]

    def by_task(self, name: str) -> Array:
        """A number by task. ``(scenario, strategy, task, draw)``"""
        array = self.number(name)
        return np.broadcast_to(array, (*array.shape[:2], len(self.structure.tasks), array.shape[3]))

    def luck_of_batches(self, task: int, count: int) -> Array:
        """Normal numbers of the first batches of a task: how long each takes, how much of it is rejected. ``(2, batch, draw)``"""
        point = self.numbers["batch_luck"][0, 0, task]
        known = self._normals.get(task, np.empty((0, 2, len(point))))
        if (more := count - len(known)) > 0:
            drawn = special.ndtri(luck.stream(point, 2 * more, first=2 * len(known)))
            known = self._normals[task] = np.concatenate([known, drawn.reshape(more, 2, -1)])
        return known[:count].swapaxes(0, 1)

    def luck_of_annotators(self, places: int, people: int) -> Array:
        """How long those who follow one another in each place stay, as multiples of the mean. ``(person, place, draw)``"""
        if self._annotators.shape[1] != places:
            drawn = luck.stream(self.numbers["annotator_luck"][0, 0, 0], people * places)
            self._annotators = -np.log(drawn).reshape(places, people, -1).swapaxes(0, 1)
        return self._annotators


class Replicas:
    """All scenarios and some strategies of some draws.

    Attributes
    ----------
    shape
        Scenarios, strategies and draws; replicas stand in this order.
    """

    def __init__(self, draws: Draws, strategies: Sequence[int] | None = None) -> None:
        self.of, every = draws, draws.structure.strategies
        self.strategies = slice(None) if strategies is None or len(strategies) == len(every) else list(strategies)
        self.specs = every if strategies is None else tuple(every[strategy] for strategy in strategies)
        self.shape = (draws.scenarios, len(self.specs), draws.draws)
        self.count = draws.scenarios * len(self.specs) * draws.draws

    def spread(self, array: Array) -> Array:
        """``(scenario, strategy, row, draw)`` -> ``(row, replica)``, or ``(row, 1)`` where all replicas are alike."""
        some = array[:, self.strategies] if array.shape[1] > 1 else array
        if some.shape[0] == some.shape[1] == some.shape[3] == 1:
            return some[0, 0]  # type: ignore[no-any-return]
        scenarios, strategies, draws = self.shape
        whole = np.broadcast_to(some, (scenarios, strategies, some.shape[2], draws))
        return np.moveaxis(whole, 2, 0).reshape(some.shape[2], -1)

    def rows(self, name: str) -> Array:
        """A number by task. ``(task, replica)``"""
        return self.spread(self.of.by_task(name))

    def one(self, name: str) -> Array:
        """A number of the strategy or the scenario. ``(replica,)``"""
        return self.spread(self.of.number(name))[0]  # type: ignore[no-any-return]

    def shared(self, by_draw: Array) -> Array:
        """What all strategies and scenarios share at a draw, ``(.., draw)`` -> ``(.., replica)``."""
        scenarios, strategies, draws = self.shape
        if scenarios * strategies == 1 or by_draw.shape[-1] == 1:
            return by_draw
        return np.broadcast_to(by_draw[..., None, :], (*by_draw.shape[:-1], scenarios * strategies, draws)).reshape(*by_draw.shape[:-1], self.count)

    def by_strategy(self, array: Mask) -> Mask:
        """What hangs on the strategy alone, ``(strategy, ..)`` -> ``(.., replica)``."""
        scenarios, strategies, draws = self.shape
        if strategies == 1:
            return self.full(array[0][..., None])
        last = np.moveaxis(array, 0, -1)[..., None, :, None]
        return np.broadcast_to(last, (*array.shape[1:], scenarios, strategies, draws)).reshape(*array.shape[1:], -1)

    def full(self, array: Array) -> Array:
        """An array of which the last axis has all replicas."""
        return np.broadcast_to(array, (*array.shape[:-1], self.count))
