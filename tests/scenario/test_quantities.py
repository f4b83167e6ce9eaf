"""The grammar of quantities: every form, every message, and no other exception than its own."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from tuneplan.core import distributions as shapes
from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.atoms import ATOMS
from tuneplan.scenario.grammar.dimensions import EXAMPLES
from tuneplan.scenario.grammar.quantities import (
    FullForm,
    QuantityError,
    describe,
    format_number,
    parse,
    parse_full,
)


def declared(unit: str, low: float = 0.0, high: float | None = None, *, whole: bool = False) -> Param:
    top = (1.0 if unit == "share" else 1e18) if high is None else high
    return Param(name="x", key="x", unit=unit, low=low, high=top, doc="A number.", whole=whole)


POINTS = [
    ("1", "3", 3.0), ("1", "1e18", 1e18), ("1", ".5", 0.5), ("1", "150%", 1.5), ("1", "fixed 3", 3.0),
    ("1", "1.2k", 1200.0), ("1", "2 million", 2e6), ("1", "7B", 7e9), ("1", "+4", 4.0),
    ("share", "12%", 0.12), ("share", "0.12", 0.12), ("share", "12 %", 0.12), ("share", "5 percent", 0.05),
    ("share", "12.3%", 0.123), ("share", "100%", 1.0),
    ("score", "0.6", 0.6), ("score", "60%", 0.6), ("score", "72", 72.0), ("point", "2 points", 2.0),
    ("USD", "$60k", 60e3), ("USD", "60k USD", 60e3), ("USD", "$1.5M", 1.5e6), ("USD", "USD 60k", 60e3),
    ("USD", "$60k USD", 60e3), ("USD", "60 thousand usd", 60e3), ("USD", "US$5", 5.0),
    ("USD", "$ 60 k", 60e3),
    ("USD", "5 dollars", 5.0),
    ("USD/example", "$0.35/example", 0.35), ("USD/example", "$350 per 1k examples", 0.35),
    ("USD/example", "0.35 USD/example", 0.35), ("USD/example", "$350 / 1000 examples", 0.35),
    ("USD/example", "35 cents per example", 0.35),
    ("USD/hour", "28 USD/hour", 28.0), ("USD/hour", "$28/h", 28.0), ("USD/hour", "$4/GPU-hour", 4.0),
    ("USD/month", "$12k/year", 1000.0), ("USD/year", "$1k per month", 12e3), ("USD/week", "$70/day", 490.0),
    ("USD/day", "$1k/day", 1000.0), ("USD/request", "$2 per 1k requests", 0.002),
    ("USD/Mtok", "$0.15 per Mtok", 0.15), ("USD/Mtok", "$0.15/M tokens", 0.15),
    ("USD/Mtok", "$0.15 per 1M tokens", 0.15), ("USD/Mtok", "$0.15 per million tokens", 0.15),
    ("USD/item", "$2/item", 2.0), ("USD/label", "$2 per label", 2.0),
    ("USD/point/month", "$300 per point per month", 300.0), ("USD/point/month", "$300/month/point", 300.0),
    ("USD/GB/month", "$0.05/GB/month", 0.05), ("USD/GB/month", "$50 per TB per month", 0.05),
    ("request/month", "20k requests/month", 20e3), ("request/month", "700/day", 21306.25),
    ("request/month", "700 requests per day", 21306.25), ("request/month", "700 queries/day", 21306.25),
    ("month", "12 months", 12.0), ("month", "1 year", 12.0), ("month", "90 days", 90 / 30.4375),
    ("month", "6 weeks", 42 / 30.4375), ("day", "2 weeks", 14.0), ("week", "14 days", 2.0),
    ("hour", "90 min", 1.5), ("minute", "3 min", 3.0), ("minute", "90 s", 1.5),
    ("ms/token", "50 ms/token", 50.0), ("s/token", "50 ms/token", 0.05), ("ms/token", "0.05 s/token", 50.0),
    ("example", "5k", 5000.0), ("example", "5k examples", 5000.0), ("token", "900", 900.0),
    ("token", "900 tokens", 900.0), ("token", "1 Mtok", 1e6), ("item", "40 items", 40.0), ("label", "3", 3.0),
    ("epoch", "3 epochs", 3.0), ("param", "8B", 8e9), ("param", "8B parameters", 8e9),
    ("token/param", "20 tokens/param", 20.0), ("share/month", "2%/month", 0.02),
    ("share/month", "24%/year", 0.02), ("person", "3 people", 3.0), ("person", "1 person", 1.0), ("person", "3 persons", 3.0), ("person", "3", 3.0),
    ("workday", "10", 10.0), ("workday", "10 workdays", 10.0), ("workday", "1 working day", 1.0), ("workday", "5 business days", 5.0),
    ("review round", "3 review rounds", 3.0), ("USD/seat/month", "$30 per seat per month", 30.0),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "text", "value"), POINTS)
def test_number_reads_in_the_declared_unit(unit: str, text: str, value: float) -> None:
    distribution = parse(text, declared(unit))
    assert distribution.is_point
    assert distribution.median == pytest.approx(value, rel=1e-15)


INTERVALS = [
    ("1", "2 to 5", "lognormal", math.sqrt(10), (2, 5), 0.9),
    ("1", "2to5", "lognormal", math.sqrt(10), (2, 5), 0.9),
    ("1", "80% CI 2 to 5", "lognormal", math.sqrt(10), (2, 5), 0.8),
    ("1", "99.5 % ci 2 to 5", "lognormal", math.sqrt(10), (2, 5), 0.995),
    ("share", "5% to 15%", "logit_normal", None, (0.05, 0.15), 0.9),
    ("share", "2 to 5%", "logit_normal", None, (0.02, 0.05), 0.9),
    ("share", "0.2 to 0.5", "logit_normal", 1 / 3, (0.2, 0.5), 0.9),
    ("share", "80% CI 5% to 15%", "logit_normal", None, (0.05, 0.15), 0.8),
    ("score", "0.55 to 0.65", "logit_normal", None, (0.55, 0.65), 0.9),
    ("score", "20 to 30", "lognormal", math.sqrt(600), (20, 30), 0.9),
    ("USD/example", "$3 to $6 per example", "lognormal", math.sqrt(18), (3, 6), 0.9),
    ("USD/example", "3 to 6 USD/example", "lognormal", math.sqrt(18), (3, 6), 0.9),
    ("USD/example", "$3 to 6/example", "lognormal", math.sqrt(18), (3, 6), 0.9),
    ("USD/example", "$3/example to $6/example", "lognormal", math.sqrt(18), (3, 6), 0.9),
    ("USD", "$20k to $80k", "lognormal", 40e3, (20e3, 80e3), 0.9),
    ("USD", "$500 to $2k", "lognormal", 1000.0, (500, 2000), 0.9),
    ("request/month", "20k to 80k requests/month", "lognormal", 40e3, (20e3, 80e3), 0.9),
    ("request/month", "20k to 80k per month", "lognormal", 40e3, (20e3, 80e3), 0.9),
    ("share/month", "2 to 5%/month", "lognormal", math.sqrt(0.001), (0.02, 0.05), 0.9),
    ("share/month", "2% to 5%/month", "lognormal", math.sqrt(0.001), (0.02, 0.05), 0.9),
    ("share/month", "2%/month to 5%", "lognormal", math.sqrt(0.001), (0.02, 0.05), 0.9),
    ("workday", "5 to 10 workdays", "lognormal", math.sqrt(50), (5, 10), 0.9),
    ("month", "12 weeks to 6 months", "lognormal", None, (84 / 30.4375, 6), 0.9),
]


@pytest.mark.parametrize(("unit", "text", "family", "median", "ends", "level"), INTERVALS)
def test_interval_keeps_its_ends(
    unit: str, text: str, family: str, median: float | None, ends: tuple[float, float], level: float
) -> None:
    distribution = parse(text, declared(unit))
    assert distribution.family == family
    assert distribution.interval(level) == pytest.approx(ends, rel=1e-9)
    if median is not None:
        assert distribution.median == pytest.approx(median, rel=1e-12)


def test_interval_around_zero_is_normal() -> None:
    distribution = parse("-2 to 4", declared("1", low=-1e18))
    assert distribution.family == "normal"
    assert distribution.interval() == pytest.approx((-2, 4))
    assert parse("-0.5 to 0.5", declared("score", low=-1e18)).family == "normal"


SHAPES = [
    ("1", "2 to 5 mode 3", shapes.pert(2, 3, 5)),
    ("USD/example", "$2 to $5 per example mode $3", shapes.pert(2, 3, 5)),
    ("USD/example", "2 to 5 USD/example mode 3", shapes.pert(2, 3, 5)),
    ("share", "28 of 40", shapes.beta(29, 13)),
    ("score", "0 of 10", shapes.beta(1, 11)),
    ("share", "beta a 28 b 12", shapes.beta(28, 12)),
    ("1", "uniform 1 to 3", shapes.uniform(1, 3)),
    ("share", "uniform 10 to 30%", shapes.uniform(0.1, 0.3)),
    ("1", "normal 50 sd 1", shapes.normal(50, 1)),
    ("1", "normal 5 sd 1", shapes.normal(5, 1, low=0)),
    ("USD/example", "normal $50/example sd $1", shapes.normal(50, 1)),
    ("1", "lognormal 5 sd 0.5", shapes.lognormal(5, 0.5)),
    ("1", "lognormal 5 sd 0.5 below 7", shapes.lognormal(5, 0.5, 0, 7)),
    ("USD/hour", "normal $5/hour sd $1 within $4 to $7", shapes.normal(5, 1, 4, 7)),
    ("1", "normal 5 sd 1 below 7", shapes.normal(5, 1, 0, 7)),
    ("1", "lognormal 5 log-sd 12 within 1 to 70", shapes.lognormal(5, 12, 1, 70)),
    ("share", "logit-normal 20% sd 0.5", shapes.logit_normal(0.2, 0.5)),
    ("month", "beta a 2 b 4 within 3 to 12 months", shapes.beta(2, 4, 3, 12)),
    ("share", "beta a 2e1 b .5", shapes.beta(20, 0.5)),
    ("USD/example", "log-normal $5/example sd 0.5", shapes.lognormal(5, 0.5)),
]


@pytest.mark.parametrize(("unit", "text", "expected"), SHAPES)
def test_named_shape(unit: str, text: str, expected: shapes.Distribution) -> None:
    distribution = parse(text, declared(unit))
    assert distribution.family == expected.family
    assert distribution.parameters == pytest.approx(expected.parameters)


@pytest.mark.parametrize(
    ("text", "param", "free", "parameters"),
    [
        ("0 to 200", declared("example"), 1, (1, 2, 0, 200 / (1 - math.sqrt(0.05)))),
        ("0% to 5%", declared("share"), 1, (1, 2, 0, 0.05 / (1 - math.sqrt(0.05)))),
        ("0% to 90%", declared("share"), 1, (1, math.log(0.05) / math.log(0.1), 0, 1)),
        ("95% to 100%", declared("share"), 0, (2, 1, 1 - 0.05 / (1 - math.sqrt(0.05)), 1)),
        ("5% to 100%", declared("share"), 0, (math.log(0.05) / math.log(0.05), 1, 0, 1)),
    ],
)
def test_interval_that_touches_a_bound_keeps_its_free_end(
    text: str, param: Param, free: int, parameters: tuple[float, ...]
) -> None:
    distribution = parse(text, param)
    typed = [float(part.strip("% ")) / (100 if "%" in text else 1) for part in text.split("to")]
    assert distribution.family == "beta"
    assert distribution.parameters == pytest.approx(parameters)
    assert distribution.interval()[free] == pytest.approx(typed[free], rel=1e-5)
    ends = distribution.ppf(np.array([1e-12, 1 - 1e-12]))
    assert param.low <= ends[0] < ends[1] <= param.high


def test_interval_that_touches_both_bounds_is_uniform() -> None:
    assert parse("0% to 100%", declared("share")) == shapes.beta(1, 1)


def test_touching_keeps_the_free_end_at_any_level() -> None:
    assert parse("80% CI 0 to 200", declared("example")).interval(0.8)[1] == pytest.approx(200, rel=1e-6)


def test_near_bounds_cut_the_tails_and_far_ones_do_not() -> None:
    assert parse("2 to 5", declared("1", high=6)).parameters[2:] == (0.0, 6.0)
    assert parse("2 to 5", declared("1", low=1.5)).parameters[2:] == (1.5, np.inf)
    assert parse("2 to 5", declared("1", high=1000)).parameters[2:] == (0.0, np.inf)
    cut = parse("60% to 90%", declared("share", low=0.5))
    assert cut.ppf(np.array([1e-12, 1 - 1e-12])) == pytest.approx([0.5, 1.0], abs=1e-6)


def test_limits_that_are_said_replace_the_bounds() -> None:
    exponent = declared("1", 0.01, 2.0)
    assert parse("lognormal 0.8 sd 0.35", exponent).parameters[2:] == (0.0, 2.0)
    assert parse("lognormal 0.8 sd 0.35 below 1.1", exponent).parameters[2:] == (0.0, 1.1)
    assert parse("lognormal 0.25 sd 0.5 uncut", exponent).parameters[2:] == (0.0, np.inf)
    assert parse("lognormal 0.25 sd 0.5 above 0.1 uncut", exponent).parameters[2:] == (0.1, np.inf)


def test_successes_respect_narrower_bounds() -> None:
    distribution = parse("28 of 40", declared("share", low=0.5))
    free = shapes.beta(29, 13)
    u = (np.arange(4000) + 0.5) / 4000
    assert distribution.parameters[2:] == (0.5, 1.0)
    assert distribution.ppf(u).mean() == pytest.approx(free.ppf(u).mean(), rel=1e-4)
    assert distribution.ppf(u).std() == pytest.approx(free.ppf(u).std(), rel=1e-3)


def test_equal_ends_are_a_number() -> None:
    assert parse("3 to 3", declared("1")) == shapes.point(3)


def test_whole_numbers() -> None:
    count = declared("example", whole=True)
    assert parse("1.5k", count) == shapes.point(1500)
    assert parse("2 to 5", count).family == "lognormal"
    with pytest.raises(QuantityError, match=r"^2\.5 examples is not a whole number"):
        parse("2.5", count)


MESSAGES = [
    ("USD/example", "0.35", "0.35 needs a unit, for example $0.35/example"),
    ("USD", "60k", "60k needs a unit, for example $60k"),
    ("month", "12", "12 needs a unit, for example 12 months"),
    ("request/month", "700", "700 needs a unit, for example 20k requests/month"),
    ("point", "2", "2 needs a unit, for example 3 points"),
    ("USD/example", "3/example", "3/example needs $ or USD, for example $0.35/example"),
    ("USD/example", "$3", "$3 is not in USD/example; write for example $0.35/example"),
    ("USD/example", "$3/item", "$3/item is not in USD/example; write for example $0.35/example"),
    ("example", "$5", "$5 is not in example; write for example 5k examples"),
    ("example", "5 tokens", "5 tokens is not in example"),
    ("example", "5%", "5% is not in example"),
    ("workday", "2 weeks", "2 weeks is in weeks, which are calendar time; this counts days that people work: write 10 workdays"),
    ("workday", "1 to 2 weeks", "1 is in weeks, which are calendar time; this counts days that people work: write 5 workdays"),
    ("workday", "3 days", "3 days is in days, which are calendar time; this counts days that people work: write 3 workdays"),
    ("workday", "1 month", "1 month is in months, which are calendar time; this counts days that people work: write 21.7 workdays"),
    ("workday", "8 hours", "8 hours is in hours, which are calendar time; this counts days that people work: write for example 10 workdays"),
    ("workday", "0 weeks", "0 weeks is in weeks, which are calendar time; this counts days that people work: write for example 10 workdays"),
    ("workday", "3 examples", "3 examples is not in workday; write for example 10 workdays"),
    ("day", "3 workdays", '3 workdays is not in day; write for example 10 days'),
    ("person", "3 examples", "3 examples is not in person; write for example 3 people"),
    ("share/month", "5%", "5% is not in share/month; write for example 5%/month"),
    ("example", "5G", '5G has "G" for a unit, which is not known; write for example 5k examples'),
    ("USD/example", "$3 per", 'has no unit after "/"'),
    ("USD/example", "$3 per 0 examples", 'divides by zero ("per 0 examples")'),
    ("share", "140%", "140% is not a share between 0 and 100%"),
    ("share", "-5%", "-5% is not a share between 0 and 100%"),
    ("share", "12", "1200% is not a share between 0 and 100%; is 12% meant?"),
    ("share", "0 to 140%", "140% is not a share between 0 and 100%"),
    ("USD", "-$5", "-$5 is not allowed: at least $0"),
    ("USD/example", "-$5 to $3/example", "-$5/example is not allowed: at least $0/example"),
    ("USD", "$1e19", "is not allowed: between $0 and $1e+18"),
    ("1", "5 to 2", "5 to 2 is upside down: write the lower end first"),
    ("USD", "uniform $5 to $2", "$5 to $2 is upside down"),
    ("USD", "5m", "5m has an m: write 5 min, 5 months or 5M (million)"),
    ("month", "5 m", "write 5 min, 5 months or 5M (million)"),
    ("USD/Mtok", "$5 per m", "has an m: write minute, month or M (million)"),
    ("USD", "$1,000", "$1,000 has marks between digits: write 1000, or with a suffix such as 1k"),
    ("USD", "$1,000,000", "write 1000000"),
    ("example", "1 000", "1 000 has marks between digits: write 1000"),
    ("example", "1_000", "1_000 has marks between digits: write 1000"),
    ("example", "1 5", "1 5 has marks between digits"),
    ("1", "0,35", "0,35 has a comma: write 0.35 with a point"),
    ("1", "012", "012 begins with 0, which some tools read as octal: write 12"),
    ("1", "0x10", "0x10 is not decimal"),
    ("1", "nan", "nan is not a finite number"),
    ("1", "-.inf", "-.inf is not a finite number"),
    ("1", "1e400", "1e400 is too large or too small"),
    ("1", "1e-400", "1e-400 is too large or too small"),
    ("1", "no", '"no" is not a number; write for example 3, or an interval, A to B'),
    ("USD", "true", '"true" is not a number; write for example $60k'),
    ("1", "", "nothing is given: write for example 3"),
    ("1", "9" * 201, "too long: write for example 3"),
    ("1", "3\u200b", "holds the hidden character U+200B; delete it: write for example 3"),
    ("1", "1:30", "has a colon: write a duration with its unit, for example 90 min"),
    ("1", "2-5", "2-5 has a dash: write an interval as 2 to 5"),
    ("1", "2 \u2013 5", "has a dash: write an interval as 2 to 5"),
    ("1", "2..5", "2..5 has dots: write an interval as 2 to 5"),
    ("1", "5 ± 1", "has a plus-minus: write an interval such as 2 to 5, or normal 5 sd 1"),
    ("USD", "€5", "€5 is in another currency: convert it to US dollars first"),
    ("USD", "5k EUR", "5k EUR is in another currency"),
    ("USD", "C$5", "C$5 is in another currency"),
    ("example", "20 to 80k", "20 to 80k can be read in two ways: write 20k to 80k, or 20 to 80000"),
    ("USD", "$20 to $80k", "can be read in two ways: write $20k to $80k, or $20 to $80000"),
    ("share", "2% to 5", "5 needs its unit too, or say the unit once, last"),
    ("1", "2 to 5 mode 7", "7 is no mode within 2 to 5"),
    ("1", "normal 5 sd 0", "0 is no sd, which is above 0; write 5 for a number known exactly"),
    ("1", "lognormal 0 sd 1", "needs a median above 0 and an sd of its logarithm"),
    ("1", "lognormal 5 sd 40", "needs a median above 0 and an sd of its logarithm in 0 to 10"),
    ("1", "lognormal 5 log-sd 40000", "needs a median above 0 and an sd of its logarithm in 0 to 10000"),
    ("1", "lognormal 1e-300 sd 1", "1e-300 is too extreme a median or standard deviation to draw from"),
    ("1", "normal 5 sd 1e-300", "1e-300 is too extreme a median or standard deviation to draw from"),
    ("1", "normal 5 sd 1 uncut", "normal 5 sd 1 uncut: a bound cuts every normal; leave uncut out"),
    ("share", "lognormal 5% sd 1 uncut", "lognormal 5% sd 1 uncut: a share has hard ends; leave uncut out"),
    ("1", "normal 5 sd 1 above 3 to 4", "above 3 to 4 is no limit: write above A, below B or within A to B"),
    ("1", "normal 5 sd 1 within 3", "within 3 is no limit: write above A, below B or within A to B"),
    ("1", "normal 5 sd 1 within 6 to 9", "within 6 to 9 leaves out 5, the middle"),
    ("1", "lognormal 5 sd 1 below 4", "below 4 leaves out 5, the middle"),
    ("USD", "normal $5 sd $1 above -$4", "-$4 is not allowed: at least $0"),
    ("USD", "normal $5k sd $1k within $2 to $8k", "can be read in two ways: write $2k to $8k, or $2 to $8000"),
    ("share", "logit-normal 100% sd 1", "needs a share or a score inside 0 and 1, and an sd above 0"),
    ("1", "logit-normal 0.2 sd 1", "needs a share or a score inside 0 and 1, and an sd above 0"),
    ("share", "logit-normal 20% sd 5%", '"5%" is not an sd of a logit: write digits without a unit'),
    ("1", "beta a 2 b 5 within 9 to 4", "9 to 4 is upside down: write the lower end first"),
    ("1", "beta a 2 b 5 within 9", "within 9 is no limit: write above A, below B or within A to B"),
    ("share", "beta a 1e-9 b 5", "a beta of 1e-09 and 5 is too extreme: it needs two numbers above 0, from 1e-06"),
    ("share", "1 of 100000000", "needs whole numbers, the first at most the second"),
    ("share", "beta 2 5", "beta 2 5 does not name its parameters: write beta a 2 b 5"),
    ("1", "beta a 2 b 5", "needs a share or a score"),
    ("share", "beta a 0 b 5", "two numbers above 0"),
    ("share", "beta a x b 5", '"x" is not a parameter of a beta'),
    ("1", "28 of 40", "28 of 40 is a share; here write for example 3"),
    ("share", "50 of 40", "needs whole numbers, the first at most the second, as 28 of 40"),
    ("share", "2.5 of 40", "needs whole numbers"),
    ("share", "-2 of 40", '"-2" is not a count'),
    ("1", "100% CI 2 to 5", "100% is not a level: between 10 and 99.99%"),
    ("1", "x% CI 2 to 5", '"x" is not a level'),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "text", "message"), MESSAGES)
def test_message_says_what_is_allowed(unit: str, text: str, message: str) -> None:
    with pytest.raises(QuantityError, match=re.escape(message)):
        parse(text, declared(unit))


def test_messages_about_bounds() -> None:
    with pytest.raises(QuantityError, match=r"^\$7/GB/month is not allowed: between \$0 and \$1/GB/month$"):
        parse("$7/GB/month", declared("USD/GB/month", high=1))
    with pytest.raises(QuantityError, match=r"^7 is not allowed: at most 5$"):
        parse("7", declared("1", low=-1e18, high=5))
    with pytest.raises(QuantityError, match=r"^0\.2 on average is not a share between 50 and 100%$"):
        parse("3 of 18", declared("share", low=0.5))
    with pytest.raises(QuantityError, match=r"^0\.167 on average is not allowed: at least 1$"):
        parse("0 of 4", declared("score", low=1))
    with pytest.raises(QuantityError, match=r"^lognormal 5 sd 2 uncut reaches to 134, which is not allowed: between 0 and 9$"):
        parse("lognormal 5 sd 2 uncut", declared("1", high=9))


def test_full_form() -> None:
    count = declared("example")
    form: FullForm = {
        "ci": ["4k", "5k"],
        "level": "80%",
        "shape": "normal",
        "source": " a survey ",
        "grade": "b",
    }
    distribution, source, grade = parse_full(form, count)
    assert (distribution.family, source, grade) == ("normal", "a survey", "B")
    assert distribution.interval(0.8) == pytest.approx((4000, 5000), rel=1e-9)
    assert parse_full({"value": "2 to 5"}, count) == (parse("2 to 5", count), "", "")
    assert parse_full({"ci": ["2", "5 examples"]}, count)[0] == parse("2 to 5", count)
    assert parse_full({"ci": ["0", "200"]}, count)[0] == parse("0 to 200", count)
    assert parse_full({"ci": ["20%", "50%"], "shape": "logit_normal"}, declared("share"))[0] == parse(
        "20 to 50%", declared("share")
    )
    chosen = parse_full({"choices": {"1k": "70%", "5k": ".3"}}, count)[0]
    assert chosen == shapes.choices((1000.0, 5000.0), (0.7, 0.3))


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({}, "a quantity has one meaning: one of value, ci, choices"),
        ({"value": "3", "ci": ["2", "5"]}, "a quantity has one meaning"),
        (
            {"valeu": "3"},
            '"valeu" is no key of a quantity: one of value, ci, choices; beside it level, shape',
        ),
        (
            {"value": "3", "level": "80%"},
            "level and shape describe an interval: write them beside ci: [2, 5]",
        ),
        ({"ci": ["2"]}, "ci takes two ends, for example ci: [2, 5]"),
        ({"ci": "2 to 5"}, "ci takes two ends"),
        (
            {"ci": ["2", "5"], "shape": "cauchy"},
            'shape "cauchy" is not known: one of lognormal, normal, logit-normal',
        ),
        ({"ci": ["2", "5"], "level": "2"}, "2% is not a level"),
        ({"ci": ["0", "5"], "shape": "lognormal"}, "0 examples is no end of a log-normal, which is above 0"),
        ({"ci": ["2", "5"], "shape": "logit-normal"}, "does not lie inside 0 and 1, as a logit-normal needs"),
        ({"ci": ["20", "80k"]}, "20 to 80k can be read in two ways"),
        ({"value": ["3"]}, "value takes one word or number, for example value: 2 to 5"),
        ({"value": "3", "source": ["a"]}, "source takes one word or number, for example source: a survey"),
        ({"value": "3", "grade": "A" * 300}, "too long: write for example grade: B"),
        ({"ci": ["2", "5"], "level": "9\x7f"}, "holds the hidden character U+007F; delete it: write for example level: 90%"),
        ({"valeu\u200d": "3"}, "holds the hidden character U+200D; delete it: write for example value: 2 to 5"),
        ({"value": "3", "grade": "good"}, 'grade "GOOD" is not one letter, for example B'),
        ({"choices": {}}, "choices takes numbers with their weights, for example choices: {3: 70%, 5: 30%}"),
        ({"choices": {"3": "0.7", "5": "0.2"}}, "weights of choices add up to 0.9, not 1"),
        ({"choices": {"3k": "0.5", "3000": "0.5"}}, "3000 stands twice among choices: give each number once"),
        ({"choices": {"3": ["1"]}}, "3 among choices takes one weight, for example choices: {3: 70%, 5: 30%}"),
        ({"choices": {"3": {"a": "1"}}}, "3 among choices takes one weight"),
        ({"choices": {"3 to 4": "1"}}, "among choices has to be two numbers, not intervals"),
        ({"choices": {"3": "140%"}}, "140% is not a share between 0 and 100%"),
    ],
)
def test_full_form_says_what_is_wrong(form: dict[str, object], message: str) -> None:
    with pytest.raises(QuantityError, match=re.escape(message)):
        parse_full(form, declared("example"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("unit", "text", "words"),
    [
        ("request/month", "12 to 25 requests/month", "log-normal, median 17.3, 90 % 12 to 25 requests/month"),
        ("USD", "$20k to $1.5M", "log-normal, median $173k, 90 % $20k to $1.5M"),
        ("share", "5% to 15%", "logit-normal, median 8.79%, 90 % 5 to 15%"),
        ("share", "28 of 40", "beta, median 69.4%, 90 % 56.9 to 80.1%"),
        ("example", "0 to 200", "beta within 0 to 258, median 75.4, 90 % 6.52 to 200 examples"),
        ("1", "normal 5 sd 1", "normal above 0, median 5, 90 % 3.36 to 6.64"),
        ("share", "lognormal 5% sd 0.5", "log-normal below 100%, median 5%, 90 % 2.2 to 11.4%"),
        ("month", "1 year", "12 months"),
        ("month", "1 month", "1 month"),
        ("person", "3 people", "3 people"),
        ("person", "1", "1 person"),
        ("workday", "1", "1 workday"),
        ("workday", "2 to 5", "log-normal, median 3.16, 90 % 2 to 5 workdays"),
        ("share/month", "2 to 5%/month", "log-normal, median 3.16%, 90 % 2 to 5%/month"),
    ],
)
def test_description(unit: str, text: str, words: str) -> None:
    assert describe(parse(text, declared(unit)), unit) == words


@pytest.mark.parametrize(
    ("text", "param", "words"),
    [
        ("$0 to $200", declared("USD"), "beta within $0 to $258, median $75.4, 90 % $6.52 to $200"),
        ("0% to 5%", declared("share"), "beta within 0 to 6.44%, median 1.89%, 90 % 0.163 to 5%"),
        ("0% to 90%", declared("share"), "beta, median 41.3%, 90 % 3.87 to 90%"),
        ("0 to 0.9", declared("1", high=1), "beta within 0 to 1, median 0.413, 90 % 0.0387 to 0.9"),
        (
            "0 to 1 months mode 0.5",
            declared("month"),
            "beta within 0 to 1, median 0.5, 90 % 0.189 to 0.811 months",
        ),
    ],
)
def test_description_says_what_is_bounded(text: str, param: Param, words: str) -> None:
    assert describe(parse(text, param), param.unit) == words


def test_description_of_choices() -> None:
    chosen = parse_full({"choices": {"1k": "70%", "5k": "30%"}}, declared("example"))[0]
    assert describe(chosen, "example") == "choices: 1k examples (70%), 5k examples (30%)"


UNITS = sorted({*EXAMPLES, *(atom.name for atom in ATOMS), "USD/GB/month", "token/param", "seat", "1/month"})
FINITE = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False)


@given(value=FINITE, unit=st.sampled_from(UNITS))
@example(value=0.07, unit="share")
@example(value=1234.0, unit="example")
@example(value=1e23, unit="USD")
def test_formatted_number_reads_back(value: float, unit: str) -> None:
    text = format_number(value, unit)
    assert parse(text, declared(unit, low=-np.inf, high=np.inf)).median == value


@given(
    ends=st.tuples(st.integers(1, 999), st.integers(1, 999), st.integers(0, 6)).filter(lambda e: e[0] < e[1]),
    unit=st.sampled_from(["USD", "USD/example", "request/month", "month", "token"]),
)
def test_description_of_an_interval_is_stable(ends: tuple[int, int, int], unit: str) -> None:
    low, high = (format_number(end * 10.0 ** ends[2], unit) for end in ends[:2])
    param = declared(unit)
    first = describe(parse(f"{low} to {high}", param), unit)
    assert describe(parse(first.split("90 % ")[1], param), unit) == first


WORDS = st.sampled_from([
    "0", "1", "2", "5", "28", "40", ".5", "80", "1e5", "1e-300", "1e308", "-3", "$", "USD", "%", "k", "M",
    "B", "m", "to", "of", "mode", "sd", "normal", "lognormal", "uniform", "beta", "a", "b", "CI", "80%",
    "per", "/", "fixed", "examples", "example", "month", "day", "s", "tokens", "Mtok", ",", "-", ".", "e",
    "nan", ":", "€", "$5", "5k", "1,000", "020",
])  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=30),
    st.lists(WORDS, max_size=9).map(" ".join),
    st.lists(WORDS, max_size=6).map("".join),
)


@settings(max_examples=1500, deadline=None)
@given(
    text=TEXTS, unit=st.sampled_from(UNITS), bounds=st.sampled_from([(0.0, 1e18), (-1e18, 1e18), (0.5, 1.0)])
)
@pytest.mark.filterwarnings("error")
def test_any_text_is_read_within_bounds_or_refused(text: str, unit: str, bounds: tuple[float, float]) -> None:
    read_or_refuse(text, declared(unit, *bounds))


def read_or_refuse(text: str, param: Param) -> None:
    try:
        distribution, refusal = parse(text, param), ""
    except QuantityError as error:
        distribution, refusal = None, str(error)
    if distribution is None:
        assert refusal
        return
    median = distribution.median
    assert math.isfinite(median)
    assert param.low - 1e-9 * abs(median) <= median <= param.high + 1e-9 * abs(median)
    assert describe(distribution, param.unit)


NUMBERS = st.one_of(FINITE, st.floats(1e-12, 1.0), st.integers(0, 10**6).map(float))


@settings(max_examples=600, deadline=None)
@given(
    low=NUMBERS,
    high=NUMBERS,
    level=st.sampled_from([10, 50, 90, 99.99]),
    unit=st.sampled_from(["share", "score", "1"]),
)
def test_any_interval_is_read_within_bounds_or_refused(
    low: float, high: float, level: float, unit: str
) -> None:
    read_or_refuse(
        f"{level}% CI {low!r} to {high!r}",
        declared(unit, *((0.0, 1.0) if unit == "share" else (-1e18, 1e18))),
    )


U = np.concatenate([np.logspace(-9, -2, 60), np.linspace(0.01, 0.99, 197), 1 - np.logspace(-2, -9, 60)])


@settings(max_examples=60, deadline=None)
@given(a=st.floats(0.3, 300), b=st.floats(0.3, 300))
@example(a=29.0, b=13.0)
@example(a=1.0, b=2.0)
@example(a=1.0, b=58.4)
@example(a=0.3, b=0.3)
def test_beta_table_against_scipy(a: float, b: float) -> None:
    exact = stats.beta.ppf(U, a, b)
    assert shapes.beta(a, b).ppf(U) == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "tolerance"),
    [(0.2, 0.2, 1e-6), (0.2, 0.1, 5e-6), (0.1, 0.1, 5e-6), (0.1, 30, 5e-6), (0.05, 0.05, 5e-5)],
)
def test_beta_table_of_small_parameters(a: float, b: float, tolerance: float) -> None:
    assert shapes.beta(a, b).ppf(U) == pytest.approx(stats.beta.ppf(U, a, b), abs=tolerance)


def test_student_t_table_against_scipy() -> None:
    assert shapes.student_t(5, 1).ppf(U) == pytest.approx(stats.t.ppf(U, 5), rel=1e-6, abs=1e-6)


def test_beta_stays_within_its_ends() -> None:
    u = np.sort(np.concatenate([np.logspace(-18, -1, 4000), 1 - np.logspace(-16, -1, 4000)]))
    values = np.concatenate([shapes.beta(a, b).ppf(u) for a, b in ((0.1, 0.1), (1.0, 0.3))])
    assert values.min() >= 0.0
    assert values.max() <= 1.0


def test_truncated_normal_far_above_its_mean() -> None:
    exact = stats.truncnorm.ppf(U, 8, 10)
    assert shapes.normal(0, 1, 8, 10).ppf(U) == pytest.approx(exact, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(mean=st.floats(-3, 3), sd=st.floats(0.1, 5), low=st.floats(-6, -3.1), high=st.floats(3.1, 6))
def test_truncated_normal_against_scipy(mean: float, sd: float, low: float, high: float) -> None:
    exact = stats.truncnorm.ppf(U, (low - mean) / sd, (high - mean) / sd, loc=mean, scale=sd)
    assert shapes.normal(mean, sd, low, high).ppf(U) == pytest.approx(exact, abs=1e-6)


def test_a_limit_below_zero_cuts_nothing_off_a_log_normal() -> None:
    free = Param(name="x", key="x", unit="1", low=-1e18, high=1e18, doc="A number.")
    assert parse("lognormal 0.001 sd 1 within -1 to 1", free) == parse("lognormal 0.001 sd 1 within 0 to 1", free)
