"""Which lines the reference scenario holds: every key at one place where it means something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from tuneplan.core.laws import LAWS
from tuneplan.core.strategies import STRATEGIES
from tuneplan.report.reference.kinds import kind_of, typed, words_of
from tuneplan.report.reference.places import by_section, role_after
from tuneplan.report.reference.wording import is_left_to_others, meaning_of, original_of
from tuneplan.scenario.reading.language import LIKE, SECTIONS, Language
from tuneplan.scenario.reading.like import ALTERNATIVES
from tuneplan.scenario.reading.strategy_checks import OF_FORMS, OF_PROMPTED, OF_TRAINED
from tuneplan.scenario.records import UNSEEN
from tuneplan.scenario.schema import RELATION_WORDS, Key

TASKS = ("email", "summary", "qa")
"""Tasks of the reference; examples in declarations name them."""
TUNED, BY_TASK = "tuned", "_by_task"
"""The trained strategy that says every word; what is added to a name where words have a table by task."""
OWNERS = (*SECTIONS, UNSEEN)
"""Sections of which each entry has the same keys."""


def _start(section: str, words: Sequence[str]) -> str:
    """Start of the pattern of keys in a section."""
    return ".".join([section, *(["*"] if section in SECTIONS else []), *words])


INSTEAD_OF = {
    **{_start(section, other): ".".join(one if section in OWNERS else (section, *one)) for section, one, other in ALTERNATIVES},
    "tasks.*.headroom": "score.ceiling",
    f"{UNSEEN}.headroom": "score.ceiling",
    "sweep.rows": "sweep.keys",
    "sweep.table": "sweep.keys",
}
"""Start of a pattern -> the words that say the same in another way, and that stand in its stead."""
OF_OTHER_FILES = {
    "include": "Left out, as there is no such file.",
    "calibrated": "Left out, as simulate calibrate writes it to a file of its own.",
    "rows": "Left out, so that the catalogue's rows hold; this one is of ours.",
}
"""Kinds of keys that bring in what lies elsewhere -> why they are left out."""
TIED = "half_gap_examples"
"""Key that the reference shows tied to another task's."""
UNKNOWN = "..."
"""Stands where no value can be derived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A key with its value.

    Attributes
    ----------
    path
        Words from the top.
    value
        As typed; empty: a table follows.
    remark
        Comment; empty: the line above says it.
    is_left_out
        Whether it stands there as a comment.
    """

    path: tuple[str, ...]
    value: str = ""
    remark: str = ""
    is_left_out: bool = False


def sections_of(language: Language) -> dict[str, list[Line]]:
    """Lines of the reference scenario by section."""
    told: dict[str, str] = {}
    sections = {
        section: [line for key in keys for line in _lines(key, language, told)]
        for section, keys in by_section(language).items()
    }
    untrained = _untrained(language)
    own = {"tasks": TASKS, "strategies": (TUNED, TUNED + BY_TASK, untrained, untrained + BY_TASK)}
    more = {"tasks": _changed_copies(language), "strategies": _plain_strategies(language)}
    for section, names in own.items():
        held = [*sections.get(section, ()), *more[section]]
        sections[section] = sorted(held, key=lambda line: _rank(line.path[1], names))
    return sections


def _rank(name: str, names: Sequence[str]) -> int:
    """Place of a name; others come first."""
    return names.index(name) if name in names else -1


def _lines(key: Key, language: Language, told: dict[str, str]) -> Iterator[Line]:
    """A line for each place of a key; ``told``: number -> the place where it was explained."""
    why = reason(key, language)
    is_left_out = key.later or bool(why)
    places = _places(key, language)
    remark = " ".join(part for part in (_remark(key, language, places[0], told), why) if part)
    if key.pattern.endswith(".*"):  # the names fill a table, above which the remark stands
        yield Line(path=places[0][:-1], remark=remark, is_left_out=is_left_out)
        remark = ""
    for number, path in enumerate(places):
        value = _value(key, language, path, number, len(places)) or next(iter(words_of(key, language)), UNKNOWN)
        yield Line(path=path, value=value, remark="" if number else remark, is_left_out=is_left_out)


def _remark(key: Key, language: Language, path: tuple[str, ...], told: dict[str, str]) -> str:
    """What a key means, once; where its number was explained before, that place."""
    allowed = kind_of(key).allowed(key, language)
    if key.param is None:
        return meaning_of(key, language, allowed).sentences()
    by_task = ", by task" if key.pattern.endswith(".*") and key.pattern.startswith("strategies.") else ""
    first = told.setdefault(key.param.name, ".".join(path))
    if first == ".".join(path):
        return meaning_of(key, language, allowed).sentences()
    return f"As {first}{', for this strategy alone' if original_of(key) else ''}{by_task}."


def reason(key: Key, language: Language) -> str:
    """Why a key of this version is left out of the reference scenario; empty: it is not."""
    if key.later:
        return ""
    if key.kind in OF_OTHER_FILES:
        return OF_OTHER_FILES[key.kind]
    form = OF_FORMS.get(key.pattern) or _form_of(key)
    if form is not None:
        return f"Left out: it goes with {form[0]}: {form[1]}."
    for start, other in INSTEAD_OF.items():
        if key.pattern == start or key.pattern.startswith(f"{start}."):
            return f"Left out: instead of {other}."
    if key.param is not None and is_left_to_others(key.param) and not key.param.example:
        return "Left out, so that other keys decide."
    if not typed(key, language) and key.pattern.rsplit(".", 1)[-1] != LIKE:
        return "Left out, so that the default holds."
    return ""


def _form_of(key: Key) -> tuple[str, str] | None:
    """The form of a law that alone asks for a number, when it is not the usual one."""
    if key.param is None:
        return None
    for law, forms in LAWS.items():
        usual, *others = forms
        asking = [form.name for form in others if key.param in form.params]
        if asking and key.param not in usual.params:
            return f"law.{law}", asking[0]
    return None


def _places(key: Key, language: Language) -> list[tuple[str, ...]]:
    """Paths at which a key stands."""
    words = key.pattern.removesuffix(".**").split(".")
    if words[0] in SECTIONS and words[-1] == LIKE:
        copies = TASKS[1:] if words[0] == "tasks" else [name + BY_TASK for name in (TUNED, _untrained(language))]
        return [(words[0], name, LIKE) for name in copies]
    names = [_names(words[:place], key, language, place == len(words) - 1) if word == "*" else (word,)
             for place, word in enumerate(words)]  # fmt: skip
    return list(product(*names))


def _names(before: Sequence[str], key: Key, language: Language, is_last: bool) -> tuple[str, ...]:
    """Names that stand for a star."""
    role = role_after(tuple(before), key if is_last else None)
    if role == "strategies":
        return (_carrier(key, language),)
    return {
        "tasks": TASKS[:1],
        "task": TASKS,
        "request": (*TASKS, UNSEEN),
        "pair": tuple(f"{one}/{other}" for one, other in combinations(TASKS, 2)),
        "misroute": (f"{TASKS[0]}>{TASKS[1]}",),
        "": ("example",),
    }[role]


def _carrier(key: Key, language: Language) -> str:
    """The strategy under which a word means something, and not twice."""
    word = key.pattern.split(".")[2]
    of_prompts = word in OF_PROMPTED or (
        key.param is not None and key.param.scope.startswith("strategy") and word not in OF_TRAINED
    )
    return (_untrained(language) if of_prompts else TUNED) + (BY_TASK if key.pattern.endswith(".*") else "")


def _untrained(language: Language) -> str:
    """The first strategy that trains nothing."""
    return next(name for name in language.strategies if not _trains(name))


def _trains(name: str) -> bool:
    return bool(STRATEGIES[name].function(len(TASKS)).stages)


def _value(key: Key, language: Language, path: tuple[str, ...], number: int, of: int) -> str:
    """What is typed at a place: the first ones of several similarities are words."""
    if path[-1] == LIKE and path[0] in SECTIONS:
        return TASKS[0] if path[0] == "tasks" else path[1].removesuffix(BY_TASK)
    if key.param is not None and key.param.scope == "pair" and number < of - 1:
        return RELATION_WORDS[(number + 1) % len(RELATION_WORDS)]
    return typed(key, language)


def _changed_copies(language: Language) -> Iterator[Line]:
    """Dotted keys beside ``like``: what has to be given, given anew."""
    remark = "A dotted key changes what was copied."
    for key in language.keys:
        words = key.pattern.split(".")
        if key.required and words[:2] == ["tasks", "*"] and len(words) > 3:
            yield Line(path=("tasks", TASKS[1], ".".join(words[2:])), value=typed(key, language), remark=remark)
            remark = ""
    tied = next((key for key in language.keys if key.pattern == f"tasks.*.{TIED}"), None)
    if tied is not None:
        remark = "The same number as another task's, draw by draw; where that is not given, both have its default."
        yield Line(path=("tasks", TASKS[2], TIED), value=f"{{same_as: tasks.{TASKS[0]}.{TIED}}}", remark=remark)


def _plain_strategies(language: Language) -> Iterator[Line]:
    """Every declared strategy by its mere name, but the one that says every word of a prompted one."""
    for name in language.strategies:
        if _trains(name):
            yield Line(path=("strategies", name), value="{}", remark=STRATEGIES[name].doc)
        elif name != _untrained(language):
            copy = f"{{{LIKE}: {_untrained(language)}, kind: {name}}}"
            yield Line(path=("strategies", name), value=copy, remark=STRATEGIES[name].doc)
