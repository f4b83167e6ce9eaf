"""What tests of charts about money share: findings from a few words, a chart drawn from records, its artists by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tuneplan.evidence.findings import Findings
from tuneplan.report.charts import CHARTS
from tuneplan.report.charts.canvas import Drawn, draw
from tuneplan.report.charts.looks import Looks
from tuneplan.scenario.load import load, loads
from tuneplan.scenario.records import Scenario
from tuneplan.study.design import monte_carlo
from tuneplan.study.frontier.analysis import FrontierStudy, weighed
from tuneplan.study.options import Options
from tuneplan.study.run import run
from tuneplan.study.verdict import verdict

STARTUP = Path(__file__).parents[1] / "scenarios" / "startup.yaml"
SCENARIO = loads(STARTUP.read_text(encoding="utf-8"))
MANY = {
    **{name: {} for name in ("unified", "specialists", "adapters", "unified_then_specialists", "merged", "prompted")},
    "日本語モデル": {"kind": "unified"}, "العربية": {"kind": "adapters"}, "a" * 60: {"kind": "specialists"}, "x_1": {"kind": "merged"},
    "mine": {"kind": "specialists", "price": "$9 per example"}, "twelfth": {"kind": "prompted"},
}  # fmt: skip
"""Twelve strategies, some of them alike, with names of any script and length."""


def findings(source: str | Path = STARTUP, *changes: str, draws: int = 64, seed: int = 0) -> Findings:
    """Findings of a scenario, given as text or as a file, after changes as of ``--set``."""

    def read(further: Sequence[str]) -> Scenario:
        every = (*changes, *further)
        return load(source, overrides=every) if isinstance(source, Path) else loads(source, overrides=every)

    return Findings(verdict=verdict(run(read(()), monte_carlo(draws, seed=seed))), load=read)


def frontier_of(found: Options, *, own_value: float = float("nan"), misfits: dict[str, str] | None = None, covers: tuple[str, ...] = ("data", "people"), planned: Any = None) -> FrontierStudy:
    """Options made by hand, judged."""
    return weighed(
        found, planned=planned, own_value=own_value, scenario=SCENARIO, design=monte_carlo(found.cost.shape[1]), months=12.0, covers=covers, misfits=misfits or {},
    )  # fmt: skip


def drawn(name: str, *records: Any, names: Sequence[str]) -> Drawn:
    """A chart of records, laid out."""
    made = draw(CHARTS[name], records, looks=Looks.of(names), source="64 draws, seed 0.")
    made.figure.draw_without_rendering()
    return made


def lines(made: Drawn, label: str) -> list[Any]:
    """Lines of this label, axes after axes."""
    return [line for ax in made.figure.axes for line in ax.lines if line.get_label() == label]


def texts(made: Drawn) -> list[str]:
    """All words in the axes."""
    return [text.get_text() for ax in made.figure.axes for text in ax.texts]


def said(made: Drawn) -> str:
    """Title, description and caption as one line."""
    return " ".join(f"{made.told.title} {made.told.alt} {made.caption}".split())


def places(line: Any) -> np.ndarray:
    """Points of a line, ``(point, 2)``."""
    return np.asarray(line.get_xydata(), dtype=float)
