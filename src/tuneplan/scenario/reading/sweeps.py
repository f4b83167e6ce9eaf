"""The section ``sweep``: what simulate sweep varies, every value read as if it stood in the file itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.grammar.ranges import ends_of, range_in, typed
from tuneplan.scenario.reading.complaints import Complaints
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.reading.scales import with_ends
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table
from tuneplan.scenario.reading.walk import Leaf, Leaves, Names, Walk
from tuneplan.scenario.records import Place
from tuneplan.scenario.swept import OF_THE_FILE, OWN, Row, Sweep, Wanted, key_in

SECTION = "sweep"
KEYS, ROWS, TABLE = (SECTION, "keys"), (SECTION, "rows"), (SECTION, "table")
KEYS_FORM = "write keys with their values, for example {budget.limit: 20k..80k USD:9, method: [full, lora]}"
ROWS_FORM = "write a list of rows, for example [{budget.limit: 20k USD}, {budget.limit: 40k USD, method: full}]"
VALUES_FORM = "write a list of values, a range LOW..HIGH:COUNT, or own; a key is one word, dots and all"
_PLAIN = re.compile(r"[^\s,:{}\[\]#&*!|>'\"%@`~-][^,:{}\[\]#'\"]*")
"""Texts that mean the same within brackets with and without quotes."""


def swept_leaves(leaves: Leaves, names: Names, language: Language, complaints: Complaints) -> list[Leaf]:
    """Leaves of every value that a sweep sets, to be read for their mistakes."""
    found: list[Leaf] = []
    if KEYS in leaves:
        for key, node in _entries(leaves[KEYS], complaints):
            found += _leaves_of_key(key, node, names, language, complaints)
    if ROWS in leaves:
        for row in _rows(leaves[ROWS], complaints):
            _refuse_keys(row, complaints)
            found += _walked(row, names, language, complaints)
    return found


def _entries(leaf: Leaf, complaints: Complaints) -> tuple[tuple[Scalar, Node], ...]:
    """Keys and what each is set to; nothing after a complaint."""
    if not isinstance(leaf.node, Table) or not leaf.node.entries:
        complaints.add(KEYS_FORM, _place(leaf), leaf.dotted)
        return ()
    _refuse_keys(leaf.node, complaints)
    return leaf.node.entries


def _rows(leaf: Leaf, complaints: Complaints) -> list[Table]:
    """Rows that hold keys; a complaint about what does not."""
    items = leaf.node.items if isinstance(leaf.node, Listing) else ()
    if not items:
        complaints.add(ROWS_FORM, _place(leaf), leaf.dotted)
    for item in items:
        if not isinstance(item, Table) or not item.entries:
            complaints.add(ROWS_FORM, item.place, leaf.dotted)
    return [item for item in items if isinstance(item, Table) and item.entries]


def _place(leaf: Leaf) -> Place:
    return leaf.at if isinstance(leaf.node, Scalar) and leaf.node.is_empty else leaf.node.place


def _refuse_keys(table: Table, complaints: Complaints) -> None:
    for key, _ in table.entries:
        if key.text.split(".")[0].strip() in OF_THE_FILE:
            complaints.add("belongs to the file as a whole: rows of a sweep can't differ in it", key.place, key.text)


def _leaves_of_key(key: Scalar, node: Node, names: Names, language: Language, complaints: Complaints) -> list[Leaf]:
    """Leaves of the values of one key."""
    if isinstance(node, Listing) and node.items:
        return [leaf for item in node.items for leaf in _walked(Table(((key, item),), item.place), names, language, complaints)]
    found = _walked(Table(((key, node),), key.place), names, language, complaints) if isinstance(node, Scalar) else []
    if isinstance(node, Scalar) and not found:
        return []  # blamed already
    param = found[0].key.param if len(found) == 1 else None
    if param is not None and isinstance(node, Scalar) and node.text == OWN:
        return []
    try:
        asked = range_in(node.text) if isinstance(node, Scalar) else None
        if asked is None:
            raise QuantityError(VALUES_FORM)
        if param is None:
            raise QuantityError(f"{asked} is a range, and this is no number: write a list of values")
        ends = ends_of(asked, param)
    except QuantityError as error:
        complaints.add(str(error), node.place if isinstance(node, Table) or not _is_empty(node) else key.place, key.text)
        return []
    return [replace(found[0], node=Scalar(typed(end, param.unit), node.place)) for end in ends]


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_empty


def _walked(table: Table, names: Names, language: Language, complaints: Complaints) -> list[Leaf]:
    """Leaves of a table of changes."""
    one = Walk(complaints, origin=SECTION, changes=True, known_tasks=names["tasks"])
    one.visit(language.root, table, (), table.place, dotted=True)
    return list(with_ends(one.leaves, language, complaints).values())


def read_sweep(draft: Draft) -> None:
    """Take the section out of the settings, which decide something, into a record of its own."""
    given = {path: leaf for path, leaf in draft.leaves.items() if leaf.path[0] == SECTION}
    said = {path.partition(".")[2]: draft.settings.pop(path) for path in given if path in draft.settings}
    if not given or draft.complaints.problems:
        return
    keys, rows = (draft.leaves.get(".".join(path)) for path in (KEYS, ROWS))
    named = rows.node.items if rows is not None and isinstance(rows.node, Listing) else ()
    draft.sweep = Sweep(
        mode=str(said.get("mode", "")), points=_whole(said.get("points")), draws=_whole(said.get("draws")),
        plans=str(said.get("plans", "")), seed=_whole(said.get("seed")),
        table=str(said.get("table", "")),
        keys=tuple(_wanted(keys.node)) if keys is not None else (),
        rows=tuple(_row(each) for each in named), row_places=tuple(each.place for each in named),
        place=draft.places.get(SECTION, draft.places[""]),
        table_place=given[".".join(TABLE)].node.place if ".".join(TABLE) in given else Place(),
    )  # fmt: skip


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _wanted(node: Node) -> Iterator[Wanted]:
    """What each key is set to."""
    for key, value in node.entries if isinstance(node, Table) else ():
        if isinstance(value, Listing):
            yield Wanted(key=key_in(key.text), texts=tuple(map(as_change, value.items)), place=key.place)
        elif isinstance(value, Scalar):
            asked = range_in(value.text)
            yield Wanted(key=key_in(key.text), range=asked, own=asked is None, place=value.place)


def _row(node: Node) -> Row:
    return tuple((key_in(key.text), as_change(value)) for key, value in node.entries) if isinstance(node, Table) else ()


def as_change(node: Node) -> str:
    """A value as it is typed behind ``--set KEY=``.

    >>> as_change(Table(((Scalar("ci"), Listing((Scalar("2"), Scalar("5")))), (Scalar("source"), Scalar("a, b")))))
    '{ci: [2, 5], source: "a, b"}'
    """
    if isinstance(node, Scalar):
        return json.dumps(node.text, ensure_ascii=False) if node.text.startswith(("[", "{", '"', "'")) else node.text
    return _flow(node)


def _flow(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.text if _PLAIN.fullmatch(node.text) else json.dumps(node.text, ensure_ascii=False)
    if isinstance(node, Listing):
        return f"[{', '.join(map(_flow, node.items))}]"
    return f"{{{', '.join(f'{_flow(key)}: {_flow(value)}' for key, value in node.entries)}}}"

