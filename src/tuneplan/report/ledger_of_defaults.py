"""The whole ledger: every number that holds where nobody says otherwise, with its interval, source, grade and date."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

from tuneplan.report.data import SCHEMA_VERSION
from tuneplan.report.explanation import amount
from tuneplan.report.facts import TITLES
from tuneplan.report.grades import GRADES, MEANINGS, graded
from tuneplan.report.page import Page
from tuneplan.report.reference.places import FIRST_WORDS
from tuneplan.report.tables import Table
from tuneplan.report.words import listed
from tuneplan.scenario.grammar.quantities import describe
from tuneplan.scenario.inventory import CATALOGUE, EQUATIONS, KEYS, Known, everything
from tuneplan.version import __version__

WORDS = tuple(word for letter, word in GRADES.items() if letter != "U")
"""Grades that a default may have, in words."""
HOW_TO_READ = (
    "A number without an interval is held fixed. A key takes another value when a scenario gives one; a number inside an equation can't be given; "
    "a row of the catalogue holds where a scenario names it and brings none of its own. The date is that of the newest source, or of the judgement."
)
HELD = ", held fixed; 90 % "
KINDS = {KEYS: "keys of a scenario", EQUATIONS: "numbers inside equations", CATALOGUE: "rows of the catalogue"}
EQUATIONS_TITLES = {
    "transfer": "examples, and what tasks lend each other", "pooling": "breadth of a mixture", "capability": "from examples to scores",
    "learning": "trainable weights of a task's own", "compute": "training, memory and speed", "costs": "judging",
}  # fmt: skip
"""Module -> what its equations are about; another goes by its own name."""
STARS = {"tasks": "TASK", "strategies": "STRATEGY", "checks": "CHECK", "similarity": "A/B"}
"""First word of a key -> what its star stands for."""
SAID = {"input_usd_per_mtok": "read", "output_usd_per_mtok": "written", "cached_input_usd_per_mtok": "cached", "training_usd_per_mtok": "trained",
        "max_params": "up to", "fp8_tflops": "in fp8", "decode_bandwidth_share": "decoding"}  # fmt: skip
"""Column of the catalogue -> word before its number; others need none."""
SHAPE = ("layers", "hidden", "intermediate", "heads", "kv_heads", "head_dim", "vocab", "kv_bytes_per_token", "active_params")
"""Columns of a model that only data has room for."""


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


def rows(found: Iterable[Known]) -> Iterator[dict[str, Any]]:
    """One row a number, tidy."""
    for each in found:
        yield {name: "" if value is None else value for name, value in entry(each).items()}


def entry(each: Known) -> dict[str, Any]:
    """All that is known of a number, as plain data."""
    low, high = each.interval or (None, None)
    return {
        "stands_in": each.stands_in, "group": each.group, "name": shown_name(each), "part": each.part, "value": in_words(each),
        "median": each.value.median, "low": low, "high": high, "drawn": each.is_drawn, "unit": each.unit, "grade": each.grade,
        "grade_in_words": graded(each.grade), "as_of": each.as_of, "source": each.source, "doc": each.doc, "note": each.note,
    }  # fmt: skip


def counted(found: Iterable[Known]) -> dict[str, dict[str, int]]:
    """What numbers stand in -> grade in words -> how many; of the catalogue, rows."""
    once = {(each.stands_in, each.group, each.name, "" if each.stands_in == CATALOGUE else each.part): graded(each.grade) for each in found}
    kinds = {kind: [grade for (stands_in, *_), grade in once.items() if stands_in == kind] for kind in KINDS}
    return {kind: {word: grades.count(word) for word in WORDS} for kind, grades in kinds.items() if grades}


# --- words ---------------------------------------------------------------------------------------


def shown_name(each: Known) -> str:
    """A number as people call it.

    >>> [shown_name(each) for each in everything() if each.group in ("horizon", "pooling")]
    ['horizon', 'BREADTH_SHARPNESS']
    """
    return each.name.replace("*", STARS.get(each.group, "NAME")) if each.stands_in == KEYS else each.name


def in_words(each: Known) -> str:
    """A value with its interval."""
    if each.is_drawn or each.stands_in == KEYS:
        return describe(each.value, each.unit)
    value = amount(each.value.median, each.unit)
    if each.interval is None:
        return value
    low, high = (amount(end, each.unit) for end in each.interval)
    return f"{value}{HELD}{low} to {high}"


def shortly(each: Known) -> str:
    """The same for a table: the middle, and the interval in brackets.

    >>> [shortly(each) for each in everything() if each.name in ("law.repeat_value", "OVERHEAD_GB", "USABLE_MEMORY")]
    ['5 (1.58 to 15.8 epochs)', '2 GB (1 GB to 4 GB, held fixed)', '92 %']
    """
    if each.is_drawn:
        return "{} ({})".format(*in_words(each).rpartition("median ")[2].split(", 90 % "))
    value, _, interval = in_words(each).partition(HELD)
    return f"{value} ({interval}, held fixed)" if interval else value


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
        yield _table(title, map(_number, held))


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
        return _line(first.name, _row(named[first.name]), first, source)
    return _line(f"{len(named)} rows", "", first, f"{source}: {'; '.join(f'{name} {_row(numbers)}' for name, numbers in named.items())}")


def _row(numbers: Iterable[Known]) -> str:
    """The numbers of a row, those that data alone has room for left out."""
    shown = (each for each in numbers if each.part not in SHAPE)
    return ", ".join(f"{SAID[each.part]} {shortly(each)}" if each.part in SAID else shortly(each) for each in shown)
