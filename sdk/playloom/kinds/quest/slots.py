"""Filling slots: names of a world put into authored words so that the sentence is right, the name unaltered.

A slot is a word in braces: "Take the {item} to {target}." What it may be filled with is told by its sort.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from playloom.kinds.quest.grammar import (
    amount,
    article_for,
    capital,
    is_plural,
    number_words,
    plural_of,
    plural_verb,
    possessive,
    without_article,
)
from playloom.kinds.quest.lexicon import word_list
from playloom.kinds.quest.plan_parts import Plan
from playloom.kinds.quest.world import Enemy, Item, World

Sort = Literal["name", "place", "thing", "things", "amount", "number"]

SLOTS: dict[str, Sort] = {
    "player": "name", "npc": "name", "target": "name", "faction": "name", "home": "place", "place": "place",
    "item": "thing", "enemy": "thing", "reward": "thing", "items": "things", "enemies": "things",
    "gold": "amount", "count": "number",
}  # fmt: skip
SLOT = re.compile(r"\{([a-z_]+)\}")
_BOUND_AS = {"enemies": "enemy"}  # slots that are bound under another name
_SENTENCE_BEGINS = re.compile(r"(?:^|(?<!\.\.)[.!?…][\"'”’»]*\s+)[\"'“‘«]*$")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Capt|Sgt)\.\s*$")
_WORD_BEFORE = re.compile(r"([\w’'-]+)(\s+)$")
_OWNS = frozenset(("the", "this", "these", "those", "my", "your", "our", "his", "its", "their", "a", "an"))
_NO_POSSESSIVES = frozenset(
    ("there's", "here's", "it's", "that's", "what's", "who's", "he's", "she's", "let's")
)
_AGES = frozenset(("old", "young", "little"))  # they may go before a name that begins with them
_CONTRACTED = re.compile(
    r"'s(?= (?:a|an|the|not|been|gone|here|there|nothing|aboard|worth|in|on|at|mine|yours|still)\b)"
)
_VERB = re.compile(r"( )([a-z]+(?:n't)?)\b")


@dataclass(frozen=True)
class Filling:
    """What stands in a slot."""

    text: str
    sort: Sort
    plural: bool = False  # whether verbs must agree with several, where the slot's own text has one


def slots_of(*texts: str) -> frozenset[str]:
    """Return the slots that occur."""
    return frozenset(name for text in texts for name in SLOT.findall(text))


def fillings_of(plan: Plan, world: World) -> dict[str, Filling]:
    """Return what stands in every slot that the plan binds."""
    found = {
        "player": Filling(plan.request.player, "name"),
        "gold": Filling(amount(plan.gold, world.currency), "amount"),
        "count": Filling(number_words(plan.count), "number"),
    }
    for slot, sort in SLOTS.items():
        key = plan.bindings.get(_BOUND_AS.get(slot, slot))
        if key is None:
            continue
        entity = world.by_id[key]
        if isinstance(entity, Item | Enemy):
            found[slot] = several(entity) if sort == "things" else one(entity)
        else:
            found[slot] = Filling(entity.name, sort, plural=sort == "place" and is_plural(entity.name))
    faction = found.get("faction")
    if faction is not None:
        found["faction"] = Filling(faction.text, "name", plural=is_plural(faction.text))
    return found


def one(entity: Item | Enemy) -> Filling:
    """Return one of a thing; shears and scissors are several even so."""
    return Filling(entity.name, "thing", plural=entity.name == _plural(entity) and entity.name.endswith("s"))


def several(entity: Item | Enemy) -> Filling:
    """Return several of a thing."""
    return Filling(_plural(entity), "things", plural=True)


def thing_fillings(entity: Item | Enemy, count: int) -> dict[str, Filling]:
    """Return the slots for one of a thing, or for ``count`` of it."""
    slot = "item" if isinstance(entity, Item) else "enemy"
    if count == 1:
        return {slot: one(entity)}
    return {
        "items" if slot == "item" else "enemies": several(entity),
        "count": Filling(number_words(count), "number"),
    }


def _plural(entity: Item | Enemy) -> str:
    return entity.plural or plural_of(entity.name)


def fill(template: str, fillings: Mapping[str, Filling]) -> str:
    """Return a text with every slot filled.

    Names stay as the world writes them, but for a leading article, which gives way to another determiner and
    takes a capital where a sentence begins. Common nouns take capitals there, and their verbs agree.

    Raises:
        KeyError: If a slot has no filling.
    """
    out, rest = "", template
    while found := SLOT.search(rest):
        filling = fillings[found[1]]
        out += rest[: found.start()]
        rest = rest[found.end() :]
        out, text = _fitted(out, filling)
        if filling.plural and filling.sort != "things":
            out, rest = _agreeing(out, text, rest, filling)
        elif filling.sort == "things" and rest.startswith("'s ") and text.endswith("s"):
            rest = "'" + rest[2:]
        out += _with_capital(text, filling) if begins_sentence(out) else text
    return out + rest


def begins_sentence(before: str) -> bool:
    """Whether a sentence begins after this text."""
    return bool(_SENTENCE_BEGINS.search(before)) and not _ABBREVIATED.search(before)


def _with_capital(text: str, filling: Filling) -> str:
    """Return a filling as a sentence begins with it; of a name only an article changes."""
    if filling.sort in ("name", "place") and without_article(text) == text:
        return text
    return capital(text)


def _fitted(before: str, filling: Filling) -> tuple[str, str]:
    """Return the text before a slot and the filling, one article or title between them."""
    found, text = _WORD_BEFORE.search(before), filling.text
    if not found:
        return before, text
    word = found[1].lower()
    bare = without_article(text)
    possessed = word.endswith(("'s", "s'")) and word not in _NO_POSSESSIVES
    titled = filling.sort == "name" and (found[1][0].isupper() or word in _AGES)
    if bare != text and (word in _OWNS or possessed):
        text = bare
    elif titled and text.lower().startswith(f"{word} "):
        return before[: found.start()], text  # "Captain {npc}", who is called Captain Mora
    if word in ("a", "an"):
        several = filling.plural or filling.sort == "things"
        article = "some" if several else article_for(text)
        article = capital(article) if found[1][0].isupper() else article
        return f"{before[: found.start()]}{article}{found[2]}", text
    return before, text


def _agreeing(before: str, text: str, rest: str, filling: Filling) -> tuple[str, str]:
    """Return the texts before and after a filling that names several where the author thought of one."""
    found = _WORD_BEFORE.search(before)
    word = found[1].lower() if found else ""
    if found and word in ("this", "that") and filling.sort == "thing":
        many = "these" if word == "this" else "those"
        before = before[: found.start()] + (capital(many) if found[1][0].isupper() else many) + found[2]
    if rest.startswith("'s"):
        if _CONTRACTED.match(rest) and filling.sort == "thing":
            return before, (" have" if rest.startswith("'s been") else " are") + rest[2:]
        return before, possessive(text, plural=True) + rest[2:]
    outer = _WORD_BEFORE.search(before[: found.start()]) if found and word in _OWNS else found
    if not (outer and outer[1].lower() in word_list("prepositions")) and (verb := _VERB.match(rest)):
        rest = f" {plural_verb(verb[2])}{rest[verb.end() :]}"
    return before, rest
