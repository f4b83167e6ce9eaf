"""A document as what it says, before it is HTML, DOCX or Markdown.

All text is plain: whoever writes a format escapes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.report.charts.canvas import Drawn
from tuneplan.report.tables import Table


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``strong`` words lead it in."""

    text: str
    strong: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """A list of short items; ``ordered``: steps, numbered."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Callout:
    """The one thing to read: a recommendation, with what it rests on below."""

    text: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Commands or code, as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart; its title, alt text and caption come with it."""

    drawn: Drawn


Block = Paragraph | Points | Callout | Code | Picture | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands below it.

    Attributes
    ----------
    anchor
        Its name within the document: letters, digits and hyphens.
    """

    title: str
    anchor: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Page one, then the rest.

    Attributes
    ----------
    title, question
        As the scenario gives them; the question may be empty.
    front
        Page one: alone enough to decide.
    sections
        What follows, each in the table of contents.
    provenance
        From what it was made: a line at the foot.
    """

    title: str
    question: str
    front: Sequence[Section]
    sections: Sequence[Section]
    provenance: str
