"""Scenarios with something changed, as ``--set`` would change it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from building import scenario, text_of
from tuneplan.core.distributions import Distribution, beta, choices, lognormal, point, uniform
from tuneplan.scenario.edits import param_of, times, with_changes, without_task
from tuneplan.scenario.grammar.quantities import parse
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Quantity, Scenario

CHANGES = (
    ["budget.limit=80000 USD"],
    ["tasks.a.data.price=$2.01 to $4.02/example", "tasks.b.data.price=$1/example"],
    ["method=lora", "strategies.unified.base=llama-3.2-3b"],
    ["tasks.a.traffic=5k requests/month"],
)


def tied() -> str:
    """Two tasks of which b's traffic is that of a."""
    head, _, tail = text_of(("a", "b")).rpartition("traffic: 10k requests/month")
    return f"{head}traffic: {{same_as: tasks.a.traffic}}{tail}"


@pytest.mark.parametrize("changes", CHANGES)
def test_a_change_is_what_set_makes_of_it(changes: list[str]) -> None:
    text = tied() if "traffic" in changes[0] else text_of(("a", "b"))
    assert fingerprint(with_changes(loads(text), changes)) == fingerprint(loads(text, overrides=changes))


def price(distribution: Distribution) -> Quantity:
    return Quantity(path="tasks.a.data.price", distribution=distribution, unit="USD/example", text="")


@pytest.mark.parametrize("factor", [0.01, 0.37, 0.5, 0.99])
@pytest.mark.parametrize(
    "distribution",
    [point(3.0), point(0.0123), lognormal(4.0, 0.4), parse("normal $5/example sd $1", param_of("tasks.a.data.price")), uniform(1.0, 2.0), beta(2.0, 5.0, 1.0, 4.0), lognormal(4.0, 0.4, 0.0, 20.0)],
)
def test_a_number_times_a_factor_reads_back_and_is_no_larger(distribution: Distribution, factor: float) -> None:
    text = times(price(distribution), factor)
    found = parse(text, param_of("tasks.a.data.price"))
    assert found.median <= factor * distribution.median * (1.0 + 1e-9)
    assert found.median == pytest.approx(factor * distribution.median, rel=0.02)
    assert found.interval() == pytest.approx(tuple(factor * end for end in distribution.interval()), rel=0.02)


def test_a_shape_that_can_not_be_scaled_says_nothing() -> None:
    assert times(price(choices((1.0, 2.0), (0.5, 0.5))), 0.5) == ""


FULL = {
    "unseen": {"share": "10%", "similarity": {"c": 0.5}}, "router": {"confusion": {"a>c": "10%", "a>b": "5%"}},
    "correlations": {"x": {"of": ["tasks.a.data.tokens", "tasks.c.data.tokens"], "value": 0.5}},
}  # fmt: skip
STRATEGIES = {"unified": {}, "pairs": {"groups": [["a", "b"], ["c"]], "examples": {"c": "1k"}}, "prompted": {"score": {"a": 0.5, "b": 0.5, "c": 0.5, "unseen": 0.5}}}


def without(task: str, text: str) -> Scenario:
    found = without_task(loads(text), task)
    assert found is not None
    return found


def test_without_a_task_nothing_speaks_of_it() -> None:
    similar = {"a/b": 0.3, "b/c": 0.4}
    left = without("c", text_of(("a", "b", "c"), similar=similar, strategies=STRATEGIES, **FULL))
    fewer = {"unified": {}, "pairs": {"groups": [["a", "b"]]}, "prompted": {"score": {"a": 0.5, "b": 0.5, "unseen": 0.5}}}
    written = text_of(("a", "b"), similar={"a/b": 0.3}, strategies=fewer, unseen={"share": "10%"}, router={"confusion": {"a>b": "5%"}})
    assert left.correlations == ()
    gone = {path: word for path, word in left.settings.items() if not path.startswith("correlations.")}
    numbers = {path: each for path, each in left.quantities.items() if not path.startswith("correlations.")}
    assert fingerprint(replace(left, settings=gone, quantities=numbers)) == fingerprint(loads(written))


def test_the_last_task_and_one_that_others_are_tied_to_stay() -> None:
    assert without_task(scenario(("a",)), "a") is None
    assert without_task(loads(tied()), "a") is None
    assert without_task(loads(tied()), "b") is not None
