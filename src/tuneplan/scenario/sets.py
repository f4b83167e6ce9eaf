"""A scenario with every set of overrides that its file declares, each looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tuneplan.errors import NotAvailableYet, Problem, ScenarioError
from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.records import Scenario


def with_every_set(sets: Iterable[tuple[str, Scenario | ScenarioError]]) -> tuple[Scenario, tuple[Problem, ...]]:
    """The chosen scenario; the warnings of every set of overrides, each once.

    Parameters
    ----------
    sets
        As ``load_sets`` gives them, the chosen one first.

    Raises
    ------
    ScenarioError
        What is wrong with any of them, each problem once.
    NotAvailableYet
        Nothing is wrong, but one of them uses keys of a later version.
    """
    read: list[Scenario] = []
    wrong: dict[Problem, str] = {}
    later: dict[Problem, str] = {}
    warnings: dict[Problem, str] = {}
    for number, (name, one) in enumerate(sets):
        where = f" (in scenario {name})" if number else ""
        if isinstance(one, ScenarioError):
            _note(later if isinstance(one, NotAvailableYet) else wrong, one.problems, where)
        else:
            read.append(one)
            _note(warnings, cautions(one), where)
    if wrong:
        raise ScenarioError(_said(wrong))
    if later:
        raise NotAvailableYet(_said(later))
    return read[0], tuple(_said(warnings))


def _note(found: dict[Problem, str], problems: Sequence[Problem], where: str) -> None:
    """Keep in which set a problem came up first."""
    for problem in problems:
        found.setdefault(problem, where)


def _said(found: dict[Problem, str]) -> list[Problem]:
    return [replace(problem, message=problem.message + where) for problem, where in found.items()]
