"""Which rows were measured in one setting, and how much of what was trained on there.

Rows of one paper, base model, method and mixture are tasks of one unified model, and one another's neighbours.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tuneplan.evidence.cases import Case
from tuneplan.scenario.records import UNSEEN

MOST_TASKS = 24
"""Tasks of a mixture that are modelled one by one; more are pooled into so many, their examples kept."""
FEWEST_TASKS = 2
"""A mixture of one task is none: who says so counts the tasks beside it."""
UNKNOWN_TASKS = 4
"""Tasks trained together where a row does not say how many; assumed."""
UPSTREAM_TASKS = 4
"""Unlike parts as which a multi-task start is modelled; assumed."""
HYBRID = "unified_then_specialise"
TARGET = "target"
"""The task that a multi-task start is fine-tuned on."""
LONGEST_NAME = 60
"""Letters that a scenario allows a task's name."""
FINGERPRINT = 8
_NO_WORD = re.compile(r"[^a-z0-9]+")
_REMARK = re.compile(r"\([^)]*(?:zero-shot|unseen|\bmix)[^)]*\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Examples of a task.

    Attributes
    ----------
    examples
        As said, or left of the mixture; None: nobody says.
    near
        Where nobody says: the typical size of the tasks beside it; None: nothing is known of these either.
    """

    examples: float | None = None
    near: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One mixture, and the rows that were measured with it.

    Attributes
    ----------
    cases
        The rows.
    requests
        What each row's score is of: a task, or unseen requests.
    tasks
        Name of each task trained together -> how much of it.
    """

    cases: tuple[Case, ...]
    requests: tuple[str, ...]
    tasks: Mapping[str, Amount]

    @property
    def first(self) -> Case:
        """The row whose words hold for all of them."""
        return self.cases[0]

    def case_of(self, task: str) -> Case | None:
        """The row of a task; None where no row is about it."""
        return next((case for case, request in zip(self.cases, self.requests, strict=True) if request == task), None)


def settings_of(cases: Sequence[Case]) -> list[Setting]:
    """All settings; a row stands in one of them."""
    alike: dict[tuple[object, ...], list[list[Case]]] = {}
    for case in cases:
        copies = alike.setdefault(_key(case), [[]])
        free = next((copy for copy in copies if case.kind != HYBRID and not _is_full(copy, case)), None)
        if free is None:
            copies.append(free := [])
        free.append(case)
    return [_setting(copy) for copies in alike.values() for copy in copies if copy]


def task_name(case: Case) -> str:
    """A task as a scenario names it: one name on one base, whose ceiling and learning curve are its own.

    Remarks about the test are left out.

    >>> task_name(Case(kind="", case_id="", group="", place="", values={"task": "MT-Bench (Human mix)"}))
    'mt_bench'
    """
    plain = plain_name(_REMARK.sub("", case.word("task").lower()))
    own = plain if plain not in ("", UNSEEN) else f"task_{plain or fingerprint(case.word('task'))}"
    base = plain_name(case.word("base_model"))
    whole = f"{own}_on_{base}" if base else own
    return whole if len(whole) <= LONGEST_NAME else f"{whole[: LONGEST_NAME - FINGERPRINT - 1]}_{fingerprint(whole)}"


def plain_name(text: str) -> str:
    """Letters, digits and lines between them; empty of a text in another script.

    >>> plain_name("LLaMA-2 (7B)")
    'llama_2_7b'
    """
    return _NO_WORD.sub("_", text.lower()).strip("_")


def fingerprint(text: str) -> str:
    """Some digits that tell one text from another.

    >>> fingerprint("日本") == fingerprint("本日")
    False
    """
    return hashlib.blake2b(text.encode()).hexdigest()[:FINGERPRINT]


def is_unseen(case: Case) -> bool:
    """Whether neither model was trained on the task."""
    return case.word("seen") == UNSEEN


def own_examples(case: Case) -> float | None:
    """Examples of the row's own task; sizes recalled, not read, stand in a column of their own in older tables."""
    said, recalled = case.number("own_examples"), case.word("n_train_recalled")
    if said is None and re.fullmatch(r"[0-9]{1,12}(\.[0-9]+)?", recalled):
        return float(recalled)
    return said


def tasks_together(case: Case) -> int:
    """Tasks of the unified model that are modelled."""
    if case.kind == HYBRID:
        return UPSTREAM_TASKS
    said = case.number("cotrained_tasks")
    return UNKNOWN_TASKS if said is None else max(FEWEST_TASKS, min(int(said), MOST_TASKS))


def _key(case: Case) -> tuple[object, ...]:
    """What rows of one setting agree in."""
    words = (case.word(name) for name in ("base_model", "method", "relation", "framing", "clash_risk", "seen"))
    numbers = (case.number(name) for name in ("base_params", "cotrained_tasks", "mixture_examples"))
    return (case.kind, case.group, case.flag("routed"), *words, *numbers)


def _is_full(copy: Sequence[Case], case: Case) -> bool:
    """Whether a row can't be of the setting of these others: its task is there already, or no more are trained together."""
    if is_unseen(case):
        return bool(copy) and own_examples(copy[0]) != own_examples(case)
    return len(copy) >= tasks_together(case) or task_name(case) in map(task_name, copy)


def _setting(cases: Sequence[Case]) -> Setting:
    first, count = cases[0], tasks_together(cases[0])
    if first.kind == HYBRID:
        return Setting(cases=tuple(cases), requests=(TARGET,), tasks={TARGET: Amount(examples=own_examples(first)), **_upstream(first)})
    mixture = first.number("mixture_examples")
    if is_unseen(first):
        each = (own_examples(first) or None) if mixture is None else mixture / count  # 0: the unseen task's own, not those beside
        return Setting(cases=tuple(cases), requests=(UNSEEN,) * len(cases), tasks=dict.fromkeys(_others(count), Amount(examples=each)))
    named = {task_name(case): own_examples(case) for case in cases}
    amounts: dict[str, float | None] = named | dict.fromkeys(_others(count - len(named), taken=named))
    pooled = max((first.number("cotrained_tasks") or 1.0) - 1.0, 1.0) / max(count - 1, 1)
    return Setting(cases=tuple(cases), requests=tuple(named), tasks=_filled(amounts, mixture, pooled))


def _others(count: int, *, taken: Iterable[str] = ()) -> list[str]:
    """Names of tasks of which no row is."""
    free = (name for number in range(1, MOST_TASKS + count + 2) if (name := f"other_{number}") not in set(taken))
    return list(islice(free, max(count, 0)))


def _upstream(case: Case) -> dict[str, Amount]:
    mixture = case.number("mixture_examples")
    each = None if mixture is None else max(mixture - (own_examples(case) or 0.0), 0.0) / UPSTREAM_TASKS
    return dict.fromkeys(_others(UPSTREAM_TASKS), Amount(examples=each))


def _filled(amounts: Mapping[str, float | None], mixture: float | None, pooled: float) -> dict[str, Amount]:
    """Silent tasks share what the others leave of the mixture; without one they are about as large as the others.

    ``pooled``: of how many tasks each of them stands for.
    """
    known = [value for value in amounts.values() if value is not None]
    silent = len(amounts) - len(known)
    left = None if mixture is None else mixture - sum(known)
    if left is not None and left > 0.0 and silent:
        return {name: Amount(examples=left / silent if value is None else value) for name, value in amounts.items()}
    typical = typical_size(known)
    near = None if typical is None else typical * max(pooled, 1.0)
    return {name: Amount(examples=value, near=near) for name, value in amounts.items()}


def typical_size(known: Iterable[float]) -> float | None:
    """Geometric mean of what is above 0; None of nothing."""
    logs = [math.log(value) for value in known if value > 0.0]
    return math.exp(sum(logs) / len(logs)) if logs else None
