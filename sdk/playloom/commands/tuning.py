"""The work of `playloom tune`."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from playloom.commands.output import print_json
from playloom.errors import RequestInvalid
from playloom.feedback.events import Feedback
from playloom.feedback.keys import Kind
from playloom.files import write_atomically
from playloom.kernels.counting import counted
from playloom.review.answers import heard
from playloom.review.taste import FORMAT, KindTaste, Taste, encode_taste, taste_file
from playloom.review.tuning import tuned

_SHOWN = 6  # measures that count most


def run_tune(
    database: Path, profile: str, kinds: Sequence[Kind], *, anyway: bool, output: Path | None, as_json: bool
) -> None:
    """Learn the taste of a profile in each kind that it judged, and write it.

    Raises:
        RequestInvalid: If it can be learnt in none, with the reason in each.
        FileInvalid: If the database cannot be read.
        WriteFailed: If the file cannot be written.
    """
    place = taste_file(profile, database.parent) if output is None else output
    found: dict[Kind, KindTaste] = {}
    refused: dict[str, str] = {}
    with Feedback(database, write=False) as feedback:
        for kind in kinds:
            said = heard(feedback, profile, kind)
            if not said.features:
                continue
            try:
                found[kind] = tuned(said, kind, anyway=anyway)
            except RequestInvalid as error:
                refused[kind] = str(error)
    if not found:
        why = (
            "; ".join(refused.values()) or f"{profile} judged nothing there; `playloom review --as {profile}`"
        )
        raise RequestInvalid(f"{database}: {why}")
    taste = msgspec.convert(
        {"format": FORMAT, "profile": profile, "kinds": msgspec.to_builtins(found)}, Taste
    )
    write_atomically(place, encode_taste(taste))
    if as_json:
        kinds_found = msgspec.to_builtins(found)
        print_json({"file": str(place), "profile": profile, "kinds": kinds_found, "refused": refused})
        return
    for kind, one in found.items():
        click.echo(_told(kind, one))
    for reason in refused.values():
        click.echo(f"playloom: {reason}", err=True)
    click.echo(f"  {place}")


def _told(kind: str, one: KindTaste) -> str:
    proof = one.measured
    strongest = ", ".join(f"{'+' if weight > 0 else '−'}{name}" for name, weight in one.strongest(_SHOWN))
    return (
        f"{kind}: right about {proof.agreement / 10:.0f} % of {counted(proof.pairs, 'pair')} it did not see "
        f"(chance 50 %, shuffled answers {proof.shuffled / 10:.0f} %); from {proof.judged} judged\n"
        f"  likes {strongest}"
    )
