"""A sweep is the same bytes whoever works on it and however often it is stopped; what is none is never touched."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from killed_sweeps import files
from toy_sweep import BUDGETS, COLUMNS, Toy, rows_of
from tuneplan.errors import UsageError
from tuneplan.study.sweep import lock, places
from tuneplan.study.sweep.dataset import opened
from tuneplan.study.sweep.pace import Progress
from tuneplan.study.sweep.parquet import part_name, write_part
from tuneplan.study.sweep.storage import kept

WORK = Toy(rows=1_150, rows_of_a_block=200)
TARGETS = ("results.csv", "results")
TESTS = Path(__file__).resolve().parents[2]
both = pytest.mark.parametrize("name", TARGETS)


class Stopped(Exception):
    """What ends a run in these tests."""


def stopped_after(blocks: int, work: Toy, target: Path, **given: Any) -> list[Progress]:
    """A run that ends when so many blocks are kept: what was told."""
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        told.append(progress)
        if len(told) > blocks:
            raise Stopped

    with pytest.raises(Stopped):
        kept(work, target, told=tell, **given)
    return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "found").mkdir()
    return tmp_path / "found"


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, bytes]]:
    """What an undisturbed run of one process keeps, by target."""
    found = {}
    for name in TARGETS:
        folder = tmp_path_factory.mktemp("truth")
        kept(WORK, folder / name)
        found[name] = files(folder)
    return found


# --- what is kept ----------------------------------------------------------------------------------


def test_a_csv_file_is_read_by_anybody(truth: dict[str, dict[str, bytes]], tmp_path: Path) -> None:
    (tmp_path / "results.csv").write_bytes(truth["results.csv"]["results.csv"])
    with open(tmp_path / "results.csv", newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["row", "budget.limit", "recommended", "close", "unified.cost [USD]", "unified.score [point]"]
    known = rows_of(np.arange(WORK.rows), WORK.seed)
    for row, cells in enumerate(rows):
        cost = float(known["unified.cost"][row])
        assert (cells[0], cells[2], cells[3]) == (str(row), known["recommended"][row], "yes" if known["close"][row] else "no")
        assert cells[4] == ("" if np.isnan(cost) else repr(cost))
        assert not cells[1].startswith(("=", "+", "-", "@")), "a spreadsheet runs it"
    assert [cells[1] for cells in rows[: len(BUDGETS)]] == ["20k USD", "'=1+1", "''tis", 'a "b", c\nd', "'-5", "'-5'"]


def test_parquet_is_read_by_anybody(tmp_path: Path) -> None:
    from pyarrow import dataset, parquet

    kept(WORK, tmp_path / "results.parquet")
    table = dataset.dataset(tmp_path / "results.parquet").to_table()
    known = rows_of(np.arange(WORK.rows), WORK.seed)
    for each in COLUMNS:
        assert table.schema.field(each.name).metadata == {b"unit": each.unit.encode(), b"kind": each.kind.encode(), b"doc": each.doc.encode()}
        np.testing.assert_array_equal(np.array(table[each.name].to_pylist()), known[each.name].astype(object) if each.kind == "text" else known[each.name])
    assert json.loads(table.schema.metadata[b"tuneplan"])["scenario"] == {"name": "toy", "hash": "abc"}
    first = parquet.ParquetFile(tmp_path / "results.parquet" / part_name(0)).metadata.row_group(0)
    assert {first.column(each).compression for each in range(first.num_columns)} == {"ZSTD"}
    assert "dictionary" in str(table.schema.field("recommended").type)


@both
def test_the_sidecar_tells_what_it_is(name: str, truth: dict[str, dict[str, bytes]]) -> None:
    told = json.loads(truth[name]["results.csv.json" if name == "results.csv" else "results/_sweep.json"])
    assert (told["format"], told["is_complete"], told["rows"], told["blocks"]) == ("tuneplan sweep", True, WORK.rows, WORK.blocks)
    assert [each["unit"] for each in told["columns"]] == [each.unit for each in COLUMNS]
    assert told["about"]["seed"] == WORK.seed
    assert set(truth[name]) == ({"results.csv", "results.csv.json"} if name == "results.csv" else {"results/_sweep.json", *(f"results/{part_name(number)}" for number in range(WORK.blocks))})


@pytest.mark.parametrize(("name", "workers", "releases"), [("results.csv", 2, True), ("results", 2, True), ("results", 5, True), ("results", 2, False)])
def test_any_number_of_workers_keeps_the_same_bytes(name: str, workers: int, releases: bool, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    found = kept(replace(WORK, releases=releases), folder / name, workers=workers)
    assert files(folder) == truth[name]
    data = sum(len(content) for path, content in files(folder).items() if not path.endswith(".json"))
    assert (found.rows, found.bytes, found.rows_resumed, found.was_complete) == (WORK.rows, data, 0, False)


@both
def test_a_sweep_of_nothing(name: str, folder: Path) -> None:
    assert kept(Toy(rows=0), folder / name, workers=2).rows == 0
    assert (opened(folder / name).rows, opened(folder / name).is_complete, list(opened(folder / name).batches())) == (0, True, [])


# --- stopped, and gone on with ----------------------------------------------------------------------


@both
@pytest.mark.parametrize("workers", [1, 2])
def test_what_was_stopped_is_gone_on_with(name: str, workers: int, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    told = stopped_after(2, WORK, folder / name, workers=workers)
    assert [each.rows_done for each in told] == [0, 200, 400]
    there = opened(folder / name)
    assert (there.rows >= 400, there.is_complete) == (True, False)
    rows = np.concatenate([each["row"] for each in there.batches(["row"])])
    np.testing.assert_array_equal(rows, np.arange(there.rows))
    assert kept(WORK, folder / name, resume=True, workers=workers).rows_resumed == there.rows
    assert files(folder) == truth[name]


@both
def test_to_go_on_with_what_is_complete_does_nothing(name: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    kept(WORK, folder / name)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    found = kept(replace(WORK, fails_at=0), folder / name, resume=True)
    assert (found.was_complete, found.rows, found.rows_resumed) == (True, WORK.rows, WORK.rows)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


@both
def test_to_go_on_with_nothing_begins(name: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    kept(WORK, folder / name, resume=True)
    assert files(folder) == truth[name]


@both
def test_a_mistake_in_a_block_keeps_those_before_it(name: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    for workers, releases in ((1, True), (2, name != "results.csv")):
        with pytest.raises(LookupError, match="block 3 is a mistake"):
            kept(replace(WORK, fails_at=3, releases=releases), folder / name, workers=workers, resume=True)
        assert opened(folder / name).rows >= 600
    kept(WORK, folder / name, resume=True)
    assert files(folder) == truth[name]


@both
def test_a_killed_worker_changes_nothing(name: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    kept(replace(WORK, kills_at=2, releases=False), folder / name, workers=2)
    assert files(folder) == truth[name]


@both
def test_what_a_later_power_cut_tore_is_done_again(name: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    stopped_after(3, WORK, folder / name)
    if name == "results.csv":
        with open(folder / name, "ab") as file:
            file.write(b"600,20k USD,unif")
    else:
        (folder / name / part_name(1)).write_bytes(b"PAR1")
        (folder / name / part_name(4)).write_bytes((folder / name / part_name(0)).read_bytes())
        (folder / name / f".{part_name(5)}.1-0123abcd.partial").write_bytes(b"PAR1")
    kept(WORK, folder / name, resume=True)
    assert files(folder) == truth[name]


def test_a_lost_part_of_a_complete_sweep_is_made_again(folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    kept(WORK, folder / "results")
    (folder / "results" / part_name(3)).unlink()
    assert (opened(folder / "results").is_complete, opened(folder / "results").rows) == (False, WORK.rows - 200)
    assert kept(WORK, folder / "results", resume=True).rows_resumed == WORK.rows - 200
    assert files(folder) == truth["results"]


@pytest.mark.parametrize("is_complete", [True, False])
def test_a_csv_file_that_was_changed_is_not_gone_on_with(is_complete: bool, folder: Path) -> None:
    if is_complete:
        kept(WORK, folder / "results.csv")
    else:
        stopped_after(3, WORK, folder / "results.csv")
    text = (folder / "results.csv").read_bytes()
    for changed in (text.replace(b"unified", b"UNIFIED", 1), text[:-1], b""):
        (folder / "results.csv").write_bytes(changed)
        with pytest.raises(UsageError, match=r"was changed since, so it can't be gone on with; give another name, or --force to begin anew"):
            kept(WORK, folder / "results.csv", resume=True)
        assert (folder / "results.csv").read_bytes() == changed


def test_the_disk_has_it_before_it_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut a file that has its name is whole, and the sidecar counts nothing that is not there."""
    calls: list[str] = []

    def noted(name: str, real: Callable[..., Any], *given: Any) -> Any:
        calls.append(name)
        return real(*given)

    for name in ("write", "fsync", "replace"):
        monkeypatch.setattr(os, name, partial(noted, name, getattr(os, name)))
    kept(WORK, folder / "results")
    kept(WORK, folder / "results.csv")
    monkeypatch.undo()
    replaced = [number for number, call in enumerate(calls) if call == "replace"]
    assert len(replaced) >= 2 * WORK.blocks
    assert all(calls[number - 2 : number + 2] == ["write", "fsync", "replace", "fsync"] for number in replaced)


# --- what stands in the way -------------------------------------------------------------------------


@both
def test_what_holds_a_sweep_is_not_written_over(name: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    stopped_after(2, WORK, folder / name)
    before = files(folder)
    with pytest.raises(UsageError, match=r"holds a sweep that is not complete already; --resume to go on with it, another name to keep both, or --force to begin anew"):
        kept(WORK, folder / name)
    with pytest.raises(UsageError, match=r"holds another sweep, which this one can't go on with \(seed: 7 there, 8 now\); another name"):
        kept(replace(WORK, seed=8), folder / name, resume=True)
    with pytest.raises(UsageError, match=r"rows: 1150 there, 1151 now; rows of a block: 200 there, 201 now"):
        kept(replace(WORK, rows=1151, rows_of_a_block=201), folder / name, resume=True)
    with pytest.raises(UsageError, match=r"columns only there: unified\.score\)"):
        kept(replace(WORK, columns=COLUMNS[:-1]), folder / name, resume=True)
    assert files(folder) == before
    kept(WORK, folder / name, resume=True)
    with pytest.raises(UsageError, match=r"holds a complete sweep already; another name to keep both, or --force to begin anew"):
        kept(WORK, folder / name)
    assert files(folder) == truth[name]


@both
def test_force_begins_anew_in_the_place_of_a_sweep(name: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    kept(Toy(rows=3000, rows_of_a_block=200, seed=8), folder / name)
    if name == "results":
        (folder / name / "notes.txt").write_text("mine")
    stopped_after(1, WORK, folder / name, force=True)
    assert opened(folder / name).rows == 200
    kept(WORK, folder / name, resume=True, force=True)
    assert kept(WORK, folder / name, force=True).rows_resumed == 0, "anew means anew"
    stopped_after(1, replace(WORK, seed=9), folder / name, force=True)
    assert kept(WORK, folder / name, resume=True, force=True).rows_resumed == 0, "another sweep is no begin of this one"
    found = files(folder)
    assert found.pop("results/notes.txt", b"mine") == b"mine"
    assert found == truth[name]


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("resume", [True, False])
def test_what_is_no_sweep_is_never_touched(resume: bool, force: bool, folder: Path) -> None:
    (folder / "mine.csv").write_text("a,b\n1,2\n")
    (folder / "told.csv.json").write_text("{}")
    (folder / "mine").mkdir()
    (folder / "mine" / "part-00000000.parquet").write_text("mine")
    (folder / "file").write_text("mine")
    (folder / "folder.csv").mkdir()
    before = files(folder)
    for name, message in {
        "mine.csv": r"exists, and is no sweep \(it has no mine\.csv\.json\); give another name",
        "told.csv": r"told\.csv\.json: tells of no sweep",
        "mine": r"holds other things, and no sweep; give the name of a new folder",
        "file": r"is a file, but a sweep as Parquet is a folder; give another name",
        "folder.csv": r"is a folder, but a sweep as CSV is one file; give another name",
        "none/results.csv": r"can't be written: there is no folder .*none",
        "none/results": r"can't be made: there is no folder .*none",
        "file/results": r"can't be read: Not a directory",
        "results.xlsx": r"a sweep is kept as a file that ends in \.csv, or as a folder of Parquet parts, not as \.xlsx",
        "results.csv.gz": r"not as \.gz",
    }.items():
        with pytest.raises(UsageError, match=message):
            kept(WORK, folder / name, resume=resume, force=force)
    assert files(folder) == before
    with pytest.raises(UsageError, match="is no file on a disk"):
        kept(WORK, link(folder / "null.csv", "/dev/null"), resume=resume, force=force)


def link(path: Path, to: str) -> Path:
    path.symlink_to(to)
    return path


def test_an_empty_file_or_folder_is_free(folder: Path) -> None:
    (folder / "results.csv").touch()
    (folder / "results").mkdir()
    for name in TARGETS:
        assert kept(WORK, folder / name).rows == WORK.rows


@both
def test_two_at_once_is_an_error(name: str, folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    def tell(progress: Progress) -> None:
        if progress.rows_done == 200:
            with pytest.raises(UsageError, match=rf"process {os.getpid()} on .* is working on this sweep; wait until it ends"):
                kept(WORK, folder / name, resume=True, force=True)

    kept(WORK, folder / name, told=tell)
    assert files(folder) == truth[name]


@both
def test_a_lock_that_is_given_back_while_it_is_asked_for(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that has lost its name locks nobody out: it is asked for once more."""
    real, paths = lock._locked, []

    def locked(handle: int) -> bool:
        paths.extend(folder.rglob("*lock"))
        if len(paths) == 1:
            paths[0].unlink()
        return real(handle)

    monkeypatch.setattr(lock, "_locked", locked)
    kept(WORK, folder / name, told=lambda progress: paths[0].stat())
    assert len(paths) == 2


# --- where it is kept, and by whom -------------------------------------------------------------------


def test_parts_behind_a_url(truth: dict[str, dict[str, bytes]]) -> None:
    import fsspec

    url = "memory://somewhere/results"
    system = fsspec.filesystem("memory")
    with pytest.raises(UsageError, match="is no sweep"):
        opened(url)
    stopped_after(2, WORK, url)  # type: ignore[arg-type]
    assert opened(url).rows == 400
    kept(WORK, url, resume=True, workers=2)
    assert {f"results/{path.rpartition('/')[2]}": system.cat_file(path) for path in system.find("/somewhere/results")} == truth["results"]
    assert sum(len(each["row"]) for each in opened(url).batches(["row"])) == WORK.rows
    with pytest.raises(UsageError, match="holds a complete sweep already"):
        kept(WORK, url)
    with pytest.raises(UsageError, match="can't go on with"):
        kept(replace(WORK, seed=8), url, resume=True)
    kept(replace(WORK, seed=8), url, force=True)
    assert opened(url).about["seed"] == 8


def test_a_url_that_leads_nowhere_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for url, message in {
        "nosuch://bucket/results": "Protocol not known: nosuch",
        "memory://results.csv": "a CSV file is kept on this machine; behind a URL give a folder",
    }.items():
        with pytest.raises(UsageError, match=message):
            kept(WORK, url)
    kept(WORK, f"file://{folder}/results")
    assert opened(folder / "results").is_complete


def test_a_store_that_refuses_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.implementations.memory import MemoryFileSystem

    def refuse(*given: Any, **named: Any) -> None:
        raise RuntimeError("AccessDenied")

    for call, message in {
        "pipe_file": r"memory://refused/_sweep\.json: can't be written: AccessDenied; no row was kept",
        "ls": r"memory://refused: can't be read: AccessDenied",
    }.items():
        with monkeypatch.context() as patch:
            patch.setattr(MemoryFileSystem, call, refuse)
            with pytest.raises(UsageError, match=message):
                kept(WORK, "memory://refused")
    monkeypatch.setattr(MemoryFileSystem, "cat_file", refuse)
    with pytest.raises(UsageError, match=r"memory://refused/_sweep\.json: can't be read: AccessDenied"):
        opened("memory://refused")


def test_a_file_system_where_half_a_file_can_be_seen(folder: Path, truth: dict[str, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    """There a part gets its name once it is whole: as on a disk, behind a URL."""
    monkeypatch.setattr(places, "WHOLE_OR_NOT", set())
    kept(WORK, "memory://halves/results")
    import fsspec

    system = fsspec.filesystem("memory")
    assert {f"results/{path.rpartition('/')[2]}": system.cat_file(path) for path in system.find("/halves/results")} == truth["results"]


def test_others_may_do_the_work(folder: Path, truth: dict[str, dict[str, bytes]]) -> None:
    """As on a cluster: each block by one who knows the work and the target, in any order."""
    sums = {}

    def share(make: Any, numbers: Sequence[int], /) -> Iterator[Any]:
        for number in reversed(numbers):
            part = write_part(WORK, number, folder / "results")
            sums[part.number] = (part.rows, part.bytes, part.checksum)
            assert make(number) == part, "done twice is the same part"
            yield part

    kept(WORK, folder / "results", share=share)
    assert files(folder) == truth["results"]
    assert [sums[number][0] for number in range(WORK.blocks)] == [200] * 5 + [150]
    assert all(sums[number][1] == len(truth["results"][f"results/{part_name(number)}"]) for number in range(WORK.blocks))


@pytest.mark.parametrize(("missing", "target", "message"), [
    ("pyarrow", "results", r"results: a folder of Parquet parts needs pyarrow: pip install 'tuneplan\[sweep\]'; a name that ends in \.csv needs nothing"),
    ("fsspec", "memory://results", r"memory://results: needs fsspec: pip install 'tuneplan\[sweep\]'"),
])  # fmt: skip
def test_a_missing_library_is_named(missing: str, target: str, message: str, folder: Path) -> None:
    """In a process of its own, which has loaded neither; CSV needs none of them."""
    script = (
        f"import sys\nsys.modules[{missing!r}] = None\nfrom toy_sweep import Toy\nfrom tuneplan.errors import UsageError\n"
        f"from tuneplan.study.sweep.storage import kept\nkept(Toy(rows=10), 'small.csv')\n"
        f"try:\n    kept(Toy(rows=10), {target!r})\nexcept UsageError as error:\n    print(error)\n"
        "assert not {'pyarrow', 'fsspec'} & {name for name, it in sys.modules.items() if it}, 'loaded where nobody needs them'\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert re.fullmatch(message, done.stdout.strip())
    assert set(files(folder)) == {"small.csv", "small.csv.json"}
