"""Charts of a memo by name, each once."""

from __future__ import annotations

from dataclasses import dataclass, field

from tuneplan.evidence.findings import Findings
from tuneplan.report.charts.drawing import drawn
from tuneplan.report.charts.registry import CHARTS, NothingToDraw
from tuneplan.report.document.blocks import Block, Paragraph, Picture
from tuneplan.report.memo.wording import why_not


@dataclass(slots=True, kw_only=True)
class Pictures:
    """Draws charts of a study for a memo.

    Attributes
    ----------
    placed
        Names of those that stand somewhere already.
    file
        Name of the memo that they stand in.
    """

    findings: Findings
    placed: list[str] = field(default_factory=list)
    file: str = "memo.html"

    def of(self, name: str, *, missed: bool = False) -> list[Block]:
        """A chart as a block; none where it has nothing to show.

        Parameters
        ----------
        missed
            Whether a reader would miss it, so that a sentence says why it isn't there.

        Raises
        ------
        UsageError
            matplotlib is not installed.
        KeyError
            No chart has that name.
        ValueError
            It stands somewhere already.
        """
        if name in self.placed:
            raise ValueError(f"chart {name!r} stands in the memo already")
        self.placed.append(name)
        try:
            return [Picture(drawn(CHARTS[name], self.findings))]
        except NothingToDraw as reason:
            return [Paragraph(why_not(reason))] if missed else []
