"""A published row as a question: a scenario whose two strategies are the two models that were compared."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tuneplan.evidence.cases import Case
from tuneplan.evidence.head_to_head.settings import (
    HYBRID,
    TARGET,
    Amount,
    Setting,
    fingerprint,
    is_unseen,
    own_examples,
    plain_name,
    settings_of,
)
from tuneplan.scenario import catalogue
from tuneplan.scenario.records import UNSEEN

UNKNOWN_BASE = "uniform 0 to 0.6"
"""Score of the base where a paper gives none (share of the scale); assumed."""
BY_CHANCE, CHANCE = re.compile(r"\bacc", re.IGNORECASE), "uniform 0 to 0.5"
"""Metrics on which guessing may score, and how much: one of two choices at most, of many next to nothing; assumed."""
UNTRAINED_BASE = "0 to 0.05"
"""The same of weights that were never trained; assumed."""
NEIGHBOUR_BASE = "0.4"
"""Base score of the other tasks: no score of the row's own task hangs on it."""
UNKNOWN_EXAMPLES = "2k to 100k"
"""Examples of a task where neither the row nor its paper says; assumed."""
SIZES_APART = 5.0
"""Sizes of tasks trained together lie within so many times the typical one, up or down (90 %): their logs have an
sd of .9 to 1.1 in the four calibration papers that give them."""
MOST_EXAMPLES = 1e12
"""As many as a scenario may have. [example]"""
ANY = "1000"
"""Stands for the examples of a target, which are put in later."""
UPSTREAM_EXAMPLES = "10k to 100k"
"""Examples of each task of a multi-task start, likewise; assumed."""
UNKNOWN_PARAMS = 0.3e9
"""Size of a base where neither the row nor its name says; assumed. [parameters]"""
FRAMINGS = {"instruction": "instruction", "none": "plain", "heads": "own_heads", "marker": "task_marker"}
ADAPTERS = re.compile(r"lora|dora|adapter|prefix|prompt.tun|ia3", re.IGNORECASE)
TUNED = re.compile(r"chat|instruct|\bit\b|flan|tulu|sft", re.IGNORECASE)
NOT_TUNED = re.compile(r"not instruct", re.IGNORECASE)
SCRATCH = re.compile(r"scratch|random.?init", re.IGNORECASE)
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*-?\s*([bm])\b", re.IGNORECASE)
TOP = 0.9995
"""A specialist's score from here up is no measurement on the scale: it is the end of it, or what scores were divided by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A row as the model sees it.

    Attributes
    ----------
    case
        The row.
    text
        Scenario of its setting: strategy ``unified`` (from a multi-task start: ``hybrid``) against ``alone``.
    request
        Whose score is compared: a task, or unseen requests.
    missing
        Columns that were empty and took their prior.
    own
        Examples of the target of a multi-task start: rows that differ in nothing else share a text; None: as it says.
    base, specialist, together
        Scores that were given, 0 the worst of the scale and 1 its best; None: not said.
    """

    case: Case
    text: str
    request: str
    missing: tuple[str, ...]
    own: float | None
    base: float | None
    specialist: float | None
    together: float | None

    @property
    def measured(self) -> float | None:
        """Unified minus specialist. [point]"""
        if self.together is None or self.specialist is None:
            return None
        return 100.0 * (self.together - self.specialist)

    @property
    def is_pilot(self) -> bool:
        """Whether the specialist's score says anything of the scale."""
        return self.specialist is not None and 0.0 < self.specialist < TOP

    @property
    def given(self) -> str:
        """What a prediction knows beside the inputs, the specialist's score aside."""
        return "none" if self.base is None else "base"


def questions_of(cases: Sequence[Case]) -> list[Question]:
    """Every case as a question, in their order; rows of one setting share a scenario, rows of a paper the names in it."""
    spans, found = _spans(cases), {}
    for setting in settings_of(cases):
        text = _text(setting, spans)
        for case, request in zip(setting.cases, setting.requests, strict=True):
            found[case.place] = _question(case, text, request, spans)
    return [found[case.place] for case in cases]


def is_from_scratch(case: Case) -> bool:
    """Whether nothing was pretrained."""
    return case.word("pair_type") == "auxiliary" or bool(SCRATCH.search(case.word("base_model")))


def part_of(case: Case) -> str:
    """Rows that are reported together."""
    return "from scratch" if is_from_scratch(case) else "unseen" if is_unseen(case) else "trained"


# --- scores ------------------------------------------------------------------------------------

MEASURES = ("base_score", "specialist_score", "unified_score", "hybrid_score")


Spans = dict[tuple[str, str], float]
"""Paper and metric -> width of its scale."""


def _scale_of(case: Case) -> tuple[str, str]:
    return case.group, case.word("metric")


def _spans(cases: Sequence[Case]) -> Spans:
    """Width of each scale that a row leaves out: the least of 1, 10, 100 and so on that holds all scores of its paper."""
    found: Spans = {}
    for case in cases:
        most = max((abs(score) for name in MEASURES if (score := case.number(name)) is not None), default=1.0)
        span = case.number("score_span") or 10.0 ** max(0, math.ceil(math.log10(max(most, 1e-9))))
        found[_scale_of(case)] = max(found.get(_scale_of(case), 0.0), span)
    return found


def _normalised(case: Case, column: str, spans: Spans) -> float | None:
    score, span = case.number(column), case.number("score_span") or spans[_scale_of(case)]
    if score is None:
        return None
    return 1.0 - score / span if case.flag("higher_is_better") is False else score / span


# --- the scenario --------------------------------------------------------------------------------

ASKED = ("score_span", "base_params", "method", "relation", "framing", "clash_risk", "own_examples", "cotrained_tasks", "base_score")


def _question(case: Case, text: str, request: str, spans: Spans) -> Question:
    counted = {"cotrained_tasks": "upstream_tasks"} if case.kind == HYBRID else {}
    return Question(
        case=case, text=text, request=request,
        missing=tuple(
            counted.get(name, name) for name in ASKED
            if case.values.get(counted.get(name, name)) is None and not (name == "own_examples" and own_examples(case) is not None)
        ),
        own=own_examples(case) if case.kind == HYBRID else None,
        base=_normalised(case, "base_score", spans), specialist=_normalised(case, "specialist_score", spans),
        together=_normalised(case, "hybrid_score" if case.kind == HYBRID else "unified_score", spans),
    )  # fmt: skip


def _text(setting: Setting, spans: Spans) -> str:
    """The scenario: the same tasks trained together or apart, no router in the way."""
    case, names = setting.first, tuple(setting.tasks)
    relation, params = case.word("relation"), _params(case)
    pairs = [f"{one}/{two}: {relation}" for number, one in enumerate(names) for two in names[number + 1 :]] if relation else []
    base = base_name(case)
    tuned = bool(TUNED.search(case.word("base_model"))) and not NOT_TUNED.search(case.word("base_model"))
    unseen = [f"unseen: {{{_score(case, spans)}{_likeness(names, relation)}}}"] if UNSEEN in setting.requests else []
    lines = [
        "schema: 1",
        f"base: {base}",
        f"catalogue: {{models: [{{name: {base}, like: {_nearest(params)}, params: {params:.6g}, active_params: {params:.6g}, "
        f"instruction_tuned: {'yes' if tuned else 'no'}, source: the case, as_of: 2026-01}}]}}",
        f"method: {'lora' if ADAPTERS.search(case.word('method')) else 'full'}",
        *([f"framing: {FRAMINGS[case.word('framing')]}"] if case.word("framing") else []),
        "router: {accuracy: 100%}",
        "tasks:",
        *(_task(setting, name, amount, spans) for name, amount in setting.tasks.items()),
        *unseen,
        *([f"similarity: {{{', '.join(pairs)}}}"] if pairs else []),
        f"strategies: {{{_strategies(case, names)}}}",
    ]
    return "\n".join(lines)


def base_name(case: Case) -> str:
    """A base as a scenario names it: what the law misses of one base is not what it misses of another."""
    said = plain_name(case.word("base_model"))
    return f"as_published_{said[:30]}_{fingerprint(case.word('base_model'))}" if len(said) > 40 or not said else f"as_published_{said}"


def _task(setting: Setting, name: str, amount: Amount, spans: Spans) -> str:
    own = setting.case_of(name)
    risk = f"clash_risk: {setting.first.word('clash_risk')}, " if setting.first.word("clash_risk") else ""
    score = f"score: {{base: {NEIGHBOUR_BASE}}}" if own is None else _score(own, spans)
    return f"  {name}: {{traffic: 1 request/month, {risk}{score}, data: {{examples: {_examples(setting, name, amount)}}}}}"


def _likeness(names: Sequence[str], relation: str) -> str:
    """How near each task is to unseen requests."""
    return f", similarity: {{{', '.join(f'{name}: {relation}' for name in names)}}}" if relation else ""


def _score(case: Case, spans: Spans) -> str:
    """Base and, where guessing scores, the floor of a task."""
    given = _normalised(case, "base_score", spans)
    unknown = UNTRAINED_BASE if is_from_scratch(case) else UNKNOWN_BASE
    base = unknown if given is None else f"{min(max(given, 0.0), 1.0):.6g}"
    floor = f", floor: {CHANCE}" if BY_CHANCE.search(case.word("metric")) else ""
    return f"score: {{base: {base}{floor}}}"


def _examples(setting: Setting, name: str, amount: Amount) -> str:
    if amount.examples is not None:
        return ANY if name == TARGET else f"{min(amount.examples, MOST_EXAMPLES):.6g}"
    if amount.near is not None:
        near = min(amount.near, MOST_EXAMPLES / SIZES_APART)
        return f"{near / SIZES_APART:.6g} to {near * SIZES_APART:.6g}"
    return UPSTREAM_EXAMPLES if setting.first.kind == HYBRID and name != TARGET else UNKNOWN_EXAMPLES


def _strategies(case: Case, names: Sequence[str]) -> str:
    if case.kind == HYBRID:
        none = ", ".join(f"{name}: 0" for name in names if name != TARGET)
        return f"hybrid: {{kind: unified_then_specialists}}, alone: {{kind: unified, examples: {{{none}}}}}"
    return f"unified: {{{'routed: yes' if case.flag('routed') else ''}}}, alone: {{kind: specialists}}"


def _params(case: Case) -> float:
    """Size of the base: as said, as its name says, or assumed."""
    said = case.number("base_params")
    if said is not None:
        return said
    named = SIZE.search(case.word("base_model"))
    if named is None:
        return UNKNOWN_PARAMS
    return float(named[1]) * (1e9 if named[2].lower() == "b" else 1e6)


@cache
def _nearest(params: float) -> str:
    """The base of the catalogue of the nearest size: shapes of adapters are its."""
    dense = [each for each in catalogue.models().values() if not each.instruction_tuned and each.params == each.active_params]
    return min(dense, key=lambda model: abs(math.log(model.params / params))).name
