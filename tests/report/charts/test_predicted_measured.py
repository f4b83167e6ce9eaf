"""Predicted against measured, as drawn: every case in its place, shares as counted, the diagonal from corner to corner."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tuneplan.evidence.predicted import Predicted, Predictions, bundled_predictions
from tuneplan.evidence.prediction import PREDICTORS
from tuneplan.evidence.predictors import head_to_head  # noqa: F401  which declares them
from tuneplan.report.charts import CHARTS, NothingToDraw, Told
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.predicted_measured import KINDS

CHART = CHARTS["predicted-measured"]


def drawn(found: Predictions) -> tuple[list[Axes], Told]:
    figure = Figure()
    told = CHART.draw(found, ax=figure.add_subplot(), looks=Looks.of([]))
    return [ax for ax in figure.axes[1:] if ax.axison], told


@pytest.fixture(scope="module")
def whole() -> tuple[list[Axes], Told]:
    return drawn(bundled_predictions())


def of_kind(kind: str) -> list[Predicted]:
    return [each for each in bundled_predictions().cases if each.kind == kind and each.is_from_inputs]


def points(panel: Axes, which: str) -> list[tuple[float, float]]:
    [line] = [each for each in panel.lines if each.get_label() == f"_{which}"]
    return list(zip(line.get_xdata(), line.get_ydata(), strict=True))


def shown() -> list[str]:
    return [kind for kind in KINDS if of_kind(kind)]


def test_every_case_stands_where_it_was_measured_and_predicted(whole: tuple[list[Axes], Told]) -> None:
    assert len(whole[0]) == len(shown()) == 5
    for panel, kind in zip(whole[0], shown(), strict=True):
        for which, is_inside in (("inside", True), ("outside", False)):
            assert points(panel, which) == [(each.measured, each.predicted) for each in of_kind(kind) if each.inside == is_inside]


def test_bands_stand_at_their_cases(whole: tuple[list[Axes], Told]) -> None:
    held, missed = (each for each in whole[0][0].lines if each.get_label() == "_bands")
    first = next(each for each in of_kind("head_to_head") if each.inside)
    assert list(held.get_xdata())[:2] == [first.measured] * 2
    assert list(held.get_ydata())[:2] == [first.lower, first.upper]
    assert len(held.get_xdata()) + len(missed.get_xdata()) == 3 * len(of_kind("head_to_head"))


def test_the_diagonal_runs_from_corner_to_corner_and_nothing_lies_outside(whole: tuple[list[Axes], Told]) -> None:
    for panel, kind in zip(whole[0], shown(), strict=True):
        assert panel.get_xlim() == panel.get_ylim()
        (low, _), (high, _) = points(panel, "equal")
        assert (low, high) == panel.get_xlim()
        assert all(low < end < high for each in of_kind(kind) for end in (each.measured, each.lower, each.upper))


def test_scales_and_units_are_those_of_the_kind(whole: tuple[list[Axes], Told]) -> None:
    for kind, (_, unit, is_ratio) in KINDS.items():
        assert (PREDICTORS[kind].labels["unit"], PREDICTORS[kind].labels["scale"] == "ratio") == (unit, is_ratio)
    for panel, kind in zip(whole[0], shown(), strict=True):
        assert (panel.get_xscale() == "log") == KINDS[kind][2]
        assert panel.get_xlabel() == f"measured [{KINDS[kind][1]}]"


def test_shares_are_as_counted(whole: tuple[list[Axes], Told]) -> None:
    panels, told = whole
    every = [each for kind in shown() for each in of_kind(kind)]
    for panel, kind in zip(panels, shown(), strict=True):
        some = of_kind(kind)
        held = f"{sum(each.inside for each in some) / len(some):.0%}".replace("%", " %")
        assert panel.get_title(loc="left") == f"{KINDS[kind][0]}\n{held} of {len(some)} held"
        assert f"{held} of {len(some)} held, {len({each.source for each in some})} sources" in told.alt
    assert f"of {len(every)} published measurements from {len({each.source for each in every})} papers and projects" in told.title


def test_it_says_with_what_it_was_made(whole: tuple[list[Axes], Told]) -> None:
    made = bundled_predictions()
    assert f"tuneplan {made.version} with {made.draws} draws, seed {made.seed}" in whole[1].note


def test_one_case_that_is_its_own_band_will_do_and_none_will_not() -> None:
    one = replace(of_kind("head_to_head")[0], predicted=1.0, lower=1.0, upper=1.0, measured=1.0)
    panels, told = drawn(replace(bundled_predictions(), cases=(one,)))
    assert len(panels) == 1
    assert told.title.startswith("80 % bands hold 100 % of 1 published measurement")
    with pytest.raises(NothingToDraw, match="no published cases"):
        drawn(replace(bundled_predictions(), cases=()))
