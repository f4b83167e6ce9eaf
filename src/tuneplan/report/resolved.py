"""A scenario with everything carried out, as a scenario file again: each line may say where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tuneplan.report.words import plain
from tuneplan.report.yaml_text import in_flow, row_in_flow, scalar
from tuneplan.scenario import catalogue
from tuneplan.scenario.catalogue import Row
from tuneplan.scenario.grammar.spelling import spell
from tuneplan.scenario.load import declared_language
from tuneplan.scenario.reading.language import SECTIONS, Language
from tuneplan.scenario.records import DERIVED, UNSEEN, Place, Quantity, Scenario, Setting
from tuneplan.scenario.schema import Key
from tuneplan.study.run import Run

CARRIED_OUT = ("include", "overrides", "scenarios")
"""Keys whose work is done in a resolved scenario."""
UNTYPED = "("
"""Begins the names of what no scenario can type, such as the instruction mix."""
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
    """The scenario as a file that gives the same verdict.

    Parameters
    ----------
    origin
        Whether each line says where it comes from.
    given
        Whether to leave out what the scenario does not say: catalogue and defaults.
    """
    scenario = run.scenario
    language = declared_language()
    found = {line.path: line for line in _given(scenario, language)}
    if not given:
        found = {**{line.path: line for line in (*_numbers_in_force(run, language), *_words_in_force(scenario, language))}, **found}
    found |= {line.path: line for line in _bare_strategies(scenario, found)}
    found = {line.path: line for each in map(partial(_one_way, found=found), found.values()) for line in _by_task(each, found, scenario, language)}
    ordered = _in_order(list(found.values()), scenario, language)
    text = "\n".join([f"# {plain(scenario.file)}, resolved{_of(scenario)}", *_written(ordered, origin=origin)])
    return f"{text}\n{_own_rows(scenario.rows)}"


def _of(scenario: Scenario) -> str:
    return f": scenario {scenario.chosen}" if scenario.chosen else ""


def _given(scenario: Scenario, language: Language) -> Iterator[Line]:
    for path, quantity in scenario.quantities.items():
        yield Line(path=path, value=_number(quantity, language), origin=_where(scenario, path))
    for path, value in scenario.settings.items():
        if path.split(".")[0] not in CARRIED_OUT:
            yield Line(path=path, value=_word(value), origin=_where(scenario, path))
    for path, other in scenario.ties.items():
        yield Line(path=path, value=f"{{same_as: {other}}}", origin=_where(scenario, path))


def _one_way(line: Line, found: Mapping[str, Line]) -> Line:
    """A pair that holds both ways, as the way that is left where the other is said apart; its draws get another name."""
    head, _, last = line.path.rpartition(".")
    left, slash, right = last.partition("/")
    if slash and f"{head}.{left}>{right}" in found:
        return replace(line, path=f"{head}.{right}>{left}")
    return replace(line, path=f"{head}.{left}>{right}") if slash and f"{head}.{right}>{left}" in found else line


def _by_task(line: Line, found: Mapping[str, Line], scenario: Scenario, language: Language) -> Iterator[Line]:
    """A value for all tasks as one for each that has none of its own, where any has: a copied table leaves both."""
    key = language.key_at(line.path)
    if key is None or key.param is None or not any(path.startswith(f"{line.path}.") for path in found):
        yield line
        return
    owners = scenario.requests if key.param.scope.endswith("request") else scenario.tasks
    silent = [owner for owner in owners if f"{line.path}.{owner}" not in found]
    for number, owner in enumerate(silent):
        shared = number and not scenario.quantities[line.path].distribution.is_point
        yield replace(line, path=f"{line.path}.{owner}", value=f"{{same_as: {line.path}.{silent[0]}}}" if shared else line.value)


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
    text = _spelled(quantity, language)
    inner = text[1:-1] if text.startswith("{") else f"value: {in_flow(text)}"
    said = [f"{name}: {in_flow(word)}" for name, word in (("source", quantity.source), ("grade", quantity.grade)) if word]
    return f"{{{', '.join([inner, *said])}}}"


def _in_scalar(text: str) -> str:
    return text if text.startswith("{") else scalar(text)


def _word(value: Setting) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return f"[{', '.join(_word(each) if isinstance(each, tuple) else in_flow(str(each)) for each in value)}]"
    return scalar(str(value))


def _numbers_in_force(run: Run, language: Language) -> Iterator[Line]:
    """Numbers that the scenario does not say, from the catalogue or the declarations."""
    from tuneplan.report.ledger import in_use

    scenario = run.scenario
    for quantity in in_use(run):
        path = quantity.path
        if path in scenario.places or UNTYPED in path or quantity.origin == DERIVED or quantity.text or quantity.base or _is_turned(path, scenario):
            continue
        grade = f" [{quantity.grade}]" if quantity.grade else ""
        yield Line(path=path, value=_in_scalar(_spelled(quantity, language)), origin=f"{quantity.origin}: {quantity.dated_source}{grade}")


def _spelled(quantity: Quantity, language: Language) -> str:
    """A number in the grammar of its declaration, whose bounds take part in what a text means."""
    key = language.key_at(quantity.path)
    return spell(quantity.distribution, quantity.unit, None if key is None else key.param)


def _is_turned(path: str, scenario: Scenario) -> bool:
    """Whether the scenario says a pair the other way round."""
    head, _, last = path.rpartition(".")
    return f"{head}.{'/'.join(reversed(last.split('/')))}" in scenario.places


def _words_in_force(scenario: Scenario, language: Language) -> Iterator[Line]:
    """Choices that the scenario leaves to their defaults."""
    for key in language.keys:
        if key.later or key.default not in (*key.words, *(("yes", "no") if key.kind == "yes_no" else ())) or not key.default:
            continue
        for path in _instances(key, scenario):
            if path.split(".")[0] != "strategies" and path not in scenario.settings:
                yield Line(path=path, value=scalar(key.default), origin="default")


def _instances(key: Key, scenario: Scenario) -> list[str]:
    words = key.pattern.split(".")
    if words[0] == "tasks" and words[1] == "*":
        return [".".join([words[0], task, *words[2:]]) for task in scenario.tasks]
    if "*" in words or (words[0] == UNSEEN and not any(path.startswith(f"{UNSEEN}.") for path in scenario.places)):
        return []
    return [] if key.pattern in ("law.transfer_form", "law.interference_form") else [key.pattern]


def _in_order(lines: list[Line], scenario: Scenario, language: Language) -> list[Line]:
    """By section as the language has them, names in the order of the file."""
    sections = {word: number for number, word in enumerate(dict.fromkeys(key.pattern.split(".")[0] for key in language.keys))}
    names = {section: {name: number for number, name in enumerate(getattr(scenario, section))} for section in SECTIONS}
    first = ("schema", "name", "question", "start", "as_of", "budget", "horizon", "base", "gpu", "method", "framing", "tasks", "unseen", "similarity", "router", "strategies")

    keys = {key.pattern: number for number, key in enumerate(language.keys)}

    def place(line: Line) -> tuple[int, int, int, int]:
        words = line.path.split(".")
        front = first.index(words[0]) if words[0] in first else len(first)
        key = language.key_at(line.path)
        return (
            front, sections.get(words[0], len(sections)), names.get(words[0], {}).get(words[1] if len(words) > 1 else "", 0),
            keys.get(key.pattern, 0) if key is not None else 0,
        )  # fmt: skip

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
        text = f"{'  ' * (len(words) - 1)}{scalar(words[-1])}: {line.value}"
        yield f"{text.ljust(_COMMENT_AT)}  # {plain(line.origin)}" if origin else text
        before = words[:-1]


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
