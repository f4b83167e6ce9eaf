"""Results to stdout or to a file, whole or not at all; notes to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tuneplan.cli.terminal import complain
from tuneplan.errors import Problem, UsageError
from tuneplan.report.words import printable

if TYPE_CHECKING:
    from tuneplan.scenario.records import Scenario


def deliver(content: str, output: Path | None, *, sources: Iterable[Path | str] = ()) -> None:
    """Print, or write whole or not at all.

    Parameters
    ----------
    sources
        Files that the content was made of: none of them is written over.

    Raises
    ------
    UsageError
        The file or the stream takes nothing, or it is one of ``sources``.
    """
    if output is None or str(output) == "-":
        return _print(content)
    from tuneplan.report.files import write_whole

    return write_whole(content.encode("utf-8", "backslashreplace"), output, sources=sources)


def deliver_files(contents: Mapping[str, bytes], folder: Path, *, sources: Iterable[Path | str] = ()) -> None:
    """Write files by name into a folder, which is made where it is missing; each whole or not at all.

    Raises
    ------
    UsageError
        The folder can't be made, or as ``write_whole``.
    """
    from tuneplan.report.files import write_whole

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: can't be made a folder: {error.strerror}") from None
    for name, content in contents.items():
        write_whole(content, folder / name, sources=sources)


def warn(problems: Iterable[Problem]) -> None:
    """What is sound but worth a second look, a line each, on stderr."""
    for problem in problems:
        complain(printable(f"warning: {problem}"), begins="warning:")


def _print(content: str) -> None:
    """To stdout; a reader who has left, as ``head`` does, is no error."""
    try:
        sys.stdout.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
    except OSError as error:
        _silence_stdout()
        raise UsageError(f"stdout: can't be written: {error.strerror}") from None


def files_of(scenario: Scenario) -> set[str]:
    """Every file that a scenario was read from."""
    return {scenario.file, *(place.file for place in scenario.places.values() if place.line)}


def _silence_stdout() -> None:
    """Send what is still buffered nowhere, so that Python's last flush finds nothing to complain of."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
