"""Copies and changes: ``like: NAME`` and ``--set key=value``, both as leaves laid over leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from tuneplan.scenario.reading.complaints import Complaints, advice, shown
from tuneplan.scenario.reading.language import LIKE, SECTIONS, Language
from tuneplan.scenario.reading.tree import Scalar
from tuneplan.scenario.reading.walk import Leaf, Leaves, Names, by_name

ALTERNATIVES = (
    ("tasks", ("data", "price"), ("data", "labelling")),
    ("tasks", ("score", "scale"), ("score", "worst")),
    ("tasks", ("score", "scale"), ("score", "best")),
    ("unseen", ("score", "scale"), ("score", "worst")),
    ("unseen", ("score", "scale"), ("score", "best")),
    ("router", ("accuracy",), ("confusion",)),
    ("strategies", ("kind",), ("groups",)),
)
"""Section, and two keys below a name in it (below itself where it has no names) that say the same in two ways: giving
one, or a key below it, takes a copied or overridden other away, with all below it. A scale stands here for the
reference alone: it is its two ends before anything is laid over it."""

DECIDES: dict[tuple[str, ...], tuple[str, ...]] = {("data", "labelling"): ("data", "labelling", "minutes")}
"""Of an alternative that is a table: the key that has to be given to take the other away."""

Owner = tuple[str, str]
"""Section and name: whose leaves."""


def overlay(base: Leaves, changes: Iterable[Leaf]) -> Leaves:
    """Leaves with some of them replaced.

    A single value replaces a copied table by task; one of two alternatives replaces the other.
    """
    changed = {spelled_as(leaf, base): leaf for leaf in changes}
    rivals = ((new, rival) for new in changed for rival in rivals_of(new))
    taken_away = {path for new, rival in rivals for path in _below(base, rival) if path != new}
    kept = {path: leaf for path, leaf in base.items() if path not in taken_away}
    return kept | {path: replace(leaf, path=path) for path, leaf in changed.items()}


def rivals_of(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Paths that a value at ``path`` takes away, with all below them.

    They are: of a strategy's single value, the same by task; of one of two ``ALTERNATIVES``, the other;
    of a pair that holds both ways, those that held one way.
    """
    rivals: list[tuple[str, ...]] = [path] if path[0] == "strategies" and len(path) == 3 else []
    start = 2 if path[0] in SECTIONS else 1  # words before the keys: a section, and a name where it has names
    for section, one, other in ALTERNATIVES:
        for mine, theirs in ((one, other), (other, one)):
            needed = DECIDES.get(mine, mine)
            if path[0] == section and path[start : start + len(needed)] == needed:
                rivals.append((*path[:start], *theirs))
    left, slash, right = path[-1].partition("/")
    if slash:
        rivals += [(*path[:-1], f"{left}>{right}"), (*path[:-1], f"{right}>{left}")]
    return rivals


def _below(leaves: Leaves, start: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [path for path in leaves if path[: len(start)] == start]


def spelled_as(leaf: Leaf, known: Leaves) -> tuple[str, ...]:
    """The path of a pair as it is known already: ``b/a`` where ``a/b`` was typed."""
    left, slash, right = leaf.path[-1].partition("/")
    turned = (*leaf.path[:-1], f"{right}/{left}")
    return turned if slash and turned in known else leaf.path


def resolve(leaves: Leaves, names: Names, language: Language, complaints: Complaints) -> Leaves:
    """Leaves with every ``like`` carried out, and none left."""
    own: dict[Owner, Leaves] = defaultdict(dict)
    for owner, leaf in by_name(leaves):
        own[owner][leaf.path] = leaf
    likes = _likes(own, names, complaints)
    whole: dict[Owner, Leaves] = {}
    for owner in [(section, name) for section in SECTIONS for name in names[section]]:
        for link in _oldest_first(owner, likes, whole, complaints):
            body = {path: leaf for path, leaf in own[link].items() if path[2] != LIKE}
            copied = _copies(whole[parent_of(likes[link])], likes[link], language) if link in likes else {}
            whole[link] = overlay(copied, body.values()) if copied else body
    others = {path: leaf for path, leaf in leaves.items() if path[0] not in SECTIONS}
    return others | {path: leaf for body in whole.values() for path, leaf in body.items()}


def parent_of(like: Leaf) -> Owner:
    """Whom the owner of a ``like`` is like."""
    return like.path[0], like.node.text if isinstance(like.node, Scalar) else ""


def _likes(own: dict[Owner, Leaves], names: Names, complaints: Complaints) -> dict[Owner, Leaf]:
    """The sound ``like`` of each one that has it."""
    likes: dict[Owner, Leaf] = {}
    for (section, name), leaves in own.items():
        leaf = leaves.get((section, name, LIKE))
        if leaf is None:
            continue
        if not isinstance(leaf.node, Scalar) or not leaf.node.text:
            complaints.add(f"needs one name out of {section}", leaf.at, leaf.dotted)
        elif leaf.node.text not in names[section]:
            hint = advice(leaf.node.text, [known for known in names[section] if known != name])
            message = f"{shown(leaf.node.text)} is none of the {section}{hint}"
            complaints.add(message, leaf.node.place, leaf.dotted)
        else:
            likes[section, name] = leaf
    return likes


def _oldest_first(
    owner: Owner, likes: dict[Owner, Leaf], done: dict[Owner, Leaves], complaints: Complaints
) -> list[Owner]:
    """The chain of parents that is not done yet, ending with ``owner``; a circle is cut."""
    chain = [owner] if owner not in done else []
    seen = set(chain)
    while chain and chain[-1] in likes and (parent := parent_of(likes[chain[-1]])) not in done:
        if parent in seen:
            circle = [name for _, name in chain[chain.index(parent) :]]
            around = " -> ".join([*circle[:8], *(["..."] if len(circle) > 8 else []), circle[0]])
            leaf = likes.pop(chain[-1])
            complaints.add(f"like goes in a circle: {around}", leaf.node.place, leaf.dotted)
            break
        chain.append(parent)
        seen.add(parent)
    return chain[::-1]


def _copies(source: Leaves, like: Leaf, language: Language) -> Leaves:
    """The leaves of a parent under the name of the owner of ``like``."""
    section, parent = parent_of(like)
    owner = like.path[:2]
    copies: Leaves = {}
    for path, leaf in source.items():
        origin = leaf.origin if leaf.origin.startswith(LIKE) else f"{LIKE} {parent}"
        copies[*owner, *path[2:]] = replace(leaf, path=(*owner, *path[2:]), origin=origin)
    says_so = {(section, parent, "kind"), (section, parent, "groups")} & source.keys()
    by_name_alone = section == "strategies" and parent in language.strategies and not says_so
    if by_name_alone and owner[1] not in language.strategies:
        key = language.key_of("strategies.*.kind")
        name = Scalar(parent, like.node.place)
        copies[*owner, "kind"] = Leaf((*owner, "kind"), key, name, like.at, f"{LIKE} {parent}")
    return copies
