"""A result as a memo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.report.document.writing import form_of, write
from tuneplan.report.memo import memo_of

if TYPE_CHECKING:
    from tuneplan.api.arrays import Arrays


def write_memo(result: Arrays, path: Path) -> Path:
    """Write a memo, having asked first whether it can be written; see ``Result.memo``."""
    form_of(path)
    write(memo_of(result.findings), path, sources=result.study.texts.known)
    return path
