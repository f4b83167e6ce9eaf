"""Every number of the core says where it comes from, of when, and how good that is."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import tuneplan.core
from tuneplan.core import declared_coefficients, declared_params
from tuneplan.core.coefficients import Coefficient
from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import JUDGED, Param, grade_of
from tuneplan.scenario.schema import CHECK_DAYS

PARAMS = [param for param in (*declared_params(), CHECK_DAYS) if param.default is not None]
COEFFICIENTS = [(module, each) for module, held in declared_coefficients().items() for each in held]
DECLARED: list[Param | Coefficient] = [*PARAMS, *(each for _, each in COEFFICIENTS)]
MONTH = re.compile(r"20\d\d(-(0[1-9]|1[0-2]))?")
NO_COEFFICIENTS: Mapping[str, str] = {
    "allocation.FULL": "how near a search comes to the money",
    "attribution.NONE": "an array of zeros",
    "attribution.ONE": "an array of ones",
    "barrier": "steps and tolerances of a search",
    "compute.ADAPTED_LAYERS": "yes or no: which layers a word means",
    "distributions": "tables of inverse distribution functions",
    "schedule.calendar.DAYS_PER_WEEK": "a unit",
    "schedule.calendar.HOURS_PER_DAY": "a unit",
    "schedule.calendar.ROUNDING": "what counts as the same time",
    "schedule.distinct.MOST": "how many draws may differ for those that are alike to be simulated once",
    "schedule.luck.CENTRE": "where a point of the unit cube stands when nothing is left to chance",
    "validity.TOLERANCE": "words of a caution, never a result",
}
"""Module, or number in it -> why it needs no declaration."""


RECORDS = ("StepLaw", "MemoryLaw", "DecodingLaw", "Optimizer")
"""Records of numbers that stand at the top of a module."""


def named(each: Param | Coefficient) -> str:
    return each.name


# ---- what a declaration says ----------------------------------------------------------------------


@pytest.mark.parametrize("each", DECLARED, ids=named)
def test_every_default_has_a_source_and_a_date(each: Param | Coefficient) -> None:
    assert each.source
    assert MONTH.fullmatch(each.as_of), each.as_of


@pytest.mark.parametrize("each", DECLARED, ids=named)
def test_no_date_is_before_a_paper_that_it_cites(each: Param | Coefficient) -> None:
    cited = [f"20{year}-{month}" for year, month in re.findall(r"\b(\d\d)(\d\d)\.\d{5}\b", each.source)]
    assert all(published <= each.as_of for published in cited), (each.as_of, cited)


@pytest.mark.parametrize("each", [each for each in DECLARED if each.grade in ("F", "V")], ids=named)
def test_what_is_fitted_or_measured_names_its_data(each: Param | Coefficient) -> None:
    assert len(each.source) > len("fitted on ")
    assert re.search(r"arXiv|\d|table", each.source), each.source


@pytest.mark.parametrize("each", [each for each in DECLARED if each.grade == "V"], ids=named)
def test_what_is_measured_has_no_spread_of_our_own(each: Param | Coefficient) -> None:
    """A paper gives a number; the width of a prior around it is a judgement, so that it is graded assumed."""
    values = [each.default] if isinstance(each, Param) else [value for _, value in each.values()]
    assert all(value is not None and value.is_point for value in values)


def test_a_source_is_graded_by_its_weakest_part() -> None:
    assert grade_of("declared: none") == "D"
    assert grade_of("Declared, as fitted on 3 papers") == "D"
    assert grade_of("fitted on 90 learning curves, arXiv 2402.02314") == "F"
    assert grade_of("Super-NaturalInstructions, arXiv 2204.07705") == "V"
    assert {grade_of(f"fitted on 90 curves; spread {word}") for word in JUDGED} == {"A"}
    assert grade_of("Assumed") == "A"


# ---- numbers of the modules -----------------------------------------------------------------------


def modules() -> Iterator[tuple[str, Any]]:
    for found in pkgutil.walk_packages(tuneplan.core.__path__, "tuneplan.core."):
        if not found.ispkg:
            yield found.name.removeprefix("tuneplan.core."), importlib.import_module(found.name)


def numbers(value: Any) -> list[float]:
    """Floats in a constant, however deep; the medians of distributions."""
    if isinstance(value, float):
        return [value]
    if isinstance(value, Distribution):
        return [value.median]
    if isinstance(value, Mapping):
        return [number for each in value.values() for number in numbers(each)]
    if type(value).__name__ in RECORDS:
        return [number for each in dataclasses.fields(value) for number in numbers(getattr(value, each.name))]
    if isinstance(value, tuple | list) and not hasattr(value, "_fields"):
        return [number for each in value for number in numbers(each)]
    return [float(number) for number in value.ravel()] if hasattr(value, "ravel") else []


def constants() -> Iterator[tuple[str, str]]:
    """Module and name of every number that stands at the top of a module of the core, where it is made."""
    for name, module in modules():
        source = Path(module.__file__).read_text(encoding="utf-8")
        for target in re.findall(r"^([A-Z][A-Z0-9_, ]*?)(?::[^=\n]+)? = ", source, flags=re.M):
            for constant in target.split(", "):
                if numbers(getattr(module, constant)):
                    yield name, constant


def test_every_number_at_the_top_of_a_module_is_declared() -> None:
    declared = {(module, name) for module, each in COEFFICIENTS for name in each.name.split()}
    bare = {each for each in constants() if each not in declared and not {each[0], ".".join(each)} & set(NO_COEFFICIENTS)}
    assert not bare, f"declare a Coefficient beside it, or say in NO_COEFFICIENTS why there is none: {sorted(bare)}"
    assert ("capability", "ROUTED_RELIEF") in declared & set(constants())


def test_what_needs_no_declaration_is_there() -> None:
    found = {name for module, constant in constants() for name in (module, f"{module}.{constant}")}
    assert set(NO_COEFFICIENTS) <= found


@pytest.mark.parametrize(("module", "each"), COEFFICIENTS, ids=[f"{module} {each.name}" for module, each in COEFFICIENTS])
def test_a_declaration_holds_the_number_that_stands_there(module: str, each: Coefficient) -> None:
    held = importlib.import_module(f"tuneplan.core.{module}")
    stands = [number for name in each.name.split() for number in numbers(getattr(held, name))]
    assert {value.median for _, value in each.values()} <= set(stands)
    if each.interval is not None:
        low, high = each.interval
        assert all(low <= value.median <= high and value.is_point for _, value in each.values())


@pytest.mark.parametrize(("constant", "module"), [("CLASH_PROBABILITY", "capability"), ("RELATIONS", "transfer"), ("JUDGES", "costs"), ("DIVERSITY_GAIN", "capability"), ("SHARE_JUDGED", "schedule.declared")])
def test_a_table_is_declared_whole(constant: str, module: str) -> None:
    words = [word for _, each in COEFFICIENTS if each.name == constant for word, _ in each.values()]
    assert sorted(words) == sorted(getattr(importlib.import_module(f"tuneplan.core.{module}"), constant))


def test_a_law_is_declared_whole() -> None:
    """Every number of the records that are fitted on costs."""
    for module, constant in (("compute", "STEP_LAW"), ("memory_law", "MEMORY_LAW"), ("decoding", "DECODING_LAW")):
        declared = [value.median for held, each in COEFFICIENTS if (held, each.name) == (module, constant) for _, value in each.values()]
        assert sorted(declared) == sorted(numbers(getattr(importlib.import_module(f"tuneplan.core.{module}"), constant)))
