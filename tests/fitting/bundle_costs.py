"""Write the bundled cases of training time, training memory and serving, from the raw tables.

``python tests/fitting/bundle_costs.py`` writes them; a test compares. Rules, none of which looks at
a result: rows marked ``benchmark_suspect`` are left out, and rows whose inputs nobody states. Of the
216 rows of MosaicML, in each section (card, and precision where it is fp8) and for each size from 1B
up: 2 048 tokens on the fewest cards, and the longest sequence. The class of a setup follows from what
it is: unpacked short examples are ``naive``; packed steady state of a framework that compiles or was
tuned is ``expert``; all else, whole runs with their interruptions too, is ``practitioner``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT.parent / "shared" / "data" / "costs"
BUNDLED = ROOT / "src" / "tuneplan" / "evidence" / "bundled"
GB_PER_GIB = 2**30 / 1e9
Row = dict[str, str]

TRAINING = ("case_id", "source", "params", "gpu", "n_gpus", "method", "precision", "seq_len", "micro_batch", "recompute", "packed", "setup_class")
COLUMNS = {
    "training_time": (*TRAINING, "tokens", "tokens_per_s_per_gpu", "gpu_hours", "url", "as_of"),
    "training_memory": (*TRAINING, "sharding", "optimizer", "lora_rank", "chunked_loss", "vocab", "layers", "hidden", "peak_mem_gb", "oom", "url", "as_of"),
    "serving": ("case_id", "source", "engine", "params", "precision", "gpu", "n_gpus", "mode", "concurrency", "input_len", "output_len", "out_tokens_per_s", "url", "as_of"),
}
CARDS = {"A100-80": "a100-sxm-80gb", "A100-40": "a100-sxm-40gb", "A100": "a100-sxm-80gb", "H100-SXM": "h100-sxm", "H200-SXM": "h200-sxm",
         "B200-SXM": "b200-sxm", "RTX4090": "rtx-4090", "RTX 4090": "rtx-4090"}  # fmt: skip
SHAPES = {
    "Qwen-1.8B": (151936, 24, 2048), "Qwen-7B": (151936, 32, 4096), "Qwen-14B": (152064, 40, 5120), "Qwen-72B": (152064, 80, 8192),
    "Llama-3.1-8B": (128256, 32, 4096), "Llama-3.1-70B": (128256, 80, 8192), "Llama-3.1-405B": (128256, 126, 16384),
    "Llama-3.2-3B": (128256, 28, 3072), "phi-1.5 1.3 B": (51200, 24, 2048), "StableLM Alpha 3 B": (50688, 16, 4096),
    "Llama 2 7 B": (32000, 32, 4096), "Llama 2 13 B": (32000, 40, 5120), "Falcon 40 B": (65024, 60, 8192),
}  # fmt: skip
"""Vocabulary, layers, hidden units, as published."""
SOURCES = {
    "MosaicML": "MosaicML llm-foundry", "QwenLM": "Qwen README", "torchtune": "torchtune README", "LitGPT": "LitGPT tables", "Meta": "Meta model cards",
    "TensorRT-LLM": "TensorRT-LLM", "LMDeploy": "LMDeploy", "Qwen2.5": "Qwen2.5 speed benchmark", "metaseq": "metaseq OPT", "allenai": "open-instruct",
}  # fmt: skip
"""Start of a source's name in the raw tables -> its name here."""
TORCHTUNE_RANK, QWEN_RANK = 8, 64
"""On all linear layers: torchtune's recipes, and finetune.py of QwenLM/Qwen (2023-11)."""
LITGPT_RANK = 8
"""On queries and values."""

WHOLE_RUNS = """
llama-7b,LLaMA,6.74e9,a100-sxm-80gb,2048,full,yes,,practitioner,1e12,82432,https://arxiv.org/abs/2302.13971,2023-02 (recalled)
llama-13b,LLaMA,13.02e9,a100-sxm-80gb,2048,full,yes,,practitioner,1e12,135168,https://arxiv.org/abs/2302.13971,2023-02
llama-65b,LLaMA,65.2e9,a100-sxm-80gb,2048,full,yes,2048,practitioner,1.4e12,1022362,https://arxiv.org/abs/2302.13971,2023-02 (recalled)
mpt-7b,MPT-7B,6.65e9,a100-sxm-40gb,2048,full,yes,440,practitioner,1e12,100320,https://www.mosaicml.com/blog/mpt-7b,2023-05
bloom-176b,BLOOM,176.2e9,a100-sxm-80gb,2048,full,yes,384,practitioner,366e9,1082990,https://arxiv.org/abs/2211.02001,2022-11
alpaca-7b,Stanford Alpaca,6.738e9,a100-sxm-80gb,512,full,no,8,naive,79875072,24,https://crfm.stanford.edu/2023/03/13/alpaca.html,2023-03
dolly-6b,Dolly 1.0,6.05e9,a100-sxm-40gb,512,full,no,8,naive,26624000,4,https://github.com/databrickslabs/dolly,2023-03 (length assumed)
vicuna-13b,Vicuna,13.016e9,a100-sxm-80gb,2048,full,no,8,naive,430080000,192,https://lmsys.org/blog/2023-03-30-vicuna,2023-03 (length and epochs recalled)
baize-7b,Baize,6.738e9,a100-sxm-80gb,512,lora,no,1,naive,82659328,9,https://arxiv.org/abs/2304.01196,2023-04 (hours recalled)
baize-13b,Baize,13.016e9,a100-sxm-80gb,512,lora,no,1,naive,82659328,16,https://arxiv.org/abs/2304.01196,2023-04 (hours recalled)
baize-30b,Baize,32.53e9,a100-sxm-80gb,512,lora,no,1,naive,82659328,36,https://arxiv.org/abs/2304.01196,2023-04 (hours recalled)
zephyr-7b-sft,Zephyr,7.242e9,h100-sxm,2048,full,yes,8,practitioner,285736960,12.462,https://huggingface.co/alignment-handbook/zephyr-7b-sft-full,2024-01 (card and length recalled)
mpt-30b-chat,MPT chat,29.99e9,h100-sxm,8192,full,yes,64,practitioner,1.542e9,486.4,https://huggingface.co/mosaicml/mpt-30b-chat,2023-06 (one pass assumed)
mpt-7b-8k-chat,MPT chat,6.65e9,h100-sxm,8192,full,yes,192,practitioner,1.542e9,153.6,https://huggingface.co/mosaicml/mpt-7b-8k-chat,2023-07 (one pass assumed)
"""
"""Runs published whole: id, source, parameters, card, length, method, packed, cards, class, tokens, GPU-hours, url, as of."""


def raw(name: str) -> list[Row]:
    """Rows of a raw table."""
    with (RAW / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def source_of(row: Row) -> str:
    """Our name of who measured it."""
    return next((name for start, name in SOURCES.items() if row["source"].startswith(start)), "")


def cited(row: Row) -> Row:
    return {"source": source_of(row), "url": row["url"], "as_of": row["as_of"].split(" ")[0]}


def number(value: float) -> str:
    return f"{value:.6g}".replace("e+0", "e").replace("e+", "e")


# --- training time -------------------------------------------------------------------------------


def training(row: Row, case_id: str) -> Row:
    """Columns of both kinds of training."""
    method = "full" if row["method"] == "pretrain" else row["method"]
    return {
        **cited(row), "case_id": case_id, "params": number(float(row["params_b"]) * 1e9), "gpu": CARDS[row["gpu"]], "n_gpus": row["n_gpus"],
        "method": method, "seq_len": row["seq_len"], "micro_batch": row["micro_batch"],
    }  # fmt: skip


def mosaic(rows: Iterable[Row]) -> Iterator[Row]:
    """Two rows a section and size; see the head of this file."""
    sections: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        size = row["model"].split("-")[-1]
        if row["source"].startswith("MosaicML") and size.endswith("b"):
            sections.setdefault((row["run"].split("-")[1] + row["gpu"], size), []).append(row)
    for some in sections.values():
        usual = [row for row in some if row["seq_len"] == "2048"]
        chosen = [min(usual, key=lambda row: int(row["n_gpus"]))] if usual else []
        longest = max(some, key=lambda row: (int(row["seq_len"]), -int(row["n_gpus"])))
        for row in {id(row): row for row in (*chosen, longest)}.values():
            fp8 = "FP8" in row["run"]
            case_id = f"mosaic-{CARDS[row['gpu']]}{'-fp8' if fp8 else ''}-{row['model'].lower()}-{row['seq_len']}-{row['n_gpus']}"
            yield {**training(row, case_id), "precision": "fp8" if fp8 else "bf16", "recompute": "yes" if row["act_ckpt"] == "True" else "no",
                   "packed": "yes", "setup_class": "expert", "tokens_per_s_per_gpu": row["tokens_per_s_per_gpu"]}  # fmt: skip


def qwen_time(row: Row) -> Row | None:
    if not row["run"].startswith("qwen-profile") or row["method"] == "lora_emb":
        return None
    return {**training(row, row["run"]), "precision": "bf16", "recompute": "yes", "packed": "yes", "setup_class": "practitioner",
            "tokens_per_s_per_gpu": row["tokens_per_s_per_gpu"]}  # fmt: skip


def torchtune_time(row: Row) -> Row | None:
    if not row["run"].startswith("torchtune") or not row["tokens_per_s_per_gpu"] or row["kind"] != "benchmark":
        return None
    step = int(row["run"].rsplit("-", 1)[1]) if "ladder" in row["run"] else 9
    packed, setup = ("no", "naive") if step == 0 else ("yes", "practitioner" if step == 1 else "expert")
    return {**training(row, row["run"].lower()), "precision": "bf16", "recompute": "yes" if step >= 4 else "no", "packed": packed,
            "setup_class": setup, "tokens_per_s_per_gpu": row["tokens_per_s_per_gpu"]}  # fmt: skip


def pretrained(row: Row) -> Row | None:
    """Whole runs of the raw table that state cards, tokens and hours."""
    stated = row["kind"] == "real_run" and row["tokens"] and row["gpu_hours"] and row["flops_per_param_token"]
    if not stated or row["gpu"] not in CARDS or not source_of(row):
        return None
    length = row["seq_len"] or ("4096" if "Llama-2" in row["model"] else "8192" if "Llama-3" in row["model"] else "2048")
    recompute = "yes" if row["flops_per_param_token"] == "8" and row["source"].startswith("metaseq") else ""
    return {**training(row, row["run"]), "precision": "bf16", "seq_len": length, "recompute": recompute, "packed": "yes", "setup_class": "practitioner",
            "tokens": row["tokens"], "gpu_hours": row["gpu_hours"]}  # fmt: skip


def whole_runs() -> Iterator[Row]:
    names = ("case_id", "source", "params", "gpu", "seq_len", "method", "packed", "n_gpus", "setup_class", "tokens", "gpu_hours", "url", "as_of")
    for row in csv.DictReader(WHOLE_RUNS.strip().splitlines(), fieldnames=names):
        yield {**row, "precision": "bf16", "tokens": number(float(row["tokens"])), "params": number(float(row["params"]))}


def training_time() -> list[Row]:
    rows = raw("throughput.csv")
    some = [row for make in (qwen_time, torchtune_time, pretrained) for each in rows if (row := make(each)) is not None]
    return [*mosaic(rows), *some, *whole_runs()]


# --- training memory -----------------------------------------------------------------------------


def measured(row: Row) -> Row:
    if row["kind"] == "oom":
        return {"oom": "yes"}
    peak = float(row["peak_mem_gb"]) * (GB_PER_GIB if "GiB" in row["mem_scope"] else 1.0)
    return {"peak_mem_gb": f"{peak / int(row['n_gpus']) if 'total' in row['mem_scope'] else peak:.4g}"}


def qwen_memory(row: Row) -> Row | None:
    if not row["run"].startswith("qwen-profile") or row["method"] == "lora_emb":
        return None
    alone = row["n_gpus"] == "1"
    whole = row["method"] == "full" or "ZeRO-3" in row["sharding"]
    return {"packed": "yes", "recompute": "yes", "chunked_loss": "no", "precision": "bf16", "setup_class": "practitioner",
            "sharding": "none" if alone else "zero3" if whole else "zero2", "lora_rank": "" if row["method"] == "full" else str(QWEN_RANK),
            "optimizer": "adamw_fp32_gradients" if row["method"] == "full" else "adamw"}  # fmt: skip


def litgpt_memory(row: Row) -> Row | None:
    if not row["run"].startswith("litgpt") or row["method"] not in ("lora", "qlora") or row["n_gpus"] != "1":
        return None
    longest = re.search(r"max (\d+) tokens", row["notes"])
    assert longest is not None
    trained = re.search(r"trainable=([\d,]+)", row["notes"])
    assert trained is not None
    return {"packed": "no", "recompute": "no", "chunked_loss": "yes", "precision": "bf16", "setup_class": "naive", "seq_len": longest[1],
            "sharding": "none", "lora_rank": str(LITGPT_RANK), "optimizer": "adamw_bf16"}  # fmt: skip


def torchtune_memory(row: Row) -> Row | None:
    if not row["run"].startswith("torchtune") or row["kind"] != "benchmark" or row["model"] not in SHAPES:
        return None
    plain = {"packed": "yes", "precision": "bf16", "setup_class": "expert", "sharding": "none" if row["n_gpus"] == "1" else "fsdp",
             "lora_rank": "" if row["method"] == "full" else str(TORCHTUNE_RANK)}  # fmt: skip
    if "ladder" not in row["run"]:
        if row["method"] == "full" and row["n_gpus"] != "1":
            return None  # states in the host's memory
        optimizer = "paged_adamw_8bit_in_backward" if row["method"] == "full" else "adamw_bf16"
        return {**plain, "recompute": "yes", "chunked_loss": "yes", "optimizer": optimizer}
    step = int(row["run"].rsplit("-", 1)[1])
    if step == 0:
        return None  # length of the examples not stated
    optimizer = "adamw_bf16" if step < 5 or step > 7 else "adamw_bf16_in_backward" if step < 7 else "adamw_8bit_in_backward"
    return {**plain, "recompute": "yes" if step >= 4 else "no", "chunked_loss": "yes" if step >= 3 else "no", "optimizer": optimizer}


def training_memory() -> list[Row]:
    makers: tuple[Callable[[Row], Row | None], ...] = (qwen_memory, litgpt_memory, torchtune_memory)
    found = []
    for row in raw("throughput.csv"):
        if row["model"] not in SHAPES or not (row["peak_mem_gb"] or row["kind"] == "oom"):
            continue
        vocab, layers, hidden = SHAPES[row["model"]]
        for make in makers:
            if (made := make(row)) is not None:
                shape = {"vocab": str(vocab), "layers": str(layers), "hidden": str(hidden)}
                found.append({**training(row, row["run"].lower()), **shape, **made, **measured(row)})
    return found


# --- serving -------------------------------------------------------------------------------------

PRECISIONS = {"fp16": "bf16", "BF16": "bf16", "GPTQ-Int4": "int4", "w4a16": "int4", "nf4": "nf4", "nf4-dq": "nf4"}


def serving() -> list[Row]:
    found = []
    for row in raw("serving.csv"):
        engine, source = row["engine"], source_of(row)
        if not row["out_tokens_per_s"] or row["gpu"] not in CARDS or not source:
            continue
        mode = "single_stream" if row["batch_or_concurrency"] == "1" else "saturated" if row["batch_or_concurrency"] == "saturated" else "online"
        concurrency = "" if mode == "saturated" else row["batch_or_concurrency"]
        found.append({
            **cited(row), "case_id": f"{row['run']}-x{row['n_gpus']}".lower() if row["run"].startswith("qwen") else row["run"].lower(), "engine": engine,
            "params": number(float(row["params_b"]) * 1e9), "precision": PRECISIONS.get(row["precision"], row["precision"]), "gpu": CARDS[row["gpu"]],
            "n_gpus": row["n_gpus"], "mode": mode, "concurrency": concurrency, "input_len": row["input_len"], "output_len": row["output_len"],
            "out_tokens_per_s": number(float(row["out_tokens_per_s"])),
        })  # fmt: skip
    return found


MAKERS: Mapping[str, Callable[[], list[Row]]] = {"training_time": training_time, "training_memory": training_memory, "serving": serving}


REMARKS = {
    "training_time": """# Published speeds of training; written by tests/fitting/bundle_costs.py from facts that the sources cited publish (MosaicML, LitGPT, open-instruct: Apache-2.0; torchtune: BSD-3).
# Of MosaicML's 216 rows, for each card (fp8 apart) and size from 1B: 2 048 tokens on the fewest cards, and the longest sequence. Rows that look wrong are left out.
# setup_class by rule: unpacked short examples are naive, packed steady state of a tuned or compiled framework is expert, all else practitioner.
""",
    "training_memory": """# Published peak memory of one GPU, in GB of 1e9 bytes; written by tests/fitting/bundle_costs.py from facts that the sources cited publish (Qwen README, LitGPT: Apache-2.0; torchtune: BSD-3).
# Totals over GPUs are divided by them. Left out: LoRA that trains embeddings too, adapters that are no LoRA, offloaded states, sharding or lengths that nobody states.
# Of Qwen: rank 64 and recomputation are finetune.py's, ZeRO-2 for LoRA on several cards and ZeRO-3 for all weights its scripts'. Of LitGPT: the loss in chunks is finetune/lora.py's.
""",
    "serving": """# Published speeds of serving, tokens written a second by the replica; written by tests/fitting/bundle_costs.py from facts that the sources cited publish (TensorRT-LLM, LMDeploy, LitGPT: Apache-2.0).
""",
}
"""First lines of each table."""


def table(kind: str) -> str:
    """A table as text."""
    lines = io.StringIO()
    lines.write(REMARKS[kind])
    writer = csv.DictWriter(lines, fieldnames=("kind", *COLUMNS[kind]), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({"kind": kind, **row} for row in MAKERS[kind]())
    return lines.getvalue()


if __name__ == "__main__":
    BUNDLED.mkdir(exist_ok=True)
    for kind in MAKERS:
        (BUNDLED / f"{kind}.csv").write_text(table(kind), encoding="utf-8")
        print(kind, table(kind).count("\n") - 1, "cases")
