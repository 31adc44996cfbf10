"""Refuses requests that cannot be, before a network is loaded."""

from pathlib import Path
from typing import Any

from playloom.build.job import Pin
from playloom.errors import RequestInvalid


def check_request(sort: str, fields: dict[str, Any], seed: int, folder: Path, pins: tuple[Pin, ...]) -> None:
    """Check what can be checked without making anything; the rest is judged when it is made.

    Raises:
        RequestInvalid: Says which field.
        FileInvalid: If a file that the request names cannot be read.
    """
    if sort == "level":
        from playloom.build.making.levels import check as check_level

        check_level(fields, seed)
    elif sort == "sprite":
        from playloom.build.making.sprites import check as check_sprite

        check_sprite(fields, seed, folder)
    elif sort == "quest":
        from playloom.build.making.quests import check as check_quest

        check_quest(fields, seed)
    elif sort == "cast" and "colours" in fields.get("palette", {}):
        raise RequestInvalid("palette of a cast is a name or a file; write the colours to a .hex file")
