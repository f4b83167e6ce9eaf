"""A row as a scenario: it loads, says what the row says, and lists what it did not."""

from __future__ import annotations

import pytest

from head_to_head_rows import case, silent
from tuneplan.evidence.head_to_head.questions import part_of, questions_of
from tuneplan.scenario.load import loads


def question(**changed):
    return questions_of([case(**changed)])[0]


def test_the_scenario_says_what_the_row_says() -> None:
    scenario = loads(question(method="DoRA", routed=True, framing="heads", base_params=6.74e9).text)
    assert scenario.rows[0].params == 6.74e9
    assert (scenario.word("method", ""), scenario.word("framing", "")) == ("lora", "own_heads")
    assert scenario.setting("strategies.unified.routed", False)
    assert scenario.quantities["tasks.qa_on_some_7b.score.base"].distribution.median == pytest.approx(0.4)
    assert scenario.quantities["tasks.qa_on_some_7b.data.examples"].distribution.median == 4000.0
    assert scenario.strategies == ("unified", "alone")


@pytest.mark.parametrize("row", [silent(), case(seen="unseen"), case(cotrained_tasks=1.0), case(kind="unified_then_specialise"),
                                 case(task="'; drop: [x", base_model='"<script>"'), case(metric="acc", base_score=None)])  # fmt: skip
def test_every_row_becomes_a_sound_scenario(row) -> None:
    assert loads(questions_of([row])[0].text).tasks


def test_a_score_that_falls_is_turned_over_and_points_are_shares_of_the_scale() -> None:
    rising, falling = question(), question(higher_is_better=False, base_score=60.0, specialist_score=40.0, unified_score=38.0)
    assert (rising.measured, rising.base) == (pytest.approx(2.0), pytest.approx(0.4))
    assert (falling.measured, falling.base) == (pytest.approx(2.0), pytest.approx(0.4))
    assert question(score_span=10.0, specialist_score=6.0, unified_score=6.2, base_score=4.0).measured == pytest.approx(2.0)


def test_a_scale_that_is_left_out_is_the_least_power_of_ten_that_holds_the_scores_of_the_paper() -> None:
    rows = [case("H1", score_span=None, base_score=None, specialist_score=0.6, unified_score=0.62), case("H2", score_span=None, task="b", specialist_score=1.4, unified_score=1.5, base_score=None)]
    assert [each.measured for each in questions_of(rows)] == [pytest.approx(0.2), pytest.approx(1.0)]
    assert "score_span" in questions_of(rows)[0].missing


def test_what_is_missing_is_listed() -> None:
    assert question().missing == ()
    assert questions_of([silent()])[0].missing == (
        "score_span", "base_params", "method", "relation", "framing", "clash_risk", "own_examples", "cotrained_tasks", "base_score",
    )  # fmt: skip
    assert "upstream_tasks" in question(kind="unified_then_specialise").missing


def test_sizes_are_read_off_names() -> None:
    assert loads(question(base_params=None, base_model="LLaMA2-13B").text).rows[0].params == 13e9
    assert loads(question(base_params=None, base_model="bert").text).rows[0].params == 0.3e9


def test_a_specialist_at_the_end_of_its_scale_is_no_pilot() -> None:
    assert question().is_pilot
    assert not question(score_span=1.0, base_score=None, specialist_score=1.0, unified_score=0.96).is_pilot


def test_rows_are_told_apart() -> None:
    assert part_of(case()) == "trained"
    assert part_of(case(seen="unseen")) == "unseen"
    assert part_of(case(base_model="Transformer from scratch")) == "from scratch"
    assert part_of(case(pair_type="auxiliary")) == "from scratch"


def test_questions_keep_the_order_of_their_cases() -> None:
    rows = [case("H3", task="c"), case("H1", task="a", paper="Q"), case("H2", task="b")]
    assert [each.case.case_id for each in questions_of(rows)] == ["H3", "H1", "H2"]
