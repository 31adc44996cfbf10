"""``playloom.lock``: what each asset was made from and which bytes came of it, one line a task.

It goes into version control. Lines are sorted and independent of each other, so that two branches merge
line by line; `merge=union` in .gitattributes spares even the conflicts of neighbours. A line that stands
twice with different content is refused.
"""

from pathlib import Path
from typing import Annotated

import msgspec

from playloom.build.paths import shown, unfit
from playloom.errors import FileInvalid
from playloom.files import read_regular, write_atomically
from playloom.strict_json import canonical_line

FORMAT = 1
_HEAD = (
    '{"about":"written by `playloom build`: keep it in version control; the same project and lock give the '
    f'same bytes","format":{FORMAT}}}'
)
_BYTES_HIGH = 256 << 20

_Sha256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_Digests = dict[Annotated[str, msgspec.Meta(min_length=1, max_length=1000)], _Sha256]


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What one task was made from, and what came of it."""

    task: Annotated[str, msgspec.Meta(pattern=r"\A[a-z]+\.[a-z][a-z0-9_-]*(#[0-9]{1,19})?\Z")]
    seed: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    request: _Sha256  # of what its table asks for
    files: _Digests = {}  # of the developer's own that it is made from
    needs: _Digests = {}  # keys of the tasks that it is made from
    wish: _Sha256  # of request, files and the wishes of those tasks: all that the developer decides
    models: _Digests = {}
    code: _Sha256  # of the kinds that take part
    outputs: _Digests
    left_out: tuple[Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)], ...] = ()  # rejected, right before it


def read_lock(path: Path) -> dict[str, Line]:
    """Return the lines of a lock file by their tasks; none if there is no file.

    Raises:
        FileInvalid: If it is damaged, or holds two different lines of one task; says which line.
    """
    if not path.exists():
        return {}
    data = read_regular(path, _BYTES_HIGH + 1, "a lock file")
    if len(data) > _BYTES_HIGH:
        raise FileInvalid(f"{path}: is larger than {_BYTES_HIGH >> 20} MiB; remove it and build again")
    lines = data.split(b"\n")
    if lines[0].decode("utf-8", "replace").rstrip("\r") != _HEAD:
        raise FileInvalid(
            f"{path}: line 1 is not that of a lock file of format {FORMAT}; take it from version control "
            "again, or remove it and build"
        )
    found: dict[str, Line] = {}
    for number, text in enumerate(lines[1:], 2):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=Line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            why = "is a mark of a merge" if text[:7] in _MARKS else str(error)[:200]
            raise FileInvalid(
                f"{path}: line {number}: {why}; keep one side of the merge, or take the file from version "
                "control again"
            ) from error
        _check(line, f"{path}: line {number}")
        if found.setdefault(line.task, line) != line:
            raise FileInvalid(
                f"{path}: line {number}: {line.task} stands twice with different content; keep the line that "
                "fits playloom.toml, or remove both and build"
            )
    return found


_MARKS = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")


def _check(line: Line, where: str) -> None:
    """Refuse names of files that lead out of the project: `playloom clean` removes what a lock names."""
    for name in (*line.outputs, *line.files):
        if (why := unfit(name)) is not None:
            raise FileInvalid(f"{where}: {shown(name)}: {why}; take the file from version control again")


def lock_bytes(lines: dict[str, Line]) -> bytes:
    """Return the one text that some lines have."""
    ordered = sorted(lines.values(), key=lambda line: (line.task.partition("#")[0], line.seed, line.task))
    texts = [canonical_line(msgspec.to_builtins(line), line.task) for line in ordered]
    return ("\n".join([_HEAD, *texts]) + "\n").encode("ascii")


def write_lock(path: Path, lines: dict[str, Line]) -> None:
    """Write a lock file, whole or not at all.

    Raises:
        WriteFailed: If the system refuses.
    """
    write_atomically(path, lock_bytes(lines))
