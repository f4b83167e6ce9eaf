"""Which rows of a paper were trained together, and on how much: a mixture's tasks are one another's neighbours."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tuneplan.evidence.cases import Case

MOST_TASKS = 24
"""Tasks of a mixture that are modelled one by one; further ones are pooled into these, their examples kept."""
FEWEST_UNKNOWN = 4
"""Tasks trained together where a row does not say how many; assumed."""
UPSTREAM = 8
"""Tasks of a multi-task start, likewise: each counts as much as it has data; assumed."""
ROUNDING = 0.02
"""Examples of known neighbours may add up to so much more than the mixture."""
_NO_WORD = re.compile(r"[^a-z0-9]+")
_REMARK = re.compile(r"\((zero-shot|[^)]*\bmix|[^)]*unseen)[^)]*\)")
LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixture:
    """What a unified model was trained on, as seen by one row.

    Attributes
    ----------
    task
        The row's own, as a scenario names it.
    own
        Its examples; None: unknown.
    others
        Name of each other task -> its examples, None: unknown.
    missing
        Columns that were empty and took their prior.
    """

    task: str
    own: float | None
    others: Mapping[str, float | None]
    missing: tuple[str, ...]


def mixtures(cases: Sequence[Case]) -> list[Mixture]:
    """What each case was trained with; rows of one paper, base, method and mixture know one another."""
    settings: dict[tuple[object, ...], dict[str, Case]] = {}
    for case in cases:
        settings.setdefault(_setting(case), {}).setdefault(task_name(case), case)
    return [_mixture(case, settings[_setting(case)]) for case in cases]


def task_name(case: Case) -> str:
    """A task as a scenario names it; remarks about the test are left out, so that one task has one name.

    >>> from tuneplan.evidence.cases import Case
    >>> task_name(Case(kind="", case_id="", group="", place="", values={"task": "MT-Bench (Human mix)"}))
    'mt_bench'
    """
    plain = _NO_WORD.sub("_", _REMARK.sub("", case.word("task").lower())).strip("_")[:LONGEST]
    return plain or f"task_{sum(map(ord, case.word('task')))}"


def is_unseen(case: Case) -> bool:
    """Whether neither model was trained on the task."""
    return case.word("seen") == "unseen"


def _setting(case: Case) -> tuple[object, ...]:
    words = (case.word(name) for name in ("base_model", "method", "relation", "framing", "seen"))
    numbers = (case.number(name) for name in ("cotrained_tasks", "upstream_tasks", "mixture_examples"))
    return (case.kind, case.group, case.flag("routed"), *words, *numbers)


def _mixture(case: Case, setting: Mapping[str, Case]) -> Mixture:
    """Examples of a row's own task and of each other one: as said, else what is left of the mixture in equal parts."""
    missing = [] if _count(case) is not None else ["upstream_tasks" if case.kind == "unified_then_specialise" else "cotrained_tasks"]
    own, mixture, task = case.number("own_examples"), case.number("mixture_examples"), task_name(case)
    count, unseen = _others(case), is_unseen(case)
    if unseen:
        each = mixture / count if mixture is not None else own
        if each is None:
            missing.append("own_examples")
        return Mixture(task=task, own=0.0, others=dict.fromkeys(_generic(count), each), missing=tuple(missing))
    named = {} if case.kind == "unified_then_specialise" else {name: other for name, other in setting.items() if name != task}
    if len(named) > count:
        named = {}
    known = {name: other.number("own_examples") for name, other in named.items()}
    if own is None:
        missing.append("own_examples")
        own = _typical(known.values()) if _typical(known.values()) is not None else mixture / (count + 1) if mixture is not None else None
    others = _shared_out(own, mixture, known, count)
    return Mixture(task=task, own=own, others=others, missing=tuple(missing))


def _count(case: Case) -> float | None:
    found = case.number("upstream_tasks") if case.kind == "unified_then_specialise" else None
    return case.number("cotrained_tasks") if found is None else found


def _others(case: Case) -> int:
    """Other tasks that are modelled."""
    found, hybrid = _count(case), case.kind == "unified_then_specialise"
    if hybrid:
        return UPSTREAM if found is None else max(1, min(int(found), UPSTREAM))
    if is_unseen(case):
        return min(int(FEWEST_UNKNOWN if found is None else found), MOST_TASKS)
    return min(int(FEWEST_UNKNOWN if found is None else found), MOST_TASKS) - 1


def _generic(count: int, used: int = 0) -> list[str]:
    return [f"other_{number}" for number in range(used + 1, used + count + 1)]


def _typical(known: object) -> float | None:
    """Geometric mean of what is known."""
    values = [value for value in known if value]  # type: ignore[attr-defined]
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None


def _shared_out(own: float | None, mixture: float | None, known: Mapping[str, float | None], count: int) -> dict[str, float | None]:
    """Examples of the other tasks: those known, and what they leave of the mixture."""
    names = [*known, *_generic(count - len(known))]
    if mixture is None or own is None:
        return {name: known.get(name) or own for name in names}
    left = max(mixture - own, 0.0)
    silent = [name for name in names if known.get(name) is None]
    rest = left - sum(value or 0.0 for value in known.values())
    if rest < -ROUNDING * mixture or (not silent and rest > ROUNDING * mixture):
        return dict.fromkeys(names, left / count) if count else {}
    return {name: value if (value := known.get(name)) is not None else max(rest, 0.0) / len(silent) for name in names}
