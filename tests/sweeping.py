"""Spaces of rows for tests of sweeps, and scenarios in which nothing is left to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tuneplan.study.sweep.records import Varied
from tuneplan.study.sweep.source import Source, source_of

STARTUP = "scenarios/startup.yaml"
GIVEN = ("tasks.email.data.examples=3k", "tasks.summary.data.examples=2k", "tasks.qa.data.examples=1k")
UNTIMED = ("schedule.counts=no",)


def startup(*changes: str) -> Source:
    """The startup's scenario, changed."""
    return source_of(STARTUP, changes=changes)


@dataclass(frozen=True, slots=True)
class Product:
    """Every value with every other, the last key fastest: ``(key, texts)`` or ``(key, numbers, unit)`` each."""

    axes: tuple[tuple[Any, ...], ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(axis[0] for axis in self.axes)

    @property
    def rows(self) -> int:
        return int(np.prod([len(axis[1]) for axis in self.axes]))

    def at(self, start: int, stop: int) -> tuple[Varied, ...]:
        places = np.unravel_index(np.arange(start, stop), [len(axis[1]) for axis in self.axes])
        return tuple(
            Varied(key=axis[0], texts=axis[1], codes=place) if len(axis) == 2
            else Varied(key=axis[0], codes=place[:0], numbers=np.array(axis[1])[place], unit=axis[2])
            for axis, place in zip(self.axes, places, strict=True)
        )  # fmt: skip

    def said(self) -> Mapping[str, Any]:
        return {"axes": [[str(part) for part in axis] for axis in self.axes]}
