"""What is sound but should be looked at again: old prices, endless intervals, overrides that nobody uses."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tuneplan.core import declared_params
from tuneplan.core.registry import Param
from tuneplan.core.validity import BASE_PARAMS, TOLERANCE
from tuneplan.errors import Problem
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import Row
from tuneplan.scenario.grammar.dimensions import format_number
from tuneplan.scenario.lowering.defaults import base_name, default_quantity, serving_gpu
from tuneplan.scenario.lowering.hardware import host_of
from tuneplan.scenario.lowering.specs import grouping_of, overridden
from tuneplan.scenario.reading.complaints import as_problem, listed
from tuneplan.scenario.reading.language import LIKE
from tuneplan.scenario.records import UNSEEN, Place, Scenario
from tuneplan.scenario.schema import DEFAULT_GPU
from tuneplan.scenario.time_cautions import cautions_of_time
from tuneplan.units import DAYS_PER_MONTH

OLD_DAYS = 90
"""Age from which a price is worth asking for again; assumed. [day]"""
WIDE = 100.0
"""Ratio of the ends of a 90 % interval from which a suffix may be missing; assumed."""
POSITIVE = ("lognormal", "logit_normal")
"""Families of intervals with both ends above 0."""
USUAL_HORIZON = 12.0


def cautions(scenario: Scenario) -> tuple[Problem, ...]:
    """Everything that is sound but worth a second look, in the order of the file."""
    found = dict.fromkeys(problem for rule in RULES for problem in rule(scenario))  # each once: a copy shares its place
    return tuple(sorted(found, key=lambda each: (each.file, each.line, each.column, each.path)))


def date_of_prices(scenario: Scenario) -> datetime.date | None:
    """The day against which prices age: ``as_of``, else ``start``; None where neither is given."""
    said = scenario.word("as_of", "") or scenario.word("start", "")
    return datetime.date.fromisoformat(said) if said else None


def typical_day(as_of: str) -> datetime.date:
    """The day for which a row holds; of a month or a year the middle, as nobody knows which day was meant.

    >>> typical_day("2026-02-28"), typical_day("2026-02"), typical_day("2025")
    (datetime.date(2026, 2, 28), datetime.date(2026, 2, 15), datetime.date(2025, 7, 1))
    """
    year, month, day = (*(int(part) for part in as_of.split("-")), 0, 0)[:3]
    return datetime.date(year, month or 7, day or (15 if month else 1))


def age_in_words(days: int) -> str:
    """An age as people say it.

    >>> age_in_words(95), age_in_words(800)
    ('95 days', '26 months')
    """
    return f"{days} days" if days < 2 * OLD_DAYS else f"{days / DAYS_PER_MONTH:.0f} months"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceInUse:
    """A price of the catalogue that a scenario relies on.

    Attributes
    ----------
    what
        In words.
    path
        Key that chose it, which names its place.
    instead
        Key to give instead; empty where there is none.
    """

    what: str
    path: str
    instead: str
    row: Row


def prices_in_use(scenario: Scenario) -> Iterator[PriceInUse]:
    """Every price that is taken from the catalogue."""
    yield from _rents(scenario)
    yield from _tokens(scenario)
    yield from _labels(scenario)


def _trains(scenario: Scenario, strategy: str) -> bool:
    return bool(grouping_of(scenario, strategy).stages)


def _serving(scenario: Scenario, strategy: str) -> str:
    """How a strategy is served: own, hosted, scale_to_zero, or by its API."""
    if scenario.word(f"strategies.{strategy}.api", ""):
        return "api"
    return scenario.word(f"strategies.{strategy}.serving", scenario.word("serving.mode", "own"))


def _rents(scenario: Scenario) -> Iterator[PriceInUse]:
    card, serving = scenario.word("gpu.kind", DEFAULT_GPU), serving_gpu(scenario)
    provider, spot = scenario.word("gpu.provider", "") or None, bool(scenario.setting("gpu.spot", False))
    path = "gpu.provider" if provider else "gpu.kind"
    trained = any(_trains(scenario, name) for name in scenario.strategies)
    served = any(_serving(scenario, name) in ("own", "scale_to_zero") for name in scenario.strategies)
    given = "gpu.price" in scenario.quantities
    if trained and not given:
        row = catalogue.gpu_price(card, provider, spot=spot, own=scenario.rows)
        yield PriceInUse(what=f"the {'spot ' if spot else ''}rent of {card}", path=path, instead="gpu.price", row=row)
    taken_over = card == serving and not spot and (given or trained)
    if served and not taken_over and "serving.price" not in scenario.quantities:
        row = catalogue.gpu_price(serving, provider if card == serving else None, own=scenario.rows)
        place = "serving.gpu" if "serving.gpu" in scenario.settings else path
        yield PriceInUse(what=f"the rent of {serving} for serving", path=place, instead="serving.price", row=row)


def _tokens(scenario: Scenario) -> Iterator[PriceInUse]:
    apis = catalogue.api_prices(scenario.rows)
    named = {f"strategies.{name}.api": scenario.word(f"strategies.{name}.api", "") for name in scenario.strategies}
    if scenario.word("router.fallback", "") == "api":
        named["router.api"] = scenario.word("router.api", "")
    for path, api in named.items():
        if api:
            yield PriceInUse(what=f"the price of {api}", path=path, instead="catalogue.api_prices", row=apis[api])
    for name in scenario.strategies:
        if _serving(scenario, name) == "hosted":
            host = host_of(catalogue.models(scenario.rows)[base_name(scenario, name)].params, scenario.rows)
            if host is not None:
                path = next((key for key in (f"strategies.{name}.serving", "serving.mode") if key in scenario.places), "")
                yield PriceInUse(what=f"the price of {host.name}", path=path, instead="catalogue.hosted", row=host)


def _labels(scenario: Scenario) -> Iterator[PriceInUse]:
    """Kinds of examples that somebody has to buy at the usual price."""
    tasks: dict[str, list[str]] = {}
    for task in scenario.tasks:
        priced = any(f"tasks.{task}.data.{way}" in scenario.quantities for way in ("price", "labelling.minutes"))
        if not priced and any(_buys_at_the_usual_price(scenario, name, task) for name in scenario.strategies):
            tasks.setdefault(scenario.word(f"tasks.{task}.data.kind", "demonstration"), []).append(task)
    for kind, of in tasks.items():
        row = catalogue.label_price(kind, scenario.rows)
        path = next((path for path in (f"tasks.{of[0]}.data.kind", f"tasks.{of[0]}") if path in scenario.places), "")
        yield PriceInUse(what=f"the usual price of a {kind} ({listed(of)})", path=path, instead=f"tasks.{of[0]}.data.price", row=row)


def _buys_at_the_usual_price(scenario: Scenario, strategy: str, task: str) -> bool:
    """Whether a strategy trains on more examples of a task than there are, and does not say what they cost."""
    if not _trains(scenario, strategy) or overridden(scenario, strategy, "price", task) is not None:
        return False
    examples, existing = (
        overridden(scenario, strategy, word, task) or scenario.quantities.get(f"tasks.{task}.data.{word}") for word in ("examples", "existing")
    )
    most = math.inf if examples is None else examples.distribution.interval()[1]
    return most > (0.0 if existing is None else existing.distribution.interval()[0])


def _old_prices(scenario: Scenario) -> Iterator[Problem]:
    today = date_of_prices(scenario)
    if today is None:
        return
    for price in prices_in_use(scenario):
        days = (today - typical_day(price.row.as_of)).days
        if days > OLD_DAYS:
            message = f"{price.what} is of {price.row.as_of}, {age_in_words(days)} before {today}; ask again and give {price.instead}"
            yield as_problem(message, scenario.places.get(price.path, Place(file=scenario.file)), price.path)


def _retiring_models(scenario: Scenario) -> Iterator[Problem]:
    """API models that end before the product does."""
    said = scenario.word("start", "") or scenario.word("as_of", "")
    if not said:
        return
    start = datetime.date.fromisoformat(said)
    months = scenario.quantities["horizon"].distribution.median if "horizon" in scenario.quantities else USUAL_HORIZON
    for price in prices_in_use(scenario):
        retires = getattr(price.row, "retires", "")
        left = (datetime.date.fromisoformat(retires) - start).days if retires else math.inf
        if left < months * DAYS_PER_MONTH:
            name = price.what.removeprefix("the price of ")
            message = f"{name} retires on {retires}, within the {float(f'{months:.3g}'):g} months from {start}"
            if left <= 0:
                message = f"{name} was retired on {retires}, before the start on {start}"
            yield as_problem(message, scenario.places.get(price.path, Place(file=scenario.file)), price.path)


def _wide_intervals(scenario: Scenario) -> Iterator[Problem]:
    for path, given in scenario.quantities.items():
        if given.distribution.family not in POSITIVE or " to " not in given.text or given.origin.startswith(LIKE) or given.same_as:
            continue
        low, high = given.distribution.interval()
        if low > 0.0 and high > WIDE * low:
            message = f"the upper end is {high / low:.0f} times the lower; is a suffix such as k missing?"
            yield as_problem(message, given.place, path)


def _unused_overrides(scenario: Scenario) -> Iterator[Problem]:
    for name, at in scenario.unused.items():
        yield as_problem(f"no entry of scenarios uses this override; add it to one, for example scenarios: {{{name}: [{name}]}}", at, f"overrides.{name}")


def _beyond_evidence(scenario: Scenario) -> Iterator[Problem]:
    """Numbers outside the range of what the laws were measured on."""
    measured = [param for param in declared_params() if param.measured is not None]
    for path, given in scenario.quantities.items():
        param = next((param for param in measured if _is_typed_at(param, path)), None)
        if param is None or given.origin.startswith(LIKE) or param.measured is None:
            continue
        (low, high), value = param.measured, given.distribution.median
        if value and not low <= value <= (1.0 + TOLERANCE) * high:
            span = f"{format_number(low, '1')} to {format_number(high, param.unit)}"
            message = f"{format_number(value, param.unit)} lies outside what was measured, {span} ({param.measured_by}): the law is stretched"
            yield as_problem(message, given.place, path)
    bases = {path: word for path, word in scenario.settings.items() if path == "base" or (path.startswith("strategies.") and path.endswith(".base"))}
    for path, name in bases.items():
        params = catalogue.models(scenario.rows)[str(name)].params
        if params > (1.0 + TOLERANCE) * BASE_PARAMS.high:
            message = f"{name} has {params / 1e9:.3g}B parameters, more than any base measured ({BASE_PARAMS.high / 1e9:.3g}B): the laws are stretched"
            yield as_problem(message, scenario.places.get(path, Place(file=scenario.file)), path)


def _is_typed_at(param: Param, path: str) -> bool:
    """Whether a path holds a number of a task: its own key, or a strategy's word for it."""
    section, _, *words = (*path.split("."), "", "")[:6]
    inner = ".".join(word for word in words if word)
    last = param.key.rsplit(".", 1)[-1]
    return (section == "tasks" and inner == param.key) or (section == "strategies" and param.per_strategy and words[0] == last)


def _idle_correlations(scenario: Scenario) -> Iterator[Problem]:
    """Members that have no draws of their own, so that they go together with nothing."""
    params = {param.key: param for param in declared_params()}
    for each in scenario.correlations:
        path = f"correlations.{each.name}.of"
        idle = [member for member in each.of if not _is_drawn(scenario, member, params)]
        if idle:
            message = f"these are known exactly, or not drawn by themselves, so that they go together with nothing: {listed(idle)}"
            yield as_problem(message, scenario.places.get(path, Place(file=scenario.file)), path)


def _idle_checks(scenario: Scenario) -> Iterator[Problem]:
    """Numbers that a check measures though nothing is unknown about them."""
    params = {param.key: param for param in declared_params()} if scenario.checks else {}
    for check in scenario.checks:
        path = f"checks.{check.name}.learn"
        known = [each.path for each in check.learn if not _is_drawn(scenario, _tied_to(scenario, each.path), params)]
        if known:
            message = f"known exactly, so that there is nothing to learn: {listed(known)}"
            yield as_problem(message, scenario.places.get(path, Place(file=scenario.file)), path)


def _tied_to(scenario: Scenario, path: str) -> str:
    """The number that another is the same as; itself where it is none's copy."""
    given = scenario.quantities.get(path)
    return given.same_as if given is not None and given.same_as else scenario.ties.get(path, path)


def _is_drawn(scenario: Scenario, path: str, params: Mapping[str, Param]) -> bool:
    """Whether a number is uncertain and drawn under this path: given, a relation word, or a default."""
    given = scenario.quantities.get(path)
    if given is not None or path in scenario.settings:
        return given is None or not (given.distribution.is_point or given.same_as)
    words = path.split(".")
    if words[-1].count("/") == 1 or path.startswith(f"{UNSEEN}.similarity."):
        return True
    owner = words[1] if words[0] == "tasks" else UNSEEN if words[0] == UNSEEN else ""
    param = params.get(".".join(words[2:] if words[0] == "tasks" else words[1:] if owner else words))
    found = None if param is None else default_quantity(scenario, param, path, owner, "")
    return found is not None and not found.distribution.is_point and found.drawn_as == path


def _changed_since(scenario: Scenario) -> Iterator[Problem]:
    """What is another than when pilots were learned from."""
    if scenario.calibration is not None:
        from tuneplan.scenario.lowering.learned import changed_since  # which loads what works with arrays

        yield from changed_since(scenario)


RULES: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    _old_prices,
    _retiring_models,
    _wide_intervals,
    _unused_overrides,
    _beyond_evidence,
    _idle_correlations,
    _idle_checks,
    _changed_since,
    cautions_of_time,
)
"""Every rule, each a reason to look again."""
