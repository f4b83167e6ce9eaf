"""What notebooks hold: a ``Study`` asks, a ``Result`` answers, an ``Analysis`` shows what follows."""

from __future__ import annotations

from tuneplan.api.analysis import Analysis
from tuneplan.api.difference import Difference
from tuneplan.api.evidence import calibrate, fit, validate
from tuneplan.api.keeping import KeptSweep
from tuneplan.api.result import Result
from tuneplan.api.storage import open_saved as open
from tuneplan.api.study import Study, load, loads
from tuneplan.api.sweep import Sweep

__all__ = ["Analysis", "Difference", "KeptSweep", "Result", "Study", "Sweep", "calibrate", "fit", "load", "loads", "open", "validate"]
