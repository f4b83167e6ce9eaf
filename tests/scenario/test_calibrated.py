"""What pilots taught, as a section of the language: read strictly, and drawn through the one door."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from building import text_of
from tuneplan.core import evaluate
from tuneplan.errors import ScenarioError
from tuneplan.report.calibrated import rounded, section
from tuneplan.scenario.calibration import Calibration, calibrated
from tuneplan.scenario.cautions import cautions
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.lower import lower
from tuneplan.scenario.lowering.learned import spelled, surroundings
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import Nominal, monte_carlo

DESIGN = monte_carlo(4096)
ALONG = 0.5**0.5
LEARNED = Calibration(
    file="pilots.csv", pilots=3, names=("law.interference_strength", "tasks.a.headroom"), shift=(0.5, -1.0),
    loadings=((ALONG,), (ALONG,)), known=(0.75,), priors=("", ""),
)  # fmt: skip


def scenario(learned: Calibration | None = LEARNED) -> Scenario:
    text = text_of({"a": {}, "b": {}}, law={}).replace("ceiling: 0.9", "metric: points")
    return loads(text + (section(learned) if learned is not None else ""))


def as_written(learned: Calibration) -> Calibration:
    """With the digits of the file."""
    return replace(
        learned, shift=tuple(map(rounded, learned.shift)), loadings=tuple(tuple(map(rounded, row)) for row in learned.loadings),
        known=tuple(map(rounded, learned.known)),
    )  # fmt: skip


def test_it_reads_back_as_it_was_written() -> None:
    odd = Calibration(
        file="a, b.csv", pilots=1, names=('discrepancy.a.a [full|"x"||]', "similarity"), shift=(1.25, 0.0), loadings=((1.0, 0.0), (0.0, -1.0)),
        known=(0.5, -0.25), priors=("", "beta, median 57.9%, 90 % 27 to 85%"),
    )  # fmt: skip
    assert scenario(odd).calibration == as_written(odd)
    nothing = Calibration(file="x", pilots=0, names=(), shift=(), loadings=(), known=(), priors=())
    assert scenario(nothing).calibration == nothing
    told = Calibration(
        file="x", pilots=0, names=(), shift=(), loadings=(), known=(), priors=(), under=(("base", "llama-3.1-8b"), ("tasks.a, b.score.best", "1"), ("method", "")),
    )  # fmt: skip
    assert scenario(told).calibration == told


def test_of_no_pilots_everything_is_as_before_bit_for_bit() -> None:
    nothing = Calibration(file="x", pilots=0, names=(), shift=(), loadings=(), known=(), priors=())
    one, other = (evaluate(lower([each], DESIGN.points).inputs) for each in (scenario(None), scenario(nothing)))
    assert np.array_equal(one.score, other.score)


def test_names_that_were_not_learned_of_keep_their_points_bit_for_bit() -> None:
    names = ["tasks.b.headroom", "law.interference_strength", "similarity"]
    before, after = DESIGN.points(names), calibrated(DESIGN.points, LEARNED)(names)
    assert np.array_equal(before[[0, 2]], after[[0, 2]])
    assert not np.array_equal(before[1], after[1])


def test_moments_are_those_of_the_draws() -> None:
    score = special.ndtri(calibrated(DESIGN.points, LEARNED)(LEARNED.names))
    covariance = np.eye(2) - 0.75 * np.full((2, 2), 0.5)
    assert score.mean(axis=1) == pytest.approx([0.5, -1.0], abs=1e-3)
    assert np.cov(score) == pytest.approx(covariance, abs=0.03)
    for row, name in enumerate(LEARNED.names):
        assert LEARNED.moments([(name, 1.0)]) == pytest.approx((LEARNED.shift[row], covariance[row, row] ** 0.5))
    both = [(name, 1.0) for name in LEARNED.names]
    assert LEARNED.moments(both) == pytest.approx((-0.5, covariance.sum() ** 0.5))


def test_the_order_of_names_changes_nothing() -> None:
    cube = calibrated(DESIGN.points, LEARNED)
    one, other = cube(["law.interference_strength", "similarity"]), cube(["tasks.a.headroom", "similarity", "law.interference_strength"])
    assert np.array_equal(one[0], other[2])


def test_a_part_of_the_names_sees_what_the_whole_does() -> None:
    """A name that is not asked for still takes part."""
    alone = calibrated(DESIGN.points, LEARNED)(["tasks.a.headroom"])
    assert np.array_equal(alone[0], calibrated(DESIGN.points, LEARNED)(LEARNED.names)[1])


def test_points_stay_inside_the_cube() -> None:
    far = Calibration(file="", pilots=1, names=("x",), shift=(39.0,), loadings=((1.0,),), known=(0.0,), priors=("",))
    assert 0.0 < calibrated(Nominal().points, far)(["x"]).item() < 1.0


def test_nominal_is_the_median_after_the_pilots() -> None:
    before, after = (lower([each], Nominal().points) for each in (scenario(None), scenario()))
    prior = before.used["law.interference_strength"].distribution
    assert after.draws["law.interference_strength"].item() == pytest.approx(prior.ppf(special.ndtr(np.array(0.5))))


def test_the_ledger_says_what_is_known_now() -> None:
    used = lower([scenario()], Nominal().points).used
    told = used["law.interference_strength"]
    assert told.learned == pytest.approx((0.5, (1.0 - 0.375) ** 0.5))
    assert (told.origin, told.grade) == ("calibrated from pilots.csv (3 pilots)", "F")
    assert told.source == f"before: {lower([scenario(None)], Nominal().points).used['law.interference_strength'].source}"
    assert used["law.transfer_sharpness"].learned is None


def test_similarities_are_told_with_what_they_have_in_common() -> None:
    """Half of a similarity's normal score is the common one's: its moments follow, and so do the draws."""
    common = Calibration(file="p", pilots=1, names=("similarity",), shift=(1.0,), loadings=((1.0,),), known=(0.96,), priors=("",))
    lowered = lower([scenario(common)], DESIGN.points)
    told = lowered.used["similarity.a/b"]
    assert told.learned == pytest.approx((0.5**0.5, (0.5 + 0.5 * 0.04) ** 0.5))
    mean, sd = told.learned or (0.0, 0.0)
    ends = told.distribution.ppf(special.ndtr(np.array([mean - sd, mean, mean + sd])))
    assert np.quantile(lowered.draws["similarity.a/b"], special.ndtr([-1.0, 0.0, 1.0])) == pytest.approx(ends, abs=0.01)


def test_a_file_includes_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("include: learned.yaml\n" + text_of(("a", "b")), encoding="utf-8")
    (tmp_path / "learned.yaml").write_text("# remarks\n" + section(LEARNED), encoding="utf-8")
    assert load(path).calibration == as_written(LEARNED)
    assert fingerprint(load(path)) != fingerprint(scenario(None))


def test_a_number_that_has_changed_since_is_told() -> None:
    priors = spelled(scenario(None))
    kept = Calibration(
        file="pilots.csv", pilots=3, names=LEARNED.names, shift=LEARNED.shift, loadings=LEARNED.loadings, known=LEARNED.known,
        priors=tuple(priors[name] for name in LEARNED.names),
    )  # fmt: skip
    same = scenario(kept)
    assert [each for each in cautions(same) if "learned from" in each.message] == []
    text = text_of({"a": {}, "b": {}}, law={"law.interference_strength": "0.2 to 0.4"}).replace("ceiling: 0.9", "metric: points")
    [told] = [each for each in cautions(loads(text + section(kept))) if "learned from" in each.message]
    assert told.path == "law.interference_strength"
    assert f"was {priors['law.interference_strength']} when pilots.csv was learned from, and is log-normal, median 0.283, 90 % 0.2 to 0.4 now" in told.message
    assert told.message.endswith("run simulate calibrate again")


def test_a_number_that_is_fixed_since_is_told_so_and_where() -> None:
    kept = Calibration(file="p.csv", pilots=1, names=("law.forgetting",), shift=(0.1,), loadings=((1.0,),), known=(0.5,), priors=("0.1 to 0.3",))
    text = text_of({"a": {}, "b": {}}, law={}) + section(kept)
    [told] = [each for each in cautions(loads(text, overrides=["law.forgetting=0.2"])) if "learned from" in each.message]
    assert "and is fixed at 20% now" in told.message
    [told] = [each for each in cautions(loads(text)) if "learned from" in each.message]
    assert told.line == next(number for number, line in enumerate(text.splitlines(), start=1) if line.startswith("    law.forgetting: {prior:"))


@pytest.mark.parametrize(
    ("change", "path", "said"),
    [
        ("base=llama-3.1-70b", "base", "was llama-3.1-8b when pilots.csv was learned from, and is llama-3.1-70b now: what those pilots taught holds for llama-3.1-8b"),
        ("framing=task_marker", "framing", "was instruction when"),
        ("method=lora", "method", "was full when"),
        ("tasks.a.score.best=100", "tasks.a.score.best", "was 1 when pilots.csv was learned from, and is 100 now"),
    ],
)
def test_what_the_pilots_were_read_with_is_told_when_it_changes(change: str, path: str, said: str) -> None:
    learned = replace(LEARNED, under=tuple(surroundings(scenario(None)).items()))
    assert [each for each in cautions(scenario(learned)) if "learned from" in each.message] == []
    text = text_of({"a": {}, "b": {}}, law={}).replace("ceiling: 0.9", "metric: points") + section(learned)
    told = [each for each in cautions(loads(text, overrides=[change])) if each.path == path and "learned from" in each.message]
    assert len(told) == 1
    assert said in told[0].message
    assert told[0].message.endswith("run simulate calibrate again")


FAULTS = {
    "calibrated: 3": "needs from, pilots, known, numbers",
    "calibrated: {from: p, pilots: 2, known: []}": "missing: numbers",
    "calibrated: {from: p, pilots: 2, known: [], numbers: {}, more: 1}": "unknown key \"more\"",
    "calibrated: {from: p, pilots: -1, known: [], numbers: {}}": "\"-1\" is no whole number from 0 up",
    "calibrated: {from: p, pilots: 2.7, known: [], numbers: {}}": "\"2.7\" is no whole number from 0 up",
    "calibrated: {from: p, pilots: 0, known: [0.5], numbers: {a: {prior: x, shift: 0, along: [1]}}}": "\"0\" is no whole number from 1 up",
    "calibrated: {from: p, pilots: 1, known: [-3.1], numbers: {}}": "\"-3.1\" is no number from -3 to just below 1",
    "calibrated: {from: p, pilots: 1, known: [0.5], numbers: {a: {prior: [1], shift: 0, along: [1]}}}": "needs the number as it was, in words",
    "calibrated: {from: p, pilots: 1, known: [0.5], numbers: {a: {prior: x, shift: 0, along: [1, 0]}, b: {prior: x, shift: 0, along: [0, 1]}}}":
        "numbers.a: has 2 directions, but known has 1; so does 1 more",
    "calibrated: {from: p, pilots: 1, known: [0.5, 0.5], numbers: {a: {prior: x, shift: 0, along: [1, 1]}, b: {prior: x, shift: 0, along: [0, 0]}}}":
        "directions 1 and 2 are not at right angles",
    "calibrated: {from: p, pilots: 1, known: [0.5, 0.5], numbers: {a: {prior: x, shift: 0, along: [0.3, 0.2]}}}": "direction 2 has length 0.2, not 1",
    "calibrated: {from: p, pilots: 1, known: [], numbers: {}, under: [base]}": "needs a table of paths and words",
    "calibrated: {from: [p], pilots: 1, known: [], numbers: {}}": "needs the name of the pilot file",
    "calibrated: {from: p, pilots: 1, known: 0.5, numbers: {}}": "needs a list of at most",
    "calibrated: {from: p, pilots: 1, known: [1.0], numbers: {}}": "\"1.0\" is no number from -3 to just below 1",
    "calibrated: {from: p, pilots: 1, known: [nan], numbers: {}}": "\"nan\" is no number",
    "calibrated: {from: p, pilots: 1, known: [], numbers: [a]}": "a table of numbers belongs here",
    "calibrated: {from: p, pilots: 1, known: [0.5], numbers: {a: {prior: x, shift: 0, along: []}}}": "has 0 directions, but known has 1",
    "calibrated: {from: p, pilots: 1, known: [0.5], numbers: {a: {prior: x, shift: 0, along: [0.5]}}}": "direction 1 has length 0.5, not 1",
    "calibrated: {from: p, pilots: 1, known: [0.5], numbers: {a: {prior: x, shift: 1e9, along: [1]}}}": "\"1e9\" is no number from -8.5 to 8.5",
    "calibrated: {from: p, pilots: 1, known: [0.5], numbers: {a: {shift: 1, along: [1]}}}": "missing: prior",
    "calibrated: {from: p, pilots: 1, known: [0.5], numbers: {a: 1}}": "needs prior, shift, along",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_it_is_told_with_its_place(fault: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(text_of({"a": {}, "b": {}}) + fault + "\n")
    assert FAULTS[fault] in str(caught.value)
    assert "write the file anew with simulate calibrate" in str(caught.value)
    assert all(problem.line > 0 for problem in caught.value.problems)


def test_no_override_holds_it() -> None:
    with pytest.raises(ScenarioError, match="calibrated is read in files alone"):
        loads(text_of(), overrides=["calibrated={from: p, pilots: 1, known: [], numbers: {}}"])
