"""Rows of head-to-heads in a few words."""

from __future__ import annotations

from tuneplan.evidence.cases import Case

ROW: dict[str, str | float | bool | None] = {
    "paper": "P", "group": "P", "task": "QA", "metric": "F1", "higher_is_better": True, "score_span": 100.0, "base_model": "Some-7B",
    "base_params": 7e9, "method": "full", "own_examples": 4000.0, "cotrained_tasks": 3.0, "mixture_examples": 12000.0, "relation": "near",
    "clash_risk": "low", "routed": False, "framing": "instruction", "seen": "seen", "base_score": 40.0, "specialist_score": 60.0,
    "unified_score": 62.0,
}  # fmt: skip
"""A row that says everything."""


def case(name: str = "H1", kind: str = "head_to_head", **changed: str | float | bool | None) -> Case:
    """The row, with something else in it."""
    values = {**ROW, **changed}
    if kind != "head_to_head":
        values["hybrid_score"] = values.pop("unified_score")
    return Case(kind=kind, case_id=name, group=str(values["paper"]), place=f"cases.csv:{name}", values={**values, "case_id": name})


def silent(name: str = "H1") -> Case:
    """A row that says nothing but what it must."""
    return case(name, **{key: None for key in ROW if key not in ("paper", "task")})
