"""The memo: its parts in their order, numbers as the verdict has them, every kind of study read right."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from building import GIVEN, text_of
from schedules import dates, waiting_for
from schedules import schedule as made_schedule
from tuneplan.errors import UsageError
from tuneplan.evidence.findings import Findings
from tuneplan.report import memo as memo_package
from tuneplan.report.advice import recommendation
from tuneplan.report.charts import CHARTS, Chart, NothingToDraw
from tuneplan.report.charts.canvas import Drawn
from tuneplan.report.charts.drawing import drawn
from tuneplan.report.days import median_and_p90, on_short
from tuneplan.report.document.blocks import (
    Block,
    Callout,
    Code,
    Document,
    Paragraph,
    Picture,
    Points,
    Section,
)
from tuneplan.report.memo import memo_of, pictures, write_memo
from tuneplan.report.memo import schedule as schedule_words
from tuneplan.report.memo.recommending import options
from tuneplan.report.memo.reproducing import commands
from tuneplan.report.memo.risks import risks
from tuneplan.report.tables import Table
from tuneplan.report.words import points, share, usd
from tuneplan.scenario.identity import fingerprint
from tuneplan.scenario.load import load, loads
from tuneplan.study.design import monte_carlo
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

STARTUP = Path(__file__).parents[3] / "scenarios" / "startup.yaml"
FRONT = ["recommendation", "options", "change", "first", "next"]
SECTIONS = ["money", "confidence", "capability", "schedule", "risks", "limits", "rules", "assumptions", "method", "reproduce"]
HOSTILE = "<script>alert(1)</script> $x_1$ =1+1 **b** | `c`"


def findings(text: str, *, draws: int = 64) -> Findings:
    """Findings of a scenario in words."""
    return Findings(verdict=verdict(run(loads(text), monte_carlo(draws))), load=lambda further: loads(text, overrides=further))


def startup(*changes: str, draws: int = 128) -> Findings:
    """Those of the shipped one, changed."""
    def changed(further: Sequence[str]) -> object:
        return load(STARTUP, overrides=(*changes, *further))

    return Findings(verdict=verdict(run(load(STARTUP, overrides=changes), monte_carlo(draws))), load=changed)  # type: ignore[arg-type]


@pytest.fixture(scope="module", autouse=True)
def few_charts() -> Iterator[None]:
    """One chart stands for all, which have tests of their own: twelve take a second."""
    def few(chart: Chart, of: Findings) -> Drawn:
        if chart.name != "cost-quality":
            raise NothingToDraw("it has tests of its own")
        return drawn(chart, of)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "drawn", few)
        yield


@pytest.fixture(scope="module")
def found() -> Findings:
    return startup()


@pytest.fixture(scope="module")
def memo(found: Findings) -> Document:
    return memo_of(found)


@pytest.fixture(scope="module")
def poor() -> Findings:
    """Nothing meets the limits."""
    return findings(text_of(budget={"limit": "10k USD"}))


def section(document: Document, anchor: str) -> Section:
    """One part, of page one or after it."""
    return next(each for each in (*document.front, *document.sections) if each.anchor == anchor)


def said(blocks: Sequence[Block]) -> str:
    """Every word of some blocks."""
    return "\n".join(word for block in blocks for word in _words(block))


def _words(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text=text, strong=strong):
            yield f"{strong} {text}"
        case Points(items=items):
            yield from items
        case Callout(text=text, below=below):
            yield from (text, below)
        case Code(text=text):
            yield text
        case Picture(drawn=drawn):
            yield drawn.told.title
        case Table(title=title, head=head, rows=rows):
            yield title
            yield from (" ".join(row) for row in (head, *rows))


def everything(document: Document) -> str:
    return said([block for each in (*document.front, *document.sections) for block in each.blocks])


def table(document: Document, anchor: str) -> Table:
    return next(block for block in section(document, anchor).blocks if isinstance(block, Table))


# --- structure ------------------------------------------------------------------------------------


def test_page_one_and_sections_stand_in_their_order(memo: Document) -> None:
    assert [each.anchor for each in memo.front] == FRONT
    assert [each.anchor for each in memo.sections] == SECTIONS
    assert memo.question == "One model for drafting, summarising and answering, or three?"
    assert all(each.blocks for each in (*memo.front, *memo.sections))


def test_every_chart_stands_once(memo: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    one = next(block.drawn for block in section(memo, "money").blocks if isinstance(block, Picture))
    monkeypatch.setattr(pictures, "drawn", lambda chart, of: replace(one, chart=chart))
    memo = memo_of(findings(text_of(tasks={"a": {"data.examples": "auto"}, "b": {}}, budget={"limit": "60k USD"})))
    placed = [block.drawn.chart.name for each in (*memo.front, *memo.sections) for block in each.blocks if isinstance(block, Picture)]
    assert len(placed) == len(set(placed))
    assert set(placed) == set(CHARTS)


def test_a_chart_that_would_be_missed_says_why_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(chart: Chart, of: Findings) -> Drawn:
        raise NothingToDraw("nothing was asked")

    monkeypatch.setattr(pictures, "drawn", nothing)
    memo = memo_of(findings(text_of()))
    assert "No chart here: nothing was asked." in said(section(memo, "money").blocks)
    assert "No chart here" not in said(section(memo, "confidence").blocks)


def test_no_table_keeps_the_marks_of_a_terminal(memo: Document) -> None:
    tables = [block for each in (*memo.front, *memo.sections) for block in each.blocks if isinstance(block, Table)]
    cells = [cell for each in tables for row in (each.head, *each.rows) for cell in row]
    assert [cell for cell in cells if cell != cell.strip() or cell.startswith("> ")] == []
    assert all(len(row) == len(each.head) for each in tables for row in each.rows)


def test_equal_findings_give_equal_words() -> None:
    one, again = (memo_of(findings(text_of())) for _ in range(2))
    assert everything(again) == everything(one)


# --- numbers --------------------------------------------------------------------------------------


def test_the_recommendation_is_that_of_the_verdict(found: Findings, memo: Document) -> None:
    callout = section(memo, "recommendation").blocks[0]
    assert isinstance(callout, Callout)
    assert callout.text == recommendation(found.verdict)


def test_options_have_the_numbers_of_the_verdict_the_recommended_first(found: Findings, memo: Document) -> None:
    options, decision = table(memo, "options"), found.verdict.decision
    assert decision.best is not None
    assert options.rows[0][0] == f"{decision.strategies[decision.best]} (recommended)"
    rows = {row[0].removesuffix(" (recommended)"): dict(zip(options.head, row, strict=True)) for row in options.rows}
    for index, result in enumerate(found.verdict.results):
        row = rows[result.name]
        assert row["cost, P50"] == usd(result.cost.median)
        assert row["P10-P90"] == f"{usd(result.cost.p10)}-{usd(result.cost.p90)}"
        assert row["points (90 %)"] == f"{points(result.delivered.mean)} ({points(result.delivered.low)}-{points(result.delivered.high)})"
        assert row["all limits met"] == share(decision.probability_limits_met[index])
        assert row["best in"] == share(decision.probability_best[index])


def test_a_share_just_below_what_is_asked_for_is_explained(found: Findings) -> None:
    decision = found.verdict.decision
    for met, told in ((0.89, True), (0.9, False), (0.95, False)):
        shares = replace(decision, probability_limits_met=(met, *decision.probability_limits_met[1:]), allowed=(True,) + (False,) * (len(decision.allowed) - 1))
        notes = said(options(replace(found, verdict=replace(found.verdict, decision=shares))).blocks)
        assert "to be kept in 90 % of draws." in notes
        assert ("Plans are found on draws of their own and judged on these: what is a little below is within simulation error." in notes) == told


@pytest.fixture(scope="module")
def untimed() -> Document:
    return memo_of(findings(text_of()))


def test_where_launch_dates_count_the_options_finish(found: Findings, memo: Document) -> None:
    options, launches = table(memo, "options"), found.verdict.launches
    assert launches is not None
    head = next(head for head in options.head if head.startswith("finish, P90"))
    said = {row[0].removesuffix(" (recommended)"): row[options.head.index(head)] for row in options.rows}
    year = head.removeprefix("finish, P90").strip()
    assert {name: f"{day} {year}".strip() for name, day in said.items()} == {each.name: on_short(each.full.p90, launches.start) for each in launches.strategies}


def test_where_they_do_not_there_is_no_column_of_dates_and_no_step(untimed: Document) -> None:
    assert not any("finish" in head for head in table(untimed, "options").head)
    front = said([block for each in untimed.front for block in each.blocks])
    assert not {"Find one more", "ships", "deadline"} & set(re.findall("Find one more|ships|deadline", front))


def test_the_section_says_where_time_does_not_count(untimed: Document, memo: Document) -> None:
    assert "The verdict does not count time" in said(section(untimed, "schedule").blocks)
    assert "does not count time" not in said(section(memo, "schedule").blocks)
    assert "simulated too" not in said(section(untimed, "method").blocks)
    assert "value and serving begin at launch" in said(section(memo, "method").blocks)


def test_the_schedule_has_the_dates_of_the_record(found: Findings, memo: Document) -> None:
    dates = table(memo, "schedule")
    rows = {row[0].removesuffix(" (recommended)"): dict(zip(dates.head, row, strict=True)) for row in dates.rows}
    for each in found.schedule.strategies:
        row = rows[each.name]
        assert row["first launch, P50 (P90)"] == median_and_p90(each.first, found.schedule.start)
        assert row["full launch, P50 (P90)"] == median_and_p90(each.full, found.schedule.start)
        assert row["in time"] == share(each.in_time)
        assert row["waits most for"] == (each.bottleneck or "nobody")
    assert dates.title == "When each option ships; in time: all of it by 30 April 2027"


def test_what_one_more_changes_is_told_of_the_recommended_option(found: Findings, memo: Document) -> None:
    decision = found.verdict.decision
    assert decision.best is not None
    each = next(each for each in found.schedule.strategies if each.name == decision.strategies[decision.best])
    one_more = [block for block in section(memo, "schedule").blocks if isinstance(block, Table)][1]
    assert [row[0] for row in one_more.rows] == [more.resource for more in each.more]
    assert f"{each.name} waits most for {each.bottleneck}: with one more " in said(section(memo, "schedule").blocks)
    assert said(section(memo, "next").blocks).count("Find one more") == 1


def test_who_works_is_told_by_the_same_statistic_as_in_the_schedule(found: Findings, memo: Document) -> None:
    decision = found.verdict.decision
    assert decision.best is not None
    each = next(each for each in found.schedule.strategies if each.name == decision.strategies[decision.best])
    own = [block for block in section(memo, "schedule").blocks if isinstance(block, Table)][1]
    busy, waits = own.head.index("busy, mean"), own.head.index("a batch or model waits, days, mean")
    for row in own.rows:
        load = next(load for load in each.loads if load.resource == row[0])
        assert row[busy] == share(load.load.mean)
        assert row[waits] == ("-" if load.resource == "annotators" else f"{load.each_waited:.1f}")


def test_asking_for_one_more_says_when_it_pays(found: Findings, memo: Document) -> None:
    assert found.schedule.is_priced
    step = next(step for step in section(memo, "next").blocks[0].items if step.startswith("Find one more"))  # type: ignore[union-attr]
    assert step.endswith(" before pay; it pays if it costs less than that.")


def test_what_takes_longer_than_the_horizon_has_no_date_in_a_memo() -> None:
    late = dates("a", 600.0, never=0.9, because="data takes longer")
    assert [row[1:3] for row in schedule_words.dates(made_schedule(late), "a").rows] == [("after the horizon", "after the horizon")]


def test_missing_the_deadline_is_a_risk_with_its_size(found: Findings, memo: Document) -> None:
    decision, launches = found.verdict.decision, found.verdict.launches
    assert decision.best is not None
    assert launches is not None
    launch = launches.of(decision.strategies[decision.best])
    assert launch is not None
    risk = next(row for row in table(memo, "risks").rows if row[0] == "All of it ships after 30 April 2027")
    assert risk[1] == share(1.0 - launch.in_time)
    assert risk[2].startswith(f"{launch.late.mean:.0f} days and $")
    assert risk[4].startswith("find one more ")


def test_a_schedule_that_never_ends_is_told_in_words() -> None:
    memo = memo_of(startup("schedule.annotators=0", draws=64))
    words = said(section(memo, "schedule").blocks)
    assert "Not shipped within the horizon, as " in words
    assert not [sign for sign in ("nan", "inf", "endless") if f" {sign} " in everything(memo)]


def test_without_a_start_days_are_counted() -> None:
    memo = memo_of(findings(text_of(schedule={"annotators": 2})))
    assert re.search(r"All of \w+ ships by day \d+ \(P50; P90 day \d+\)|answers by day \d+", said(section(memo, "schedule").blocks))
    assert "finish, P90" in table(memo, "options").head
    assert "deadline" not in said(section(memo, "risks").blocks)


@pytest.mark.parametrize(("gained", "expected"), [(0.2, "a waits for nobody: one more of anybody"), (9.0, "a waits most for judges: with one more judge all of it ships 9.0 days earlier")])
def test_one_more_that_gains_less_than_a_day_is_waited_for_by_nobody(gained: float, expected: str) -> None:
    alone = dates("a", 100.0, **waiting_for("judges", gained))
    assert schedule_words._waits(alone, made_schedule(alone)).startswith(expected)


def test_next_steps_buy_what_the_plan_buys(found: Findings, memo: Document) -> None:
    steps = section(memo, "next").blocks[0]
    assert isinstance(steps, Points)
    assert steps.ordered
    bought = next(step for step in steps.items if step.startswith(("Begin", "Collect")))
    best = found.verdict.decision.best
    assert best is not None
    kept = found.stakes.kept[best]
    assert kept.bought == dict(found.run.plans[found.verdict.decision.strategies[best]].bought)
    assert "email" in bought
    assert any("gpu.price" in item for item in steps.items)
    assert not any("strategies.prompted.api" in item for item in steps.items)  # another option's warning
    assert "strategies.prompted.api" in said(section(memo, "risks").blocks)


def test_risks_are_ranked_by_what_they_take(found: Findings) -> None:
    sizes = [each.points for each in risks(found)]
    assert len(sizes) > 3
    assert sizes == sorted(sizes, reverse=True)


def test_risks_show_by_what_they_are_ranked(found: Findings, memo: Document) -> None:
    assert table(memo, "risks").head[3] == "1 in 20 takes"
    exposure = found.stakes.exposure
    assert exposure is not None
    assert exposure.forgotten is not None
    assert exposure.forgotten.high <= 0.0  # a loss, whatever else training does for unseen requests


def test_who_does_not_last_is_said_on_page_one(memo: Document) -> None:
    assert "Mind that prompted does not last: gpt-4o-mini retires on 2027-01-14" in said(section(memo, "recommendation").blocks)


def test_a_part_is_tried_before_the_rest_is_collected(memo: Document) -> None:
    steps = section(memo, "next").blocks[0]
    assert isinstance(steps, Points)
    words = "\n".join(steps.items)
    assert words.index("Begin with a tenth") < words.index("collect the rest") < words.index("Build ")


def test_the_same_in_every_draw_is_never_ahead_in_half_of_them() -> None:
    twins = memo_of(findings(text_of(strategies={"x": {"kind": "unified"}, "y": {"kind": "unified"}})))
    assert "take either" in said(section(twins, "recommendation").blocks)
    rivals = table(twins, "confidence")
    assert (rivals.rows[0][3], rivals.rows[0][6]) == ("0 % (equal)", "0 % (equal)")
    assert "50 % of draws" not in everything(twins)


def test_the_ledger_counts_every_number_in_use(found: Findings, memo: Document) -> None:
    from tuneplan.study.in_use import in_use

    tables = [block for block in section(memo, "assumptions").blocks if isinstance(block, Table)]
    assert [each.title.split()[0] for each in tables] == ["The", "The"]
    rest = sum(int(row[1]) + int(row[2]) for row in tables[1].rows)
    assert len(tables[0].rows) + rest == len(in_use(found.run))


def test_the_ledger_says_where_a_number_was_typed() -> None:
    memo = memo_of(startup(draws=256))
    rows = {row[0]: row for row in table(memo, "assumptions").rows}
    given = [row for row in rows.values() if row[2] == "yours"]
    assert given
    assert all("startup.yaml:" in row[3] for row in given)


def test_a_number_that_is_worth_knowing_leads_the_ledger_with_its_share() -> None:
    """Two prompted models that differ in one score: knowing it is all that there is to know."""
    text = text_of(("a",), strategies={"x": {"kind": "prompted", "api": "gpt-4o-mini", "score": {"a": "0.5 to 0.9"}}, "y": {"kind": "prompted", "api": "gpt-4o-mini", "score": {"a": 0.7}}})
    ledger = table(memo_of(findings(text, draws=256)), "assumptions")
    assert ledger.rows[0][0] == "strategies.x.score.a"
    assert ledger.rows[0][4].startswith((">99 %", "9", "100 %"))


def test_the_budget_of_the_scenario_is_marked_among_budgets(found: Findings, memo: Document) -> None:
    budgets = table(memo, "limits")
    assert [row[0] for row in budgets.rows if "yours" in row[0]] == [f"{usd(found.verdict.limit)} (yours)"]


# --- how to reproduce -----------------------------------------------------------------------------


def test_the_command_quotes_what_a_shell_would_read() -> None:
    found = startup(*GIVEN, "budget.limit=$50k", "name=it's a 'test' `x`; rm -rf", draws=64)
    words = shlex.split(commands(found)[0])
    assert words[:3] == ["simulate", "memo", str(STARTUP)]
    assert "budget.limit=$50k" in words
    assert "name=it's a 'test' `x`; rm -rf" in words
    assert words[words.index("--draws") + 1] == "64"
    assert fingerprint(found.run.asked) in said(section(memo_of(found), "reproduce").blocks)


# --- every kind of study --------------------------------------------------------------------------


def test_nothing_feasible_is_said_on_page_one_with_what_would_do(poor: Findings) -> None:
    memo = memo_of(poor)
    assert [each.anchor for each in memo.front] == ["recommendation", "options", "breaks", "remedies", "next"]
    front = said([block for each in memo.front for block in each.blocks])
    assert "Nothing meets the limits" in front
    assert f"Nearest is {poor.verdict.nearest}" in front
    assert "(recommended)" not in everything(memo)
    assert "Choose" not in front
    assert "--set" in front
    assert "best in" not in table(memo, "options").head


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (text_of(strategies=("unified",)), "the only strategy"),
        (text_of(("a",)), "the same in every draw"),
        (text_of(("a",), strategies=("unified",)), "the only strategy"),
        (text_of(strategies={"x": {"kind": "unified"}, "y": {"kind": "unified"}}), "the same in every draw"),
        (text_of(tasks={"a": {"value": "1k USD/point/month"}, "b": {}}), "net benefit"),
        (text_of([f"task{n}" for n in range(20)], strategies={f"s{n}": {"kind": "unified", "examples": {"task0": f"{n + 1}k"}} for n in range(12)}), "stand under Money"),
    ],
)  # fmt: skip
def test_every_kind_of_study_reads_right(text: str, expected: str) -> None:
    memo = memo_of(findings(text))
    assert [each.anchor for each in memo.front] == FRONT
    words = everything(memo)
    assert expected in words
    assert not [sign for sign in ("nan", "None", "inf ", "endless", "+$0 (") if f" {sign} " in words]


def test_a_single_draw_is_a_sketch() -> None:
    memo = memo_of(findings(text_of(), draws=1))
    assert "1 draw is too few for chances and intervals" in said(section(memo, "recommendation").blocks)
    assert " 1 draws" not in everything(memo)


def test_twelve_options_leave_room_on_page_one() -> None:
    strategies = {f"s{n}": {"kind": "unified", "quality": f"{100 - 5 * n}%"} for n in range(12)}
    memo = memo_of(findings(text_of(strategies=strategies)))
    assert len(table(memo, "options").rows) == 6
    assert "6 more options stand under Money" in said(section(memo, "options").blocks)
    assert {row[0].removesuffix(" (recommended)") for block in section(memo, "money").blocks[1:2] if isinstance(block, Table) for row in block.rows} == set(strategies)


def test_what_cannot_be_done_is_among_the_risks() -> None:
    text = text_of(strategies={"small": {"kind": "unified"}, "large": {"kind": "unified", "base": "llama-3.1-70b"}}, gpu={"kind": "a10g"})
    found = findings(text)
    misfits = [row.name for row in found.verdict.results if row.misfit]
    if found.verdict.decision.best is None or not misfits:
        pytest.fail("the case is not what it should be")
    assert f"{misfits[0]} can't be done" in said(section(memo_of(found), "risks").blocks)


def test_words_of_the_scenario_stay_plain_text() -> None:
    """Escaping is for whoever writes a format: here nothing is changed, and nothing is lost."""
    memo = memo_of(findings(text_of(name=HOSTILE, question=HOSTILE)))
    assert (memo.title, memo.question) == (HOSTILE, HOSTILE)
    assert HOSTILE in said(section(memo, "reproduce").blocks)


def test_without_a_question_the_options_are_asked_for() -> None:
    assert memo_of(findings(text_of())).question == "Which is best: unified or specialists?"
    assert memo_of(findings(text_of(strategies=("unified",)))).question == "What does unified cost and deliver?"


def test_without_matplotlib_the_extra_is_named(found: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r'charts need matplotlib: pip install "tuneplan\[charts\]"'):
        memo_of(found)


# --- written --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["html", "docx", "md"])
def test_a_memo_is_written_in_the_format_of_its_name(tmp_path: Path, ending: str) -> None:
    write_memo(findings(text_of(name=HOSTILE)), tmp_path / f"memo.{ending}")
    made = (tmp_path / f"memo.{ending}").read_bytes()
    assert made
    assert b"<script>alert(1)" not in made


def test_an_unknown_ending_is_refused_before_any_work(found: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo_package, "memo_of", lambda found: pytest.fail("worked for nothing"))
    with pytest.raises(UsageError, match=r"ends in \.html, \.docx or \.md"):
        write_memo(found, tmp_path / "memo.txt")
    assert list(tmp_path.iterdir()) == []
