"""Evidence inside a file: one line of canonical JSON, bound to the pixels it speaks of.

A picture that was changed after it was checked reads back without evidence, with a note that says so.
"""

import hashlib

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.kernels import png
from playloom.kinds.sprite.content import Evidence, Sprite
from playloom.provenance.terms import TRAINED, XMP_KEYWORD, xmp
from playloom.strict_json import canonical_line

EVIDENCE = "playloom_evidence"
EVIDENCE_OF = "playloom_evidence_of"
SOFTWARE = "Playloom"
NOTE = "evidence: speaks of other pixels; the request stored with it is not checked"
DAMAGED = "evidence: damaged, and left out"


def evidence_line(sprite: Sprite) -> str:
    """Return the evidence as canonical JSON: ASCII, sorted keys, one line; "" without evidence.

    Raises:
        RequestInvalid: If it holds what JSON cannot (infinity, half a character).
    """
    record = sprite.record()
    return "" if record is None else canonical_line(record, "the evidence")


def fingerprint(rgba: NDArray[np.uint8]) -> str:
    """Return the SHA-256 of size and pixels; the colour of transparent ones does not count."""
    shown = np.where(rgba[:, :, 3:] > 0, rgba, 0).astype(np.uint8)
    return hashlib.sha256(f"{rgba.shape[1]}x{rgba.shape[0]}\0".encode() + shown.tobytes()).hexdigest()


def notes_of(sprite: Sprite) -> dict[str, str]:
    """Return what a PNG of the sprite says of itself: no clock, host or path."""
    notes = {"Software": SOFTWARE}
    if sprite.name:
        notes["Title"] = sprite.name
    line = evidence_line(sprite)
    if line:
        notes |= {XMP_KEYWORD: xmp(TRAINED), EVIDENCE: line, EVIDENCE_OF: fingerprint(sprite.rgba)}
    return notes


def notes_of_preview(*, made: bool) -> dict[str, str]:
    """Return what a PNG says that shows sprites in other pixels than theirs: it carries no evidence.

    Args:
        made: Whether a model made one of them.
    """
    return {"Software": SOFTWARE} | ({XMP_KEYWORD: xmp(TRAINED)} if made else {})


def read_evidence(data: bytes, rgba: NDArray[np.uint8]) -> tuple[Evidence | None, tuple[str, ...]]:
    """Return the evidence in a PNG file and what is to be said about it.

    Args:
        data: The file.
        rgba: Its pixels as they were decoded.
    """
    notes = png.read_notes(data)
    if EVIDENCE not in notes:
        return None, ()
    if notes.get(EVIDENCE_OF) != fingerprint(rgba):
        return None, (NOTE,)
    try:
        return msgspec.json.decode(notes[EVIDENCE], type=Evidence), ()
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        return None, (DAMAGED,)
