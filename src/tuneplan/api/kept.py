"""What a saved result says beside its arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuneplan.errors import UsageError
from tuneplan.scenario.identity import fingerprint
from tuneplan.version import __version__

if TYPE_CHECKING:
    from tuneplan.api.arrays import Arrays

FORMAT = "tuneplan result"
SCHEMA_VERSION = 1
"""Raised when an older version would be misled."""
NEVER_BIGGER = 64_000_000
"""Bytes that all texts together may take: 33 files of a megabyte, and room. [byte]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was asked, and with what.

    Attributes
    ----------
    version
        Of tuneplan.
    file, texts
        Name of the scenario, and every file by its name.
    chosen, changes
        As of ``Scenario``.
    hash
        Of what the scenario meant.
    seconds
        That the simulation took.
    sums
        Array -> SHA-256 of its bytes.
    """

    version: str
    file: str
    texts: Mapping[str, str]
    chosen: str
    changes: tuple[str, ...]
    hash: str
    draws: int
    seed: int
    seconds: float
    sums: Mapping[str, str]


def manifest_of(result: Arrays, sums: Mapping[str, str]) -> dict[str, Any]:
    """What stands in the file beside the arrays."""
    import platform

    import numpy as np

    asked, run = result.study.asked, result.findings.run
    return {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "made_with": {"tuneplan": __version__, "numpy": np.__version__, "python": platform.python_version()},
        "scenario": {
            "name": asked.name, "file": asked.file, "chosen": asked.chosen, "changes": list(asked.changes), "hash": fingerprint(asked),
            "texts": dict(result.study.texts.known),
        },
        "design": {"draws": run.design.draws, "seed": int(run.design.seed)},
        "recommended": result.recommended,
        "seconds": run.seconds,
        "arrays": dict(sums),
    }  # fmt: skip


def kept_of(content: Any, file: Path) -> Kept:
    """The same, read from a file that anybody may have written.

    Raises
    ------
    UsageError
        It is none of ours, of another schema version, or damaged.
    """
    whole = _table(content, "the whole", file)
    if whole.get("format") != FORMAT:
        raise UsageError(f"{file}: is no result that tuneplan saved")
    made_with = _table(whole.get("made_with"), "made_with", file)
    version = _text(made_with.get("tuneplan"), "made_with", file)
    schema = whole.get("schema_version")
    if schema != SCHEMA_VERSION:
        raise UsageError(f"{file}: saved by tuneplan {version} with schema version {schema!r}; tuneplan {__version__} reads version {SCHEMA_VERSION}")
    scenario, design = (_table(whole.get(name), name, file) for name in ("scenario", "design"))
    found = Kept(
        version=version,
        file=_text(scenario.get("file"), "scenario.file", file),
        texts=_texts(scenario.get("texts"), "scenario.texts", file),
        chosen=_text(scenario.get("chosen"), "scenario.chosen", file),
        changes=tuple(_text(each, "scenario.changes", file) for each in _list(scenario.get("changes"), "scenario.changes", file)),
        hash=_text(scenario.get("hash"), "scenario.hash", file),
        draws=_whole(design.get("draws"), "design.draws", file),
        seed=_whole(design.get("seed"), "design.seed", file),
        seconds=_number(whole.get("seconds"), "seconds", file),
        sums=_texts(whole.get("arrays"), "arrays", file),
    )
    if found.file not in found.texts:
        raise damaged(file, "the text of its scenario is missing")
    return found


def damaged(file: Path, why: str) -> UsageError:
    """That a file can't be read."""
    return UsageError(f"{file}: can't be opened as a saved result: {why}")


def _table(value: Any, name: str, file: Path) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise damaged(file, f"{name} is no table")
    return value


def _list(value: Any, name: str, file: Path) -> list[Any]:
    if not isinstance(value, list):
        raise damaged(file, f"{name} is no list")
    return value


def _text(value: Any, name: str, file: Path) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise damaged(file, f"{name} is no text")
    return value


def _texts(value: Any, name: str, file: Path) -> dict[str, str]:
    return {_text(key, name, file): _text(text, name, file) for key, text in _table(value, name, file).items()}


def _whole(value: Any, name: str, file: Path) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise damaged(file, f"{name} is no whole number")
    return value


def _number(value: Any, name: str, file: Path) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0.0 <= value < float("inf"):
        raise damaged(file, f"{name} is no number")
    return float(value)
