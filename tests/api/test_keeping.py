"""Sweeps that are kept, in a notebook."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tuneplan as tp

BUDGETS = {"budget.limit": "10k..100k USD:log:5", "method": ["lora", "full"]}


@pytest.fixture(scope="module")
def study() -> tp.Study:
    return tp.load("scenarios/startup.yaml").set("schedule.counts", "no")


@pytest.fixture(scope="module")
def found(study: tp.Study, tmp_path_factory: pytest.TempPathFactory) -> tp.KeptSweep:
    return study.sweep(BUDGETS, to=tmp_path_factory.mktemp("kept") / "rows.csv", draws=64, plans="once", jobs=1)


def test_rows_come_back_with_units(found: tp.KeptSweep) -> None:
    frame = found.to_frame(["budget.limit", "method", "recommended", "unified.cost"])
    assert frame["budget.limit"].tolist()[::2] == pytest.approx(np.geomspace(1e4, 1e5, 5))
    assert frame["method"].tolist() == ["lora", "full"] * 5
    assert frame.attrs["units"] == {"budget.limit": "USD", "unified.cost": "USD"}
    assert set(frame["recommended"]) <= {"", *found.about["strategies"]}
    assert repr(found).endswith(f"rows.csv': 10 rows, {len(found.columns)} columns>")


def test_a_summary_is_an_analysis(found: tp.KeptSweep) -> None:
    told = found.summary()
    assert told.record.rows == 10
    assert "10 rows" in repr(told)
    assert not told.to_frame().empty
    assert found.plot().get_title() or found.plot().figure.get_suptitle()


def test_it_is_opened_again_and_gone_on_with(study: tp.Study, found: tp.KeptSweep) -> None:
    again = tp.open(found.path)
    assert isinstance(again, tp.KeptSweep)
    assert again.is_complete
    before = Path(found.path).read_bytes()
    study.sweep(BUDGETS, to=found.path, draws=64, plans="once", jobs=1, resume=True)
    assert Path(found.path).read_bytes() == before
    with pytest.raises(tp.UsageError, match="holds a complete sweep already"):
        study.sweep(BUDGETS, to=found.path, draws=64, plans="once", jobs=1)


def test_samples_and_tables(study: tp.Study, tmp_path: Path) -> None:
    sampled = study.sweep({"tasks.email.traffic": "own", "budget.limit": "10k..90k USD"}, mode="sobol", points=8, to=tmp_path / "sobol.csv", draws=1, plans="once")
    assert sampled.rows == 8
    assert len(set(sampled.to_frame(["budget.limit"])["budget.limit"])) == 8
    (tmp_path / "asked.csv").write_text("budget.limit [USD],method\n20000,lora\n,full\n")
    table = study.sweep(table=tmp_path / "asked.csv", to=tmp_path / "table.csv", draws=1, plans="once")
    assert table.to_frame(["budget.limit"])["budget.limit"].tolist() == [2e4, 6e4]


def test_what_only_kept_rows_can_have(study: tp.Study) -> None:
    with pytest.raises(tp.UsageError, match=r"budget\.limit: 1k\.\.9k USD goes with to=, which names where rows are kept"):
        study.sweep({"budget.limit": "1k..9k USD"})
    with pytest.raises(tp.UsageError, match="points goes with to="):
        study.sweep({"budget.limit": ["1k USD"]}, points=4)


def test_what_is_wrong_is_told_before_anything_runs(study: tp.Study, tmp_path: Path) -> None:
    with pytest.raises(tp.ScenarioError, match="did you mean"):
        study.sweep({"budget.limt": ["1k USD"]}, to=tmp_path / "rows.csv")
    with pytest.raises(tp.UsageError, match=r"no column unified\.price"):
        study.sweep({"budget.limit": ["1k USD"]}, to=tmp_path / "rows.csv", draws=1, plans="once").to_frame(["unified.price"])
