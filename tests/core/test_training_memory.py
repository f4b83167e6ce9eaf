"""Peak memory of training: what must hold for any law."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuneplan.core import memory
from tuneplan.core.memory import (
    MEMORY_LAW,
    OPTIMIZERS,
    SHARDED,
    MemoryLaw,
    Shape,
    fits,
    shape_of,
    training_memory,
)

LLAMA = shape_of(8.03e9, layers=32, hidden=4096, intermediate=14336, query_width=4096, kv_width=1024, vocab=128256)
NOTHING = MemoryLaw(
    overhead_gb=0.0, peer_gb=0.0, logit_bytes=0.0, chunked_logit_bytes=0.0, kept_width=0.0, live_layers=0.0, frozen_embedding_bytes=2.0, step_bytes=0.0
)
"""Nothing but what is counted."""


def peak(method="lora", shape=LLAMA, **given):
    usual = {"recompute": True, "adapter_params": 4e7, "tokens": 2048.0, "gpus": 1, "sharding": "none"}
    return training_memory(method, shape, **{**usual, **given})


# ---- closed forms ----------------------------------------------------------------------------------


def test_full_fine_tuning_in_mixed_precision_keeps_sixteen_bytes_a_parameter():
    """ZeRO, arXiv 1910.02054."""
    assert peak("full", tokens=0.0, law=NOTHING).peak == pytest.approx(16 * 8.03, rel=1e-12)


@pytest.mark.parametrize(
    ("optimizer", "bytes_kept"),
    [("adamw", 16), ("adamw_fp32_gradients", 18), ("adamw_bf16", 8), ("adamw_8bit", 6), ("paged_adamw_8bit", 4), ("adamw_bf16_in_backward", 6), ("sgd", 4)],
)
def test_bytes_of_a_parameter(optimizer, bytes_kept):
    """Without activations, an optimizer's step is the peak: weights, gradients, states."""
    law = replace(NOTHING, step_bytes=1e-9)
    assert peak("full", tokens=0.0, optimizer=optimizer, law=law).peak == pytest.approx(bytes_kept * 8.03, rel=1e-6)


def test_frozen_weights_take_two_bytes_or_a_little_over_half_of_one():
    assert peak("lora", adapter_params=0.0, tokens=0.0, law=NOTHING).peak == pytest.approx(2 * 8.03, rel=1e-12)
    linear = LLAMA.params - LLAMA.embeddings
    packed = (memory.NF4_BYTES * linear + 2 * LLAMA.embeddings) / 1e9
    assert peak("qlora", adapter_params=0.0, tokens=0.0, law=NOTHING).peak == pytest.approx(packed, rel=1e-12)


def test_recomputation_keeps_one_input_a_layer():
    kept = peak("lora", adapter_params=0.0, law=NOTHING).activations
    assert kept == pytest.approx(2 * 4096 * 32 * 2048 / 1e9, rel=1e-12)


def test_sharding_divides_what_it_shards():
    whole = peak("full", tokens=0.0, law=NOTHING)
    for sharding, (weights, gradients, states) in SHARDED.items():
        split = peak("full", tokens=0.0, gpus=8, sharding=sharding, law=NOTHING)
        expected = 8.03 * (2 * gradients / 8 + 2 * (not gradients) + 12 * states / 8 + 12 * (not states))
        assert split.states == pytest.approx(expected, rel=1e-12), sharding
        assert (split.weights < whole.weights) == weights


# ---- monotone ---------------------------------------------------------------------------------------

METHODS = st.sampled_from(["full", "lora", "qlora"])
TOKENS = st.floats(1.0, 1e6)


@settings(deadline=None, max_examples=60)
@given(method=METHODS, tokens=TOKENS, more=st.floats(1.0, 10.0), recompute=st.booleans(), optimizer=st.sampled_from(sorted(OPTIMIZERS)))
def test_more_tokens_never_take_less(method, tokens, more, recompute, optimizer):
    few = peak(method, tokens=tokens, recompute=recompute, optimizer=optimizer).peak
    assert peak(method, tokens=more * tokens, recompute=recompute, optimizer=optimizer).peak >= few * (1 - 1e-12)


@settings(deadline=None, max_examples=60)
@given(method=METHODS, more=st.floats(1.0, 10.0), tokens=TOKENS)
def test_more_parameters_never_take_less(method, more, tokens):
    deeper = replace(LLAMA, params=LLAMA.params * more, layers=LLAMA.layers * more)
    assert peak(method, shape=deeper, tokens=tokens).peak >= peak(method, tokens=tokens).peak * (1 - 1e-12)


@settings(deadline=None, max_examples=60)
@given(tokens=TOKENS, recompute=st.booleans())
def test_lora_takes_less_than_full_and_four_bits_less_than_sixteen(tokens, recompute):
    full, lora = (peak(method, tokens=tokens, recompute=recompute).peak for method in ("full", "lora"))
    assert lora < full
    few, packed = (peak(method, tokens=min(tokens, 4096.0), recompute=True).peak for method in ("lora", "qlora"))
    assert packed < few


@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
def test_the_further_sharded_the_less(method):
    """By stage; stage 3 puts two layers and a table together again, which little models can't save."""
    stages = [peak(method, gpus=8, sharding=sharding).peak for sharding in ("ddp", "zero1", "zero2", "zero3")]
    assert stages == sorted(stages, reverse=True)


@settings(deadline=None, max_examples=60)
@given(method=METHODS, gpus=st.integers(2, 64), sharding=st.sampled_from(sorted(SHARDED)))
def test_more_cards_never_take_more_of_each(method, gpus, sharding):
    assert peak(method, gpus=2 * gpus, sharding=sharding).peak <= peak(method, gpus=gpus, sharding=sharding).peak * (1 + 1e-12)


def test_recomputation_and_a_loss_in_chunks_save():
    assert peak(recompute=True).peak < peak(recompute=False).peak
    assert peak(chunked_loss=True).peak < peak(chunked_loss=False).peak


@settings(deadline=None, max_examples=60)
@given(method=METHODS, tokens=TOKENS, card=st.floats(8.0, 300.0), larger=st.floats(1.0, 4.0))
def test_what_fits_a_card_fits_a_larger_one(method, tokens, card, larger):
    run = peak(method, tokens=tokens)
    assert fits(run, card) <= fits(run, larger * card)


@settings(deadline=None, max_examples=60)
@given(method=METHODS, tokens=TOKENS, card=st.floats(8.0, 300.0))
def test_a_run_that_fits_leaves_room_and_changing_lengths_ask_for_more(method, tokens, card):
    run = peak(method, tokens=tokens)
    if fits(run, card):
        assert run.peak < memory.USABLE_MEMORY * card
    assert fits(run, card, packed=False) <= fits(run, card)


# ---- spread -----------------------------------------------------------------------------------------


def test_a_run_of_weights_is_foreseen_more_closely_than_one_of_logits():
    weights, logits = peak(tokens=16.0), peak(tokens=65536.0)
    assert weights.weights > 0.8 * weights.peak
    assert weights.log_sd() < 0.15 < logits.log_sd()


def test_the_spread_is_that_of_the_parts_in_quadrature():
    run = peak()
    squares = sum((MEMORY_LAW.spread[name] * gb / run.peak) ** 2 for name, gb in run.parts.items())
    assert run.log_sd() ** 2 == pytest.approx(squares + MEMORY_LAW.spread["whole"] ** 2, rel=1e-12)


# ---- shapes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "gated", "tied"),
    [
        ({"params": 6.738e9, "layers": 32, "hidden": 4096, "intermediate": 11008, "query_width": 4096, "kv_width": 4096, "vocab": 32000}, True, False),
        ({"params": 2.614e9, "layers": 26, "hidden": 2304, "intermediate": 9216, "query_width": 2048, "kv_width": 1024, "vocab": 256000}, True, True),
        ({"params": 1.414e9, "layers": 24, "hidden": 2048, "intermediate": 8192, "query_width": 2048, "kv_width": 2048, "vocab": 50304}, False, False),
        ({"params": 6.6585e9, "layers": 32, "hidden": 4096, "intermediate": 16384, "query_width": 4096, "kv_width": 4096, "vocab": 50272}, False, True),
    ],
    ids=["Llama 2 7B", "Gemma 2 2B", "Pythia 1.4B", "OPT 6.7B"],
)
def test_gates_and_ties_follow_from_the_parameters(shape, gated, tied):
    found = shape_of(**shape)
    table = shape["vocab"] * shape["hidden"]
    assert (found.gated, found.embeddings == table) == (gated, tied)


def test_a_shape_is_a_record():
    assert isinstance(LLAMA, Shape)
    assert LLAMA.embeddings == 2 * 128256 * 4096
