"""Decide whether to fine-tune one unified model, several specialists, or something between.

>>> import tuneplan as tp
>>> study = tp.load("scenarios/startup.yaml")
>>> result = study.run(draws=256)
>>> result.recommended in study.strategies
True

Ask
    ``load(path)``, ``loads(text)``    a ``Study``: a scenario, ready to be asked
    ``study.set(path, value)``         a new study with something changed; ``study.scenario(name)``: one of the file's own
    ``study.run(draws=, seed=)``       a ``Result``: the verdict with its draws
    ``study.sweep({key: [...]})``      a ``Sweep``: the same question at many points
    ``study.sweep({key: range}, to=)``  a ``KeptSweep``: thousands to billions of rows in a file or folder; ``.summary()`` says where each strategy wins
    ``study.panel({key: (1, 9, unit)})``  sliders, in a notebook; whatever is moved is asked again
    ``study.compare(other)``, ``study.breakeven(key)``, ``study.groupings()``, ``study.schedule()``, ``study.check()``

Look
    ``result.plans``, ``.regret``, ``.probability_best``  by name of a strategy; ``.delivered``, ``.cost``, ``.score``, ``.launch``: every draw, read-only
    ``result.difference(a, b)``        a ``Difference``: two strategies, paired
    ``result.voi()``, ``.sensitivity()``, ``.frontier()``, ``.groupings()``, ``.schedule()``, ``.remedies()``, ``.explain(key)``
                                       an ``Analysis`` each: printed, a page; ``.plot(ax=)``, ``.to_frame()``, ``.record``
    ``result.plot(name, ax=)``, ``result.charts()``, ``result.memo("memo.html")``

Keep
    ``result.save(path)``, ``open(path)``, ``result.to_frame()``, ``.to_xarray()``, ``.to_json()``

Believe
    ``calibrate(pilots, scenario=)``, ``fit(curves)``, ``validate(files)``; ``study.include(learned)``: a study that knows it

What is wrong with a scenario is a ``ScenarioError``, what makes no sense to ask a ``UsageError``; both are
``TuneplanError``. Nothing is imported before a name is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuneplan.version import __version__

__all__ = [
    "Analysis", "Difference", "KeptSweep", "Result", "ScenarioError", "Study", "Sweep", "TuneplanError", "UsageError", "__version__", "calibrate", "fit", "load",
    "loads", "validate",
]  # fmt: skip
"""Without ``open``, so that ``from tuneplan import *`` leaves Python's own alone; ``tuneplan.open`` is there."""

if TYPE_CHECKING:
    from tuneplan.api import (
        Analysis,
        Difference,
        KeptSweep,
        Result,
        Study,
        Sweep,
        calibrate,
        fit,
        load,
        loads,
        validate,
    )
    from tuneplan.api import open as open
    from tuneplan.errors import ScenarioError, TuneplanError, UsageError

_HOME = {name: "tuneplan.errors" if name.endswith("Error") else "tuneplan.api" for name in (*__all__, "open") if name != "__version__"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``simulate --help`` is instant."""
    if name not in _HOME:
        raise AttributeError(f"module 'tuneplan' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "open"])
