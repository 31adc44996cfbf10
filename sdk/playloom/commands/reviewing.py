"""The work of `playloom review`: the page is served until Ctrl-C, then told what was said."""

import sys
import threading
from collections import Counter
from contextlib import nullcontext, suppress
from pathlib import Path

import click

from playloom.build.lock import read_lock
from playloom.build.paths import LOCK_FILE
from playloom.commands.output import print_json
from playloom.errors import RequestInvalid
from playloom.feedback.events import Feedback
from playloom.feedback.keys import DATABASE, check_profile
from playloom.kernels.counting import counted
from playloom.review.desk import Desk
from playloom.review.opening import opened
from playloom.review.server import serving
from playloom.review.shelf import Item, Shelf, open_shelf

_TOLD_HIGH = 5  # files that cannot be read


def run_review(
    paths: tuple[Path, ...], profile: str, database: Path | None, port: int, *, browser: bool, as_json: bool
) -> None:
    """Serve the page until Ctrl-C or SIGTERM.

    Raises:
        RequestInvalid: If there is nothing to review, or the profile's name cannot be.
        FileInvalid: If a file that was named, or the database, cannot be read.
        WriteFailed: If another review holds the database, or the port cannot be had.
    """
    check_profile(profile)
    place = database_of(paths) if database is None else database
    if not place.parent.is_dir():
        raise RequestInvalid(f"{place}: the folder {place.parent} does not exist; create it first")
    shelf = open_shelf(paths, place.parent, built_files(paths))
    for reason in shelf.left_out[:_TOLD_HIGH]:
        click.echo(f"playloom: left out: {reason}", err=True)
    with Feedback(place) as feedback:
        desk = Desk(shelf, feedback, profile)
        with serving(desk, port) as address, opened(address) if browser else nullcontext():
            if as_json:
                print_json({"event": "ready", "address": address, "items": len(shelf.items)})
            else:
                click.echo(f"{_contents(shelf)} to review, as {profile}. Ctrl-C ends it.\n{address}")
            sys.stdout.flush()
            with suppress(KeyboardInterrupt):  # of SIGTERM, too: the usual end
                threading.Event().wait()
        _tell(desk, place, as_json=as_json)


def built_files(paths: tuple[Path, ...]) -> dict[Path, list[Path]]:
    """Return what `playloom build` made in each folder that has its lock file.

    Raises:
        FileInvalid: If a lock file is damaged.
    """
    found: dict[Path, list[Path]] = {}
    for folder in paths:
        if (folder / LOCK_FILE).is_file():
            lines = read_lock(folder / LOCK_FILE).values()
            found[folder] = [folder / name for line in lines for name in line.outputs]
    return found


def database_of(paths: tuple[Path, ...]) -> Path:
    """Return where feedback on these lies: in the folder that was named, else beside the first file."""
    first = paths[0]
    return (first if first.is_dir() else first.parent) / DATABASE


def _contents(shelf: Shelf) -> str:
    counts = Counter(item.key.kind for item in shelf.items)
    return ", ".join(counted(count, kind) for kind, count in sorted(counts.items()))


def _tell(desk: Desk, place: Path, *, as_json: bool) -> None:
    said = Counter(one.what for one in desk.feedback.events(desk.profile))
    keys = {item.key for item in desk.items if isinstance(item, Item)}
    standing = {key: thinks for key, thinks in desk.feedback.standing(desk.profile).items() if key in keys}
    verdicts = Counter(thinks.verdict for thinks in standing.values())
    if as_json:
        print_json(
            {
                "event": "end",
                "profile": desk.profile,
                "feedback": str(place),
                "items": len(keys),
                "accepted": verdicts["accept"],
                "rejected": verdicts["reject"],
                "rated": sum(bool(thinks.rating) for thinks in standing.values()),
                "compared": said["prefer"],
            }
        )
        return
    click.echo(
        f"{verdicts['accept']} accepted, {verdicts['reject']} rejected, {said['prefer']} compared; "
        f"kept in {place}"
    )
