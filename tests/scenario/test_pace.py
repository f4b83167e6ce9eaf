"""How fast examples are made where nobody says: what an hour of such work costs over the price of an example."""

from __future__ import annotations

import pytest

from tuneplan.scenario import catalogue
from tuneplan.scenario.load import loads
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.study.design import monte_carlo

BODY = """\
base: llama-3.1-8b
method: lora
tasks:
  a: {traffic: 20k requests/month, score: {base: 0.5, ceiling: 0.9}, data: {examples: 500}}
  b: {like: a}
strategies: {unified: {}}
schedule: {annotators: 2}
"""


def lowered(*changes: str) -> Lowered:
    return lower([loads(BODY, overrides=changes)], monte_carlo(256).points)


MINUTES = {
    "crowd-label": (0.1, 1.0), "crowd-qa": (0.4, 2.0), "demonstration": (4.0, 30.0), "preference-pair": (3.0, 15.0), "expert-item": (30.0, 180.0),
}  # fmt: skip
"""Kind of example made by people -> minutes between which one of them takes, as published: SQuAD .8 a question (2016), InstructGPT 3 to 8 a
comparison (2022), GPQA over 30 for a validation alone (2023); wide where nothing is."""


@pytest.mark.parametrize(("kind", "span"), MINUTES.items())
def test_each_kind_of_work_takes_the_minutes_that_such_work_takes(kind: str, span: tuple[float, float]) -> None:
    found = lowered(f"tasks.a.data.kind={kind}").used["tasks.a.data.pace"]
    assert span[0] < 60.0 / found.distribution.median < span[1]
    assert (found.unit, found.grade, found.origin, found.as_of) == ("example/hour", "A", "default", "2026-11")


def test_what_models_write_takes_people_no_time() -> None:
    for kind in set(catalogue.label_prices()) - set(MINUTES):
        assert kind.startswith("llm-")
        assert lowered(f"tasks.a.data.kind={kind}").used["tasks.a.data.pace"].distribution.median > 1000.0


def test_the_pace_follows_from_price_and_pay() -> None:
    """14 USD an hour, 30 % fee, a tenth checked again: 20.02 USD an hour."""
    found = lowered("tasks.a.data.price=$2/example").used
    assert found["tasks.a.data.pace"].distribution.median == pytest.approx(14.0 * 1.3 * 1.1 / 2.0)
    assert found["tasks.b.data.pace"].distribution.median == pytest.approx(14.0 * 1.3 * 1.1 / 4.0)
    expert = lowered("tasks.a.data={kind: expert-item, price: $50/example}").used["tasks.a.data.pace"]
    assert expert.distribution.median == pytest.approx(95.0 * 1.3 * 1.1 / 50.0)
    assert expert.source.startswith("assumed: $95 an hour (expert-item)")


def test_a_row_of_ones_own_says_what_its_people_are_paid() -> None:
    row = "catalogue: {labels: [{name: gold, low: 10, typical: 20, high: 40, usd_per_hour: 60, source: us, as_of: 2026-06}]}\n"
    scenario = loads(BODY + row, overrides=["tasks.a.data.kind=gold"])
    assert lower([scenario], monte_carlo(16).points).used["tasks.a.data.pace"].distribution.median == pytest.approx(60.0 * 1.43 / 20.0)


@pytest.mark.parametrize("price", ["$0/example", "$1e-9/example", "$1M/example"])
def test_no_price_is_too_odd(price: str) -> None:
    found = lowered(f"tasks.a.data.price={price}").used["tasks.a.data.pace"]
    low, high = found.distribution.interval()
    assert 1e-4 <= low <= high <= 1e7


def test_minutes_a_label_say_it_themselves() -> None:
    found = lowered("tasks.a.data.labelling={minutes: 6 min, labels_per_item: 2, yield: 80%}")
    assert "tasks.a.data.pace" not in found.used
    assert found.inputs["made_an_hour"][0, 0, 0] == pytest.approx(60.0 * 0.8 / 12.0)


def test_what_is_given_holds() -> None:
    found = lowered("tasks.a.data.pace=4 examples/hour")
    assert found.inputs["made_an_hour"][0, 0, 0] == pytest.approx(4.0)
    assert found.used["tasks.a.data.pace"].origin == "--set"


def test_nobody_asks_where_dates_do_not_count() -> None:
    assert "tasks.a.data.pace" not in lowered("schedule.counts=no").used
