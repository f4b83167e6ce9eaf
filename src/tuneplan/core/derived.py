"""Arrays that several cost lines need, each made by one small function of named arrays.

To add one, write one decorated function, as for a cost line. It names what it needs: declared
numbers, other derived arrays, or ``structure``. Numbers by task come cut to the tasks; what they
are for unseen requests stands under ``NAME_of_unseen``, for the instruction mix under
``NAME_of_mix`` (empty where there is none). All are ``(scenario, strategy, task, draw)``, with
length 1 where nothing varies.

What a cost rests on is read off these signatures (``study.explanation``), and by task by one
rule, which a test keeps: an array that varies by task reads arrays by task at its own task
alone. What is summed over tasks has an array of its own, with one task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tuneplan.axes import RANK, Array
from tuneplan.core.arrays import Inputs
from tuneplan.core.registry import Registry, bind

DERIVED: Registry[Callable[..., Array]] = Registry("derived array")
"""Every derived array, with the label ``unit``."""
OF_UNSEEN, OF_MIX = "_of_unseen", "_of_mix"
"""Ends of names of what stands behind the tasks on their axis."""


class Arrays(Mapping[str, Any]):
    """What functions of costs may name, each derived array made once, when it is first asked for."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.tasks = len(inputs.structure.tasks)
        self.made: dict[str, Any] = {"structure": inputs.structure}
        self.there: dict[str, bool] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.made:
            self.made[name] = bind(DERIVED[name], self) if name in DERIVED else self._number(name)
        return self.made[name]

    def _number(self, name: str) -> Array:
        """A declared number: of the tasks, or of what stands behind them."""
        numbers = self.inputs.numbers
        if name in numbers:
            array = numbers[name]
            longer = array.ndim == RANK and array.shape[2] > self.tasks
            return array[:, :, : self.tasks] if longer else array
        return numbers[declared(name)][:, :, self.tasks :]

    def __contains__(self, name: object) -> bool:
        """Whether it can be made: a derived array can where all that it can't do without can."""
        if name in self.made:
            return True
        known = str(name)
        if known not in self.there:
            needs = DERIVED[known].required if known in DERIVED else ()
            self.there[known] = all(each in self for each in needs) if needs else declared(known) in self.inputs.numbers
        return self.there[known]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self.inputs.numbers, *DERIVED.entries)))

    def __len__(self) -> int:
        return len(list(iter(self)))


def declared(name: str) -> str:
    """The declared number that a name stands for.

    >>> declared("input_tokens_of_unseen"), declared("traffic")
    ('input_tokens', 'traffic')
    """
    return name.removesuffix(OF_UNSEEN).removesuffix(OF_MIX)
