"""Holds a folder against its ledger: every file is generated, edited, human or unknown, and why.

The ledger is held against the files, against what each file says of itself, and against the model packages
that are at hand, so that a ledger that was changed is noticed where any of them still tells the truth.
"""

import hashlib
import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from playloom.errors import FileInvalid
from playloom.provenance.human import HUMAN_FILE, PROJECT_FILE, HumanFiles, read_human
from playloom.provenance.ledger import LEDGER_FILE, read_ledger
from playloom.provenance.notes import BYTES_HIGH, Note, note_in
from playloom.provenance.record import Model, Record

FILES_HIGH = 1_000_000
BOOKS = (LEDGER_FILE, HUMAN_FILE, PROJECT_FILE, "playloom.lock")  # say where others come from
_ENGINES = (".import", ".uid")  # Godot's notes beside a file

Class = Literal["generated", "edited", "human", "unknown"]
Models = Callable[[str], Model | None]  # SHA-256 of a package -> what its card says, if it is at hand


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One file, and what is to be said about it."""

    path: str
    sort: Class = msgspec.field(name="class")
    faults: tuple[str, ...] = ()
    record: Record | None = None
    marked: bool = False  # the file itself says that it was generated


class Verification(msgspec.Struct, frozen=True, kw_only=True):
    """A folder held against its ledger."""

    files: tuple[Standing, ...]  # by path
    skipped: int  # hidden files and the engine's own
    unproven: tuple[str, ...]  # models of the ledger that are not at hand, "name version"
    ledger: bool  # False: judged by the files' own notes alone
    human: HumanFiles

    @property
    def sound(self) -> bool:
        """Whether every file is accounted for."""
        return not any(one.faults for one in self.files)

    @property
    def counts(self) -> dict[str, int]:
        """Files of each class."""
        found = Counter(one.sort for one in self.files)
        return {name: found[name] for name in ("generated", "edited", "human", "unknown")}


def verify(folder: Path, ledger: Path | None, models: Models) -> Verification:
    """Judge every file of a folder.

    Args:
        folder: Of the game's assets, or a part of it.
        ledger: Its ledger, whose paths begin at its own folder if that holds ``folder``, else at ``folder``;
            None: there is none, and files are told by their own notes.
        models: Looks up packages, to hold what the ledger says of them against their cards.

    Raises:
        FileInvalid: If the ledger or the declaration of human files cannot be trusted, or there are too many
            files.
    """
    records = {} if ledger is None else read_ledger(ledger)
    inside = ledger is not None and folder.resolve().is_relative_to(ledger.parent.resolve())
    base = ledger.parent if ledger is not None and inside else folder
    human = read_human(base)
    judge = _Judge(records, human, models, with_ledger=ledger is not None)
    prefix = folder.resolve().relative_to(base.resolve()).as_posix()
    prefix = "" if prefix == "." else f"{prefix}/"
    found: dict[str, Standing] = {}
    skipped = 0
    for path in _walk(folder):
        name = prefix + path.relative_to(folder).as_posix()
        if ledger is not None and path.name == ledger.name and path.resolve() == ledger.resolve():
            continue
        if _is_aside(path, name):
            skipped += name not in BOOKS
            continue
        if len(found) >= FILES_HIGH:
            raise FileInvalid(f"{folder}: more than {FILES_HIGH} files; verify its folders one by one")
        found[name] = judge.file(name, path)
    for name, record in records.items():
        if name.startswith(prefix) and name not in found:
            fault = "stands in the ledger and is not there; bring it back, or build again"
            found[name] = Standing(path=name, sort="unknown", faults=(fault,), record=record)
    return Verification(
        files=tuple(found[name] for name in sorted(found)),
        skipped=skipped,
        unproven=tuple(sorted(judge.unproven)),
        ledger=ledger is not None,
        human=human,
    )


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, sorted, no link followed."""
    for root, folders, names in os.walk(folder):
        linked = [name for name in folders if (Path(root) / name).is_symlink()]
        folders[:] = sorted(set(folders) - set(linked))
        yield from (Path(root) / name for name in sorted([*names, *linked]))


def _is_aside(path: Path, name: str) -> bool:
    """Whether a file is a book of ours, hidden, or the engine's note on a file that is there."""
    if any(part.startswith(".") for part in name.split("/")) or name in BOOKS:
        return True
    return path.suffix in _ENGINES and path.with_suffix("").is_file()


class _Judge:
    """Judges files one by one."""

    def __init__(
        self, records: Mapping[str, Record], human: HumanFiles, models: Models, *, with_ledger: bool
    ) -> None:
        self.records, self.human, self.with_ledger = records, human, with_ledger
        self.by_hash = {one.sha256: one for one in records.values()}
        self.models = models
        self.cards: dict[str, Model | None] = {}
        self.unproven: set[str] = set()

    def file(self, path: str, place: Path) -> Standing:
        """Return the standing of one file."""
        if not path.isprintable():
            return Standing(
                path=ascii(path)[1:-1], sort="unknown", faults=("its name cannot be shown; rename it",)
            )
        read = _read(place)
        if isinstance(read, str):
            return Standing(path=path, sort="unknown", faults=(read,), record=self.records.get(path))
        digest, note = read
        record = self.records.get(path)
        if record is not None:
            return self._recorded(record, digest, note)
        return self._unrecorded(path, digest, note)

    def _recorded(self, record: Record, digest: str, note: Note | None) -> Standing:
        faults: list[str] = []
        if digest == record.sha256:
            faults += _against_note(record, note)
        if digest != record.current:
            faults.append(
                f"was changed: SHA-256 is {digest[:12]}, the ledger says {record.current[:12]}; declare the "
                "edit (`playloom provenance declare`), or build it again"
            )
        faults += self._against_card(record)
        faults += self._against_parents(record)
        sort: Class = "generated" if digest == record.sha256 and not record.edits else "edited"
        return Standing(
            path=record.path, sort=sort, faults=tuple(faults), record=record, marked=note is not None
        )

    def _unrecorded(self, path: str, digest: str, note: Note | None) -> Standing:
        marked, twin = note is not None, self.by_hash.get(digest)
        if twin is not None:
            fault = (
                f"has the bytes of {twin.path} and no line of its own in the ledger; let the build write it"
            )
            return Standing(path=path, sort="generated", faults=(fault,), marked=marked)
        if self.human.covers(path):
            said = (
                "is declared as made by people, and says itself that it was generated; narrow the pattern",
            )
            return Standing(path=path, sort="human", faults=said if marked else (), marked=marked)
        if marked:
            said = (
                "says itself that it was generated, and has no line in the ledger; let the build write it",
            )
            return Standing(path=path, sort="generated", faults=said if self.with_ledger else (), marked=True)
        fault = (
            f"nobody has said where it comes from; if people made it, name it under [human] in {HUMAN_FILE}"
        )
        return Standing(path=path, sort="unknown", faults=(fault,))

    def _against_card(self, record: Record) -> list[str]:
        """Hold what the ledger says of the model against the package, where it is at hand."""
        model = record.origin.model
        if model is None:
            return []
        if model.sha256 not in self.cards:
            self.cards[model.sha256] = self.models(model.sha256)
        card = self.cards[model.sha256]
        if card is None:
            self.unproven.add(f"{model.name} {model.version}")
        elif card != model:
            return [
                f"the ledger says of {model.name!r} what its package does not (licence, data sets, version); "
                "take the ledger from version control, or build again"
            ]
        return []

    def _against_parents(self, record: Record) -> list[str]:
        """Hold the files that it was made from against the ledger, where they stand in it."""
        faults = []
        for parent in record.parents:
            known = self.records.get(parent.path)
            if known is not None and parent.sha256 not in (known.sha256, known.current):
                faults.append(
                    f"was made from another {parent.path} than the one in the ledger; build it again"
                )
        return faults


def _read(place: Path) -> tuple[str, Note | None] | str:
    """Return the hash of a file and its own note, or what is wrong with it."""
    try:
        if not stat.S_ISREG(place.lstat().st_mode):
            return "is a link or no file; put the file itself in its place"
        with place.open("rb") as file:
            if os.fstat(file.fileno()).st_size >= BYTES_HIGH:
                return hashlib.file_digest(file, "sha256").hexdigest(), None
            data = file.read()
    except OSError as error:
        return f"cannot be read ({error.strerror or error}); mend its rights"
    return hashlib.sha256(data).hexdigest(), note_in(data, place.suffix.lower())


def _against_note(record: Record, note: Note | None) -> list[str]:
    """Hold the ledger against what the unchanged file says of itself."""
    if note is None:
        return []
    origin, differing = record.origin, []
    if note.source_type != origin.source_type:
        differing.append("source type")
    if note.models and note.models != {origin.model.sha256 if origin.model else ""}:
        differing.append("model")
    if len(note.evidence) == 1:
        if note.requests and note.requests[0] != origin.request:
            differing.append("request")
        if note.checks != origin.checks:
            differing.append("checks")
    if not differing:
        return []
    return [
        f"says another {' and '.join(differing)} of itself than the ledger; take the ledger from version "
        "control, or build again"
    ]
