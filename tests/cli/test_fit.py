"""``simulate fit``: curves in, numbers out, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CURVES = "curve,examples,loss\n" + "".join(f"chat,{count},{loss}\n" for count, loss in ((0, 4.0), (200, 3.0), (800, 2.8), (3200, 2.6), (12_800, 2.3), (51_200, 2.0)))


@pytest.fixture
def curves(tmp_path: Path) -> Path:
    path = tmp_path / "curves.csv"
    path.write_text(CURVES)
    return path


def test_a_curve_is_fitted_and_carried_on(simulate: Callable[..., Any], curves: Path) -> None:
    ended = simulate("fit", curves, "--at", "100k,1M")
    assert (ended.code, ended.err) == (0, "")
    for part in ("1 learning curve, fitted", "half_gap_examples", "at 100k examples", "at 1M examples"):
        assert part in ended.out


def test_every_form_holds_the_same(simulate: Callable[..., Any], curves: Path) -> None:
    found = json.loads(simulate("fit", curves, "--at", "100k", "--format", "json").out)
    middle = found["curves"][0]["carried_on"][0]["middle"]
    rows = list(csv.DictReader(io.StringIO(simulate("fit", curves, "--at", "100k", "--format", "csv").out)))
    assert float(next(row["middle"] for row in rows if row["quantity"] == "loss")) == pytest.approx(middle)
    assert simulate("fit", curves, "--at", "100k", "--format", "md").out.startswith("**1 learning curve, fitted**")
    lines = simulate("fit", curves, "--at", "100M", "--format", "yaml").out
    assert "data_exponent: lognormal" in lines
    assert "32 times" not in lines


def test_a_file_is_written_whole_and_never_over_its_source(simulate: Callable[..., Any], curves: Path, tmp_path: Path) -> None:
    out = tmp_path / "fit.yaml"
    assert simulate("fit", curves, "--format", "yaml", "-o", out).out == ""
    assert out.read_text().startswith("# Fitted by simulate fit on ")
    ended = simulate("fit", curves, "-o", curves)
    assert ended.code == 2
    assert "this file was read" in ended.err
    assert curves.read_text() == CURVES


def test_equal_seeds_give_equal_text(simulate: Callable[..., Any], curves: Path) -> None:
    one, same, other = (simulate("fit", curves, "--format", "csv", "--seed", seed).out for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize(("text", "said"), [
    ("curve,examples,loss\nchat,ten,2\n", 'curves.csv:2:2: examples: "ten" is no number; write digits alone'),
    ("", "is empty"),
    ("curve,examples,loss\n=1+1,100,-2\n", "loss: -2 is not between"),
])  # fmt: skip
def test_a_bad_file_ends_with_3_and_no_traceback(simulate: Callable[..., Any], curves: Path, tmp_path: Path, text: str, said: str) -> None:
    curves.write_text(text)
    ended = simulate("fit", curves, "-o", tmp_path / "out.csv")
    assert (ended.code, ended.out) == (3, "")
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "out.csv").exists()


def test_a_column_that_is_not_ours_is_warned_of(simulate: Callable[..., Any], curves: Path) -> None:
    curves.write_text("curve,examples,loss,weather\nchat,1k,2,fine\n")
    ended = simulate("fit", curves)
    assert ended.code == 0
    assert 'warning: ' in ended.err
    assert 'unknown column "weather"' in ended.err
    assert simulate("fit", curves, "--quiet").err == ""
    strict = simulate("fit", curves, "--strict")
    assert (strict.code, strict.out) == (5, "")


def test_what_it_is_at_is_told_on_a_terminal_alone(simulate: Callable[..., Any], curves: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tuneplan.report.progress.PATIENCE_S", -1.0)
    assert simulate("fit", curves).err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert "\rcurve 1 of 1 (0 s)" in simulate("fit", curves).err


def test_bad_options_end_with_2(simulate: Callable[..., Any], curves: Path) -> None:
    for at in ("", "1k to 2k"):
        assert simulate("fit", curves, "--at", at).code == 2
    ended = simulate("fit", curves, "--at", "lots")
    assert ended.code == 2
    assert "--at lots" in ended.err
    assert simulate("fit", curves, "--draws", 5).code == 2


def test_a_name_is_no_markup_and_no_formula(simulate: Callable[..., Any], curves: Path) -> None:
    curves.write_text(CURVES.replace("chat", "=HYPERLINK(<script>)"))
    assert "'=HYPERLINK" in simulate("fit", curves, "--format", "csv").out
    assert "<script>" not in simulate("fit", curves, "--format", "md").out
    assert "\n  HYPERLINK_script:\n" in simulate("fit", curves, "--format", "yaml").out
