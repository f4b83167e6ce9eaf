"""The catalogue: every number has an owner, shapes agree with sizes, lookups and their errors."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any

import pytest

from tuneplan.core.compute import DECODE_OVERHEAD_S
from tuneplan.core.registry import grade_of
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import BaseLLM, Row

TABLES = ("gpus", "gpu_prices", "models", "api_prices", "hosted", "labels", "utilisation", "serving")
WORDS = {"name", "gpu", "provider", "kind", "family", "licence", "instruction_tuned", "retires", "setup"}
WORDS |= {"gpu_family", "precision", "meaning", "source", "as_of", "grade"}
KEYS = {"gpu_prices": 3, "utilisation": 2, "serving": 2}
"""Leading columns that make a row unique; one unless said."""
READERS: dict[str, Callable[[], Mapping[Any, Row]]] = {
    "gpus": catalogue.gpus,
    "gpu_prices": catalogue.gpu_prices,
    "models": catalogue.models,
    "api_prices": catalogue.api_prices,
    "hosted": catalogue.hosted_prices,
    "labels": catalogue.label_prices,
    "utilisation": catalogue.utilisations,
    "serving": catalogue.serving_shares,
}
OTHER_SHAPES = ("pythia-", "falcon-", "phi-2")
"""Two matrices in the feed-forward layer, not three."""


def rows_of(table: str) -> list[dict[str, str]]:
    text = (files("tuneplan.scenario.catalogue") / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def shape_of(model: BaseLLM) -> tuple[float, ...]:
    return (
        model.params,
        model.active_params,
        model.layers,
        model.hidden,
        model.intermediate,
        model.heads,
        model.kv_heads,
        model.head_dim,
        model.vocab,
        model.kv_bytes_per_token,
    )


def dense_llama_like() -> list[BaseLLM]:
    return [
        model
        for model in catalogue.models().values()
        if model.params == model.active_params and not model.name.startswith(OTHER_SHAPES)
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_row_says_where_it_comes_from(table: str) -> None:
    for row in rows_of(table):
        assert row["source"].strip(), row
        assert re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?", row["as_of"]), row
        assert row["grade"] in ("V", "F", "A"), row


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_rests_on_a_judgement_is_graded_so(table: str) -> None:
    """Whatever else it rests on; a recalled licence is no number."""
    for row in rows_of(table):
        if grade_of(row["source"].replace("licence recalled", "")) == "A":
            assert row["grade"] == "A", row


@pytest.mark.parametrize("table", TABLES)
def test_every_number_is_positive(table: str) -> None:
    for row in rows_of(table):
        for column, text in row.items():
            if column not in WORDS and text:
                assert 0.0 < float(text) < 1e12, (column, row)


@pytest.mark.parametrize("table", TABLES)
def test_no_row_stands_twice_and_every_row_is_read(table: str) -> None:
    keys = [tuple(row.values())[: KEYS.get(table, 1)] for row in rows_of(table)]
    assert len(keys) == len(set(keys)) == len(READERS[table]())


def test_tables_stay_small() -> None:
    folder = files("tuneplan.scenario.catalogue")
    assert sum(len((folder / f"{table}.csv").read_bytes()) for table in TABLES) < 150_000


def test_tables_are_read_only() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        catalogue.gpus()["h100-sxm"] = None  # type: ignore[index]


def test_importing_reads_no_table() -> None:
    program = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' else None)\n"
        "import tuneplan.scenario.catalogue as catalogue\n"
        "assert not [name for name in opened if name.endswith('.csv')], opened\n"
        "catalogue.gpus()\n"
        "catalogue.gpus()\n"
        "assert len([name for name in opened if name.endswith('.csv')]) == 1, opened\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


# ---------------------------------------------------------------- cards and rents


@pytest.mark.parametrize("spot", [False, True])
def test_every_card_has_a_market_price(spot: bool) -> None:
    for gpu in catalogue.names("gpus"):
        price = catalogue.gpu_price(gpu, spot=spot)
        low, high = price.distribution.interval(0.9)
        assert low < price.distribution.median < high
        row = catalogue.gpu_prices()[gpu, "market", "spot" if spot else "on-demand"]
        assert row.low is not None
        assert row.high is not None
        assert row.low < row.usd_per_hour < row.high
        assert price.distribution.median == pytest.approx(row.usd_per_hour)
        assert high / low == pytest.approx(row.high / row.low)


def test_spot_is_cheaper_than_on_demand() -> None:
    prices = catalogue.gpu_prices()
    for (gpu, provider, kind), row in prices.items():
        if kind == "spot" and (gpu, provider, "on-demand") in prices:
            assert row.usd_per_hour < prices[gpu, provider, "on-demand"].usd_per_hour


def test_guessed_spot_prices_say_so_and_keep_to_the_band() -> None:
    prices = catalogue.gpu_prices()
    for gpu in catalogue.names("gpus"):
        row = prices[gpu, "market", "spot"]
        if "assumed .30 to .45" in row.source:
            share = row.usd_per_hour / prices[gpu, "market", "on-demand"].usd_per_hour
            assert row.grade == "A"
            assert 0.30 <= share <= 0.45


def test_only_the_market_has_an_interval() -> None:
    for (_, provider, _), row in catalogue.gpu_prices().items():
        assert (row.low is not None) is (row.high is not None) is (provider == "market")


def test_every_rent_is_for_a_known_card() -> None:
    assert {gpu for gpu, _, _ in catalogue.gpu_prices()} == set(catalogue.gpus())


def test_a_provider_gives_a_point_with_its_source() -> None:
    price = catalogue.gpu_price("h100-sxm", "aws")
    assert price.distribution.is_point
    assert price.distribution.median == 6.88  # p5.48xlarge: 55.04 USD/hour for 8 cards
    assert price.source.startswith("SkyPilot")
    assert (price.as_of, price.grade) == ("2026", "V")
    assert catalogue.gpu_price("h100-sxm", "aws", spot=True).distribution.median == 2.0288


def test_lambda_rents_h100() -> None:
    assert catalogue.gpu_price("h100-sxm", "lambda").distribution.median == 2.49


@pytest.mark.parametrize(
    ("gpu", "bf16", "fp8", "int4"),
    [("h100-sxm", 989.0, 1979.0, 989.0), ("a100-sxm-80gb", 312.0, 312.0, 312.0)],
)
def test_peak_follows_the_arithmetic_of_the_card(gpu: str, bf16: float, fp8: float, int4: float) -> None:
    card = catalogue.gpus()[gpu]
    assert [card.peak_tflops(word) for word in ("bf16", "fp8", "int4")] == [bf16, fp8, int4]


# ---------------------------------------------------------------- base models


@pytest.mark.parametrize("model", dense_llama_like(), ids=lambda model: model.name)
def test_parameters_follow_from_the_shape(model: BaseLLM) -> None:
    attention = 2 * model.hidden * model.head_dim * (model.heads + model.kv_heads)
    layers = model.layers * (attention + 3 * model.hidden * model.intermediate)
    embedding = model.vocab * model.hidden
    error = min(abs(layers + copies * embedding - model.params) for copies in (1, 2))
    assert error / model.params < 0.02


def test_enough_models_are_checked_against_their_shape() -> None:
    assert len(dense_llama_like()) > 60


def test_cache_bytes_follow_from_the_shape() -> None:
    for model in catalogue.models().values():
        assert model.kv_bytes_per_token == 2 * model.layers * model.kv_heads * model.head_dim * 2


def test_instruction_tuned_siblings_share_the_shape_of_their_base() -> None:
    models = catalogue.models()
    siblings = [model for model in models.values() if model.source.startswith("same shape as ")]
    assert len(siblings) > 30
    for model in siblings:
        base = models[model.source.removeprefix("same shape as ").split(";")[0]]
        assert shape_of(model) == shape_of(base)
        assert model.licence == base.licence
        assert (model.instruction_tuned, base.instruction_tuned) == (True, False)
        assert model.grade == "A"


def test_a_mixture_uses_fewer_parameters_than_it_has() -> None:
    assert all(model.active_params <= model.params for model in catalogue.models().values())
    assert catalogue.models()["mixtral-8x7b-v0.1"].active_params == pytest.approx(12.88e9)


@pytest.mark.parametrize(
    "name",
    [
        "llama-3.1-8b",
        "llama-3.1-8b-instruct",
        "qwen2.5-7b",
        "qwen2.5-7b-instruct",
        "mistral-7b-v0.3",
        "gemma-2-9b",
    ],
)
def test_the_usual_bases_are_there(name: str) -> None:
    assert name in catalogue.names("models")


# ---------------------------------------------------------------- other prices and shares


def test_no_api_model_is_retired_already() -> None:
    for price in catalogue.api_prices().values():
        assert price.retires == "" or price.retires > price.as_of


def test_output_costs_at_least_as_much_as_input_and_the_cache_less() -> None:
    for price in catalogue.api_prices().values():
        assert price.output_usd_per_mtok >= price.input_usd_per_mtok
        cached = price.cached_input_usd_per_mtok
        assert cached is None or cached < price.input_usd_per_mtok


def test_known_api_prices() -> None:
    mini = catalogue.api_prices()["gpt-4o-mini"]
    assert (mini.input_usd_per_mtok, mini.output_usd_per_mtok) == (0.15, 0.6)
    assert mini.retires == "2027-01-14"


def test_hosts_of_tuned_models() -> None:
    small = catalogue.hosted_prices()["fireworks-16b"]
    assert (small.max_params, small.input_usd_per_mtok, small.training_usd_per_mtok) == (16e9, 0.2, 0.5)
    assert catalogue.hosted_prices()["openai-gpt-4o-mini"].max_params is None


@pytest.mark.parametrize(
    ("kind", "low", "typical", "high"),
    [
        ("llm-label", 0.0005, 0.003, 0.01),
        ("llm-pair", 0.002, 0.01, 0.05),
        ("crowd-label", 0.012, 0.09, 0.13),
        ("crowd-qa", 0.10, 0.25, 1.0),
        ("demonstration", 0.8, 4.0, 10.0),
        ("preference-pair", 1.0, 5.0, 15.0),
        ("expert-item", 50.0, 150.0, 500.0),
    ],
)
def test_label_prices(kind: str, low: float, typical: float, high: float) -> None:
    price = catalogue.label_price(kind)
    bottom, top = price.distribution.interval(0.9)
    assert price.distribution.median == pytest.approx(typical)
    assert top / bottom == pytest.approx(high / low)
    assert price.source
    assert price.as_of


@pytest.mark.parametrize(
    ("setup", "gpu", "median", "log_sd"),
    [
        ("expert", "a100-sxm-80gb", 0.52, 0.12),
        ("expert", "h200-sxm", 0.40, 0.12),
        ("practitioner", "a100-pcie-40gb", 0.38, 0.25),
        ("practitioner", "h100-sxm", 0.30, 0.25),
        ("naive", "l40s", 0.12, 0.40),
        ("expert", "rtx-4090", 0.52, 0.12),
    ],
)
def test_utilisation(setup: str, gpu: str, median: float, log_sd: float) -> None:
    share = catalogue.utilisation(setup, gpu)
    assert share.distribution.family == "lognormal"
    assert share.distribution.parameters[:2] == (median, log_sd)
    assert share.grade == ("A" if catalogue.gpus()[gpu].family == "other" else "F")


def test_every_class_of_setup_knows_every_family() -> None:
    families = {gpu.family for gpu in catalogue.gpus().values()}
    setups = {setup for setup, _ in catalogue.utilisations()}
    assert setups == {"expert", "practitioner", "naive"}
    assert set(catalogue.utilisations()) == {(setup, family) for setup in setups for family in families}


@pytest.mark.parametrize(
    ("gpu", "precision", "low", "high"),
    [("a100-sxm-80gb", "bf16", 0.30, 0.38), ("h200-sxm", "fp8", 0.15, 0.30)],
)
def test_serving_share(gpu: str, precision: str, low: float, high: float) -> None:
    share = catalogue.serving_share(gpu, precision)
    assert share.distribution.interval(0.9) == pytest.approx((low, high))


def test_every_family_serves_every_precision() -> None:
    families = {gpu.family for gpu in catalogue.gpus().values()}
    assert set(catalogue.serving_shares()) == {
        (family, precision) for family in families for precision in ("bf16", "fp8", "int4")
    }


@pytest.mark.parametrize(
    ("precision", "measured_ms", "weights_gb"),
    [("bf16", 1e3 / 84.28, 15.23), ("bf16", 1e3 / 46.3, 29.53), ("int4", 1e3 / 98.02, 10.1)],
)
def test_decode_constants_reproduce_published_speeds(
    precision: str, measured_ms: float, weights_gb: float
) -> None:
    """One stream of Qwen2.5 on A100-80, vLLM 0.6.3, from the model's speed benchmark page."""
    share = catalogue.serving_shares()["a100", precision]
    bandwidth = catalogue.gpus()["a100-sxm-80gb"].bandwidth_gb_s
    step_ms = 1e3 * DECODE_OVERHEAD_S + 1e3 * weights_gb / (share.decode_bandwidth_share * bandwidth)
    assert step_ms == pytest.approx(measured_ms, rel=0.15)


# ---------------------------------------------------------------- names and messages


def test_names_hold_what_the_language_asks_for() -> None:
    assert "h100-sxm" in catalogue.names("gpus")
    assert "gpt-4o-mini" in catalogue.names("apis")
    assert {"aws", "lambda", "runpod"} <= set(catalogue.names("providers"))
    assert "market" not in catalogue.names("providers")
    assert "demonstration" in catalogue.names("labels")
    for kind in ("gpus", "models", "providers", "apis", "labels"):
        assert all(re.fullmatch(r"[a-z0-9][a-z0-9.\-]*", name) for name in catalogue.names(kind))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: catalogue.names("gpu"), r'unknown kind of name "gpu"; did you mean "gpus"\?'),
        (lambda: catalogue.gpu_price("H100-SMX"), r'unknown GPU "H100-SMX"; did you mean "h100-sxm"\?'),
        (lambda: catalogue.gpu_price("abacus"), r'unknown GPU "abacus"; known: t4, v100-sxm-16gb'),
        (
            lambda: catalogue.gpu_price("h100-sxm", "lamda"),
            r'unknown provider "lamda"; did you mean "lambda"\?',
        ),
        (lambda: catalogue.gpu_price("h100-sxm", "market"), r'unknown provider "market"'),
        (
            lambda: catalogue.gpu_price("h200-sxm", "lambda"),
            r"for h200-sxm; in USD/hour: packet 2\.25, verda 3\.39, .* aws 7\.912; without a provider: 3\.4$",
        ),
        (
            lambda: catalogue.gpu_price("a100-pcie-40gb", "aws"),
            r"aws has no on-demand price for a100-pcie-40gb; in USD/hour: nobody has; without",
        ),
        (
            lambda: catalogue.gpu_price("h100-sxm", "lambda", spot=True),
            r"lambda has no spot price for h100-sxm; in USD/hour: verda 0\.8015",
        ),
        (
            lambda: catalogue.label_price("demonstratoin"),
            r'unknown kind of example "demonstratoin"; did you mean "demonstration"\?',
        ),
        (
            lambda: catalogue.utilisation("expart", "h100-sxm"),
            r'unknown class of setup "expart"; did you mean "expert"\?',
        ),
        (lambda: catalogue.utilisation("expert", "h100"), r'unknown GPU "h100"; did you mean "h100-'),
        (
            lambda: catalogue.serving_share("h100-sxm", "fp16"),
            r'unknown precision "fp16"; did you mean "(bf16|fp8)"\?',
        ),
        (lambda: catalogue.serving_share("h1000", "fp8"), r'unknown GPU "h1000"'),
    ],
)
def test_messages(call: Callable[[], object], message: str) -> None:
    with pytest.raises(LookupError, match=message):
        call()
