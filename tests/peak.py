"""The most memory that a process has held, told by itself.

What ``wait4`` and ``getrusage`` tell of a child on Linux starts from what its parent held when it was
forked: beside a large test process every child looks large.
"""

from __future__ import annotations

TOLD = """\
def peak() -> int:
    from pathlib import Path
    import resource, sys
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
"""
"""Code for a process of its own: ``peak()`` in bytes."""
