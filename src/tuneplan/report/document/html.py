"""A document as one HTML file: it needs no network, no script and no other file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING, Any

from tuneplan.report.document.blocks import (
    Block,
    Callout,
    Code,
    Document,
    Paragraph,
    Picture,
    Points,
    Section,
)
from tuneplan.report.document.columns import (
    SEAM,
    SPACE_OR_SEAM,
    cleaned,
    fitting,
    of_numbers,
    of_short_words,
    widths,
)
from tuneplan.report.document.letters import bound, line, lines, pieces
from tuneplan.report.document.pictures import bare, fills_a_page, shown
from tuneplan.report.document.svg import inline
from tuneplan.report.tables import Table
from tuneplan.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

ROOM = 104
"""Letters across a sheet of A4, in the size of tables."""
TALL = 0.7
"""Height by width of a chart from which on it gets a bit more of a printed page, which has room for two."""
LONG = 14
"""Rows of a table that may go on over the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A block as the template takes it.

    Attributes
    ----------
    kind
        Which of the template's macros writes it.
    name
        Its own among all blocks of the page.
    """

    kind: str
    name: str
    holds: Any


def as_html(document: Document) -> str:
    """The whole page."""
    numbers = count(1)

    def parts(blocks: Sequence[Block]) -> list[Part]:
        return [part for block in blocks for part in _parts(block, numbers)]

    def sections(given: Sequence[Section]) -> list[tuple[str, str, list[Part]]]:
        return [(section.anchor, line(section.title), parts(section.blocks)) for section in given]

    return _environment().get_template("memo.html.j2").render(
        title=line(document.title), question=line(document.question), front=sections(document.front), sections=sections(document.sections),
        provenance=line(document.provenance), style=_file("memo.css"), version=__version__,
    )  # fmt: skip


def _parts(block: Block, numbers: Iterator[int]) -> Iterator[Part]:
    kind, several = KINDS[type(block)]
    for held in several(block):
        name = f"{kind}-{next(numbers)}"
        yield Part(kind=kind, name=name, holds=_drawing(held, name) if isinstance(held, Picture) else held)


def _drawing(picture: Picture, name: str) -> dict[str, Any]:
    """A chart with the words around it; its markup is made here, with nothing in it that was not escaped."""
    words = shown(picture.drawn)
    wide, high = picture.drawn.figure.get_size_inches()
    return {"words": words, "size": "long" if fills_a_page(picture.drawn) else "tall" if high > TALL * wide else "", "drawing": inline(bare(picture.drawn, "svg"), prefix=name, title=words.title, alt=words.alt)}


def _tables(table: Table) -> list[dict[str, Any]]:
    return [_table(part) for part in fitting(cleaned(table), ROOM)]


def _table(table: Table) -> dict[str, Any]:
    """A table as its cells; a last column of sentences stands below each row."""
    cut = len(table.head) - 1 if table.sentence_below else len(table.head)
    rows = [(row[:cut], row[cut] if table.sentence_below else "") for row in table.rows]
    kinds = ["number" if number else "short" if short else "" for number, short in zip(of_numbers(table), of_short_words(table), strict=True)]
    shares = [f"{share:.1%}" for share in widths(table, ROOM, breaks=SPACE_OR_SEAM)] if "" in kinds[1:cut] else []
    return {
        "title": table.title, "head": list(zip(table.head[:cut], kinds, strict=False)), "rows": rows, "below": table.head[cut:], "shares": shares,
        "is_long": len(rows) > LONG, "folds": table.flowing,
    }  # fmt: skip


KINDS: dict[type, tuple[str, Callable[[Any], Sequence[Any]]]] = {
    Paragraph: ("paragraph", lambda block: [(bound(block.strong), bound(block.text))]),
    Points: ("points", lambda block: [(block.ordered, [bound(item) for item in block.items])]),
    Callout: ("callout", lambda block: [(bound(block.text), bound(block.below))]),
    Code: ("code", lambda block: [lines(block.text)]),
    Picture: ("picture", lambda block: [block]),
    Table: ("table", _tables),
}
"""What each kind of block is called in the template, and what it takes of it."""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    made = Environment(loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"bound": bound, "wholes": lambda words: pieces(bound(words)), "pieces": SEAM.split}
    return made


def _file(name: str) -> str:
    return (files("tuneplan.report.document") / name).read_text(encoding="utf-8")
