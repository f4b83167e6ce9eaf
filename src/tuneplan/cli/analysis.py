"""How every analysis is written: a page to read, or its records as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.report.lines import PLAIN, Paper

if TYPE_CHECKING:
    from tuneplan.report.page import Page

FORMS = ("text", "json", "csv", "md")
"""How an analysis can be written."""


def written(
    form: str, *, page: Callable[[], Page], content: Callable[[], Mapping[str, Any]], rows: Callable[[], Sequence[Mapping[str, Any]]],
    paper: Paper = PLAIN,
) -> str:  # fmt: skip
    """An analysis in the form asked for; only that form is made.

    Parameters
    ----------
    form
        One of ``FORMS``.
    page
        What people read.
    content
        The whole as JSON, provenance first.
    rows
        The same as tidy rows, with units.
    paper
        What text is laid out for.
    """
    if form in ("json", "csv"):
        from tuneplan.report.data import plain_json, records_as_csv

        return plain_json(content()) if form == "json" else records_as_csv(rows())
    from tuneplan.report.page import as_markdown_page, as_terminal_page

    return as_markdown_page(page()) if form == "md" else as_terminal_page(page(), paper)
