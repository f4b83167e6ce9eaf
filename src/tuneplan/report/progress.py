"""What long work is at, on one line of a terminal; nothing where nobody looks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from tuneplan.report.words import plain

PATIENCE_S = 1.0
"""Work that takes less needs no word."""
ROOM = 78


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A function that says what is being done; the line is gone at the end.

    Yields
    ------
    callable
        Takes the words; does nothing where stderr is no terminal, or in the first second.
    """
    started, shown = time.monotonic(), False

    def say(words: str) -> None:
        nonlocal shown
        seconds = time.monotonic() - started
        if sys.stderr.isatty() and seconds > PATIENCE_S:
            shown = True
            line = f"{plain(words)} ({seconds:.0f} s)"[:ROOM]
            with suppress(OSError):
                sys.stderr.write(f"\r{line:{ROOM}}")
                sys.stderr.flush()

    try:
        yield say
    finally:
        if shown:
            with suppress(OSError):
                sys.stderr.write(f"\r{'':{ROOM}}\r")
                sys.stderr.flush()
