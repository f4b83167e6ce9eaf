"""A sweep as a folder of Parquet parts, one a block: each is whole or not there, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from tuneplan.errors import UsageError
from tuneplan.study.sweep.ledger import PARQUET, Ledger, as_json, ledger_of, rows_of
from tuneplan.study.sweep.lock import held
from tuneplan.study.sweep.parquet import TOLD_IN, Part, ledger_in, library, part_name, sizes_of, write_part
from tuneplan.study.sweep.places import UNFINISHED, Folder, place_of
from tuneplan.study.sweep.records import Work

LOCK = ".lock"
PART = re.compile(r"part-(\d{8,})\.parquet")


class Parts:
    """A folder of parts that fills.

    Attributes
    ----------
    name
        As the user gave it.
    releases
        Whether threads pay.
    """

    releases = True

    def __init__(self, target: str | Path, work: Work) -> None:
        self.name = str(target)
        self._target, self._work, self._place = target, work, place_of(target)
        self._ledger = ledger_of(work, PARQUET)

    def found(self) -> Ledger | None:
        """What stands there; None: nothing.

        Raises
        ------
        UsageError
            Something else than a sweep, or it can't be read.
        """
        library("parquet", self.name)
        if isinstance(self._place, Folder) and self._place.path.exists() and not self._place.path.is_dir():
            raise UsageError(f"{self.name}: is a file, but a sweep as Parquet is a folder; give another name")
        names = self._place.names()
        if TOLD_IN in names:
            return ledger_in(self._place)
        if any(name != LOCK and not _is_unfinished(name) for name in names):
            raise UsageError(f"{self.name}: holds other things, and no sweep; give the name of a new folder")
        return None

    def alone(self) -> AbstractContextManager[None]:
        """Hold the lock; what lies behind a URL has none."""
        if not isinstance(self._place, Folder):
            return nullcontext()
        self._place.make()
        return held(self._place.path / LOCK, self.name)

    def begun(self, there: Ledger | None) -> tuple[Sequence[int], int, int]:
        """Numbers of the blocks that are left, rows and bytes that stand; from the start where nothing is to be gone on with."""
        self._place.make()
        self._ledger = there or self._ledger
        if there is None:  # the new ledger first: parts of another sweep are known by what they tell
            self._tell()
        names = set(self._place.names())
        here = {} if there is None else sizes_of(self._place, self._ledger, names)
        for name in sorted(names - {part_name(number) for number in here}):
            if PART.fullmatch(name) or _is_unfinished(name):
                self._place.remove(name)
        left = [number for number in range(self._ledger.blocks) if number not in here]
        return left, sum(rows_of(self._work, number) for number in here), sum(here.values())

    def make(self) -> Callable[[int], Part]:
        """What makes and keeps a block, anywhere."""
        return partial(write_part, self._work, target=self._target)

    def keep(self, made: Part) -> tuple[int, int]:
        """A part that stands: its rows and bytes."""
        return made.rows, made.bytes

    def finished(self) -> None:
        """Tell that all of it stands."""
        self._ledger = replace(self._ledger, is_complete=True)
        self._tell()

    def safe(self) -> int:
        """Rows that stand now: also those of parts that were done before their turn."""
        names = set(self._place.names())
        return sum(rows_of(self._work, number) for number in range(self._ledger.blocks) if part_name(number) in names)

    def close(self) -> None:
        """Leave nothing unfinished."""
        for name in self._place.names():
            if _is_unfinished(name):
                with suppress(UsageError):
                    self._place.remove(name)

    def free(self) -> int | None:
        """Bytes that are free."""
        return self._place.free()

    def _tell(self) -> None:
        self._place.write(TOLD_IN, as_json(self._ledger))


def _is_unfinished(name: str) -> bool:
    """A file of ours that was being written."""
    found = UNFINISHED.fullmatch(name)
    return found is not None and (found["name"] == TOLD_IN or PART.fullmatch(found["name"]) is not None)
