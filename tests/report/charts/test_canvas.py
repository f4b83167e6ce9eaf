"""What every chart has in common: a title, a caption, its own bytes, letters of any script, nothing global."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tuneplan.report.charts.canvas import FORMATS, WIDTH, Drawn, draw, panels, styled
from tuneplan.report.charts.looks import COLOURS, HATCHES, LINES, MARKS, Looks
from tuneplan.report.charts.registry import CHARTS, Chart, Told, chart

HOSTILE = "<script>alert(1)</script> & $x_1$ 日本語 \x1b[2J\u202e"


def one(title: str = "A title", note: str = "", source: str = "64 draws, seed 0.", label: str = "a") -> Drawn:
    """A chart of one line."""

    def line(*records: Any, ax: Any, looks: Looks) -> Told:
        ax.plot([1.0, 2.0], [3.0, 4.0], label=label)
        ax.legend()
        ax.set_xlabel("cost [USD]")
        return Told(title=title, alt="A line from 3 to 4.", note=note)

    return draw(Chart(name="line", question="?", of=(), draw=line, height=lambda: 3.0), [], looks=Looks.of(["a"]), source=source)


def test_a_title_above_and_a_caption_with_its_source_below() -> None:
    made = one(note="Bands are 80 %.")
    assert made.figure.get_suptitle() == "A title"
    assert made.figure.get_supxlabel() == made.caption == "Bands are 80 %. 64 draws, seed 0."
    assert tuple(made.figure.get_size_inches()) == (WIDTH, 3.0)


def test_long_titles_and_captions_are_broken_not_cut() -> None:
    made = one(title="word " * 60, source="日本" * 200)
    assert made.figure.get_suptitle().replace("\n", " ") == ("word " * 60).strip()
    assert made.figure.get_supxlabel().replace("\n", "") == "日本" * 200
    assert max(len(line) for line in made.figure.get_suptitle().split("\n")) < 80


@pytest.mark.parametrize("letters", ["i", "W", "日", "word "])
def test_titles_and_captions_use_the_width_and_stay_on_the_paper_whichever_letters(letters: str) -> None:
    """Letters are measured, not counted: a line of narrow ones holds more of them."""
    made = one(title=letters * 300, source=letters * 900)
    paper = made.figure.bbox
    for text in (made.figure._suptitle, made.figure._supxlabel):
        with styled(salt="x"):
            box = text.get_window_extent()
        assert 0.0 <= box.x0 < box.x1 <= paper.width
        assert box.width > 0.85 * paper.width


def test_a_title_that_is_a_word_too_long_is_parted_in_the_middle() -> None:
    first, second = one(title="unified costs $80.6k (P10 to P90 $70.7k to $93.7k), most of it for data, which costs $37.6k").figure.get_suptitle().split("\n")
    assert abs(len(first) - len(second)) < 20


@pytest.mark.parametrize("form", FORMATS)
def test_equal_charts_give_equal_bytes(form: str) -> None:
    assert one().file(form) == one().file(form)
    assert one().file(form) != one(label="b").file(form)


def test_an_svg_holds_text_as_text_and_nothing_that_runs_or_is_fetched() -> None:
    text = one(title=HOSTILE, label=HOSTILE).file("svg").decode()
    tree = ET.fromstring(text)
    assert not [each for each in tree.iter() if each.tag.endswith("}script")]
    assert "<script>alert(1)</script> & $x_1$ 日本語" in "".join(tree.itertext())
    links = [value for each in tree.iter() for name, value in each.attrib.items() if name.endswith("href")]
    assert all(value.startswith("#") for value in links)
    assert not re.search(r"mathdefault|<image", text)


def test_letters_without_a_font_are_told_not_warned_of() -> None:
    made = one(label="a\U00010000")
    made.file("png")
    assert "\U00010000" in made.without_font
    assert "a" not in made.without_font


def test_style_ends_where_the_chart_ends() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    with styled(salt="x"):
        assert matplotlib.rcParams["text.parse_math"] is False
    one().file("svg")
    assert dict(matplotlib.rcParams) == before


def test_panels_stand_in_the_place_of_one() -> None:
    from matplotlib.figure import Figure

    figure = Figure()
    within = panels(figure.add_subplot(), rows=2, columns=3)
    assert len(within) == 6
    assert all(each.get_figure() is figure for each in within)
    free = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    assert len(panels(free, columns=2)) == 2
    assert not free.axison


def test_a_strategy_looks_the_same_whatever_stands_beside_it() -> None:
    names = [f"s{number}" for number in range(30)]
    few, many = Looks.of(names[:2]), Looks.of(names)
    assert few["s1"] == many["s1"]
    assert len({many[name] for name in names}) == 30  # beyond twelve, the same colour with another line
    assert len(set(COLOURS)) == len(set(MARKS)) == 12
    assert (len(LINES), len(HATCHES)) == (5, 7)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1)."""
    channels = [int(colour[at : at + 2], 16) / 255.0 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_stand_out_from_paper() -> None:
    """Every mark and line on white has a contrast of at least 2 to 1, and most the 3 to 1 of WCAG 1.4.11."""
    contrast = [1.05 / (luminance(colour) + 0.05) for colour in COLOURS]
    assert min(contrast) > 2.0
    assert sum(each >= 3.0 for each in contrast) >= 9


def test_a_name_is_declared_once() -> None:
    def again() -> None: ...

    again.__name__ = next(iter(CHARTS)).replace("-", "_")
    with pytest.raises(ValueError, match="declared twice"):
        chart(question="?", of=())(again)


def test_matplotlib_is_loaded_when_a_chart_is_drawn_and_never_pyplot() -> None:
    code = (
        "import sys; from tuneplan.report.charts import drawing; assert 'matplotlib' not in sys.modules;"
        "import tuneplan.cli.main, tuneplan.cli.charts; assert 'matplotlib' not in sys.modules;"
        "from tuneplan.report.charts.canvas import draw, Chart, Looks;"
        "from tuneplan.report.charts.registry import Told;"
        "draw(Chart(name='x', question='', of=(), draw=lambda ax, looks: Told(title='', alt=''), height=lambda: 3.0), [], looks=Looks.of([]), source='').file('png');"
        "assert 'matplotlib' in sys.modules and 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_matplotlib_one_line_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from tuneplan import UsageError

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r'charts need matplotlib: pip install "tuneplan\[charts\]"'):
        one()
