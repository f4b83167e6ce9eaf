"""Every predictor, declared by importing its module; the names of kinds are theirs."""

from __future__ import annotations

from tuneplan.evidence.head_to_head import predicting as head_to_head
from tuneplan.evidence.prediction import PREDICTORS

__all__ = ["PREDICTORS", "head_to_head"]
