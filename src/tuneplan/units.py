"""Conversions between units: pure numbers, no judgement."""

from __future__ import annotations

HOURS_PER_MONTH = 730.0
"""Mean hours in a month: 8 760 / 12. [hour/month]"""
SECONDS_PER_HOUR = 3600.0
MINUTES_PER_HOUR = 60.0
DAYS_PER_MONTH = 365.25 / 12.0
TOKENS_PER_MTOK = 1e6
FLOP_PER_TFLOP = 1e12
BYTES_PER_GB = 1e9
POINTS_PER_SCALE = 100.0
"""A point is one hundredth of the scale of a score. [point]"""
MONTHS_PER_YEAR = 12.0
WORKING_HOURS_PER_WEEK = 40.0
