"""numpy and scipy.special, loaded when a first name of theirs is used.

Reading and checking a scenario is text and a few logarithms; importing these two takes three
times as long as all of it. The equations say ``np`` and ``special`` as ever.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["np", "special"]


class Late:
    """Stands for a library until a name of it is asked for.

    >>> Late("math").sqrt(4.0)
    2.0
    """

    def __init__(self, library: str) -> None:
        self.library = library

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(import_module(self.library), name)
        setattr(self, name, value)  # found without this detour from now on
        return value


if TYPE_CHECKING:
    import numpy as np
    from scipy import special
else:
    np, special = Late("numpy"), Late("scipy.special")
