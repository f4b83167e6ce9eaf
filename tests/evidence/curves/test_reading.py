"""Files of curves: what is read, and every complaint with file, row, column and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tuneplan.errors import UsageError
from tuneplan.evidence.curves.numbers import examples_asked
from tuneplan.evidence.curves.reading import CurveError, read_curves
from tuneplan.evidence.curves.records import Curve, Scale

HEAD = "curve,examples,loss"


def read(tmp_path: Path, text: str) -> tuple[Curve, ...]:
    path = tmp_path / "c.csv"
    path.write_text(text, encoding="utf-8")
    curves, warnings = read_curves(path)
    assert warnings == ()
    return curves


def test_cells_may_have_suffixes_and_scores_per_cent(tmp_path: Path) -> None:
    found = read(tmp_path, "curve,examples,score,standard_error,score_span\na,1k,55%,1%,100\na,2e3,60,2,100\n")
    assert (found[0].examples, found[0].values, found[0].errors) == ((1000.0, 2000.0), (55.0, 60.0), (1.0, 2.0))
    assert read(tmp_path, "curve,examples,score\na,1k,55%\n")[0].values == (0.55,)


@pytest.mark.parametrize(("column", "said"), [("weather", 'unknown column "weather". It is not used'), ("standard_eror", 'unknown column "standard_eror"; did you mean "standard_error"? It is not used')])
def test_a_column_that_is_not_ours_is_left_alone_and_named(tmp_path: Path, column: str, said: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(f"{HEAD},{column}\na,10,2,x\n", encoding="utf-8")
    curves, warnings = read_curves(path)
    assert curves[0].values == (2.0,)
    assert [(each.message, each.line, each.column) for each in warnings] == [(said, 1, 4)]


def test_points_come_sorted_and_curves_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = read(tmp_path, f"# a remark\n{HEAD}\nb,1000,2\na,200,3\n\nb,0,4\n")
    assert [each.name for each in found] == ["b", "a"]
    assert (found[0].examples, found[0].values, found[0].start) == ((0.0, 1000.0), (4.0, 2.0), 4.0)
    assert found[1].start is None


def test_task_and_base_name_a_curve(tmp_path: Path) -> None:
    found = read(tmp_path, "task,base_model,examples,score,score_span,higher_is_better,standard_error\nqa,gpt2,100,40,100,yes,1.5\nqa,gpt2,200,45,100,yes,\n")
    assert (found[0].name, found[0].task, found[0].base_model) == ("qa/gpt2", "qa", "gpt2")
    assert found[0].scale == Scale(unit="score", best=100.0, span=100.0)
    assert found[0].errors == (1.5, 0.0)


def test_scores_that_fall_are_best_at_0(tmp_path: Path) -> None:
    found = read(tmp_path, "curve,examples,score,higher_is_better\nwer,100,0.4,no\n")
    assert found[0].scale == Scale(unit="score", best=0.0, span=1.0)


def test_case_files_are_fitted_on_their_part(tmp_path: Path) -> None:
    found = read(tmp_path, "kind,case_id,source,task,base_model,params,examples,part,loss\nlearning_curve,x,arXiv,t,b,1e8,200,fit,3\nlearning_curve,x,arXiv,t,b,1e8,400,predict,2\n")
    assert (found[0].name, found[0].examples) == ("x", (200.0,))


@pytest.mark.parametrize(("text", "said"), [
    ("", "is empty; one row a measured point"),
    (f"{HEAD}\n", "there is no row to fit"),
    ("curve;examples;loss\na;1;2\n", r"c\.csv:1:1: cells are to be separated by commas"),
    ("curve,examples\na,1\n", r"c\.csv:1:1: there is no column loss or score"),
    ("examples,loss\n1,2\n", r"there is no column curve; each curve needs a name"),
    ("curve,loss\na,2\n", r"there is no column examples"),
    ("curve,examples,los\na,1,2\n", r'c\.csv:1:3: unknown column "los"; did you mean "loss"\?'),
    ("curve,examples,loss,score\na,1,2,3\n", r"c\.csv:1:4: score: columns loss and score are both there"),
    ("curve,examples,loss,loss\na,1,2,3\n", r'c\.csv:1:4: two columns are named "loss"'),
    (f"{HEAD}\na,1\n", r"c\.csv:2:1: 2 cells, but 3 columns"),
    (f"{HEAD}\na,ten,2\n", r'c\.csv:2:2: examples: "ten" is no number'),
    (f"{HEAD}\na,1k to 2k,2\n", r'c\.csv:2:2: examples: "1k to 2k" is an interval; a point has one number here'),
    (f"{HEAD}\na,10,55%\n", r'c\.csv:2:3: loss: "55%" is in per cent, which only scores and their errors may be'),
    (f"{HEAD},standard_error\na,10,2,0\n", r"c\.csv:2:4: standard_error: 0 is no standard error; leave the cell empty"),
    ("curve,Examples,loss\na,1,2\n", r'c\.csv:1:2: unknown column "Examples"; did you mean "examples"\?'),
    (f"{HEAD}\na,10,\n", r"c\.csv:2:3: loss: is empty; each row is one measured point"),
    (f"{HEAD}\na,10,nan\n", r'c\.csv:2:3: loss: "nan" is no number to fit'),
    (f"{HEAD}\na,10,inf\n", r'c\.csv:2:3: loss: "inf" is no number to fit'),
    (f"{HEAD}\na,-1,2\n", r"c\.csv:2:2: examples: -1 is not between 0 and 1e\+13"),
    (f"{HEAD}\na,10,0\n", r"c\.csv:2:3: loss: 0 is not between"),
    (f"{HEAD}\na,0,2\n", r'c\.csv:2:2: examples: curve "a" has no row with more than 0 examples'),
    (f"{HEAD}\n,10,2\n", r"c\.csv:2:1: curve: the curve has no name"),
    ("curve,examples,score\na,10,45\n", r"c\.csv:2:3: score: 45 is not between 0 and 1; no score_span is given"),
    ("curve,examples,score,score_span\na,10,145,100\n", r"c\.csv:2:3: score: 145 is not between 0 and 100; score_span is the width"),
    ("curve,examples,score,higher_is_better\na,10,0.5,maybe\n", r'c\.csv:2:4: higher_is_better: "maybe" is neither yes nor no'),
    ("curve,examples,loss,part\na,10,2,train\n", r'c\.csv:2:4: part: "train" is no part; allowed: fit, predict'),
    ("curve,examples,score,score_span\na,10,5,10\na,20,50,100\n", r'c\.csv:3:4: score_span: curve "a" has another score_span \(or direction\) here than in line 2'),
    (f'{HEAD}\n"a,10,2\n', r"is no CSV"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CurveError, match=said) as caught:
        read(tmp_path, text)
    assert str(caught.value).endswith("nothing was fitted")


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(CurveError) as caught:
        read(tmp_path, f"{HEAD}\na,x,2\na,10,y\nb,20,z\n")
    assert [(each.line, each.column) for each in caught.value.problems] == [(2, 2), (3, 3), (4, 3)]
    assert "3 errors" in str(caught.value)


def test_too_many_rows_or_points_are_refused(tmp_path: Path) -> None:
    many = "".join(f"a,{number},2\n" for number in range(1, 300))
    with pytest.raises(CurveError, match='curve "a" has 299 points, the most is 200; average runs of equal size'):
        read(tmp_path, f"{HEAD}\n{many}")
    with pytest.raises(CurveError, match="100000 rows are too many, the most is 20000"):
        read(tmp_path, f"{HEAD}\n" + "a,1,2\n" * 100_000)


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CurveError, match=re.escape("none.csv: can't be read: No such file or directory")):
        read_curves(tmp_path / "none.csv")
    (tmp_path / "latin.csv").write_bytes(b"curve,examples,loss\n\xe9,1,2\n")
    with pytest.raises(CurveError, match="is not UTF-8 at byte 20"):
        read_curves(tmp_path / "latin.csv")


@pytest.mark.parametrize(("text", "said"), [
    ("10q", "--at 10q: .*write numbers of examples between commas"),
    ("", "--at: nothing is given; write numbers of examples between commas"),
    (" , ", "--at: nothing is given"),
    ("1k to 2k", "--at 1k to 2k: is an interval; write numbers of examples between commas"),
    ("0", "--at 0: a curve is carried on to more than 0 examples"),
    ("-5", "--at -5"),
    (",".join(str(number) for number in range(1, 30)), "--at: 29 numbers are too many, the most is 20"),
])  # fmt: skip
def test_examples_asked_for_are_checked(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        examples_asked(text)
