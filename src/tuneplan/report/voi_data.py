"""What is worth finding out first: as data. Two lists, worth and share of variance, are the bars of a chart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tuneplan.report.data import provenance
from tuneplan.report.voi import answer
from tuneplan.scenario.cautions import cautions
from tuneplan.study.information.analysis import Information, Known
from tuneplan.study.information.checks import CheckWorth
from tuneplan.study.information.estimates import Worth

METHOD = (
    "Expected objective of choosing with the knowledge, above that of choosing now; spline regression on ranks, each choice judged on "
    "scrambles that it was not fitted to; a lower bound, as plans are not made anew with what was learned."
)
SHARES = ("changes_choice_in_share_of_draws", "share_of_variance")


def content(found: Information) -> dict[str, Any]:
    """The whole as JSON; numbers and groups with the most worth first, checks as they are ranked."""
    decision, unit = found.decision, found.options.unit
    best = None if decision.best is None else decision.strategies[decision.best]
    return {
        **provenance(found.run.scenario, found.run.design),
        "units": _units(unit),
        "said": {"answer": answer(found), "method": METHOD},
        "objective": {"name": found.options.name, "unit": unit},
        "recommended": best,
        "counted_above": found.highest or None,
        "evpi": _figures(found.whole),
        "all_numbers": _known(found.everything),
        "luck_at_most": found.whole.value - found.everything.worth.value,
        "quantities": [_known(each) for each in found.quantities],
        "groups": [_known(each) for each in found.groups],
        "checks": [_check(each) for each in found.checks],
        "price_of_a_point": {"usd_per_point": found.usd_per_point, "bought_with": found.priced_at or None},
        "waiting": {"usd_per_day": found.worth_of_a_day},
        "warnings": cautions(found.run.scenario),
    }


def _units(unit: str) -> dict[str, str]:
    """Field -> unit; entries of a list share its name."""
    figures = {"worth": unit, "simulation_error": unit, **dict.fromkeys(SHARES, "share")}
    of = {f"{where}.{name}": each for where in ("evpi", "all_numbers", "quantities", "groups", "checks") for name, each in figures.items()}
    checks = {
        "cost": "USD", "waiting": "USD", "days": "day", "n": "observation", "worth_if_exact": unit, "net": unit, "worth_per_usd": f"{unit}/USD",
        "learn.noise": "share",
    }  # fmt: skip
    return {
        **of, **{f"checks.{name}": each for name, each in checks.items()}, "luck_at_most": unit,
        "price_of_a_point.usd_per_point": "USD/point", "waiting.usd_per_day": "USD/day",
    }  # fmt: skip


def _figures(worth: Worth) -> dict[str, float]:
    return {
        "worth": worth.value, "simulation_error": worth.error, "changes_choice_in_share_of_draws": worth.changes,
        "share_of_variance": worth.explained,
    }  # fmt: skip


def _known(known: Known) -> dict[str, Any]:
    return {"name": known.name, "of": known.of, **_figures(known.worth)}


def _check(each: CheckWorth) -> dict[str, Any]:
    check = each.check
    return {
        "name": check.name, "learn": check.learn, "n": check.n, "cost": check.cost, "days": check.days, **_figures(each.worth),
        "worth_if_exact": each.perfect.value, "waiting": each.waiting, "net": each.net, "worth_per_usd": each.per_usd,
        "too_close_to_call": each.is_close, "in_vain": [{"path": path, "why": why} for path, why in each.idle],
    }  # fmt: skip


def rows(found: Information) -> Iterator[dict[str, str | float]]:
    """One row a figure: tidy, with its unit.

    Yields
    ------
    dict
        What kind of knowledge, its name, which figure of it, unit, value, simulation error.
    """
    unit = found.options.unit
    yield from _rows("EVPI", "everything", found.whole, unit)
    yield from _rows("EVPPI", found.everything.name, found.everything.worth, unit)
    for kind, each_of in (("EVPPI", found.quantities), ("EVPPI of a group", found.groups)):
        yield from _of_known(kind, each_of, unit)
    for each in found.checks:
        yield from _rows("EVSI", each.check.name, each.worth, unit)
        for name, in_unit, value in (
            ("worth if exact", unit, each.perfect.value), ("cost", "USD", each.check.cost), ("waiting", "USD", each.waiting),
            ("days", "day", each.check.days), ("net", unit, each.net), ("worth per USD", f"{unit}/USD", each.per_usd),
        ):  # fmt: skip
            yield _row("EVSI", each.check.name, name, in_unit, value)


def _of_known(kind: str, known: Sequence[Known], unit: str) -> Iterator[dict[str, str | float]]:
    for each in known:
        yield from _rows(kind, each.name, each.worth, unit)


def _rows(kind: str, name: str, worth: Worth, unit: str) -> Iterator[dict[str, str | float]]:
    yield _row(kind, name, "worth", unit, worth.value, worth.error)
    yield _row(kind, name, "changes the choice", "share", worth.changes)
    yield _row(kind, name, "share of variance", "share", worth.explained)


def _row(kind: str, name: str, figure: str, unit: str, value: float, error: float = float("nan")) -> dict[str, str | float]:
    return {"knowledge": kind, "of": name, "figure": figure, "unit": unit, "value": value, "simulation_error": error}
