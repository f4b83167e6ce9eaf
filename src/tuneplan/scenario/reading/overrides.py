"""Changes of a file: its own named overrides, and ``--set key=value``, in one grammar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuneplan.errors import ScenarioError
from tuneplan.scenario.reading.complaints import Complaints, shown
from tuneplan.scenario.reading.language import NAMED_IN_CHANGES, SECTIONS, Language
from tuneplan.scenario.reading.like import overlay
from tuneplan.scenario.reading.scales import with_ends
from tuneplan.scenario.reading.source import clean
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table, parse
from tuneplan.scenario.reading.walk import Leaf, Leaves, Names, Walk
from tuneplan.scenario.reading.yaml_errors import DEEPEST
from tuneplan.scenario.records import Place

FLAG = "--set"
_HERE = Place(file=FLAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is changed, in the order in which it holds.

    Attributes
    ----------
    in_force
        Leaves of the overrides of the chosen scenario, then those of ``--set``.
    layers
        Leaves of every override, in force or not, and of every ``--set``, each by itself.
    """

    in_force: Walk
    layers: tuple[Leaves, ...]


def read_changes(
    walk: Walk, chosen: Sequence[str], texts: Sequence[str], language: Language, complaints: Complaints
) -> Changes:
    """Leaves of all changes; of two for one path the later one.

    New strategies and correlations are added to the names of ``walk``; a task must be known.

    Parameters
    ----------
    walk
        The file, its includes laid under it.
    chosen
        Names of the overrides in force, in their order.
    texts
        ``key=value``, as after ``--set``.
    """
    bodies = {path[1]: leaf for path, leaf in walk.leaves.items() if leaf.key.kind == "override"}
    read = {name: _read_body(name, leaf, walk.names, language, complaints) for name, leaf in bodies.items()}
    changes = _empty(FLAG, walk.names, complaints)
    for name in chosen:
        if name in read:
            _lay_over(changes, read[name])
    nodes = [(text, node) for text in texts if (node := _node(text, complaints)) is not None]
    flags = [_read_flag(text, node, walk.names, language, complaints) for text, node in nodes]
    for flag in flags:
        _lay_over(changes, flag)
    for section in NAMED_IN_CHANGES:
        for name, at in changes.names[section].items():
            walk.names[section].setdefault(name, at)
    return Changes(in_force=changes, layers=tuple(each.leaves for each in (*read.values(), *flags)))


def _empty(origin: str, names: Names, complaints: Complaints) -> Walk:
    return Walk(complaints, origin=origin, changes=True, known_tasks=names["tasks"])


def _lay_over(changes: Walk, one: Walk) -> None:
    changes.leaves = overlay(changes.leaves, one.leaves.values())
    changes.later |= one.later
    for section in NAMED_IN_CHANGES:
        changes.names[section] |= one.names[section]


def _read_body(name: str, leaf: Leaf, names: Names, language: Language, complaints: Complaints) -> Walk:
    """Leaves of an override of the file."""
    one = _empty(f"override {name}", names, complaints)
    if not isinstance(leaf.node, Table) or not leaf.node.entries:
        message = "an override names keys with their new values, for example {gpu.price: $4/hour}"
        complaints.add(message, leaf.node.place if isinstance(leaf.node, Listing) else leaf.at, leaf.dotted)
    else:
        one.visit(language.root, leaf.node, (), leaf.at, dotted=True)
        one.leaves = with_ends(one.leaves, language, complaints)
    return one


def _read_flag(text: str, node: Node, names: Names, language: Language, complaints: Complaints) -> Walk:
    """Leaves of one ``--set``."""
    one = _empty(FLAG, names, complaints)
    key, _, given = text.partition("=")
    if isinstance(node, Table) and given.strip() in ("{}", "{ }"):
        message = "{} changes nothing, as --set adds to what the file says; name the key to change"
        complaints.add(message, _HERE, key.strip())
    else:
        one.visit(language.root, node, (), _HERE, dotted=True)
        one.leaves = with_ends(one.leaves, language, complaints)
    return one


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
