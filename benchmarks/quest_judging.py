"""Judges quests for quests.py, sharing nothing with the check that the generator applies.

The story is walked by the tests' own walker (tests/quest/quest_walking.py); words are looked at one by one.
"""

import importlib
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from playloom.kinds.quest.content import NARRATOR, PLAYER, Line, Quest
from playloom.kinds.quest.lexicon import word_list
from playloom.kinds.quest.words import blocked_word, check_rating
from playloom.kinds.quest.world import World

TESTS = Path(__file__).parents[1] / "tests" / "quest"
_WORD = re.compile(r"[A-Za-zÀ-ž]+(?:['’][A-Za-zÀ-ž]+)*")
_OWN_END = re.compile(r"['’](?:s|m|d|t|ll|re|ve)?$")
_SENTENCE = re.compile(r"(?:^|[.!?…:;–—(]|(?:^|[\s\"(-])['\"“‘]|['\"”’]\s|-\s?)[\s'\"“”‘’]*$")
_ADDRESSED = re.compile(r"\b(?:Your|His|Her|Their) $")
_LISTS = ("calendar", "ranks", "languages", "holy")  # words that take a capital and name nobody


@cache
def tests_module(name: str) -> ModuleType:
    """Return a module of the quest tests, which walk without the product's code."""
    if str(TESTS) not in sys.path:
        sys.path.append(str(TESTS))
    return importlib.import_module(name)


def judge(quest: Quest, world: World, nodes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong: the name of the count that it belongs to, and what was found.

    Args:
        quest: As read back from its file.
        world: In which it is set.
        nodes: Every stop of the story, as `quest_walking.walk` returns them.
    """
    yield from (("graph", text) for text in _graph(quest, world, nodes))
    texts = Counter(line.text.casefold() for line in quest.lines())
    yield from (("repeated", f"{count} times: {text}") for text, count in texts.items() if count > 1)
    rating = check_rating(str(quest.request["rating"]))
    known = _known(world, str(quest.request["player"]))
    lines = [(line.id, line.text) for line in quest.lines()]
    for where, text in [("title", quest.title), *lines]:
        if re.search(r"[{}]", text) or not text.strip():
            yield "slots", f"{where}: {text}"
        if word := blocked_word(text, rating):
            yield "blocked", f"{where}: {word} in {text}"
        for word in _strangers(text, known) if where != "title" else ():  # its words all have capitals
            yield "names", f"{where}: {word} in {text}"
    yield from (("names", text) for line in quest.lines() for text in _unsaid(line, quest, world))


def _graph(quest: Quest, world: World, nodes: list[dict[str, Any]]) -> Iterator[str]:
    walking = tests_module("quest_walking")
    try:
        walking.check_story(quest, nodes)
    except AssertionError:
        yield "a choice cannot be made, or a way does not end"
    for node in nodes:
        if not node["choices"] and node["values"]["ending"] != node["values"]["quest"]:
            yield f"ends {node['values']['ending']!r} with the quest {node['values']['quest']!r}"
    endings = {node["values"]["ending"] for node in nodes if not node["choices"]}
    if not {"done", "declined"} <= endings:
        yield f"cannot be done, or not be refused: {sorted(endings)}"
    for entry in quest.entries:
        if not any(walking.holds(entry.when, node["values"]) for node in nodes):
            yield f"entry {entry.name} can never be heard"
    alive = {person.id for person in world.people if person.alive}
    speakers = {line.speaker for line in quest.lines()} - {PLAYER, NARRATOR}
    if strangers := (speakers | {quest.giver}) - alive:
        yield f"nobody alive: {sorted(strangers)}"
    if quest.target == quest.giver:
        yield "somebody gives a quest about themselves"
    every = {*(scene.place for scene in quest.scenes if scene.place), *quest.rewards}
    every |= {key for one in quest.objectives for key in (one.place, *one.about)}
    if not every <= world.by_id.keys():
        yield f"not in the world: {sorted(every - world.by_id.keys())}"


def _strangers(text: str, known: frozenset[str]) -> Iterator[str]:
    """Yield words with a capital that begin no sentence and that neither the world nor a word list has."""
    for found in _WORD.finditer(text):
        word, before = found[0], text[: found.start()]
        bare = _OWN_END.sub("", word)
        if not word[0].isupper() or bare.isupper() or _SENTENCE.search(before):
            continue
        if known & {word.casefold(), bare.casefold(), bare.casefold().removesuffix("s")}:
            continue
        if not _ADDRESSED.search(before):
            yield word


def _known(world: World, player: str) -> frozenset[str]:
    texts = [player, world.currency, *(entity.name for entity in world.by_id.values())]
    texts += [one.plural for one in (*world.items, *world.enemies) if one.plural]
    words = {word.casefold() for text in texts for word in _WORD.findall(text)}
    numbers = (
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    )
    numbers += " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    return frozenset(words.union(numbers.split(), *(word_list(name) for name in _LISTS)))


def _unsaid(line: Line, quest: Quest, world: World) -> Iterator[str]:
    """Yield the slots of a template whose name the text does not show."""
    text = line.text.casefold()
    for slot in set(re.findall(r"\{(\w+)\}", line.template)) & {"npc", "target", "home", "place", "player"}:
        shown = [str(quest.names[PLAYER])] if slot == "player" else list(quest.names.values())
        shown = [quest.names[quest.giver]] if slot == "npc" else shown
        shown = [quest.names[quest.target]] if slot == "target" and quest.target else shown
        if not any(re.sub(r"^(?:the|a|an) ", "", name.casefold()) in text for name in shown):
            yield f"{line.id}: {{{slot}}} is not in {line.text}"
