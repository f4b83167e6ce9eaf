"""The same question at many points: few of them as arrays, many kept in a file or a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, overload

from tuneplan.api.asking import Asking
from tuneplan.api.given import design_of, in_python, kind, text_of
from tuneplan.api.values import Value, listed
from tuneplan.errors import UsageError
from tuneplan.study.grid import DEFAULT_DRAWS as DRAWS_OF_A_POINT
from tuneplan.study.grid import GRID
from tuneplan.study.sweep.records import DRAWS_OF_A_ROW

if TYPE_CHECKING:
    from tuneplan.api.keeping import Given, KeptSweep
    from tuneplan.api.sweep import Sweep

EVERY: Mapping[str, Given] = MappingProxyType({})
"""Nothing is varied key by key."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Sweeping(Asking):
    """What can be asked at many points at once."""

    @overload
    def sweep(self, values: Mapping[str, Sequence[Value]], *, draws: int | None = None, seed: int = 0, mode: str = GRID) -> Sweep: ...

    @overload
    def sweep(
        self, values: Mapping[str, Given] = ..., *, to: str | Path, draws: int | None = None, seed: int = 0, mode: str = "", points: int | None = None,
        plans: str = "", table: str | Path | None = None, resume: bool = False, force: bool = False, jobs: int | None = None, scheduler: str = "",
    ) -> KeptSweep: ...  # fmt: skip

    def sweep(
        self, values: Mapping[str, Given] = EVERY, *, to: str | Path | None = None, draws: int | None = None, seed: int = 0, mode: str = "",
        points: int | None = None, plans: str = "", table: str | Path | None = None, resume: bool = False, force: bool = False, jobs: int | None = None,
        scheduler: str = "",
    ) -> Sweep | KeptSweep:  # fmt: skip
        """Ask the whole question at many points: keys set to one value after another, all on the same draws.

        Up to ten thousand points come back as arrays with a dimension a key. More of them, ranges and samples are kept
        block by block in a file or a folder, which ``to`` names.

        Parameters
        ----------
        values
            Key -> values, as ``set`` takes them; with ``to`` also a range such as ``20k..100k USD:log:9``, or ``own``: drawn from the scenario's own interval.
        to
            Folder (or its URL) for Parquet, or a file that ends in ``.csv``.
        draws
            Of every point; None: 1024, or 256 of those that are kept. 1 at kept ones: every number at its median.
        mode
            ``grid``: every value with every other; ``zip``: first with first, second with second; with ``to`` also ``sobol`` and ``lhs``, which draw ``points`` rows.
        plans
            ``own``: every kept row finds its own; ``once``: those of the study are kept in all rows.
        table
            Rows from a CSV or Parquet file instead of ``values``, a column a key.
        resume, force
            Go on with what ``to`` holds; or begin anew.
        jobs
            At work at the same time; None: one a core.
        scheduler
            Address of a Dask scheduler, or ``local``.

        Raises
        ------
        ScenarioError
            A key or a value is not allowed; nothing is run then.
        UsageError
            No values, too many points, lists of different length under ``zip``, or the target takes nothing.

        Examples
        --------
        >>> import tuneplan as tp
        >>> found = tp.load("scenarios/startup.yaml").sweep({"budget.limit": ["2k USD", "60k USD"]}, draws=64)
        >>> found.dims, found.recommended.tolist()
        (('strategy', 'budget.limit'), ['', 'unified'])
        """
        if not isinstance(values, Mapping):
            raise UsageError(f'sweep takes keys with their values, for example {{"budget.limit": ["20k USD", "40k USD"]}}, not {kind(values)}')
        if to is not None:
            from tuneplan.api.keeping import swept_to

            with in_python():
                return swept_to(
                    self, values, to, draws=DRAWS_OF_A_ROW if draws is None else draws, seed=seed, mode=mode, points=points, plans=plans, table=table, resume=resume,
                    force=force, jobs=jobs, scheduler=scheduler,
                )  # fmt: skip
        from tuneplan.api.keeping import refuse_without_target
        from tuneplan.api.sweep import swept

        refuse_without_target(values, points=points, plans=plans, table=table, resume=resume, force=force, jobs=jobs, scheduler=scheduler)
        with in_python():
            typed = {text_of("sweep", key, "budget.limit"): listed(key, each) for key, each in values.items()}
            return swept(self._read, typed, design_of(DRAWS_OF_A_POINT if draws is None else draws, seed), mode=mode or GRID)
