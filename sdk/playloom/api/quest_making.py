"""Making quests in a developer's world, and writing them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playloom.api.packages import default_library
from playloom.errors import RequestInvalid
from playloom.kinds.quest.content import Quest, QuestRequest
from playloom.kinds.quest.formats import write_each
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.imported.realiser import imported_realiser
from playloom.kinds.quest.lint import own_scripts
from playloom.kinds.quest.realiser.editor import Editor
from playloom.kinds.quest.realiser.telling import Realiser
from playloom.kinds.quest.realiser.wording import Listener
from playloom.kinds.quest.words import check_rating
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_check import check_world
from playloom.kinds.quest.world_file import EXAMPLES, example_world, read_world

WorldLike = World | str | Path  # also a file, or the name of an example
_KIND = "quest"


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
    source: str = QuestRequest.source,
    candidates: int = QuestRequest.candidates,
    package: str | Path | None = None,
    model: str | Path | None = None,
    listen: Listener | None = None,
    script: str | None = None,
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
        source: Of the words: "authored", "mixed" (small talk and errands in what goes best of all lines of
            people) or "model" (a model writes every line that passes).
        candidates: Lines that the model writes for one that is needed, 1 to 16; the best is taken.
        package: Name or folder of a model package of the kind quest, which source "model" needs.
        model: Folder with somebody else's language model in Optimum's layout, instead of a package.
        listen: Is told of lines as a model words them, with candidates=1 and source="model" as they grow.
        script: Title, as its file has it, or id of the script that tells it; None: the one that fits best.

    Raises:
        RequestInvalid: If the world has no such quest; says what is missing.
        FileInvalid: If the world, a script or ``model`` cannot be read.
        KindUnknown: If no model package has that name.
        PackageInvalid: If it is not sound.
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
        source=source,
        candidates=candidates,
        script=script,
    )
    realiser = quest_realiser(package, model, source)
    return quest_generator(world, scripts, rating, realiser).generate(request, listen)


def quest_realiser(
    package: str | Path | None = None, model: str | Path | None = None, source: str = "model"
) -> Realiser | None:
    """Return what writes and ranks the lines of quests, loaded on first use and kept.

    Args:
        package: Name or folder of a package of the kind quest.
        model: Folder with somebody else's language model, instead of a package; loaded anew each time.
        source: Of the words. Without a package or model, "mixed" gives what ranks by shared words, and
            "authored" None.

    Raises:
        RequestInvalid: If ``package`` or ``model`` is neither text nor a path, or both are given, or there is
            none for the source "model".
        FileInvalid: If ``model`` is none that can be run.
        KindUnknown: If no package has that name.
        PackageInvalid: If it is not sound.
    """
    if model is not None:
        if package is not None or not isinstance(model, str | Path):
            raise RequestInvalid(f"model is {model!r:.60}; give one folder, and no package beside it")
        return imported_realiser(Path(model))
    if package is None:
        if source == "model":
            raise RequestInvalid(
                "source is 'model', and no model ships that writes well enough: train one on your dialogue "
                "(playloom train quest) and name the package, bring a language model (docs/quest-models.md), "
                "or choose authored or mixed"
            )
        return Editor() if source == "mixed" else None
    if not isinstance(package, str | Path):
        raise RequestInvalid(f"package is {package!r:.60}; give the name or the folder of a quest package")
    realiser: Realiser = default_library().generator(_KIND, package)
    return realiser


def quest_generator(
    world: WorldLike,
    scripts: str | Path | Sequence[str | Path] = (),
    rating: str = QuestRequest.rating,
    realiser: Realiser | None = None,
) -> QuestGenerator:
    """Return the generator of quests in a world, with a developer's own scripts.

    Args:
        world: A world, a world file, or the name of an example.
        scripts: Folders of a developer's own scripts.
        rating: Words that those may have.
        realiser: Writes where a request's source is not "authored", see `quest_realiser`.

    Raises:
        RequestInvalid: If ``world`` is neither a world, nor text, nor a path.
        FileInvalid: If the world or a script cannot be read.
    """
    folders = [scripts] if isinstance(scripts, str | Path) else [*scripts]
    checked = check_rating(rating)
    own = [script for folder in folders for script in own_scripts(Path(folder), checked)]
    return QuestGenerator(world_like(world), own, realiser)


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


def world_like(given: WorldLike) -> World:
    """Return the world that is meant by one, a file, or the name of an example; raises as `quest`."""
    if isinstance(given, World):
        check_world(given)
        return given
    if not isinstance(given, str | Path):
        raise RequestInvalid(f"world is {given!r:.60}; give a world file, or one of {', '.join(EXAMPLES)}")
    return example_world(given) if given in EXAMPLES else read_world(given)
