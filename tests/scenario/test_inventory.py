"""What is in force where nobody says otherwise: every default, coefficient and row, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from tuneplan.core import declared_coefficients, declared_params
from tuneplan.core.distributions import beta
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import fitted_priors, priors
from tuneplan.scenario.inventory import (
    CATALOGUE,
    EQUATIONS,
    KEYS,
    UNITS,
    everything,
    in_force,
    numbers_of,
    of_row,
)
from tuneplan.scenario.schema import keys_of

PARAMS = {param.name: param for param in declared_params()}
HEAD = "name,when,family,parameters,source,as_of,script,data_sha256,score"
KNOWN = list(everything())


def test_every_default_is_in_it_and_nothing_else() -> None:
    expected = {next(iter(keys_of(param))).pattern for param in declared_params() if param.default is not None} | {"checks.*.days"}
    assert {each.name for each in KNOWN if each.stands_in == KEYS} == expected


def test_every_coefficient_is_in_it() -> None:
    expected = Counter((module, each.name) for module, held in declared_coefficients().items() for each in held for _ in each.values())
    assert Counter((each.group, each.name) for each in KNOWN if each.stands_in == EQUATIONS) == expected


@pytest.mark.parametrize("table", list(catalogue.TABLES))
def test_every_row_of_the_catalogue_is_in_it(table: str) -> None:
    rows = {each.name for each in KNOWN if (each.stands_in, each.group) == (CATALOGUE, table)}
    assert len(rows) == len(catalogue.table(table))


def test_no_number_is_in_it_twice() -> None:
    found = Counter((each.stands_in, each.group, each.name, each.part) for each in KNOWN)
    assert {each: count for each, count in found.items() if count > 1} == {}


def test_each_says_all_that_a_ledger_asks_for() -> None:
    for each in KNOWN:
        assert all((each.unit, each.source, each.as_of, each.doc, each.name)), each
        assert each.grade in "VFAD", each


def test_an_interval_holds_its_value_and_what_is_drawn_has_one() -> None:
    for each in KNOWN:
        if each.is_drawn:
            assert each.interval is not None, each
        if each.interval is not None:
            assert each.interval[0] <= each.value.median <= each.interval[1], each
            assert each.interval[0] < each.interval[1], each


def test_numbers_of_a_row_are_all_its_numbers() -> None:
    """Ends of an interval and spreads are in the interval of the number that they belong to."""
    for table, spec in catalogue.TABLES.items():
        columns = {column.name for column in fields(spec.row) if any(word in str(column.type) for word in ("float", "int"))} - {"low", "high", "log_sd"}
        found = {name for row in catalogue.table(table).values() for name, _ in numbers_of(row)} - {"saturated_share"}
        assert found == columns, table
        assert found <= set(UNITS)


def test_a_row_gives_what_the_lookup_gives() -> None:
    rent = catalogue.table("gpu_prices")["h100-sxm", "market", "on-demand"]
    (found,) = of_row("gpu_prices", rent)
    assert found.value == catalogue.gpu_price("h100-sxm").distribution
    share = catalogue.table("serving")["h100", "fp8"]
    saturated, decoding = of_row("serving", share)
    assert saturated.value == catalogue.serving_share("h100-sxm", "fp8").distribution
    assert (decoding.value.median, decoding.interval) == (share.decode_bandwidth_share, None)
    assert [each.name for each in (found, saturated)] == ["h100-sxm market on-demand", "h100 fp8"]


# ---- what was fitted ------------------------------------------------------------------------------


@pytest.fixture
def fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table in which one number has a row for all bases, another for instruction-tuned ones alone."""
    rows = [
        HEAD,
        "format_share,,beta,2 5,fitted on toys,2026-11-26,tests/fitting/toy.py,abc,log score .1 better",
        "headroom,instruction_tuned,beta,2 9,fitted on toys; width assumed,2026-11-26,tests/fitting/toy.py,abc,no better",
    ]
    (tmp_path / "fitted.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    monkeypatch.setattr(priors, "FILE", str(tmp_path / "fitted.csv"))
    fitted_priors.cache_clear()
    yield
    fitted_priors.cache_clear()


@pytest.mark.usefixtures("fitted")
def test_what_was_fitted_is_in_force_and_names_what_made_it() -> None:
    (found,) = in_force(PARAMS["format_share"])
    assert found.value == beta(2, 5)
    assert (found.grade, found.as_of, found.source) == ("F", "2026-11-26", "fitted on toys")
    assert found.note == "log score .1 better; tests/fitting/toy.py"


@pytest.mark.usefixtures("fitted")
def test_what_holds_under_a_condition_stands_beside_what_was_declared() -> None:
    declared, tuned = in_force(PARAMS["headroom"])
    assert (declared.value, declared.part, declared.note) == (PARAMS["headroom"].default, "", "")
    assert (tuned.value, tuned.part, tuned.grade) == (beta(2, 9), "instruction_tuned", "A")


def test_a_number_without_a_default_is_not_in_force() -> None:
    assert list(in_force(PARAMS["traffic"])) == []
