"""`playloom level`: make levels, check map files, list themes.

``playloom level THEME`` is short for ``playloom level make THEME``. Each subcommand has a file of its name.
"""

import click
from click.shell_completion import CompletionItem

from playloom.commands.completing import offer_themes
from playloom.commands.level.check import check
from playloom.commands.level.convert import convert
from playloom.commands.level.endless import endless
from playloom.commands.level.ldtk import ldtk
from playloom.commands.level.legend import legend
from playloom.commands.level.make import make
from playloom.commands.level.options import DRESS_EPILOG
from playloom.commands.level.range import span
from playloom.commands.level.themes import themes

_DEFAULT = "make"


class LevelGroup(click.Group):
    """A group that runs `make` where its first argument names no subcommand."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put ``make`` in front of a theme or of an option of `make`."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [_DEFAULT, *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show both ways of use."""
        formatter.write_usage(ctx.command_path, "THEME [OPTIONS]")
        formatter.write_usage(ctx.command_path, f"{'|'.join(self.commands)} [ARGS]...", prefix="       ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of `make`, then the subcommands."""
        make_context = click.Context(self.commands[_DEFAULT], parent=ctx)
        self.commands[_DEFAULT].format_options(make_context, formatter)
        self.format_commands(ctx, formatter)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete subcommands, and the themes and options of `make`."""
        default = self.commands[_DEFAULT]
        make_context = click.Context(default, parent=ctx)
        own = [*offer_themes(make_context, default.params[0], incomplete)]
        own += default.shell_complete(make_context, incomplete)
        return [*super().shell_complete(ctx, incomplete), *own]


@click.group(cls=LevelGroup, epilog=DRESS_EPILOG)
def level() -> None:
    """Make tile-map levels, go on from maps, check and convert them.

    A network proposes a level, an exact algorithm repairs it and an
    independent solver checks it: a level that is written can be solved and
    has what you asked for. The same options and seed give the same files.

    \b
    Make:
      playloom level dungeon --seed 7
      playloom level dungeon --size 48x32 --enemies 6 --keys 1 -o crypt.tmx -o crypt.png
      playloom level cave --count 100 --seed 1 -o cave.tmj
      playloom level maze --distinct 20 --difficulty 0.7 -o maze.tmx
      playloom level endless cave --seed 7 --chunks -2,-2,3,3 -o cave.tmx
    \b
    Go on from a map:
      playloom level --from crypt.tmx --redo 4,4,12,8 -o crypt.tmx
      playloom level --from crypt.tmx --extend right 24 -o longer.tmx
    \b
    In your own tiles:
      playloom level cave --tileset mapping.toml -o cave.tscn
      playloom level dungeon --ldtk game.ldtk -o game.ldtk
      playloom level --package my-style/ -o new.tmx
    \b
    Maps that are there:
      playloom level check crypt.tmx
      playloom level convert crypt.tmx -o crypt.tscn
      playloom level range dungeon my-maps/ -o range.svg

    `playloom level THEME` is short for `playloom level make THEME`;
    `playloom level themes` lists the themes.
    """


for _command in (make, endless, check, convert, span, themes, legend, ldtk):
    level.add_command(_command)
