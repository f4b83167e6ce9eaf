"""Columns of pilot files."""

from __future__ import annotations

from tuneplan.core.registry import Param

EXAMPLES_OF = "examples_"
"""Begins the column with the examples of another task that was trained beside."""
ENDLESS = 1e18


def _number(name: str, unit: str, doc: str, *, low: float = 0.0, high: float = ENDLESS) -> Param:
    return Param(name=name, key=name, unit=unit, low=low, high=high, doc=doc, may_be_bare=True)


NUMBERS = {
    each.name: each
    for each in (
        _number("examples", "example", "Fine-tuning examples of the task; 0: the base as it is."),
        _number("others_examples", "example", "Examples of each other task trained beside it."),
        _number("base", "score", "What the base scored on the task before any training.", low=-1e9, high=1e9),
        _number("score", "score", "What was measured, on the scale of the task's metric.", low=-1e9, high=1e9),
        _number("standard_error", "score", "Standard error of that, on the same scale.", high=1e9),
        _number("epochs", "epoch", "Passes over the examples.", low=0.01, high=100.0),
        _number("gpu_hours", "hour", "GPU-hours of this one run.", low=1e-6),
        _number("tokens", "token", "Tokens trained on in this run, all epochs.", low=1.0),
        _number("cost", "USD", "What the examples of the task cost."),
        _number("annotator_minutes", "minute", "Minutes that one label took.", low=1e-6, high=1e6),
    )
}
"""Columns of numbers."""
TEXTS = ("task", "strategy", "trained_together", "base_model", "method", "run", "note")
COLUMNS = (
    "task", "strategy", "trained_together", "examples", "others_examples", "base", "base_model", "score", "standard_error", "epochs", "method",
    "gpu_hours", "tokens", "cost", "annotator_minutes", "run", "note",
)  # fmt: skip
"""Every column, those that people need first, first."""
MEASURED = ("score", "base", "gpu_hours", "cost", "annotator_minutes")
"""Columns of what may be measured; each row has one at least."""
ALIASES = {
    "tasks_trained_together": "trained_together", "together": "trained_together", "trained_on": "trained_together", "base_score": "base",
    "se": "standard_error", "stderr": "standard_error", "std_error": "standard_error", "gpu hours": "gpu_hours", "minutes": "annotator_minutes",
    "minutes_per_label": "annotator_minutes", "model": "base_model",
}  # fmt: skip
"""Other names that people give them."""
