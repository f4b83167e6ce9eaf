"""Every predictor, declared by importing its module; the names of kinds are theirs."""

from __future__ import annotations

from tuneplan.evidence.costs import serving, training_memory, training_time
from tuneplan.evidence.curves import predictor as learning_curves
from tuneplan.evidence.head_to_head import predicting as head_to_head
from tuneplan.evidence.prediction import PREDICTORS

__all__ = ["PREDICTORS", "head_to_head", "learning_curves", "serving", "training_memory", "training_time"]
