"""From what was typed to the values of each key, every one of them read as a scenario reads it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.core.transfer import RELATIONS
from tuneplan.errors import Problem
from tuneplan.scenario.edits import key_at
from tuneplan.scenario.grammar.dimensions import QuantityError, format_number
from tuneplan.scenario.grammar.quantities import parse
from tuneplan.scenario.grammar.ranges import FORM, ends_of, typed
from tuneplan.scenario.reading.checks import DECIDED_BEFORE
from tuneplan.scenario.reading.ties import canonical
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.swept import OWN, SAMPLED, Wanted
from tuneplan.study.sweep.columns import (
    BEFORE_PILOTS,
    Between,
    Column,
    Drawn,
    Numbers,
    OwnInterval,
    Picked,
    Steps,
    Texts,
    whole_steps,
)
from tuneplan.study.sweep.refusals import Refusals, counted, is_unknown

MOST_LOADED = 500
"""Numbers of a key that are each read within the whole scenario."""
ALWAYS_CERTAIN = ("correlations", "checks")
"""Sections in which some numbers take no interval."""
MOST_WHOLE = 100_000
"""Values along a range where things are counted: they are held one by one."""


def param_at(key: str) -> Param | None:
    """The declaration of the number that a key stands for; None where it stands for none."""
    found = key_at(key)
    return None if found is None else found.param


def texts_of(wanted: Wanted) -> tuple[str, ...]:
    """The values of a key, or the ends of its range, as texts of their own."""
    if wanted.range is None:
        return wanted.texts
    with suppress(QuantityError):
        param = param_at(wanted.key)
        if param is not None:
            return tuple(typed(end, param.unit) for end in ends_of(wanted.range, param))
    return (wanted.range.low, wanted.range.high)


def refuse_values(every: Sequence[Wanted], refusals: Refusals) -> None:
    """Note every value that is none, alone and beside the first values of the other keys.

    What is sound for its key and does not go with another number of the scenario is told in its rows.
    """
    first = {each.key: texts[0] for each in every if (texts := texts_of(each))}
    for wanted in every:
        if wanted.range is not None and _is_broken(wanted, refusals):
            continue
        others = [f"{key}={text}" for key, text in first.items() if key != wanted.key]
        for text in _looked_at(wanted):
            change = f"{wanted.key}={text}"
            found = of_values(refusals.wrong([change], wanted.place), [(wanted.key, text)])
            if found and (is_unknown(found) or not others or refusals.wrong([*others, change], wanted.place)):
                refusals.take(found)


def _looked_at(wanted: Wanted) -> list[str]:
    """The different values of a key; of very many numbers, each of which is read by itself here, the least and the largest."""
    texts = list(dict.fromkeys(texts_of(wanted)))
    if len(texts) <= MOST_LOADED:
        return texts
    numbers = {text: found.numbers[0] for text in texts if isinstance(found := listed(wanted.key, [text]), Numbers)}
    ends = (min(numbers, key=numbers.__getitem__), max(numbers, key=numbers.__getitem__)) if numbers else ()
    return [*(text for text in texts if text not in numbers), *ends]


def of_values(problems: Sequence[Problem], values: Sequence[tuple[str, str]]) -> list[Problem]:
    """Problems of values themselves, whatever else the scenario says; a row tells the others.

    A number that its own grammar and bounds take is sound, even where a rule between keys complains under its name.

    Parameters
    ----------
    values
        Key and text of each.
    """
    if is_unknown(problems):
        return list(problems)
    suspects = [key for key, text in values if not _is_sound(key, text)]
    return [each for each in problems if any(_names(each, key) for key in suspects)]


def _is_sound(key: str, text: str) -> bool:
    """Whether a text is a number that the key may be."""
    param = param_at(key)
    if param is None:
        return False
    try:
        return parse(text, param).is_point or not (key in DECIDED_BEFORE or key.split(".")[0] in ALWAYS_CERTAIN)
    except QuantityError:
        return False


def _names(problem: Problem, key: str) -> bool:
    """Whether a problem is told of the key, or of no key at all."""
    names = {key, canonical(key)}
    return not problem.path or any(problem.path == name or problem.path.startswith(f"{name}.") or name.startswith(f"{problem.path}.") for name in names)


def _is_broken(wanted: Wanted, refusals: Refusals) -> bool:
    """Whether a range can't be read, noted; of a key that nobody knows the reader of scenarios says so."""
    key = key_at(wanted.key)
    assert wanted.range is not None
    try:
        if key is not None and key.param is not None:
            ends_of(wanted.range, key.param)
        elif key is not None:
            raise QuantityError(f"{wanted.range} is a range, and this is no number: give values, as {wanted.key}=A,B")
    except QuantityError as error:
        refusals.add(str(error), wanted.place, wanted.key)
        return True
    return False


# --- one value after another ---------------------------------------------------------------------------


def column_of(wanted: Wanted, refusals: Refusals) -> Column:
    """The counted values of a key that was found sound."""
    param, asked = param_at(wanted.key), wanted.range
    if asked is None or param is None:
        return listed(wanted.key, wanted.texts)
    assert asked.count is not None
    low, high = ends_of(asked, param)
    steps = Steps(key=wanted.key, low=low, high=high, count=asked.count, log=asked.log, unit=param.unit)
    if not param.whole:
        return steps
    if asked.count > MOST_WHOLE:
        refusals.add(f"{counted(asked.count)} values are too many of a range of whole numbers: at most {counted(MOST_WHOLE)}", wanted.place, wanted.key)
        return Numbers(key=wanted.key, numbers=(low, high), unit=param.unit)
    return whole_steps(steps)


def listed(key: str, texts: Sequence[str]) -> Texts | Numbers:
    """Values in a row: numbers where each is one, known exactly."""
    param = param_at(key)
    if param is not None:
        with suppress(QuantityError):
            found = [parse(text, param) for text in texts if text not in param.words and not text.startswith("{")]
            if len(found) == len(texts) and all(each.is_point for each in found):
                return Numbers(key=key, numbers=tuple(each.median for each in found), unit=param.unit)
    return Texts(key=key, texts=tuple(texts))


def refuse_counts(every: Sequence[Wanted], mode: str, refusals: Refusals) -> None:
    """Note ranges that do not fit a mode."""
    for wanted in every:
        asked, sampled = wanted.range, mode in SAMPLED
        if wanted.own and not sampled:
            refusals.add(f"{OWN} is an interval to draw from, in mode {' or '.join(SAMPLED)}; in mode {mode} give values or {FORM}", wanted.place, wanted.key)
        elif asked is not None and asked.count is None and not sampled:
            refusals.add(f"{asked} does not say how many values: write {replace(asked, count=9)} for nine, or draw from it in mode {' or '.join(SAMPLED)}", wanted.place, wanted.key)
        elif asked is not None and asked.count is not None and sampled:
            refusals.add(f"{asked} counts values, and mode {mode} draws from the range: write {replace(asked, count=None)}", wanted.place, wanted.key)


# --- drawn ---------------------------------------------------------------------------------------------


def drawn_of(wanted: Wanted, scenario: Scenario, refusals: Refusals) -> Drawn | None:
    """The values of a key that are drawn; None after a complaint."""
    param = param_at(wanted.key)
    if wanted.own and param is not None:
        return _own(wanted, param, scenario, refusals)
    if wanted.range is None or param is None:
        return Picked(column=listed(wanted.key, wanted.texts))
    low, high = ends_of(wanted.range, param)
    return Between(key=wanted.key, low=low, high=high, log=wanted.range.log, whole=param.whole, unit=param.unit)


def _own(wanted: Wanted, param: Param, scenario: Scenario, refusals: Refusals) -> OwnInterval | None:
    found = own_of(wanted.key, param, scenario)
    if found is None:
        refusals.add("has no interval of its own here: give a range or values", wanted.place, wanted.key)
    elif found.is_point:
        refusals.add(f"is one number here, {format_number(found.median, param.unit)}, not an interval: give a range or values", wanted.place, wanted.key)
    else:
        return OwnInterval(key=wanted.key, distribution=found, learned=_learned(wanted.key, scenario), low=param.low, high=param.high, whole=param.whole, unit=param.unit)
    return None


def _learned(key: str, scenario: Scenario) -> tuple[float, float]:
    """What pilots taught of a number: mean and standard deviation of its normal score now."""
    given = scenario.quantities.get(key)
    name = given.drawn_as if given is not None else key
    return BEFORE_PILOTS if scenario.calibration is None else scenario.calibration.moments([(canonical(name), 1.0)])


def own_of(key: str, param: Param, scenario: Scenario) -> Distribution | None:
    """What a scenario says of a number itself; else its declared default."""
    for path in (key, canonical(key)):
        if path in scenario.quantities:
            return scenario.quantities[path].distribution
        word = scenario.settings.get(path)
        if isinstance(word, str):
            return RELATIONS.get(word)
    return param.default

