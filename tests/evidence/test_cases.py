"""Case files: what is read, and what is said of what can't be."""

from __future__ import annotations

import pytest

from tuneplan.evidence.cases import MOST_CASES, CaseError, read_cases
from tuneplan.evidence.columns import KINDS, kind_of_columns

HEAD = "kind,case_id,paper,task,score_span,own_examples,relation,routed,specialist_score,unified_score"
ROW = "head_to_head,A1,Doe 2024,qa,100,5000,near,no,60,62.5"


def read(tmp_path, text, name="cases.csv"):
    file = tmp_path / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_cases([file])


def complaint(tmp_path, text):
    with pytest.raises(CaseError) as caught:
        read(tmp_path, text)
    return str(caught.value)


def test_a_row_becomes_a_case(tmp_path):
    (case,), warnings = read(tmp_path, f"{HEAD}\n{ROW}\n")
    assert (case.kind, case.case_id, case.group, warnings) == ("head_to_head", "A1", "Doe 2024", ())
    assert (case.number("own_examples"), case.word("relation"), case.flag("routed")) == (5000.0, "near", False)
    assert (case.number("base_score"), case.word("base_model"), case.flag("seen")) == (None, "", None)
    assert case.place.endswith("cases.csv:2")


def test_remarks_blank_lines_and_a_byte_order_mark_are_no_rows(tmp_path):
    cases, _ = read(tmp_path, f"\ufeff# rows of a table\n\n{HEAD}\n\n{ROW}\n , , , , , , , , , \n")
    assert [case.place.rsplit(":", 1)[1] for case in cases] == ["5"]


def test_the_kind_is_told_by_what_was_measured(tmp_path):
    cases, _ = read(tmp_path, "case_id,source,gpu,params,out_tokens_per_s\nS1,here,l4,8e9,100\n")
    assert cases[0].kind == "serving"
    for name, kind in KINDS.items():
        assert kind_of_columns(("case_id", *kind.measured)) == name


def test_names_of_older_tables_are_known(tmp_path):
    cases, _ = read(tmp_path, "id,paper,task,direction,params_m,n_train_task,hybrid_score\nH1,Doe,qa,lower,184,1000,3\n")
    case = cases[0]
    assert (case.kind, case.case_id, case.flag("higher_is_better")) == ("unified_then_specialise", "H1", False)
    assert (case.number("base_params"), case.number("own_examples")) == (184e6, 1000.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty; the first line names the columns"),
        (f"{HEAD}\n", "there is no row in it"),
        (f"{HEAD}\n{ROW.replace('5000', 'lots')}\n", r'cases.csv:2:6: own_examples: "lots" is no plain number; write it in example, without the unit'),
        (f"{HEAD}\n{ROW.replace('5000', '5k')}\n", 'own_examples: "5k" is no plain number'),
        (f"{HEAD}\n{ROW.replace('5000', 'nan')}\n", 'own_examples: "nan" is no number; leave a cell empty where nothing is known'),
        (f"{HEAD}\n{ROW.replace('5000', '1e999')}\n", 'own_examples: "1e999" is no number'),
        (f"{HEAD}\n{ROW.replace('5000', '-3')}\n", "own_examples: -3 is not between 0 and 1e+12 example"),
        (f"{HEAD}\n{ROW.replace('near', 'nera')}\n", 'cases.csv:2:7: relation: "nera" is no relation; did you mean "near"?'),
        (f"{HEAD}\n{ROW.replace(',no,', ',maybe,')}\n", 'routed: "maybe" is neither yes nor no'),
        (f"{HEAD}\n{ROW.replace('head_to_head', 'head_to_heed')}\n", 'cases.csv:2:1: kind: "head_to_heed" is no kind of case; did you mean "head_to_head"?'),
        (f"{HEAD}\n{ROW.replace('A1', '')}\n", "case_id is empty; a case of kind head_to_head needs it"),
        (f"{HEAD.replace('paper', 'papers')}\n{ROW}\n", 'no column paper; is "papers" meant?'),
        (f"{HEAD}\n{ROW},7\n", "cases.csv:2:10: 11 cells, but 10 columns; quote a cell that holds a comma"),
        (f"{HEAD}\n{ROW}\n{ROW}\n", 'cases.csv:3:1: case_id: case "A1" is there twice; first in'),
        (f"{HEAD},task\n{ROW},qa\n", 'cases.csv:1:11: two columns are named "task"'),
        (f"{HEAD},\n{ROW},\n", "cases.csv:1:11: a column has no name"),
        (HEAD.replace(",", ";") + "\n", "cells are to be separated by commas"),
        ("case_id,paper\nA,B\n", "no column kind, and no measured column that tells it; kinds: head_to_head"),
        (f'{HEAD}\n"head', "is no CSV: unexpected end of data"),
        (f"{HEAD}\n{ROW.replace('100,', '1,')}\n", "specialist_score: 60 on a scale that is 1 wide; score_span is the width"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, text, says):
    found = complaint(tmp_path, text)
    assert says in found
    assert found.endswith("nothing was predicted")


def test_everything_wrong_is_said_at_once(tmp_path):
    wrong = ROW.replace("5000", "x").replace("near", "y")
    assert complaint(tmp_path, f"{HEAD}\n{wrong}\n{wrong.replace('A1', 'A2')}\n").endswith("4 errors; nothing was predicted")


def test_what_is_no_text_is_refused(tmp_path):
    assert "is not UTF-8 at byte 0" in complaint(tmp_path, b"\xff\xfe\x00")
    with pytest.raises(CaseError, match="can't be read: No such file"):
        read_cases([tmp_path / "none.csv"])
    with pytest.raises(CaseError, match="can't be read: Is a directory"):
        read_cases([tmp_path])


def test_a_hundred_thousand_rows_are_too_many(tmp_path):
    rows = "".join(f"{ROW.replace('A1', f'A{number}')}\n" for number in range(100_000))
    assert f"100000 rows are too many, the most is {MOST_CASES}" in complaint(tmp_path, f"{HEAD}\n{rows}")


def test_a_mistyped_column_is_not_lost_in_silence(tmp_path):
    _, warnings = read(tmp_path, f"{HEAD},mixture_example,url\n{ROW},5000,x\n")
    assert [str(each).partition("cases.csv:")[2] for each in warnings] == [
        '1:11: mixture_example: no column of ours; did you mean "mixture_examples"? It is not used'
    ]


def test_a_learning_curve_has_several_rows(tmp_path):
    head = "kind,case_id,source,examples,part,loss"
    cases, _ = read(tmp_path, f"{head}\nlearning_curve,C,here,200,fit,2.0\nlearning_curve,C,here,400,predict,1.9\n")
    assert len(cases) == 2
    assert 'case "C" is there twice at 200 examples' in complaint(tmp_path, f"{head}\n" + "learning_curve,C,here,200,fit,2.0\n" * 2)
