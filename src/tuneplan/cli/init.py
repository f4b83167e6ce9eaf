"""``simulate init FILE``: a scenario of one's own from four answers."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tuneplan.cli.options import of_every_command
from tuneplan.cli.output import deliver
from tuneplan.errors import ScenarioError, UsageError


@click.command("init", short_help="A starter scenario from four answers.")
@click.argument("path", type=click.Path(path_type=Path), default=Path("scenario.yaml"))
@click.option("--tasks", default=None, metavar="A,B,...", help="Names of the tasks.")
@click.option("--traffic", default=None, metavar="TEXT", help="Requests of each task, for example 20k to 80k requests/month.")
@click.option("--base", default=None, metavar="NAME", help="Base model: simulate catalogue models.")
@click.option("--budget", default=None, metavar="TEXT", help="The most that may be spent, for example 60k USD.")
@click.option("--deadline", default=None, metavar="DATE", help="Day by which all of it has to ship, for example 2027-04-30; asked for by this option alone.")
@click.option("--force", is_flag=True, help="Write over a file that exists.")
@of_every_command
def command(path: Path, tasks: str | None, traffic: str | None, base: str | None, budget: str | None, deadline: str | None, force: bool) -> None:
    """Write a starter scenario that runs: four questions, or the four options.

    PATH is scenario.yaml unless said; - prints it.
    """
    if str(path) != "-" and path.exists() and not force:
        raise UsageError(f"{path} exists; give another name, or --force to write over it")
    from tuneplan.report.starter import USUAL, Answers

    def with_tasks(text: str) -> Answers:
        return replace(USUAL, tasks=tuple(name.strip() for name in text.split(",") if name.strip()))

    asked = [
        ("tasks", "Tasks, separated by commas", tasks, ",".join(USUAL.tasks), with_tasks),
        ("traffic", "Requests of each task", traffic, USUAL.traffic, lambda text: replace(USUAL, traffic=text.strip())),
        ("base", "Base model", base, USUAL.base, lambda text: replace(USUAL, base=text.strip())),
        ("budget", "Budget", budget, USUAL.budget, lambda text: replace(USUAL, budget=text.strip())),
    ]
    silent = deadline is None and all(given is None for _, _, given, _, _ in asked)
    answers = USUAL if deadline is None else _checked("--deadline", lambda text: replace(USUAL, deadline=text.strip()))(deadline)
    for name, question, given, usual, alone in asked:
        checked = _checked(f"--{name}", alone)
        found = checked(given) if given is not None else click.prompt(question, default=usual, value_proc=checked, err=True) if silent else alone(usual)
        answers = replace(answers, **{name: getattr(found, name)})
    deliver(_text(answers), None if str(path) == "-" else path)
    if str(path) != "-":
        click.echo(f"wrote {path}; next: simulate check {path}, then simulate {path}", err=True)


def _checked(option: str, alone: Callable[[str], Any]) -> Callable[[str], Any]:
    """An answer that a scenario can be made of, all else being usual; else the reader is told and asked again."""

    def check(text: str) -> Any:
        from tuneplan.scenario.load import loads

        answers = alone(text)
        if not answers.tasks:
            raise click.BadParameter("at least one name is needed", param_hint=option)
        if len(set(answers.tasks)) < len(answers.tasks):
            raise click.BadParameter("a name stands twice", param_hint=option)
        try:
            loads(_text(answers), file="answer")
        except ScenarioError as error:
            problem = error.problems[0]
            raise click.BadParameter(problem.message, param_hint=option) from None
        return answers

    return check


def _text(answers: Any) -> str:
    from tuneplan.report.starter import starter

    return starter(answers, today=datetime.date.today())
