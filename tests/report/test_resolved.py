"""What ``show`` prints reads back to the same scenario: every draw of every output is the same, bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from building import text_of
from tuneplan import Study, load, loads
from tuneplan.report.resolved import as_yaml
from tuneplan.report.yaml_text import in_flow, scalar
from tuneplan.scenario.identity import fingerprint
from tuneplan.study.design import Nominal
from tuneplan.study.run import run

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
SHIPPED = ("startup", "dataset_choice", "unseen_task", "reference")
API = {"kind": "prompted", "api": "gpt-4o-mini"}
WAGES = {"minutes": "5 to 10 min", "wage": "$14/hour", "yield": "60 to 90 %"}
OWN_ROWS = {
    "labels": [{"name": "gold", "low": 1, "typical": 2, "high": 4, "source": "a, b: c", "as_of": "2026-06-01"}],
    "gpus": [{"name": "mine", "like": "h100-sxm", "memory_gb": 100, "source": "us", "as_of": "2026-12-01"}],
    "gpu_prices": [{"gpu": "mine", "provider": "acme", "usd_per_hour": 1.5, "source": "quote", "as_of": "2026-12-01"}],
}
SCHEDULE = {
    "holidays": ["2027-04-02", "2027-04-05"], "days": ["mon", "tue", "sat"], "order": "in turn", "annotators": 4, "hours": "5 to 7", "attrition": "2% to 5%/month",
    "onboarding": {"value": "2 to 4 workdays", "source": "the vendor"},
}  # fmt: skip
PACED = {"a": {"data.pace": "3 to 5 examples/hour"}, "b": {"data.labelling": WAGES}, "c": {}}
GENERATED = {
    "a schedule": text_of(PACED, start="2027-01-04", deadline={"date": "2027-06-30", "delay_cost": "$500 to $2k/day"}, schedule=SCHEDULE),
    "a schedule that does not count": text_of(PACED, start="2027-01-04", schedule={**SCHEDULE, "counts": False}),
    "a schedule without dates": text_of({"a": {}, "b": {"data.price": {"same_as": "tasks.a.data.price"}}}, schedule={"reviewers": 2}),
    "groups": text_of(strategies={"pair": {"groups": [["a", "c"], ["b"]], "one_deployment": True, "examples": {"a": 500, "b": 700, "c": 900}}, "adapters": {}}),
    "merged, of another base": text_of(strategies={"merged": {}, "unified": {"base": "qwen2.5-7b-instruct", "score": "0.4 to 0.5"}}, law={}),
    "prompted API, nothing unseen": text_of(("a",), strategies={"unified": {}, "prompted": {**API, "score": {"a": "0.6 to 0.7"}}}),
    "a score for all beside one task's": text_of(("a", "b"), strategies={"one": {**API, "score": "0.6 to 0.7"}, "two": {"like": "one", "score.b": 0.7}}),
    "a price for all beside one task's": text_of(
        {"a": {}, "b": {"data.price": {"same_as": "tasks.a.data.price"}}, "c": {}},
        strategies={"unified": {"price": "1 to 2 USD/example"}, "own": {"like": "unified", "kind": "specialists", "price.a": "$3/example"}},
    ),
    "hosted": text_of(strategies={"adapters": {}, "unified": {"serving": "scale_to_zero"}}, serving__mode="hosted", method="lora"),
    "replay": text_of(
        strategies={"unified": {"replay": "1k to 10k"}, "specialists": {}}, unseen__share="10% to 30%",
        law={"law.transfer_form": "saturating", "law.saturation_examples": "2k to 4k"},
    ),
    "wages": text_of({"a": {"data.labelling": WAGES}, "b": {"data.price": "$3/example", "mostly_format": True}}),
    "a scale of its own": text_of(
        {"a": {"score": {"base": "3 to 5", "ceiling": 2, "scale": "6 to 1", "floor": 6}}, "b": {"score": {"base": "40 to 50", "ceiling": 90, "best": 100}}},
    ),
    "per cent": text_of({"a": {"score": {"base": "40%", "ceiling": "80 to 90%", "must": "50%"}}, "b": {}}),
    "own rows": text_of({"a": {"data.kind": "gold"}, "b": {}}, gpu={"kind": "mine", "provider": "acme"}, catalogue=OWN_ROWS),
    "one way": text_of(similar={"a>b": "0.2 to 0.4", "c/b": "near"}, law={}),
    "one way laid over both": text_of(
        similar={"b/a": "0.2 to 0.4"}, overrides={"x": {"similarity.a>b": "0.5 to 0.6"}}, scenarios={"default": ["x"]},
    ),
    "ties": text_of(
        {"a": {}, "b": {"data_exponent": {"same_as": "tasks.a.data_exponent"}, "half_gap_examples": {"same_as": "unseen.half_gap_examples"}}, "c": {}},
        similar={"a/b": "0.1 to 0.3", "b>c": {"same_as": "similarity.b/a"}}, unseen__half_gap_examples="2k to 4k",
    ),
    "correlations": text_of(
        {"a": {"traffic": "10k to 20k requests/month"}, "b": {}},
        correlations={"x": {"of": ["tasks.a.traffic", "similarity.a/b", "gpu.price"], "value": 0.5}},
    ),
    "several bases": text_of(
        {"a": {"mostly_format": True}, "b": {}}, unseen__share="10%", law={},
        strategies={"unified": {}, "small": {"kind": "unified", "base": "tinyllama-1.1b"}, "mid": {"kind": "unified", "base": "llama-2-13b"}},
    ),
    "framings": text_of({"a": {"framing": "plain", "clash_risk": "high"}, "b": {"framing": "own_heads"}}, framing="task_marker", law={}),
    "confusion": text_of(("a", "b"), router__confusion={"a>b": "2% to 8%"}, strategies=("specialists", "adapters")),
    "a fallback": text_of(("a", "b"), router={"fallback": "api", "api": "gpt-4o-mini", "score": "0.5 to 0.6"}, unseen__share="5%"),
    "choices of every section": text_of(
        training={"packing": False, "recipe": "new"}, evaluation__judge="people", gpu__spot=True, budget={"limit": "$40k", "covers": ["serving"]},
        serving={"gpu": "a100-sxm-80gb", "precision": "int4"}, lora__layers="attention", strategies=("adapters", "unified_then_specialists"),
    ),
}  # fmt: skip


def study_of(name: str) -> Study:
    return load(SCENARIOS / f"{name}.yaml") if name in SHIPPED else loads(GENERATED[name])


def shown(study: Study, *, given: bool = False, origin: bool = True) -> str:
    return as_yaml(run(study.asked, Nominal()), origin=origin, given=given)


@pytest.mark.parametrize("name", [*SHIPPED, *GENERATED])
@pytest.mark.parametrize("given", [True, False])
def test_what_show_prints_gives_the_same_verdict_in_every_draw(name: str, given: bool) -> None:
    study = study_of(name)
    one, other = study.run(draws=64), loads(shown(study, given=given)).run(draws=64)
    np.testing.assert_array_equal(one.delivered, other.delivered)
    np.testing.assert_array_equal(one.cost, other.cost)
    assert one.recommended == other.recommended


@pytest.mark.parametrize("name", [*SHIPPED, *GENERATED])
def test_what_it_prints_shows_the_same_again(name: str) -> None:
    text = shown(study_of(name), origin=False)
    assert shown(loads(text), origin=False).split("\n")[1:] == text.split("\n")[1:]


@pytest.mark.parametrize("name", ["startup", "dataset_choice", "unseen_task"])
def test_what_is_given_alone_is_the_same_scenario(name: str) -> None:
    scenario = study_of(name).asked
    assert fingerprint(loads(shown(study_of(name), given=True)).asked) == fingerprint(scenario)


def test_a_default_that_could_not_be_typed_is_left_out() -> None:
    assert "unseen:" not in shown(study_of("prompted API, nothing unseen"))
    assert "worst:" not in shown(study_of("per cent"))
    assert "accuracy:" not in shown(study_of("confusion"))
    assert "diversity_gain:" not in shown(study_of("several bases"))
    one_way = shown(study_of("one way"))
    assert "a>b: 0.2 to 0.4" in one_way
    assert "b>a:" not in one_way
    assert "a/b:" not in one_way


def test_what_only_a_change_can_say_is_an_override() -> None:
    lines = shown(study_of("a score for all beside one task's"), origin=False).splitlines()
    start = lines.index("overrides:")
    assert lines[start : start + 4] == ["overrides:", "  resolved:", "    strategies.two.score.b: 0.7", "scenarios: {default: [resolved]}"]
    assert "overrides:" not in shown(study_of("groups"))


def test_it_says_the_words_in_force_whether_they_are_given_or_follow() -> None:
    lines = [" ".join(line.split()) for line in shown(loads(text_of(("a", "b"), training__packing=False, gpu__kind="a100-sxm-80gb"))).splitlines()]
    for said in (
        "setup: naive", "gpu: a100-sxm-80gb", "covers: [data, training, evaluation]", "kind: demonstration", "fallback: nearest", "transfer_form: linear", "interference_form: bounded",
    ):  # fmt: skip
        assert f"{said} # default" in lines
    assert "kind: h100-sxm # default" in [" ".join(line.split()) for line in shown(study_of("groups")).splitlines()]
    mixed = shown(loads(text_of(("a", "b"), strategies=("specialists", "adapters"))))
    assert "fallback:" not in mixed  # adapters fall back on their base, specialists on the nearest of them


@pytest.mark.parametrize("text", ["null", "Null", "~", "no", "Yes", "true", "off", "- x", "'q' \"z\"", "# x", "a: b", "[", "{a}, b", "1e3", "é"])
def test_a_text_reads_back_as_it_was(text: str) -> None:
    study = loads(text_of({"a": {"note": text}, "b": {}}))
    assert study.asked.settings["tasks.a.note"] == text
    again = loads(shown(study, given=True)).asked.settings
    assert again["tasks.a.note"] == text
    for written in (scalar(text), f"[{in_flow(text)}]"):
        assert yaml.safe_load(written) in (text, [text])
