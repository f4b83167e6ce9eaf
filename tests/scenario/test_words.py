"""Words that stand for a number or change the model: what they set, what wins over them, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from building import answer, assert_same, lowered, scenario
from tuneplan.core.costs import JUDGES
from tuneplan.errors import ScenarioError
from tuneplan.scenario.catalogue import label_prices
from tuneplan.scenario.load import load

STARTUP = Path(__file__).resolve().parents[2] / "scenarios" / "startup.yaml"
REFUSED = {
    "framing of a task": ("tasks.email.framing=instructions", r'tasks\.email\.framing: "instructions" is not allowed; did you mean "instruction"\?'),
    "framing of unseen requests": ("unseen.framing=plain", r"unseen\.framing: unknown key"),
    "adapted layers": ("lora.layers=atention", r'lora\.layers: "atention" is not allowed; did you mean "attention"\?'),
    "layers of a strategy": ("strategies.adapters.layers=attention", r"strategies\.adapters\.layers: unknown key"),
    "judge": ("evaluation.judge=crowd", r'evaluation\.judge: "crowd" is not allowed; allowed: model, people, automatic'),
}  # fmt: skip


@pytest.mark.parametrize(("change", "message"), REFUSED.values(), ids=REFUSED)
def test_other_words_are_refused(change: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        load(STARTUP, overrides=[change])


# --- who judges ---------------------------------------------------------------------------------------


def test_people_cost_more_than_a_model_and_a_model_more_than_exact_match() -> None:
    """Draw by draw, in evaluation before launch and after each retraining, and nowhere else."""
    by_judge = {judge: answer(evaluation__judge=judge) for judge in JUDGES}
    for component in ("evaluation", "upkeep"):
        people, model, automatic = (by_judge[judge].cost("unified", component) for judge in ("people", "model", "automatic"))
        assert (people > model).all()
        assert (model > automatic).all()
    for component in ("data", "training", "people", "serving"):
        assert_same(by_judge["people"].cost("unified", component), by_judge["automatic"].cost("unified", component))


def test_the_judge_is_a_model_where_nothing_is_said() -> None:
    assert_same(answer().outcome.cost_of(), answer(evaluation__judge="model").outcome.cost_of())


def test_a_typed_price_wins_over_the_judge() -> None:
    typed = {"evaluation__price": "$0.2 per item"}
    assert_same(answer(evaluation__judge="people", **typed).outcome.cost_of(), answer(**typed).outcome.cost_of())


def test_judging_by_people_lies_between_a_crowd_label_and_a_preference() -> None:
    """The catalogue's typical crowd label, and the 10 USD of a preference pair that were read."""
    low, high = JUDGES["people"][0].interval()
    assert low == pytest.approx(label_prices()["crowd-label"].typical, rel=0.1)
    assert high == pytest.approx(10.0, rel=0.1)


def test_exact_match_costs_next_to_nothing_but_not_nothing() -> None:
    """.25 GPU-hours at 2.5 USD for 300 prompts of IFBench and 1 319 of GSM8K."""
    assert JUDGES["automatic"][0].median == pytest.approx(0.25 * 2.5 / (300 + 1319), rel=0.05)


@pytest.mark.parametrize(("judge", "source"), [("model", "assumed: model judge"), ("people", "assumed: that judging costs what labelling does"), ("automatic", "spread assumed")])
def test_the_ledger_names_who_judges_and_that_it_is_assumed(judge: str, source: str) -> None:
    used = lowered(scenario(evaluation__judge=judge)).used["evaluation.price"]
    assert source in used.source
    assert (used.grade, used.origin) == ("A", "default")
