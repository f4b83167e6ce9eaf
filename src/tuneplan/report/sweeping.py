"""What a sweep varies, in words and as the section of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tuneplan.report.words import plain
from tuneplan.report.yaml_text import in_flow, scalar
from tuneplan.scenario.swept import OWN, Row, Sweep, Wanted

if TYPE_CHECKING:
    from tuneplan.study.sweep.records import Space

OF_SWEEPS = "sweep."
"""Begins the keys of what is varied: no run reads them."""
MOST_NAMED = 8
"""Keys that a sentence names."""


def in_words(space: Space) -> str:
    """How many rows a sweep would have, and of which keys, in a sentence."""
    keys = [plain(key) for key in space.keys]
    more = f" and {len(keys) - MOST_NAMED} more" if len(keys) > MOST_NAMED else ""
    return f"sweep: {f'{space.rows:,}'.replace(',', ' ')} row{'' if space.rows == 1 else 's'}, mode {space.said()['mode']}, of {', '.join(keys[:MOST_NAMED])}{more}"


def swept(sweep: Sweep | None) -> str:
    """The section as a scenario has it; empty where there is none.

    >>> print(swept(Sweep(mode="zip", keys=(Wanted(key="method", texts=("full", "lora")),))), end="")
    sweep:
      mode: zip
      keys:
        method: [full, lora]
    """
    return "" if sweep is None else "\n".join(["sweep:", *_lines(sweep)]) + "\n"


def _lines(sweep: Sweep) -> Iterator[str]:
    if sweep.mode:
        yield f"  mode: {sweep.mode}"
    whole = {"points": sweep.points, "draws": sweep.draws, "seed": sweep.seed}
    yield from (f"  {name}: {value}" for name, value in whole.items() if value is not None)
    if sweep.plans:
        yield f"  plans: {sweep.plans}"
    if sweep.table:
        yield f"  table: {scalar(sweep.table)}"
    if sweep.keys:
        yield "  keys:"
        yield from (f"    {scalar(each.key)}: {_values(each)}" for each in sweep.keys)
    if sweep.rows:
        yield "  rows:"
        yield from (f"    - {{{_cells(row)}}}" for row in sweep.rows)


def _values(wanted: Wanted) -> str:
    if wanted.own:
        return OWN
    return scalar(str(wanted.range)) if wanted.range is not None else f"[{', '.join(map(_value, wanted.texts))}]"


def _cells(row: Row) -> str:
    return ", ".join(f"{in_flow(key)}: {_value(text)}" for key, text in row)


def _value(text: str) -> str:
    """A value between brackets: what is flow YAML already, or a text in quotes, stays."""
    return text if text.startswith(("[", "{", '"', "'")) else in_flow(text)
