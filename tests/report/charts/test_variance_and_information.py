"""Variance beside value of information: bars are the record's numbers, rows are the same, checks stand below."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.axes import Axes

from hard_questions import findings
from tuneplan.evidence.findings import Findings
from tuneplan.report.charts import CHARTS, NothingToDraw
from tuneplan.report.charts.canvas import Drawn, draw
from tuneplan.report.charts.input_names import names_of
from tuneplan.report.charts.looks import Looks
from tuneplan.report.charts.variance_and_information import LEADING, LUCK, MOST_CHECKS, TELLING, lines_of
from tuneplan.scenario.load import load
from tuneplan.study.design import monte_carlo
from tuneplan.study.information.analysis import Information
from tuneplan.study.run import run
from tuneplan.study.sensitivity.analysis import Sensitivity
from tuneplan.study.sensitivity.indices import Indices, Share
from tuneplan.study.verdict import verdict


@pytest.fixture(scope="module")
def startup(scenarios: Path) -> Findings:
    path = scenarios / "startup.yaml"
    return Findings(verdict=verdict(run(load(path), monte_carlo(512))), load=lambda further: load(path, overrides=further))


def pictured(sensitivity: Sensitivity, information: Information) -> Drawn:
    looks = Looks.of(information.decision.strategies)
    return draw(CHARTS["variance-and-information"], [sensitivity, information], looks=looks, source="")


def both(found: Findings) -> tuple[Sensitivity, Information]:
    assert found.sensitivity is not None
    return found.sensitivity, found.information


def panels(picture: Drawn) -> tuple[Axes, Axes]:
    left, right = (ax for ax in picture.figure.axes if ax.axison)
    return left, right


def bar_at(ax: Axes, at: float) -> list[float]:
    """Ends of the bars of a row."""
    return [bar.get_width() for bar in ax.patches if abs(bar.get_y() + bar.get_height() / 2.0 - at) < 1e-9]


def test_bars_are_the_numbers_of_the_records(startup: Findings) -> None:
    records = both(startup)
    left, right = panels(pictured(*records))
    lines = lines_of(*records)
    assert len(left.get_yticks()) == len(lines)
    for at, line in zip(left.get_yticks(), lines, strict=True):
        if line.shares is not None:
            total = max(line.shares.total_order.mean, 0.0)
            assert bar_at(left, at) == pytest.approx([total, max(min(line.shares.first_order.mean, line.shares.total_order.mean), 0.0)])
        if line.worth is not None:
            assert bar_at(right, at) == pytest.approx([line.worth.value])
        else:
            assert bar_at(right, at) == []


def test_rows_are_shared_and_named_once(startup: Findings) -> None:
    left, right = panels(pictured(*both(startup)))
    assert left.get_ylim() == right.get_ylim()
    assert left.get_yticks().tolist() == right.get_yticks().tolist()
    assert [each.get_text() for each in right.get_yticklabels()] == [""] * len(right.get_yticks())
    names = [each.get_text() for each in left.get_yticklabels()]
    assert len(names) == len(set(names))
    assert LUCK in names


def test_checks_stand_below_with_their_net_value(startup: Findings) -> None:
    _, information = both(startup)
    picture = pictured(*both(startup))
    left, right = panels(picture)
    names = [each.get_text() for each in left.get_yticklabels()]
    assert names[-len(information.checks) :] == [f"check: {each.check.name}" for each in information.checks]
    marks = [float(line.get_xdata()[0]) for line in right.lines if line.get_marker() == "D"]  # type: ignore[index]
    assert marks == pytest.approx([each.net for each in information.checks])
    assert "takes $800, 1 day" in [each.get_text() for each in left.texts]


def test_axes_carry_units(startup: Findings) -> None:
    left, right = panels(pictured(*both(startup)))
    assert left.get_xlabel() == "share of the variance"
    assert all(each.get_text().endswith("%") for each in left.get_xticklabels())
    assert right.get_xlabel() == "worth of knowing it [point]"


def test_worth_in_money_is_in_usd() -> None:
    _, right = panels(pictured(*both(findings("valued"))))
    assert right.get_xlabel() == "worth of knowing it [USD]"


def test_what_is_worth_most_is_shown_though_it_varies_little(startup: Findings) -> None:
    sensitivity, information = both(startup)
    last = [each for each in sensitivity.effects if each.shares is not None and each.input.quantity is not None][-1].input.name
    changed = tuple(
        replace(each, worth=replace(each.worth, value=9.0, error=0.1)) if each.name == last else each for each in information.quantities
    )
    loud = replace(information, quantities=tuple(sorted(changed, key=lambda each: -each.worth.value)))
    assert any(each.worth is not None and each.worth.value == 9.0 for each in lines_of(sensitivity, loud))
    assert pictured(sensitivity, loud).told.title.startswith("Most worth knowing is “")


def test_a_check_without_a_price_of_a_point_has_no_net(startup: Findings) -> None:
    sensitivity, information = both(startup)
    unpriced = replace(information, checks=tuple(replace(each, net=float("nan")) for each in information.checks))
    picture = pictured(sensitivity, unpriced)
    _, right = panels(picture)
    assert not [line for line in right.lines if line.get_marker() == "D"]
    assert "nan" not in f"{picture.told.alt} {picture.told.note}"


def test_no_share_is_shown_beyond_all(startup: Findings) -> None:
    """Noise may take an estimate, and its interval, beyond 100 %; neither bars nor ticks go there."""
    sensitivity, information = both(startup)
    first, *others = sensitivity.effects
    assert first.shares is not None
    wild = replace(first, shares=Indices(first_order=first.shares.first_order, total_order=Share(mean=1.1, low=0.8, high=1.4)))
    left, _ = panels(pictured(replace(sensitivity, effects=(wild, *others)), information))
    assert max(left.get_xticks()) == pytest.approx(1.0)
    assert max(bar.get_x() + bar.get_width() for bar in left.patches) == pytest.approx(1.0)
    assert max(float(line.get_xdata()[-1]) for line in left.lines if len(line.get_ydata()) == 2 and line.get_linestyle() == "-" and line.get_linewidth() == 1.0) == pytest.approx(1.0)  # type: ignore[index]
    assert left.spines["bottom"].get_bounds()[1] == pytest.approx(1.0)
    assert "100 %" in [each.get_text() for each in left.texts]


def test_the_note_names_the_measure_and_both_marks(startup: Findings) -> None:
    note = pictured(*both(startup)).told.note
    assert "first order (dark) and total order (light; the figure, with its 90 % interval)" in note
    assert "voi and the ledger tell shares of the first kind" in note
    assert "◆ net of what it takes, ◇ where that does not pay or is too close to call" in note


def test_a_dozen_rows_at_most_however_many_numbers_tell_and_checks_there_are(startup: Findings) -> None:
    sensitivity, information = both(startup)
    loud = replace(
        information, quantities=tuple(replace(each, worth=replace(each.worth, value=1.0 - 0.01 * place, error=0.01)) for place, each in enumerate(information.quantities)),
        checks=information.checks * 4,
    )  # fmt: skip
    lines = lines_of(sensitivity, loud)
    assert len(lines) == LEADING + 1 + MOST_CHECKS
    known = {each.input.name for each in sensitivity.effects}
    telling = names_of([each.name for each in loud.quantities if each.name in known][:TELLING])
    assert set(telling.values()) <= {each.name for each in lines}
    picture = pictured(sensitivity, loud)
    assert f"{len(loud.checks) - MOST_CHECKS} more checks." in picture.told.note
    assert picture.figure.get_size_inches()[1] < 5.5


@pytest.mark.parametrize("which", ["eight draws", "one draw"])
def test_few_draws_tell_nothing(which: str) -> None:
    with pytest.raises(NothingToDraw, match="so few draws tell neither"):
        pictured(*both(findings(which)))


def test_twins_have_nothing_to_tell() -> None:
    with pytest.raises(NothingToDraw, match="nothing moves the difference"):
        pictured(*both(findings("twins")))
