"""A scenario that can be read again anywhere: its files as they were, and what changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tuneplan.scenario.load import load
from tuneplan.scenario.reading.texts import Texts
from tuneplan.scenario.records import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A loader that can be sent to another process or machine: nothing is looked up on a disk.

    Attributes
    ----------
    path
        Of the file, by which its includes are found.
    texts
        Name of every file that it is made of -> text.
    changes
        Overrides that hold in all rows.
    scenario
        The set of the file's overrides that is in force; empty: ``default`` where there is one.
    """

    path: str
    texts: Mapping[str, str]
    changes: tuple[str, ...] = ()
    scenario: str = ""

    def __call__(self, further: Sequence[str] = ()) -> Scenario:
        """The scenario with further overrides.

        Raises
        ------
        ScenarioError
            As ``load``.
        """
        return load(self.path, overrides=(*self.changes, *further), scenario=self.scenario, texts=Texts(known=dict(self.texts), is_closed=True))


def source_of(path: Path | str, *, changes: Sequence[str] = (), scenario: str = "") -> Source:
    """Read the files of a scenario, once.

    Raises
    ------
    ScenarioError
        Anything is wrong with it.
    """
    texts = Texts()
    load(path, overrides=changes, scenario=scenario, texts=texts)
    return Source(path=str(path), texts=dict(texts.known), changes=tuple(changes), scenario=scenario)
