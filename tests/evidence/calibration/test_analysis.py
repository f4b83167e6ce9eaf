"""A scenario before and after its pilots, and which one to run next."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from building import text_of
from tuneplan.evidence.calibration.analysis import Calibrated, calibrated_scenario
from tuneplan.evidence.calibration.further import candidates_of, further_pilots
from tuneplan.evidence.calibration.variants import read_pilots
from tuneplan.scenario.load import loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.options import options_of
from tuneplan.study.run import run
from tuneplan.study.verdict import decision_of

DESIGN = monte_carlo(1024)
HEAD = "task,trained_together,examples,score"
PAIR = ("a,a,1000,0.60,", "a,a+b+c,1000,0.50,1000")
OF_PAIR = f"{HEAD},others_examples"
"""The mixture does far worse on one task."""


def asked(**more: object) -> Scenario:
    own = {task: {"score.base": "0.4 to 0.5", "score.ceiling": "0.8 to 0.9", "data.price": "$2/example"} for task in ("a", "b", "c")}
    return loads(text_of(own, strategies=("unified", "specialists", "adapters"), law={}, **more))


@pytest.fixture
def learned(tmp_path: Path) -> Callable[..., Calibrated]:
    def calibrating(*rows: str, scenario: Scenario | None = None, head: str = HEAD) -> Calibrated:
        path = tmp_path / "pilots.csv"
        path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
        given = asked() if scenario is None else scenario
        return calibrated_scenario(given, read_pilots(path, given), DESIGN)

    return calibrating


def test_before_is_the_run_of_the_scenario_and_after_that_of_what_is_written(learned: Callable[..., Calibrated]) -> None:
    found = learned(*PAIR, head=OF_PAIR)
    before = run(asked(), DESIGN)
    after = run(replace(asked(), calibration=found.learned), DESIGN)
    assert np.array_equal(found.before.run.outcome.score, before.outcome.score)
    assert np.array_equal(found.after.run.outcome.score, after.outcome.score)
    assert found.learned.file == "pilots.csv"
    assert found.learned.pilots == 2


def test_a_bad_mixture_speaks_against_it(learned: Callable[..., Calibrated]) -> None:
    found = learned(*PAIR, head=OF_PAIR)
    rows = [found.after.decision.strategies.index(name) for name in ("unified", "specialists")]
    before, after = (side.options.points[rows[0]].mean() - side.options.points[rows[1]].mean() for side in (found.before, found.after))
    assert after < before - 1.0
    assert not found.taught_little
    strength = next(each for each in found.moved if each.path == "law.interference_strength")
    assert strength.after[0] > strength.before[0]


def test_each_thing_measured_is_told_once_and_fits_after(learned: Callable[..., Calibrated]) -> None:
    found = learned("a,a,1000,0.60,0.45", "a,a+b+c,1000,0.62,0.45", "b,a+b+c,1000,0.60,", "c,a+b+c,1000,0.61,", head=f"{HEAD},base")
    assert [each.observation.reads for each in found.told] == ["base", "score", "score", "score", "score"]
    for each in found.told:
        assert each.after.low <= each.measured <= each.after.high
        assert each.after.high - each.after.low < each.before.high - each.before.low


def test_numbers_of_which_most_was_learned_are_told_first(learned: Callable[..., Calibrated]) -> None:
    found = learned("a,a,1000,0.60,0.41", head=f"{HEAD},base")
    assert found.moved[0].path == "tasks.a.score.base"
    assert found.moved[0].after[0] == pytest.approx(0.42, abs=0.02)
    assert [each.nats for each in found.moved] == sorted((each.nats for each in found.moved), reverse=True)


def test_pilots_that_contradict_one_another_leave_priors_wide(learned: Callable[..., Calibrated]) -> None:
    found = learned("a,a,1000,0.45,0.01", "a,a,1000,0.75,0.01", head=f"{HEAD},standard_error")
    assert found.contradictory
    once = learned("a,a,1000,0.60,0.01", head=f"{HEAD},standard_error")
    assert not once.contradictory
    assert found.posterior.learned < once.posterior.learned


def test_what_the_scenario_says_and_pilots_deny_is_told(learned: Callable[..., Calibrated]) -> None:
    found = learned("a,a,1000,0.68,0.55", head=f"{HEAD},base")
    assert "tasks.a.score.base" in [each.path for each in found.doubtful]


def test_what_teaches_nothing_leaves_everything(learned: Callable[..., Calibrated]) -> None:
    text = text_of(strategies=("unified", "specialists"), law={}, unseen__share="10%")
    found = learned(",,0,".replace(",", "a,", 1) + "0.4", scenario=loads(text))
    assert found.posterior.names == ()
    assert found.moved == ()
    assert found.taught_little
    assert np.array_equal(found.before.options.objective, found.after.options.objective)


def test_a_calibrated_scenario_starts_from_its_priors(learned: Callable[..., Calibrated]) -> None:
    """Learned from twice, a pilot would count twice."""
    once = learned(*PAIR, head=OF_PAIR)
    again = learned(*PAIR, head=OF_PAIR, scenario=replace(asked(), calibration=once.learned))
    assert again.learned == once.learned


def test_candidates_are_tasks_alone_as_each_strategy_trains_them_all_together_and_both() -> None:
    said = [each.said for each in candidates_of(asked(), ["unified", "specialists", "adapters"]) if each.size == 500.0]
    assert len(said) == 3 * 2 * 2 + 1
    assert "b alone (adapters), 500" in said
    assert "b alone (specialists) and all together (unified), 500 each" in said
    assert "all together (unified), 500 each" in said


def test_a_candidate_is_worth_at_most_everything_and_at_least_nothing() -> None:
    made = run(asked(), DESIGN)
    options = options_of(made)
    found = further_pilots(made, options, decision_of(options))
    assert found is not None
    assert all(0.0 <= each.worth.value <= found.whole.value for each in found.candidates)
    assert max(each.worth.value for each in found.candidates) > 0.1 * found.whole.value
    nets = [each.net for each in found.candidates]
    assert math.isnan(nets[0]) or nets == sorted(nets, reverse=True)


def test_more_examples_cost_more() -> None:
    made = run(asked(), DESIGN)
    options = options_of(made)
    found = further_pilots(made, options, decision_of(options))
    assert found is not None
    price = {each.candidate.said: each.usd for each in found.candidates}
    assert price["a alone (specialists), 1000"] - price["a alone (specialists), 200"] == pytest.approx(800 * 2.0, rel=0.01)


def test_where_one_strategy_is_left_no_pilot_is_looked_for(learned: Callable[..., Calibrated]) -> None:
    text = text_of(strategies=("unified",), law={})
    assert learned("a,a+b+c,1000,0.6", "b,a+b+c,1000,0.6", "c,a+b+c,1000,0.6", scenario=loads(text)).further is None


def test_what_is_being_done_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pilots.csv"
    path.write_text(f"{HEAD}\na,a,1000,0.6\n", encoding="utf-8")
    said: list[str] = []
    calibrated_scenario(asked(), read_pilots(path, asked()), monte_carlo(64), told=said.append)
    assert said == ["learning from what was measured (1)", "the verdict before and after", "pilots that could be run next"]
