"""What ``simulate calibrate`` wrote: how far each number moved, and along which directions it is known now."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tuneplan.scenario.calibration import FARTHEST, Calibration
from tuneplan.scenario.reading.complaints import advice, listed, shown
from tuneplan.scenario.reading.draft import Draft
from tuneplan.scenario.reading.tree import Listing, Node, Scalar, Table
from tuneplan.scenario.reading.walk import Leaf

KEYS, MAY_BE = ("from", "pilots", "known", "numbers"), ("under",)
OF_A_NUMBER = ("prior", "shift", "along")
MOST_NUMBERS, MOST_DIRECTIONS, MOST_TOLD = 20_000, 2_000, 10
LEAST_KNOWN, MOST_KNOWN = -3.0, 1.0 - 1e-9
"""Shares of a variance that may be known; below 0: it is wider than before."""
NOT_ONE = 0.05
"""How far the length of a direction may lie from 1, and the product of two from 0, as they are written with few digits."""
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
        parts = self._entries(self.leaf.node, KEYS, "", may_be=MAY_BE)
        if parts is None:
            return None
        file, numbers = parts["from"], parts["numbers"]
        if not isinstance(file, Scalar):
            self._complain("needs the name of the pilot file", file, "from")
        known = self._listed(parts["known"], "known", (LEAST_KNOWN, MOST_KNOWN), "from -3 to just below 1")
        rows = self._rows(numbers, len(known))
        pilots = self._pilots(parts["pilots"], bool(rows))
        under = self._under(parts.get("under"))
        if len(self.draft.complaints.problems) > before or not isinstance(file, Scalar):
            return None
        for fault in _askew([along for _, _, along in rows.values()]):
            self._complain(fault, parts["known"], "known")
        if len(self.draft.complaints.problems) > before:
            return None
        return Calibration(
            file=file.text, pilots=pilots, names=tuple(rows), shift=tuple(shift for _, shift, _ in rows.values()),
            loadings=tuple(along for _, _, along in rows.values()), known=known, priors=tuple(prior for prior, _, _ in rows.values()),
            under=under,
        )  # fmt: skip

    def _rows(self, node: Node, directions: int) -> dict[str, tuple[str, float, tuple[float, ...]]]:
        """Name -> prior as spelled, shift, loadings."""
        entries = node.entries if isinstance(node, Table) else ()
        if not isinstance(node, Table) and not (isinstance(node, Scalar) and node.is_empty):
            self._complain("a table of numbers belongs here", node, "numbers")
        if len(entries) > MOST_NUMBERS:
            self._complain(f"{len(entries)} numbers are too many, the most is {MOST_NUMBERS}", node, "numbers")
            return {}
        rows, others = {}, []
        for key, value in entries:
            where = f"numbers.{key.text}"
            self.draft.places[f"{self.leaf.dotted}.{where}"] = key.place
            parts = self._entries(value, OF_A_NUMBER, where)
            if parts is None:
                continue
            shift = self._number(parts["shift"], f"{where}.shift", (-FARTHEST, FARTHEST))
            along = self._listed(parts["along"], f"{where}.along", (-1.0 - NOT_ONE, 1.0 + NOT_ONE), "from -1 to 1")
            if len(along) != directions and isinstance(parts["along"], Listing):
                others.append((len(along), value, where))
            rows[key.text] = (self._text(parts["prior"], f"{where}.prior"), shift, along)
        if others:  # one that was cut differs from every number
            count, value, where = others[0]
            more = f"; so {'do' if len(others) > 2 else 'does'} {len(others) - 1} more" if len(others) > 1 else ""
            self._complain(f"has {count} directions, but known has {directions}{more}", value, where)
        return rows

    def _text(self, node: Node, where: str) -> str:
        if not isinstance(node, Scalar):
            self._complain("needs the number as it was, in words", node, where)
            return ""
        return node.text

    def _pilots(self, node: Node, any_number: bool) -> int:
        """How many there were; 0 where nothing was learned."""
        text = node.text if isinstance(node, Scalar) else ""
        count = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if count < int(any_number):
            self._complain(f"{shown(text) if text else 'what stands here'} is no whole number from {int(any_number)} up", node, "pilots")
        return count

    def _under(self, node: Node | None) -> tuple[tuple[str, str], ...]:
        """What the pilots were read with; nothing where an older file does not say."""
        if node is None:
            return ()
        if not isinstance(node, Table) or not all(isinstance(value, Scalar) for _, value in node.entries):
            self._complain("needs a table of paths and words", node, "under")
            return ()
        return tuple((key.text, value.text) for key, value in node.entries if isinstance(value, Scalar))

    def _entries(self, node: Node, keys: tuple[str, ...], where: str, *, may_be: tuple[str, ...] = ()) -> dict[str, Node] | None:
        """The values of these keys, or None after a complaint."""
        if not isinstance(node, Table):
            self._complain(f"needs {listed(keys)}", node, where)
            return None
        found = {key.text: value for key, value in node.entries}
        for key, _ in node.entries:
            if key.text not in (*keys, *may_be):
                self._complain(f"unknown key {shown(key.text)}{advice(key.text, keys)}", key, where)
        missing = [key for key in keys if key not in found]
        if missing:
            self._complain(f"missing: {listed(missing)}", node, where)
            return None
        return found

    def _listed(self, node: Node, where: str, ends: tuple[float, float], said: str) -> tuple[float, ...]:
        if not isinstance(node, Listing) or len(node.items) > MOST_DIRECTIONS:
            self._complain(f"needs a list of at most {MOST_DIRECTIONS} numbers", node, where)
            return ()
        return tuple(self._number(item, where, ends, said) for item in node.items)

    def _number(self, node: Node, where: str, ends: tuple[float, float], said: str = "") -> float:
        text = node.text if isinstance(node, Scalar) else ""
        value = float(text) if len(text) < 40 and _NUMBER.fullmatch(text) else math.nan
        if not ends[0] <= value <= ends[1]:
            span = said or f"from {ends[0]:g} to {ends[1]:g}"
            self._complain(f"{shown(text) if text else 'what stands here'} is no number {span}", node, where)
            return 0.0
        return value

    def _complain(self, message: str, node: Node, where: str) -> None:
        self.draft.complaints.add(f"{message}; {REMEDY}", node.place, ".".join(part for part in (self.leaf.dotted, where) if part))


def _askew(rows: list[tuple[float, ...]]) -> list[str]:
    """What is wrong with directions, of length 1 and at right angles otherwise; the first faults.

    >>> _askew([(1.0, 0.0), (0.0, 0.5)]), _askew([(1.0,)])
    (['direction 2 has length 0.5, not 1'], [])
    """
    from tuneplan.late import np

    if not rows:
        return []
    along = np.array(rows)
    products = along.T @ along
    lengths = np.sqrt(np.diag(products))
    faults = [f"direction {each + 1} has length {lengths[each]:.3g}, not 1" for each in np.flatnonzero(np.abs(lengths - 1.0) > NOT_ONE)]
    if not faults:
        pairs = np.argwhere(np.triu(np.abs(products), 1) > NOT_ONE)
        faults = [f"directions {one + 1} and {other + 1} are not at right angles" for one, other in pairs[:MOST_TOLD]]
    return faults[:MOST_TOLD]
