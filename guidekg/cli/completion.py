"""`guidekg completion`: the script that completes commands in a shell."""

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print a completion script."""
    if kind := get_completion_class(shell):
        root = context.find_root().command
        click.echo(kind(root, {}, "guidekg", "_GUIDEKG_COMPLETE").source())
