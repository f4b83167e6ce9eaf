"""Raw cost measurements: training speed, memory, serving; the catalogue against what it was made from."""

from __future__ import annotations

import importlib.util
import re
import statistics
import sys
from pathlib import Path

import numpy as np
import pytest

from tuneplan.core import compute, decoding, memory_law
from tuneplan.evidence.cases import read_cases
from tuneplan.evidence.costs import left_out, training_time
from tuneplan.evidence.validation import validate
from tuneplan.scenario import catalogue
from tuneplan.study.design import monte_carlo
from tuneplan.units import FLOP_PER_TFLOP

ONE = np.ones(())


def beside(name):
    """A script of this folder as a module."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


bundle_costs, fit_costs = beside("bundle_costs"), beside("fit_costs")

# ---- training speed -------------------------------------------------------------------------------

MPT_SHAPES = {
    "125m": (12, 768), "350m": (24, 1024), "760m": (24, 1536), "1b": (24, 2048), "3b": (32, 2560),
    "7b": (32, 4096), "13b": (40, 5120), "30b": (48, 7168), "70b": (80, 8192),
}  # fmt: skip
"""Layers and hidden units: llm-foundry, scripts/train/yamls/pretrain (2024-04)."""
CARD = {"A100-80": "a100-sxm-80gb", "A100-40": "a100-sxm-40gb", "H100-SXM": "h100-sxm", "RTX4090": "rtx-4090"}


def mfu_of(row):
    """MFU by the model's FLOP, of the peak at the precision of the run. [1]"""
    layers, hidden = MPT_SHAPES[row["model"].split("-")[1]]
    flop = compute.training_flop_per_token(
        "full", recompute=False, params=float(row["params_b"]) * 1e9 * ONE, layers=layers * ONE,
        hidden=hidden * ONE, context=float(row["seq_len"]) * ONE,
    )  # fmt: skip
    peak = catalogue.gpus()[CARD[row["gpu"]]].peak_tflops("fp8" if "FP8" in row["run"] else "bf16")
    return float(flop) * float(row["tokens_per_s_per_gpu"]) / (peak * FLOP_PER_TFLOP)


@pytest.fixture
def throughput(raw):
    return raw("data/costs/throughput.csv")


def test_mfu_of_every_row_that_reports_one(throughput, measured):
    rows = [row for row in throughput if row["mfu_pct_reported"] and row["kind"] in ("benchmark", "real_run")]
    ratios = [100 * mfu_of(row) / float(row["mfu_pct_reported"]) for row in rows]
    in_bf16 = [row for row in rows if "FP8" not in row["run"]]
    print(f"MFU, {len(rows)} rows ({len(in_bf16)} bf16): {min(ratios):.4f} to {max(ratios):.4f}, median {statistics.median(ratios):.5f}")
    measured("MFU over reported", rows=len(rows), least=min(ratios), median=statistics.median(ratios), largest=max(ratios))
    assert len(in_bf16) == 209
    assert min(ratios) > 0.99
    assert max(ratios) < 1.01
    assert statistics.median(ratios) == pytest.approx(1.0, abs=1e-3)


def test_hfu_with_recomputation_is_the_recompute_flop(throughput):
    """Reported HFU / MFU of runs that recompute is 8 N + 16 L d s over 6 N + 12 L d s: exactly 4/3."""
    rows = [row for row in throughput if row["hfu_pct_reported"] and row["act_ckpt"] == "True" and row["mfu_pct_reported"]]
    ratios = [float(row["hfu_pct_reported"]) / float(row["mfu_pct_reported"]) for row in rows]
    assert len(rows) > 50
    assert max(abs(ratio - 4 / 3) for ratio in ratios) < 0.005
    assert compute.FLOP_PER_PARAM["full", True] / compute.FLOP_PER_PARAM["full", False] == pytest.approx(4 / 3)
    assert compute.ATTENTION_FLOP[True] / compute.ATTENTION_FLOP[False] == pytest.approx(4 / 3)


MPT_TUNED = ("A100-80", "A100-40", "H100-SXM")


def reached(row):
    """MFU of a tuned run as the law has it."""
    layers, hidden = MPT_SHAPES[row["model"].split("-")[1]]
    length = float(row["seq_len"])
    card = catalogue.gpus()[CARD[row["gpu"]]]
    flop = compute.training_flop_per_token(
        "full", recompute=False, params=float(row["params_b"]) * 1e9, layers=layers, hidden=hidden, context=length
    )
    law = compute.STEP_LAW
    return float(compute.reached_share(
        catalogue.utilisations()["expert", card.family].median, tokens=length * float(row["micro_batch"]),
        idle=compute.idle_tokens("full", sharded=True), flop_per_token=flop, peak_tflops=card.bf16_tflops, launch_s=law.tuned_launch_s,
        slowed=compute.slowed_by("full", recompute=row["act_ckpt"] == "True", attention_share=compute.attention_share(
            float(row["params_b"]) * 1e9, flop_per_token=flop, method="full")),
    ))  # fmt: skip


@pytest.mark.parametrize("gpu", MPT_TUNED)
def test_expert_utilisation_is_mfu_of_tuned_runs(throughput, measured, gpu):
    """All rows of the table from 1B up in bf16, of which the bundled cases are a few by rule."""
    rows = [
        row for row in throughput
        if row["gpu"] == gpu and row["mfu_pct_reported"] and "FP8" not in row["run"] and row["model"].startswith("MPT") and float(row["params_b"]) >= 1.0
    ]  # fmt: skip
    ratios = [reached(row) / mfu_of(row) for row in rows]
    middle, log_sd = statistics.median(ratios), float(np.std(np.log(ratios)))
    declared = catalogue.utilisations()["expert", catalogue.gpus()[CARD[gpu]].family].log_sd
    print(f"expert {gpu}: {len(rows)} rows, predicted over measured {middle:.3f}, log-sd {log_sd:.3f} (declared {declared})")
    measured(f"MFU of tuned runs, {gpu}", rows=len(rows), median_ratio=middle, log_sd=log_sd)
    assert middle == pytest.approx(1.0, abs=0.15)
    assert log_sd < 1.2 * declared


# ---- bundled cases and fitted numbers ---------------------------------------------------------------


@pytest.mark.parametrize("kind", bundle_costs.MAKERS)
def test_bundled_cases_are_the_raw_rows_by_rule(kind, raw):
    raw("data/costs/throughput.csv"), raw("data/costs/serving.csv")  # noted among the inputs
    assert (bundle_costs.BUNDLED / f"{kind}.csv").read_text(encoding="utf-8") == bundle_costs.table(kind)


TOLERANCE = 0.2
"""How far a number in the code may lie from its fit: rounding, and a change of the optimizer's version."""


def in_code(kind):
    """The fitted numbers as they stand in the code and the catalogue."""
    if kind == "training_memory":
        return {name: getattr(memory_law.MEMORY_LAW, name) for name in fit_costs.MEMORY_START}
    if kind == "training_time":
        setups, law = training_time.shipped_setups(), compute.STEP_LAW
        share = {setup: setups[setup, "a100"][0] for setup in ("expert", "practitioner", "naive")}
        return {
            "expert/a100": share["expert"], "hopper": setups["expert", "h100"][0] / share["expert"], "practitioner": share["practitioner"] / share["expert"],
            "naive": share["naive"] / share["practitioner"], "recomputed/full": law.recomputed["full"], "recomputed/lora": law.recomputed["lora"],
            "launch_s": law.launch_s, "tuned_launch_s": law.tuned_launch_s, "shard_tokens": law.shard_tokens, "nf4_tokens": law.nf4_tokens, "attention": law.attention, "fp8": law.fp8,
        }  # fmt: skip
    shares, law = catalogue.serving_shares(), decoding.DECODING_LAW
    return {
        "share": catalogue.serving_share("h100-sxm", "fp8").distribution.median, "bandwidth/bf16": shares["a100", "bf16"].decode_bandwidth_share,
        "bandwidth/int4": shares["a100", "int4"].decode_bandwidth_share, **{name: getattr(law, name) for name in fit_costs.SERVING_START if hasattr(law, name)},
    }  # fmt: skip


@pytest.fixture(scope="module")
def without_each():
    return {kind: fit_costs.without_each(kind) for kind in fit_costs.FITS}


@pytest.mark.parametrize("kind", fit_costs.FITS)
def test_numbers_in_the_code_are_those_fitted(kind, measured):
    fitted = fit_costs.fitted(kind, fit_costs.scored(kind))
    measured(f"{kind}, fitted", **fitted)
    astray = {name: (value, fitted[name]) for name, value in in_code(kind).items() if abs(value / fitted[name] - 1) > TOLERANCE}
    assert astray == {}


@pytest.mark.parametrize("kind", fit_costs.FITS)
def test_numbers_without_each_source_are_those_on_file(kind, without_each):
    every = fit_costs.fitted(kind, fit_costs.scored(kind))
    for source, (numbers, _) in without_each[kind].items():
        kept = left_out.numbers_without(kind, source)
        assert kept == pytest.approx(fit_costs.as_shipped(kind, numbers, every), rel=0.02), source


BARS = {"training_memory": 0.08, "training_time": 0.20, "serving": 0.20}
"""Most that the median absolute error may be on sources left out."""


@pytest.mark.parametrize("kind", fit_costs.FITS)
def test_a_source_left_out_is_foreseen(kind, without_each, measured):
    errors = np.concatenate([each for _, each in without_each[kind].values()])
    middle, bias = float(np.median(np.abs(np.expm1(errors)))), float(np.median(errors))
    print(f"{kind}: {len(errors)} cases of {len(without_each[kind])} sources left out: median error {middle:.1%}, bias {bias:+.3f}")
    measured(f"{kind}, source left out", cases=len(errors), median_error=middle, bias=bias, log_sd=float(errors.std()))
    assert middle < BARS[kind]


OUTSIDE = {"outside_memory.csv": 0.25, "outside_training_time.csv": 0.20, "outside_serving.csv": 0.15}
"""Tables on which no number was fitted -> most that the median error may be; see the heads of the files."""


@pytest.mark.parametrize("name", OUTSIDE)
def test_tables_on_which_nothing_was_fitted(name, measured):
    cases, _ = read_cases([Path(__file__).with_name(name)])
    (summary,) = validate(cases, monte_carlo(1024)).summaries
    print(f"{name}: {summary.cases} cases, median error {summary.median_error:.1%}, 80 % bands hold {summary.coverage.rows:.0%}")
    measured(name, cases=summary.cases, median_error=summary.median_error, bias=summary.bias, coverage=summary.coverage.rows)
    assert summary.median_error < OUTSIDE[name]
    assert summary.coverage.rows > 0.65


# ---- the size of an effect, by left-out sources ------------------------------------------------------

EARNED = {"launch_s": 1e-6, "shard_tokens": 1e-3, "nf4_tokens": 1e-3, "attention": 1.0}
"""Parts of the law of steps, and a value that takes them away."""


def test_what_short_micro_batches_cost_is_earned(without_each, measured, monkeypatch):
    """Without each part of the law, left-out sources are foreseen less well."""
    start = dict(fit_costs.TIME_START)
    whole = rms(without_each["training_time"])
    for name, nothing in EARNED.items():
        monkeypatch.setitem(fit_costs.TIME_START, name, (nothing, 1e-3))
        without = rms(fit_costs.without_each("training_time"))
        monkeypatch.setitem(fit_costs.TIME_START, name, start[name])
        print(f"without {name}: root mean square of log errors on left-out sources {without:.3f}, with it {whole:.3f}")
        measured(f"training time without {name}", rms=without, rms_with=whole)
        assert without > whole


def rms(found):
    """Root mean square of the log errors on left-out sources, over rows."""
    return float(np.sqrt(np.mean(np.concatenate([each for _, each in found.values()]) ** 2)))


# ---- the catalogue --------------------------------------------------------------------------------

RAW_GPUS = {
    "t4": "T4", "v100-sxm-16gb": "V100-SXM2-16GB", "v100-sxm-32gb": "V100-SXM2-32GB", "l4": "L4", "l40": "L40",
    "l40s": "L40S", "a10": "A10", "a10g": "A10G", "a40": "A40", "rtx-a6000": "RTX A6000", "rtx-3090": "RTX 3090",
    "rtx-4090": "RTX 4090", "rtx-5090": "RTX 5090", "rtx-pro-6000": "RTX PRO 6000 Blackwell",
    "a100-sxm-40gb": "A100-SXM4-40GB", "a100-sxm-80gb": "A100-SXM4-80GB", "a100-pcie-40gb": "A100-PCIe-40GB",
    "a100-pcie-80gb": "A100-PCIe-80GB", "h100-sxm": "H100-SXM5", "h100-pcie": "H100-PCIe", "h100-nvl": "H100-NVL",
    "h200-sxm": "H200-SXM", "b200-sxm": "B200-SXM", "b300-sxm": "B300-SXM", "mi300x": "MI300X",
}  # fmt: skip


def test_cards_agree_with_the_raw_table(raw):
    """A card added to the catalogue since then may come from elsewhere."""
    rows = {row["gpu"]: row for row in raw("data/costs/gpus.csv")}
    assert set(RAW_GPUS) <= set(catalogue.gpus())
    for name, raw_name in RAW_GPUS.items():
        card, row = catalogue.gpus()[name], rows[raw_name]
        assert card.memory_gb == float(row["memory_gb"]), name
        assert card.bandwidth_gb_s == float(row["mem_bw_gb_s"]), name
        assert card.bf16_tflops == float(row["bf16_dense_tflops"] or row["fp16_dense_tflops"]), name
        if card.fp8_tflops is not None and row["fp8_dense_tflops"]:
            assert card.fp8_tflops == float(row["fp8_dense_tflops"]), name


def test_rents_agree_with_the_raw_table(raw):
    """Every rent of a provider stands in the raw table, to half a cent, of the cards that it knows."""
    known: dict[str, list[float]] = {}
    for row in raw("data/costs/gpu_prices.csv"):
        if row["usd_per_gpu_hour"]:
            known.setdefault(row["gpu"], []).append(float(row["usd_per_gpu_hour"]))
    astray = []
    for (gpu, provider, kind), price in catalogue.gpu_prices().items():
        if gpu not in RAW_GPUS:
            continue
        if provider == "market":
            assert price.low is not None
            assert price.low <= price.usd_per_hour <= price.high
        elif not any(abs(price.usd_per_hour - rent) < 0.005 for rent in known.get(RAW_GPUS[gpu], [])):
            astray.append((gpu, provider, kind, price.usd_per_hour))
    print(f"rents: {len(catalogue.gpu_prices())}, not found as they stand: {astray}")
    assert [row for row in astray if row[:2] != ("h100-sxm", "coreweave")] == []


def raw_shape_name(row):
    return re.sub(r"-hf$", "", row["model"]).lower().replace("tiny-llama", "tinyllama")


def test_shapes_agree_with_the_raw_table(raw):
    rows = {raw_shape_name(row): row for row in raw("data/costs/models.csv")}
    compared = 0
    for name, model in catalogue.models().items():
        row = rows.get(name)
        if row is None:
            continue
        compared += 1
        params = float(row["total_params_b_computed"] or row["total_params_b_published"]) * 1e9
        assert model.params == pytest.approx(params, rel=1e-6), name
        active = float(row["active_params_b"]) * 1e9 if row["active_params_b"] else params
        assert model.active_params == pytest.approx(active, rel=1e-6), name
        for ours, theirs in (("layers", "n_layers"), ("hidden", "hidden"), ("heads", "n_heads"),
                             ("kv_heads", "n_kv_heads"), ("head_dim", "head_dim"), ("vocab", "padded_vocab"),
                             ("kv_bytes_per_token", "kv_bytes_per_token_bf16")):  # fmt: skip
            if row[theirs]:
                assert getattr(model, ours) == float(row[theirs]), (name, ours)
    assert compared >= 40


def test_prices_of_api_models_agree_with_the_raw_table(raw):
    rows: dict[str, set[tuple[float, float]]] = {}
    for row in raw("data/costs/api_prices.csv"):
        if row["input_usd_per_mtok"] and row["output_usd_per_mtok"]:
            pair = (round(float(row["input_usd_per_mtok"]), 4), round(float(row["output_usd_per_mtok"]), 4))
            rows.setdefault(row["model"].rsplit("/", 1)[-1], set()).add(pair)
    found, astray = 0, []
    for name, price in catalogue.api_prices().items():
        if name not in rows:
            continue
        found += 1
        if (price.input_usd_per_mtok, price.output_usd_per_mtok) not in rows[name]:
            astray.append((name, price.input_usd_per_mtok, price.output_usd_per_mtok, sorted(rows[name])))
    print(f"API prices: {found} of {len(catalogue.api_prices())} names found")
    assert astray == []
    assert found >= 30


def test_labels_quote_the_annotation_table(raw):
    rows = {row["dataset_or_rate"]: row for row in raw("data/costs/annotation.csv")}
    labels = catalogue.label_prices()
    assert labels["crowd-qa"].low == pytest.approx(float(rows["SQuAD 1.1"]["usd_per_unit_typ"]), abs=0.03)
    assert labels["llm-label"].typical == float(rows["ChatGPT text annotation (Gilardi et al.)"]["usd_per_unit_typ"])
    assert labels["crowd-label"].typical == float(rows["MTurk crowd text annotation (Gilardi et al.)"]["usd_per_unit_typ"])
