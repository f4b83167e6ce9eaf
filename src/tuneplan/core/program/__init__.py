"""Plain equations run at the speed that NumPy allows, without a word changed in them.

A pure function of named arrays is traced once into a list of operations (``tracing``), shortened (``rewriting``),
laid out in memory (``workspace``, ``binding``) and run block by block (``running``).
"""

from tuneplan.core.program.blocks import Block
from tuneplan.core.program.nodes import GuardBroken, Untraceable
from tuneplan.core.program.running import Program, compiled

__all__ = ["Block", "GuardBroken", "Program", "Untraceable", "compiled"]
