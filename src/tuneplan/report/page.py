"""An analysis as people read it: a title, then sentences and tables, for a terminal or as Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tuneplan.report.lines import PLAIN, ROOM, Paper, sentences, titled
from tuneplan.report.tables import Table, with_markdown_title, with_title
from tuneplan.report.words import as_markdown_words, plain

if TYPE_CHECKING:
    from tuneplan.scenario.records import Scenario

__all__ = ["ROOM", "Page", "as_markdown_page", "as_terminal_page", "of_pilots"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A title and what stands below it, in reading order."""

    title: str
    parts: tuple[str | Table, ...]


def of_pilots(scenario: Scenario) -> tuple[str, ...]:
    """That pilots moved what an analysis rests on, where they did: a sentence at most."""
    learned = scenario.calibration
    return () if learned is None else (f"Calibrated on {learned.pilots} pilot{'' if learned.pilots == 1 else 's'} of {plain(learned.file)}: numbers are as known after them.",)


def as_terminal_page(page: Page, paper: Paper = PLAIN) -> str:
    """For a terminal, or for what is read as if it were one.

    >>> print(as_terminal_page(Page(title="A title", parts=("A sentence.",))), end="")
    A title
    <BLANKLINE>
    A sentence.
    """
    blocks = [titled(plain(page.title), paper)]
    for part in page.parts:
        blocks.append(sentences(plain(part), paper.measure) if isinstance(part, str) else with_title(part, paper))
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
        blocks.append(as_markdown_words(plain(part)) if isinstance(part, str) else with_markdown_title(part))
    return "\n\n".join(blocks) + "\n"
