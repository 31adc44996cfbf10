"""`playloom quest make`: its options."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from playloom.commands.options import COUNT_HIGH, PACKAGE, Option, Sectioned, read_seed, reading
from playloom.kinds.quest.content import QuestRequest
from playloom.kinds.quest.sources import SOURCES

_quest = partial(click.option, cls=Option, section="Quest")
_words = partial(click.option, cls=Option, section="Words")
_output = partial(click.option, cls=Option, section="Output")


@click.command(cls=Sectioned)
@_quest(
    "--world",
    default="thornford",
    show_default=True,
    metavar="FILE|NAME",
    help="World file (`playloom world new` drafts one), or an example: thornford, halcyon, saltmouth.",
)
@_quest("--giver", metavar="NAME", help="Who gives it.  [default: as the seed decides, as all of these]")
@_quest("--target", metavar="NAME", help="Whom or what it is about.")
@_quest("--motivation", metavar="NAME", help="Why it is given: knowledge, comfort, serenity, ...")
@_quest(
    "--strategy",
    metavar="NAME",
    help="What is to be done: steal_item, rescue_npc, ... (`playloom world check`)",
)
@_quest(
    "--depth",
    type=int,
    default=QuestRequest.depth,
    show_default=True,
    metavar="N",
    help="Levels of steps that become errands of their own, 0 to 3.",
)
@_quest(
    "--seed",
    metavar="N|random",
    callback=reading(read_seed),
    default="0",
    show_default=True,
    help="Same seed, world and options, same quest; random draws one and tells it.",
)
@_quest(
    "--attempts",
    type=int,
    default=QuestRequest.attempts,
    show_default=True,
    metavar="N",
    help="Tries to pass the check before it fails, 1 to 64.",
)
@_words("--tone", metavar="NAME", help="How the giver speaks: gruff, warm, wry, weary, noble, sly, ...")
@_words("--script", metavar="TITLE", help="The script that tells it; it is said why, where it does not fit.")
@_words("--genre", metavar="NAME", help="Of the words.  [default: that of the world]")
@_words(
    "--player",
    default=QuestRequest.player,
    show_default=True,
    metavar="NAME",
    help="How people call the player.",
)
@_words(
    "--rating",
    type=click.Choice(["everyone", "teen", "mature"]),
    default=QuestRequest.rating,
    show_default=True,
    help="Words that may be said.",
)
@_words(
    "--scripts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    metavar="DIR",
    help="Folder of your own scripts, beside ours. May be repeated.",
)
@_words(
    "--source",
    type=click.Choice(SOURCES),
    default=QuestRequest.source,
    show_default=True,
    help="Whose words: of one script; of a script, with small talk and errands from all, whatever goes best "
    "with what was said before; of a model (--package, --model), the script's where no line of it passes.",
)
@_words(
    "--package",
    type=PACKAGE,
    metavar="NAME|DIR",
    help="Model package that writes (`playloom train quest` makes one).",
)
@_words(
    "--model",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Somebody else's language model that writes, in Optimum's layout (docs/quest-models.md).",
)
@_words(
    "--candidates",
    type=int,
    metavar="N",
    help="Lines that the model writes for one, 1 to 16; the best is taken.  "
    f"[default: {QuestRequest.candidates}; 1 with --stream]",
)
@_words("--stream", is_flag=True, help="Show the words as a model writes them.")
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    metavar="FILE",
    help="Write here: .ink, .yarn, .twee, .dialogue, .json; .csv and .pot for translators. May be repeated. "
    "{seed} in a name is replaced.",
)
@_output(
    "--count",
    type=click.IntRange(1, COUNT_HIGH),
    default=1,
    show_default=True,
    metavar="N",
    help="Make N quests, seeds SEED to SEED+N-1, files named like lantern-7.ink.",
)
@_output("--preview", is_flag=True, help="Print one way through; done anyway without -o.")
@_output("--json", "as_json", is_flag=True, help="Print one JSON document a quest, with its evidence.")
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def make(
    world: str,
    scripts: tuple[Path, ...],
    package: str | None,
    model: Path | None,
    candidates: int | None,
    stream: bool,
    outputs: tuple[str, ...],
    count: int,
    preview: bool,
    as_json: bool,
    quiet: bool,
    **wishes: Any,  # the fields of `QuestRequest`, under their names there
) -> None:
    """Make quests in a world: planned exactly, worded from a script, walked to every end."""
    from playloom.commands.quest.making import Making, make_quests

    asked = (package, model, candidates, stream or None)
    if wishes["source"] == "authored" and any(one is not None for one in asked):
        raise click.UsageError(
            "--package, --model, --candidates and --stream are for a model's words; add "
            "--source mixed or model"
        )
    if package is not None and model is not None:
        raise click.UsageError("--package and --model: only one can write; leave one out")
    wishes["candidates"] = candidates or (1 if stream else QuestRequest.candidates)
    make_quests(
        Making(
            world=world,
            scripts=scripts,
            package=package,
            model=model,
            stream=stream,
            wishes=wishes,
            outputs=outputs,
            count=count,
            preview=preview,
            as_json=as_json,
            quiet=quiet,
        )
    )
