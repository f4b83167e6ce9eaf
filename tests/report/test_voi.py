"""What people read of the value of information: the answer first, in every case that there is."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import yaml

from building import LAW_ALONE, text_of
from tuneplan.report.interpretation import in_words
from tuneplan.report.page import ROOM, as_terminal_page
from tuneplan.report.tables import width
from tuneplan.report.voi import answer, page
from tuneplan.report.voi_data import content, rows
from tuneplan.report.words import usd
from tuneplan.scenario.load import loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.information.analysis import Information, Known, value_of_information
from tuneplan.study.information.checks import CheckWorth
from tuneplan.study.information.estimates import Worth
from tuneplan.study.run import run

CHECKS = {
    "pilot": {"learn": {"tasks.a.half_gap_examples": {"noise": "60%"}, "law.saturation_examples": {"noise": "10%"}}, "n": 3, "cost": "$2k", "days": 10},
    "survey": {"learn": {"law.interference_strength": {"noise": "30%"}}, "n": 2, "cost": "$500"},
}


def found_in(*, draws: int = 512, checks: object = CHECKS, tasks: object = ("a", "b", "c"), **more: object) -> Information:
    given = {"strategies": ("unified", "specialists", "adapters"), "law": {}, **more}
    text = text_of(tasks, **given) + (yaml.safe_dump({"checks": checks}) if checks else "")  # type: ignore[arg-type]
    return value_of_information(run(loads(text), monte_carlo(draws)))


@pytest.fixture(scope="module")
def found() -> Information:
    return found_in()


def worth(value: float, error: float = 0.01, explained: float = 0.1) -> Worth:
    return Worth(value=value, error=error, changes=0.3, explained=explained)


def with_checks(found: Information, *nets: float, value: float = 0.5, error: float = 0.01, waiting: float = 0.0) -> Information:
    """The same with checks that come to these net values."""
    given = next(each.check for each in found.checks if each.check.name == "pilot")
    checks = [
        CheckWorth(check=replace(given, name=name), learned=(), idle=(), perfect=worth(1.0), worth=worth(value, error), waiting=waiting, net=net, per_usd=0.001)
        for name, net in zip(("first", "second"), nets, strict=False)
    ]
    return replace(found, checks=tuple(checks), whole=worth(2.0), usd_per_point=5000.0, priced_at="unified")


def test_a_check_that_pays_is_done_first(found: Information) -> None:
    said = answer(with_checks(found, 0.3, -0.1))
    assert said.startswith("Do first first: it is worth 0.50 points and takes $2k, 10 days, 3 observations of ")
    assert "tasks.a.half_gap_examples" in said
    assert said.endswith("; the same money buys 0.40 points elsewhere; net +0.30 points ± 0.01.")


def test_what_would_pay_too_is_said(found: Information) -> None:
    assert answer(with_checks(found, 0.3, 0.2)).endswith("By itself second would pay too; after a first check the others are worth less.")


def test_nothing_is_worth_the_wait_when_so(found: Information) -> None:
    said = answer(with_checks(found, -0.3, -0.4))
    assert said.startswith("Nothing is worth the wait: choose ")
    assert " now. Of the checks first is worth most, 0.50 points ± 0.01, and takes $2k, 10 days, 3 observations; the same money buys " in said
    assert answer(with_checks(found, -0.3, value=0.0)).endswith("None of the checks changes the choice often enough to be worth anything.")


def test_a_margin_within_simulation_error_is_too_close_to_call(found: Information) -> None:
    said = answer(with_checks(found, 0.1, error=0.1))
    assert said.startswith("Too close to call: first comes nearest to paying, ")
    assert said.endswith("net +0.10 points ± 0.10. simulate voi, with 16384 draws, looks closer and may settle it.")
    hopeless = answer(with_checks(found, 0.0001, error=0.1))
    assert hopeless.endswith("No number of draws settles that: doing it and not doing it are as good.")


def test_without_a_price_of_a_point_worth_and_cost_stand_side_by_side(found: Information) -> None:
    said = answer(with_checks(found, math.nan))
    assert said.startswith("Most worth a dollar is first: 0.50 points for $2.00k. What a point costs is not known here")
    text = as_terminal_page(page(with_checks(found, math.nan)))
    assert "Checks by worth of a dollar" in text
    assert "worth a $1k" in text


def test_waiting_is_counted_where_points_have_a_value(found: Information) -> None:
    dollars = replace(with_checks(found, 300.0, waiting=1500.0, value=4000.0), options=replace(found.options, unit="USD"), worth_of_a_day=150.0)
    assert "; waiting 10 days costs $1.50k; net +$300 ± $0.01." in answer(dollars)
    text = as_terminal_page(page(dollars))
    assert "waiting" in text
    assert "Waiting costs $150 a day: the expected worth of" in " ".join(text.split())


def test_one_strategy_says_so() -> None:
    assert answer(found_in(strategies=("unified",), draws=64)) == (
        "Nothing is worth finding out: it is the only strategy, so that unified is chosen whatever comes out (EVPI 0)."
    )


def test_one_strategy_within_the_limits_says_so() -> None:
    strategies = {"unified": {}, "specialists": {"price": "$900/example"}}
    assert "no other strategy meets the limits" in answer(found_in(strategies=strategies, budget={"limit": "$100k"}, draws=64))


def test_equal_strategies_say_so() -> None:
    found = found_in(strategies={"unified": {}, "twin": {"kind": "unified"}}, draws=64)
    assert answer(found) == "Nothing is worth finding out: all strategies come out equal in every draw, so that no knowledge changes the choice (EVPI 0)."
    assert "What knowing" not in as_terminal_page(page(found))


def test_a_clear_winner_says_so() -> None:
    assert "unified comes out best in every draw" in answer(found_in(tasks=("a",), strategies={"unified": {}, "half": {"like": "unified", "examples": 10}}, law=LAW_ALONE, draws=64))


def test_a_winner_that_is_all_but_clear_says_so(found: Information) -> None:
    said = answer(replace(found, whole=worth(0.001)))
    assert "which simulation can't tell from 0 (EVPI)." in said


def test_nothing_feasible_says_so() -> None:
    found = found_in(budget={"limit": "$10"}, draws=64)
    assert answer(found).startswith("Nothing meets the limits, so that there is nothing to choose")
    as_terminal_page(page(found))


@pytest.mark.parametrize(("draws", "counted"), [(16, "16 draws are"), (1, "1 draw is")])
def test_one_scramble_says_so(draws: int, counted: str) -> None:
    text = " ".join(as_terminal_page(page(found_in(draws=draws))).split())
    assert f"{counted} too few to tell what knowing more is worth: they are one scramble" in text
    assert "take --draws 64 or more, 16384 are usual." in text
    assert "What knowing" not in text
    assert "nan" not in text


def test_without_checks_the_most_worth_is_named(found: Information) -> None:
    known = Known(name="law.keep_exponent", of=("law.keep_exponent",), worth=worth(0.4))
    untyped = Known(name="(replay).helpfulness", of=("(replay).helpfulness",), worth=worth(0.5))
    said = answer(replace(found, checks=(), quantities=(untyped, known)))
    assert said.startswith("The scenario names no checks. Most worth knowing is law.keep_exponent (0.40 points): say under checks:")
    assert answer(replace(found, checks=(), quantities=())) == "The scenario names no checks. No single number is worth measuring by itself."


def test_what_drives_the_spread_and_is_worth_nothing_is_said(found: Information) -> None:
    numbers = (
        Known(name="law.loud", of=("law.loud",), worth=worth(0.01, explained=0.4)), Known(name="law.useful", of=("law.useful",), worth=worth(0.5, explained=0.3)),
        Known(name="law.quiet", of=("law.quiet",), worth=worth(0.0, explained=0.01)),
    )  # fmt: skip
    text = " ".join(as_terminal_page(page(replace(with_checks(found, 0.3), quantities=numbers))).split())
    assert "law.loud (40 %) drives the spread of " in text
    assert "and is worth nothing to measure: whatever comes out, the choice stays." in text
    assert "law.useful (30 %)" not in text


def test_what_a_check_measures_in_vain_is_said(found: Information) -> None:
    assert "checks.pilot learns nothing of law.saturation_examples: nothing in this scenario reads it." in " ".join(as_terminal_page(page(found)).split())


def test_lines_fit_a_terminal(found: Information) -> None:
    name = "x" * 60
    long = replace(found.quantities[0], name=f"tasks.{name}.data.price", worth=worth(1.0))
    checks = tuple(replace(each, check=replace(each.check, name=name)) for each in found.checks)
    text = as_terminal_page(page(replace(found, whole=worth(2.0), quantities=(long,), checks=checks, groups=(replace(long, name=f"task {name}"),))))
    assert max(width(line) for line in text.splitlines()) <= ROOM
    assert "..." in text


def test_data_say_it_all_with_units(found: Information) -> None:
    data = content(found)
    assert data["units"]["quantities.worth"] == data["objective"]["unit"] == "point"
    assert data["units"]["checks.cost"] == "USD"
    assert [each["name"] for each in data["quantities"]] == [each.name for each in found.quantities]
    assert data["quantities"][0]["worth"] >= data["quantities"][-1]["worth"]
    assert data["luck_at_most"] == pytest.approx(data["evpi"]["worth"] - data["all_numbers"]["worth"])
    pilot = next(each for each in data["checks"] if each["name"] == "pilot")
    assert (pilot["n"], pilot["cost"], pilot["days"]) == (3, 2000.0, 10.0)
    assert pilot["in_vain"] == [{"path": "law.saturation_examples", "why": "nothing in this scenario reads it"}]


def test_every_number_of_the_data_has_a_unit(found: Information) -> None:
    data = content(found)
    units = data["units"]
    for where in ("evpi", "all_numbers", "quantities", "groups", "checks"):
        first = data[where][0] if isinstance(data[where], list) else data[where]
        missing = {name for name, value in first.items() if isinstance(value, int | float) and not isinstance(value, bool)}
        assert {f"{where}.{name}" for name in missing} - units.keys() == set()


def test_rows_are_tidy(found: Information) -> None:
    table = list(rows(found))
    assert {tuple(row) for row in table} == {("knowledge", "of", "figure", "unit", "value", "simulation_error")}
    assert {row["knowledge"] for row in table} == {"EVPI", "EVPPI", "EVPPI of a group", "EVSI"}
    keys = [(row["knowledge"], row["of"], row["figure"]) for row in table]
    assert len(keys) == len(set(keys))


TIMED = """
schema: 1
base: llama-3.1-8b
start: 2027-01-04
deadline: {date: 2027-01-29, delay_cost: $500/day}
tasks:
  a: {traffic: 10k requests/month, score: {base: 0.4 to 0.5, ceiling: 0.9}, data: {examples: 2k, price: $3 to $6 per example}}
  b: {traffic: 10k requests/month, score: {base: 0.4 to 0.5, ceiling: 0.9}, data: {examples: 2k, price: $3 to $6 per example}}
strategies: {unified: {}, specialists: {}, adapters: {}}
checks: {look: {learn: {law.interference_strength: {noise: 50%}}, n: 2, cost: $100, days: 14}}
"""


def test_where_dates_count_everything_ships_as_much_later_as_a_check_takes() -> None:
    found = value_of_information(run(loads(TIMED), monte_carlo(256)))
    shown = " ".join(as_terminal_page(page(found)).split())
    check = found.checks[0]
    assert check.waiting > 1000.0
    assert f"waiting 14 days costs {found.decision.strategies[found.decision.best or 0]} {usd(check.waiting)}, lateness that is added alone (" in shown
    assert "luck that nothing shows before the work begins" in shown
    head = next(line for line in as_terminal_page(page(found)).splitlines() if "waiting" in line and "days" in line and "cost" in line)
    assert head.split().index("waiting") < head.split().index("days")


def test_days_of_a_check_have_one_form() -> None:
    check = replace(loads(TIMED).checks[0], days=3000.0)
    assert in_words(check) == "$100, 3000 days, 2 observations"
    assert in_words(replace(check, days=0.0)) == "$100, 2 observations"
