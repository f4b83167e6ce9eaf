"""What must hold between keys: nothing missing, nothing said in two ways, nothing out of place."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tuneplan.scenario import catalogue
from tuneplan.scenario.reading.complaints import Complaints, listed
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.language import LIKE, SECTIONS
from tuneplan.scenario.reading.plan_checks import PLAN_RULES
from tuneplan.scenario.reading.score_checks import SCORE_RULES
from tuneplan.scenario.reading.strategy_checks import STRATEGY_RULES, has_unseen, trains
from tuneplan.scenario.reading.time_checks import TIME_RULES
from tuneplan.scenario.records import UNSEEN, Place
from tuneplan.scenario.schema import DEFAULT_GPU, Key

MOST_OF = {"tasks": 250, "strategies": 64}
"""How many tasks and strategies a scenario may have: more could not be run within seconds."""
DECIDED_BEFORE = (
    "budget.limit", "budget.confidence", "lora.rank", "training.sequence_length", "serving.latency",
)  # fmt: skip
"""Numbers that no draw may change."""


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
        minutes = ".".join((*leaf.path[:4], "minutes"))
        if price is None and minutes not in draft.leaves and not leaf.origin.startswith(LIKE) and not draft.complaints.has_suggested(minutes):
            draft.complaints.suggested.add(minutes)
            draft.complaints.add("missing: Minutes for one label, without which nothing else of the labelling is read", leaf.at, minutes)


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
            message = f"missing: strategy {name} trains on it; add data: {{examples: 5k}}, auto to have a plan find it, or 0 for none"
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
    named = [f"correlations.{name}.value" for name in draft.names["correlations"]]
    named += [f"checks.{name}.{word}" for name in draft.names["checks"] for word in ("n", "cost", "days")]
    for path in (*DECIDED_BEFORE, *named):
        given = draft.quantities.get(path)
        if given is not None and not given.distribution.is_point:
            message = "this is decided before anything is known: give one number, not an interval"
            draft.complaints.add(message, draft.places[path], path)


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


RULES: tuple[Callable[[Draft], None], ...] = (
    _nothing_missing,
    _provider_rents_the_card,
    _one_way_to_price,
    *STRATEGY_RULES,
    _trained_tasks_have_examples,
    _limits_are_certain,
    _router_is_said_once,
    _private_means_no_api,
    _fallback_api_is_named,
    *SCORE_RULES,
    *PLAN_RULES,
    *TIME_RULES,
)
"""Every rule between keys."""
