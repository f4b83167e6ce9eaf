"""Columns of case files: what each kind of case is told, and what was measured on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ENDLESS = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a case file.

    Attributes
    ----------
    name
        As in the head of the file.
    kind
        ``text``, ``number`` or ``yes_no``.
    unit
        Of a number.
    low, high
        Allowed numbers, ends included.
    words
        Allowed texts; empty: any.
    needed
        Whether no cell may be empty.
    """

    name: str
    kind: str = "text"
    unit: str = ""
    low: float = -ENDLESS
    high: float = ENDLESS
    words: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of case.

    Attributes
    ----------
    columns
        Those that are read; others are kept as text.
    group
        Column that says who measured: cases of one paper or source are not independent.
    measured
        Columns of what was measured; empty in all of them: the case is predicted, not scored.
    rows_of_one_case
        Column that tells apart several rows of one ``case_id``; empty: each is one row.
    """

    columns: Mapping[str, Column]
    group: str
    measured: tuple[str, ...]
    rows_of_one_case: str = ""


def _number(name: str, unit: str = "1", low: float = 0.0, high: float = 1e18, *, needed: bool = False) -> Column:
    return Column(name=name, kind="number", unit=unit, low=low, high=high, needed=needed)


def _score(name: str) -> Column:
    return _number(name, "score", -1e9, 1e9)


def _word(name: str, *words: str, needed: bool = False) -> Column:
    return Column(name=name, words=words, needed=needed)


def _yes_no(name: str) -> Column:
    return Column(name=name, kind="yes_no")


def _kind(group: str, measured: tuple[str, ...], *columns: Column, rows_of_one_case: str = "") -> Kind:
    common = (_word("kind"), _word("case_id", needed=True), _word(group, needed=True))
    return Kind(columns={each.name: each for each in (*common, *columns)}, group=group, measured=measured, rows_of_one_case=rows_of_one_case)


RELATIONS = ("parallel", "near", "format", "mixed", "far")
_OF_TASKS = (
    _word("group"),
    _word("task", needed=True),
    _word("metric"),
    _yes_no("higher_is_better"),
    _number("score_span", "score", 1e-9, 1e9),
    _word("base_model"),
    _number("base_params", "parameter", 1e5, 1e14),
    _word("method"),
    _number("own_examples", "example", 0.0, 1e12),
    _number("cotrained_tasks", "task", 1.0, 1e6),
    _number("mixture_examples", "example", 0.0, 1e13),
    _word("relation", *RELATIONS),
    _word("clash_risk", "low", "medium", "high"),
    _yes_no("routed"),
    _word("framing", "instruction", "none", "heads", "marker"),
    _word("seen", "seen", "unseen"),
    _word("pair_type"),
    _score("base_score"),
    _score("specialist_score"),
)
_OF_TRAINING = (
    _number("params", "parameter", 1e5, 1e14, needed=True),
    _word("gpu", needed=True),
    _number("n_gpus", "card", 1.0, 1e6),
    _word("method"),
    _word("precision"),
    _number("seq_len", "token", 1.0, 1e8),
    _number("micro_batch", "sequence", 1e-6, 1e6),
    _yes_no("recompute"),
    _yes_no("packed"),
    _word("setup_class"),
    _number("tokens", "token", 0.0, 1e18),
)
KINDS: Mapping[str, Kind] = {
    "head_to_head": _kind("paper", ("unified_score",), *_OF_TASKS, _score("unified_score")),
    "unified_then_specialise": _kind(
        "paper", ("hybrid_score",), *_OF_TASKS, _number("upstream_tasks", "task", 0.0, 1e6), _score("hybrid_score")
    ),
    "training_time": _kind(
        "source", ("tokens_per_s_per_gpu", "gpu_hours"), *_OF_TRAINING,
        _number("tokens_per_s_per_gpu", "token/s", 1e-9), _number("gpu_hours", "GPU-hour", 1e-9),
    ),
    "training_memory": _kind(
        "source", ("peak_mem_gb", "oom"), *_OF_TRAINING, _word("sharding"), _word("optimizer"),
        _number("lora_rank", "1", 0.0, 1e6), _yes_no("chunked_loss"), _number("vocab", "entry", 1.0, 1e8),
        _number("layers", "layer", 1.0, 1e5), _number("hidden", "unit", 1.0, 1e7),
        _number("peak_mem_gb", "GB", 1e-3, 1e6), _yes_no("oom"),
    ),
    "serving": _kind(
        "source", ("out_tokens_per_s",), _word("engine"), _number("params", "parameter", 1e5, 1e14, needed=True),
        _word("precision"), _word("gpu", needed=True), _number("n_gpus", "card", 1.0, 1e6), _word("mode"),
        _number("concurrency", "request", 1e-6, 1e9), _number("input_len", "token", 0.0, 1e8), _number("output_len", "token", 0.0, 1e8),
        _number("out_tokens_per_s", "token/s", 1e-9),
    ),
    "learning_curve": _kind(
        "source", ("loss",), _word("task"), _word("base_model"), _number("params", "parameter", 1e5, 1e14),
        _number("examples", "example", 0.0, 1e13, needed=True), _word("part", "fit", "predict"),
        _number("loss", "loss", 1e-12, 1e12), rows_of_one_case="examples",
    ),
}  # fmt: skip
"""Kind of case -> its columns."""

ALIASES: Mapping[str, str] = {
    "id": "case_id",
    "n_train_task": "own_examples",
    "n_cotrained_tasks": "cotrained_tasks",
    "direction": "higher_is_better",
    "params_m": "base_params",
}
"""Other names of columns, as older tables have them."""
FACTORS: Mapping[str, float] = {"params_m": 1e6}
"""Such a column's unit in units of ours."""
YES_NO: Mapping[str, bool] = {
    "yes": True, "true": True, "1": True, "higher": True, "no": False, "false": False, "0": False, "lower": False,
}  # fmt: skip
"""How yes and no may be written."""


def kind_of_columns(names: tuple[str, ...]) -> str:
    """Kind of the cases of a file without a column ``kind``: by what it measures; empty when that says nothing.

    >>> kind_of_columns(("case_id", "paper", "unified_score")), kind_of_columns(("a",))
    ('head_to_head', '')
    """
    fitting = [name for name, kind in KINDS.items() if any(column in names for column in kind.measured)]
    return fitting[0] if len(fitting) == 1 else ""
