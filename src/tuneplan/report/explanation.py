"""The tree of a number, for a terminal, as Markdown, as data.

Text and Markdown fold what a reader would not miss and can ask for by its own key: deep parts of
outputs below the one that was asked for, small parts of a sum, and what was said above. Data has all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tuneplan.report.grades import MEANINGS, told
from tuneplan.report.ledger import entry, place, said_source, value
from tuneplan.report.lines import PLAIN, Paper, titled, wrapped
from tuneplan.report.words import after, amount, as_markdown_words, listed, plain
from tuneplan.scenario.catalogue import Row, ServingShare
from tuneplan.study.explanation import Node
from tuneplan.study.explanation.node import is_settled

LEVELS = 2
"""Levels shown below an output that is not the one asked for."""
SMALL = 0.02
"""Share of the whole below which a part of a sum is not opened."""
MOST_KEYS = 6
"""Keys that the last line names."""
GOES_ON = "..."
NARROWEST = 24
"""Columns that a sentence gets, however deep it stands."""


def as_text(node: Node, paper: Paper = PLAIN) -> str:
    """The tree for a terminal; its branches take all the room there is."""
    outline = _Outline(node)
    lines = [titled(_title(node), paper), *wrapped(_about(node), paper.measure), ""]
    lines += [line for child in _marked(outline.whole.below) for line in _drawn(*child, "", paper.room)]
    return "\n".join([*lines, "", *(line for text in outline.remarks() for line in wrapped(text, paper.measure))]) + "\n"


def as_markdown(node: Node) -> str:
    """The tree as a nested list."""
    outline = _Outline(node)
    head = f"**{as_markdown_words(_title(node))}**"
    parts = [head, as_markdown_words(_about(node)), "\n".join(_listed(outline.whole.below, 0)), *map(as_markdown_words, outline.remarks())]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_json(node: Node) -> dict[str, Any]:
    """The whole tree as plain data, ready for JSON; what is unknown or endless is None."""
    found: dict[str, Any] = {"key": node.key, "label": node.label, "unit": node.unit, "text": node.text}
    if node.estimate is not None:
        said = {"mean": node.estimate.mean, "low": node.estimate.low, "median": node.estimate.median, "high": node.estimate.high}
        found |= {name: value if math.isfinite(value) else None for name, value in said.items()}
    if node.quantity is not None:
        found["input"] = entry(node.quantity)
    if node.rows:
        found["rows"] = [{"name": name_of(row), "source": row.source, "as_of": row.as_of, "grade": row.grade} for row in node.rows]
    if node.children:
        found |= {"adds_up": node.adds_up, "children": [as_json(child) for child in node.children]}
    return found


def rows(node: Node, depth: int = 0, parent: str = "") -> Iterator[dict[str, Any]]:
    """A row a node, from the top down: what it is, where it hangs, its value with a band, source and grade."""
    quantity, found = node.quantity, node.estimate
    row: dict[str, Any] = {"key": node.key, "of": parent, "depth": depth, "label": node.label, "unit": node.unit}
    row |= {name: getattr(found, name) if found is not None else math.nan for name in ("mean", "low", "median", "high")}
    if quantity is not None:
        row |= {"unit": quantity.unit, "median": quantity.distribution.median, "typed": quantity.text, "source": quantity.source, "grade": quantity.grade, "origin": quantity.origin}
    yield row
    for child in node.children:
        yield from rows(child, depth + 1, node.key)


# --- what a reader sees of the tree --------------------------------------------------------------


@dataclass(slots=True)
class _Line:
    """What is said of a node, and the lines below it."""

    said: str
    below: list[_Line] = field(default_factory=list)


class _Outline:
    """A tree as it is shown: folded, and with what was said before left out."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.size = abs(root.estimate.mean) if root.estimate is not None else 0.0
        self.seen: set[str] = set()
        self.told: set[str] = {root.text}
        self.folded: dict[str, None] = {}
        self.whole = _Line("", self._children(root, root.key, None))

    def remarks(self) -> list[str]:
        """How to read on, and what the letters mean."""
        said = []
        if self.folded:
            keys = list(self.folded)
            more = [f"{len(keys) - MOST_KEYS} more"] if len(keys) > MOST_KEYS else []
            said.append(f"What ends in {GOES_ON} goes on under a key of its own: {listed([plain(key) for key in keys[:MOST_KEYS]] + more)}.")
        return [*said, MEANINGS]

    def _children(self, node: Node, opener: str, level: int | None) -> list[_Line]:
        """Lines of the children: inputs told above, conventions and empty parts in one line each."""
        empty = [child for child in node.children if node.adds_up and _is_nothing(child) and not _is_nothing(node)]
        told = [child for child in node.children if child.quantity is not None and child.key in self.seen]
        declared = [child for child in node.children if _is_convention(child) and child.key not in self.seen]
        self.seen |= {child.key for child in declared}
        apart = {id(child) for child in (*empty, *told, *declared)}
        lines = [self._line(child, node, opener, level) for child in node.children if id(child) not in apart]
        if told:
            lines.append(_Line(f"as above: {', '.join(plain(child.label) for child in told)}"))
        if declared:
            lines.append(_Line(f"by convention: {', '.join(f'{plain(child.label)} {_value(child)}' for child in declared)} [declared]"))
        if empty:
            self.folded |= {child.key: None for child in empty if child.opens}
            lines.append(_Line(f"nothing for {listed([plain(child.label) for child in empty])} {GOES_ON}"))
        return lines

    def _line(self, node: Node, parent: Node, opener: str, level: int | None) -> _Line:
        if node.key in self.seen and (node.children or node.rows or node.quantity is not None):
            return _Line(f"{plain(node.label) if node.quantity is not None else _head(node)}, as above")
        self.seen.add(node.key)
        opener, level = (node.key, 0) if node.opens and node.quantity is None else (opener, None if level is None else level + 1)
        said = _said(node, self.told)
        self.told.add(node.text)
        if self._folds(node, parent, level):
            self.folded[opener] = None
            return _Line(f"{said} {GOES_ON}")
        return _Line(said, self._children(node, opener, level))

    def _folds(self, node: Node, parent: Node, level: int | None) -> bool:
        """Whether what is below is left to its own key."""
        if not node.children:
            return node.opens and node.quantity is None and node.label != node.key
        if node.opens and parent.adds_up and node.estimate is not None and abs(node.estimate.mean) < SMALL * self.size:
            return True
        return level is not None and level >= LEVELS and any(child.quantity is None for child in node.children)


def _is_nothing(node: Node) -> bool:
    return node.estimate is not None and is_settled(node.estimate) and node.estimate.mean == 0.0


def _is_convention(node: Node) -> bool:
    """Whether an input is a declared convention that nothing is uncertain about."""
    quantity = node.quantity
    return quantity is not None and (quantity.grade, quantity.origin) == ("D", "default") and quantity.distribution.is_point


# --- sentences -----------------------------------------------------------------------------------


def _title(node: Node) -> str:
    estimate = node.estimate
    median = ""
    if estimate is not None and not is_settled(estimate):
        median = f", median {amount(estimate.median, node.unit)}"
    return f"{plain(node.key)}: {_value(node)}{median}"


def _about(node: Node) -> str:
    """What the number is, and how the tree is to be read."""
    said = [_text(node), _source(node)]
    if node.adds_up:
        said.append("Each number is a mean with its 90 % interval; the means of parts add up, intervals do not.")
    if node.quantity is not None and node.children:
        said.append("It is read by:")
    return " ".join(part for part in said if part)


def _head(node: Node) -> str:
    value = _value(node)
    return f"{plain(node.label)}: {value}" if value else plain(node.label)


def _said(node: Node, told: set[str]) -> str:
    """A node in a line: label, value, interval, what it is unless that was told, where it comes from."""
    parts = [part for part in ("" if node.text in told else _text(node), _source(node)) if part]
    return f"{_head(node)}. {' '.join(parts)}" if parts else _head(node)


def _text(node: Node) -> str:
    return plain(node.text)


def _source(node: Node) -> str:
    """Where an input stands and what it rests on; of a constant, the rows that it was read from."""
    quantity = node.quantity
    if quantity is not None:
        where = place(quantity, column=True)
        source = said_source(quantity) if quantity.source or quantity.same_as or where == quantity.origin else ""
        known = quantity.source if quantity.learned is not None else told(quantity.grade, source)  # what pilots moved: what it was before
        return f"[{plain(f'{where}; {known}')}]"
    rows = [f"{name_of(row)}, {told(row.grade, f'{row.source} ({row.as_of})')}" for row in node.rows]
    return f"[{plain('; '.join(rows))}]" if rows else ""


def name_of(row: Row) -> str:
    """A row of the catalogue by name."""
    if isinstance(row, ServingShare):
        return f"serving on {row.gpu_family} in {row.precision}"
    return str(getattr(row, "name", type(row).__name__))


def _value(node: Node) -> str:
    if node.quantity is not None:
        return value(node.quantity)
    if node.estimate is None:
        return ""
    mean, low, high = (amount(each, node.unit) for each in (node.estimate.mean, node.estimate.low, node.estimate.high))
    if is_settled(node.estimate):
        return mean
    bare = low.removesuffix(after(node.unit)) if low.endswith(after(node.unit)) else low
    return f"{mean} (90 % {bare} to {high})"


# --- drawing -------------------------------------------------------------------------------------


def _marked(lines: list[_Line]) -> Iterator[tuple[_Line, bool]]:
    """Lines, and whether each is the last."""
    for number, line in enumerate(lines, start=1):
        yield line, number == len(lines)


def _drawn(line: _Line, last: bool, before: str, width: int) -> Iterator[str]:
    """A line and all below it, under the bars of what it hangs from."""
    fork, bar = ("└─ ", "   ") if last else ("├─ ", "│  ")
    hanging = "│  " if line.below else ""
    first, *rest = wrapped(line.said, max(width - len(before + fork + hanging), NARROWEST))
    yield f"{before}{fork}{first}"
    for each in rest:
        yield f"{before}{bar}{hanging}{each}"
    for child in _marked(line.below):
        yield from _drawn(*child, before + bar, width)


def _listed(lines: list[_Line], depth: int) -> Iterator[str]:
    for line in lines:
        yield f"{'  ' * depth}- {as_markdown_words(line.said)}"
        yield from _listed(line.below, depth + 1)
