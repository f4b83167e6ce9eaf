"""One process at a time on a target."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tuneplan.errors import UsageError
from tuneplan.study.sweep.trouble import writing

HOLDER = 200
"""Bytes that say who holds a lock, at most."""


@contextmanager
def held(lock: Path, target: str) -> Iterator[None]:
    """Hold a lock as long as the context lasts; with a process that is killed it goes by itself.

    The file says who holds it, the lock of the system on that file says whether anybody does: a file that
    a killed process left locks nobody out.

    Raises
    ------
    UsageError
        Somebody else holds it, or the file can't be made.
    """
    handle = _taken(lock, target)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()
        os.close(handle)


def _taken(lock: Path, target: str) -> int:
    """An open file that nobody else has locked, and that still has its name."""
    while True:
        with writing(target):
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _locked(handle):
                raise UsageError(f"{target}: {_holder(handle)} is working on this sweep; wait until it ends, or end it and go on with --resume")
            if _has_its_name(handle, lock):
                with writing(target):
                    os.ftruncate(handle, 0)
                    os.write(handle, f"process {os.getpid()} on {socket.gethostname()}"[:HOLDER].encode())
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # who held it took the file away between the two calls


def _locked(handle: int) -> bool:
    """Whether the lock is ours; True where the system has no such locks."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _has_its_name(handle: int, lock: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), lock.stat())
    except OSError:
        return False


def _holder(handle: int) -> str:
    os.lseek(handle, 0, os.SEEK_SET)
    return os.read(handle, HOLDER).decode(errors="replace").strip() or "another process"
