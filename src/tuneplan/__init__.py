"""Decide whether to fine-tune one unified model, several specialists, or something between.

>>> import tuneplan as tp
>>> study = tp.load("scenarios/startup.yaml")
>>> result = study.run(draws=256)
>>> result.recommended in study.strategies
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuneplan.version import __version__

__all__ = [
    "Analysis", "Difference", "Result", "ScenarioError", "Study", "Sweep", "TuneplanError", "UsageError", "__version__", "calibrate", "fit", "load",
    "loads", "open", "validate",
]  # fmt: skip

if TYPE_CHECKING:
    from tuneplan.api import (
        Analysis,
        Difference,
        Result,
        Study,
        Sweep,
        calibrate,
        fit,
        load,
        loads,
        open,
        validate,
    )
    from tuneplan.errors import ScenarioError, TuneplanError, UsageError

_HOME = {name: "tuneplan.errors" if name.endswith("Error") else "tuneplan.api" for name in __all__ if name != "__version__"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``simulate --help`` is instant."""
    if name not in _HOME:
        raise AttributeError(f"module 'tuneplan' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
