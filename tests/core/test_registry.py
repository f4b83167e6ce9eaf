"""What a declaration refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tuneplan.core import declared_params
from tuneplan.core.distributions import point
from tuneplan.core.registry import Param

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "scope": ({"scope": "planet"}, r"amount: scope 'planet' is none of scenario, task, "),
    "default without source": ({"default": point(1.0)}, r"amount: a default needs a source, or the word assumed"),
    "range of nobody": ({"measured": (1.0, 2.0)}, r"amount: a measured range and its source \(measured_by\) go together"),
    "source of nothing": ({"measured_by": "arXiv 2402.02314"}, r"amount: a measured range and its source \(measured_by\) go together"),
    "range upside down": ({"measured": (3.0, 2.0), "measured_by": "us"}, r"amount: measured \(3\.0, 2\.0\) is no range within 0 to 10"),
    "range beyond what is allowed": ({"measured": (3.0, 20.0), "measured_by": "us"}, r"amount: measured \(3\.0, 20\.0\) is no range within 0 to 10"),
}


@pytest.mark.parametrize(("fields", "message"), REFUSED.values(), ids=REFUSED)
def test_a_declaration_that_makes_no_sense_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Param(name="amount", key="amount", doc="How much.", high=10.0, **fields)


def test_numbers_that_a_law_was_measured_over_say_so() -> None:
    measured = {param.name: (param.measured, param.measured_by) for param in declared_params() if param.measured is not None}
    assert measured == {
        "examples": ((200.0, 1.6e6), "arXiv 2402.02314"),
        "epochs": ((1.0, 10.0), "arXiv 2305.16264, 2402.02314"),
    }
