"""What English does to words that a world brings: plurals, articles, numbers, possessives, verbs.

Rules with their irregulars; a world may give the plural of anything itself, and then that counts.
"""

import re

from playloom.kinds.quest.lexicon import word_list

_VOWELS = "aeiou"
_IRREGULAR = {
    "child": "children", "man": "men", "woman": "women", "person": "people", "foot": "feet", "tooth": "teeth",
    "goose": "geese", "mouse": "mice", "louse": "lice", "ox": "oxen", "die": "dice", "penny": "pennies",
    "wolf": "wolves", "werewolf": "werewolves", "dwarf": "dwarves", "elf": "elves", "thief": "thieves",
    "knife": "knives", "wife": "wives", "life": "lives", "leaf": "leaves", "loaf": "loaves", "half": "halves",
    "calf": "calves", "shelf": "shelves", "scarf": "scarves", "hoof": "hooves", "sheaf": "sheaves",
    "self": "selves", "staff": "staffs", "cactus": "cacti", "fungus": "fungi", "larva": "larvae",
    "automaton": "automata", "crisis": "crises", "oasis": "oases", "axis": "axes", "nemesis": "nemeses",
    "potato": "potatoes", "tomato": "tomatoes", "hero": "heroes", "echo": "echoes", "torpedo": "torpedoes",
    "mosquito": "mosquitoes", "volcano": "volcanoes", "embargo": "embargoes", "cargo": "cargoes",
}  # fmt: skip
_COMPOUNDED = ("man", "child", "foot", "goose", "wolf", "knife", "mouse", "thief")  # also at a word's end
_NO_MEN = {
    "human",
    "german",
    "roman",
    "shaman",
    "talisman",
    "caiman",
    "ottoman",
    "norman",
    "brahman",
    "mongoose",
}
_HEAD_ENDS = re.compile(
    r"\s(?:of|from|for|with|in|on|to|at|by|under|without)\s|-(?:in|of|to|by)-", re.IGNORECASE
)
_VOWEL_ANYWAY = re.compile(
    r"(?:hour|honest|honou?r|heir)|(?:8|11|18)(?![0-9]*[0-9]{2})|[aefhilmnorsx](?:-|$)"
)
_CONSONANT_ANYWAY = re.compile(
    r"(?:uni(?!n|m)|u[bcdfgjkst][aeiou](?!n[^aeiou])|eu|ew|one(?![a-z])|once|ouija|u-)"
)
_ACRONYM = re.compile(r"[A-Z]{2,}(?![a-z])")
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_PLURAL_VERBS = {
    "is": "are", "was": "were", "has": "have", "does": "do", "isn't": "aren't", "wasn't": "weren't",
    "hasn't": "haven't", "doesn't": "don't", "goes": "go",
}  # fmt: skip


def plural_of(noun: str) -> str:
    """Return the plural of a singular noun, of its head where more follows: "bag of salt", "bags of salt"."""
    end = _HEAD_ENDS.search(noun)
    if end:
        return plural_of(noun[: end.start()]) + noun[end.start() :]
    start, word = _last_word(noun)
    return start + _plural_word(word)


def _plural_word(word: str) -> str:
    low = word.lower()
    if low in word_list("unchanged") or low.endswith("fish"):
        return word
    for one in (low, *_COMPOUNDED):
        if one in _IRREGULAR and low.endswith(one) and low not in _NO_MEN:
            return word[: -len(one)] + _like(word[-len(one) :], _IRREGULAR[one])
    if low.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if low.endswith("y") and len(low) > 1 and low[-2] not in _VOWELS:
        return f"{word[:-1]}ies"
    return f"{word}s"


def singular_of(nouns: str) -> str:
    """Return one of what a plural names: "gold pieces", "gold piece"."""
    start, word = _last_word(nouns)
    low = word.lower()
    if low in word_list("unchanged"):
        return nouns
    for one, many in _IRREGULAR.items():
        if low == many:
            return start + _like(word, one)
    if low.endswith("ies") and len(low) > 4:
        return f"{start}{word[:-3]}y"
    if re.search(r"(ss|x|ch|sh)es$", low):
        return start + word[:-2]
    return start + word[:-1] if low.endswith("s") and not low.endswith("ss") else nouns


def is_plural(name: str) -> bool:
    """Whether a name names several: "the Narrows", "the Brothers of Ash".

    Without an article it is taken as a proper name, hence as one: "Thornford Falls".
    """
    bare = without_article(name)
    if bare == name:
        return False
    _, word = _last_word(_HEAD_ENDS.split(bare, maxsplit=1)[0])
    low = word.lower()
    return low in _IRREGULAR.values() or (low.endswith("s") and not re.search(r"(ss|us|is)$", low))


def without_article(name: str) -> str:
    """Return a name without the "the", "a" or "an" that it begins with."""
    return re.sub(r"^(?:the|an?)\s+", "", name, count=1, flags=re.IGNORECASE)


def article_for(phrase: str) -> str:
    """Return "a" or "an", as the phrase sounds that follows."""
    word = phrase.lstrip("\"'“”’«» ").split(" ", 1)[0]
    low = word.lower()
    if _ACRONYM.match(word):
        return "an" if word[0] in "AEFHILMNORSX" else "a"
    if _VOWEL_ANYWAY.match(low):
        return "an"
    if _CONSONANT_ANYWAY.match(low):
        return "a"
    return "an" if low[:1] in _VOWELS and low else "a"


def number_words(number: int) -> str:
    """Return a number as people say it: words up to a hundred and where it is round, else digits."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
    for size, word in ((1000, "thousand"), (100, "hundred")):
        if number % size == 0 and number < 20 * size:
            return f"{_SMALL[number // size]} {word}"
    return f"{number:,}"


def amount(number: int, units: str) -> str:
    """Return an amount with its unit: "forty crowns", "one crown"."""
    return f"{number_words(number)} {singular_of(units) if number == 1 else units}"


def possessive(name: str, *, plural: bool = False) -> str:
    """Return the ending that makes a possessive: "'s", or "'" after the s of a plural."""
    return "'" if plural and name.endswith("s") else "'s"


def plural_verb(word: str) -> str:
    """Return a verb of the third person as several do it: "is", "are"; any other word as it is."""
    if word in _PLURAL_VERBS:
        return _PLURAL_VERBS[word]
    return word[:-1] if word.endswith("s") and word[:-1] in word_list("verbs") else word


def capital(text: str) -> str:
    """Return the text with its first letter as a sentence begins with it."""
    for place, char in enumerate(text):
        if char.isalpha():
            return text[:place] + char.upper() + text[place + 1 :] if len(char.upper()) == 1 else text
        if char.isdigit():
            return text
    return text


def _last_word(noun: str) -> tuple[str, str]:
    found = re.search(r"[^\s-]+$", noun)
    return (noun[: found.start()], found[0]) if found else (noun, "")


def _like(word: str, other: str) -> str:
    """Return ``other`` with a capital if ``word`` has one."""
    return other[0].upper() + other[1:] if word[:1].isupper() else other
