"""What must hold between keys: nothing missing, nothing said in two ways, nothing out of place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tuneplan.scenario import catalogue
from tuneplan.scenario.reading.complaints import Complaints, listed, shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.language import LIKE, SECTIONS
from tuneplan.scenario.reading.strategy_checks import STRATEGY_RULES, has_unseen, trains
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table
from tuneplan.scenario.records import UNSEEN, Place, Quantity
from tuneplan.scenario.schema import DEFAULT_GPU, Key

MOST_OF = {"tasks": 250, "strategies": 64}
"""How many tasks and strategies a scenario may have: more could not be run within seconds."""
DECIDED_BEFORE = (
    "budget.limit", "budget.confidence", "lora.rank", "training.sequence_length", "serving.latency",
)  # fmt: skip
"""Numbers that no draw may change."""
_PER_CENT = re.compile("%|percent", re.IGNORECASE)
_LEVEL = re.compile(r"^[^%]*%\s*CI\b", re.IGNORECASE)


def check(draft: Draft) -> None:
    """Add a complaint for every rule that the draft breaks."""
    for rule in RULES:
        rule(draft)


def check_counts(names: dict[str, dict[str, Place]], root: Place, complaints: Complaints) -> None:
    """At least one task and one strategy, and not too many."""
    for section in SECTIONS:
        count, most = len(names[section]), MOST_OF[section]
        if count == 0 and section not in complaints.suggested and not _blamed(section, complaints):
            complaints.add("missing; at least one is needed", root, section)
        elif count > most:
            place = next(iter(names[section].values()))
            complaints.add(f"{count} are given; at most {most} are read", place, section)


def _blamed(section: str, complaints: Complaints) -> bool:
    """Whether a complaint about a section, or a name in it, was made already."""
    return any(problem.path.split(".")[0] == section for problem in complaints.problems)


def _nothing_missing(draft: Draft) -> None:
    given = frozenset(draft.leaves)
    for key in draft.language.keys:
        if not key.required or key.later:
            continue
        for path, place in _instances(key, draft):
            if path not in given and not draft.complaints.has_suggested(path):
                words = f"; allowed: {listed(key.words)}" if key.words else ""
                draft.complaints.add(f"missing: {key.doc.rstrip('.')}{words}", place, path)


def _instances(key: Key, draft: Draft) -> Iterator[tuple[str, Place]]:
    """Paths that a required key stands for, each with the place of the mapping that lacks it.

    What is like another is asked only for what the other one has: an override has no copies.
    """
    words = key.pattern.split(".")
    root = draft.places[""]
    if words[0] in SECTIONS and words[1] == "*" and "*" not in words[2:]:
        names = draft.tasks if words[0] == "tasks" else draft.strategies
        for name in names:
            owner, rest = f"{words[0]}.{name}", ".".join(words[2:])
            if owner not in draft.copies or f"{draft.copies[owner]}.{rest}" in draft.leaves:
                yield f"{owner}.{rest}", draft.places[owner]
    elif "*" not in words and (words[0] != UNSEEN or has_unseen(draft)):
        yield key.pattern, draft.places.get(words[0], root)


def _one_way_to_price(draft: Draft) -> None:
    for path, leaf in draft.leaves.items():
        if not leaf.key.pattern.startswith("tasks.*.data.labelling."):
            continue
        price = draft.leaves.get(".".join((*leaf.path[:3], "price")))
        if price is not None and not (leaf.origin.startswith(LIKE) and price.origin.startswith(LIKE)):
            draft.complaints.add("data.price is given too; give the price or the labelling", leaf.at, path)


def _provider_rents_the_card(draft: Draft) -> None:
    provider, gpu = draft.settings.get("gpu.provider"), str(draft.settings.get("gpu.kind", DEFAULT_GPU))
    if not isinstance(provider, str) or gpu not in catalogue.gpus(draft.rows) or provider in draft.refused:
        return
    if "gpu.kind" in draft.leaves and "gpu.kind" not in draft.settings:
        return  # blamed already
    spot = draft.settings.get("gpu.spot") is True
    same_card = draft.settings.get("serving.gpu", gpu) == gpu
    wanted = [spot] * ("gpu.price" not in draft.leaves) + [False] * (
        spot and same_card and "serving.price" not in draft.leaves
    )
    for kind in wanted:
        try:
            catalogue.gpu_price(gpu, provider, spot=kind, own=draft.rows)
        except LookupError as error:
            draft.complaints.add(str(error), draft.places["gpu.provider"], "gpu.provider")


def _trained_tasks_have_examples(draft: Draft) -> None:
    training = [name for name in draft.strategies if trains(name, draft)]
    silent = [name for name in training if f"strategies.{name}.examples" not in draft.leaves]
    lacking: dict[str, str] = {}
    for task in draft.tasks:
        asking = [name for name in silent if f"strategies.{name}.examples.{task}" not in draft.leaves]
        if asking and f"tasks.{task}.data.examples" not in draft.leaves:
            lacking[f"tasks.{task}"] = asking[0]
    for owner, name in lacking.items():
        path = f"{owner}.data.examples"
        original = draft.copies.get(owner, owner)
        asked = original == owner or (original in draft.places and original not in lacking)
        if asked and not draft.complaints.has_suggested(path):
            message = f"missing: strategy {name} trains on it; add data: {{examples: 5k}}, or 0 for none"
            draft.complaints.add(message, draft.places[owner], path)


def _router_is_said_once(draft: Draft) -> None:
    given = [path for path in draft.quantities if path.startswith("router.confusion.")]
    if given and "router.accuracy" in draft.leaves:
        draft.complaints.add("router.accuracy is given too; give one of them", draft.places[given[0]], given[0])
    for task in draft.tasks:
        away = [path for path in given if path.removeprefix("router.confusion.").startswith(f"{task}>")]
        if sum(draft.quantities[path].distribution.median for path in away) > 1.0:
            message = f"more than 100% of {task}'s requests are sent elsewhere"
            draft.complaints.add(message, draft.places[away[-1]], away[-1])


def _limits_are_certain(draft: Draft) -> None:
    for path in (*DECIDED_BEFORE, *(f"correlations.{name}.value" for name in draft.names["correlations"])):
        given = draft.quantities.get(path)
        if given is not None and not given.distribution.is_point:
            message = "this is decided before anything is known: give one number, not an interval"
            draft.complaints.add(message, draft.places[path], path)


def _per_cent_fits_the_scale(draft: Draft) -> None:
    ends = [leaf for path, leaf in draft.leaves.items() if path.endswith((".score.best", ".score.worst"))]
    scaled = {leaf.path[:-2] for leaf in ends}
    scaled_here = {leaf.path[:-2] for leaf in ends if not leaf.origin.startswith(LIKE)}
    for path, given in draft.quantities.items():
        leaf = draft.leaves[path]
        requests = _scored(leaf.path, draft.tasks) if given.unit == "score" else set()
        if leaf.origin.startswith(LIKE):
            requests = set() if leaf.path[0] == "strategies" else requests & scaled_here
        if requests & scaled and any(map(_PER_CENT.search, _amounts(leaf.node))):
            scale = "per cent reads as hundredths; this metric has a scale of its own"
            draft.complaints.add(f"{scale}: write the number on it", draft.places[path], path)


def _scored(path: tuple[str, ...], tasks: Sequence[str]) -> set[tuple[str, ...]]:
    """Paths of the requests on whose scale a score stands; none for the ends of a scale."""
    every = {**{name: ("tasks", name) for name in tasks}, UNSEEN: (UNSEEN,)}
    if path[0] == "strategies":
        return {every[name] for name in path[3:] if name in every} if path[3:] else set(every.values())
    if path == ("router", "score"):
        return {(UNSEEN,)}
    return set() if path[-1] in ("best", "worst") else {path[:-2]}


def _amounts(node: Node) -> Iterator[str]:
    """The texts of the numbers in a quantity, without levels, weights and sources."""
    if isinstance(node, Scalar):
        yield _LEVEL.sub("", node.text)
    elif isinstance(node, Listing):
        for item in node.items:
            yield from _amounts(item)
    else:
        for key, value in node.entries:
            if key.text in ("value", "ci"):
                yield from _amounts(value)
            elif key.text == "choices" and isinstance(value, Table):
                yield from (number.text for number, _ in value.entries)


def _private_means_no_api(draft: Draft) -> None:
    if draft.settings.get("privacy") == "no external API":
        for path in ("serving.mode", *(f"strategies.{name}.serving" for name in draft.strategies)):
            if draft.settings.get(path) == "hosted":
                message = 'a host is an external API, which "privacy: no external API" rules out; try own or scale_to_zero'
                draft.complaints.add(message, draft.places[path], path)
        fallback = draft.settings.get("router.fallback") == "api"
        paths = [f"strategies.{name}.api" for name in draft.strategies]
        for path in (*paths, *(("router.fallback",) if fallback else ())):
            if path in draft.leaves:
                message = 'an external API, which "privacy: no external API" rules out'
                draft.complaints.add(message, draft.places[path], path)


def _fallback_api_is_named(draft: Draft) -> None:
    if draft.settings.get("router.fallback") == "api" and "router.api" not in draft.leaves:
        message = "missing: the fallback is an API model; name it"
        draft.complaints.add(message, draft.places["router.fallback"], "router.api")
    if draft.settings.get("router.fallback") == "api" and "router.score" not in draft.leaves:
        message = "missing: the fallback is an API model; say how it scores on unseen requests, for example 0.60 to 0.70"
        draft.complaints.add(message, draft.places["router.fallback"], "router.score")


def _scales_have_two_ends(draft: Draft) -> None:
    for request in (*(f"tasks.{name}" for name in draft.tasks), UNSEEN):
        pattern = "unseen" if request == UNSEEN else "tasks.*"
        given = [path for end in ("best", "worst") if (path := f"{request}.score.{end}") in draft.leaves]
        worst = _median(draft, f"{request}.score.worst", f"{pattern}.score.worst")
        best = _median(draft, f"{request}.score.best", f"{pattern}.score.best")
        if not given or worst is None or best is None:
            continue
        if worst == best:
            draft.complaints.add("score.worst and score.best are the same", draft.places[given[0]], given[0])
        elif worst > best and f"{request}.score.floor" not in draft.leaves:
            message = "missing: a metric that falls (worst above best) needs the score of a ruined model"
            draft.complaints.add(message, draft.places[given[0]], f"{request}.score.floor")


def _scores_lie_on_their_scale(draft: Draft) -> None:
    for request in (*(f"tasks.{name}" for name in draft.tasks), UNSEEN):
        pattern = "unseen" if request == UNSEEN else "tasks.*"
        ends = [_median(draft, f"{request}.score.{end}", f"{pattern}.score.{end}") for end in ("worst", "best")]
        worst, best = ends
        if worst is None or best is None or worst == best:
            continue
        name = request.removeprefix("tasks.")
        own = [f"{request}.score.{word}" for word in ("base", "ceiling", "floor", "must")]
        elsewhere = [f"strategies.{strategy}.score.{name}" for strategy in draft.strategies]
        for path in (*own, *elsewhere, *(("router.score",) if request == UNSEEN else ())):
            _lies_between(draft, path, min(worst, best), max(worst, best))
        base, ceiling = (draft.quantities.get(f"{request}.score.{word}") for word in ("base", "ceiling"))
        if base is not None and ceiling is not None and _fall(base, ceiling) * (best - worst) > 0.0:
            path = f"{request}.score.ceiling"
            draft.complaints.add("the ceiling is worse than the base", draft.places[path], path)


def _fall(one: Quantity, other: Quantity) -> float:
    return one.distribution.median - other.distribution.median


def _lies_between(draft: Draft, path: str, low: float, high: float) -> None:
    given = draft.quantities.get(path)
    if given is None or draft.leaves[path].origin.startswith(LIKE) or low <= given.distribution.median <= high:
        return
    remedy = ""
    if (low, high) == (0.0, 1.0) and 1.0 < given.distribution.median <= 100.0:
        remedy = "; are per cent meant, or score.best: 100?"
    message = f"{shown(given.text)} lies outside the metric's scale, {low:.6g} to {high:.6g}{remedy}"
    draft.complaints.add(message, draft.places[path], path)


def _median(draft: Draft, path: str, pattern: str) -> float | None:
    """Median of what was given, else of the declared default; None after a complaint about it."""
    if path in draft.leaves:
        return draft.quantities[path].distribution.median if path in draft.quantities else None
    return draft.language.default_of(pattern)


RULES: tuple[Callable[[Draft], None], ...] = (
    _nothing_missing,
    _provider_rents_the_card,
    _one_way_to_price,
    *STRATEGY_RULES,
    _trained_tasks_have_examples,
    _limits_are_certain,
    _router_is_said_once,
    _per_cent_fits_the_scale,
    _private_means_no_api,
    _fallback_api_is_named,
    _scales_have_two_ends,
    _scores_lie_on_their_scale,
)
"""Every rule between keys."""
