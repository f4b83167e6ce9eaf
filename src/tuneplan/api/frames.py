"""pandas and xarray, where somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from tuneplan.study.results import Verdict

NEEDS = '{what} needs {library}: pip install "tuneplan[notebook]"'


def frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows as a frame; where no columns are named, every one that any row has.

    Raises
    ------
    UsageError
        pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        raise UsageError(NEEDS.format(what="to_frame", library="pandas")) from None
    names = list(dict.fromkeys(name for row in rows for name in row)) if columns is None else list(columns)
    return pd.DataFrame([dict(row) for row in rows], columns=names)


def with_regret(verdict: Verdict) -> Iterator[dict[str, Any]]:
    """Every output as the CSV of the command has it, and what each choice loses against hindsight on average."""
    from tuneplan.report.data import COLUMNS, rows

    yield from rows(verdict)
    decision, blank = verdict.decision, dict.fromkeys(COLUMNS[6:], float("nan"))
    for name, regret in zip(decision.strategies, decision.regret, strict=True):
        yield {"strategy": name, "quantity": "regret", "request": "", "component": "", "unit": decision.unit, "mean": regret, **blank}


def dataset(variables: Mapping[str, tuple[tuple[str, ...], Any, dict[str, Any]]], coords: Mapping[str, Any], attrs: Mapping[str, Any]) -> xr.Dataset:
    """Arrays by name as a Dataset.

    Raises
    ------
    UsageError
        xarray is not installed.
    """
    try:
        import xarray as xr
    except ImportError:
        raise UsageError(NEEDS.format(what="to_xarray", library="xarray")) from None
    return xr.Dataset(dict(variables), coords=dict(coords), attrs=dict(attrs))
