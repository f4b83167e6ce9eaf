"""All benchmarks, one after another: which goals are met, and every figure as JSON.

``python tests/benchmarks/run.py [--quick | --full] [-o FILE] [--peers PYTHON]``. ``--quick`` takes under a minute and is
meant for every change; without it all are run as in ``.ci/run``; ``--full`` adds ten million rows, the other tools that
PYTHON has installed (``pip install -e ".[peers]"``) and the same equations as a C function. Nothing else should run
meanwhile: ratios are medians of interleaved rounds, but a busy machine still tells in them.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
QUICK = (("kernel", "--quick"), ("allocation", "--scenarios", "2048", "--sample", "8"), ("startup", "--rounds", "5"))
USUAL = (
    ("kernel", "--quick"), ("allocation",), ("designs",), ("sweep",), ("startup", "--rounds", "21"), ("information",), ("groupings",), ("evidence",),
    ("memo",), ("schedule",),
)  # fmt: skip
FULL = (*(each for each in USUAL if each[0] not in ("kernel", "sweep")), ("kernel", "--full"), ("sweep", "--full"))


def ran(name: str, *words: str) -> dict[str, Any]:
    """One benchmark: whether its goals are met, its seconds, what it printed."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, str(HERE / f"{name}.py"), *words], capture_output=True, text=True, check=False)
    try:
        figures: Any = json.loads(done.stdout)
    except ValueError:
        figures = done.stdout + done.stderr
    return {"met": done.returncode == 0, "seconds": round(time.perf_counter() - started, 1), "figures": figures}


def main() -> int:
    """Run, print, keep, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true")
    how.add_argument("--full", action="store_true")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON")
    asked = parser.parse_args()
    every = QUICK if asked.quick else (*FULL, ("peers", "--python", asked.peers)) if asked.full else USUAL
    found = {}
    for name, *words in every:
        found[name] = ran(name, *words)
        print(f"{name:12} {'met' if found[name]['met'] else 'MISSED':7} {found[name]['seconds']:6.1f} s", flush=True)
        if not asked.quick or not found[name]["met"]:
            print(json.dumps(found[name]["figures"], indent=2) if not isinstance(found[name]["figures"], str) else found[name]["figures"], flush=True)
    if asked.output is not None:
        asked.output.write_text(json.dumps({"machine": platform.machine(), "python": platform.python_version(), "benchmarks": found}, indent=2) + "\n", encoding="utf-8")
    return int(not all(each["met"] for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
