"""Of which gender a script takes its giver and its target to be, and of which a world's people are.

For the scripts that ship a table tells (`genders.txt`); one of a developer's own is judged by its words.
"""

import re
from functools import cache, lru_cache

from playloom.kinds.quest.lexicon import words_by_heading
from playloom.kinds.quest.scripts import AUTHORED, Script
from playloom.kinds.quest.world import Gender, Person

_HE, _SHE = re.compile(r"\b(?:he|him|his|himself)\b"), re.compile(r"\b(?:she|her|hers|herself)\b")
_TELL = re.compile(r"\btell (him|her)\b")  # said on the spot, of the giver
_RUMOURS, _ON_THE_SPOT = ("rumor_before", "rumor_after", "rumor_betrayal"), ("target_line", "target_plea")
_MALE = re.compile(
    r"\b(?:his|him|sir|lord|king|prince|duke|count|baron|emperor|monk|friar|abbot|knight|squire|butler|valet|"
    r"wizard|father|grandfather|brother|uncle|son|boy|lad|widower|husband|mister|mr|\w*(?<!hu)(?<!wo)man)\b"
)
_FEMALE = re.compile(
    r"\b(?:her|lady|queen|princess|duchess|countess|baroness|empress|nun|abbess|dowager|dame|witch|midwife|"
    r"mother|grandmother|sister|aunt|daughter|girl|widow|wife|matriarch|diva|mrs|miss|\w+(?:ess|stress|woman))\b"
)
_AS_A_MAN = re.compile(
    r"\bas a (?:young )?(?:man|boy|lad)\b|\bmy (?:late |poor |dear )?wife\b|\bman like me\b"
)
_AS_A_WOMAN = re.compile(
    r"\bas a (?:young )?(?:woman|girl|lass)\b|\bmy (?:late |poor |dear )?husband\b|\bwoman like me\b"
)


def gender_of(person: Person) -> Gender | None:
    """Return what the world says, else what the name or the role marks: Mother Edda, Brother Ansgar."""
    return person.gender or _only(_MALE, _FEMALE, f"{person.name} {person.role}".lower())


@lru_cache(maxsize=2048)
def giver_gender(script: Script) -> Gender | None:
    """Return the gender that a script takes its giver to be of; None: any."""
    if script.origin == AUTHORED:
        return _in_table("giver", script.id)
    own = " ".join(text for act, text in script.lines.items() if act not in (*_RUMOURS, *_ON_THE_SPOT))
    sent = " ".join(_TELL.findall(_said(script, _ON_THE_SPOT)))
    return (
        _only(_AS_A_MAN, _AS_A_WOMAN, own.lower())
        or _only(_HE, _SHE, sent)
        or _only(_HE, _SHE, _said(script, _RUMOURS))
        or _only(_MALE, _FEMALE, script.persona.lower())
    )


@lru_cache(maxsize=2048)
def target_gender(script: Script) -> Gender | None:
    """Return the gender that a script takes its target to be of; None: any."""
    if script.origin == AUTHORED:
        return _in_table("target", script.id)
    after = [script.lines[act].partition("{target}")[2] for act in ("journal", "offer")]
    return _only(_HE, _SHE, " ".join(after).lower())


def _said(script: Script, acts: tuple[str, ...]) -> str:
    return " ".join(script.lines.get(act, "") for act in acts).lower()


def _only(male: re.Pattern[str], female: re.Pattern[str], text: str) -> Gender | None:
    he, she = bool(male.search(text)), bool(female.search(text))
    return None if he == she else "male" if he else "female"


def _in_table(who: str, key: str) -> Gender | None:
    males, females = _table(who)
    return "male" if key in males else "female" if key in females else None


@cache
def _table(who: str) -> tuple[frozenset[str], frozenset[str]]:
    table = words_by_heading("genders.txt")
    return frozenset(table[f"{who} male"]), frozenset(table[f"{who} female"])
