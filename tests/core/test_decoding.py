"""Speed of serving: one stream, many, saturation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuneplan.core import decoding
from tuneplan.core.decoding import (
    DECODING_LAW,
    request_seconds,
    saturated_tokens_per_s,
    streams_with_room,
    weights_read,
)

CARD = {"gb_per_s": 0.77 * 3350.0, "memory_gb": 80.0, "peak_tflops": 989.0}
WEIGHTS, CACHE = 16.0, 1.3e-4
"""Of an 8B base in bf16. [GB], [GB/token]"""


def speed(streams, tokens_in=500.0, tokens_out=500.0, share=0.5, cache=CACHE, weights=WEIGHTS):
    """Tokens written a second with so many streams."""
    multiplied = saturated_tokens_per_s(8e9, params=8e9, peak_tflops=CARD["peak_tflops"], share=share, gpus=1.0)
    seconds = request_seconds(
        tokens_in, tokens_out, tokens_per_s=multiplied, kv_gb_per_token=cache, gb_per_s=CARD["gb_per_s"], weights_gb=weights, streams=streams
    )
    return tokens_out / seconds


# ---- limits -----------------------------------------------------------------------------------------


def test_one_stream_is_bound_by_a_step():
    """No prompt, no cache, endless multiplication: 1 / (t0 + weights / bandwidth)."""
    alone = speed(1.0, tokens_in=0.0, cache=0.0, share=1e9)
    assert alone == pytest.approx(1.0 / (decoding.DECODE_OVERHEAD_S + WEIGHTS / CARD["gb_per_s"]), rel=1e-9)


def test_endless_streams_are_bound_by_multiplication_and_caches():
    expected = 1.0 / (2 * 2 * 8e9 / (0.5 * 989e12) + (500 + 250) * CACHE / CARD["gb_per_s"])
    assert speed(1e12) == pytest.approx(expected, rel=1e-6)


def test_without_caches_saturation_is_the_share_of_the_peak():
    total = 2 * speed(1e12, cache=0.0)
    assert total * 2 * 8e9 / (989e12) == pytest.approx(0.5, rel=1e-6)


# ---- monotone ---------------------------------------------------------------------------------------

STREAMS = st.floats(1.0, 1e4)


@settings(deadline=None, max_examples=80)
@given(streams=STREAMS, more=st.floats(1.0, 10.0), tokens_in=st.floats(0.0, 1e5), tokens_out=st.floats(1.0, 1e4))
def test_more_streams_write_more_and_each_more_slowly(streams, more, tokens_in, tokens_out):
    few, many = (speed(count, tokens_in, tokens_out) for count in (streams, more * streams))
    assert many >= few * (1 - 1e-12)
    assert many / (more * streams) <= few / streams * (1 + 1e-12)


@settings(deadline=None, max_examples=80)
@given(streams=STREAMS, tokens_in=st.floats(1.0, 1e5), more=st.floats(1.0, 10.0))
def test_longer_prompts_write_less(streams, tokens_in, more):
    assert speed(streams, more * tokens_in) <= speed(streams, tokens_in) * (1 + 1e-12)


def test_heavy_prompts_use_the_card_better_than_long_answers():
    """Tokens multiplied through a second: TensorRT-LLM's .45 to .54 of the peak against .15 to .30."""
    reading, writing = (speed(256.0, *lengths) * sum(lengths) / lengths[1] for lengths in ((5000.0, 500.0), (500.0, 5000.0)))
    assert reading > 1.3 * writing


def test_room_for_streams():
    def room(context):
        return float(streams_with_room(np.float64(context), kv_gb_per_token=CACHE, weights_gb=WEIGHTS, memory_gb=80.0))

    assert room(1000.0) == pytest.approx((0.9 * 80 - 16) / 0.13, rel=1e-9)
    assert room(1e9) == 1.0
    assert room(0.0) == room(1.0) == DECODING_LAW.most_streams


def test_a_dense_base_reads_all_weights_a_mixture_those_of_its_experts():
    assert float(weights_read(np.float64(16.0), active_share=1.0, streams=1.0)) == 16.0
    some = [float(weights_read(np.float64(60.0), active_share=0.1, streams=count)) for count in (1.0, 4.0, 1000.0)]
    assert some[0] == pytest.approx(6.0)
    assert some == sorted(some)
    assert some[-1] == pytest.approx(60.0)


def test_more_cards_multiply_faster_but_not_as_many_times():
    one, eight = (float(saturated_tokens_per_s(8e9, params=8e9, peak_tflops=989.0, share=0.5, gpus=count)) for count in (1.0, 8.0))
    assert one < eight < 8 * one


def test_a_mixture_multiplies_less_well_than_a_dense_base_of_its_active_parameters():
    dense, mixture = (float(saturated_tokens_per_s(3e9, params=params, peak_tflops=989.0, share=0.5, gpus=1.0)) for params in (3e9, 30e9))
    assert mixture == pytest.approx(DECODING_LAW.experts * dense)
