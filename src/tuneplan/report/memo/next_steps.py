"""Page one, last part: what to do on Monday."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tuneplan.evidence.findings import Findings
from tuneplan.report.document.blocks import Points, Section
from tuneplan.report.interpretation import in_words
from tuneplan.report.memo.schedule import first_to_ask
from tuneplan.report.memo.wording import money_said
from tuneplan.report.words import listed, magnitude, plain, share, usd
from tuneplan.scenario.cautions import cautions
from tuneplan.study.in_use import in_use

MOST_TASKS = 4
"""Tasks whose examples are told one by one."""
MOST_WARNINGS = 2
"""Warnings that page one takes up; Risks has all."""
PILOT_SHARE = 0.1
"""Share of the examples of which a pilot is made; assumed."""
FEWEST_OF_A_PILOT = 100.0
"""Examples of a task below which a pilot says little; assumed."""


def next_steps(findings: Findings) -> Section:
    """Steps in their order: find out, ask for who is missing, try a part, collect the rest, build, renew."""
    steps = (*_check(findings), *_ask(findings), *_collect(findings), *_build(findings), *_renew(findings))
    return Section(title="Next steps", anchor="next", blocks=(Points(steps, ordered=True),))


def _check(findings: Findings) -> Iterator[str]:
    """The check that pays by itself, before anything is bought."""
    for each in findings.information.checks[:1]:
        if each.net > 0.0 and not each.is_close:
            yield f"Run the check {each.check.name} ({in_words(each.check)}) first, put its result into the scenario, and make this memo anew."


def _ask(findings: Findings) -> Iterator[str]:
    """Who is missing before anything begins."""
    asked = first_to_ask(findings)
    if asked:
        yield asked


def _collect(findings: Findings) -> Iterator[str]:
    """Examples to buy, by task, and a first part of them to learn from."""
    verdict = findings.verdict
    assert verdict.decision.best is not None
    row, name = verdict.decision.best, verdict.decision.strategies[verdict.decision.best]
    kept = findings.stakes.kept[row]
    if not kept.models:
        return
    needed = {task: count for task, count in kept.bought.items() if count >= 1.0}
    if not needed:
        yield f"Collect no examples: what there is trains {name}."
        return
    shown = sorted(needed, key=lambda task: -needed[task])[:MOST_TASKS]
    more = len(needed) - len(shown)
    told = [f"{magnitude(needed[task])} of {task}" for task in shown] + ([f"the rest for {more} more tasks"] if more > 0 else [])
    costs = f"data comes to {money_said(verdict.results[row].components['data'])}"
    first = {task: PILOT_SHARE * needed[task] for task in shown if PILOT_SHARE * needed[task] >= FEWEST_OF_A_PILOT}
    if not first:
        yield f"Collect examples, {listed(told)}: {costs}."
        return
    task = max(first, key=lambda each: first[each])
    yield (
        f"Begin with a tenth of the examples ({magnitude(first[task])} of {task}), which are needed in any case: train on them, score, and give the scores to "
        "simulate calibrate; the next memo rests on your own curve."
    )
    yield f"Where that still says {name}, collect the rest: {listed(told)} in all; {costs}."


def _build(findings: Findings) -> Iterator[str]:
    """What is set up, for how much at most, at the confidence asked for."""
    verdict = findings.verdict
    assert verdict.decision.best is not None
    row = verdict.decision.best
    name, kept = verdict.decision.strategies[row], findings.stakes.kept[row]
    what = f"train {kept.models} model{'' if kept.models == 1 else 's'}" if kept.models else "write and test the prompts"
    limit = "" if math.isnan(verdict.limit) else f" {usd(verdict.limit)} is enough in {share(verdict.decision.probability_in_budget[row])} of draws."
    yield f"Build {name}: {what}, and score every task on held-out examples.{limit}"


def _renew(findings: Findings) -> Iterator[str]:
    """Warnings that touch the recommended strategy, each as something to do."""
    others = {name for name in findings.run.scenario.strategies if name != findings.verdict.decision.strategies[findings.verdict.decision.best or 0]}
    seen = [each for each in cautions(findings.run.asked) if not any(each.path.startswith(f"strategies.{name}.") for name in others)]
    for each in seen[:MOST_WARNINGS]:
        yield f"Clear up {plain(each.path)}: {plain(each.message)}."
    if len(seen) > MOST_WARNINGS:
        yield f"{len(seen) - MOST_WARNINGS} more warnings stand under Risks."
    if not findings.run.scenario.calibration and not _measured(findings):
        yield "Replace by your own numbers what the assumptions ledger calls assumed, from its top."


def _measured(findings: Findings) -> bool:
    """Whether nothing that is in use was merely assumed."""
    return not any(each.grade == "A" for each in in_use(findings.run))
