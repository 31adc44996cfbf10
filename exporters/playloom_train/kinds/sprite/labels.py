"""Category and tags of a sprite, from the names of its file and folders or from the user's labels.toml."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

import msgspec

from playloom.errors import FileInvalid
from playloom_train.kinds.sprite.keywords import (
    ALWAYS,
    BEINGS,
    CATEGORIES,
    FOLDERS,
    NO_TAGS,
    TERRAIN,
    THINGS,
    TILES,
)

LEAVE_OUT = "-"  # the label of what is not trained on
UNKNOWN = "?"  # a draft's label where the names say nothing
TAGS_HIGH = 8
BYTES_HIGH = 8 << 20  # of labels.toml
_WORD_HIGH = 24  # characters

_SINGULAR = re.compile(r"(?<=[^s])s$")
_SAME_IN_PLURAL = {
    "boss",
    "grass",
    "glass",
    "cross",
    "moss",
    "abyss",
    "compass",
    "dress",
    "bus",
    "lens",
    "pants",
}
_IRREGULAR = {
    "wolves": "wolf",
    "elves": "elf",
    "dwarves": "dwarf",
    "knives": "knife",
    "men": "man",
    "women": "woman",
    "children": "child",
    "mice": "mouse",
    "leaves": "leaf",
    "shelves": "shelf",
    "bushes": "bush",
    "torches": "torch",
    "witches": "witch",
    "benches": "bench",
    "boxes": "box",
    "axes": "axe",
    "potatoes": "potato",
    "tomatoes": "tomato",
    "heroes": "hero",
    "people": "person",
}
_NO_TAGS = frozenset(NO_TAGS.split())
_BY_FOLDER_WORD = {word: category for category, words in FOLDERS.items() for word in words.split()}
_BY_THING = {word: category for category, words in THINGS.items() for word in words.split()}


@dataclass(frozen=True)
class Label:
    """What a sprite shows."""

    category: str | None  # None: unknown
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Labels:
    """What labels.toml says."""

    where: str = ""
    folders: dict[str, Label | None] = field(default_factory=dict)  # pattern -> label; None: leave out
    sprites: dict[str, Label | None] = field(default_factory=dict)  # pattern -> label; None: leave out

    def label(self, name: str) -> Label | None:
        """Return what a sprite shows by its path; None if it is to be left out.

        A line for the sprite comes before one for a folder, the longest pattern before others; what no line
        says comes from the names.
        """
        guessed = guess(name)
        for table, patterns in zip((self.sprites, self.folders), self._patterns, strict=True):
            found = [line for line in _parents(name) if line in table][:1]
            found += [line for line in patterns if fnmatchcase(name, line)]
            if found:
                said = table[max(found, key=len)]
                return said and Label(said.category or guessed.category, said.tags or guessed.tags)
        return guessed

    @cached_property
    def _patterns(self) -> tuple[list[str], list[str]]:
        """The lines for sprites and for folders that hold for many names."""
        sprites, folders = (
            [line for line in table if any(char in line for char in "*?[")]
            for table in (self.sprites, self.folders)
        )
        return sprites, folders

    def unused(self, names: Iterable[str]) -> list[str]:
        """Return the lines that fit no sprite: a slip of the pen, or a file that is gone."""
        seen = list(names)
        places = {place for name in seen for place in _parents(name)}
        patterns = {line for lines in self._patterns for line in lines}
        return [
            line
            for line in (*self.folders, *self.sprites)
            if line not in places and not (line in patterns and any(fnmatchcase(name, line) for name in seen))
        ]


def _parents(name: str) -> list[str]:
    """Return a path, its file where it is one of several in it, and its folders, the longest first."""
    ends = [len(name), *(at.start() for at in re.finditer(r"[/#]", name))]
    return [name[:end] for end in sorted(ends, reverse=True)]


def guess(name: str) -> Label:
    """Return what the path of a sprite says: the last thing in the file's name, or a folder of a class.

    A folder that names a class ("weapons/") comes first, the innermost of several; then
    the file's words from the last to the first; then folders that name a thing.
    """
    *folders, stem = [words(part) for part in re.split(r"[/#]", _without_suffix(name)) if words(part)] or [[]]
    # "item" and its like say least: they decide only where nothing else does.
    classes = [_BY_FOLDER_WORD.get(word) for part in reversed(folders) for word in reversed(part)]
    strong = next((found for found in classes if found not in (None, "item")), None)
    things = _things(stem)
    outer = [_BY_THING.get(word) for part in reversed(folders) for word in reversed(part)]
    category = next((found for found in (strong, *things, *outer, *classes) if found), None)
    if any(word in TILES for part in folders for word in part):
        grounds = (found for found in (category, *things) if found and found.startswith(TERRAIN))
        category = next(grounds, f"{TERRAIN}-floor")
    inner = folders[-1] if folders else []
    tags = dict.fromkeys(word for word in (*stem, *inner) if word not in _NO_TAGS and len(word) > 1)
    return Label(category, tuple(tags)[:TAGS_HIGH])


def _things(stem: list[str]) -> list[str]:
    """Return the categories of a name's words, the one that decides first."""
    said = [(word, _BY_THING.get(word) or _BY_FOLDER_WORD.get(word)) for word in reversed(stem)]
    found = [category for _, category in said if category]
    if found and found[0] == BEINGS[1] and BEINGS[0] in found:  # a "goblin archer" is no human
        return [BEINGS[0]]
    first = [category for word, category in said if category and word in ALWAYS]
    return [*first, *found]


def _without_suffix(name: str) -> str:
    return re.sub(r"\.(png|apng|gif|bmp|webp|json|aseprite|ase)(?=$|#)", "", name, flags=re.IGNORECASE)


def words(part: str) -> list[str]:
    """Return the words of a file's or folder's name: lower case, singular, without numbers and sizes."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", part)
    found = re.findall(r"[^\W\d_]+", re.sub(r"\d+x\d+|\d+px", " ", spaced.lower()))
    return [singular(word) for word in found if len(word) <= _WORD_HIGH]


def singular(word: str) -> str:
    """Return an English noun in the singular, nearly always."""
    if word in _SAME_IN_PLURAL or len(word) < 4:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return _SINGULAR.sub("", word)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    folders: dict[str, str] = {}
    sprites: dict[str, str] = {}


def read_labels(path: Path) -> Labels:
    """Read a labels file.

    Raises:
        FileInvalid: If it is missing, not TOML, or has an unknown table or category; says the line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileInvalid(f"{path}: cannot be read ({error.strerror}); check the path") from error
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; label folders instead of sprites")
    try:
        text = data.decode("utf-8-sig")
        found = msgspec.toml.decode(text, type=_File, strict=True)
    except (UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise FileInvalid(
            f"{path}: {error}; expected tables [folders] and [sprites] of lines like "
            '"weapons/sword.png" = "weapon: sword iron"; --draft-labels writes such a file'
        ) from error
    tables: list[dict[str, Label | None]] = []
    for entries in (found.folders, found.sprites):
        tables.append({key: _parsed(path, text, key, said) for key, said in entries.items()})
    return Labels(str(path), *tables)


def _parsed(path: Path, text: str, key: str, said: str) -> Label | None:
    """Return the label of one line: ``category: tag tag``, either may be missing."""
    if said.strip() == LEAVE_OUT:
        return None
    category, _, tags = (part.strip() for part in said.partition(":"))
    if category in ("", UNKNOWN):
        return Label(None, tuple(tags.split())[:TAGS_HIGH])
    if category not in CATEGORIES:
        import difflib

        line = next((n for n, row in enumerate(text.split("\n"), 1) if key in row), 0)
        near = difflib.get_close_matches(category, CATEGORIES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(CATEGORIES)}"
        raise FileInvalid(f"{path}, line {line}: {key[:60]!r} is to be {category[:40]!r}; {hint}")
    return Label(category, tuple(tags.split())[:TAGS_HIGH])


def draft_labels(names: Iterable[str], known: Labels) -> str:
    """Return a labels.toml for sprites of these paths, to be looked through and changed."""
    lines = [
        "# What each sprite shows, guessed from the names of files and folders: correct it, then give it to",
        '# `playloom train sprite` with --labels. A line reads "path" = "category: tag tag".',
        f'# "{UNKNOWN}" stands where the names said nothing; "{LEAVE_OUT}" leaves a sprite out. A line for a',
        '# folder, or for a pattern such as "weapons/*sword*", holds for all sprites that have no line.',
        f"# Categories: {', '.join(CATEGORIES[:10])},",
        f"#   {', '.join(CATEGORIES[10:])}",
        "",
        "[folders]",
        *(f"{_quoted(key)} = {_quoted(_said(label))}" for key, label in sorted(known.folders.items())),
        '# "monsters" = "creature"',
        "",
        "[sprites]",
    ]
    for name in dict.fromkeys(names):
        lines.append(f"{_quoted(name)} = {_quoted(_said(known.label(name)))}")
    return "\n".join(lines) + "\n"


def _said(label: Label | None) -> str:
    if label is None:
        return LEAVE_OUT
    tags = " ".join(label.tags)
    return f"{label.category or UNKNOWN}: {tags}" if tags else label.category or UNKNOWN


def _quoted(text: str) -> str:
    return str(msgspec.json.encode(text), "utf-8")  # a JSON string is a TOML string as well
