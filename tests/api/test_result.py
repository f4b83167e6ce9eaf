"""Answers: arrays with names, the pair of two strategies, every analysis, other programs' forms."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from tuneplan import Analysis, Difference, Result, Study, UsageError, loads
from tuneplan.report import frontier, remedies, sensitivity, voi
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.explanation import as_text
from tuneplan.report.page import as_terminal_page
from tuneplan.study.explanation import explain

ANALYSES = ("frontier", "sensitivity", "voi", "groupings", "schedule", "remedies")


def test_components_add_up_to_the_cost(result: Result) -> None:
    assert result.components.shape == (4, 7, 64)
    assert result.components.sum(axis=1) == pytest.approx(result.cost)
    assert {name: len(dims) for name, dims in result.dims.items()} == {name: getattr(result, name).ndim for name in result.dims}
    assert all(getattr(result, name).shape[place] == len(result.labels[dim]) for name, dims in result.dims.items() for place, dim in enumerate(dims) if dim != "draw")


def test_a_difference_tells_bands_and_chances(result: Result) -> None:
    pair = result.difference("unified", "prompted")
    assert isinstance(pair, Difference)
    apart = result.delivered[0] - result.delivered[3]
    assert (pair.points.median, pair.points.p10) == pytest.approx((np.median(apart), np.quantile(apart, 0.1)))
    assert pair.record.more_points == pytest.approx((apart > 0).mean())
    assert pair.record.less_cost == pytest.approx((result.cost[0] < result.cost[3]).mean())
    assert pair.objective == pair.points
    assert "unified delivers more than prompted in" in repr(pair)
    frame = pair.to_frame().set_index("quantity")
    assert frame["unit"].to_dict() == {"delivered score": "point", "cost": "USD"}
    assert frame.loc["cost", "p90"] == pair.cost.p90
    assert json.loads(pair.to_json())["difference"]["points"]["mean"] == pair.points.mean
    level = result.difference("unified", "unified")
    assert (level.record.more_points, level.record.less_cost, level.record.better, level.cost.high) == (0.0, 0.0, 0.0, 0.0)
    assert "unified and unified are the same strategy." in repr(level)


def test_a_difference_in_value_has_money_for_an_objective(given: Study) -> None:
    valued = given.set({f"tasks.{task}.value": "300 USD per point per month" for task in given.tasks}).run(draws=64)
    pair = valued.difference("unified", "prompted")
    assert (pair.record.name, pair.record.unit) == ("net benefit", "USD")
    assert set(pair.to_frame()["quantity"]) == {"delivered score", "cost", "net benefit"}
    assert "By net benefit it is ahead in" in repr(pair)


@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_prints_frames_and_shows(result: Result, name: str) -> None:
    found: Analysis = getattr(result, name)()
    assert repr(found).splitlines()[0] == found.page().title
    assert found.to_markdown().startswith("**")
    assert found._repr_html_().startswith('<div class="tuneplan tex2jax_ignore mathjax_ignore">')
    assert json.loads(found.to_json())["scenario"]["hash"]
    frame = found.to_frame()
    assert len(frame) == len(list(found.rows()))
    with pytest.raises(UsageError, match="has no lines for a scenario"):
        found.to_yaml()


def test_pages_are_those_of_the_commands(result: Result) -> None:
    assert repr(result.frontier()) == as_terminal_page(frontier.page(result.findings.frontier))
    assert repr(result.voi()) == as_terminal_page(voi.page(result.findings.information))
    assert result.findings.sensitivity is not None
    assert repr(result.sensitivity()) == as_terminal_page(sensitivity.page(result.findings.sensitivity))
    assert result.sensitivity(against="prompted").record.against == "prompted"
    with pytest.raises(UsageError, match="prompt"):
        result.sensitivity(against="promptd")


def test_remedies_where_something_and_where_nothing_is_feasible(given: Study, result: Result) -> None:
    assert result.remedies().record is None
    assert "Something meets the limits." in repr(result.remedies())
    assert len(result.remedies().to_frame()) == 0
    poor = given.set("budget.limit", "4k USD").run(draws=64)
    assert poor.recommended is None
    frame = poor.remedies().to_frame()
    assert poor.remedies().record == poor.findings.remedies
    budget = frame[frame["kind"] == "budget"].iloc[0]
    assert given.set(*budget["write"].split("=")).run(draws=64).recommended == budget["strategy"]
    assert repr(poor.remedies()) == as_terminal_page(remedies.page(poor.findings.remedies, poor.verdict))
    assert "What would do" in repr(poor)
    assert "What would do" in poor._repr_html_()
    assert json.loads(poor.to_json())["remedies"]["found"]


def test_sensitivity_where_there_is_nothing_to_take_apart(given: Study) -> None:
    poor = given.set("budget.limit", "4k USD").run(draws=64).sensitivity()
    assert poor.record is None
    assert "Nothing meets the limits" in repr(poor)
    assert len(poor.to_frame()) == 0
    with pytest.raises(UsageError, match="sensitivity has no chart, as nothing was found"):
        poor.plot()


def test_an_explanation_is_the_tree_of_the_command(result: Result) -> None:
    found = result.explain("unified.cost")
    assert repr(found) == as_text(explain(result.verdict, "unified.cost"))
    frame = found.to_frame()
    assert frame.iloc[0]["mean"] == pytest.approx(float(result.cost[0].mean()))
    assert set(frame[frame["depth"] == 1]["of"]) == {"unified.cost"}
    with pytest.raises(UsageError, match=r"unified\.cost"):
        result.explain("unified.cots")


def test_an_xarray_has_the_draws_their_names_units_and_where_they_come_from(result: Result) -> None:
    found = result.to_xarray()
    assert found["score"].sel(strategy="unified", request="qa").values == pytest.approx(result.score[0, 2])
    assert found["components"].sum("component").values == pytest.approx(result.cost)
    assert dict(found.sizes) == {"strategy": 4, "draw": 64, "request": 4, "task": 3, "component": 7}
    assert {name: each.attrs["units"] for name, each in found.data_vars.items()} | {} == {
        "delivered": "point", "score": "point", "cost": "USD", "components": "USD", "launch": "day", "full_launch": "day", "objective": "point", "probability_best": "share",
        "probability_limits_met": "share", "regret": "point", "feasible": "yes_no",
    }  # fmt: skip
    assert (found.attrs["draws"], found.attrs["seed"], found.attrs["recommended"]) == (64, 3, result.recommended)
    assert found.attrs["scenario_hash"] == json.loads(result.to_json())["scenario"]["hash"]


def test_what_is_shown_has_answer_bands_and_chart_and_fetches_nothing(result: Result) -> None:
    shown = result._repr_html_()
    assert "Choose unified" in shown
    assert "P10-P90" in shown
    assert '<tr class="chosen"><td>unified</td>' in shown
    assert 'src="data:image/png;base64,' in shown
    assert "http" not in shown
    assert 'alt="' in shown


def test_without_matplotlib_there_is_no_chart_and_no_error(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "<img" not in result._repr_html_()
    assert "Choose unified" in result._repr_html_()
    with pytest.raises(UsageError, match=r'charts need matplotlib: pip install "tuneplan\[charts\]"'):
        result.plot()
    with pytest.raises(UsageError, match=r"tuneplan\[charts\]"):
        result.charts()


@pytest.mark.parametrize(("library", "method"), [("pandas", "to_frame"), ("xarray", "to_xarray")])
def test_a_missing_library_is_named_with_its_extra(result: Result, monkeypatch: pytest.MonkeyPatch, library: str, method: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf'{method} needs {library}: pip install "tuneplan\[notebook\]"'):
        getattr(result, method)()


def test_one_draw_says_all_it_can(given: Study) -> None:
    alone = given.run(draws=1)
    assert alone.cost.shape == (4, 1)
    assert alone.to_xarray().sizes["draw"] == 1
    for name in ("frontier", "voi", "sensitivity"):
        assert getattr(alone, name)()._repr_html_()
    assert alone._repr_html_()


def test_names_are_escaped_wherever_they_are_shown(tmp_path: Path) -> None:
    from hard_questions import HOSTILE, TEXTS
    from tuneplan import loads

    result = loads(TEXTS["twelve strategies"]).run(draws=8)
    assert HOSTILE.strip('"').split(" ")[0] in repr(result)
    for shown in (result, result.frontier(), result.study, result.difference("unified", "prompted"), result.explain("unified.cost"), result.study.check()):
        assert "<script>" not in shown._repr_html_()


def without_charts(*words: object) -> None:
    raise NothingToDraw("it is left out")


def test_a_memo_of_each_format_is_written_or_refused_before_the_work(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:  # charts of memos have tests of their own
        patch.setattr("tuneplan.report.memo.pictures.drawn", without_charts)
        assert result.memo(tmp_path / "memo.html") == tmp_path / "memo.html"
    text = (tmp_path / "memo.html").read_text(encoding="utf-8")
    assert "Startup assistant" in text
    assert result.recommended in text
    monkeypatch.setattr("tuneplan.report.memo.memo_of", lambda findings: pytest.fail("a memo was made"))
    for name, message in (("memo.txt", r"a memo is a file that ends in \.html, \.docx or \.md"), ("nowhere/memo.md", "there is no folder")):
        with pytest.raises(UsageError, match=message):
            result.memo(tmp_path / name)


SAME = """\
schema: 1
name: Twice the same
base: llama-3.1-8b
tasks:
  a: {traffic: 10M requests/month, tokens: {input: 100, output: 100}, score: {base: 40% to 60%, ceiling: 0.9}}
evaluation: {price: 0.05 USD/item, per_model: 100 USD}
people: {engineer_week: 4k USD, weeks_prompting: 1 week}
serving: {price: 2 USD/hour, saturated_share: 30%, peak_factor: 4}
strategies:
  one: {kind: prompted, like_base: yes, prompt_tokens: 100}
  other: {kind: prompted, like_base: yes, prompt_tokens: 100}
  longer: {kind: prompted, like_base: yes, prompt_tokens: 90000}
"""


def test_strategies_that_are_the_same_in_every_draw_are_told_so() -> None:
    result = loads(SAME).run(draws=64)
    same = result.difference("one", "other")
    assert "one and other are the same in every draw" in repr(same)
    assert (same.record.more_points, same.record.less_cost, same.record.better) == (0.0, 0.0, 0.0)
    level = result.difference("one", "longer")
    assert "one and longer deliver the same in every draw; one costs less in 100 % of draws" in repr(level)
    assert (level.record.more_points, level.record.less_cost) == (0.0, 1.0)


def test_names_lead_to_chances_regret_and_plans(study: Study) -> None:
    result = study.run(draws=64)
    decision = result.verdict.decision
    assert tuple(result.probability_best.values()) == decision.probability_best
    assert tuple(result.probability_best) == tuple(result.regret) == result.strategies
    assert result.plans["unified"].shadow_price > 0.0
    assert "prompted" not in result.plans
    frame = result.to_frame()
    assert frame[frame["quantity"] == "regret"].set_index("strategy")["mean"].to_dict() == dict(result.regret)
    assert result.to_markdown() == result._repr_markdown_()


def test_warnings_are_shown_where_one_looks(study: Study, result: Result) -> None:
    assert "gpt-4o-mini retires" in " ".join(repr(result).splitlines())
    assert "2 warnings: " in repr(result)
    for shown in (result._repr_html_(), study._repr_html_()):
        assert '<p class="quiet">2 warnings: ' in shown
    assert not [each for each in study.set("strategies.prompted.api", "gpt-4.1-mini").warnings if "--" in str(each)]
    sound = study.set({"gpu.price": "3 USD/hour", "horizon": "0.2 months", "deadline.date": "2027-01-08"})
    assert sound.warnings == ()
    assert "warning" not in repr(sound)
    assert "warning" not in sound._repr_html_()
