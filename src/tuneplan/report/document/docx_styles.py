"""Styles of a Word document, each defined once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tuneplan.report.document.docx_parts import Rule, bordered, shaded

if TYPE_CHECKING:
    from docx.document import Document as Word

PAGE = (8.27, 11.69)
"""A4: width and height. Letter is wider and less high: the margins leave room for it. [inch]"""
MARGINS = (0.7, 0.9, 0.85, 0.885)
"""Top, right, bottom, left. [inch]"""
WIDTH = PAGE[0] - MARGINS[1] - MARGINS[3]
"""Of the text. [inch]"""
FONT, EAST_ASIAN, COMPLEX, FIXED = "Calibri", "Yu Gothic", "Arial", "Consolas"
"""Fonts of Word; others stand in where they are missing."""
INK, QUIET, ACCENT, RULE, TINT = "1C2430", "55606E", "1D4F7C", "D5DAE1", "EEF4F9"
BESIDE = (("top", TINT, 24), ("left", ACCENT, 24), ("bottom", TINT, 24))
"""A callout: a rule beside it, room above and below; equal for both its paragraphs, so that they are one box."""


def styled(title: str) -> Word:
    """An empty document with styles, margins and properties."""
    from docx import Document
    from docx.shared import Inches

    word = Document()
    section = word.sections[0]
    section.page_width, section.page_height = map(Inches, PAGE)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Inches, MARGINS)
    _properties(word, title)
    _style(word, "Normal", size=10, after=5, line=1.08)
    _style(word, "Title", size=22, bold=True, after=2, rules=(("top", ACCENT, 24),))
    _style(word, "Subtitle", size=12, colour=QUIET, after=4, italic=False)
    _style(word, "Heading 1", size=15, bold=True, before=16, after=5, colour=ACCENT, next_kept=True)
    _style(word, "Page one heading", based="Heading 1", size=11.5, bold=True, before=8, after=2, colour=ACCENT, next_kept=True)
    _style(word, "Contents heading", based="Normal", size=15, bold=True, after=5, colour=ACCENT, next_kept=True)
    _style(word, "toc 1", based="Normal", after=2)
    _style(word, "List Bullet", after=2)
    _style(word, "List Number", after=2)
    _style(word, "Callout", based="Normal", size=12, bold=True, before=3, after=0, fill=TINT, rules=BESIDE, inset=0.12)
    _style(word, "Callout below", based="Normal", after=8, fill=TINT, rules=BESIDE, inset=0.12)
    _style(word, "Code", based="Normal", size=9, fill="F5F7F9", font=FIXED)
    _style(word, "Table title", based="Normal", size=9.5, bold=True, before=8, after=3, next_kept=True)
    _style(word, "Table text", based="Normal", size=8.5, after=0, line=1.0)
    _style(word, "After a table", based="Normal", size=5, after=0, line=1.0)
    _style(word, "Chart title", based="Normal", size=10.5, bold=True, before=10, after=3, next_kept=True)
    _style(word, "Caption", size=8.5, colour=QUIET, after=10, bold=False)
    _style(word, "Provenance", based="Normal", size=8.5, colour=QUIET, before=14, rules=(("top", RULE, 6),))
    _style(word, "Footer", size=8.5, colour=QUIET)
    _tabs(word)
    return word


def _properties(word: Word, title: str) -> None:
    """Title and tool; neither a person nor a date that the template brings."""
    held = word.core_properties
    held.title, held.author, held.last_modified_by, held.comments, held.subject = title[:255], "tuneplan", "tuneplan", "", ""
    for element in list(held._element):
        if element.tag.rpartition("}")[2] in ("created", "modified", "revision"):
            held._element.remove(element)


def _style(
    word: Word, name: str, *, based: str = "", size: float | None = None, bold: bool | None = None, italic: bool | None = None, colour: str = INK,
    before: float = 0, after: float = 6, line: float | None = None, fill: str = "", rules: tuple[Rule, ...] = (), inset: float = 0.0,
    font: str = FONT, next_kept: bool = False,
) -> None:  # fmt: skip
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Inches, Pt, RGBColor

    known = name in {style.name for style in word.styles}
    style: Any = word.styles[name] if known else word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name == "toc 1")
    if based:
        style.base_style = word.styles[based]
    _fonts(style, font)
    style.font.color.rgb = RGBColor.from_string(colour)
    style.font.bold, style.font.italic = bold, italic
    style.font.size = style.font.size if size is None else Pt(size)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.keep_with_next, shape.widow_control = Pt(before), Pt(after), next_kept, True
    shape.line_spacing = shape.line_spacing if line is None else line
    if inset:
        shape.left_indent = Inches(inset)
    properties = style.element.get_or_add_pPr()
    bordered(properties, rules)
    shaded(properties, fill)


def _fonts(style: Any, font: str) -> None:
    """One font for each kind of script, none by theme: a theme's would win; letters as close as they are made."""
    from docx.oxml.ns import qn

    for spacing in style.element.get_or_add_rPr().findall(qn("w:spacing")):
        spacing.getparent().remove(spacing)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script, named in (("ascii", font), ("hAnsi", font), ("eastAsia", EAST_ASIAN), ("cs", COMPLEX)):
        fonts.set(qn(f"w:{script}"), named)


def _tabs(word: Word) -> None:
    """The right end of a footer at the margin."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Inches

    stops = word.styles["Footer"].paragraph_format.tab_stops
    stops.clear_all()
    stops.add_tab_stop(Inches(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
