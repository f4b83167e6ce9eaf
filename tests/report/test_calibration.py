"""What people read of a calibration: the answer first, in every case that there is; and the file that a scenario includes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from building import text_of
from tuneplan.evidence.calibration.analysis import Calibrated, Side, calibrated_scenario
from tuneplan.evidence.calibration.variants import read_pilots
from tuneplan.report.calibration import (
    answer,
    as_include,
    further_answer,
    further_table,
    method,
    page,
    pilot_table,
)
from tuneplan.report.calibration_data import COLUMNS, content, rows
from tuneplan.report.calibration_words import doubts
from tuneplan.report.page import ROOM, as_markdown_page, as_terminal_page
from tuneplan.report.tables import width
from tuneplan.scenario.load import load, loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.information.estimates import Worth

ROWS = (
    "a,a,1000,0.66,0.44,0.2,", "a,a+b,1000,0.60,,,", "b,a+b,1000,0.62,,,", "b,b,1000,0.65,,,300",
)  # fmt: skip
HEAD = "task,trained_together,examples,score,base,gpu_hours,cost"
Learned = Callable[..., Calibrated]


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Learned:
    def calibrating(*given: str, head: str = HEAD) -> Calibrated:
        path = tmp_path_factory.mktemp("pilots") / "pilots.csv"
        path.write_text("\n".join((head, *given)) + "\n", encoding="utf-8")
        own = {task: {"score.base": "0.4 to 0.5", "score.ceiling": "0.8 to 0.9"} for task in ("a", "b")}
        scenario = loads(text_of(own, strategies=("unified", "specialists"), law={}))
        return calibrated_scenario(scenario, read_pilots(path, scenario), monte_carlo(512))

    return calibrating


@pytest.fixture(scope="module")
def found(learned: Learned) -> Calibrated:
    return learned(*ROWS)


def with_best(side: Side, best: int | None) -> Side:
    return replace(side, decision=replace(side.decision, best=best))


def test_the_answer_says_whether_the_verdict_changes_and_how_well_it_is_known(found: Calibrated) -> None:
    names = found.after.decision.strategies
    stays = replace(found, before=with_best(found.before, 0), after=with_best(found.after, 0))
    assert answer(stays).startswith(f"The verdict stays: {names[0]}. {found.pair[0]} less {found.pair[1]} was ")
    assert " narrower; the chance that " in answer(stays)
    turns = replace(found, before=with_best(found.before, 0), after=with_best(found.after, 1))
    assert answer(turns).startswith(f"The verdict changes: {names[1]} instead of {names[0]}.")


def test_where_nothing_meets_the_limits_it_says_so(found: Calibrated) -> None:
    nothing = replace(found, before=with_best(found.before, None), after=with_best(found.after, None))
    assert answer(nothing).startswith("Nothing meets the limits, after the pilots as before")
    lost = replace(found, before=with_best(found.before, 0), after=with_best(found.after, None))
    assert answer(lost).endswith("no longer meets the limits, and nothing else does.")


def test_pilots_that_contradict_one_another_are_named(learned: Learned) -> None:
    found = learned("a,a,1000,0.45,,,", "a,a,1000,0.75,,,")
    [told, *_] = doubts(found)
    assert told.startswith("These pilots contradict one another, or what the scenario says, by far more than their errors: line ")
    assert f"Their own errors were taken for up to {found.posterior.stretched:.1f} times what they were said to be" in told


def test_a_single_odd_run_contradicts_no_other_pilot(learned: Learned) -> None:
    [told, *_] = doubts(learned("a,a,1000,0.05,,,"))
    assert told.startswith("This run contradicts what the scenario says by far more than its error: line 2 (score of a 1000 alone). ")
    assert told.endswith("look at it first, and repeat it before you believe it.")
    [told, *_] = doubts(learned(*ROWS, "a,a,900,0.05,,,"))
    assert told.startswith("This run contradicts the other pilots, or what the scenario says, by far more than its error: line 6 ")
    assert "while all others count in full" in told


def test_few_pilots_are_called_few(learned: Learned) -> None:
    assert "1 pilot is few: what was not measured stays as wide as its default." in list(doubts(learned("a,a,1000,0.6,0.41,,")))


def test_what_taught_little_is_said(found: Calibrated) -> None:
    little = replace(found, moved=(), after=replace(found.after, difference=found.before.difference))
    assert any(each.startswith("The pilots taught too little to change anything") for each in doubts(little))


def test_what_moved_and_decides_nothing_is_not_called_nothing(found: Calibrated) -> None:
    small = replace(found, moved=(replace(found.moved[0], nats=0.1),), after=replace(found.after, difference=found.before.difference))
    [told] = [each for each in doubts(small) if "taught" in each]
    assert told.startswith("The pilots taught little: the numbers below moved, but what decides is hardly better known")
    assert ": as wide as before; the chance" in answer(small)


def test_a_recommendation_that_does_not_lead_says_why(found: Calibrated) -> None:
    decision = replace(found.after.decision, best=0, tied=(0, 1), level=True, too_close=False)
    level = replace(found, after=replace(found.after, decision=decision))
    assert answer(level).endswith(f" It is level with {decision.strategies[1]} (within 0.5 points): of such strategies the cheapest is recommended, as in simulate run.")
    close = replace(level, after=replace(found.after, decision=replace(decision, too_close=True)))
    assert f" It is too close to call against {decision.strategies[1]}: of such " in answer(close)
    alone = replace(level, after=replace(found.after, decision=replace(decision, tied=(0,))))
    assert "cheapest" not in answer(alone)


def test_odd_pilots_and_long_names_fit_a_line(found: Calibrated) -> None:
    told = found.told[1]
    long = replace(told, residual=30.0, pilot=replace(told.pilot, trained=replace(told.pilot.trained, examples=(("a", 1000.0), ("b" * 60, 5.0)))))
    table = pilot_table(replace(found, told=(long,)))
    assert table.rows[0][0].startswith("! a 1000 with ")
    assert "!: nothing explains it" in table.title
    lines = as_terminal_page(page(replace(found, told=(long, *found.told)))).splitlines()
    assert max(width(line) for line in lines) <= ROOM
    assert sum("before  measured" in line and "after" in line for line in lines) == 1


def test_the_pilot_that_teaches_most_is_in_the_table(found: Calibrated) -> None:
    further = found.further
    assert further is not None
    least = replace(further.candidates[0], worth=Worth(value=0.0, error=0.0, changes=0.0, explained=0.0))
    most = replace(further.candidates[0], candidate=replace(further.candidates[0].candidate, size=77.0), worth=Worth(value=9.0, error=0.0, changes=0.0, explained=0.0))
    table = further_table(replace(further, candidates=(*[least] * 20, most)))
    assert table.rows[-1][1] == "9.00"


def test_where_none_pays_those_that_teach_nothing_are_counted_not_listed(found: Calibrated) -> None:
    further = found.further
    assert further is not None
    idle, some = (replace(further.candidates[0], net=-1.0, worth=Worth(value=value, error=0.01, changes=0.0, explained=0.0)) for value in (0.01, 0.05))
    table = further_table(replace(further, candidates=(*[idle] * 20, some)))
    assert [row[1] for row in table.rows] == ["0.05"]
    assert "20 more teach nothing beyond the error of the simulation" in table.title
    pays = further_table(replace(further, candidates=(replace(idle, net=1.0), some)))
    assert [row[1] for row in pays.rows] == ["0.01", "0.05"]
    assert "teach nothing" not in pays.title


def test_further_pilots_are_told_apart_however_long_their_names(found: Calibrated) -> None:
    further = found.further
    assert further is not None
    first = further.candidates[0]
    trained = first.candidate.runs[0]
    runs = [replace(first.candidate, runs=(replace(trained, examples=((f"{'m' * 40}{middle}{'m' * 40}", 200.0),)),)) for middle in "ab"]
    table = further_table(replace(further, candidates=tuple(replace(first, candidate=each, worth=replace(first.worth, value=1.0)) for each in runs)))
    assert len({row[0] for row in table.rows}) == 2


def test_one_number_is_no_numbers(learned: Learned) -> None:
    one = learned("a,a,1000,0.66,0.44,,")
    posterior = replace(one.posterior, names=one.posterior.names[:1], observations=one.posterior.observations[:1])
    assert method(replace(one, posterior=posterior)).startswith("1 number moves what was measured; ")
    assert "of 1 direction;" in method(replace(one, posterior=posterior))


def test_a_number_in_doubt_is_named(found: Calibrated) -> None:
    far = replace(found.moved[0], learned=(3.0, 0.2))
    [told] = [each for each in doubts(replace(found, moved=(far,))) if "lie far apart" in each]
    assert far.path in told


def test_the_page_fits_a_terminal_and_says_the_same_as_markdown(found: Calibrated) -> None:
    text = as_terminal_page(page(found))
    assert max(width(line) for line in text.splitlines()) <= ROOM
    assert text.startswith("scenario: calibrated on 4 pilots of pilots.csv\n")
    for words in ("What moved or narrowed most: median and 90 % interval", "The pilots, each with its examples", "Strategies before and after", "Nothing was written; -o calibrated.yaml"):
        assert words in text
    assert as_markdown_page(page(found)).startswith("**scenario: calibrated on 4 pilots of pilots.csv**\n")
    inside = " ".join(as_terminal_page(page(found, written="a/mine.yaml", include="mine.yaml")).split())
    assert 'Written to a/mine.yaml: add "include: mine.yaml" to the scenario' in inside
    outside = " ".join(as_terminal_page(page(found, written="/b/mine.yaml")).split())
    assert 'Written to /b/mine.yaml: copy it into the scenario\'s folder, add "include: mine.yaml" to the scenario' in outside


def test_what_was_learned_before_is_left_out_and_told(found: Calibrated) -> None:
    [told, *_] = doubts(replace(found, left_out="calibrated from old.csv (3 pilots)"))
    assert told.startswith("The scenario was calibrated from old.csv (3 pilots) before; that is left out here")


def test_a_clash_is_told_by_its_tasks(found: Calibrated) -> None:
    clashed = replace(found, posterior=replace(found.posterior, happened=("clash.a.b+c",)))
    [told] = [each for each in doubts(clashed) if "formats clash" in each]
    assert told.startswith("a falls when it is trained with b and c, as where formats clash: nothing else explains its score. From now on")
    once = replace(found, posterior=replace(clashed.posterior, once={"clash.a.b+c": 0.6}))
    [told] = [each for each in doubts(once) if "formats clash" in each]
    assert "One run says so, which may have failed by itself: the clash is believed by 60 %" in told
    assert "Repeat that run before you decide by it" in told


def test_which_pilot_to_run_next_hangs_on_net_value(found: Calibrated) -> None:
    further = found.further
    assert further is not None
    first = replace(further.candidates[0], worth=Worth(value=1.0, error=0.01, changes=0.3, explained=0.1), net=0.5, usd=1000.0)
    pays = replace(further, candidates=(first,))
    assert further_answer(replace(found, further=pays)).startswith(f"Run next: {first.candidate.said}. It is worth 1.00 ± 0.01 points and takes $1.00k; net +0.50.")
    unpriced = replace(further, candidates=(replace(first, net=math.nan),))
    assert further_answer(replace(found, further=unpriced)).startswith("Most worth a dollar is ")
    close = replace(further, candidates=(replace(first, net=-0.005),))
    assert further_answer(replace(found, further=close)).startswith("No further pilot clearly pays. Nearest comes ")
    never = replace(further, candidates=(replace(first, net=-2.0),))
    assert further_answer(replace(found, further=never)).startswith("Nothing is worth another pilot: the one that teaches most, ")
    assert further_answer(replace(found, further=None)).startswith("No further pilot changes the choice")


def test_the_method_is_told(found: Calibrated) -> None:
    assert "of the importance draws count" in method(found)
    assert f"of {len(found.pilots.observations)} directions" in method(found)


def test_the_file_reads_back_to_what_was_judged(found: Calibrated, tmp_path: Path) -> None:
    (tmp_path / "learned.yaml").write_text(as_include(found), encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text("include: learned.yaml\n" + text_of(("a", "b"), law={}), encoding="utf-8")
    assert load(path).calibration == found.learned
    text = as_include(found)
    assert text.startswith("# What 4 pilots of pilots.csv taught scenario, by simulate calibrate.\n")
    assert all(f"#   {each.path}: " in text for each in found.moved)


def test_data_holds_everything_with_units(found: Calibrated) -> None:
    data = content(found)
    assert list(data)[:4] == ["schema_version", "tool", "scenario", "design"]
    assert [each["what"] for each in data["pilots"]] == ["base", "score", "gpu_hours", "score", "score", "score", "label_price"]
    assert data["posterior"]["observations"] == 7
    table = list(rows(found))
    assert all(tuple(each) == COLUMNS for each in table)
    assert {each["about"] for each in table} == {"number", "pilot", "strategy", "further pilot"}
    assert [(each["shift"], each["spread"]) for each in data["moved"]] == [each.learned for each in found.moved]
    assert [each["value"] for each in table if each["figure"] == "shift"] == [each.learned[0] for each in found.moved]
    measured = [each["value"] for each in table if each["side"] == "measured" and each["what"] == "score"]
    assert measured == pytest.approx([0.66, 0.60, 0.62, 0.65])
