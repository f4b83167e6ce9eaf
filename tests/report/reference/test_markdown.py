"""The key reference: every key once, nothing that is markup by accident, and what is really read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tuneplan.core.registry import Param
from tuneplan.core.transfer import RELATIONS
from tuneplan.report.reference.markdown import PRECEDENCE, reference_markdown
from tuneplan.report.reference.places import shown_path
from tuneplan.report.reference.ways import WAYS, read_as
from tuneplan.report.reference.wording import number_in_words, unit_in_words
from tuneplan.scenario.grammar.full_form import FULL_KEYS
from tuneplan.scenario.grammar.intervals import SHAPES
from tuneplan.scenario.reading.language import Language
from tuneplan.scenario.schema import Key


@pytest.fixture(scope="module")
def text(language: Language) -> str:
    return reference_markdown(language)


def row_of(path: str, text: str) -> list[str]:
    """Cells of the row of a key."""
    (row,) = [line for line in text.splitlines() if line.startswith(f"| `{path}` |")]
    return re.split(r" (?<!\\)\| ", row[2:-2])


def test_every_key_has_one_row(language: Language, text: str) -> None:
    rows = [row_of(shown_path(key), text) for key in language.keys]
    assert {len(row) for row in rows} == {6}


def test_a_row_says_all_that_is_declared(text: str) -> None:
    assert row_of("tasks.TASK.data.labelling.wage", text) == [
        "`tasks.TASK.data.labelling.wage`", "Pay an hour.", "US dollars per hour, 0 to 100k",
        r"log-normal, median \$14, 90 % \$7.25 to \$27/hour",
        "Prolific recommended 12, living wage 16.54 (2021 to 2025); spread assumed (2026-11)", "assumed",
    ]  # fmt: skip
    assert row_of("strategies.STRATEGY.quality.TASK", text)[3:] == ["as tasks.TASK.data.quality", "", ""]
    assert row_of("serving.gpu", text)[3] == "as gpu.kind"
    assert row_of("base", text)[3] == "none, it has to be given"
    assert row_of("budget.limit", text)[2:4] == ["US dollars, 0 or more", "none"]
    assert row_of("similarity.A/B", text)[2] == "a share, 0 to 100%, or a word: parallel, near, format, mixed, far"
    assert row_of("router.confusion.A>B", text)[2] == "a share, 0 to 100%"


def test_a_number_out_of_the_catalogue_says_for_what_it_is_shown(text: str) -> None:
    default, source, grade = row_of("gpu.tflops", text)[3:]
    assert default == "by other keys; with llama-3.1-8b-instruct on h100-sxm: 989"
    assert source
    assert grade == "measured"


def test_sections_come_in_the_order_in_which_a_scenario_is_written(text: str) -> None:
    titles = re.findall("^## (.*)", text, flags=re.M)
    assert titles[:6] == [
        "The question", "Money", "The GPU that trains", "Tasks: what users want done",
        "How alike two tasks are: a word, or a number from 0 to 1", "Requests outside every task, which nobody trained for",
    ]  # fmt: skip
    assert "The laws, from examples to scores; change them with care" in titles


def test_a_section_that_nobody_named_takes_its_word(with_key: Callable[[Key], Language]) -> None:
    text = reference_markdown(with_key(Key(pattern="odd_things.one", kind="text", doc="One.")))
    assert "\n## Odd things\n" in text


def test_later_keys_say_so(with_key: Callable[[Key], Language]) -> None:
    text = reference_markdown(with_key(Key(pattern="luck.**", kind="luck", doc="Luck.", later=True)))
    doc, allowed = row_of("luck", text)[1:3]
    assert doc == 'Luck. Comes with a later version; until then it is answered with "not available yet".'
    assert allowed == "see what it means"
    assert text.index("Not yet: keys that come with a later version") < text.index("`luck`")


def test_what_is_declared_is_no_markup(with_key: Callable[[Key], Language]) -> None:
    odd = "a | b <b>\n# *c* `d`"
    text = reference_markdown(with_key(Key(pattern="odd", kind="text", doc=odd, default=odd)))
    assert row_of("odd", text)[1] == r"a \| b \<b\> \# \*c\* \`d\`"


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.text)
def test_every_way_to_write_a_number_is_really_read(way: object, text: str) -> None:
    assert f"| `{way.text}` |" in text  # type: ignore[attr-defined]


def test_the_ways_are_all_there_are() -> None:
    texts = " ".join(way.text for way in WAYS)
    forms = " ".join(way.text for way in WAYS if way.text.startswith("{"))
    assert [key for key in FULL_KEYS if f"{key}:" not in forms] == []
    assert [shape for shape in SHAPES if f"shape: {shape}" not in forms] == []
    assert [sign for sign in (" to ", "% CI ", " mode ", "uniform ", "normal ", "lognormal ", "beta a ", " of ", "fixed ") if sign not in texts] == []
    read = {way.text: read_as(way) for way in WAYS}
    assert read["0 to 200"] == "beta within 0 to 258, median 75.4, 90 % 6.52 to 200 examples"
    assert read["28 of 40"].startswith("beta, median 69.4%")
    assert read["{value: 2k to 5k, source: a survey of May, grade: B}"].endswith("examples; source: a survey of May; grade B")


def test_precedence_relations_and_catalogue(text: str) -> None:
    assert f"`{PRECEDENCE}`" in text
    assert PRECEDENCE == "--set > --scenario overrides > file > like/include > catalogue > declared default"
    assert all(f"| `{word}` | beta, median" in text for word in RELATIONS)
    assert re.search(r"^\*\*gpus\*\*: .*h100-sxm", text, flags=re.M)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("USD/GB/month", "US dollars per gigabyte per month"),
        ("s/token", "seconds per token"),
        ("token/param", "tokens per parameter"),
        ("USD/Mtok", "US dollars per million tokens"),
        ("review round", "review rounds"),
        ("share", "a share"),
        ("1", "a number"),
    ],
)
def test_units_are_said_in_words(unit: str, words: str) -> None:
    assert unit_in_words(unit) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-1e9, 1e9, "a number"),
        (0.0, 1e18, "a number, 0 or more"),
        (-1e18, 5.0, "a number, 5 or less"),
        (1.0, 4096.0, "a number, 1 to 4096"),
    ],
)
def test_ranges_are_said_in_words(low: float, high: float, words: str) -> None:
    assert number_in_words(Param(name="x", key="x", low=low, high=high, doc="A number.")) == words


def test_toys_are_in_it(with_toys: Language) -> None:
    text = reference_markdown(with_toys)
    assert row_of("storage.price", text)[1] == r"Price of keeping \| one model's weights."
    assert row_of("storage.price", text)[2:] == [
        "US dollars per gigabyte per month, 0 to 100", r"log-normal, median \$2, 90 % \$0.879 to \$4.55/GB/month", "assumed: a toy (2026-11)", "assumed",
    ]  # fmt: skip
    assert row_of("strategies.STRATEGY.size.TASK", text)[3] == "as tasks.TASK.storage.size"
    assert "miserly" in row_of("law.transfer_form", text)[2]
    assert "halves" in row_of("strategies.STRATEGY.kind", text)[2]
