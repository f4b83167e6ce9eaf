"""JSON: every number has a unit, everything said is in it, and the ledger lists what is read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from building import text_of
from tuneplan import Result, load, loads
from tuneplan.core.distributions import point
from tuneplan.report import data, ledger, text
from tuneplan.report.remarks import remarks
from tuneplan.scenario.timed import is_timed
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import Run, run

SCENARIOS = Path(__file__).parents[2] / "scenarios"
STARTUP = SCENARIOS / "startup.yaml"


def content(result: Result) -> Any:
    return json.loads(result.to_json())


@pytest.fixture(scope="module")
def result() -> Result:
    return load(STARTUP).run(draws=64)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, path)
    else:
        yield path, value


@pytest.mark.parametrize("change", [("horizon", "12 months"), ("tasks.email.value", "300 USD/point/month"), ("budget.limit", "12k USD"), ("budget.limit", "1k USD")])
def test_every_number_has_a_unit(change: tuple[str, str]) -> None:
    found = content(load(STARTUP).set(*change).run(draws=64))
    units = found["units"]
    bare = {path for path, value in leaves(found) if isinstance(value, float) and not isinstance(value, bool)}
    assert bare
    assert not {path for path in bare if not any(path == field or path.startswith(f"{field}.") for field in units)}
    assert {units[field] for field in ("decision.regret", "decision.expected")} == {found["decision"]["unit"]}


def test_what_is_said_and_what_it_rests_on(result: Result) -> None:
    found = content(result)
    assert found["schema_version"] == 1
    assert found["said"] == {"recommendation": text.recommendation(result.verdict), "remarks": remarks(result.verdict)}
    assert {row["name"] for row in found["rivals"]} == set(result.labels["strategy"]) - {result.recommended}
    assert "unified" in {row["strategy"] for row in found["framings"]}
    unseen = next(call for call in found["comparison"]["calls"] if call["request"] == "unseen")
    assert sum(found["comparison"]["in_unseen"].values()) == pytest.approx(unseen["difference"]["mean"])
    assert 0.0 <= found["comparison"]["usd_probability"] <= 1.0
    assert found["binding"] == {"nearest": "", "broken_in_share_of_draws": {}, "enough": None}


def test_launches_are_days_with_their_units(result: Result) -> None:
    found, launches = content(result), result.verdict.launches
    assert launches is not None
    assert found["launches"]["start"] == "2027-01-04"
    assert found["launches"]["deadline"] == 116.0
    rows = {row["name"]: row for row in found["launches"]["strategies"]}
    for each in launches.strategies:
        assert rows[each.name]["full"]["median"] == each.full.median
        assert rows[each.name]["in_time"] == each.in_time
    assert found["units"]["launches.strategies.full"] == "day"
    frame = [row for row in data.rows(result.verdict) if row["quantity"] == "full launch"]
    assert [(row["strategy"], row["unit"], row["p50"]) for row in frame] == [(each.name, "day", each.full.median) for each in launches.strategies]


def test_without_launch_dates_no_field_is_added() -> None:
    found = content(load(STARTUP).set("schedule.counts", "no").run(draws=64))
    assert "launches" not in found
    assert not any("launches" in field or unit == "day" for field, unit in found["units"].items())


def test_a_launch_that_never_comes_is_null_and_not_a_date() -> None:
    never = loads(text_of(schedule={"annotators": 0})).run(draws=64)
    (row, *_) = content(never)["launches"]["strategies"]
    assert row["full"]["median"] is None
    assert row["never"] == 1.0


def test_nothing_feasible_carries_the_limit_that_would_do() -> None:
    none = load(STARTUP).set("budget.limit", "1k USD").run(draws=64)
    found = content(none)
    assert found["binding"]["enough"] == none.verdict.enough > 1000.0
    assert found["comparison"] is None
    assert found["rivals"] == []


def test_correlations_have_a_list_of_their_own() -> None:
    study = load(STARTUP)
    assert content(study.run(draws=64))["correlations"] == []
    text = text_of({"a": {}, "b": {}}, correlations={"x": {"of": ["tasks.a.epochs", "gpu.price"], "value": 0.5}})
    assert content(loads(text).run(draws=64))["correlations"] == [{"name": "x", "of": ["tasks.a.epochs", "gpu.price"], "value": 0.5}]


def test_numbers_name_unit_and_place() -> None:
    study = load(STARTUP).set("router.accuracy", "95%")
    numbers = {each["path"]: each for each in content(study.run(draws=64))["numbers"]}
    lines = STARTUP.read_text().splitlines()
    assert all({"unit", "line", "column"} <= set(each) for each in numbers.values())
    price = numbers["tasks.email.data.price"]
    assert price["unit"] == "USD/example"
    assert lines[price["line"] - 1][price["column"] - 1 :].startswith("$3 to $6")
    pair = numbers["similarity.qa/summary"]
    assert lines[pair["line"] - 1][pair["column"] - 1 :].startswith("0.2 to 0.5")
    word = numbers["similarity.email/summary"]
    assert lines[word["line"] - 1][word["column"] - 1 :].startswith("near")
    for path in ("law.discrepancy", "router.accuracy", "gpu.tflops"):
        assert (numbers[path]["line"], numbers[path]["column"]) == (0, 0)


def test_rows_and_equations_stand_beside_the_numbers_in_use() -> None:
    found = content(load(STARTUP).run(draws=64))
    prices = {(each["name"], each["part"]): each for each in found["catalogue_rows"]}
    assert prices["gpt-4o-mini", "output_usd_per_mtok"]["median"] == 0.6
    assert {"ROUTED_RELIEF", "CLASH_PROBABILITY", "MICRO_BATCH_TOKENS"} <= {each["name"] for each in found["equations"]}
    for each in (*found["numbers"], *found["catalogue_rows"], *found["equations"]):
        assert {"value", "median", "low", "high", "unit", "source", "grade", "grade_in_words", "as_of"} <= set(each)
    numbers = {each["path"]: each for each in found["numbers"]}
    law, rank = numbers["law.size_relief"], numbers["evaluation.rounds"]
    assert law["low"] < law["median"] < law["high"]
    assert rank["low"] == rank["median"] == rank["high"] == 3.0


def outputs(found: Run) -> list[np.ndarray]:
    return [found.outcome.score, found.outcome.delivered, *found.outcome.costs.values()]


VARIANTS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "startup": ("startup", ()),
    "choice": ("dataset_choice", ()),
    "task": ("unseen_task", ()),
    "other forms": ("startup", (("law.transfer_form", "saturating"), ("law.interference_form", "additive"))),
    "spot, adapters, scaled to zero": ("startup", (("gpu.provider", "verda"), ("gpu.spot", "yes"), ("method", "qlora"), ("serving.mode", "scale_to_zero"))),
    "written by a model, merged": ("startup", (("tasks.email.data.synthetic.share", "50%"), ("strategies.merge.kind", "merged"))),
}


@pytest.mark.parametrize(("name", "changes"), VARIANTS.values(), ids=VARIANTS)
def test_what_is_not_listed_changes_nothing(name: str, changes: tuple[tuple[str, str], ...]) -> None:
    study = load(SCENARIOS / f"{name}.yaml")
    for change in changes:
        study = study.set(*change)
    scenario = study.asked
    before = run(scenario, monte_carlo(64))
    listed = {quantity.listed_as for quantity in ledger.in_use(before)}
    unlisted = {path: quantity for path, quantity in before.lowered.used.items() if path not in listed}
    assert unlisted
    other = {
        path: dataclasses.replace(quantity, distribution=point(0.9 * quantity.distribution.median or 0.3))
        for path, quantity in unlisted.items()
    }
    as_before = {"schedule.counts": is_timed(scenario)}  # a number of the schedule would make launch dates count
    after = run(dataclasses.replace(scenario, quantities={**scenario.quantities, **other}, settings={**scenario.settings, **as_before}), monte_carlo(64))
    assert all(np.array_equal(*np.broadcast_arrays(one, two)) for one, two in zip(outputs(before), outputs(after), strict=True))


def test_numbers_of_other_choices_are_not_listed(result: Result) -> None:
    listed = {quantity.listed_as for quantity in ledger.in_use(result.verdict.run)}
    forms = {"law.saturation_examples", "law.saturation_sharpness", "law.additive_capacity"}
    assert not listed & forms
    assert {path for path in listed if path.endswith("prompt_tokens")} == {"strategies.prompted.prompt_tokens"}
    rival = load(STARTUP).set("law.transfer_form", "saturating").set("law.interference_form", "additive").run(draws=64)
    assert forms <= {quantity.path for quantity in ledger.in_use(rival.verdict.run)}


def test_a_number_given_in_vain_is_named() -> None:
    vain = load(STARTUP).set("tasks.email.headroom", "50%").run(draws=64)
    assert content(vain)["given_but_not_in_use"] == ["tasks.email.headroom"]


WORDS_IN_VAIN: dict[str, tuple[dict[str, str], list[str]]] = {
    "in use": ({"method": "lora", "lora.layers": "attention", "evaluation.judge": "people", "tasks.qa.framing": "plain", "framing": "task_marker"}, []),
    "adapters alone are LoRA": ({"lora.layers": "attention"}, []),
    "a judge, a price, and how much people judge": (
        {"evaluation.judge": "people", "evaluation.price": "$1 per item", "schedule.judged": "50%"}, ["evaluation.judge"]),
    "a judge and a price, where the time of people counts": ({"evaluation.judge": "people", "evaluation.price": "$1 per item"}, []),
    "a schedule that does not count": (
        {"schedule.counts": "no", "schedule.days": "[mon, tue]", "schedule.order": "in turn"},
        ["deadline.date", "deadline.delay_cost", "schedule.annotators", "schedule.days", "schedule.gpus", "schedule.order", "schedule.reviewers"]),
    "a framing that every task replaces": (
        {"framing": "plain", **{f"tasks.{task}.framing": "instruction" for task in ("email", "summary", "qa")}}, ["framing"]),
    "a framing that every strategy replaces": (
        {"framing": "plain", "tasks.qa.framing": "plain", **{f"strategies.{name}.framing": "instruction" for name in ("unified", "specialists", "adapters")}},
        ["framing", "tasks.qa.framing"]),
}  # fmt: skip


@pytest.mark.parametrize(("words", "vain"), WORDS_IN_VAIN.values(), ids=WORDS_IN_VAIN)
def test_words_given_in_vain_are_named(words: dict[str, str], vain: list[str]) -> None:
    study = load(STARTUP)
    for word in words.items():
        study = study.set(*word)
    assert content(study.run(draws=64))["given_but_not_in_use"] == vain


def test_layers_of_adapters_that_nobody_trains_are_named() -> None:
    written = STARTUP.read_text().replace("  adapters: {}\n", "") + "\nlora: {layers: attention}\n"
    assert content(loads(written).run(draws=64))["given_but_not_in_use"] == ["lora.layers"]


def test_a_framing_that_nobody_trains_by_is_named() -> None:
    written = STARTUP.read_text()
    for name in ("unified", "specialists", "adapters"):
        written = written.replace(f"  {name}: {{}}\n", "")
    found = content(loads(written).set("tasks.qa.framing", "plain").run(draws=64))
    assert "tasks.qa.framing" in found["given_but_not_in_use"]
