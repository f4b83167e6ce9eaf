"""What holds for any text, however hostile: an answer within bounds, or a refusal that can be read."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from typing import NoReturn

import tuneplan
from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.errors import TuneplanError
from tuneplan.report import data, text
from tuneplan.scenario.grammar.full_form import FullForm
from tuneplan.scenario.grammar.quantities import QuantityError, parse, parse_full

DRAWS = 8
BOUNDS = ((0.0, 1e18), (-1e18, 1e18), (0.0, 1.0), (0.01, 2.0), (0.5, 1.0), (1.0, 1e6), (-5.0, 7.0))
UNITS = (
    "share", "score", "1", "USD", "USD/example", "USD/point/month", "request/month", "month", "token", "ms/token",
    "1/hour", "review round",
)  # fmt: skip
LONGEST_SHOWN = 900
"""Characters of a message that a problem keeps."""


def declared(unit: str, low: float, high: float, *, whole: bool = False) -> Param:
    return Param(name="x", key="x", unit=unit, low=low, high=high, doc="A number.", whole=whole)


def read_or_refuse(typed: str, param: Param) -> None:
    """A scalar quantity has its median and interval within bounds, or a refusal in words."""
    _keep(lambda: parse(typed, param), param)


def read_full_or_refuse(form: FullForm, param: Param) -> None:
    """As ``read_or_refuse``, for the form with keys."""
    _keep(lambda: parse_full(form, param)[0], param)


def _keep(read: Callable[[], Distribution], param: Param) -> None:
    refusal = ""
    try:
        distribution = read()
    except QuantityError as error:
        distribution, refusal = None, str(error)
    if distribution is None:
        assert refusal.strip()
        assert refusal.isprintable()
        assert len(refusal) <= LONGEST_SHOWN
        return
    for value in (distribution.median, *distribution.interval()):
        slack = 1e-6 * max(abs(value), 1e-300)
        assert math.isfinite(value)
        assert param.low - slack <= value <= param.high + slack


def run_or_refuse(scenario: str) -> bool:
    """A scenario runs and can be written in every way, or is refused; returns whether it ran."""
    verdict, refusal = None, ""
    try:
        verdict = tuneplan.loads(scenario).run(draws=DRAWS).verdict
    except TuneplanError as error:
        refusal = str(error)
    if verdict is None:
        assert refusal.strip()
        assert all(line.isprintable() for line in refusal.split("\n"))
        return False
    assert text.as_terminal_text(verdict).strip()
    assert text.as_markdown_text(verdict).strip()
    assert json.loads(data.as_json(verdict), parse_constant=_refuse_constant)
    assert len(io.StringIO(data.as_csv(verdict)).readlines()) > 1
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise AssertionError(f"{name} stands in the JSON")
