"""From a leaf to its value: a quantity, a word, a date; by the kind that its key declares."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.scenario import catalogue
from tuneplan.scenario.grammar import quantities
from tuneplan.scenario.grammar.dimensions import example_of
from tuneplan.scenario.reading.complaints import advice, listed, nearest, shown
from tuneplan.scenario.reading.dates import date_of, dates_of
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.learned import FORM, read_learned
from tuneplan.scenario.reading.names import read_groups
from tuneplan.scenario.reading.rows import read_rows
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table, as_text, plain
from tuneplan.scenario.reading.walk import Leaf
from tuneplan.scenario.records import Quantity, Setting
from tuneplan.scenario.schema import RELATION_WORDS, Key

SCHEMA = 1
"""Version of the language that is read."""
NOT_YET = "not available yet"
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
SAME_AS = "same_as"
READ_ELSEWHERE = ("rows", "override", "calibrated", "swept", "swept_rows")
"""Kinds of leaves that are read by themselves."""


def read_values(draft: Draft) -> None:
    """Read every leaf into the draft; a copied leaf is read, and blamed, once."""
    rows = (leaf for leaf in draft.leaves.values() if leaf.key.kind == "rows")
    own = read_rows(rows, draft.folder, draft.complaints)
    draft.rows, draft.refused = own.rows, own.refused
    for leaf in draft.leaves.values():
        if leaf.key.kind == "calibrated":
            from tuneplan.scenario.reading.calibrated import (
                read_calibrated,  # which most scenarios have none of
            )

            read_calibrated(leaf, draft)
    known: dict[tuple[int, str], Quantity | Setting | None] = {}
    for path, leaf in draft.leaves.items():
        if leaf.key.kind in READ_ELSEWHERE:
            continue
        if _is_tie(leaf):
            target = _target_of(leaf, draft)
            if target:
                draft.tied[path] = (leaf, target)
            continue
        read = (id(leaf.node), leaf.key.pattern)
        if read not in known:
            known[read] = _read(leaf, draft)
        value = known[read]
        if isinstance(value, Quantity):
            draft.quantities[path] = replace(value, path=path, origin=leaf.origin)
        elif value is not None:
            draft.settings[path] = value
    _read_spare(draft)


def _read_spare(draft: Draft) -> None:
    """Read what holds nowhere for its mistakes."""
    for leaf in draft.spare:
        if leaf.key.kind in READ_ELSEWHERE:
            continue
        if _is_tie(leaf):
            _target_of(leaf, draft)
        else:
            _read(leaf, draft)


def _is_tie(leaf: Leaf) -> bool:
    return leaf.key.kind == "quantity" and isinstance(leaf.node, Table) and any(key.text == SAME_AS for key, _ in leaf.node.entries)


def _target_of(leaf: Leaf, draft: Draft) -> str:
    """Which other number a number is the same as; empty after a complaint."""
    target = plain(leaf.node).get(SAME_AS)
    if not isinstance(target, str) or len(leaf.node.entries) > 1:  # type: ignore[union-attr]
        message = "same_as takes the path of one other number and stands alone, for example {same_as: tasks.email.data.price}"
        draft.complaints.add(message, leaf.node.place, leaf.dotted)
        return ""
    return target


def _read(leaf: Leaf, draft: Draft) -> Quantity | Setting | None:
    """The value of a leaf, or None after a complaint."""
    node = leaf.node
    if isinstance(node, Scalar) and node.is_empty:
        draft.complaints.add(f"nothing is given; {_allowed(leaf.key, draft)}", leaf.at, leaf.dotted)
        return None
    return _READERS[leaf.key.kind](leaf, draft)


def _allowed(key: Key, draft: Draft) -> str:
    """What a key takes, in words."""
    if key.param is not None:
        return f"write for example {example_of(key.param.unit)}"
    words = _words(key, draft)
    if words:
        return f"allowed: {listed(words)}"
    return {
        "yes_no": "allowed: yes, no",
        "date": "a date is needed, for example 2027-01-04",
        "dates": "write a list of dates, for example [2027-04-02, 2027-04-05]",
        "groups": "write groups as lists of tasks, for example [[a, b], [c]]",
        "integer": "a whole number is needed",
        "paths": "write a list of paths, for example [tasks.email.data.price, tasks.qa.data.price]",
        "learn": FORM,
        "include": "write the name of a file below the scenario's folder, or a list of them",
        "names": "write a list of names; none are declared",
    }.get(key.kind, "a text is needed")


def _words(key: Key, draft: Draft) -> tuple[str, ...]:
    """The words that a key allows; empty: any text."""
    if key.catalogue:
        return catalogue.names(key.catalogue, draft.rows)
    if key.pattern == "strategies.*.kind":
        return draft.language.strategies
    if key.pattern == "scenarios.*":
        return tuple(draft.names["overrides"])
    return draft.strategies if key.pattern == "reference" else key.words


def _text_of(leaf: Leaf, draft: Draft) -> str | None:
    """The text of a leaf that must be one, or None after a complaint."""
    if isinstance(leaf.node, Scalar):
        return leaf.node.text
    given = "a list" if isinstance(leaf.node, Listing) else "a table of keys"
    draft.complaints.add(f"{given} stands here; {_allowed(leaf.key, draft)}", leaf.node.place, leaf.dotted)
    return None


def _read_quantity(leaf: Leaf, draft: Draft) -> Quantity | Setting | None:
    param, node = leaf.key.param, leaf.node
    if param is None or isinstance(node, Listing):
        _text_of(leaf, draft)
        return None
    if isinstance(node, Scalar) and node.text in param.words:
        return node.text
    if param.scope == "pair" and isinstance(node, Scalar) and node.text.isalpha():
        return _relation(leaf, node.text, draft)
    try:
        distribution, source, grade = _distribution(node, param)
    except quantities.QuantityError as error:
        draft.complaints.add(str(error), node.place, leaf.dotted)
        return None
    return Quantity(
        path=leaf.dotted,
        distribution=distribution,
        unit=param.unit,
        text=as_text(node),
        place=node.place,
        source=source,
        grade=grade,
    )


def _distribution(node: Scalar | Table, param: Param) -> tuple[Distribution, str, str]:
    if isinstance(node, Scalar):
        return quantities.parse(node.text, param), "", ""
    return quantities.parse_full(plain(node), param)


def _relation(leaf: Leaf, word: str, draft: Draft) -> str | None:
    """A word for how alike two tasks are; its prior is given at lowering."""
    if word in RELATION_WORDS:
        return word
    close = nearest(word, RELATION_WORDS)
    hint = f'; did you mean "{close}"?'
    if close is None:
        hint = f"; allowed: {listed(RELATION_WORDS)}, or a number from 0 to 1"
    draft.complaints.add(f"{shown(word)} is no relation{hint}", leaf.node.place, leaf.dotted)
    return None


def _read_text(leaf: Leaf, draft: Draft) -> str | None:
    return _text_of(leaf, draft)


def _read_word(leaf: Leaf, draft: Draft) -> str | None:
    text = _text_of(leaf, draft)
    return None if text is None else _one_of(text, leaf.node, leaf, draft)


def _one_of(text: str, node: Node, leaf: Leaf, draft: Draft) -> str | None:
    words = _words(leaf.key, draft)
    if not words or text in words:
        return text
    if leaf.key.catalogue and text in draft.refused:
        return None  # its row was blamed
    draft.complaints.add(f"{shown(text)} is not allowed{advice(text, words)}", node.place, leaf.dotted)
    return None


def _read_names(leaf: Leaf, draft: Draft) -> tuple[str, ...] | None:
    items = leaf.node.items if isinstance(leaf.node, Listing) else (leaf.node,)
    texts = [(item.text, item) for item in items if isinstance(item, Scalar)]
    may_be_none = leaf.key.pattern == "scenarios.*"
    if len(texts) < len(items) or not (texts or may_be_none):
        message = f"needs a list of words; {_allowed(leaf.key, draft)}"
        draft.complaints.add(message, leaf.node.place, leaf.dotted)
        return None
    if may_be_none and texts and not draft.names["overrides"]:
        draft.complaints.add(f"{shown(texts[0][0])} is no override; the file declares none", texts[0][1].place, leaf.dotted)
        return None
    if isinstance(leaf.node, Scalar) and "," in leaf.node.text:
        draft.complaints.add(f"needs a list of words: write [{leaf.node.text}]", leaf.node.place, leaf.dotted)
        return None
    read = [_one_of(text, item, leaf, draft) for text, item in texts]
    twice = next((item for number, (text, item) in enumerate(texts) if text in read[:number]), None)
    if twice is not None:
        draft.complaints.add(f"{shown(twice.text)} is listed twice", twice.place, leaf.dotted)
    return None if twice or None in read else tuple(word for word in read if word is not None)


def _read_yes_no(leaf: Leaf, draft: Draft) -> bool | None:
    text = _text_of(leaf, draft)
    if text is not None and text.lower() not in _YES_NO:
        draft.complaints.add(f"{shown(text)} is neither yes nor no", leaf.node.place, leaf.dotted)
    return None if text is None else _YES_NO.get(text.lower())


def _read_date(leaf: Leaf, draft: Draft) -> str | None:
    text = _text_of(leaf, draft)
    return None if text is None else date_of(text, leaf.node, leaf, draft.complaints)


def _read_dates(leaf: Leaf, draft: Draft) -> tuple[str, ...] | None:
    """Dates, one or several."""
    items = leaf.node.items if isinstance(leaf.node, Listing) else (leaf.node,)
    texts = [item for item in items if isinstance(item, Scalar) and not item.is_empty]
    if len(texts) == len(items):
        return dates_of(texts, leaf, draft.complaints)
    draft.complaints.add(_allowed(leaf.key, draft), leaf.node.place if isinstance(leaf.node, Listing) else leaf.at, leaf.dotted)
    return None


def _read_integer(leaf: Leaf, draft: Draft) -> int | None:
    text = _text_of(leaf, draft)
    if text is None:
        return None
    number = int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None
    if number is None:
        draft.complaints.add(f"{shown(text)} is not a whole number", leaf.node.place, leaf.dotted)
    elif leaf.key.pattern == "schema" and number != SCHEMA:
        message = f"schema {number} is not known here; this version reads schema: {SCHEMA}"
        draft.complaints.add(message, leaf.node.place, leaf.dotted)
    return number


def _read_groups(leaf: Leaf, draft: Draft) -> Setting | None:
    if isinstance(leaf.node, Scalar) and leaf.node.text in leaf.key.words:
        return leaf.node.text
    return read_groups(leaf, draft.tasks, draft.complaints)


def _read_texts(leaf: Leaf, draft: Draft) -> tuple[str, ...] | None:
    """Paths or files, one or several."""
    items = leaf.node.items if isinstance(leaf.node, Listing) else (leaf.node,)
    texts = tuple(item.text for item in items if isinstance(item, Scalar) and not item.is_empty)
    if len(texts) == len(items) > 0:
        return texts
    draft.complaints.add(_allowed(leaf.key, draft), leaf.node.place if isinstance(leaf.node, Listing) else leaf.at, leaf.dotted)
    return None


_READERS: dict[str, Callable[[Leaf, Draft], Quantity | Setting | None]] = {
    "quantity": _read_quantity,
    "text": _read_text,
    "word": _read_word,
    "yes_no": _read_yes_no,
    "date": _read_date,
    "dates": _read_dates,
    "names": _read_names,
    "groups": _read_groups,
    "integer": _read_integer,
    "paths": _read_texts,
    "learn": read_learned,
    "include": _read_texts,
}
"""How each kind of ``schema.KINDS`` is read that is not read before; a scale has become its two ends by then."""
