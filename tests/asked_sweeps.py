"""Sweeps of the startup's scenario for tests: asked for as on a command line, or by a section."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tuneplan.scenario.load import load, loads
from tuneplan.scenario.reading.texts import Texts
from tuneplan.scenario.records import Scenario
from tuneplan.study.sweep.asked import asked_of
from tuneplan.study.sweep.records import Space

STARTUP = Path(__file__).parents[1] / "scenarios" / "startup.yaml"
TEXTS = Texts()


def loader(changes: Sequence[str] = ()) -> Scenario:
    """The startup's scenario, changed; read once for equal changes."""
    return _read(tuple(changes))


@cache
def _read(changes: tuple[str, ...]) -> Scenario:
    return load(STARTUP, overrides=changes, texts=TEXTS)


def startup() -> Scenario:
    """As it stands."""
    return loader()


def asked(*texts: str, **words: Any) -> Space:
    """Rows as a command line asks for them."""
    return asked_of(texts, scenario=startup(), load=loader, **words)


def section(text: str) -> Scenario:
    """The startup's scenario with a section ``sweep`` below it."""
    return loads(with_section(text), file="a.yaml")


def with_section(text: str) -> str:
    """Its file with lines below it."""
    return f"{STARTUP.read_text(encoding='utf-8')}\n{text}"


def asked_by(text: str, **words: Any) -> Space:
    """Rows as a section asks for them."""
    whole = with_section(text)
    return asked_of((), scenario=loads(whole, file="a.yaml"), load=lambda changes: loads(whole, file="a.yaml", overrides=changes), **words)


def values(space: Space, start: int = 0, stop: int | None = None) -> list[tuple[str, ...]]:
    """Texts of rows, one a key."""
    stop = space.rows if stop is None else stop
    found = space.at(start, stop)
    return [tuple(each.text(row) for each in found) for row in range(stop - start)]
