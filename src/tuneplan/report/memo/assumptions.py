"""The ledger of assumptions: every number in use, those first on which the doubt about the choice hangs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tuneplan.evidence.findings import Findings
from tuneplan.report import ledger, voi
from tuneplan.report.document.blocks import Block, Paragraph, Section
from tuneplan.report.grades import GRADES, MEANINGS, graded
from tuneplan.report.memo.pictures import Pictures
from tuneplan.report.tables import Table
from tuneplan.report.words import listed, plain, share
from tuneplan.scenario.records import Quantity
from tuneplan.study.in_use import in_use
from tuneplan.study.information.analysis import Known

MOST_ROWS = 18
"""Numbers that get a row of their own; the rest is told by grade, and ``simulate run --ledger`` lists all."""
LEAST_ROWS = 6
"""Of these at least, even where the others don't move the lead."""
NOTHING = 0.005
"""Share of the spread that rounds to nothing."""
LONGEST_SOURCE = 60
"""Letters of a source in the table."""
MOST_NAMES = 4
SEPARATOR = ", 90 % "


def section(findings: Findings, pictures: Pictures) -> Section:
    """A row a number that matters most, then how many others there are of each grade."""
    worth = {each.name: each for each in findings.information.quantities}
    used = in_use(findings.run)
    uncertain = [each for each in used if not each.distribution.is_point]
    spread = _spread(findings)
    ranked = sorted(uncertain, key=lambda each: _rank(each, worth, spread))
    matter = sum(_matters(each, worth, spread) for each in ranked)
    shown = ranked[: min(max(matter, LEAST_ROWS), MOST_ROWS)]
    blocks: list[Block] = [Paragraph(_opening(findings, len(used), len(uncertain)))]
    if shown:
        head = ("number", "value (90 %)", "grade", "where: source (date)", "of regret", "of spread")
        rows = tuple((*_cells(each), *_shares(findings, each, worth, spread)) for each in shown)
        blocks.append(Table(title=f"The {len(shown)} uncertain numbers that matter most" if len(shown) < len(uncertain) else "Uncertain numbers", head=head, rows=rows, flowing=True))
    rest = [*ranked[len(shown) :], *(each for each in used if each.distribution.is_point)]
    if rest:
        blocks.append(_by_grade(rest))
    blocks.append(Paragraph(f"{MEANINGS} All numbers one by one: simulate run --ledger; those inside equations: simulate validate --ledger."))
    return Section(title="Assumptions ledger", anchor="assumptions", blocks=tuple(blocks))


def _opening(findings: Findings, used: int, uncertain: int) -> str:
    """What the ledger holds and what its last columns mean."""
    said = f"{used} numbers are in use, {uncertain} of them uncertain."
    found = findings.information
    if found.run.design.scrambles > 1 and found.has_choice and not found.whole.is_hidden:
        said += (
            f" Of regret: how much of the average loss against hindsight ({voi.amount(found.whole.value, found)}{voi.plus_minus(found.whole, found)}) would go if that "
            "number were known exactly beforehand, with its simulation error; a dash where that can't be told from nothing, as of one among so many. Of spread: its share of the variance of the lead, "
            "alone and together with others (total order, as in the chart under Confidence); such shares may add up to more than 1, and be large without ever turning the choice; a dash: less than that of those shown."
        )
        said += _together(findings)
    learned = findings.run.scenario.calibration
    if learned is not None:
        said += f" Values are as known after {learned.pilots} pilot{'' if learned.pilots == 1 else 's'} of {plain(learned.file)}."
    return said


def _together(findings: Findings) -> str:
    """What numbers of a kind come to together, and that more draws tell more where no single one stands out."""
    found = findings.information
    some = [f"{each.name} {of_whole(each, found.whole.value)}" for each in found.groups if each.worth.stands_out]
    said = f" Together, by what they are about: {listed(some)}." if some else ""
    if any(each.worth.stands_out for each in found.quantities):
        return said
    return f"{said} No single number stands out at {found.run.design.draws} draws; {4 * found.run.design.draws} would tell more."


def of_whole(known: Known, whole: float) -> str:
    """Share of regret of some numbers, with its simulation error."""
    return f"{share(known.worth.value / whole)} ± {share(known.worth.error / whole)}"


def _spread(findings: Findings) -> dict[str, float]:
    """Share of the variance of the lead by number, total order: that of the chart, whichever stand in it. [share]"""
    found = findings.sensitivity
    return {} if found is None else {each.input.name: each.shares.total_order.mean for each in found.effects if each.shares is not None}


def _rank(each: Quantity, worth: Mapping[str, Known], spread: Mapping[str, float]) -> tuple[float, float, float, str]:
    """By share of regret where that stands out, then by share of the spread; those too small for one by what a regression explains."""
    known = worth.get(each.drawn_as)
    if known is None:
        return 0.0, 0.0, 0.0, each.listed_as
    explained = known.worth.explained
    return -(known.worth.value if known.worth.stands_out else 0.0), -spread.get(each.drawn_as, 0.0), -(explained if explained == explained else 0.0), each.listed_as


def _matters(each: Quantity, worth: Mapping[str, Known], spread: Mapping[str, float]) -> bool:
    """Whether it turns the choice, or moves the lead, by anything that can be seen."""
    known = worth.get(each.drawn_as)
    return known is not None and (known.worth.stands_out or spread.get(each.drawn_as, 0.0) >= NOTHING)


def _cells(each: Quantity) -> tuple[str, ...]:
    source = plain(ledger.said_source(each, dated=False))
    source = source if len(source) <= LONGEST_SOURCE else f"{source[: LONGEST_SOURCE - 1]}…"
    dated = f"{source} ({each.as_of})" if each.as_of else source
    place = plain(ledger.place(each))
    return plain(each.listed_as), shortly(ledger.value(each)), graded(each.grade), f"{place}: {dated}" if dated else place


def shortly(value: str) -> str:
    """The middle, and the interval in brackets.

    >>> shortly("log-normal, median 17.3, 90 % 12 to 25 requests/month"), shortly("12 months")
    ('17.3 (12 to 25 requests/month)', '12 months')
    """
    middle, found, band = value.rpartition("median ")[2].partition(SEPARATOR)
    return f"{middle} ({band})" if found else value


def _shares(findings: Findings, each: Quantity, worth: Mapping[str, Known], spread: Mapping[str, float]) -> tuple[str, str]:
    whole, known = findings.information.whole.value, worth.get(each.drawn_as)
    if known is None:
        return "-", "-"
    of_regret = of_whole(known, whole) if known.worth.stands_out else "-"
    part = min(spread.get(each.drawn_as, 0.0), 1.0)
    return of_regret, share(part) if part >= NOTHING else "-"


def _by_grade(rest: Sequence[Quantity]) -> Table:
    """How many others there are of each grade, with the names of some."""
    return Table(title=f"The other {len(rest)} numbers, by grade", head=("grade", "uncertain", "exact", "among them"), rows=tuple(_grades(rest)), flowing=True)


def _grades(rest: Sequence[Quantity]) -> Iterator[tuple[str, ...]]:
    letters = [*GRADES, *sorted({each.grade or "U" for each in rest} - set(GRADES))]
    for letter in letters:
        some = [each for each in rest if (each.grade or "U") == letter]
        if some:
            exact = sum(each.distribution.is_point for each in some)
            more = len(some) - MOST_NAMES
            names = [plain(each.listed_as) for each in some]
            told = listed(names) if more <= 1 else f"{', '.join(names[:MOST_NAMES])} and {more} more"
            yield graded(letter), str(len(some) - exact), str(exact), told
