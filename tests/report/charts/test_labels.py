"""Labels beside what they name: never over one another, inside where there is room, moved as the figure changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from tuneplan.report.charts.labels import Label, around, at_ends, fitted, overlap, spread
from tuneplan.report.tables import width

NAMES = ["unified", "specialists", "a" * 60, "one model for all of the tasks, and the rest of them too", "$x_1$", "<script>", *(f"s{each}" for each in range(6))]


def labels_of(xs: Any, ys: Any) -> list[Label]:
    return [Label(text=fitted(name), x=float(x), y=float(y)) for name, x, y in zip(NAMES, xs, ys, strict=False)]


def drawn(make: Any, xs: Any, ys: Any, *, size: tuple[float, float] = (6.6, 4.0)) -> tuple[Any, Any, list[Any]]:
    figure = Figure(figsize=size, layout="constrained")
    ax = figure.add_subplot()
    ax.plot(xs, ys, "o")
    made = make(ax, labels_of(xs, ys))
    figure.draw_without_rendering()
    return figure, ax, made


@pytest.mark.parametrize("make", [at_ends, around])
@pytest.mark.parametrize("count", [1, 2, 12])
@pytest.mark.parametrize("gap", [0.0, 0.01, 1.0])
def test_labels_never_overlap(make: Any, count: int, gap: float) -> None:
    xs = np.ones(count) if make is at_ends else 1.0 + gap * np.arange(count)
    figure, _, made = drawn(make, xs, gap * np.arange(count))
    assert overlap(made) == 0.0
    figure.set_size_inches(5.0, 3.2)
    figure.draw_without_rendering()
    assert overlap(made) == 0.0


def test_a_label_alone_stands_beside_its_point_and_no_line_leads_to_it() -> None:
    for make in (at_ends, around):
        _, ax, (text,) = drawn(make, [1.0], [1.0])
        box, (x, y) = text.get_window_extent(), ax.transData.transform((1.0, 1.0))
        assert box.x0 > x
        assert box.y0 < y < box.y1
        assert not text.arrow_patch.get_visible()


def test_a_label_that_had_to_move_is_led_to_its_end() -> None:
    _, _, made = drawn(at_ends, np.ones(12), np.zeros(12))
    assert sum(each.arrow_patch.get_visible() for each in made) >= 10


def test_labels_at_ends_keep_the_order_of_the_ends_and_stay_on_the_figure() -> None:
    ys = np.array([3.0, 1.0, 2.0, 2.0, 5.0, 4.0, 4.1, 4.2, 0.0, 6.0, 6.1, 3.3])
    figure, ax, made = drawn(at_ends, np.ones(12), ys)
    heights = [each.get_window_extent().y0 for each in made]
    assert np.argsort(heights, kind="stable").tolist() == np.argsort(ys, kind="stable").tolist()
    assert all(figure.bbox.x0 <= each.get_window_extent().x0 and each.get_window_extent().x1 <= figure.bbox.x1 for each in made)
    assert min(each.get_window_extent().x1 for each in made) > ax.get_window_extent().x1


def test_labels_around_points_stay_in_the_axes_and_off_the_points() -> None:
    xs = np.linspace(0.0, 1.0, 6)
    _, ax, made = drawn(around, xs, xs**2)
    room, marks = ax.get_window_extent(), ax.transData.transform(np.stack([xs, xs**2], axis=1))
    for text in made:
        box = text.get_window_extent()
        assert room.x0 - 1 <= box.x0 and box.x1 <= room.x1 + 1  # noqa: PT018
        assert not any(box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in marks if not text.arrow_patch.get_visible())


def test_nothing_to_label_is_no_error() -> None:
    assert drawn(at_ends, [], [])[2] == drawn(around, [], [])[2] == []


def test_spread_moves_no_more_than_it_has_to() -> None:
    assert spread([1.0, 5.0], [1.0, 1.0], low=0.0, high=9.0) == [1.0, 5.0]
    assert spread([5.0, 1.0, 1.0], [1.0, 1.0, 1.0], low=0.0, high=9.0) == pytest.approx([5.0, 0.5, 1.5])
    assert spread([0.0, 9.0], [2.0, 2.0], low=0.0, high=9.0) == [1.0, 8.0]
    crowded = spread([4.0] * 6, [2.0] * 6, low=0.0, high=8.0)
    assert np.diff(sorted(crowded)).min() == pytest.approx(2.0)  # too many for the room: then beyond its ends, still apart
    assert np.mean(crowded) == pytest.approx(4.0)


@pytest.mark.parametrize("name", ["a" * 200, "日本語" * 30, "many words " * 20, "short", "x\x1b[2J\nstart"])
def test_names_fit_in_two_lines(name: str) -> None:
    rows = fitted(name).split("\n")
    assert len(rows) <= 2
    assert max(width(row) for row in rows) <= 22
    assert "\x1b" not in fitted(name)
