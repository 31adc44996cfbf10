"""The files of a pack that no build makes: its project files, and a game to start from."""

import json
import shutil
from importlib import resources
from pathlib import Path

from playloom.api.world_sprites import PALETTES
from playloom.build.paths import PROJECT_FILE
from playloom.errors import RequestInvalid, WriteFailed
from playloom.files import write_atomically
from playloom.packing.choosing import HERO, Choice, Wish

ADDON = "addons/playloom"
_CHECKOUT = Path(__file__).parents[3] / "godot_bridge" / ADDON  # in a checkout of Playloom's source
_GAME = ("game.gd", "hud.gd", "marker.gd")
_TALK = {True: "quests.gd", False: "quests_plain.gd"}  # with the addon, and without
_AUTOLOAD = """
[autoload]

Playloom="*res://addons/playloom/runtime/playloom.gd"

[editor_plugins]

enabled=PackedStringArray("res://addons/playloom/plugin.cfg")
"""

_TEXT = """\
# A world that hangs together, drafted by `playloom pack` and made by `playloom build`; yours to change.
# What is left as it is stays as it is: change one table, and only what is made from it is made anew.

[project]
name = @NAME@

# The game around it: playloom pack wrote it to start from.
[human]
files = ["project.godot", ".gitignore", "*.gd", "*.uid", "*.import", "addons/**"]

[palette.main]
name = "@PALETTE@"

# Its solution needs the key, and its world is drafted from what lies in it.
[level.map]
theme = "@THEME@"
size = "@SIZE@"
enemies = "@ENEMIES@"
keys = 1
people = 1
treasure = "3..8"
seed = @LEVEL@
outputs = ["levels/map.tscn"]

[world.land]
level = "level.map"
genre = "@GENRE@"
seed = @WORLD@
outputs = ["world.toml"]

# A sprite for everybody and everything of the world: of some seeds the most varied.
[cast.all]
world = "world.land"
candidates = @CANDIDATES@
size = 32
palette = "palette.main"
outputs = ["art/{id}.png"]

[sprite.hero]
words = "@HERO@"
category = "character"
size = 32
palette = "palette.main"
seed = @HERO_SEED@
outputs = ["art/hero.png"]
@QUESTS@
[scene.main]
level = "level.map"
world = "world.land"
cast = "cast.all"
hero = "sprite.hero"
quests = [@NAMES@]
script = "game.gd"
outputs = ["main.tscn", "pack.json"]
"""
_QUEST = """
[quest.@ABOUT@]
world = "world.land"
giver = "@GIVER@"
target = "level.map.@ABOUT@"
seed = @SEED@
outputs = ["quests/@ABOUT@.json", "quests/@ABOUT@.dialogue"]
"""


def find_addon(given: Path | None) -> Path | None:
    """Return the folder of the Godot addon: the one given, else that of the checkout; None if there is none.

    Raises:
        RequestInvalid: If the one given is none.
    """
    if given is not None and not (given / "plugin.cfg").is_file():
        raise RequestInvalid(f"{given}: has no plugin.cfg; give the folder addons/playloom")
    found = given or _CHECKOUT
    return found if (found / "plugin.cfg").is_file() else None


def check_place(folder: Path) -> None:
    """Refuse a folder that holds a project: a pack would write over it.

    Raises:
        RequestInvalid: If it does.
    """
    if (folder / PROJECT_FILE).exists() or (folder / "project.godot").exists():
        raise RequestInvalid(f"{folder}: holds a project already; choose another folder with -o")


def write_pack(folder: Path, wish: Wish, choice: Choice, addon: Path | None) -> list[Path]:
    """Write a folder that `playloom build` makes the rest of; return the files written, the addon's left out.

    Raises:
        RequestInvalid: If a project lies there already.
        WriteFailed: If the system refuses.
    """
    check_place(folder)
    files = {
        PROJECT_FILE: _project(wish, choice),
        "project.godot": _godot(wish, with_addon=addon is not None),
    }
    files |= {name: _game(name) for name in _GAME}
    files |= {"quests.gd": _game(_TALK[addon is not None]), ".gitignore": ".godot/\n.playloom/\n"}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if addon is not None:
            shutil.copytree(addon, folder / ADDON, dirs_exist_ok=True)
    except OSError as error:
        raise WriteFailed(
            f"{folder}: cannot be written ({error.strerror or error}); choose another"
        ) from error
    for name, text in files.items():
        write_atomically(folder / name, text.encode())
    return [folder / name for name in files]


def _game(name: str) -> str:
    return resources.files("playloom.packing").joinpath("game", name).read_text(encoding="utf-8")


def _godot(wish: Wish, *, with_addon: bool) -> str:
    text = _game("project.godot").replace('"@NAME@"', json.dumps(wish.name, ensure_ascii=False))
    return text + (_AUTOLOAD if with_addon else "")


def _project(wish: Wish, choice: Choice) -> str:
    quests = [
        _filled(_QUEST, ABOUT=about, GIVER=choice.giver, SEED=str(seed))
        for about, seed in choice.quests.items()
    ]
    width, height = wish.size
    low, high = wish.enemies
    return _filled(
        _TEXT,
        NAME=json.dumps(wish.name, ensure_ascii=False),
        PALETTE=PALETTES[wish.genre],
        THEME=wish.theme,
        SIZE=f"{width}x{height}",
        ENEMIES=f"{low}..{high}",
        LEVEL=str(choice.level),
        GENRE=wish.genre,
        WORLD=str(choice.world),
        CANDIDATES=str(wish.candidates),
        HERO=HERO,
        HERO_SEED=str(choice.hero),
        QUESTS="".join(quests),
        NAMES=", ".join(f'"quest.{about}"' for about in choice.quests),
    )


def _filled(text: str, **values: str) -> str:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text
