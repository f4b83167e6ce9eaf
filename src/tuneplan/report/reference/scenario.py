"""The text of ``scenarios/reference.yaml``: every key once, with what it means above it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tuneplan.errors import ScenarioError
from tuneplan.report.grades import MEANINGS
from tuneplan.report.reference.layout import Line, sections_of
from tuneplan.report.reference.places import title_of
from tuneplan.report.words import plain
from tuneplan.scenario.reading.complaints import Complaints
from tuneplan.scenario.reading.language import SECTIONS, Language
from tuneplan.scenario.reading.tree import Scalar, Table, parse

WIDTH = 100
"""Columns of a comment, its indentation included."""
INDENT = "  "
LEFT_OUT = "#"
"""Begins a key that is left out; no space follows, as it does in a comment."""
OPENING = (
    "A scenario that holds every key, each with a value that may stand there. Above each key: what it "
    "means, what may be typed, what holds when it is not given, and where that comes from.",
    'A line that begins with "#" and no space is a key that is left out; the words above it say why. '
    "Delete the sign to use it.",
    f'A number alone is known exactly; "A to B" is a 90 % interval. {MEANINGS}',
    "This file is written from the declarations, by",
    "simulate schema --format yaml > scenarios/reference.yaml",
)


@dataclass(slots=True)
class _Part:
    """A key and what stands below it; without ``value`` a table."""

    value: str = ""
    remark: str = ""
    is_left_out: bool = False
    is_of_names: bool = False
    below: dict[str, _Part] = field(default_factory=dict)


def reference_scenario(language: Language) -> str:
    """One annotated scenario that names every key, loads and runs.

    Raises
    ------
    ValueError
        A default cannot be spelled, or no declared strategy goes without training.
    """
    lines = [line for paragraph in OPENING for line in _comment(paragraph, "")]
    for section, held in sections_of(language).items():
        lines += ["", f"# ---- {title_of(section)} ----", ""]
        lines += _written(_tree(held), "")
    return "\n".join(lines) + "\n"


def _tree(lines: Sequence[Line]) -> _Part:
    """Lines as tables within tables."""
    root = _Part()
    for line in lines:
        part = root
        for word in line.path:
            part = part.below.setdefault(word, _Part())
        part.value, part.remark, part.is_left_out = line.value, line.remark, line.is_left_out
    for section in SECTIONS:
        root.below.get(section, root).is_of_names = section in root.below
    return root


def _written(table: _Part, indent: str) -> Iterator[str]:
    for number, (name, part) in enumerate(table.below.items()):
        if number and part.below and indent == INDENT and table.is_of_names:
            yield ""
        yield from _comment(part.remark, indent)
        sign = LEFT_OUT if _is_left_out(part) else ""
        value = f" {as_scalar(part.value)}" if part.value else ""
        yield f"{indent}{sign}{name}:{value}"
        yield from _written(part, indent + INDENT)


def _is_left_out(part: _Part) -> bool:
    """Whether a key, or every key of a table, is left out."""
    return all(map(_is_left_out, part.below.values())) if part.below else part.is_left_out


def _comment(text: str, indent: str) -> list[str]:
    lead = f"{indent}# "
    return textwrap.wrap(
        plain(text), WIDTH, initial_indent=lead, subsequent_indent=lead, break_long_words=False, break_on_hyphens=False
    )


def as_scalar(text: str) -> str:
    """Text as YAML that holds it: lists and tables as they are, quotes only where they are needed.

    >>> as_scalar("$60k"), as_scalar("[a, b]"), as_scalar("a: b # c")
    ('$60k', '[a, b]', "'a: b # c'")
    """
    complaints = Complaints()
    if text.startswith(("[", "{")):
        return text
    try:
        tree = parse(f"key: {text}", "reference", complaints)
    except ScenarioError:
        tree = Scalar("")
    value = tree.entries[0][1] if isinstance(tree, Table) and len(tree.entries) == 1 else None
    is_plain = isinstance(value, Scalar) and value.text == text and not value.quoted and not complaints.problems
    return text if is_plain else "'" + text.replace("'", "''") + "'"
