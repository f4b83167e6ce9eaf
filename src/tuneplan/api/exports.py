"""A result for other programs and for readers: frames, files, a memo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.api.answers import Answers
from tuneplan.api.given import path_of
from tuneplan.report import data, text

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Exports(Answers):
    """What a result can be written as."""

    def memo(self, path: str | Path) -> Path:
        """Write a decision memo, whole or not at all: its ending, ``.html``, ``.md`` or ``.docx``, tells the format.

        Raises
        ------
        UsageError
            A library is missing, or the file can't be written.
        """
        from tuneplan.report.memo import write_memo

        file = path_of("memo", path)
        write_memo(self.findings, file, sources=self.study.texts.known)
        return file

    def save(self, path: str | Path) -> Path:
        """Write everything that ``tuneplan.open`` needs into one file, whole or not at all: texts, changes, design, draws.

        Raises
        ------
        UsageError
            The file can't be written.
        """
        from tuneplan.api.storage import save

        return save(self, path_of("save", path))

    def to_frame(self) -> pd.DataFrame:
        """Every output as a tidy pandas frame with a unit column.

        Raises
        ------
        UsageError
            pandas is not installed.
        """
        from tuneplan.api.frames import frame, with_regret

        return frame(list(with_regret(self.verdict)), data.COLUMNS)

    def to_xarray(self) -> xr.Dataset:
        """Every draw as a Dataset over strategy, request, component and draw; units and provenance in attributes.

        Raises
        ------
        UsageError
            xarray is not installed.
        """
        from tuneplan.api.datasets import of_result

        return of_result(self)

    def to_json(self) -> str:
        """As ``simulate --format json`` prints it."""
        return data.as_json(self.verdict, self.findings.remedies)

    def to_markdown(self) -> str:
        """As ``simulate --format md`` prints it, for an issue or a memo."""
        return text.as_markdown_text(self.verdict, False, self.findings.remedies)
