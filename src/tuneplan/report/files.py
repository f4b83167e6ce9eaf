"""Files written whole or not at all: what was there before stays until the new one is complete."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from tuneplan.errors import UsageError


def write_whole(whole: bytes, output: Path, *, sources: Iterable[Path | str] = ()) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    sources
        Files that it was made of: none of them is written over.

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


def write_with_pictures(whole: bytes, output: Path, pictures: Mapping[Path, bytes], *, sources: Iterable[Path | str] = ()) -> None:
    """Write a text after the pictures that it refers to: where one can't be written, nothing has changed.

    Parameters
    ----------
    pictures
        By their place; what stands there already is taken for the same, so that names must change with content.

    Raises
    ------
    UsageError
        As ``write_whole``, or a folder can't be made.
    """
    made: list[Path] = []
    try:
        for picture, content in pictures.items():
            made += _folders(picture.parent)
            if not picture.exists():
                made.append(picture)
                write_whole(content, picture)
        write_whole(whole, output, sources=sources)
    except BaseException:  # an interruption too leaves nothing behind
        for each in reversed(made):
            with suppress(OSError):
                if each.is_dir():
                    each.rmdir()
                else:
                    each.unlink()
        raise


def _folders(folder: Path) -> list[Path]:
    """The folder, made where it is missing, then in the list.

    Raises
    ------
    UsageError
        It can't be made.
    """
    try:
        if folder.is_dir():
            return []
        folder.mkdir()
    except OSError as error:
        raise UsageError(f"{folder}: can't be made a folder: {error.strerror}") from None
    return [folder]
