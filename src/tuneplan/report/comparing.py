"""Two scenarios against one another, as people read it and as data."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from tuneplan.report.answering import answer, is_nothing, recommended
from tuneplan.report.data import provenance
from tuneplan.report.days import signed_days
from tuneplan.report.page import Page
from tuneplan.report.splits import ALL, points_split, usd_steps
from tuneplan.report.tables import Table, width
from tuneplan.report.words import draws, listed, plain, signed_points, signed_usd, usd
from tuneplan.scenario.records import Scenario
from tuneplan.study.comparing import Compared, Difference, Part, settling_draws
from tuneplan.study.decision import Estimate, within_error
from tuneplan.study.design import MOST_DRAWS

LONGEST_NAME = 44
MOST_WORDS = 4
"""Last words of the paths of one step that are shown."""


def page(compared: Compared) -> Page:
    """The answer first, then strategy by strategy, then what moved it."""
    parts: list[str | Table] = [sides(compared), answer(compared)]
    if compared.steps:
        parts += [*([differences(compared)] if compared.differences or compared.whole is not None else []), *settling(compared)]
    parts += [f"What moved it: {compared.unsplit}."] if compared.steps and compared.unsplit else []
    parts += [*([moved(compared)] if _shown(compared) else []), *remarks(compared)] if compared.parts else []
    return Page(title=_title(compared), parts=(*parts, *_objectives(compared), *_alone(compared), _stats(compared)))


def _title(compared: Compared) -> str:
    names = compared.one.run.scenario.name, compared.other.run.scenario.name
    return f"{names[0]}: B against A" if names[0] == names[1] else f"{names[1]} (B) against {names[0]} (A)"


def _side(scenario: Scenario) -> str:
    """A scenario as it is named on a command line."""
    chosen = [f"--scenario {shlex.quote(scenario.chosen)}"] if scenario.chosen and scenario.chosen != "default" else []
    return " ".join([scenario.file, *chosen, *(f"--set {shlex.quote(change)}" for change in scenario.changes)])


def sides(compared: Compared) -> str:
    """Which two are compared."""
    return f"A is {_side(compared.one.run.scenario)}. B is {_side(compared.other.run.scenario)}."


# --- strategy by strategy ------------------------------------------------------------------------


def differences(compared: Compared) -> Table:
    """B minus A for every strategy of both, and for the recommended ones where they differ."""
    valued, launched = compared.unit == "USD", _is_launched(compared)
    head = ("", "points", "90 %", "error", "dollars", "90 %", "error", *(("net benefit", "90 %", "error") if valued else ()), *(("days to full launch", "90 %", "error") if launched else ()))
    whole = compared.whole
    extra = [whole] if whole is not None and whole.one != whole.other else []
    rows = [(_row_name(each), *_cells(each, valued), *_days(each, launched)) for each in (*extra, *compared.differences)]
    return Table(title="B minus A, draw by draw; error is that of the simulation", head=head, rows=tuple(rows))


def _row_name(each: Difference) -> str:
    return f"  {each.other}" if each.one == each.other else f"  {each.other} (B) - {each.one} (A)"


def _cells(each: Difference, valued: bool) -> list[str]:
    cells = [*_three(each.points, signed_points), *_three(each.usd, signed_usd)]
    return [*cells, *_three(each.objective, signed_usd)] if valued and each.objective is not None else cells


def _is_launched(compared: Compared) -> bool:
    """Whether launch dates count on both sides."""
    return any(each.days is not None for each in (compared.whole, *compared.differences) if each is not None)


def _days(each: Difference, launched: bool) -> tuple[str, ...]:
    """Days by which all of it ships later."""
    return _three(each.days, signed_days) if launched and each.days is not None else ()


def _three(margin: Estimate, signed: Callable[[float], str]) -> tuple[str, str, str]:
    """Mean, interval and simulation error."""
    if not math.isfinite(margin.mean):
        return "unknown", "", ""
    if is_nothing(margin):
        return "0", "", ""
    error = "unknown" if math.isnan(margin.error) else usd(margin.error) if signed is signed_usd else f"{margin.error:.2g}"
    return signed(margin.mean), f"{signed(margin.low)} to {signed(margin.high)}", error


def settling(compared: Compared) -> Iterator[str]:
    """What is too close to call, and how many draws would settle it."""
    draws = compared.other.run.design.draws
    margins = [
        (f"{each.other} in {what}", margin) for each in compared.differences
        for what, margin in (("points", each.points), ("cost", each.usd)) if margin.mean != 0.0 and within_error(margin)
    ]  # fmt: skip
    if not margins:
        return
    needed = max(settling_draws(margin, draws) for _, margin in margins)
    remedy = f"--draws {needed:.0f} would settle it, were it what it seems" if needed <= MOST_DRAWS else f"not even {MOST_DRAWS} draws would settle it"
    yield f"Too close to call with {draws} draws: {listed([name for name, _ in margins])}; {remedy}."


# --- what moved it -------------------------------------------------------------------------------


def moved(compared: Compared) -> Table:
    """Step by step; the parts add up to the last row as they are printed."""
    shown = _shown(compared)
    columns = {"points": _cells_of(points_split(_by_step(compared, "points")), shown)}
    columns["dollars"] = _cells_of(usd_steps(_by_step(compared, "usd")), shown)
    if compared.unit == "USD":
        columns["net benefit"] = _cells_of(usd_steps(_by_step(compared, "objective")), shown)
    then = [*(_then(compared, number) for number in shown), ""]
    columns |= {"recommended": then} if any(then) else {}
    names = [*(f"  {_cut(compared.parts[number].name, LONGEST_NAME)}" for number in shown), f"  {ALL}"]
    changes = [*(_change(compared.parts[number]) for number in shown), ""]
    rows = tuple(zip(names, changes, *columns.values(), strict=True))
    return Table(title=f"What moved {_followed(compared)}, in means (parts add up)", head=("  step", "A -> B", *columns), rows=rows, may_cut=1)


def _cells_of(printed: Mapping[str, str], shown: Sequence[int]) -> list[str]:
    """Of the steps that are shown, and of all together."""
    return [*(printed[str(number)] for number in shown), printed[ALL]]


def _followed(compared: Compared) -> str:
    whole = compared.whole
    assert whole is not None
    return whole.other if whole.one == whole.other else f"it from {whole.one} to {whole.other}"


def _by_step(compared: Compared, quantity: str) -> dict[str, float]:
    return {str(number): getattr(part, quantity) for number, part in enumerate(compared.parts)}


def _shown(compared: Compared) -> list[int]:
    """Steps that move anything as it is printed, or change what is recommended."""
    points, money = points_split(_by_step(compared, "points")), usd_steps(_by_step(compared, "usd"))
    return [
        number for number in range(len(compared.parts))
        if points[str(number)] != "0.00" or money[str(number)] != "$0" or _then(compared, number)
    ]  # fmt: skip


def _then(compared: Compared, number: int) -> str:
    """The strategy that a step brings into force; empty where it stays the same."""
    assert compared.whole is not None
    start = (compared.whole.one, bool(recommended(compared.one)))
    before = start if number == 0 else (compared.parts[number - 1].strategy, compared.parts[number - 1].feasible)
    part = compared.parts[number]
    if compared.of or (part.strategy, part.feasible) == before:
        return ""
    return part.strategy if part.feasible else f"none ({part.strategy})"


def _change(part: Part) -> str:
    if len(part.paths) == 1:
        return f"{plain(part.before[0])} -> {plain(part.after[0])}"
    words = [path.removeprefix(f"{part.name}.") for path in part.paths]
    more = len(words) - MOST_WORDS
    return ", ".join(words) if more <= 0 else f"{', '.join(words[:MOST_WORDS])} and {more} more"


def _cut(text: str, room: int) -> str:
    return text if width(text) <= room else f"{text[: room - 3]}..."


def remarks(compared: Compared) -> Iterator[str]:
    """What the split hangs on, and what moved nothing."""
    idle = [part.name for number, part in enumerate(compared.parts) if number not in _shown(compared)]
    if idle:
        yield f"Moved nothing: {listed(idle)}."
    if len(compared.parts) > 1:
        order, opposite = ("last key first", "leave out --order reverse") if compared.reverse else ("in the order of B's file", "--order reverse")
        yield (
            f"Steps are taken one after the other, {order}: what two changes do together falls to the later one. "
            f"How much that matters shows the other way round ({opposite})."
        )


def _objectives(compared: Compared) -> list[str]:
    """What each side decides by, where that is not the same."""
    one, other = compared.one.decision.objective, compared.other.decision.objective
    return [f"A decides by {one}, B by {other}, which don't compare."] if one != other else []


def _alone(compared: Compared) -> list[str]:
    """Strategies that one side has alone, or that can't be done there."""
    one, other = compared.one.decision.strategies, compared.other.decision.strategies
    found = {"A": [name for name in one if name not in other], "B": [name for name in other if name not in one]}
    said = [f"only in {side}: {listed(names)}" for side, names in found.items() if names]
    misfits = [
        f"{row.name} can't be done in {name}: {row.misfit}." for name, side in (("A", compared.one), ("B", compared.other))
        for row in side.results if row.misfit and row.name in one and row.name in other
    ]  # fmt: skip
    return [*([f"Strategies {'; '.join(said)}."] if said else []), *misfits]


def _stats(compared: Compared) -> str:
    design = compared.other.run.design
    return f"{draws(design.draws)}, seed {design.seed}; both sides meet the same draws."


# --- as data -------------------------------------------------------------------------------------


def content(compared: Compared) -> dict[str, Any]:
    """For JSON."""
    one, other = compared.one.run, compared.other.run
    units = {"points": "point", "usd": "USD"} | ({"objective": compared.unit} if compared.unit else {})
    return {
        **provenance(one.scenario, one.design),
        "other": provenance(other.scenario, other.design)["scenario"],
        "units": {f"{record}.{field}": unit for record in ("differences", "whole", "steps") for field, unit in units.items()}
        | ({f"{record}.days": "day" for record in ("differences", "whole")} if _is_launched(compared) else {}),
        "said": {"answer": answer(compared), "remarks": list(remarks(compared)) if compared.parts else []},
        "recommended": {"A": recommended(compared.one) or None, "B": recommended(compared.other) or None},
        "nearest": {"A": compared.one.nearest, "B": compared.other.nearest},
        "objective": {"A": compared.one.decision.objective, "B": compared.other.decision.objective},
        "of": compared.of or None,
        "whole": None if compared.whole is None else _content_of(compared.whole),
        "differences": [_content_of(each) for each in compared.differences],
        "order": "reverse" if compared.reverse else "file",
        "changes": compared.steps,
        "steps": compared.parts,
        "unsplit": compared.unsplit,
    }


def _content_of(each: Difference) -> dict[str, Any]:
    """A difference without what is not known."""
    content = {field.name: getattr(each, field.name) for field in fields(each)}
    return content if each.days is not None else {name: value for name, value in content.items() if name != "days"}


def rows(compared: Compared) -> list[Mapping[str, str | float]]:
    """One row a number: differences of strategies, then what each step adds."""
    extra = [compared.whole] if compared.whole is not None and compared.whole.one != compared.whole.other else []
    return [*_difference_rows([*extra, *compared.differences], compared.unit), *_step_rows(compared)]


def _difference_rows(every: Sequence[Difference], unit: str) -> Iterator[Mapping[str, str | float]]:
    for each in every:
        margins = [("delivered score", "point", each.points), ("cost", "USD", each.usd)]
        margins += [("net benefit", "USD", each.objective)] if each.objective is not None and unit == "USD" else []
        margins += [("full launch", "day", each.days)] if each.days is not None else []
        for quantity, of_quantity, margin in margins:
            yield {
                "row": "difference", "name": _row_name(each).strip(), "A": each.one, "B": each.other, "quantity": quantity, "unit": of_quantity, "mean": margin.mean,
                "p5": margin.low, "p50": margin.median, "p95": margin.high, "simulation_error": margin.error,
            }  # fmt: skip


def _step_rows(compared: Compared) -> Iterator[Mapping[str, str | float]]:
    for part in compared.parts:
        said = {"A": "; ".join(map(plain, part.before)), "B": "; ".join(map(plain, part.after))}
        means = [("delivered score", "point", part.points), ("cost", "USD", part.usd)]
        means += [("net benefit", "USD", part.objective)] if part.objective is not None and compared.unit == "USD" else []
        for quantity, unit, mean in means:
            yield {"row": "step", "name": part.name, **said, "quantity": quantity, "unit": unit, "mean": mean}
