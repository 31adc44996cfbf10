"""Checks scripts that somebody wrote: every act once, slots used as they can be filled, words and lengths.

Everything wrong is reported with its line, not only the first.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playloom.errors import FileInvalid
from playloom.kinds.quest import strategies as roles
from playloom.kinds.quest.capitals import names_in
from playloom.kinds.quest.scripts import (
    ACTS,
    ANYWHERE,
    BRANCH_ACTS,
    BRANCHES,
    GENRES,
    TONES,
    Block,
    Script,
    blocks_of,
    head_of,
    needs_of,
    read_scripts,
    read_text,
)
from playloom.kinds.quest.slots import SLOT, SLOTS
from playloom.kinds.quest.strategies import STRATEGIES
from playloom.kinds.quest.words import RATINGS, Rating, blocked_word

LINE_HIGH, TITLE_HIGH, CHOICE_HIGH = 220, 60, 160  # characters, slots as they are written
_CHOICES = ("ask_why", "ask_reward", "accept", "decline", "player_side", "player_lie", "player_keep")
_ALWAYS = frozenset(("player", "npc", "home", "place", "faction", "gold", "count", "reward"))
_NAMES, _ONE, _SEVERAL = "player|npc|target|place", "item|enemy|reward", "items|enemies"
_MISUSES = (  # how it looks, what is wrong with it
    (rf"\b([Aa]n?) \{{({_ONE})\}}", 'write "the {{{slot}}}": not every thing takes "{word}"'),
    (
        rf"\b([Aa]n?|[Ee]very|[Ee]ach|[Oo]ne|[Tt]his) \{{({_SEVERAL})\}}",
        '{{{slot}}} are several; leave out "{word}"',
    ),
    (rf"\b([Tt]he|[Aa]n?) \{{({_NAMES})\}}", 'leave out "{word}": {{{slot}}} is a name that needs none'),
    (
        r"\b([Aa]t|[Tt]o|[Ff]rom) (?:at|in|to|of) \{(place|home)\}",
        'leave out "{word}" or the word after it: one is enough before {{{slot}}}',
    ),
    (r"\{(gold)\} (crowns|coins|gold|pieces|credits)\b", 'leave out "{slot}": {{{word}}} has its own unit'),
    (rf"(\{{count\}}) \{{({_ONE})\}}", "{word} is two or more: use the plural instead of {{{slot}}}"),
)
_BROUGHT = {roles.MATERIAL: "item", roles.TRADED: "target", roles.THEIRS: "target", roles.LOST: "target"}
_PLAIN = re.compile(r"""[^\W_]|[\s.,;:!?…'"’‘“”«»()–—-]""")


@dataclass(frozen=True)
class Finding:
    """Something wrong, and where."""

    where: str  # the file
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.where}:{self.line}: {self.message}"


def lint_files(paths: Iterable[Path], rating: Rating = "everyone") -> list[Finding]:
    """Return what is wrong in files of scripts, those in a folder `branches` taken as such.

    Args:
        paths: Of the files; of a folder, all its `.txt` files and those of its `branches`.
        rating: Words that it keeps out are findings.

    Raises:
        FileInvalid: If a file cannot be read, or a folder holds none.
    """
    found: list[Finding] = []
    said: dict[str, str] = {}
    for path in paths:
        texts = [path]
        if path.is_dir():
            texts = [*sorted(path.glob("*.txt")), *sorted((path / BRANCHES).glob("*.txt"))]
            if not texts:
                raise FileInvalid(f"{path}: holds no .txt files; give a folder of scripts, or files")
        for one in texts:
            found += _lint(read_text(one), str(one), rating, said, branches=one.parent.name == BRANCHES)
    return found


def own_scripts(folder: Path, rating: Rating = "everyone") -> tuple[Script, ...]:
    """Return a developer's own scripts, if nothing is wrong with them.

    Raises:
        FileInvalid: If they cannot be read, or something is wrong; names the first few.
    """
    scripts = read_scripts(folder)
    found = lint_files([folder], rating)
    if found:
        more = f"; and {len(found) - 3} more" if len(found) > 3 else ""
        each = "; ".join(map(str, found[:3]))
        raise FileInvalid(f"{each}{more}; `playloom quest lint {folder}` lists all")
    return scripts


def _lint(
    text: str, where: str, rating: Rating, said: dict[str, str], *, branches: bool
) -> Iterator[Finding]:
    try:
        blocks = blocks_of(text, where)
    except FileInvalid as problem:
        _, line, message = str(problem).removeprefix(where).split(":", 2)
        yield Finding(where, int(line), message.strip())
        return
    titles: set[str] = set()
    for block in blocks:
        strategy, problems = (None, []) if branches else _head(block)
        yield from problems
        yield from _needs(block, strategy, branches=branches)
        yield from _acts(block, BRANCH_ACTS if branches else ACTS)
        title = block.head if branches else next((said for _, act, said in block.lines if act == "title"), "")
        if title in titles:
            yield Finding(where, block.number, f"the title {title!r} comes twice in this file; change one")
        titles.add(title)
        for number, act, line in block.lines:
            for message in _line(act, line, strategy, rating):
                yield Finding(where, number, f"{act}: {message}")
            other = said.setdefault(line.casefold(), f"{where}:{number}")
            if act != "title" and other != f"{where}:{number}":
                yield Finding(where, number, f"{act}: {other} says the same; say it in another way")


def _head(block: Block) -> tuple[str | None, list[Finding]]:
    try:
        strategy, tone, _, genre = head_of(block)
    except FileInvalid as problem:
        return None, [Finding(block.where, block.number, str(problem).split(": ", 1)[1])]
    found = []
    for what, given, known in (
        ("strategy", strategy, [*STRATEGIES]),
        ("tone", tone, TONES),
        ("genre", genre, (*GENRES, ANYWHERE)),
    ):
        if given not in known:
            message = f"{what} {given!r} is not known; choose {', '.join(known)}"
            found.append(Finding(block.where, block.number, message))
    return (strategy if strategy in STRATEGIES else None), found


def _needs(block: Block, strategy: str | None, *, branches: bool) -> Iterator[Finding]:
    """Yield what is wrong with a script's needs: how they are written, and slots that it can never have."""
    if branches and block.needs:
        message = "needs stand in the script's own block; move them there"
        yield Finding(block.where, block.needs[0][0], message)
        return
    try:
        needs = needs_of(block)
    except FileInvalid as problem:
        _, line, message = str(problem).removeprefix(block.where).split(":", 2)
        yield Finding(block.where, int(line), message.strip())
        return
    for need in needs:
        if strategy is not None and need.slot not in ("giver", "world", *_bound(strategy)):
            message = f"needs: {strategy} never has a {need.slot}; leave it out"
            yield Finding(block.where, block.needs[0][0], message)


def _acts(block: Block, wanted: Sequence[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for number, act, text in block.lines:
        if act not in wanted:
            yield Finding(block.where, number, f"act {act!r} is not known; a block has {', '.join(wanted)}")
        elif act in seen:
            yield Finding(block.where, number, f"act {act!r} comes twice; leave one out")
        elif not text:
            yield Finding(block.where, number, f"act {act!r} has no text; write it")
        seen.add(act)
    missing = [act for act in wanted if act not in seen]
    if missing:
        yield Finding(block.where, block.number, f"acts are missing: {', '.join(missing)}; add them")


def _line(act: str, text: str, strategy: str | None, rating: Rating) -> Iterator[str]:
    """Yield what is wrong with one line."""
    high = TITLE_HIGH if act == "title" else CHOICE_HIGH if act in _CHOICES else LINE_HIGH
    if len(text) > high:
        yield f"has {len(text)} characters, at most {high} fit; shorten it"
    yield from _slots(text, strategy)
    bare = SLOT.sub("", text)
    strange = dict.fromkeys(char for char in bare if not _PLAIN.match(char))
    if strange:
        yield f"{' '.join(strange)} may be markup somewhere; leave it out"
    for name in dict.fromkeys(names_in(SLOT.sub("x", text), title=act == "title")):
        yield f"{name!r} names what no world may know; write a slot, who it is (the miller), or it small"
    if "  " in text:
        yield "has two spaces in a row; leave one out"
    if word := blocked_word(bare, rating):
        allowed = [other for other in RATINGS if not blocked_word(bare, other)]
        hint = f"rating {allowed[0]!r} allows it" if allowed else "no rating allows it"
        yield f"{word!r} is kept out at rating {rating!r}; {hint}"


def _slots(text: str, strategy: str | None) -> Iterator[str]:
    for slot in dict.fromkeys(SLOT.findall(text)):
        if slot not in SLOTS:
            yield f"slot {{{slot}}} is not known; there are {', '.join(SLOTS)}"
        elif strategy is not None and slot not in _bound(strategy):
            yield f"{strategy} never has a {{{slot}}}; it has {', '.join(sorted(_bound(strategy)))}"
    for pattern, message in _MISUSES:
        for found in re.finditer(pattern, text):
            yield message.format(word=found[1], slot=found[2])


def _bound(strategy: str) -> frozenset[str]:
    """Return the slots that a plan of a strategy may bind; some roles bring more than their own."""
    found = _ALWAYS | STRATEGIES[strategy].roles.keys()
    for role, slot in _BROUGHT.items():
        if role in STRATEGIES[strategy].roles.values():
            found |= {slot}
    return found | ({"enemies"} if "enemy" in found else set())
