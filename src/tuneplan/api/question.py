"""What is asked: a scenario as it was read, and what was changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from tuneplan.api.analysis import Analysis
from tuneplan.api.given import in_python, kind, text_of
from tuneplan.api.including import with_lines
from tuneplan.api.values import Value
from tuneplan.api.values import typed as value_typed
from tuneplan.errors import Problem, UsageError
from tuneplan.report import notebook
from tuneplan.scenario import load as loading
from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.reading.texts import Texts
from tuneplan.scenario.records import Scenario
from tuneplan.study.grid import refuse_twice


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Question:
    """What a scenario says, with what was changed since.

    Attributes
    ----------
    asked
        The scenario as it was read, frozen.
    texts
        Every file that it was read from, as it was then.
    """

    asked: Scenario
    texts: Texts

    @property
    def name(self) -> str:
        """Its title."""
        return self.asked.name

    @property
    def strategies(self) -> tuple[str, ...]:
        """Names of the strategies."""
        return self.asked.strategies

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks."""
        return self.asked.tasks

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Names of the sets of overrides that the file declares, for ``scenario``."""
        return self.asked.sets

    @property
    def changes(self) -> tuple[str, ...]:
        """What ``set`` changed, as ``path=value``."""
        return self.asked.changes

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is sound but worth a second look: old prices, endless intervals, what lies beyond the evidence."""
        return cautions(self.asked)

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
        """
        if not isinstance(lines, str | Analysis):
            raise UsageError(f"include takes what calibrate or fit gave, or text, not {kind(lines)}")
        text = lines if isinstance(lines, str) else lines.to_yaml()
        file, texts = with_lines(self.texts, self.asked.file, text, name="lines" if isinstance(lines, str) else lines.name)
        with in_python():
            return replace(self, asked=loading.load(file, overrides=self.changes, scenario=self.asked.chosen, texts=texts), texts=texts)

    def _read(self, further: Sequence[str]) -> Scenario:
        """The scenario with further changes."""
        return loading.load(self.asked.file, overrides=(*self.changes, *further), scenario=self.asked.chosen, texts=self.texts)

    def _repr_html_(self) -> str:
        from tuneplan.report.asked import parts

        return notebook.fragment(notebook.heading(self.name), *map(notebook.of_part, parts(self.asked)))

    def __repr__(self) -> str:
        chosen = f", scenario {self.asked.chosen}" if self.asked.chosen not in ("", loading.DEFAULT) else ""
        changed = f", {len(self.changes)} changed" if self.changes else ""
        return f"<{type(self).__name__} {self.name!r}: {len(self.tasks)} tasks, {len(self.strategies)} strategies{chosen}{changed}>"
