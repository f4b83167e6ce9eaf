"""Spelling: what is read, spelled and read again is the same, bit for bit, in every form and within any bounds."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Sequence

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import special

from tuneplan.core import declared_params
from tuneplan.core import distributions as shapes
from tuneplan.core.distributions import Distribution
from tuneplan.core.registry import Param
from tuneplan.core.transfer import RELATIONS
from tuneplan.scenario.grammar.atoms import ATOMS
from tuneplan.scenario.grammar.dimensions import EXAMPLES
from tuneplan.scenario.grammar.intervals import SCORES
from tuneplan.scenario.grammar.quantities import QuantityError, parse, parse_full
from tuneplan.scenario.grammar.spelling import spell, spell_full


def declared(unit: str, low: float = 0.0, high: float | None = None) -> Param:
    top = (1.0 if unit == "share" else 1e18) if high is None else high
    return Param(name="x", key="x", unit=unit, low=low, high=top, doc="A number.")


def read(text: str, param: Param) -> Distribution:
    """As a scenario would: flow YAML with keys, or a scalar."""
    node = yaml.load(text, Loader=yaml.BaseLoader)
    return parse(node, param) if isinstance(node, str) else parse_full(node, param)[0]


@pytest.mark.parametrize("param", [param for param in declared_params() if param.default], ids=lambda p: p.key)
def test_every_declared_default_reads_back_under_its_own_declaration(param: Param) -> None:
    assert param.default is not None
    assert read(spell(param.default, param.unit, param), param) == param.default


@pytest.mark.parametrize("word", RELATIONS)
def test_every_relation_reads_back(word: str) -> None:
    similarity = next(param for param in declared_params() if param.name == "similarity")
    assert read(spell(RELATIONS[word], "share", similarity), similarity) == RELATIONS[word]


CANONICAL = [
    ("1", "3", "3"), ("share", "0.12", "12%"), ("USD", "60 thousand usd", "$60k"), ("example", "5000", "5k examples"),
    ("USD/example", "3 to 6 USD/example", "$3 to $6/example"), ("month", "1 year", "12 months"),
    ("request/month", "700/day", "21306.25 requests/month"), ("example", "20 to 80000", "20 to 80000 examples"),
    ("USD", "$20k to $80k", "$20k to $80k"), ("1", "80% CI 2 to 5", "80% CI 2 to 5"),
    ("share", "0.05 to 0.15", "5 to 15%"), ("score", "0.55 to 0.65", "0.55 to 0.65"), ("score", "55% to 65%", "0.55 to 0.65"),
    ("share", "28 of 40", "beta a 29 b 13"), ("share", "beta a 29 b 13", None), ("share", "beta a 1.5 b 4", "beta a 1.5 b 4"),
    ("USD/example", "$2 to $5 per example mode $3", "$2 to $5/example mode $3"), ("share", "0 to 0.15 mode 0.05", "0 to 15% mode 5%"),
    ("1", "uniform 1 to 3", "uniform 1 to 3"), ("example", "uniform 20 to 80000", "uniform 20 to 80000 examples"),
    ("1", "normal 50 sd 1", "normal 50 sd 1"), ("USD/example", "normal $50/example sd $1", "normal $50 sd $1/example"),
    ("1", "normal 5 sd 2", "normal 5 sd 2"), ("1", "normal 5 sd 2 above 0", "normal 5 sd 2"),
    ("1", "normal 5 sd 1 within 4 to 6", "normal 5 sd 1 within 4 to 6"),
    ("USD/hour", "normal $5 sd $1/hour below $6/hour", "normal $5 sd $1/hour below $6/hour"),
    ("USD", "log-normal $500 sd 0.4", "lognormal $500 sd 0.4"), ("1", "lognormal 4 sd 0.5 above 1", "lognormal 4 sd 0.5 above 1"),
    ("1", "lognormal 1 log-sd 40 below 100", "lognormal 1 log-sd 40 below 100"),
    ("1", "1e-12 to 1e12", "1e-12 to 1000000000000"),
    ("share", "logit-normal 20% sd 0.5", "logit-normal 20% sd 0.5"), ("share", "0% to 100%", "0 to 100%"),
    ("example", "0 to 200", "0 to 200 examples"), ("share", "95% to 100%", "95 to 100%"),
    ("example", "beta a 2 b 5 within 10 to 40", "beta a 2 b 5 within 10 to 40 examples"),
    ("share", "1e-7 to 5%", None), ("share", "normal 1e-7 sd 5%", None), ("month", "12 weeks to 6 months", None),
]  # fmt: skip


@pytest.mark.parametrize(("unit", "text", "spelled"), CANONICAL)
def test_what_was_typed_is_spelled_short_and_reads_back(unit: str, text: str, spelled: str | None) -> None:
    param = declared(unit, *((-1e9, 1e9) if unit == "score" else ()))
    distribution = parse(text, param)
    again = spell(distribution, unit, param)
    assert spelled is None or again == spelled
    assert again == spell(distribution, unit)
    assert parse(again, param) == distribution


def test_bounds_take_part_in_what_a_text_means() -> None:
    uncut, exponent = shapes.lognormal(0.25, 0.5), declared("1", 0.01, 2.0)
    assert spell(uncut, "1") == "lognormal 0.25 sd 0.5"
    assert spell(uncut, "1", exponent) == "lognormal 0.25 sd 0.5 uncut"
    assert spell(shapes.lognormal(0.8, 0.35, 0.0, 1.1), "1", exponent) == "lognormal 0.8 sd 0.35 below 1.1"
    assert spell(shapes.lognormal(1.0, 0.2, 0.5), "1", declared("1", 0.1, 3.0)) == "lognormal 1 sd 0.2 above 0.5 uncut"
    assert spell(shapes.beta(2.0, 5.0), "share", declared("share")) == "beta a 2 b 5"
    assert spell(parse("1 of 5", declared("share", 0.01)), "share", declared("share", 0.01)).endswith("within 1 to 100%")


CHOICES = [
    ("example", shapes.choices((1e3, 5e3), (0.7, 0.3)), "{choices: {1k examples: 70%, 5k examples: 30%}}"),
    ("USD/hour", shapes.choices((3.0,), (1.0,)), "{choices: {$3/hour: 100%}}"),
    ("1", shapes.choices((5.0, -2.0, 3.0), (0.2, 0.7, 0.1)), "{choices: {5: 20%, -2: 70%, 3: 10%}}"),
]


@pytest.mark.parametrize(("unit", "chosen", "text"), CHOICES)
def test_choices_are_flow_yaml(unit: str, chosen: Distribution, text: str) -> None:
    assert spell(chosen, unit) == text
    assert read(text, declared(unit, -1e18)) == chosen


@pytest.mark.parametrize("source", ["a survey", 'said "5"', "line\nbreak: #1 {x}", "数 😀 \u2028\x85", ""])
@pytest.mark.parametrize("distribution", [shapes.point(3.0), CHOICES[0][1]])
def test_full_form_keeps_source_and_grade(distribution: Distribution, source: str) -> None:
    text = spell_full(distribution, "example", source=source, grade="B")
    assert "\n" not in text
    form = yaml.load(text, Loader=yaml.BaseLoader)
    assert parse_full(form, declared("example")) == (distribution, source.strip(), "B")


def test_what_no_text_says_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^no text in 1 says Distribution\(family='student_t'"):
        spell(shapes.student_t(5.0, 1.0), "1")
    with pytest.raises(ValueError, match=r"^no text in share says"):
        spell(shapes.point(2.0), "share")
    with pytest.raises(ValueError, match=r"^no text in 1 says"):
        spell(shapes.normal(1.0, 1.0), "1", declared("1"))


def test_spelling_needs_no_library() -> None:
    code = """if True:
        import sys
        from tuneplan.core import declared_params
        from tuneplan.scenario.grammar.spelling import spell
        for param in declared_params():
            if param.default is not None:
                spell(param.default, param.unit, param)
        assert "yaml" in sys.modules
        assert not {"numpy", "scipy"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("level", SCORES)
def test_normal_scores_of_usual_levels(level: float) -> None:
    assert SCORES[level] == special.ndtri((1.0 + level) / 2.0)


UNITS = sorted({*EXAMPLES, *(atom.name for atom in ATOMS), "USD/GB/month", "token/param", "seat", "1/month"})
TYPED = st.one_of(
    st.builds("{}{}".format, st.integers(0, 10**4), st.sampled_from(["", "k", "M", "B"])),
    st.decimals(0, 1000, places=3).map(str),
    st.decimals(0, 1, places=4).map(str),
    st.floats(0.0, 1e18).map(repr),
    st.floats(0.0, 1.0).map(repr),
    st.floats(-100.0, 100.0).map(repr),
)
FORMS = (
    "{0}", "{0} to {1}", "80% CI {0} to {1}", "50% CI {0} to {1}", "77% CI {0} to {1}", "{0} to {1} mode {2}",
    "uniform {0} to {1}", "normal {0} sd {1}", "normal {0} sd {1} above {2}", "normal {0} sd {1} below {2}",
    "normal {0} sd {1} within {2} to {3}", "lognormal {0} sd {1}", "lognormal {0} log-sd {1}",
    "lognormal {0} sd {1} below {2}", "lognormal {0} sd {1} above {2} uncut", "lognormal {0} sd {1} uncut",
    "lognormal {0} sd {1} within {2} to {3}", "logit-normal {0} sd {1}", "beta a {0} b {1}",
    "beta a {0} b {1} within {2} to {3}", "{0} of {1}",
)  # fmt: skip
NUMBERS = st.one_of(
    st.tuples(TYPED, TYPED, TYPED, TYPED),
    st.lists(st.decimals(0, 1, places=3), min_size=4, max_size=4).map(lambda four: [str(x) for x in sorted(four)]),
    st.lists(st.floats(0.0, 100.0), min_size=4, max_size=4).map(lambda four: [repr(x) for x in sorted(four)]),
)
BOUNDS = [(0.0, 1e18), (-1e18, 1e18), (0.0, 1.0), (0.01, 2.0), (0.5, 1.0), (0.0, 0.95), (1.0, 1e6), (-5.0, 7.0)]


@settings(max_examples=1000, deadline=None)
@given(
    form=st.sampled_from(FORMS),
    numbers=NUMBERS,
    unit=st.sampled_from(["share", "score", "1", "example", "param"]),
    bounds=st.sampled_from(BOUNDS),
)
@example("{0} to {1}", ("0.9999999999999998", "0.9999999999999999"), "share", (0.0, 1.0))
@example("{0} to {1}", ("1e-200", "1.2345678901234567e200"), "1", (0.0, math.inf))
@example("{0} of {1}", ("10000000", "10000000"), "share", (0.5, 1.0))
@example("lognormal {0} sd {1} below {2}", ("2e-309", "0.001", "0.4"), "share", (0.0, 1e18))
@example("lognormal {0} sd {1} below {2}", ("0.001", "2e-309", "0.4"), "share", (0.0, 1e18))
def test_read_spell_read_is_stable(
    form: str, numbers: Sequence[str], unit: str, bounds: tuple[float, float]
) -> None:
    param = declared(unit, *bounds)
    distribution = read_or_none(form.format(*numbers), param)
    if distribution is not None:
        spelled = spell(distribution, unit, param)
        again = parse(spelled, param)
        assert again == distribution
        assert spell(again, unit, param) == spelled


def read_or_none(text: str, param: Param) -> Distribution | None:
    try:
        return parse(text, param)
    except QuantityError:
        return None


@settings(max_examples=400, deadline=None)
@given(
    form=st.sampled_from([form for form in FORMS if "log-sd" not in form and "logit" not in form]),
    numbers=NUMBERS,
    unit=st.sampled_from(UNITS),
    bounds=st.sampled_from(BOUNDS),
)
def test_every_form_can_be_spelled_in_every_unit(
    form: str, numbers: Sequence[str], unit: str, bounds: tuple[float, float]
) -> None:
    read_in = "share" if form in ("beta a {0} b {1}", "{0} of {1}") else "1"
    distribution = read_or_none(form.format(*numbers), declared(read_in, *bounds))
    if distribution is not None and not (unit == "share" and form.endswith("uncut")):
        param = declared(unit, *bounds)
        spelled = spell(distribution, unit, param)
        assert parse(spelled, param) == distribution
