"""``simulate completion SHELL``: what makes a shell complete commands, files, keys and names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from tuneplan.cli.options import of_every_command
from tuneplan.cli.output import deliver

SHELLS = ("bash", "zsh", "fish")


@click.command("completion", short_help="Let the shell complete commands and keys.")
@click.argument("shell", type=click.Choice(SHELLS))
@of_every_command
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print a script that completes commands, files and keys.

    \b
    bash: eval "$(simulate completion bash)" in ~/.bashrc
    zsh:  eval "$(simulate completion zsh)" in ~/.zshrc
    fish: simulate completion fish > ~/.config/fish/completions/simulate.fish
    """
    found = get_completion_class(shell)
    assert found is not None
    deliver(found(context.find_root().command, {}, "simulate", "_SIMULATE_COMPLETE").source(), None)
