"""A scenario with everything carried out, as a scenario file again: each line may say where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tuneplan.core.registry import Param
from tuneplan.report.calibrated import section
from tuneplan.report.grades import told
from tuneplan.report.reference.places import by_section
from tuneplan.report.sweeping import OF_SWEEPS, swept
from tuneplan.report.words import plain
from tuneplan.report.yaml_text import in_flow, row_in_flow, scalar
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import Row
from tuneplan.scenario.catalogue.tables import Own
from tuneplan.scenario.grammar.dimensions import format_number
from tuneplan.scenario.grammar.spelling import spell, spell_full
from tuneplan.scenario.load import declared_language
from tuneplan.scenario.lowering.defaults import serving_gpu, setup_class
from tuneplan.scenario.lowering.specs import grouping_of
from tuneplan.scenario.planned import PLAN
from tuneplan.scenario.reading.language import SECTIONS, Language
from tuneplan.scenario.records import DERIVED, UNSEEN, Check, Place, Quantity, Scenario, Setting
from tuneplan.scenario.schema import NOISE, Key
from tuneplan.scenario.timed import SECTIONS as SECTIONS_OF_TIME
from tuneplan.scenario.timed import is_timed
from tuneplan.study.in_use import in_use
from tuneplan.study.run import Run

CARRIED_OUT = ("include", "overrides", "scenarios", "calibrated")
"""Keys whose work is done in a resolved scenario."""
UNTYPED = "("
"""Begins the names of what no scenario can type, such as the instruction mix."""
OVERRIDE = "resolved"
"""Name of the override that holds what only a change can say."""
SCALE_ENDS = (".score.worst", ".score.best")
"""Where these are typed a score has a scale of its own, on which per cent means nothing."""
_COMMENT_AT = 44
"""Column at which remarks begin, where a line is short enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One key with its value.

    Attributes
    ----------
    value
        YAML text.
    origin
        Where it comes from, in words.
    """

    path: str
    value: str
    origin: str


def as_yaml(run: Run, *, origin: bool, given: bool) -> str:
    """The scenario as a file that gives the same verdict, draw by draw.

    A default that can't be typed without another meaning is left out, as the loader takes it by itself:
    what hangs on the base of a strategy, the ends of a scale, the other way round of a pair.

    Parameters
    ----------
    origin
        Whether each line says where it comes from.
    given
        Whether to leave out what the scenario does not say: catalogue and defaults.
    """
    scenario, language = run.asked, declared_language()
    silent = [] if given else [*_numbers_in_force(run, language), *_words_in_force(scenario, language)]
    lines = {line.path: line for line in (*silent, *_given(scenario, language))}
    lines |= {line.path: line for line in _bare_strategies(scenario, lines)}
    changes = {path: line for path, line in lines.items() if _is_a_change(path, lines)}
    ordered = _in_order([line for path, line in lines.items() if path not in changes], scenario, language)
    text = "\n".join([f"# {plain(scenario.file)}, resolved{_of(scenario)}", *_written(ordered, origin=origin), *_as_override(list(changes.values()), origin=origin)])
    learned = section(scenario.calibration) if scenario.calibration is not None else ""
    return f"{text}\n{_own_rows(scenario.rows)}{learned}{swept(scenario.sweep)}"


def _of(scenario: Scenario) -> str:
    return f": scenario {scenario.chosen}" if scenario.chosen else ""


def _given(scenario: Scenario, language: Language) -> Iterator[Line]:
    for path, quantity in scenario.quantities.items():
        yield Line(path=path, value=_number(quantity, language), origin=_where(scenario, path))
    learned = {f"checks.{check.name}.learn": _learned(check) for check in scenario.checks}
    for path, value in scenario.settings.items():
        if path.split(".")[0] not in CARRIED_OUT:
            yield Line(path=path, value=learned.get(path, _word(value)), origin=_where(scenario, path))
    for path, other in scenario.ties.items():
        yield Line(path=path, value=f"{{same_as: {other}}}", origin=_where(scenario, path))


def _is_a_change(path: str, lines: Mapping[str, Line]) -> bool:
    """Whether a file can say this only as a change of another line: a number of one task beside that of all,
    one way of a pair beside both. A copied strategy, or an override, leaves such two behind."""
    head, _, last = path.rpartition(".")
    one, way, other = last.partition(">")
    return head in lines or (bool(way) and any(f"{head}.{pair}" in lines for pair in (f"{one}/{other}", f"{other}/{one}")))


def _as_override(changes: Sequence[Line], *, origin: bool) -> Iterator[str]:
    """Changes as an override that is in force by itself."""
    if changes:
        yield "overrides:"
        yield f"  {OVERRIDE}:"
        yield from (_with_origin(f"    {scalar(line.path)}: {line.value}", line, origin) for line in changes)
        yield f"scenarios: {{default: [{OVERRIDE}]}}"


def _bare_strategies(scenario: Scenario, found: Mapping[str, Line]) -> Iterator[Line]:
    """Strategies of which their name says all."""
    for name in scenario.strategies:
        path = f"strategies.{name}"
        if not any(each.startswith(f"{path}.") for each in found):
            yield Line(path=path, value="{}", origin=_where(scenario, path))


def _where(scenario: Scenario, path: str) -> str:
    """``startup.yaml:12:5``, with what brought it there unless the file says it itself."""
    place, origin = scenario.places.get(path, Place()), scenario.origins.get(path, "")
    at = f"{place.file}:{place.line}:{place.column}" if place.line else ""
    return at if origin == "file" else f"{origin} ({at})" if at else origin


def _number(quantity: Quantity, language: Language) -> str:
    """A number as it can be typed; in the full form where it says its source."""
    if quantity.same_as:
        return f"{{same_as: {quantity.same_as}}}"
    if not quantity.source and not quantity.grade and not quantity.text.startswith("{"):
        return scalar(quantity.text)
    param = _param(quantity.path, language)
    return spell_full(quantity.distribution, quantity.unit, param, source=quantity.source, grade=quantity.grade)


def _in_scalar(text: str) -> str:
    return text if text.startswith("{") else scalar(text)


def _word(value: Setting) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"[{', '.join(_word(each) if isinstance(each, tuple) else in_flow(str(each)) for each in value)}]"
    return scalar(str(value))


def _learned(check: Check) -> str:
    """What a check measures, each with its noise."""
    noises = (f"{in_flow(each.path)}: {{noise: {format_number(each.noise, NOISE.unit)}}}" for each in check.learn)
    return f"{{{', '.join(noises)}}}"


def _numbers_in_force(run: Run, language: Language) -> Iterator[Line]:
    """Numbers that the scenario does not say, from the catalogue or the declarations."""
    for quantity in in_use(run):
        if _can_be_typed(quantity, run.asked):
            # the bounds of a declaration take part in what a text means
            text = spell(quantity.distribution, quantity.unit, _param(quantity.path, language))
            yield Line(path=quantity.path, value=_in_scalar(text), origin=f"{quantity.origin}; {told(quantity.grade, quantity.dated_source)}")


def _can_be_typed(quantity: Quantity, scenario: Scenario) -> bool:
    """Whether a number that nobody typed can be, and means the same then."""
    path = quantity.path
    if quantity.origin == PLAN:
        return False
    if quantity.same_as:  # it follows another number by itself, as the serving rent does the training rent
        return False
    if path in scenario.places or quantity.text or quantity.origin == DERIVED or quantity.base or UNTYPED in path:
        return False
    if path.endswith(SCALE_ENDS) or (path.startswith(f"{UNSEEN}.") and not _has_unseen(scenario)):
        return False
    head, _, last = path.rpartition(".")
    one, way, other = last.partition("/")
    return not way or not any(f"{head}.{pair}" in scenario.places for pair in (f"{other}/{one}", f"{one}>{other}", f"{other}>{one}"))


def _param(path: str, language: Language) -> Param | None:
    """The declaration that a path belongs to."""
    key = language.key_at(path)
    return None if key is None else key.param


def _has_unseen(scenario: Scenario) -> bool:
    """Whether the scenario says anything of unseen requests: from then on prompted models need a score for them."""
    return any(path.startswith(f"{UNSEEN}.") for path in scenario.places)


def _words_in_force(scenario: Scenario, language: Language) -> Iterator[Line]:
    """Choices that the scenario leaves to their defaults."""
    for key in language.keys:
        value = _default_word(key, scenario)
        for path in _instances(key, scenario) if value else []:
            if path not in scenario.settings:
                yield Line(path=path, value=value, origin="default")


def _default_word(key: Key, scenario: Scenario) -> str:
    """What a choice is where the scenario is silent, as YAML; empty where that is no word of the language."""
    if key.later or not key.default or key.pattern.startswith(OF_SWEEPS) or (key.pattern.startswith(SECTIONS_OF_TIME) and not is_timed(scenario)):
        return ""  # a word of the schedule would make launch dates count
    if key.pattern in FOLLOWING:
        return FOLLOWING[key.pattern](scenario)
    if key.kind == "yes_no":
        return key.default.partition(",")[0]
    if key.kind == "names":
        names = key.default.split(", ")
        return f"[{key.default}]" if set(names) <= set(key.words) else ""
    catalogued = CATALOGUED[key.catalogue](scenario.rows) if key.catalogue in CATALOGUED else ()
    return scalar(key.default) if key.default in (*key.words, *catalogued) else ""


def _training_setup(scenario: Scenario) -> str:
    return setup_class(packed=bool(scenario.setting("training.packing", True)))


def _fallback(scenario: Scenario) -> str:
    """Who answers unseen requests, where that is the same for every strategy; else nothing."""
    shared = {grouping_of(scenario, name).shares_base for name in scenario.strategies}
    return ("base" if shared.pop() else "nearest") if len(shared) == 1 else ""


FOLLOWING: Mapping[str, Callable[[Scenario], str]] = {
    "serving.gpu": serving_gpu, "training.setup": _training_setup, "router.fallback": _fallback,
}  # fmt: skip
"""Choices whose default follows from others."""
CATALOGUED: Mapping[str, Callable[[Own], Iterable[str]]] = {"gpus": catalogue.gpus, "labels": catalogue.label_prices}
"""Table of the catalogue -> its names, of those that a default stands in."""


def _instances(key: Key, scenario: Scenario) -> list[str]:
    words = key.pattern.split(".")
    if words[:2] == ["tasks", "*"]:
        return [".".join([words[0], task, *words[2:]]) for task in scenario.tasks]
    return [] if "*" in words or (words[0] == UNSEEN and not _has_unseen(scenario)) else [key.pattern]


def _in_order(lines: list[Line], scenario: Scenario, language: Language) -> list[Line]:
    """By section as the reference has them, names in the order of the file."""
    sections = by_section(language)
    order = {word: number for number, word in enumerate(sections)}
    keys = {key.pattern: number for number, key in enumerate(key for held in sections.values() for key in held)}
    names = {section: {name: number for number, name in enumerate(getattr(scenario, section))} for section in SECTIONS}

    def place(line: Line) -> tuple[int, int, int]:
        first, _, rest = line.path.partition(".")
        key, name = language.key_at(line.path), rest.partition(".")[0]
        number = keys.get(key.pattern, 0) if key is not None else 0
        return order.get(first if rest else "", len(order)), names.get(first, {}).get(name, 0), number

    return sorted(lines, key=place)


def _written(lines: Sequence[Line], *, origin: bool) -> Iterator[str]:
    """Nested YAML, a line a value."""
    before: tuple[str, ...] = ()
    for line in _grouped(lines):
        words = tuple(line.path.split("."))
        shared = 0
        while shared < min(len(before), len(words) - 1) and before[shared] == words[shared]:
            shared += 1
        for depth in range(shared, len(words) - 1):
            yield f"{'  ' * depth}{scalar(words[depth])}:"
        yield _with_origin(f"{'  ' * (len(words) - 1)}{scalar(words[-1])}: {line.value}", line, origin)
        before = words[:-1]


def _with_origin(text: str, line: Line, origin: bool) -> str:
    return f"{text.ljust(_COMMENT_AT)}  # {plain(line.origin)}" if origin else text


def _grouped(lines: Sequence[Line]) -> list[Line]:
    """Lines so that what shares a beginning stands together, in the order of first appearance."""
    order: dict[tuple[str, ...], int] = {}
    for line in lines:
        words = tuple(line.path.split("."))
        for count in range(1, len(words) + 1):
            order.setdefault(words[:count], len(order))
    return sorted(lines, key=lambda line: [order[tuple(line.path.split(".")[:count])] for count in range(1, line.path.count(".") + 2)])


def _own_rows(rows: Sequence[Row]) -> str:
    """Rows of the catalogue that the scenario brings, as its own lines."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(next(kind for kind, table in catalogue.TABLES.items() if type(row) is table.row), []).append(row)
    if not kinds:
        return ""
    lines = ["catalogue:"]
    for kind, own in kinds.items():
        lines.append(f"  {kind}:")
        lines += [f"    - {row_in_flow(row)}" for row in own]
    return "\n".join(lines) + "\n"
