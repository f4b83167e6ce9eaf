"""What the law misses of a task's level: alike in every model that was trained on it, so that differences know nothing of it."""

from __future__ import annotations

import numpy as np
import pytest

from building import LAW_ALONE, answer, lowered, scenario

STRATEGIES = ("unified", "specialists", "prompted")


def moved(tasks, strategies=STRATEGIES, **law):
    """Scores with a miss of 2 points, less those without. ``(strategy, request, draw)`` [point]"""
    found = [
        answer(tasks, strategies=strategies, law={**LAW_ALONE, "law.level_discrepancy": f"{size} points", **law}).outcome.score[0] for size in (2, 0)
    ]
    return 100.0 * (found[0] - found[1])


def test_models_trained_on_the_same_examples_miss_alike():
    unified, specialists, prompted = moved({"a": {"score.ceiling": 0.6}})
    np.testing.assert_allclose(unified, specialists, atol=1e-12)
    assert np.abs(unified[0]).max() > 1.0
    assert (prompted == 0.0).all()


def test_it_grows_with_own_examples_from_nothing():
    law = {"law.format_examples": 300}
    spread = [moved({"a": {"data.examples": count, "score.ceiling": 0.6}}, **law)[0, 0].std() for count in (0, 300, "1e9")]
    assert spread[0] == 0.0
    assert spread[1] == pytest.approx(spread[2] / 2.0, rel=1e-3)


def test_requests_outside_every_task_are_not_missed_so():
    assert (moved({"a": {}, "b": {}})[0, -1] == 0.0).all()


def test_it_is_luck_until_something_is_trained():
    found = lowered(scenario(("a", "b"), law={"law.clash_severity": 0}))
    assert not [name for name in found.draws if name.startswith("discrepancy")]
    assert found.used["law.level_discrepancy"].grade == "A"
