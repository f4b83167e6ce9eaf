"""Options that several commands share, each said once; and how a scenario is opened with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from tuneplan.cli.output import warn
from tuneplan.cli.terminal import without_colour
from tuneplan.errors import Problem, TuneplanError

if TYPE_CHECKING:
    from tuneplan.scenario.records import Scenario
    from tuneplan.study.breakeven.asked import Loader

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class WarningsRefused(TuneplanError):
    """A sound scenario with warnings, where ``--strict`` allows none."""


def file_of(context: click.Context) -> Path | None:
    """The scenario of a line that is being typed; words after an unfinished option are not taken in yet."""
    found = context.params.get("path") or next((word for word in context.args if Path(word).is_file()), None)
    return None if found is None else Path(found)


def _keys(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Keys of the language that an override may change, for shells that complete."""
    try:
        found = _keys_to_set(file_of(context))
    except TuneplanError:
        return []
    return [CompletionItem(f"{key}=", help=doc) for key, doc in found.items() if key.startswith(incomplete)]


def keys_to_set(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The same without a value to follow."""
    return [CompletionItem(item.value.removesuffix("="), help=item.help) for item in _keys(context, param, incomplete)]


def _keys_to_set(path: Path | None) -> dict[str, str]:
    """Keys that an override may change -> what they mean; names are those of a scenario, where there is one."""
    from tuneplan.scenario.load import declared_language, load
    from tuneplan.scenario.reading.language import OF_FILES

    names: dict[str, tuple[str, ...]] = {}
    if path is not None:
        found = load(path)
        names = {"tasks": found.tasks, "strategies": found.strategies, "checks": tuple(each.name for each in found.checks)}
    keys: dict[str, str] = {}
    for key in declared_language().keys:
        first, _, rest = key.pattern.partition(".*.")
        if first in OF_FILES or key.later or key.pattern.split(".")[0] in OF_FILES:
            continue
        paths = [f"{first}.{name}.{rest}" for name in names.get(first, ("NAME",))] if rest else [key.pattern]
        keys |= {each: key.doc for each in paths if "*" not in each}
    return keys


def _sets(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Scenarios that the file declares."""
    from tuneplan.scenario.load import load

    path = file_of(context)
    try:
        names = load(path).sets if path is not None else ()
    except TuneplanError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def of_a_scenario(command: Decorated) -> Decorated:
    """The file, and what changes it: ``path``, ``changes``, ``scenario``."""
    return click.argument("path", type=click.Path(path_type=Path))(changed(command))


def of_a_scenario_or_none(command: Decorated) -> Decorated:
    """The same where another option may stand in place of the file: ``path`` may be None."""
    return click.argument("path", type=click.Path(path_type=Path), required=False)(changed(command))


def changed(command: Decorated) -> Decorated:
    """What changes a file: ``changes``, ``scenario``."""
    changes = click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", shell_complete=_keys, help="Change one key, as in the file; may be repeated.")
    named = click.option("--scenario", default="", metavar="NAME", shell_complete=_sets, help="One of the file's scenarios: its overrides hold.")
    return changes(named(command))


def of_a_run(command: Decorated) -> Decorated:
    """How often and from which seed: ``draws``, ``seed``."""
    draws = click.option("--draws", type=int, default=None, metavar="N", help="Monte Carlo draws (4096; 1024 for breakeven).")
    seed = click.option("--seed", type=int, default=0, metavar="N", show_default=True, help="Equal seeds give equal results.")
    return draws(seed(command))


def of_a_long_run(command: Decorated) -> Decorated:
    """The same for what needs more draws than a verdict."""
    draws = click.option("--draws", type=int, default=16384, metavar="N", show_default=True, help="Monte Carlo draws.")
    seed = click.option("--seed", type=int, default=0, metavar="N", show_default=True, help="Equal seeds give equal results.")
    return draws(seed(command))


def written_as(*forms: str) -> Callable[[Decorated], Decorated]:
    """How and where to write: ``form``, the first one unless said, and ``output``."""

    def decorate(command: Decorated) -> Decorated:
        form = click.option("--format", "form", type=click.Choice(forms), default=forms[0], show_default=True, help="How to print.")
        output = click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write to a file instead.")
        return form(output(command))

    return decorate


def with_warnings(command: Decorated) -> Decorated:
    """What warnings do: ``strict``, ``quiet``."""
    strict = click.option("--strict", is_flag=True, help="Treat a warning as an error.")
    quiet = click.option("-q", "--quiet", is_flag=True, help="Print no warnings.")
    return strict(quiet(command))


def of_every_command(command: Decorated) -> Decorated:
    """What every command takes: text without colour, and the traceback of a bug, read from the command line itself."""
    plain = click.option("--no-color", is_flag=True, expose_value=False, callback=without_colour, help="No colour in a terminal; as NO_COLOR.")
    debug = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of a bug.")
    return plain(debug(command))


def opened(path: Path, *, changes: Sequence[str] = (), scenario: str = "", strict: bool = False) -> tuple[Scenario, tuple[Problem, ...]]:
    """A scenario and its warnings.

    Raises
    ------
    ScenarioError
        Anything is wrong with it.
    WarningsRefused
        It has warnings, and ``strict`` allows none.
    """
    from tuneplan.scenario.cautions import cautions
    from tuneplan.scenario.load import load

    found = load(path, overrides=changes, scenario=scenario)
    warnings = cautions(found)
    if strict:
        refuse(warnings)
    return found, warnings


def loader(path: Path, *, changes: Sequence[str] = (), scenario: str = "") -> Loader:
    """The same scenario with further overrides, for what has to be asked anew."""
    from tuneplan.scenario.load import load

    def changed(further: Sequence[str]) -> Scenario:
        return load(path, overrides=(*changes, *further), scenario=scenario)

    return changed


def refuse(warnings: Sequence[Problem]) -> None:
    """Stop at warnings, after telling them.

    Raises
    ------
    WarningsRefused
        There are some.
    """
    if warnings:
        warn(warnings)
        count = len(warnings)
        raise WarningsRefused(f"{count} warning{'s' if count != 1 else ''}; nothing was run, as --strict asks")
