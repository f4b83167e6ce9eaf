"""The README tells the truth: commands, output, input, mistake and edits are what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tuneplan.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SECONDS = re.compile(r"\d+\.\d+ s,")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def block(after: str) -> list[str]:
    """Lines of the first fenced block after some words."""
    body = README.split(after, 1)[1].split("```", 2)[1]
    return body.split("\n", 1)[1].rstrip("\n").split("\n")


def words(line: str) -> list[str]:
    """What stands around the numbers of a line, however wide its columns."""
    return [" ".join(part.split()) for part in NUMBER.split(SECONDS.sub("", line))]


def same(one: str, other: str) -> bool:
    """Whether two lines say the same: words exactly, numbers within 1 %, as processors differ in the last digit.

    A figure that is itself rounded (a decimal, a per cent) may also be off by one in its last place.
    """
    if words(one) != words(other):
        return False
    pairs = zip(*(NUMBER.finditer(SECONDS.sub("", line)) for line in (one, other)), strict=True)
    return all(abs(float(a[0]) - float(b[0])) <= max(0.01 * abs(float(a[0])), 1.001 * last_place(a)) for a, b in pairs)


def last_place(number: re.Match[str]) -> float:
    """One in the last place of a rounded figure, 0 of a count."""
    decimals = len(number[0].partition(".")[2])
    rounded = decimals > 0 or number.string[number.end() :].startswith(" %")
    return 10.0**-decimals if rounded else 0.0


@pytest.mark.parametrize(
    ("line", "alike"),
    [
        ("> unified  $61.0k  48 %  12 months", True),
        ("> unified   $61.5k  49 %  12 months", True),
        ("> unified  $62.0k  48 %  12 months", False),
        ("> unified  $61.0k  50 %  12 months", False),
        ("> unified  $61.0k  48 %  13 months", False),
        ("> adapters  $61.0k  48 %  12 months", False),
        ("> unified  $61.0M  48 %  12 months", False),
        ("> unified  -$61.0k  48 %  12 months", False),
    ],
)
def test_lines_are_compared_by_words_and_numbers(line: str, alike: bool) -> None:
    assert same("> unified  $61.0k  48 %  12 months", line) is alike


def test_both_commands_stand_as_printed() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, flags=re.M)
    assert commands == [
        "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/simulate scenarios/startup.yaml",
        'python3 -m venv .venv && .venv/bin/pip install -e ".[test]" && .venv/bin/pytest',
    ]


def test_the_output_shown_is_real(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of it is printed, in that order; only the seconds differ, and last digits."""
    monkeypatch.chdir(ROOT)
    assert main(["scenarios/startup.yaml"]) == 0
    printed = iter(capsys.readouterr().out.split("\n"))
    for line in block("It prints"):
        if line != "...":
            assert any(same(line, each) for each in printed), f"not printed, or not in this order: {line!r}"


def test_the_input_shown_stands_in_the_file() -> None:
    lines = iter((ROOT / "scenarios/startup.yaml").read_text(encoding="utf-8").split("\n"))
    for line in block("It read this"):
        if line != "...":
            assert line in lines, f"not in the file, or not in this order: {line!r}"


def test_the_mistake_shown_is_answered_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "scenarios/startup.yaml").read_text(encoding="utf-8")
    broken = text.replace("price: $3 to $6", "prise: $3 to $6").replace("confidence: 90%", "confidence: 140%")
    monkeypatch.chdir(tmp_path)
    Path("startup.yaml").write_text(broken, encoding="utf-8")
    assert main(["startup.yaml"]) == 3
    assert capsys.readouterr().err.rstrip("\n").split("\n") == block("A mistake is named")


def test_every_scenario_named_exists() -> None:
    for name in re.findall(r"(?:scenarios|notebooks|src/tuneplan)/[\w/.-]+\.\w+", README):
        assert (ROOT / name).is_file(), name
