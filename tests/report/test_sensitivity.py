"""A sensitivity in words, as data and as rows; and what a verdict says of switch points."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import own_or_hosted
from building import GIVEN
from own_or_hosted import UNCERTAIN
from tuneplan.report import sensitivity as report
from tuneplan.report.data import as_json, plain_json, records_as_csv
from tuneplan.report.flips import flips, range_in_words, what_would_flip_it, where
from tuneplan.report.page import ROOM, as_markdown_page, as_terminal_page
from tuneplan.report.remarks import remarks
from tuneplan.report.tables import width
from tuneplan.scenario import load as loading
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.results import Verdict
from tuneplan.study.run import run
from tuneplan.study.sensitivity.analysis import Sensitivity, sensitivity
from tuneplan.study.sensitivity.switching import SwitchPoint
from tuneplan.study.verdict import verdict

STARTUP = Path(__file__).resolve().parents[2] / "scenarios" / "startup.yaml"


def load(path: Path, *, overrides: Sequence[str] = (), scenario: str = "") -> Scenario:
    """A shipped scenario; of the startup with its examples given, so that no plan moves."""
    return loading.load(path, overrides=(*(GIVEN if path == STARTUP else ()), *overrides), scenario=scenario)




def judged(*changes: str, draws: int = 1024) -> Verdict:
    return verdict(own_or_hosted.ran(*changes, draws=draws))


def of(result: Verdict) -> Sensitivity:
    found = sensitivity(result)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    return of(judged(*UNCERTAIN))


@pytest.fixture(scope="module")
def startup() -> Sensitivity:
    return of(verdict(run(load(STARTUP), monte_carlo(1024))))


def text(found: Sensitivity) -> str:
    return as_terminal_page(report.page(found))


def flat(found: Sensitivity) -> str:
    return " ".join(text(found).split())


def test_a_page_is_as_wide_as_a_terminal(found: Sensitivity, startup: Sensitivity) -> None:
    for each in (found, startup):
        assert max(map(width, text(each).split("\n"))) <= ROOM


def test_the_page_says_what_the_difference_is_and_what_moves_it(found: Sensitivity) -> None:
    said = flat(found)
    assert said.startswith("API or own card: what hosted against own hangs on hosted less own, in net benefit: +$3.12k on average (90 % ")
    assert "With every input at its median, and no luck, it is +$3.12k, and hosted is recommended." in said
    rows = [line.split() for line in text(found).split("\n")]
    (price,) = [row for row in rows if row[:1] == ["gpu.price"] and "below" in row and "%" in row][:1]
    assert price[1:4] == ["-$4.76k", "own", "+$11.0k"]
    assert "inputs move both strategies alike, or neither" in said
    assert "numbers in use are known exactly, so they move nothing here" in said
    assert "uncertain numbers are read by nothing in this scenario" in said


def test_luck_has_its_say_only_where_it_has_a_part(found: Sensitivity, startup: Sensitivity) -> None:
    assert "Luck" not in text(found)
    assert "Luck (format clashes, and what the law misses) has a part in " in flat(startup)
    assert "no better estimate of an input removes that." in flat(startup)


def test_switch_points_stand_with_chance_error_and_winner(found: Sensitivity) -> None:
    said = flat(found)
    assert "Switch points, with twice the simulation error on either side where within likely then ahead by" in said
    assert "tasks.chat.traffic above 3" in said
    assert "too close to call" not in said


def test_what_noise_may_have_made_is_named_with_its_remedy(startup: Sensitivity) -> None:
    assert "Too close to call at 1024 draws: whether " in flat(startup)
    assert "4096 draws halve the simulation error." in flat(startup)


def test_few_draws_say_what_they_cannot_tell() -> None:
    said = flat(of(judged(*UNCERTAIN, draws=16)))
    assert "16 draws are too few to look for switch points; 4096 are usual." in said
    assert "too few draws for indices: 64 at least" in said


def test_one_strategy_or_nothing_feasible_is_said() -> None:
    alone = verdict(run(load(STARTUP, overrides=["budget.limit=1 USD"]), monte_carlo(64)))
    said = as_terminal_page(report.nothing_to_take_apart(alone))
    assert "Nothing meets the limits with 90 % confidence." in said
    assert "Without a recommendation there is none to flip." in " ".join(said.split())
    data = json.loads(plain_json(report.no_content(alone)))
    assert (data["best"], data["effects"], data["switch_points"]) == (None, [], [])


def test_an_unmoved_difference_is_said_in_a_sentence() -> None:
    text = own_or_hosted.TEXT.replace("api: mine, prompt_tokens: 0, score: {chat: 0.6, unseen: 0.6}", "like_base: yes, prompt_tokens: 0")
    found = of(verdict(run(own_or_hosted.loads(text), monte_carlo(64))))
    assert "hosted less own, in net benefit, is +$0 in every draw: no input moves it." in " ".join(as_terminal_page(report.page(found)).split())


def test_only_one_that_meets_the_limits_says_so() -> None:
    found = of(verdict(run(load(STARTUP, overrides=["budget.limit=20k USD"]), monte_carlo(64))))
    assert f"prompted less {found.against} (which breaks the limits), in delivered score: " in flat(found)
    assert "No other strategy meets the limits, so no input flips the recommendation while they hold." in flat(found)


def test_json_holds_the_bars_of_a_tornado_and_every_share(found: Sensitivity) -> None:
    data = json.loads(plain_json(report.content(found)))
    assert list(data)[:4] == ["schema_version", "tool", "scenario", "design"]
    assert (data["best"], data["against"], data["units"]["difference"]) == ("hosted", "own", "USD")
    first = data["effects"][0]
    assert first["path"] == "tasks.chat.traffic"
    assert first["unit"] == "request/month"
    assert first["low"]["difference"] > first["high"]["difference"]
    assert first["total_order"]["low"] <= first["total_order"]["mean"] <= first["total_order"]["high"]
    assert [region["name"] for region in first["regions"]] == ["low", "middle", "high"]
    assert {flip["path"] for flip in data["switch_points"]} == {"gpu.price", "tasks.chat.traffic"}
    factor = next(effect for effect in data["effects"] if effect["label"] == "all similarities together")
    assert factor["low"]["value"] is None


def test_rows_have_units(found: Sensitivity) -> None:
    rows = list(report.rows(found))
    assert {row["unit"] for row in rows if row["quantity"].startswith("difference")} == {"USD"}
    assert {row["unit"] for row in rows if row["quantity"] == "total order"} == {"share"}
    (flip,) = [row for row in rows if row["input"] == "gpu.price" and row["quantity"] == "switch point, below"]
    assert (flip["unit"], flip["strategy"]) == ("USD/hour", "own")
    assert flip["p5"] <= flip["mean"] <= flip["p95"]
    assert records_as_csv(rows).startswith("input,quantity,strategy,unit,mean,p5,p95\n")


def test_markdown_shows_names_as_they_are(found: Sensitivity) -> None:
    assert "people.engineer\\_week" in as_markdown_page(report.page(found))


# --- what a verdict says ---------------------------------------------------------------------------------


FLIP = SwitchPoint(
    path="gpu.price", unit="USD/hour", value=1.6438, low=1.6, high=1.7, above=False, until=float("nan"), probability=0.32, to="own",
    gain=2800.0, saved=2800.0, too_close=False,
)  # fmt: skip


def test_a_place_is_said_with_its_unit() -> None:
    assert where(FLIP) == "below $1.64/hour"
    assert where(replace(FLIP, above=True)) == "above $1.64/hour"
    assert where(replace(FLIP, until=2.0), short=True) == "between $1.64 and $2"
    assert range_in_words(1.0001, 1.0002, "1") == "1.0001 to 1.0002"


def test_a_verdict_names_what_would_flip_it_the_most_probable_first() -> None:
    result = judged(*UNCERTAIN)
    first, second = flips(result)
    assert first.startswith("With tasks.chat.traffic above 3")
    assert first.endswith("k ahead.")
    assert second.startswith("With gpu.price below $1.6")
    (said,) = what_would_flip_it(result)
    assert said == f"Two things would flip it, each by itself. {first} {second}"
    assert said in remarks(result)


CONTESTED = ("router.accuracy=100%", "unseen.share=4%", "law.lora_forgetting=uniform 0% to 100%", "law.mixing_shift=normal 0 sd 2 points")
"""Two strategies of the startup near enough for many numbers to decide."""


def test_at_most_three_are_named() -> None:
    contested = verdict(run(load(STARTUP, overrides=CONTESTED), monte_carlo(1024)))
    assert len(flips(contested)) == 3
    assert what_would_flip_it(contested)[0].startswith("Three things would flip it, each by itself. With ")


def test_where_nothing_flips_it_that_is_said() -> None:
    result = judged("gpu.price=uniform $3 to $4 per hour")
    assert flips(result) == []
    assert what_would_flip_it(result) == ["No uncertain input would flip it by itself, as far as 1024 draws can tell."]


def test_without_a_choice_or_with_few_draws_nothing_is_said() -> None:
    assert what_would_flip_it(judged(*UNCERTAIN, draws=16)) == []
    assert what_would_flip_it(verdict(run(load(STARTUP, overrides=["budget.limit=1 USD"]), monte_carlo(64)))) == []
    assert what_would_flip_it(verdict(run(load(STARTUP, overrides=["budget.limit=20k USD"]), monte_carlo(64)))) == []


def test_one_that_is_level_is_chosen_for_its_price() -> None:
    from tuneplan.report.flips import then

    assert then(replace(FLIP, gain=0.3, saved=1200.0), "point") == "level and $1.20k cheaper"
    assert then(replace(FLIP, gain=1.26), "point") == "1.3 points ahead"
    assert then(replace(FLIP, gain=0.3, saved=-5.0), "point") == "level, and chosen"
    assert then(FLIP, "USD") == "$2.80k ahead"


def test_the_json_of_a_verdict_holds_all_of_them() -> None:
    data = json.loads(as_json(judged(*UNCERTAIN)))
    assert [flip["path"] for flip in data["switch_points"]] == ["tasks.chat.traffic", "gpu.price"]
    assert data["switch_points"][0]["until"] is None
    assert data["units"]["switch_points.gain"] == "USD"
