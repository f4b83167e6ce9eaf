"""Every cell of a number keeps the path it was drawn for; what is made of numbers notes which it read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from building import lowered, scenario
from tuneplan.core import declared_params
from tuneplan.scenario import catalogue
from tuneplan.scenario.load import load
from tuneplan.scenario.lower import Lowered, lower
from tuneplan.scenario.lowering.constants import CONSTANTS, facts_of, read_by_constants
from tuneplan.scenario.lowering.finishing import FINISHED, is_drawn
from tuneplan.study.design import monte_carlo

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"


@pytest.fixture(scope="module", params=["startup", "dataset_choice", "unseen_task"])
def found(request: pytest.FixtureRequest) -> Lowered:
    return lower([load(SCENARIOS / f"{request.param}.yaml")], monte_carlo(64).points)


def path_at(found: Lowered, name: str, *cell: int) -> str:
    return found.paths[found.places[name][(0, *cell)]]


def test_every_declared_number_has_a_place_of_the_shape_of_its_array(found: Lowered) -> None:
    for param in declared_params():
        places = found.places[param.name]
        assert places.ndim == (4 if param.scope in ("pair", "misroute") else 3), param.name
        assert places.shape[1] in (1, len(found.inputs.structure.strategies))


def test_the_path_of_a_cell_names_its_draws(found: Lowered) -> None:
    """Numbers that are handed on as they were drawn: one path, one distribution, the same draws."""
    design = monte_carlo(64)
    looked_at = 0
    for name in ("traffic", "data_exponent", "engineer_week", "wage", "horizon_months", "label_price", "output_tokens"):
        array, places = found.inputs[name], found.places[name][0]
        for strategy, owner in np.ndindex(array.shape[1], array.shape[2]):
            path = found.paths[places[strategy, owner]]
            distribution = found.used[path].distribution
            np.testing.assert_allclose(array[0, strategy, owner], distribution.ppf(design.points([path])[0])[: array.shape[3]])
            looked_at += 1
    assert looked_at >= 19


def test_every_path_is_one_of_the_numbers_used(found: Lowered) -> None:
    """Luck and what was not given aside; the base on unseen requests is noted where nobody gave it."""
    drawn = {path for places in found.places.values() for path in np.array(found.paths, dtype=object)[places[0]].ravel() if path}
    assert drawn <= set(found.used)
    assert set(found.used) - drawn <= {"unseen.score.base"}


def test_a_strategys_own_number_stands_in_its_cell() -> None:
    found = lowered(scenario(("a", "b"), strategies={"unified": {}, "cheap": {"kind": "unified", "price": "$1 per example"}}))
    assert path_at(found, "label_price", 0, 1) == "tasks.b.data.price"
    assert path_at(found, "label_price", 1, 1) == "strategies.cheap.price"
    assert found.paths[found.places["similarity"][0, 0, 0, 1]] == "similarity.a/b"
    assert found.paths[found.places["similarity"][0, 0, 2, 1]] == "unseen.similarity.b"
    assert found.paths[found.places["similarity"][0, 0, 0, 0]] == ""


def test_finished_numbers_note_what_they_read(found: Lowered) -> None:
    assert set(found.read) == {entry.name for entry in FINISHED}
    assert set(found.read["ceiling"]) == {"ceiling", "worst", "best", "measured_base", "headroom"}
    assert {"label_price", "minutes", "wage"} <= set(found.read["human_price"])
    assert set(found.read["adapter_capacity"]) == {"adapter_params", "lora_capacity"}
    assert found.read["clash_probability"] == ("clash_risk",)


def test_a_name_read_before_it_is_finished_is_what_was_drawn() -> None:
    assert is_drawn("base", by="measured_base")
    assert is_drawn("floor", by="floor")
    assert not is_drawn("measured_base", by="ceiling")
    assert is_drawn("lora_capacity", by="adapter_capacity")


def test_finished_and_constant_numbers_say_what_they_are() -> None:
    for entry in (*FINISHED, *CONSTANTS):
        assert entry.labels["unit"], entry.name
        assert entry.doc.endswith("."), entry.name


def test_constants_note_the_rows_and_the_numbers_that_they_read() -> None:
    asked = scenario(("a", "b"), strategies={"adapters": {}, "prompted": {"api": "gpt-4o-mini", "score": {"a": 0.5, "b": 0.5, "unseen": 0.5}}})
    found = lowered(asked)
    adapters, prompted = (facts_of(asked, spec, 16.0, 2048.0) for spec in found.inputs.structure.strategies)
    read = read_by_constants(adapters)
    assert set(read) == {entry.name for entry in CONSTANTS}
    assert read["weights_gb"] == (("base",), ())
    assert read["flop_per_token"] == (("base",), ("sequence_length",))
    assert read["adapter_params"] == (("base",), ("lora_rank",))
    assert set(read["gpus_per_replica"][0]) == {"base", "card"}
    assert read["is_adapter"] == ((), ())
    assert read["token_price_in"] == ((), ())
    assert read_by_constants(prompted)["token_price_in"] == (("price",), ())
    assert prompted.rows["price"] is catalogue.api_prices()["gpt-4o-mini"]
    assert adapters.rows["base"].name == "llama-3.1-8b"


def test_a_row_of_the_catalogue_brings_its_date_as_a_field_of_its_own() -> None:
    used = lower([load(SCENARIOS / "startup.yaml")], monte_carlo(64).points).used
    row = catalogue.gpu_price("h100-sxm", "lambda")
    assert (used["gpu.price"].source, used["gpu.price"].as_of) == (row.source, row.as_of)
    assert used["gpu.tflops"].as_of == catalogue.gpus()["h100-sxm"].as_of
    ours = ("catalogue", "default", "fitted")
    assert {quantity.as_of for quantity in used.values() if quantity.origin not in ours and quantity.grade != "A"} == {""}
    assert all(quantity.as_of for quantity in used.values() if quantity.origin in ours)


def test_a_relation_word_keeps_its_place() -> None:
    typed = load(SCENARIOS / "startup.yaml", overrides=["similarity.email/qa=mixed"])
    used = lower([typed], monte_carlo(64).points).used
    assert (used["similarity.email/summary"].place.line, used["similarity.email/summary"].origin) == (40, "file")
    assert (used["similarity.qa/summary"].place.line, used["similarity.qa/summary"].origin) == (40, "file")
    assert (used["similarity.email/qa"].place.line, used["similarity.email/qa"].origin) == (0, "--set")


BASES = {"unified": {}, "small": {"kind": "unified", "base": "tinyllama-1.1b"}, "mid": {"kind": "unified", "base": "llama-2-13b"}}


def test_a_number_that_hangs_on_the_base_is_listed_once_a_base() -> None:
    """A base of 13B is of the middle size, the other two are small; nothing else hangs on the size here."""
    found = lowered(scenario(("a",), strategies=BASES))
    for strategy, (base, gain) in enumerate((("llama-3.1-8b", 0.08), ("tinyllama-1.1b", 0.08), ("llama-2-13b", 0.125))):
        name = f"law.diversity_gain ({base})"
        assert path_at(found, "diversity_gain", strategy, 0) == name
        quantity = found.used[name]
        assert (quantity.path, quantity.drawn_as, quantity.base) == ("law.diversity_gain", "law.diversity_gain", base)
        assert quantity.distribution.median == gain
    assert "law.diversity_gain" not in found.used
    assert found.used["tasks.a.half_gap_examples"].base == ""


def test_a_number_that_no_base_changes_has_one_name() -> None:
    """Given, or alone: there is one number for all strategies."""
    given = lowered(scenario(("a",), strategies=BASES, law={"law.diversity_gain": 0.1}))
    assert given.used["law.diversity_gain"].distribution.median == 0.1
    alone = lowered(scenario(("a",), strategies={"small": {"kind": "unified", "base": "tinyllama-1.1b"}}))
    assert alone.used["law.diversity_gain"].distribution.median == 0.08
