"""`playloom level`: make levels, check map files, list themes.

``playloom level THEME`` is short for ``playloom level make THEME``. Each subcommand has a file of its name.
"""

import click

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
from playloom.commands.making_group import MakingGroup


@click.group(cls=MakingGroup, usage="THEME [OPTIONS]", offer=offer_themes, epilog=DRESS_EPILOG)
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
