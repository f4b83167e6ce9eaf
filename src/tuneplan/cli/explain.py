"""``simulate explain PATH KEY``: where a number comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from tuneplan.cli.options import (
    file_of,
    of_a_run,
    of_a_scenario,
    of_every_command,
    opened,
    with_warnings,
    written_as,
)
from tuneplan.cli.output import deliver, files_of, warn
from tuneplan.cli.terminal import paper_for
from tuneplan.errors import TuneplanError

if TYPE_CHECKING:
    from tuneplan.report.lines import Paper
    from tuneplan.study.explanation import Node


def _outputs(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Keys of the outputs of the file, for shells that complete."""
    from tuneplan.scenario.load import load
    from tuneplan.study.design import Nominal
    from tuneplan.study.explanation import keys
    from tuneplan.study.run import run
    from tuneplan.study.verdict import verdict

    path = file_of(context)
    try:
        found = keys(verdict(run(load(path), Nominal()))) if path is not None else ()
    except TuneplanError:
        return []
    return [CompletionItem(key) for key in found if key.startswith(incomplete)]


@click.command("explain", short_help="Where a number comes from.")
@of_a_scenario
@click.argument("key", default="", shell_complete=_outputs)
@of_a_run
@written_as("text", "md", "json")
@with_warnings
@of_every_command
def command(
    path: Path, key: str, changes: Sequence[str], scenario: str, draws: int | None, seed: int, form: str, output: Path | None,
    strict: bool, quiet: bool,
) -> None:  # fmt: skip
    """Show the tree of a number down to what you typed: values, intervals, lines, sources, grades.

    KEY is an output (unified.cost, unified.cost.labels.email, unified.score.unseen, margin) or an
    input (tasks.email.data.price). Without one, all keys are listed.
    """
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
    from tuneplan.study.explanation import explain, keys
    from tuneplan.study.run import run
    from tuneplan.study.verdict import verdict

    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    found, warnings = opened(path, changes=changes, scenario=scenario, strict=strict)
    result = verdict(run(found, design))
    deliver(_written(explain(result, key), form, paper_for(output)) if key else "\n".join(keys(result)) + "\n", output, sources=files_of(found))
    if not quiet:
        warn(warnings)


def _written(node: Node, form: str, paper: Paper) -> str:
    from tuneplan.report import explanation

    if form == "json":
        from tuneplan.report.data import plain_json

        return plain_json(explanation.as_json(node))
    return explanation.as_markdown(node) if form == "md" else explanation.as_text(node, paper)
