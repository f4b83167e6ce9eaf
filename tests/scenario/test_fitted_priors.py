"""Fitted priors: they hold where a scenario is silent, by condition, and say where they come from."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from building import lowered, scenario
from tuneplan.core import declared_params
from tuneplan.core.distributions import beta, lognormal
from tuneplan.scenario.catalogue import fitted_prior, fitted_priors, models, priors
from tuneplan.scenario.catalogue.priors import FILE, SHAPES, FittedPrior
from tuneplan.scenario.lowering.defaults import CATALOGUE_DEFAULTS, CONDITIONS, usual_default
from tuneplan.scenario.records import Quantity

PARAMS = {param.name: param for param in declared_params()}
ROWS = [row for rows in fitted_priors().values() for row in rows]
PRETRAINED, TUNED = "llama-3.1-8b", "llama-3.1-8b-instruct"
HEAD = "name,when,family,parameters,source,as_of,script,data_sha256,score"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table of three rows, one of them for instruction-tuned bases."""
    written = [
        HEAD,
        "format_share,,beta,2 5,fitted on toys,2026-11-26,tests/toy.py,abc,",
        "format_share,instruction_tuned,beta,2 9,fitted on toys; width assumed,2026-11-26,tests/toy.py,abc,",
        "data_exponent,,lognormal,0.3 0.6,fitted on toys,2026-11-26,tests/toy.py,abc,",
    ]
    (tmp_path / FILE).write_text("\n".join(written) + "\n", encoding="utf-8")
    monkeypatch.setattr(priors, "FILE", str(tmp_path / FILE))
    fitted_priors.cache_clear()
    yield
    fitted_priors.cache_clear()


def used(base: str, **of_task: str) -> Mapping[str, Quantity]:
    return lowered(scenario({"a": of_task, "b": {}}, base=base)).used


# ---- the table that ships -------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.when}".strip())
def test_a_row_that_ships_is_used_and_says_where_it_comes_from(row: FittedPrior) -> None:
    param = PARAMS[row.name]
    assert row.name not in CATALOGUE_DEFAULTS or row.name == "half_gap_examples"
    assert row.when in ("", *CONDITIONS)
    assert row.family in SHAPES
    found = usual_default(param, [row.when])
    assert found is not None
    low, high = found.distribution.interval(0.98)
    assert param.low <= low < high <= param.high
    assert (found.origin, found.source, found.as_of, found.grade) == ("fitted", row.source, row.as_of, row.grade)
    datetime.date.fromisoformat(row.as_of)
    assert re.fullmatch(r"tests/fitting/\w+\.py", row.script)
    assert (Path(__file__).parents[2] / row.script).is_file()
    assert re.fullmatch(r"[0-9a-f]{64}", row.data_sha256)
    assert row.score


def test_no_two_rows_claim_the_same_case() -> None:
    claims = [(row.name, row.when) for row in ROWS]
    assert len(claims) == len(set(claims))


# ---- the mechanism --------------------------------------------------------------------------------


@pytest.mark.usefixtures("table")
def test_the_last_row_that_holds_is_taken() -> None:
    assert fitted_prior("format_share").distribution == beta(2, 5)  # type: ignore[union-attr]
    assert fitted_prior("format_share", ["instruction_tuned"]).distribution == beta(2, 9)  # type: ignore[union-attr]
    assert fitted_prior("data_exponent", ["instruction_tuned"]).distribution == lognormal(0.3, 0.6)  # type: ignore[union-attr]
    assert fitted_prior("headroom") is None


@pytest.mark.usefixtures("table")
def test_a_silent_scenario_takes_it_and_the_ledger_says_so() -> None:
    found = used(PRETRAINED)["tasks.a.format_share"]
    assert (found.distribution, found.origin, found.grade) == (beta(2, 5), "fitted", "F")
    assert found.dated_source == "fitted on toys (2026-11-26)"
    declared = used(PRETRAINED)["law.instance_scale"]
    assert (declared.distribution, declared.origin) == (PARAMS["instance_scale"].default, "default")


@pytest.mark.usefixtures("table")
def test_a_scenario_that_speaks_keeps_its_own() -> None:
    found = used(PRETRAINED, format_share="30%")["tasks.a.format_share"]
    assert found.origin == "file"
    assert found.distribution.median == 0.3


@pytest.mark.usefixtures("table")
def test_a_condition_holds_by_the_base_model() -> None:
    assert not models()[PRETRAINED].instruction_tuned
    assert models()[TUNED].instruction_tuned
    found = used(TUNED)["tasks.a.format_share"]
    assert (found.distribution, found.grade) == (beta(2, 9), "A")


@pytest.mark.usefixtures("table")
def test_strategies_of_two_bases_take_a_prior_each_and_share_their_luck() -> None:
    strategies = {"unified": {}, "tuned": {"kind": "unified", "base": TUNED}}
    found = lowered(scenario(("a", "b"), base=PRETRAINED, strategies=strategies))
    listed = {name: each for name, each in found.used.items() if "format_share" in name and ".a." in name}
    assert set(listed) == {f"tasks.a.format_share ({base})" for base in (PRETRAINED, TUNED)}
    assert {each.drawn_as for each in listed.values()} == {"tasks.a.format_share"}
    values = found.inputs.numbers["format_share"]
    assert values.shape[1] == 2
    assert values[0, 0, 0].mean() == pytest.approx(2 / 7, abs=0.01)
    assert values[0, 1, 0].mean() == pytest.approx(2 / 11, abs=0.01)


@pytest.mark.usefixtures("table")
def test_tails_end_where_the_declaration_does() -> None:
    found = usual_default(PARAMS["data_exponent"])
    assert found is not None
    assert found.distribution.parameters[2:] == (PARAMS["data_exponent"].low, PARAMS["data_exponent"].high)
    assert not math.isinf(found.distribution.interval(0.999)[1])
