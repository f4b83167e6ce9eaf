"""The verdict is derived: inputs move it the way that the model says, and no strategy always wins."""

from __future__ import annotations

import itertools
import re
from functools import cache, reduce
from pathlib import Path

import numpy as np
import pytest

from building import EXAMPLES_GIVEN
from tuneplan import Result, Study, load, loads
from tuneplan.study.decision import Estimate

STARTUP = Path(__file__).parents[1] / "scenarios" / "startup.yaml"
TASKS = ("email", "summary", "qa")
TRAINED = ("unified", "specialists", "adapters")
PERFECT_ROUTER = ("router.accuracy", "100%")
Change = tuple[str, str | float]


@cache
def study() -> Study:
    """The startup with its examples given: what moves then moves for its own sake, not through a plan."""
    return reduce(lambda study, change: study.set(*change), EXAMPLES_GIVEN, load(STARTUP))


@cache
def after(*changes: Change) -> Result:
    """The startup's answer after some changes, always on the same draws."""
    changed = study()
    for path, value in changes:
        changed = changed.set(path, value)
    return changed.run(draws=512, seed=1)


def everywhere(key: str, value: str | float) -> tuple[Change, ...]:
    """One change for every task."""
    return tuple((f"tasks.{task}.{key}", value) for task in TASKS)


def cost(result: Result, strategy: str, component: str = "") -> float:
    """Mean cost of a strategy. [USD]"""
    row = next(row for row in result.verdict.results if row.name == strategy)
    return row.components[component].mean if component else row.cost.mean


def of(result: Result, strategy: str) -> int:
    return list(result.labels["strategy"]).index(strategy)


def scores(result: Result, strategy: str) -> np.ndarray:
    """Mean score of each task."""
    return result.score[of(result, strategy), :-1].mean(axis=1)


def delivered(result: Result, strategy: str) -> float:
    return float(result.delivered[of(result, strategy)].mean())


def net_benefit(result: Result, strategy: str) -> float:
    return float(result.verdict.decision.expected[of(result, strategy)])


def gap(result: Result, what: str, one: str = "unified", other: str = "specialists") -> float:
    """Mean paired difference."""
    estimate: Estimate = getattr(result.difference(one, other), what)
    return estimate.mean


def test_dearer_labels_cost_every_trained_strategy_alike_and_prompting_nothing() -> None:
    dear = after(*everywhere("data.price", "12 USD/example"))
    rises = [cost(dear, name, "data") - cost(after(), name, "data") for name in TRAINED]
    assert min(rises) > 1_000.0
    assert rises == pytest.approx([rises[0]] * 3)
    assert cost(dear, "prompted") == cost(after(), "prompted")


def test_more_traffic_is_paid_per_token_by_an_api_and_per_replica_on_own_cards() -> None:
    busy = after(("tasks.email.traffic", "2M to 8M requests/month"), ("tasks.summary.traffic", "2M to 8M requests/month"),
                 ("tasks.qa.traffic", "1M to 3M requests/month"))  # fmt: skip
    assert cost(busy, "prompted", "serving") == pytest.approx(100.0 * cost(after(), "prompted", "serving"))
    for name in TRAINED:
        assert 1.1 < cost(busy, name, "serving") / cost(after(), name, "serving") < 100.0


def test_nearer_tasks_help_the_unified_model_and_no_specialist() -> None:
    far = after(PERFECT_ROUTER, ("similarity.email/qa", "far"), ("similarity.summary/qa", "far"))
    near = after(PERFECT_ROUTER, ("similarity.email/qa", "near"), ("similarity.summary/qa", "near"))
    assert (scores(near, "unified") > scores(far, "unified") + 0.5).all()
    assert (scores(near, "specialists") == scores(far, "specialists")).all()


def test_much_own_data_favours_specialists() -> None:
    near = tuple((f"similarity.{pair}", "near") for pair in ("email/summary", "email/qa", "summary/qa"))
    few = after(PERFECT_ROUTER, *near, *everywhere("data.examples", 200))
    many = after(PERFECT_ROUTER, *near, *everywhere("data.examples", "50k"))
    lead = [(scores(each, "unified") - scores(each, "specialists")).mean() for each in (few, many)]
    assert lead[1] < min(lead[0], 0.0) - 0.3
    assert (scores(many, "specialists") > scores(few, "specialists")).all()


def test_more_requests_outside_every_task_favour_the_unified_model() -> None:
    leads = [gap(after(("unseen.share", share)), "points") for share in ("0%", "20%", "50%")]
    assert leads == sorted(leads)
    assert leads[2] - leads[0] > 2.0


def test_a_better_router_helps_those_who_have_one() -> None:
    poor, good = after(("router.accuracy", "80%")), after(("router.accuracy", "99%"))
    for name in ("specialists", "adapters"):
        assert delivered(good, name) > delivered(poor, name) + 1.0
    for name in ("unified", "prompted"):
        assert delivered(good, name) == delivered(poor, name)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("serving.min_replicas", 3),
        ("people.engineer_week", "12k USD"),
        ("people.hours_per_model_month", "20 hours"),
        ("evaluation.per_model", "5k USD"),
        ("gpu.price", "10 USD/hour"),
    ],
)
def test_what_each_model_costs_again_widens_the_gap_to_specialists(path: str, value: str | float) -> None:
    gaps = [gap(each, "cost", "specialists", "unified") for each in (after(), after((path, value)))]
    assert 0.0 < 1.1 * gaps[0] < gaps[1]


def test_cards_that_start_on_demand_narrow_the_gap_to_specialists_where_requests_are_rare() -> None:
    rare = everywhere("traffic", "500 requests/month")
    gaps = [gap(after(*rare, ("serving.mode", mode)), "cost", "specialists", "unified") for mode in ("own", "scale_to_zero")]
    assert 0.0 < gaps[1] < 0.6 * gaps[0]
    busy = [cost(after(("serving.mode", mode)), "unified", "serving") for mode in ("own", "scale_to_zero")]
    assert busy[1] > busy[0]


def test_what_the_law_misses_widens_intervals_and_moves_no_mean() -> None:
    exact = after(("law.discrepancy", "0 points"))
    for name in TRAINED:
        wide, narrow = (each.score[of(each, name), :-1].std(axis=1) for each in (after(), exact))
        assert (narrow < wide).all()
        assert delivered(exact, name) == pytest.approx(delivered(after(), name), abs=0.2)
    pairs = [each.difference("unified", "specialists").points for each in (after(), exact)]
    assert pairs[1].high - pairs[1].low < pairs[0].high - pairs[0].low
    assert (exact.delivered[3] == after().delivered[3]).all()


def test_a_higher_ceiling_helps_whoever_trains() -> None:
    high = after(*everywhere("score.ceiling", "0.95 to 0.99"))
    for name in TRAINED:
        assert (scores(high, name) > scores(after(), name) + 1.0).all()
    assert (scores(high, "prompted") == scores(after(), "prompted")).all()


def test_adapters_share_a_card_that_specialists_rent_each() -> None:
    assert cost(after(), "adapters", "serving") < 0.5 * cost(after(), "specialists", "serving")
    assert cost(after(), "adapters") < cost(after(), "specialists")


def test_a_smaller_budget_drops_strategies_and_never_admits_one() -> None:
    allowed = [after(("budget.limit", limit)).verdict.decision.allowed for limit in ("100k USD", "45k USD", "30k USD", "12k USD")]
    counts = [sum(each) for each in allowed]
    assert counts == sorted(counts, reverse=True)
    assert (counts[0], counts[-1]) == (4, 1)
    assert all(small <= large for larger, smaller in itertools.pairwise(allowed)
               for large, small in zip(larger, smaller, strict=True))  # fmt: skip
    assert after(("budget.limit", "12k USD")).recommended == "prompted"


def test_a_longer_horizon_costs_serving_and_upkeep_not_data() -> None:
    """Where launch dates count, the months before launch are paid for in neither: two years more cost two years of serving."""
    from_the_start = ("schedule.counts", "no")
    year, longer = after(from_the_start), after(from_the_start, ("horizon", "36 months"))
    timed, timed_longer = after(), after(("horizon", "36 months"))
    for name in TRAINED:
        assert cost(longer, name, "serving") == pytest.approx(3.0 * cost(year, name, "serving"))
        assert cost(timed_longer, name, "serving") - cost(timed, name, "serving") == pytest.approx(2.0 * cost(year, name, "serving"), rel=0.01)
        assert cost(timed, name, "serving") < cost(year, name, "serving")
        for short, long in ((year, longer), (timed, timed_longer)):
            assert cost(long, name, "upkeep") > cost(short, name, "upkeep")
            assert cost(long, name, "data") == cost(short, name, "data")


def test_slow_annotators_ship_late_which_costs_and_earns_less() -> None:
    slow, late = after(("schedule.annotators", 1)), after(("schedule.annotators", 1), ("deadline.delay_cost", "2k USD/day"))
    priced = everywhere("value", "1k USD per point per month")
    worth, worth_if_slow = after(*priced), after(*priced, ("schedule.annotators", 1))
    for name in TRAINED:
        assert cost(slow, name, "delay") > cost(after(), name, "delay")
        assert cost(late, name, "delay") == pytest.approx(4.0 * cost(slow, name, "delay"))
        assert cost(slow, name, "serving") < cost(after(), name, "serving")
        assert cost(slow, name, "data") == cost(after(), name, "data")
        assert delivered(slow, name) == delivered(after(), name)
        assert net_benefit(worth_if_slow, name) < net_benefit(worth, name)
    assert cost(late, "prompted") == cost(after(), "prompted")


def test_worse_examples_teach_less_and_cost_as_much() -> None:
    poor = after(*everywhere("data.quality", "40%"))
    for name in TRAINED:
        assert (scores(poor, name) < scores(after(), name)).all()
        assert cost(poor, name, "data") == cost(after(), name, "data")


RELATIONS = ("similarity.email/summary", "similarity.email/qa", "similarity.summary/qa")
RECOMMENDED: dict[str, dict[str, tuple[Change, ...]]] = {
    "budget": {"unified": (("budget.limit", "60k USD"),), "prompted": (("budget.limit", "30k USD"),)},
    "value of a point": {
        "prompted": everywhere("value", "100 USD per point per month"),
        "unified": everywhere("value", "2k USD per point per month"),
        "adapters": everywhere("value", "10k USD per point per month"),
    },
    "requests nobody trained for": {
        "adapters": (("unseen.share", "0%"), ("router.accuracy", "100%")),
        "unified": (("unseen.share", "50%"), ("router.accuracy", "100%")),
    },
    "relation of the tasks": {
        "unified": (*((path, "parallel") for path in RELATIONS), ("router.accuracy", "100%")),
        "adapters": (*((path, "far") for path in RELATIONS), ("router.accuracy", "100%")),
    },
    "router": {"unified": (("router.accuracy", "80%"),), "adapters": (("router.accuracy", "100%"), ("unseen.share", "0%"))},
}
"""What moves -> who is recommended, after which changes."""


@pytest.mark.parametrize("what", RECOMMENDED)
def test_the_recommendation_itself_moves(what: str) -> None:
    for winner, changes in RECOMMENDED[what].items():
        result = after(*changes)
        assert result.recommended == winner
        assert not result.verdict.decision.too_close


SETTINGS = {
    "unified": """\
# A young product: a few hundred examples a task, tasks of one kind, many requests that nobody foresaw.
tasks:
  draft: {traffic: 30k requests/month, value: $2k per point per month, score: {base: 0.5 to 0.6, ceiling: 0.85 to 0.95},
    data: {examples: 400, price: $3 to $6 per example}}
  rewrite: {like: draft}
  shorten: {like: draft}
unseen: {share: 20% to 40%, score: {base: 0.5 to 0.6, ceiling: 0.85 to 0.95}}
similarity: {draft/rewrite: parallel, draft/shorten: parallel, rewrite/shorten: parallel}
""",
    "specialists": """\
# A large firm: logs full of solved cases, unlike tasks, requests sorted by form, every point worth a fortune.
tasks:
  triage: {traffic: 300k requests/month, value: $30k per point per month, score: {base: 0.4 to 0.5, ceiling: 0.9 to 0.97},
    data: {examples: 400k, existing: 400k, tokens: 900}}
  coding: {like: triage}
  appeals: {like: triage}
unseen: {share: 0%}
similarity: {triage/coding: far, triage/appeals: far, coding/appeals: far}
router: {accuracy: 99% to 100%}
""",
    "adapters": """\
# An agency: unlike tasks with a few thousand bought examples each, little traffic, so idle cards are what costs.
tasks:
  legal: {traffic: 5k requests/month, value: $2k per point per month, score: {base: 0.5 to 0.6, ceiling: 0.85 to 0.95},
    data: {examples: 6k, price: $1 to $2 per example}}
  recipes: {like: legal}
  travel: {like: legal}
unseen: {share: 0%}
similarity: {legal/recipes: far, legal/travel: far, recipes/travel: far}
router: {accuracy: 97% to 99%}
""",
    "prompted": """\
# A side feature: little traffic, and a point is worth a coffee.
tasks:
  tagging: {traffic: 2k requests/month, value: $20 per point per month, score: {base: 0.5 to 0.6, ceiling: 0.85 to 0.95},
    data: {examples: 2k, price: $1 to $2 per example}}
  titles: {like: tagging}
similarity: {tagging/titles: near}
""",
}
"""Who wins -> where."""

VALUE = re.compile(r"value: \$\w+ per point per month, ")
POINTS = {
    **{name: VALUE.sub("", SETTINGS[name]) for name in ("unified", "specialists", "adapters")},
    "prompted": """\
# A trial: fifty examples of each of three unlike tasks, and a router that often errs.
tasks:
  legal: {traffic: 5k requests/month, score: {base: 0.5 to 0.6, ceiling: 0.85 to 0.95},
    data: {examples: 50, price: $1 to $2 per example}}
  recipes: {like: legal}
  travel: {like: legal}
unseen: {share: 0%}
similarity: {legal/recipes: far, legal/travel: far, recipes/travel: far}
router: {accuracy: 80%}
""",
}
"""Who wins -> where, with no value of a point: then points decide, and dollars only between level ones."""

HEAD = """\
schema: 1
base: llama-3.1-8b-instruct
gpu: {kind: h100-sxm, provider: lambda}
method: full
horizon: 12 months
strategies: {unified: {}, specialists: {}, adapters: {}, prompted: {api: gpt-4o-mini, score: 0.58 to 0.68}}
"""


@pytest.mark.parametrize(
    ("unit", "winner"), [*(("USD", name) for name in SETTINGS), *(("point", name) for name in POINTS)]
)
def test_every_strategy_wins_somewhere(unit: str, winner: str) -> None:
    setting = {"USD": SETTINGS, "point": POINTS}[unit][winner]
    result = loads(HEAD + setting).run(draws=1024, seed=1)
    decision = result.verdict.decision
    assert decision.unit == unit
    assert result.recommended == winner
    assert not decision.too_close
    assert decision.margin is not None
    assert decision.margin.mean > 4.0 * decision.margin.error
    assert decision.probability_best[of(result, winner)] == max(decision.probability_best)
    assert decision.probability_best[of(result, winner)] > 0.4
