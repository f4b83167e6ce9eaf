"""Documents to be rendered: every kind of block, and words that nobody should type."""

from __future__ import annotations

from typing import Any

from tuneplan.report.charts.canvas import Drawn, draw
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.registry import Chart, Told
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
from tuneplan.report.tables import Table

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "end of data": "]]>",
    "entity": "&lt;b&gt;",
    "template": "{{7*7}}{% raw %}",
    "mathematics": "$x_1$",
    "override": "a\u202eb",
    "control": "a\x00b\x1b[2Jc",
    "half a letter": "a\ud800b\ufffe",
    "emoji": "🚀 👩‍🔬",
    "arabic": "مرحبا بالعالم",
    "japanese": "日本語の名前",
    "long": "x" * 500,
    "style": "</style><style>*{display:none}",
    "comment": "<!-- --> -->",
    "link": "[a](javascript:alert(1)) ![b](c) `d` https://example.org/?a=1&b=2",
    "formula": "=1+1",
    "heading": "# a\n\n- b",
}
"""Words that mean something somewhere."""


def picture(name: str = "a-chart", *, words: str = "a chart") -> Picture:
    """A chart with a line, a clip path, a hatch, a picture of points and text, so that its SVG has all kinds of names.

    Halves of letters, which no scenario can hold, no font can draw.
    """
    words = words.replace("\ud800", "")

    def drawing(*records: Any, ax: Any, looks: Looks) -> Told:
        ax.plot([1, 2, 3], [1, 3, 2], "o-", rasterized=True)
        ax.plot([1, 2, 3], [2, 1, 3], "s-", label=words)
        ax.bar([1, 2], [1, 2], hatch="///")
        ax.set_xlabel("cost [USD]")
        return Told(title=f"Title: {words}", alt=f"Alt: {words}", note=f"Note: {words}.")

    return Picture(drawn(drawing, name))


def drawn(drawing: Any, name: str) -> Drawn:
    """A chart that is in no registry."""
    return draw(Chart(name=name, question="What?", of=(), draw=drawing, height=lambda: 3.0), (), looks=Looks.of(["one"]), source="Source: 64 draws.")


def blocks(words: str, *, with_picture: bool = True) -> tuple[Block, ...]:
    """Every kind of block, all with these words."""
    return (
        Paragraph(f"Text: {words}", strong=f"Strong: {words}"),
        Points((f"Item: {words}", "second")),
        Points((f"Step: {words}", "second"), ordered=True),
        Callout(f"Call: {words}", below=f"Below: {words}"),
        Code(f"simulate {words}\nsecond line"),
        Table(title=f"Table: {words}", head=("", "cost", words), rows=((f"  Row: {words}", "$1.20k", words), ("  b", "-", "c"))),
        Table(title="Flowing", head=("name", "why"), rows=(("a", f"Because: {words}"),), flowing=True),
        Table(title="Below", head=("name", "value", "source"), rows=(("a", "1.5", f"Source: {words}"), ("b", "2.5", "")), sentence_below=True),
        *((picture(words=words.replace("\n", " ")),) if with_picture else ()),
    )


def document(words: str = "plain words", *, with_picture: bool = True) -> Document:
    """A document full of these words."""
    return Document(
        title=f"Name: {words}", question=f"Question: {words}",
        front=(Section(title=f"Front: {words}", anchor="answer", blocks=(Callout(words), Paragraph(words))),),
        sections=(
            Section(title=f"First: {words}", anchor="first", blocks=blocks(words, with_picture=with_picture)),
            Section(title="Second", anchor="second", blocks=blocks(words, with_picture=with_picture)),
        ),
        provenance=f"From: {words}",
    )  # fmt: skip
