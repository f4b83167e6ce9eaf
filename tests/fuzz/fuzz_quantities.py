"""Coverage-guided fuzzing of the quantity grammar and of the loader, for some seconds each.

Run by hand or by CI, not by pytest::

    python tests/fuzz/fuzz_quantities.py --seconds 60

Needs ``atheris`` (libFuzzer). Each target runs in a process of its own, as libFuzzer ends the process
that it runs in. Ends with 1, and prints the input, when anything but an answer or a refusal comes out.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

FOUND = 1
"""Exit code when something else came out."""
LONGEST = 4096
"""Bytes of an input."""


def quantity_of(raw: bytes) -> None:
    """The first byte picks a declaration, the rest is the text, or two texts of a full form."""
    from fuzz.promises import BOUNDS, UNITS, declared, read_full_or_refuse, read_or_refuse

    choice, typed = raw[:1] or b"\0", raw[1:].decode("utf-8", "replace")
    unit, bounds = UNITS[choice[0] % len(UNITS)], BOUNDS[choice[0] // len(UNITS) % len(BOUNDS)]
    param = declared(unit, *bounds, whole=choice[0] > 200)
    read_or_refuse(typed, param)
    first, bar, second = typed.partition("|")
    if bar:
        read_full_or_refuse({"ci": first.split(";"), "level": second}, param)
        read_full_or_refuse({"choices": {first: second, second: first}}, param)


def scenario_of(raw: bytes) -> None:
    """A file as the loader gets it; what can be read is run."""
    from fuzz.promises import run_or_refuse
    from tuneplan.errors import ScenarioError
    from tuneplan.scenario.reading.source import decode

    try:
        text = decode(raw, "scenario")
    except ScenarioError:
        return
    run_or_refuse(text)


def quantities_to_begin_with() -> list[bytes]:
    forms = ("2 to 5", "80% CI 2 to 5", "2 to 5 mode 3", "28 of 40", "uniform 1 to 3", "normal 5 sd 1 within 3 to 6",
             "lognormal 5 sd 0.4 above 1 uncut", "logit-normal 20% sd 0.5", "beta a 2 b 5 within 10 to 40", "$3 to $6/example",
             "20k requests/month", "2;5|80%", "3|70%")  # fmt: skip
    return [bytes([number]) + form.encode() for number in (0, 2, 4, 30) for form in forms]


def scenarios_to_begin_with() -> list[bytes]:
    from fuzz.mutations import SEEDS, mutated

    return [text.encode("utf-8", "replace") for text in (*SEEDS, *map(mutated, range(100)))]


TARGETS: dict[str, tuple[Callable[[bytes], None], Callable[[], list[bytes]], tuple[str, ...]]] = {
    "quantities": (quantity_of, quantities_to_begin_with, ("tuneplan.scenario.grammar",)),
    "scenarios": (scenario_of, scenarios_to_begin_with, ("tuneplan.scenario",)),
}
"""Name -> what takes an input, inputs to begin with, and the packages whose branches guide the search."""


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one target; never returns."""
    import atheris

    target, begin_with, packages = TARGETS[name]
    with atheris.instrument_imports(include=list(packages)):
        import tuneplan.scenario.load  # noqa: F401

    def guarded(raw: bytes) -> None:
        try:
            target(raw)
        except BaseException:
            traceback.print_exc()
            print(f"\n{name}: this input breaks the promise:\n{raw!r}", flush=True)
            raise

    with tempfile.TemporaryDirectory() as corpus:
        for number, raw in enumerate(begin_with()):
            (Path(corpus) / f"{number:03}").write_bytes(raw)
        options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", "-rss_limit_mb=1500", f"-artifact_prefix={corpus}/"]
        atheris.Setup([sys.argv[0], *options, corpus], guarded)
        atheris.Fuzz()


def main() -> int:
    """Fuzz every target in turn; 0: nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--target", choices=TARGETS, help="one of them alone")
    asked = parser.parse_args()
    found = []
    for name in [asked.target] if asked.target else TARGETS:
        started = time.monotonic()
        process = multiprocessing.get_context("spawn").Process(target=fuzz, args=(name, asked.seconds))
        process.start()
        process.join()
        print(f"{name}: {time.monotonic() - started:.0f} s, {'nothing' if process.exitcode == 0 else 'something'} found")
        found += [name] * (process.exitcode != 0)
    return FOUND if found else 0


if __name__ == "__main__":
    sys.exit(main())
