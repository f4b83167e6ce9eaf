"""``simulate PATH`` and its sub-commands."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tuneplan.errors import ScenarioError, TuneplanError, UsageError
from tuneplan.report.words import plain, printable
from tuneplan.version import __version__

if TYPE_CHECKING:
    from tuneplan.study.results import Verdict

DONE, BUG, USAGE, INVALID, NOTHING_FEASIBLE, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes."""


class PathFirst(click.Group):
    """A group whose first word may be a scenario file: then it means ``run``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options of ``run`` may stand before the file."""
        own = {name for param in self.get_params(ctx) for name in param.opts}
        if args and args[0].startswith("-") and args[0] not in own:
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Sub-command by name, or ``run`` for anything that looks like a file."""
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        looks_like_file = Path(args[0]).suffix or os.sep in args[0] or Path(args[0]).exists()
        if looks_like_file:
            return super().resolve_command(ctx, ["run", *args])
        from tuneplan.scenario.reading.complaints import advice, shown

        raise click.UsageError(f"no file and no command {shown(args[0])}{advice(args[0], sorted(self.commands))}", ctx)


@click.group(cls=PathFirst, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="simulate")
def simulate() -> None:
    """One unified model, several specialists, or something between?

    \b
    simulate scenarios/startup.yaml                 a verdict, and why
    simulate scenarios/startup.yaml --format json   the same as data
    simulate scenarios/startup.yaml --set 'budget.limit=80k USD'
    """


@simulate.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change one key, as in the file; may be repeated.")
@click.option("--draws", type=int, default=None, metavar="N", help="Monte Carlo draws (4096).")
@click.option("--seed", type=int, default=0, metavar="N", show_default=True, help="Equal seeds give equal results.")
@click.option("--format", "form", type=click.Choice(["text", "json", "csv", "md"]), default="text", show_default=True, help="How to print.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=None, metavar="FILE", help="Write to a file instead.")
@click.option("--debug", is_flag=True, help="Show the traceback of a bug.")
def run(
    path: Path, changes: Sequence[str], draws: int | None, seed: int, form: str, output: Path | None, debug: bool
) -> None:
    """Simulate a scenario and say which strategy to choose, how sure that is, and why.

    \b
    Exit codes: 0 done; 1 a bug; 2 wrong usage; 3 scenario invalid;
    4 nothing meets the limits; 130 interrupted.
    """
    from tuneplan.scenario.load import load
    from tuneplan.study.design import DEFAULT_DRAWS, monte_carlo
    from tuneplan.study.run import run as simulate_scenario
    from tuneplan.study.verdict import verdict

    design = monte_carlo(DEFAULT_DRAWS if draws is None else draws, seed=seed)
    result = verdict(simulate_scenario(load(path, overrides=changes), design))
    _deliver(_written(result, form), output)
    if result.decision.best is None:
        raise SystemExit(NOTHING_FEASIBLE)


def _written(result: Verdict, form: str) -> str:
    """The verdict in the form asked for; what writes the others is not loaded."""
    if form in ("json", "csv"):
        from tuneplan.report import data

        return data.as_json(result) if form == "json" else data.as_csv(result)
    from tuneplan.report import text

    return text.as_markdown_text(result) if form == "md" else text.as_terminal_text(result)


def _deliver(content: str, output: Path | None) -> None:
    """Print, or write whole or not at all."""
    if output is None or str(output) == "-":
        return _print(content)
    partial = output.parent / f".tuneplan-{os.getpid()}.partial"
    try:
        whole = content.encode("utf-8", "backslashreplace")
        if output.exists() and not output.is_file():  # a device or a pipe: nothing to replace
            output.write_bytes(whole)
        else:
            partial.write_bytes(whole)
            partial.replace(output.resolve())
    except OSError as error:
        raise UsageError(f"{output}: can't be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            partial.unlink()
    return None


def _print(content: str) -> None:
    """To stdout; a reader who has left, as ``head`` does, is no error."""
    try:
        sys.stdout.write(content)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
    except OSError as error:
        _silence_stdout()
        raise UsageError(f"stdout: can't be written: {error.strerror}") from None


def _silence_stdout() -> None:
    """Send what is still buffered nowhere, so that Python's last flush finds nothing to complain of."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and turn every end into an exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        return simulate.main(args=words, prog_name="simulate", standalone_mode=False) or DONE
    except click.exceptions.Abort:
        return _complain("interrupted; nothing was written", INTERRUPTED)
    except KeyboardInterrupt:
        return _complain("interrupted; nothing was written", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ScenarioError as error:
        return _complain(str(error), INVALID)
    except TuneplanError as error:
        return _complain(str(error), USAGE)
    except MemoryError:
        return _complain("not enough memory for so many draws; try fewer, for example --draws 4096", USAGE)
    except SystemExit as error:
        return int(error.code or DONE)
    except Exception as error:  # the last line of defence: a bug becomes one line, not a traceback
        if "--debug" in words:
            traceback.print_exc()
        return _complain(plain(f"a bug in tuneplan: {type(error).__name__}: {error} (rerun with --debug)"), BUG)


def _complain(message: str, code: int) -> int:
    click.echo(printable(message), err=True)
    return code


def entry() -> None:
    """The installed command."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter gets its code, not a traceback
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
