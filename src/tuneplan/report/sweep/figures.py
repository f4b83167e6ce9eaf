"""What a sweep tells as data: JSON with names instead of numbers, and tidy rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tuneplan.report.data import SCHEMA_VERSION
from tuneplan.report.sweep import sentences
from tuneplan.report.sweep.wording import bin_in_words, rule
from tuneplan.study.sweep.summary.records import Along, Bin, ByKey, Summary, Switch
from tuneplan.study.sweep.summary.rules import Condition, Key

OBJECTIVE = "unit of the objective"
OF_KEY = "unit of the key"
UNITS = {
    "row": ("rows", "asked", "outcomes.rows", "outcomes.close", "reasons.rows", "failures.rows", "close", "within_error", "sampled", "keys.bins.rows", "regions.rules.rows", "regions.rules.right"),
    "share": ("outcomes.share", "outcomes.best_chance", "best_chance", "keys.tells", "keys.right", "keys.gain", "keys.bins.shares", "regions.right", "regions.commonest", "switches.found.share", "switches.found.moved.explained"),
    "bit": ("keys.information",),
    OBJECTIVE: ("margin.p10", "margin.median", "margin.p90"),
    OF_KEY: ("keys.bins.low", "keys.bins.high", "switches.found.value", "switches.found.gap", "thresholds.value", "regions.rules.conditions.above", "regions.rules.conditions.below"),
}  # fmt: skip
"""Unit -> fields of the JSON that are in it, whole."""


def content(found: Summary) -> dict[str, Any]:
    """Everything, with its units; ``outcome`` says whether a strategy is recommended, nobody is, or the row failed."""
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "tuneplan", "version": found.version},
        "scenario": {"name": found.scenario, "hash": found.fingerprint},
        "design": {"draws": found.draws, "seed": found.seed, "mode": found.mode, "plans": found.plans},
        "units": {field: found.unit if unit == OBJECTIVE else unit for unit, fields in UNITS.items() for field in fields},
        "said": said(found),
        "objective": {"name": found.objective, "unit": found.unit},
        "asked": found.asked, "rows": found.rows, "is_complete": found.is_complete, "sampled": found.sampled,
        "outcomes": [_row_of_outcome(found, outcome) for outcome in range(len(found.counts))],
        "reasons": found.reasons, "failures": found.failures,
        "close": sum(found.close), "margin": found.margin, "best_chance": found.best_chance_of_all, "within_error": found.within_error,
        "keys": [_key(found, each) for each in found.keys],
        "switches": [_along(found, each) for each in found.lines], "no_lines": found.no_lines,
        "thresholds": [] if found.regions is None else [
            {"key": each.key.name, "unit": each.key.unit, "value": each.value, "before": _outcome(found, each.before), "after": _outcome(found, each.after),
             "rows": each.rows, "where": [_condition(one) for one in each.where]}
            for each in found.regions.thresholds
        ],
        "regions": None if found.regions is None else {
            "rules": [
                {**_outcome(found, each.outcome), "conditions": [_condition(one) for one in each.conditions], "rows": each.rows, "right": each.right}
                for each in found.regions.regions
            ],
            "sampled": found.regions.sampled, "held_out": found.regions.held_out, "right": found.regions.right, "commonest": found.regions.commonest,
        },
        "no_regions": found.no_regions,
    }  # fmt: skip


def said(found: Summary) -> dict[str, list[str]]:
    """The sentences of the page, by what they are about."""
    return {
        "opening": sentences.opening(found), "closeness": sentences.closeness(found), "deciding": sentences.deciding(found),
        "switches": [*(each for along in found.lines for each in sentences.switching(found, along)), *(sentences.still(found) if found.lines else sentences.thresholds(found))],
        "regions": [*sentences.rules(found), *([] if found.regions is None else [sentences.telling(found, found.regions)])], "rests_on": sentences.resting(found),
    }  # fmt: skip


def _outcome(found: Summary, outcome: int) -> dict[str, str | None]:
    if outcome < found.nobody:
        return {"outcome": "recommended", "strategy": found.strategies[outcome]}
    return {"outcome": "nobody" if outcome == found.nobody else "failed", "strategy": None}


def _row_of_outcome(found: Summary, outcome: int) -> dict[str, Any]:
    own = {"close": found.close[outcome], "best_chance": found.best_chance[outcome]} if outcome < found.nobody else {}
    return {**_outcome(found, outcome), "rows": found.counts[outcome], "share": found.counts[outcome] / found.rows if found.rows else None, **own}


def _bin(each: Bin, key: Key) -> dict[str, Any]:
    """Values of a bin: its ends, or texts; none of either where it holds all other texts, or rows without a value."""
    return {"at": bin_in_words(each, key), "low": each.low, "high": each.high, "texts": each.texts, "is_blank": each.is_blank}


def _key(found: Summary, each: ByKey) -> dict[str, Any]:
    def shares(own: Bin) -> list[float] | None:
        return [count / sum(own.counts) for count in own.counts] if sum(own.counts) else None

    return {
        "key": each.key.name, "unit": each.key.unit, "information": each.information, "tells": each.told, "right": each.right, "gain": each.gain,
        "bins": [{**_bin(own, each.key), "rows": sum(own.counts), "counts": own.counts, "shares": shares(own)} for own in each.bins],
    }  # fmt: skip


def _along(found: Summary, each: Along) -> dict[str, Any]:
    return {
        "key": each.key.name, "unit": each.key.unit, "lines": each.lines, "all_lines": each.all_lines, "still": each.still,
        "found": [_switch(found, each, one) for one in each.switches],
    }  # fmt: skip


def _switch(found: Summary, along: Along, each: Switch) -> dict[str, Any]:
    moved = None if each.moved is None else {
        "by": each.moved.by.name, "unit": each.moved.by.unit, "explained": each.moved.explained,
        "places": [{**_bin(place.at, each.moved.by), "value": place.value, "lines": place.lines, "all_lines": place.all_lines} for place in each.moved.places],
    }  # fmt: skip
    return {
        "before": _outcome(found, each.before), "after": _outcome(found, each.after), "value": each.value, "lines": each.lines,
        "share": each.lines / along.lines, "between": each.between, "gap": each.gap, "moved": moved,
    }  # fmt: skip


def _condition(each: Condition) -> dict[str, Any]:
    return {"key": each.key.name, "unit": each.key.unit, "above": each.above, "below": each.below, "texts": each.texts, "is_other": each.is_other, "may_be_blank": each.blank}


# --- rows ----------------------------------------------------------------------------------------------------------------


def rows(found: Summary) -> list[Mapping[str, Any]]:
    """One row a number: which analysis, of which key, at which values, of which strategy."""
    return [*_outcome_rows(found), *_key_rows(found), *_switch_rows(found), *_region_rows(found)]


def _row(analysis: str, quantity: str, unit: str, value: float, **more: Any) -> dict[str, Any]:
    blank = {"key": "", "at": "", "strategy": "", "outcome": "", "to_strategy": "", "to_outcome": ""}
    ends = {"p10": float("nan"), "p90": float("nan"), "count": ""}
    return {
        "analysis": analysis, **{name: more.get(name, empty) for name, empty in blank.items()}, "quantity": quantity, "unit": unit, "value": value,
        **{name: more.get(name, empty) for name, empty in ends.items()},
    }  # fmt: skip


def _who(found: Summary, outcome: int, *, to: bool = False) -> dict[str, str]:
    own = _outcome(found, outcome)
    return {f"{'to_' if to else ''}{name}": value or "" for name, value in own.items()}


def _outcome_rows(found: Summary) -> Iterator[dict[str, Any]]:
    for outcome, count in enumerate(found.counts):
        share = count / found.rows if found.rows else float("nan")
        yield _row("outcome", "share of rows", "share", share, count=count, **_who(found, outcome))
    for name, reasons in (("nobody", found.reasons), ("failed", found.failures)):
        for each in reasons:
            yield _row("reason", "rows", "row", float(each.rows), outcome=name, at=each.text, count=each.rows)
    yield _row("closeness", "level or too close", "row", float(sum(found.close)), count=found.recommended)
    yield _row("closeness", "margin", found.unit, found.margin.median, p10=found.margin.p10, p90=found.margin.p90, count=found.margin.count)
    yield _row("closeness", "mean chance of the recommended to be best", "share", found.best_chance_of_all, count=found.recommended)
    if found.within_error is not None:
        yield _row("closeness", "within simulation error", "row", float(found.within_error), count=found.recommended)


def _key_rows(found: Summary) -> Iterator[dict[str, Any]]:
    for each in found.keys:
        for name, unit, value in (("information", "bit", each.information), ("tells", "share", each.told), ("right", "share", each.right), ("gain", "share", each.gain)):
            yield _row("key", name, unit, value, key=each.key.name)
        for own in each.bins:
            for outcome, count in enumerate(own.counts):
                share = count / sum(own.counts) if sum(own.counts) else float("nan")
                yield _row("by key", "share of rows", "share", share, key=each.key.name, at=bin_in_words(own, each.key), count=count, **_who(found, outcome))


def _switch_rows(found: Summary) -> Iterator[dict[str, Any]]:
    for along in found.lines:
        for each in along.switches:
            who = {**_who(found, each.before), **_who(found, each.after, to=True)}
            yield _row("switch", "value", along.key.unit, each.value.median, key=along.key.name, p10=each.value.p10, p90=each.value.p90, count=each.value.count, **who)
            yield _row("switch", "share of lines", "share", each.lines / along.lines, key=along.key.name, count=each.lines, **who)
            for place in each.moved.places if each.moved is not None else ():
                at = f"{each.moved.by.name}: {bin_in_words(place.at, each.moved.by)}" if each.moved is not None else ""
                yield _row("switch", "value at another key", along.key.unit, place.value, key=along.key.name, at=at, count=place.lines, **who)
    for one in found.regions.thresholds if found.regions is not None else ():
        who = {**_who(found, one.before), **_who(found, one.after, to=True)}
        yield _row("threshold", "value", one.key.unit, one.value, key=one.key.name, at=rule(one.where), count=one.rows, **who)


def _region_rows(found: Summary) -> Iterator[dict[str, Any]]:
    if found.regions is None:
        return
    for each in found.regions.regions:
        right = each.right / each.rows if each.rows else float("nan")
        yield _row("region", "share of its rows", "share", right, at=rule(each.conditions) or "everywhere", count=each.rows, **_who(found, each.outcome))
    yield _row("regions", "right in rows held out", "share", found.regions.right, count=found.regions.held_out)
    yield _row("regions", "commonest in rows held out", "share", found.regions.commonest, count=found.regions.held_out)
