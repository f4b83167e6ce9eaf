"""Fitted curves as people read them, as records, and as lines that a scenario includes."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import yaml

from tuneplan.evidence.curves.fitting import fit
from tuneplan.evidence.curves.records import Curve, CurveFit, Scale
from tuneplan.report import curves as report
from tuneplan.report.page import as_markdown_page, as_terminal_page
from tuneplan.report.tables import width
from tuneplan.scenario.load import load

LOSS = Scale()
SIZES = (0.0, 200.0, 800.0, 3200.0, 12_800.0, 51_200.0)


def curve(name: str, task: str = "", *, scale: Scale = LOSS) -> Curve:
    losses = (4.0, *(0.8 + 2.0 / (1.0 + (count / 15_000.0) ** 0.35) for count in SIZES[1:]))
    return Curve(name=name, task=task, examples=SIZES, values=tuple(scale.as_given(np.array(losses)) if scale.unit == "loss" else 100 - 15 * np.array(losses)), scale=scale)


@cache
def fits() -> tuple[CurveFit, ...]:
    percent = Scale(unit="score", best=100.0, span=100.0)
    return tuple(fit([curve("one"), curve("<script>=1", "qa", scale=percent), curve("two", "qa")], (10_000.0, 1e5)))


def test_the_page_tells_numbers_in_the_words_of_the_model_and_the_curve_carried_on() -> None:
    text = as_terminal_page(report.page(fits(), seed=0))
    for part in ("3 learning curves, fitted", *report.NUMBERS, "at 10k examples", "at 100k examples", "rectified, ", "Bands hold 80 %"):
        assert part in text
    assert max(map(len, text.splitlines())) <= 100
    assert "\\<script\\>" in as_markdown_page(report.page(fits(), seed=0))


def test_without_a_size_nothing_is_carried_on() -> None:
    assert "Carried on" not in as_terminal_page(report.page(fit([curve("one")], ()), seed=0))


def test_a_curve_that_rises_is_carried_on_in_no_form() -> None:
    found = fit([Curve(name="up", examples=(500.0, 5e3, 5e4), values=(1.0, 1.2, 1.4))], (1e4, 1e6))
    text = as_terminal_page(report.page(found, seed=0))
    assert "not told" in next(line for line in text[text.index("Carried on") :].splitlines() if line.startswith("up"))
    assert "not carried on beyond its last point" in text.replace("\n", " ")
    assert [each["examples"] for each in report.content(found, seed=0)["curves"][0]["carried_on"]] == [1e4]
    assert {row["examples"] for row in report.rows(found)} == {"", 1e4}


def test_sizes_are_told_apart_and_in_words() -> None:
    text = as_terminal_page(report.page(fit([curve("one")], (1.0, 10_000.0, 10_001.0, 1e13)), seed=0))
    for head in ("at 1 example ", "at 10k examples", "at 10001 examples"):
        assert head in text
    assert "1e+" not in text


def test_long_names_fit_a_terminal_and_stay_apart() -> None:
    long = "a task of many words/" + 80 * "x"
    text = as_terminal_page(report.page(fit([curve(f"{long}1end"), curve(f"{long}1end of"), curve("日" * 90), curve(f"{long}2{'y' * 40}"), curve(f"{long}3{'y' * 40}")], (1e4,)), seed=0))
    assert max(map(width, text.splitlines())) <= 100
    names = [line.split("  ")[0] for line in text[text.index("Which law") :].splitlines()[2:7]]
    assert len(set(names)) == 5
    assert all("…" in each for each in names)


def test_a_share_at_the_end_of_its_scale_is_left_out_of_a_scenario() -> None:
    harmed = Curve(name="qa", examples=(0.0, 100.0, 1000.0), values=(0.5, 0.1, 0.05), scale=Scale(unit="score", best=1.0))
    text = report.as_scenario(fit([harmed], (1e4,)), source="c.csv")
    assert "format_share" not in yaml.safe_load(text)["tasks"]["qa"]
    assert "# format_share is left out" in text
    assert "# qa: 2 trained points: published curves say more" in text
    assert "# qa: the first training made it worse than the base" in text


def test_no_number_is_typed_surer_than_a_tenth() -> None:
    from dataclasses import replace

    one = fits()[0]
    sure = replace(one, numbers={name: np.full_like(draws, 0.5) for name, draws in one.numbers.items()})
    text = report.as_scenario([sure], source="c.csv")
    assert "format_share: logit-normal 50% sd 0.1" in text
    assert "data_exponent: lognormal 0.5 sd 0.1" in text


def test_bases_of_a_task_are_kept_apart_and_to_be_renamed() -> None:
    from dataclasses import replace

    one = curve("qa", "qa")
    two = [replace(one, name=f"qa/{base}", base_model=base) for base in ("gpt2", "opt")]
    text = report.as_scenario(fit([*two, curve("qa gpt2")], (1e4,)), source="c.csv")
    assert set(yaml.safe_load(text)["tasks"]) == {"qa_gpt2", "qa_opt", "qa_gpt2_2"}
    assert text.count("rename it to a task of your scenario") == 2


def test_records_have_units_and_ordered_ends() -> None:
    found = report.content(fits(), seed=0)
    assert next(iter(found)) == "schema_version"
    assert found["design"] == {"draws": 1000, "seed": 0}
    assert [each["curve"] for each in found["curves"]] == ["one", "<script>=1", "two"]
    for each in found["curves"]:
        for number in (*each["numbers"].values(), *each["carried_on"]):
            assert number["low"] <= number["middle"] <= number["high"]
            assert number["unit"]
    assert found["curves"][1]["numbers"]["ceiling"]["unit"] == "score"


def test_rows_are_tidy_and_the_same_numbers() -> None:
    found = report.rows(fits())
    heads = {tuple(row) for row in found}
    assert heads == {("curve", "task", "base_model", "quantity", "examples", "unit", "low", "middle", "high")}
    exponent = next(row for row in found if row["quantity"] == "data_exponent")
    assert exponent["middle"] == report.content(fits(), seed=0)["curves"][0]["numbers"]["data_exponent"]["middle"]


@pytest.mark.parametrize(("gain", "said"), [(4.0, "rectified, clearly"), (2.0, "rectified, somewhat"), (0.3, "neither"), (-0.9, "neither"), (-5.0, "power, clearly")])
def test_which_law_is_said_with_its_sureness(gain: float, said: str) -> None:
    from dataclasses import replace

    one = fits()[0]
    laws = (replace(one.laws[0], log_evidence=gain), replace(one.laws[1], log_evidence=0.0))
    assert report.better(replace(one, laws=laws)) == said


def test_lines_of_a_scenario_are_read_by_a_scenario(tmp_path: object) -> None:
    text = report.as_scenario(fits(), source="curves.csv")
    tree = yaml.safe_load(text)
    assert set(tree["tasks"]) == {"one", "qa"}
    assert set(tree["tasks"]["qa"]) == {"data_exponent", "half_gap_examples", "format_share"}
    (tmp_path / "fitted.yaml").write_text(text)  # type: ignore[operator]
    task = "traffic: 1k requests/month, score: {base: 0.4, ceiling: 0.9}, data: {examples: 2k}"
    (tmp_path / "s.yaml").write_text(f"schema: 1\nbase: llama-3.1-8b\ninclude: fitted.yaml\ntasks: {{one: {{{task}}}, qa: {{{task}}}}}\nstrategies: {{unified: {{}}, specialists: {{}}}}\n")  # type: ignore[operator]
    given = load(tmp_path / "s.yaml").quantities["tasks.one.data_exponent"]  # type: ignore[operator]
    low, middle, high = np.quantile(fits()[0].numbers["data_exponent"], [0.1, 0.5, 0.9])
    assert given.distribution.median == pytest.approx(middle, rel=0.01)
    ends = given.distribution.interval(0.8)
    assert ends[1] / ends[0] == pytest.approx(high / low, rel=0.05)
