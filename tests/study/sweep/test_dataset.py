"""What was kept reads back to the bit, from either kind of target."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from toy_sweep import COLUMNS, Toy, rows_of
from tuneplan.errors import UsageError
from tuneplan.study.sweep.dataset import Dataset, opened
from tuneplan.study.sweep.records import COUNT, NUMBER, TEXT, YES_NO, Rows
from tuneplan.study.sweep.storage import kept

WORK = Toy(rows=2_350, rows_of_a_block=500)
TYPES = {NUMBER: np.float64, COUNT: np.int64, TEXT: np.object_, YES_NO: np.bool_}


def whole(dataset: Dataset, names: list[str] | None = None, size: int = 1000) -> Rows:
    some = list(dataset.batches(names, size))
    return {name: np.concatenate([each[name] for each in some]) for name in some[0]}


def assert_same(rows: Rows, truth: Rows) -> None:
    for name, values in rows.items():
        np.testing.assert_array_equal(values, truth[name], err_msg=name)
        if values.dtype == float:
            assert (np.signbit(values) == np.signbit(truth[name]))[~np.isnan(values)].all()


@pytest.fixture(params=["results.csv", "results", "results.parquet"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    kept(WORK, tmp_path / request.param)
    return tmp_path / request.param


def test_rows_come_back_as_they_were(target: Path) -> None:
    dataset = opened(target)
    assert (dataset.rows, dataset.is_complete, dataset.columns) == (WORK.rows, True, COLUMNS)
    assert dataset.about == {"scenario": {"name": "toy", "hash": "abc"}, "seed": 7, "draws": 1, "endless": "inf"}
    rows = whole(dataset)
    assert [rows[each.name].dtype.type for each in COLUMNS] == [TYPES[each.kind] for each in COLUMNS]
    assert_same(rows, rows_of(np.arange(WORK.rows), WORK.seed))


@pytest.mark.parametrize("size", [1, 499, 500, 1200, 10_000])
def test_as_many_rows_at_a_time_as_asked(size: int, target: Path) -> None:
    """However the sweep was cut when it was kept."""
    some = list(opened(target).batches(["unified.cost"], size))
    assert [len(each["unified.cost"]) for each in some] == [size] * (WORK.rows // size) + ([WORK.rows % size] if WORK.rows % size else [])


def test_columns_in_the_order_asked_for(target: Path) -> None:
    dataset = opened(target)
    rows = whole(dataset, ["unified.score", "row", "unified.score"])
    assert list(rows) == ["unified.score", "row"]
    assert_same(rows, rows_of(np.arange(WORK.rows), WORK.seed))
    assert list(dataset.batches([])) == []


def test_an_unknown_column_is_an_error(target: Path) -> None:
    with pytest.raises(UsageError, match=r'no column unified\.costs; did you mean "unified\.cost"\?'):
        opened(target).batches(["unified.costs"])


def test_what_is_no_sweep_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("a,b\n1,2\n")
    (tmp_path / "mine").mkdir()
    for name, message in (("none.csv", "no such file or folder"), ("mine.csv", r"is no sweep \(it has no mine\.csv\.json beside it\)"), ("mine", r"is no sweep \(it has no _sweep\.json\)")):
        with pytest.raises(UsageError, match=message):
            opened(tmp_path / name)


def test_a_file_that_was_changed_since_is_an_error(tmp_path: Path) -> None:
    kept(WORK, tmp_path / "results.csv")
    text = (tmp_path / "results.csv").read_bytes()
    for changed in (text[: len(text) // 2], text.replace(b"unified.cost [USD]", b"unified.cost [EUR]"), text.replace(b"yes", b"YES", 1), b""):
        (tmp_path / "results.csv").write_bytes(changed)
        with pytest.raises(UsageError, match="was changed since it was written"):
            list(opened(tmp_path / "results.csv").batches())


def test_a_damaged_part_is_an_error(tmp_path: Path) -> None:
    kept(WORK, tmp_path / "results")
    (tmp_path / "results" / "part-00000002.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(UsageError, match=r"part-00000002\.parquet: can't be read"):
        list(opened(tmp_path / "results").batches())


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"format": "other"}', b'{"format": "tuneplan sweep", "version": 1}', b'{"format": "tuneplan sweep", "version": 99}', b"\xff", b"[" * 100_000])
def test_a_damaged_sidecar_is_an_error(damage: bytes, target: Path) -> None:
    sidecar = target / "_sweep.json" if target.is_dir() else target.with_name("results.csv.json")
    sidecar.write_bytes(damage)
    with pytest.raises(UsageError, match=r"damaged|tells of no sweep|another version"):
        opened(target)
