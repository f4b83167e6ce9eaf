"""Rooms in a line: each imports only from its left, and only the libraries of its row."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import tuneplan

HOUSE = Path(tuneplan.__file__).parent
MODULES = sorted(HOUSE.rglob("*.py"))
LINE = ("ground", "core", "scenario", "study", "evidence", "report", "api", "cli")
GROUND = ("axes", "late", "units", "errors", "version")
"""Modules of the ground floor; with ``__init__``, which exports, they stand beside the rooms."""
MODEL = {"numpy", "scipy.special"}
QUESTION = MODEL | {"yaml"}
SWEEP = {"pyarrow", "fsspec", "sklearn"}
"""Libraries of large sweeps, which only the modules of ``study.sweep`` know."""
STUDY = QUESTION | {"scipy.stats", "scipy.optimize", "simpy"}
REPORT = STUDY | {"matplotlib", "jinja2", "markupsafe", "docx"}
LIBRARIES = {
    "ground": MODEL, "core": MODEL, "scenario": QUESTION, "study": STUDY, "evidence": STUDY, "report": REPORT,
    "api": REPORT | {"pandas", "xarray", "ipywidgets"}, "cli": REPORT | {"click", "rich"}, "house": set(),
}  # fmt: skip
"""What each room may import beyond the standard library."""
LAZY = {"pandas", "xarray", "ipywidgets", "docx", "jinja2", "markupsafe", "matplotlib"} | SWEEP
"""Libraries that may only be imported inside a function, or for type checkers."""
MOST_LINES = {"module": 300, "class": 120}


def room_of(path: tuple[str, ...]) -> str:
    """Room of a module by its dotted parts below ``tuneplan``.

    >>> room_of(("core", "costs")), room_of(("axes",)), room_of(())
    ('core', 'ground', 'house')
    """
    if not path:
        return "house"
    return "ground" if path[0] in GROUND else path[0]


@cache
def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    """Dotted names that a module imports, and whether only when a function runs (or never); read once for all rules."""
    return tuple(imported(path, ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path, tree: ast.Module) -> Iterator[tuple[str, bool]]:
    late = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: relative import"
            yield from ((f"{node.module}.{alias.name}", id(node) in late) for alias in node.names)


def own(path: Path) -> str:
    parts = path.relative_to(HOUSE).with_suffix("").parts
    return room_of(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_room_imports_only_from_its_left(path: Path) -> None:
    room = own(path)
    if room == "house":
        return
    assert room in LINE, f"{room} is no room of the house"
    allowed = LINE[: LINE.index(room) + 1]
    others = {name for name, _ in imports(path) if name == "tuneplan" or name.startswith("tuneplan.")}
    wrong = {name for name in others if room_of(tuple(name.split(".")[1:])) not in allowed}
    assert wrong - {"tuneplan.__version__"} == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_room_imports_only_the_libraries_of_its_row(path: Path) -> None:
    allowed = LIBRARIES[own(path)] | (SWEEP if path.is_relative_to(HOUSE / "study" / "sweep") else set())
    strange = {
        name
        for name, _ in imports(path)
        if name.split(".")[0] not in {"tuneplan", *sys.stdlib_module_names}
        and not any(name == library or name.startswith(f"{library}.") for library in allowed)
    }
    assert strange == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    eager = {name.split(".")[0] for name, late in imports(path) if not late}
    assert eager & LAZY == set()


def test_the_public_module_imports_its_names_late() -> None:
    """So that help and errors come at once."""
    eager = {name for name, late in imports(HOUSE / "__init__.py") if not late}
    assert {name for name in eager if name.split(".")[0] not in sys.stdlib_module_names} == {"tuneplan.version.__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_modules_and_classes_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES["module"]
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno + 1 > MOST_LINES["class"]
    ]
    assert long == []
