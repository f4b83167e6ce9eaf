"""Predictions of cost: what must hold of them, and the bars on the bundled cases."""

from __future__ import annotations

import math

import pytest

from tuneplan.evidence.cases import Case, bundled_cases
from tuneplan.evidence.costs.left_out import numbers_without
from tuneplan.evidence.predictors import PREDICTORS
from tuneplan.evidence.scores import summaries
from tuneplan.study.design import monte_carlo

DESIGN = monte_carlo(512)
KINDS = ("training_time", "training_memory", "serving")
TIME = {"params": 8.03e9, "gpu": "h100-sxm", "n_gpus": 8.0, "method": "full", "precision": "bf16", "seq_len": 2048.0, "micro_batch": 4.0, "recompute": True,
        "packed": True, "setup_class": "practitioner"}  # fmt: skip
MEMORY = {**TIME, "n_gpus": 1.0, "method": "lora", "sharding": "none", "optimizer": "adamw", "lora_rank": 16.0, "chunked_loss": False, "vocab": 128256.0,
          "layers": 32.0, "hidden": 4096.0}  # fmt: skip
SERVING = {"engine": "vLLM", "params": 8.03e9, "precision": "bf16", "gpu": "a100-sxm-80gb", "n_gpus": 1.0, "mode": "online", "concurrency": 16.0,
           "input_len": 500.0, "output_len": 250.0}  # fmt: skip
INPUTS = dict(zip(KINDS, (TIME, MEMORY, SERVING), strict=True))


def predicted(kind, source="nobody", **changed):
    """Prediction of a case of a kind, with some inputs changed."""
    case = Case(kind=kind, case_id="one", group=source, place="mine.csv:2", values={**INPUTS[kind], **changed})
    return PREDICTORS[kind].function([case], DESIGN)[0]


# ---- bars --------------------------------------------------------------------------------------------

MOST = {"training_time": 0.20, "training_memory": 0.08, "serving": 0.20}
"""Median absolute error."""


@pytest.fixture(scope="module")
def scored():
    """Bundled cases by kind, each predicted without its own source."""
    cases = [case for case in bundled_cases() if case.kind in KINDS]
    found = [each for kind in KINDS for each in PREDICTORS[kind].function([case for case in cases if case.kind == kind], DESIGN)]
    return {summary.kind: summary for summary in summaries(found)}


@pytest.mark.parametrize("kind", KINDS)
def test_bundled_cases_reach_the_bars(scored, kind):
    summary = scored[kind]
    print(f"{kind}: {summary.measured} cases of {summary.groups} sources, median error {summary.median_error:.1%}, bands hold {summary.coverage.rows:.0%}")
    assert summary.measured >= 90
    assert summary.median_error < MOST[kind]
    assert 0.70 <= summary.coverage.rows <= 0.90


def test_no_run_out_of_memory_is_called_a_fit(scored):
    assert scored["training_memory"].called_a_fit == 0
    assert sum(case.kind == "training_memory" and case.flag("oom") is True for case in bundled_cases()) >= 6


def test_most_runs_that_ran_are_called_a_fit():
    ran = [case for case in bundled_cases() if case.kind == "training_memory" and not case.flag("oom")]
    called = [each.fits for each in PREDICTORS["training_memory"].function(ran, DESIGN)]
    assert sum(called) / len(called) > 0.75


@pytest.mark.parametrize("kind", KINDS)
def test_every_bundled_source_is_left_out_of_its_own_prediction(kind):
    assert [case.group for case in bundled_cases() if case.kind == kind and not numbers_without(kind, case.group)] == []
    assert numbers_without(kind, "nobody") == {}


@pytest.mark.parametrize("kind", KINDS)
def test_bundled_cases_are_cited_and_told_apart(kind):
    cases = [case for case in bundled_cases() if case.kind == kind]
    assert len({case.case_id for case in cases}) == len(cases)
    assert all(case.word("url").startswith("http") and case.word("as_of") for case in cases)


# ---- truths ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_band_surrounds_its_middle_and_nothing_measured_is_no_error(kind):
    found = predicted(kind)
    assert 0.0 < found.lower < found.predicted < found.upper
    assert (found.measured, found.log_score, found.inside) == (None, None, None)
    assert found.missing == ()


@pytest.mark.parametrize(
    ("kind", "changed", "more"),
    [
        ("training_time", {"setup_class": "expert"}, True), ("training_time", {"setup_class": "naive"}, False), ("training_time", {"params": 70.55e9}, False),
        ("training_time", {"micro_batch": 1.0}, False), ("training_time", {"method": "lora"}, True), ("training_time", {"gpu": "A100-80"}, False),
        ("training_time", {"recompute": False}, True), ("training_time", {"precision": "fp8"}, True),
        ("training_memory", {"seq_len": 8192.0}, True), ("training_memory", {"micro_batch": 16.0}, True), ("training_memory", {"lora_rank": 256.0}, True),
        ("training_memory", {"method": "full"}, True), ("training_memory", {"method": "qlora"}, False), ("training_memory", {"recompute": False}, True),
        ("training_memory", {"chunked_loss": True}, False), ("training_memory", {"vocab": 256000.0}, True),
        ("serving", {"concurrency": 64.0}, True), ("serving", {"concurrency": 1.0}, False), ("serving", {"gpu": "H100"}, True), ("serving", {"params": 70.55e9, "n_gpus": 2.0}, False),
        ("serving", {"input_len": 8000.0}, False), ("serving", {"precision": "int4", "concurrency": 1.0}, False), ("serving", {"engine": "HF transformers"}, False),
    ],
)  # fmt: skip
def test_what_makes_it_more_or_less(kind, changed, more):
    usual, other = predicted(kind).predicted, predicted(kind, **changed).predicted
    assert (other > usual) == more


def test_four_bits_write_faster_alone():
    assert predicted("serving", concurrency=1.0, precision="int4").predicted > predicted("serving", concurrency=1.0).predicted


def test_speed_grows_with_streams_up_to_saturation():
    speeds = [predicted("serving", concurrency=float(count)).predicted for count in (1, 2, 8, 32, 128, 512, 4096)]
    assert speeds == sorted(speeds)
    saturated = predicted("serving", concurrency=None, mode="saturated")
    assert saturated.predicted == pytest.approx(speeds[-1], rel=0.02)
    assert saturated.missing == ()


def test_one_stream_is_a_step_on_the_card():
    """A100, 8B bf16: weights over bandwidth, and three milliseconds."""
    step = 0.003 + 16.06 / (0.77 * 2039)
    assert predicted("serving", concurrency=1.0, input_len=1.0, output_len=64.0).predicted == pytest.approx(1 / step, rel=0.05)


def test_a_larger_card_holds_whatever_a_smaller_one_does():
    cards = ("t4", "l4", "a100-sxm-40gb", "a100-sxm-80gb", "h200-sxm", "b300-sxm")
    called = [predicted("training_memory", gpu=card).fits for card in cards]
    assert called == sorted(called)
    assert called[0] is False
    assert called[-1] is True


def test_lengths_that_change_widen_the_band_upwards_and_make_a_fit_rarer():
    same, loose = predicted("training_memory", seq_len=8192.0), predicted("training_memory", seq_len=8192.0, packed=False)
    assert loose.upper > 1.1 * same.upper
    assert loose.predicted == pytest.approx(same.predicted, rel=0.1)
    called = [[predicted("training_memory", packed=packed, gpu=card).fits for card in ("l40s", "a100-sxm-40gb", "a10")] for packed in (True, False, None)]
    assert all(sure >= loose for sure, loose in zip(called[0], called[1], strict=True))
    assert called[1] == called[2]


def test_an_out_of_memory_run_has_no_peak():
    found = predicted("training_memory", oom=True, peak_mem_gb=79.0, gpu="t4")
    assert found.measured is None
    assert found.fits is False


def test_hours_are_compared_as_speed():
    found = predicted("training_time", tokens=3.6e9, gpu_hours=100.0)
    assert found.measured == pytest.approx(10_000.0)
    assert predicted("training_time", gpu_hours=100.0).measured is None


# ---- what a case doesn't say -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_bare_cases_take_priors_say_so_and_get_wider_bands(kind):
    bare = predicted(kind, **{name: None for name in INPUTS[kind] if name not in ("params", "gpu")})
    full = predicted(kind)
    expected = {"training_time": {"method", "micro_batch", "setup_class", "packed"}, "training_memory": {"recompute", "optimizer", "chunked_loss"},
                "serving": {"engine", "precision", "mode", "concurrency", "input_len", "output_len"}}[kind]  # fmt: skip
    assert expected <= set(bare.missing)
    assert math.log(bare.upper / bare.lower) > math.log(full.upper / full.lower)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("column", ["seq_len", "micro_batch", "n_gpus", "concurrency", "input_len", "output_len", "lora_rank", "vocab", "layers", "hidden", "params"])
@pytest.mark.parametrize("value", [1e-6, 1.0, 1e8])
def test_strange_numbers_are_predicted_without_nonsense(kind, column, value):
    if column not in INPUTS[kind] or (column == "params" and value < 1.0):
        return
    found = predicted(kind, **{column: max(value, 1e5) if column == "params" else value if column in ("micro_batch", "concurrency") else max(value, 1.0)})
    assert all(math.isfinite(each) and each > 0.0 for each in (found.lower, found.predicted, found.upper))


@pytest.mark.parametrize("kind", KINDS)
def test_equal_designs_give_equal_predictions_whatever_stands_beside(kind):
    cases = [case for case in bundled_cases() if case.kind == kind][:5]
    together, alone = PREDICTORS[kind].function(cases, DESIGN), PREDICTORS[kind].function(cases[3:4], DESIGN)
    assert together[3] == alone[0]
