"""The map of a sweep: cells in the colour of who wins, and shares of one key."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from toy_dataset import Toy, grid_of, toy
from tuneplan.report.charts.canvas import Drawn, draw
from tuneplan.report.charts.looks import FAINT, Looks
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.charts.sweep_map import SWEEP_MAP, source_of
from tuneplan.study.sweep.summary import summary


def drawn(made: Toy) -> Drawn:
    found = summary(made)
    return draw(SWEEP_MAP, [found], looks=Looks.of(found.strategies), source=source_of(found))


def axes(made: Toy) -> Axes:
    return drawn(made).figure.axes[0]


def plane() -> Toy:
    return toy(grid_of({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0], "z": [0.0, 0.1]}), lambda keys: {"a": np.where(keys["x"] < 2.0, np.nan, keys["x"]), "<b>": np.where(keys["x"] < 2.0, np.nan, keys["y"] + 0.45 + keys["z"])})


def test_cells_have_the_colour_of_who_wins_most_of_their_rows() -> None:
    from matplotlib.colors import to_rgb

    looks = Looks.of(("a", "<b>"))
    cells = {(round(each.get_x() + 0.5), round(each.get_y() + 0.5)): each.get_facecolor()[:3] for each in axes(plane()).patches if isinstance(each, Rectangle)}
    assert len(cells) == 6
    assert {cells[0, 0], cells[0, 1]} == {to_rgb(FAINT)}
    for place, winner in {(1, 0): "a", (1, 1): "<b>", (2, 0): "a", (2, 1): "a"}.items():
        own = np.array(to_rgb(looks[winner].colour))
        assert cells[place] == pytest.approx(tuple(1.0 - 0.85 * (1.0 - own)), abs=1e-6)


def test_a_mixed_cell_is_paler_and_says_its_share() -> None:
    made = toy(grid_of({"x": [1.0, 2.0], "y": [1.0, 2.0], "z": [0.0, 1.0, 2.0, 3.0]}), lambda keys: {"a": keys["x"] * 4.0 + keys["y"] * 3.0 + keys["z"], "b": np.full(16, 10.5)})
    found = axes(made)
    assert sorted(each.get_text() for each in found.texts) == ["100 %", "100 %", "100 %", "75 %"]
    reds = {(round(each.get_x() + 0.5), round(each.get_y() + 0.5)): each.get_facecolor()[0] for each in found.patches if isinstance(each, Rectangle)}
    assert reds[0, 1] > reds[1, 1]


def test_it_says_what_it_shows() -> None:
    made = drawn(plane())
    assert made.told.title.startswith("a wins in 50 % of 12 rows, nobody in 33 % and <b> in 17 %; x decides most")
    assert "Who wins most often, by y and x. 1 and 1: nobody 100 %" in made.told.alt
    assert "256 draws a row, seed 1, scenario abc123" in made.caption


def test_one_key_has_a_bar_for_each_value_that_adds_up() -> None:
    made = toy({"x": np.repeat([1.0, 2.0, 3.0], 4)}, lambda keys: {"a": keys["x"], "b": np.tile([0.5, 1.5, 2.5, 3.5], 3)}, mode="list")
    found = axes(made)
    ends = [max(each.get_x() + each.get_width() for each in found.patches if isinstance(each, Rectangle) and round(each.get_y() + 0.4) == row) for row in range(3)]
    assert ends == pytest.approx([1.0, 1.0, 1.0])
    assert [each.get_text() for each in found.get_yticklabels()] == ["1", "2", "3"]


def test_nothing_is_drawn_where_there_is_nothing_to_compare() -> None:
    with pytest.raises(NothingToDraw, match="no key has two values"):
        drawn(toy({"x": np.ones(3)}, lambda keys: {"a": np.ones(3)}))


def test_files_are_made_and_equal_summaries_make_equal_ones() -> None:
    assert drawn(plane()).file("svg") == drawn(plane()).file("svg")
    assert b"<b>" not in drawn(plane()).file("svg")
