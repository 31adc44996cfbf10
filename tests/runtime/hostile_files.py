"""Folders and files that a package must not be, each with the words of its refusal."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from hostile_archives import archives, pickles

FolderCase = tuple[str, Callable[[Path], object], str]

CANARY = "canary"


def _replace(folder: Path, name: str) -> Path:
    path = folder / name
    path.unlink()
    return path


def _outside(folder: Path, name: str) -> Path:
    """A sound copy of the file, outside of the package."""
    path = folder.parent / f"{CANARY}-{name}"
    path.write_bytes((folder / name).read_bytes())
    return path


def _linked(folder: Path, name: str, link: Callable[[Path, Path], object]) -> None:
    outside = _outside(folder, name)
    link(_replace(folder, name), outside)


def _soft(place: Path, target: Path) -> None:
    place.symlink_to(target)


def _near(place: Path, target: Path) -> None:
    place.symlink_to(Path("..") / target.name)


def _hard(place: Path, target: Path) -> None:
    place.hardlink_to(target)


def folders() -> Iterator[FolderCase]:
    """What stands in the folder of an otherwise sound package."""
    for name in ("net.onnx", "samples.npz", "words.json", "CARD.md", "manifest.json"):
        for kind, link in (("soft", _soft), ("relative", _near), ("hard", _hard)):
            yield f"{kind} link {name}", lambda p, n=name, li=link: _linked(p, n, li), "link"
        yield f"dangling {name}", lambda p, n=name: _replace(p, n).symlink_to("nowhere"), "link"
        yield f"circle {name}", lambda p, n=name: _replace(p, n).symlink_to(n), "link"
        yield f"device {name}", lambda p, n=name: _replace(p, n).symlink_to("/dev/zero"), "link"
        yield f"pipe {name}", lambda p, n=name: os.mkfifo(_replace(p, n)), "regular"
        yield f"folder {name}", lambda p, n=name: _replace(p, n).mkdir(), "regular"
        yield f"missing {name}", lambda p, n=name: _replace(p, n), ""
        yield f"emptied {name}", lambda p, n=name: (p / n).write_bytes(b""), ""
        yield f"longer {name}", lambda p, n=name: (p / n).write_bytes((p / n).read_bytes() + b"\0"), ""
        yield f"grown {name}", lambda p, n=name: os.truncate(p / n, 1 << 40), ""
    yield "a file more", lambda p: (p / "more.txt").write_text("x"), "not listed"
    yield "a hidden file more", lambda p: (p / ".more").write_text("x"), "plain"
    yield "a folder more", lambda p: (p / "more").mkdir(), "not listed"
    yield "a link more", lambda p: (p / "more.txt").symlink_to("/etc/passwd"), "not listed"
    yield "a pipe more", lambda p: os.mkfifo(p / "more.txt"), "not listed"
    yield "external data beside", lambda p: (p / "net.onnx.data").write_bytes(b"\0" * 99), "not listed"
    yield "a name with a line end", lambda p: (p / "more\n.txt").write_text("x"), "plain"
    yield (
        "a name that is no text",
        lambda p: Path(os.fsdecode(os.fsencode(p) + b"/\xff")).write_text("x"),
        "plain",
    )
    yield "many files more", lambda p: [(p / f"m{i}").touch() for i in range(200)], "more than"
    yield "case clash", lambda p: (p / "WORDS.json").write_text("[]"), "not listed"


def contents() -> Iterator[tuple[str, dict[str, bytes]]]:
    """Signed files that are not what their suffix says."""
    for name, content in pickles():
        for file in ("net.onnx", "samples.npz", "words.json", "CARD.md"):
            if file != "CARD.md" or not content.isascii():  # protocol 0 is plain text, and read as such
                yield f"{name} as {file}", {file: content}
    for name, content in archives():
        yield f"archive: {name}", {"samples.npz": content}
    deep = b"[" * 100_000 + b"]" * 100_000
    for name, content in (("deep", deep), ("NaN", b"[NaN]"), ("twice", b'{"a":1,"a":1}'), ("cut", b'["a"')):
        yield f"{name} asset", {"words.json": content}
    yield "card that is not UTF-8", {"CARD.md": b"\xff\xfe"}
