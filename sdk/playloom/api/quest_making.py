"""Making quests in a developer's world, and writing them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playloom.errors import RequestInvalid
from playloom.kinds.quest.content import Quest, QuestRequest
from playloom.kinds.quest.formats import write_each
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.lint import own_scripts
from playloom.kinds.quest.words import check_rating
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_check import check_world
from playloom.kinds.quest.world_file import EXAMPLES, example_world, read_world

WorldLike = World | str | Path  # also a file, or the name of an example


def quest(
    world: WorldLike = EXAMPLES[0],
    *,
    giver: str | None = None,
    target: str | None = None,
    motivation: str | None = None,
    strategy: str | None = None,
    tone: str | None = None,
    genre: str | None = None,
    player: str = QuestRequest.player,
    seed: int = 0,
    depth: int = QuestRequest.depth,
    rating: str = QuestRequest.rating,
    attempts: int = QuestRequest.attempts,
    scripts: str | Path | Sequence[str | Path] = (),
) -> Quest:
    """Make one quest, in words, whose every way through was walked by an independent check.

    Args:
        world: Where it is set: a world file, or the name of an example: thornford, halcyon or saltmouth.
        giver: Name or id of the person who gives it; None: as the seed decides, as all that is left open.
        target: Name or id of who or what it is about.
        motivation: Why it is given: "knowledge", "comfort", ...
        strategy: What is to be done: "steal_item", "rescue_npc", ...
        tone: How the giver speaks: "gruff", "wry", ...
        genre: Of the words; None: that of the world.
        player: How people call the player.
        seed: Same world, request and seed give the same quest.
        depth: Levels of steps that become errands of their own, 0 to 3.
        rating: "everyone", "teen" or "mature": words that may be said.
        attempts: Tries before giving up, 1 to 64.
        scripts: Folders of your own scripts, which take part beside ours.

    Raises:
        RequestInvalid: If the world has no such quest; says what is missing.
        FileInvalid: If the world or a script cannot be read.
        GenerationFailed: If no attempt passed its checks.
    """
    request = QuestRequest(
        seed=seed,
        giver=giver,
        target=target,
        motivation=motivation,
        strategy=strategy,
        tone=tone,
        genre=genre,
        player=player,
        depth=depth,
        rating=rating,
        attempts=attempts,
    )
    return quest_generator(world, scripts, rating).generate(request)


def quest_generator(
    world: WorldLike, scripts: str | Path | Sequence[str | Path] = (), rating: str = QuestRequest.rating
) -> QuestGenerator:
    """Return the generator of quests in a world, with a developer's own scripts.

    Raises:
        RequestInvalid: If ``world`` is neither a world, nor text, nor a path.
        FileInvalid: If the world or a script cannot be read.
    """
    folders = [scripts] if isinstance(scripts, str | Path) else [*scripts]
    checked = check_rating(rating)
    own = [script for folder in folders for script in own_scripts(Path(folder), checked)]
    return QuestGenerator(_world(world), own)


def write_quest(made: Quest, *paths: str | Path) -> list[Path]:
    """Write a quest to each of ``paths``, the format by suffix; return all files written.

    Each file is written atomically: it is the old one or the whole new one.

    Args:
        made: What to write.
        paths: .ink, .yarn, .twee, .dialogue (Dialogue Manager), .json, .csv and .pot (for translators).

    Raises:
        RequestInvalid: If a suffix is of no known format, or a folder is missing.
        WriteFailed: If the system refuses.
    """
    places: dict[Path, dict[str, Any]] = {Path(path): {} for path in paths}
    return write_each(made, places)


def _world(given: WorldLike) -> World:
    if isinstance(given, World):
        check_world(given)
        return given
    if not isinstance(given, str | Path):
        raise RequestInvalid(f"world is {given!r:.60}; give a world file, or one of {', '.join(EXAMPLES)}")
    return example_world(given) if given in EXAMPLES else read_world(given)
