"""A sensitivity as data for programs, and as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tuneplan.report.data import OF_INPUT, provenance
from tuneplan.study.sensitivity.analysis import Effect, Sensitivity
from tuneplan.study.sensitivity.indices import Indices
from tuneplan.study.sensitivity.switching import switch_points


def content(found: Sensitivity) -> dict[str, Any]:
    """The whole for programs: bars of the tornado, shares, switch points, regions."""
    run = found.verdict.run
    return {
        **provenance(run.scenario, run.design),
        "units": {
            "difference": found.unit, "nominal.difference": found.unit, "effects.low.difference": found.unit,
            "effects.high.difference": found.unit, "effects.low.value": OF_INPUT, "effects.high.value": OF_INPUT,
            "effects.explained": "share", "effects.first_order": "share", "effects.total_order": "share",
            "others": "share", "luck": "share", "effects.regions.lead": found.unit,
            "switch_points.value": OF_INPUT, "switch_points.low": OF_INPUT, "switch_points.high": OF_INPUT, "switch_points.until": OF_INPUT,
            "effects.regions.start": OF_INPUT, "effects.regions.end": OF_INPUT, "switch_points.probability": "share",
            "switch_points.gain": found.unit, "switch_points.saved": "USD",
        },
        "best": found.best,
        "against": found.against,
        "objective": found.objective,
        "difference": found.difference,
        "nominal": {"difference": found.nominal.difference, "winner": found.nominal.winner},
        "points": found.points,
        "effects": [_effect(effect) for effect in found.effects],
        "others": found.others,
        "luck": found.luck,
        "switch_points": switch_points(found.verdict),
        "constant": found.inputs.constant,
        "unread": found.inputs.unread,
        "left_out": found.left_out,
    }  # fmt: skip


def _effect(effect: Effect) -> dict[str, Any]:
    quantity = effect.input.quantity
    return {
        "path": effect.input.name,
        "label": effect.input.label,
        "unit": "" if quantity is None else quantity.unit,
        "tied": effect.input.tied,
        "members": effect.input.members,
        "low": effect.low,
        "high": effect.high,
        "explained": effect.explained,
        "first_order": None if effect.shares is None else effect.shares.first_order,
        "total_order": None if effect.shares is None else effect.shares.total_order,
        "regions": effect.regions,
    }


def rows(found: Sensitivity) -> Iterator[dict[str, Any]]:
    """One row an input and number, tidy, with its unit."""
    for effect in found.effects:
        unit = "" if effect.input.quantity is None else effect.input.quantity.unit
        start = {"input": effect.input.name}
        for end, name in ((effect.low, "low end"), (effect.high, "high end")):
            yield {**start, "quantity": f"value at the {name}", "strategy": "", "unit": unit, "mean": end.value}
            yield {**start, "quantity": f"difference at the {name}", "strategy": end.winner, "unit": found.unit, "mean": end.difference}
        yield from _share_rows(start, effect.shares)
        for flip in effect.switches:
            near = {"p5": flip.low, "p95": flip.high}
            side = f"switch point, {'above' if flip.above else 'below'}{', too close to call' if flip.too_close else ''}"
            yield {**start, "quantity": side, "strategy": flip.to, "unit": unit, "mean": flip.value, **near}
            yield {**start, "quantity": "probability beyond", "strategy": flip.to, "unit": "share", "mean": flip.probability}
    for name, each in (("the others together", found.others), ("luck", found.luck)):
        yield from _share_rows({"input": name}, each)


def _share_rows(start: dict[str, str], found: Indices | None) -> Iterator[dict[str, Any]]:
    if found is not None:
        for name, each in (("first order", found.first_order), ("total order", found.total_order)):
            yield {**start, "quantity": name, "strategy": "", "unit": "share", "mean": each.mean, "p5": each.low, "p95": each.high}
