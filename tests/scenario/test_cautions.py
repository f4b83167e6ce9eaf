"""Warnings: what is sound but worth a second look, each with its place and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuneplan.scenario.cautions import cautions, prices_in_use
from tuneplan.scenario.load import load, loads

BODY = """\
schema: 1
start: 2027-01-04
base: llama-3.1-8b
gpu: {kind: h100-sxm, provider: acme}
tasks:
  email: {traffic: 20k requests/month, score: {base: 0.5, ceiling: 0.9}, data: {examples: 2k, price: $3 per example}}
strategies: {unified: {}, prompted: {like_base: yes}}
catalogue:
  gpu_prices:
    - {gpu: h100-sxm, provider: acme, usd_per_hour: 1.99, source: quote, as_of: 2026-12-20}
"""


def said(*edits: tuple[str, str], more: str = "") -> list[str]:
    text = BODY
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return [str(problem) for problem in cautions(loads(text + more, file="a.yaml"))]


def test_a_sound_scenario_with_fresh_prices_has_none() -> None:
    assert said() == []


OLD = ("as_of: 2026-12-20", "as_of: 2026-08-31")


def test_an_old_price_is_told_once_at_the_key_that_chose_it() -> None:
    assert said(OLD) == [
        "a.yaml:4:33: gpu.provider: the rent of h100-sxm is of 2026-08-31, 126 days before 2027-01-04; ask again and give gpu.price"
    ]


@pytest.mark.parametrize(("as_of", "old"), [("2026-10-06", False), ("2026-10-05", True), ("2026-10", False), ("2026-09", True), ("2026", True), ("2027", False), ("2027-05", False)])
def test_more_than_ninety_days_are_old_counted_from_the_middle_of_a_month_or_year(as_of: str, old: bool) -> None:
    assert bool(said(("as_of: 2026-12-20", f"as_of: {as_of}"))) is old


def test_ages_count_from_as_of_before_start_and_not_at_all_without() -> None:
    assert said(OLD, ("start: 2027-01-04", "start: 2027-01-04\nas_of: 2026-09-20")) == []
    assert said(OLD, ("start: 2027-01-04\n", "")) == []


def test_what_the_scenario_prices_itself_does_not_age() -> None:
    assert said(OLD, ("provider: acme}", "provider: acme, price: $2/hour}")) == []


def test_labels_age_where_somebody_buys_them() -> None:
    silent = (", price: $3 per example", "")
    (line,) = said(silent)
    assert line.startswith("a.yaml:6:3: tasks.email: the usual price of a demonstration (email) is of 2023-04, ")
    assert line.endswith("ask again and give tasks.email.data.price")
    assert said(silent, ("examples: 2k", "examples: 0")) == []
    assert said(silent, ("unified: {}", "unified: {price: $2 per example}")) == []


def test_an_api_that_retires_within_the_horizon() -> None:
    prompted = ("{like_base: yes}", "{api: gpt-4o-mini, score: {email: 0.6}}")
    lines = said(prompted)
    assert "a.yaml:7:43: strategies.prompted.api: gpt-4o-mini retires on 2027-01-14, within the 12 months from 2027-01-04" in lines
    assert not [line for line in said(prompted, ("schema: 1", "schema: 1\nhorizon: 0.2 months")) if "retires" in line]
    assert any("within the 1200 months from" in line for line in said(prompted, ("schema: 1", "schema: 1\nhorizon: 1200 months")))


def test_a_serving_card_of_another_kind_has_a_price_of_its_own() -> None:
    text = BODY + "serving: {gpu: t4}\n"
    assert [(price.what, price.path) for price in prices_in_use(loads(text))] == [
        ("the rent of h100-sxm", "gpu.provider"), ("the rent of t4 for serving", "serving.gpu"),
    ]  # fmt: skip


def test_a_hosted_strategy_pays_its_host() -> None:
    text = BODY.replace("unified: {}", "unified: {method: lora, serving: hosted}")
    assert "the price of fireworks-16b" in [price.what for price in prices_in_use(loads(text))]


def test_an_interval_of_more_than_a_hundred_times() -> None:
    (line,) = said(("$3 per example", "$3 to $3000 per example"))
    assert line == "a.yaml:6:102: tasks.email.data.price: the upper end is 1000 times the lower; is a suffix such as k missing?"
    assert said(("$3 per example", "$3 to $300 per example")) == []


def test_an_override_that_no_scenario_uses() -> None:
    lines = said(more="overrides: {dear: {gpu.price: $4/hour}, used: {horizon: 3 months}}\nscenarios: {x: [used]}\n")
    assert lines == [
        "a.yaml:11:13: overrides.dear: no entry of scenarios uses this override; add it to one, for example scenarios: {dear: [dear]}"
    ]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("examples: 2k", "examples: 5M"), "5M examples lies outside what was measured, 200 to 1.6M examples (arXiv 2402.02314): the law is stretched"),
        (("examples: 2k", "examples: 50"), "50 examples lies outside what was measured"),
        (("price: $3 per example}", "price: $3 per example}, epochs: 30"), "30 epochs lies outside what was measured, 1 to 10 epochs"),
        (("base: llama-3.1-8b", "base: llama-3.1-405b"), "llama-3.1-405b has 406B parameters, more than any base measured (70B)"),
        (("unified: {}", "unified: {examples: {email: 5M}}"), "strategies.unified.examples.email: 5M examples lies outside"),
    ],
)
def test_what_lies_beyond_the_evidence(edit: tuple[str, str], words: str) -> None:
    (line,) = said(edit)
    assert words in line


def test_no_examples_are_within_the_evidence() -> None:
    assert said(("examples: 2k", "examples: 0")) == []


def test_a_correlation_of_what_is_known_exactly() -> None:
    (line,) = said(more="correlations: {c: {of: [tasks.email.traffic, tasks.email.data.price], value: 0.5}}\n")
    assert line.endswith("correlations.c.of: these are known exactly, or not drawn by themselves, so that they go together with nothing: tasks.email.traffic, tasks.email.data.price")


@pytest.mark.parametrize(
    ("path", "is_drawn"),
    [
        ("training.utilisation", True), ("tasks.email.half_gap_examples", True), ("law.format_transfer", True), ("unseen.data_exponent", True),
        ("evaluation.items", False), ("tasks.email.score.must", False), ("strategies.unified.price", False), ("tasks.email.score.base", False),
    ],
)  # fmt: skip
def test_a_correlation_of_what_nobody_draws(path: str, is_drawn: bool) -> None:
    lines = said(more=f"correlations: {{c: {{of: [people.weeks_per_model, {path}], value: 0.5}}}}\n")
    assert lines == [] if is_drawn else lines[0].endswith(f"go together with nothing: {path}")


def test_labels_that_are_owned_already_are_not_bought() -> None:
    assert said((", price: $3 per example", ", existing: 2k")) == []
    assert said((", price: $3 per example", ""), ("unified: {}", "unified: {price: {email: $2 per example}}")) == []


def test_an_api_that_is_gone_already() -> None:
    lines = said(("{like_base: yes}", "{api: gpt-4o-mini, score: {email: 0.6}}"), ("2027-01-04", "2027-02-01"))
    assert any("gpt-4o-mini was retired on 2027-01-14, before the start on 2027-02-01" in line for line in lines)


def test_a_task_called_like_a_key_is_no_key() -> None:
    assert said(("  email: {", "  examples: {"), ("data: {examples: 2k", "data: {existing: 50, examples: 2k")) == []

def test_shipped_scenarios_have_few() -> None:
    for path in Path(__file__).parents[2].glob("scenarios/*.yaml"):
        assert len(cautions(load(path))) <= 3, path
