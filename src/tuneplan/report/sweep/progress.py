"""How far a sweep is, on one line."""

from __future__ import annotations

import math

from tuneplan.study.sweep.pace import Progress

MANY = 10**8
"""Rows from which millions are counted: a line of a terminal is short."""
MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0


def line(progress: Progress) -> str:
    """Rows done, rate and time left.

    >>> line(Progress(rows_done=412_000, rows=1_000_000, rows_resumed=0, seconds=4.2, rows_a_second=98_123.0,
    ...               seconds_left=5.99, bytes_written=10**8))
    '412 000 of 1 000 000 rows, 98 100 a second, 6 s left'
    """
    said = f"{spaced(progress.rows_done)} of {spaced(progress.rows)} rows"
    if progress.rows >= MANY:
        said = f"{progress.rows_done / 1e6:,.1f} of {progress.rows / 1e6:,.0f} million rows".replace(",", " ")
    if math.isfinite(progress.rows_a_second) and progress.rows_a_second > 0.0:
        said += f", {_rate(progress.rows_a_second)}"
        if progress.rows_done < progress.rows:
            said += f", {time_left(progress.seconds_left)} left"
    return said


def spaced(count: float) -> str:
    """A whole number, its thousands apart.

    >>> spaced(1_234_567), spaced(999)
    ('1 234 567', '999')
    """
    return f"{count:,.0f}".replace(",", " ")


def _rate(rows_a_second: float) -> str:
    """To three digits; slow work by the minute.

    >>> _rate(98_123.0), _rate(3.14), _rate(0.2)
    ('98 100 a second', '3.1 a second', '12 a minute')
    """
    if rows_a_second < 1.0:
        return f"{60.0 * rows_a_second:.2g} a minute"
    if rows_a_second < 9.95:
        return f"{rows_a_second:.1f} a second"
    return f"{spaced(float(f'{rows_a_second:.3g}'))} a second"


def time_left(seconds: float) -> str:
    """As exact as a guess deserves.

    >>> [time_left(s) for s in (0.2, 59.4, 61.0, 3599.0, 9000.0, 90_000.0, 4e5, float("nan"))]
    ['1 s', '59 s', '1 min', '1 h', '2 h 30 min', '25 h', '5 days', 'unknown time']
    """
    if not math.isfinite(seconds):
        return "unknown time"
    if seconds < MINUTE_S - 0.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / MINUTE_S)
    if minutes < 60:
        return f"{minutes} min"
    if seconds < DAY_S / 2.0:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{seconds / HOUR_S:.0f} h" if seconds < 2.0 * DAY_S else f"{seconds / DAY_S:.0f} days"
