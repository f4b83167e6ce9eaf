"""Days of the calendar, as typed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence

from tuneplan.scenario.reading.complaints import Complaints, shown
from tuneplan.scenario.reading.tree import Node, Scalar
from tuneplan.scenario.reading.walk import Leaf


def date_of(text: str, node: Node, leaf: Leaf, complaints: Complaints) -> str | None:
    """A date as it is kept, or None after a complaint."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return datetime.date.fromisoformat(text).isoformat()
        reason = "is not a date; write year-month-day, for example 2027-01-04"
    except ValueError:
        reason = "is a day that no calendar has"
    complaints.add(f"{shown(text)} {reason}", node.place, leaf.dotted)
    return None


def dates_of(texts: Sequence[Scalar], leaf: Leaf, complaints: Complaints) -> tuple[str, ...] | None:
    """Several, each once, or None after complaints."""
    found: dict[str, None] = {}
    sound = True
    for item in texts:
        day = date_of(item.text, item, leaf, complaints)
        if day in found:
            complaints.add(f"{shown(item.text)} is listed twice", item.place, leaf.dotted)
        sound = sound and day is not None and day not in found
        if day is not None:
            found[day] = None
    return tuple(found) if sound else None
