"""A document for Word and LibreOffice: real headings, tables, lists and fields."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.report.document import docx_tables
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
from tuneplan.report.document.docx_parts import bookmark, contents, describe, field, held, numbered_anew
from tuneplan.report.document.docx_styles import styled
from tuneplan.report.document.letters import bound, line, lines
from tuneplan.report.document.pictures import bare, fills_a_page, shown
from tuneplan.report.tables import Table

if TYPE_CHECKING:
    from docx.document import Document as Word

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""When every part of the file was made: equal documents give equal bytes."""
WIDEST, HIGHEST = 5.6, 3.9
"""Width and height of a chart, so that two fit on a page. [inch]"""
HIGHEST_ALONE = 6.8
"""Height of one that fills a page. [inch]"""


def as_docx(document: Document) -> bytes:
    """The whole file."""
    word = styled(line(document.title))
    word.add_paragraph(line(document.title), style="Title")
    if document.question:
        word.add_paragraph(line(document.question), style="Subtitle")
    for section in document.front:
        word.add_paragraph(line(section.title), style="Page one heading")
        _write(word, section.blocks)
    titled = [(f"section-{section.anchor}", f"{number}  {line(section.title)}", section) for number, section in enumerate(document.sections, start=1)]
    if titled:
        _sections(word, titled)
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    word.add_paragraph(line(document.provenance), style="Provenance")
    _footer(word, line(document.title))
    held(word, but="Code")
    return _bytes(word)


def _sections(word: Word, titled: Sequence[tuple[str, str, Section]]) -> None:
    """Contents on top of page two, then what they name."""
    heading = word.add_paragraph("Contents", style="Contents heading")
    heading.paragraph_format.page_break_before = True
    contents(word, [(name, title) for name, title, _ in titled], within="sections")
    headings = []
    for number, (name, title, section) in enumerate(titled, start=1):
        headings.append(word.add_heading(title, level=1))
        bookmark(headings[-1], headings[-1], name=name, number=number)
        _write(word, section.blocks)
    bookmark(headings[0], word.paragraphs[-1], name="sections", number=0)


def _write(word: Word, blocks: Iterable[Block]) -> None:
    for block in blocks:
        WRITERS[type(block)](word, block)


def _paragraph(word: Word, block: Paragraph) -> None:
    paragraph = word.add_paragraph()
    if block.strong:
        paragraph.add_run(f"{bound(block.strong)} ").bold = True
    paragraph.add_run(bound(block.text))


def _points(word: Word, block: Points) -> None:
    style = "List Number" if block.ordered else "List Bullet"
    written = [word.add_paragraph(bound(item), style=style) for item in block.items]
    if block.ordered and written:
        numbered_anew(word, written)


def _callout(word: Word, block: Callout) -> None:
    first = word.add_paragraph(bound(block.text), style="Callout")
    if block.below:
        first.paragraph_format.keep_with_next = True
        word.add_paragraph(bound(block.below), style="Callout below")


def _code(word: Word, block: Code) -> None:
    paragraph = word.add_paragraph(style="Code")
    for number, text in enumerate(lines(block.text).split("\n")):
        run = paragraph.add_run()
        if number:
            run.add_break()
        run.add_text(text)


def _picture(word: Word, block: Picture) -> None:
    """Title and chart in one paragraph, which stays whole: LibreOffice may leave a title behind that is only to be kept with what follows."""
    from docx.shared import Inches

    words = shown(block.drawn)
    paragraph = word.add_paragraph(bound(words.title), style="Chart title")
    paragraph.paragraph_format.keep_together = True
    wide, high = block.drawn.figure.get_size_inches()
    scale = min(WIDEST / wide, (HIGHEST_ALONE if fills_a_page(block.drawn) else HIGHEST) / high)
    run = paragraph.add_run()
    run.add_break()
    picture = run.add_picture(io.BytesIO(bare(block.drawn, "png")), width=Inches(scale * wide))
    describe(picture, name=words.title, alt=words.alt)
    word.add_paragraph(bound(words.caption), style="Caption")


def _table(word: Word, block: Table) -> None:
    docx_tables.write(word, block)


WRITERS: dict[type, Any] = {Paragraph: _paragraph, Points: _points, Callout: _callout, Code: _code, Picture: _picture, Table: _table}
"""What writes each kind of block."""


def _footer(word: Word, title: str) -> None:
    """Title on the left, page of pages on the right."""
    paragraph = word.sections[0].footer.paragraphs[0]
    paragraph.add_run(f"{title[:70]}\tPage ")
    field(paragraph, "PAGE", "1")
    paragraph.add_run(" of ")
    field(paragraph, "NUMPAGES", "1")


def _bytes(word: Word) -> bytes:
    """The file, its parts without the time of day."""
    saved, made = io.BytesIO(), io.BytesIO()
    word.save(saved)
    with zipfile.ZipFile(saved) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as taken:
        for part in given.infolist():
            entry = zipfile.ZipInfo(part.filename, date_time=EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            taken.writestr(entry, given.read(part))
    return made.getvalue()
