"""What is said of money and capability, and what is given up, follows from the comparison."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tuneplan import Result, load, loads
from tuneplan.report.advice import given_up, recommendation
from tuneplan.report.remarks import money_and_capability, remarks
from tuneplan.study.decision import Estimate
from tuneplan.study.results import Comparison, Rival

STARTUP = Path(__file__).parents[2] / "scenarios" / "startup.yaml"


def spread(mean: float, half: float) -> Estimate:
    """An estimate with a 90 % interval of that half width."""
    return Estimate(mean=mean, low=mean - half, p10=mean, median=mean, p90=mean, high=mean + half, error=0.0)


def compared(points: Estimate, chance: float, usd: Estimate, cheaper: float) -> Comparison:
    """One against another."""
    return Comparison(
        best="one", second="other", second_allowed=True, points=points, points_probability=chance, usd=usd,
        usd_probability=cheaper, in_points={}, in_usd={}, in_unseen={}, calls=(),
    )  # fmt: skip


SURE, EVEN = (1.0, 0.9), (9.0, 0.5)
"""Half width of the interval, and the chance."""
CASES = {
    "agree": ((3.0, *SURE), (-3e3, 1e3, 0.9), "Money and capability agree: one delivers 3.0 points more and costs $3.00k less than other."),
    "agree against it": ((-3.0, *SURE), (3e3, 1e3, 0.1), "Money and capability agree: one delivers 3.0 points less and costs $3.00k more than other."),
    "disagree": ((3.0, *SURE), (3e3, 1e3, 0.1), "Money and capability disagree: one delivers 3.0 points more and costs $3.00k more than other."),
    "capability level by half a point": ((0.4, 0.1, 1.0), (-3e3, 1e3, 0.9),
        "Capability is level (+0.40 points on average, ahead in 100 % of draws), money decides: one costs $3.00k less than other."),
    "capability level by even odds": ((0.8, *EVEN), (-3e3, 1e3, 0.9),
        "Money and capability agree: one delivers 0.80 points more and costs $3.00k less than other. "
        "Capability is hard to call: one is ahead in 50 % of draws."),
    "money level": ((3.0, *SURE), (-26.6, 2e3, 0.45),
        "Money is level (-$26.6 on average, cheaper in 45 % of draws), capability decides: one delivers 3.0 points more than other."),
    "money sure though small": ((3.0, *SURE), (-26.6, 10.0, 0.99), "Money and capability agree: one delivers 3.0 points more and costs $26.6 less than other."),
    "money wide but not even": ((3.0, *SURE), (-2e3, 3e3, 0.8), "Money and capability agree: one delivers 3.0 points more and costs $2.00k less than other."),
    "both level": ((0.1, *EVEN), (5.0, 2e3, 0.5),
        "Money and capability are both level: against other, one delivers +0.10 points on average, ahead in 50 % of draws "
        "and costs +$5.00 on average, cheaper in 50 % of draws."),
}  # fmt: skip


@pytest.mark.parametrize(("points", "usd", "said"), CASES.values(), ids=CASES)
def testmoney_and_capability(points: tuple[float, float, float], usd: tuple[float, float, float], said: str) -> None:
    assert money_and_capability(compared(spread(*points[:2]), points[2], spread(*usd[:2]), usd[2])) == said


@pytest.fixture(scope="module")
def result() -> Result:
    return load(STARTUP).run(draws=64)


def against(result: Result, **changes: tuple[float, float, float]) -> str:
    """What is given up had every rival these differences."""
    points, usd = changes["points"], changes["usd"]
    rivals = tuple(
        Rival(name=rival.name, points=spread(*points[:2]), probability=points[2], usd=spread(*usd[:2]), usd_probability=usd[2], allowed=True)
        for rival in result.verdict.rivals[:1]
    )
    return given_up(replace(result.verdict, rivals=rivals))


def test_what_is_given_up(result: Result) -> None:
    name = result.verdict.rivals[0].name
    assert against(result, points=(2.0, 1.0, 0.9), usd=(3e3, 1e3, 0.1)) == f"Given up: the 2.0 points that {name} would deliver more (at +$3.00k)."
    assert against(result, points=(-2.0, 1.0, 0.1), usd=(-3e3, 1e3, 0.9)) == f"Given up: the $3.00k that {name} would save (with 2.0 points less)."
    assert against(result, points=(0.3, 0.1, 1.0), usd=(-3e3, 1e3, 0.9)) == f"Given up: the $3.00k that {name} would save (level in points)."


def test_what_is_level_is_not_given_up_and_not_denied(result: Result) -> None:
    name = result.verdict.rivals[0].name
    clear = "Nothing is given up: no strategy delivers clearly more or costs clearly less"
    assert against(result, points=(-2.0, 1.0, 0.1), usd=(3e3, 1e3, 0.1)) == f"{clear}."
    assert against(result, points=(-2.0, 1.0, 0.1), usd=(-20.0, 3e3, 0.5)) == f"{clear} (level: {name} in cost)."
    assert against(result, points=(0.4, 9.0, 0.5), usd=(-20.0, 3e3, 0.5)) == f"{clear} (level: {name} in points and {name} in cost)."


def test_the_recommendation_is_two_sentences_with_units() -> None:
    said = recommendation(load(STARTUP).set("schedule.counts", "no").run(draws=4096).verdict)
    assert said.count(". ") == 1
    for part in ("Choose unified", ": it comes out best in ", "% of draws (about ", "points. Given up: the $"):
        assert part in said


def test_when_it_ships_stands_between_choice_and_loss() -> None:
    said = recommendation(load(STARTUP).run(draws=256).verdict)
    assert re.search(r"points\. It ships by the deadline of 30 April 2027 in \d+ % of draws \(about \d in 10(; \w+: \d+ %)?\), P50 \d+ \w+, P90 \d+ \w+\. Given up: ", said)


def test_one_strategy_alone_is_no_choice() -> None:
    text = STARTUP.read_text().split("strategies:")[0] + "strategies: {unified: {}}\n"
    alone = loads(text).set("schedule.counts", "no").run(draws=64)
    assert recommendation(alone.verdict) == "Choose unified: it is the only strategy, and it meets the limits."
    assert alone.verdict.comparison is None


FRAMED = {
    "one for all": ({}, "Framing by instruction buys, in delivered points against none: unified "),
    "plain is none": ({"tasks.qa.framing": "plain"}, "Framing by instruction buys, in delivered points against none: unified "),
    "two side by side": ({"tasks.qa.framing": "own_heads"}, "Framing by instruction beside own heads buys, in delivered points against none: unified "),
    "the task's word": ({"framing": "plain", "tasks.qa.framing": "task_marker", "tasks.email.framing": "task_marker"},
        "Framing by task marker buys, in delivered points against none: unified "),
}  # fmt: skip


@pytest.mark.parametrize(("words", "said"), FRAMED.values(), ids=FRAMED)
def test_what_framing_buys_is_said_by_the_words_of_the_tasks(words: dict[str, str], said: str) -> None:
    study = load(STARTUP)
    for word in words.items():
        study = study.set(*word)
    assert any(remark.startswith(said) for remark in remarks(study.run(draws=256).verdict))


def test_nothing_is_said_of_framing_where_every_task_is_plain() -> None:
    study = load(STARTUP).set("tasks.email.framing", "plain").set("tasks.summary.framing", "plain").set("tasks.qa.framing", "plain")
    verdict = study.run(draws=64).verdict
    assert verdict.framings == ()
    assert not any(remark.startswith("Framing") for remark in remarks(verdict))


@pytest.mark.parametrize(
    ("mean", "error", "match"),
    [
        (0.1, 0.06, r"About 128 draws instead of 64 \(--draws 128\) would settle which is ahead"),
        (0.05, 0.1, r"About 1024 draws instead of 64"),
        (0.0, 0.1, "No number of draws that a run may have would settle which is ahead"),
        (0.0001, 0.1, "No number of draws"),
    ],
)
def test_what_would_settle_a_margin_that_simulation_error_hides(result: Result, mean: float, error: float, match: str) -> None:
    verdict = result.verdict
    margin = Estimate(mean=mean, low=-1.0, p10=-1.0, median=mean, p90=1.0, high=1.0, error=error)
    hidden = replace(verdict, decision=replace(verdict.decision, too_close=True, margin=margin))
    assert re.search(match, " ".join(remarks(hidden)))
    assert not re.search("would settle", " ".join(remarks(replace(verdict, decision=replace(verdict.decision, too_close=False)))))
