"""What people see on a terminal of some width, with colour and without, and what pipes and files get."""

from __future__ import annotations

import os
import re
import termios
import threading
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import pytest

from cli.conftest import GOOD, start
from tuneplan.cli import terminal
from tuneplan.cli.main import COMMANDS, DONE, main
from tuneplan.report import progress
from tuneplan.report.charts.looks import COLOURS, Looks
from tuneplan.report.lines import ROOM, width

ROOT = Path(__file__).parents[2]
STARTUP = "scenarios/startup.yaml"
ESCAPE = "\x1b"
SHOWN: dict[str, tuple[str, ...]] = {
    "run": (STARTUP, "--draws", "64"),
    "run, every number": ("GOOD", "--draws", "8", "--ledger"),
    "run, nothing feasible": ("GOOD", "--draws", "64", "--set", "budget.limit=1k USD"),
    "check": ("check", STARTUP),
    "explain": ("explain", STARTUP, "unified.cost", "--draws", "64"),
    "schedule": ("schedule", STARTUP, "--draws", "64", "--replay", "0"),
    "schedule, dates do not count": ("schedule", "GOOD", "--draws", "64", "--replay", "0"),
    "sweep": ("sweep", "GOOD", "--sweep", "budget.limit=10k..90k USD:3", "--draws", "64"),
    "frontier": ("frontier", "GOOD", "--draws", "64"),
    "groupings": ("groupings", "GOOD", "--draws", "64"),
    "sensitivity": ("sensitivity", STARTUP, "--draws", "64"),
    "breakeven": ("breakeven", "GOOD", "budget.limit", "--draws", "64", "--steps", "5"),
    "breakeven, two keys": ("breakeven", "GOOD", "budget.limit", "gpu.price", "--draws", "64", "--steps", "4"),
    "voi": ("voi", STARTUP, "--draws", "256"),
    "compare": ("compare", STARTUP, "--set", "horizon=24 months", "--set", "tasks.email.traffic=5k to 9k requests/month", "--draws", "64"),
    "calibrate": ("calibrate", "scenarios/pilots.csv", "--scenario", STARTUP, "--draws", "64"),
    "fit": ("fit", "scenarios/curves.csv", "--draws", "100"),
    "validate": ("validate", "--draws", "16"),
    "validate, defaults": ("validate", "--ledger"),
    "catalogue": ("catalogue", "prices"),
    "catalogue, sources": ("catalogue", "gpus", "--sources"),
    "charts": ("charts", STARTUP, "--list"),
}  # fmt: skip
WRITES_FILES = ("show", "memo", "init", "schema", "completion")
"""Commands whose output is a file, which has lines of its own."""
NUMBER = re.compile(r"(?<![\w.-])[-+]?\$?\d[\d.]*[kMBT]?(?![\w.])")


@pytest.fixture(autouse=True)
def _usual_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(progress, "PATIENCE_S", float("inf"))  # its line comes and goes
    for name in ("NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)


@cache
def good(folder: Path) -> Path:
    path = folder / "two.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """A command by its name in ``SHOWN``."""
    folder = tmp_path_factory.mktemp("terminal")
    return lambda name: [str(good(folder) if word == "GOOD" else word) for word in SHOWN[name]]


@pytest.fixture(scope="module")
def in_a_pipe(words: Callable[[str], list[str]]) -> Callable[[str], str]:
    """What a command writes where there is no terminal, each run once."""

    @cache
    def piped(name: str) -> str:
        return "".join(shown_on(None, [*words(name), *([] if name in ("charts", "catalogue", "catalogue, sources") else ["-q"])]))

    return piped


def shown_on(columns: int | None, arguments: list[str]) -> str:
    """What a terminal of so many columns shows of stdout and stderr, or what a pipe gets."""
    reader, writer = os.pipe() if columns is None else os.openpty()
    if columns is not None:
        termios.tcsetwinsize(writer, (50, columns))
    got: list[bytes] = []

    def read() -> None:
        try:
            while part := os.read(reader, 65536):
                got.append(part)
        except OSError:  # how a terminal says that its other end is closed
            pass

    thread = threading.Thread(target=read)
    thread.start()
    with open(writer, "w", encoding="utf-8") as out, redirect_stdout(out), redirect_stderr(out):
        main(arguments)
    thread.join()
    os.close(reader)
    return b"".join(got).decode().replace("\r\n", "\n")


def numbers(text: str) -> set[str]:
    """Every number of a text but the seconds that it took."""
    return set(NUMBER.findall(re.sub(r"\d+\.\d+ s,", "", text)))


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("name", SHOWN)
def test_nothing_is_wider_than_the_terminal_and_no_number_is_torn_or_lost(
    name: str, columns: int, words: Callable[[str], list[str]], in_a_pipe: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    shown = shown_on(columns, words(name))
    assert max(width(line) for line in shown.split("\n")) <= columns
    told = "\n".join(line for line in shown.split("\n") if not line.startswith(("warning: ", terminal.HANGING + "of 2026")))
    assert numbers(in_a_pipe(name)) <= numbers(told)


@pytest.mark.parametrize("name", SHOWN)
def test_a_pipe_gets_lines_of_a_hundred_columns_and_no_escape_code(name: str, in_a_pipe: Callable[[str], str]) -> None:
    text = in_a_pipe(name)
    assert ESCAPE not in text
    if name != "check":  # a line a thing, for programs that pick lines
        assert max(width(line) for line in text.split("\n")) <= ROOM


def test_every_command_that_says_something_is_looked_at() -> None:
    looked_at = {line[0] if line[0] in COMMANDS else "run" for line in SHOWN.values()}
    assert looked_at | set(WRITES_FILES) == set(COMMANDS)


def test_every_command_takes_no_color() -> None:
    for name in COMMANDS:
        command = import_module(f"tuneplan.cli.{name}").command
        assert "--no-color" in {option for param in command.params for option in param.opts}, name


@pytest.mark.parametrize("name", ["frontier", "run", "sensitivity", "explain"])
def test_colour_changes_no_letter(name: str, words: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """What colour says, letters say too: without it the text is the same, place by place."""
    painted = shown_on(80, words(name))
    monkeypatch.setenv("NO_COLOR", "1")
    seconds = re.compile(r"\d+\.\d+ s,")
    assert ESCAPE in painted
    assert seconds.sub("", click.unstyle(painted)) == seconds.sub("", shown_on(80, words(name)))


SWITCHES = {
    "NO_COLOR": ({"NO_COLOR": "1"}, []), "a dumb terminal": ({"TERM": "dumb"}, []), "--no-color": ({}, ["--no-color"]),
    "--no-color first": ({}, ["--no-color", "FIRST"]),
}  # fmt: skip


@pytest.mark.parametrize(("environment", "options"), SWITCHES.values(), ids=SWITCHES)
def test_colour_can_be_switched_off(environment: dict[str, str], options: list[str], words: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    line = words("run")
    line = [*options[:1], *line] if "FIRST" in options else [*line, *options]
    text = shown_on(80, line)
    assert "Startup assistant" in text
    assert "warning: " in text
    assert ESCAPE not in text


def test_a_strategy_has_the_colour_that_it_has_in_charts(words: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    text = shown_on(100, words("run"))
    looks = Looks.of(["unified", "specialists", "adapters", "prompted"])
    for name in looks.by_name:
        red, green, blue = terminal.rgb(looks[name].colour)
        key = rf"^(?:\x1b\[\d+m)*\x1b\[48;2;{red};{green};{blue}m(?:\x1b\[\d+m)*[ >]\x1b\[0m(?:\x1b\[\d+m)* {name} "
        assert re.search(key, text, flags=re.M), name


def test_a_terminal_of_sixteen_colours_gets_bold_alone(words: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    codes = set(re.findall(r"\x1b\[([\d;]+)m", shown_on(80, [*words("frontier"), "-q"])))
    assert codes == {"0", "1", "4"}


def test_colours_stay_apart_in_a_palette_of_256() -> None:
    assert len({terminal.nearest(terminal.rgb(colour)) for colour in COLOURS}) == len(COLOURS)


def test_the_recommended_row_is_bold_and_marked(words: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    rows = [line for line in shown_on(100, words("run")).split("\n") if click.unstyle(line).startswith(("> ", "  unified  ", "  adapters  "))]
    assert {line.startswith(f"{ESCAPE}[1m") for line in rows if "> " in line} == {True}
    assert {ESCAPE in line for line in rows if "> " not in line} == {False}


def test_a_head_is_coloured_only_where_it_names_all_strategies(monkeypatch: pytest.MonkeyPatch) -> None:
    """``best`` is a usual name of a strategy, and the name of a column."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    paint = terminal.ink_of(["unified", "best"])
    assert "48;2" not in paint("head", "             cost  best")
    assert "48;2" in paint("head", "        unified  best")
    assert "48;2" not in paint("title", "  unified  best")


def test_without_strategies_rows_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    assert terminal.ink_of([])("row", "  unified  $1") == "  unified  $1"


COLUMNS = {"as it says": ("72", 72), "wide ones use their room up to a point": ("500", 160), "nothing is laid out for a slit": ("5", 40), "no number": ("many", None), "endless": ("9" * 5000, None), "nothing": ("0", None)}


@pytest.mark.parametrize(("said", "room"), COLUMNS.values(), ids=COLUMNS)
def test_columns_says_how_wide_a_pipe_is(said: str, room: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", said)
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        assert terminal.room_of(nowhere) == room


def test_a_file_is_the_same_whoever_writes_it(tmp_path: Path, words: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the terminal nor COLUMNS nor colour reaches a file."""
    assert shown_on(60, [*words("catalogue"), "-o", str(tmp_path / "one")]) == ""
    monkeypatch.setenv("COLUMNS", "60")
    assert shown_on(None, [*words("catalogue"), "-o", str(tmp_path / "other")]) == ""
    monkeypatch.delenv("COLUMNS")
    assert (tmp_path / "one").read_text() == (tmp_path / "other").read_text() == shown_on(None, words("catalogue"))


def test_a_wide_terminal_uses_its_room_for_tables_and_not_for_sentences(words: Callable[[str], list[str]]) -> None:
    text = click.unstyle(shown_on(160, words("run")))
    _, head, *rows = text[text.index("Cost P50") :].split("\n")[:6]
    assert head.split() == ["data*", "training*", "evaluation*", "people*"], "as many as fit beside one another; the others go on below"
    assert {ROOM < width(row) <= 160 for row in rows[:3]} == {True}
    assert max(width(line) for line in text.split("\n") if line.endswith(".")) <= ROOM


HOSTILE = "[bold]red[/bold] \N{RIGHT-TO-LEFT OVERRIDE} <script>alert(1)</script> | `x` 日本語の名前"


def test_names_can_neither_paint_nor_tear(tmp_path: Path) -> None:
    path = tmp_path / "hostile.yaml"
    long = "a" * 60
    text = GOOD.replace("name: Two tasks", f"name: '{HOSTILE}'\nquestion: '{HOSTILE * 3}'").replace("qa:", f"{long}:", 1).replace("email/qa", f"email/{long}")
    path.write_text(text.replace("  unified: {}", f"  {long}: {{kind: unified}}\n  一つのモデルですべて: {{kind: specialists}}"), encoding="utf-8")
    for columns in (60, 80, 100):
        shown = shown_on(columns, [str(path), "--draws", "8", "--no-color"])
        assert "[bold]red[/bold] <script>" in shown
        assert not set(shown) & {ESCAPE, "\N{RIGHT-TO-LEFT OVERRIDE}"}
        assert max(width(line) for line in shown.split("\n")) <= columns
        assert "一つのモデルですべて" in shown
    assert click.unstyle(shown_on(100, [str(path), "--draws", "8", "-q"])).count("[bold]") == shown_on(100, [str(path), "--draws", "8", "-q", "--no-color"]).count("[bold]")


def test_errors_and_warnings_break_between_words(words: Callable[[str], list[str]]) -> None:
    text = shown_on(60, [*words("run"), "--set", "budget.limitt=1k USD"])
    assert "1 error; nothing was run" in text
    assert max(map(width, text.split("\n"))) <= 60
    assert f"{ESCAPE}[33m{ESCAPE}[1mwarning:{ESCAPE}[0m " in shown_on(60, words("check"))


def test_help_fits_eighty_columns() -> None:
    for name in ("", *COMMANDS):
        assert max(map(width, shown_on(80, [*([name] if name else []), "--help"]).split("\n"))) <= 80


def test_the_command_itself_paints_on_a_terminal_and_never_in_a_pipe(words: Callable[[str], list[str]]) -> None:
    reader, writer = os.openpty()
    termios.tcsetwinsize(writer, (50, 60))
    process = start(*words("check"), stdout=writer, env={"TERM": "xterm"})
    os.close(writer)
    painted = b""
    try:
        while part := os.read(reader, 65536):
            painted += part
    except OSError:  # the end of a terminal
        pass
    os.close(reader)
    assert process.wait() == DONE
    assert max(width(line) for line in click.unstyle(painted.decode()).replace("\r", "").split("\n")) <= 60
    piped = start(*words("check"), env={"TERM": "xterm"})
    out, _ = piped.communicate()
    assert ESCAPE.encode() not in out
