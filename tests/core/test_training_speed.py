"""Share of the peak that training reaches: limits, and what must hold for any law."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuneplan.core.compute import (
    STEP_LAW,
    attention_share,
    idle_tokens,
    reached_share,
    slowed_by,
    training_flop_per_token,
)

RUN = {"flop_per_token": 6 * 7e9, "peak_tflops": 312.0, "launch_s": STEP_LAW.launch_s, "slowed": 1.0}


def test_long_micro_batches_reach_what_the_class_reaches():
    assert reached_share(0.6, tokens=1e12, idle=930.0, **RUN) == pytest.approx(0.6, rel=1e-6)


def test_without_idle_time_any_length_does():
    assert reached_share(0.6, tokens=1.0, idle=0.0, **{**RUN, "launch_s": 0.0}) == pytest.approx(0.6)


def test_a_micro_batch_as_long_as_its_idle_time_reaches_half():
    assert reached_share(0.6, tokens=930.0, idle=930.0, **{**RUN, "launch_s": 0.0}) == pytest.approx(0.3)


def test_time_of_a_step_is_work_and_waiting():
    """tokens / (tokens a second) = FLOP / (peak share) + launch."""
    share = reached_share(0.5, tokens=512.0, idle=0.0, **RUN)
    seconds = 512 * 6 * 7e9 / (312e12 * share)
    assert seconds == pytest.approx(512 * 6 * 7e9 / (312e12 * 0.5) + STEP_LAW.launch_s, rel=1e-9)


@settings(deadline=None, max_examples=60)
@given(tokens=st.floats(1.0, 1e6), more=st.floats(1.0, 10.0), share=st.floats(0.01, 0.99), idle=st.floats(0.0, 1e4))
def test_longer_micro_batches_reach_more_never_all(tokens, more, share, idle):
    short, long = (reached_share(share, tokens=count, idle=idle, **RUN) for count in (tokens, more * tokens))
    assert 0.0 < short <= long * (1 + 1e-12)
    assert long <= share


@pytest.mark.parametrize("method", ["full", "lora", "qlora"])
def test_what_slows_training(method):
    assert slowed_by(method, recompute=False, attention_share=0.0) == 1.0
    plain, unknown, recomputed = (slowed_by(method, recompute=word, attention_share=0.1) for word in (False, None, True))
    assert plain > unknown > recomputed
    assert slowed_by(method, recompute=False, attention_share=0.9) < plain
    assert idle_tokens(method, sharded=True) > idle_tokens(method, sharded=False)


def test_share_of_attention():
    flop = training_flop_per_token("full", recompute=False, params=7e9, layers=32.0, hidden=4096.0, context=65536.0)
    assert attention_share(7e9, flop_per_token=flop, method="full") == pytest.approx(12 * 32 * 4096 * 65536 / flop)
