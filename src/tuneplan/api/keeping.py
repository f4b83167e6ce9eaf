"""Sweeps that are kept: thousands of rows and more, in a file or a folder, and what they say."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuneplan.api.analysis import Analysis
from tuneplan.api.given import design_of, path_of, sealed, text_of, whole
from tuneplan.api.plots import Sketch
from tuneplan.api.values import Value, listed
from tuneplan.errors import UsageError
from tuneplan.scenario.grammar.dimensions import QuantityError
from tuneplan.scenario.grammar.ranges import DOTS
from tuneplan.scenario.swept import OWN, Wanted
from tuneplan.scenario.swept import Sweep as Asked
from tuneplan.study.sweep.dataset import Dataset, opened
from tuneplan.study.sweep.records import Output, Rows

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from tuneplan.api.question import Question

Given = str | Sequence[Value]
"""Values of a key: a list, a range such as ``20k..100k USD:9``, or ``own``."""
MOST_AT_ONCE = 5_000_000
"""Numbers of a frame that is made without asking for fewer columns."""


@sealed
@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class KeptSweep:
    """A sweep in a file or a folder: what it says, and its rows.

    ``summary()`` tells where each strategy wins; ``to_frame()`` gives rows, ``batches()`` some of them at a time, however
    many there are. ``about`` is where they come from, ``columns`` what each of them holds, with its unit.
    """

    dataset: Dataset

    @property
    def path(self) -> str:
        """Where it is kept."""
        return self.dataset.path

    @property
    def about(self) -> Mapping[str, Any]:
        """Provenance: scenario and its hash, what is varied, draws, seed, version."""
        return self.dataset.about

    @property
    def columns(self) -> tuple[Output, ...]:
        """Name, unit, kind and meaning of each column."""
        return self.dataset.columns

    @property
    def rows(self) -> int:
        """How many are there."""
        return self.dataset.rows

    @property
    def is_complete(self) -> bool:
        """Whether those are all; else the same call with ``resume=True`` goes on."""
        return self.dataset.is_complete

    def batches(self, columns: Sequence[str] | None = None, *, size: int = 65_536) -> Iterator[Rows]:
        """Rows in their order, so many at a time: name of a column -> its values.

        Raises
        ------
        UsageError
            No such column.
        """
        return self.dataset.batches(columns, size)

    def to_frame(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Rows as a frame; units stand in ``.attrs["units"]``.

        Raises
        ------
        UsageError
            pandas is not installed, no such column, or so many numbers that columns have to be chosen.
        """
        from tuneplan.api.frames import NEEDS

        names = [each.name for each in self.columns] if columns is None else list(columns)
        if columns is None and self.rows * len(names) > MOST_AT_ONCE:
            raise UsageError(f"{self.rows} rows of {len(names)} columns are many: name some, as to_frame(['recommended']), or take batches()")
        try:
            import pandas as pd
        except ImportError:
            raise UsageError(NEEDS.format(what="to_frame", library="pandas")) from None
        parts = [pd.DataFrame(dict(part)) for part in self.batches(names)]
        found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
        found.attrs["units"] = {each.name: each.unit for each in self.columns if each.unit and each.name in names}
        return found

    def summary(self) -> Analysis:
        """Where each strategy wins, what decides it, where it switches, in which regions."""
        return of_summary(self.dataset)

    def plot(self, ax: Axes | None = None) -> Axes:
        """A map of who wins over the two keys that tell most.

        Raises
        ------
        UsageError
            matplotlib is not installed, or there is nothing to show.
        """
        return self.summary().plot(ax)

    def __repr__(self) -> str:
        state = "" if self.is_complete else " so far"
        return f"<KeptSweep {self.path!r}: {self.rows} rows{state}, {len(self.columns)} columns>"

    def _repr_html_(self) -> str:
        return self.summary()._repr_html_()


def of_summary(dataset: Dataset) -> Analysis:
    """What a sweep tells, as an analysis."""
    from tuneplan.report import sweep as report
    from tuneplan.report.charts.looks import Looks
    from tuneplan.report.charts.sweep_map import SWEEP_MAP, source_of
    from tuneplan.study.sweep.summary import summary

    found = summary(dataset)

    def sketches() -> list[Sketch]:
        return [Sketch(chart=SWEEP_MAP, records=lambda: [found], looks=Looks.of(found.strategies), source=source_of(found))]

    return Analysis(
        name="sweep", record=found, page=partial(report.page, found), content=partial(report.content, found), rows=partial(report.rows, found), sketches=sketches
    )


def open_kept(path: str | Path) -> KeptSweep:
    """A sweep that ``study.sweep(..., to=path)`` or ``simulate sweep -o`` kept, whole or not.

    Raises
    ------
    UsageError
        It is none.
    """
    return KeptSweep(dataset=opened(path))


def swept_to(
    study: Question, values: Mapping[str, Given], to: str | Path, *, draws: Any, seed: Any, mode: str, points: int | None, plans: str, table: str | Path | None,
    resume: bool, force: bool, jobs: int | None, scheduler: str,
) -> KeptSweep:  # fmt: skip
    """Work out all rows and keep them; see ``Study.sweep``."""
    from tuneplan.report.progress import progress
    from tuneplan.report.sweep.progress import line
    from tuneplan.study.sweep.asked import space_of
    from tuneplan.study.sweep.distributed import by_dask
    from tuneplan.study.sweep.preparing import prepared
    from tuneplan.study.sweep.refusals import Refusals
    from tuneplan.study.sweep.source import Source
    from tuneplan.study.sweep.storage import kept

    design = design_of(draws, seed)
    target = str(to) if isinstance(to, str) and "://" in to else str(path_of("sweep", to))
    source = Source(path=study.asked.file, texts=dict(study.texts.known), changes=tuple(study.changes), scenario=study.asked.chosen)
    asked = Asked(
        mode=mode, points=None if points is None else whole("points", points), table="" if table is None else str(path_of("table", table)),
        keys=tuple(_wanted(text_of("sweep", key, "budget.limit"), each) for key, each in values.items()), seed=design.seed,
    )  # fmt: skip
    space = space_of(asked, scenario=study.asked, refusals=Refusals(source), estimate=lambda rows: "")
    work = prepared(source, space, draws=design.draws, seed=design.seed, plans=plans)
    workers = (os.cpu_count() or 1) if jobs is None else whole("jobs", jobs)
    share = by_dask(scheduler, workers=workers, evaluations_of_a_block=work.rows_of_a_block * design.draws) if scheduler else None
    with progress() as say:
        kept(work, target, resume=resume, force=force, workers=workers, told=lambda now: say(line(now)), share=share)
    return open_kept(target)


def _wanted(key: str, given: Given) -> Wanted:
    """What one key is set to."""
    from tuneplan.study.sweep.typed import wanted_in

    if not isinstance(given, str):
        return Wanted(key=key, texts=tuple(listed(key, given)))
    try:
        return wanted_in(f"{key}={given}")
    except QuantityError as error:
        raise UsageError(f"{key}: {error}") from None


def refuse_without_target(values: Mapping[str, Given], **given: object) -> None:
    """Refuse what only rows that are kept can have.

    Raises
    ------
    UsageError
        Something of it was given.
    """
    named = [f"{key}: {each}" for key, each in values.items() if isinstance(each, str) and (DOTS in each or each == OWN)]
    named += [name for name, value in given.items() if value not in (None, "", False)]
    if named:
        raise UsageError(f"{named[0]} goes with to=, which names where rows are kept: a folder for Parquet, or a file that ends in .csv")
