"""The work of `playloom feedback`."""

import hashlib
from collections import Counter
from pathlib import Path

import click

from playloom.commands.output import columns, print_json
from playloom.errors import PlayloomError, RequestInvalid
from playloom.feedback.events import ACCEPT, PREFER, Content, Feedback, standing_of
from playloom.feedback.keys import Key
from playloom.files import read_regular, write_all_atomically, write_atomically
from playloom.kernels.counting import counted
from playloom.review.exchange import exported, imported

_BYTES_HIGH = 64 << 20


def show_feedback(database: Path, *, as_json: bool) -> None:
    """Print what each profile said, in numbers.

    Raises:
        FileInvalid: If the database cannot be read.
    """
    with Feedback(database, write=False) as feedback:
        rows = [_counts(feedback, profile) for profile in feedback.profiles()]
    if as_json:
        print_json({"feedback": str(database), "profiles": rows})
        return
    if not rows:
        click.echo(f"{database}: nothing was said yet")
        return
    heads = [[name for name in rows[0]]]
    click.echo(columns(heads + [[str(value) for value in row.values()] for row in rows]))


def _counts(feedback: Feedback, profile: str) -> dict[str, str | int]:
    events = feedback.events(profile)
    standing = standing_of(events)
    verdicts = Counter(thinks.verdict for thinks in standing.values())
    return {
        "profile": profile,
        "accepted": verdicts["accept"],
        "rejected": verdicts["reject"],
        "rated": sum(bool(thinks.rating) for thinks in standing.values()),
        "compared": sum(said.what == PREFER for said in events),
        "notes": sum(bool(thinks.note) for thinks in standing.values()),
    }


def export_feedback(database: Path, profile: str | None, output: Path | None) -> None:
    """Write what is thought now; raises as `show_feedback`, and WriteFailed."""
    with Feedback(database, write=False) as feedback:
        lines = exported(feedback, profile)
    text = "".join(f"{line}\n" for line in lines)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_atomically(output, text.encode())


def import_feedback(database: Path, lines: tuple[Path, ...]) -> None:
    """Take in files of lines; raises as `show_feedback`, and FileInvalid for a line that cannot be read."""
    with Feedback(database) as feedback:
        for path in lines:
            new = imported(feedback, path)
            click.echo(f"{path}: {counted(new, 'new thing')} said")


def copy_accepted(database: Path, profile: str | None, folder: Path, kind: str | None) -> None:
    """Copy the files of what is accepted, as they were then.

    Raises:
        RequestInvalid: If none is.
        WriteFailed: If the folder cannot be written.
    """
    liked: dict[Key, Content] = {}
    with Feedback(database, write=False) as feedback:
        for name in feedback.profiles() if profile is None else [profile]:
            events = feedback.events(name)
            standing = standing_of(events)
            liked |= {
                said.content.key: said.content
                for said in events
                if said.what == ACCEPT and standing[said.content.key].verdict == ACCEPT
            }
    files: dict[Path, bytes] = {}
    home = database.parent.resolve()
    for key, content in sorted(liked.items(), key=lambda row: row[0]):
        if kind not in (None, key.kind):
            continue
        source = home / content.name.partition("#")[0]
        try:
            inside = source.resolve().is_relative_to(home)  # the database may be somebody else's
            data = read_regular(source, _BYTES_HIGH, "what was accepted") if inside else b""
        except PlayloomError:
            data = b""
        if hashlib.sha256(data).hexdigest() != key.file:
            click.echo(f"playloom: {source}: is gone or was changed since; left out", err=True)
            continue
        files[folder / f"{source.stem}-{key.file[:8]}{source.suffix}"] = data
    if not files:
        raise RequestInvalid(
            f"{database}: nothing that was accepted is there to be copied; review some first"
        )
    folder.mkdir(parents=True, exist_ok=True)
    write_all_atomically(files)
    click.echo(f"{counted(len(files), 'file')} copied to {folder}")
