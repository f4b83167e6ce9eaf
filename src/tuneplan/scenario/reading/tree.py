"""YAML text as a tree of texts: every scalar stays as typed, every node knows its place.

Built from the parser's events, not by PyYAML's composer, which recurses without a limit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from tuneplan.scenario.reading.complaints import Complaints, position, shown
from tuneplan.scenario.reading.source import UNREADABLE
from tuneplan.scenario.reading.yaml_errors import DEEPEST, in_plain_words
from tuneplan.scenario.records import Place

MOST_EXPANDED = 1000
"""Nodes that aliases may add."""
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NOWHERE = Place()
_QUOTED = ("'", '"', "|", ">")
_BETA = re.compile(r"(?i:beta)\s*\([\s0-9.]+")
_REST_OF_BETA = re.compile(r"[0-9.]+\s*\)")
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(eq=False, frozen=True, slots=True)
class Scalar:
    """A text, as typed."""

    text: str
    place: Place = NOWHERE
    quoted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was given."""
        return not self.quoted and self.text in _EMPTY


@dataclass(eq=False, frozen=True, slots=True)
class Listing:
    """A list."""

    items: tuple[Node, ...]
    place: Place = NOWHERE


@dataclass(eq=False, frozen=True, slots=True)
class Table:
    """Keys and values, in the order of the file; each key once."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place = NOWHERE


Node = Scalar | Listing | Table


def parse(text: str, file: str, complaints: Complaints) -> Node:
    """Tree of one YAML document.

    Parameters
    ----------
    text
        Clean text (see ``source.clean``).
    file
        For messages.
    complaints
        Takes what is wrong with a node; reading goes on after those.

    Raises
    ------
    ScenarioError
        The text is no YAML, too deep, or grows without bound.
    """
    builder = _Builder(file=file, complaints=complaints)
    try:
        for event in yaml.parse(text, Loader=LOADER):
            if not builder.take(event):
                break
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        message, line, column = in_plain_words(error, text)
        complaints.add(message, Place(file=file, line=line, column=column))
        complaints.raise_if_any()
    return builder.root or Scalar("", Place(file=file, line=1, column=1))


def plain(node: Node) -> Any:
    """Texts, lists and dicts of a node."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def as_text(node: Node) -> str:
    """One line that says what a node holds, keys in alphabetical order.

    >>> as_text(Table(((Scalar("ci"), Listing((Scalar("2"), Scalar("5")))),)))
    '{ci: [2, 5]}'
    """
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return f"[{', '.join(map(as_text, node.items))}]"
    return f"{{{', '.join(sorted(f'{key.text}: {as_text(value)}' for key, value in node.entries))}}}"


@dataclass(eq=False, slots=True)
class _Open:
    """A list or table whose end has not come yet."""

    place: Place
    anchor: str | None
    is_table: bool
    children: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


@dataclass(eq=False, frozen=True, slots=True)
class _Anchored:
    node: Node | None
    size: int = 1
    height: int = 0


def _whole(pairs: Iterator[tuple[Node, Node]]) -> Iterator[tuple[Node, Node]]:
    """Entries in which a number that a comma tore is whole again, for the grammar to refuse in its own words.

    Between braces ``{examples: 1,000}`` is two entries, the second with nothing in it.
    """
    held: tuple[Node, Node] | None = None
    for key, value in pairs:
        rest = _rest(held[1], key, value) if held is not None else ""
        if held is not None and rest and isinstance(held[1], Scalar):
            held = held[0], Scalar(held[1].text + rest, held[1].place)
            continue
        if held is not None:
            yield held
        held = key, value
    if held is not None:
        yield held


def _rest(torn: Node, key: Node, value: Node) -> str:
    """What follows a number that an entry tears off it, with its comma; empty where it tears none."""
    if not (isinstance(torn, Scalar) and isinstance(key, Scalar) and isinstance(value, Scalar) and value.is_empty):
        return ""
    gap = key.place.column - torn.place.column - len(torn.text)
    if torn.quoted or key.quoted or torn.place.line != key.place.line or gap < 1:
        return ""
    is_number = gap == 1 and torn.text[-1:].isdigit() and key.text[:1].isdigit()
    is_beta = _BETA.fullmatch(torn.text) and _REST_OF_BETA.fullmatch(key.text)
    return f",{' ' * (gap - 1)}{key.text}" if is_number or is_beta else ""


@dataclass(eq=False, slots=True)
class _Builder:
    """Takes events, one by one."""

    file: str
    complaints: Complaints
    root: Node | None = None
    documents: int = 0
    expanded: int = 0
    opened: list[_Open] = field(default_factory=list)
    anchors: dict[str, _Anchored] = field(default_factory=dict)

    def take(self, event: yaml.Event) -> bool:
        """Add one event; False: stop reading."""
        place = self._place(event)
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_tag(event, place)
            if UNREADABLE.search(event.value):
                self.complaints.add("an escape in this text stands for a control character", place)
            quoted = event.style in _QUOTED
            self._finish(Scalar(unicodedata.normalize("NFC", event.value), place, quoted), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._expand(event.anchor or "", place)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event, place)
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self.opened.pop()
            self._finish(self._close(closed), closed.anchor, closed.size, closed.height)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.complaints.add('a second document ("---") starts here; a file holds one scenario', place)
        return self.documents <= 1

    def _place(self, event: yaml.Event) -> Place:
        mark: Any = event.start_mark
        return Place(file=self.file, line=mark.line + 1, column=mark.column + 1)

    def _refuse_tag(self, event: Any, place: Place) -> None:
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.complaints.add(f"the tag {shown(tag)} has no meaning here; delete it", place)

    def _open(self, event: Any, place: Place) -> None:
        self._refuse_tag(event, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = _Anchored(None)
        self.opened.append(_Open(place, event.anchor, isinstance(event, yaml.MappingStartEvent)))
        self._refuse_depth(len(self.opened), place)

    def _refuse_depth(self, depth: int, place: Place) -> None:
        if depth > DEEPEST:
            self.complaints.add(f"nested deeper than {DEEPEST} levels", place)
            self.complaints.raise_if_any()

    def _finish(self, node: Node, anchor: str | None, size: int = 1, height: int = 0) -> None:
        """Hang a complete node under the one that is open."""
        if anchor is not None:
            self.anchors[anchor] = _Anchored(node, size, height)
        if not self.opened:
            self.root = node
            return
        parent = self.opened[-1]
        parent.children.append(node)
        parent.size += size
        parent.height = max(parent.height, height + 1)

    def _expand(self, name: str, place: Place) -> None:
        anchored = self.anchors.get(name)
        if anchored is None:
            self.complaints.add(f"alias {shown('*' + name)} names no anchor above it", place)
            self._finish(Scalar("", place), None)
        elif anchored.node is None:
            self.complaints.add(f"alias {shown('*' + name)} holds itself", place)
            self._finish(Scalar("", place), None)
        else:
            self.expanded += anchored.size
            if self.expanded > MOST_EXPANDED:
                self.complaints.add(f"aliases expand to more than {MOST_EXPANDED} nodes", place)
                self.complaints.raise_if_any()
            self._refuse_depth(len(self.opened) + anchored.height, place)
            self._finish(anchored.node, None, anchored.size, anchored.height)

    def _close(self, closed: _Open) -> Node:
        if not closed.is_table:
            return Listing(tuple(closed.children), closed.place)
        pairs = iter(closed.children)
        return Table(tuple(self._sound_entries(_whole(zip(pairs, pairs, strict=True)))), closed.place)

    def _sound_entries(self, pairs: Iterator[tuple[Node, Node]]) -> Iterator[tuple[Scalar, Node]]:
        """Entries whose key is a text, given once."""
        first: dict[str, Place] = {}
        for key, value in pairs:
            if not isinstance(key, Scalar) or not key.text:
                self.complaints.add("a key must be a text", key.place)
            elif key.text == "<<" and not key.quoted:
                self.complaints.add('merge keys ("<<") are not read; use "like: NAME"', key.place)
            elif key.text in first:
                again = f"{shown(key.text)} is given twice; first at {position(first[key.text])}"
                self.complaints.add(again, key.place)
            else:
                first[key.text] = key.place
                yield key, value
