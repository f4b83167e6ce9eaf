"""What a sweep would take, in words, before anything runs."""

from __future__ import annotations

from tuneplan.report.sweep.progress import spaced, time_left
from tuneplan.scenario.records import Scenario
from tuneplan.study.sweep.preparing import seconds_of

BYTES_A_NUMBER = 6.0
"""Of a compressed column, a row; measured, for estimates alone."""
COLUMNS_OF_A_ROW, COLUMNS_OF_A_STRATEGY, COLUMNS_WITH_DRAWS = 6, 3, 12
"""Columns that every row has, and each strategy in it, with one draw and with several."""
YEAR_S = 365.25 * 86_400.0


def estimated(scenario: Scenario, rows: int, *, draws: int, plans: str, jobs: int, cases: int = 1) -> str:
    """Time and size of so many rows.

    Parameters
    ----------
    jobs
        At work at the same time.
    cases
        Scenarios among them that are read by themselves.
    """
    seconds = seconds_of(scenario, rows, draws=draws, plans=plans, cases=cases) / jobs
    columns = COLUMNS_OF_A_ROW + len(scenario.strategies) * (COLUMNS_WITH_DRAWS if draws > 1 else COLUMNS_OF_A_STRATEGY)
    return f"about {_long(seconds)} on {jobs} core{'' if jobs == 1 else 's'} and {_size(rows * columns * BYTES_A_NUMBER)}"


def _long(seconds: float) -> str:
    """A time, however long.

    >>> _long(90.0), _long(4e9)
    ('2 min', '127 years')
    """
    return time_left(seconds) if seconds < 2.0 * YEAR_S else f"{spaced(float(f'{seconds / YEAR_S:.3g}'))} years"


def _size(count: float) -> str:
    """Bytes for people.

    >>> _size(3.2e4), _size(1.4e17)
    ('32 kB', '140 000 TB')
    """
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{spaced(float(f'{count / size:.2g}'))} {unit}"
    return f"{max(1.0, float(f'{count / 1e3:.2g}')):.0f} kB"
