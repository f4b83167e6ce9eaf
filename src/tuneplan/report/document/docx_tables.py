"""Tables in a Word document: heads that are repeated, rows that stay whole, numbers to the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.report.document.columns import cleaned, fitting, of_numbers, widths
from tuneplan.report.document.docx_parts import element
from tuneplan.report.document.docx_styles import INK, QUIET, RULE, WIDTH
from tuneplan.report.document.letters import bound
from tuneplan.report.tables import Table

if TYPE_CHECKING:
    from docx.document import Document as Word

ROOM = 104
"""Letters across the text, in the size of tables, with fonts wider than Calibri in its place."""
KEPT = 14
"""Rows of a table that is not broken over pages."""
STYLE_ID = "Tabletext"
TWIPS = 1440
"""Twentieths of a point in an inch."""


def write(word: Word, table: Table) -> None:
    """A table below its title; several where its columns do not fit on a sheet."""
    for part in fitting(cleaned(table), ROOM):
        if part.title:
            word.add_paragraph(bound(part.title), style="Table title")
        _write(word, part)
        word.add_paragraph(style="After a table")


def _write(word: Word, table: Table) -> None:
    cut = len(table.head) - 1 if table.sentence_below else len(table.head)
    numbers = of_numbers(table)[:cut]
    flat = Table(title="", head=table.head[:cut], rows=tuple(row[:cut] for row in table.rows))
    made = word.add_table(rows=0, cols=cut)
    _shape(made, [share * WIDTH for share in widths(flat, ROOM)], alt=table.title)
    _head(made, flat.head, numbers)
    for index, (row, whole) in enumerate(zip(flat.rows, table.rows, strict=True)):
        kept = len(table.rows) <= KEPT and index + 1 < len(table.rows)
        sentence = whole[cut] if table.sentence_below else ""
        _row(made, row, numbers, rule="" if sentence else RULE, kept=kept or bool(sentence))
        if sentence:
            _sentence(made, sentence, kept=kept)


def _shape(made: Any, inches: Sequence[float], *, alt: str) -> None:
    """Fixed widths, so that Word and LibreOffice agree; said for columns and, by each row, for cells."""
    made.autofit = False
    properties = made._tbl.tblPr
    for old in properties.xpath("./w:tblW"):
        properties.remove(old)
    properties.insert_element_before(element("tblW", w=round(sum(inches) * TWIPS), type="dxa"), "w:jc", "w:tblLayout", "w:tblLook")
    margins = element("tblCellMar")
    for side, twips in (("top", 28), ("left", 60), ("bottom", 28), ("right", 60)):
        margins.append(element(side, w=twips, type="dxa"))
    properties.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")
    if alt:
        properties.append(element("tblCaption", val=alt))
    for column, wide in zip(made._tbl.tblGrid.gridCol_lst, inches, strict=True):
        column.w = round(wide * TWIPS * 635)


def _head(made: Any, head: Sequence[str], numbers: Sequence[bool]) -> None:
    row = _row(made, head, numbers, rule=INK, kept=True, colour=QUIET, is_bold=True)
    row.get_or_add_trPr().append(element("tblHeader"))


def _row(made: Any, cells: Sequence[str], numbers: Sequence[bool], *, rule: str, kept: bool, colour: str = "", is_bold: bool = False) -> Any:
    """One row, whole on its page; its first cell names it."""
    row = made._tbl.add_tr()
    row.get_or_add_trPr().append(element("cantSplit"))
    for index, (grid, text, is_number) in enumerate(zip(made._tbl.tblGrid.gridCol_lst, cells, numbers, strict=True)):
        cell = row.add_tc()
        cell.width = grid.w
        _text(cell, text, is_number=is_number, rule=rule, kept=kept, colour=colour, is_bold=is_bold or index == 0)
    return row


def _sentence(made: Any, text: str, *, kept: bool) -> None:
    """A row of one cell below another row."""
    row = made._tbl.add_tr()
    row.get_or_add_trPr().append(element("cantSplit"))
    cell, grid = row.add_tc(), made._tbl.tblGrid.gridCol_lst
    cell.width = sum(column.w for column in grid)
    cell.grid_span = len(grid)
    _text(cell, text, is_number=False, rule=RULE, kept=kept, colour=QUIET, is_bold=False)


def _text(cell: Any, text: str, *, is_number: bool, rule: str, kept: bool, colour: str, is_bold: bool) -> None:
    """Words of a cell, and the rule below it."""
    from docx.shared import RGBColor
    from docx.text.run import Run

    paragraph = cell.p_lst[0]
    properties = paragraph.get_or_add_pPr()
    properties.style = STYLE_ID
    if kept:
        properties.append(element("keepNext"))
    if is_number:
        properties.append(element("jc", val="right"))
    run = Run(paragraph.add_r(), None)  # type: ignore[arg-type]
    run.text, run.bold = bound(text), is_bold or None
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    if rule:
        borders = element("tcBorders")
        borders.append(element("bottom", val="single", sz=8 if rule == INK else 4, space=0, color=rule))
        cell.get_or_add_tcPr().append(borders)
