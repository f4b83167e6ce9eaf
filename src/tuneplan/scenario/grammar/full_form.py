"""The full form of a quantity: a value, an interval or choices, with level, shape, source and grade."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tuneplan.core import distributions as shapes
from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.amounts import clean, read_ends, read_level, refuse_unreadable
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.grammar.intervals import SHAPES, between, checked

FullForm = Mapping[str, str | list[str] | Mapping[str, str]]
"""A quantity with its keys: ``{ci: [2, 5], level: 90%, source: a survey}``, as texts."""
Parse = Callable[[str, Param], Distribution]
"""The reader of the scalar form, which the full form holds in it."""


def read_full(form: FullForm, param: Param, *, parse: Parse) -> tuple[Distribution, str, str]:
    """The distribution, the source and the grade; ``quantities.parse_full`` is the public name."""
    unknown = [key for key in form if key not in FULL_KEYS]
    for key in unknown:
        refuse_unreadable(key, "value: 2 to 5")
    if unknown and not any(form.values()):
        raise QuantityError(f"{', '.join(form)} stands in braces: leave them out")
    meanings = [key for key in _MEANINGS if key in form]
    if unknown or len(meanings) != 1:
        what = f'"{unknown[0]}" is no key of a quantity' if unknown else "a quantity has one meaning"
        raise QuantityError(f"{what}: one of {', '.join(_MEANINGS)}; beside it {', '.join(FULL_KEYS[3:])}")
    if meanings != ["ci"] and ("level" in form or "shape" in form):
        raise QuantityError("level and shape describe an interval: write them beside ci: [2, 5]")
    source, grade = _text(form, "source"), _text(form, "grade").upper()
    if not re.fullmatch("[A-Z]?", grade):
        raise QuantityError(f'grade "{grade}" is not one letter, for example B')
    return _MEANINGS[meanings[0]](form, param, parse), source, grade


def _text(form: FullForm, key: str, default: str = "") -> str:
    text = form.get(key, default)
    if not isinstance(text, str):
        raise QuantityError(f"{key} takes one word or number, for example {key}: {_FULL_EXAMPLES[key]}")
    if key != "source":
        refuse_unreadable(text.strip(), f"{key}: {_FULL_EXAMPLES[key]}")
    return text.strip()


def _full_value(form: FullForm, param: Param, parse: Parse) -> Distribution:
    return parse(_text(form, "value"), param)


def _full_interval(form: FullForm, param: Param, _parse: Parse) -> Distribution:
    ends, shape = form["ci"], _text(form, "shape").replace("_", "-").replace("log-normal", "lognormal")
    if not isinstance(ends, list) or len(ends) != 2 or not all(isinstance(end, str) for end in ends):
        raise QuantityError("ci takes two ends, for example ci: [2, 5]")
    if shape and shape not in SHAPES:
        raise QuantityError(f'shape "{shape}" is not known: one of {", ".join(SHAPES)}')
    level = read_level(_text(form, "level", "90%"))
    texts = [clean(end, param) for end in ends]
    low, high = read_ends(texts, param)
    return checked(between(low, high, param, level=level, shape=shape), " to ".join(texts), param)


def _full_choices(form: FullForm, param: Param, parse: Parse) -> Distribution:
    """One of several numbers; weights are shares that add up to 1."""
    weights_of = form["choices"]
    if not isinstance(weights_of, Mapping) or not weights_of:
        raise QuantityError("choices takes numbers with their weights, for example choices: {3: 70%, 5: 30%}")
    fraction = Param(name="weight", key="weight", unit="share", high=1.0, doc="Weight of a choice.")
    weight_of: dict[float, float] = {}
    for value, weight in weights_of.items():
        number = clean(value, param)
        if not isinstance(weight, str):
            raise QuantityError(f"{number} among choices takes one weight, for example choices: {{3: 70%, 5: 30%}}")
        point, share = parse(number, param), parse(weight, fraction)
        if not (point.is_point and share.is_point):
            raise QuantityError(f"{number}: {clean(weight, fraction)} among choices has to be two numbers, not intervals")
        if point.median in weight_of:
            raise QuantityError(f"{number} stands twice among choices: give each number once")
        weight_of[point.median] = share.median
    total = sum(weight_of.values())
    if abs(total - 1.0) > 1e-3:
        raise QuantityError(f"weights of choices add up to {total:.4g}, not 1")
    return shapes.choices(tuple(weight_of), tuple(weight_of.values()))


_MEANINGS = {"value": _full_value, "ci": _full_interval, "choices": _full_choices}
_FULL_EXAMPLES = {"value": "2 to 5", "level": "90%", "shape": "lognormal", "source": "a survey", "grade": "B"}
FULL_KEYS = (*_MEANINGS, "level", "shape", "source", "grade")
"""Keys of the full form: its meanings, then what may stand beside them."""
