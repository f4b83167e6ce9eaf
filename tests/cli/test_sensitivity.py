"""``simulate sensitivity`` as a person meets it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
SOURCE = Path(__file__).resolve().parents[2] / "src"
STARTUP = Path(__file__).resolve().parents[2] / "scenarios" / "startup.yaml"


def test_it_answers_for_the_shipped_scenario(simulate: Command) -> None:
    ended = simulate("sensitivity", STARTUP, "--draws", "256", "-q")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Startup assistant: what unified against ")
    assert "law.interference_strength" in ended.out
    assert max(map(len, ended.out.split("\n"))) <= 100


def test_every_form_is_written(simulate: Command, tmp_path: Path) -> None:
    said = {form: simulate("sensitivity", STARTUP, "--draws", "64", "-q", "--format", form).out for form in ("text", "md", "json", "csv")}
    assert said["md"].startswith("**Startup assistant: what unified against ")
    assert json.loads(said["json"])["design"]["draws"] == 64
    assert {row["quantity"] for row in csv.DictReader(io.StringIO(said["csv"]))} >= {"value at the low end", "difference at the high end"}
    target = tmp_path / "out.md"
    assert simulate("sensitivity", STARTUP, "--draws", "64", "-q", "--format", "md", "-o", target).code == 0
    assert target.read_text() == said["md"]


def test_equal_seeds_give_equal_bytes(simulate: Command) -> None:
    one, again, other = (simulate("sensitivity", STARTUP, "--draws", "128", "-q", "--seed", seed, "--format", "json").out for seed in (3, 3, 4))
    assert one == again
    assert one != other


def test_another_strategy_may_be_named(simulate: Command) -> None:
    ended = simulate("sensitivity", STARTUP, "--draws", "64", "-q", "--against", "prompted")
    assert "what unified against prompted hangs on" in ended.out


@pytest.mark.parametrize(("words", "message"), [
    (("--against", "promted"), '--against: no strategy is called "promted"; did you mean "prompted"?\n'),
    (("--draws", "0"), "draws: 0 is not a whole number from 1 to 524288\n"),
])  # fmt: skip
def test_wrong_usage_is_answered(simulate: Command, words: tuple[str, ...], message: str) -> None:
    ended = simulate("sensitivity", STARTUP, *words)
    assert (ended.code, ended.out, ended.err) == (2, "", message)


def test_nothing_feasible_ends_as_a_run_does(simulate: Command) -> None:
    ended = simulate("sensitivity", STARTUP, "--draws", "64", "-q", "--set", "budget.limit=1 USD")
    assert ended.code == 4
    assert "Without a recommendation there is none to flip." in " ".join(ended.out.split())
    assert json.loads(simulate("sensitivity", STARTUP, "--draws", "64", "-q", "--set", "budget.limit=1 USD", "--format", "json").out)["best"] is None
    assert simulate("sensitivity", STARTUP, "--draws", "64", "-q", "--set", "budget.limit=1 USD", "--format", "csv").out.strip() == ""


@pytest.mark.parametrize("draws", ["1", "2", "16"])
def test_hardly_any_draws_are_no_bug(simulate: Command, draws: str) -> None:
    for form in ("text", "json", "csv", "md"):
        ended = simulate("sensitivity", STARTUP, "--draws", draws, "-q", "--format", form)
        assert ended.code == 0, ended.err


def test_one_strategy_has_nothing_to_flip(simulate: Command, scenario: Command) -> None:
    path = scenario(("  specialists: {}\n", ""), ("  prompted: {like_base: yes}\n", ""))
    ended = simulate("sensitivity", path, "--draws", "64", "-q")
    assert (ended.code, "There is one strategy only, so nothing can flip." in ended.out) == (0, True)


def test_names_of_strategies_run_no_formula(simulate: Command, scenario: Command) -> None:
    path = scenario(("  unified: {}", "  -x: {kind: unified, examples: 4k}"))
    ended = simulate("sensitivity", path, "--draws", "64", "-q", "--format", "csv")
    assert ended.code == 0
    assert ",'-x," in ended.out
    assert ",-x," not in ended.out


def test_nothing_loads_the_statistics_of_scipy() -> None:
    """They take longer to import than a run; Sobol' indices are estimated without them, to the same numbers."""
    code = (
        "import sys; from tuneplan.cli.main import main; loaded = []\n"
        "for words in (['run'], ['breakeven'], ['sensitivity']):\n"
        f"    main([*words, {str(STARTUP)!r}, *(['gpu.price', '--steps', '2'] if words == ['breakeven'] else []), '--draws', '64', '-q'])\n"
        "    loaded.append('scipy.stats' in sys.modules)\n"
        "print(loaded)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(SOURCE)})
    assert ended.stdout.splitlines()[-1] == "[False, False, False]"
