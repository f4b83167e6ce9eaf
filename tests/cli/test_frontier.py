"""``simulate frontier`` as a person meets it."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from building import text_of
from tuneplan.cli.main import DONE, INVALID, NOTHING_FEASIBLE, STRICT, USAGE
from tuneplan.study.frontier import analysis as frontier_study


def test_a_page_on_stdout(simulate: Callable, scenario: Callable) -> None:
    ended = simulate("frontier", scenario(), "--draws", 256)
    assert (ended.code, ended.err) == (DONE, "")
    assert ended.out.startswith("Two tasks: cost against quality\n\nRecommended is ")
    assert max(map(len, ended.out.splitlines())) <= 100
    for title in ("Cost against quality, over 12 months", "By value of a point", "By budget for data and training, kept with 90 % confidence", "Decision rules"):
        assert f"\n{title}" in ended.out
    assert "256 draws, seed 0, simulation error of a chance" in ended.out


@pytest.mark.parametrize("name", ["startup.yaml", "unseen_task.yaml", "dataset_choice.yaml"])
def test_shipped_scenarios_in_every_form(simulate: Callable, scenarios: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Equal seeds give equal bytes; beyond that, all forms are of one and the same study, worked out once."""
    words, worked_out, kept = ("frontier", scenarios / name, "--draws", 64, "-q", "--format"), frontier_study.frontier_study, []

    def once(*run: Any, **planner: Any) -> Any:
        if not kept:
            kept.append(worked_out(*run, **planner))
        return kept[0]

    first = simulate(*words, "json")
    monkeypatch.setattr(frontier_study, "frontier_study", once)
    ended = {form: simulate(*words, form) for form in ("json", "text", "md", "csv")}
    assert ended["json"] == first
    assert {(each.code, each.err) for each in ended.values()} == {(DONE, "")}
    assert all(each.out for each in ended.values())
    assert json.loads(first.out)["over_value"]["x"][0] == 0.0
    rows = csv.DictReader(io.StringIO(ended["csv"].out))
    assert {row["analysis"] for row in rows} == {"standing", "over value of a point", "over budget", "decision rule"}


@pytest.mark.parametrize("draws", [1, 2, 16])
def test_few_draws_give_an_answer_that_says_so(simulate: Callable, scenario: Callable, draws: int) -> None:
    ended = simulate("frontier", scenario(), "--draws", draws)
    assert ended.code == DONE
    assert "simulation error unknown (too few draws)" in ended.out


def test_nothing_feasible_is_an_answer_with_the_exit_code_of_run(simulate: Callable, scenario: Callable) -> None:
    path = scenario(("  prompted: {like_base: yes}\n", ""))
    ended = simulate("frontier", path, "--draws", 64, "--set", "budget.limit=0 USD")
    assert ended.code == NOTHING_FEASIBLE
    assert "Nothing meets the limits at a budget of $0 with 90 % confidence" in ended.out
    assert "Recommended: unified from $" in " ".join(ended.out.split())


def test_what_can_not_be_done_is_named_with_the_reason(simulate: Callable, scenario: Callable) -> None:
    path = scenario(("base: llama-3.1-8b\n", "base: llama-3.1-405b\n"), ("h100-sxm, provider: lambda", "t4, price: $1/hour"))
    ended = simulate("frontier", path, "--draws", 64, "--set", "method=full")
    assert "unified can't be done: llama-3.1-405b with method full does not fit" in " ".join(ended.out.split())


def test_one_strategy_is_nothing_to_weigh(simulate: Callable, scenario: Callable) -> None:
    ended = simulate("frontier", scenario(("  specialists: {}\n  prompted: {like_base: yes}\n", "")), "--draws", 64)
    assert ended.code == DONE
    assert "There is nothing to weigh: unified is the only strategy that takes part." in " ".join(ended.out.split())


def test_the_order_of_tasks_and_strategies_means_nothing(simulate: Callable, scenario: Callable) -> None:
    def told(tasks: Sequence[str], strategies: Sequence[str]) -> dict[str, dict]:
        path = scenario(text=text_of(tasks, strategies=strategies, budget={"limit": "90k USD"}))
        held = json.loads(simulate("frontier", path, "--draws", 64, "--format", "json").out)
        return {"values": held["over_value"]["strategies"], "budgets": held["over_budget"]["strategies"], "x": {"x": {"x": held["over_value"]["x"]}}}

    strategies = ("unified", "specialists", "prompted")
    one, other = told(("a", "b", "c"), strategies), told(("c", "a", "b"), strategies[::-1])
    for part, found in one.items():
        for name, curves in found.items():
            for curve, numbers in curves.items():
                blank = [math.nan if each is None else each for each in numbers]
                again = [math.nan if each is None else each for each in other[part][name][curve]]
                assert again == pytest.approx(blank, nan_ok=True, rel=1e-9), (name, curve)


def test_changes_and_seeds_matter(simulate: Callable, scenario: Callable) -> None:
    path, words = scenario(), ("--draws", 64, "--format", "json")
    told = {simulate("frontier", path, *words, *more).out for more in ((), ("--seed", 1), ("--set", "tasks.email.data.price=9 USD per example"))}
    assert len(told) == 3


def test_where_examples_are_planned_each_budget_is_a_run_of_its_own(
    simulate: Callable, scenario: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Examples are given here, so that runs of their own have to give what judging the same draws anew gives."""
    path, words = scenario(), ("--draws", 64, "--format", "json")
    given_once = json.loads(simulate("frontier", path, *words).out)["over_budget"]
    monkeypatch.setattr(frontier_study, "plans_itself", lambda _: True)
    anew = json.loads(simulate("frontier", path, *words).out)["over_budget"]
    assert anew["planned_for_each_budget"]
    assert anew["x"] == pytest.approx([60_000.0 * 2.0 ** (step / 2.0) for step in range(-4, 5)])
    for name, curves in anew["strategies"].items():
        at = given_once["strategies"][name]
        for limit, feasible, chance in zip(anew["x"], curves["feasible"], curves["probability_best"], strict=True):
            place = max(index for index, each in enumerate(given_once["x"]) if each <= limit)
            assert (at["feasible"][place], at["probability_best"][place]) == (feasible, chance)
    assert "Examples are planned anew for each budget" in " ".join(simulate("frontier", path, "--draws", 64).out.split())


def test_a_formula_in_a_name_stays_text_and_a_file_is_written_whole(simulate: Callable, scenario: Callable, tmp_path: Path) -> None:
    ended = simulate("frontier", scenario(), "--draws", 64, "--format", "csv", "-o", tmp_path / "out.csv")
    assert (ended.code, ended.out) == (DONE, "")
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("analysis,strategy,quantity,unit,mean,simulation_error,x,x_unit,low,high,note\n")


def test_mistakes_end_as_everywhere(simulate: Callable, scenario: Callable, scenarios: Path) -> None:
    assert simulate("frontier", scenario(), "--draws", 0).code == USAGE
    assert simulate("frontier", scenario(("unified: {}", "unified: {}\n  unifid: {}"))).code == INVALID
    assert simulate("frontier", scenarios / "startup.yaml", "--strict").code == STRICT
    assert "frontier" in simulate("--help").out
    assert "4 when nothing meets the limits" in simulate("frontier", "-h").out
