"""What a key means, in words: the one record that all three documents print."""

from __future__ import annotations

from dataclasses import dataclass

from tuneplan.core.registry import Param
from tuneplan.report.grades import told
from tuneplan.report.reference.places import shown_path
from tuneplan.report.words import plain
from tuneplan.scenario import catalogue
from tuneplan.scenario.grammar.dimensions import declared_unit, format_number, format_numbers
from tuneplan.scenario.grammar.quantities import describe
from tuneplan.scenario.lowering.defaults import CATALOGUE_DEFAULTS, default_quantity, usual_default
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.records import Quantity, Scenario
from tuneplan.scenario.schema import DEFAULT_GPU, Key, keys_of
from tuneplan.scenario.timed import COUNTS

NONE, REQUIRED = "none", "none, it has to be given"
TEXT = "text"
"""What a key takes that takes anything."""
NOT_YET = 'Comes with a later version; until then it is answered with "not available yet".'
ENDLESS = 1e9
"""A bound of this size keeps out slips of the keyboard; it is not worth a word."""
_ABBREVIATED = {
    "USD": ("US dollars", "US dollar"),
    "s": ("seconds", "second"),
    "ms": ("milliseconds", "millisecond"),
    "MB": ("megabytes", "megabyte"),
    "GB": ("gigabytes", "gigabyte"),
    "TB": ("terabytes", "terabyte"),
    "Mtok": ("million tokens", "million tokens"),
    "param": ("parameters", "parameter"),
    "person": ("people", "person"),
    "workday": ("working days", "working day"),
    "1": ("a number", "1"),
    "share": ("a share", "share"),
    "score": ("a score on the metric's own scale", "score"),
}
"""Unit whose name is no word -> what it is called above, and below the line; others take an *s* above."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A key in words.

    Attributes
    ----------
    path
        With a word for each name that the reader chooses.
    doc, allowed, default
        What it is, what may be typed, and what holds when the scenario is silent.
    source, grade
        Of the default, with its date and as a letter; empty where nothing stands behind it.
    later
        Whether it comes with a later version.
    """

    path: str
    doc: str
    allowed: str
    default: str
    source: str = ""
    grade: str = ""
    later: bool = False

    def sentences(self) -> str:
        """All of it on one line, for an editor or a comment."""
        parts = [self.doc]
        if self.allowed != TEXT:
            parts.append(f"{self.allowed[:1].upper()}{self.allowed[1:]}.")
        parts.append({NONE: "Optional.", REQUIRED: "It has to be given."}.get(self.default, f"Default: {self.default}."))
        if self.source:
            parts.append(f"Source: {told(self.grade, self.source)}.")
        if self.later:
            parts.append(NOT_YET)
        return plain(" ".join(parts))


def meaning_of(key: Key, language: Language, allowed: str) -> Meaning:
    """What a key means.

    Parameters
    ----------
    allowed
        What it takes, in words; see ``kinds``.
    """
    default, source, grade = _default_of(key, language)
    return Meaning(path=shown_path(key), doc=key.doc, allowed=allowed, default=default, source=source,
                   grade=grade, later=key.later)  # fmt: skip


def is_left_to_others(param: Param) -> bool:
    """Whether the default hangs on another key of the scenario."""
    return param.name in CATALOGUE_DEFAULTS


def original_of(key: Key) -> Key | None:
    """The key whose number a strategy changes by this one; None: it changes none."""
    if key.param is None or not key.param.per_strategy or not key.pattern.startswith("strategies."):
        return None
    return next(iter(keys_of(key.param)))


def _default_of(key: Key, language: Language) -> tuple[str, str, str]:
    """Default in words, its source, its grade."""
    param, original = key.param, original_of(key)
    if original is not None:
        return f"as {shown_path(original)}", "", ""
    if key.required:
        return REQUIRED, "", ""
    if param is None:
        is_a_key = any(each.pattern == key.default for each in language.keys)
        return f"as {key.default}" if is_a_key else key.default or NONE, "", ""
    if is_left_to_others(param):
        found = usual_quantity(param, language)
        words = describe(found.distribution, found.unit)
        return f"by other keys; with {usual_base(language)} on {DEFAULT_GPU}: {words}", found.dated_source, found.grade
    usual = usual_default(param)
    if usual is None:
        return NONE, "", ""
    return describe(usual.distribution, usual.unit), usual.dated_source, usual.grade


def usual_base(language: Language) -> str:
    """The base model of examples."""
    return language.key_of("base").example or catalogue.names("models")[0]


def usual_quantity(param: Param, language: Language) -> Quantity:
    """What holds, in a scenario that says no more than its base, for a number that hangs on other keys."""
    silent = Scenario(name="", file="", tasks=(), strategies=(), quantities={}, places={},
                      settings={"base": usual_base(language), COUNTS: True})  # fmt: skip
    found = default_quantity(silent, param, param.key, "", "")
    assert found is not None
    return found


def unit_in_words(unit: str) -> str:
    """A unit as people say it.

    >>> unit_in_words("USD/point/month"), unit_in_words("request/month"), unit_in_words("1/hour")
    ('US dollars per point per month', 'requests per month', 'a number per hour')
    """
    first, *below = unit.split("/")
    above = _ABBREVIATED.get(first, (f"{first}s",))[0]
    return " per ".join([above, *(_ABBREVIATED.get(word, ("", word))[1] for word in below)])


def number_in_words(param: Param) -> str:
    """Unit and range of a declared number.

    >>> number_in_words(Param(name="x", key="x", unit="USD/example", high=1e18, doc="A price."))
    'US dollars per example, 0 or more'
    """
    unit = unit_in_words(param.unit)
    scale = "share" if param.unit.split("/")[0] == "share" else "1"
    if param.low <= -ENDLESS and param.high >= ENDLESS:
        return unit
    if param.high >= ENDLESS:
        span = f"{format_number(param.low, scale)} or more"
    elif param.low <= -ENDLESS:
        span = f"{format_number(param.high, scale)} or less"
    else:
        span = format_numbers((param.low, param.high), scale)
    return f"{unit}, {span}{', whole' if param.whole else ''}"


def may_be_bare(param: Param) -> bool:
    """Whether a number without a unit says it all."""
    return param.may_be_bare or declared_unit(param.unit).may_be_bare
