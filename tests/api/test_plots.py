"""Charts in a notebook: into axes that are given, or on a figure of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from base64 import b64encode
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tuneplan import Result, Study, UsageError
from tuneplan.report.charts import CHARTS

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

pytestmark = pytest.mark.usefixtures("figures")


def test_a_figure_of_its_own_has_title_and_caption(result: Result) -> None:
    import matplotlib.pyplot as plt

    ax = result.plot()
    figure = ax.get_figure()
    assert plt.fignum_exists(figure.number)
    assert figure.get_suptitle()
    assert "64 draws, seed 3" in figure.get_supxlabel()


IN_A_NOTEBOOK = """
import matplotlib
from tuneplan import load
result = load("scenarios/startup.yaml").run(draws=16)
result.plot("cost-components")
print(matplotlib.is_interactive())
"""


BACKEND = """
import matplotlib
from matplotlib.backends.backend_agg import FigureCanvas
matplotlib.interactive(True)
"""


def test_what_a_notebook_sets_outlives_the_first_chart(tmp_path: Path) -> None:
    """Its backend is loaded with the first figure and says that figures are to be shown; a style put back took that with it."""
    (tmp_path / "shows_all.py").write_text(BACKEND)
    root = Path(__file__).parents[2]
    environment = {**os.environ, "MPLBACKEND": "module://shows_all", "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root / "src")])}
    told = subprocess.run([sys.executable, "-c", IN_A_NOTEBOOK], env=environment, cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "True"


def test_axes_that_are_given_are_drawn_into_and_come_back(result: Result) -> None:
    import matplotlib.pyplot as plt

    figure, both = plt.subplots(1, 2)
    assert result.plot("cost-quality", ax=both[0]) is both[0]
    assert result.frontier().plot(ax=both[1]) is both[1]
    assert both[0].get_title(loc="left")
    assert figure.get_suptitle() == ""
    assert both[0].has_data()
    assert len(plt.get_fignums()) == 1


def test_the_style_of_a_notebook_is_left_alone(result: Result) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    result.plot()
    assert dict(matplotlib.rcParams) == before


def test_every_chart_by_name_and_every_analysis_that_has_one(result: Result) -> None:
    import matplotlib.pyplot as plt

    drawn = result.charts()
    assert plt.get_fignums() == []
    assert set(drawn) <= set(CHARTS)
    assert "cost-quality" in drawn
    assert drawn["cost-quality"].figure.axes
    assert drawn._repr_html_().count("<img") == len(drawn)
    assert repr(result.charts("cost-quality")) == "<Charts: cost-quality>"


def test_no_figure_stays_open_behind_what_is_shown(result: Result) -> None:
    import matplotlib.pyplot as plt

    result._repr_html_()
    assert plt.get_fignums() == []


def test_a_failing_chart_leaves_no_figure(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    from tuneplan.report.charts import NothingToDraw
    from tuneplan.report.charts.registry import Chart

    def fails(*records: object, ax: object, looks: object) -> None:
        raise NothingToDraw("there is no second strategy")

    for name in set(CHARTS) - {"cost-quality", "cost-components"}:
        monkeypatch.delitem(CHARTS, name)
    monkeypatch.setitem(CHARTS, "cost-quality", Chart(name="cost-quality", question="?", of=("frontier",), draw=fails, height=lambda found: 2.0))
    with pytest.raises(UsageError, match="cost-quality: nothing to draw, there is no second strategy"):
        result.plot()
    with pytest.raises(UsageError, match="cost-quality: nothing to draw"):
        result.charts(["cost-quality"])
    assert set(result.charts()) == {"cost-components"}
    assert plt.get_fignums() == []


def test_charts_that_are_not_there_are_told(result: Result) -> None:
    with pytest.raises(UsageError, match='no chart "cost-qualty"; did you mean "cost-quality"'):
        result.plot("cost-qualty")
    with pytest.raises(UsageError, match='no chart "cost-qualty" of frontier; did you mean "cost-quality"'):
        result.frontier().plot(chart="cost-qualty")
    with pytest.raises(UsageError, match=r"difference has no chart; its numbers are in \.to_frame\(\)"):
        result.difference("unified", "prompted").plot()


def test_charts_are_saved_as_files(result: Result, tmp_path: Path) -> None:
    charts = result.charts("cost-quality")
    made = charts.save(tmp_path / "new" / "charts", formats=("png", "svg"))
    assert [path.name for path in made] == ["cost-quality.png", "cost-quality.svg"]
    assert made[0].read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match="formats: 'gif' is none of png, svg, pdf"):
        charts.save(tmp_path, formats=("gif",))


def test_letters_of_any_script_are_drawn_without_a_warning() -> None:
    from hard_questions import TEXTS
    from tuneplan import loads

    result = loads(TEXTS["twelve strategies"]).run(draws=8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result.plot().get_figure().canvas.draw()


def test_pyplot_is_loaded_by_a_plot_and_by_nothing_before(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    assert "<img" in result._repr_html_()
    assert len(result.charts("cost-quality")) == 1


def test_the_small_chart_waits_for_no_other_budget_and_is_the_same(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = study.run(draws=64)
    whole = study.run(draws=64).charts("cost-quality")["cost-quality"].file("png")
    with monkeypatch.context() as patched:
        patched.setattr("tuneplan.study.frontier.analysis.run_within", lambda *given, **named: pytest.fail("another budget was planned"))
        shown = planned._repr_html_()
        planned.plot()
    assert b64encode(whole).decode() in shown


def written(figure: Figure) -> list[Text]:
    """Titles, and titles over several panels, whoever drew them."""
    return [text for ax in figure.axes for text in (ax._left_title, *ax.texts) if text.get_text().strip()]


def test_a_title_stands_above_all_that_was_drawn_and_ends_with_its_axes(result: Result) -> None:
    import matplotlib.pyplot as plt

    names = ("tornado", "cost-quality", "learning-curves")
    figure, row = plt.subplots(1, 3, figsize=(18, 4), layout="constrained")
    for ax, name in zip(row, names, strict=True):
        result.plot(name, ax=ax)
    figure.draw_without_rendering()
    whole = [ax.get_subplotspec().get_position(figure).x1 * figure.bbox.width for ax in row]
    starts = [result.charts(name)[name].told.title[:8] for name in names]
    for start, right in zip(starts, whole, strict=True):
        title = next(text for text in written(figure) if text.get_text().startswith(start))
        assert title.get_window_extent().x1 <= right + 40.0
        others = [text for text in title.axes.texts if text is not title and text.get_text()]
        assert all(not title.get_window_extent().overlaps(text.get_window_extent()) for text in others)


def test_a_title_over_panels_makes_none_of_them_wide_and_covers_no_heading(result: Result) -> None:
    import matplotlib.pyplot as plt

    figure, row = plt.subplots(1, 2, figsize=(13, 4), layout="constrained")
    result.plot("cost-components", ax=row[0])
    figure.draw_without_rendering()
    panels = [ax for ax in figure.axes if ax not in row]
    gaps = [right.get_position().x0 - left.get_position().x1 for left, right in pairwise(panels)]
    assert max(gaps) < min(gaps) + 0.01
    headings = [panel._left_title.get_window_extent() for panel in panels]
    assert all(left.x1 < right.x0 for left, right in pairwise(headings))
    title = next(text for text in written(figure) if "most of it for" in text.get_text()).get_window_extent()
    assert not any(title.overlaps(heading) for heading in headings[1:])


@pytest.mark.parametrize("name", ["tornado", "cost-components", "cost-quality"])
def test_in_plain_subplots_nothing_lies_over_the_neighbour(result: Result, name: str) -> None:
    import matplotlib.pyplot as plt

    figure, grid = plt.subplots(2, 2, figsize=(14, 9))
    before = grid[0, 0].get_position()
    result.plot(name, ax=grid[1, 1])
    drawn = [ax.get_tightbbox() for ax in figure.axes if ax not in grid.flat[:3] and ax.get_tightbbox() is not None]
    neighbours = [ax.get_tightbbox() for ax in grid.flat[:3]]
    assert not any(each.overlaps(neighbour) for each in drawn for neighbour in neighbours)
    assert grid[0, 0].get_position().bounds == before.bounds


@pytest.mark.parametrize("kind", ["polar", "3d"])
def test_axes_that_nothing_can_be_drawn_into_are_told(result: Result, kind: str) -> None:
    import matplotlib.pyplot as plt

    with pytest.raises(UsageError, match="ax: charts need plain axes, and these are"):
        result.plot("tornado", ax=plt.figure().add_subplot(projection=kind))
    with pytest.raises(UsageError, match="ax: matplotlib axes are needed, not 3"):
        result.plot("tornado", ax=3)
    with pytest.raises(UsageError, match=r"not a ndarray; choose one of them, for example ax=axes\[0\]"):
        result.plot("tornado", ax=plt.subplots(1, 2)[1])
    with pytest.raises(UsageError, match=r"a chart by its name as plot\(chart='tornado'\)"):
        result.sensitivity().plot("tornado")
