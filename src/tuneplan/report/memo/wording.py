"""Numbers and tables as a memo says them: each with its band, for a reader who has never seen the tool."""

from __future__ import annotations

import re

from tuneplan.core import declared_params
from tuneplan.evidence.findings import Findings
from tuneplan.report.charts.input_names import in_plain_words
from tuneplan.report.charts.registry import NothingToDraw
from tuneplan.report.tables import Table
from tuneplan.report.words import in_words, plain, points, share, signed_points, signed_usd, usd
from tuneplan.scenario.cautions import cautions
from tuneplan.study.decision import Estimate

MARKED = "> "
"""Begins the name of the recommended strategy in tables for a terminal."""


def money(each: Estimate) -> str:
    """The middle, with the band used for money.

    >>> money(Estimate(mean=1.0, low=0.0, p10=900.0, median=1e3, p90=1200.0, high=2e3, error=0.0))
    '$1.00k ($900 to $1.20k)'
    """
    return usd(each.median) if each.p10 == each.p90 else f"{usd(each.median)} ({usd(each.p10)} to {usd(each.p90)})"


def money_said(each: Estimate) -> str:
    """The same in a sentence, which has no head to say what the ends are.

    >>> money_said(Estimate(mean=1.0, low=0.0, p10=900.0, median=1e3, p90=1200.0, high=2e3, error=0.0))
    '$1.00k at P50 (P10 to P90 $900 to $1.20k)'
    """
    return usd(each.median) if each.p10 == each.p90 else f"{usd(each.median)} at P50 (P10 to P90 {usd(each.p10)} to {usd(each.p90)})"


def counted(draws: int) -> str:
    """So many draws.

    >>> counted(1), counted(64)
    ('1 draw', '64 draws')
    """
    return f"{draws} draw{'' if draws == 1 else 's'}"


def score(each: Estimate) -> str:
    """A score in points, with its 90 % interval."""
    return points(each.mean) if each.low == each.high else f"{points(each.mean)} ({points(each.low)} to {points(each.high)})"


def difference(each: Estimate, unit: str) -> str:
    """A difference with its sign and its 90 % interval.

    Nothing at all is told as such.

    >>> difference(Estimate(mean=1.26, low=-0.5, p10=0.0, median=1.0, p90=2.0, high=3.2, error=0.1), "point")
    '+1.3 points (90 % -0.50 to +3.2)'
    """
    if each.low == each.high == 0.0:
        return "no difference"
    signed, word = (signed_usd, "") if unit == "USD" else (signed_points, " points")
    return f"{signed(each.mean)}{word}" if each.low == each.high else f"{signed(each.mean)}{word} (90 % {signed(each.low)} to {signed(each.high)})"


def odds(chance: float) -> str:
    """A chance in figures and in words.

    >>> odds(0.64)
    '64 % of draws (about 6 in 10)'
    """
    return f"{share(chance)} of draws ({in_words(chance)})"


def tidied(table: Table, *, title: str = "", first: str = "", head: tuple[str, ...] = ()) -> Table:
    """A table of another report, for paper: no indents, the recommended row named as such, one kind of dash.

    Parameters
    ----------
    title
        Another one; empty: its own.
    first
        What the first column holds, where its head is blank.
    head
        Another one; empty: its own.
    """
    named = head or (table.head[0].strip() or first, *table.head[1:])
    return Table(
        title=plain(title or table.title), head=tuple(plain(cell) for cell in named),
        rows=tuple((_name(row[0]), *(plain(cell) for cell in row[1:])) for row in table.rows), flowing=table.flowing, sentence_below=table.sentence_below,
    )  # fmt: skip


def _name(cell: str) -> str:
    return f"{plain(cell.removeprefix(MARKED))} (recommended)" if cell.startswith(MARKED) else plain(cell)


def meaning(path: str) -> str:
    """What a number is, in the first words of its declaration; empty where it has none.

    >>> meaning("tasks.email.traffic"), meaning("law.mixing_shift")[:43]
    ('requests that arrive under this heading', 'what the law misses of training several tas')
    """
    keys = {param.key: param.doc for param in declared_params()}
    parts = path.split(".")
    inner = ".".join(parts[2:] if parts[0] in ("tasks", "strategies") else parts[1:] if parts[0] == "unseen" else parts)
    doc = keys.get(path) or keys.get(inner, "")
    if not doc and parts[0] == "similarity":
        doc = "How alike two tasks are."
    said = re.split(r"[.;,]", doc)[0]
    return said[:1].lower() + said[1:]


def named(path: str) -> str:
    """A number as people say it, with its key in brackets.

    >>> named("law.mixing_shift")
    'What the law misses of training several tasks together (law.mixing_shift)'
    >>> named("all similarities together")
    'All similarities together'
    """
    doc = meaning(path)
    if not doc:
        return in_plain_words(path) if "." in path else f"{path[:1].upper()}{path[1:]}"
    owner, _, rest = path.partition(".")
    whose = f" of {rest.partition('.')[0]}" if owner in ("tasks", "strategies") else " of unseen requests" if owner == "unseen" else ""
    return f"{doc[:1].upper()}{doc[1:]}{whose} ({path})"


def retiring(findings: Findings) -> dict[str, str]:
    """Strategies whose API model ends within the horizon, with what is warned of."""
    found = {}
    for each in cautions(findings.run.asked):
        owner, _, rest = each.path.removeprefix("strategies.").partition(".")
        if rest.startswith("api") and " retire" in each.message:
            found[owner] = plain(each.message)
    return found


def lasting(findings: Findings, name: str) -> str:
    """A strategy, with the remark that its model ends where it does.

    A mind-changer that names it would else send its reader to a way out that closes.
    """
    return f"{name} (whose model retires within that time)" if name in retiring(findings) else name


def why_not(reason: NothingToDraw) -> str:
    """A sentence of a chart that has nothing to show."""
    return f"No chart here: {plain(str(reason))}."
