"""What long work is at, on one line of a terminal: as everywhere."""

from __future__ import annotations

from tuneplan.report.progress import progress

__all__ = ["progress"]
