"""The root command. Help is made from the table alone, so that asking for it imports no command."""

from __future__ import annotations

import importlib
from difflib import get_close_matches

import click

from probatum.cli.table import COMMANDS


class Lazy(click.Group):
    """A group whose commands are imported when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None for a name that is not in the table."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        try:
            found = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as problem:
            if problem.name != module:
                raise
            raise click.UsageError(f"'{cmd_name}' is not part of this installation ({module} is absent)") from None
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Like click's, but an unknown name is answered with the nearest ones."""
        name = str(args[0])
        if name in COMMANDS:
            return name, self.get_command(ctx, name), args[1:]
        if name.startswith("-"):
            raise click.NoSuchOption(name)
        near = get_close_matches(name, COMMANDS, n=3) or list(COMMANDS)
        raise click.UsageError(f"there is no command '{name}'; did you mean: {', '.join(near)}?")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The command list of the table."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from probatum import __version__

        click.echo(f"probatum {__version__}")
        ctx.exit()


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 accepted, 1 refuted, 2 usage or task error, 3 inconclusive or gate skipped, "
    "4 infrastructure.",
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
@click.pass_context
def root(ctx: click.Context) -> None:
    """Write a specification; candidates are tried against it and the evidence can be checked again by anyone."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
