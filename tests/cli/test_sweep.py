"""``simulate sweep``: what it prints, keeps and refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tuneplan.cli import sweep as command
from tuneplan.cli.main import main
from tuneplan.study.sweep import storage

STARTUP = "scenarios/startup.yaml"
SMALL = ("sweep", STARTUP, "--set", "schedule.counts=no", "--plans", "once", "--draws", "64", "--jobs", "1")
BUDGETS = ("--sweep", "budget.limit=2k..90k USD:4")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("kept") / "rows.csv"
    assert main([*SMALL, *BUDGETS, "-q", "-o", str(target)]) == 0
    return target


def test_without_a_target_rows_are_told_and_nothing_is_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    assert main([*SMALL, *BUDGETS, "-q"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("Startup assistant: what a sweep of 4 rows tells\n\nRows\n")
    assert "nobody: over the budget" in told.out
    assert not told.err
    assert not list(tmp_path.iterdir())


def test_rows_are_kept_with_units_and_told_of_later(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(kept.open(encoding="utf-8")))
    assert [float(row["budget.limit [USD]"]) for row in rows] == pytest.approx([2000.0, 31333.3333, 60666.6667, 90000.0])
    assert {row["recommended"] for row in rows} <= {"", "unified", "adapters", "specialists", "prompted"}
    assert main(["sweep", "--summary", str(kept), "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["design"]["draws"] == 64
    assert main(["sweep", "--summary", str(kept)]) == 0
    assert "what a sweep of 4 rows tells" in capsys.readouterr().out


def test_what_is_there_is_gone_on_with_or_begun_anew(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = kept.read_bytes()
    assert main([*SMALL, *BUDGETS, "-q", "-o", str(kept)]) == 2
    assert "--force to begin anew" in capsys.readouterr().err
    assert main([*SMALL, *BUDGETS, "-q", "-o", str(kept), "--resume"]) == 0
    assert "already whole" in capsys.readouterr().out
    assert main([*SMALL, *BUDGETS, "-q", "-o", str(kept), "--force"]) == 0
    assert kept.read_bytes() == before


def test_a_chart_of_who_wins_where(kept: Path, tmp_path: Path) -> None:
    assert main(["sweep", "--summary", str(kept), "--chart", str(tmp_path / "map.svg")]) == 0
    assert "<svg" in (tmp_path / "map.svg").read_text(encoding="utf-8")


def test_the_section_of_a_file_is_swept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path(STARTUP).read_text(encoding="utf-8") + "\nsweep: {keys: {budget.limit: [20k USD, 60k USD]}, draws: 32, plans: once}\n"
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    assert main(["sweep", str(tmp_path / "own.yaml"), "-q", "-o", str(tmp_path / "rows.csv")]) == 0
    about = json.loads((tmp_path / "rows.csv.json").read_text(encoding="utf-8"))
    assert '"draws": 32' in json.dumps(about)
    assert "2 rows" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sweep",), "name a scenario to sweep, or --summary TARGET"),
        (("sweep", STARTUP), "nothing to sweep"),
        ((*SMALL, *BUDGETS, "--resume"), "--resume and --force go with -o TARGET"),
        ((*SMALL[:-1], "0", *BUDGETS), "--jobs: 0 is not a whole number from 1 to 256"),
        ((*SMALL, *BUDGETS, "-o", "x.csv", "--chart", "x.svg"), "give it to simulate sweep --summary TARGET"),
        (("sweep", "--summary", "none.csv"), "none.csv: no such file or folder"),
    ],
)
def test_what_makes_no_sense_is_told(words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(words)) == 2
    assert message in capsys.readouterr().err


def test_too_many_rows_are_counted_and_estimated_before_anything_runs(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--sweep", "budget.limit=1k..9k USD:1000000", "--sweep", "tasks.qa.traffic=1k..9k requests/month:1000000", "--sweep", "router.accuracy=80%..99%:1000"]
    assert main(["sweep", STARTUP, *words]) == 3
    told = capsys.readouterr().err
    assert "1 000 000 000 000 000 combinations (1 000 000 x 1 000 000 x 1 000)" in told
    assert "years on" in told
    assert "TB" in told


def test_long_work_is_told_before_it_starts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "LONG_S", 0.0)
    assert main([*SMALL, *BUDGETS, "-o", str(tmp_path / "rows.csv")]) == 0
    assert "4 rows of 64 draws: about" in capsys.readouterr().err


def test_what_was_kept_is_told_where_somebody_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped(*given: object, told: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "kept", stopped)
    assert main([*SMALL, *BUDGETS, "-q", "-o", str(tmp_path / "rows.csv")]) == 130
    assert "--resume goes on with them" in capsys.readouterr().err


def test_who_asks_twice_does_not_wait(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ended: list[int] = []
    monkeypatch.setattr("os._exit", ended.append)
    stop = command._stopping([])
    with pytest.raises(KeyboardInterrupt):
        stop(2, None)
    assert "once more to stop at once" in capsys.readouterr().err
    with pytest.raises(KeyboardInterrupt):
        stop(2, None)
    assert ended == [130]


def test_help_names_every_way_to_vary() -> None:
    told = CliRunner().invoke(command.command, ["--help"]).output
    assert all(word in told for word in ("--sweep", "--row", "--table", "sobol", "lhs", "--plans", "--scheduler", "--summary"))
