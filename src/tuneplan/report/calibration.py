"""What pilots taught: as people read it, and as a file that a scenario includes."""

from __future__ import annotations

import math

from tuneplan.evidence.calibration.analysis import Calibrated, Side, Told
from tuneplan.evidence.calibration.further import CandidateWorth, Further
from tuneplan.report.calibrated import section
from tuneplan.report.calibration_words import (
    ODD,
    READINGS,
    bare,
    counted,
    doubts,
    numbers,
    shortened,
    told_apart,
    unit_of,
)
from tuneplan.report.page import Page
from tuneplan.report.tables import Table
from tuneplan.report.words import listed, magnitude, plain, points, share, signed_points, signed_usd, usd
from tuneplan.study.decision import LEVEL, TOO_CLOSE, Estimate
from tuneplan.units import POINTS_PER_SCALE

MOST_ROWS, MOST_PILOTS, MOST_FURTHER = 12, 20, 8
"""Numbers, pilots (odd ones besides), and further pilots, that a table shows; JSON and CSV hold all."""
AS_WIDE = 0.01
"""Share of an interval's width that is not told."""
LONGEST = 36
"""Letters of a name in a table, so that a row fits a terminal; JSON and CSV hold all."""
LONGEST_FURTHER = 68
"""The same of a pilot that could be run."""


def page(found: Calibrated, *, written: str = "", include: str = "") -> Page:
    """The answer, what was learned, the pilots, which one to run next.

    Parameters
    ----------
    written
        Name of the file that was written; empty: none was.
    include
        The same as the scenario would name it; empty where it lies outside the scenario's folder.
    """
    pilots = len(found.pilots.pilots)
    title = f"{found.scenario.name}: calibrated on {pilots} pilot{'' if pilots == 1 else 's'} of {found.pilots.file}"
    parts: list[str | Table] = [answer(found), *doubts(found)]
    if found.moved:
        parts.append(moved_table(found))
    parts += [pilot_table(found), sides_table(found), further_answer(found)]
    if found.further is not None and found.further.candidates:
        parts.append(further_table(found.further))
    design = found.after.run.design
    how = f"{design.draws} draws, seed {design.seed}; {method(found)}"
    return Page(title=title, parts=(*parts, _file(written, include), how))


def answer(found: Calibrated) -> str:
    """Whether the verdict changed, and how well the leading difference is known now."""
    before, after = found.before, found.after
    if not found.posterior.names:
        return "These pilots teach nothing: no uncertain number of the scenario moves what they measured, so that everything stays as it was."
    if not after.best:
        return "Nothing meets the limits, after the pilots as before; simulate run says which limit binds." if not before.best else f"The verdict changes: {before.best} no longer meets the limits, and nothing else does."
    said = f"The verdict stays: {after.best}" if after.best == before.best else f"The verdict changes: {after.best} instead of {before.best or 'nothing'}"
    return f"{said}. {_difference(found)}{_among_equals(found)}" if found.pair else f"{said}.{_among_equals(found)}"


def _among_equals(found: Calibrated) -> str:
    """Why the recommended one of several that are level or can't be told apart, as it may not lead."""
    decision = found.after.decision
    others = listed([decision.strategies[row] for row in decision.tied[1:]])
    if not others or decision.tied[0] != decision.best:
        return ""
    near = "too close to call against" if decision.too_close else "level with"
    within = "" if decision.too_close else f" (within {LEVEL} points)"
    return f" It is {near} {others}{within}: of such strategies the cheapest is recommended, as in simulate run."


def _difference(found: Calibrated) -> str:
    first, second = found.pair
    was, now = (_interval(each, found) for each in (found.before, found.after))
    lead = f"{first} less {second} was {was}, and is {now}"
    chances = f"the chance that {first} is ahead goes from {share(found.before.chance)} to {share(found.after.chance)}"
    if math.isnan(found.narrowed):
        return f"{lead}; {chances}."
    return f"{lead}: {_width(found.narrowed)}; {chances}."


def _width(narrowed: float) -> str:
    """How much narrower an interval is than before.

    >>> [_width(each) for each in (0.234, 0.004, -0.001, -0.3, -2.01)]
    ['23 % narrower', 'as wide as before', 'as wide as before', '30 % wider', '3.0 times as wide']
    """
    if abs(narrowed) < AS_WIDE:
        return "as wide as before"
    if narrowed < -1.0:
        return f"{1.0 - narrowed:.1f} times as wide"
    return f"{share(abs(narrowed))} {'narrower' if narrowed > 0 else 'wider'}"


def _interval(side: Side, found: Calibrated) -> str:
    assert side.difference is not None
    signed = signed_usd if found.after.options.unit == "USD" else signed_points
    unit = "" if found.after.options.unit == "USD" else " points"
    each = side.difference
    return f"{signed(each.mean)}{unit} (90 % {signed(each.low)} to {signed(each.high)})"


def moved_table(found: Calibrated) -> Table:
    """Numbers before and after, those of which most was learned first: they moved, narrowed, or both."""
    rows = tuple((shortened(each.path, LONGEST), bare(each, each.before), bare(each, each.after), unit_of(each)) for each in found.moved[:MOST_ROWS])
    more = len(found.moved) - len(rows)
    tail = f"; less of {more} more" if more > 0 else ""
    return Table(title=f"What moved or narrowed most: median and 90 % interval{tail}", head=("", "before", "after", "unit"), rows=rows)


def pilot_table(found: Calibrated) -> Table:
    """Each thing measured, beside what was predicted for it; scores first."""
    ordered = sorted(found.told, key=lambda each: (each.observation.reads != "score", list(READINGS).index(each.observation.reads)))
    told = ordered[:MOST_PILOTS] + [each for each in ordered[MOST_PILOTS:] if _flag(each)]
    rows = tuple((f"{_flag(each)}{_name(each)}", _predicted(each, each.before), _measured(each, each.measured), _predicted(each, each.after)) for each in told)
    more = f"; {len(ordered) - len(told)} more in --format json" if len(told) < len(ordered) else ""
    odd = "; !: nothing explains it" if any(_flag(each) for each in told) else ""
    return Table(
        title=f"The pilots, each with its examples: predicted before, measured, predicted after (median and 90 % interval; scores in points of the scale{odd}{more})",
        head=("", "before", "measured", "after"), rows=rows,
    )  # fmt: skip


def _name(told: Told) -> str:
    """What was trained; of what is measured but scores, what it is."""
    reads, said = told.observation.reads, told.pilot.trained.said(told.pilot.task)
    what = {"score": "", "base": "", "label_price": ": $ an example"}.get(reads, f": {READINGS[reads]}")
    name = {"score": said, "base": f"{told.pilot.task}: base", "label_price": told.pilot.task}.get(reads, said)
    return f"{shortened(name, LONGEST - len(what))}{what}"


def _flag(told: Told) -> str:
    return "! " if abs(told.residual) > ODD else ""


def _measured(told: Told, value: float) -> str:
    return points(POINTS_PER_SCALE * value) if told.observation.reads in ("score", "base") else f"{value:.3g}" if value < 999.5 else magnitude(value)


def _predicted(told: Told, estimate: Estimate) -> str:
    median, low, high = (_measured(told, value) for value in (estimate.median, estimate.low, estimate.high))
    return f"{median} ({low} to {high})"


def sides_table(found: Calibrated) -> Table:
    """Every strategy before and after."""
    unit = found.after.options.unit
    amount = usd if unit == "USD" else points
    rows = []
    for row, name in enumerate(found.after.decision.strategies):
        cells = []
        for side in (found.before, found.after):
            decision = side.decision
            cells += [amount(decision.expected[row]), share(decision.probability_best[row]), "" if decision.allowed[row] else "breaks limits"]
        rows.append((shortened(name, LONGEST), cells[0], cells[3], cells[1], cells[4], cells[5]))
    return Table(
        title=f"Strategies before and after ({found.after.options.name})",
        head=("", "before", "after", "best before", "best after", ""), rows=tuple(rows),
    )  # fmt: skip


def further_answer(found: Calibrated) -> str:
    """Which pilot to run next, or that none pays."""
    further = found.further
    if further is None or not further.candidates:
        return "No further pilot changes the choice: there is only one thing to choose."
    first = further.candidates[0]
    most = max(further.candidates, key=lambda each: each.worth.value)
    if further.pays and not math.isnan(first.net):
        return f"Run next: {first.candidate.said}. It is worth {_worth(first, further)} and takes {usd(first.usd)}; net {_signed(first.net, further)}."
    if further.pays:
        return (
            f"Most worth a dollar is {first.candidate.said}: {_worth(first, further)} for {usd(first.usd)}. What a point costs is not known here, "
            "so that worth and cost stand side by side."
        )
    close = not math.isnan(first.net) and not math.isnan(first.worth.error) and abs(first.net) <= TOO_CLOSE * first.worth.error and first.worth.value > 0.0
    if close:
        return f"No further pilot clearly pays. Nearest comes {first.candidate.said}: worth {_worth(first, further)} for {usd(first.usd)}, net {_signed(first.net, further)}."
    return f"Nothing is worth another pilot: the one that teaches most, {most.candidate.said}, is worth {_worth(most, further)} and takes {usd(most.usd)}."


def _worth(each: CandidateWorth, further: Further) -> str:
    error = "" if math.isnan(each.worth.error) else f" ± {_amount(each.worth.error, further)}"
    return f"{_amount(each.worth.value, further)}{error}{'' if further.unit == 'USD' else ' points'}"


def _amount(value: float, further: Further) -> str:
    return usd(value) if further.unit == "USD" else f"{value:.2f}"


def _signed(value: float, further: Further) -> str:
    if math.isnan(value):
        return "unknown"
    return signed_usd(value) if further.unit == "USD" else signed_points(value)


def further_table(further: Further) -> Table:
    """Pilots that could be run, the one that pays most first; the one that teaches most is among them.

    Where none pays, those that teach nothing are only counted: they would lead, as they are the cheapest.
    """
    teach = [each for each in further.candidates if further.pays or _teaches(each)]
    told, most = teach[:MOST_FURTHER], max(further.candidates, key=lambda each: each.worth.value)
    told += [most] if most not in told else []
    names = told_apart([each.candidate.said for each in told], LONGEST_FURTHER)
    rows = tuple(
        (name, _amount(each.worth.value, further), _amount(each.worth.error, further) if not math.isnan(each.worth.error) else "",
         usd(each.usd), _signed(each.net, further))
        for name, each in zip(names, told, strict=True)
    )  # fmt: skip
    idle = sum(each not in teach and each is not most for each in further.candidates)
    rest = f"; {idle} more teach nothing beyond the error of the simulation" if idle else ""
    unit = "USD" if further.unit == "USD" else "points"
    price = "" if further.unit == "USD" or math.isnan(further.usd_per_point) else f"; a point costs {usd(further.usd_per_point)} elsewhere"
    return Table(
        title=f"Further pilots by net value in {unit} (worth: EVSI; price: examples not owned, training, judging, a day of an engineer for each run{price}{rest})",
        head=("", "worth", "± error", "price", "net"), rows=rows,
    )  # fmt: skip


def _teaches(each: CandidateWorth) -> bool:
    """Whether it is worth anything beyond simulation error."""
    return each.worth.value > (0.0 if math.isnan(each.worth.error) else TOO_CLOSE * each.worth.error)


def method(found: Calibrated) -> str:
    """How it was worked out."""
    posterior = found.posterior
    if not posterior.names:
        return "nothing was learned."
    places = "one place" if posterior.modes == 1 else f"{posterior.modes} places, the first with {share(posterior.share)} of the mass"
    return (
        f"{counted(len(posterior.names), 'number')} {'moves' if len(posterior.names) == 1 else 'move'} what was measured; the posterior is highest at {places}, known along {posterior.learned:.1f} of "
        f"{counted(len(posterior.observations), 'direction')}; {share(posterior.effective)} of the importance draws count."
    )


def _file(written: str, include: str) -> str:
    if written:
        where = "" if include else "copy it into the scenario's folder, "
        return f"Written to {written}: {where}add \"include: {include or written.rpartition('/')[2]}\" to the scenario, and every command uses what the pilots taught."
    return "Nothing was written; -o calibrated.yaml writes what a scenario includes."


def as_include(found: Calibrated) -> str:
    """The file that a scenario includes: what moved in words, then the section that is read."""
    learned = found.learned
    lines = [
        f"# What {learned.pilots} pilot{'' if learned.pilots == 1 else 's'} of {plain(learned.file)} taught {plain(found.scenario.name)}, by simulate calibrate.",
        "# A scenario includes this file (include: NAME OF THIS FILE); median and 90 % interval, before -> after:",
    ]
    lines += [f"#   {plain(each.path)}: {numbers(each, each.before)} -> {numbers(each, each.after)}" for each in found.moved]
    lines += ["# Below: how far the normal score of each number moved, and along which directions it is known now."]
    return "\n".join(lines) + "\n" + section(learned)
