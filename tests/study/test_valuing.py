"""What a score is worth: points times value times share of requests times months."""

from dataclasses import replace

import numpy as np
import pytest

from tuneplan.scenario.load import loads
from tuneplan.study.design import Nominal
from tuneplan.study.options import options_of, worth_of_requests
from tuneplan.study.run import run
from tuneplan.study.valuing import usd_per_scale, weight_of_requests

BODY = """
schema: 1
base: llama-3.1-8b-instruct
horizon: 12 months
tasks:
  email: {traffic: 6k requests/month, value: $100 per point per month, score: {base: 0.6, ceiling: 0.9}, data: {examples: 2k, price: $1/example}}
  qa: {traffic: 4k requests/month, value: $50 per point per month, score: {base: 0.5, ceiling: 0.8}, data: {examples: 2k, price: $1/example}}
strategies: {unified: {}, specialists: {}, prompted: {like_base: yes}}
"""


def test_a_point_counts_by_the_share_of_its_requests() -> None:
    """$100 on 60 % and $50 on 40 % of requests, 12 months, 100 points of a scale."""
    done = run(loads(BODY), Nominal())
    worth = usd_per_scale(done.lowered.inputs)[0, 0]
    np.testing.assert_allclose(worth[:2, 0], [100.0 * 12.0 * 100.0 * 0.6, 100.0 * 12.0 * 50.0 * 0.4])
    assert worth[2, 0] == 0.0
    np.testing.assert_allclose(weight_of_requests(done.lowered.inputs)[0, :, 0], [0.6, 0.4, 0.0])


def test_unseen_requests_are_worth_the_mean_of_the_tasks_unless_they_say() -> None:
    silent = run(loads(BODY + "unseen: {share: 20%, score: {base: 0.5}}\n"), Nominal())
    worth = usd_per_scale(silent.lowered.inputs)[0, 0, :, 0]
    assert worth[2] == pytest.approx(100.0 * 12.0 * 0.2 * (100.0 * 0.6 + 50.0 * 0.4))
    said = run(loads(BODY + "unseen: {share: 20%, score: {base: 0.5}, value: $7 per point per month}\n"), Nominal())
    assert usd_per_scale(said.lowered.inputs)[0, 0, 2, 0] == pytest.approx(100.0 * 12.0 * 0.2 * 7.0)


def test_points_count_from_launch_on_and_unseen_requests_as_far_as_tasks_are_answered() -> None:
    """Email live after 3 months and qa after 5: 60 % of the unseen requests are answered for 9 months, 40 % for 7."""
    timed = run(loads(BODY + "unseen: {share: 20%, score: {base: 0.5}}\nschedule: {counts: yes}\n"), Nominal()).lowered.inputs
    months = np.broadcast_to(np.array([9.0, 7.0])[:, None], (1, 3, 2, 1))
    worth = usd_per_scale(replace(timed, numbers={**timed.numbers, "served_months": months}))[0, :, :, 0]
    expected = [100.0 * 9.0 * 100.0 * 0.8 * 0.6, 100.0 * 7.0 * 50.0 * 0.8 * 0.4, 100.0 * (0.6 * 9.0 + 0.4 * 7.0) * 0.2 * (100.0 * 0.6 + 50.0 * 0.4)]
    np.testing.assert_allclose(worth, [expected] * 3)


def test_a_strategy_that_ships_earlier_is_worth_more() -> None:
    timed = run(loads(BODY + "schedule: {counts: yes}\n"), Nominal())
    served = timed.lowered.inputs["served_months"][0]
    assert (served[2] > served[0]).all(), "nothing has to be labelled for prompts"
    np.testing.assert_allclose(usd_per_scale(timed.lowered.inputs)[0, :, :2], usd_per_scale(run(loads(BODY), Nominal()).lowered.inputs)[0, :, :2] * served / 12.0)


def test_net_benefit_is_worth_above_the_reference_less_cost_and_nothing_for_the_reference() -> None:
    done = run(loads(BODY), Nominal())
    options = options_of(done)
    assert (options.name, options.unit) == ("net benefit", "USD")
    np.testing.assert_allclose(options.objective, worth_of_requests(done).sum(axis=1) - options.cost)
    np.testing.assert_allclose(options.objective[2], -options.cost[2])


def test_a_point_is_worth_the_months_after_its_launch() -> None:
    """Of each strategy and task its own; unseen requests are answered as far as tasks are, by their traffic."""
    timed = "start: 2027-01-04\nschedule: {annotators: 2}\nunseen: {share: 20%, score: {base: 0.5}}\n"
    inputs = run(loads(BODY + timed), Nominal()).lowered.inputs
    months, worth = inputs["served_months"][0, :, :, 0], usd_per_scale(inputs)[0, :, :, 0]
    assert (months[0] < months[2]).all()
    assert months[1, 0] != months[1, 1]
    np.testing.assert_allclose(worth[:, :2], 100.0 * months * [100.0 * 0.6 * 0.8, 50.0 * 0.4 * 0.8])
    np.testing.assert_allclose(worth[:, 2], 100.0 * (0.6 * months[:, 0] + 0.4 * months[:, 1]) * 0.2 * (100.0 * 0.6 + 50.0 * 0.4))
