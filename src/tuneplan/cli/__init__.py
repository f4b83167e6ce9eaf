"""The command ``simulate``: parses, calls, prints; no arithmetic."""

import gc

GARBAGE_AFTER = 100_000
"""Objects made before the first search for unreachable ones: what starts makes many, all of which stay. Said here, before
the libraries of the command are loaded, which is when most are made."""
gc.set_threshold(GARBAGE_AFTER)
