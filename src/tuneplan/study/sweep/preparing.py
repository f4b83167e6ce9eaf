"""From what is asked to work that can be shared out: keys sorted, strategies known, blocks cut."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tuneplan.core.structure import build_structure
from tuneplan.errors import ScenarioError, UsageError
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.lowering.specs import strategy_specs
from tuneplan.scenario.planned import has_plans, searched
from tuneplan.scenario.records import Scenario
from tuneplan.scenario.swept import PLANS
from tuneplan.scenario.timed import is_timed
from tuneplan.study.design import Nominal, monte_carlo
from tuneplan.study.planning.plan import left_open
from tuneplan.study.sweep.dials import Sorted, sorted_out
from tuneplan.study.sweep.making import ONCE, OWN, Cases
from tuneplan.study.sweep.records import DRAWS_OF_A_ROW, Space, Varied
from tuneplan.study.sweep.source import Source
from tuneplan.study.sweep.work import Sweep
from tuneplan.version import __version__

LOOKED_AT = 17
"""Rows of a space at which keys are looked at: the first, the last, and some between."""
CELLS_OF_A_BLOCK = 2**17 * 48
"""Cells of (row, model, request, draw) in a block: about a second of work."""
CASES_OF_A_BLOCK = 32
"""Scenarios of a block that are read by themselves, some tenths of a second each at most."""
ROWS_ONE_BY_ONE, MOST_ROWS = 64, 2**15
"""Rows of a block where each is planned for itself, and the most of any block."""
SECONDS_A_PLAN, SECONDS_OF_DATES, SECONDS_A_CELL, SECONDS_A_CASE = 0.02, 0.03, 3e-8, 0.05
"""Of a row that is planned, of one whose plan hangs on dates, of a cell of (model, request, draw), and of a scenario that is read by itself, on one core; measured, for estimates alone."""
TIMES_WITH_DATES = 6.0
"""How much longer a draw takes where launch dates count; measured."""


def prepared(source: Source, space: Space, *, draws: int = DRAWS_OF_A_ROW, seed: int = 0, plans: str = "", mode: str = "") -> Sweep:
    """A sweep, ready to be worked out.

    Parameters
    ----------
    draws
        Of every row, all on the same points; 1: every uncertain number at its median.
    plans
        ``own``: each row finds the plans that ``run`` would find for it, where examples or groups are left open; ``once``:
        those of the scenario as it stands, with the row's words alone, are kept. Empty: own.

    Raises
    ------
    UsageError
        Rows are decided in different units.
    ScenarioError
        The scenario itself is wrong, or every row that was looked at.
    """
    plans = plans or OWN
    if plans not in PLANS:
        raise UsageError(f"plans: {plans!r} is none of {', '.join(PLANS)}")
    design = Nominal(seed=seed) if draws == 1 else monte_carlo(draws, seed=seed)
    asked, samples = source(), samples_of(space)
    found = sorted_out(samples, source, asked)
    rows = _looked_at(source, space)
    read = [*rows, *_read(source, samples, found)]
    is_planned = plans == OWN and any(has_plans(each) for each in read)
    one_by_one = not found.dials or (plans == OWN and any(map(searched, read))) or (is_planned and not all(map(has_plans, rows)))
    strategies = tuple(dict.fromkeys(name for each in (asked, *read) for name in each.strategies))
    units = {_unit_of(each) for each in rows}
    if len(units) > 1:
        raise UsageError("some rows give points a value and are decided in USD, others in points: sweep them apart")
    unit = units.pop()
    objective = "net benefit" if unit == "USD" else "delivered score"
    numbers = _numbers(samples, source)
    size = _rows_of_a_block(asked, design.draws, one_by_one=one_by_one or is_planned, rows=space.rows, cases=_cases(samples, found, space.rows, one_by_one=one_by_one))
    about: dict[str, Any] = {
        "scenario": asked.name, "fingerprint": fingerprint(asked), "changes": list(asked.changes), "set": asked.chosen, "version": __version__, "seed": seed,
        "draws": design.draws, "plans": plans, "mode": mode, "rows": space.rows, "rows_of_a_block": size,
        "keys": [{"key": each.key, "unit": numbers[each.key][0] if each.key in numbers else None} for each in samples],
        "strategies": list(strategies), "objective": objective, "unit": unit, "space": space.said(),
    }  # fmt: skip
    cases = Cases(
        source=source, design=design, plans=plans, sorted=found, samples=samples, strategies=strategies, unit=unit, one_by_one=one_by_one,
        is_planned=is_planned and not one_by_one,
    )  # fmt: skip
    return Sweep(space=space, cases=cases, numbers=numbers, objective=objective, plans=_plans(read) if plans == OWN else {}, rows_of_a_block=size, about=about)


def _plans(read: Sequence[Scenario]) -> dict[str, tuple[str, ...]]:
    """Strategies that plan in any of these scenarios -> tasks of which they do."""
    found: dict[str, dict[str, None]] = {}
    for scenario in read:
        for name, tasks in left_open(scenario).items():
            found.setdefault(name, {}).update(dict.fromkeys(tasks))
    return {name: tuple(tasks) for name, tasks in found.items()}


def samples_of(space: Space) -> tuple[Varied, ...]:
    """Every key at a few rows: all texts of it, or its least and largest number there.

    A key whose texts differ from block to block comes with none of them, and is a case.
    """
    seen = [space.at(place, place + 1) for place in _places(space)]
    return tuple(_sample([each[number] for each in seen]) for number in range(len(space.keys)))


def _places(space: Space) -> list[int]:
    """Rows that are looked at."""
    return sorted({round(place) for place in np.linspace(0, space.rows - 1, LOOKED_AT).tolist()})


def _looked_at(source: Source, space: Space) -> list[Scenario]:
    """The scenarios of some rows, the first and the last among them; those that are none are told in their rows.

    Raises
    ------
    ScenarioError
        None of them is one: what is wrong with the first.
    """
    read: list[Scenario] = []
    wrong: list[ScenarioError] = []
    for place in _places(space):
        try:
            read.append(source([text for each in space.at(place, place + 1) for text in each.changes(0)]))
        except ScenarioError as error:
            wrong.append(error)
    if not read:
        raise wrong[0]
    return read


def _sample(seen: Sequence[Varied]) -> Varied:
    first = seen[0]
    if first.numbers is None:
        texts = first.texts if all(each.texts == first.texts for each in seen) else ()
        return Varied(key=first.key, texts=texts, codes=np.arange(len(texts)))
    numbers = np.unique(np.concatenate([each.numbers for each in seen if each.numbers is not None]))
    return Varied(key=first.key, codes=first.codes[:0], numbers=numbers[[0, -1]] if len(numbers) > 1 else numbers, unit=first.unit)


def _read(source: Source, samples: Sequence[Varied], found: Sorted) -> Iterable[Scenario]:
    """The scenario at each value of the keys that make cases, one at a time; what is wrong by itself is told in its rows."""
    for sample in samples:
        if sample.key in found.cases:
            values = [f"{sample.key}={text}" for text in sample.texts if text] if sample.numbers is None else [text for row in range(len(sample)) for text in sample.changes(row)]
            for text in values:
                try:
                    yield source([text])
                except ScenarioError:
                    continue


def _unit_of(scenario: Scenario) -> str:
    return "USD" if any(path.endswith(".value") for path in scenario.quantities) else "point"


def _numbers(samples: Sequence[Varied], source: Source) -> dict[str, tuple[str, Mapping[str, float]]]:
    """Keys of which every value is one certain number: unit, and the number of each text."""
    found: dict[str, tuple[str, Mapping[str, float]]] = {}
    for sample in samples:
        if sample.numbers is not None:
            found[sample.key] = (sample.unit, {})
            continue
        read = [_number(source, sample.key, text) for text in sample.texts]
        if read and all(each is not None for each in read):
            found[sample.key] = (read[0][0], {text: each[1] for text, each in zip(sample.texts, read, strict=True) if each is not None})  # type: ignore[index]
    return found


def _number(source: Source, key: str, text: str) -> tuple[str, float] | None:
    try:
        quantity = source([f"{key}={text}"] if text else []).quantities.get(key)
    except ScenarioError:
        return None
    return (quantity.unit, quantity.distribution.median) if quantity is not None and quantity.distribution.is_point else None


def cells_of(scenario: Scenario) -> int:
    """Cells of one draw: of each model on each request, and of each pair."""
    structure = build_structure(strategy_specs([scenario]), scenario.tasks)
    return (len(structure.tasks) + 1) * (len(structure.models) + structure.columns)


def _rows_of_a_block(scenario: Scenario, draws: int, *, one_by_one: bool, rows: int, cases: int) -> int:
    """A power of two that hangs on the question alone, never on the machine: the cut is the same wherever it is worked out.

    So many rows that a block takes a second or a few, and no more scenarios that are read by themselves.
    """
    if one_by_one:
        return ROWS_ONE_BY_ONE
    fitting = max(1, min(CELLS_OF_A_BLOCK // (cells_of(scenario) * draws), CASES_OF_A_BLOCK * rows // cases))
    return min(MOST_ROWS, 1 << (fitting.bit_length() - 1))


def _cases(samples: Sequence[Varied], found: Sorted, rows: int, *, one_by_one: bool) -> int:
    """Scenarios that are read and lowered by themselves."""
    if one_by_one:
        return rows
    return min(rows, math.prod(len(sample.texts) if sample.texts else rows for sample in samples if sample.key in found.cases))


def seconds_of(scenario: Scenario, rows: int, *, draws: int, plans: str, cases: int = 1) -> float:
    """Roughly how long so many rows take on one core, for a word before anything runs.

    Parameters
    ----------
    cases
        Scenarios that are read and lowered by themselves.
    """
    times = TIMES_WITH_DATES if is_timed(scenario) else 1.0
    a_row = SECONDS_A_CELL * cells_of(scenario) * draws * times
    if plans != ONCE and (has_plans(scenario) or searched(scenario)):
        a_row += SECONDS_A_PLAN + SECONDS_OF_DATES * is_timed(scenario)
    return rows * a_row + cases * SECONDS_A_CASE


def cases_in(work: Sweep) -> int:
    """Scenarios of a sweep that are read and lowered by themselves."""
    return _cases(work.cases.samples, work.cases.sorted, work.rows, one_by_one=work.cases.one_by_one)
