"""Rings hold the share of draws that they say, whatever the shape, and none is drawn around a point."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.path import Path

from tuneplan.study.frontier.clouds import SHARES, cloud
from waist import normal


@pytest.mark.parametrize("is_log", [False, True])
@pytest.mark.parametrize("skew", [0.1, 1.0])
def test_rings_hold_their_share_of_the_draws(is_log: bool, skew: float) -> None:
    cost = 1e4 * np.exp(skew * normal("cost", draws=4096))
    points = 70.0 + 3.0 * normal("points", draws=4096) + np.log(cost)
    found = cloud(cost, points, few=10, is_log=is_log)
    at = np.stack([np.log10(cost) if is_log else cost, points], axis=1)
    for ring, share in zip(found.rings, SHARES, strict=True):
        corners = np.stack([np.log10(ring[0]) if is_log else ring[0], ring[1]], axis=1)
        assert Path(corners).contains_points(at).mean() == pytest.approx(share, abs=0.01)


def test_few_draws_are_taken_evenly() -> None:
    found = cloud(np.arange(1000.0), np.arange(1000.0), few=10, is_log=False)
    assert found.draws[0].tolist() == list(range(0, 1000, 100))


def test_nothing_that_spreads_has_no_ring_and_what_spreads_one_way_a_line() -> None:
    assert cloud(np.full(64, 5.0), np.full(64, 70.0), few=9, is_log=False).rings == ()
    assert cloud(np.array([5.0]), np.array([70.0]), few=9, is_log=True).rings == ()
    for cost, points in ((np.arange(64.0), np.full(64, 70.0)), (np.full(64, 5.0), np.arange(64.0)), (np.arange(64.0), 2.0 * np.arange(64.0))):
        rings = cloud(cost, points, few=9, is_log=False).rings
        assert len(rings) == 2
        assert all(np.isfinite(ring).all() for ring in rings)
