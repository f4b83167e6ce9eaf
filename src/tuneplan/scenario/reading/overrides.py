"""``--set key=value``: a change of one path, in the grammar of the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tuneplan.errors import ScenarioError
from tuneplan.scenario.reading.complaints import Complaints, shown
from tuneplan.scenario.reading.language import SECTIONS, Language
from tuneplan.scenario.reading.like import overlay
from tuneplan.scenario.reading.source import clean
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table, parse
from tuneplan.scenario.reading.walk import Leaf, Leaves, Names, Walk
from tuneplan.scenario.reading.yaml_errors import DEEPEST
from tuneplan.scenario.records import Place

FLAG = "--set"
_HERE = Place(file=FLAG)


def read_overrides(texts: Sequence[str], names: Names, language: Language, complaints: Complaints) -> Walk:
    """Leaves of all overrides; of two for one path the later one.

    New strategies are added to ``names``; a task must be known.
    """
    walk = Walk(complaints, origin=FLAG, known_tasks=names["tasks"])
    for text in texts:
        node = _node(text, complaints)
        if node is None:
            continue
        one = Walk(complaints, origin=FLAG, known_tasks=names["tasks"])
        given = text.partition("=")[2].strip()
        if isinstance(node, Table) and given in ("{}", "{ }"):
            complaints.add("{} changes nothing, as --set adds to what the file says; name the key to change", _HERE, text.partition("=")[0].strip())
            continue
        one.visit(language.root, node, (), _HERE, dotted=True)
        walk.leaves = overlay(walk.leaves, one.leaves.values())
        walk.later |= one.later
        for section in SECTIONS:
            walk.names[section] |= one.names[section]
    for section in SECTIONS:
        for name, at in walk.names[section].items():
            names[section].setdefault(name, at)
    return walk


def split(changes: Leaves, known: Names) -> tuple[list[Leaf], list[Leaf]]:
    """Changes that come before ``like`` is carried out, and those that come after.

    Before: a ``like`` itself, and all keys of a strategy that the file does not have. After:
    the rest, so that an override changes the path that it names and no copy of it.
    """
    before: list[Leaf] = []
    after: list[Leaf] = []
    for leaf in changes.values():
        created = leaf.path[0] in SECTIONS and leaf.path[1] not in known[leaf.path[0]]
        (before if created or leaf.key.pattern.endswith(".*.like") else after).append(leaf)
    return before, after


def _node(text: str, complaints: Complaints) -> Node | None:
    """``a.b=value`` as the tree of ``a: {b: value}``, or None after a complaint."""
    key, equals, value = text.partition("=")
    words = [word.strip() for word in key.split(".")]
    if not equals or not all(words):
        example = "write key=value, for example budget.limit=80k USD"
        complaints.add(f"{shown(text)} is no override; {example}", _HERE)
        return None
    if len(words) > DEEPEST:
        complaints.add(f"nested deeper than {DEEPEST} levels", _HERE, key.strip())
        return None
    try:
        node = _value(clean(value, FLAG).strip())
        words = clean(key, FLAG).split(".")
    except ScenarioError as error:
        for problem in error.problems:
            complaints.add(problem.message, _HERE, key.strip())
        return None
    for word in reversed(words):
        node = Table(((Scalar(word.strip(), _HERE), node),), _HERE)
    return node


def _value(text: str) -> Node:
    """Flow YAML or a quoted text where it starts like one, else the text itself."""
    if not text.startswith(("[", "{", '"', "'")):
        return Scalar(text, _HERE)
    inner = Complaints()
    node = parse(text, FLAG, inner)
    inner.raise_if_any()
    return _without_lines(node)


def _without_lines(node: Node) -> Node:
    """The node, placed at the flag as a whole: a command line has no lines."""
    if isinstance(node, Scalar):
        return Scalar(node.text, _HERE, node.quoted)
    if isinstance(node, Listing):
        return Listing(tuple(map(_without_lines, node.items)), _HERE)
    return Table(tuple(_placed_entries(node)), _HERE)


def _placed_entries(node: Table) -> Iterator[tuple[Scalar, Node]]:
    for key, value in node.entries:
        yield Scalar(key.text, _HERE, key.quoted), _without_lines(value)
