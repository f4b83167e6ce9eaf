"""A published row as a question: a scenario whose two strategies are the two models that were compared."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tuneplan.evidence.cases import Case
from tuneplan.evidence.head_to_head.settings import Mixture, is_unseen, mixtures
from tuneplan.scenario import catalogue

UNKNOWN_BASE = "0.1 to 0.6"
"""Score of the base where a paper gives none (share of the scale, 90 %); assumed."""
UNTRAINED_BASE = "0 to 0.05"
"""The same of weights that were never trained; assumed."""
NEIGHBOUR_BASE = "0.4"
"""Base score of the other tasks: no score of the row's own task hangs on it."""
UNKNOWN_EXAMPLES = "2k to 100k"
"""Examples of a task where neither the row nor its paper says; assumed."""
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
        Scenario: strategy ``unified`` (of a multi-task start: ``hybrid``) against ``alone``.
    task
        Whose score is compared.
    better
        Which strategy the difference favours when positive.
    missing
        Columns that were empty and took their prior.
    base, specialist, together
        Scores that were given, 0 the worst of the scale and 1 its best; None: not said.
    """

    case: Case
    text: str
    task: str
    better: str
    missing: tuple[str, ...]
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
    """Every case as a question; cases of one file name their tasks alike, so that one cube serves a paper."""
    spans = _spans(cases)
    return [_question(case, mixture, spans[_scale_of(case)]) for case, mixture in zip(cases, mixtures(cases), strict=True)]


def is_from_scratch(case: Case) -> bool:
    """Whether nothing was pretrained."""
    return case.word("pair_type") == "auxiliary" or bool(SCRATCH.search(case.word("base_model")))


def part_of(case: Case) -> str:
    """Rows that are reported together."""
    return "from scratch" if is_from_scratch(case) else "unseen" if is_unseen(case) else "trained"


# --- scores ------------------------------------------------------------------------------------

MEASURES = ("base_score", "specialist_score", "unified_score", "hybrid_score")


def _scale_of(case: Case) -> tuple[str, str]:
    return case.group, case.word("metric")


def _spans(cases: Sequence[Case]) -> dict[tuple[str, str], float]:
    """Width of each scale that a row leaves out: the least of 1, 10, 100 and so on that holds all scores of its paper."""
    found: dict[tuple[str, str], float] = {}
    for case in cases:
        most = max((abs(score) for name in MEASURES if (score := case.number(name)) is not None), default=1.0)
        span = case.number("score_span") or 10.0 ** max(0, math.ceil(math.log10(max(most, 1e-9))))
        found[_scale_of(case)] = max(found.get(_scale_of(case), 0.0), span)
    return found


def _normalised(case: Case, column: str, span: float) -> float | None:
    score = case.number(column)
    if score is None:
        return None
    return 1.0 - score / span if case.flag("higher_is_better") is False else score / span


# --- the scenario --------------------------------------------------------------------------------


def _question(case: Case, mixture: Mixture, guessed: float) -> Question:
    span, hybrid = case.number("score_span") or guessed, case.kind == "unified_then_specialise"
    base = _normalised(case, "base_score", span)
    empty = [name for name in ("score_span", "relation", "framing", "method", "base_params", "clash_risk") if case.values.get(name) is None]
    return Question(
        case=case, text=_text(case, mixture, base), task=mixture.task, better="hybrid" if hybrid else "unified",
        missing=(*mixture.missing, *empty, *([] if base is not None else ["base_score"])), base=base,
        specialist=_normalised(case, "specialist_score", span),
        together=_normalised(case, "hybrid_score" if hybrid else "unified_score", span),
    )  # fmt: skip


def _text(case: Case, mixture: Mixture, base: float | None) -> str:
    """The scenario: the same tasks trained together or apart, no router in the way."""
    names = (mixture.task, *mixture.others)
    relation = case.word("relation")
    pairs = [f"{one}/{two}: {relation}" for number, one in enumerate(names) for two in names[number + 1 :]] if relation else []
    shaped, params = _nearest(_params(case)), _params(case)
    tuned = "yes" if TUNED.search(case.word("base_model")) and not NOT_TUNED.search(case.word("base_model")) else "no"
    lines = [
        "schema: 1",
        "base: as_published",
        f"catalogue: {{models: [{{name: as_published, like: {shaped}, params: {params:.6g}, active_params: {params:.6g}, "
        f"instruction_tuned: {tuned}, source: the case, as_of: 2026-01}}]}}",
        f"method: {'lora' if ADAPTERS.search(case.word('method')) else 'full'}",
        *([f"framing: {FRAMINGS[case.word('framing')]}"] if case.word("framing") else []),
        "router: {accuracy: 100%}",
        "tasks:",
        _task(case, mixture.task, _base_of(case, base), _own_examples(case, mixture)),
        *(_task(case, name, NEIGHBOUR_BASE, _examples_of(case, mixture, name)) for name in mixture.others),
        *([f"similarity: {{{', '.join(pairs)}}}"] if pairs else []),
        f"strategies: {{{_strategies(case, mixture)}}}",
    ]
    return "\n".join(lines)


def _task(case: Case, name: str, base: str, examples: str) -> str:
    risk = f"clash_risk: {case.word('clash_risk')}, " if case.word("clash_risk") else ""
    return f"  {name}: {{traffic: 1 request/month, {risk}score: {{base: {base}}}, data: {{examples: {examples}}}}}"


def _base_of(case: Case, base: float | None) -> str:
    if base is not None:
        return f"{min(max(base, 0.0), 1.0):.6g}"
    return UNTRAINED_BASE if is_from_scratch(case) else UNKNOWN_BASE


def _own_examples(case: Case, mixture: Mixture) -> str:
    return UNKNOWN_EXAMPLES if mixture.own is None else f"{mixture.own:.6g}"


def _examples_of(case: Case, mixture: Mixture, name: str) -> str:
    """Of another task; where nobody says, as many as of the row's own, or as those of the first."""
    amount = mixture.others[name]
    if case.kind == "unified_then_specialise" and case.number("mixture_examples") is None:
        first = next(iter(mixture.others))
        return UPSTREAM_EXAMPLES if name == first else f"{{same_as: tasks.{first}.data.examples}}"
    if amount is not None:
        return f"{amount:.6g}"
    first = mixture.task if mixture.own is None else next(iter(mixture.others))
    return UNKNOWN_EXAMPLES if name == first else f"{{same_as: tasks.{first}.data.examples}}"


def _strategies(case: Case, mixture: Mixture) -> str:
    """The two models. Where neither saw the task, the specialist is that of one of the others."""
    trained = next(iter(mixture.others)) if is_unseen(case) else mixture.task
    left_out = [name for name in (mixture.task, *mixture.others) if name != trained]
    none = f"examples: {{{', '.join(f'{name}: 0' for name in left_out)}}}" if left_out else ""
    alone = f"alone: {{kind: unified{', ' if none else ''}{none}}}"
    if case.kind == "unified_then_specialise":
        return f"hybrid: {{kind: unified_then_specialists}}, {alone}"
    return f"unified: {{{'routed: yes' if case.flag('routed') else ''}}}, {alone}"


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
