"""An analysis as people read it: a title, then sentences and tables, for a terminal or as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING

from tuneplan.report.tables import Table, as_markdown, as_text
from tuneplan.report.words import as_markdown_words, plain

if TYPE_CHECKING:
    from tuneplan.scenario.records import Scenario

ROOM = 100
"""Columns of text output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A title and what stands below it, in reading order."""

    title: str
    parts: tuple[str | Table, ...]


def of_pilots(scenario: Scenario) -> tuple[str, ...]:
    """That pilots moved what an analysis rests on, where they did: a sentence at most."""
    learned = scenario.calibration
    return () if learned is None else (f"Calibrated on {learned.pilots} pilot{'' if learned.pilots == 1 else 's'} of {plain(learned.file)}: numbers are as known after them.",)


def as_terminal_page(page: Page) -> str:
    """For a terminal of about 100 columns.

    >>> print(as_terminal_page(Page(title="A title", parts=("A sentence.",))), end="")
    A title
    <BLANKLINE>
    A sentence.
    """
    blocks = [fill(plain(page.title), width=ROOM)]
    for part in page.parts:
        if isinstance(part, str):
            blocks.append(fill(plain(part), width=ROOM))
        else:
            title = f"{fill(plain(part.title), width=ROOM)}\n" if part.title else ""
            blocks.append(f"{title}{as_text(part, room=ROOM)}")
    return "\n\n".join(blocks) + "\n"


def as_markdown_page(page: Page) -> str:
    """As Markdown, for an issue or a memo.

    >>> print(as_markdown_page(Page(title="A title", parts=("A_sentence.",))), end="")
    **A title**
    <BLANKLINE>
    A\\_sentence.
    """
    blocks = [f"**{as_markdown_words(plain(page.title))}**"]
    for part in page.parts:
        if isinstance(part, str):
            blocks.append(as_markdown_words(plain(part)))
        else:
            title = f"**{as_markdown_words(plain(part.title))}**\n\n" if part.title else ""
            blocks.append(f"{title}{as_markdown(part)}")
    return "\n\n".join(blocks) + "\n"
