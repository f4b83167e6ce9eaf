"""A memo in a browser: self-contained, accessible, and nothing but what was said."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import pytest

from documents import HOSTILE, document, drawn, picture
from tuneplan.report.charts.registry import Told
from tuneplan.report.document.blocks import Document, Paragraph, Picture, Section
from tuneplan.report.document.html import as_html
from tuneplan.report.document.letters import bound, line
from tuneplan.report.tables import Table

VOID = {"meta", "wbr", "col", "br", "img", "link"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "main", "header", "h1", "h2", "p", "div", "section", "nav", "ol", "ul", "li", "strong", "pre",
    "code", "figure", "figcaption", "table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td", "span", "wbr", "footer", "svg", "desc",
    "defs", "g", "path", "use", "text", "tspan", "clippath", "rect", "image", "pattern",
}  # fmt: skip
STYLE = (files("tuneplan.report.document") / "memo.css").read_text(encoding="utf-8")


@dataclass
class Element:
    """A tag with its attributes, its place and the text within."""

    tag: str
    attributes: dict[str, str | None]
    within: tuple[str, ...]
    words: str = ""


@dataclass
class Reader(HTMLParser):
    """A page as its elements."""

    open: list[Element] = field(default_factory=list)
    found: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), tuple(each.tag for each in self.open))
        assert len(element.attributes) == len(attrs), f"an attribute twice: {attrs}"
        self.found.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Element(tag, dict(attrs), tuple(each.tag for each in self.open)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def elements(page: str) -> list[Element]:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader.found


@cache
def page_of(words: str) -> str:
    return as_html(document(words))


def all_of(page: str, tag: str) -> list[Element]:
    return [each for each in elements(page) if each.tag == tag]


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_words_stay_words(words: str) -> None:
    page = page_of(words)
    found = elements(page)
    assert {each.tag for each in found} <= ALLOWED
    assert not [name for each in found for name in each.attributes if name.startswith("on")]
    whole = found[0].words
    for before in ("Name: ", "Question: ", "Front: ", "First: ", "From: ", "Note: ", "Alt: ", "Title: "):
        assert f"{before}{line(words)}" in whole
    for before in ("Text: ", "Strong: ", "Item: ", "Step: ", "Call: ", "Below: ", "Because: ", "Row: ", "Source: "):
        assert f"{before}{bound(words)}" in whole or f"{before}{line(words)}" in whole
    assert all_of(page, "title")[0].words == line(f"Name: {words}")
    assert page.encode().decode() == page


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_nothing_is_fetched_and_nothing_runs(words: str) -> None:
    page = page_of(words)
    for each in elements(page):
        for name, value in each.attributes.items():
            if name in ("href", "src", "xlink:href", "srcset", "data", "action", "poster"):
                assert value is not None
                assert value.startswith(("#", "data:image/png;base64,"))
            elif name != "aria-label":
                assert "http:" not in (value or "")
                assert "https:" not in (value or "")
                assert not re.search(r"url\((?!#)", value or "")
    assert [each.words for each in all_of(page, "style")] == [f"\n{STYLE}\n"]
    assert not re.search(r"url\(|@import|@font-face", STYLE)


def test_the_policy_forbids_all_but_style_and_pictures_within() -> None:
    policies = [each.attributes["content"] for each in all_of(page_of("a"), "meta") if each.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"]


def test_names_are_unique_and_every_reference_leads_somewhere() -> None:
    page = as_html(document("the same chart twice"))
    found = elements(page)
    names = Counter(each.attributes["id"] for each in found if "id" in each.attributes)
    assert set(names.values()) == {1}
    inside = {value[1:] for each in found if (value := each.attributes.get("href") or "").startswith("#")}
    painted = {name for each in found for value in each.attributes.values() for name in re.findall(r"url\(#([^)]+)\)", value or "")}
    labelled = {name for each in found for name in (each.attributes.get("aria-labelledby") or "").split()}
    assert painted
    assert inside | painted | labelled <= set(names)
    assert {"-".join(each.split("-")[:2]) for each in painted} == {"picture-11", "picture-20"}


def test_no_line_breaks_within_a_date_or_an_option() -> None:
    page = as_html(Document(title="A", question="", front=(Section(title="B", anchor="b", blocks=(Paragraph("on 2027-01-04 --draws 64 <b>"),)),), sections=(), provenance=""))
    assert [each.words for each in all_of(page, "span") if each.attributes.get("class") == "held"] == ["2027-01-04", "--draws 64"]
    assert "&lt;b&gt;" in page


def test_headings_stand_in_order_with_one_first() -> None:
    levels = [int(each.tag[1]) for each in elements(page_of("a")) if re.fullmatch("h[1-6]", each.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_contents_name_the_sections_after_page_one() -> None:
    page = page_of("a")
    links = [(each.attributes["href"], each.words) for each in all_of(page, "a") if "nav" in each.within]
    assert links == [("#first", "First: a"), ("#second", "Second")]
    assert page.index('id="answer"') < page.index('<nav class="contents"') < page.index('id="first"')
    assert [each.attributes["href"] for each in all_of(page, "a") if each.attributes.get("class") == "skip"] == ["#memo"]
    assert all_of(page, "html")[0].attributes == {"lang": "en"}


def test_a_memo_of_one_page_has_no_contents() -> None:
    page = as_html(Document(title="A", question="", front=document(with_picture=False).front, sections=(), provenance=""))
    assert all_of(page, "nav") == []
    assert 'class="question"' not in page


def test_charts_are_drawings_with_words_for_who_cannot_see_them() -> None:
    page = page_of("words")
    drawings = all_of(page, "svg")
    assert len(drawings) == 2
    for each in drawings:
        assert each.attributes["role"] == "img"
        assert each.words.count("Alt: words") == 1
        assert "cost [USD]" in each.words, "text is text"
        assert "Note: words" not in each.words, "the caption is text of the page"
        assert "width" not in each.attributes
    assert [each.words for each in all_of(page, "figcaption")] == ["Note: words. Source: 64 draws."] * 2
    assert "<?xml" not in page
    assert "<!DOCTYPE svg" not in page


def test_a_chart_keeps_its_title_and_caption_for_files_of_its_own() -> None:
    chart = picture().drawn
    before = chart.file("svg")
    as_html(Document(title="A", question="", front=(Section(title="B", anchor="b", blocks=(Picture(chart),)),), sections=(), provenance=""))
    assert chart.file("svg") == before
    assert b"Note: a chart" in before


def test_what_a_chart_draws_is_no_markup_either() -> None:
    def drawing(*records: object, ax: object, looks: object) -> Told:
        ax.text(0, 0, HOSTILE["script"], url="https://example.org")  # type: ignore[attr-defined]
        ax.set_title(HOSTILE["control"])  # type: ignore[attr-defined]
        return Told(title="a", alt="b")

    page = as_html(
        Document(title="A", question="", front=(Section(title="B", anchor="b", blocks=(Picture(drawn(drawing, "hostile")),)),), sections=(), provenance="")
    )
    assert {each.tag for each in elements(page)} <= ALLOWED
    assert "example.org" not in page


def test_tables_are_tables() -> None:
    page = page_of("a")
    assert [each.words for each in all_of(page, "caption")] == ["Table: a", "Flowing", "Below"] * 2
    heads = [(each.attributes.get("class"), each.words) for each in all_of(page, "th") if each.attributes["scope"] == "col"]
    assert heads[:3] == [("number", "cost"), ("short", "a"), ("short", "name")]
    assert [each.words for each in all_of(page, "th") if each.attributes["scope"] == "row"][:3] == ["Row: a", "b", "a"]
    assert all("aria-label" in each.attributes and each.attributes["tabindex"] == "0" for each in elements(page) if "scroll" in (each.attributes.get("class") or ""))


def test_too_many_columns_go_on_below_with_names_repeated() -> None:
    wide = Table(title="Scores", head=("", *(f"a_long_task_{index}" for index in range(20))), rows=(("unified", *["77.0 (60.0-80.0)"] * 20),))
    page = as_html(Document(title="A", question="", front=(Section(title="B", anchor="b", blocks=(wide,)),), sections=(), provenance=""))
    captions = [each.words for each in all_of(page, "caption")]
    assert captions[:2] == ["Scores", "Scores, continued"]
    assert [each.words for each in all_of(page, "th") if each.attributes["scope"] == "col"] == list(wide.head[1:])
    assert [each.words for each in all_of(page, "th") if each.attributes["scope"] == "row"] == ["unified"] * len(captions)


def test_equal_documents_give_equal_pages() -> None:
    assert as_html(document("a")) == as_html(document("a"))


def test_a_page_of_nothing_but_names_of_blocks() -> None:
    page = as_html(Document(title="", question="", front=(Section(title="B", anchor="b", blocks=(Paragraph(""), Table(title="", head=("",), rows=()))),), sections=(), provenance=""))
    assert [each.words for each in all_of(page, "h2")] == ["B"]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.1 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255.0 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_text_stands_out_from_every_ground() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", STYLE))
    for ink in (colours["ink"], colours["quiet"], colours["accent"], "#3a4552"):
        for ground in ("#ffffff", colours["faint"], colours["call"]):
            assert contrast(ink, ground) >= 4.5
    written = {f"#{each * 2 if len(each) == 3 else each}" for each in re.findall(r"(?<!background: )#([0-9a-f]{6})\b", STYLE)}
    assert written <= {*colours.values(), "#3a4552"}
