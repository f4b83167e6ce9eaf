"""Which number a key names, which values are tried, and that each reads back as itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import own_or_hosted
from tuneplan.core import declared_params
from tuneplan.errors import UsageError
from tuneplan.scenario.grammar.quantities import parse
from tuneplan.scenario.load import load
from tuneplan.study.breakeven.dial import Dial, dial, spread
from tuneplan.study.design import Nominal
from tuneplan.study.run import Run, run

STARTUP = Path(__file__).resolve().parents[3] / "scenarios" / "startup.yaml"


@pytest.fixture(scope="module")
def base() -> Run:
    return run(load(STARTUP), Nominal())


def test_an_uncertain_number_is_turned_through_nearly_all_of_its_distribution(base: Run) -> None:
    found = dial(base, "unseen.share", steps=21)
    low, high = base.lowered.used["unseen.share"].distribution.interval(0.98)
    assert (found.values[0], found.values[-1]) == pytest.approx((low, high), rel=5e-3)
    assert len(found.values) == 21
    assert not found.is_asked
    assert found.read


def test_a_number_known_exactly_is_turned_to_a_quarter_and_four_times(base: Run) -> None:
    found = dial(base, "budget.limit", steps=5)
    assert found.values == (15e3, 30e3, 60e3, 120e3, 240e3)
    assert [found.text(value) for value in found.values] == ["$15k", "$30k", "$60k", "$120k", "$240k"]
    assert found.change(30e3) == "budget.limit=$30k"


def test_bounds_hold(base: Run) -> None:
    assert dial(base, "budget.confidence", steps=3).values == (0.225, pytest.approx(0.6125, abs=1e-3), 1.0)
    known = run(load(STARTUP, overrides=["tasks.email.score.ceiling=0.9"]), Nominal())
    assert dial(known, "tasks.email.score.ceiling", steps=3).values[-1] == 1.0


def test_counts_are_whole(base: Run) -> None:
    values = dial(base, "serving.min_replicas", start="1", end="4", steps=21).values
    assert values == (1.0, 2.0, 3.0, 4.0)
    assert all(value == round(value) for value in dial(base, "lora.rank", steps=21).values)


def test_one_of_several_values_takes_each() -> None:
    several = run(load(STARTUP, overrides=["tasks.email.epochs={choices: {3: 70%, 5: 20%, 8: 10%}}"]), Nominal())
    assert dial(several, "tasks.email.epochs", steps=21).values == (3.0, 5.0, 8.0)


def test_ends_are_read_in_the_grammar_of_the_scenario(base: Run) -> None:
    found = dial(base, "tasks.email.traffic", start="1k requests/day", end="100k requests/month", steps=3)
    assert found.values[0] == pytest.approx(1e3 * 365.25 / 12)
    assert found.is_asked
    half = dial(base, "gpu.price", end="10 USD/hour", steps=3)
    assert half.values[-1] == 10.0


@pytest.mark.parametrize("param", [param for param in declared_params() if param.default is not None and not param.default.is_point], ids=lambda param: param.name)
def test_every_value_reads_back_as_itself(param) -> None:  # type: ignore[no-untyped-def]
    low, high = param.default.interval(0.98)
    found = Dial(key="k", param=param, quantity=None, read=True, values=spread(low, high, 9, whole=param.whole), is_asked=False)
    for value in found.values:
        if param.low <= value <= param.high:
            assert parse(found.text(value), param).parameters == (value,)


@pytest.mark.parametrize(("low", "high", "steps"), [(1.0, 2.0, 5), (0.001, 1e6, 9), (2020.0, 2021.0, 21), (-3.0, 5.0, 7), (0.0, 1.0, 2), (1e-9, 2e-9, 4)])
def test_values_rise_from_end_to_end_in_few_digits(low: float, high: float, steps: int) -> None:
    values = spread(low, high, steps)
    assert (values[0], values[-1], len(values)) == (low, high, steps)
    assert (np.diff(values) > 0.0).all()
    assert max(len(f"{abs(value):g}") for value in values[1:-1] or (1.0,)) <= 8


def test_the_middle_of_two_is_between_them_or_there_is_none(base: Run) -> None:
    whole, share = dial(base, "lora.rank", steps=5), dial(base, "unseen.share", steps=5)
    assert whole.between(10.0, 20.0) == 15.0
    assert whole.between(10.0, 11.0) is None
    middle = share.between(0.0401, 0.0402)
    assert middle is not None
    assert 0.0401 < middle < 0.0402


@pytest.mark.parametrize(("key", "message"), [
    ("gpu.prise", r'^no number of this scenario is called "gpu\.prise"; did you mean "gpu\.price"\?$'),
    ("tasks.emial.traffic", r'called "tasks\.emial\.traffic"; did you mean "tasks\.email\.traffic"\?$'),
    ("strategies.pair.price", r'^no number of this scenario is called "strategies\.pair\.price"'),
    ("similarity.email/nobody", r'^no number of this scenario is called "similarity\.email/nobody"; did you mean'),
    ("xyzzy", r"write its path as in messages, for example gpu\.price"),
    ("tasks.email.data", r"below it there are tasks\.email\.data\.\S+, .* and \d+ more$"),
    ("method", r"^method is a word, not a number, so there is no value at which it breaks even; try it with --set$"),
    ("similarity.email/summary", r"^similarity\.email/summary is a word, not a number"),
    ("tasks.email.value", r"^tasks\.email\.value is not given, which leads to no range: say --from and --to, for example --from '\$100/point/month' --to '\$200/point/month'$"),
    ("law.merge_noise.x", r"^no number of this scenario is called"),
])  # fmt: skip
def test_a_key_that_is_no_number_is_answered(base: Run, key: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        dial(base, key, steps=5)


@pytest.mark.parametrize(("start", "end", "message"), [
    ("cheap", "", r'^--from: "cheap" is not a number'),
    ("", "3", r"^--to: 3 needs a unit, for example \$28/hour$"),
    ("$1 to $2 per hour", "", r'^--from: "\$1 to \$2 per hour" is no single value, for example '),
    ("$4/hour", "$2/hour", r"^--from \$4/hour is not below --to \$2/hour$"),
    ("$2/hour", "$2/hour", r"^--from \$2/hour is not below --to \$2/hour$"),
    ("-1 USD/hour", "", r"^--from: .*"),
])  # fmt: skip
def test_ends_that_make_no_range_are_answered(base: Run, start: str, end: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        dial(base, "gpu.price", start=start, end=end, steps=5)


@pytest.mark.parametrize("steps", [0, 1, 201, -5])
def test_steps_have_bounds(base: Run, steps: int) -> None:
    with pytest.raises(UsageError, match=rf"^--steps: {steps} is not between 2 and 200$"):
        dial(base, "gpu.price", steps=steps)


def test_a_number_that_is_0_has_no_range_of_its_own() -> None:
    nothing = run(own_or_hosted.asked(["people.weeks_prompting=0 weeks"]), Nominal())
    with pytest.raises(UsageError, match=r"^people\.weeks_prompting is 0 weeks, which leads to no range: say --from and --to"):
        dial(nothing, "people.weeks_prompting", steps=5)


def test_what_nothing_reads_is_known(base: Run) -> None:
    assert not dial(base, "law.merge_noise", steps=3).read
    assert dial(base, "law.interference_strength", steps=3).read
