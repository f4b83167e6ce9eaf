"""What is written of a sweep beside its rows: what it is, and how much of it stands on the disk."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from tuneplan.errors import UsageError
from tuneplan.study.sweep.records import KINDS, Output, Work

FORMAT = "tuneplan sweep"
VERSION = 1
"""Of what is written; raised when a reader of the old one would be misled."""
CSV, PARQUET = "csv", "parquet"
OF_CSV = ("blocks_done", "bytes_done", "checksum")
"""What is told of a CSV file only: parts tell of themselves."""
SHOWN = 40
"""Letters of a value that differs."""
TOLD = 3
"""Differences that are named one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A sweep as its sidecar tells it.

    Attributes
    ----------
    kept
        ``CSV`` or ``PARQUET``.
    rows, rows_of_a_block, blocks
        Of the whole sweep, and how it is cut.
    is_complete
        Whether all of it stands.
    blocks_done, bytes_done, checksum
        Of a CSV file: whole blocks that stand on the disk, where they end, and the CRC-32 of all up to there.
        Of a folder: 0.
    columns
        What every row holds.
    about
        Provenance, as it was given.
    """

    kept: str
    rows: int
    rows_of_a_block: int
    blocks: int
    is_complete: bool = False
    blocks_done: int = 0
    bytes_done: int = 0
    checksum: int = 0
    columns: tuple[Output, ...]
    about: Mapping[str, Any]

    @property
    def rows_done(self) -> int:
        """Rows of a CSV file that stand on the disk."""
        return min(self.blocks_done * self.rows_of_a_block, self.rows)


def ledger_of(work: Work, kept: str) -> Ledger:
    """The ledger of a sweep of which nothing is done."""
    return Ledger(kept=kept, rows=work.rows, rows_of_a_block=work.rows_of_a_block, blocks=work.blocks, columns=work.columns, about=_plain(work.about))


def rows_of(work: Work, number: int) -> int:
    """Rows of a block: the last one has what is left."""
    return min(work.rows_of_a_block, work.rows - number * work.rows_of_a_block)


def as_json(ledger: Ledger) -> bytes:
    """The ledger for its file: equal ledgers are equal bytes."""
    left_out = OF_CSV if ledger.kept == PARQUET else ()
    content = {"format": FORMAT, "version": VERSION, **{field.name: getattr(ledger, field.name) for field in fields(Ledger) if field.name not in left_out}}
    content["columns"] = [asdict(each) for each in ledger.columns]
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def read(content: bytes, name: str) -> Ledger:
    """A ledger from its file.

    Raises
    ------
    UsageError
        It is none, damaged, or one of a version that this one can't read.
    """
    try:
        found = json.loads(content)
        if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
            raise UsageError(f"{name}: tells of no sweep")
        if (version := found.pop("version")) != VERSION:
            raise UsageError(f"{name}: written by another version of tuneplan (format {version}, not {VERSION})")
        columns = tuple(Output(**each) for each in found.pop("columns"))
        ledger = Ledger(columns=columns, **found)
        counts = [getattr(ledger, count) for count in ("rows", "rows_of_a_block", "blocks", "blocks_done", "bytes_done", "checksum")]
        is_sound = isinstance(ledger.about, dict) and all(type(each) is int and each >= 0 for each in counts) and {each.kind for each in columns} <= set(KINDS)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f"{name}: damaged ({error})") from None
    if not is_sound:
        raise UsageError(f"{name}: damaged")
    return ledger


def differences(there: Ledger, here: Ledger) -> list[str]:
    """What makes two sweeps unlike, in words; nothing where they are the same, however much of each is done."""
    unlike = _unlike(there.about, here.about)
    unlike += [f"{name.replace('_', ' ')}: {getattr(there, name)} there, {getattr(here, name)} now" for name in ("kept", "rows", "rows_of_a_block") if getattr(there, name) != getattr(here, name)]
    if there.columns != here.columns:
        unlike.append(_columns_unlike(there.columns, here.columns))
    return unlike


def in_short(unlike: list[str]) -> str:
    """The first few differences.

    >>> in_short(["a", "b", "c", "d", "e"])
    'a; b; c; and 2 more'
    """
    more = len(unlike) - TOLD
    return "; ".join(unlike[:TOLD] + ([f"and {more} more"] if more > 0 else []))


def _columns_unlike(there: tuple[Output, ...], here: tuple[Output, ...]) -> str:
    old, new = ({each.name for each in columns} for columns in (there, here))
    only = [f"only {where}: {', '.join(sorted(names))}" for where, names in (("there", old - new), ("now", new - old)) if names]
    return f"columns {'; '.join(only)}"[: 4 * SHOWN] if only else "columns: other units, kinds or order"


def _unlike(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    old, new = dict(_leaves(there)), dict(_leaves(here))
    keys = [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
    return [f"{key}: {_shown(old.get(key))} there, {_shown(new.get(key))} now" for key in keys]


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Dotted paths of single values, as JSON: 1, 1.0 and true are not the same."""
    if isinstance(value, Mapping) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{path}.{key}" if path else str(key))
    else:
        yield path, json.dumps(value, ensure_ascii=False)


def _shown(value: str | None) -> str:
    if value is None:
        return "nothing"
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}..."


def _plain(value: Any) -> Any:
    """As JSON holds it: endless and unknown numbers become texts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "item"):  # a number of NumPy
        value = value.item()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
