"""What a sweep tells, in sentences."""

from __future__ import annotations

import math

from tuneplan.report.frontier.sentences import few
from tuneplan.report.sweep.progress import spaced
from tuneplan.report.sweep.wording import (
    FAILED,
    NOBODY,
    bin_in_words,
    counted,
    in_rows,
    named,
    of_all,
    rule,
    value,
)
from tuneplan.report.words import amount, draws, in_words, listed, plain, share
from tuneplan.study.sweep.summary.records import Along, Bin, ByKey, Reason, Summary, Switch
from tuneplan.study.sweep.summary.rules import Region, Regions, Threshold

MOST_REASONS = 4
LONGEST_REASON = 160
"""Letters of a reason that are told; the whole stands in JSON."""
MOST_SWITCHES = 8
"""Switches of a key that get a sentence; rarer ones are counted."""
CLEAR, MOSTLY = 0.9, 0.6
"""Share of the rows of a region from which its outcome is said to hold there, and to hold mostly."""
FEW_ROWS = 200
"""Rows below which it is said that chance was taken off what a key tells."""
LEVEL_GAIN = 0.005
"""Share of rows below which knowing a key is told to gain nothing."""
PLANS = {
    "own": "Each row buys by a plan of its own.",
    "once": "All rows buy by one plan, made once for the scenario as it stands: with plans of their own, strategies could do better in rows far from it.",
}  # fmt: skip


def opening(found: Summary) -> list[str]:
    """Who is recommended in what share of the rows, where nobody is, what failed."""
    if not found.rows:
        return ["No row is here yet, so there is nothing to tell."]
    parts = [(found.counts[index], index) for index in range(len(found.strategies)) if found.counts[index]]
    parts.sort(key=lambda each: (-each[0], each[1]))
    said = []
    if parts:
        first, *others = parts
        words = [f"{named(found, first[1])} is recommended in {_share(found, first[0])}", *(f"{named(found, index)} in {_share(found, count, short=True)}" for count, index in others[:5])]
        words += [f"{len(others) - 5} more in {_share(found, sum(count for count, _ in others[5:]), short=True)}"] if len(others) > 5 else []
        said.append(f"{listed(words)}.")
    never = [name for name, count in zip(found.strategies, found.counts[: found.nobody], strict=True) if not count]
    if never and parts:
        said.append(f"Nowhere recommended: {few(never)}.")
    nobody, failed = found.counts[found.nobody], found.counts[found.failed]
    if nobody:
        said.append(f"Nobody meets the limits in {_share(found, nobody, short=bool(parts))}{_why(found.reasons)}.")
    if failed:
        said.append(f"{counted(failed, 'row')} failed ({of_all(failed, found.rows)}){_why(found.failures)}.")
    return [" ".join(said)]


def _share(found: Summary, count: int, *, short: bool = False) -> str:
    if count == found.rows:
        return f"all {spaced(found.rows)} rows" if count > 1 else "the one row"
    return f"{spaced(count)} ({of_all(count, found.rows)})" if short else f"{spaced(count)} of {counted(found.rows, 'row')} ({of_all(count, found.rows)})"


def _why(reasons: tuple[Reason, ...]) -> str:
    """The most frequent reasons."""
    told = [f"{_reason(each.text)} ({counted(each.rows, 'row')})" for each in reasons[:MOST_REASONS]]
    if len(reasons) > MOST_REASONS:
        told.append(f"{len(reasons) - MOST_REASONS} more reasons ({counted(sum(each.rows for each in reasons[MOST_REASONS:]), 'row')})")
    return f": {'; '.join(told)}" if told else ""


def _reason(text: str) -> str:
    """A reason on one line, without what is too long to be read within a sentence."""
    said = plain(text).rstrip(".") or "other reasons"
    return said if len(said) <= LONGEST_REASON else f"{said[:LONGEST_REASON].rstrip()}..."


def closeness(found: Summary) -> list[str]:
    """How close it is where somebody is recommended."""
    total, margin = found.recommended, found.margin
    if not total:
        return []
    close = sum(found.close)
    where = f"{in_rows(close, total)} that {'has' if total == 1 else 'have'} one" if close else f"none of the {counted(total, 'row')} that {'has' if total == 1 else 'have'} one"
    said = [f"The recommendation is level with another, or too close to call, in {where}."]
    if margin.count:
        sample = "" if found.sampled == found.rows else f" (from a sample of {counted(margin.count, 'row')})"
        ends = f" (median; P10-P90 {amount(margin.p10, found.unit).removesuffix(' points')} to {amount(margin.p90, found.unit)})" if margin.count > 1 else ""
        cheaper = "; below 0 where it is level with one that costs more" if margin.p10 < 0.0 else ""
        said.append(f"Its lead over the runner-up in {found.objective} is {amount(margin.median, found.unit)}{ends}{cheaper}{sample}.")
    else:
        said.append("In no row does a second strategy meet the limits.")
    if not math.isnan(found.best_chance_of_all):
        on_average = " on average" if total > 1 else ""
        said.append(f"It is the best of those that meet the limits in {share(found.best_chance_of_all)} of the draws ({in_words(found.best_chance_of_all)}){on_average}.")
    return [" ".join(said)]


def deciding(found: Summary) -> list[str]:
    """Which key decides most."""
    told = [each for each in found.keys if each.information > 0.0]
    if not found.rows or not found.keys:
        return []
    if max(found.counts) == found.rows:
        return ["No key decides anything: the outcome is the same in every row."]
    if not told:
        return [f"No key by itself tells the outcome better than chance would in {counted(found.rows, 'row')}."]
    first, commonest = told[0], max(found.counts) / found.rows
    always = named(found, found.counts.index(max(found.counts)))
    gain = (
        f"who knows nothing but it, and says the commonest outcome at its value, is right in {share(first.right)} of the rows, "
        f"against {share(commonest)} by always saying {_outcome(always)}"
    )
    if first.gain < LEVEL_GAIN:
        gain = f"yet at each of its values the commonest outcome is the same, {_outcome(always)}, which is right in {share(commonest)} of the rows"
    chance = ", less what chance would in so few rows" if found.rows < FEW_ROWS else ""
    return [f"{first.key.name} decides most: it alone tells {share(first.told)} of what there is to know about the outcome{chance}; {gain}.{_others(told)}"]


def telling_nothing(found: Summary) -> list[str]:
    """Keys at whose values the shares are all alike, as far as these rows can tell."""
    alike = [each.key.name for each in found.keys if each.information == 0.0 and not each.is_constant]
    same = [each.key.name for each in found.keys if each.is_constant]
    said = [f"At all values of {few(alike)} the shares are the same, as far as these rows can tell."] if alike else []
    return [*said, *([f"The same in all rows: {few(same)}."] if same else [])]


def _others(told: list[ByKey]) -> str:
    return f" Then {listed([f'{each.key.name} ({share(each.told)})' for each in told[1:4]])}." if len(told) > 1 else ""


def _outcome(name: str) -> str:
    return {NOBODY: "that nobody meets the limits", FAILED: "that the row fails"}.get(name, name)


# --- switches ------------------------------------------------------------------------------------------------------------


def still(found: Summary) -> list[str]:
    """Keys along which nothing changes, and those of which nothing is known."""
    known = [each.key.name for each in found.lines if each.lines and not each.switches]
    unknown = [each.key.name for each in found.lines if not each.lines]
    said = [f"All other keys fixed, nothing changes along {few(known)}."] if known else []
    return [*said, *([f"No line along {few(unknown)} has two rows that could be worked out."] if unknown else [])]


def switching(found: Summary, along: Along) -> list[str]:
    """Where the recommendation changes as one number rises, all else fixed; nothing where it never does."""
    if not along.switches:
        return []
    lines = counted(along.lines, "line") if along.lines == along.all_lines else f"{spaced(along.lines)} of {counted(along.all_lines, 'line')}"
    are = "is" if along.lines == along.all_lines == 1 else "are"
    unchanged = f"the outcome changes on {'every one' if along.lines > 1 else 'it'}" if not along.still else f"the outcome is the same all along {_on(along.still, along.lines)}"
    said = [f"Along {along.key.name}, all other keys fixed, there {are} {lines} to follow; {unchanged}."]
    said += [_switch(found, along, each) for each in along.switches[:MOST_SWITCHES]]
    if len(along.switches) > MOST_SWITCHES:
        said.append(f"{len(along.switches) - MOST_SWITCHES} rarer changes stand in JSON and CSV.")
    return [" ".join(said)]


def _on(count: int, total: int) -> str:
    """On how many lines."""
    if count == total:
        return f"on all {spaced(total)}" if total > 1 else "on it"
    return f"on {spaced(count)} of {spaced(total)} ({of_all(count, total)})"


def _switch(found: Summary, along: Along, each: Switch) -> str:
    where = f"at {value(each.value.median, along.key)}"
    low, high = value(each.value.p10, along.key), value(each.value.p90, along.key)
    if low != high:
        where += f" (median; P10-P90 {bin_in_words(Bin(low=each.value.p10, high=each.value.p90), along.key)})"
    if each.gap is not None:
        where = f"between {value(each.gap[0], along.key)} and {value(each.gap[1], along.key)}"
    known = "" if not each.between or each.gap is not None else ", known only to lie between neighbouring values" if each.between == each.value.count else f", {spaced(each.between)} of them known only to lie between neighbouring values"
    on = f", {_on(each.lines, along.lines)}" if along.lines > 1 else ""
    return f"From {named(found, each.before)} to {named(found, each.after)} {where}{on}{known}."


def moving(found: Summary, along: Along, each: Switch) -> str:
    """The title of the table of places where a switch lies."""
    assert each.moved is not None
    return (
        f"Where {named(found, each.before)} gives way to {named(found, each.after)} along {along.key.name}, by {each.moved.by.name} "
        f"(which explains {share(each.moved.explained)} of its spread)"
    )


def thresholds(found: Summary) -> list[str]:
    """Switches of rows without lines: where a tree parts them."""
    if found.regions is None or not found.regions.thresholds:
        return []
    said = " ".join(_threshold(found, each) for each in found.regions.thresholds)
    return [f"There are no lines to follow, {found.no_lines}: where the recommendation switches is read off the tree behind the rules. {said}"]


def _threshold(found: Summary, each: Threshold) -> str:
    where = f" Where {rule(each.where)}:" if each.where else ""
    before, after = named(found, each.before), named(found, each.after)
    return f"{where} {each.key.name} parts at {value(each.value, each.key)}, mostly {before} below and {after} above ({counted(each.rows, 'row')}).".strip()


# --- regions -------------------------------------------------------------------------------------------------------------


def region(found: Summary, each: Region) -> str:
    """A rule: who wins where, in how many rows."""
    part = each.right / each.rows if each.rows else 1.0
    right = f"{spaced(each.right)} of {counted(each.rows, 'row')} ({share(part)})" if each.rows else "no row"
    return f"{_who(found, each.outcome, part)} {f'where {rule(each.conditions)}' if each.conditions else _everywhere(found, each, part)}: {right}"


def _who(found: Summary, outcome: int, part: float) -> str:
    """Whose region it is, the more carefully the fewer rows of it are theirs."""
    if outcome == found.nobody:
        return "nobody meets the limits" if part >= CLEAR else "mostly nobody meets the limits" if part >= MOSTLY else "most often nobody meets the limits"
    return f"{named(found, outcome)} {'wins' if part >= CLEAR else 'mostly wins' if part >= MOSTLY else 'wins most often'}"


def _everywhere(found: Summary, each: Region, part: float) -> str:
    return "anywhere" if each.outcome == found.nobody and part >= CLEAR else "everywhere" if part >= CLEAR else "of all rows"


def rules(found: Summary) -> list[str]:
    """Regions as sentences, the largest first; the name of a strategy stays as it is, also at the start of one."""
    told = [] if found.regions is None else found.regions.regions
    said = [(each.outcome, region(found, each)) for each in told]
    return [f"{text[0].upper() if outcome == found.nobody else text[0]}{text[1:]}." for outcome, text in said]


def telling(found: Summary, told: Regions) -> str:
    """How well the regions tell who wins."""
    said = []
    if told.held_out:
        said.append(
            f"Grown on three quarters of the rows, such rules tell the other quarter right in {share(told.right)} ({in_words(told.right)}), "
            f"against {share(told.commonest)} by always saying the commonest outcome."
        )
    elif len(told.regions) > 1:
        said.append("Too few rows to hold some back, so it is not known how well such rules tell others.")
    rows = found.rows - found.counts[found.failed]
    said += [f"They were made from a sample of {counted(told.sampled, 'row')} of {spaced(rows)}, the same each time."] if told.sampled < rows else []
    return " ".join([*said, "Regions hold for the rows that were asked, and say nothing beyond their values."])


# --- on what it rests ----------------------------------------------------------------------------------------------------


def resting(found: Summary) -> list[str]:
    """How many rows are here, draws and simulation error, plans."""
    said = []
    if not found.is_complete:
        said.append(f"The sweep is not complete: {spaced(found.rows)} of {counted(found.asked, 'row')} are here ({of_all(found.rows, found.asked)}), and all shares are of those.")
    if found.draws == 1:
        said.append("1 draw a row, every uncertain number at one value: there are no chances, bands or simulation errors.")
    else:
        said.append(f"{draws(found.draws)} a row, seed {found.seed}.{_error(found)}")
    said += [PLANS[found.plans]] if found.plans in PLANS else []
    return [" ".join(said), f"Scenario {found.fingerprint}, tuneplan {found.version}."]


def _error(found: Summary) -> str:
    """In how many rows simulation error may hide who leads."""
    if not found.recommended or not found.margin.count:
        return ""
    if found.within_error is None:
        return f" The simulation error of {found.objective} is not known by row; what is too close to call with so many draws counts as close."
    if not found.within_error:
        return " In no row does the lead lie within two simulation errors of the two scores."
    return (
        f" In {in_rows(found.within_error, found.recommended)} with a recommendation the lead lies within two simulation errors of the two scores, "
        "as if these were independent: more draws might change who leads there."
    )

