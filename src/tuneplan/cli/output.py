"""Results to stdout or to a file, whole or not at all; notes to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
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
    return deliver_file(content.encode("utf-8", "backslashreplace"), output, sources=sources)


def deliver_files(contents: Mapping[str, bytes], folder: Path, *, sources: Iterable[Path | str] = ()) -> None:
    """Write files by name into a folder, which is made where it is missing; each whole or not at all.

    Raises
    ------
    UsageError
        The folder can't be made, or as ``deliver_file``.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: can't be made a folder: {error.strerror}") from None
    for name, content in contents.items():
        deliver_file(content, folder / name, sources=sources)


def deliver_file(whole: bytes, output: Path, *, sources: Iterable[Path | str] = ()) -> None:
    """Write a file whole or not at all: what was there before stays until the new one is complete.

    Raises
    ------
    UsageError
        The file takes nothing, or it is one of ``sources``.
    """
    partial = output.parent / f".tuneplan-{os.getpid()}.partial"
    try:
        target = output.resolve(strict=output.is_symlink() and output.exists())
        if any(Path(source).resolve() == target for source in sources):
            raise UsageError(f"{output}: this file was read; give another name for the result")
        partial = target.parent / partial.name
        if output.exists() and not output.is_file():  # a device or a pipe: nothing to replace
            output.write_bytes(whole)
        else:
            partial.write_bytes(whole)
            partial.replace(target)
    except RuntimeError:  # a link that leads to itself
        raise UsageError(f"{output}: can't be written: too many levels of symbolic links") from None
    except OSError as error:
        raise UsageError(f"{output}: can't be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            partial.unlink()


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
