"""The file of results: the tables that it was made from are those that lie beside the project now."""

from __future__ import annotations

import hashlib

import pytest


def test_tables_are_those_that_were_measured(raw, measured):
    for path in measured.on_file["inputs"]:
        raw(path)
    changed = [path for path, kept in measured.on_file["inputs"].items() if measured.inputs[path] != kept]
    assert measured.update or changed == [], "raw tables changed: run `pytest tests/fitting --update-results` and say why in the commit"


def test_a_moved_figure_is_named(measured):
    name, kept = next(iter(measured.on_file["figures"].items()))
    figures = {**kept, "median": 1.05 * kept["median"]}
    if not measured.update:
        measured(name, **kept)
        with pytest.raises(pytest.fail.Exception, match=f"{name}: median: .* before, .* now; .*--update-results"):
            measured(name, **figures)


def test_a_table_that_nobody_wrote_down_is_named(measured):
    other = type(measured)(update=False)
    with pytest.raises(pytest.fail.Exception, match=r"data/new\.csv is not among the inputs of results\.json"):
        other.read("data/new.csv", b"a,b")
    assert other.inputs["data/new.csv"] == hashlib.sha256(b"a,b").hexdigest()
