"""Words of a sweep: counts, outcomes, values of keys, rules."""

from __future__ import annotations

from collections.abc import Sequence

from tuneplan.report.flips import range_in_words, value_in_words
from tuneplan.report.sweep.progress import spaced
from tuneplan.report.words import in_words, listed, share
from tuneplan.study.sweep.summary.records import Bin, Summary
from tuneplan.study.sweep.summary.rules import Condition, Key

NOBODY, FAILED = "nobody", "failed"
EMPTY = "empty"
"""A text of no letters."""
MOST_TEXTS = 4
"""Texts that a rule names."""


def counted(count: int, noun: str) -> str:
    """A count with thousands apart.

    >>> counted(1, "row"), counted(1_234_567, "row")
    ('1 row', '1 234 567 rows')
    """
    return f"{spaced(count)} {noun}{'' if count == 1 else 's'}"


def of_all(count: int, total: int) -> str:
    """A share, and in words where it is not all or nothing.

    >>> of_all(7, 10), of_all(5, 5), of_all(0, 5)
    ('70 %, about 7 in 10', 'all', 'none')
    """
    if count in (0, total):
        return "none" if count == 0 else "all"
    return f"{share(count / total)}, {in_words(count / total)}"


def in_rows(count: int, total: int) -> str:
    """Some of the rows of a kind, as they follow ``in``; not for none.

    >>> in_rows(7, 10), in_rows(5, 5), in_rows(1, 1)
    ('7 of the 10 rows (70 %, about 7 in 10)', 'all 5 rows', 'the one row')
    """
    if count == total:
        return f"all {counted(total, 'row')}" if total > 1 else "the one row"
    return f"{spaced(count)} of the {counted(total, 'row')} ({of_all(count, total)})"


def named(found: Summary, outcome: int) -> str:
    """A strategy, or who stands in for it; quoted where it is called as they are."""
    if outcome >= found.nobody:
        return NOBODY if outcome == found.nobody else FAILED
    name = found.strategies[outcome]
    return f"“{name}”" if name.strip().lower() in (NOBODY, FAILED) else name


def value(number: float, key: Key) -> str:
    """A number of a key as it is typed."""
    return value_in_words(number, "1" if key.unit == "yes_no" else key.unit)


def bin_in_words(each: Bin, key: Key) -> str:
    """Values of a bin."""
    if each.is_blank:
        return "not given"
    if key.is_text:
        return listed([text or EMPTY for text in each.texts]) or "others"
    if each.low == each.high:
        return value(each.low, key)
    said, rest = range_in_words(each.low, each.high, key.unit), value(each.high, key)
    last = said.rpartition(" to ")[2]
    return f"{said}{rest.removeprefix(last)}" if rest.startswith(last) else said


def condition(each: Condition) -> str:
    """What a rule asks of a key.

    >>> condition(Condition(key=Key(name="budget.limit", unit="USD"), above=42e3))
    'budget.limit is above $42k'
    >>> condition(Condition(key=Key(name="method", is_text=True), texts=("lora", "dora"), is_other=True))
    'method is neither lora nor dora'
    """
    name = each.key.name
    if each.key.is_text:
        return f"{name} {_texts(each.texts, is_other=each.is_other)}"
    is_above, is_below = each.above == each.above, each.below == each.below
    if is_above and is_below:
        said = f"is between {value(each.above, each.key)} and {value(each.below, each.key)}"
    elif is_above or is_below:
        said = f"is above {value(each.above, each.key)}" if is_above else f"is below {value(each.below, each.key)}"
    else:
        return f"{name} is {'not ' if each.blank else ''}given"
    return f"{name} {said}{' or not given' if each.blank else ''}"


def _texts(texts: Sequence[str], *, is_other: bool) -> str:
    shown = [text or EMPTY for text in texts]
    if len(shown) > MOST_TEXTS:
        shown = [*shown[: MOST_TEXTS - 1], f"one of {len(shown) - MOST_TEXTS + 1} more"]
    if len(shown) == 1:
        return f"is {'not ' if is_other else ''}{shown[0]}"
    together = f"{', '.join(shown[:-1])} {'nor' if is_other else 'or'} {shown[-1]}"
    return f"is neither {together}" if is_other else f"is {together}"


def rule(conditions: Sequence[Condition]) -> str:
    """All that a rule asks; empty where it asks nothing."""
    return " and ".join(condition(each) for each in conditions)
