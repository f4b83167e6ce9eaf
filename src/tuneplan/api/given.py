"""What callers give, and what they are told: a line where it is of another kind, in the words of Python."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import numpy as np

from tuneplan.errors import Problem, ScenarioError, UsageError
from tuneplan.study.design import Design, monte_carlo

PLACES = {"--set": "", "--scenario": "scenario"}
"""Places of the command line that problems name -> what Python has instead; the path says enough of what was set."""
OPTIONS = {"from": "start", "to": "end"}
"""Options of commands whose argument has another name."""
_VALUED, _NAMED = re.compile(r"--([a-z]+) (?=[\d.])"), re.compile(r"--([a-z]+)")


@contextmanager
def in_python() -> Iterator[None]:
    """What goes wrong within is told in arguments, not in options of a command.

    >>> with in_python():
    ...     raise UsageError("--steps: 1 is too few; try --draws 640")
    Traceback (most recent call last):
    ...
    tuneplan.errors.UsageError: steps: 1 is too few; try draws=640
    """
    try:
        yield
    except ScenarioError as error:
        raise type(error)([said(each) for each in error.problems]) from None
    except UsageError as error:
        raise UsageError(_words(str(error))) from None


def said(problem: Problem) -> Problem:
    """A problem in the words of Python."""
    return replace(problem, file=PLACES.get(problem.file, problem.file), message=_words(problem.message))


def _words(text: str) -> str:
    valued = _VALUED.sub(lambda found: f"{_argument(found)}=", text)
    return _NAMED.sub(_argument, valued)


def _argument(found: re.Match[str]) -> str:
    return OPTIONS.get(found[1], found[1])


def path_of(name: str, value: Any) -> Path:
    """A path.

    Raises
    ------
    UsageError
        It is none.

    >>> path_of("load", None)
    Traceback (most recent call last):
    ...
    tuneplan.errors.UsageError: load takes the path of a file, not None
    """
    if not isinstance(value, str | os.PathLike) or isinstance(os.fspath(value), bytes):
        raise UsageError(f"{name} takes the path of a file, not {kind(value)}")
    if "\0" in os.fspath(value):
        raise UsageError(f"{name} takes the path of a file; no path holds the letter of number 0")
    return Path(value)


def text_of(name: str, value: Any, example: str) -> str:
    """A text.

    Raises
    ------
    UsageError
        It is none.
    """
    if not isinstance(value, str):
        raise UsageError(f"{name} takes a text, for example {example!r}, not {kind(value)}")
    return value


def whole(name: str, value: Any) -> int:
    """A whole number.

    Raises
    ------
    UsageError
        It is none; neither is yes or no.
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise UsageError(f"{name}: {value!r} is not a whole number")
    return int(value)


def design_of(draws: Any, seed: Any) -> Design:
    """A design of so many draws.

    Raises
    ------
    UsageError
        These are no numbers of draws and no seed.
    """
    return monte_carlo(whole("draws", draws), seed=whole("seed", seed))


def kind(value: Any) -> str:
    """What something is, for a message.

    >>> kind(None), kind(3), kind(["a"])
    ('None', '3', 'a list')
    """
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    name = type(value).__name__
    return f"{'an' if name[:1] in 'AEIOaeio' else 'a'} {name}"


Sealed = TypeVar("Sealed", bound=type)


def sealed(cls: Sealed) -> Sealed:
    """A frozen class that refuses names of every kind alike, its subclasses too: with slots, dataclasses stumble over new ones."""
    cls.__setattr__ = cls.__delattr__ = _refused  # type: ignore[assignment]
    return cls


def _refused(self: object, name: str, value: object = None) -> NoReturn:
    raise FrozenInstanceError(f"{type(self).__name__} never changes: {name!r} can't be set")
