"""The files of a scenario: read from the disk once, and kept as they were."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from tuneplan.errors import ScenarioError
from tuneplan.scenario.reading.complaints import as_problem
from tuneplan.scenario.reading.source import read_file
from tuneplan.scenario.records import Place


@dataclass(slots=True, kw_only=True)
class Texts:
    """Files by name: what was read once is not read again, whatever has become of it since.

    Attributes
    ----------
    known
        Name as it was asked for -> text.
    is_closed
        Whether these are all: then nothing is looked up on the disk, which may be another one.
    """

    known: dict[str, str] = field(default_factory=dict)
    is_closed: bool = False

    def of(self, path: str | Path) -> str:
        """Text of a file.

        Raises
        ------
        ScenarioError
            As ``read_file``; of closed ones, that it is none of them.

        >>> Texts(known={"a.yaml": "schema: 1"}, is_closed=True).of("a.yaml")
        'schema: 1'
        """
        name = str(path)
        if name not in self.known:
            if self.is_closed:
                raise ScenarioError([as_problem("no such file was kept with the study", Place(file=name))])
            self.known[name] = read_file(path)
        return self.known[name]

    def resolved(self, path: Path) -> Path:
        """The file itself, links followed; of closed ones by name alone."""
        return Path(os.path.normpath(path)) if self.is_closed else path.resolve()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Below which the files that a scenario names have to lie, and their texts."""

    path: Path
    texts: Texts
