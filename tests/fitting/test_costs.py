"""Raw cost measurements: training speed, memory, serving; the catalogue against what it was made from."""

from __future__ import annotations

import re
import statistics

import numpy as np
import pytest

from tuneplan.core import compute
from tuneplan.scenario import catalogue
from tuneplan.units import BYTES_PER_GB, FLOP_PER_TFLOP

ONE = np.ones(())
GB_PER_GIB = 2**30 / BYTES_PER_GB

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


def test_expert_utilisation_is_mfu_of_tuned_runs(throughput, measured):
    """The class `expert` holds the middle of the llm-foundry table, whether runs recompute or not."""
    for gpu, card in (("A100-80", "a100-sxm-80gb"), ("H100-SXM", "h100-sxm")):
        prior = catalogue.utilisation("expert", card).distribution
        low, high = prior.interval(0.9)
        for recompute in ("True", "False"):
            rows = [
                mfu_of(row) for row in throughput
                if row["gpu"] == gpu and row["act_ckpt"] == recompute and row["mfu_pct_reported"]
                and "FP8" not in row["run"] and float(row["params_b"]) >= 1.0
            ]  # fmt: skip
            middle = statistics.median(rows)
            inside = np.mean([low <= mfu <= high for mfu in rows])
            print(f"expert {gpu} recompute {recompute}: median MFU {middle:.3f}, prior {prior.median:.2f}, {inside:.0%} of {len(rows)} inside")
            measured(f"MFU of tuned runs, {gpu}, recompute {recompute}", rows=len(rows), median=middle, inside=inside)
            assert low < middle < high
            assert middle / prior.median == pytest.approx(1.0, abs=0.2)


# ---- memory ---------------------------------------------------------------------------------------

SHAPES = {
    "Qwen-1.8B": (24, 2048, 5504, 151936), "Qwen-7B": (32, 4096, 11008, 151936),
    "Qwen-14B": (40, 5120, 13696, 152064), "Qwen-72B": (80, 8192, 24576, 152064),
    "Llama-3.1-8B": (32, 4096, 14336, 128256), "Llama-3.1-70B": (80, 8192, 28672, 128256),
    "phi-1.5 1.3 B": (24, 2048, 8192, 51200), "StableLM Alpha 3 B": (16, 4096, 16384, 50688),
    "Llama 2 7 B": (32, 4096, 11008, 32000), "Llama 2 13 B": (40, 5120, 13824, 32000),
    "Falcon 40 B": (60, 8192, 32768, 65024),
}  # fmt: skip
"""Layers, hidden, intermediate units and vocabulary, as in the published configurations."""
QWEN_RANK = 64
"""Of finetune.py in QwenLM/Qwen (2023-11), on all linear layers; recomputation on."""


def qwen_inputs(row):
    layers, hidden, intermediate, _ = SHAPES[row["model"]]
    trained = layers * QWEN_RANK * (4 * 2 * hidden + 3 * (hidden + intermediate))
    return row["method"], True, trained, float(row["seq_len"]), int(row["n_gpus"]), False


def litgpt_inputs(row):
    trained = int(re.search(r"trainable=([\d,]+)", row["notes"])[1].replace(",", ""))
    longest = int(re.search(r"max (\d+) tokens", row["notes"])[1])
    return row["method"], False, trained, float(longest) * int(row["micro_batch"]), 1, False


def torchtune_inputs(row):
    layers, hidden, intermediate, _ = SHAPES[row["model"]]
    kv_width = 1024
    trained = 8 * layers * (2 * 2 * hidden + 2 * (hidden + kv_width) + 3 * (hidden + intermediate))
    return row["method"], True, trained, 2048.0 * int(row["micro_batch"]), int(row["n_gpus"]), True


def inputs_of(row):
    """(method, recompute, trained parameters, tokens, GPUs, chunked loss); None where one is unknown.

    Left out: LoRA that trains embeddings too (Qwen `lora_emb`), which we do not offer; sharding over several cards not stated (DeepSpeed stage, LitGPT), adapters that are no
    LoRA, pure bf16 optimizers and offloading (torchtune full and ladder), lengths not stated.
    """
    run, method = row["run"], row["method"]
    if row["kind"] == "benchmark_suspect" or row["model"] not in SHAPES or method == "lora_emb":
        return None
    if run.startswith("qwen-profile"):
        known = row["n_gpus"] == "1" or "ZeRO-3" in row["sharding"] or method == "full"
        return qwen_inputs(row) if known else None
    if run.startswith("litgpt") and method in ("lora", "qlora") and row["n_gpus"] == "1":
        return litgpt_inputs(row)
    if run.startswith("torchtune-Llama-3.1") and method != "full":
        return torchtune_inputs(row)
    return None


def predicted_gb(row, inputs):
    method, recompute, trained, tokens, gpus, chunked = inputs
    layers, hidden, _, vocab = SHAPES[row["model"]]
    return compute.training_memory_gb(
        method, recompute=recompute, params=float(row["params_b"]) * 1e9, adapter_params=trained, layers=layers,
        hidden=hidden, vocab=vocab, tokens=tokens, gpus=gpus, chunked_loss=chunked,
    )  # fmt: skip


def measured_gb(row):
    peak = float(row["peak_mem_gb"]) * (GB_PER_GIB if "GiB" in row["mem_scope"] else 1.0)
    return peak / int(row["n_gpus"]) if "total" in row["mem_scope"] else peak


def memory_rows(throughput):
    rows = ((row, inputs_of(row)) for row in throughput if row["peak_mem_gb"])
    return [(row, predicted_gb(row, inputs) / measured_gb(row)) for row, inputs in rows if inputs]


def test_memory_of_every_row_with_known_inputs(throughput, measured):
    rows = memory_rows(throughput)
    errors = sorted((abs(ratio - 1), row["run"], ratio) for row, ratio in rows)
    middle = statistics.median(error for error, _, _ in errors)
    bias = statistics.median(ratio for _, ratio in rows)
    print(f"memory, {len(rows)} rows: median absolute error {middle:.1%}, median ratio {bias:.3f}; worst:")
    for error, run, ratio in errors[-6:]:
        print(f"  {run} {ratio:.2f} ({error:.0%})")
    measured("memory", rows=len(rows), median_error=middle, median_ratio=bias, worst_error=errors[-1][0])
    assert len(rows) >= 70
    assert middle < 0.145
    assert 0.9 < bias < 1.2


def test_memory_spread_is_near_the_declared_one(throughput, measured):
    logs = np.log([ratio for _, ratio in memory_rows(throughput)])
    spread = np.diff(np.quantile(logs, [0.05, 0.95]))[0] / 3.29
    within = np.mean(np.abs(logs) < 1.645 * compute.MEMORY_LOG_SD)
    print(f"memory: log-sd {spread:.3f} (declared {compute.MEMORY_LOG_SD}), inside the 90 % band {within:.0%}")
    measured("memory, spread", log_sd=spread, inside=within)
    assert spread < 1.8 * compute.MEMORY_LOG_SD
    assert within > 0.6


def test_no_run_out_of_memory_is_called_a_fit(throughput):
    checked = 0
    for row in throughput:
        inputs = inputs_of(row) if row["kind"] == "oom" else None
        if inputs is None:
            continue
        checked += 1
        assert not compute.fits(predicted_gb(row, inputs), 40.0), row["run"]
    assert checked >= 6


def test_most_runs_that_ran_are_called_a_fit(throughput, measured):
    """A careful answer is allowed to refuse some: those near the top of their card."""
    verdicts = []
    for row in throughput:
        inputs = inputs_of(row) if row["peak_mem_gb"] else None
        if inputs is not None and row["gpu"] in CARD:
            card = catalogue.gpus()[CARD[row["gpu"]]].memory_gb
            verdicts.append((compute.fits(predicted_gb(row, inputs), card), measured_gb(row) / card, row["run"]))
    refused = [(round(share, 2), run) for fit, share, run in verdicts if not fit]
    print(f"fits: {len(verdicts) - len(refused)} of {len(verdicts)}; refused though they ran: {refused}")
    measured("memory, runs that ran", rows=len(verdicts), called_a_fit=len(verdicts) - len(refused))
    assert np.mean([fit for fit, _, _ in verdicts]) > 0.8
    assert all(share > 0.55 for share, _ in refused)


# ---- serving --------------------------------------------------------------------------------------


def single_streams(raw, precision):
    """(measured, predicted) tokens a second of Qwen2.5 on one A100, one stream."""
    pairs = []
    for row in raw("data/costs/serving.csv"):
        if not row["run"].startswith("qwen2.5") or row["precision"] != precision or row["n_gpus"] != "1":
            continue
        model = catalogue.models()[row["model"].lower()]
        kind = "bf16" if precision == "BF16" else "int4"
        context = float(row["input_len"]) + float(row["output_len"]) / 2
        step = compute.decode_seconds(
            compute.SERVED_BYTES_PER_PARAM[kind] * model.params / BYTES_PER_GB * ONE,
            gb_per_s=catalogue.serving_shares()["a100", kind].decode_bandwidth_share
            * catalogue.gpus()["a100-sxm-80gb"].bandwidth_gb_s * ONE,
            kv_gb=model.kv_bytes_per_token * context / BYTES_PER_GB * ONE,
        )
        pairs.append((row["run"], float(row["out_tokens_per_s"]), 1 / float(step)))
    return pairs


def test_single_stream_decode_in_bf16(raw, measured):
    pairs = single_streams(raw, "BF16")
    errors = {run: predicted / seen - 1 for run, seen, predicted in pairs}
    middle = statistics.median(abs(error) for error in errors.values())
    print(f"one stream bf16, {len(pairs)} rows: median absolute error {middle:.1%}, {min(errors.values()):+.0%} to {max(errors.values()):+.0%}")
    measured("serving, one stream bf16", rows=len(pairs), median_error=middle, least=min(errors.values()), largest=max(errors.values()))
    assert len(pairs) >= 15
    assert middle < 0.10
    assert max(abs(error) for error in errors.values()) < 0.25


def test_single_stream_decode_in_int4_is_looser(raw, measured):
    pairs = single_streams(raw, "GPTQ-Int4")
    errors = [predicted / seen - 1 for _, seen, predicted in pairs]
    middle = statistics.median(abs(error) for error in errors)
    print(f"one stream int4, {len(pairs)} rows: median absolute error {middle:.1%}, {min(errors):+.0%} to {max(errors):+.0%}")
    measured("serving, one stream int4", rows=len(pairs), median_error=middle, least=min(errors), largest=max(errors))
    assert middle < 0.2


def saturated(raw, gpu, precision, keep):
    shares = []
    for row in raw("data/costs/serving.csv"):
        if row["gpu"] != gpu or row["precision"] != precision or row["scenario"] != "offline max throughput":
            continue
        if "Llama-3" not in row["model"] or not keep(float(row["input_len"]), float(row["output_len"])):
            continue
        total = float(row["out_tokens_per_s"]) * (1 + float(row["input_len"]) / float(row["output_len"]))
        peak = catalogue.gpus()["h100-sxm"].peak_tflops(precision) * FLOP_PER_TFLOP * int(row["n_gpus"])
        shares.append(total * 2 * float(row["params_b"]) * 1e9 / peak)
    return shares


def balanced(lengths_in, lengths_out):
    return 0.25 <= lengths_in / lengths_out <= 4 and lengths_in + lengths_out <= 5000


def test_saturated_share_holds_balanced_rows(raw, measured):
    prior = catalogue.serving_share("h100-sxm", "fp8").distribution
    low, high = prior.interval(0.9)
    shares = saturated(raw, "H100-SXM", "fp8", balanced) + saturated(raw, "H200-SXM", "fp8", balanced)
    inside = np.mean([low <= share <= high for share in shares])
    print(f"saturated fp8, balanced, {len(shares)} rows: {min(shares):.3f} to {max(shares):.3f}, median {np.median(shares):.3f}, {inside:.0%} inside {low:.2f} to {high:.2f}")
    measured("serving, saturated fp8", rows=len(shares), median=np.median(shares), inside=inside)
    assert len(shares) >= 12
    assert inside > 0.55
    assert low < np.median(shares) < high


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
