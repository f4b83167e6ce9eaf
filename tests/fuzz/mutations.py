"""Shipped scenarios, damaged: what a hurried hand, an editor or an enemy may do to a file."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from tuneplan.core import declared_params
from tuneplan.scenario.schema import STRUCTURE

SHIPPED = tuple(sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml")))
FULL = """
base: llama-3.1-8b
start: 2027-01-04
deadline: {date: 2027-06-30, delay_cost: $500 to $2k/day}
schedule: {annotators: 4, reviewers: 2, gpus: 8, days: [mon, tue, sat], holidays: [2027-04-02, 2027-04-05], order: in turn, hours: 5 to 7, gate: 60 to 90%,
  onboarding: 2 to 5 workdays, attrition: 2 to 5%/month, batch: 100, judging: 1 to 3 min, rejected: 5%, gpu_wait: 1 to 4 hours, reserved: 50%, idle_pay: $9/hour}
gpu: {kind: h100-sxm, spot: yes}
method: lora
privacy: open
budget: {limit: $90k, covers: [data, training], confidence: 80%}
tasks:
  one: &one
    traffic: 2k to 9k requests/month
    score: {base: 40, ceiling: 70 to 90, worst: 0, best: 100, must: 45}
    data: {examples: 500 to 2k, labelling: {minutes: 3 min, wage: $20/hour}}
    clash_risk: high
  two: {like: one, data.quality: 80%, data.price: $1 to $2/example, data.pace: 3 to 9 examples/hour, epochs: 2}
  three: {traffic: 100 requests/day, score: {base: 28 of 40, ceiling: 95%}, data: {examples: 0}, half_gap_examples: 1k to 9k}
unseen: {share: 0 to 20%, score: {base: 0.4, ceiling: 0.9}, similarity: {one: near}}
similarity: {one/two: near, two>three: 0.2 to 0.5, three>two: {ci: [10%, 30%], level: 80%, source: a guess, grade: B}}
router: {confusion: {one>two: 5%, two>one: {choices: {1%: 50%, 9%: 50%}}}, fallback: base}
strategies:
  unified: {replay: 1k, framing: plain}
  each: {kind: specialists, epochs: {one: 1, two: 3}}
  pair: {groups: [[one, three], [two]], one_deployment: yes, routed: yes}
  later: {kind: unified_then_specialists, examples: {one: 50}}
  merged: {serving: hosted}
  asked: {kind: prompted, api: gpt-4o-mini, score: 0.5 to 0.6}
law: {transfer_form: saturating, discrepancy: 1 to 3 points, quality_exponent: normal 0.85 sd 0.15}
"""
"""A scenario that uses most of the language."""
SEEDS = (*(path.read_text(encoding="utf-8") for path in SHIPPED), FULL, FULL)
KEYS = tuple(sorted({word for param in declared_params() for word in param.key.split(".")}
                    | {word for key in STRUCTURE for word in key.pattern.split(".")}))  # fmt: skip
VALUES = (
    "1e18", "1e9", "1e-9", "0", "-0", "-1", "nan", ".inf", "1e400", "0%", "100%", "140%", "$0", "$1e15", "1e14 requests/month",
    "0 requests/month", "1200 months", "0 months", "0 to 1", "0.999999 to 0.9999999", "1e-12 to 1e12", "0 of 1", "1 of 1",
    "lognormal 1 sd 10", "beta a 1e-6 b 1e-6", "2 to 5 mode 2", "uniform 0 to 1", "{}", "[]", "[[]]", "[[one], [one]]", "{a: 1}",
    "{value: 3}", "{ci: [2, 5]}", "{ci: [0.2, 0.3], shape: normal, level: 50%}", "{choices: {0: 50%, 1: 50%}}", "{choices: {1: [1]}}",
    "~", "''", '""', "yes", "no", "auto", "search", "near", "full", "lora", "qlora", "own", "*one", "&two 5", "!!int 3", "!x y", "<<: *one",
    "one", "email", "unified", "specialists", "merged", "prompted", "unseen", "2027-02-30", "2027-05-01", "[2027-04-02]", "[2027-04-02, 2027-04-02]", "9999-12-31", "0001-01-01", "2 weeks", "0 people", "200", "100%/month", "99%/month",
    "in turn", "[sun]", "[mon, mon]", "0.0001 examples/hour", "1e7 examples/hour", "3650 workdays", "1e5 hours", "15 hours", "'\\x00'", '"\\u202e"', "ё", "𝟓", "5\u200b", "$",
    "x" * 300, "9" * 300, "- a", "? a", "|", ">", "%", "@", "`", "#", "{", "}", "[", "]", ":", "a: b: c", "'", '"', "---", "...",
)  # fmt: skip
NAMES = ("a", "é", "名前", "ключ", "a.b", "a/b", "a>b", "a b", "", "1", "no", "null", "*", "unseen", "(replay)", "x" * 61, "e\u0301", "\u202ex", "__proto__", "-")
NUMBERS = ("0", "1", "2", "0.5", "3.7", "10", "42", "100", "1000", "1e6", "1e9", "1e12", "1e15", "1e18", "1e-3", "1e-9", "1e-300", "0.999", "-1", "-0", "1k", "1B")
_NUMBER = re.compile(r"(?<![\w.-])[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[\w.$%-]+")
Lines = list[str]


def mutated(seed: int) -> str:
    """One of the scenarios after a few accidents; equal seeds give equal texts."""
    chance = random.Random(seed)
    lines = chance.choice(SEEDS).split("\n")
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4, 8))):
        lines = chance.choice(_ACCIDENTS)(lines, chance)
    return chance.choice(_LINE_ENDS)("\n".join(lines))


def _at(lines: Lines, chance: random.Random) -> int:
    return chance.randrange(max(len(lines), 1))


def _delete(lines: Lines, chance: random.Random) -> Lines:
    place = _at(lines, chance)
    return lines[:place] + lines[place + chance.choice((1, 1, 3)) :]


def _duplicate(lines: Lines, chance: random.Random) -> Lines:
    start, place = _at(lines, chance), _at(lines, chance)
    return lines[:place] + lines[start : start + chance.choice((1, 2, 5))] + lines[place:]


def _swap(lines: Lines, chance: random.Random) -> Lines:
    one, other = _at(lines, chance), _at(lines, chance)
    lines = list(lines) or [""]
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def _indent(lines: Lines, chance: random.Random) -> Lines:
    place, by = _at(lines, chance), chance.choice((-2, -1, 1, 2, 4))
    line = lines[place] if lines else ""
    moved = " " * by + line if by > 0 else line.removeprefix(" " * -by)
    return [*lines[:place], chance.choice((moved, moved, "\t" + line)), *lines[place + 1 :]]


def _change_word(lines: Lines, chance: random.Random) -> Lines:
    """Another key, value or name for one word of a line."""
    place = _at(lines, chance)
    words = list(_WORD.finditer(lines[place])) if lines else []
    if not words:
        return lines
    word = chance.choice(words)
    new = chance.choice(chance.choice((KEYS, VALUES, VALUES, NAMES)))
    return [*lines[:place], lines[place][: word.start()] + new + lines[place][word.end() :], *lines[place + 1 :]]


def _change_number(lines: Lines, chance: random.Random) -> Lines:
    """Another number, with the unit that stands there."""
    text = "\n".join(lines)
    numbers = list(_NUMBER.finditer(text))
    if not numbers:
        return lines
    spot = chance.choice(numbers)
    return (text[: spot.start()] + chance.choice(NUMBERS) + text[spot.end() :]).split("\n")


def _change_value(lines: Lines, chance: random.Random) -> Lines:
    """Another value after a colon, whatever stood there."""
    place = _at(lines, chance)
    key, colon, _ = lines[place].partition(": ") if lines else ("", "", "")
    return [*lines[:place], f"{key}: {chance.choice(VALUES)}", *lines[place + 1 :]] if colon else lines


def _change_inner_value(lines: Lines, chance: random.Random) -> Lines:
    """Another value inside braces."""
    place = _at(lines, chance)
    inner = list(re.finditer(r"(?<=: )[^,{}\[\]]+(?=[,}])", lines[place])) if lines else []
    if not inner:
        return lines
    spot = chance.choice(inner)
    new = lines[place][: spot.start()] + chance.choice(VALUES) + lines[place][spot.end() :]
    return [*lines[:place], new, *lines[place + 1 :]]


def _add_key(lines: Lines, chance: random.Random) -> Lines:
    place = _at(lines, chance)
    indent = re.match(" *", lines[place])[0] if lines else ""  # type: ignore[index]
    return [*lines[:place], f"{indent}{chance.choice(KEYS + NAMES)}: {chance.choice(VALUES)}", *lines[place:]]


def _rename(lines: Lines, chance: random.Random) -> Lines:
    """A task or strategy gets another name everywhere."""
    old, new = chance.choice(("email", "qa", "one", "two", "unified", "pair", "code", "base")), chance.choice(NAMES)
    return re.sub(rf"\b{old}\b", lambda _: new, "\n".join(lines)).split("\n")


def _cut(lines: Lines, chance: random.Random) -> Lines:
    """Half a file, ending anywhere."""
    text = "\n".join(lines)
    return text[: chance.randrange(len(text) + 1)].split("\n")


def _garble(lines: Lines, chance: random.Random) -> Lines:
    """Any characters anywhere."""
    text = "\n".join(lines)
    noise = "".join(chr(chance.randrange(chance.choice((128, 0x300, 0xE000)))) for _ in range(chance.choice((1, 1, 4))))
    place = chance.randrange(len(text) + 1)
    return (text[:place] + noise + text[place + chance.choice((0, 1)) :]).split("\n")


def _deepen(lines: Lines, chance: random.Random) -> Lines:
    depth, place = chance.choice((3, 13, 200, 2000)), _at(lines, chance)
    opening, closing = chance.choice((("[", "]"), ("{a: ", "}"), ("- ", "")))
    return [*lines[:place], f"deep: {opening * depth}1{closing * depth}", *lines[place:]]


def _alias(lines: Lines, chance: random.Random) -> Lines:
    """Anchors that hold themselves, each other, or much."""
    place = _at(lines, chance)
    more = chance.choice((
        ["loop: &loop [*loop]"], ["a: &a [1, 1, 1, 1]", *(f"{y}: &{y} [*{x}, *{x}, *{x}, *{x}]" for x, y in zip("abcdefgh", "bcdefghi", strict=True))],
        ["again: *one"], ["note: &n x", "question: *n"],
    ))  # fmt: skip
    return [*lines[:place], *more, *lines[place:]]


_ACCIDENTS: tuple[Callable[[Lines, random.Random], Lines], ...] = (
    *(_change_number,) * 10, *(_change_inner_value,) * 3, *(_change_value,) * 2, *(_change_word,) * 2, *(_add_key,) * 2,
    _delete, _duplicate, _swap, _indent, _rename, _cut, _garble, _deepen, _alias,
)  # fmt: skip
_LINE_ENDS: tuple[Callable[[str], str], ...] = (
    *(lambda text: text,) * 6, lambda text: text.replace("\n", "\r\n"), lambda text: text.replace("\n", "\r"),
    lambda text: "\ufeff" + text, lambda text: text + "\n---\n" + text, lambda text: text.replace(" ", "\u00a0", 3),
)  # fmt: skip
