"""What a study holds: a scenario as it was read, and what it is called in a notebook."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.api.given import said
from tuneplan.errors import Problem
from tuneplan.report import notebook
from tuneplan.report.asked import counted, parts, told
from tuneplan.scenario import load as loading
from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.reading.texts import Texts
from tuneplan.scenario.records import Scenario


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Known:
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
        return tuple(map(said, cautions(self.asked)))

    def _repr_html_(self) -> str:
        said = told(self.warnings)
        quiet = [notebook.paragraph(said, "quiet")] if said else []
        return notebook.fragment(notebook.heading(self.name), *map(notebook.of_part, parts(self.asked)), *quiet)

    def __repr__(self) -> str:
        chosen = f", scenario {self.asked.chosen}" if self.asked.chosen not in ("", loading.DEFAULT) else ""
        changed = f", {len(self.changes)} changed" if self.changes else ""
        warned = f", {counted(self.warnings)}" if self.warnings else ""
        return f"<{type(self).__name__} {self.name!r}: {len(self.tasks)} tasks, {len(self.strategies)} strategies{chosen}{changed}{warned}>"
