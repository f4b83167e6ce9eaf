"""Every predictor, declared by importing its module; the names of kinds are theirs."""

from __future__ import annotations

from tuneplan.evidence.costs import serving, training_memory, training_time
from tuneplan.evidence.prediction import PREDICTORS

__all__ = ["PREDICTORS", "serving", "training_memory", "training_time"]
