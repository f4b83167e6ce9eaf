"""Where the raw measurements are. They lie beside the project, not in it: without them, fail."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
Reader = Callable[[str], list[dict[str, str]]]


@pytest.fixture(scope="session")
def raw() -> Reader:
    """A reader of raw tables: path below ``../shared`` -> its rows."""

    def read(path: str) -> list[dict[str, str]]:
        file = SHARED / path
        if not file.is_file():
            pytest.fail(
                f"{file} is missing: tests/fitting checks the model against raw measurements, which lie in "
                f"a folder 'shared' beside the project; the other tests (pytest) run without it",
                pytrace=False,
            )
        with file.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return read
