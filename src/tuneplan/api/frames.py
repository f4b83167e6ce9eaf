"""pandas and xarray, where somebody asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tuneplan.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

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
