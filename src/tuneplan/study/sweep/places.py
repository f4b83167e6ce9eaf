"""Where parts of a sweep lie: a folder of this machine, or one behind a URL; a file there is whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

from tuneplan.errors import UsageError
from tuneplan.study.sweep.trouble import NEEDS, NotKept, writing

UNFINISHED = re.compile(r"\.(?P<name>.+)\.\d+-[0-9a-f]{8}\.partial")
"""Names of files that are being written: hidden, so that whoever reads the folder passes them by."""
WHOLE_OR_NOT = {"memory", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss"}
"""Protocols whose files appear once they are whole."""


class Place(Protocol):
    """A folder; its errors name the files in it."""

    @property
    def name(self) -> str:
        """As the user gave it."""

    def names(self) -> list[str]:
        """Of what is in it, sorted; empty where it does not exist."""

    def make(self) -> None:
        """Make it, where it is missing."""

    def read(self, name: str) -> bytes:
        """All of a file; OSError where it can't be read."""

    def write(self, name: str, content: bytes) -> None:
        """A file, whole or not at all, and still there after a power cut."""

    def remove(self, name: str) -> None:
        """A file, if it is there."""

    def size(self, name: str) -> int:
        """Bytes of a file."""

    def opened(self, name: str) -> Any:
        """A context in which pyarrow can read a file."""

    def free(self) -> int | None:
        """Bytes that are free; None: unknown."""


def place_of(target: str | Path) -> Place:
    """A folder by its path or URL.

    Raises
    ------
    UsageError
        A URL of a kind that nobody here knows.
    """
    given = str(target)
    if "://" not in given:
        return Folder(path=Path(given))
    if given.startswith("file://"):
        return Folder(path=Path(url2pathname(urlsplit(given).path)))
    return _remote(given)


def _remote(url: str) -> Remote:
    try:
        import fsspec
    except ImportError:
        raise UsageError(f"{url}: {NEEDS.format(what='fsspec')}") from None
    try:
        system, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:  # a protocol that needs another package, or that nobody knows
        raise UsageError(f"{url}: {error}") from None
    return Remote(name=url, system=system, root=root.rstrip("/"), appears_whole=urlsplit(url).scheme in WHOLE_OR_NOT)


def unfinished(name: str) -> str:
    """Another name each time for a file that is being written.

    >>> UNFINISHED.fullmatch(unfinished("part-00000003.parquet"))["name"]
    'part-00000003.parquet'
    """
    return f".{name}.{os.getpid()}-{secrets.token_hex(4)}.partial"


def to_the_disk(folder: Path) -> None:
    """Make sure that new names in a folder outlast a power cut; some systems have no way to."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_all(handle: int, content: bytes) -> None:
    """All bytes, and to the disk; the system may take them in parts."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]
    os.fsync(handle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One of this machine."""

    path: Path

    @property
    def name(self) -> str:
        """As the user gave it."""
        return str(self.path)

    def names(self) -> list[str]:
        """Of what is in it, sorted; empty where it does not exist."""
        try:
            return sorted(os.listdir(self.path))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UsageError(f"{self.path}: can't be read: {error.strerror}") from None

    def make(self) -> None:
        """Make it, where it is missing; not the one that it is in."""
        if not self.path.parent.is_dir():
            raise UsageError(f"{self.path}: can't be made: there is no folder {self.path.parent}")
        with writing(self.name):
            self.path.mkdir(exist_ok=True)
            to_the_disk(self.path.parent)

    def read(self, name: str) -> bytes:
        """All of a file; OSError where it can't be read."""
        return (self.path / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """A file, whole or not at all, and still there after a power cut."""
        partial = self.path / unfinished(name)
        with writing(str(self.path / name)):
            try:
                handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
                try:
                    write_all(handle, content)
                finally:
                    os.close(handle)
                partial.replace(self.path / name)
            except BaseException:
                with suppress(OSError):
                    partial.unlink()
                raise
        to_the_disk(self.path)

    def remove(self, name: str) -> None:
        """A file, if it is there."""
        with writing(str(self.path / name)):
            (self.path / name).unlink(missing_ok=True)

    def size(self, name: str) -> int:
        """Bytes of a file."""
        return (self.path / name).stat().st_size

    @contextmanager
    def opened(self, name: str) -> Iterator[Any]:
        """Its path: pyarrow reads it without Python."""
        yield str(self.path / name)

    def free(self) -> int | None:
        """Bytes that are free; None: unknown."""
        try:
            return shutil.disk_usage(self.path).free
        except OSError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """One behind a URL, such as ``s3://bucket/sweep`` or ``memory://sweep``.

    Attributes
    ----------
    system, root
        The file system of fsspec, and the folder's path in it.
    appears_whole
        Whether a file that is being written can be seen by nobody.
    """

    name: str
    system: Any
    root: str
    appears_whole: bool

    def names(self) -> list[str]:
        """Of what is in it, sorted; empty where it does not exist."""
        try:
            self.system.invalidate_cache(self.root)
            return sorted(str(each).rstrip("/").rpartition("/")[2] for each in self.system.ls(self.root, detail=False))
        except FileNotFoundError:
            return []
        except Exception as error:  # clients of stores have errors of their own
            raise UsageError(f"{self.name}: can't be read: {error or type(error).__name__}") from None

    def make(self) -> None:
        """Make it, where it is missing; stores have no folders."""
        if not self.appears_whole:
            with self._writing(self.name):
                self.system.makedirs(self.root, exist_ok=True)

    def read(self, name: str) -> bytes:
        """All of a file; OSError where it can't be read."""
        try:
            content: bytes = self.system.cat_file(f"{self.root}/{name}")
        except OSError:
            raise
        except Exception as error:
            raise OSError(str(error) or type(error).__name__) from None
        return content

    def write(self, name: str, content: bytes) -> None:
        """A file, whole or not at all."""
        with self._writing(f"{self.name}/{name}"):
            if self.appears_whole:
                self.system.pipe_file(f"{self.root}/{name}", content)
                return
            partial = f"{self.root}/{unfinished(name)}"
            self.system.pipe_file(partial, content)
            self.system.mv(partial, f"{self.root}/{name}")

    def remove(self, name: str) -> None:
        """A file, if it is there."""
        with self._writing(f"{self.name}/{name}"), suppress(FileNotFoundError):
            self.system.rm_file(f"{self.root}/{name}")

    def size(self, name: str) -> int:
        """Bytes of a file."""
        return int(self.system.size(f"{self.root}/{name}"))

    def opened(self, name: str) -> Any:
        """A file that is read over the network."""
        return self.system.open(f"{self.root}/{name}", "rb")

    def free(self) -> int | None:
        """Nobody knows."""
        return None

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        """What a store refuses, whatever its client calls that."""
        try:
            with writing(name):
                yield
        except NotKept:
            raise
        except Exception as error:
            raise NotKept(f"{name}: can't be written: {error or type(error).__name__}") from None
