"""What names, classes and properties usually mean: the table by which own maps say what their tiles are.

A meaning is the name of a tile of the default vocabularies, such as ``wall``.
Nothing is guessed here: a map's author wrote the word, and the table is part of
the manual. What a tile looks like or how often it occurs plays no part.
"""

import difflib
import re
from collections.abc import Mapping

from playloom.kinds.level.movement import Movement, Platform, Push
from playloom.kinds.level.vocabulary import CORE, SIDE, SOKOBAN, Tile, Vocabulary

# Meaning -> words that say it; "-" joins words that say it only together.
_WORDS = {
    "void": "void empty nothing outside none",
    "floor": "floor ground walkable open passable grass dirt sand carpet air background sky",
    "wall": "wall walls solid block blocked blocking blocks collision collide collider obstacle rock rocks "
    "stone cliff barrier impassable brick bricks pillar fence",
    "path": "path road trail pavement",
    "bridge": "bridge oneway one-way platform jump-through semisolid plank",
    "ladder": "ladder climb climbable rope vine",
    "door": "door doorway gate",
    "locked_door": "locked lock locked-door door-locked key-door lock-door locked-gate",
    "key": "key keys",
    "water": "water sea river lake pond liquid deep-water ocean",
    "trap": "trap spike spikes hazard hazards damage deadly danger harm hurt",
    "lava": "lava acid magma",
    "start": "start spawn player hero entrance entry player-start player-spawn spawn-point spawnpoint "
    "start-point start-position player-position",
    "exit": "exit goal finish end-level level-end end-point stairs-down win flag level-exit",
    "pickup": "pickup pickups coin coins gem gems gold item items collectible collectable potion heart "
    "diamond fruit money",
    "chest": "chest chests treasure loot power-up powerup",
    "enemy": "enemy enemies monster monsters mob mobs foe foes slime goblin skeleton zombie bat orc "
    "enemy-spawn monster-spawn enemy-start",
    "strong_enemy": "elite strong-enemy miniboss mini-boss",
    "boss": "boss",
    "person": "person people npc npcs villager merchant shopkeeper",
    "tree": "tree trees bush bushes",
    "crate": "crate crates box boxes barrel barrels",
    "decoration": "decoration decorations decor deco prop props scenery detail details decal flower flowers",
    "teleport": "teleport teleporter portal warp",
}
_BY_WORDS = {tuple(words.split("-")): name for name, line in _WORDS.items() for words in line.split()}
_BY_WORDS |= {tuple(name.split("_")): name for name in _WORDS}
# Property -> meaning where it is true, where it is false.
_SWITCHES: dict[str, tuple[str | None, str | None]] = {
    **dict.fromkeys(
        ("solid", "collides", "collide", "collision", "blocked", "blocks", "blocking", "wall", "impassable"),
        ("wall", None),
    ),
    **dict.fromkeys(("walkable", "passable", "open"), ("floor", "wall")),
    **dict.fromkeys(("deadly", "hazard", "damage", "hurts", "harm", "spikes"), ("trap", None)),
    **dict.fromkeys(("ladder", "climb", "climbable"), ("ladder", None)),
    **dict.fromkeys(("one_way", "oneway", "platform"), ("bridge", None)),
    **dict.fromkeys(("water", "liquid", "swim"), ("water", None)),
}
_SAYING = ("playloom", "role", "type", "kind", "name", "terrain")  # properties whose text says it
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")


def tiles_of(movement: Movement) -> dict[str, Tile]:
    """Return what each meaning is under the rules of ``movement``: name -> tile of a default vocabulary."""
    vocabulary: Vocabulary = CORE
    if isinstance(movement, Platform):
        vocabulary = SIDE
    elif isinstance(movement, Push):
        vocabulary = SOKOBAN
    tiles = {tile.name: tile for tile in vocabulary.tiles}
    if "goal" in tiles:
        tiles["exit"] = tiles["goal"]  # the same words say both
    return tiles


def nearest(name: str, known: list[str]) -> str:
    """Return words that name the likeliest of ``known``, or all of them."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"choose of {', '.join(known)}"


def meaning_of_name(name: str) -> str | None:
    """Return what a name such as "PlayerStart" or "door_locked_2" usually means; None if nothing known."""
    words = [word.lower() for word in _TOKEN.findall(name)]
    for length in (len(words), 3, 2, 1):
        for start in range(max(0, len(words) - length + 1)):
            found = _BY_WORDS.get(tuple(words[start : start + length]))
            if found:
                return found
    return None


def meaning_of(names: tuple[str, ...], properties: Mapping[str, str]) -> str | None:
    """Return what a tile's or object's properties and names (class, name) say it is; None if nothing known.

    Args:
        names: The surest first.
        properties: Custom properties as text; truth values as "true" and "false".
    """
    lower = {key.lower(): value for key, value in properties.items()}
    for key in _SAYING:
        if key in lower and (found := meaning_of_name(lower[key])):
            return found
    for name in names:
        if found := meaning_of_name(name):
            return found
    for key, (true, false) in _SWITCHES.items():
        value = lower.get(key, "?").lower()
        if value in _TRUE and true:
            return true
        if value in _FALSE and false:
            return false
    return "wall" if lower.get("passability", "") == "solid" else None


def switches_in(properties: Mapping[str, str]) -> bool:
    """Return whether a property says by yes or no that a tile is solid: silence then means that it is not."""
    return any(key.lower() in _SWITCHES and _SWITCHES[key.lower()][0] == "wall" for key in properties)
