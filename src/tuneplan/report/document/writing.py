"""A document as a file: its format is told from the ending of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from tuneplan.errors import UsageError
from tuneplan.report.document.blocks import Document
from tuneplan.report.files import write_whole
from tuneplan.report.words import listed

Sources = Iterable[Path | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One format.

    Attributes
    ----------
    needs
        Libraries, beside those that tuneplan itself stands on.
    write
        Takes the document, the file, and files that must not be written over.
    """

    needs: tuple[str, ...]
    write: Callable[[Document, Path, Sources], None]


def _html(document: Document, path: Path, sources: Sources) -> None:
    from tuneplan.report.document.html import as_html

    write_whole(as_html(document).encode(), path, sources=sources)


def _docx(document: Document, path: Path, sources: Sources) -> None:
    from tuneplan.report.document.docx import as_docx

    write_whole(as_docx(document), path, sources=sources)


def _markdown(document: Document, path: Path, sources: Sources) -> None:
    from tuneplan.report.document.markdown import write_markdown

    write_markdown(document, path, sources)


HTML = Form(needs=("matplotlib", "jinja2"), write=_html)
DOCX = Form(needs=("matplotlib", "docx"), write=_docx)
MARKDOWN = Form(needs=("matplotlib",), write=_markdown)
FORMS = {".html": HTML, ".htm": HTML, ".docx": DOCX, ".md": MARKDOWN, ".markdown": MARKDOWN}
"""Ending -> format."""
PACKAGES = {"docx": "python-docx"}
"""Libraries that are installed under another name."""


def form_of(path: Path) -> Form:
    """The format of a file, ready to be written: ask before long work.

    Raises
    ------
    UsageError
        No memo ends like this, a library is missing, or there is no such folder.
    """
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"{path}: a memo is a file that ends in .html, .docx or .md")
    missing = [PACKAGES.get(name, name) for name in form.needs if find_spec(name) is None]
    if missing:
        raise UsageError(f'a memo as {path.suffix.lower()} needs {listed(missing)}: pip install "tuneplan[memo]"')
    if not path.parent.is_dir():
        raise UsageError(f"{path}: can't be written: there is no folder {path.parent}")
    return form


def write(document: Document, path: Path, *, sources: Sources = ()) -> None:
    """Write a document whole or not at all; an old one stays until the new one is complete.

    Parameters
    ----------
    sources
        Files that it was made of: none of them is written over.

    Raises
    ------
    UsageError
        As ``form_of``; the file can't be written, or it is one of ``sources``.
    """
    form_of(path).write(document, path, tuple(sources))
