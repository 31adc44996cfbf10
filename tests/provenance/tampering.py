"""Damage to a ledger or to the files that it speaks of, drawn from a seed: what `verify` has to notice."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from playloom.provenance import LEDGER_FILE
from playloom.seeds import Stream

_TEXTS = ("", "x", "CC0-1.0", "nobody", "\u202e")


def tamper(folder: Path, number: int) -> str:
    """Change one thing in the folder, and return what."""
    stream = Stream(number, "tamper")
    way = _WAYS[number % len(_WAYS)]
    return f"{number} {way.__name__}: {way(folder, stream)}"


def _files(folder: Path) -> list[Path]:
    """Return the generated files."""
    lines = (folder / LEDGER_FILE).read_bytes().splitlines()
    return [folder / json.loads(line)["path"] for line in lines]


def _flip(place: Path, stream: Stream) -> str:
    data = bytearray(place.read_bytes())
    at = stream.below(len(data))
    data[at] ^= 1 << stream.below(8)
    place.write_bytes(data)
    return f"{place.name} at {at}"


def _cut(place: Path, stream: Stream) -> str:
    data = place.read_bytes()
    kept = stream.below(len(data))
    place.write_bytes(data[:kept])
    return f"{place.name} to {kept}"


def flip_in_ledger(folder: Path, stream: Stream) -> str:
    """Flip one bit of the ledger."""
    return _flip(folder / LEDGER_FILE, stream)


def cut_ledger(folder: Path, stream: Stream) -> str:
    """Cut the ledger off."""
    return _cut(folder / LEDGER_FILE, stream)


def flip_in_file(folder: Path, stream: Stream) -> str:
    """Flip one bit of a generated file."""
    files = _files(folder)
    return _flip(files[stream.below(len(files))], stream)


def cut_file(folder: Path, stream: Stream) -> str:
    """Cut a generated file off."""
    files = _files(folder)
    return _cut(files[stream.below(len(files))], stream)


def lose_file(folder: Path, stream: Stream) -> str:
    """Remove a generated file."""
    files = _files(folder)
    place = files[stream.below(len(files))]
    place.unlink()
    return place.name


def copy_file(folder: Path, stream: Stream) -> str:
    """Put a copy of a generated file where people's files are, or under a new name."""
    files = _files(folder)
    place = files[stream.below(len(files))]
    home = folder / ("src" if stream.below(2) else place.parent.name)
    shutil.copy(place, home / f"mine{place.suffix}")
    return place.name


def swap_files(folder: Path, stream: Stream) -> str:
    """Exchange two generated files."""
    files = _files(folder)
    first = stream.below(len(files))
    a, b = files[first], files[(first + 1 + stream.below(len(files) - 1)) % len(files)]
    left, right = a.read_bytes(), b.read_bytes()
    a.write_bytes(right)
    b.write_bytes(left)
    return f"{a.name}, {b.name}"


def add_file(folder: Path, stream: Stream) -> str:
    """Add a file that nobody speaks of."""
    (folder / "maps" / "new.tmx").write_text(f"<map/>{stream.below(999)}")
    return "new.tmx"


def rework_lines(folder: Path, stream: Stream) -> str:
    """Lose, double or exchange lines of the ledger."""
    place = folder / LEDGER_FILE
    lines = place.read_bytes().splitlines(keepends=True)
    at, how = stream.below(len(lines) - 1), stream.below(3)
    if how == 0:
        del lines[at]
    elif how == 1:
        lines.insert(at, lines[at])
    else:
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    place.write_bytes(b"".join(lines))
    return f"line {at + 1}, way {how}"


def rewrite_line(folder: Path, stream: Stream) -> str:
    """Write something else into one field of one line, in the ledger's own spelling."""
    place = folder / LEDGER_FILE
    lines = place.read_bytes().splitlines()
    at = stream.below(len(lines))
    plain = json.loads(lines[at])
    leaf, name = _leaf(plain, stream)
    old = leaf[name]
    fresh = (
        (old + 1)
        if type(old) in (int, float)
        else (not old)
        if old is not None and type(old) is bool
        else None
    )
    if fresh is None:
        fresh = next(text for text in (*_TEXTS[stream.below(len(_TEXTS)) :], "y") if text != old)
    leaf[name] = fresh
    lines[at] = json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
    place.write_bytes(b"\n".join([*lines, b""]))
    return f"line {at + 1}, {name}: {old!r} to {fresh!r}"


def _leaf(plain: dict, stream: Stream) -> tuple[dict | list, str | int]:  # type: ignore[type-arg]
    """Return a place in JSON that holds no other places."""
    here: dict | list = plain  # type: ignore[type-arg]
    while True:
        names = list(here) if isinstance(here, dict) else list(range(len(here)))
        name = names[stream.below(len(names))]
        inner = here[name]
        if not isinstance(inner, dict | list) or not inner:
            return here, name
        here = inner


_WAYS: tuple[Callable[[Path, Stream], str], ...] = (
    flip_in_ledger,
    cut_ledger,
    flip_in_file,
    cut_file,
    lose_file,
    copy_file,
    swap_files,
    add_file,
    rework_lines,
    rewrite_line,
)
