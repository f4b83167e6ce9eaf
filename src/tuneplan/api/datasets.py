"""Results and sweeps as xarray Datasets, with units and provenance."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from tuneplan.api.frames import dataset
from tuneplan.report.data import provenance
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import AnyDesign
from tuneplan.study.grid import GRID

if TYPE_CHECKING:
    import xarray as xr

    from tuneplan.api.arrays import Arrays
    from tuneplan.api.sweep import Sweep


def _attrs(scenario: Scenario, design: AnyDesign) -> dict[str, Any]:
    """Provenance in flat attributes, which every file format of xarray takes."""
    found = provenance(scenario, design)
    return {
        "tool": f"tuneplan {found['tool']['version']}", "schema_version": found["schema_version"], "scenario": scenario.name,
        "scenario_hash": found["scenario"]["hash"], "changes": json.dumps(list(scenario.changes), ensure_ascii=False), "draws": design.draws,
        "seed": design.seed,
    }  # fmt: skip


def of_result(result: Arrays) -> xr.Dataset:
    """Every draw; see ``Result.to_xarray``."""
    run, options = result.findings.run, result.findings.options
    arrays = {name: (result.dims[name], np.array(getattr(result, name)), {"units": unit, "long_name": said}) for name, (unit, said) in SAID.items() if name in result.dims}
    arrays["objective"] = (("strategy", "draw"), np.array(options.objective), {"units": options.unit, "long_name": options.name})
    decision = result.verdict.decision
    chances = {"probability_best": decision.probability_best, "probability_limits_met": decision.probability_limits_met}
    chances_of = {name: (("strategy",), np.array(values), {"units": "share"}) for name, values in chances.items()}
    feasible = {"feasible": (("strategy",), np.array(decision.allowed), {"units": "yes_no", "long_name": "meets the limits as surely as asked"})}
    regret = {"regret": (("strategy",), np.array(decision.regret), {"units": decision.unit})}
    used = {dim for dims in result.dims.values() for dim in dims}
    coords = {name: list(labels) for name, labels in result.labels.items() if name in used} | {"draw": np.arange(run.design.draws)}
    attrs = _attrs(run.asked, run.design) | {"recommended": result.recommended or ""}
    return dataset({**arrays, **chances_of, **feasible, **regret}, coords, attrs)


SAID = {
    "delivered": ("point", "score of the average request"), "score": ("point", "score of each request"),
    "cost": ("USD", "cost over the horizon"), "components": ("USD", "cost over the horizon, by component"),
    "launch": ("day", "days until a task's requests are answered"), "full_launch": ("day", "days until all of it has shipped"),
}  # fmt: skip
"""Array of a result -> unit, and what it is."""


def of_sweep(sweep: Sweep) -> xr.Dataset:
    """Every point; see ``Sweep.to_xarray``."""
    from tuneplan.api.sweep import BANDS

    found, dims = sweep.record, sweep.dims
    banded = {
        name: (("statistic", *dims), np.array([sweep._of_estimates(of, each) for each in BANDS]), {"units": unit})
        for name, unit, of in (("delivered", "point", lambda point: point.delivered), ("cost", "USD", lambda point: point.cost))
    }
    decision = found.points[0].decision
    alone = {
        "probability_best": (dims, np.array(sweep.probability_best), {"units": "share"}),
        "probability_limits_met": (dims, sweep._by_strategy(lambda point: point.decision.probability_limits_met), {"units": "share"}),
        "feasible": (dims, np.array(sweep.feasible), {"units": "yes_no", "long_name": "meets the limits as surely as asked; what others cost and deliver is what nobody may choose"}),
        "regret": (dims, np.array(sweep.regret), {"units": decision.unit}),
        "recommended": (dims[1:], np.array(sweep.recommended), {}),
    }
    coords: dict[str, Any] = {"statistic": list(BANDS), "strategy": list(found.strategies)}
    if found.mode != GRID:
        coords["point"] = list(sweep.labels["point"])
    for axis in found.axes:
        along = axis.key if found.mode == GRID else "point"
        coords[axis.key] = ((along,), np.array(axis.values) if axis.values else np.array(axis.texts), {"units": axis.unit} if axis.values else {})
    return dataset({**banded, **alone}, coords, _attrs(found.scenario, found.design))
