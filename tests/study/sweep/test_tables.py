"""A file of rows: what its cells say, in constant memory, and what is wrong with it, with the line."""

from __future__ import annotations

import pickle
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asked_sweeps import asked, asked_by, loader, startup, values
from tuneplan.errors import ScenarioError, UsageError
from tuneplan.study.sweep import csv_table, parquet_table
from tuneplan.study.sweep.asked import asked_of
from tuneplan.study.sweep.records import Space

Tabled = Callable[[str | bytes], Space]


@pytest.fixture
def table(tmp_path: Path) -> Tabled:
    """Rows of a CSV file."""

    def read(text: str | bytes) -> Space:
        path = tmp_path / "rows.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return asked(table=path)

    return read


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[..., Space]:
    """Rows of a Parquet file, two in a row group."""

    def read(columns: Any) -> Space:
        path = tmp_path / "rows.parquet"
        pq.write_table(columns if isinstance(columns, pa.Table) else pa.table(columns), path, row_group_size=2)
        return asked(table=path)

    return read


def test_each_line_is_a_row_and_an_empty_cell_the_scenarios_own(table: Tabled) -> None:
    found = table("budget.limit [USD],method,horizon\n20000,full,\n3e4,lora,6 months\n\n60k,,12 months\n")
    assert found.keys == ("budget.limit", "method", "horizon")
    assert values(found) == [("20000.0 USD", "full", "12.0 month"), ("30000.0 USD", "lora", "6.0 month"), ("60000.0 USD", "", "12.0 month")]
    uncertain = table("router.accuracy,tasks.qa.traffic [/month]\n90%,\n,5000\n")
    assert values(uncertain) == [("90%", ""), ("", "5000 /month")]


def test_a_unit_of_the_header_is_converted_and_a_cell_may_say_its_own(table: Tabled) -> None:
    found = table('horizon [year],router.accuracy [%],tasks.qa.traffic\n1,90,"10k to 20k/month"\n6 months,95.5,5k/month\n')
    assert values(found) == [("12.0 month", "0.9", "10k to 20k/month"), ("6.0 month", "0.955", "5k/month")]


def test_a_unit_of_the_header_holds_for_both_ends_of_an_interval(table: Tabled) -> None:
    found = table("unseen.share [%]\n5 to 15\n80% CI 5 to 15\n6 to 8 mode 7\n5% to 15%\n")
    assert [row[0] for row in values(found)] == ["5 to 15 %", "80% CI 5 to 15 %", "6 to 8 mode 7 %", "5% to 15%"]
    first, *_, last = (loader([f"unseen.share={row[0]}"]).quantities["unseen.share"].distribution for row in values(found))
    assert first == last
    with pytest.raises(ScenarioError, match=r"rows\.csv:2:1: budget.limit: 20 to 80k USD can be read in two ways"):
        table("budget.limit [USD]\n20 to 80k\n")


def test_cells_that_do_not_go_with_another_number_are_rows(table: Tabled) -> None:
    assert table("tasks.email.score.ceiling\n0.5\n0.95\n").rows == 2
    with pytest.raises(ScenarioError, match=r"rows\.csv: tasks.email.score.ceiling: the ceiling is worse than the base"):
        table("tasks.email.score.ceiling\n0.5\n0.4\n")


def test_rows_without_any_value_are_told(table: Tabled) -> None:
    assert table("method,horizon\nfull,\n , \n,6 months\n").notes[0].endswith("rows.csv:3: every cell of the row is empty, so it is the scenario as it stands; delete the line unless that is meant")
    assert "rows.csv:2: every cell is empty in 2 rows, this the first" in table("method,horizon\n,\n,\nfull,\n").notes[0]
    assert table("method,horizon\nfull,\n").notes == ()


def test_cells_in_quotes_hold_commas(table: Tabled) -> None:
    found = table('strategies.pair.groups,tasks.qa.note\n"[[email, summary], [qa]]","a ""b"", c"\nsearch,\n')
    assert values(found) == [("[[email, summary], [qa]]", 'a "b", c'), ("search", "")]


def test_results_of_a_sweep_are_told_and_not_read(table: Tabled) -> None:
    found = table("row,method,budget.limit [USD],recommended,unified.cost [USD],unified.allowed,margin [point]\n0,'+full,20000,unified,3,yes,4\n".replace("'+full", "full"))
    assert found.keys == ("method", "budget.limit")
    assert "5 columns are results of a sweep and not read: row, recommended, unified.cost, unified.allowed, margin" in found.notes[0]
    with pytest.raises(ScenarioError, match="recommended: unknown key"):
        table("method,recommended\nfull,unified\n")


def test_a_quote_before_a_formula_is_taken_away_from_our_own_files_alone(table: Tabled) -> None:
    assert values(table("row,recommended,tasks.qa.note\n0,unified,'=a\n")) == [("=a",)]
    assert values(table("tasks.qa.note\n'=a'\n")) == [("'=a'",)]


def test_any_block_is_part_of_the_whole_also_far_from_a_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MOST_MARKS", 4)
    numbers = np.random.default_rng(1).uniform(1e4, 1e5, 20_000)
    lines = [f"{number!r},{'full' if place % 3 else 'lora'}\n{chr(10) * (place % 7 == 0)}" for place, number in enumerate(numbers.tolist())]
    (tmp_path / "rows.csv").write_text("# of somebody\nbudget.limit [USD],method\n" + "".join(lines))
    found = asked(table=tmp_path / "rows.csv")
    assert len(found.marks[1]) <= 4  # type: ignore[attr-defined]
    again = pickle.loads(pickle.dumps(found))
    for start, stop in ((19_990, 20_000), (0, 1), (5000, 9000), (8191, 8193)):
        limit, method = again.at(start, stop)
        np.testing.assert_array_equal(limit.numbers, numbers[start:stop])
        assert [method.text(row) for row in range(stop - start)] == ["full" if place % 3 else "lora" for place in range(start, stop)]


def test_a_long_table_is_never_held(tmp_path: Path) -> None:
    with open(tmp_path / "rows.csv", "w") as stream:
        stream.write("budget.limit [USD]\n")
        stream.writelines(f"{1e4 + number}\n" for number in range(15_000))
    startup()
    tracemalloc.start()
    found = asked(table=tmp_path / "rows.csv")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.rows == 15_000
    assert peak < 8e6
    assert len(pickle.dumps(found)) < 5e4


def test_a_table_that_was_changed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("method\nfull\nlora\n")
    found = asked(table=path)
    path.write_text("method\nfull\nqlor\n")
    with pytest.raises(ScenarioError, match=r"rows.csv: was changed since the sweep began \('qlor'\): start the sweep anew"):
        found.at(0, 2)
    path.write_text("method\nfull\n")
    with pytest.raises(ScenarioError, match="was changed since the sweep began"):
        found.at(0, 1)
    path.unlink()
    with pytest.raises(ScenarioError, match="can't be read any more: No such file"):
        found.at(0, 1)


def test_what_it_is_hangs_on_what_it_holds_not_on_where_it_lies(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    one.write_text("method\nfull\n")
    two.write_text("method\nfull\n")
    three.write_text("method\nlora\n")
    said = [asked(table=path).said() for path in (one, two, three)]
    assert said[0] == said[1] != said[2]
    assert said[0]["rows"] == 1


WRONG: dict[str, tuple[str | bytes, str]] = {
    "unknown key": ("budget.limt [USD],method\n1,full\n", r'rows.csv:1:1: budget.limt: unknown key; did you mean "limit"\?'),
    "unknown task": ("tasks.emial.traffic\n1/month\n", r'rows.csv:1:1: tasks.emial: unknown task; did you mean "email"\?'),
    "unknown word": ("method\nfull\nful\n", r'rows.csv:3:1: method: "ful" is not allowed; did you mean "full"\?'),
    "unknown relation": ("similarity.email/qa\nnear\n0.5\nnaer\n", 'rows.csv:4:1: similarity.email/qa: "naer" is no relation'),
    "no unit": ("budget.limit\n20000\n", "rows.csv:2:1: budget.limit: 20000 needs a unit"),
    "another unit": ("budget.limit [month]\n1\n", r"rows.csv:1:1: budget.limit \[month\]: month needs \$ or USD"),
    "unit of a word": ("method [USD]\nfull\n", r"method \[USD\] has a unit and is no number: leave \[USD\] out"),
    "outside": ("router.accuracy\n90%\n300%\n", "rows.csv:3:1: router.accuracy: 300% is not a share between 0 and 100%"),
    "below": ("budget.limit [USD]\n5\n-5\n", r"rows.csv:3:1: budget.limit: -\$5 is not allowed"),
    "nan": ("budget.limit [USD]\nnan\n", "rows.csv:2:1: budget.limit: nan is not a finite number"),
    "octal": ("budget.limit [USD]\n012\n", "rows.csv:2:1: budget.limit: 012 .*begins with 0"),
    "underscore": ("budget.limit [USD]\n1_000\n", "has marks between digits"),
    "half a thing": ("lora.rank\n4\n4.5\n", "rows.csv:3:1: lora.rank: 4.5 is not a whole number"),
    "an interval where none may be": ("budget.confidence\n80%\n50% to 60%\n", "rows.csv:3:1: budget.confidence: this is decided before anything is known"),
    "long line": ("method\nfull,full\n", "rows.csv:2:1: 2 cells, and the header has 1"),
    "short line": ("method,budget.limit [USD]\nfull\n", "rows.csv:2:1: 1 cell, and the header has 2"),
    "open quote": ('method\n"full\n', "rows.csv:2:1: a quote is never closed"),
    "quote over lines": ('method\n"full\n"\n', "rows.csv:2:1: a quote goes on over the end of the line; a row is one line"),
    "quote within": ('method\n"fu"ll\n', "rows.csv:2:1: a quote stands where none belongs"),
    "semicolons": ("budget.limit;method\n1 USD;full\n", "rows.csv:1:1: columns are split by semicolons"),
    "empty": ("", "rows.csv: the file is empty; its first line names keys"),
    "header alone": ("method\n", "rows.csv: has names of keys and no rows"),
    "no name": ("method,\nfull,\n", "rows.csv:1:1: column 2 has no name"),
    "twice": ("method,method\nfull,lora\n", "rows.csv:1:1: method: stands twice among the columns"),
    "turned": ("similarity.email/qa,similarity.qa/email\nnear,far\n", "similarity.email/qa is set twice"),
    "of the file": ("name\na\n", "rows.csv:1:1: name: belongs to the file as a whole"),
    "results alone": ("row,recommended\n0,unified\n", "no column names a key to vary"),
    "not UTF-8": (b"method\nf\xffll\n", "rows.csv:2:1: byte 0xff is not UTF-8 text"),
    "a control character": ("method\nfu\0ll\n", r"rows.csv:2:1: character U\+0000 cannot stand in a table"),
    "endless line": ("method\n" + "x" * 1_000_001, "rows.csv:2:1: longer than 1 MB"),
    "endless cell": ("method\n" + "x" * 140_000, "rows.csv:2:1: a cell is longer than 131 072 letters"),
    "columns without end": (",".join(f"a{number}" for number in range(1001)) + "\n", "1001 columns are too many: at most 1000"),
    "half a Parquet": (b"PAR1" + b"x" * 40, "rows.csv: is no Parquet file that can be read"),
    "texts without end": ("tasks.qa.note\n" + "".join(f"a{number}\n" for number in range(10_001)), "tasks.qa.note: has more than 10 000 different values that are not all numbers"),
    "tied": ("tasks.qa.data.price [USD/example],tasks.qa.data.labelling\n1,{minutes: 3 minutes/example}\n", "say the same in two ways"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(table: Tabled, text: str | bytes, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        table(text)


def test_wrong_cells_are_told_together_and_not_without_end(table: Tabled) -> None:
    with pytest.raises(ScenarioError, match="2 errors"):
        table("router.accuracy,budget.limit [USD]\n300%,5\n90%,-5\n")
    with pytest.raises(ScenarioError, match="21 errors"):
        table("router.accuracy\n" + "300%\n" * 3 + "".join(f"{number}%\n" for number in range(101, 200)))


def test_no_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.csv: no such file"):
        asked(table=tmp_path / "none.csv")
    with pytest.raises(ScenarioError, match="this is a folder; give one CSV or Parquet file"):
        asked(table=tmp_path)


def test_a_table_and_keys_or_a_mode_do_not_fit(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("method\nfull\n")
    for words, message in (
        ({"mode": "grid"}, "mode grid takes keys with their values; given is a table"),
        ({"points": 4}, "points are drawn in mode sobol or lhs alone"),
        ({"rows": ["method=full"]}, "rows and a table are different ways"),
    ):
        with pytest.raises(ScenarioError, match=message):
            asked(table=tmp_path / "rows.csv", **words)


# Parquet


def test_parquet_says_the_same_as_csv(parquet: Callable[..., Space], table: Tabled) -> None:
    ours = parquet({
        "budget.limit [USD]": [2e4, 3e4, None], "router.accuracy [%]": pa.array([90, None, 95]), "lora.rank": [4, 8, 16],
        "method": pa.array(["full", None, "lora"]).dictionary_encode(), "training.packing": [True, None, False],
    })  # fmt: skip
    theirs = table("budget.limit [USD],router.accuracy [%],lora.rank,method,training.packing\n20000,90,4,full,yes\n30000,,8,,\n,95,16,lora,no\n")
    assert values(ours) == values(theirs)
    assert [values(ours, row, row + 1)[0] for row in range(3)] == values(ours)
    assert values(pickle.loads(pickle.dumps(ours)), 1, 3) == values(ours)[1:]


def test_parquet_units_may_stand_in_the_metadata(parquet: Callable[..., Space]) -> None:
    found = parquet(pa.table([pa.array([1.0, 0.5])], schema=pa.schema([pa.field("horizon", pa.float64(), metadata={"unit": "year"})])))
    assert values(found) == [("12.0 month",), ("6.0 month",)]


def test_blocks_of_parquet_are_the_whole_across_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_table, "ROWS_AT_ONCE", 700)
    numbers = np.random.default_rng(2).uniform(1e4, 1e5, 12_000)
    pq.write_table(pa.table({"budget.limit [USD]": numbers}), tmp_path / "a.parquet", row_group_size=5000)
    found = asked(table=tmp_path / "a.parquet")
    for start, stop in ((0, 12_000), (4999, 5001), (10_000, 12_000), (11_999, 12_000)):
        np.testing.assert_array_equal(found.at(start, stop)[0].numbers, numbers[start:stop])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"budget.limit": [2.0, 3.0]}, "rows.parquet: budget.limit: in row 0: 2 needs a unit"),
        ({"budget.limit [USD]": [2.0, -3.0, 4.0]}, r"in row 1: -\$3 is not allowed"),
        ({"budget.limit [USD]": [2.0, float("inf")]}, "in row 1: inf is not a finite number"),
        ({"lora.rank": [4.0, 4.5]}, "in row 1: 4.5 is not a whole number"),
        ({"method": [["full"]]}, "column method holds list<"),
        ({"method": ["full", "ful"]}, '"ful" is not allowed'),
        ({"budget.limt": [1.0]}, "budget.limt: unknown key"),
        ({"method": pa.array([], pa.string())}, "has names of keys and no rows"),
    ],
)
def test_what_is_wrong_with_parquet_is_told_with_its_row(parquet: Callable[..., Space], columns: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        parquet(columns)


def test_parquet_without_its_library_names_what_to_install(parquet: Callable[..., Space], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UsageError, match=r"Parquet needs pyarrow: pip install 'tuneplan\[sweep\]', or give a CSV file"):
        parquet({"method": ["full"]})


# the section


def test_a_table_of_a_section_lies_in_the_folder_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("method\nfull\nlora\n")
    text = (Path(startup().file)).read_text()
    path = tmp_path / "a.yaml"
    path.write_text(f"{text}\nsweep: {{table: rows.csv}}\n")

    from tuneplan.scenario.load import load

    found = asked_of((), scenario=load(path), load=lambda changes: load(path, overrides=changes))
    assert values(found) == [("full",), ("lora",)]
    with pytest.raises(ScenarioError, match=r"none\.csv: no such file"):
        asked_by("sweep: {table: none.csv}")
    assert loader().sweep is None
