"""What a notebook shows: verdicts and analyses as a piece of HTML, in the colours of the page around it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from html import escape

from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.words import plain, printable

STYLE = (
    ".tuneplan{max-width:62rem;line-height:1.45}"
    ".tuneplan h4{margin:.2rem 0 .4rem;font-size:1.05em}"
    ".tuneplan p{margin:.4rem 0}"
    ".tuneplan .answer{border-left:3px solid #0072B2;padding:.1rem 0 .1rem .8rem;margin:.6rem 0}"
    ".tuneplan .quiet{opacity:.75;font-size:.9em}"
    ".tuneplan .scroll{overflow-x:auto}"
    ".tuneplan table{border-collapse:collapse;margin:.5rem 0;font-size:.92em;font-variant-numeric:tabular-nums;color:inherit;background:transparent}"
    ".tuneplan caption{text-align:left;caption-side:top;font-weight:600;padding:.2rem 0;color:inherit}"
    ".tuneplan th,.tuneplan td{padding:.22rem .7rem;text-align:right;white-space:nowrap;border:0;border-bottom:1px solid rgba(128,128,128,.3);background:transparent;color:inherit}"
    ".tuneplan th:first-child,.tuneplan td:first-child,.tuneplan .flowing td,.tuneplan .flowing th{text-align:left}"
    ".tuneplan .flowing td,.tuneplan td:first-child{white-space:normal;overflow-wrap:anywhere}"
    ".tuneplan td:first-child{min-width:8em;max-width:16em}"
    ".tuneplan tr.chosen td{font-weight:600}"
    ".tuneplan pre{white-space:pre-wrap;font-size:.88em;line-height:1.35;overflow-x:auto;background:transparent;color:inherit}"
    ".tuneplan img{max-width:100%;width:37rem;background:#fff;border-radius:4px;margin:.5rem 0}"
    ".tuneplan summary{cursor:pointer;opacity:.75}"
)
"""Colours come from around it, so that it reads on light and on dark pages; a chart brings its own white."""
NO_MATHEMATICS = "tex2jax_ignore mathjax_ignore"
"""Classes that notebooks leave alone when they look for mathematics between two dollars: here dollars are money."""
CHOSEN = "> "
"""Marks the row of the recommended strategy in tables of text."""

Part = str | Table


def fragment(*pieces: str) -> str:
    """Pieces of HTML, styled, beside whatever else a page holds."""
    return f'<div class="tuneplan {NO_MATHEMATICS}"><style>{STYLE}</style>{"".join(pieces)}</div>'


def of_page(page: Page, picture: str = "") -> str:
    """An analysis; its chart below the first sentence."""
    first, *rest = page.parts or ("",)
    return fragment(heading(page.title), of_part(first), picture, *map(of_part, rest))


def of_text(text: str) -> str:
    """Text that is laid out already, as it stands."""
    return fragment(f"<pre>{escape(printable(text))}</pre>")


def heading(text: str) -> str:
    """A title."""
    return f"<h4>{escape(plain(text))}</h4>"


def paragraph(text: str, kind: str = "") -> str:
    """A paragraph; ``answer``: the one thing to read, ``quiet``: what stands back."""
    return f'<p class="{kind}">{escape(plain(text))}</p>' if kind else f"<p>{escape(plain(text))}</p>"


def folded(title: str, parts: Sequence[Part]) -> str:
    """What is read by who opens it."""
    return f"<details><summary>{escape(plain(title))}</summary>{''.join(map(of_part, parts))}</details>"


def of_part(part: Part) -> str:
    """A sentence or a table."""
    return paragraph(part) if isinstance(part, str) else of_table(part)


def of_table(table: Table) -> str:
    """A table with its title as caption; the row of the recommended strategy stands out.

    >>> of_table(Table(title="", head=("", "cost"), rows=(("<b>", "1"),)))[-58:]
    'tr><td>&lt;b&gt;</td><td>1</td></tr></tbody></table></div>'
    """
    kind = ' class="flowing"' if table.flowing or table.sentence_below else ""
    title = f"<caption>{escape(plain(table.title))}</caption>" if table.title else ""
    head = "".join(f"<th>{escape(plain(cell))}</th>" for cell in table.head)
    body = "".join(_row(row) for row in table.rows)
    return f'<div class="scroll"><table{kind}>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(row: Sequence[str]) -> str:
    kind = ' class="chosen"' if row[0].startswith(CHOSEN) else ""
    name = row[0].removeprefix(CHOSEN)
    return f"<tr{kind}>{''.join(f'<td>{escape(plain(cell))}</td>' for cell in (name, *row[1:]))}</tr>"


def of_picture(png: bytes, alt: str) -> str:
    """A chart within the page: no file beside it, nothing fetched."""
    return f'<img alt="{escape(plain(alt))}" src="data:image/png;base64,{b64encode(png).decode()}">'
