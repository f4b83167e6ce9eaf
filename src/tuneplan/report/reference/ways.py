"""The ways to write a number, each with what the loader really makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.quantities import describe, parse, parse_full
from tuneplan.scenario.reading.complaints import Complaints
from tuneplan.scenario.reading.tree import parse as parse_yaml
from tuneplan.scenario.reading.tree import plain

_MONEY = Param(name="limit", key="limit", unit="USD", doc="an amount of money")
_PRICE = Param(name="price", key="price", unit="USD/example", doc="a price of an example")
_RENT = Param(name="rent", key="rent", unit="USD/hour", doc="a price of an hour")
_TRAFFIC = Param(name="traffic", key="traffic", unit="request/month", doc="requests a month")
_COUNT = Param(name="examples", key="examples", unit="example", doc="a count of examples")
_SHARE = Param(name="share", key="share", unit="share", high=1.0, doc="a share")
_FACTOR = Param(name="factor", key="factor", doc="a plain number")
_TIME = Param(name="time", key="time", unit="s/token", doc="a time for each token")


@dataclass(frozen=True, slots=True)
class Way:
    """A text as it may be typed, and a number that it is typed for."""

    text: str
    param: Param


WAYS = (
    Way("$60k", _MONEY),
    Way("1.5M USD", _MONEY),
    Way("$350 per 1k examples", _PRICE),
    Way("28 USD/hour", _RENT),
    Way("700/day", _TRAFFIC),
    Way("50 ms/token", _TIME),
    Way("2000", _COUNT),
    Way("2k", _COUNT),
    Way("12%", _SHARE),
    Way("fixed 5", _FACTOR),
    Way("$3 to $6 per example", _PRICE),
    Way("5% to 15%", _SHARE),
    Way("80% CI 2 to 5", _FACTOR),
    Way("0 to 200", _COUNT),
    Way("2 to 5 mode 3", _FACTOR),
    Way("uniform 1 to 3", _FACTOR),
    Way("normal 5 sd 1", _FACTOR),
    Way("lognormal 5 sd 0.4", _FACTOR),
    Way("lognormal 5 log-sd 12", _FACTOR),
    Way("lognormal 5 sd 0.4 uncut", _FACTOR),
    Way("normal 5 sd 1 above 4", _FACTOR),
    Way("lognormal 5 sd 0.4 below 9", _FACTOR),
    Way("normal 5 sd 2 within 1 to 9", _FACTOR),
    Way("logit-normal 20% sd 0.5", _SHARE),
    Way("beta a 3 b 7", _SHARE),
    Way("beta a 2 b 4 within 10 to 40", _FACTOR),
    Way("28 of 40", _SHARE),
    Way("{value: 2k to 5k, source: a survey of May, grade: B}", _COUNT),
    Way("{ci: [2, 5], level: 80%, shape: normal}", _FACTOR),
    Way("{ci: [2, 5], shape: lognormal}", _FACTOR),
    Way("{ci: [20%, 50%], shape: logit-normal}", _SHARE),
    Way("{choices: {3: 70%, 5: 30%}}", _FACTOR),
)
"""At least one for every form of the grammar."""


def read_as(way: Way) -> str:
    """What a text is read as, in words.

    >>> read_as(Way("28 of 40", _SHARE))
    'beta, median 69.4%, 90 % 56.9 to 80.1%'
    """
    if not way.text.startswith("{"):
        return describe(parse(way.text, way.param), way.param.unit)
    form = plain(parse_yaml(way.text, "example", Complaints()))
    distribution, source, grade = parse_full(form, way.param)
    beside = [*([f"source: {source}"] if source else []), *([f"grade {grade}"] if grade else [])]
    return "; ".join([describe(distribution, way.param.unit), *beside])
