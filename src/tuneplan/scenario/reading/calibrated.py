"""What ``simulate calibrate`` wrote: how far each number moved, and along which directions it is known now."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tuneplan.scenario.calibration import Calibration
from tuneplan.scenario.reading.complaints import advice, listed, shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table
from tuneplan.scenario.reading.walk import Leaf

KEYS = ("from", "pilots", "known", "numbers")
OF_A_NUMBER = ("prior", "shift", "along")
MOST_NUMBERS, MOST_DIRECTIONS = 20_000, 2_000
FARTHEST = 40.0
"""Normal scores beyond which no number can have moved."""
LEAST_KNOWN, MOST_KNOWN = -100.0, 1.0 - 1e-12
"""Shares of a variance that may be known; below 0: it is wider than before."""
NOT_ONE = 0.05
"""How far the length of a direction may lie from 1, as it is written with few digits."""
REMEDY = "write the file anew with simulate calibrate"
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def read_calibrated(leaf: Leaf, draft: Draft) -> None:
    """Read the section into the draft, every fault told."""
    found = _Reader(leaf, draft).read()
    if found is not None:
        draft.calibration = found


@dataclass(frozen=True, slots=True)
class _Reader:
    """The section being read."""

    leaf: Leaf
    draft: Draft

    def read(self) -> Calibration | None:
        """What it says, or None after a complaint."""
        before = len(self.draft.complaints.problems)
        parts = self._entries(self.leaf.node, KEYS, "", self.leaf)
        if parts is None:
            return None
        file, numbers = parts["from"], parts["numbers"]
        if not isinstance(file, Scalar):
            self._complain("needs the name of the pilot file", file, "from")
        pilots = self._number(parts["pilots"], "pilots", 0.0, 1e9)
        known = self._listed(parts["known"], "known", LEAST_KNOWN, MOST_KNOWN, MOST_DIRECTIONS)
        rows = self._rows(numbers, len(known))
        if len(self.draft.complaints.problems) > before or not isinstance(file, Scalar):
            return None
        self._check_lengths(parts["known"], [along for _, _, along in rows.values()], len(known))
        if len(self.draft.complaints.problems) > before:
            return None
        return Calibration(
            file=file.text, pilots=int(pilots), names=tuple(rows), shift=tuple(shift for _, shift, _ in rows.values()),
            loadings=tuple(along for _, _, along in rows.values()), known=known, priors=tuple(prior for prior, _, _ in rows.values()),
        )  # fmt: skip

    def _rows(self, node: Node, directions: int) -> dict[str, tuple[str, float, tuple[float, ...]]]:
        """Name -> prior as spelled, shift, loadings."""
        entries = node.entries if isinstance(node, Table) else ()
        if not isinstance(node, Table) and not (isinstance(node, Scalar) and node.is_empty):
            self._complain("a table of numbers belongs here", node, "numbers")
        if len(entries) > MOST_NUMBERS:
            self._complain(f"{len(entries)} numbers are too many, the most is {MOST_NUMBERS}", node, "numbers")
            return {}
        rows = {}
        for key, value in entries:
            where = f"numbers.{key.text}"
            parts = self._entries(value, OF_A_NUMBER, where, value)
            if parts is None:
                continue
            prior = parts["prior"]
            shift = self._number(parts["shift"], f"{where}.shift", -FARTHEST, FARTHEST)
            along = self._listed(parts["along"], f"{where}.along", -1.0 - NOT_ONE, 1.0 + NOT_ONE, MOST_DIRECTIONS)
            if len(along) != directions:
                self._complain(f"has {len(along)} directions, but known has {directions}", value, where)
            rows[key.text] = (prior.text if isinstance(prior, Scalar) else "", shift, along)
        return rows

    def _check_lengths(self, node: Node, rows: list[tuple[float, ...]], directions: int) -> None:
        for direction in range(directions):
            length = math.sqrt(sum(row[direction] ** 2 for row in rows))
            if abs(length - 1.0) > NOT_ONE:
                self._complain(f"direction {direction + 1} has length {length:.3g}, not 1", node, "known")
                return

    def _entries(self, node: Node, keys: tuple[str, ...], where: str, at: Node | Leaf) -> dict[str, Node] | None:
        """The values of these keys, or None after a complaint."""
        if not isinstance(node, Table):
            self._complain(f"needs {listed(keys)}", node, where)
            return None
        found = {key.text: value for key, value in node.entries}
        for key, _ in node.entries:
            if key.text not in keys:
                self._complain(f"unknown key {shown(key.text)}{advice(key.text, keys)}", key, where)
        missing = [key for key in keys if key not in found]
        if missing:
            self._complain(f"missing: {listed(missing)}", node, where)
            return None
        return found

    def _listed(self, node: Node, where: str, low: float, high: float, most: int) -> tuple[float, ...]:
        if not isinstance(node, Listing) or len(node.items) > most:
            self._complain(f"needs a list of at most {most} numbers", node, where)
            return ()
        return tuple(self._number(item, where, low, high) for item in node.items)

    def _number(self, node: Node, where: str, low: float, high: float) -> float:
        text = node.text if isinstance(node, Scalar) else ""
        value = float(text) if len(text) < 40 and _NUMBER.fullmatch(text) else math.nan
        if not low <= value <= high:
            self._complain(f"{shown(text) if text else 'what stands here'} is no number from {low:g} to {high:g}", node, where)
            return 0.0
        return value

    def _complain(self, message: str, node: Node, where: str) -> None:
        self.draft.complaints.add(f"{message}; {REMEDY}", node.place, ".".join(part for part in (self.leaf.dotted, where) if part))
