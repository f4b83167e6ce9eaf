"""The key reference as Markdown: a table a section, the ways to write a number, who overrules whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tuneplan.core.transfer import RELATIONS
from tuneplan.report.grades import MEANINGS, graded
from tuneplan.report.reference.kinds import kind_of
from tuneplan.report.reference.places import by_section, title_of
from tuneplan.report.reference.ways import WAYS, read_as
from tuneplan.report.reference.wording import NOT_YET, Meaning, meaning_of
from tuneplan.report.words import as_markdown_words, plain
from tuneplan.scenario import catalogue
from tuneplan.scenario.grammar.quantities import describe
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.schema import Key

HEAD = ("key", "meaning", "unit and allowed range", "default, with its 90 % interval", "source", "grade")
PRECEDENCE = "--set > --scenario overrides > file > like/include > catalogue > declared default"
INTRODUCTION = (
    "Every key that a scenario may hold. TASK and STRATEGY stand for names of your own, A/B and A>B for pairs of "
    "tasks. Dotted keys such as data.price are read beside like, in changes and after --set; elsewhere write them "
    "as tables, data: {price: ...}."
)
NUMBERS = "A bare number is enough for counts, shares and scores; all else needs its unit. What is typed is read as:"
TIED = "like copies text: each copy is a number of its own, with draws of its own. Two things tie numbers together:"
TIES = (
    ("{same_as: tasks.email.data.price}", "The same number as another, draw by draw; where the other is not given, its default."),
    ("correlations: {market: {of: [PATH, PATH], value: 0.7}}", "They rise and fall together: correlation of their normal scores."),
)
"""What is typed, and what it does."""
OVERRULES = "Of several values for one key the first of these holds:"
RELATED = "In place of a similarity a word may stand; each is a prior:"
CATALOGUE = "Names that keys may take from the catalogue:"


def reference_markdown(language: Language) -> str:
    """The whole reference. See ``INTRODUCTION``."""
    sections = [
        block
        for section, keys in by_section(language).items()
        for block in (_heading(title_of(section)), _keys(keys, language))
    ]
    relations = [(_code(word), as_markdown_words(describe(prior, "share"))) for word, prior in RELATIONS.items()]
    ways = [(_code(way.text), as_markdown_words(way.param.doc), as_markdown_words(read_as(way))) for way in WAYS]
    blocks = [
        "# Keys of a scenario",
        _paragraph(INTRODUCTION),
        _paragraph(MEANINGS),
        *sections,
        _heading("Ways to write a number"),
        _paragraph(NUMBERS),
        _table(("typed", "for", "read as"), ways),
        _heading("Numbers that hang together"),
        _paragraph(TIED),
        _table(("typed", "meaning"), [(_code(text), as_markdown_words(words)) for text, words in TIES]),
        _heading("Who overrules whom"),
        _paragraph(OVERRULES),
        _code(PRECEDENCE),
        _heading("Words for similarity"),
        _paragraph(RELATED),
        _table(("word", "read as"), relations),
        _heading("Names in the catalogue"),
        _paragraph(CATALOGUE),
        *_catalogue(language),
    ]
    return "\n\n".join(blocks) + "\n"


def _keys(keys: Sequence[Key], language: Language) -> str:
    return _table(HEAD, (_row(meaning_of(key, language, kind_of(key).allowed(key, language))) for key in keys))


def _row(meaning: Meaning) -> tuple[str, ...]:
    doc = f"{meaning.doc} {NOT_YET}" if meaning.later else meaning.doc
    words = (doc, meaning.allowed, meaning.default, meaning.source, graded(meaning.grade) if meaning.grade else "")
    return (_code(meaning.path), *(as_markdown_words(plain(each)) for each in words))


def _catalogue(language: Language) -> list[str]:
    tables = sorted({key.catalogue for key in language.keys if key.catalogue})
    return [f"**{table}**: {', '.join(map(as_markdown_words, catalogue.names(table)))}" for table in tables]


def _heading(title: str) -> str:
    return f"## {as_markdown_words(title)}"


def _paragraph(text: str) -> str:
    return as_markdown_words(text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    cells = [tuple(map(as_markdown_words, head)), ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def _code(text: str) -> str:
    """Text as typed; as words where the signs of Markdown would end it.

    >>> _code("a_b"), _code("a|b")
    ('`a_b`', 'a\\\\|b')
    """
    return as_markdown_words(text) if "`" in text or "|" in text else f"`{text}`"
