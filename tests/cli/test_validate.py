"""simulate validate: as people use it, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tuneplan.cli.main import main

CASES = """kind,case_id,paper,task,score_span,base_params,own_examples,cotrained_tasks,relation,seen,specialist_score,unified_score
head_to_head,A1,Doe 2024,"<script>alert(1)</script>",100,7e9,5000,3,near,seen,60,62.5
head_to_head,=A2,Doe 2024,b,100,7e9,800,3,near,seen,55,
"""
COLUMNS = ["kind", "case_id", "given", "predicted", "lower", "upper", "p_unified_better", "measured", "inside"]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "cases.csv"
    file.write_text(CASES, encoding="utf-8")
    return file


def simulate(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = main(["validate", *map(str, words)])
    told = capsys.readouterr()
    return code, told.out, told.err


def test_predictions_go_to_a_file_and_the_summary_is_printed(cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "predictions.csv"
    code, printed, _ = simulate(capsys, cases, "--draws", 64, "-o", out)
    assert code == 0
    assert "How far predictions are off" in printed
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    assert list(rows[0])[: len(COLUMNS)] == COLUMNS
    assert [(row["case_id"], row["given"]) for row in rows] == [("A1", "none"), ("A1", "specialist"), ("'=A2", "none"), ("'=A2", "specialist")]
    assert [(row["measured"], row["inside"]) for row in rows[2:]] == [("", ""), ("", "")]
    assert float(rows[0]["measured"]) == pytest.approx(2.5)
    assert all(float(row["lower"]) <= float(row["predicted"]) <= float(row["upper"]) for row in rows)
    assert all(0.0 <= float(row["p_unified_better"]) <= 1.0 for row in rows)


def test_as_json_with_units(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = simulate(capsys, cases, "--draws", 64, "--format", "json", "--by", "paper")
    found = json.loads(printed)
    assert code == 0
    assert {each["unit"] for each in found["summaries"]} == {"point"}
    assert {each["part"] for each in found["apart"]} == {"Doe 2024"}
    assert set(found["yardsticks"]) >= {"always specialist", "ridge regression", "constant"}


def test_markdown_escapes_names(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = simulate(capsys, cases, "--draws", 64, "--format", "md")
    assert code == 0
    assert "<script>" not in printed


def test_a_case_that_was_not_measured_is_predicted_all_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "open.csv"
    file.write_text("\n".join([CASES.split("\n")[0], CASES.split("\n")[2]]), encoding="utf-8")
    code, printed, _ = simulate(capsys, file, "--draws", 64)
    assert code == 0
    assert printed.startswith("1 case of 1 paper or source of the files given")
    assert "Nothing was measured; predictions" in printed
    assert "=A2 (specialist known)" in printed


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--pilots", "x"), "--pilots x: give whole numbers from 0 to 16"),
        (("--by", "colour"), "--by colour: cases can be told apart by"),
        (("--by", "paper", "--ablate"), "--ablate and --by ask for different things; give one of them"),
        (("--repeats", "2"), "--repeats says how often pilots are chosen; give --pilots too"),
        (("--draws", "0"), "draws: 0 is not a whole number"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], says: str, cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, told = simulate(capsys, cases, *words)
    assert code == 2
    assert says in told


def test_the_ledger_reads_no_cases(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate(capsys, cases, "--ledger")[2] == "--ledger lists defaults and reads no cases; leave out the files\n"
    code, printed, _ = simulate(capsys, "--ledger", "--grade", "fitted")
    assert (code, printed.startswith("What holds where nobody says otherwise")) == (0, True)


def test_a_broken_file_writes_nothing(cases: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases.write_text(CASES.replace("5000", "lots").replace("62.5", "nan"), encoding="utf-8")
    out = tmp_path / "predictions.csv"
    out.write_text("kept", encoding="utf-8")
    code, printed, told = simulate(capsys, cases, "-o", out)
    assert (code, printed, out.read_text(encoding="utf-8")) == (3, "", "kept")
    assert told.endswith("2 errors; nothing was predicted\n")


def test_the_input_is_not_written_over(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, told = simulate(capsys, cases, "--draws", 64, "-o", cases)
    assert code == 2
    assert "this file was read; give another name for the result" in told
    assert cases.read_text(encoding="utf-8") == CASES


def test_pilots_need_papers_with_enough_pairs(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = simulate(capsys, cases, "--pilots", "0,1")
    assert code == 0
    assert "No paper has 4 measured pairs on trained tasks" in " ".join(printed.split())


def test_parts_of_the_law_are_switched_off_in_turn(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = simulate(capsys, cases, "--ablate", "--draws", 64)
    assert code == 0
    for part in ("the whole law", "interference", "transfer", "format pool", "format clash", "size relief", "keep"):
        assert f"\n{part}" in printed


def test_strict_refuses_a_mistyped_column(cases: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases.write_text(CASES.replace("cotrained_tasks", "cotrained_task"), encoding="utf-8")
    assert simulate(capsys, cases, "--draws", 64, "--strict")[0] == 5
    code, _, told = simulate(capsys, cases, "--draws", 64)
    assert code == 0
    assert 'did you mean "cotrained_tasks"? It is not used' in told


def test_grades_are_those_of_the_ledger() -> None:
    from tuneplan.cli.validate import GRADES
    from tuneplan.report.ledger_of_defaults import WORDS

    assert GRADES == WORDS
