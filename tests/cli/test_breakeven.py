"""``simulate breakeven`` as a person meets it, and the break-even that can be worked out by hand."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from building import GIVEN as CHANGES
from own_or_hosted import TEXT

Command = Callable[..., Any]
STARTUP = Path(__file__).resolve().parents[2] / "scenarios" / "startup.yaml"
GIVEN = [word for change in CHANGES for word in ("--set", change)]
"""Examples are given, so that not every value needs a plan of its own: where plans are not what is asked about."""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A card or an API; see ``own_or_hosted``."""
    path = tmp_path / "card.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_the_break_even_of_a_card_against_an_api_is_that_of_the_equation(simulate: Command, card: Path) -> None:
    """8760 hours x $2 = 12 months x $.004 x 365 000 requests."""
    ended = simulate("breakeven", card, "tasks.chat.traffic", "--from", "100k requests/month", "--to", "1M requests/month", "--draws", "64", "-q")
    assert (ended.code, ended.err) == (0, "")
    assert "Recommended is up to 365k requests/month hosted, and above 365k requests/month own." in ended.out
    data = json.loads(simulate("breakeven", card, "tasks.chat.traffic", "--draws", "64", "-q", "--format", "json").out)
    assert data["flips"][0]["at"]["value"] == pytest.approx(365e3, rel=1e-6)


def test_changes_of_the_command_line_hold_at_every_value(simulate: Command, card: Path) -> None:
    ended = simulate("breakeven", card, "tasks.chat.traffic", "--set", "gpu.price=1 USD/hour", "--draws", "64", "-q")
    assert "up to 182k requests/month hosted" in ended.out or "up to 183k requests/month hosted" in ended.out


def test_every_form_is_written(simulate: Command) -> None:
    said = {form: simulate("breakeven", STARTUP, "budget.limit", *GIVEN, "--steps", "3", "--draws", "64", "-q", "--format", form).out for form in ("text", "md", "json", "csv")}
    assert said["md"].startswith("**Startup assistant: break-even over budget.limit**")
    assert json.loads(said["json"])["curves"]["value"] == [15000.0, 60000.0, 240000.0]
    assert len(list(csv.DictReader(io.StringIO(said["csv"])))) == 3 * (2 * 4 + 1)
    assert max(map(len, said["text"].split("\n"))) <= 100


def test_two_keys_make_a_map(simulate: Command) -> None:
    words = ("breakeven", STARTUP, "budget.limit", "gpu.price", "--steps", "2", "--draws", "64", "-q")
    assert "Of 4 pairs of values, " in simulate(*words).out
    data = json.loads(simulate(*words, *GIVEN, "--format", "json").out)
    assert [len(row) for row in data["cells"]] == [2, 2]
    assert len(list(csv.DictReader(io.StringIO(simulate(*words, *GIVEN, "--format", "csv").out)))) == 4


def test_a_map_is_nine_by_nine_and_takes_ends_for_both(simulate: Command, card: Path) -> None:
    words = ("breakeven", card, "tasks.chat.traffic", "gpu.price", "--draws", "16", "-q", "--format", "json")
    ends = ("--from", "100k requests/month", "--from", "1 USD/hour", "--to", "900k requests/month", "--to", "5 USD/hour")
    data = json.loads(simulate(*words, *ends).out)
    assert (data["down"]["values"][0], data["down"]["values"][-1]) == (100e3, 900e3)
    assert (data["across"]["values"][0], data["across"]["values"][-1]) == (1.0, 5.0)
    assert (len(data["cells"]), len(data["cells"][0])) == (9, 9)


def test_equal_seeds_give_equal_bytes(simulate: Command) -> None:
    one, again, other = (simulate("breakeven", STARTUP, "unseen.share", "--steps", "4", "--draws", "64", "-q", "--seed", seed, "--format", "json").out for seed in (3, 3, 4))
    assert one == again
    assert one != other


@pytest.mark.parametrize(("words", "message"), [
    (("gpu.prise",), r'no number of this scenario is called "gpu\.prise"; did you mean "gpu\.price"\?'),
    (("method",), r"method is a word, not a number, so there is no value at which it breaks even; try it with --set"),
    (("gpu.price", "--from", "cheap"), r'--from: "cheap" is not a number; .*'),
    (("gpu.price", "--from", "4 USD/hour", "--to", "2 USD/hour"), r"--from \$4/hour is not below --to \$2/hour"),
    (("unseen.share", "--to", "140%"), r"--to: 140% is not a share between 0 and 100%"),
    (("gpu.price", "--steps", "1"), r"--steps: 1 is not between 2 and 200"),
    (("a", "b", "c"), r"breakeven takes one key or two, not 3"),
    (("gpu.price", "gpu.price"), r"gpu\.price is named twice; a map needs two keys"),
    (("gpu.price", "--from", "1 USD/hour", "--from", "2 USD/hour"), r"--from is given 2 times for 1 key"),
    (("tasks.email.value",), r"tasks\.email\.value is not given, which leads to no range: say --from and --to, .*"),
])  # fmt: skip
def test_wrong_usage_is_answered(simulate: Command, words: tuple[str, ...], message: str) -> None:
    ended = simulate("breakeven", STARTUP, *words)
    assert (ended.code, ended.out) == (2, "")
    assert re.fullmatch(message, ended.err.strip()), ended.err


def test_a_value_that_the_scenario_does_not_allow_is_named_with_its_key(simulate: Command) -> None:
    ended = simulate("breakeven", STARTUP, "tasks.email.score.ceiling", "--from", "0.3", "--to", "0.9")
    assert ended.code == 3
    assert "tasks.email.score.ceiling: at 0.3: the ceiling is worse than the base" in ended.err
    ended = simulate("breakeven", STARTUP, "tasks.email.score.ceiling", "gpu.price", "--from", "0.3", "--from", "1 USD/hour", "--to", "0.9", "--steps", "2", "--draws", "16")
    assert ended.code == 3
    assert "at 0.3 and $1/hour: the ceiling is worse than the base" in ended.err


@pytest.mark.parametrize("draws", ["1", "2", "16"])
def test_hardly_any_draws_are_no_bug(simulate: Command, draws: str) -> None:
    """Of what is drawn here; plans are found on draws of their own."""
    for form in ("text", "json", "csv", "md"):
        ended = simulate("breakeven", STARTUP, "law.interference_strength", *GIVEN, "--steps", "3", "--draws", draws, "-q", "--format", form)
        assert ended.code == 0, ended.err


@pytest.mark.parametrize("key", ["router.accuracy", "tasks.email.data.existing", "horizon", "tasks.qa.score.base", "unseen.score.base", "similarity.qa/summary", "training.search", "strategies.prompted.score.unseen"])
def test_any_number_in_use_can_be_turned(simulate: Command, key: str) -> None:
    ended = simulate("breakeven", STARTUP, key, *GIVEN, "--steps", "2", "--draws", "16", "-q")
    assert ended.code == 0, ended.err
    assert f"break-even over {key}" in ended.out


def test_correlated_and_tied_numbers_can_be_turned(simulate: Command, tmp_path: Path) -> None:
    text = STARTUP.read_text(encoding="utf-8") + "correlations: {busy: {of: [tasks.email.traffic, tasks.qa.traffic], value: 0.7}}\n"
    path = tmp_path / "tied.yaml"
    path.write_text(text.replace("    data.price: $2 to $4 per example", "    data.price: {same_as: tasks.email.data.price}"), encoding="utf-8")
    for key in ("tasks.email.traffic", "tasks.email.data.price", "tasks.summary.data.price"):
        ended = simulate("breakeven", path, key, *GIVEN, "--steps", "2", "--draws", "64", "-q")
        assert ended.code == 0, ended.err


def test_keys_complete(simulate: Command) -> None:
    from click.shell_completion import ShellComplete

    from tuneplan.cli.main import simulate as group

    found = ShellComplete(group, {}, "simulate", "_SIMULATE_COMPLETE").get_completions(["breakeven", str(STARTUP)], "gpu.p")
    assert "gpu.price" in [item.value for item in found]


def test_what_a_plan_finds_is_not_turned(simulate: Command) -> None:
    key = "tasks.email.data.examples"
    ended = simulate("breakeven", STARTUP, key)
    assert ended.code == 2
    assert f"{key} is left to a plan; turn budget.limit, or give a number first" in ended.err
    assert simulate("breakeven", STARTUP, key, "--set", f"{key}=2k", "--from", "1k", "--to", "4k", "--steps", "2", "--draws", "16", "-q").code == 0
