"""What is in use for all strategies is what is in use for any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tuneplan import load
from tuneplan.study.in_use import choices_of, idle, in_use, rows_in_use
from tuneplan.study.run import Run

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


def ran(name: str, *changes: tuple[str, str]) -> Run:
    study = load(SCENARIOS / f"{name}.yaml")
    for change in changes:
        study = study.set(*change)
    return study.run(draws=64).verdict.run


STAGED = (
    ("strategies.merge.kind", "merged"), ("strategies.staged.kind", "unified_then_specialists"), ("gpu.provider", "verda"),
    ("gpu.spot", "yes"), ("tasks.qa.data.synthetic.share", "20%"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "changes"), [("startup", ()), ("dataset_choice", ()), ("unseen_task", ()), ("startup", STAGED)])
def test_a_number_is_in_use_if_it_is_for_any_strategy(name: str, changes: tuple[tuple[str, str], ...]) -> None:
    run = ran(name, *changes)
    each = [choices_of(run, row) for row in range(len(run.scenario.strategies))]
    of_any = {path for path in run.lowered.used if any(choices.read(path) for choices in each)}
    assert of_any == {quantity.listed_as for quantity in in_use(run)}


def test_a_strategy_does_not_use_what_only_others_do() -> None:
    run = ran("startup", *STAGED)
    rows = {name: choices_of(run, row) for row, name in enumerate(run.scenario.strategies)}
    users = {path: {name for name, choices in rows.items() if choices.read(path)} for path in run.lowered.used}
    trained = set(rows) - {"prompted"}
    assert users["law.format_examples"] == users["training.spot_hazard"] == trained
    assert users["serving.adapter_slots"] == {"adapters"}
    assert users["law.merge_noise"] == {"merge"}
    assert users["law.forgetting"] == {"staged"}
    assert users["router.accuracy"] == {"specialists", "adapters", "staged"}
    assert users["training.proxies"] == {"unified", "staged"}
    assert users["people.weeks_prompting"] == {"prompted"}
    assert users["serving.price"] == trained
    assert users["horizon"] == set(rows)


def test_one_accuracy_is_not_in_use_where_mistakes_are_given_pair_by_pair() -> None:
    assert "router.accuracy" in {quantity.path for quantity in in_use(ran("startup"))}
    confused = {quantity.path for quantity in in_use(ran("startup", ("router.confusion.email>qa", "5%")))}
    assert "router.confusion.email>qa" in confused
    assert "router.accuracy" not in confused


def test_a_number_of_a_base_is_used_by_the_strategies_of_that_base() -> None:
    run = ran("startup", ("strategies.small.kind", "unified"), ("strategies.small.base", "tinyllama-1.1b"))
    used = [path for path in run.lowered.used if path.startswith("law.diversity_gain")]
    assert sorted(used) == ["law.diversity_gain (llama-3.1-8b-instruct)", "law.diversity_gain (tinyllama-1.1b)"]
    small, other = (choices_of(run, run.scenario.strategies.index(name)) for name in ("small", "unified"))
    assert [small.read(path) for path in sorted(used)] == [False, True]
    assert [other.read(path) for path in sorted(used)] == [True, False]


def names_of_rows(run: Run) -> set[tuple[str, str]]:
    return {(table, getattr(row, "name", "")) for table, row in rows_in_use(run)}


def test_rows_of_the_catalogue_that_constants_read_are_in_use() -> None:
    assert names_of_rows(ran("startup")) == {("api_prices", "gpt-4o-mini"), ("gpus", "h100-sxm"), ("models", "llama-3.1-8b-instruct"), ("serving", "")}


def test_a_base_of_a_strategys_own_is_in_use_beside_the_one_that_was_scored() -> None:
    read = names_of_rows(ran("startup", ("strategies.unified.base", "llama-3.2-3b-instruct")))
    assert {("models", "llama-3.2-3b-instruct"), ("models", "llama-3.1-8b-instruct")} <= read


def test_what_is_served_by_a_host_reads_its_prices_and_no_card() -> None:
    read = rows_in_use(ran("startup", ("serving.mode", "hosted")))
    assert {table for table, _ in read} == {"api_prices", "hosted", "models"}


TIME = ("schedule.", "deadline.")


def test_a_schedule_is_in_use_where_launch_dates_count() -> None:
    timed, untimed = ran("startup"), ran("startup", ("schedule.counts", "no"))
    of_time = [{quantity.path for quantity in in_use(each) if quantity.path.startswith(TIME) or quantity.path.endswith(".pace")} for each in (timed, untimed)]
    assert of_time[1] == set()
    assert {"schedule.annotators", "schedule.gate", "schedule.attrition", "deadline.delay_cost", "tasks.qa.data.pace"} <= of_time[0]
    assert not {"schedule.generation_rate", "schedule.restart"} & of_time[0]
    assert idle(untimed) == ["deadline.date", "deadline.delay_cost", "schedule.annotators", "schedule.gpus", "schedule.reviewers"]
    assert idle(timed) == []


def test_who_reads_a_schedule() -> None:
    run = ran("startup", *STAGED)
    rows = {name: choices_of(run, row) for row, name in enumerate(run.scenario.strategies)}
    users = {path: {name for name, choices in rows.items() if choices.read(path)} for path in run.lowered.used if path.startswith(TIME)}
    trained = set(rows) - {"prompted"}
    assert users["schedule.annotators"] == users["schedule.gpus"] == users["schedule.restart"] == users["schedule.rejected"] == trained
    assert users["schedule.engineers"] == users["schedule.gate"] == users["schedule.hours"] == users["deadline.delay_cost"] == set(rows)


def test_minutes_a_label_say_the_pace() -> None:
    run = ran("startup", ("tasks.qa.data.labelling.minutes", "5 min"))
    paths = {quantity.path for quantity in in_use(run)}
    assert "tasks.email.data.pace" in paths
    assert "tasks.qa.data.pace" not in paths


# --- the schedule -----------------------------------------------------------------------------------


def users(run: Run, *paths: str) -> list[set[str]]:
    rows = {name: choices_of(run, row) for row, name in enumerate(run.scenario.strategies)}
    return [{name for name, choices in rows.items() if path in run.lowered.used and choices.read(path)} for path in paths]


def test_numbers_of_the_schedule_are_in_use_where_launch_dates_count_by_whoever_waits_for_them() -> None:
    run = ran("startup", *STAGED)
    everybody = set(run.scenario.strategies)
    trained = everybody - {"prompted"}
    assert users(run, "schedule.annotators", "schedule.gpus", "schedule.restart", "schedule.generation_rate", "tasks.email.data.pace") == [trained] * 5
    assert users(run, "schedule.gate", "schedule.engineers", "schedule.hours", "deadline.delay_cost") == [everybody] * 4
    untimed = ran("startup", *STAGED, ("schedule.counts", "no"))
    assert not {path for path in (quantity.path for quantity in in_use(untimed)) if path.startswith(("schedule.", "deadline.")) or path.endswith(".pace")}


def test_what_a_schedule_does_without_is_not_in_use() -> None:
    run = ran("startup")
    assert users(run, "schedule.restart", "schedule.generation_rate") == [set()] * 2, "no spot, and no model writes examples"
    assert idle(run) == []
    given = ran("startup", ("schedule.counts", "no"), ("schedule.days", "[mon, tue]"), ("schedule.order", "in turn"))
    assert idle(given) == [
        "deadline.date", "deadline.delay_cost", "schedule.annotators", "schedule.days", "schedule.gpus", "schedule.order", "schedule.reviewers",
    ]  # fmt: skip
