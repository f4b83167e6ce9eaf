"""Everything wrong with what is to be varied, gathered before anything is run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tuneplan.errors import Problem, ScenarioError, UsageError
from tuneplan.scenario.reading.complaints import MOST_PROBLEMS, as_problem
from tuneplan.scenario.reading.language import OF_FILES
from tuneplan.scenario.reading.like import rivals_of
from tuneplan.scenario.records import Place
from tuneplan.scenario.swept import OF_THE_FILE
from tuneplan.study.breakeven.asked import Loader
from tuneplan.study.grid import paths_of, refuse_twice

FLAG = "--set"


@dataclass(slots=True)
class Refusals:
    """Problems found so far, each once, in the order found.

    Attributes
    ----------
    load
        Tells what is wrong with changes.
    """

    load: Loader
    problems: dict[Problem, None] = field(default_factory=dict)

    def add(self, message: str, place: Place, key: str = "") -> None:
        """Note one problem."""
        self.take([as_problem(message, place, key)])

    def wrong(self, changes: Sequence[str], place: Place) -> list[Problem]:
        """What is wrong with changes such as stand behind ``--set``, told at a place; nothing is noted."""
        try:
            self.load(changes)
        except ScenarioError as error:
            return [_at(each, place, changes) for each in error.problems]
        return []

    def take(self, problems: Sequence[Problem]) -> None:
        """Note problems that were found."""
        self.problems |= dict.fromkeys(problems)
        if len(self.problems) > MOST_PROBLEMS:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        """Stop where something was noted.

        Raises
        ------
        ScenarioError
            With every problem, or the first ``MOST_PROBLEMS``.
        """
        if self.problems:
            raise ScenarioError(list(self.problems)[:MOST_PROBLEMS])


def _at(problem: Problem, place: Place, changes: Sequence[str]) -> Problem:
    """A problem told at a place; where it lies elsewhere in the scenario, with what brought it there."""
    if problem.file == FLAG:
        return replace(problem, file=place.file, line=place.line, column=place.column)
    return as_problem(f"with {', '.join(changes)}: {problem.message}", Place(file=problem.file, line=problem.line, column=problem.column), problem.path)


def is_unknown(problems: Sequence[Problem]) -> bool:
    """Whether nobody knows the key, or a name in it: no other key can mend that."""
    return any(each.message.startswith("unknown") for each in problems)


def is_unread(problem: Problem) -> bool:
    """Whether nothing looks at the key as things stand, whatever its value."""
    return problem.message.startswith("read only")


def refuse_keys(keys: Mapping[str, Sequence[str]], places: Sequence[Place], refusals: Refusals) -> None:
    """Note keys that no row may change, and those of which one overrules another.

    Parameters
    ----------
    keys
        Key -> its values as typed; of those in braces, what they set is looked at too.
    places
        One a key.
    """
    kept: dict[str, Sequence[str]] = {}
    for (key, texts), place in zip(keys.items(), places, strict=True):
        if key.split(".")[0] in (*OF_THE_FILE, *OF_FILES):
            refusals.add("belongs to the file as a whole: rows of a sweep can't differ in it", place, key)
            continue
        tables = [text for text in texts if text.startswith("{")] or [""]
        try:
            refuse_twice(kept | {key: tables})
        except UsageError as error:
            refusals.add(str(error), place, key)
            continue
        rival = next((other for other in kept if _are_rivals(key, tables, other, kept[other])), None)
        if rival is not None:
            refusals.add(f"{key} and {rival} say the same in two ways, of which a row has one: vary one of them", place, key)
        kept[key] = tables


def _are_rivals(key: str, texts: Sequence[str], other: str, others: Sequence[str]) -> bool:
    """Whether one of two keys takes the other away."""
    words, more = ({tuple(path.split(".")) for text in given for path in paths_of(name, text)} for name, given in ((key, texts), (other, others)))
    pairs = [(one, two) for one in words for two in more] + [(two, one) for one in words for two in more]
    return any(two[: len(rival)] == rival for one, two in pairs for rival in rivals_of(one))


def counted(number: int) -> str:
    """A whole number in groups of three digits.

    >>> counted(10**15)
    '1 000 000 000 000 000'
    """
    return f"{number:,}".replace(",", " ")
