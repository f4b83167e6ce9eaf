"""Every kind of key in one table: what an editor may accept, the same in words, a value to show."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import Any

from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.report.reference.wording import (
    ENDLESS,
    TEXT,
    is_left_to_others,
    may_be_bare,
    number_in_words,
    usual_quantity,
)
from tuneplan.report.yaml_text import row_in_flow
from tuneplan.scenario import catalogue
from tuneplan.scenario.grammar.dimensions import example_of, format_number, format_numbers
from tuneplan.scenario.grammar.quantities import QuantityError, parse
from tuneplan.scenario.grammar.spelling import spell
from tuneplan.scenario.lowering.defaults import usual_default
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.reading.values import SCHEMA
from tuneplan.scenario.schema import NOISE, RELATION_WORDS, Key

JSON = dict[str, Any]
ANY_TEXT: JSON = {"type": ["string", "number", "boolean"]}
"""Free text: YAML tells editors that ``5`` is a number and ``yes`` a truth."""
TEXTS: JSON = {"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": {"type": "string"}}]}
NAME: JSON = {"type": ["string", "number"]}
DATE: JSON = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
QUANTITY, CHANGES = "form:number", "change:"
"""Names under ``$defs``: what every number may be but a bare one, and the table of all changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What there is to say about one kind of key.

    Attributes
    ----------
    schema
        JSON Schema of its values.
    allowed
        The same in words.
    typed
        A value as typed when the key declares no example; empty: nobody can say.
    """

    schema: Callable[[Key, Language], JSON]
    allowed: Callable[[Key, Language], str]
    typed: Callable[[Key, Language], str]


def kind_of(key: Key) -> Kind:
    """The row of a key's kind; of a kind without one, a row that accepts anything."""
    return KINDS.get(key.kind, ANYTHING)


def words_of(key: Key, language: Language) -> tuple[str, ...]:
    """The words that a key allows or suggests; empty: any."""
    if key.catalogue:
        return catalogue.names(key.catalogue)
    return language.strategies if key.pattern == "strategies.*.kind" else key.words


def typed(key: Key, language: Language) -> str:
    """A value of a key as a person would type it; empty: nobody can say."""
    if key.param is not None and key.param.example:
        return key.param.example
    return key.example or ("" if key.later else kind_of(key).typed(key, language))


def _same_as_another(key: Key, language: Language) -> str:
    """The value of the key that a default names, empty when it names none."""
    other = next((each for each in language.keys if each.pattern == key.default), None)
    return "" if other is None else typed(other, language)


def _nothing(key: Key, language: Language) -> str:
    return ""


def _always(schema: JSON) -> Callable[[Key, Language], JSON]:
    return lambda key, language: dict(schema)


def _said(words: str) -> Callable[[Key, Language], str]:
    return lambda key, language: words


def _number_schema(key: Key, language: Language) -> JSON:
    """A text, the form with keys, or a bare number within the bounds where no unit is needed."""
    param = key.param
    forms: list[JSON] = [{"$ref": f"#/$defs/{QUANTITY}"}]
    if param is not None and may_be_bare(param):
        bounds = {} if param.low <= -ENDLESS else {"minimum": param.low}
        bounds |= {} if param.high >= ENDLESS else {"maximum": param.high}
        forms.append({"type": "integer" if param.whole else "number", **bounds})
    if param is not None and param.words:
        forms.insert(0, {"enum": list(param.words)})
    if param is not None and param.scope == "pair":
        forms.insert(0, {"enum": list(RELATION_WORDS)})
    return {"anyOf": forms}


def _number_allowed(key: Key, language: Language) -> str:
    if key.param is None:
        return "a number"
    words = RELATION_WORDS if key.param.scope == "pair" else key.param.words
    or_word = f", or {'a word' if len(words) > 1 else 'the word'}: {', '.join(words)}" if words else ""
    return number_in_words(key.param) + or_word


def _number_typed(key: Key, language: Language) -> str:
    """The declared default, spelled; else the first of some plain texts that the declaration allows."""
    param = key.param
    if param is None:
        return ""
    found = usual_quantity(param, language) if is_left_to_others(param) else usual_default(param)
    usual = None if found is None else found.distribution
    if usual is not None and not is_left_to_others(param):
        with suppress(ValueError):  # no text says it exactly: the interval will do for an example
            return spell(usual, param.unit, param)
    plain = (example_of(param.unit), format_number(param.low, param.unit), format_number(param.high, param.unit))
    texts = (*_rounded(usual, param.unit), *plain)
    return next((text for text in texts if _is_allowed(text, param)), "")


def _rounded(distribution: Distribution | None, unit: str) -> list[str]:
    """A distribution as an interval of three digits, with suffixes and without."""
    if distribution is None:
        return []
    ends = (distribution.median,) if distribution.is_point else distribution.interval()
    short = tuple(float(f"{end:.3g}") for end in ends)
    return [format_numbers(short, unit, plain=plain) for plain in (False, True)]


def _is_allowed(text: str, param: Param) -> bool:
    try:
        parse(text, param)
    except QuantityError:
        return False
    return True


def _word_schema(key: Key, language: Language) -> JSON:
    if key.catalogue:
        return {"anyOf": [{"$ref": f"#/$defs/names:{key.catalogue}"}, {"type": "string"}]}
    words = words_of(key, language)
    return {"enum": list(words)} if words else dict(NAME)


def _word_allowed(key: Key, language: Language) -> str:
    if key.catalogue:
        return f"a name of the catalogue ({key.catalogue})"
    return f"one of: {', '.join(words_of(key, language))}" if words_of(key, language) else "a name"


def _word_typed(key: Key, language: Language) -> str:
    """The default, up to what it says about special cases."""
    usual = key.default.split(";")[0].strip()
    return usual if usual in words_of(key, language) else _same_as_another(key, language)


def _names_schema(key: Key, language: Language) -> JSON:
    word: JSON = {"enum": list(key.words)} if key.words else dict(NAME)
    return {"anyOf": [word, {"type": "array", "items": word, "minItems": int(bool(key.words)), "uniqueItems": True}]}


def _names_typed(key: Key, language: Language) -> str:
    usual = [word.strip() for word in key.default.split(",")]
    return f"[{', '.join(usual)}]" if set(usual) <= set(key.words) else ""


def _whole_schema(key: Key, language: Language) -> JSON:
    if key.pattern == "schema":
        return {"enum": [SCHEMA, str(SCHEMA)]}
    return {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,12}$"}]}


def _learn_schema(key: Key, language: Language) -> JSON:
    """Dotted paths, each with a noise."""
    noise: JSON = {"description": NOISE.doc, "anyOf": [{"type": "string", "minLength": 1}, {"type": "number", "minimum": NOISE.low, "maximum": NOISE.high}]}
    one: JSON = {"type": "object", "properties": {NOISE.key: noise}, "required": [NOISE.key], "additionalProperties": False}
    return {"type": "object", "minProperties": 1, "additionalProperties": one}


def _table_of(key: Key) -> catalogue.Table:
    return catalogue.TABLES[key.pattern.rsplit(".", 1)[-1]]


def _rows_schema(key: Key, language: Language) -> JSON:
    """A list of rows, or the name of a CSV file."""
    table = _table_of(key)
    columns: JSON = {column.name: dict(ANY_TEXT) for column in fields(table.row)} | ({"like": dict(NAME)} if len(table.key) == 1 else {})
    row: JSON = {"type": "object", "properties": columns, "additionalProperties": False, "required": [*table.key[:1], "source", "as_of"]}
    return {"anyOf": [{"type": "string"}, {"type": "array", "minItems": 1, "items": row}]}


def _rows_allowed(key: Key, language: Language) -> str:
    table = _table_of(key)
    needed = [column.name for column in fields(table.row) if column.name not in table.usual]
    like = " (or like: NAME, which copies a row)" if len(table.key) == 1 else ""
    return f"a CSV file, or rows with {', '.join(needed)}{like}; may be left out: {', '.join(table.usual)}"


def _rows_typed(key: Key, language: Language) -> str:
    """The first row of ours."""
    first = next(iter(catalogue.table(key.pattern.rsplit(".", 1)[-1]).values()))
    return f"[{row_in_flow(first)}]"


def _default_typed(key: Key, language: Language) -> str:
    return _same_as_another(key, language) or key.default


ANYTHING = Kind(schema=_always({}), allowed=_said("see what it means"), typed=_nothing)
"""Stands in for a kind that has no row yet."""
KINDS: dict[str, Kind] = {
    "quantity": Kind(schema=_number_schema, allowed=_number_allowed, typed=_number_typed),
    "text": Kind(schema=_always(ANY_TEXT), allowed=_said(TEXT), typed=lambda key, language: key.default or key.doc),
    "word": Kind(schema=_word_schema, allowed=_word_allowed, typed=_word_typed),
    "yes_no": Kind(
        schema=_always({"anyOf": [{"enum": ["yes", "no"]}, {"type": "boolean"}, {"pattern": "^([Yy][Ee][Ss]|[Nn][Oo])$", "type": "string"}]}),
        allowed=_said("yes or no"),
        typed=_default_typed,
    ),
    "date": Kind(
        schema=_always(DATE),
        allowed=_said("a date, year-month-day"),
        typed=_same_as_another,
    ),
    "dates": Kind(
        schema=_always({"anyOf": [DATE, {"type": "array", "items": DATE, "uniqueItems": True}]}),
        allowed=_said("a list of dates, year-month-day"),
        typed=_nothing,
    ),
    "names": Kind(
        schema=_names_schema,
        allowed=lambda key, language: f"a list of: {', '.join(key.words)}" if key.words else "a list of names",
        typed=_names_typed,
    ),
    "groups": Kind(
        schema=lambda key, language: {"anyOf": [{"enum": list(key.words)}, {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 1, "items": NAME}}]},
        allowed=lambda key, language: f"a list of groups of tasks, each task once, or the word: {', '.join(key.words)}",
        typed=_nothing,
    ),
    "integer": Kind(schema=_whole_schema, allowed=_said("a whole number"), typed=_default_typed),
    "override": Kind(
        schema=_always({"$ref": f"#/$defs/{CHANGES}"}),
        allowed=_said("keys of a scenario, dotted or not, with their changed values"),
        typed=_nothing,
    ),
    "include": Kind(schema=_always(TEXTS), allowed=_said("a file, or a list of files"), typed=lambda key, language: "prices.yaml"),
    "scale": Kind(
        schema=_always({"type": ["string", "number"]}), allowed=_said("WORST to BEST, or BEST alone with 0 as the worst"), typed=_default_typed
    ),
    "paths": Kind(schema=_always(TEXTS), allowed=_said("a list of paths of numbers"), typed=_nothing),
    "learn": Kind(schema=_learn_schema, allowed=_said("paths of numbers, each with its noise: {PATH: {noise: 20%}}"), typed=_nothing),
    "calibrated": Kind(schema=_always({"type": "object"}), allowed=_said("what simulate calibrate writes"), typed=lambda key, language: "{from: pilots.csv, pilots: 0, known: [], numbers: {}}"),
    "swept": Kind(
        schema=_always({"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "minItems": 1}]}}),
        allowed=_said("{KEY: [VALUE, VALUE], KEY: LOW..HIGH:log:COUNT, KEY: own}"), typed=_nothing,
    ),
    "swept_rows": Kind(
        schema=_always({"type": "array", "minItems": 1, "items": {"$ref": f"#/$defs/{CHANGES}"}}),
        allowed=_said("a list of rows: [{KEY: VALUE, KEY: VALUE}, {KEY: VALUE}]"), typed=_nothing,
    ),
    "rows": Kind(schema=_rows_schema, allowed=_rows_allowed, typed=_rows_typed),
}
"""Kind of ``schema.KINDS`` -> its row. A new kind is one more row."""
