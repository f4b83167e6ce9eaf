"""Trees of scores: delivered, each request's share and score after routing, the models that answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from tuneplan.axes import Array
from tuneplan.core import nearest_tasks
from tuneplan.core.routing import misrouted_score, served_score
from tuneplan.study.explanation.case import Case, View, cell
from tuneplan.study.explanation.models import called, model
from tuneplan.study.explanation.named import Where, leaves, named, paths
from tuneplan.study.explanation.node import Node, first, summed, walk
from tuneplan.units import POINTS_PER_SCALE


def delivered_head(case: Case, strategy: int) -> Node:
    """What the average request gets, unopened."""
    key = f"{case.strategies[strategy]}.delivered"
    return Node(
        key=key, label=key, unit="point", estimate=case.points(cell(case.run.outcome.delivered, strategy)), opens=True,
        text="What the average request gets: each request's score, by its share of all requests.",
    )  # fmt: skip


def delivered(case: Case, strategy: int) -> Node:
    """What the average request gets: a sum over requests."""
    head = delivered_head(case, strategy)
    parts = [(name, _part(case, strategy, row)) for row, name in enumerate(case.scenario.requests) if weight(case, row).any()]
    children = summed(parts, partial(delivered_part, case, strategy), key=head.key, unit="point", scrambles=case.scrambles)
    return replace(head, children=children, adds_up=True)


def weight(case: Case, row: int) -> Array:
    """A request's share of all requests. ``(draw,)``"""
    return case.weights[row]  # type: ignore[no-any-return]


def _part(case: Case, strategy: int, row: int) -> Array:
    """What a request adds to the delivered score. [point]"""
    return POINTS_PER_SCALE * weight(case, row) * cell(case.run.outcome.score, strategy, row)


def delivered_part(case: Case, strategy: int, request: str) -> Node:
    """What one request adds: its share of all requests times its score."""
    row = case.scenario.requests.index(request)
    return Node(
        key=f"{case.strategies[strategy]}.delivered.{request}", label=request, unit="point", opens=True,
        estimate=case.estimate(_part(case, strategy, row)), text="Its share of all requests, times what it gets.",
        children=(share_of_requests(case, strategy, row), score(case, strategy, request)),
    )  # fmt: skip


def share_of_requests(case: Case, strategy: int, row: int) -> Node:
    """A request's share of all requests: of a task by traffic, of unseen ones as given."""
    tasks, name = len(case.tasks), case.request(row)
    rows = (row, *(other for other in range(tasks) if other != row)) if row < tasks else ()
    where = Where(strategy=strategy, columns=rows)
    return Node(
        key=f"share of requests.{name}", label=f"share of requests, {name}", unit="share",
        estimate=case.estimate(weight(case, row)), text="Its part of all requests." if row == tasks else "By traffic, less what is outside every task.",
        children=(*leaves(case, "traffic", where), *leaves(case, "unseen_share", where)),
    )  # fmt: skip


def score_head(case: Case, strategy: int, request: str) -> Node:
    """What a request gets, unopened."""
    draws = cell(case.run.outcome.score, strategy, case.scenario.requests.index(request))
    return Node(
        key=f"{case.strategies[strategy]}.score.{request}", label=f"score, {request}", unit="point", opens=True,
        estimate=case.points(draws), text="What such a request gets, once a router has sent it to a model.",
    )  # fmt: skip


def score(case: Case, strategy: int, request: str) -> Node:
    """What a request gets, once a router has sent it to a model."""
    row = case.scenario.requests.index(request)
    answers = _unseen if row == len(case.tasks) else _routed
    text, children = answers(case, strategy, row)
    node = replace(score_head(case, strategy, request), text=text, children=children)
    if len(children) == 1 and children[0].quantity is None:  # one model answers: it is its score
        only = children[0]
        return replace(node, text=text or f"Answered by {only.label.removesuffix(f', on {request}')}.", children=only.children, adds_up=only.adds_up)
    return node


def _routed(case: Case, strategy: int, row: int) -> tuple[str, tuple[Node, ...]]:
    """Who answers a task's requests: its own model, or what the router takes it for."""
    served = case.structure.model_of_task[strategy].tolist()
    own = model(case, strategy, served[row], row)
    if len(set(served)) == 1:
        return "", (own,)
    others = [task for task, each in other_models(case, strategy, row).items() if each != served[row]]
    wrong = first(others, partial(of_other, case, strategy, row), key="others")
    where = Where(strategy=strategy, requests=(row,), columns=(row,))
    if "confusion" in case.inputs.numbers:
        return "Shares of the router times the scores of the models.", (own, *named(case, "confusion", where), *wrong)
    lost = case.draws(f"misrouted of {strategy}", partial(_misrouted, strategy), 0, row)
    elsewhere = Node(
        key=f"{case.strategies[strategy]}.misrouted.{case.request(row)}", label="sent to another task's model", unit="point",
        estimate=case.points(lost), children=(*wrong, *_traffic_of_others(case, strategy, row)),
        text="What a request gets that is taken for another task's, in proportion to traffic.",
    )  # fmt: skip
    return "Accuracy x its own model + (1 - accuracy) x another task's model.", (own, *leaves(case, "router_accuracy", where), elsewhere)


def _misrouted(strategy: int, view: View) -> Array:
    """Score of a strategy's misrouted requests. ``(scenario, 1, task, draw)``"""
    models, traffic = view.inputs.structure.model_of_task[[strategy]], view.inputs["traffic"]
    sent = traffic[:, [strategy]] if traffic.shape[1] > 1 else traffic
    return misrouted_score(view.by_model, models, own=served_score(view.by_model, models), traffic=sent)


def other_models(case: Case, strategy: int, row: int) -> dict[int, int]:
    """Models beside its own that a request may be sent to, each by the first task that it serves; for unseen
    requests, where the nearest task's model answers, all of them."""
    served, tasks = case.structure.model_of_task[strategy].tolist(), len(case.tasks)
    if len(set(served)) == 1 or (row == tasks and case.structure.strategies[strategy].fallback != "nearest"):
        return {}
    firsts = {each: served.index(each) for each in dict.fromkeys(served) if row == tasks or each != served[row]}
    return {task: each for each, task in firsts.items()}


def of_other(case: Case, strategy: int, row: int, task: int) -> Node:
    """What another task's model gives a request."""
    node = model(case, strategy, int(case.structure.model_of_task[strategy][task]), row)
    return replace(node, key=f"{case.strategies[strategy]}.score.{case.request(row)}.{case.tasks[task]}", opens=True)


def _traffic_of_others(case: Case, strategy: int, row: int) -> tuple[Node, ...]:
    others = tuple(task for task in range(len(case.tasks)) if task != row)
    return leaves(case, "traffic", Where(strategy=strategy, columns=others))


def answering(case: Case, strategy: int, row: int) -> tuple[list[int], list[str]]:
    """Models that may answer a request, and paths of the inputs that decide which."""
    served = list(dict.fromkeys(case.structure.model_of_task[strategy].tolist()))
    others = tuple(task for task in range(len(case.tasks)) if task != row)
    everything = Where(strategy=strategy, requests=(row,), columns=others)
    if row < len(case.tasks):
        names = ("confusion",) if "confusion" in case.inputs.numbers else ("router_accuracy", "traffic")
        return served, [path for name in names for path in paths(case, name, everything)] if len(served) > 1 else []
    fallback = case.structure.strategies[strategy].fallback
    if fallback == "api":
        return [], [each.key for node in named(case, "fallback_score", everything) for each in walk(node)]
    if fallback == "base":
        return [int(case.structure.base_of_strategy[strategy])], []
    return served, paths(case, "similarity", everything) if len(served) > 1 else []


def _unseen(case: Case, strategy: int, row: int) -> tuple[str, tuple[Node, ...]]:
    """Who answers requests outside every task: an API model, the base, or the model of the most similar task."""
    spec, where = case.structure.strategies[strategy], Where(strategy=strategy, requests=(row,), columns=tuple(range(row)))
    if spec.fallback == "api":
        api = case.scenario.word("router.api", "an API model")
        return f"Answered by {api} (router.fallback).", named(case, "fallback_score", where)
    if spec.fallback == "base":
        return "Answered by the base (router.fallback).", (model(case, strategy, int(case.structure.base_of_strategy[strategy]), row),)
    others = other_models(case, strategy, row)
    if not others:
        return "", (model(case, strategy, int(case.structure.model_of_task[strategy][0]), row),)
    near, served = nearest_tasks(case.inputs), case.structure.model_of_task[strategy]
    chosen = {task: float(sum(cell(near, 0, each).mean() for each in np.flatnonzero(served == answers).tolist())) for task, answers in others.items()}
    ranked = sorted(chosen.items(), key=lambda pair: -pair[1])
    models = first(ranked, lambda pair: _as_nearest(case, strategy, row, *pair), key="nearest")
    return "Answered by the model of the task most like it, draw by draw.", (*models, *leaves(case, "similarity", where))


def _as_nearest(case: Case, strategy: int, row: int, task: int, share: float) -> Node:
    node = of_other(case, strategy, row, task)
    return replace(node, label=f"{called(case, int(case.structure.model_of_task[strategy][task]))}, the nearest in {100.0 * share:.0f} % of draws")
