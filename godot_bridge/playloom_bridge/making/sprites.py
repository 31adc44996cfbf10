"""Sprites, walks, and the check of a picture."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.api.sprite_files import check_sprite
from playloom.api.sprite_making import SPRITE, USUAL, sprite_request
from playloom.api.sprite_walking import USUAL as USUAL_WALKS
from playloom.api.sprite_walking import WALK, front_of
from playloom.errors import RequestInvalid
from playloom.kinds.sprite.content import Animation, Sprite
from playloom.kinds.sprite.contract import Contract
from playloom.kinds.sprite.formats.evidence import evidence_line
from playloom.kinds.sprite.formats.save import WRITERS
from playloom.kinds.sprite.palette import Palette, find_palette, parse_colour
from playloom.kinds.sprite.terms import PIECES_USUAL
from playloom.kinds.walk.generator import MILLISECONDS, WalkRequest
from playloom_bridge import requests
from playloom_bridge.answers import Checked, Clip, Finding, SpriteMade, WalkMade
from playloom_bridge.making.blobs import Blobs, check_files, payload_grid
from playloom_bridge.making.content import Content, Reporter
from playloom_bridge.making.shelf import Shelf
from playloom_bridge.protocol import Call

_AS_THEY_ARE = (  # fields that `sprite_request` takes by the same name
    "words", "colours", "size", "seed", "category", "style", "engine", "steps", "guidance", "attempts",
    "margin", "baseline", "pieces", "outline", "shadow", "strength",
)  # fmt: skip


class Sprites:
    """Makes and checks sprites with the packages of a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def sprite(self, call: Call, report: Reporter) -> Content:
        """Make a sprite; raises as `playloom.sprite`."""
        asked: requests.Sprite = call.params
        check_files(asked.files, WRITERS)
        if call.payload and asked.like is None:
            raise RequestInvalid("a payload came and like is null; give its side, or send no payload")
        given = {name: getattr(asked, name) for name in _AS_THEY_ARE}
        wishes = {name: value for name, value in given.items() if value is not None}
        request = sprite_request(
            wishes.pop("words", ""),
            palette=palette_of(asked.palette),
            like=None if asked.like is None else _picture(call, asked.like, asked.like),
            **wishes,
        )
        root = self.shelf.root(SPRITE, asked.package or USUAL)
        with self.shelf.generator(SPRITE, root) as generator:
            made: Sprite = generator.generate(request, report.fraction)
        evidence = made.evidence
        assert evidence is not None
        blobs = Blobs()
        blobs.array("rgba", made.rgba)
        blobs.json("evidence", evidence_line(made).encode())
        blobs.files(Animation(frames=(made,)), asked.files, WRITERS)
        result = SpriteMade(
            kind="sprite",
            size=(made.width, made.height),
            seed=asked.seed,
            package=evidence.package,
            version=evidence.version,
            promise=evidence.promise,
            attempts=evidence.attempts,
            blobs=tuple(blobs.listed),
            notes=made.notes,
        )
        return Content(result, blobs.payload)

    def walk(self, call: Call, report: Reporter) -> Content:
        """Make a walk of the figure in the payload; raises as `playloom.walk`."""
        asked: requests.Walk = call.params
        check_files(asked.files, WRITERS)
        request = WalkRequest(
            front=front_of(_picture(call, asked.side, asked.side)),
            frames=asked.frames,
            right=asked.right,
            milliseconds=asked.milliseconds or MILLISECONDS,
        )
        root = self.shelf.root(WALK, asked.package or USUAL_WALKS)
        report.check()
        with self.shelf.generator(WALK, root) as generator:
            made: Animation = generator.generate(request)
        blobs = Blobs()
        blobs.array("rgba", np.stack([frame.rgba for frame in made.frames]))
        blobs.files(made, asked.files, WRITERS)
        result = WalkMade(
            kind="walk",
            size=(asked.side, asked.side),
            milliseconds=made.milliseconds,
            clips=tuple(Clip(name=clip.name, first=clip.first, last=clip.last) for clip in made.clips),
            blobs=tuple(blobs.listed),
        )
        return Content(result, blobs.payload)

    def check(self, call: Call) -> Content:
        """Hold the picture in the payload against the pixel contract.

        Raises:
            RequestInvalid: If size or palette cannot be.
        """
        asked: requests.Check = call.params
        contract = Contract(size=asked.size, palette=palette_of(asked.palette), pieces=PIECES_USUAL)
        found = check_sprite(_picture(call, *asked.size), contract)
        blobs = Blobs()
        places = [
            msgspec.structs.asdict(one) if isinstance(one, msgspec.Struct) else vars(one)
            for one in found.findings
        ]
        blobs.json("judgement", msgspec.json.encode({"measures": found.measures, "findings": places}))
        checks = tuple(Finding(name=v.name, passed=v.passed, detail=v.detail) for v in found.checks)
        checked = Checked(kind="sprite", passed=found.passed, checks=checks, blobs=tuple(blobs.listed))
        return Content(checked, blobs.payload)


def palette_of(given: str | Sequence[str] | None) -> Palette | None:
    """Return a known palette by its name, or one of colours; never a file's.

    Raises:
        RequestInvalid: If it is none.
    """
    if given is None:
        return None
    if isinstance(given, str):
        return find_palette(given)
    return Palette("own", tuple(parse_colour(colour) for colour in given))


def _picture(call: Call, width: int, height: int) -> NDArray[Any]:
    return payload_grid(call, (height, width, 4), "u1", f"a picture of {width}x{height} pixels, RGBA,")
