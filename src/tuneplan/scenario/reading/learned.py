"""Checks: what could be found out first, each with the numbers that it measures and how well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from tuneplan.scenario.grammar import quantities
from tuneplan.scenario.grammar.dimensions import format_number
from tuneplan.scenario.reading.complaints import advice, nearest, shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.language import SECTIONS
from tuneplan.scenario.reading.ties import canonical, key_of_number
from tuneplan.scenario.reading.tree import Node, Scalar, Table
from tuneplan.scenario.reading.walk import Leaf
from tuneplan.scenario.records import Check, Learned
from tuneplan.scenario.schema import NOISE

FORM = "write learn: {PATH: {noise: 20%}}, a path being that of a number, for example tasks.email.half_gap_examples"
EXAMPLES = {"learn": "{PATH: {noise: 20%}}", "n": "300", "cost": "$2k"}
"""Parts that every check has to say -> one as it may be typed; days may be left out."""

Learn = tuple[tuple[str, str], ...]
"""Path as draws are named, and noise as a text that reads back to the same number."""


def read_learned(leaf: Leaf, draft: Draft) -> Learn | None:
    """Paths and noises, or None after a complaint; whether the paths stand for anything is seen later."""
    if not isinstance(leaf.node, Table) or not leaf.node.entries:
        draft.complaints.add(FORM, leaf.at if isinstance(leaf.node, Table) else leaf.node.place, leaf.dotted)
        return None
    noises = [(key.text, _noise(key, node, leaf, draft)) for key, node in leaf.node.entries]
    read = tuple((canonical(path), format_number(noise, NOISE.unit)) for path, noise in noises if noise is not None)
    return read if len(read) == len(noises) else None


def _noise(path: Scalar, node: Node, leaf: Leaf, draft: Draft) -> float | None:
    """The noise of one number, or None after a complaint."""
    where = f"{leaf.dotted}.{path.text}"
    if _is_nested(node):
        message = "a path is one key here, dots and all, and a change names the whole of learn: {tasks.email.half_gap_examples: {noise: 20%}}"
        draft.complaints.add(message, path.place, where)
        return None
    entries = {key.text: (key, value) for key, value in node.entries} if isinstance(node, Table) else {}
    for name, (key, _) in entries.items():
        if name != NOISE.key:
            draft.complaints.add(f"unknown key {shown(name)}{advice(name, [NOISE.key])}", key.place, where)
            return None
    if NOISE.key not in entries:
        draft.complaints.add(f"says no noise; write {shown(path.text)[1:-1]}: {{noise: 20%}}", path.place, where)
        return None
    given = entries[NOISE.key][1]
    text = given.text if isinstance(given, Scalar) else ""
    try:
        found = quantities.parse(text, NOISE)
    except quantities.QuantityError as error:
        draft.complaints.add(str(error), given.place, f"{where}.noise")
        return None
    if not found.is_point:
        draft.complaints.add("noise is one number, not an interval", given.place, f"{where}.noise")
        return None
    return found.median


def _is_nested(node: Node) -> bool:
    """Whether a path was taken apart into tables, as ``--set`` does with dots."""
    return isinstance(node, Table) and any(isinstance(value, Table) for _, value in node.entries)


def read_checks(draft: Draft) -> None:
    """Read every check: known numbers, each learned once, how often, at what price and after how many days."""
    draft.checks = tuple(check for name in draft.names["checks"] if (check := _check(name, draft)) is not None)


def _check(name: str, draft: Draft) -> Check | None:
    """One check, or None after a complaint."""
    path = f"checks.{name}"
    for part, example in EXAMPLES.items():
        if f"{path}.{part}" not in draft.leaves and not draft.complaints.has_suggested(f"{path}.{part}"):
            draft.complaints.add(f"missing: write {part}: {example}", draft.names["checks"][name], f"{path}.{part}")
    learn, leaf = draft.settings.get(f"{path}.learn"), draft.leaves.get(f"{path}.learn")
    if leaf is not None and not _are_known(leaf, draft):
        return None
    numbers = {part: draft.quantities.get(f"{path}.{part}") for part in ("n", "cost", "days")}
    n, cost, days = (None if given is None else given.distribution.median for given in numbers.values())
    if not isinstance(learn, tuple) or n is None or cost is None:
        return None
    learned = (Learned(path=each, noise=quantities.parse(noise, NOISE).median) for each, noise in cast(Learn, learn))
    return Check(name=name, learn=tuple(learned), n=int(n), cost=cost, days=days or 0.0)


def _are_known(leaf: Leaf, draft: Draft) -> bool:
    """Whether every path is a number's, and none stands twice; complaints about the others."""
    before = len(draft.complaints.problems)
    first: set[str] = set()
    for key, node in leaf.node.entries if isinstance(leaf.node, Table) else ():
        if _is_nested(node):
            continue  # blamed already
        if key_of_number(key.text, draft) is None:
            draft.complaints.add(f"{shown(key.text)} is no number of this scenario{_meant(key.text, draft)}", key.place, leaf.dotted)
        elif canonical(key.text) in first:
            draft.complaints.add(f"{shown(key.text)} is learned twice", key.place, leaf.dotted)
        first.add(canonical(key.text))
    return len(draft.complaints.problems) == before


def _meant(path: str, draft: Draft) -> str:
    """The number that was probably meant, as part of a sentence."""
    close = nearest(path, sorted({*draft.quantities, *_paths(draft)} - {each for each in draft.quantities if each.startswith("checks.")}))
    return f'; did you mean "{close}"?' if close else "; write its path as in messages, for example tasks.email.half_gap_examples"


def _paths(draft: Draft) -> Iterator[str]:
    """Paths of every number that this scenario could give, pairs left to those that it gives."""
    for key in draft.language.keys:
        section, star, rest = key.pattern.partition(".*.")
        if key.param is None or key.pattern.endswith(".*"):
            continue
        if star and section in SECTIONS:
            yield from (f"{section}.{name}.{rest}" for name in draft.names[section])
        elif not star:
            yield key.pattern
    yield from (path for path in draft.settings if path.startswith(("similarity.", "unseen.similarity.")))
