"""A catalogue of one's own: rows in the scenario, in an included file, or in a CSV beside it, hold over ours."""

from __future__ import annotations

from pathlib import Path

import pytest

import tuneplan
from tuneplan.errors import ScenarioError
from tuneplan.scenario import catalogue
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.reading.rows import MOST_ROWS

BODY = """\
schema: 1
base: llama-3.1-8b
gpu: {kind: h100-sxm, provider: lambda}
tasks:
  email: {traffic: 20k requests/month, score: {base: 0.5, ceiling: 0.9}, data: {examples: 2k}}
strategies: {unified: {}, prompted: {like_base: yes}}
"""
RENT = "{gpu: h100-sxm, provider: lambda, usd_per_hour: 1.99, source: quote 4711, as_of: 2026-11-01}"

CARD = "{name: z9, memory_gb: 200, bandwidth_gb_s: 9000, bf16_tflops: 3000, source: data sheet, as_of: 2026-10-01}"
API = "{name: m, input_usd_per_mtok: 1, output_usd_per_mtok: 2, source: list, as_of: 2026-10-01}"


def with_rows(kind: str, *rows: str, body: str = BODY) -> str:
    return body + f"catalogue:\n  {kind}:\n" + "".join(f"    - {row}\n" for row in rows)


def number(text: str, path: str) -> dict[str, object]:
    numbers = tuneplan.loads(text).run(draws=8).verdict.run.lowered.used
    found = numbers[path]
    return {"value": found.distribution.median, "origin": found.origin, "source": found.source, "grade": found.grade}


def test_a_row_replaces_ours_of_the_same_name() -> None:
    ours = number(BODY, "gpu.price")
    mine = number(with_rows("gpu_prices", RENT), "gpu.price")
    assert ours["value"] == 2.49
    assert (mine["value"], mine["origin"], mine["grade"]) == (1.99, "catalogue", "U")
    assert "quote 4711" in str(mine["source"])
    assert catalogue.gpu_prices()["h100-sxm", "lambda", "on-demand"].usd_per_hour == 2.49


def test_of_two_rows_of_one_name_the_later_holds() -> None:
    assert number(with_rows("gpu_prices", RENT, RENT.replace("1.99", "1.50")), "gpu.price")["value"] == 1.5


def test_a_base_may_be_like_another() -> None:
    row = "{name: mine-8b, like: llama-3.1-8b, params: 9B, active_params: 9B, instruction_tuned: yes, source: ours, as_of: 2026-10}"
    text = with_rows("models", row, body=BODY.replace("base: llama-3.1-8b", "base: mine-8b"))
    (base,) = loads(text).rows
    assert isinstance(base, catalogue.BaseLLM)
    assert (base.params, base.layers, base.instruction_tuned, base.grade) == (9e9, 32, True, "U")
    assert tuneplan.loads(text).run(draws=8).recommended is not None


def test_a_card_of_ones_own_brings_its_rent() -> None:
    text = BODY.replace("{kind: h100-sxm, provider: lambda}", "{kind: z9, provider: acme}")
    rent = "{gpu: z9, provider: acme, usd_per_hour: 9.5, source: quote, as_of: 2026-10-01}"
    text = with_rows("gpus", CARD, body=text) + f"  gpu_prices: [{rent}]\n"
    assert number(text, "gpu.price")["value"] == 9.5
    assert number(text, "gpu.tflops")["value"] == 3000.0


def test_a_rent_may_come_before_its_card() -> None:
    text = BODY.replace("{kind: h100-sxm, provider: lambda}", "{kind: z9, provider: acme}")
    rent = "{gpu: z9, provider: acme, usd_per_hour: 9.5, source: quote, as_of: 2026-10-01}"
    assert number(with_rows("gpu_prices", rent, body=text) + f"  gpus: [{CARD}]\n", "gpu.price")["value"] == 9.5


def test_a_family_of_ones_own_needs_all_that_is_asked_of_one() -> None:
    said = "source: ours, as_of: 2026-10-01"
    card = CARD.replace("{name", "{family: z, name")
    trains = [f"{{setup: {setup}, gpu_family: z, median: 0.5, log_sd: 0.1, {said}}}" for setup in ("expert", "practitioner", "naive")]
    serves = [f"{{gpu_family: z, precision: {each}, low: 0.2, high: 0.3, decode_bandwidth_share: 0.5, {said}}}" for each in ("bf16", "fp8", "int4")]
    rent = f"{{gpu: z9, provider: acme, usd_per_hour: 9.5, {said}}}"
    text = with_rows("gpus", card, body=BODY.replace("{kind: h100-sxm, provider: lambda}", "{kind: z9, provider: acme}"))
    text += f"  gpu_prices: [{rent}]\n  utilisation: [{', '.join(trains)}]\n  serving: [{', '.join(serves)}]\n"
    reached = number(text, "training.utilisation")["value"]
    assert 0.15 < reached < 0.4  # of the half that long micro-batches reach without recomputation
    assert number(text.replace("median: 0.5", "median: 0.6"), "training.utilisation")["value"] > reached
    with pytest.raises(ScenarioError, match=r'"z" is no family of cards; allowed: a100, h100, other'):
        loads(text.replace(serves[2], serves[1]))
    with pytest.raises(ScenarioError, match=r'"z" is no family of cards'):
        loads(text.replace(trains[0], trains[1]))


def test_what_a_refused_row_names_is_not_blamed_again() -> None:
    text = BODY.replace("{kind: h100-sxm, provider: lambda}", "{kind: z9, provider: acme}")
    rents = ", ".join(f"{{gpu: z9, provider: {name}, usd_per_hour: 9, source: q, as_of: 2026-10}}" for name in ("acme", "other"))
    bad_card = with_rows("gpus", CARD.replace("200", "many"), body=text) + f"  gpu_prices: [{rents}]\n"
    bad_rent = with_rows("gpus", CARD, body=text) + f"  gpu_prices: [{rents.replace(': 9,', ': nine,', 1)}]\n"
    for text, path in ((bad_card, "catalogue.gpus.memory_gb"), (bad_rent, "catalogue.gpu_prices.usd_per_hour")):
        with pytest.raises(ScenarioError) as caught:
            loads(text)
        assert [problem.path for problem in caught.value.problems] == [path]


def test_an_unknown_card_is_not_blamed_on_its_provider() -> None:
    with pytest.raises(ScenarioError, match=r'gpu\.kind: "h9" is not allowed.*\n1 error'):
        loads(BODY.replace("{kind: h100-sxm, provider: lambda}", "{kind: h9, provider: aws}"))


def test_rows_of_a_csv_file_and_of_an_included_file(tmp_path: Path) -> None:
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "labels.csv").write_text("name,low,typical,high,source,as_of\ndemonstration,1,2,3,our vendor,2026-11-03\n")
    (tmp_path / "lists" / "ours.yaml").write_text(f"catalogue:\n  labels: labels.csv\n  gpu_prices: [{RENT}]\n")
    path = tmp_path / "s.yaml"
    path.write_text("include: lists/ours.yaml\n" + with_rows("gpu_prices", RENT.replace("1.99", "1.50")))
    scenario = load(path)
    assert [type(row).__name__ for row in scenario.rows] == ["LabelPrice", "GPUPrice", "GPUPrice"]
    assert catalogue.gpu_price("h100-sxm", "lambda", own=scenario.rows).distribution.median == 1.5
    assert catalogue.label_price("demonstration", scenario.rows).distribution.median == 2.0


def test_rows_change_the_hash() -> None:
    assert fingerprint(loads(BODY)) != fingerprint(loads(with_rows("gpu_prices", RENT)))


def test_names_of_own_rows_are_advised() -> None:
    text = with_rows("models", "{name: mine-8b, like: llama-3.1-8b, source: ours, as_of: 2026-10}", body=BODY.replace("llama-3.1-8b", "mine-8"))
    with pytest.raises(ScenarioError, match='"mine-8" is not allowed; did you mean "mine-8b"'):
        loads(text)


BAD_ROWS = {
    "unknown column": ("gpu_prices", RENT.replace("usd_per_hour", "usd_hour"), r'9:\d+: catalogue\.gpu_prices\.usd_hour: unknown column; did you mean "usd_per_hour"'),
    "lacks": ("gpu_prices", "{gpu: h100-sxm, provider: x, source: a, as_of: 2026}", r"catalogue\.gpu_prices: a row of gpu_prices lacks usd_per_hour"),
    "no source": ("gpu_prices", RENT.replace("source: quote 4711, ", ""), r"a row of gpu_prices lacks source"),
    "blank source": ("gpu_prices", RENT.replace("quote 4711", '" "'), r"catalogue\.gpu_prices\.source: a row says where its numbers come from"),
    "no date": ("gpu_prices", RENT.replace("2026-11-01", "May"), r'catalogue\.gpu_prices\.as_of: "May" is no day, month or year for which the numbers hold'),
    "text": ("gpu_prices", RENT.replace("1.99", "cheap"), r'catalogue\.gpu_prices\.usd_per_hour: "cheap" is not a number'),
    "unit": ("gpus", CARD.replace("memory_gb: 200", "memory_gb: 100 GB"), r'catalogue\.gpus\.memory_gb: "100 GB" has a unit; a cell holds digits without one: write 100\n'),
    "currency": ("gpu_prices", RENT.replace("1.99", "$1.99"), r'usd_per_hour: "\$1\.99" has a unit; a cell holds digits without one: write 1\.99\n'),
    "interval with a unit": ("gpu_prices", RENT.replace("1.99", "1 to 2 USD"), r'"1 to 2 USD" is not a number; a cell holds one, in digits, for example 3\n'),
    "interval": ("gpu_prices", RENT.replace("1.99", "1 to 2"), r"usd_per_hour: 1 to 2 is an interval; a cell holds one number"),
    "negative": ("gpu_prices", RENT.replace("1.99", "-1"), r"usd_per_hour: -1 is not allowed"),
    "nan": ("gpu_prices", RENT.replace("1.99", "nan"), r"nan is not a finite number"),
    "thousands": ("gpu_prices", RENT.replace("1.99", '"1,000"'), r"1,000 has marks between digits"),
    "unknown card": ("gpu_prices", RENT.replace("h100-sxm", "h100-smx"), r'catalogue\.gpu_prices\.gpu: "h100-smx" is no GPU; did you mean "h100-sxm"'),
    "kind": ("gpu_prices", RENT.replace("{gpu", "{kind: monthly, gpu"), r'kind: "monthly" is not allowed; allowed: on-demand, spot'),
    "low alone": ("gpu_prices", RENT.replace("{gpu", "{low: 1, gpu"), r"low and high belong together; give both or none"),
    "does not rise": ("labels", "{name: x, low: 3, typical: 2, high: 5, source: a, as_of: 2026}", r"low, typical and high do not rise"),
    "zero in a range": ("labels", "{name: x, low: 0, typical: 2, high: 5, source: a, as_of: 2026}", r"low: 0 is not allowed"),
    "like nobody": ("models", "{name: x, like: lama-3.1-8b, source: a, as_of: 2026}", r'catalogue\.models\.like: "lama-3\.1-8b" is no row of models; did you mean "llama-3\.1-8b"'),
    "more active than all": ("models", "{name: x, like: llama-3.1-8b, params: 1B, source: a, as_of: 2026}", r"active_params are more than params"),
    "half a layer": ("models", "{name: x, like: llama-3.1-8b, layers: 2.5, source: a, as_of: 2026}", r"layers: 2\.5 is not a whole number"),
    "a list in a cell": ("gpu_prices", RENT.replace("1.99", "[1]"), r"usd_per_hour: a cell holds one text or number"),
    "a row of text": ("gpu_prices", "h100-sxm", r'"h100-sxm" lies outside|no folder to read from'),
    "no such day": ("gpu_prices", RENT.replace("2026-11-01", "2026-02-30"), r'catalogue\.gpu_prices\.as_of: "2026-02-30" is a day that no calendar has'),
    "retires on no day": ("api_prices", API.replace("{name", "{retires: 2026-11-31, name"), r'catalogue\.api_prices\.retires: "2026-11-31" is a day that no calendar has'),
    "retires soon": ("api_prices", API.replace("{name", "{retires: soon, name"), r'retires: "soon" is not the last day of a model; write year-month-day, for example 2027-01-14, or leave it out'),
    "retires in a month": ("api_prices", API.replace("{name", "{retires: 2026-11, name"), r'retires: "2026-11" is not the last day of a model'),
    "unknown family": ("gpus", CARD.replace("{name", "{family: h200, name"), r'9:\d+: catalogue\.gpus\.family: "h200" is no family of cards; did you mean "h100"\?; one of your own needs rows in utilisation'),
    "grade": ("gpu_prices", RENT.replace("{gpu", "{grade: good, gpu"), r'grade "good" is not one letter'),
}


@pytest.mark.parametrize(("kind", "row", "message"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_is_refused_in_words(kind: str, row: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        loads(with_rows(kind, row))


def test_an_unknown_table_is_named() -> None:
    with pytest.raises(ScenarioError, match=r'catalogue\.gpu: unknown key; did you mean one of gpus, gpu_prices\?'):
        loads(with_rows("gpu", RENT))


BAD_FILES = {
    "missing": (None, r'catalogue\.labels: "l\.csv": no such file'),
    "column": ("name,low,typical,hihg,source,as_of\nx,1,2,3,a,2026\ny,1,2,3,a,2026\n", r'l\.csv:1:4: catalogue\.labels\.hihg: unknown column; did you mean "high"\? \(line 1, cell 4\)'),
    "cell": ("name,low,typical,high,source,as_of\nx,1,two,3,a,2026\n", r'l\.csv:2:3: catalogue\.labels\.typical: "two" is not a number; a cell holds one, in digits, for example 3 \(line 2, cell 3\)\n1 error'),
    "too wide": ("name,low\nx,1,2\n", r"l\.csv:2:3: catalogue\.labels: 3 cells stand under 2 names of columns"),
    "quotes": ('name,low\n"x,1\n', r"l\.csv:\d:1: catalogue\.labels: not readable as CSV"),
    "lacks": ("name,low\nx,1\n", r"l\.csv:2:1: catalogue\.labels: a row of labels lacks source, as_of, typical, high"),
}


@pytest.mark.parametrize(("text", "message"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_bad_csv_file_is_refused_with_row_and_column(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "l.csv").write_text(text)
    path = tmp_path / "s.yaml"
    path.write_text(BODY + "catalogue: {labels: l.csv}\n")
    with pytest.raises(ScenarioError, match=message):
        load(path)


def test_a_csv_file_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(BODY + "catalogue: {labels: /etc/passwd}\n")
    with pytest.raises(ScenarioError, match=r'"/etc/passwd" lies outside the folder of the scenario'):
        load(path)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    rows = "".join(f"x{number},1,2,3,a,2026\n" for number in range(MOST_ROWS + 1))
    (tmp_path / "l.csv").write_text(f"name,low,typical,high,source,as_of\n{rows}")
    path = tmp_path / "s.yaml"
    path.write_text(BODY + "catalogue: {labels: l.csv}\n")
    with pytest.raises(ScenarioError, match=f"more than {MOST_ROWS} rows"):
        load(path)


@pytest.mark.parametrize("text", ["", "name,low,typical,high,source,as_of\n", "demonstration,1,2,3,a vendor,2026\n"], ids=["empty", "head alone", "no head"])
def test_a_csv_file_without_rows_is_not_read_in_silence(tmp_path: Path, text: str) -> None:
    (tmp_path / "l.csv").write_text(text)
    path = tmp_path / "s.yaml"
    path.write_text(BODY + "catalogue: {labels: l.csv}\n")
    with pytest.raises(ScenarioError, match=r'catalogue\.labels: "l\.csv" holds no rows; its first line names the columns'):
        load(path)
