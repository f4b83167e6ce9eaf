"""Where the raw measurements are, and what was measured on them.

The raw tables lie beside the project, not in it: without them, fail. ``results.json`` holds the hash of
every table read and every figure measured; ``pytest tests/fitting --update-results`` writes it anew.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared"
RESULTS = Path(__file__).with_name("results.json")
RENEW = "if that is meant, run `pytest tests/fitting --update-results` and say why in the commit"
RELATIVE, ABSOLUTE = 2e-2, 1e-3
"""Figures may differ this much between machines; the second for those near 0."""
DIGITS = 4
Reader = Callable[[str], list[dict[str, str]]]


class Results:
    """Hashes and figures: those on file, and those of this run."""

    def __init__(self, *, update: bool) -> None:
        self.update = update
        self.inputs: dict[str, str] = {}
        self.figures: dict[str, dict[str, float]] = {}
        empty: dict[str, dict[str, Any]] = {"inputs": {}, "figures": {}}
        self.on_file = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else empty

    def read(self, path: str, content: bytes) -> None:
        """Note a table; fail where nobody wrote it down (`test_results.py` compares the hashes)."""
        self.inputs[path] = hashlib.sha256(content).hexdigest()
        if not self.update and path not in self.on_file["inputs"]:
            pytest.fail(f"{path} is not among the inputs of {RESULTS.name}; {RENEW}", pytrace=False)

    def __call__(self, name: str, **figures: float) -> None:
        """Note figures; fail where they moved."""
        now = self.figures[name] = {key: rounded(value) for key, value in figures.items()}
        if self.update:
            return
        kept = self.on_file["figures"].get(name, {})
        moved = [
            f"{key}: {kept.get(key, 'not on file')} before, {now.get(key, 'not measured')} now"
            for key in {**kept, **now}
            if key not in kept or key not in now or moved_from(kept[key], now[key])
        ]
        if moved:
            pytest.fail(f"{RESULTS.name}, {name}: {'; '.join(moved)}; {RENEW}", pytrace=False)

    def write(self) -> None:
        """One line a table, one line a group of figures."""
        groups = {"inputs": dict(sorted(self.inputs.items())), "figures": self.figures}
        parts = [
            f'"{group}": {{\n' + ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in rows.items()) + "\n}"
            for group, rows in groups.items()
        ]
        RESULTS.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")


def rounded(value: float) -> float:
    """A count as it is, a figure to a few digits."""
    return value if isinstance(value, int) else float(f"{float(value):.{DIGITS}g}")


def moved_from(kept: float, now: float) -> bool:
    """Whether a figure is another one; counts are exact."""
    if isinstance(kept, int):
        return now != kept
    return bool(now != pytest.approx(kept, rel=RELATIVE, abs=ABSOLUTE))


KEY = pytest.StashKey[Results]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``pytest tests/fitting --update-results``: the whole folder, as the file is written anew."""
    parser.addoption("--update-results", action="store_true", help="write tests/fitting/results.json anew")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[KEY] = Results(update=bool(config.getoption("--update-results")))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was measured, unless a check failed."""
    results = session.config.stash[KEY]
    if results.update and results.figures and not session.testsfailed:
        results.write()


@pytest.fixture(scope="session")
def measured(request: pytest.FixtureRequest) -> Results:
    """Where a test notes what it measured: ``measured("memory", median_error=.13)``."""
    return request.config.stash[KEY]


@pytest.fixture(scope="session")
def raw(measured: Results) -> Reader:
    """A reader of raw tables: path below ``../shared`` -> its rows."""

    def read(path: str) -> list[dict[str, str]]:
        file = SHARED / path
        if not file.is_file():
            pytest.fail(
                f"{file} is missing: tests/fitting checks the model against raw measurements, which lie in "
                f"a folder 'shared' beside the project; the other tests (pytest) run without it",
                pytrace=False,
            )
        content = file.read_bytes()
        measured.read(path, content)
        return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))

    return read
