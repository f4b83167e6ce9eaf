"""Inputs in words: never two alike, however long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from tuneplan.report.charts.input_names import LEFT_TO_RIGHT, in_plain_words, names_of
from tuneplan.report.tables import width

NAME = some.text("abcde_", min_size=1, max_size=80)


def test_a_task_or_strategy_comes_first_then_what_is_meant() -> None:
    assert in_plain_words("tasks.qa.tokens.input") == "qa: input tokens"
    assert in_plain_words("strategies.tuned.price.qa") == "tuned: price on qa"
    assert in_plain_words("strategies.tuned.price") == "tuned: price"
    assert in_plain_words("unseen.share") == "unseen requests: share of requests"
    assert in_plain_words("similarity.email/unseen") == "similarity of email and unseen requests"


@given(some.lists(some.tuples(some.sampled_from(("tasks", "strategies")), NAME, some.sampled_from(("traffic", "data.price", "examples"))), unique=True, max_size=6))
def test_no_two_are_alike(parts: list[tuple[str, str, str]]) -> None:
    labels = [".".join(each) for each in parts]
    found = names_of(labels)
    assert set(found) == set(labels)
    assert len(set(found.values())) == len(labels)


@given(NAME)
def test_lines_hold_their_columns(name: str) -> None:
    for line in names_of([f"tasks.{name}.half_gap_examples"], letters=24).values():
        assert all(width(row) <= 24 for row in line.split("\n"))


def test_a_name_read_from_the_right_leaves_the_order_of_words() -> None:
    (said,) = names_of(["tasks.العربية.traffic"]).values()
    assert said == f"{LEFT_TO_RIGHT}العربية: traffic"


def test_wide_letters_count_twice() -> None:
    (said,) = names_of([f"tasks.{'日本語' * 10}.traffic"]).values()
    assert all(width(row) <= 30 for row in said.split("\n"))
    assert said.endswith("traffic")
