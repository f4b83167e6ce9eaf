"""The terminal: how wide it is, whether it shows colour, and what colour says.

Colour repeats what stands there in letters: titles are bold, so is the row that a ``>`` points at, and
the margin before a strategy is a key in its colour of the charts. A key, or letters on that colour, rather than
coloured letters, as nobody knows the colour behind them and half of the palette can't be read on some.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import click

from tuneplan.report.lines import PLAIN, ROOM, Ink, Paper, Role, unpainted, wrapped

NARROWEST, WIDEST = 40, 160
"""Columns between which a terminal is taken at its word."""
MOST_DIGITS = 6
"""Digits of a number of columns; Python refuses to read numbers of some thousands."""
Colour = int | tuple[int, int, int]
LEVELS = (0, 95, 135, 175, 215, 255)
"""Of red, green and blue in a palette of 256 colours."""
CUBE = 16
"""Where these begin in the palette."""
BRIGHT = 0.179
"""Relative luminance above which black letters stand out more than white ones."""
GAMMA = 2.2
STYLES: dict[Role, dict[str, Any]] = {"title": {"bold": True}, "head": {"underline": True}, "row": {}, "marked": {"bold": True}}
MARGIN = 2
"""Columns before the name of a row."""
HANGING = "    "
"""Before the further lines of a complaint."""


def paper_for(output: Path | None, strategies: Sequence[str] = ()) -> Paper:
    """What text is laid out for: the terminal, or a pipe or a file, which get the same everywhere.

    Parameters
    ----------
    output
        The file that is written instead, if any.
    strategies
        In the order of the scenario, by which each has its colour.
    """
    if output is not None and str(output) != "-":
        return PLAIN
    room = room_of(sys.stdout)
    if room is None:
        return PLAIN
    return Paper(room=room, ink=ink_of(strategies) if is_coloured(sys.stdout) else unpainted, is_seen=True)


def room_of(stream: IO[Any]) -> int | None:
    """Columns: of ``COLUMNS`` where it is set, else of the terminal; None where nothing says how many."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and len(said) <= MOST_DIGITS and int(said) > 0:
        return min(max(int(said), NARROWEST), WIDEST)
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # a pipe, a file, a stream that tests put in place
        return None
    return min(max(columns, NARROWEST), WIDEST) if columns else None


def is_coloured(stream: IO[Any]) -> bool:
    """Whether a stream is a terminal that shows colour, and nobody asked for none."""
    context = click.get_current_context(silent=True)
    if context is not None and context.color is False:
        return False
    return bool(stream.isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"


def without_colour(context: click.Context, param: click.Parameter, asked: bool) -> None:
    """What ``--no-color`` does."""
    if asked:
        context.color = False


def ink_of(strategies: Sequence[str]) -> Ink:
    """Titles and marked rows bold, a rule under names of columns, strategies with their colours where the terminal has them.

    A name at the beginning of a row keeps its letters and has a key in the margin; a name that is a cell, and
    tells who wins, stands on its colour.
    """
    keys = _keys(strategies)
    names = "|".join(re.escape(name) for name in sorted(keys, key=len, reverse=True))
    margin, cell = re.compile(rf"[ >] ({names})(?!\S)"), re.compile(rf"(?<=  )({names})(?![^\s,])")

    def paint(role: Role, line: str) -> str:
        if not keys or role == "title":
            return _styled(line, role)
        first = margin.match(line)
        found = [] if first is None else [(0, 1, first[1])]
        found += [(each.start(), each.end(), each[1]) for each in cell.finditer(line) if each.start() > MARGIN]
        if role == "head" and len(found) < len(keys):  # a column that happens to have the name of a strategy
            found = []
        parts, at = [], 0
        for start, end, name in found:
            parts += [_styled(line[at:start], role), _in_colour(line[start:end], keys[name])]
            at = end
        return "".join([*parts, _styled(line[at:], role)])

    return paint


def _in_colour(text: str, colour: Colour) -> str:
    return click.style(text, bg=colour, fg="black" if _is_bright(colour) else "bright_white", bold=True)


def _styled(text: str, role: Role) -> str:
    return click.style(text, **STYLES[role]) if text and STYLES[role] else text


def _keys(strategies: Sequence[str]) -> dict[str, Colour]:
    """The charts' colours as far as the terminal has them: none where it knows but eight or sixteen."""
    is_true = os.environ.get("COLORTERM", "") in ("truecolor", "24bit")
    if not strategies or not (is_true or "256color" in os.environ.get("TERM", "")):
        return {}
    from tuneplan.report.colours import colours_of

    return {name: rgb(colour) if is_true else nearest(rgb(colour)) for name, colour in colours_of(strategies).items()}


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a colour as charts write it.

    >>> rgb("#0072B2")
    (0, 114, 178)
    """
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def nearest(colour: tuple[int, int, int]) -> int:
    """The nearest one of a palette of 256.

    >>> nearest((0, 114, 178)), nearest((255, 255, 255))
    (25, 231)
    """
    red, green, blue = (min(range(len(LEVELS)), key=lambda level: abs(LEVELS[level] - part)) for part in colour)
    return CUBE + 36 * red + 6 * green + blue


def _is_bright(colour: Colour) -> bool:
    """Whether black is read better on it."""
    if isinstance(colour, int):
        rest = colour - CUBE
        colour = (LEVELS[rest // 36], LEVELS[rest // 6 % 6], LEVELS[rest % 6])
    red, green, blue = ((part / 255.0) ** GAMMA for part in colour)
    return bool(0.2126 * red + 0.7152 * green + 0.0722 * blue > BRIGHT)


def complain(message: str, *, begins: str = "") -> None:
    """Words on stderr: broken between words where that is a terminal, their beginning in colour where it shows any."""
    err = sys.stderr
    if err.isatty():
        room = (room_of(err) or ROOM) - len(HANGING)
        message = "\n".join(f"{HANGING if number else ''}{part}" for line in message.split("\n") for number, part in enumerate(wrapped(line, room)))
        if begins and is_coloured(err):
            message = f"{click.style(begins, fg='yellow', bold=True)}{message.removeprefix(begins)}"
    click.echo(message, err=True)
