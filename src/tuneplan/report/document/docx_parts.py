"""Parts of a Word document for which python-docx has no words: fields, bookmarks, borders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.report.document.letters import pieces

if TYPE_CHECKING:
    from docx.document import Document as Word

AFTER_SHADING = ("w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")
"""What follows borders and ground in the properties of a paragraph: their order is fixed."""
Rule = tuple[str, str, int]
"""A border: its side, colour, and width in eighths of a point."""


def element(tag: str, **attributes: str | int) -> Any:
    """An element of the main namespace, attributes too."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def field(paragraph: Any, code: str, shown: str) -> None:
    """A field with what it shows until it is made anew."""
    _field_begins(paragraph, code)
    paragraph.add_run(shown)
    _field_ends(paragraph)


def _field_begins(paragraph: Any, code: str) -> None:
    from docx.oxml.ns import qn

    paragraph.add_run()._r.append(element("fldChar", fldCharType="begin"))
    instruction = element("instrText")
    instruction.text = f" {code} "
    instruction.set(qn("xml:space"), "preserve")
    paragraph.add_run()._r.append(instruction)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="separate"))


def _field_ends(paragraph: Any) -> None:
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def contents(word: Word, entries: Sequence[tuple[str, str]], *, within: str) -> None:
    """A table of contents that is there before anybody makes it anew: links without page numbers, which nobody knows yet.

    Parameters
    ----------
    entries
        Bookmark and title of each heading.
    within
        Bookmark around the headings that belong to it.
    """
    paragraphs = [word.add_paragraph(style="toc 1") for _ in entries]
    _field_begins(paragraphs[0], f'TOC \\o "1-1" \\n \\h \\z \\b {within}')
    for paragraph, (name, title) in zip(paragraphs, entries, strict=True):
        link = element("hyperlink", anchor=name, history=1)
        link.append(paragraph.add_run(title)._r)
        paragraph._p.append(link)
    _field_ends(paragraphs[-1])


def bookmark(first: Any, last: Any, *, name: str, number: int) -> None:
    """A name for the paragraphs from one to another."""
    start = element("bookmarkStart", id=number, name=name[:40])
    properties = first._p.pPr
    if properties is None:
        first._p.insert(0, start)
    else:
        properties.addnext(start)
    last._p.append(element("bookmarkEnd", id=number))


def describe(picture: Any, *, name: str, alt: str) -> None:
    """What a picture shows, for who can't see it; no room around it, for which readers have numbers of their own."""
    for side in "TBLR":
        picture._inline.set(f"dist{side}", "0")
    properties = picture._inline.docPr
    properties.set("name", name[:120])
    properties.set("descr", alt)


def numbered_anew(word: Word, paragraphs: Sequence[Any]) -> None:
    """Paragraphs of a numbered list, counted from 1 again."""
    numbering = word.part.numbering_part.element
    style: Any = paragraphs[0].style
    given = numbering.num_having_numId(style.element.pPr.numPr.numId.val)
    made = numbering.add_num(given.abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    for paragraph in paragraphs:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = made.numId
        properties.get_or_add_ilvl().val = 0


def held(word: Word, *, but: str) -> None:
    """Hyphens of dates and options that no line breaks at, everywhere but in one style, whose words are there to be copied."""
    from docx.oxml.ns import qn

    for text in list(word.element.body.iter(qn("w:t"))):
        styles = text.xpath("ancestor::w:p[1]/w:pPr/w:pStyle/@w:val")
        if styles != [but] and any(is_whole for _, is_whole in pieces(text.text or "")):
            for made in reversed(_with_hyphens(text.text)):
                text.addnext(made)
            text.getparent().remove(text)


def _with_hyphens(words: str) -> list[Any]:
    """Words as text and hyphens that stay."""
    from docx.oxml.ns import qn

    made: list[Any] = []
    for piece, is_whole in pieces(words):
        for place, part in enumerate(piece.split("-") if is_whole else [piece]):
            made += [element("noBreakHyphen")] if place else []
            if part:
                made.append(element("t"))
                made[-1].text = part.replace(" ", "\xa0") if is_whole else part
                made[-1].set(qn("xml:space"), "preserve")
    return made


def bordered(properties: Any, rules: Sequence[Rule]) -> None:
    """Borders of a paragraph, in the order top, left, bottom; none takes away what a template has."""
    from docx.oxml.ns import qn

    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    if rules:
        borders = element("pBdr")
        for side, colour, eighths in rules:
            borders.append(element(side, val="single", sz=eighths, space=8 if side == "left" else 4, color=colour))
        _insert(properties, borders, before=("w:shd", *AFTER_SHADING))


def shaded(properties: Any, fill: str) -> None:
    """A paragraph's ground."""
    if fill:
        ground = element("shd", val="clear", color="auto", fill=fill)
        _insert(properties, ground, before=AFTER_SHADING)


def _insert(properties: Any, child: Any, *, before: Sequence[str]) -> None:
    """At its place: the order of children is fixed."""
    properties.insert_element_before(child, *before)
