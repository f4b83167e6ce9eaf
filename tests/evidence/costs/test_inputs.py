"""What a case says, in our words: cards, shapes, optimizers, classes."""

from __future__ import annotations

import pytest

from tuneplan.core.memory_law import OPTIMIZERS, SHARDED
from tuneplan.errors import UsageError
from tuneplan.evidence.cases import Case
from tuneplan.evidence.costs import serving, training_time
from tuneplan.evidence.costs.cards import card_of, is_stand_in, nearest_card
from tuneplan.evidence.costs.shapes import base_of
from tuneplan.evidence.costs.told import Told, optimizer_of, sharding_of, strange_cards
from tuneplan.evidence.validation import validate
from tuneplan.scenario import catalogue
from tuneplan.study.design import monte_carlo


def case(kind="training_memory", place="mine.csv:7", **values):
    usual = {"params": 8.03e9, "gpu": "h100-sxm"}
    return Case(kind=kind, case_id="one", group="us", place=place, values={**usual, **values})


# ---- cards ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("a100-sxm-80gb", "a100-sxm-80gb"), ("A100", "a100-sxm-80gb"), ("A100-80", "a100-sxm-80gb"), ("A100-SXM4-80GB", "a100-sxm-80gb"),
        ("NVIDIA A100-SXM4-40GB", "a100-sxm-40gb"), ("A100-40", "a100-sxm-40gb"), ("A100 PCIe 80GB", "a100-pcie-80gb"), ("a100-pcie-40", "a100-pcie-40gb"),
        ("H100", "h100-sxm"), ("h100-sxm5", "h100-sxm"), ("H100-80GB-HBM3", "h100-sxm"), ("H100 PCIe", "h100-pcie"), ("H100 NVL", "h100-nvl"),
        ("H200", "h200-sxm"), ("B200", "b200-sxm"), ("RTX4090", "rtx-4090"), ("GeForce RTX 4090", "rtx-4090"), ("RTX A6000", "rtx-a6000"),
        ("L4", "l4"), ("L40", "l40"), ("L40S", "l40s"), ("A10", "a10"), ("A10G-24GB", "a10g"), ("A40", "a40"), ("T4", "t4"), ("Tesla T4", "t4"),
        ("Tesla V100-SXM2-32GB", "v100-sxm-32gb"), ("AMD Instinct MI300X", "mi300x"), ("RTX 3090 24GB", "rtx-3090"),
    ],
)  # fmt: skip
def test_cards_as_people_write_them(written, name):
    found = card_of(written)
    assert found is not None
    assert found.name == name


def test_every_card_of_the_catalogue_is_itself():
    assert [card_of(name).name for name in catalogue.gpus()] == list(catalogue.gpus())
    assert [card_of(name.upper().replace("-", " ")).name for name in catalogue.gpus()] == list(catalogue.gpus())


@pytest.mark.parametrize(
    ("written", "name"),
    [("TPU v4", "tpu-v4"), ("TPU v5 lite", "tpu-v5e"), ("TPUv5p", "tpu-v5p"), ("H20", "h20"), ("H20-96GB", "h20"), ("H200-SXM", "h200-sxm"), ("GH200", "gh200-96gb"),
     ("GB200", "gb200"), ("MI250X", "mi250x"), ("AMD MI325X", "mi325x"), ("RTX 6000 Ada", "rtx-6000-ada"), ("L20", "l20"), ("A30", "a30"), ("Intel Gaudi 3", "gaudi-3"),
     ("Trainium2", "trainium2"), ("GeForce RTX 3080", "rtx-3080"), ("RTX 2080 Ti", "rtx-2080-ti")],
)  # fmt: skip
def test_cards_outside_the_catalogue(written, name):
    found = card_of(written)
    assert found is not None
    assert (found.name, found.family) == (name, "h100" if name in ("h200-sxm", "gh200-96gb") else "other")


@pytest.mark.parametrize("written", ["Radeon VII", "abacus", "", "<script>", "=1+1", "9" * 10_000])
def test_what_is_no_card(written):
    assert card_of(written) is None
    assert card_of(nearest_card(written, alike=0.0)) is not None


def test_a_sister_stands_in_and_is_noted():
    assert is_stand_in("H800")
    assert not is_stand_in("H100")
    told = Told(case=case(gpu="A800"))
    assert told.card().name == "a100-sxm-80gb"
    assert told.missing == ["gpu"]


def test_unknown_cards_are_told_once_with_place_and_remedy():
    cases = [case(gpu="abacus"), case(gpu="abacus", place="mine.csv:9"), case(gpu="H100")]
    (told,) = strange_cards(cases)
    assert str(told) == 'mine.csv:7:1: gpu: unknown card "abacus"; predicted as a card of which nothing is known, with wide bands'


@pytest.mark.parametrize("kind", ["training_time", "serving", "training_memory"])
def test_a_card_that_nobody_knows_is_predicted_with_wide_bands(kind):
    known, unknown = validate([case(kind=kind, gpu="h100-sxm")], monte_carlo(256)), validate([case(kind=kind, gpu="abacus")], monte_carlo(256))
    (one,), (other,) = known.predictions, unknown.predictions
    assert "gpu" in other.missing
    assert "gpu" not in one.missing
    if kind == "training_memory":
        assert other.fits is None
        assert other.predicted == one.predicted
    else:
        assert other.upper / other.lower > 2.0 * one.upper / one.lower


def test_words_that_nobody_knows_are_noted():
    assert "method" in validate([case(kind="training_time", method="magic")], monte_carlo(64)).predictions[0].missing
    assert "method" not in validate([case(kind="training_time", method="full fine-tuning")], monte_carlo(64)).predictions[0].missing
    strange = validate([case(kind="serving", engine="zz", precision="zz")], monte_carlo(64)).predictions[0]
    usual = validate([case(kind="serving", engine="vLLM", precision="bf16")], monte_carlo(64)).predictions[0]
    assert {"engine", "precision"} <= set(strange.missing)
    assert {"engine", "precision"} & set(usual.missing) == set()
    assert strange.upper / strange.lower > usual.upper / usual.lower


# ---- shapes -----------------------------------------------------------------------------------------


def test_published_shapes_are_known():
    llama = base_of(8.03e9, 32, 4096, 128256)
    assert llama.known
    assert (llama.shape.intermediate, llama.kv_width, llama.shape.gated) == (14336, 1024, True)
    assert base_of(8.03e9) == base_of(8.03e9, 32, 4096, 128256)


def test_a_mixture_is_known_by_its_parameters_alone_where_they_are_one():
    assert base_of(30.5e9).active_params < 4e9
    assert base_of(28e9).active_params == 28e9


def test_an_unknown_shape_is_stretched_to_what_is_told():
    base = base_of(5.0e9, 30, 3584, 90_000)
    assert not base.known
    assert (base.shape.params, base.shape.layers, base.shape.hidden, base.shape.vocab) == (5.0e9, 30, 3584, 90_000)
    assert 1.5 * 3584 <= base.shape.intermediate <= 6 * 3584
    tables_and_layers = base.shape.embeddings + 2 * 30 * 3584 * (base.query_width + base.kv_width) + 3 * 30 * 3584 * base.shape.intermediate
    assert tables_and_layers == pytest.approx(5.0e9, rel=0.2)


@pytest.mark.parametrize("told", [(1e5,), (1e14,), (7e9, 1.0, 1.0, 1.0), (7e9, 1e5, 1e7, 1e8), (1e5, 1e5, 1e7, 1e8)])
def test_strange_shapes_are_shapes(told):
    shape = base_of(*told).shape
    assert all(value > 0.0 for value in (shape.params, shape.layers, shape.hidden, shape.vocab, shape.embeddings, shape.intermediate))
    assert shape.embeddings < shape.params


# ---- words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "method", "sharding", "found"),
    [
        ("", "full", "none", "adamw"), ("", "full", "zero3", "adamw_fp32_gradients"), ("AdamW", "full", "none", "adamw"), ("adamw_torch", "lora", "none", "adamw"),
        ("paged_adamw_8bit", "full", "none", "paged_adamw_8bit"), ("AdamW 8-bit", "full", "none", "adamw_8bit"), ("bf16 AdamW", "full", "none", "adamw_bf16"),
        ("PagedAdamW8bit in backward", "full", "none", "paged_adamw_8bit_in_backward"), ("adamw cpu offload", "full", "zero3", "paged_adamw_8bit"),
        ("adafactor", "full", "none", "adafactor"), ("SGD", "full", "none", "sgd"), ("lion", "full", "none", "adamw"),
    ],
)  # fmt: skip
def test_optimizers_as_people_write_them(written, method, sharding, found):
    assert optimizer_of(Told(case=case(optimizer=written or None)), method, sharding) == found
    assert found in OPTIMIZERS


def test_pure_precision_says_what_the_optimizer_keeps():
    assert optimizer_of(Told(case=case(optimizer="AdamW", precision="bf16-true")), "full", "none") == "adamw_bf16"


@pytest.mark.parametrize(
    ("written", "gpus", "found"),
    [
        ("", 1, "none"), ("ZeRO-3", 1, "none"), ("ZeRO-3", 8, "zero3"), ("DeepSpeed ZeRO 2", 4, "zero2"), ("zero_stage_1", 2, "zero1"), ("FULL_SHARD", 8, "fsdp"),
        ("SHARD_GRAD_OP", 8, "zero2"), ("DDP", 8, "ddp"), ("none", 8, "ddp"), ("", 8, "fsdp"), ("deepspeed", 8, "zero3"),
    ],
)  # fmt: skip
def test_sharding_as_people_write_it(written, gpus, found):
    assert sharding_of(Told(case=case(sharding=written or None)), gpus) == found
    assert found in SHARDED


@pytest.mark.parametrize(("written", "found"), [("full", "full"), ("SFT", "full"), ("LoRA", "lora"), ("Q-LoRA", "qlora"), ("qlora", "qlora"), ("DoRA", "lora")])
def test_methods_as_people_write_them(written, found):
    assert Told(case=case(method=written)).method() == found


@pytest.mark.parametrize(
    ("given", "packed", "found"), [("expert", None, "expert"), ("", False, "naive"), ("", True, "practitioner"), ("", None, "practitioner"), ("wizard", False, "naive")]
)
def test_class_of_a_setup_by_rule(given, packed, found):
    told = Told(case=case(kind="training_time", setup_class=given or None, packed=packed))
    assert training_time.setup_of(told) == found
    assert ("setup_class" in told.missing) == (given != "expert")


@pytest.mark.parametrize(
    ("written", "found"),
    [("", "bf16"), ("FP16", "bf16"), ("bfloat16", "bf16"), ("fp8", "fp8"), ("FP8-E4M3", "fp8"), ("w4a16", "int4"), ("GPTQ-Int4", "int4"), ("AWQ", "int4"),
     ("fp4", "fp4"), ("NVFP4", "fp4"), ("nf4-dq", "nf4"), ("int8", "fp8")],
)  # fmt: skip
def test_precisions_as_people_write_them(written, found):
    assert serving.precision_of(Told(case=case(kind="serving", precision=written or None))) == found


def test_unknown_cards_of_all_kinds_are_named_at_once():
    cases = [case(kind="training_time", gpu="<script>"), case(gpu="=cmd()", place="mine.csv:8"), case(kind="serving", gpu="Radeon", place="mine.csv:9")]
    assert [problem.line for problem in strange_cards(cases)] == [7, 8, 9]
    with pytest.raises(UsageError, match="--draws 8: bands need at least 64 draws"):
        validate(cases, monte_carlo(8))
