"""Authored scripts: whole quests in words, in a plain text format, those that ship and a developer's own.

A file of scripts is blocks with an empty line between them. A block is a head and one line an act:

    @ strategy | tone | persona of the giver | genre
    title: What Came Up the Bucket
    greet: Wipe your boots or don't come in.

Between head and acts may stand `needs: giver=smith; item=drink`: of whom it can be told (`needs.py`). The
genre `any` is at home in every world. Its folder may hold a folder `branches` with files of the same names:
the head is `@ title of the script`, the acts are those of the other ways through. Reading checks the form;
what the words must keep is `lint`'s.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from playloom.errors import FileInvalid
from playloom.files import read_regular
from playloom.kinds.quest.needs import NEEDS, Need, parse_needs

ACTS = (
    "title", "journal", "greet", "offer", "motive", "hint", "ask_why", "ask_reward", "pay", "accept",
    "accept_reply", "decline", "decline_reply", "progress", "target_line", "complete", "reward", "farewell",
    "fail", "bark",
)  # fmt: skip
BRANCH_ACTS = (
    "arrive", "target_plea", "player_side", "player_lie", "player_keep", "outcome_side", "outcome_lie",
    "outcome_keep", "rumor_before", "rumor_after", "rumor_betrayal", "later",
)  # fmt: skip
TONES = (
    "childlike", "fearful", "gruff", "noble", "scholarly", "sly", "warm", "weary", "wry", "zealous",
)  # fmt: skip
GENRES = ("cosy", "fantasy", "frontier", "gothic", "mystery", "scifi", "sea", "wasteland")
ANYWHERE = "any"  # genre of a script that names nothing of an age or a sort of world
AUTHORED, OWN = "authored", "own"  # where a script comes from, as a line's source says
BRANCHES = "branches"  # the folder beside the files of scripts
BYTES_HIGH = 4 << 20  # of one file
FILES_HIGH = 200  # of one folder
_SUFFIX = ".txt"
_HEAD = "@"
_KNOWN = frozenset((*ACTS, *BRANCH_ACTS, NEEDS))
_ACT = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True)
class Script:
    """One quest in words, its slots open."""

    id: str  # "cosy-000": the file and the place in it
    origin: str  # AUTHORED or OWN
    strategy: str
    tone: str
    persona: str
    genre: str
    lines: Mapping[str, str] = field(hash=False)  # act -> text; the title and the ways through among them
    where: str = ""  # "cosy.txt:1"
    needs: tuple[Need, ...] = ()  # of whom it can be told

    @property
    def title(self) -> str:
        """Its title, slots open."""
        return self.lines["title"]

    @property
    def branched(self) -> bool:
        """Whether it has words for the other ways through."""
        return "arrive" in self.lines

    def source(self, act: str) -> str:
        """Return what a line's source says: "authored:cosy-000/greet"."""
        return f"{self.origin}:{self.id}/{act}"


@dataclass
class Block:
    """A block as written: where it begins, its head and its lines."""

    where: str  # the file's name
    number: int  # of the head's line, from 1
    head: str
    lines: list[tuple[int, str, str]] = field(default_factory=list)  # line number, act, text
    needs: list[tuple[int, str]] = field(default_factory=list)  # line number, text; of a script at most one


@cache
def shipped_scripts() -> tuple[Script, ...]:
    """Return every script that ships, in order of files and places; read on first use."""
    root = files("playloom.kinds.quest") / "scripts"
    found: list[Script] = []
    for name in sorted(one.name for one in root.iterdir() if one.name.endswith(_SUFFIX)):
        branches = root / BRANCHES / name
        beside = branches.read_text("utf-8") if branches.is_file() else ""
        found += _scripts((root / name).read_text("utf-8"), beside, name, AUTHORED)
    return tuple(found)


def read_scripts(folder: Path) -> tuple[Script, ...]:
    """Read a developer's own folder: its `.txt` files, with their branches where there are.

    Raises:
        FileInvalid: If there is no such folder, nothing in it, or a file breaks the format; names the line.
    """
    if not folder.is_dir():
        raise FileInvalid(f"{folder}: there is no such folder; give the folder of your .txt scripts")
    paths = sorted(folder.glob(f"*{_SUFFIX}"))
    if not 1 <= len(paths) <= FILES_HIGH:
        raise FileInvalid(
            f"{folder}: holds {len(paths)} .txt files, expected 1 to {FILES_HIGH}; "
            "each holds scripts as docs/quests.md shows"
        )
    return tuple(script for path in paths for script in read_script_file(path))


def read_script_file(path: Path) -> tuple[Script, ...]:
    """Read one file of scripts, with its branches where there are.

    Raises:
        FileInvalid: If it cannot be read or breaks the format; names the line.
    """
    beside = path.parent / BRANCHES / path.name
    branches = read_text(beside) if beside.exists() else ""
    return tuple(_scripts(read_text(path), branches, str(path), OWN, str(beside)))


def read_text(path: Path) -> str:
    """Return the text of a script file, its size and encoding checked.

    Raises:
        FileInvalid: If it cannot be read, is too large or no UTF-8.
    """
    data = read_regular(path, BYTES_HIGH + 1, "a file of scripts")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: has more than {BYTES_HIGH} bytes; split it into several files")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise FileInvalid(f"{path}:{line}: is not UTF-8; save the file as UTF-8") from problem


def blocks_of(text: str, where: str) -> list[Block]:
    """Return the blocks of a file.

    Raises:
        FileInvalid: If a line is neither a head, nor an act with its text, nor empty.
    """
    found: list[Block] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line:
            continue
        if line.startswith(_HEAD):
            found.append(Block(where, number, line[1:].strip()))
            continue
        act, colon, said = line.partition(":")
        if not found or not colon or not (act in _KNOWN or _ACT.fullmatch(act)):
            expected = "'act: text'" if found else "'@ strategy | tone | persona | genre'"
            raise FileInvalid(
                f"{where}:{number}: found {line[:40]!r}, expected {expected}; see docs/quests.md"
            )
        if act == NEEDS:
            found[-1].needs.append((number, said.strip()))
        else:
            found[-1].lines.append((number, act, said.strip()))
    return found


def head_of(block: Block) -> tuple[str, str, str, str]:
    """Return strategy, tone, persona and genre of a script's block.

    Raises:
        FileInvalid: If there are not four.
    """
    parts = [part.strip() for part in block.head.split("|")]
    if len(parts) != 4 or not all(parts):
        raise FileInvalid(
            f"{block.where}:{block.number}: found '@ {block.head[:60]}', expected "
            "'@ strategy | tone | persona of the giver | genre'; give all four"
        )
    return parts[0], parts[1], parts[2], parts[3]


def needs_of(block: Block) -> tuple[Need, ...]:
    """Return what a script's block needs; nothing where it does not say.

    Raises:
        FileInvalid: If it says so twice, or what is no need; names the line.
    """
    if len(block.needs) > 1:
        raise FileInvalid(f"{block.where}:{block.needs[1][0]}: needs come twice; put them into one line")
    for number, text in block.needs:
        try:
            return parse_needs(text)
        except ValueError as problem:
            raise FileInvalid(f"{block.where}:{number}: needs: {problem}") from problem
    return ()


def _scripts(text: str, branches: str, where: str, origin: str, beside: str = "") -> Iterator[Script]:
    """Yield the scripts of one file, joined with their branches by title."""
    beside = beside or f"{BRANCHES}/{where}"
    ways = {}
    for block in blocks_of(branches, beside):
        if block.head in ways:
            raise FileInvalid(f"{beside}:{block.number}: {block.head!r} comes twice; leave one out")
        ways[block.head] = block
    stem = Path(where).stem
    for place, block in enumerate(blocks_of(text, where)):
        strategy, tone, persona, genre = head_of(block)
        lines = _acts(block, ACTS)
        way = ways.pop(lines["title"], None)
        if way is not None:
            lines |= _acts(way, BRANCH_ACTS)
        key, at = f"{stem}-{place:03}", f"{where}:{block.number}"
        yield Script(key, origin, strategy, tone, persona, genre, lines, at, needs_of(block))
    for title, block in ways.items():
        raise FileInvalid(
            f"{beside}:{block.number}: no script of {where} is called {title!r}; mend the title"
        )


def _acts(block: Block, wanted: tuple[str, ...]) -> dict[str, str]:
    """Return the lines by act; each wanted one must be there, once, and no other."""
    if block.needs and wanted is not ACTS:
        raise FileInvalid(
            f"{block.where}:{block.needs[0][0]}: needs stand in the script's own block; move them"
        )
    lines: dict[str, str] = {}
    for number, act, said in block.lines:
        if act not in wanted or act in lines or not said:
            what = "is not known" if act not in wanted else "comes twice" if act in lines else "has no text"
            raise FileInvalid(
                f"{block.where}:{number}: act {act!r} {what}; a block has, each once: {', '.join(wanted)}"
            )
        lines[act] = said
    missing = [act for act in wanted if act not in lines]
    if missing:
        raise FileInvalid(f"{block.where}:{block.number}: acts are missing: {', '.join(missing)}; add them")
    return lines
