"""A scenario with further lines, as if a file beside it held them and another included both."""

from __future__ import annotations

import json
from pathlib import Path

from tuneplan.scenario.reading.texts import Texts


def with_lines(texts: Texts, file: str, lines: str, *, name: str) -> tuple[str, Texts]:
    """Name of the scenario that includes both, and all texts; nothing is written to the disk.

    >>> file, texts = with_lines(Texts(known={"a/b.yaml": "schema: 1"}), "a/b.yaml", "horizon: 1 year", name="lines")
    >>> file, texts.known[file], texts.known["a/lines.yaml"]
    ('a/b.yaml + lines.yaml', 'include: ["b.yaml", "lines.yaml"]\\n', 'horizon: 1 year')
    """
    folder = Path(file).parent
    own, number = f"{name}.yaml", 2
    while str(folder / own) in texts.known:
        own, number = f"{name}-{number}.yaml", number + 1
    whole = f"{file} + {own}"
    both = json.dumps([Path(file).name, own], ensure_ascii=False)
    known = {**texts.known, str(folder / own): lines, whole: f"include: {both}\n"}
    return whole, Texts(known=known, is_closed=texts.is_closed)
