"""numpy and scipy.special, loaded when a first name of theirs is used.

Reading and checking a scenario is text and a few logarithms; importing these two takes three
times as long as all of it; most of that is code of scipy.special around its functions, which is
left out where that can be. The equations say ``np`` and ``special`` as ever.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from threading import active_count
from typing import TYPE_CHECKING, Any

__all__ = ["np", "special"]


class Late:
    """Stands for a library until a name of it is asked for; names are looked for in its compiled part first, where one is named.

    >>> Late("math").sqrt(4.0)
    2.0
    """

    def __init__(self, library: str, compiled: str = "") -> None:
        self.library, self.compiled = library, compiled

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(compiled_of(self.library, self.compiled), name, None) if self.compiled else None
        if value is None:
            value = getattr(import_module(self.library), name)
        setattr(self, name, value)  # found without this detour from now on
        return value


def compiled_of(library: str, part: str) -> Any:
    """The compiled part of a library without what the library does around it; None where that cannot be had.

    scipy.special is functions in C and code that prepares them for arrays of other libraries. The functions load in
    .01 s, all of it in .13 s, a quarter of a verdict. They are the same objects under their public names, and whoever
    imports the package later finds its part in place.
    """
    name = f"{library}.{part}"
    if name in sys.modules or library in sys.modules or active_count() > 1:  # a thread could meet the package while its code has not run
        return sys.modules.get(name)
    try:
        spec = find_spec(library)
        if spec is None:
            return None
        sys.modules[library] = module_from_spec(spec)
        try:
            return import_module(name)
        finally:
            del sys.modules[library]
    except (ImportError, AttributeError):  # another version keeps its functions elsewhere
        return None


if TYPE_CHECKING:
    import numpy as np
    from scipy import special
else:
    np, special = Late("numpy"), Late("scipy.special", compiled="_ufuncs")
