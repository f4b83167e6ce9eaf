"""Each analysis with the words that report it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from tuneplan.api.analysis import Analysis
from tuneplan.api.plots import sketches_about
from tuneplan.api.sketches import (
    sketches_of_breakeven,
    sketches_of_curves,
    sketches_of_groupings,
    sketches_of_validation,
)
from tuneplan.errors import Problem
from tuneplan.evidence.findings import Findings
from tuneplan.report.lines import ROOM, wrapped
from tuneplan.report.words import plain

if TYPE_CHECKING:
    from tuneplan.evidence.calibration.analysis import Calibrated
    from tuneplan.evidence.curves.records import CurveFit
    from tuneplan.evidence.validation import Validation
    from tuneplan.scenario.records import Scenario
    from tuneplan.study.breakeven.analysis import BreakEven
    from tuneplan.study.breakeven.winners import WinnerMap
    from tuneplan.study.comparing import Compared
    from tuneplan.study.explanation import Node
    from tuneplan.study.frontier.analysis import FrontierStudy
    from tuneplan.study.groupings.analysis import Groupings
    from tuneplan.study.information.analysis import Information
    from tuneplan.study.remedies.analysis import Remedies
    from tuneplan.study.schedule.records import Schedule
    from tuneplan.study.sensitivity.analysis import Sensitivity


def of_information(found: Information, findings: Findings) -> Analysis:
    """What knowing more would be worth."""
    from tuneplan.report import voi, voi_data

    return _analysis("information", found, voi.page, voi_data.content, voi_data.rows, findings)


def of_sensitivity(found: Sensitivity | None, findings: Findings) -> Analysis:
    """What the difference of two strategies hangs on."""
    from tuneplan.report import sensitivity

    if found is None:
        verdict = findings.verdict
        return Analysis(
            name="sensitivity", record=None, page=partial(sensitivity.nothing_to_take_apart, verdict),
            content=partial(sensitivity.no_content, verdict), rows=tuple,
        )  # fmt: skip
    return _analysis("sensitivity", found, sensitivity.page, sensitivity.content, sensitivity.rows, findings)


def of_frontier(found: FrontierStudy, findings: Findings) -> Analysis:
    """Cost against quality."""
    from tuneplan.report import frontier

    return _analysis("frontier", found, frontier.page, frontier.content, frontier.rows, findings)


def of_groupings(found: Groupings) -> Analysis:
    """Which tasks should share a model."""
    from tuneplan.report import groupings

    shown = _analysis("groupings", found, groupings.page, groupings.content, groupings.rows)
    return replace(shown, sketches=partial(sketches_of_groupings, found))


def of_schedule(found: Schedule, findings: Findings, *, replay: int, jobs: int | None) -> Analysis:
    """When each strategy ships; some draws are replayed event by event once somebody reads the page."""
    from tuneplan.report import schedule
    from tuneplan.study.schedule.replayed import Replayed, replayed

    run = findings.run

    @cache
    def again() -> Replayed | None:
        return replayed(run, found, first=replay, jobs=jobs) if replay and found.strategies else None

    return Analysis(
        name="schedule", record=found, page=lambda: schedule.page(found, run.asked, again()), content=lambda: schedule.content(found, run.asked, run.design, again()),
        rows=partial(schedule.rows, found), sketches=partial(sketches_about, "schedule", found, findings),
    )  # fmt: skip


def of_remedies(found: Remedies | None, findings: Findings) -> Analysis:
    """What would make something feasible."""
    from tuneplan.report import remedies

    verdict = findings.verdict
    return Analysis(
        name="remedies", record=found, page=partial(remedies.page, found, verdict), content=partial(remedies.content, found, verdict),
        rows=partial(remedies.rows, found),
    )  # fmt: skip


def of_breakeven(found: BreakEven, findings: Findings) -> Analysis:
    """At which value of an input the verdict turns."""
    from tuneplan.report import breakeven

    shown = _analysis("breakeven", found, breakeven.page, breakeven.content, breakeven.rows)
    return replace(shown, sketches=partial(sketches_of_breakeven, found, findings))


def of_winners(found: WinnerMap, findings: Findings) -> Analysis:
    """Who is recommended at each pair of values of two inputs."""
    from tuneplan.report import breakeven

    return _analysis("winner_map", found, breakeven.map_page, breakeven.map_content, breakeven.map_rows, findings)


def of_comparison(found: Compared) -> Analysis:
    """What changes from one scenario to another."""
    from tuneplan.report import comparing

    return _analysis("comparison", found, comparing.page, comparing.content, comparing.rows)


def of_check(scenario: Scenario, warnings: Sequence[Problem]) -> Analysis:
    """How a scenario was read."""
    from tuneplan.report import interpretation

    def page() -> str:
        told = [line for problem in warnings for line in wrapped(plain(f"warning: {problem}"), ROOM)]
        return "\n".join([interpretation.as_text(scenario), *told, ""]) if told else interpretation.as_text(scenario)

    def rows() -> list[dict[str, Any]]:
        return [
            {"path": each.path, "typed": each.typed, "meaning": each.meaning, "origin": each.origin, "file": each.file, "line": each.line}
            for each in interpretation.readings(scenario)
        ]

    return Analysis(name="check", record=tuple(interpretation.readings(scenario)), page=page, content=partial(interpretation.as_data, scenario, warnings), rows=rows)


def of_explanation(node: Node) -> Analysis:
    """Where a number comes from."""
    from tuneplan.report import explanation

    return Analysis(
        name="explanation", record=node, page=partial(explanation.as_text, node), content=partial(explanation.as_json, node),
        rows=partial(explanation.rows, node),
    )  # fmt: skip


def of_calibration(found: Calibrated) -> Analysis:
    """What pilots taught."""
    from tuneplan.report import calibration, calibration_data

    return _analysis("calibration", found, calibration.page, calibration_data.content, calibration_data.rows, lines=partial(calibration.as_include, found))


def of_curves(found: Sequence[CurveFit], *, seed: int, source: str) -> Analysis:
    """Learning curves, fitted and carried on."""
    from tuneplan.report import curves

    page, content = partial(curves.page, found, seed=seed), partial(curves.content, found, seed=seed)
    return Analysis(
        name="curves", record=tuple(found), page=page, content=content, rows=partial(curves.rows, found),
        lines=partial(curves.as_scenario, found, source=source), sketches=partial(sketches_of_curves, found, seed),
    )  # fmt: skip


def of_validation(found: Validation) -> Analysis:
    """Published measurements, predicted and compared."""
    from tuneplan.report import validation

    shown = _analysis("validation", found, validation.page, validation.content, validation.rows)
    return replace(shown, sketches=partial(sketches_of_validation, found))


def _analysis(name: str, record: Any, page: Any, content: Any, rows: Any, findings: Findings | None = None, **more: Any) -> Analysis:
    """An analysis whose report takes its record and nothing else; drawn by the charts of a study where it is one of its findings."""
    if findings is not None:
        more["sketches"] = partial(sketches_about, name, record, findings)
    return Analysis(name=name, record=record, page=partial(page, record), content=partial(content, record), rows=partial(rows, record), **more)
