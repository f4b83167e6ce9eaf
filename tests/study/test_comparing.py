"""Two scenarios against one another: paired, and split over the changes so that the parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from building import GIVEN, scenario, text_of
from tuneplan.errors import UsageError
from tuneplan.scenario import load as loading
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study import comparing
from tuneplan.study.comparing import CAN_NOT_BE_DONE, NO_TASK_IN_BOTH, Compared, compare, settling_draws
from tuneplan.study.decision import Estimate
from tuneplan.study.design import monte_carlo

DESIGN = monte_carlo(256, seed=3)
STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


def load(path: Path, *, overrides: Sequence[str] = (), scenario: str = "") -> Scenario:
    """A shipped scenario; of the startup with its examples given, so that no plan moves."""
    return loading.load(path, overrides=(*(GIVEN if path == STARTUP else ()), *overrides), scenario=scenario)


ONCE = {"upkeep__refresh_share": "0%"}
"""Examples are bought once, and none afresh for later rounds."""
MANY = ("horizon=6 months", "gpu.price=$4/hour", "tasks.qa.traffic=50k requests/month", "tasks.email.data.examples=4k", "similarity.email/qa=near", "method=lora")


def startup(*changes: str, chosen: str = "") -> Scenario:
    return load(STARTUP, overrides=changes, scenario=chosen)


def against(*changes: str, chosen: str = "", **asked: object) -> Compared:
    return compare(startup(), startup(*changes, chosen=chosen), DESIGN, **asked)  # type: ignore[arg-type]


def assert_adds_up(compared: Compared) -> None:
    whole = compared.whole
    assert whole is not None
    for quantity in ("points", "usd", *(("objective",) if whole.objective is not None else ())):
        total = sum(getattr(part, quantity) for part in compared.parts)
        assert total == pytest.approx(getattr(whole, quantity).mean, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("of", ["", "specialists", "prompted"])
@pytest.mark.parametrize(
    "changes",
    [
        MANY,
        ("budget.limit=$40k", *MANY),
        ("budget.limit=$1",),
        ("tasks.email.value=$300/point/month", "tasks.qa.value=$10/point/month"),
        ("base=llama-3.2-3b-instruct", "tasks.qa.score.base=0.5", "gpu.kind=a100-sxm-80gb", "gpu.provider=lambda"),
        ("strategies.pair.groups=[[email, summary], [qa]]", "reference=pair", "horizon=20 months"),
    ],
)
def test_parts_add_up_to_the_whole(changes: tuple[str, ...], of: str, reverse: bool) -> None:
    compared = against(*changes, of=of, reverse=reverse)
    assert compared.parts
    assert_adds_up(compared)


def test_a_strategy_that_nothing_changes_for_differs_by_exactly_nothing() -> None:
    compared = against("budget.limit=$50k", "gpu.price=$4/hour", "tasks.email.data.examples=4k")
    prompted = next(each for each in compared.differences if each.other == "prompted")
    for margin in (prompted.points, prompted.usd):
        assert (margin.mean, margin.low, margin.high, margin.error) == (0.0, 0.0, 0.0, 0.0)


def test_another_order_of_names_is_no_difference_at_all() -> None:
    one = scenario({"a": {}, "b": {"score.base": 0.5}}, strategies=("unified", "specialists"))
    other = scenario({"b": {"score.base": 0.5}, "a": {}}, strategies=("specialists", "unified"))
    compared = compare(one, other, DESIGN)
    assert compared.steps == ()
    assert all(abs(each.points.high) < 1e-9 and abs(each.usd.high) < 1e-6 for each in compared.differences)


def test_a_price_moves_the_cost_by_what_is_bought() -> None:
    """2 000 examples, none owned: a dollar more each is $2 000, and no point."""
    one, other = (scenario({"a": {"data.price": f"${price}/example"}}, strategies=("unified",), **ONCE) for price in (3, 4))
    compared = compare(one, other, DESIGN)
    (part,) = compared.parts
    assert (part.name, part.before, part.after) == ("tasks.a.data.price", ("$3/example",), ("$4/example",))
    assert part.usd == pytest.approx(2000.0, rel=1e-9)
    assert part.points == 0.0


def test_what_two_changes_do_together_falls_to_the_later_one() -> None:
    """$3 to $4 and 2 000 to 4 000 examples: $2 000 and $8 000 one way, $4 000 and $6 000 the other."""
    one = scenario({"a": {"data.price": "$3/example"}}, strategies=("unified",), **ONCE)
    other = scenario({"a": {"data.price": "$4/example", "data.examples": "4k"}}, strategies=("unified",), **ONCE)
    split = {order: {part.name.rpartition(".")[2]: part.usd for part in compare(one, other, DESIGN, reverse=order).parts} for order in (False, True)}
    assert sorted((split[False]["price"], split[True]["price"])) == pytest.approx([2000.0, 4000.0])
    assert sum(split[False].values()) == pytest.approx(sum(split[True].values()))


def test_a_limit_moves_what_is_recommended_and_no_strategy() -> None:
    compared = against(chosen="squeeze")
    price, limit = compared.parts
    assert (price.name, limit.name) == ("gpu.price", "budget.limit")
    assert (price.strategy, limit.strategy) == ("unified", "prompted")
    assert all(each.points.mean == 0.0 for each in compared.differences)
    assert compared.whole is not None
    assert (compared.whole.one, compared.whole.other) == ("unified", "prompted")


def test_where_a_side_is_silent_its_default_is_told() -> None:
    compared = against("gpu.price=$4/hour", "lora.rank=32", "serving.mode=hosted", "method=lora", "privacy=open")
    assert {path: before for part in compared.parts for path, before in zip(part.paths, part.before, strict=True)} == {
        "gpu.price": "$2.49/hour (catalogue)", "lora.rank": "16 (default)", "serving.mode": "own (default)", "method": "full", "privacy": "open (default)",
    }  # fmt: skip


def test_where_nothing_is_feasible_the_nearest_is_followed() -> None:
    compared = against("budget.limit=$10")
    assert compared.other.decision.best is None
    assert compared.parts[-1].feasible is False
    assert compared.parts[-1].strategy == compared.other.nearest == "prompted"


def test_what_one_side_decides_by_alone_does_not_compare() -> None:
    compared = against("tasks.email.value=$300/point/month")
    assert compared.unit == ""
    assert all(each.objective is None for each in (*compared.differences, *compared.parts))
    one, other = startup("tasks.email.value=$300/point/month"), startup("tasks.qa.value=$300/point/month")
    assert [part.name for part in compare(one, other, DESIGN).parts] == ["tasks.qa.value", "tasks.email.value"]
    valued = compare(one, other, DESIGN, reverse=True)
    assert valued.unit == "USD"
    assert len(valued.parts) == 1, "without any value on the way there is no net benefit, so both change at once"
    assert_adds_up(valued)


def test_a_task_on_one_side_alone_is_one_step() -> None:
    one, other = scenario(("a", "b"), similar=0.5), scenario(("a", "b", "c"), similar=0.5, horizon="6 months")
    compared = compare(one, other, DESIGN)
    assert [part.name for part in compared.parts][:1] == ["tasks"]
    assert compared.unit == ""
    assert_adds_up(compared)
    assert_adds_up(compare(other, one, DESIGN))


def test_where_no_task_is_in_both_only_totals_compare() -> None:
    compared = compare(scenario(("a", "b")), scenario(("c", "d")), DESIGN)
    assert (compared.unsplit, compared.parts) == (NO_TASK_IN_BOTH, ())
    assert compared.whole is not None


def test_what_can_not_be_done_can_not_be_split() -> None:
    other = startup("base=llama-3.1-405b-instruct", "gpu.kind=l4", "gpu.provider=aws", "gpu.price=$1/hour")
    compared = compare(startup(), other, DESIGN, of="unified")
    assert (compared.unsplit, compared.parts, compared.whole) == (CAN_NOT_BE_DONE, (), None)
    assert [each.other for each in compared.differences] == ["prompted"]
    assert_adds_up(compare(startup(), other, DESIGN))


def test_contradicting_ways_are_taken_together() -> None:
    """A confusion and an accuracy of the router can't both hold, nor a price and the labelling in its stead."""
    one = loads(text_of({"a": {"data.price": "$3/example"}, "b": {}}, router={"accuracy": "90%"}))
    other = loads(text_of({"a": {"data": {"examples": "2k", "labelling": {"minutes": "5 min"}}}, "b": {}}, router={"confusion": {"a>b": "20%"}}))
    compared = compare(one, other, DESIGN)
    assert [part.name for part in compared.parts] == ["tasks.a.data: labelling instead of price", "router"]
    assert_adds_up(compared)


def test_an_unknown_strategy_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match='--of: "prompte" is no strategy of both sides; did you mean "prompted"'):
        against("horizon=6 months", of="prompte")
    with pytest.raises(UsageError, match="they share none"):
        compare(scenario(strategies=("unified",)), scenario(strategies=("specialists",)), DESIGN, of="unified")


def test_one_strategy_a_side_and_few_draws() -> None:
    one, other = scenario(strategies=("unified",)), scenario(strategies=("specialists",), horizon="6 months")
    compared = compare(one, other, monte_carlo(16))
    assert compared.differences == ()
    assert_adds_up(compared)


def test_draws_that_would_settle_it() -> None:
    def margin(mean: float, error: float) -> Estimate:
        return Estimate(mean=mean, low=0.0, p10=0.0, median=mean, p90=0.0, high=0.0, error=error)

    assert settling_draws(margin(1.0, 0.1), 64) == 64
    assert settling_draws(margin(1.0, 2.0), 64) == 1024
    assert settling_draws(margin(0.0, 2.0), 64) == float("inf")
    assert settling_draws(margin(1.0, float("nan")), 64) == float("inf")


def test_a_scenario_on_the_way_that_can_not_be_run_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its step is then taken together with the next, and all still adds up."""
    real = comparing.run

    def fragile(asked: Scenario, design: object, **asked_for: bool) -> object:
        if asked.quantities["horizon"].text == "6 months" and "gpu.price" not in asked.quantities:
            raise LookupError("these two contradict one another")
        return real(asked, design, **asked_for)  # type: ignore[arg-type]

    monkeypatch.setattr(comparing, "run", fragile)
    compared = against("horizon=6 months", "gpu.price=$4/hour", "method=lora")
    assert [part.name for part in compared.parts] == ["horizon with gpu.price", "method"]
    assert_adds_up(compared)
