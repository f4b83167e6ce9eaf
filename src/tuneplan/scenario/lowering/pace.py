"""The pace of annotators where nobody gives it, as it stands in the ledger: it follows from other numbers, draw by draw."""

from __future__ import annotations

from tuneplan.core.distributions import point
from tuneplan.scenario.lowering.places import Gathering
from tuneplan.scenario.records import DERIVED, Quantity
from tuneplan.units import MINUTES_PER_HOUR

BY_PRICE = "assumed: what an hour costs over the price of an example, draw by draw"
BY_MINUTES = "declared: from the minutes a label, draw by draw"


def note_pace(gathering: Gathering) -> None:
    """Put into the ledger what ``finished`` does where nobody says how fast examples are made."""
    for task in gathering.scenarios[0].tasks:
        path = f"tasks.{task}.data.pace"
        if path in gathering.used:
            continue
        typical, source, grade = _typical(gathering, f"tasks.{task}.data")
        gathering.used[path] = Quantity(path=path, distribution=point(typical), unit="example/hour", text="", source=source, grade=grade, origin=DERIVED)


def _typical(gathering: Gathering, place: str) -> tuple[float, str, str]:
    """Kept examples an hour at the medians of all that it follows from; why, and how sure."""

    def median(word: str) -> float:
        return gathering.used[f"{place}.{word}"].distribution.median

    if f"{place}.labelling.minutes" in gathering.used:
        each = median("labelling.minutes") * median("labelling.labels_per_item") / median("labelling.yield")
        return MINUTES_PER_HOUR / each, BY_MINUTES, "D"
    hour = median("labelling.wage") * (1.0 + median("labelling.fee")) * (1.0 + median("labelling.quality_control"))
    price = median("price")
    return (hour / price if price > 0.0 else float("inf")), BY_PRICE, "A"
