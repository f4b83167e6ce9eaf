"""A sweep worked through and kept, block by block: stopped at any moment it can be gone on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from tuneplan.errors import UsageError
from tuneplan.study.sweep.csv_file import CsvFile
from tuneplan.study.sweep.folder import Parts
from tuneplan.study.sweep.ledger import Ledger, differences, in_short, ledger_of
from tuneplan.study.sweep.pace import Pace, Progress, Told
from tuneplan.study.sweep.records import Work
from tuneplan.study.sweep.sharing import Share, sharing
from tuneplan.study.sweep.trouble import NotKept, with_what_is_safe

SUFFIX = ".csv"
OTHERS = (".gz", ".bz2", ".xz", ".zst", ".zip", ".tar", ".xls", ".xlsx", ".ods", ".json", ".jsonl", ".tsv", ".txt", ".feather", ".arrow", ".npz", ".yaml", ".yml", ".html", ".md", ".db", ".sqlite")
"""Endings that promise what a sweep is not kept as."""
CAN_NOT_FIT = 2.0
"""Space that is needed over that which is free, from which a sweep is refused: the first block may be larger than most."""
HARDLY_FITS = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A sweep that stands whole.

    Attributes
    ----------
    target
        Where.
    rows, bytes
        In all.
    rows_resumed
        Of those, which an earlier run had kept.
    seconds
        Of this run.
    was_complete
        Whether there was nothing left to do.
    """

    target: str
    rows: int
    bytes: int
    rows_resumed: int
    seconds: float
    was_complete: bool


class Keeper(Protocol):
    """A target: a CSV file, or a folder of Parquet parts."""

    @property
    def name(self) -> str:
        """As the user gave it."""

    @property
    def releases(self) -> bool:
        """Whether threads pay."""

    def found(self) -> Ledger | None:
        """What stands there."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep others away."""

    def begun(self, there: Ledger | None) -> tuple[Sequence[int], int, int]:
        """Numbers of the blocks that are left, rows and bytes that stand."""

    def make(self) -> Callable[[int], Any]:
        """What makes a block of its number; can be pickled."""

    def keep(self, made: Any) -> tuple[int, int]:
        """Keep what was made: rows and bytes."""

    def finished(self) -> None:
        """Tell that all of it stands."""

    def safe(self) -> int:
        """Rows that stand now."""

    def close(self) -> None:
        """Leave nothing unfinished."""

    def free(self) -> int | None:
        """Bytes that are free; None: unknown."""


def kept(
    work: Work, target: str | Path, *, resume: bool = False, force: bool = False, workers: int = 1, told: Told | None = None, share: Share | None = None
) -> Kept:  # fmt: skip
    """Work through a sweep and keep it: the same bytes for any number of workers, and however often it was stopped.

    Parameters
    ----------
    target
        A file that ends in ``.csv``, a folder, or the URL of a folder; folders hold Parquet.
    resume
        Go on with what stands there; begin where nothing does.
    force
        Begin anew in the place of a sweep; whatever is none is never touched.
    workers
        At work at the same time.
    told
        Gets how far it is, at the start and after each block.
    share
        Another way to share work out, for example to other machines.

    Raises
    ------
    UsageError
        The target is something else, holds another sweep, is in use, or takes nothing more; what was kept stays,
        and can be gone on with.
    """
    keeper = keeper_of(work, target)
    _to_go_on_with(keeper, work, resume=resume, force=force)  # before a lock is made where none should be
    with keeper.alone(), closing(keeper):
        there = _to_go_on_with(keeper, work, resume=resume, force=force)
        return _kept(keeper, work, there, workers, told or _nobody, share)


def keeper_of(work: Work, target: str | Path) -> Keeper:
    """The kind of a target, by its name.

    Raises
    ------
    UsageError
        A name that promises something else.
    """
    name = str(target)
    suffix = PurePosixPath(name).suffix.lower()
    is_url = "://" in name
    if suffix == SUFFIX and is_url:
        raise UsageError(f"{name}: a CSV file is kept on this machine; behind a URL give a folder, for Parquet")
    if suffix in OTHERS:
        raise UsageError(f"{name}: a sweep is kept as a file that ends in .csv, or as a folder of Parquet parts, not as {suffix}")
    return CsvFile(Path(name), work) if suffix == SUFFIX else Parts(name, work)


def _to_go_on_with(keeper: Keeper, work: Work, *, resume: bool, force: bool) -> Ledger | None:
    """The ledger of what stands there; None: begin anew.

    Raises
    ------
    UsageError
        What stands there is in the way.
    """
    there = keeper.found()
    if there is None or (force and not resume):
        return None
    unlike = differences(there, ledger_of(work, there.kept))
    if force and unlike:
        return None
    if not resume:
        state = "a complete sweep" if there.is_complete else "a sweep that is not complete"
        remedy = "" if unlike or there.is_complete else "--resume to go on with it, "
        raise UsageError(f"{keeper.name}: holds {state} already; {remedy}another name to keep both, or --force to begin anew")
    if unlike:
        raise UsageError(f"{keeper.name}: holds another sweep, which this one can't go on with ({in_short(unlike)}); another name to keep both, or --force to begin anew")
    return there


def _kept(keeper: Keeper, work: Work, there: Ledger | None, workers: int, told: Told, share: Share | None) -> Kept:
    try:
        left, done, written = keeper.begun(there)
        pace = Pace(work.rows, done, written)
        told(now := pace.after(0, 0))
        share = share or sharing(workers, blocks=len(left), releases=work.releases and keeper.releases)
        with _ending(share(keeper.make(), left)) as blocks:
            for number, block in enumerate(blocks):
                rows, size = keeper.keep(block)
                now = pace.after(rows, size)
                told(now)
                if number == 0 and (warning := _hardly_fits(keeper, now, size / max(rows, 1))):
                    told(pace.warned(warning))
        if there is None or not there.is_complete:
            keeper.finished()
    except NotKept as error:
        raise with_what_is_safe(error, keeper.name, keeper.safe(), work.rows) from None
    return Kept(
        target=keeper.name, rows=now.rows_done, bytes=now.bytes_written, rows_resumed=now.rows_resumed, seconds=now.seconds,
        was_complete=there is not None and there.is_complete and not left,
    )  # fmt: skip


def _ending(blocks: Any) -> AbstractContextManager[Any]:
    """End those at work at once, however the loop ends: generators would wait until somebody collects them."""
    return closing(blocks) if hasattr(blocks, "close") else nullcontext(blocks)


def _hardly_fits(keeper: Keeper, now: Progress, bytes_a_row: float) -> str:
    """A warning where the disk may become full; empty: it won't.

    Raises
    ------
    UsageError
        It can't but become full.
    """
    free, needed = keeper.free(), bytes_a_row * (now.rows - now.rows_done)
    if free is None or needed <= HARDLY_FITS * free:
        return ""
    said = f"{keeper.name}: the rows that are left take about {_gigabytes(needed)}, and {_gigabytes(free)} are free"
    if needed > CAN_NOT_FIT * free:
        raise NotKept(said, "make room")
    return f"{said}: they may not fit"


def _gigabytes(count: float) -> str:
    """Bytes for people.

    >>> _gigabytes(1.5e9), _gigabytes(2e5)
    ('1.5 GB', '0.2 MB')
    """
    return f"{count / 1e9:.3g} GB" if count >= 1e9 else f"{count / 1e6:.3g} MB"


def _nobody(progress: Progress) -> None:
    """Who is told where nobody asked."""
