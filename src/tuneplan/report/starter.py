"""A first scenario from four answers: it runs, and says what to put in the place of its guesses."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from tuneplan.report.words import listed, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a starter file is made of, as typed.

    Attributes
    ----------
    tasks
        Names.
    traffic
        Of each task, for example ``20k to 80k requests/month``.
    base
        Base model of the catalogue.
    budget
        For example ``60k USD``.
    deadline
        Day on which all of it has to have shipped, for example ``2027-04-30``; empty: there is none.
    """

    tasks: tuple[str, ...]
    traffic: str
    base: str
    budget: str
    deadline: str = ""


USUAL = Answers(tasks=("email", "summary", "qa"), traffic="20k to 80k requests/month", base="llama-3.1-8b-instruct", budget="60k USD")
"""Answers of somebody who only presses Enter."""


def starter(answers: Answers, *, today: datetime.date) -> str:
    """Text of a scenario file.

    Parameters
    ----------
    today
        When the project starts; ages of prices count from it.
    """
    first, *others = answers.tasks
    return _TEXT.format(
        question=_question([plain(name) for name in answers.tasks]),
        today=today.isoformat(),
        budget=answers.budget,
        deadline=_DEADLINE.format(day=answers.deadline) if answers.deadline else "",
        base=answers.base,
        first=first,
        traffic=answers.traffic,
        others="".join(f"  {name}: {{like: {first}}}{'' if number else _COPIED}\n" for number, name in enumerate(others)),
        similarity=_similarity(answers.tasks),
        strategies=_strategies(len(answers.tasks)),
    )


def _question(tasks: list[str]) -> str:
    return f"One model for {listed(tasks)}, or one each?" if len(tasks) > 1 else f"Is a model for {tasks[0]} worth tuning?"


_COPIED = "        # copied, then change what differs: {like: ..., data.price: 2 USD/example}"


def _similarity(tasks: Sequence[str]) -> str:
    """The first pairs, as words to be changed."""
    pairs = [(one, other) for number, one in enumerate(tasks) for other in tasks[number + 1 :]][:6]
    if not pairs:
        return ""
    lines = "".join(f"  {one}/{other}: mixed\n" for one, other in pairs)
    return f"similarity:                                      # parallel, near, format, mixed, far; or 0.2 to 0.5\n{lines}"


def _strategies(tasks: int) -> str:
    several = "  specialists: {}                                # one model a task, behind a router\n  adapters: {}                                   # one adapter a task on one shared base\n"
    return f"  unified: {{}}                                    # one model, one mixed dataset\n{several if tasks > 1 else ''}"


_DEADLINE = """\
deadline: {{date: {day}, delay_cost: 500 USD/day}}   # what each day costs that all of it ships later
schedule: {{annotators: 3, reviewers: 1, gpus: 8}}        # who is there
"""
_TEXT = """\
# {question}
# "a to b" is a 90 % interval. The numbers below are guesses: put your own in their place.
# How each is read: simulate check FILE. All keys: simulate schema --format md.
schema: 1
name: {question}
start: {today}                                # ages of prices count from here

budget:
  limit: {budget}
  covers: [data, training, evaluation, people]   # serving is paid from revenue
  confidence: 90%                                # a plan has to stay inside with this chance
horizon: 12 months
{deadline}
base: {base}
gpu: {{kind: h100-sxm}}                            # provider: NAME takes its price; none, the market's
method: full                                     # or lora, qlora

tasks:
  {first}:
    traffic: {traffic}
    tokens: {{input: 500 to 1500, output: 100 to 400}}
    score: {{base: 0.50 to 0.65, ceiling: 0.80 to 0.95}}   # the prompted base, and the best that tuning could reach
    data: {{examples: 2k, kind: demonstration}}    # price: $3 to $6 per example, if you know it
{others}
unseen: {{share: 5% to 15%}}                       # requests that fit none of the tasks
{similarity}
strategies:
{strategies}  prompted: {{like_base: yes}}                     # no training: the base as it is; or {{api: NAME, score: ...}}
"""
