"""Numbers that hang together: the same as another, or correlated with it."""

from __future__ import annotations

from collections.abc import Iterator

from tuneplan.core.transfer import RELATED, RELATIONS
from tuneplan.scenario.grammar.amounts import allowed
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.lowering.defaults import CATALOGUE_DEFAULTS
from tuneplan.scenario.reading.complaints import nearest, shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.language import SECTIONS
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, as_text
from tuneplan.scenario.reading.walk import Leaf
from tuneplan.scenario.records import UNSEEN, Correlation, Quantity
from tuneplan.scenario.schema import Key

TIED_DEFAULTS = ("tasks", UNSEEN)
"""First words of numbers that may be tied to another one's default: lowering looks for no others."""


def canonical(path: str) -> str:
    """The path by which draws are named: a pair that holds both ways has its names in order.

    >>> canonical("similarity.qa/email"), canonical("budget.limit")
    ('similarity.email/qa', 'budget.limit')
    """
    head, dot, last = path.rpartition(".")
    return f"{head}{dot}{'/'.join(sorted(last.split('/')))}"


def tie(draft: Draft) -> None:
    """Give every number that is the same as another that one's distribution and draws."""
    circles: set[frozenset[str]] = set()
    for path, (leaf, _) in draft.tied.items():
        target = _followed(path, leaf, draft, circles)
        if target is None:
            continue
        key = key_of_number(target, draft)
        param = leaf.key.param
        assert param is not None
        if key is None or key.param is None:
            draft.complaints.add(f"{shown(target)} is no number of this scenario{_meant(target, draft)}", leaf.node.place, path)
        elif key.param.unit != param.unit:
            draft.complaints.add(f"{target} is in {key.param.unit}, this is in {param.unit}", leaf.node.place, path)
        else:
            _take(path, target, leaf, key, draft)


def _followed(path: str, leaf: Leaf, draft: Draft, circles: set[frozenset[str]]) -> str | None:
    """The number at the end of a chain of ties; None after a complaint about a circle."""
    chain = [path]
    while chain[-1] in draft.tied:
        target = draft.tied[chain[-1]][1]
        target = next((each for each in (target, *_turned(target)) if each in draft.tied), target)
        if target in chain:
            circle = chain[chain.index(target) :]
            if frozenset(circle) not in circles:
                circles.add(frozenset(circle))
                around = " -> ".join([*circle[:8], *(["..."] if len(circle) > 8 else []), target])
                draft.complaints.add(f"same_as goes in a circle: {around}", leaf.node.place, path)
            return None
        chain.append(target)
    return chain[-1]


def _turned(path: str) -> Iterator[str]:
    """The same pair, written the other way round."""
    head, dot, last = path.rpartition(".")
    left, slash, right = last.partition("/")
    if slash:
        yield f"{head}{dot}{right}/{left}"


def _take(path: str, target: str, leaf: Leaf, key: Key, draft: Draft) -> None:
    """Take a number over from the one that was found."""
    spelled = next((each for each in (target, *_turned(target)) if each in draft.leaves), target)
    found, word = draft.quantities.get(spelled), draft.settings.get(spelled)
    param = leaf.key.param
    assert param is not None
    if found is not None:
        distribution, source, grade, as_of = found.distribution, found.source, found.grade, found.as_of
    elif isinstance(word, str) and word in RELATIONS:
        distribution, source, grade, as_of = RELATIONS[word], RELATED.source, RELATED.grade, RELATED.as_of
    elif spelled in draft.leaves:
        return  # blamed already
    elif target.endswith(".data.price") and (minutes := f"{target.removesuffix('price')}labelling.minutes") in draft.leaves:
        return draft.complaints.add(f"{target} is out of force, as {minutes} is given; tie what is in force, or give a price", leaf.node.place, path)
    elif _have_one_default(leaf.key, key):
        draft.ties[path] = target
        return
    elif key.required:
        return  # blamed as missing
    else:
        message = f"{target} is not given in this scenario; give it, or name one that is{_meant(target, draft)}"
        return draft.complaints.add(message, leaf.node.place, path)
    try:
        allowed(distribution.median, param)
    except QuantityError as error:
        return draft.complaints.add(f"{target}: {error}", leaf.node.place, path)
    draft.quantities[path] = Quantity(
        path=path, distribution=distribution, unit=param.unit, text=as_text(leaf.node), place=leaf.node.place,
        source=source, grade=grade, as_of=as_of, origin=leaf.origin, same_as=canonical(spelled),
    )  # fmt: skip


def _have_one_default(one: Key, other: Key) -> bool:
    """Whether two keys hold one declared number of a task or request, and it has a default to share."""
    if one.param is None or other.param is None or one.param.name != other.param.name:
        return False
    has_default = one.param.default is not None or one.param.name in CATALOGUE_DEFAULTS
    return has_default and all(key.pattern.split(".")[0] in TIED_DEFAULTS for key in (one, other))


def key_of_number(path: str, draft: Draft) -> Key | None:
    """The key of a number, where its names stand for something; None otherwise."""
    key = draft.language.key_at(path)
    words = path.split(".")
    if key is None or key.param is None or path.startswith(("correlations.", "checks.")):
        return None
    if words[0] in SECTIONS and words[1] not in draft.names[words[0]]:
        return None
    last = words[-1] if key.pattern.endswith(".*") else ""
    names = last.replace(">", "/").split("/") if last else []
    return key if all(name in (*draft.tasks, UNSEEN) for name in names) else None


def _meant(path: str, draft: Draft) -> str:
    """The given number that was probably meant, as part of a sentence."""
    given = {*draft.quantities, *(each for each in draft.settings if each.startswith("similarity."))}
    close = nearest(path, sorted(given))
    return f'; did you mean "{close}"?' if close else "; write its path as in messages, for example tasks.email.data.price"


def correlate(draft: Draft) -> None:
    """Read every correlation: known numbers, each in one of them."""
    taken: dict[str, str] = {}
    found = []
    for name, at in draft.names["correlations"].items():
        path = f"correlations.{name}"
        for part in ("of", "value"):
            if f"{path}.{part}" not in draft.leaves and not draft.complaints.has_suggested(f"{path}.{part}"):
                draft.complaints.add(f"missing: write {name}: {{of: [PATH, PATH], value: 0.5}}", at, f"{path}.{part}")
        members = _members(name, taken, draft)
        value = draft.quantities.get(f"{path}.value")
        if value is None:
            continue
        if value.distribution.median < 0.0 and len(members) > 2:
            message = "more than two numbers can't all run against one another; give a value from 0 up, or two numbers"
            draft.complaints.add(message, draft.places[f"{path}.value"], f"{path}.value")
        found.append(Correlation(name=name, of=members, value=value.distribution.median))
    draft.correlations = tuple(found)


def _members(name: str, taken: dict[str, str], draft: Draft) -> tuple[str, ...]:
    """The sound ones among the numbers that a correlation names; a complaint about each of the others."""
    path = f"correlations.{name}.of"
    if path not in draft.settings:
        return ()
    of = draft.leaves[path]
    items = [item for item in _items(of.node) if isinstance(item, Scalar)]
    if len(items) < 2:
        draft.complaints.add("a correlation is between two numbers or more", of.node.place, path)
    return tuple(canonical(item.text) for item in items if _may_join(item, name, of, taken, draft))


def _items(node: Node) -> tuple[Node, ...]:
    return node.items if isinstance(node, Listing) else (node,)


def _may_join(item: Scalar, name: str, of: Leaf, taken: dict[str, str], draft: Draft) -> bool:
    """Whether a number may stand in a correlation; False after a complaint."""
    path = canonical(item.text)
    spelled = next((each for each in (item.text, *_turned(item.text)) if each in draft.leaves), item.text)
    message = ""
    if key_of_number(item.text, draft) is None:
        message = f"{shown(item.text)} is no number of this scenario{_meant(item.text, draft)}"
    elif path in taken:
        message = f"{path} stands in correlations.{taken[path]} already; a number may be in one"
    elif spelled in draft.tied:
        message = f"{path} is the same as {draft.tied[spelled][1]}; name that one"
    if message:
        draft.complaints.add(message, item.place, of.dotted)
        return False
    taken[path] = name
    return True
