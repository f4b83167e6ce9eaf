"""The winner map, from questions asked anew and from draws: colours, lines, words."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.text import Text
from matplotlib.transforms import Bbox

import own_or_hosted
from hard_questions import findings
from own_or_hosted import UNCERTAIN
from tuneplan.report.charts import CHARTS, NothingToDraw
from tuneplan.report.charts.canvas import draw
from tuneplan.report.charts.looks import FAINT, Looks
from tuneplan.report.charts.two_inputs import NOBODY, UNKNOWN, Side, ticks, winners_of
from tuneplan.report.charts.winner_map import DEPTHS, colours
from tuneplan.study.breakeven.dial import dial
from tuneplan.study.breakeven.winners import Cell, WinnerMap, winner_map
from tuneplan.study.sensitivity.odds_map import OddsMap, odds_map
from tuneplan.study.verdict import verdict

LOOKS = Looks.of(["own", "hosted"])


@pytest.fixture(scope="module")
def asked() -> WinnerMap:
    """Traffic down, price across; both uncertain, so that chances lie between."""
    base = own_or_hosted.ran(*UNCERTAIN, draws=64)
    one, other = (dial(base, key, steps=5) for key in ("tasks.chat.traffic", "gpu.price"))
    return winner_map(base, lambda further: own_or_hosted.asked([*UNCERTAIN, *further]), one, other)


@pytest.fixture(scope="module")
def drawn_from() -> OddsMap:
    return odds_map(verdict(own_or_hosted.ran(*UNCERTAIN, draws=1024)), ["gpu.price", "tasks.chat.traffic"])


def axes(found: WinnerMap | OddsMap) -> Axes:
    return draw(CHARTS["winner-map"], [found], looks=LOOKS, source="").figure.axes[0]


def test_every_cell_has_the_colour_of_its_winner_the_deeper_the_surer(asked: WinnerMap) -> None:
    image = np.asarray(axes(asked).images[0].get_array())
    for row, cells in enumerate(asked.cells):
        for column, cell in enumerate(cells):
            assert cell.winner is not None
            depth = DEPTHS[sum(cell.probability_best >= each for each in (0.5, 0.7, 0.9))]
            expected = 1.0 - depth * (1.0 - np.array(to_rgb(LOOKS[cell.winner].colour)))
            assert image[row, column] == pytest.approx(expected, abs=1e-9)
    assert len({cell.winner for row in asked.cells for cell in row}) == 2


def test_names_stand_in_what_they_hold(asked: WinnerMap) -> None:
    ax = axes(asked)
    placed = {each.get_text(): each.get_position() for each in ax.texts if each.get_text() in ("own", "hosted")}
    assert set(placed) == {"own", "hosted"}
    for name, (across, down) in placed.items():
        assert asked.cells[round(down)][round(across)].winner == name


@pytest.mark.parametrize("at", [(0.5, 0.5), (0.28, 0.5), (0.75, 0.5), (0.98, 0.98), (0.02, 0.02), (0.5, 0.02)])
@pytest.mark.parametrize("seam", [0.5, 0.25])
def test_no_words_cover_one_another_or_the_cross(drawn_from: OddsMap, at: tuple[float, float], seam: float) -> None:
    """Wherever the study stands, and the seam between two regions lies."""
    size = 25
    places = np.arange(size)[None] / (size - 1.0)
    chosen = np.where(np.tile(places, (size, 1)) < seam, 0, 1)
    chance = np.stack([np.tile(np.linspace(0.99, 0.01, size), (size, 1))] * 2)
    found = winners_of(replace(drawn_from, chosen=chosen, chance=chance, too_close=np.zeros((size, size), dtype=bool)))
    across, down = (float(np.quantile(side.values, share)) for side, share in zip((found.across, found.down), at, strict=True))
    moved = replace(found, across=replace(found.across, now=across), down=replace(found.down, now=down))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tuneplan.report.charts.winner_map.winners_of", lambda given: moved)
        figure = draw(CHARTS["winner-map"], [drawn_from], looks=LOOKS, source="").figure
    figure.draw_without_rendering()
    ax = figure.axes[0]
    texts = [each for each in ax.texts if each.get_visible()]
    assert {"own", "hosted", "as it stands"} <= {each.get_text() for each in texts}
    (cross,) = [line for line in ax.lines if line.get_marker() == "P"]
    middle = ax.transData.transform((float(cross.get_xdata()[0]), float(cross.get_ydata()[0])))  # type: ignore[index]
    radius = 4.5 * figure.dpi / 72.0
    boxes = {each.get_text(): Text.get_window_extent(each) for each in texts if not each.get_text().endswith("%")}
    boxes["cross"] = Bbox.from_extents(*(middle - radius), *(middle + radius))
    for one, other in combinations(boxes, 2):
        assert not boxes[one].overlaps(boxes[other]), (one, other)
    inside = ax.get_window_extent()
    assert all(inside.x0 - 1.0 <= box.x0 and box.x1 <= inside.x1 + 1.0 for name, box in boxes.items() if name != "cross")
    for figured in (each for each in texts if each.get_text().endswith("%")):
        centre = ax.transData.transform(figured.get_position())
        assert not any(box.contains(*centre) for box in boxes.values()), figured.get_text()


def test_axes_are_typed_with_units(asked: WinnerMap) -> None:
    ax = axes(asked)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("GPU: price [USD/hour]", "chat: traffic [request/month]")
    assert [each.get_text() for each in ax.get_xticklabels()][:2] == [own.split("/")[0] for own in map(asked.across.text, asked.across.values[:2])]


def test_where_the_scenario_stands_is_marked(asked: WinnerMap, drawn_from: OddsMap) -> None:
    (mark,) = [line for line in axes(asked).lines if line.get_marker() == "P"]
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == pytest.approx((2.0, 2.0))  # type: ignore[index]
    (mark,) = [line for line in axes(drawn_from).lines if line.get_marker() == "P"]
    middle = (len(drawn_from.values[0]) - 1) / 2.0
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == pytest.approx((middle, middle), abs=0.3)  # type: ignore[index]


def test_nobody_and_what_is_refused_look_like_neither(asked: WinnerMap) -> None:
    nobody = Cell(winner=None, probability_best=0.0, too_close=False, level=False)
    refused = replace(nobody, probability_best=float("nan"), refused=True)
    spoilt = replace(asked, cells=((nobody, refused, *asked.cells[0][2:]), *asked.cells[1:]))
    winners = winners_of(spoilt)
    assert winners.chosen[0, :2].tolist() == [NOBODY, UNKNOWN]
    image = colours(winners, LOOKS)
    assert image[0, 0] == pytest.approx(to_rgb(FAINT))
    assert image[0, 1] == pytest.approx(np.ones(3))
    picture = draw(CHARTS["winner-map"], [spoilt], looks=LOOKS, source="")
    legend = picture.figure.axes[0].get_legend()
    assert legend is not None
    assert [each.get_text() for each in legend.get_texts()] == ["nothing meets the limits"]
    assert "White: not allowed by the scenario." in picture.told.note
    assert "nothing meets the limits at 1" in picture.told.alt


def test_a_map_where_nothing_meets_the_limits_says_so(asked: WinnerMap) -> None:
    nobody = Cell(winner=None, probability_best=0.0, too_close=False, level=False)
    told = draw(CHARTS["winner-map"], [replace(asked, cells=((nobody,) * 5,) * 5)], looks=LOOKS, source="").told
    assert told.title == "nothing is possible at all 25 pairs of values"


def test_lines_run_at_50_70_and_90_per_cent(drawn_from: OddsMap) -> None:
    smooth = replace(drawn_from, chance=np.stack([np.tile(np.linspace(0.0, 1.0, 25), (25, 1)), np.tile(np.linspace(1.0, 0.0, 25), (25, 1))]), chosen=np.zeros((25, 25), dtype=int))
    ax = axes(smooth)
    (lines,) = [each for each in ax.collections if hasattr(each, "levels")]
    assert lines.levels.tolist() == [0.5, 0.7, 0.9]
    assert {"50 %", "70 %", "90 %"} <= {each.get_text() for each in ax.texts}
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        across = path.vertices[:, 0]
        assert across == pytest.approx(np.full(len(across), 24.0 * level))


def test_the_note_tells_the_error_and_the_blanks(drawn_from: OddsMap) -> None:
    picture = draw(CHARTS["winner-map"], [drawn_from], looks=LOOKS, source="")
    assert "points of 100 or better" in picture.told.note
    assert "White: fewer than 30 draws' worth" in picture.told.note
    assert "(dotted 50 %, dashed 70 %, whole 90 %)" in picture.told.note
    blank = int((drawn_from.chosen < 0).sum())
    assert blank > 0
    assert f"{blank} are blank" in picture.told.alt
    assert "times in 10" in picture.told.title


def test_dots_stand_where_it_is_too_close(drawn_from: OddsMap) -> None:
    (dots,) = [line for line in axes(drawn_from).lines if line.get_marker() == "."]
    assert len(dots.get_xdata()) == drawn_from.too_close.sum() > 0


@pytest.mark.parametrize(
    ("which", "why"),
    [
        ("one strategy", "no other strategy than unified meets the limits"),
        ("nothing feasible", "nothing meets the limits"),
        ("eight draws", "too few draws"),
        ("one draw", "too few draws"),
        ("twins", "come out the same"),
    ],
)
def test_why_there_is_no_map(which: str, why: str) -> None:
    with pytest.raises(NothingToDraw, match=why):
        winners_of(findings(which).winner_map)


def test_a_map_of_one_colour_says_so_and_is_left_out_where_nothing_is_open(drawn_from: OddsMap) -> None:
    alone = replace(drawn_from, chosen=np.zeros_like(drawn_from.chosen), held=(1.0, 0.0), chance=np.full_like(drawn_from.chance, 0.8))
    assert winners_of(alone).title == "own is the choice, whatever “GPU: price” and “chat: traffic” turn out to be"
    with pytest.raises(NothingToDraw, match="all but surely best whatever “GPU: price” and “chat: traffic” turn out to be"):
        winners_of(replace(alone, chance=np.full_like(drawn_from.chance, 0.995)))


def test_no_error_is_told_more_finely_than_anybody_needs(drawn_from: OddsMap) -> None:
    sure = replace(drawn_from, error=np.full_like(drawn_from.error, 3.2e-9))
    assert "known to 0.1 points of 100 or better" in winners_of(sure).note


def test_ticks_are_round_and_within() -> None:
    straight = Side(name="x", unit="USD", values=tuple(np.linspace(13.0, 87.0, 25).tolist()), now=50.0)
    places, texts = ticks(straight, 6)
    assert texts == ["$20", "$40", "$60", "$80"]
    assert places == pytest.approx([(each - 13.0) / 74.0 * 24.0 for each in (20.0, 40.0, 60.0, 80.0)])
    wide = Side(name="x", unit="token", values=tuple(np.geomspace(50.0, 80_000.0, 25).tolist()), now=50.0)
    places, texts = ticks(wide, 6)
    assert len(texts) <= 6
    assert "1k" in texts or "1000" in texts
    assert all(0.0 <= place <= 24.0 for place in places)
    few = Side(name="x", unit="yes_no", values=(0.0, 1.0), now=0.0)
    assert ticks(few, 6)[0] == [0.0, 1.0]


def test_a_chance_on_a_line_is_as_deep_as_above_it(asked: WinnerMap) -> None:
    winners = replace(winners_of(asked), chosen=np.zeros((1, 4), dtype=int), chance=np.array([[0.49, 0.5, 0.7, 0.9]]))
    blue = np.array(to_rgb(LOOKS["own"].colour))
    assert colours(winners, LOOKS)[0] == pytest.approx(1.0 - np.array(DEPTHS)[:, None] * (1.0 - blue))
    assert np.diff(DEPTHS).min() > 0.1
