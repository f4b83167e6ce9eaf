"""Questions: what they are made of, how they change, what they can be asked beside a verdict."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tuneplan import Result, ScenarioError, Study, UsageError, load, loads
from tuneplan.report.interpretation import as_text

HERE = Path(__file__).parents[2]


def test_several_things_are_set_at_once_as_one_after_the_other(study: Study) -> None:
    both = study.set({"budget.limit": "80k USD", "unseen.share": 0.25})
    assert both.changes == study.set("budget.limit", "80k USD").set("unseen.share", 0.25).changes
    assert both.asked == study.set("budget.limit", "80k USD").set("unseen.share", 0.25).asked


@pytest.mark.parametrize(
    ("path", "value", "typed"),
    [
        ("budget.covers", ["data", "people"], "[data, people]"),
        ("gpu.spot", False, "no"),
        ("gpu.spot", np.bool_(False), "no"),
        ("unseen.share", np.float64(0.25), "0.25"),
        ("horizon", "6 months", "6 months"),
        ("strategies.pair", {"groups": [["email", "summary"], ["qa"]]}, "{groups: [[email, summary], [qa]]}"),
        ("correlations.busy", {"of": ["tasks.email.traffic", "tasks.qa.traffic"], "value": 0.5}, "{of: [tasks.email.traffic, tasks.qa.traffic], value: 0.5}"),
    ],
)
def test_values_of_python_are_typed_as_the_file_has_them(study: Study, path: str, value: object, typed: str) -> None:
    assert study.set(path, value).changes == (f"{path}={typed}",)


def test_what_can_not_be_set_is_told(study: Study) -> None:
    with pytest.raises(UsageError, match="set takes a path and a value"):
        study.set("budget.limit")
    with pytest.raises(UsageError, match="several values as"):
        study.set({"budget.limit": "80k USD"}, "90k USD")
    with pytest.raises(UsageError, match="a number, a text, a list or a table, not object"):
        study.set("budget.limit", object())
    with pytest.raises(ScenarioError, match="is not a share"):
        study.set("unseen.share", 1000)


def test_a_scenario_of_the_file_by_name(study: Study) -> None:
    assert study.scenarios == ("default", "squeeze")
    squeezed = study.set("horizon", "6 months").scenario("squeeze")
    assert squeezed.changes == ("horizon=6 months",)
    assert squeezed.asked == load(study.asked.file, scenario="squeeze").set("horizon", "6 months").asked
    assert repr(squeezed) == "<Study 'Startup assistant': 3 tasks, 4 strategies, scenario squeeze, 1 changed, 1 warning>"
    with pytest.raises(ScenarioError, match='did you mean "squeeze"'):
        study.scenario("squeze")
    assert loads(Path(study.asked.file).read_text(), scenario="squeeze").asked.chosen == "squeeze"


def test_a_study_is_what_was_read_whatever_becomes_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text("gpu: {price: 2 USD/hour}\n")
    text = Path(HERE / "scenarios" / "startup.yaml").read_text()
    path = tmp_path / "main.yaml"
    path.write_text(f"include: prices.yaml\n{text}")
    study = load(path)
    (tmp_path / "prices.yaml").write_text("gpu: {price: 9 USD/hour}\n")
    path.unlink()
    assert study.set("horizon", "6 months").asked.quantities["gpu.price"].text == "2 USD/hour"
    assert study.scenario("squeeze").asked.quantities["gpu.price"].text == "$4/hour"


def test_check_says_what_the_command_says(study: Study) -> None:
    found = study.check()
    assert repr(found).startswith(as_text(study.asked))
    assert repr(found).count("\nwarning: ") == len(set(found.content()["warnings"]))
    assert "retires" in repr(found)
    frame = found.to_frame().set_index("path")
    assert frame.loc["budget.limit", "meaning"] == "$60k"
    assert found.to_markdown().startswith("```\n")
    broken = loads(Path(study.asked.file).read_text().replace("gpu_dear: {gpu.price: $4/hour}", "gpu_dear: {gpu.spot: yes}"))
    with pytest.raises(ScenarioError, match=r"in scenario squeeze"):
        broken.check()


def test_a_comparison_is_paired_and_antisymmetric(given: Study) -> None:
    study = given
    poor = study.set("budget.limit", "10k USD")
    there, back = (one.compare(other, of="unified", draws=64).record.whole for one, other in ((study, poor), (poor, study)))
    assert there.usd.mean == pytest.approx(-back.usd.mean)
    assert study.compare(study, draws=64).record.whole.points.mean == 0.0
    with pytest.raises(UsageError, match="order: 'last' is none of file, reverse"):
        study.compare(poor, order="last")


def test_groupings_of_a_study_are_those_of_its_result(given: Study, result: Result) -> None:
    assert repr(given.groupings(draws=64, seed=3)) == repr(result.groupings())
    assert result.groupings().record is result.groupings().record
    with pytest.raises(UsageError, match="top: 0 is not a whole number from 1"):
        given.groupings(top=0)


def test_break_even_of_one_key_and_of_two(given: Study) -> None:
    one = given.breakeven("budget.limit", start="5k USD", end="60k USD", steps=3, draws=64)
    values = [step.value for step in one.record.steps]
    assert (values[0], values[-1]) == (5_000.0, 60_000.0)
    at_end = given.set("budget.limit", "60k USD").run(draws=64)
    assert one.record.steps[-1].best == at_end.recommended
    two = given.breakeven("budget.limit", "unseen.share", start=("5k USD", "1%"), end=("60k USD", "20%"), steps=2, draws=64)
    assert two.record.cells[-1][0].winner == given.set({"budget.limit": "60k USD", "unseen.share": "1%"}).run(draws=64).recommended
    assert len(two.to_frame()) == 4
    with pytest.raises(UsageError, match=r"budget\.limit is named twice"):
        given.breakeven("budget.limit", "budget.limit")
    with pytest.raises(UsageError, match="start is given 2 times for 1 key"):
        given.breakeven("budget.limit", start=("1k USD", "2k USD"))
    with pytest.raises(UsageError, match="no number of this scenario is called"):
        given.breakeven("budget.limt", draws=64)


def test_further_lines_hold_over_what_was_there(study: Study) -> None:
    longer = study.set("budget.limit", "50k USD").include("horizon: 24 months\n").include("unseen: {share: 7%}\n")
    assert longer.asked.quantities["horizon"].text == "24 months"
    assert longer.asked.quantities["unseen.share"].text == "7%"
    assert longer.asked.quantities["budget.limit"].text == "50k USD"
    assert longer.strategies == study.strategies
    assert not Path(longer.asked.file).exists()
    with pytest.raises(ScenarioError, match="unknown key"):
        study.include("horizn: 24 months\n")
    with pytest.raises(UsageError, match="check has no lines for a scenario"):
        study.include(study.check())


def test_a_study_shows_what_it_asks_and_escapes_it() -> None:
    hostile = "schema: 1\nname: <script>alert(1)</script>\nquestion: a < b & c?\nbase: llama-3.1-8b\ntasks: {a: {traffic: 1k requests/month, score: {base: 0.5, ceiling: 0.9}}}\nstrategies: {p: {kind: prompted, like_base: yes}}\n"
    shown = loads(hostile).set("horizon", "6 months")._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "a &lt; b &amp; c?" in shown
    assert "horizon=6 months" in shown


def test_importing_loads_nothing_and_the_api_no_library_that_is_optional() -> None:
    code = (
        "import sys, tuneplan; assert 'numpy' not in sys.modules; dir(tuneplan); assert 'numpy' not in sys.modules; tuneplan.load; "
        "assert not {'matplotlib', 'pandas', 'xarray', 'jinja2', 'docx', 'rich', 'click'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
