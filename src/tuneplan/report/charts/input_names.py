"""Inputs as people say them: the task or strategy, then what is meant, never the dotted path alone."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable

from tuneplan.report.tables import width, wrapped
from tuneplan.scenario.records import UNSEEN

LETTERS = 30
"""Letters of a line of a name beside a chart."""
LEFT_TO_RIGHT = "\u200e"
"""A mark without width."""
REQUESTS_NOBODY_TRAINED_FOR = "unseen requests"
FIELDS = {
    "data.price": "price of an example", "data.tokens": "tokens of an example", "data.examples": "examples", "data.existing": "examples at hand",
    "data.quality": "quality of examples", "score.base": "score before training", "score.ceiling": "highest score in reach", "score.must": "score asked for",
    "tokens.input": "input tokens", "tokens.output": "output tokens", "half_gap_examples": "half-gap examples", "share": "share of requests",
    "data_exponent": "data exponent", "engineer_week": "price of an engineer week", "lora_capacity": "LoRA capacity", "lora_exponent": "LoRA exponent",
    "lora_forgetting": "LoRA forgetting", "tflops": "TFLOP/s", "examples": "examples", "value": "value of a point",
}  # fmt: skip
"""Keys that say more in other words."""
OWNERS = {UNSEEN: REQUESTS_NOBODY_TRAINED_FOR, "gpu": "GPU", "lora": "LoRA"}


def in_plain_words(path: str) -> str:
    """A dotted path in words.

    >>> [in_plain_words(each) for each in ("tasks.e_mail.data.price", "law.interference_strength", "similarity.email/qa")]
    ['e_mail: price of an example', 'law: interference strength', 'similarity of email and qa']
    >>> in_plain_words("strategies.prompted.score.unseen"), in_plain_words("unseen.similarity.qa"), in_plain_words("gpu.price")
    ('prompted: score on unseen requests', 'unseen requests: similarity to qa', 'GPU: price')
    >>> in_plain_words("all similarities together")
    'all similarities together'
    """
    first, _, rest = path.partition(".")
    if not rest:
        return path
    if first == "similarity":
        return f"similarity of {' and '.join(_owner(each) for each in rest.split('/'))}"
    if first == "tasks":
        task, _, field = rest.partition(".")
        return f"{task}: {_field(field)}"
    if first == "strategies":
        strategy, _, field = rest.partition(".")
        what, _, on = field.partition(".")
        return f"{strategy}: {_field(what)}{f' on {_owner(on)}' if on else ''}"
    if rest.startswith("similarity."):
        return f"{_owner(first)}: similarity to {_owner(rest.partition('.')[2])}"
    return f"{_owner(first)}: {_field(rest)}"


def _owner(name: str) -> str:
    return OWNERS.get(name, name)


def _field(key: str) -> str:
    return FIELDS.get(key, key.replace(".", " ").replace("_", " "))


def names_of(labels: Iterable[str], *, letters: int = LETTERS) -> dict[str, str]:
    """Labels of inputs -> what stands beside a chart, in lines; no two alike.

    Parameters
    ----------
    labels
        As of ``Input.label``, each once.
    letters
        Columns of a line.

    >>> names_of(["tasks.x.traffic", "strategies.x.traffic"])
    {'tasks.x.traffic': 'tasks.x.traffic', 'strategies.x.traffic': 'strategies.x.traffic'}
    >>> print(names_of(["tasks." + 9 * "long_" + "name.data.price"])["tasks." + 9 * "long_" + "name.data.price"])
    long_long_long…long_long_name:
    price of an example
    """
    paths = list(labels)
    said = _told_apart({path: in_plain_words(path) for path in paths}, {path: path for path in paths})
    whole = {path: _in_lines(words, letters, is_whole=True) for path, words in said.items()}
    return _told_apart({path: _in_lines(words, letters) for path, words in said.items()}, whole)


def _told_apart(wanted: dict[str, str], otherwise: dict[str, str]) -> dict[str, str]:
    """What is wanted, but where it would be said of two."""
    count = Counter(wanted.values())
    return {path: otherwise[path] if count[words] > 1 else words for path, words in wanted.items()}


def _in_lines(words: str, letters: int, *, is_whole: bool = False) -> str:
    """Whose it is on a line of its own where both do not fit on one."""
    if width(words) <= letters:
        return _from_the_left(words)
    owner, colon, what = words.partition(": ")
    rows = [row for part in (f"{owner}{colon.strip()}", what) if part for row in wrapped(part, letters)]
    if not is_whole and width(owner) >= letters and colon:
        rows = [f"{_without_middle(owner, letters - 1)}:", *wrapped(what, letters)]
    return "\n".join(_from_the_left(row) for row in rows)


def _without_middle(words: str, most: int) -> str:
    """At most so many columns: names differ at their ends."""
    if width(words) <= most:
        return words
    kept = (most - 1) * len(words) // width(words)
    return f"{words[: kept // 2]}…{words[kept // 2 - kept :]}"


def _from_the_left(words: str) -> str:
    """Words in reading order though they begin with a name that is read from the right."""
    return f"{LEFT_TO_RIGHT}{words}" if any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in words) else words
