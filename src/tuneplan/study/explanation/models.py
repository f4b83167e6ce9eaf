"""The score of one model on one request: what it started from, the parts of the law, what the law misses."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tuneplan.axes import Array
from tuneplan.core import columns, learning
from tuneplan.core.learning import clashed_score
from tuneplan.scenario.lowering.finishing import scored_models
from tuneplan.study.explanation.case import Case, Reads, View, cell
from tuneplan.study.explanation.law import ALL, ONE, OTHERS, OWN, PARTS, Part
from tuneplan.study.explanation.named import Where, leaves, named, paths
from tuneplan.study.explanation.node import MOST_CHILDREN, Node, first

MOST_NAMES = 3
"""Tasks by which a model is called; the rest are counted."""


def model(case: Case, strategy: int, row: int, request: int) -> Node:
    """What a model scores on a request, everything in: a sum of three parts, or the score of an untrained model."""
    name, on = called(case, row), case.request(request)
    key = f"{case.strategies[strategy]}.{code(case, row)}.{on}"
    if not case.members(row):
        return replace(start(case, strategy, row, request), key=key, label=f"{name}, on {on}")
    draws, law = case.draws("score", lambda view: view.by_model, row, request), case.draws("law", PARTS["law"].value, row, request)
    clashed = case.draws("clashed", lambda view: clashed_score(view.inputs, view.learned), row, request)
    make = partial(part, case, strategy, row, request)
    children = [*make("law")]
    for taken in make("clash"):
        children.append(_addend(case, clashed - law, f"{key}.format_clash", "format clash", "What a format clash takes away.", (taken,)))
    for missed in make("error"):
        children.append(_addend(case, draws - clashed, missed.key, missed.label, missed.text, missed.children))
    return Node(
        key=key, label=f"{name}, on {on}", unit="point", estimate=case.points(draws), children=tuple(children), adds_up=True,
        text="By the law, less format clashes, with what the law misses.",
    )  # fmt: skip


def _addend(case: Case, draws: Array, key: str, label: str, text: str, children: tuple[Node, ...]) -> Node:
    return Node(key=key, label=label, unit="point", estimate=case.points(draws), text=text, children=children)


def called(case: Case, row: int) -> str:
    """A model in words: by what it was trained on."""
    model = case.structure.models[row]
    if not case.members(row):
        spec = case.structure.strategies[model.owner]
        api = case.scenario.word(f"strategies.{spec.name}.api", "")
        return f"{api or 'API model'}, prompted" if model.key.startswith("prompted ") else f"{spec.base}, prompted"
    names = [case.column(column) for column in sorted(model.last)]
    more = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    before = " after others" if model.earlier else ""
    how = "merged from those of" if model.merged_from else "trained on"
    return f"the model {how} {' + '.join([*names[:MOST_NAMES], *more])}{before}"


def code(case: Case, row: int) -> str:
    """A model in keys."""
    names = [case.column(column) for column in sorted(case.structure.models[row].last)] or ["untrained"]
    more = [f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES else []
    return f"model {row} ({' + '.join([*names[:MOST_NAMES], *more])})"


def start(case: Case, strategy: int, row: int, request: int) -> Node:
    """What a model scores before any training: as measured, moved to its size, or a score of its own."""
    model, where = case.structure.models[row], Where(strategy=strategy, model=row, requests=(request,))
    key = f"{case.strategies[strategy]}.{code(case, row)}.{case.request(request)}.start"
    own = Where(strategy=model.owner, model=row, requests=(request,))
    if row in scored_models(case.structure) and paths(case, "prompted_score", own):
        children, text = named(case, "prompted_score", own), "The score that it was given."
    elif case.choices(model.owner).resized():
        names = ("measured_base", "ceiling", "size_exponent", "base_params", "measured_params")
        children = tuple(node for name in names for node in named(case, name, where))
        text = "The gap to the ceiling of the base that was scored, moved to the size of this one."
    else:
        children, text = named(case, "measured_base", where), "What the base scores, prompted, before any training."
    if len(children) == 1 and children[0].children:
        children = children[0].children
    estimate = case.points(cell(case.inputs["base"], row, request))
    return Node(key=key, label="before training", unit="point", estimate=estimate, text=text, children=children)


# --- parts of the law ----------------------------------------------------------------------------


def visible(case: Case, row: int, request: int) -> dict[str, tuple[int, ...]]:
    """Parts of the law that a model's score on a request is made of, each with the sources that it looks at."""
    if not case.members(row):
        return {}
    found: dict[str, tuple[int, ...]] = {}
    asked = ["law", "clash", "error"]
    while asked:
        name = asked.pop()
        sources = _sources(case, PARTS[name].looks_at, row, request)
        if name not in found and _is_there(case, row, name, sources):
            found[name] = sources
            asked += PARTS[name].parts
    return found


def _is_there(case: Case, row: int, name: str, sources: tuple[int, ...]) -> bool:
    """Whether there is anything for a part to look at."""
    return bool(sources or not PARTS[name].looks_at) and (name != "held" or _is_adapter(case, row))


def part(case: Case, strategy: int, row: int, request: int, name: str) -> tuple[Node, ...]:
    """A part of the law in one model, for one request; nothing where it looks at examples that there are none of."""
    found = PARTS[name]
    sources = _sources(case, found.looks_at, row, request)
    if not _is_there(case, row, name, sources):
        return ()
    by_request = case.thin.made(name, found.value).shape[2] > 1
    said = f"{case.request(request)}." if by_request else ""
    key = f"{case.strategies[strategy]}.{code(case, row)}.{said}{name}"
    draws, is_score = case.draws(name, found.value, row, request if by_request else 0), found.unit == "score"

    def make() -> tuple[Node, ...]:
        estimate = case.points(draws) if is_score else case.estimate(draws)
        children = _behind(case, strategy, row, request, name, sources)
        unit = "point" if is_score else found.unit
        return (Node(key=key, label=found.label, text=found.text, unit=unit, estimate=estimate, children=children),)

    return case.once(key, make)


def _sources(case: Case, looks_at: str, row: int, request: int) -> tuple[int, ...]:
    members = case.members(row)
    if looks_at == OWN:
        return tuple(column for column in members if column == request < len(case.tasks))
    if looks_at == OTHERS:
        return tuple(column for column in members if column != request or request == len(case.tasks))
    return members if looks_at == ALL else ()


def _is_adapter(case: Case, row: int) -> bool:
    return bool(cell(case.inputs["is_adapter"], case.structure.models[row].owner)[0] > 0.0)


def _behind(case: Case, strategy: int, row: int, request: int, name: str, sources: tuple[int, ...]) -> tuple[Node, ...]:
    """Starting points, parts, examples by column, and the numbers that the part itself reads."""
    found, model = PARTS[name], case.structure.models[row]
    if name == "gap" and model.merged_from:
        return _merged(case, strategy, row, request)
    nodes = [node for each in found.parts for node in part(case, strategy, row, request, each)]
    if name == "law":
        nodes = [start(case, strategy, row, request), *named(case, "ceiling", _where(case, strategy, row, request)), *nodes]
    if found.counts:
        nodes += first(_largest(case, row, sources), partial(usable, case, strategy, row), key=name)
    if name == "borrowed" and all(column < len(case.tasks) for column in model.last):
        nodes += leaves(case, "replay", Where(strategy=strategy))
    return (*nodes, *_numbers(case, strategy, row, request, found, sources))


def _largest(case: Case, row: int, sources: tuple[int, ...]) -> list[int]:
    """Sources of examples in their order; the largest first where they are too many to be shown."""
    if len(sources) <= MOST_CHILDREN:
        return list(sources)
    examples = case.thin.made("usable", lambda view: columns.usable(view.inputs))
    return sorted(sources, key=lambda column: -float(cell(examples, row, column).mean()))


def _where(case: Case, strategy: int, row: int, request: int) -> Where:
    return Where(strategy=strategy, model=row, requests=(request,))


def _numbers(case: Case, strategy: int, row: int, request: int, found: Part, sources: tuple[int, ...]) -> tuple[Node, ...]:
    """Numbers that a part reads itself, the examples aside where they stand there already."""
    where = Where(
        strategy=strategy, model=row, requests=() if found.among else (request,), columns=sources, among=found.among
    )
    nodes: dict[str, Node] = {}
    for name in case.read_by(*found.reads):
        nodes |= {node.key: node for node in named(case, name, where)}
    return tuple(nodes.values())


USABLE: tuple[Reads, ...] = (lambda inputs, learned: columns.usable(inputs),)
FADED: tuple[Reads, ...] = (*USABLE, lambda inputs, learned: columns.lasting(inputs, ONE, ONE))
"""What reads the numbers behind usable examples, and behind those that a later stage made fade."""


def usable(case: Case, strategy: int, row: int, column: int) -> Node:
    """Examples of one column, discounted; faded where a later stage followed."""
    key = f"{case.strategies[strategy]}.{code(case, row)}.usable({case.column(column)})"
    return case.once(key, lambda: (_usable(case, row, column, key),))[0]


def _lasting(view: View) -> Array:
    examples = columns.usable(view.inputs)
    return columns.lasting(view.inputs, examples, columns.replaced(view.inputs, examples))


def _usable(case: Case, row: int, column: int, key: str) -> Node:
    model = case.structure.models[row]
    fades = column in model.earlier
    draws = case.draws("lasting", _lasting, row, column) if fades else case.draws("usable", lambda view: columns.usable(view.inputs), row, column)
    reads, forgot = (FADED, ", less what was forgotten in the last stage") if fades else (USABLE, "")
    where = Where(strategy=model.owner, model=row, columns=(column,))
    children = [node for name in case.read_by(*reads) for node in named(case, name, where)]
    return Node(
        key=key, label=f"usable examples of {case.column(column)}", unit="example", estimate=case.estimate(draws),
        text=f"Examples, discounted for quality and repetition{forgot}.", children=tuple(children),
    )  # fmt: skip


def _merged(case: Case, strategy: int, row: int, request: int) -> tuple[Node, ...]:
    """The gap of a merged model: what its specialists close, and the share of it that the merge keeps."""
    share = case.draws("merge_share", lambda view: learning.merge_share(view.inputs), row)
    names = case.read_by(lambda inputs, learned: learning.merge_share(inputs))
    where = _where(case, strategy, row, request)
    kept = Node(
        key=f"{case.strategies[strategy]}.{code(case, row)}.merge_share", label="share kept by the merge", unit="share",
        text="Share of what the specialists gained that the merged model keeps.", estimate=case.estimate(share),
        children=tuple(node for name in names for node in named(case, name, where)),
    )  # fmt: skip
    specialists = [
        replace(node, label=f"{node.label} by {called(case, each)}")
        for each in case.structure.models[row].merged_from[:MOST_CHILDREN]
        for node in part(case, strategy, each, request, "gap")
    ]
    return (kept, *specialists)
