"""A document as Markdown, its charts as pictures in a folder beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

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
from tuneplan.report.document.columns import cleaned
from tuneplan.report.document.letters import line, lines
from tuneplan.report.document.pictures import bare, shown
from tuneplan.report.files import write_with_pictures
from tuneplan.report.tables import Table, as_markdown
from tuneplan.report.words import as_markdown_words

DIGITS = 8
"""Of a picture's content in its name: another memo's picture is another file, so that an old memo stays whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Markdown:
    """A text and the pictures that it shows.

    Attributes
    ----------
    pictures
        Content by path, from the folder of the text; as in its links but for signs that these can't hold.
    """

    text: str
    pictures: dict[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """What writes blocks, and collects their pictures."""

    folder: str
    pictures: dict[str, bytes] = field(default_factory=dict)

    def blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        """Each block, as Markdown."""
        for block in blocks:
            yield self.picture(block) if isinstance(block, Picture) else WRITERS[type(block)](block)

    def picture(self, block: Picture) -> str:
        """Title, picture, caption."""
        words, content = shown(block.drawn), bare(block.drawn, "png")
        path = f"{self.folder}/{words.name}-{sha256(content).hexdigest()[:DIGITS]}.png"
        self.pictures[path] = content
        return f"**{_words(words.title)}**\n\n![{_words(words.alt)}]({quote(path)})\n\n{_words(words.caption)}"

    def section(self, section: Section, number: str = "") -> Iterator[str]:
        """Its heading, which links can find by name, and its blocks."""
        if number:
            yield f'<a id="{section.anchor}"></a>'
        yield f"## {number}{_words(section.title)}"
        yield from self.blocks(section.blocks)


def as_markdown_document(document: Document, *, folder: str) -> Markdown:
    """The whole text, with its pictures.

    Parameters
    ----------
    folder
        Name of the folder for pictures, beside the text.
    """
    writer = Writer(folder=folder)
    parts = [f"# {_words(document.title)}", *([f"**{_words(document.question)}**"] if document.question else [])]
    for section in document.front:
        parts += writer.section(section)
    if document.sections:
        entries = [f"{number}. [{_words(section.title)}](#{section.anchor})" for number, section in enumerate(document.sections, start=1)]
        parts += ["---", "## Contents", "\n".join(entries)]
    for number, section in enumerate(document.sections, start=1):
        parts += writer.section(section, f"{number}. ")
    parts += ["---", _words(document.provenance)]
    return Markdown(text="\n\n".join(parts) + "\n", pictures=writer.pictures)


def write_markdown(document: Document, path: Path, sources: Iterable[Path | str]) -> None:
    """Write pictures first, the text last; pictures that only the old text showed go when the new one stands.

    Raises
    ------
    UsageError
        As ``write_whole``.
    """
    folder = f"{path.stem if path.suffix == '.md' else path.name}_charts"
    made = as_markdown_document(document, folder=folder)
    before = _shown_by(path, folder)
    write_with_pictures(made.text.encode(), path, {path.parent / name: content for name, content in made.pictures.items()}, sources=sources)
    for name in before - set(made.pictures):
        with suppress(OSError):
            (path.parent / name).unlink()
    with suppress(OSError):  # a folder that holds anything stays
        (path.parent / folder).rmdir()


def _shown_by(path: Path, folder: str) -> set[str]:
    """Pictures of ours that a text refers to, where there is one."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return set()
    return {f"{folder}/{name}" for name in re.findall(rf"]\({re.escape(quote(folder))}/([a-z0-9-]+-[0-9a-f]{{{DIGITS}}}\.png)\)", text)}


def _words(text: str) -> str:
    return as_markdown_words(line(text))


def _paragraph(block: Paragraph) -> str:
    return f"**{_words(block.strong)}** {_words(block.text)}" if block.strong else _words(block.text)


def _points(block: Points) -> str:
    marks = [f"{number}." if block.ordered else "-" for number in range(1, len(block.items) + 1)]
    return "\n".join(f"{mark} {_words(item)}" for mark, item in zip(marks, block.items, strict=True))


def _callout(block: Callout) -> str:
    return "\n>\n".join(f"> {part}" for part in (f"**{_words(block.text)}**", _words(block.below)) if part)


def _code(block: Code) -> str:
    """A fence longer than any in the text."""
    text = lines(block.text).strip("\n")
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}\n{text}\n{fence}"


def _table(block: Table) -> str:
    table = cleaned(block)
    return "\n\n".join([*([f"**{_words(table.title)}**"] if table.title else []), as_markdown(table)])


WRITERS: dict[type, Callable[[Any], str]] = {Paragraph: _paragraph, Points: _points, Callout: _callout, Code: _code, Table: _table}
"""What writes each kind of block but pictures."""
