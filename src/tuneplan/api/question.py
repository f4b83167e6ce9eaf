"""What is asked: a scenario as it was read, and what was changed since."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from tuneplan.api.analysis import Analysis
from tuneplan.api.given import in_python, kind, text_of
from tuneplan.api.including import with_lines
from tuneplan.api.known import Known
from tuneplan.api.values import Value
from tuneplan.api.values import typed as value_typed
from tuneplan.errors import UsageError
from tuneplan.scenario import load as loading
from tuneplan.scenario.records import Scenario
from tuneplan.study.grid import refuse_twice


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Question(Known):
    """How it changes: every change gives a new study."""

    def set(self, path: str | Mapping[str, Value], value: Value | None = None) -> Self:
        """A new study with a number or a word changed, or several, in the grammar of the scenario.

        Raises
        ------
        ScenarioError
            A path or a value is not allowed.

        Examples
        --------
        >>> import tuneplan as tp
        >>> study = tp.load("scenarios/startup.yaml").set("budget.limit", "80k USD")
        >>> study.changes
        ('budget.limit=80k USD',)
        >>> study.set({"unseen.share": 0.25, "budget.covers": ["data", "people"]}).changes[1:]
        ('unseen.share=0.25', 'budget.covers=[data, people]')
        """
        if not isinstance(path, str | Mapping):
            raise UsageError(f'set takes a path and a value, for example set("budget.limit", "80k USD"); {kind(path)} is no path')
        if isinstance(path, str):
            if value is None:
                raise UsageError(f'set takes a path and a value, or several of them, for example set("{path}", "80k USD")')
            path = {path: value}
        elif value is not None:
            raise UsageError('set takes several values as {"path": value, ...} and nothing beside it')
        typed = {text_of("set", key, "budget.limit"): [value_typed(each)] for key, each in path.items()}
        refuse_twice(typed)
        with in_python():
            return replace(self, asked=self._read([f"{key}={texts[0]}" for key, texts in typed.items()]))

    def scenario(self, name: str) -> Self:
        """A new study under one of the file's own ``scenarios``; what ``set`` changed holds over it.

        Raises
        ------
        ScenarioError
            The file declares no such set of overrides; those that it does are named.

        Examples
        --------
        >>> import tuneplan as tp
        >>> tp.load("scenarios/startup.yaml").scenario("squeeze").asked.quantities["budget.limit"].text
        '$40k'
        """
        with in_python():
            asked = loading.load(self.asked.file, overrides=self.changes, scenario=text_of("scenario", name, "squeeze"), texts=self.texts)
        return replace(self, asked=asked)

    def include(self, lines: str | Analysis) -> Self:
        """A new study that knows further lines of a scenario: what was learned or fitted, which holds over what was there.

        Parameters
        ----------
        lines
            What ``calibrate`` or ``fit`` gave, or text of your own.

        Raises
        ------
        ScenarioError
            The lines are no part of a scenario.

        Warns
        -----
        UserWarning
            Curves were measured on another base model than that of the study.
        """
        if not isinstance(lines, str | Analysis):
            raise UsageError(f"include takes what calibrate or fit gave, or text, not {kind(lines)}")
        if isinstance(lines, Analysis):
            _warn_of_other_bases(lines, self.asked)
        text = lines if isinstance(lines, str) else lines.to_yaml()
        file, texts = with_lines(self.texts, self.asked.file, text, name="lines" if isinstance(lines, str) else lines.name)
        with in_python():
            return replace(self, asked=loading.load(file, overrides=self.changes, scenario=self.asked.chosen, texts=texts), texts=texts)

    def _read(self, further: Sequence[str]) -> Scenario:
        """The scenario with further changes."""
        return loading.load(self.asked.file, overrides=(*self.changes, *further), scenario=self.asked.chosen, texts=self.texts)


def _warn_of_other_bases(learned: Analysis, asked: Scenario) -> None:
    """Curves of another base model are taken for those of the study's own; that is told."""
    bases = {each.curve.base_model for each in learned.record} - {""} if learned.name == "curves" else set()
    base = asked.word("base", "")
    if base and bases and _untuned(base) not in map(_untuned, bases):
        warnings.warn(f"{learned.name}: measured on {', '.join(sorted(bases))}, and the study has base {base}; that its curves go alike is assumed", stacklevel=3)


def _untuned(model: str) -> str:
    """Name of a base model, whoever hosts it and whether it follows instructions.

    >>> _untuned("meta-llama/Llama-3.1-8B-Instruct")
    'llama-3.1-8b'
    """
    return model.rpartition("/")[2].lower().removesuffix("-instruct")
