"""A project to start from: a commented ``playloom.toml``, for Godot where there is a project of it."""

from pathlib import Path

from playloom.build.paths import LOCK_FILE, PROJECT_FILE
from playloom.errors import RequestInvalid, WriteFailed
from playloom.files import write_atomically

_GODOT = "project.godot"
_ATTRIBUTES = f"{LOCK_FILE} merge=union"

_TEXT = """\
# What this game needs, made by `playloom build`. `playloom build --dry-run` tells what it would make and why.
# `playloom build --schema` prints what can stand here: the arguments of playloom.level, .sprite and .quest.
# Keep this file, playloom.lock and provenance.jsonl in version control.

[project]
name = "@NAME@"

# Files that people made, for `playloom provenance verify`.
[human]
files = [@HUMAN@]

# Model packages can be pinned: another one of the same name is then refused.
# [model]
# topdown = "@TOPDOWN@"

[palette.main]
name = "sweetie-16"

# Two dungeons, seeds 7 and 8; {seed} in a name is replaced. A range is written "4..8".
[level.crypt]
theme = "dungeon"
size = "32x24"
enemies = "4..8"
keys = 1
seed = 7
count = 2
outputs = [@LEVELS@]

# The world of the quests: a town, and around it the first of those dungeons with its key, chests and enemies.
# A world file of your own: file = "world.toml" (`playloom world new -o world.toml` drafts one).
[world.vale]
level = "level.crypt#7"
genre = "fantasy"
outputs = ["@DATA@worlds/vale.toml"]

# A quest about a key that lies in that dungeon.
[quest.key]
world = "world.vale"
target = "level.crypt.keys"
outputs = [@QUESTS@]

# A sprite for every enemy of that world; {id} is replaced. Leave tables out for people and items too.
[cast.foes]
world = "world.vale"
tables = ["enemies"]
palette = "palette.main"
outputs = ["@ART@foes/{id}.png"]

[sprite.potion]
words = "red potion"
palette = "palette.main"
seed = 1
outputs = ["@ART@potion.png"]

# A tileset out of two textures of yours, and a level that is drawn in it:
# [tileset.ruins]
# over = "@ART@wall.png"
# under = "@ART@floor.png"
# outputs = ["@ART@ruins.@TILES@"]
#
# [level.ruin]
# theme = "dungeon"
# tileset = "tileset.ruins"
# outputs = ["@MAPS@ruin.@MAP@"]
"""

_PLAIN = {
    "LEVELS": '"maps/crypt-{seed}.tmx", "maps/crypt-{seed}.png"',
    "QUESTS": '"quests/key.ink", "quests/key.json"',
    "HUMAN": '"src/**", "*.md"',
    "DATA": "",
    "ART": "art/",
    "MAPS": "maps/",
    "TILES": "tsx",
    "MAP": "tmx",
}
_OF_GODOT = {
    "LEVELS": '"levels/crypt-{seed}.tscn"',
    "QUESTS": '"dialogue/key.dialogue", "dialogue/key.json"',
    "HUMAN": '"project.godot", "*.gd", "*.import", "*.md"',
    "DATA": "",
    "ART": "art/",
    "MAPS": "levels/",
    "TILES": "tres",
    "MAP": "tscn",
}


def start_project(folder: Path) -> list[Path]:
    """Write a project file into a folder, which is made if it is missing; return the files written.

    Raises:
        RequestInvalid: If there is a project file already.
        WriteFailed: If the system refuses.
    """
    place = folder / PROJECT_FILE
    if place.exists():
        raise RequestInvalid(f"{place}: is there already; change it, or choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteFailed(
            f"{folder}: cannot be made ({error.strerror or error}); choose another place"
        ) from error
    written = [place]
    write_atomically(place, _text(folder).encode("utf-8"))
    attributes = folder / ".gitattributes"
    if not attributes.exists():  # two branches that each add an asset then merge by themselves
        write_atomically(attributes, f"{_ATTRIBUTES}\n".encode())
        written.append(attributes)
    return written


def _text(folder: Path) -> str:
    from playloom.api.packages import default_library

    shipped = default_library().find("topdown", "level")
    name = "".join(char for char in folder.resolve().name if char.isprintable() and char not in '"\\')
    words = _OF_GODOT if (folder / _GODOT).is_file() else _PLAIN
    text = _TEXT
    for key, value in {**words, "NAME": name or "my game", "TOPDOWN": shipped.hash}.items():
        text = text.replace(f"@{key}@", value)
    return text
