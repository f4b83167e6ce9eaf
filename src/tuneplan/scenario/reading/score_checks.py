"""What must hold of scores: each is written on the scale of its metric, which has two ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tuneplan.scenario.reading.complaints import shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.language import LIKE
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table
from tuneplan.scenario.records import UNSEEN, Quantity

USUAL_SCALE = [0.0, 1.0]
"""Ends, in rising order, of a scale on which shares can be read."""
FAR_WIDER = 10.0
"""Span from which a score between 0 and 1 was hardly meant for a scale; assumed."""
_ENDS = (".score.worst", ".score.best")
_LEVEL = re.compile(r"^[^%]*%\s*CI\b", re.IGNORECASE)
_SHARES = (
    (re.compile("%|percent", re.IGNORECASE), "per cent reads as hundredths; this metric has a scale of its own: write the number on it"),
    (
        re.compile(r"[0-9]\s*of\s*[0-9]|^\s*beta(?!.*within)|^\s*logit-?normal", re.IGNORECASE),
        "this reads as a share between 0 and 1; this metric has a scale of {scale}: write the number on it, for example {example}",
    ),
)
"""Texts that speak of shares -> why they do not fit a scale of its own."""

Request = tuple[str, ...]
"""Path of a task, or of the unseen requests."""


def _requests(tasks: Sequence[str]) -> dict[str, Request]:
    return {**{name: ("tasks", name) for name in tasks}, UNSEEN: (UNSEEN,)}


def _scale(draft: Draft, request: Request) -> tuple[float, float] | None:
    """Worst and best of a metric; None after a complaint about them."""
    pattern = UNSEEN if request == (UNSEEN,) else "tasks.*"
    worst, best = (_median(draft, ".".join(request) + end, pattern + end) for end in _ENDS)
    return None if worst is None or best is None else (worst, best)


def _median(draft: Draft, path: str, pattern: str) -> float | None:
    """Median of what was given, else of the declared default; None after a complaint about it."""
    if path in draft.leaves:
        return draft.quantities[path].distribution.median if path in draft.quantities else None
    return draft.language.default_of(pattern)


def _scaled_here(draft: Draft) -> set[Request]:
    """Requests whose scale is their own, copied from no other."""
    return {
        leaf.path[:-2] for path, leaf in draft.leaves.items()
        if path.endswith(_ENDS) and not leaf.origin.startswith(LIKE)
    }  # fmt: skip


def _shares_fit_the_scale(draft: Draft) -> None:
    """On a scale from 0 to 1, whichever end is the better one, a share is the score."""
    scales = {request: _scale(draft, request) for request in _requests(draft.tasks).values()}
    scaled_here = _scaled_here(draft)
    for path, given in draft.quantities.items():
        leaf = draft.leaves[path]
        requests = _scored(leaf.path, draft.tasks) if given.unit == "score" else []
        if leaf.origin.startswith(LIKE):
            requests = [] if leaf.path[0] == "strategies" else [each for each in requests if each in scaled_here]
        odd = [ends for each in requests if (ends := scales.get(each)) is not None and sorted(ends) != USUAL_SCALE]
        texts = tuple(_amounts(leaf.node)) if odd else ()
        fault = next((fault for sign, fault in _SHARES if any(map(sign.search, texts))), "")
        if fault:
            message = fault.format(scale="{:.6g} to {:.6g}".format(*odd[0]), example=_typical(*odd[0]))
            draft.complaints.add(message, draft.places[path], path)


def _typical(worst: float, best: float) -> str:
    """A good score on a scale, as it is typed."""
    low, high = sorted(worst + part * (best - worst) for part in (0.6, 0.8))
    return f"{low:.3g} to {high:.3g}"


def _scored(path: tuple[str, ...], tasks: Sequence[str]) -> list[Request]:
    """The requests on whose scale a score stands; none for the ends of a scale."""
    every = _requests(tasks)
    if path[0] == "strategies":
        return [every[name] for name in path[3:] if name in every] if path[3:] else list(every.values())
    if path == ("router", "score"):
        return [(UNSEEN,)]
    return [] if path[-1] in ("best", "worst") else [path[:-2]]


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


def _scales_have_two_ends(draft: Draft) -> None:
    for request in map(".".join, _requests(draft.tasks).values()):
        given = [f"{request}{end}" for end in _ENDS[::-1] if f"{request}{end}" in draft.leaves]
        ends = _scale(draft, tuple(request.split(".")))
        if not given or ends is None:
            continue
        worst, best = ends
        if worst == best:
            draft.complaints.add("score.worst and score.best are the same", draft.places[given[0]], given[0])
        elif worst > best and f"{request}.score.floor" not in draft.leaves:
            message = "missing: a metric that falls (worst above best) needs the score of a ruined model"
            draft.complaints.add(message, draft.places[given[0]], f"{request}.score.floor")


def _scores_lie_on_their_scale(draft: Draft) -> None:
    scaled_here = _scaled_here(draft)
    for name, words in _requests(draft.tasks).items():
        ends, request = _scale(draft, words), ".".join(words)
        if ends is None or ends[0] == ends[1]:
            continue
        own = [f"{request}.score.{word}" for word in ("base", "ceiling", "floor", "must")]
        elsewhere = [f"strategies.{strategy}.score.{name}" for strategy in draft.strategies]
        for path in (*own, *elsewhere, *(("router.score",) if name == UNSEEN else ())):
            if path in draft.quantities and not draft.leaves[path].origin.startswith(LIKE):
                _lies_between(draft, path, *sorted(ends))
        if words in scaled_here:
            _copies_fit(draft, own, *sorted(ends))
        base, ceiling = (draft.quantities.get(f"{request}.score.{word}") for word in ("base", "ceiling"))
        if base is not None and ceiling is not None and _fall(base, ceiling) * (ends[1] - ends[0]) > 0.0:
            path = f"{request}.score.ceiling"
            draft.complaints.add("the ceiling is worse than the base", draft.places[path], path)


def _fall(one: Quantity, other: Quantity) -> float:
    return one.distribution.median - other.distribution.median


def _lies_between(draft: Draft, path: str, low: float, high: float) -> None:
    given = draft.quantities[path]
    slack = 1e-9 * (high - low)
    if all(low - slack <= end <= high + slack for end in (given.distribution.median, *given.distribution.interval())):
        return
    remedy = ""
    if (low, high) == (0.0, 1.0) and 1.0 < given.distribution.median <= 100.0:
        remedy = "; are per cent meant, or score.best: 100?"
    message = f"{shown(given.text)} lies outside the metric's scale, {low:.6g} to {high:.6g}{remedy}"
    draft.complaints.add(message, draft.places[path], path)


def _copies_fit(draft: Draft, paths: Sequence[str], low: float, high: float) -> None:
    """Scores copied from a task of another scale: they lie outside this one, or can't have been meant for it."""
    blamed = {problem.path for problem in draft.complaints.problems}
    for path in paths:
        given = draft.quantities.get(path)
        if given is None or path in blamed or not draft.leaves[path].origin.startswith(LIKE):
            continue
        ends = given.distribution.interval()
        is_share = ends[0] >= 0.0 and 0.0 < ends[1] <= 1.0 and high - low >= FAR_WIDER
        if is_share or not low <= given.distribution.median <= high:
            word = ".".join(given.path.split(".")[-2:])
            scale = f"{low:.6g} to {high:.6g}, the scale given here"
            message = f"{shown(given.text)} is copied ({given.origin}) and not on {scale}: give {word} too"
            draft.complaints.add(message, draft.places[path], path)


SCORE_RULES: tuple[Callable[[Draft], None], ...] = (
    _shares_fit_the_scale,
    _scales_have_two_ends,
    _scores_lie_on_their_scale,
)
"""Every rule about scores."""
