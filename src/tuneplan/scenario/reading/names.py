"""Names that must stand for something: tasks in pairs, in groups, in tables by task."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tuneplan.scenario.reading.complaints import Complaints, advice, position, shown
from tuneplan.scenario.reading.tree import Listing, Node, Scalar
from tuneplan.scenario.reading.walk import Leaf
from tuneplan.scenario.records import UNSEEN

_PAIR = re.compile(r"([^/>]+)([/>])([^/>]+)")


def check_names(leaves: Iterable[Leaf], tasks: Sequence[str], complaints: Complaints) -> None:
    """Complain about tasks that do not exist and pairs that are given twice."""
    known = frozenset(tasks)
    pairs: dict[tuple[tuple[str, ...], frozenset[str]], list[tuple[str, str, Leaf]]] = defaultdict(list)
    for leaf in leaves:
        role = _role(leaf)
        name = leaf.path[-1]
        if role == "pair":
            found = _pair(leaf, known, complaints)
            if found is not None:
                left, sign, right = found
                _add_pair(pairs[leaf.path[:-1], frozenset((left, right))], (sign, left, leaf), complaints)
        elif role == "misroute":
            found = _pair(leaf, known, complaints)
            if found is not None and found[1] != ">":
                complaints.add("write a>b: the share of a's requests that go to b", leaf.at, leaf.dotted)
        elif role and name not in known and not (role == "request" and name == UNSEEN):
            allowed = (*tasks, UNSEEN) if role == "request" else tasks
            complaints.add(f"unknown task {shown(name)}{advice(name, allowed)}", leaf.at, leaf.dotted)


def _role(leaf: Leaf) -> str:
    """What the last name of a path stands for: pair, task, request, or nothing to check."""
    param, pattern = leaf.key.param, leaf.key.pattern
    if param is None or not pattern.endswith(".*"):
        return ""
    if param.scope == "misroute":
        return "misroute"
    if param.scope == "pair":
        return "task" if pattern.startswith(f"{UNSEEN}.") else "pair"
    return "task" if param.scope == "task" else "request"


def _pair(leaf: Leaf, known: frozenset[str], complaints: Complaints) -> tuple[str, str, str] | None:
    """Left, sign and right of a pair of two tasks, or None after a complaint."""
    match = _PAIR.fullmatch(leaf.path[-1])
    if match is None:
        complaints.add("write a pair as a/b, or a>b where only a helps b", leaf.at, leaf.dotted)
        return None
    left, sign, right = match.groups()
    unknown = [name for name in (left, right) if name not in known]
    for name in unknown:
        complaints.add(f"unknown task {shown(name)}{advice(name, sorted(known))}", leaf.at, leaf.dotted)
    if unknown:
        return None
    if left == right:
        complaints.add("a task and itself are no pair", leaf.at, leaf.dotted)
        return None
    return left, sign, right


def _add_pair(same: list[tuple[str, str, Leaf]], new: tuple[str, str, Leaf], complaints: Complaints) -> None:
    """Note a pair; within one file or override it says everything once, over another it holds."""
    sign, left, leaf = new
    for other_sign, other_left, other in same:
        if leaf.origin == other.origin and ("/" in (sign, other_sign) or left == other_left):
            first = f"first at {position(other.at)}"
            message = f"this pair is given twice; {first}; give a/b once, or a>b and b>a"
            complaints.add(message, leaf.at, leaf.dotted)
            break
    same.append(new)


Groups = tuple[tuple[str, ...], ...]


def read_groups(leaf: Leaf, tasks: Sequence[str], complaints: Complaints) -> Groups | None:
    """A list of groups in which every task stands exactly once, or None after a complaint."""
    before = len(complaints.problems)
    groups = _lists_of_texts(leaf, complaints)
    first: dict[str, Scalar] = {}
    for task in (task for group in groups for task in group):
        name = shown(task.text)
        if task.text not in tasks:
            complaints.add(f"unknown task {name}{advice(task.text, tasks)}", task.place, leaf.dotted)
        elif task.text in first:
            earlier = position(first[task.text].place)
            complaints.add(f"task {name} is in two groups; first at {earlier}", task.place, leaf.dotted)
        first.setdefault(task.text, task)
    if len(complaints.problems) == before:
        for name in (name for name in tasks if name not in first):
            message = f"task {shown(name)} is in no group; each task stands in one"
            complaints.add(message, leaf.node.place, leaf.dotted)
    if len(complaints.problems) > before:
        return None
    return tuple(tuple(task.text for task in group) for group in groups)


def _lists_of_texts(leaf: Leaf, complaints: Complaints) -> list[list[Scalar]]:
    form = "write groups as lists of tasks, for example [[a, b], [c]], or search"
    if not isinstance(leaf.node, Listing):
        complaints.add(form, leaf.at if _is_empty(leaf.node) else leaf.node.place, leaf.dotted)
        return []
    groups: list[list[Scalar]] = []
    for group in leaf.node.items:
        items = group.items if isinstance(group, Listing) else ()
        texts = [task for task in items if isinstance(task, Scalar)]
        if not texts or len(texts) < len(items):
            complaints.add(form, group.place, leaf.dotted)
        else:
            groups.append(texts)
    return groups


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_empty
