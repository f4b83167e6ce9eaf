"""Any text for a quantity is read within its bounds, or refused in words; nothing else comes out."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fuzz.promises import BOUNDS, UNITS, declared, read_full_or_refuse, read_or_refuse
from tuneplan.core.registry import Param
from tuneplan.scenario.grammar.atoms import ATOMS
from tuneplan.scenario.grammar.full_form import FULL_KEYS

ENDLESS = 200_000
"""Characters of the longest texts."""
WORDS = (
    "to", "of", "mode", "sd", "log-sd", "normal", "lognormal", "log-normal", "logit-normal", "uniform", "beta", "a",
    "b", "CI", "% CI", "80% CI", "fixed", "above", "below", "within", "uncut", "per", "/", "k", "M", "B", "thousand",
    "million", "$", "US$", "USD", "%", "percent", "-", "+", ".", ",", "_", ":", "..", "±", "e", "{", "}", "[", "]",
)  # fmt: skip
NUMBERS = (
    "0", "1", "2", "5", "28", "40", ".5", "0.25", "1.", "00", "012", "1e5", "1E-3", "1e-300", "1e308", "1e999", "-3",
    "-0", "+4", "9" * 30, "0." + "0" * 40 + "1", "0x1f", "1e18", "1e-9", "nan", "inf", "-.inf", "1_000", "1,000", "1 000",
)  # fmt: skip
LOOKALIKES = ("１２", "٣", "²", "½", "−5", "–", "—", "％", "＄", "€", "to", "tо", "\u00a0", "\u2009", "\u200b", "\u202e5", "1\u0301", "Ⅷ", "𝟓")
CONTROLS = ("\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\ud800", "\r\n", "\t")
UNIT_WORDS = (*sorted({word for atom in ATOMS for word in (atom.name, *atom.spellings)}), "examples", "GB/month", "days", "rounds")
PIECES = st.one_of(*map(st.sampled_from, (WORDS, NUMBERS, UNIT_WORDS, LOOKALIKES, CONTROLS)), st.text(max_size=3))
GRAMMAR = st.one_of(*map(st.sampled_from, (WORDS, NUMBERS, UNIT_WORDS)))
FORMS = st.sampled_from((
    "{} to {}", "80% CI {} to {}", "{} to {} mode {}", "{} of {}", "uniform {} to {}", "normal {} sd {}",
    "normal {} sd {} within {} to {}", "lognormal {} sd {} above {}", "lognormal {} sd {} below {} uncut",
    "lognormal {} log-sd {}", "logit-normal {} sd {}", "beta a {} b {}", "beta a {} b {} within {} to {}", "fixed {}",
))  # fmt: skip
AMOUNTS = st.one_of(st.sampled_from(NUMBERS), st.floats().map(repr), st.integers(0, 10**12).map(str))
FILLED = st.builds(lambda form, some: form.format(*some), FORMS, st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS))
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=10).map(" ".join),
    st.lists(GRAMMAR, max_size=10).map(" ".join),
    st.lists(PIECES, max_size=8).map("".join),
    FILLED,
    st.tuples(FILLED, st.sampled_from(UNIT_WORDS)).map(" ".join),
)
PARAMS = st.builds(
    lambda unit, bounds, whole: declared(unit, *bounds, whole=whole),
    st.sampled_from(UNITS), st.sampled_from(BOUNDS), st.booleans(),
)  # fmt: skip
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)


@settings(max_examples=2000, deadline=None, derandomize=True)
@given(typed=TEXTS, param=PARAMS)
def test_any_text_is_read_within_bounds_or_refused(typed: str, param: Param) -> None:
    read_or_refuse(typed, param)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(form=st.dictionaries(st.one_of(st.sampled_from(FULL_KEYS), TEXTS), VALUES, max_size=4), param=PARAMS)
@example({"choices": {"3": ["1"]}}, declared("1", 0.0, 1e18))
def test_any_full_form_is_read_within_bounds_or_refused(form: dict, param: Param) -> None:  # type: ignore[type-arg]
    read_full_or_refuse(form, param)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(
    ends=st.lists(AMOUNTS, min_size=2, max_size=2),
    level=st.one_of(AMOUNTS, st.sampled_from(["10%", "50%", "99.99%"])),
    shape=st.sampled_from(["", "normal", "lognormal", "logit_normal", "log-normal", "x"]),
    param=PARAMS,
)
def test_any_interval_with_keys_is_read_within_bounds_or_refused(
    ends: list[str], level: str, shape: str, param: Param
) -> None:
    read_full_or_refuse({"ci": ends, "level": level, **({"shape": shape} if shape else {})}, param)


@pytest.mark.parametrize("unit", ["1", "USD/example", "share"])
@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", " ", "1,", ",", "0", ".", "1.", "-", "1-", "1e", "$", "a", "a ", "/", "per ", "%", "1% ", "to ", "1 to ",
     "sd ", "normal 1 sd ", "of ", "1 of ", "mode ", "% CI ", "beta a ", "within ", "below 1 ", "uncut ", "\t", "\n", "\x00", "é", "()"],
)  # fmt: skip
def test_endless_texts_are_refused(piece: str, unit: str) -> None:
    """No pattern may take time that grows with more than the length."""
    typed = piece * (ENDLESS // len(piece))
    param = declared(unit, 0.0, 1.0)
    for tail in ("", "x", "1"):
        read_or_refuse(typed + tail, param)
        for form in ({"value": typed + tail}, {"ci": ["1", typed + tail]}, {"ci": ["0.2", "0.5"], "level": typed + tail},
                     {"ci": ["0.2", "0.5"], "shape": typed + tail}, {"value": "1", "grade": typed + tail},
                     {"value": "1", "source": typed + tail}, {typed + tail: "1"}, {"choices": {typed + tail: "1"}},
                     {"choices": {"1": typed + tail}}):  # fmt: skip
            read_full_or_refuse(form, param)  # type: ignore[arg-type]
