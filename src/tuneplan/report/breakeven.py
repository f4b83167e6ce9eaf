"""A break-even and a winner map as pages, as data and as rows."""

from __future__ import annotations

import math
from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

from tuneplan.report import ledger
from tuneplan.report.breakeven_steps import CURVES, launch, launch_curves, moves_launches, still
from tuneplan.report.data import provenance
from tuneplan.report.flips import range_in_words, value_in_words
from tuneplan.report.page import Page, of_pilots
from tuneplan.report.tables import Table
from tuneplan.report.words import draws, listed, share, signed_points, signed_usd
from tuneplan.scenario.grammar.quantities import format_number
from tuneplan.study.breakeven.analysis import BreakEven
from tuneplan.study.breakeven.asked import Step
from tuneplan.study.breakeven.crossings import Crossing
from tuneplan.study.breakeven.dial import Dial
from tuneplan.study.breakeven.turns import Flip
from tuneplan.study.breakeven.winners import Cell, WinnerMap
from tuneplan.study.decision import TOO_CLOSE, Decision

FIRST = 4
"""Columns of the curve before those of launches."""
NOBODY = "nobody"
"""Stands for the strategy where nothing meets the limits."""


def page(found: BreakEven) -> Page:
    """What people read: where the recommendation changes, how sure it is along the way, the curve."""
    title = f"{found.scenario.name}: break-even over {found.dial.key}"
    parts: list[str | Table] = [f"{_range(found.dial)} {_now(found.now)}"]
    if not found.moves:
        parts.append(_moves_nothing(found.dial, f": {found.steps[0].best} is recommended" if found.steps[0].best else ": nothing meets the limits"))
        return Page(title=title, parts=(*parts, *of_pilots(found.scenario), _stats(found)))
    parts.append(_changes(found))
    if found.unit != found.now.unit:
        parts.append(f"With it, {found.steps[0].decision.objective} decides; without it, {found.now.objective} does.")
    parts += [_places(found)] if len(found.now.strategies) > 1 else []
    parts += [_curve(found), *still(found)]
    parts += [_refused(found)] if found.refused else []
    return Page(title=title, parts=(*parts, *of_pilots(found.scenario), _stats(found)))


def _range(dial: Dial) -> str:
    """What the input is now, and through what it is turned."""
    now = "is not given now" if dial.quantity is None else f"is now {ledger.value(dial.quantity)}"
    why = ", as asked"
    if not dial.is_asked and dial.quantity is not None:
        why = ", a quarter to four times that as far as allowed" if dial.quantity.distribution.is_point else ", between which 98 % of it lies"
    return f"{dial.key} {now}; it is set to {len(dial.values)} values from {dial.text(dial.values[0])} to {dial.text(dial.values[-1])}{why}."


def _now(decision: Decision) -> str:
    if decision.best is None:
        return "As the scenario stands, nothing meets the limits."
    return f"As the scenario stands, {decision.strategies[decision.best]} is recommended."


def _moves_nothing(dial: Dial, answer: str = "") -> str:
    why = "" if dial.read else ", as nothing in this scenario reads it"
    return f"{dial.key} moves neither what strategies achieve or cost nor who meets the limits{why}. The answer is the same at every value{answer}."


def _changes(found: BreakEven) -> str:
    """Who is recommended where."""
    if not found.flips:
        best = found.steps[0].best
        if best is None:
            return "Nothing meets the limits at any of these values."
        close = sum(_is_hidden(step.decision) for step in found.steps)
        hidden = f", though too close to call at {close} of {len(found.steps)} values ({4 * found.design.draws} draws halve the simulation error)" if close else ""
        return f"The recommendation never changes in this range: it is {best} throughout{hidden}."
    places = [value_in_words(flip.at.value, found.dial.unit) for flip in found.flips]
    said = [f"up to {places[0]} {found.flips[0].before or NOBODY}"]
    said += [f"from there up to {place} {flip.before or NOBODY}" for place, flip in zip(places[1:], found.flips[1:], strict=True)]
    return f"Recommended is {', '.join(said)}, and above {places[-1]} {found.flips[-1].after or NOBODY}."


def _is_hidden(decision: Decision) -> bool:
    """Whether more draws would tell who leads: not where strategies are equal in every draw."""
    return decision.too_close and decision.margin is not None and decision.margin.error > 0.0


def _places(found: BreakEven) -> Table:
    """Every change of the recommendation, and where the subject's curves pass what matters."""
    rows = [_place_row(found, f"{flip.before or NOBODY}, then {flip.after or NOBODY}", flip.at, _why(found, flip), flip.probability_above) for flip in found.flips]
    rows += [
        _place_row(found, f"{each.strategy} {'meets' if each.admitted else 'breaks'} the limits", each.at)
        for each in found.admissions
        if each.strategy not in {name for flip in found.flips if flip.limits for name in (flip.before, flip.after)}
    ]
    for curve, name in ((found.level, "even on average"), (found.even, "ahead in 50 % of draws"), (found.sure, "ahead in 90 % of draws")):
        rows += [_place_row(found, f"{found.subject} {name}", each) for each in curve]
        rows += [] if curve or len(found.now.strategies) == 1 else [(f"  {found.subject} {name}", "never here", "", "", "")]
    has_odds = any(row[4] for row in rows)
    return Table(
        title="Where it turns, and where the recommended now is ahead of the best other (straight lines between two values tried; twice the simulation error)",
        head=("", "at", "give or take", "between", *(["lies above"] if has_odds else [])),
        rows=tuple(row if has_odds else row[:4] for row in rows),
    )


def _place_row(found: BreakEven, what: str, at: Crossing, why: str = "", above: float = math.nan) -> tuple[str, ...]:
    """A crossing: its value, its simulation error, the values between which it lies, the chance to lie above it."""
    dial = found.dial
    error = "a jump" if at.jumps else "unknown" if math.isnan(at.error) else "none" if at.error == 0.0 else _bare(TOO_CLOSE * at.error, dial)
    odds = "" if math.isnan(above) else share(above)
    return f"  {what}{why}", value_in_words(at.value, dial.unit), error, range_in_words(at.low, at.high, dial.unit), odds


def _why(found: BreakEven, flip: Flip) -> str:
    """What makes the recommendation change there, where it isn't the mean alone."""
    if flip.limits:
        return " (limits)"
    no_longer_level = found.unit == "point" and not any(math.isclose(each.value, flip.at.value, rel_tol=1e-9) for each in found.level)
    return " (no longer level)" if no_longer_level else ""


def _bare(size: float, dial: Dial) -> str:
    """A difference of values in two digits."""
    return format_number(float(f"{size:.2g}"), dial.unit)


def _curve(found: BreakEven) -> Table:
    """The answer at each value."""
    names = found.now.strategies
    unit = "net benefit" if found.unit == "USD" else "delivered points"
    rows = [
        (
            f"{'> ' if _is_now(found.dial, step) else '  '}{found.dial.text(step.value)}", _recommended(step), share(step.chance.mean) if not math.isnan(step.chance.mean) else "-",
            _signed(found, step), *(share(step.decision.probability_best[row]) if step.decision.allowed[row] else "out" for row in range(len(names))),
        )
        for step in found.steps
    ]  # fmt: skip
    launches = [launch(step) for step in found.steps] if moves_launches(found) else []
    if launches:
        rows = [(*row[:FIRST], *when, *row[FIRST:]) for row, when in zip(rows, launches, strict=True)]
    if not launches and len({row[1:] for row in rows}) == 1:
        rows = [(f"  {found.dial.text(found.steps[0].value)} to {found.dial.text(found.steps[-1].value)}", *rows[0][1:])]
    title = f"At each value: chance that {found.subject} beats the best other, how far it is ahead (mean {unit}), and each one's chance to be best (out: breaks the limits; ~ too close to call)"
    head = ("", "recommended", "chance", "ahead", *(("full launch P50 (P90)", "in time") if launches else ()), *names)
    return Table(title=f"{title}{'; launch of the recommended' if launches else ''}", head=head, rows=tuple(rows))


def _is_now(dial: Dial, step: Step) -> bool:
    return dial.quantity is not None and dial.quantity.distribution.is_point and dial.quantity.distribution.median == step.value


def _recommended(step: Step) -> str:
    return f"{step.best or NOBODY}{' ~' if step.decision.too_close else ''}"


def _signed(found: BreakEven, step: Step) -> str:
    if math.isnan(step.lead.mean):
        return "-"
    return signed_usd(step.lead.mean) if found.unit == "USD" else signed_points(step.lead.mean)


def _refused(found: BreakEven) -> str:
    values = listed([found.dial.text(value) for value, _ in found.refused])
    return f"Left out: {values}, as the scenario does not allow it ({found.refused[0][1]})."


def _stats(found: BreakEven | WinnerMap) -> str:
    return f"{draws(found.design.draws)}, the same at every value, seed {found.design.seed}."


def content(found: BreakEven) -> dict[str, Any]:
    """The whole for programs: curves as lists, a value of the input each."""
    steps, objective = found.steps, found.unit
    names, launched = found.now.strategies, launch_curves(found)
    return {
        **provenance(found.scenario, found.design),
        "units": {
            "input.values": found.dial.unit, "curves.probability_best": "share", "curves.expected": objective,
            "curves.chance": "share", "curves.lead": objective, "flips.at.value": found.dial.unit,
            "flips.probability_above": "share", "even.value": found.dial.unit, "sure.value": found.dial.unit,
            "level.value": found.dial.unit, "admissions.at.value": found.dial.unit, **{f"curves.{name}": CURVES[name][0] for name in launched},
        },
        "input": _dial(found.dial),
        "moves_anything": found.moves,
        "recommended_now": None if found.now.best is None else names[found.now.best],
        "subject": found.subject,
        "curves": {
            "value": [step.value for step in steps],
            "recommended": [step.best for step in steps],
            "too_close": [step.decision.too_close for step in steps],
            "level": [step.decision.level for step in steps],
            "probability_best": {name: [step.decision.probability_best[row] for step in steps] for row, name in enumerate(names)},
            "expected": {name: [step.decision.expected[row] for step in steps] for row, name in enumerate(names)},
            "allowed": {name: [step.decision.allowed[row] for step in steps] for row, name in enumerate(names)},
            "chance": [step.chance.mean for step in steps],
            "chance_error": [step.chance.error for step in steps],
            "lead": [step.lead for step in steps],
            **launched,
        },
        "flips": found.flips,
        "admissions": found.admissions,
        "level": found.level,
        "even": found.even,
        "sure": found.sure,
        "refused": [{"value": value, "message": message} for value, message in found.refused],
    }  # fmt: skip


def _dial(dial: Dial) -> dict[str, Any]:
    return {
        "path": dial.key, "unit": dial.unit, "read": dial.read, "values": dial.values,
        "texts": [dial.text(value) for value in dial.values],
        "now": None if dial.quantity is None else ledger.value(dial.quantity),
    }  # fmt: skip


def rows(found: BreakEven) -> Iterator[dict[str, Any]]:
    """One row a value, strategy and number, tidy, with its unit."""
    for step in found.steps:
        start = {"input": found.dial.key, "value": step.value, "value_unit": found.dial.unit}
        for row, name in enumerate(step.decision.strategies):
            own = {**start, "strategy": name, "recommended": name == step.best}
            yield {**own, "quantity": "probability best", "unit": "share", "mean": step.decision.probability_best[row]}
            yield {**own, "quantity": step.decision.objective, "unit": step.decision.unit, "mean": step.decision.expected[row]}
        own = {**start, "strategy": found.subject, "recommended": found.subject == step.best}
        yield {**own, "quantity": "chance to beat the best other", "unit": "share", "mean": step.chance.mean, "simulation_error": step.chance.error}


def map_page(found: WinnerMap) -> Page:
    """Who is recommended at each pair of values, as a table of letters."""
    title = f"{found.scenario.name}: who is recommended over {found.down.key} and {found.across.key}"
    parts: list[str | Table] = [f"{_range(found.down)} {_range(found.across)} {_now(found.now)}"]
    still = [dial for dial, moves in ((found.down, found.moves_down), (found.across, found.moves_across)) if not moves]
    parts += [" ".join(_moves_nothing(dial) for dial in still)] if still else []
    if len(still) == 2:
        return Page(title=title, parts=(*parts, *of_pilots(found.scenario), _stats(found)))
    letters = _letters(found)
    legend = listed([f"{letter} {name}" for name, letter in letters.items()])
    refused = ", x not allowed by the scenario" if any(cell.refused for row in found.cells for cell in row) else ""
    signs = f"the number: chance to be best, in %; ~ too close to call, = level with another and cheaper, - nothing meets the limits{refused}"
    head = ("", *(found.across.text(value) for value in found.across.values))
    body = tuple(
        (f"  {found.down.text(value)}", *(_letter(cell, letters) for cell in row))
        for value, row in zip(found.down.values, found.cells, strict=True)
    )
    parts += [f"{legend}; {signs}.", Table(title=f"Down: {found.down.key}; across: {found.across.key}", head=head, rows=body), _counts(found)]
    return Page(title=title, parts=(*parts, *of_pilots(found.scenario), _stats(found)))


def _letters(found: WinnerMap) -> dict[str, str]:
    """A letter for each strategy, two where there are more than 26."""
    names = found.now.strategies
    doubled = [first + second for first in ascii_uppercase for second in ascii_uppercase]
    return dict(zip(names, ascii_uppercase if len(names) <= len(ascii_uppercase) else doubled, strict=False))


def _letter(cell: Cell, letters: dict[str, str]) -> str:
    if cell.winner is None:
        return "x" if cell.refused else "-"
    mark = "~" if cell.too_close else "=" if cell.level else ""
    return f"{letters[cell.winner]}{mark} {100.0 * cell.probability_best:.0f}"


def _counts(found: WinnerMap) -> str:
    """How much of the map each has."""
    every = [cell.winner or NOBODY for row in found.cells for cell in row if not cell.refused]
    held = sorted(set(every), key=lambda name: (-every.count(name), name))
    return f"Of {len(every)} pairs of values, {listed([f'{name} holds {every.count(name)}' for name in held])}."


def map_content(found: WinnerMap) -> dict[str, Any]:
    """The whole for programs: values of both inputs, and rows of cells."""
    return {
        **provenance(found.scenario, found.design),
        "units": {"down.values": found.down.unit, "across.values": found.across.unit, "cells.probability_best": "share"},
        "down": _dial(found.down),
        "across": _dial(found.across),
        "moves_anything": {"down": found.moves_down, "across": found.moves_across},
        "recommended_now": None if found.now.best is None else found.now.strategies[found.now.best],
        "cells": found.cells,
    }


def map_rows(found: WinnerMap) -> Iterator[dict[str, Any]]:
    """One row a pair of values."""
    for one, row in zip(found.down.values, found.cells, strict=True):
        for other, cell in zip(found.across.values, row, strict=True):
            yield {
                found.down.key: one, f"{found.down.key} unit": found.down.unit, found.across.key: other, f"{found.across.key} unit": found.across.unit,
                "recommended": cell.winner or "", "probability_best": cell.probability_best, "unit": "share",
                "too_close": cell.too_close, "level": cell.level,
            }  # fmt: skip
