"""The page of ``simulate sweep --summary``: who wins where, what decides it, where it switches, in which regions."""

from __future__ import annotations

from tuneplan.report.lines import PLAIN, Paper
from tuneplan.report.page import Page
from tuneplan.report.sweep import sentences, tables
from tuneplan.report.sweep.progress import spaced
from tuneplan.report.sweep.wording import counted
from tuneplan.report.tables import Table
from tuneplan.study.sweep.summary.records import Summary

MOST_KEYS = 5
"""Keys that get a table of their own."""
MOST_MOVED = 3
"""Switches whose moving gets a table."""


def page(found: Summary, paper: Paper = PLAIN) -> Page:
    """What people read.

    Parameters
    ----------
    paper
        For which tables choose how many strategies they have room for.
    """
    title = f"{found.scenario}: what a sweep of {counted(found.asked, 'row')} tells"
    if not found.is_complete:
        title = f"{found.scenario}: what {spaced(found.rows)} of {counted(found.asked, 'row')} of a sweep tell, which is not complete"
    parts: list[str | Table] = [*sentences.opening(found)]
    if found.rows:
        parts += [*([tables.winners(found)] if sum(map(bool, found.counts)) > 1 else []), *sentences.closeness(found)]
        parts += _regions(found)
        parts += _keys(found, paper)
        parts += _switches(found)
    return Page(title=title, parts=(*parts, *sentences.resting(found)))


def _regions(found: Summary) -> list[str | Table]:
    if found.regions is None:
        return [f"No regions are told: {found.no_regions}."]
    told = sentences.rules(found)
    lead = ["In rules, the largest region first:"] if len(told) > 1 else []
    return [*lead, *told, sentences.telling(found, found.regions)]


def _keys(found: Summary, paper: Paper) -> list[str | Table]:
    parts: list[str | Table] = [*sentences.deciding(found)]
    if not found.keys or max(found.counts) == found.rows:
        return parts
    parts.append(tables.deciding(found))
    told = [each for each in found.keys if each.information > 0.0]
    parts += [tables.by_key(found, each, paper) for each in told[:MOST_KEYS]]
    if len(told) > MOST_KEYS:
        parts.append(f"{len(told) - MOST_KEYS} more keys stand in JSON and CSV.")
    return [*parts, *sentences.telling_nothing(found)]


def _switches(found: Summary) -> list[str | Table]:
    parts: list[str | Table] = []
    for along in found.lines:
        parts += sentences.switching(found, along)
        parts += [tables.moved(found, along, each) for each in along.switches[:MOST_MOVED] if each.moved is not None]
    return [*parts, *sentences.still(found)] if found.lines else [*sentences.thresholds(found)]
