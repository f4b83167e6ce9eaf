"""``score.scale: WORST to BEST`` as the two numbers that it stands for."""

from __future__ import annotations

import re
from dataclasses import replace

from tuneplan.scenario.reading.complaints import Complaints, position
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.reading.tree import Scalar
from tuneplan.scenario.reading.walk import Leaf, Leaves

SCALE, WORST, BEST = "scale", "worst", "best"
_ENDS = re.compile(r"(\S[^\n]*?)\s+to\s+(\S[^\n]*)")
LONGEST = 80


def with_ends(leaves: Leaves, language: Language, complaints: Complaints) -> Leaves:
    """Leaves in which every scale is replaced by its worst and best value."""
    found: Leaves = {}
    for path, leaf in leaves.items():
        if leaf.key.kind != SCALE:
            found[path] = leaf
            continue
        texts = _texts(leaf, complaints)
        for end, text in zip((WORST, BEST), texts, strict=False):
            where = (*path[:-1], end)
            if where in leaves:
                other = position(leaves[where].at)
                complaints.add(f"score.{end} is given too, at {other}; give the scale, or its ends", leaf.at, leaf.dotted)
                continue
            key = language.key_of(f"{leaf.key.pattern.removesuffix(SCALE)}{end}")
            found[where] = replace(leaf, path=where, key=key, node=Scalar(text, leaf.node.place))
    return found


def _texts(leaf: Leaf, complaints: Complaints) -> tuple[str, ...]:
    """Worst and best as typed; nothing after a complaint."""
    text = leaf.node.text.strip() if isinstance(leaf.node, Scalar) else ""
    if not text or len(text) > LONGEST:
        complaints.add("write the worst and the best value, for example 0 to 100, or 5 to 1 for a loss", leaf.node.place, leaf.dotted)
        return ()
    ends = _ENDS.fullmatch(text)
    return (ends[1], ends[2]) if ends else ("0", text)
