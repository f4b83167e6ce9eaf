"""The README tells the truth: commands, output, input, mistake and edits are what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import tuneplan
from tuneplan import load
from tuneplan.cli.main import COMMANDS, main
from tuneplan.core.registry import Param
from tuneplan.report.charts import CHARTS
from tuneplan.scenario.grammar.quantities import parse, parse_full

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
    in_order(block("It prints"), capsys.readouterr().out)


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


def in_order(shown: list[str], printed: str) -> None:
    """Every line shown is printed, in that order; ``...`` stands for lines left out."""
    lines = iter(printed.split("\n"))
    for line in shown:
        if line != "...":
            assert any(same(line, each) for each in lines), f"not printed, or not in this order: {line!r}"


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("`check` echoes what it understood", ("check", "scenarios/startup.yaml", "-q")),
        ("`explain` (shortened)", ("explain", "scenarios/startup.yaml", "unified.cost")),
        ("**What would another budget change?**", ("breakeven", "scenarios/startup.yaml", "budget.limit")),
        ("**Is there a grouping that nobody named?**", ("groupings", "scenarios/startup.yaml")),
        ("**What is a point worth to us?**", ("frontier", "scenarios/startup.yaml")),
        ("**What does it hang on?**", ("sensitivity", "scenarios/startup.yaml")),
        ("**What should we find out first?**", ("voi", "scenarios/startup.yaml")),
        ("**And with less money and dearer cards?**", ("compare", "scenarios/startup.yaml", "--scenario", "squeeze")),
        ("## Your own pilots", ("calibrate", "scenarios/pilots.csv", "--scenario", "scenarios/startup.yaml")),
        ('**"Here are our learning curves."**', ("fit", "scenarios/curves.csv", "--at", "10k,50k")),
        ("## Why believe it", ("validate",)),
        (
            "The answer for 35 rows, shortened:",
            ("sweep", "scenarios/startup.yaml", "--set", "tasks.summary.value=100 USD/point/month", "--set", "tasks.qa.value=100 USD/point/month",
             "--sweep", "tasks.email.value=100..3k USD/point/month:log:7", "--sweep", "budget.limit=10k..90k USD:5"),
        ),
    ],
)
def test_what_commands_print_is_real(
    after: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(list(words)) == 0
    in_order(block(after), capsys.readouterr().out)


def test_the_layers_shown_are_read(tmp_path: Path) -> None:
    (tmp_path / "team").mkdir()
    (tmp_path / "team" / "prices.yaml").write_text("gpu: {price: $2/hour}\n")
    path = tmp_path / "layers.yaml"
    rest = "schema: 1\nbase: llama-3.1-8b\ngpu: {kind: h100-sxm, provider: acme}\nstrategies: {unified: {}, prompted: {like_base: yes}}\n"
    path.write_text("\n".join(block("ties them draw by draw.")) + "\n" + rest)
    scenario = load(path, scenario="squeeze").asked
    assert scenario.quantities["gpu.price"].origin == "override gpu_dear"
    assert scenario.ties == {"tasks.qa.data.price": "tasks.email.data.price"}
    assert [each.name for each in scenario.correlations] == ["busy"]
    assert len(scenario.rows) == 1


def test_the_numbers_shown_are_read() -> None:
    paragraph = README.split("**Numbers.**", 1)[1].split("\n", 1)[0]
    units = {"60k": "example", "12%": "share", "$0.35/example": "USD/example", "$350 per 1k examples": "USD/example", "28 USD/hour": "USD/hour", "0% to 5%": "share", "28 of 40": "share"}
    for text in re.findall(r"`([^`]*)`", paragraph):
        param = Param(name="x", key="x", unit=units.get(text, "1"), high=1.0 if units.get(text) == "share" else 1e18, doc="A number.")
        found = yaml.safe_load(text) if text.startswith("{") else text
        if isinstance(found, dict):
            as_text = {str(key): list(map(str, value)) if isinstance(value, list) else {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else str(value) for key, value in found.items()}
            parse_full(as_text, param)
        else:
            parse(text, param)


def test_every_command_is_named() -> None:
    table = README.split("| Command | Gives |", 1)[1].split("\n\n", 1)[0]
    assert set(COMMANDS) <= set(re.findall(r"[a-z]+", table))


def test_every_chart_is_named_with_its_question() -> None:
    table = README.split("| Chart | Answers |", 1)[1].split("\n\n", 1)[0]
    assert dict(re.findall(r"^\| `([\w-]+)` \| (.*) \|$", table, flags=re.M)) == {each.name: each.question for each in CHARTS.values()}


def test_the_python_shown_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With few draws; every name in it is one that there is."""
    import matplotlib

    matplotlib.use("agg")
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    monkeypatch.chdir(tmp_path)
    code = "\n".join(block("**Notebook or script.**")).replace("draws=4096", "draws=64").replace(".run()", ".run(draws=64)")
    code = code.replace("tp.validate()", "tp.validate").replace("scenario=study)", "scenario=study, draws=64)").replace('"98%"]})', '"98%"]}, draws=64)')
    found: dict[str, object] = {}
    exec(code, found)
    assert (tmp_path / "memo.html").is_file()
    saved = tuneplan.open("study.npz")
    assert saved.recommended == found["result"].recommended  # type: ignore[attr-defined]


def test_every_scenario_named_exists() -> None:
    for name in re.findall(r"(?:scenarios|notebooks|src/tuneplan)/[\w/.-]+\.\w+", README):
        assert (ROOT / name).is_file(), name
