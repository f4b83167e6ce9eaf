"""How far a scenario leaves the evidence, in words."""

from __future__ import annotations

from typing import Any

import pytest

from building import answer
from tuneplan.core import declared_params, validity
from tuneplan.core.validity import RANGES, extrapolations, measured_range

WITHIN: dict[str, Any] = {"data.examples": "2k", "epochs": 3}
OUTSIDE: dict[str, tuple[dict[str, Any], str, str]] = {
    "few examples": ({"data.examples": 50}, "examples of a task", "down to 50, below the least measured (200; arXiv 2402.02314)"),
    "many examples": ({"data.examples": "8M"}, "examples of a task", "up to 8e+06, 5 times the most measured (1.6e+06; arXiv 2402.02314)"),
    "few epochs": ({"epochs": 0.5}, "epochs", "down to 0.5, below the least measured (1; arXiv 2305.16264, 2402.02314)"),
    "many epochs": ({"epochs": 30}, "epochs", "up to 30, 3 times the most measured (10; arXiv 2305.16264, 2402.02314)"),
}


@pytest.mark.parametrize(("keys", "what", "words"), OUTSIDE.values(), ids=OUTSIDE)
def test_what_lies_outside_is_said_with_the_source(keys: dict[str, Any], what: str, words: str) -> None:
    assert extrapolations(answer({"a": {**WITHIN, **keys}, "b": WITHIN}).inputs) == {what: words}


def test_what_is_at_the_ends_lies_within() -> None:
    ends = {"a": {"data.examples": 200, "epochs": 1}, "b": {"data.examples": "1.6M", "epochs": 10}}
    assert extrapolations(answer(ends).inputs) == {}


def test_models_beyond_the_evidence() -> None:
    tasks = {f"t{number}": WITHIN for number in range(12)}
    it = answer(tasks, strategies={"unified": {}, "merged": {}, "large": {"kind": "specialists", "base": "llama-3.1-405b"}})
    assert extrapolations(it.inputs) == {
        "parameters of the base": "up to 4.06e+11, 5.8 times the most measured (7e+10; arXiv 2402.02314, 2402.17193)",
        "tasks trained together": "up to 12, 1.2 times the most measured (10; 12 papers of head-to-heads)",
        "specialists merged": "up to 12, 1.5 times the most measured (8; arXiv 2410.03617)",
    }


def test_ranges_of_declared_numbers_are_those_of_their_declarations() -> None:
    """No number is held twice."""
    params = {param.name: param for param in declared_params()}
    for name, known in {"examples": validity.EXAMPLES, "epochs": validity.EPOCHS}.items():
        assert ((known.low, known.high), known.source) == (params[name].measured, params[name].measured_by)
    assert [known.what for known in RANGES] == [
        "examples of a task", "parameters of the base", "tasks trained together", "specialists merged", "epochs",
    ]  # fmt: skip


def test_a_number_without_a_measured_range_has_none() -> None:
    with pytest.raises(LookupError, match=r"quality: no number of core\.transfer is declared so with a measured range"):
        measured_range("quality", what="quality", values=lambda inputs: inputs["quality"])
