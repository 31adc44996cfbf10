"""`playloom sprite`: make pixel art, check it, recolour it, put it into sheets and tiles.

``playloom sprite WORDS`` is short for ``playloom sprite make WORDS``. Each subcommand has a file of its name.
"""

import click

from playloom.commands.completing import offer_words
from playloom.commands.making_group import MakingGroup
from playloom.commands.sprite.check import check
from playloom.commands.sprite.clean import clean
from playloom.commands.sprite.finish import finish
from playloom.commands.sprite.make import make
from playloom.commands.sprite.palette import palette
from playloom.commands.sprite.sheet import sheet
from playloom.commands.sprite.tiles import tiles
from playloom.commands.sprite.walk import walk
from playloom.commands.sprite.words import words


@click.group(cls=MakingGroup, usage="WORDS... [OPTIONS]", offer=offer_words)
def sprite() -> None:
    """Make pixel art, go on from pictures, check and finish anybody's.

    A network draws a sprite, exact code mends it and an independent check
    holds it against the pixel contract: on the grid, in the palette, alpha 0
    or 255, no loose pixels, not a copy. The same words, options and seed
    give the same files.

    \b
    Make:
      playloom sprite goblin with axe
      playloom sprite goblin --palette pico-8 --size 32 --seed 3 -o goblin.png
      playloom sprite potion --count 16 --seed 1 -o potion.png --sheet all.png
      playloom sprite knight --margin 1 --baseline ground --outline outside -o knight.png
    \b
    Go on from a picture:
      playloom sprite goblin --like goblin.png --strength 0.4 -o cousin.png
      playloom sprite goblin --like goblin.png --redo 8,0,16,12 -o face.png
      playloom sprite sword --silhouette shape.png -o sword.png
      playloom sprite knight --partial torso.png -o knight.png
    \b
    Anybody's pictures:
      playloom sprite check hero.png --size 32 --palette pico-8
      playloom sprite clean bought.png -o hero.png
      playloom sprite finish hero.png --palette gameboy --outline inside -o grey.png
      playloom sprite sheet walk-*.png -o walk.json -o walk.tres -o walk.gif
      playloom sprite tiles grass.png dirt.png -o land.tsx --mapping land.toml
      playloom sprite walk hero.png -o hero_walk.png --experimental

    `playloom sprite WORDS` is short for `playloom sprite make WORDS`;
    `playloom sprite words` lists what a model knows.
    """


for _command in (make, check, clean, finish, sheet, tiles, walk, palette, words):
    sprite.add_command(_command)
