"""``simulate PATH`` and its sub-commands."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from tuneplan.cli.options import WarningsRefused
from tuneplan.cli.terminal import complain
from tuneplan.errors import ScenarioError, TuneplanError
from tuneplan.report.words import plain, printable
from tuneplan.version import __version__

DONE, BUG, USAGE, INVALID, NOTHING_FEASIBLE, STRICT, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
"""Exit codes."""
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""How many threads multiply matrices: one unless said otherwise. Ours are small; threads that wait for one another
on a busy machine were measured to take a hundred times as long, and sums of one thread are the same everywhere."""
COMMANDS = (
    "run", "check", "show", "explain", "schedule", "sweep", "frontier", "groupings", "sensitivity", "breakeven", "voi", "compare", "charts", "memo", "calibrate", "fit", "validate",
    "init", "schema", "catalogue",
    "completion",
)  # fmt: skip
"""Sub-commands, each the module of its name; those that people need first, first."""


class PathFirst(click.Group):
    """A group whose first word may be a scenario file: then it means ``run``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Options of ``run`` may stand before the file."""
        own = {name for param in self.get_params(ctx) for name in param.opts}
        if args and args[0].startswith("-") and args[0] not in own:
            args = ["run", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those that people need first, first."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, loaded when asked for."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"tuneplan.cli.{cmd_name}").command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, and files, since a file alone means ``run``.

        Files by name: shells take no names beside the word that asks them for files.
        """
        folder, _, start = incomplete.rpartition("/")
        with suppress(OSError):
            found = sorted(Path(folder or ("/" if incomplete.startswith("/") else ".")).iterdir())
            named = [f"{folder}/{each.name}" if "/" in incomplete else each.name for each in found if each.name.startswith(start)]
            files = [f"{name}/" if Path(name).is_dir() else name for name in named if Path(name).is_dir() or name.endswith((".yaml", ".yml"))]
            return [*super().shell_complete(ctx, incomplete), *map(CompletionItem, files)]
        return super().shell_complete(ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Sub-command by name, or ``run`` for anything that looks like a file."""
        if args[0] in COMMANDS:
            return super().resolve_command(ctx, args)
        looks_like_file = Path(args[0]).suffix or os.sep in args[0] or Path(args[0]).exists()
        if looks_like_file:
            return super().resolve_command(ctx, ["run", *args])
        from tuneplan.scenario.reading.complaints import advice, shown

        raise click.UsageError(f"no file and no command {shown(args[0])}{advice(args[0], COMMANDS)}", ctx)


@click.group(cls=PathFirst, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="simulate")
def simulate() -> None:
    """One unified model, several specialists, or something between?

    \b
    simulate scenarios/startup.yaml                 a verdict, and why
    simulate scenarios/startup.yaml --set 'budget.limit=80k USD'
    simulate check scenarios/startup.yaml           is it sound, how is it read
    simulate explain scenarios/startup.yaml unified.cost
    simulate init mine.yaml                         a scenario of your own
    """


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
    except WarningsRefused as error:
        return _complain(str(error), STRICT)
    except TuneplanError as error:
        return _complain(str(error), USAGE)
    except OSError as error:  # help on a full disk, a terminal that has gone
        return _complain(f"can't be read or written: {error.strerror or error}", USAGE)
    except MemoryError:
        return _complain("not enough memory for so many draws; try fewer, for example --draws 4096", USAGE)
    except SystemExit as error:
        return int(error.code or DONE)
    except Exception as error:  # the last line of defence: a bug becomes one line, not a traceback
        if "--debug" in words:
            from traceback import print_exc

            print_exc()
        return _complain(plain(f"a bug in tuneplan: {type(error).__name__}: {error} (rerun with --debug)"), BUG)


def _complain(message: str, code: int) -> int:
    with suppress(OSError):  # who cannot be told is told by the exit code
        complain(printable(message))
    return code


def entry() -> None:
    """The installed command."""
    for name in THREADS:  # read when numpy is loaded, which is later
        os.environ.setdefault(name, "1")
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):  # a stream that the shell has closed
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - as long as the process
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter gets its code, not a traceback
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = main()
    gc.freeze()  # all of it goes with the process: nothing is looked through once more for what is unreachable
    sys.exit(code)
