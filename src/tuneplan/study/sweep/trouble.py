"""A place that takes nothing more, said with what is safe and how to go on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from tuneplan.errors import UsageError

NEEDS = "needs {what}: pip install 'tuneplan[sweep]'"
REMEDIES = {
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room in your quota",
    errno.EFBIG: "keep it where files may be larger, or as a folder of Parquet parts",
    errno.EROFS: "keep it in a folder that can be written",
    errno.EACCES: "keep it in a folder that you may write",
    errno.EPERM: "keep it in a folder that you may write",
}
"""What helps, by the number of the error."""


class NotKept(UsageError):
    """Something of a sweep that could not be written.

    Attributes
    ----------
    remedy
        What helps; empty where nothing is known.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[NotKept], tuple[str, str]]:
        return type(self), (str(self), self.remedy)


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Turn what the system says of a file into words.

    Raises
    ------
    NotKept
        The file takes nothing.
    """
    try:
        yield
    except OSError as error:
        raise NotKept(f"{name}: can't be written: {error.strerror or error}", REMEDIES.get(error.errno or 0, "")) from None


def with_what_is_safe(error: NotKept, name: str, done: int, rows: int) -> UsageError:
    """The same error for who asked for the sweep.

    Parameters
    ----------
    done, rows
        Rows that are kept, and in all.
    """
    if not done:
        return UsageError(f"{error}; no row was kept{f': {error.remedy}' if error.remedy else ''}")
    remedy = f"{error.remedy}, then " if error.remedy else ""
    return UsageError(f"{error}; {done} of {rows} rows are safe in {name}: {remedy}go on with --resume")
