"""Rival forms of a law, side by side: the scenario picks one by name, the first is the default."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tuneplan.axes import Array
from tuneplan.core.capability import INTERFERENCE_FORMS
from tuneplan.core.registry import Registry
from tuneplan.core.transfer import TRANSFER_FORMS

LAWS: Mapping[str, Registry[Callable[..., Array]]] = {
    "transfer_form": TRANSFER_FORMS,
    "interference_form": INTERFERENCE_FORMS,
}
"""Key below ``law`` in a scenario -> its forms."""
