"""Where a key may stand: what the stars of its pattern stand for, and which section it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuneplan.scenario.reading.language import SECTIONS, Branch, Language
from tuneplan.scenario.reading.walk import LONGEST_NAME
from tuneplan.scenario.records import UNSEEN
from tuneplan.scenario.schema import Key

_NAME = rf"[^\x00-,./:-@\[-^`{{-\x7f]{{1,{LONGEST_NAME}}}"
"""Letters of any script, digits, ``_`` and ``-``: in ASCII exact, beyond it the loader decides."""


ANY_NAME = ".+"


@dataclass(frozen=True, slots=True)
class Role:
    """What a star stands for.

    Attributes
    ----------
    word
        As the reference writes it.
    pattern
        Regular expression of the names that fit, in what Python and JavaScript both read.
    """

    word: str
    pattern: str


ROLES = {
    "tasks": Role("TASK", rf"(?!{UNSEEN}$|{UNSEEN}\.){_NAME}"),
    "strategies": Role("STRATEGY", _NAME),
    "task": Role("TASK", _NAME),
    "request": Role("TASK", _NAME),
    "pair": Role("A/B", rf"{_NAME} *[/>] *{_NAME}"),
    "misroute": Role("A>B", rf"{_NAME} *> *{_NAME}"),
    "": Role("NAME", ANY_NAME),
}
"""Section, or what the last star of a number's pattern stands for -> the role; ``""``: any name."""

FIRST_WORDS = {
    "": "The question",
    "budget": "Money",
    "gpu": "The GPU that trains",
    "tasks": "Tasks: what users want done",
    "similarity": "How alike two tasks are: a word, or a number from 0 to 1",
    "unseen": "Requests outside every task, which nobody trained for",
    "router": "The router, which sends each request to a model",
    "strategies": "Strategies: what is compared",
    "training": "Training",
    "lora": "Adapters",
    "serving": "Serving",
    "evaluation": "Evaluation",
    "people": "People",
    "deadline": "Time: when all of it has to ship, and what each late day costs",
    "schedule": "Time: who works, how fast and when; anything here makes launch dates count",
    "upkeep": "Upkeep, once it runs",
    "correlations": "Numbers that go together",
    "checks": "What could be found out first: simulate voi says what it is worth",
    "sweep": "What simulate sweep varies; no other command reads it",
    "overrides": "Named changes",
    "scenarios": "Named lists of changes; --scenario NAME takes one",
    "catalogue": "Facts of your own: they hold over those of the catalogue",
    "law": "The laws, from examples to scores; change them with care",
}
"""First word of keys -> title of their section, in the order in which they are told; others follow."""
LATER = "later"
"""Stands for the section of keys whose meaning comes with a later version."""
LATER_TITLE = "Not yet: keys that come with a later version"


def role_after(words: tuple[str, ...], key: Key | None) -> str:
    """Role of a star after some words of a pattern; ``key`` ends there, if one does.

    >>> role_after(("tasks",), None)
    'tasks'
    """
    if len(words) == 1 and words[0] in SECTIONS:
        return words[0]
    if key is None or key.param is None:
        return ""
    scope = key.param.scope
    if scope == "misroute":
        return scope
    if scope == "pair":
        return "task" if words[0] == UNSEEN else scope
    return "task" if scope == "task" else "request"


def shown_path(key: Key) -> str:
    """The pattern of a key for people, with a word for each star.

    >>> shown_path(Key(pattern="tasks.*.note", kind="text", doc="A remark."))
    'tasks.TASK.note'
    """
    return shown_words(tuple(key.pattern.removesuffix(".**").split(".")), key)


def shown_words(words: tuple[str, ...], key: Key | None = None) -> str:
    """The words of a pattern for people; ``key`` ends there, if one does."""
    roles = (role_after(words[:place], key if place == len(words) - 1 else None) for place in range(len(words)))
    return ".".join(ROLES[role].word if word == "*" else word for word, role in zip(words, roles, strict=True))


def in_order(branch: Branch, *, top: bool = True) -> Iterator[Key]:
    """Keys as they are told: table by table; below the top what has to be given comes first."""
    if branch.key is not None:
        yield branch.key
    below = list(branch.names.values())
    for each in below if top else sorted(below, key=lambda one: not is_needed(one)):
        yield from in_order(each, top=False)
    if branch.star is not None:
        yield from in_order(branch.star, top=False)


def is_needed(branch: Branch) -> bool:
    """Whether every scenario that comes this far has to say something here."""
    if branch.key is not None and branch.key.required and not branch.key.later:
        return True
    return any(is_needed(below) for below in branch.names.values())


def by_section(language: Language) -> dict[str, list[Key]]:
    """Keys by the first word of those that have several; in the order in which sections are told."""
    sections: dict[str, list[Key]] = {word: [] for word in FIRST_WORDS}
    for key in in_order(language.root):
        first, dot, _ = key.pattern.partition(".")
        sections.setdefault(first if dot else "", []).append(key)
    later = [word for word, held in sections.items() if word and held and all(key.later for key in held)]
    rest = [key for word in later for key in sections.pop(word)]
    return {word: held for word, held in (sections | {LATER: rest}).items() if held}


def title_of(section: str) -> str:
    """Title of a section; of one that nobody named, its word."""
    return LATER_TITLE if section == LATER else FIRST_WORDS.get(section, section.replace("_", " ").capitalize())
