"""A memo in Word: real headings, tables, lists, pictures and fields, and XML that every reader takes."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from documents import HOSTILE, document
from tuneplan.report.document.blocks import Code, Document, Paragraph, Points, Section
from tuneplan.report.document.docx import as_docx
from tuneplan.report.document.docx_styles import WIDTH
from tuneplan.report.document.letters import bound, line
from tuneplan.report.tables import Table

EMU, TWIPS = 914_400, 1440


@cache
def file_of(words: str) -> bytes:
    return as_docx(document(words))


def opened(whole: bytes) -> Word:
    return docx.Document(io.BytesIO(whole))


def of_blocks(*blocks: Any) -> Word:
    return opened(as_docx(Document(title="A", question="", front=(Section(title="B", anchor="b", blocks=blocks),), sections=(), provenance="")))


def styled(word: Word, style: str) -> list[str]:
    return [each.text for each in word.paragraphs if each.style is not None and each.style.name == style]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_words_stay_words_and_every_part_is_xml(words: str) -> None:
    whole = file_of(words)
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(parts.read(name))
    word = opened(whole)
    text = [each.text for each in word.paragraphs]
    for each in (f"Name: {words}", f"Question: {words}", f"Front: {words}", f"From: {words}"):
        assert line(each) in text
    assert f"1  {line(f'First: {words}')}" in text
    for each in (f"Strong: {words} Text: {words}", f"Item: {words}", f"Step: {words}", f"Call: {words}", f"Below: {words}", f"Note: {words}. Source: 64 draws."):
        assert bound(each) in text
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    for each in (f"Row: {words}", f"Because: {words}", f"Source: {words}"):
        assert bound(each) in cells


def test_nothing_leads_out_of_the_file() -> None:
    with zipfile.ZipFile(io.BytesIO(file_of(HOSTILE["link"]))) as parts:
        assert not [name for name in parts.namelist() if name.endswith(".rels") and b'TargetMode="External"' in parts.read(name)]
        assert not [name for name in parts.namelist() if "vba" in name.lower() or "embeddings" in name]


def test_headings_and_page_one() -> None:
    word = opened(file_of("a"))
    assert styled(word, "Title") == ["Name: a"]
    assert styled(word, "Heading 1") == ["1  First: a", "2  Second"]
    assert styled(word, "Page one heading") == ["Front: a"]
    assert word.styles["Page one heading"].base_style.name == "Heading 1", "with its place in the outline"
    contents = next(each for each in word.paragraphs if each.text == "Contents")
    assert contents.paragraph_format.page_break_before
    text = [each.text for each in word.paragraphs]
    assert text.index("Front: a") < text.index("Contents") < text.index("1  First: a")


def test_contents_are_there_before_anybody_makes_them_anew() -> None:
    word = opened(file_of("a"))
    body = word.element.body
    links = [(each.get(qn("w:anchor")), "".join(text.text for text in each.iter(qn("w:t")))) for each in body.iter(qn("w:hyperlink"))]
    assert links == [("section-first", "1  First: a"), ("section-second", "2  Second")]
    marks = {each.get(qn("w:name")): each.get(qn("w:id")) for each in body.iter(qn("w:bookmarkStart"))}
    assert set(marks) == {"section-first", "section-second", "sections"}
    assert sorted(marks.values()) == sorted(each.get(qn("w:id")) for each in body.iter(qn("w:bookmarkEnd")))
    codes = [each.text.strip() for each in body.iter(qn("w:instrText"))]
    assert codes == ['TOC \\o "1-1" \\n \\h \\z \\b sections']
    kinds = [each.get(qn("w:fldCharType")) for each in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]


def test_pages_are_counted_at_the_foot() -> None:
    foot = opened(file_of("a")).sections[0].footer
    assert [each.text.strip() for each in foot._element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert foot.paragraphs[0].text == "Name: a\tPage 1 of 1"


def test_tables_repeat_their_head_keep_rows_whole_and_fit_the_page() -> None:
    for table in opened(file_of("a")).tables:
        rows = list(table._tbl.tr_lst)
        assert [row.find(f"./{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
        assert all(row.find(f"./{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
        assert sum(int(each.get(qn("w:w"))) for each in table._tbl.tblGrid) == pytest.approx(WIDTH * TWIPS, abs=len(table.columns))
        assert not table.autofit


def test_numbers_stand_on_the_right() -> None:
    table = opened(file_of("a")).tables[0]
    assert [[cell.paragraphs[0].alignment for cell in row.cells] for row in table.rows] == [[None, WD_ALIGN_PARAGRAPH.RIGHT, None]] * 3
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["", "cost", "a"], ["Row: a", "$1.20k", "a"], ["b", "-", "c"]]


def test_a_sentence_stands_below_its_row_across_all_columns() -> None:
    table = opened(file_of("a")).tables[2]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["name", "value"], ["a", "1.5"], ["Source: a"] * 2, ["b", "2.5"]]


def test_short_tables_stay_on_one_page_and_long_ones_go_on() -> None:
    def kept(rows: int) -> list[bool]:
        table = Table(title="T", head=("", "n"), rows=tuple((f"r{row}", "1") for row in range(rows)))
        return [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in of_blocks(table).tables[0].rows]

    assert kept(3) == [True, True, True, False]
    assert kept(40) == [True] + [False] * 40


def test_pictures_have_words_and_fit_the_page() -> None:
    word = opened(file_of("words"))
    drawings = list(word.element.body.iter(qn("wp:docPr")))
    assert [each.get("descr") for each in drawings] == ["Alt: words"] * 2
    assert [each.get("name") for each in drawings] == ["Title: words"] * 2
    for shape in word.inline_shapes:
        assert 0.8 * WIDTH * EMU < shape.width <= WIDTH * EMU
        assert shape.width / shape.height == pytest.approx(6.6 / 3.0, rel=1e-3)
    assert styled(word, "Caption") == ["Note: words. Source: 64 draws."] * 2
    assert [each.strip() for each in styled(word, "Chart title")] == ["Title: words"] * 2
    titles = [each for each in word.paragraphs if each.style is not None and each.style.name == "Chart title"]
    assert all(each.paragraph_format.keep_together and list(each._p.iter(qn("wp:docPr"))) for each in titles), "a chart stays with its title"


def test_no_line_breaks_within_a_date_or_an_option_but_commands_are_copied_as_they_are() -> None:
    word = of_blocks(Paragraph("by 2027-01-04 with --draws 64"), Code("a --draws 64"))
    first, code = (next(each for each in word.paragraphs if "64" in each.text and (each.style.name == "Code") is is_code) for is_code in (False, True))  # type: ignore[union-attr]
    assert len(list(first._p.iter(qn("w:noBreakHyphen")))) == 4
    assert first.text == "by 2027-01-04 with --draws\xa064"
    assert list(code._p.iter(qn("w:noBreakHyphen"))) == []


def test_steps_of_each_list_are_counted_from_one() -> None:
    word = of_blocks(Points(("a", "b"), ordered=True), Points(("c",)), Points(("d", "e"), ordered=True))
    numbers = [each._p.pPr.numPr.numId.val for each in word.paragraphs if each.style is not None and each.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]
    starts = {each.numId: each.xpath("./w:lvlOverride/w:startOverride/@w:val") for each in word.part.numbering_part.element.num_lst}
    assert [starts[number] for number in numbers] == [["1"]] * 4


def test_properties_name_no_person_and_no_day() -> None:
    with zipfile.ZipFile(io.BytesIO(file_of("a"))) as parts:
        properties = parts.read("docProps/core.xml").decode()
        assert "<dc:title>Name: a</dc:title>" in properties
        assert "<dc:creator>tuneplan</dc:creator>" in properties
        assert not re.search(r"20\d\d-", properties)
        assert {each.date_time for each in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_equal_documents_give_equal_bytes() -> None:
    assert as_docx(document("a")) == file_of("a")


def test_every_style_has_a_font_for_each_kind_of_script() -> None:
    word = opened(file_of("a"))
    for name in ("Normal", "Title", "Heading 1", "Callout", "Table text", "Caption"):
        fonts = word.styles[name].element.rPr.rFonts
        assert {each.rpartition("}")[2] for each in fonts.attrib} == {"ascii", "hAnsi", "eastAsia", "cs"}


def test_a_memo_of_one_page_has_no_contents() -> None:
    word = of_blocks()
    assert "Contents" not in [each.text for each in word.paragraphs]
