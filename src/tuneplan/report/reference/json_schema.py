"""A JSON Schema of scenario files, for editors: it suggests, explains and underlines.

What the loader reads passes here; most of what it refuses does not. Rules between keys stay with
the loader. Dotted keys are read where the loader reads them: beside ``like``, and in changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tuneplan.core.strategies import STRATEGIES
from tuneplan.report.reference.kinds import CHANGES, JSON, QUANTITY, kind_of, typed
from tuneplan.report.reference.places import (
    ANY_NAME,
    ROLES,
    is_needed,
    role_after,
    shown_path,
    shown_words,
    title_of,
)
from tuneplan.report.reference.wording import meaning_of
from tuneplan.scenario import catalogue
from tuneplan.scenario.grammar.full_form import FULL_KEYS
from tuneplan.scenario.grammar.intervals import SHAPES
from tuneplan.scenario.reading.language import LIKE, OF_FILES, SECTIONS, Branch, Language
from tuneplan.scenario.schema import Key

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TITLE = "a scenario"
WHOLE, PART = "file:", "part:"
"""How a table is read: a file that has to say all that is required; one that another file completes.
``CHANGES``: nothing is required, and dotted keys are read as well."""
INCLUDE = "include"
"""Kind of the key beside which another file completes this one."""
STAR = "*"

Words = tuple[str, ...]
_NUMBER: JSON = {"type": ["string", "number"]}
_FULL_KEYS: dict[str, JSON] = {
    "value": {"description": "A number or an interval, as typed without keys.", **_NUMBER},
    "ci": {"description": "Both ends of an interval.", "type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
    "choices": {
        "description": "Numbers with their weights, which add up to 100 %.",
        "type": "object",
        "additionalProperties": _NUMBER,
        "minProperties": 1,
    },
    "level": {"description": "Level of the interval; 90 % where nothing is said.", **_NUMBER},
    "shape": {
        "description": "Shape of the interval.",
        "enum": sorted({*SHAPES, *(shape.replace("-", "_") for shape in SHAPES), "log-normal", "log_normal"}),
    },
    "source": {"description": "Where the number comes from.", "type": ["string", "number", "boolean"]},
    "grade": {"description": "How good it is: one letter, V measured, F fitted, A assumed, D declared, or one of your own.", "type": "string", "pattern": "^[A-Za-z]?$"},
    "same_as": {"description": "Path of the number that this one always equals.", "type": "string"},
}
"""Key of the full form of a number -> its schema; one without a row takes anything."""
MEANINGS = tuple(dict.fromkeys((*FULL_KEYS[: FULL_KEYS.index("level")], "same_as")))
BESIDE = tuple(key for key in FULL_KEYS if key not in MEANINGS)
"""Keys of the full form that say what a number is, of which one is needed; and those beside them."""


def json_schema(language: Language) -> JSON:
    """The schema: self-contained, draft 2020-12, one definition a key.

    Raises
    ------
    LookupError
        A key asks for a table of the catalogue that there is none of.
    """
    tables = _Tables(language)
    whole = tables.table(language.root, (), WHOLE)
    partial = [key for key in language.keys if key.kind == INCLUDE and not key.later and "." not in key.pattern]
    if partial:
        beside = {"anyOf": [{"required": [key.pattern]} for key in partial]}
        whole = {"if": beside, "then": tables.table(language.root, (), PART), "else": whole}
    if any(key.kind == "override" for key in language.keys):
        tables.table(language.root, (), CHANGES)
    head = {"$schema": DIALECT, "title": TITLE, "description": "Tasks, strategies and numbers of one question.", "type": "object"}
    return {**head, **whole, "$defs": {**_shared(language), **tables.definitions}}


def _shared(language: Language) -> JSON:
    """Definitions that many keys point to."""
    full = {
        "type": "object",
        "properties": {key: _FULL_KEYS.get(key, {}) for key in (*MEANINGS, *BESIDE)},
        "additionalProperties": False,
        "oneOf": [{"required": [key]} for key in MEANINGS],
        "dependentRequired": {"level": ["ci"], "shape": ["ci"]},
    }
    tables = sorted({key.catalogue for key in language.keys if key.catalogue})
    names = {f"names:{table}": {"enum": list(catalogue.names(table))} for table in tables}
    return {QUANTITY: {"anyOf": [{"type": "string", "minLength": 1}, full]}, **names}


@dataclass(slots=True)
class _Tables:
    """Definitions being gathered: a key or table once, however often it is pointed to."""

    language: Language
    definitions: JSON = field(default_factory=dict)

    def table(self, branch: Branch, path: Words, mode: str) -> JSON:
        """A reference to the table of what may stand below a path."""
        name = mode + ".".join(path)
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._table(branch, path, mode)
        return {"$ref": f"#/$defs/{name}"}

    def _table(self, branch: Branch, path: Words, mode: str) -> JSON:
        held = {word: below for word, below in branch.names.items() if path or mode != CHANGES or word not in OF_FILES}
        properties: JSON = {word: self._value(below, (*path, word), mode) for word, below in held.items()}
        patterns: JSON = {}
        if branch.star is not None:
            self._add_names(branch, path, mode, properties, patterns)
        if mode == CHANGES:
            self._add_dotted(branch, path, properties, patterns)
        needed = _needed(branch, path) if mode == WHOLE else []
        found: JSON = {"type": "object"} if needed or LIKE not in branch.names else {"type": ["object", "null"]}
        found["title"] = shown_words(path) or TITLE
        if len(path) == 1:
            found["description"] = f"{title_of(path[0])}."
        if properties:
            found["properties"] = properties
        if patterns:
            found["patternProperties"] = patterns
        if needed:
            found["required"] = needed
        if mode == WHOLE and len(path) == 1 and path[0] in SECTIONS:
            found["minProperties"] = 1
        return {**found, "additionalProperties": False}

    def _add_names(self, branch: Branch, path: Words, mode: str, properties: JSON, patterns: JSON) -> None:
        """Names of the reader's own; those of declared strategies are suggested."""
        assert branch.star is not None
        value = self._value(branch.star, (*path, STAR), mode)
        known = self.language.strategies if path == ("strategies",) else ()
        for name in known:
            doc = STRATEGIES[name].doc if name in STRATEGIES else ""
            properties[name] = {"description": doc, **value} if doc else value
        others = f"(?!(?:{'|'.join(map(_literal, known))})$)" if known else ""
        patterns[f"^{others}{ROLES[role_after(path, branch.star.key)].pattern}$"] = value

    def _add_dotted(self, branch: Branch, path: Words, properties: JSON, patterns: JSON) -> None:
        """Every path below as one dotted key."""
        for words, regex, below in _below(branch, path):
            if len(words) > 1 and (path or words[0] not in OF_FILES):
                where = patterns if STAR in words else properties
                value = self._value(below, (*path, *words), CHANGES)
                where[f"^{regex}$" if STAR in words else ".".join(words)] = value

    def _value(self, branch: Branch, path: Words, mode: str) -> JSON:
        """What may stand at a path: a value, a table, or either."""
        forms = [] if branch.key is None else [self._key(branch.key)]
        if branch.has_more:
            forms.append(self._body(branch, path, mode))
        return forms[0] if len(forms) == 1 else {"anyOf": forms}

    def _body(self, branch: Branch, path: Words, mode: str) -> JSON:
        """A table; beside ``like`` nothing is required and dotted keys are read."""
        own = self.table(branch, path, mode)
        if LIKE not in branch.names or mode == CHANGES:
            return own
        beside_like = {"type": "object", "required": [LIKE]}
        return {"if": beside_like, "then": self.table(branch, path, CHANGES), "else": own}

    def _key(self, key: Key) -> JSON:
        name = key.pattern
        if name not in self.definitions:
            self.definitions[name] = _described(key, self.language)
        return {"$ref": f"#/$defs/{name}"}


def _described(key: Key, language: Language) -> JSON:
    kind = kind_of(key)
    meaning = meaning_of(key, language, kind.allowed(key, language))
    example = typed(key, language)
    shown: JSON = {"title": shown_path(key), "description": meaning.sentences()}
    if example and not example.startswith(("[", "{")):
        shown["examples"] = [example]
    return {**shown, **({} if key.later else kind.schema(key, language))}


def _needed(branch: Branch, path: Words) -> list[str]:
    """Words that a table has to hold; at the top also tasks and strategies."""
    needed = [word for word, below in branch.names.items() if is_needed(below)]
    return [*needed, *(section for section in SECTIONS if not path and section in branch.names)]


def _below(branch: Branch, path: Words) -> Iterator[tuple[Words, str, Branch]]:
    """All that is below: words from here, the same as a regular expression, and the branch there."""
    each = list(branch.names.items()) + ([(STAR, branch.star)] if branch.star is not None else [])
    for word, below in each:
        regex = _regex(path, word, below)
        yield (word,), regex, below
        for words, rest, deeper in _below(below, (*path, word)):
            yield (word, *words), rf"{regex}\.{rest}", deeper


def _literal(word: str) -> str:
    """A word as a regular expression; only what needs it is escaped, as JavaScript minds."""
    return re.sub(r"([][\\^$.*+?(){}|])", r"\\\1", word)


def _regex(path: Words, word: str, branch: Branch) -> str:
    """What fits a word of a path; of any name, no dot, where dots part words."""
    if word != STAR:
        return _literal(word)
    pattern = ROLES[role_after(path, branch.key)].pattern
    return "[^.]+" if pattern == ANY_NAME else pattern
