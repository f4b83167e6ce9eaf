"""What can go wrong, said for the person who can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class TuneplanError(Exception):
    """Base of every error that a user can meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a scenario, and where.

    Attributes
    ----------
    message
        What was given, what is allowed, what to do.
    path
        Dotted path of the key, ``""`` for the file as a whole.
    file, line, column
        Position, counted from 1; line 0 means the file (or the command line) as a whole.
    """

    message: str
    path: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (place, self.path, self.message) if part)


class ScenarioError(TuneplanError):
    """A scenario that can't be run, with every problem found in it.

    Attributes
    ----------
    problems
        All of them, each once, sorted by position.
    """

    undone = "nothing was run"
    """What the last line says was left undone."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line, p.column, p.path)))
        count = len(self.problems)
        lines = [str(problem) for problem in self.problems]
        lines.append(f"{count} error{'s' if count != 1 else ''}; {self.undone}")
        super().__init__("\n".join(lines))


class NotAvailableYet(ScenarioError):
    """A sound scenario that uses keys whose meaning comes with a later version."""


class UsageError(TuneplanError):
    """A call or an option that makes no sense, whatever the scenario says."""
