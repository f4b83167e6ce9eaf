"""Rows of one mixture are one another's neighbours; what nobody says is shared out or left open."""

from __future__ import annotations

import pytest

from head_to_head_rows import case, silent
from tuneplan.evidence.head_to_head.settings import MOST_TASKS, UNKNOWN_TASKS, settings_of, task_name


def examples(setting) -> dict[str, float | None]:
    return {name: amount.examples for name, amount in setting.tasks.items()}


def test_rows_of_one_mixture_know_one_another() -> None:
    rows = [case("H1", task="QA", own_examples=2000.0), case("H2", task="Summary", own_examples=9000.0)]
    (setting,) = settings_of(rows)
    assert setting.requests == ("qa_on_some_7b", "summary_on_some_7b")
    assert examples(setting) == {"qa_on_some_7b": 2000.0, "summary_on_some_7b": 9000.0, "other_1": 1000.0}


@pytest.mark.parametrize("changed", [{"base_model": "Other-7B"}, {"method": "LoRA"}, {"mixture_examples": 20000.0}, {"paper": "Q"}, {"routed": True}])
def test_another_base_method_mixture_or_paper_is_another_setting(changed) -> None:
    assert len(settings_of([case("H1", task="QA"), case("H2", task="Summary", **changed)])) == 2


def test_a_task_stands_in_a_setting_once_and_no_more_tasks_than_were_trained_together() -> None:
    assert [len(each.cases) for each in settings_of([case("H1"), case("H2"), case("H3", task="Other")])] == [2, 1]
    assert [len(each.cases) for each in settings_of([case(f"H{n}", task=f"T{n}") for n in range(5)])] == [3, 2]


def test_a_row_alone_shares_the_rest_of_its_mixture_out_evenly() -> None:
    (setting,) = settings_of([case()])
    assert examples(setting) == {"qa_on_some_7b": 4000.0, "other_1": 4000.0, "other_2": 4000.0}


def test_without_a_mixture_the_others_are_about_as_large() -> None:
    (setting,) = settings_of([case(mixture_examples=None)])
    assert examples(setting) == {"qa_on_some_7b": 4000.0, "other_1": None, "other_2": None}
    assert [amount.near for amount in setting.tasks.values()] == pytest.approx([4000.0] * 3)


def test_amounts_that_do_not_add_up_are_kept_as_said() -> None:
    """Three data sets of 9k in a mixture that is said to be of 12k: what was read of each counts."""
    (setting,) = settings_of([case(f"H{n}", task=f"T{n}", own_examples=9000.0) for n in range(3)])
    assert set(examples(setting).values()) == {9000.0}


def test_unseen_rows_train_on_nothing_of_their_own() -> None:
    (setting,) = settings_of([case("H1", seen="unseen"), case("H2", seen="unseen", task="Summary")])
    assert setting.requests == ("unseen", "unseen")
    assert examples(setting) == dict.fromkeys(("other_1", "other_2", "other_3"), 4000.0)


def test_a_silent_row_and_an_endless_mixture_have_bounded_tasks() -> None:
    assert len(settings_of([silent()])[0].tasks) == UNKNOWN_TASKS
    endless = settings_of([case(cotrained_tasks=1e6, mixture_examples=None)])[0].tasks
    assert len(endless) == MOST_TASKS
    assert sum(amount.near for name, amount in endless.items() if name != "qa_on_some_7b") == pytest.approx(4000.0 * (1e6 - 1))


@pytest.mark.parametrize(("said", "name"), [("GSM8K (Human mix)", "gsm8k"), ("GSM8K", "gsm8k"), ("PAN-X NER it (zero-shot)", "pan_x_ner_it"),
                                            ("Unseen", "task_unseen"), ("任务", "task_82593b85")])  # fmt: skip
def test_a_task_has_one_name_whatever_is_remarked_on_the_test(said: str, name: str) -> None:
    assert task_name(case(task=said)) == f"{name}_on_some_7b"
    assert task_name(case(task=said, base_model=None)) == name
