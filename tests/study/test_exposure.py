"""What the recommended strategy is exposed to, and what of a choice can be taken back."""

from __future__ import annotations

import numpy as np
import pytest

from building import text_of
from tuneplan.scenario.load import loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.exposure import exposure_of, kept_of
from tuneplan.study.options import options_of
from tuneplan.study.run import Run, run


def made(**more: object) -> Run:
    return run(loads(text_of(**more)), monte_carlo(64))


@pytest.fixture(scope="module")
def limited() -> Run:
    return made(strategies=("unified", "specialists", "prompted"), budget={"limit": "45k USD"})


def test_parts_add_up_to_the_delivered_score(limited: Run) -> None:
    options = options_of(limited)
    for row in range(len(options.strategies)):
        found = exposure_of(limited, options, row)
        assert sum(each.mean for each in found.parts.values()) == pytest.approx(options.points[row].mean())


def test_the_overrun_is_that_of_the_draws_that_break_the_budget(limited: Run) -> None:
    options = options_of(limited)
    found = exposure_of(limited, options, 1)
    over = options.covered[1] - 45e3
    assert found.broken == (over > 0.0).mean()
    assert found.overrun is not None
    assert found.overrun.mean == pytest.approx(over[over > 0.0].mean())


def test_without_a_limit_there_is_nothing_to_overrun() -> None:
    free = made()
    found = exposure_of(free, options_of(free), 0)
    assert found.overrun is None
    assert np.isnan(found.broken)


def test_formats_clash_only_where_tasks_share_a_model(limited: Run) -> None:
    options = options_of(limited)
    assert exposure_of(limited, options, 0).clash > 0.0
    assert exposure_of(limited, options, 1).clash == 0.0


def test_who_trains_nothing_has_no_base_to_train_again(limited: Run) -> None:
    options = options_of(limited)
    assert exposure_of(limited, options, 0).retirements == pytest.approx(0.1)
    prompted = exposure_of(limited, options, 2)
    assert (prompted.retirements, prompted.retraining.mean) == (0.0, 0.0)


def test_a_base_retires_on_those_who_are_live() -> None:
    timed = made(strategies=("unified", "prompted"), schedule={"counts": True})
    served = timed.lowered.inputs["served_months"][0, 0].mean()
    assert exposure_of(timed, options_of(timed), 0).retirements == pytest.approx(0.1 * served / 12.0)
    assert served < 11.5


def test_examples_are_kept_and_models_lost(limited: Run) -> None:
    unified, specialists, prompted = kept_of(limited)
    assert (unified.models, specialists.models, prompted.models) == (1, 3, 0)
    assert unified.bought == {"a": 2000.0, "b": 2000.0, "c": 2000.0}
    assert unified.examples == 6000.0
    assert 0.0 < specialists.share < unified.share < 1.0  # three models take more engineering
    assert (prompted.examples, prompted.share) == (0.0, 0.0)


def test_of_a_plan_its_own_purchases_are_told() -> None:
    planned = made(tasks={"a": {"data.examples": "auto", "data.price": "4 USD/example"}}, strategies=("unified",), budget={"limit": "30k USD"})
    (kept,) = kept_of(planned)
    assert kept.bought == dict(planned.plans["unified"].bought)
    assert kept.examples > 0.0
