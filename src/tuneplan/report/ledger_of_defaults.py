"""The whole ledger: every number that holds where nobody says otherwise, with its interval, source, grade and date."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from tuneplan.report.data import SCHEMA_VERSION
from tuneplan.report.facts import TITLES
from tuneplan.report.grades import GRADES, MEANINGS, graded
from tuneplan.report.known import entry, row_shortly, shortly, shown_name
from tuneplan.report.page import Page
from tuneplan.report.reference.places import FIRST_WORDS
from tuneplan.report.tables import Table
from tuneplan.report.words import listed
from tuneplan.scenario.inventory import CATALOGUE, EQUATIONS, KEYS, Known, everything
from tuneplan.version import __version__

WORDS = tuple(word for letter, word in GRADES.items() if letter != "U")
"""Grades that a default may have, in words."""
HOW_TO_READ = (
    "A number without an interval is held fixed. A key takes another value when a scenario gives one; a number inside an equation can't be given; "
    "a row of the catalogue holds where a scenario names it and brings none of its own. The date is that of the newest source, or of the judgement."
)
KINDS = {KEYS: "keys of a scenario", EQUATIONS: "numbers inside equations", CATALOGUE: "rows of the catalogue"}
EQUATIONS_TITLES = {
    "transfer": "examples, and what tasks lend each other", "pooling": "breadth of a mixture", "capability": "from examples to scores",
    "learning": "trainable weights of a task's own", "compute": "training, memory and speed", "costs": "judging",
}  # fmt: skip
"""Module -> what its equations are about; another goes by its own name."""


def known(grades: Collection[str] = ()) -> list[Known]:
    """What the ledger lists, of some grades (words of ``WORDS``) or of all.

    Raises
    ------
    LookupError
        A grade is no such word.
    """
    unknown = [word for word in grades if word not in WORDS]
    if unknown:
        raise LookupError(f'grade "{unknown[0]}" is none of {", ".join(WORDS)}')
    return [each for each in everything() if not grades or graded(each.grade) in grades]


def page(found: Collection[Known]) -> Page:
    """Counts, then a table a section: keys, equations, catalogue."""
    catalogued = "Of a base model the catalogue's tables here show the size; its whole shape is in --format csv."
    parts: list[str | Table] = [_counted(found), f"{MEANINGS} {HOW_TO_READ}"]
    parts += [*_of_keys(found), *_of_equations(found)]
    tables = list(_of_catalogue(found))
    return Page(title=_title(found), parts=(*parts, *([catalogued] if tables else []), *tables))


def content(found: Collection[Known]) -> dict[str, Any]:
    """The same as JSON; an interval that nothing is known of is null."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tuneplan", "version": __version__},
        "units": {f"numbers.{field}": "as unit beside it says" for field in ("median", "low", "high")},
        "said": {"grades": MEANINGS, "how_to_read": HOW_TO_READ},
        "counts": {KINDS[kind]: counts for kind, counts in counted(found).items()},
        "numbers": [entry(each) for each in found],
    }


def rows(found: Iterable[Known]) -> list[dict[str, Any]]:
    """One row a number, tidy, in the unit beside it; empty where no interval is known."""
    return [{name: "" if value is None else value for name, value in entry(each).items()} for each in found]


def counted(found: Iterable[Known]) -> dict[str, dict[str, int]]:
    """What numbers stand in -> grade in words -> how many; of the catalogue, rows."""
    once = {(each.stands_in, each.group, each.name, "" if each.stands_in == CATALOGUE else each.part): graded(each.grade) for each in found}
    kinds = {kind: [grade for (stands_in, *_), grade in once.items() if stands_in == kind] for kind in KINDS}
    return {kind: {word: grades.count(word) for word in WORDS} for kind, grades in kinds.items() if grades}


# --- words ---------------------------------------------------------------------------------------


def _title(found: Iterable[Known]) -> str:
    sums = {kind: sum(counts.values()) for kind, counts in counted(found).items()}
    return f"What holds where nobody says otherwise: {listed([f'{count} {KINDS[kind]}' for kind, count in sums.items()]) or 'nothing of these grades'}"


def _counted(found: Iterable[Known]) -> Table:
    cells = tuple((KINDS[kind], *(str(count) for count in counts.values())) for kind, counts in counted(found).items())
    return Table(title="", head=("", *WORDS), rows=cells)


def _table(title: str, lines: Iterable[tuple[str, ...]]) -> Table:
    return Table(title=title, head=("", "value (90 % interval)", "grade", "date", "source"), rows=tuple(lines), sentence_below=True)


def _line(name: str, value: str, each: Known, source: str) -> tuple[str, ...]:
    """A line of a table; a source that says no more than its grade is left out."""
    grade = graded(each.grade)
    return name, value, grade, each.as_of, "" if source in (grade, f"{grade}: none") else source


def _number(each: Known) -> tuple[str, ...]:
    source = f"{each.source} ({each.note})" if each.note else each.source
    return _line(_with_part(shown_name(each), each), shortly(each), each, source)


def _coefficients(held: Sequence[Known]) -> Iterator[tuple[str, ...]]:
    """What each is, and its source, once below the last of those that share them."""
    for each, following in zip(held, [*held[1:], None], strict=True):
        *cells, source = _number(each)
        is_last = following is None or (each.name, each.source) != (following.name, following.source)
        yield (*cells, (f"{each.doc} [{source}]" if source else each.doc) if is_last else "")


def _of_keys(found: Iterable[Known]) -> Iterator[Table]:
    keys = [each for each in found if each.stands_in == KEYS]
    for first, title in FIRST_WORDS.items():
        held = [each for each in keys if (each.group if each.group in FIRST_WORDS else "") == first]
        if held:
            yield _table(title, map(_number, held))


def _of_equations(found: Iterable[Known]) -> Iterator[Table]:
    inside = [each for each in found if each.stands_in == EQUATIONS]
    for module, held in groupby(inside, key=lambda each: each.group):
        title = f"Inside equations: {EQUATIONS_TITLES.get(module, module)}"
        yield _table(title, _coefficients(list(held)))


def _with_part(name: str, each: Known) -> str:
    return f"{name} ({each.part})" if each.part else name


def _of_catalogue(found: Iterable[Known]) -> Iterator[Table]:
    """A table a file; rows of one source in one line."""
    for table, held in groupby((each for each in found if each.stands_in == CATALOGUE), key=lambda each: each.group):
        of_source: dict[tuple[str, str, str], dict[str, list[Known]]] = {}
        for each in held:
            source = each.source if table != "models" else LIKE.sub(r"\1 its base", each.source)
            of_source.setdefault((each.grade, each.as_of, source), {}).setdefault(each.name, []).append(each)
        yield _table(f"Catalogue: {TITLES.get(table, table)}", (_of_source(source, named) for (*_, source), named in of_source.items()))


LIKE = re.compile(r"(same shape as) [^;]+")
"""Source of a row that names another row."""


def _of_source(source: str, named: dict[str, list[Known]]) -> tuple[str, ...]:
    """What one source says of rows by name."""
    first = next(iter(named.values()))[0]
    if len(named) == 1:
        return _line(first.name, row_shortly(named[first.name]), first, source)
    return _line(f"{len(named)} rows", "", first, f"{source}: {'; '.join(f'{name} {row_shortly(numbers)}' for name, numbers in named.items())}")
