"""Where nothing ships within the horizon: whose hands, or how many months, would do."""

from __future__ import annotations

import pytest

from building import text_of
from tuneplan.scenario.load import loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import options_of
from tuneplan.study.remedies.analysis import Remedies, remedies_of
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

DESIGN = monte_carlo(64)


def remedies(*changes: str, **schedule: object) -> Remedies:
    found = remedies_of(verdict(run(scenario(*changes, **schedule), DESIGN)))
    assert found is not None
    return found


def scenario(*changes: str, **schedule: object):  # type: ignore[no-untyped-def]
    return loads(text_of(schedule=schedule), overrides=changes)


@pytest.mark.parametrize(("missing", "changes"), [("annotators", ("schedule.annotators=1",)), ("engineers", ("schedule.engineers=1",)), ("gpus", ("schedule.gpus=",))])
def test_who_is_missing_is_named(missing: str, changes: tuple[str, ...]) -> None:
    found = [each for each in remedies("horizon=60 months", **{missing: 0}).found if each.kind == "hands"]
    assert found
    assert found[0].value == 1.0
    assert [change.startswith(wanted) for change, wanted in zip(found[0].changes, changes, strict=True)] == [True]
    after = options_of(run(scenario("horizon=60 months", *found[0].changes, **{missing: 0}), DESIGN))
    assert after.allowed[after.strategies.index(found[0].strategy)]


def test_a_short_horizon_is_told_how_long_it_has_to_be() -> None:
    found = [each for each in remedies("horizon=1 month", annotators=3).found if each.kind == "horizon"]
    assert found
    assert found[0].changes == (f"horizon={found[0].value:.0f} months",)
    after = options_of(run(scenario(*found[0].changes, annotators=3), DESIGN))
    assert after.allowed[after.strategies.index(found[0].strategy)]


def test_where_everything_ships_neither_is_told() -> None:
    found = remedies("budget.limit=$10", annotators=3)
    assert not {"hands", "horizon"} & {each.kind for each in found.found}


TIGHT = ("start=2027-01-04", "deadline.date=2027-02-01")
MUST = (*TIGHT, "deadline.must=yes")


def test_a_deadline_that_is_a_must_is_a_limit_and_a_later_one_would_do() -> None:
    late = verdict(run(scenario(*MUST, annotators=3), DESIGN))
    assert late.decision.best is None
    assert late.binding["deadline"] == 1.0
    found = [each for each in remedies(*MUST, annotators=3).found if each.kind == "deadline"]
    assert found
    assert found[0].lowers
    assert found[0].changes == (f"deadline.date={found[0].value}",)
    later = verdict(run(scenario(*MUST, *found[0].changes, annotators=3), DESIGN))
    row = later.decision.strategies.index(found[0].strategy)
    assert later.decision.allowed[row]
    assert later.launches is not None
    assert later.launches.strategies[row].in_time >= 0.9


def test_a_deadline_that_is_no_must_is_no_limit() -> None:
    found = verdict(run(scenario(*TIGHT, annotators=3), DESIGN))
    assert found.decision.best is not None
    assert all(found.decision.allowed)


def test_a_longer_horizon_does_not_help_where_the_deadline_is_a_must() -> None:
    assert not {"horizon"} & {each.kind for each in remedies(*MUST, annotators=3).found}
    assert "horizon" not in remedies(*MUST, annotators=3).kinds


def test_where_points_have_a_price_a_deadline_is_still_a_must() -> None:
    priced = ("tasks.a.value=$1000 per point per month",)
    assert verdict(run(scenario(*TIGHT, *priced, annotators=3), DESIGN)).decision.best is not None
    assert verdict(run(scenario(*MUST, *priced, annotators=3), DESIGN)).decision.best is None


def test_a_must_after_the_horizon_asks_no_more_than_the_horizon() -> None:
    far = ("start=2027-01-04", "horizon=1 month", "deadline.date=2028-12-01")
    one, other = (options_of(run(scenario(*far, f"deadline.must={word}", annotators=3), DESIGN)).limits for word in ("yes", "no"))
    assert (one.met == other.met).all()


def test_kinds_of_time_are_listed_where_something_is_late() -> None:
    assert {"hands", "horizon"} <= set(remedies("horizon=1 month", annotators=3).kinds)
    assert not {"hands", "horizon"} & set(remedies("budget.limit=$10", annotators=3).kinds)
