"""Which scenario is it? A name for what a scenario means."""

from __future__ import annotations

import hashlib
import json

from tuneplan.scenario.records import Quantity, Scenario, Setting


def fingerprint(scenario: Scenario) -> str:
    """Twelve hexadecimal digits that name what a scenario means.

    They depend on numbers as understood and on words that decide something, after ``like``, includes and
    overrides; on no title, note, layout, order or file name, and not on how a number was spelled.
    """
    numbers = {path: meant(quantity) for path, quantity in scenario.quantities.items()}
    numbers |= {path: f"same as {other}" for path, other in scenario.ties.items()}
    names = {"tasks": sorted(scenario.tasks), "strategies": sorted(scenario.strategies)}
    rows = [repr(row) for row in scenario.rows]
    learned = [repr(scenario.calibration)] if scenario.calibration is not None else []
    whole = json.dumps([numbers, decisive(scenario), names, *([rows] if rows else []), *([learned] if learned else [])], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def meant(quantity: Quantity) -> str:
    """A number without its spelling; twelve digits, as the last bit of a logarithm means nothing."""
    numbers = ", ".join(f"{number:.12g}" for number in quantity.distribution.parameters)
    return f"{quantity.distribution.family}({numbers}) {quantity.unit}{f' as {quantity.same_as}' if quantity.same_as else ''}"


SAID_ALONE = ("schema", "name", "question", "include", "note", "metric")
"""Last words of keys that decide nothing."""


def decisive(scenario: Scenario) -> dict[str, Setting]:
    """Settings that decide something; of lists of names the order says nothing."""
    found = {
        path: value for path, value in scenario.settings.items()
        if path.rsplit(".", 1)[-1] not in SAID_ALONE and not path.startswith("scenarios.")
    }  # fmt: skip
    lists = {path: tuple(sorted(map(str, value))) for path, value in found.items() if isinstance(value, tuple) and not path.endswith(".groups")}
    return found | lists
