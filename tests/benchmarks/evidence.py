"""Does asking for evidence stay a matter of seconds? ``validate`` and ``calibrate`` beside a verdict, in interleaved rounds.

``python tests/benchmarks/evidence.py [--rounds N]`` prints JSON and fails when a ratio of medians is above its goal:
20 seconds for all bundled cases were asked for where a verdict took half a second. Absolute times are printed, never judged.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys

from startup import COMMAND, SCENARIO, seconds

GOALS = {
    "validate, all bundled cases": (("validate",), 40.0),
    "calibrate, 8 pilots": (("calibrate", "scenarios/pilots.csv", "--scenario", SCENARIO), 20.0),
    "fit, 2 curves": (("fit", "scenarios/curves.csv"), 10.0),
}
"""What is measured -> its words, and how many verdicts it may take."""


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = range(parser.parse_args().rounds)
    found = {}
    for name, (words, goal) in GOALS.items():
        pairs = [(seconds(COMMAND, SCENARIO), seconds(COMMAND, *words)) for _ in rounds]
        verdict, whole = (statistics.median(times) for times in zip(*pairs, strict=True))
        found[name] = {"verdict, seconds": round(verdict, 2), "whole, seconds": round(whole, 2), "ratio": round(whole / verdict, 1), "goal": goal}
    print(json.dumps(found, indent=2))
    return int(any(each["ratio"] > each["goal"] for each in found.values()))


if __name__ == "__main__":
    sys.exit(main())
