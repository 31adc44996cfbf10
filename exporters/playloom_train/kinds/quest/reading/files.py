"""Finding dialogue files: in folders however deep, never outside them, and never without end."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from playloom.errors import FileInvalid
from playloom.files import read_regular
from playloom.kernels.counting import counted
from playloom_train.folders import walk

SUFFIXES = (".ink", ".yarn", ".twee", ".tw", ".dialogue", ".csv", ".tsv", ".json", ".jsonl", ".txt")
FILES_HIGH = 5_000  # of a folder, looked at
DEPTH_HIGH = 16  # folders in folders
_ADVICE = "give the folders of dialogue alone"
BYTES_HIGH = 32 << 20  # of one file
_OTHERS = {".rpy", ".xlsx", ".ods", ".docx", ".html", ".htm", ".pot", ".po", ".xml", ".yaml", ".yml", ".tres"}
_PRIVATE = re.compile("[\U000f0000-\U0010ffff]")  # the readers mark with these


@dataclass(frozen=True)
class Files:
    """The files below one path that was given, in the order of their names."""

    root: Path  # names are told from here
    paths: tuple[Path, ...]
    notes: tuple[str, ...]

    def name(self, path: Path) -> str:
        """Return the path from the root, with slashes."""
        return path.relative_to(self.root).as_posix()


def find_files(given: Path) -> Files:
    """Return the dialogue files of a folder, or the one file that was given.

    Links are not followed: what they lead to may lie anywhere, and may lead back.

    Raises:
        FileInvalid: If nothing is there, or far too much.
    """
    if given.is_file():
        if given.suffix.lower() not in SUFFIXES:
            raise FileInvalid(f"{given}: no dialogue file by its name; give {', '.join(SUFFIXES)}")
        return Files(given.parent, (given,), ())
    if not given.is_dir():
        raise FileInvalid(f"{given}: not there; give a folder of dialogue files, or a file")
    paths: list[Path] = []
    links, unread = 0, Counter[str]()
    for seen, entry in enumerate(walk(given, deep=DEPTH_HIGH, advice=_ADVICE, skipped=("node_modules",))):
        if seen >= FILES_HIGH:
            raise FileInvalid(f"{given}: has over {FILES_HIGH} files; {_ADVICE}")
        suffix = entry.suffix.lower()
        if entry.is_symlink():
            links += 1
        elif suffix in SUFFIXES:
            paths.append(entry)
        elif suffix in _OTHERS:
            unread[suffix] += 1
    notes = [f"{counted(links, 'link was', 'links were')} not followed"] if links else []
    notes += [
        f"{counted(count, f'{suffix} file was', f'{suffix} files were')} not read; export CSV or JSON"
        for suffix, count in sorted(unread.items())
    ]
    return Files(given, tuple(paths), tuple(notes))


def read_text(path: Path) -> str:
    """Return the text of a file, lines ended by "\\n".

    Raises:
        FileInvalid: If it cannot be read, is too large, or is no text in UTF-8.
    """
    data = read_regular(path, BYTES_HIGH + 1, "a dialogue file")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; split it into several files")
    if b"\0" in data:
        raise FileInvalid(f"{path}: has NUL bytes, so it is no UTF-8 text; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise FileInvalid(f"{path}: line {line} is not UTF-8; save the file as UTF-8") from problem
    if found := _PRIVATE.search(text):
        raise FileInvalid(f"{path}: has the private character U+{ord(found[0]):04X}; take it out")
    return text.replace("\r\n", "\n").replace("\r", "\n")
