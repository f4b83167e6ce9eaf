"""The compiled part of a library, had without the code around it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest

from tuneplan.late import Late, compiled_of

OF_SCIPY = """
import sys
from tuneplan.late import special
quick = special.ndtri
assert quick(0.975) > 1.9599 and "scipy.special" not in sys.modules
import scipy.special
assert scipy.special.ndtri is quick and scipy.special._ufuncs.ndtri is quick
assert special.softmax is scipy.special.softmax and special.betaincinv is scipy.special.betaincinv
"""


@pytest.fixture
def package(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package whose own code makes a name, and whose part has another."""
    name = f"late_{request.node.name}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("from . import part\nslow = 1\n", encoding="utf-8")
    (tmp_path / name / "part.py").write_text("quick = 2\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_a_part_comes_without_its_package(package: str) -> None:
    assert compiled_of(package, "part").quick == 2
    assert package not in sys.modules


def test_names_that_the_part_lacks_come_from_the_package_which_finds_its_part_in_place(package: str) -> None:
    late = Late(package, compiled="part")
    assert late.quick == 2
    part = sys.modules[f"{package}.part"]
    assert late.slow == 1
    assert sys.modules[package].part is part


def test_beside_another_thread_the_package_is_loaded_as_ever(package: str) -> None:
    over = Event()
    thread = Thread(target=over.wait)
    thread.start()
    try:
        assert compiled_of(package, "part") is None
        assert Late(package, compiled="part").slow == 1
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize(("library", "part"), [("json", "no_such_part"), ("late_no_such_library", "part")])
def test_a_part_that_is_not_there_is_none(library: str, part: str) -> None:
    assert compiled_of(library, part) is None


def test_a_package_without_the_part_still_gives_its_names(package: str) -> None:
    assert Late(package, compiled="elsewhere").slow == 1


def test_functions_of_scipy_are_the_same_objects_as_its_public_ones() -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", OF_SCIPY], check=True)
