"""Pilots, learned from: measured scores move the numbers of a scenario.

Everything uncertain is a normal score, one for each name that ``scenario.lowering.table.Table.draw``
asks of the cube: numbers, what correlated ones have in common, and luck (clashes, what the law misses).
Before any pilot all are independent and standard normal. A pilot is a prediction of the same core
that every run uses, at strategies that are the pilots themselves, with a measured value beside it.
"""

from tuneplan.evidence.calibration.learning import calibrate
from tuneplan.evidence.calibration.observations import Observation
from tuneplan.evidence.calibration.posterior import Posterior

__all__ = ["Observation", "Posterior", "calibrate"]
