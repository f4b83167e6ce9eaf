"""Pilot files: every fault with its row and column, all at once; what a sound row comes to."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from building import text_of
from tuneplan.evidence.calibration.pilots import MOST_PILOTS, PilotError
from tuneplan.evidence.calibration.variants import Pilots, read_pilots
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Nominal

Read = Callable[..., Pilots]
HEAD = "task,strategy,examples,score"
ODD_CELLS = ("", "nan", "-1", "1e308", "1e-308", "=cmd()", "<script>", "0", "60%", "merged", "unified_then_specialists", "unseen", "email+qa", "1k", "9" * 40)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    own = {
        "email": {"score.base": "55 to 65", "score.ceiling": 90, "score.scale": "0 to 100"},
        "qa": {"score.base": 0.5},
        "chat": {"score.base": "2.5 to 3.5", "score.ceiling": 1, "score.floor": 4.5, "score.scale": "5 to 0.5"},
    }
    strategies = {"unified": {}, "specialists": {}, "adapters": {}, "pair": {"groups": [["email", "qa"], ["chat"]]}, "prompted": {}}
    return loads(text_of(own, strategies=strategies, law={}))


@pytest.fixture
def read(tmp_path: Path, scenario: Scenario) -> Read:
    def reading(*lines: str) -> Pilots:
        path = tmp_path / "pilots.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_pilots(path, scenario)

    return reading


def test_scores_are_normalised_whatever_the_scale(read: Read) -> None:
    found = read(f"{HEAD},base,standard_error", "email,specialists,500,72,61,1.5", "chat,specialists,500,2.3,,")
    assert [(each.request, each.reads) for each in found.observations] == [("email", "base"), ("email", "score"), ("chat", "score")]
    assert [each.value for each in found.observations] == pytest.approx([0.61, 0.72, 0.6])
    assert found.observations[1].spread == pytest.approx(0.015)
    assert found.observations[2].spread == pytest.approx(0.01)


def test_each_pilot_is_a_strategy_that_trains_what_the_scenario_would(read: Read, scenario: Scenario) -> None:
    """What trains the same tasks in the same way shares its luck, whatever the amounts."""
    found = read(
        "task,strategy,trained_together,examples,score", "email,adapters,,500,70", "qa,,qa,300,0.6", "email,unified,,500,70", "qa,unified,,400,.6",
        "chat,unified,,300,2", "qa,pair,,200,.55", "email,pair,,100,66",
    )  # fmt: skip
    mine, theirs = (lower([each], Nominal().points).inputs.structure for each in (scenario, found.scenario))
    lucks = {model.luck for model in mine.models if model.luck}
    assert {model.luck for model in theirs.models if model.luck} <= lucks | {"qa [full|instruction|llama-3.1-8b||]"}
    said = [each.trained.said(each.task) for each in found.pilots]
    assert said == [
        "email 500 alone", "qa 300 alone", "email 500 with qa 400, chat 300", "qa 400 with email 500, chat 300", "chat 300 with email 500, qa 400",
        "qa 200 with email 100", "email 100 with qa 200",
    ]  # fmt: skip
    assert len({each.strategy for each in found.pilots}) == 4


def test_amounts_of_others_come_from_columns_or_rows_of_the_same_run(read: Read) -> None:
    found = read(f"{HEAD},examples_qa,others_examples", "email,unified,500,70,200,50", "email,pair,300,70,,40")
    assert dict(found.pilots[0].trained.examples) == {"email": 500.0, "qa": 200.0, "chat": 50.0}
    assert dict(found.pilots[1].trained.examples) == {"email": 300.0, "qa": 40.0}
    runs = read(f"{HEAD},run", "email,pair,500,70,one", "qa,pair,100,.6,one", "email,pair,500,71,two", "qa,pair,300,.6,two")
    assert [dict(each.trained.examples)["qa"] for each in runs.pilots] == [100.0, 100.0, 300.0, 300.0]


def test_a_base_is_a_score_or_a_model(read: Read) -> None:
    found = read(f"{HEAD},base", "email,specialists,500,70,60", "qa,specialists,500,.6,llama-3.1-70b", "email,specialists,900,71,60")
    assert [each.trained.base for each in found.pilots] == ["", "llama-3.1-70b", ""]
    assert sum(each.reads == "base" for each in found.observations) == 1  # said twice, measured once


def test_untrained_and_prompted_models_may_be_measured(read: Read) -> None:
    found = read(HEAD, "email,,0,60", "qa,prompted,,0.5", "email,prompted,0,61", "email,specialists,0,62")
    assert [each.trained.said(each.task) for each in found.pilots] == ["email, untrained", "qa, prompted", "email, prompted", "email: base"]


def test_hours_tokens_prices(read: Read) -> None:
    found = read(f"{HEAD},gpu_hours,tokens,cost", "email,specialists,500,70,0.2,750000,$2k")
    values = {each.reads: each.value for each in found.observations}
    assert values == pytest.approx({"score": 0.7, "gpu_hours": math.log(0.2), "tokens": math.log(750_000), "label_price": math.log(4.0)})


def test_cells_may_say_their_units(read: Read) -> None:
    found = read(f"{HEAD},gpu_hours", "email,specialists,5k examples,70,30 minutes")
    assert dict(found.pilots[0].trained.examples) == {"email": 5000.0}
    assert found.observations[1].value == pytest.approx(math.log(0.5))


FAULTS = {
    ("",): "pilots.csv: holds no pilot; the first line names the columns",
    (HEAD,): "holds no pilot",
    ("task,score", "email,70"): "pilots.csv:1:1: no column examples; columns: task, strategy",
    ("task,examples,score", "email,5,70"): "pilots.csv:1:1: no column strategy or trained_together",
    ("task,strategy,examples", "email,unified,5"): "pilots.csv:1:1: nothing was measured; columns: score, base, gpu_hours",
    (HEAD.replace(",", ";"), "email;unified;5;70"): "pilots.csv:1:1: cells are to be separated by commas",
    (f"{HEAD},score", "email,unified,5,70,70"): "pilots.csv:1:5: two columns are named \"score\"",
    (f"{HEAD},", "email,unified,5,70,"): "pilots.csv:1:5: a column has no name",
    (f"{HEAD},examples_emial", "email,unified,5,70,3"): "pilots.csv:1:5: \"examples_emial\": no task of the scenario; did you mean \"email\"?",
    (HEAD, "email,specialists,5"): "pilots.csv:2:3: 3 cells, but 4 columns; quote a cell that holds a comma",
    (HEAD, "emial,specialists,5,70"): "pilots.csv:2:1: task: \"emial\" is no task of the scenario; did you mean \"email\"?",
    (HEAD, ",specialists,5,70"): "pilots.csv:2:1: task: names no task",
    (HEAD, "email,specialist,5,70"): "pilots.csv:2:2: strategy: \"specialist\" is no strategy; did you mean \"specialists\"?",
    (HEAD, "email,specialists,many,70"): "pilots.csv:2:3: examples: \"many\" is not a number",
    (HEAD, "email,specialists,-5,70"): "pilots.csv:2:3: examples: -5",
    (HEAD, "email,specialists,5 to 10,70"): "pilots.csv:2:3: examples: \"5 to 10\" is an interval; a pilot has one number here",
    (HEAD, "email,specialists,$5,70"): "pilots.csv:2:3: examples: $5",
    (HEAD, "email,specialists,5,nan"): "pilots.csv:2:4: score: nan is not a finite number",
    (HEAD, "email,specialists,5,=1+1"): "pilots.csv:2:4: score: \"=1+1\" is not a number",
    (HEAD, "email,specialists,5,101"): "pilots.csv:2:4: score: 101 lies beyond the scale of email, 0 to 100",
    (HEAD, "qa,specialists,5,70"): "pilots.csv:2:4: score: 70 lies beyond the scale of qa, 0 to 1; write 0.7",
    (HEAD, "chat,specialists,5,0.1"): "pilots.csv:2:4: score: 0.1 lies beyond the scale of chat, 5 to 0.5",
    (HEAD, "email,specialists,,70"): "pilots.csv:2:3: examples: says not on how many examples of email it was trained",
    (HEAD, "email,unified,5,70"): "says not on how many examples of qa it was trained beside; write a column examples_qa or others_examples",
    (HEAD, "email,,5,70"): "pilots.csv:2:1: says 5 examples, but not what was trained",
    (HEAD, "email,prompted,5,70"): "pilots.csv:2:3: examples: says 5 examples, but nothing is trained there",
    (HEAD, "email,specialists,5,"): "pilots.csv:2:4: score: nothing was measured in this row",
    (HEAD, "email,specialists,5,70", "email,specialists,5,70"): "pilots.csv:3:1: the same as line 2 in every cell",
    (f"{HEAD},standard_error", "email,specialists,5,70,0"): "pilots.csv:2:5: standard_error: 0 is no standard error on the scale 0 to 100",
    (f"{HEAD},method", "email,specialists,5,70,loora"): "pilots.csv:2:5: method: \"loora\" is no way of training; did you mean \"lora\"?",
    (f"{HEAD},base", "email,specialists,5,70,llama-3.1-8"): "pilots.csv:2:5: base: \"llama-3.1-8\" is no model of the catalogue",
    (f"{HEAD},cost", "email,specialists,5,70,0"): "pilots.csv:2:5: cost: a price needs a cost and examples above 0",
    (f"{HEAD},annotator_minutes", "email,specialists,5,70,3"): "pilots.csv:2:5: annotator_minutes: the scenario prices examples, not minutes",
    (f"{HEAD},gpu_hours", "email,,0,60,3"): "pilots.csv:2:5: gpu_hours: nothing was trained",
    ("task,trained_together,examples,score", "email,email+b,5,70"): "pilots.csv:2:2: trained_together: \"b\" is no task of the scenario",
    ("task,trained_together,examples,score", "email,email+email,5,70"): "names a task twice",
    ("task,trained_together,examples,score", "email,+,5,70"): "pilots.csv:2:2: trained_together: \"+\" has a + with no task beside it",
    ("task,strategy,exmaples,score", "email,unified,5,70"): "pilots.csv:1:3: no column examples; is \"exmaples\" meant? columns: task,",
    ("task,strategy,trained_together,examples,score", "email,unified,email,5,70"): "pilots.csv:2:3: strategy and trained_together are both given",
    (HEAD, 'email,specialists,5,"70'): "is no CSV",
}


@pytest.mark.parametrize("lines", FAULTS)
def test_each_fault_is_told_with_row_and_column(read: Read, lines: tuple[str, ...]) -> None:
    with pytest.raises(PilotError) as caught:
        read(*lines)
    assert FAULTS[lines] in str(caught.value)
    assert str(caught.value).endswith("nothing was calibrated")


def test_all_faults_are_told_at_once(read: Read) -> None:
    with pytest.raises(PilotError, match="7 errors; nothing was calibrated"):
        read(HEAD, "emial,unifed,5,70", "email,specialists,5 dollars,70", "qa,specialists,5,-1", "qa,specialists,x,y", "email,unified,5,70")


def test_so_many_rows_are_refused_with_the_limit(read: Read) -> None:
    with pytest.raises(PilotError, match=f"100000 rows are too many, the most is {MOST_PILOTS}"):
        read(HEAD, *(f"email,specialists,{count},70" for count in range(1, 100_001)))


def test_a_mistyped_column_is_a_warning(read: Read) -> None:
    [told] = read(f"{HEAD},standart_error,colour", "email,specialists,5,70,1,red").warnings
    assert str(told).endswith('pilots.csv:1:5: standart_error: no column of ours; did you mean "standard_error"? It is not used')


def test_capitals_and_blanks_in_names_of_columns_are_ours(read: Read) -> None:
    found = read("Task,Strategy,Examples,Score,Standard Error", "email,specialists,5,70,1")
    assert found.warnings == ()
    assert found.observations[0].error == pytest.approx(0.01)


def test_a_base_alone_is_something_measured(read: Read) -> None:
    found = read("task,strategy,examples,base", "email,specialists,500,60")
    assert [(each.reads, each.value) for each in found.observations] == [("base", pytest.approx(0.6))]


@pytest.mark.parametrize("score", ["1.5", "1.99"])
def test_a_score_just_beyond_a_scale_is_no_per_cent(read: Read, score: str) -> None:
    with pytest.raises(PilotError, match=f"{score} lies beyond the scale of qa, 0 to 1") as caught:
        read(HEAD, f"qa,specialists,5,{score}")
    assert "write" not in str(caught.value)


def test_each_fault_of_a_plus_is_told_once(read: Read) -> None:
    for together in ("+", "email+", "b+b"):
        with pytest.raises(PilotError, match="1 error; nothing was calibrated"):
            read("task,trained_together,examples,score", f"email,{together},5,70")


def test_a_run_is_the_same_whatever_the_order_of_its_tasks(read: Read) -> None:
    found = read("task,trained_together,examples,score", "email,email+qa,500,70", "qa,qa+email,300,.6")
    assert [dict(each.trained.examples) for each in found.pilots] == [{"email": 500.0, "qa": 300.0}] * 2
    assert len({each.strategy for each in found.pilots}) == 1


def test_the_name_of_a_run_decides(read: Read) -> None:
    rows = ("email,unified,,500,70,one", "qa,,email+qa+chat,300,.6,one", "chat,unified,,200,2,one", "qa,unified,,900,.6,two", "email,unified,,800,71,two", "chat,unified,,700,2,two")
    found = read("task,strategy,trained_together,examples,score,run", *rows)
    assert [dict(each.trained.examples) for each in found.pilots][:2] == [{"email": 500.0, "qa": 300.0, "chat": 200.0}] * 2
    assert found.warnings == ()


def test_an_amount_that_was_taken_from_another_row_is_told(read: Read) -> None:
    found = read("task,trained_together,examples,score", "email,email+qa,500,70", "qa,email+qa,500,.6", "email,email+qa,4000,72")
    assert found.pilots[2].trained.said("email") == "email 4000 with qa 500"
    [told] = found.warnings
    assert (told.line, told.column) == (4, 3)
    assert "says not how many examples of qa were trained beside; 500 was taken, from line 3" in told.message
    assert "name it in a column run" in told.message


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("email,email,500,70,30,,", "examples_qa: 30 is an amount of qa, which is not trained there, and is not used"),
        ("email,email,500,70,,,40", "others_examples: nothing is trained beside it there, and is not used"),
        ("email,email,500,70,,400,", "examples_email: 400 is not what examples says of email, and is not used"),
        ("email,qa,500,70,300,,", "examples: 500 is an amount of email, which is not trained there"),
    ],
)
def test_an_amount_that_says_nothing_is_told(read: Read, row: str, said: str) -> None:
    [told] = read("task,trained_together,examples,score,examples_qa,examples_email,others_examples", row).warnings
    assert said in str(told)


def test_tokens_alone_say_nothing(read: Read) -> None:
    [told] = read(f"{HEAD},tokens", "email,specialists,5,70,1000").warnings
    assert "tokens say nothing without gpu_hours" in told.message


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"task\x00"])
def test_what_is_no_text_is_told(tmp_path: Path, scenario: Scenario, content: bytes) -> None:
    path = tmp_path / "pilots.csv"
    path.write_bytes(content)
    with pytest.raises(PilotError):
        read_pilots(path, scenario)


@given(line=st.integers(1, 6), column=st.integers(0, 4), cell=st.one_of(st.sampled_from(ODD_CELLS), st.text(max_size=12)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cell_is_read_or_refused(read: Read, line: int, column: int, cell: str) -> None:
    rows = [["email", "specialists", "500", "70", "0.2"], ["email", "unified", "500", "70", ""], ["qa", "unified", "500", ".6", ""]]
    rows += [["chat", "unified", "500", "2", ""], ["qa", "prompted", "", "0.5", ""], ["email", "pair", "500", "70", "0.1"]]
    rows[line - 1][column] = '"' + cell.replace('"', "'").replace("\x00", "") + '"'
    try:
        found = read(f"{HEAD},gpu_hours", *(",".join(row) for row in rows))
        sound = all(math.isfinite(each.value) for each in found.observations)
    except PilotError as error:
        sound = all(problem.file.endswith("pilots.csv") for problem in error.problems)
    assert sound


def test_a_file_that_is_not_there_is_told(tmp_path: Path, scenario: Scenario) -> None:
    with pytest.raises(PilotError, match="can't be read: No such file"):
        read_pilots(tmp_path / "none.csv", scenario)
