"""Every number that can be asked for, by key; and the tree behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from tuneplan.core.costs import COSTS
from tuneplan.errors import UsageError
from tuneplan.scenario.reading.complaints import advice, listed, shown
from tuneplan.scenario.reading.ties import canonical
from tuneplan.scenario.schema import COMPONENTS
from tuneplan.study.explanation import costs, decisions, readers, scores, timing
from tuneplan.study.explanation.case import Case
from tuneplan.study.explanation.node import Node
from tuneplan.study.in_use import in_use
from tuneplan.study.results import Verdict

Tree = Callable[[], Node]


def explain(verdict: Verdict, key: str) -> Node:
    """The tree of a number down to its inputs.

    Parameters
    ----------
    key
        One of ``keys``: an output, a number of the decision, or the path of an input in use, of which
        the node tells what it is and which outputs read it; a pair of tasks may be written either way round.

    Raises
    ------
    UsageError
        No number of this run is called so; the nearest are named.
    """
    found = trees(verdict)
    name = key if key in found else canonical(key)
    if name not in found:
        raise UsageError(f"no number of this run is called {shown(key)}{_of_time(verdict, key) or _nearest(key, list(found))}")
    return found[name]()


def keys(verdict: Verdict) -> tuple[str, ...]:
    """Every key that ``explain`` takes: by strategy, then the margin, then the inputs in use."""
    return tuple(trees(verdict))


def _of_time(verdict: Verdict, key: str) -> str:
    """That launch dates do not count, to who asks for a number that is there only where they do."""
    name, _, rest = key.partition(".")
    if verdict.launches is not None or name not in verdict.run.scenario.strategies or rest.partition(".")[0] not in timing.OF_TIME:
        return ""
    return ": launch dates do not count here; a deadline or a number of the schedule makes them, with schedule.counts: yes where it says no"


def _nearest(key: str, names: list[str]) -> str:
    """What to write instead: the keys that begin so, without those below them; those of the same whose names hold its last
    word; else the most like it."""
    begun = {name: None for name in names if name.startswith(f"{key}.")}
    tops = [name for name in begun if not any(name[:end] in begun for end, letter in enumerate(name) if letter == ".")]
    if len(tops) < 2 and len(word := key.rpartition(".")[2]) > 2:
        owner = key.removesuffix(word)
        tops = sorted((name for name in names if owner and name.startswith(owner) and word in name.removeprefix(owner)), key=lambda name: name.count("."))
    return f"; did you mean one of {listed(tops)}?" if len(tops) > 1 else advice(key, names)


def trees(verdict: Verdict) -> Mapping[str, Tree]:
    """Every key, with what makes its tree: for whoever asks for many of one verdict.

    An output stands before an input of the same name.
    """
    case, found = Case(verdict), dict[str, Tree]()
    for strategy in range(len(case.strategies)):
        of_strategy = (*decisions.of_strategy(case, strategy).items(), *timing.of_strategy(case, strategy).items())
        for key, tree in (*_costs(case, strategy), *_scores(case, strategy), *of_strategy):
            found.setdefault(key, tree)
    if verdict.decision.margin is not None:
        found.setdefault("margin", partial(decisions.margin, case))
    for quantity in in_use(case.run):
        found.setdefault(quantity.listed_as, partial(readers.read_by_outputs, case, quantity.listed_as))
    return {key: partial(case.grown, tree) for key, tree in found.items()}


def _costs(case: Case, strategy: int) -> Iterator[tuple[str, Tree]]:
    name = case.strategies[strategy]
    yield f"{name}.cost", partial(costs.total, case, strategy)
    for component in COMPONENTS:
        yield f"{name}.cost.{component}", partial(costs.component, case, strategy, component)
    for entry in COSTS:
        key = costs.line_key(name, entry.name)
        yield key, partial(costs.line, case, strategy, entry.name)
        if costs.varies(case, entry):
            for task in case.tasks:
                yield f"{key}.{task}", partial(costs.line_of_task, case, strategy, entry.name, task)


def _scores(case: Case, strategy: int) -> Iterator[tuple[str, Tree]]:
    name = case.strategies[strategy]
    yield f"{name}.delivered", partial(scores.delivered, case, strategy)
    for request in case.scenario.requests:
        yield f"{name}.delivered.{request}", partial(scores.delivered_part, case, strategy, request)
        yield f"{name}.score.{request}", partial(scores.score, case, strategy, request)
        row = case.scenario.requests.index(request)
        for task in scores.other_models(case, strategy, row):
            yield f"{name}.score.{request}.{case.tasks[task]}", partial(scores.of_other, case, strategy, row, task)
