"""Lines of titles and captions: all words, in order, none wider than the room, none left alone."""

from __future__ import annotations

import random

import pytest

from tuneplan.report.charts.typeset import LEAST_LAST, in_lines

TEXT = (
    "Marks: leading groupings, with their number of models; dots: all groupings, on draws of their own; the fewer models the darker. Differences "
    "are means on the same draws; against one model a task, 90 %: -1.6 to +6.5 points. Startup assistant: 4096 draws, seed 0, scenario 25aa48e41647, tuneplan 0.1.0."
)


def text_of(seed: int) -> str:
    """Some words of a text."""
    chance = random.Random(seed)
    return " ".join(chance.choices(TEXT.split(), k=chance.randint(1, 60)))


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("even", [True, False])
def test_no_word_is_lost_no_line_too_wide_and_no_more_of_them_than_needed(seed: int, even: bool) -> None:
    text, room = text_of(seed), random.Random(seed).randint(40, 110)
    lines = in_lines(text, room, len, even=even)
    assert " ".join(lines) == text
    assert max(map(len, lines)) <= room
    assert len(lines) <= -(-len(text) // (room - 22))  # 22: the longest word with what belongs to it


@pytest.mark.parametrize("room", range(60, 130))
def test_the_last_line_is_no_rest(room: int) -> None:
    for even in (True, False):
        lines = in_lines(TEXT, room, len, even=even)
        assert len(lines[-1]) >= LEAST_LAST * max(map(len, lines)) - 1


def test_a_title_is_about_even_and_a_caption_full() -> None:
    words = " ".join(["word"] * 26)
    assert in_lines(words, 100, len, even=True) == [" ".join(["word"] * 13)] * 2
    assert in_lines(words, 100, len) == [" ".join(["word"] * 18), " ".join(["word"] * 8)]


def test_a_number_and_what_it_counts_stay_together() -> None:
    for room in range(20, 80):
        for line in in_lines(TEXT, room, len)[1:]:
            assert not line.startswith(("%", "points", "draws,", "0.1.0"))


def test_a_word_wider_than_the_room_is_cut_and_the_next_begins_after_a_blank() -> None:
    assert in_lines("日本日本日 ab", 2, len) == ["日本", "日本", "日", "ab"]
    assert in_lines("日本日本日 a", 3, len) == ["日本日", "本日", "a"]
