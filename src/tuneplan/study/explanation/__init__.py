"""Where a number comes from: the tree of any output of a run, down to its inputs.

Values are those of the run: arrays are made by the functions that made the verdict. What a number
rests on is not written down a second time: cost lines and derived arrays name their arguments, the
law and finished numbers are watched while they run, and the cells of a declared number keep the
path that they were drawn for.
"""

from tuneplan.study.explanation.node import Node
from tuneplan.study.explanation.outputs import explain, keys, trees

__all__ = ["Node", "explain", "keys", "trees"]
