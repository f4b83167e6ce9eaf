"""``simulate schema``: the language, for editors and for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.cli.options import of_every_command, written_as
from tuneplan.cli.output import deliver

if TYPE_CHECKING:
    from tuneplan.scenario.reading.language import Language


@click.command("schema", short_help="Every key: for editors, to read, as a file.")
@written_as("json", "md", "yaml")
@of_every_command
def command(form: str, output: Path | None) -> None:
    """Print every key that a scenario may hold.

    \b
    json  a JSON Schema, with which an editor completes, explains and underlines
    md    the key reference
    yaml  a scenario that names every key, annotated: scenarios/reference.yaml
    """
    from tuneplan.scenario.load import declared_language

    deliver(_written(declared_language(), form), output)


def _written(language: Language, form: str) -> str:
    """The document asked for; what writes the others is not loaded."""
    if form == "md":
        from tuneplan.report.reference.markdown import reference_markdown

        return reference_markdown(language)
    if form == "yaml":
        from tuneplan.report.reference.scenario import reference_scenario

        return reference_scenario(language)
    from tuneplan.report.data import plain_json
    from tuneplan.report.reference.json_schema import json_schema

    return plain_json(json_schema(language))
