"""A scenario with something changed, as a line of ``--set`` would change it, or with one task fewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.scenario.differences import mentions
from tuneplan.scenario.grammar.dimensions import format_number, format_numbers
from tuneplan.scenario.grammar.quantities import QuantityError, parse
from tuneplan.scenario.grammar.spelling import spell
from tuneplan.scenario.load import declared_language
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.reading.ties import canonical
from tuneplan.scenario.records import Check, Correlation, Quantity, Scenario, Setting
from tuneplan.scenario.schema import Key

FLAG = "--set"
DIGITS = 3
"""Significant digits of numbers that are multiplied."""


@lru_cache(maxsize=1)
def _language() -> Language:
    return declared_language()


def param_of(path: str) -> Param:
    """The declaration of the number at a path."""
    key = _language().key_at(path)
    assert key is not None
    assert key.param is not None
    return key.param


def key_at(path: str) -> Key | None:
    """The key that a dotted path stands for; None where the language has none."""
    return _language().key_at(path)


def default_word(path: str) -> str:
    """What a choice is where nobody makes it, in words; empty where the language does not say.

    >>> default_word("method"), default_word("gpu.provider")
    ('full', 'middle price of the catalogue')
    """
    key = _language().key_at(path)
    return "" if key is None or key.param is not None else key.default


def with_changes(scenario: Scenario, changes: Sequence[str]) -> Scenario:
    """The scenario after changes such as stand behind ``--set``, each of a key that allows them.

    Parameters
    ----------
    changes
        ``path=value``: numbers as typed, or words.

    Examples
    --------
    >>> from tuneplan.scenario.load import load
    >>> changed = with_changes(load("scenarios/startup.yaml"), ["budget.limit=80k USD", "method=lora"])
    >>> changed.quantities["budget.limit"].distribution.median, changed.settings["method"]
    (80000.0, 'lora')
    """
    for change in changes:
        path, _, text = change.partition("=")
        key = _language().key_at(path)
        if key is not None and key.param is not None:
            scenario = _with_number(scenario, path, text, key.param)
        else:
            scenario = replace(scenario, settings={**scenario.settings, path: text}, origins={**scenario.origins, path: FLAG})
    return scenario


def _with_number(scenario: Scenario, path: str, text: str, param: Param) -> Scenario:
    """One number changed, and with it those that are the same as it."""
    distribution, name = parse(text, param), canonical(path)
    numbers = {
        each: replace(quantity, distribution=distribution) if quantity.same_as == name else quantity
        for each, quantity in scenario.quantities.items()
    }
    numbers[path] = Quantity(path=path, distribution=distribution, unit=param.unit, text=text, origin=FLAG)
    return replace(scenario, quantities=numbers, origins={**scenario.origins, path: FLAG})


def times(quantity: Quantity, factor: float) -> str:
    """The text of a number times a factor, to three digits and no larger than that; empty where its shape can't be scaled.

    >>> from tuneplan.core.distributions import point
    >>> price = Quantity(path="tasks.a.data.price", distribution=point(3.0), unit="USD/example", text="$3/example")
    >>> times(price, 0.5)
    '$1.5/example'
    """
    param, found, unit = param_of(quantity.path), quantity.distribution, quantity.unit
    if found.is_point:
        return format_number(_down(factor * found.median), unit)
    ends = tuple(_down(factor * end) for end in found.interval())
    text = format_numbers(ends, unit)
    try:
        if parse(text, param).family == found.family in ("normal", "lognormal"):
            return text
        return spell(_scaled(found, factor), unit, param)
    except (QuantityError, ValueError, LookupError):
        return ""


def _down(value: float) -> float:
    """The nearest number of three digits that is not larger."""
    if value == 0.0:
        return value
    nearest = float(f"{value:.{DIGITS}g}")
    if nearest <= value:
        return nearest
    exponent = int(f"{value:e}".partition("e")[2])
    return float(f"{nearest - 10.0 ** (exponent - DIGITS + 1):.{DIGITS}g}")


def _scaled(distribution: Distribution, factor: float) -> Distribution:
    """A distribution of numbers that are all multiplied by one factor."""
    scaled = SCALED[distribution.family]
    return replace(
        distribution, parameters=tuple(factor * each if index in scaled else each for index, each in enumerate(distribution.parameters))
    )


SCALED: Mapping[str, tuple[int, ...]] = {"normal": (0, 1, 2, 3), "lognormal": (0, 2, 3), "uniform": (0, 1), "beta": (2, 3)}
"""Family -> places of its parameters that are in the number's own unit."""


def without_task(scenario: Scenario, task: str) -> Scenario | None:
    """The scenario without a task and all that speaks of it; None where other numbers are tied to it, or none is left."""
    others = {path for path in (*scenario.quantities, *scenario.ties) if not mentions(path, [task])}
    tied = {scenario.quantities[path].same_as if path in scenario.quantities else scenario.ties[path] for path in others}
    if scenario.tasks == (task,) or any(mentions(path, [task]) for path in tied):
        return None
    return replace(
        scenario,
        tasks=tuple(each for each in scenario.tasks if each != task),
        quantities={path: each for path, each in scenario.quantities.items() if not mentions(path, [task])},
        settings={path: _ungrouped(path, each, task) for path, each in scenario.settings.items() if not mentions(path, [task])},
        ties={path: each for path, each in scenario.ties.items() if path in others},
        correlations=tuple(left for each in scenario.correlations if len((left := _uncorrelated(each, task)).of) > 1),
        checks=tuple(rest for check in scenario.checks if (rest := _unchecked(check, task)).learn),
    )


def _unchecked(check: Check, task: str) -> Check:
    """A check that measures nothing of a task."""
    return replace(check, learn=tuple(each for each in check.learn if not mentions(each.path, [task])))


def _ungrouped(path: str, value: Setting, task: str) -> Setting:
    """Groups without the task, and without a group that held it alone."""
    if not (path.startswith("strategies.") and path.endswith(".groups") and isinstance(value, tuple)):
        return value
    groups = (tuple(each for each in group if each != task) for group in value)
    return tuple(group for group in groups if group)


def _uncorrelated(correlation: Correlation, task: str) -> Correlation:
    return replace(correlation, of=tuple(path for path in correlation.of if not mentions(path, [task])))
