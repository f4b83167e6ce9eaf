"""From a path or bytes to clean text: encoding, size, characters."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from tuneplan.errors import ScenarioError
from tuneplan.scenario.reading.complaints import as_problem
from tuneplan.scenario.records import Place

MOST_BYTES = 1_000_000
"""Largest scenario that is read. [byte]"""

UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no scenario needs: controls, halves of characters, non-characters."""
_TAB_INDENT = re.compile(r"^[ ]*\t[ \t]*(?=[^\s#])", re.MULTILINE)


def read_file(path: str | Path) -> str:
    """Text of a scenario file.

    Raises
    ------
    ScenarioError
        No such file, not readable, too large, or not UTF-8.
    """
    file = str(path)
    try:
        if _waits_for_a_writer(file):
            raise _refusal("this is a named pipe, from which nothing may ever come; give a file", file)
        with open(path, "rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _refusal("no such file", file) from None
    except IsADirectoryError:
        raise _refusal("this is a directory; give a scenario file", file) from None
    except PermissionError:
        raise _refusal("no permission to read this file", file) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refusal(f"cannot be read: {reason}", ascii(file)[1:-1]) from None
    return decode(raw, file)


def _waits_for_a_writer(file: str) -> bool:
    """Whether opening a file may never end: a pipe that a shell has opened does, others may not."""
    return not file.startswith(("/dev/", "/proc/")) and Path(file).is_fifo()


def decode(raw: bytes, file: str) -> str:
    """Bytes as text, without a byte order mark.

    Raises
    ------
    ScenarioError
        Too large, or not UTF-8.
    """
    if len(raw) > MOST_BYTES:
        raise _refusal(f"larger than {MOST_BYTES // 1_000_000} MB, the most a scenario may be", file)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8 text; save the file as UTF-8"
        raise _refusal(message, file, before, len(before)) from None


def clean(text: str, file: str) -> str:
    """Text with plain line ends and composed letters, so that equal names are equal.

    Raises
    ------
    ScenarioError
        Too large, a character that cannot be read, or a tab that indents.
    """
    if len(text) > MOST_BYTES:
        raise _refusal(f"larger than {MOST_BYTES // 1_000_000} MB, the most a scenario may be", file)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    bad = UNREADABLE.search(text)
    if bad is not None:
        code = f"U+{ord(bad[0]):04X}"
        raise _refusal(f"character {code} cannot stand in a scenario; delete it", file, text, bad.start())
    tab = _TAB_INDENT.search(text)
    if tab is not None:
        at = text.index("\t", tab.start())
        raise _refusal("a tab indents this line; YAML wants spaces, two a level", file, text, at)
    return unicodedata.normalize("NFC", text)


def _refusal(message: str, file: str, text: str = "", index: int = -1) -> ScenarioError:
    """One problem, at a character of ``text`` or (index -1) of the file as a whole."""
    if index < 0:
        return ScenarioError([as_problem(message, Place(file=file))])
    line, column = text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
    return ScenarioError([as_problem(message, Place(file=file, line=line, column=column))])
