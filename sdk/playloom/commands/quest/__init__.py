"""`playloom quest`: make quests in a world, check scripts, play what was made.

``playloom quest [OPTIONS]`` is short for ``playloom quest make [OPTIONS]``. Each subcommand has a file of its
name.
"""

import click
from click.shell_completion import CompletionItem

from playloom.commands.making_group import MakingGroup
from playloom.commands.quest.lint import lint
from playloom.commands.quest.make import make
from playloom.commands.quest.play import play


def _offer_nothing(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return []


@click.group(cls=MakingGroup, usage="[OPTIONS]", offer=_offer_nothing)
def quest() -> None:
    """Make quests with branches, in words, for Ink, Yarn, Twee, Dialogue Manager.

    A planner decides what happens, from the people, places and things of your
    world alone; an authored script puts it into words, and may speak of a widow
    or a king who stand in no world file; an independent check walks every way
    through. The same world, options and seed give the same files.

    \b
    playloom quest --seed 4                              # in an example world
    playloom world new -o world.toml                     # your own, to start from
    playloom quest --world world.toml --tone wry --seed 4 -o lantern.ink
    playloom quest --world world.toml --strategy rescue_npc --depth 2 -o rescue.yarn -o rescue.pot
    playloom quest --world world.toml --count 20 --seed 1 -o side.json
    playloom quest --world world.toml --source mixed --seed 4   # a model adds what a script lacks
    playloom quest --source model --stream               # watch it write
    playloom quest play lantern.ink
    playloom quest lint my-scripts/*.txt                 # your own scripts, used with --scripts
    """


for _command in (make, play, lint):
    quest.add_command(_command)
