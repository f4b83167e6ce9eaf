"""The tree of texts: nothing is typed, every node knows its place, nothing grows without bound."""

from __future__ import annotations

import pytest
import yaml

from tuneplan.errors import ScenarioError
from tuneplan.scenario.reading import tree
from tuneplan.scenario.reading.complaints import Complaints
from tuneplan.scenario.reading.tree import Listing, Scalar, Table, as_text, parse, plain


def read(text: str) -> tree.Node:
    complaints = Complaints()
    node = parse(text, "a.yaml", complaints)
    complaints.raise_if_any()
    return node


@pytest.mark.parametrize("text", ["1e18", "no", "012", "1:30", "2027-01-04", "0x1F", "90%", "$6", "28 of 40"])
def test_scalars_stay_as_typed(text: str) -> None:
    assert plain(read(f"a: {text}")) == {"a": text}


@pytest.mark.parametrize("text", ["", "~", "null"])
def test_nothing_is_told_from_a_quoted_nothing(text: str) -> None:
    bare, quoted = read(f'a: {text}\nb: "{text}"').entries  # type: ignore[union-attr]
    assert bare[1].is_empty  # type: ignore[union-attr]
    assert not quoted[1].is_empty  # type: ignore[union-attr]


@pytest.mark.parametrize("loader", list(dict.fromkeys([tree.LOADER, yaml.SafeLoader])))
def test_places_count_from_one_and_count_letters(loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LOADER", loader)
    node = read("é: {über: 1, 数: [x, y]}\nb:\n  c: 2\n")
    assert isinstance(node, Table)
    (_, first), (_, second) = node.entries
    assert isinstance(first, Table)
    assert isinstance(second, Table)
    places = [(key.place.line, key.place.column) for key, _ in (*first.entries, *second.entries)]
    assert places == [(1, 5), (1, 14), (3, 3)]
    listing = first.entries[1][1]
    assert isinstance(listing, Listing)
    assert [item.place.column for item in listing.items] == [18, 21]


def test_aliases_stand_for_the_node_they_name() -> None:
    assert plain(read("a: &x {b: [1]}\nc: *x\n")) == {"a": {"b": ["1"]}, "c": {"b": ["1"]}}


def test_as_text_orders_keys() -> None:
    assert as_text(read("{level: 90%, ci: [2, 5]}")) == as_text(read("{ci: [2, 5], level: 90%}"))


TORN = {
    "{a: 1,000}": {"a": "1,000"},
    "{a: $1,000,000 to $2,000,000, b: x}": {"a": "$1,000,000 to $2,000,000", "b": "x"},
    "{a: 20,000 requests/month}": {"a": "20,000 requests/month"},
    "{a: beta(28, 12), b: 1}": {"a": "beta(28, 12)", "b": "1"},
    "{a: 1, 000}": {"a": "1", "000": ""},
    "{a: 1,2: 3}": {"a": "1", "2": "3"},
    '{a: "1",000}': {"a": "1", "000": ""},
    "{a: x,000}": {"a": "x", "000": ""},
    "{a: [1],000}": {"a": ["1"], "000": ""},
}


@pytest.mark.parametrize(("text", "expected"), TORN.items())
@pytest.mark.parametrize("loader", list(dict.fromkeys([tree.LOADER, yaml.SafeLoader])))
def test_a_number_that_a_comma_tears_between_braces_is_whole_again(text: str, expected: object, loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LOADER", loader)
    assert plain(read(text)) == expected


def test_an_empty_text_is_an_empty_scalar() -> None:
    node = read("# nothing\n")
    assert isinstance(node, Scalar)
    assert node.is_empty


BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)

BAD = {
    "second colon": ("a: b: c", r"a\.yaml:1:5: a \":\" is not expected here; put text that holds"),
    "unclosed list": ("a: [1, 2", r'the "\[" of line 1, column 4 is not closed before this'),
    "unclosed table": ("a: {x: 1", r'the "{" of line 1, column 4 is not closed before this'),
    "unclosed quote": ("b: 1\na: 'x", r"a\.yaml:2:4: the quote that opens here is never closed"),
    "at sign": ("a: @x", r'1:4: text cannot start with "@"; put it in quotes'),
    "percent sign": ("a: %x", r'text cannot start with "%"'),
    "escape": (r'a: "\q"', r'a "\\" in double quotes starts an escape'),
    "indent": ("a:\n  - b\n c: 1", r"3:2: this does not line up with the lines above"),
    "comma": ("a: {b: 1,, c}", r'a value is expected here, not ","'),
    "trailing brace": ("{a: 1}}", r"more text follows the end"),
    "tab": ("a: {\n\tb: [@\n", r"a tab stands where YAML wants spaces|put it in quotes"),
    "missing colon": ("a: 1\nb\nc: 2", r'a ":" is missing; write "key: value"|a ":" is not expected'),
    "yaml 3": ("%YAML 3.0\n---\na: 1", r"not readable as YAML: found incompatible YAML document"),
    "duplicate key": ("a: 1\nb: {c: 1, c: 2}", r'2:11: "c" is given twice; first at line 2, column 5'),
    "merge key": ("a: &x {b: 1}\nc: {<<: *x}", r'2:5: merge keys \("<<"\) are not read; use "like: NAME"'),
    "list as key": ("? [a]\n: 1", r"1:3: a key must be a text"),
    "empty key": ('"": 1', r"a key must be a text"),
    "tag": ("a: !!python/object:os.system 1", r'1:4: the tag "!!python/object:os.system" has no meaning'),
    "own tag": ("a: !x {b: 1}", r'the tag "!x" has no meaning'),
    "two documents": ("a: 1\n---\nb: 2", r'2:1: a second document \("---"\) starts here'),
    "unknown alias": ("a: *x", r'1:4: alias "\*x" names no anchor above it'),
    "recursive alias": ("a: &x [1, *x]", r'1:11: alias "\*x" holds itself'),
    "bomb": (BOMB, r"aliases expand to more than 1000 nodes"),
    "deep": ("[" * 5000, r"1:(13|1001): nested deeper than 12 levels"),  # the parser of PyYAML 6.0.4 gives up first, at 1000
    "deeper than read": ("[" * 13, r"1:13: nested deeper than 12 levels"),
    "deep block": ("- " * 5000 + "a", r"nested deeper than 12 levels"),
    "deep by alias": (
        "a: &a [[[[[[1]]]]]]\nb: [[[[[[*a]]]]]]",
        r"nested deeper than 12 levels",
    ),
    "escaped control": (r'a: "\0"', r"an escape in this text stands for a control character"),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD.keys())
def test_bad_yaml_is_one_readable_error(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read(text)


@pytest.mark.parametrize("text", [text for text, _ in BAD.values()], ids=BAD.keys())
def test_the_slow_parser_refuses_the_same(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LOADER", yaml.SafeLoader)
    with pytest.raises(ScenarioError):
        read(text)


@pytest.mark.parametrize("text", [r'"\UFFFFFFFF"', r'"\ud800"', "%YAML 1." + "9" * 5000 + "\n---\na: 1"])
@pytest.mark.parametrize("loader", list(dict.fromkeys([tree.LOADER, yaml.SafeLoader])))
def test_nothing_but_scenario_errors(text: str, loader: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LOADER", loader)
    with pytest.raises(ScenarioError):
        read(text)


def test_all_faults_of_nodes_are_found_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        read("a: !x 1\na: 2\nb: *y\n? [c]\n: 3\n")
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3, 4]
