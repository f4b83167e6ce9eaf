"""When a cost falls due within the horizon: each cost line names one of these beside its component.

A member gives the share of a line that is due once some months have gone by: 1 at the end of the
horizon, whatever lies between, so that what is due adds up to what the line costs.
"""

from __future__ import annotations

from collections.abc import Callable

from tuneplan.axes import Array
from tuneplan.core.registry import Registry
from tuneplan.late import np
from tuneplan.units import DAYS_PER_MONTH, MONTHS_PER_YEAR

TIMINGS: Registry[Callable[..., Array]] = Registry("timing")
"""Members take ``elapsed``, months gone by, and any declared number; all on the four axes. They give shares."""


@TIMINGS.add()
def start(elapsed: Array) -> Array:
    """All of it before the first request.

    >>> float(start(np.array(0.0)))
    1.0
    """
    return np.ones_like(elapsed)


@TIMINGS.add()
def monthly(elapsed: Array, horizon_months: Array, served_months: Array) -> Array:
    """As much every month from launch on: ``(t - launch) / served``.

    >>> float(monthly(np.array(3.0), np.array(12.0), np.array(12.0))), float(monthly(np.array(3.0), np.array(12.0), np.array(10.0)))
    (0.25, 0.1)
    """
    since = np.maximum(elapsed - (horizon_months - served_months), 0.0)
    return np.where(elapsed < horizon_months, since / np.where(served_months > 0.0, served_months, 1.0), 1.0)


@TIMINGS.add()
def while_late(elapsed: Array, horizon_months: Array, deadline_day: Array, days_late: Array) -> Array:
    """As much each day from the deadline until all of it has shipped: ``(t - deadline) / late``.

    >>> late = {"horizon_months": np.array(12.0), "deadline_day": np.array(91.3125), "days_late": np.array(60.875)}
    >>> [float(while_late(np.array(month), **late)) for month in (3.0, 4.0, 5.0, 6.0)]
    [0.0, 0.5, 1.0, 1.0]
    """
    since = np.nan_to_num(elapsed * DAYS_PER_MONTH - deadline_day)
    so_far = np.clip(since / np.where(days_late > 0.0, days_late, 1.0), 0.0, 1.0)
    return np.where(elapsed < horizon_months, so_far, 1.0)


@TIMINGS.add()
def at_retrainings(elapsed: Array, horizon_months: Array, served_months: Array, retrain_every: Array, retirement_rate: Array) -> Array:
    """At each planned retraining; those after a base is retired may come on any day, so evenly.

    ``(n(t) + r t) / (n(horizon) + r horizon)`` with n planned retrainings since launch and r retirements a month: each
    counts alike, though only planned ones buy fresh examples.

    >>> every_six = {"horizon_months": np.array(12.0), "served_months": np.array(12.0), "retrain_every": np.array(6.0), "retirement_rate": np.array(0.0)}
    >>> [float(at_retrainings(np.array(month), **every_six)) for month in (0.0, 5.9, 6.0, 12.0)]
    [0.0, 0.0, 1.0, 1.0]
    """
    all_planned = np.maximum(np.ceil(served_months / retrain_every) - 1.0, 0.0)
    since = np.maximum(elapsed - (horizon_months - served_months), 0.0)
    planned = np.minimum(np.floor(since / retrain_every), all_planned)
    forced = retirement_rate / MONTHS_PER_YEAR
    whole = all_planned + forced * served_months
    so_far = (planned + forced * np.minimum(since, served_months)) / np.where(whole > 0.0, whole, 1.0)
    return np.where(elapsed < horizon_months, so_far, 1.0)
