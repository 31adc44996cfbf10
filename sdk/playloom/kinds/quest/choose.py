"""Choosing the script that fits a plan: its strategy exactly, then a score, then a draw among the best.

Points: `MINE` for a script of the developer's own, `GENRE` for the genre that is wanted, `KIN` for one that
is near to it. `WAYS` for words for the other ways through. `TONE` for the tone that the giver's persona or
tags name, as much less for another. `PERSONA` for each word that the script's persona shares with the giver's
role, persona and tags; `WORLD` for each that its text shares with the names and tags of what the plan is
about; up to `SHARED_HIGH` words each. `SORT` for an item or a place of the sort that the script talks of, as
much less for one of another, or for enemies that speak where the script's are beasts. `FIT` for each thing
that the script needs and gets. `STRANGE` less for a child's, beast's or machine's words in the mouth of a
giver who is none, and for a grown-up's in a child's. What a script takes for granted of the giver's or
target's gender must not be against the world's, and what it says that it needs (`needs.py`) must be met.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from playloom.errors import RequestInvalid
from playloom.kinds.quest.casting import is_of
from playloom.kinds.quest.genders import gender_of, giver_gender, target_gender
from playloom.kinds.quest.lexicon import word_list
from playloom.kinds.quest.needs import explained, unmet
from playloom.kinds.quest.plan_parts import Plan
from playloom.kinds.quest.scripts import ANYWHERE, GENRES, OWN, TONES, Script
from playloom.kinds.quest.slots import slots_of
from playloom.kinds.quest.sorts import (
    has_beasts,
    scene_of_script,
    sort_of_item,
    sort_of_place,
    sort_of_script,
)
from playloom.kinds.quest.world import Enemy, Item, World
from playloom.kinds.quest.world_check import nearest
from playloom.seeds import Stream

GENRE, KIN, MINE, WAYS, TONE, PERSONA, WORLD, SORT, STRANGE, FIT = 12, 5, 16, 4, 6, 4, 2, 6, 10, 4
SHARED_HIGH = 3
NEAR = 3  # points below the best that still take part in the draw
_KIN = {
    "cosy": ("mystery", "fantasy"),
    "fantasy": ("cosy", "gothic"),
    "frontier": ("wasteland",),
    "gothic": ("fantasy", "mystery"),
    "mystery": ("cosy", "gothic"),
    "scifi": ("wasteland",),
    "sea": ("fantasy",),
    "wasteland": ("frontier", "scifi"),
}
_DEAD = re.compile(
    r"\b(?:how|when|since|before|after) I died|\bmy own (?:death|murder|funeral)\b|buried with me|I am dead"
)
_MENDED = re.compile(
    r"\b(?:mend|repair|patch|fix|rewind|rewire|rebuild|oil|wind)\b[^.]{0,24}\{target\}|"
    r"\{target\}, (?:the|a|my|whose|our) (?:\w+ )?"
    r"(?:seams|statue|ship|boat|barge|puppet|clock|engine|bell|horse|mule|"
    r"dog|cat|goat|pig|cow|whale|tree|tower|robot|drone|gears|stone|doll)\b"
)
_CHILD = re.compile(
    r"\b(?:child|boy|girl|aged|young|small|little|toddler|pupil|schoolboy|lad|squire|page|doll)"
)
_CREATURE = re.compile(
    r"\b(?:robot|drone|probe|android|machine|war-frame|elevator|ship|computer|mind|hologra|clone|cat|horse|dog|crow|"
    r"ghost|murder|haunt|deceased|undying|immortal|lich|revenant|spectre|wraith|ghoul|vampire|phantom|spirit|skeleton|undead|dead|dragon|troll|goblin|giant|mermaid|god|goddess|demon|"
    r"moss|tree|doll|puppet|statue|talking|alien|cocoon|hive|moth|gull|whale|toy|train|satellite|battleship)"
)


@dataclass(frozen=True)
class Chosen:
    """A script with how well it fits."""

    script: Script
    score: int


def choose(
    plan: Plan, world: World, scripts: Sequence[Script], fillings: Iterable[str], stream: Stream
) -> Chosen | None:
    """Return a script for a plan; None: none of its strategy (and of the tone asked for) fits.

    Args:
        plan: What is to be told.
        world: Where.
        scripts: All there are.
        fillings: Slots that can be filled.
        stream: Of the draw among the best.
    """
    able = [
        script
        for script in able_scripts(plan, world, scripts, fillings)
        if plan.request.tone in (None, script.tone)
    ]
    if not able:
        return None
    wanted = plan.request.genre or world.genre
    giver = world.person(plan.giver)
    given = words_of(giver.role, giver.persona, *giver.tags)
    child = is_of("giver", giver, "child", world, giver)
    about = _about(plan, world)
    item = world.by_id.get(plan.bindings.get("items") or plan.bindings.get("item") or "")
    sort = sort_of_item(item) if isinstance(item, Item) else None
    enemy = world.by_id.get(plan.bindings.get("enemy", ""))
    speaks = isinstance(enemy, Enemy) and "speaks" in enemy.tags
    place = sort_of_place(world.place(plan.bindings["place"]))
    scored = [
        Chosen(
            script,
            _score(script, wanted, given, about, child)
            + (_sort_score(sort_of_script(script), sort) if item is not None else 0)
            + (_sort_score(scene_of_script(script), place) if place is not None else 0)
            - (SORT if speaks and has_beasts(script) else 0),
        )
        for script in able
    ]
    best = max(one.score for one in scored)
    near = [one for one in scored if one.score >= best - NEAR]
    return near[stream.below(len(near))]


def able_scripts(
    plan: Plan, world: World, scripts: Sequence[Script], fillings: Iterable[str]
) -> list[Script]:
    """Return the scripts that can tell a plan, of whatever tone."""
    there = frozenset(fillings)
    return [
        script
        for script in scripts
        if script.strategy == plan.strategy
        and _traits(script).slots <= there
        and not _against(script, plan, world)
        and not unmet(script.needs, plan, world)
    ]


def check_wishes(tone: str | None, genre: str | None) -> None:
    """Refuse a tone or genre that no script can have.

    Raises:
        RequestInvalid: Lists what there is.
    """
    for name, found, known in (("tone", tone, TONES), ("genre", genre, GENRES)):
        if found is not None and found not in known:
            raise RequestInvalid(f"{name} is {found!r}; choose {', '.join(known)}")


def script_called(scripts: Sequence[Script], name: str) -> Script:
    """Return the script of a title, as its file has it, or of an id; capitals do not matter.

    Raises:
        RequestInvalid: If there is none; names one that is written nearly so.
    """
    wanted = " ".join(name.split()).casefold()
    for script in scripts:
        if wanted in (script.title.casefold(), script.id.casefold()):
            return script
    hint = nearest(name, [script.title for script in scripts]) or "--tone and --strategy choose among all"
    raise RequestInvalid(f"no script is called {name[:60]!r}; {hint}")


def misfit(script: Script, plan: Plan, world: World, fillings: Iterable[str]) -> list[str]:
    """Return why a script of a plan's strategy cannot tell it, each reason in words."""
    reasons = [explained(need, plan, world) for need in unmet(script.needs, plan, world)]
    if lacking := sorted(_traits(script).slots - {*fillings}):
        reasons.append(f"nothing stands for {', '.join(lacking)}")
    if _against(script, plan, world):
        reasons.append("it takes giver or target for another gender, or for a thing to mend")
    return reasons


def words_of(*texts: str) -> frozenset[str]:
    """Return the words that say something, in small letters and without a plural's s."""
    words, common = re.findall(r"[^\W\d_]{4,}", " ".join(texts).lower()), word_list("common")
    return frozenset(word.removesuffix("s") for word in words if word not in common)


def _against(script: Script, plan: Plan, world: World) -> bool:
    """Whether the script takes people to be of another gender, or a person for a thing to mend."""
    pairs = [(giver_gender(script), world.person(plan.giver))]
    target = None if plan.target is None else world.person(plan.target)
    if target is not None:
        pairs.append((target_gender(script), target))
        if _traits(script).mends and not _CREATURE.search(f"{target.role} {target.persona}".lower()):
            return True
    return any(taken and gender_of(person) not in (None, taken) for taken, person in pairs)


def _about(plan: Plan, world: World) -> frozenset[str]:
    """Return the words of what the plan is about."""
    entities = [world.by_id[key] for slot, key in plan.bindings.items() if slot not in ("npc", "target")]
    return words_of(
        *(entity.name for entity in entities), *(tag for entity in entities for tag in entity.tags)
    )


def _score(script: Script, wanted: str, given: frozenset[str], about: frozenset[str], child: bool) -> int:
    genre = (
        GENRE if script.genre in (wanted, ANYWHERE) else KIN if script.genre in _KIN.get(wanted, ()) else 0
    )
    tones = given.intersection(TONES)
    tone = 0 if not tones else TONE if script.tone in tones else -TONE
    traits, who = _traits(script), " ".join(given)
    persona = len(traits.persona & given)
    world = len(traits.words & about)
    strange = (
        (script.tone == "childlike" and not (_CHILD.search(who) or "childlike" in given))
        or (script.tone != "childlike" and child)
        or (traits.unhuman and not _CREATURE.search(who))
    )
    return (
        genre
        + MINE * (script.origin == OWN)
        + tone
        + WAYS * script.branched
        + PERSONA * min(persona, SHARED_HIGH)
        + WORLD * min(world, SHARED_HIGH)
        + FIT * min(sum(need.slot != "world" for need in script.needs), SHARED_HIGH)
        - STRANGE * strange
    )


def _sort_score(wanted: str | None, found: str | None) -> int:
    """Return the points for what a script talks of, where it is sure of that."""
    return 0 if wanted is None else SORT if wanted == found else -SORT


@dataclass(frozen=True)
class _Traits:
    """What the words of a script tell, found once."""

    slots: frozenset[str]
    words: frozenset[str]  # that say something
    persona: frozenset[str]  # of the giver's persona
    unhuman: bool  # whether the giver is a creature, a machine or dead
    mends: bool  # whether the target is a thing to mend, or a beast


@lru_cache(maxsize=4096)
def _traits(script: Script) -> _Traits:
    text = " ".join(script.lines.values())
    return _Traits(
        slots_of(text),
        words_of(text),
        words_of(script.persona),
        _CREATURE.search(script.persona) is not None or _DEAD.search(text) is not None,
        any(_MENDED.search(script.lines[act]) for act in ("journal", "offer")),
    )
