"""From the tree of a file to leaves: one value at each dotted path, matched with its key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from tuneplan.scenario.grammar.full_form import FULL_KEYS
from tuneplan.scenario.reading.complaints import Complaints, advice, listed, nearest, position, shown
from tuneplan.scenario.reading.language import LIKE, NAMED, OF_FILES, SECTIONS, Branch
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table
from tuneplan.scenario.records import UNSEEN, Place
from tuneplan.scenario.schema import Key

LONGEST_NAME = 60
"""Characters of the name of a task or strategy."""
FULL_FORM = frozenset({*FULL_KEYS, "mode", "same_as"})
"""Words that tell the full form of a quantity from a table of quantities by task."""
_AROUND_SIGN = re.compile(r"\s*([/>])\s*")

Names = dict[str, dict[str, Place]]
"""Section, a key of ``NAMED`` -> name -> where it was typed."""


@dataclass(eq=False, frozen=True, slots=True)
class Leaf:
    """One value.

    Attributes
    ----------
    at
        Place of its key; that of the value is ``node.place``.
    origin
        ``file``, ``include FILE``, ``like NAME``, ``override NAME`` or ``--set``.
    """

    path: tuple[str, ...]
    key: Key
    node: Node
    at: Place
    origin: str = "file"

    @property
    def dotted(self) -> str:
        """The path as messages and records write it."""
        return ".".join(self.path)


Leaves = dict[tuple[str, ...], Leaf]


@dataclass(eq=False, slots=True)
class Walk:
    """One pass over a tree.

    Attributes
    ----------
    origin
        Of the leaves found.
    changes
        Whether they change a file: an override, from the file or the command line.
    known_tasks
        Names that may stand below ``tasks``; None: any.
    later
        Keys that come with a later version, and where they stand.
    """

    complaints: Complaints
    origin: str = "file"
    changes: bool = False
    known_tasks: dict[str, Place] | None = None
    leaves: Leaves = field(default_factory=dict)
    names: Names = field(default_factory=lambda: {section: {} for section in NAMED})
    later: dict[str, Place] = field(default_factory=dict)

    def visit(self, branch: Branch, node: Node, path: tuple[str, ...], at: Place, dotted: bool) -> None:
        """Take what stands at a path. ``dotted``: whether dotted keys are read."""
        if branch.is_later:
            self.later[".".join(path)] = at
        elif self.changes and path and path[0] in OF_FILES:
            self.complaints.add(f"{path[0]} is read in files alone, not in an override", at, ".".join(path))
        elif branch.key is not None and branch.key.kind == "rows" and isinstance(node, Listing):
            for item in node.items:
                self._take(Leaf((*path, f"{item.place.file}:{item.place.line}:{item.place.column}"), branch.key, item, at, self.origin))
        elif branch.key is not None and not _holds_more(branch, node):
            self._take(Leaf(path, branch.key, node, at, self.origin))
        elif isinstance(node, Table):
            dotted = dotted or (_may_be_like(branch) and any(key.text == LIKE for key, _ in node.entries))
            for key, value in node.entries:
                self._enter(branch, key, value, path, dotted)
        elif not (_may_be_like(branch) and isinstance(node, Scalar) and node.is_empty):
            self._refuse_shape(branch, node, path, at)

    def _refuse_shape(self, branch: Branch, node: Node, path: tuple[str, ...], at: Place) -> None:
        allowed = f"allowed: {listed(branch.names)}" if branch.names else "write NAME: {...}"
        if isinstance(node, Listing):
            message = f"a list where keys belong; {allowed}"
        elif isinstance(node, Scalar) and not node.is_empty:
            message = f"{shown(node.text)} stands where keys belong; {allowed}"
        else:
            message = f"nothing is given; {allowed}"
        self.complaints.add(message, at, ".".join(path))

    def _enter(self, branch: Branch, key: Scalar, value: Node, path: tuple[str, ...], dotted: bool) -> None:
        """Follow one key, or several words joined by dots."""
        words = [key.text]
        if "." in key.text and key.text not in branch.names and (dotted or branch.star is None):
            words = key.text.split(".")
            if not dotted:
                inner = f"write {words[0]}: {{{'.'.join(words[1:])}: ...}}"
                message = f'dotted keys are read only beside "like" and in --set; {inner}'
                if path == ("sweep",):
                    message = f"what is varied stands below keys; write keys: {{{key.text}: ...}}"
                return self.complaints.add(message, key.place, ".".join((*path, key.text)))
        for word in words:
            name = word.strip()
            if len(name) < 4 * LONGEST_NAME:
                name = _AROUND_SIGN.sub(r"\1", name)
            below = branch.step(name)
            if below is None:
                return self._refuse_unknown(branch, name, (*path, name), key.place, value)
            if len(path) == 1 and path[0] in NAMED and not self._name(path[0], name, key.place):
                return None
            branch, path = below, (*path, name)
        return self.visit(branch, value, path, key.place, dotted)

    def _refuse_unknown(
        self, branch: Branch, name: str, path: tuple[str, ...], at: Place, value: Node
    ) -> None:
        close = nearest(name, branch.names)
        deeper = list(branch.find(name))
        meant = next(iter(deeper), "") or close or ""
        if not branch.has_more:
            hint = "; nothing may follow here"
        elif ":" in name and isinstance(value, Scalar) and value.is_empty:
            hint = '; a space is missing after ":"'
        elif not deeper:
            hint = advice(name, branch.names)
        else:
            hint = f'; did you mean "{deeper[0]}"?'
        self.complaints.suggested.add(".".join((*path[:-1], meant)))
        self.complaints.add(f"unknown key{hint}", at, ".".join(path))

    def _name(self, section: str, name: str, at: Place) -> bool:
        """Note a name of the reader's own; False: it is none."""
        noun = NAMED[section]
        known = self.known_tasks if section == "tasks" else None
        if known is not None and name not in known:
            message = f"unknown task{advice(name, known)}"
        else:
            message = _fault_of_name(noun, name)
        if message:
            self.complaints.add(message, at, f"{section}.{name}")
            return False
        self.names[section].setdefault(name, at)
        return True

    def _take(self, leaf: Leaf) -> None:
        first = self.leaves.setdefault(leaf.path, leaf)
        if first is not leaf:
            self.complaints.add(f"given twice; first at {position(first.at)}", leaf.at, leaf.dotted)


def _may_be_like(branch: Branch) -> bool:
    """Whether this is the body of a task or strategy."""
    return LIKE in branch.names


def _holds_more(branch: Branch, node: Node) -> bool:
    """Whether a table at a key holds further keys, not the full form of a quantity."""
    if not branch.has_more or not isinstance(node, Table):
        return False
    return not any(key.text in FULL_FORM for key, _ in node.entries)


def _fault_of_name(noun: str, name: str) -> str:
    """What is wrong with a name of the reader's own; empty: nothing."""
    a = "an" if noun[0] in "aeiou" else "a"
    if not name:
        return f"{a} {noun} needs a name"
    if len(name) > LONGEST_NAME:
        return f"the name of {a} {noun} has at most {LONGEST_NAME} characters; this one has {len(name)}"
    odd = next((char for char in name if not _fits_name(char)), None)
    if odd is not None:
        return f'the name of {a} {noun} holds letters, digits, "_" and "-"; not {shown(odd)}'
    if noun == "task" and name == UNSEEN:
        return f'no task may be called "{UNSEEN}": it stands for requests that nobody trained for'
    return ""


def _fits_name(char: str) -> bool:
    category = unicodedata.category(char)
    return char in "_-" or category[0] in "LM" or category == "Nd"


def by_name(leaves: Leaves) -> Iterator[tuple[tuple[str, str], Leaf]]:
    """Leaves of tasks and strategies, each with its section and name."""
    for path, leaf in leaves.items():
        if len(path) > 2 and path[0] in SECTIONS:
            yield (path[0], path[1]), leaf
