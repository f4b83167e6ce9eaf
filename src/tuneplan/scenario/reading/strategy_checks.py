"""What must hold within a strategy: it has a kind, a prompted model has scores, nothing is read in vain."""

from __future__ import annotations

from collections.abc import Callable

from tuneplan.core.strategies import STRATEGIES
from tuneplan.scenario.reading.complaints import advice, listed
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.language import LIKE
from tuneplan.scenario.records import UNSEEN

OF_PROMPTED = ("api", "like_base", "prompt_tokens")
"""Words of a strategy that mean something only where nothing is trained."""
OF_TRAINED = (
    "examples", "existing", "quality", "epochs", "price", "licence", "replay", "method", "framing", "routed",
)  # fmt: skip
"""Words that mean something only where a model is trained."""
OF_FORMS = {
    "law.additive_capacity": ("law.interference_form", "additive"),
    "law.saturation_examples": ("law.transfer_form", "saturating"),
    "law.saturation_sharpness": ("law.transfer_form", "saturating"),
    "router.api": ("router.fallback", "api"),
    "router.score": ("router.fallback", "api"),
}
"""Keys that mean something only under one choice of another."""


def has_unseen(draft: Draft) -> bool:
    """Whether requests that nobody trained for come at all."""
    if any(path.startswith(f"{UNSEEN}.") for path in draft.leaves):
        return True
    return bool(draft.language.default_of(f"{UNSEEN}.share"))


def trains(name: str, draft: Draft) -> bool:
    """Whether a strategy trains a model; False as well where its kind is not known."""
    if f"strategies.{name}.groups" in draft.leaves:
        return True
    kind = draft.settings.get(f"strategies.{name}.kind", name)
    return (
        isinstance(kind, str)
        and kind in STRATEGIES
        and bool(STRATEGIES[kind].function(len(draft.tasks)).stages)
    )


def _strategies_have_a_kind(draft: Draft) -> None:
    members = draft.language.strategies
    for name in draft.strategies:
        path = f"strategies.{name}"
        kind, groups = draft.leaves.get(f"{path}.kind"), draft.leaves.get(f"{path}.groups")
        if kind is not None and groups is not None:
            draft.complaints.add("kind and groups are both given; give one", groups.at, f"{path}.groups")
        elif kind is None and groups is None and name not in members and path not in draft.copies:
            message = f"needs kind or groups, as its name is no kind{advice(name, members)}"
            draft.complaints.add(message, draft.places[path], path)


def _prompted_models_have_scores(draft: Draft) -> None:
    requests = (*draft.tasks, *((UNSEEN,) if has_unseen(draft) else ()))
    for name in draft.strategies:
        path = f"strategies.{name}"
        if trains(name, draft) or not _kind_is_known(name, draft):
            continue
        if f"{path}.score" in draft.leaves or draft.settings.get(f"{path}.like_base") is True:
            continue
        silent = [request for request in requests if f"{path}.score.{request}" not in draft.leaves]
        if silent:
            api = draft.leaves.get(f"{path}.api")
            what = "an API model" if api is not None else "a prompted model"
            remedy = f"add score: {{{silent[0]}: 0.60 to 0.70}}, or like_base: yes if it scores like the base"
            place = api.at if api is not None else draft.places[path]
            draft.complaints.add(f"{what} without a score for {listed(silent)}; {remedy}", place, path)


def _kind_is_known(name: str, draft: Draft) -> bool:
    return str(draft.settings.get(f"strategies.{name}.kind", name)) in STRATEGIES


def _nothing_is_read_in_vain(draft: Draft) -> None:
    for path, leaf in draft.leaves.items():
        if leaf.origin.startswith(LIKE):
            continue
        if path in OF_FORMS and draft.settings.get(OF_FORMS[path][0]) != OF_FORMS[path][1]:
            draft.complaints.add(f"read only with {OF_FORMS[path][0]}: {OF_FORMS[path][1]}", leaf.at, path)
        if leaf.path[0] == "strategies" and len(leaf.path) > 2:
            _word_is_read(leaf.path[1], leaf.path[2], path, draft)


def _word_is_read(name: str, word: str, path: str, draft: Draft) -> None:
    trained = trains(name, draft)
    message = ""
    if trained and word in OF_PROMPTED:
        message = "read only where nothing is trained; add kind: prompted"
    elif trained and word == "score" and f"strategies.{name}.base" not in draft.leaves:
        message = "read only where nothing is trained, or beside a base of its own"
    elif not trained and word in OF_TRAINED and _kind_is_known(name, draft):
        message = "read only where a model is trained"
    if message:
        draft.complaints.add(message, draft.leaves[path].at, path)


def _adapters_are_lora(draft: Draft) -> None:
    for name in draft.strategies:
        kind, method = (draft.settings.get(f"strategies.{name}.{word}") for word in ("kind", "method"))
        entry = STRATEGIES.entries.get(str(kind or name))
        shared = draft.settings.get(f"strategies.{name}.one_deployment") is True
        if shared and entry is not None and len(set(entry.function(len(draft.tasks)).served)) == 1:
            path = f"strategies.{name}.one_deployment"
            draft.complaints.add("one model has one deployment anyway; leave it out, and write method: lora if that is meant", draft.places[path], path)
        if method == "full" and (shared or (entry is not None and entry.function(len(draft.tasks)).method)):
            path = f"strategies.{name}.method"
            draft.complaints.add("several adapters share one base; allowed: lora, qlora", draft.places[path], path)


STRATEGY_RULES: tuple[Callable[[Draft], None], ...] = (
    _strategies_have_a_kind,
    _prompted_models_have_scores,
    _nothing_is_read_in_vain,
    _adapters_are_lora,
)
"""Every rule within a strategy."""
