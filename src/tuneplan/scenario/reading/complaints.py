"""Everything wrong with a scenario, gathered; and how names and texts are quoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tuneplan.errors import Problem, ScenarioError
from tuneplan.scenario.records import Place

MOST_PROBLEMS = 100
"""Problems after which reading stops."""
LONGEST_SHOWN = 60
"""Characters of a text that a message quotes."""
MOST_NAMES_SHOWN = 24


@dataclass(slots=True)
class Complaints:
    """Problems found so far.

    Attributes
    ----------
    suggested
        Dotted paths named by "did you mean": not reported again as missing.
    """

    problems: list[Problem] = field(default_factory=list)
    suggested: set[str] = field(default_factory=set)

    def add(self, message: str, place: Place, path: str = "") -> None:
        """Note one problem.

        Raises
        ------
        ScenarioError
            There are more than ``MOST_PROBLEMS``.
        """
        self.problems.append(as_problem(message, place, path))
        if len(self.problems) > MOST_PROBLEMS:
            rest = as_problem(f"more than {MOST_PROBLEMS} errors; reading stopped here", place)
            raise ScenarioError([*self.problems[:-1], rest])

    def copy(self) -> Complaints:
        """The same so far, to go on from."""
        return Complaints(problems=list(self.problems), suggested=set(self.suggested))

    def has_suggested(self, path: str) -> bool:
        """Whether "did you mean" named a path, or one above it."""
        words = path.split(".")
        return any(".".join(words[:count]) in self.suggested for count in range(1, len(words) + 1))

    def raise_if_any(self) -> None:
        """Stop when something was noted.

        Raises
        ------
        ScenarioError
            With every problem.
        """
        if self.problems:
            raise ScenarioError(self.problems)


def as_problem(message: str, place: Place, path: str = "") -> Problem:
    """A problem at a place."""
    return Problem(
        message=_clean(message, 900),
        path=_clean(path, 200),
        file=place.file,
        line=place.line,
        column=place.column,
    )


def _clean(text: str, longest: int) -> str:
    if len(text) > longest:
        text = text[: longest - 3] + "..."
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def shown(text: str) -> str:
    r"""A text as messages quote it: short, in quotes, nothing that moves the cursor.

    >>> print(shown("a\x1b[31m"))
    "a\x1b[31m"
    """
    return f'"{_clean(text, LONGEST_SHOWN)}"'


def nearest(given: str, allowed: Iterable[str], *, alike: float = 0.6) -> str | None:
    """The allowed name most like the one given, or None where none is as ``alike``.

    >>> nearest("prise", ["examples", "price"])
    'price'
    """
    if len(given) > LONGEST_SHOWN:
        return None
    import difflib  # only for those who mistype

    folded = {name.lower(): name for name in allowed}
    close = difflib.get_close_matches(given.lower(), folded, n=1, cutoff=alike)
    return folded[close[0]] if close else None


def listed(names: Iterable[str]) -> str:
    """Names in a row, the first ones when there are many.

    >>> listed(["a", "b"])
    'a, b'
    """
    every = list(names)
    tail = f" and {len(every) - MOST_NAMES_SHOWN} more" if len(every) > MOST_NAMES_SHOWN else ""
    return ", ".join(every[:MOST_NAMES_SHOWN]) + tail


def advice(given: str, allowed: Iterable[str]) -> str:
    """What to write instead: the names that begin so, the nearest one, else all of them.

    >>> advice("emial", ["email", "qa"]), advice("zzz", ["email", "qa"])
    ('; did you mean "email"?', '; allowed: email, qa')
    >>> advice("a100", ["a10", "a100-pcie", "a100-sxm"])
    '; did you mean one of a100-pcie, a100-sxm?'
    """
    names = list(allowed)
    begun = [name for name in names if name.startswith(given.lower())] if len(given) > 2 else []
    if len(begun) > 1:
        return f"; did you mean one of {', '.join(begun)}?"
    close = begun[0] if begun else nearest(given, names)
    if close is not None:
        return f'; did you mean "{close}"?'
    return f"; allowed: {listed(names)}" if names else ""


def position(place: Place) -> str:
    """A place in words, for a message about another place.

    >>> position(Place(file="a.yaml", line=3, column=5))
    'line 3, column 5'
    """
    return f"line {place.line}, column {place.column}" if place.line else place.file
