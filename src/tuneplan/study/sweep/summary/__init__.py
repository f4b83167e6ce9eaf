"""What a sweep tells: where each strategy wins, what decides it, where it switches, in which regions.

One pass over the kept rows counts what is counted and draws a sample of rows that depends on nothing but their
numbers; a second one counts by key and, of a grid, gathers lines. Nothing grows with the number of rows.
"""

from tuneplan.study.sweep.summary.analysis import summary
from tuneplan.study.sweep.summary.records import Summary

__all__ = ["Summary", "summary"]
