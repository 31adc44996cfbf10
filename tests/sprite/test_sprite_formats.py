"""Files of sprites, read back by the programs they are for: Pillow, Godot, and readers of Aseprite's JSON."""

import base64
import hashlib
import io
import json
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from inspecting import inspect
from PIL import Image
from pixel_art import HERO, PICO, sprite

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kernels import gif, png
from playloom.kinds.sprite.content import Animation, Clip, Evidence, Mend, Sprite, Verdict
from playloom.kinds.sprite.formats import contact, godot, moving, picture, sheet
from playloom.kinds.sprite.formats.evidence import NOTE, read_evidence
from playloom.kinds.sprite.formats.save import write, write_each
from playloom.kinds.sprite.palette import find_palette


def evidence(**changes: object) -> Evidence:
    made = Evidence(
        package="tiny",
        version="1",
        package_hash="0" * 64,
        licence="MIT",
        promise="exact",
        request={"tags": ["héro", 'a "quoted"\nname'], "seed": 3},
        attempts=1,
        checks=(Verdict("size", True, "16x16"),),
        mends=(Mend("strays", 2, "cleared"),),
        measures={"opaque": 0.25, "nearest": "x"},
    )
    return msgspec.structs.replace(made, **changes)


def plain(made: Sprite) -> object:
    return json.loads(json.dumps(made.record()))


def hero(shift: int = 0, **fields: object) -> Sprite:
    made = sprite(HERO)
    return replace(made, pixels=np.roll(made.pixels, shift, 1), **fields)  # type: ignore[arg-type]


def walk() -> Animation:
    frames = tuple(hero(shift, evidence=evidence() if shift == 0 else None) for shift in (0, 1, 0, -1) * 2)
    return Animation(
        frames=frames, clips=(Clip("walk down", 0, 3), Clip('walk "up"', 4, 7, loop=False)), milliseconds=125
    )


def test_a_png_shows_the_sprite_and_tells_what_it_is() -> None:
    made = hero(evidence=evidence())

    (data,) = picture.encode(made, "hero").values()

    image = Image.open(io.BytesIO(data))
    assert image.mode == "P" and np.array_equal(np.array(image), made.pixels)
    assert np.array_equal(np.array(image.convert("RGBA")), made.rgba)
    assert image.text["Software"] == "Playloom" and image.text["Title"] == "hero"
    assert json.loads(image.text["playloom_evidence"]) == plain(made)
    assert read_evidence(data, made.rgba) == (made.evidence, ())


def test_the_bytes_of_a_png_are_pinned() -> None:
    (data,) = picture.encode(hero(evidence=evidence()), "hero").values()

    assert hashlib.sha256(data).hexdigest()[:16] == "ec2aed20941a6f37"


def test_evidence_of_other_pixels_is_left_out_with_a_note() -> None:
    (data,) = picture.encode(hero(evidence=evidence()), "hero").values()
    plain = png.encode(hero().rgba)

    assert read_evidence(data, hero(1).rgba) == (None, (NOTE,))
    assert read_evidence(plain, hero().rgba) == (None, ())
    damaged = data.replace(b'"attempts":1', b'"attempts":x')
    assert read_evidence(damaged, hero().rgba) == (None, ("evidence: damaged, and left out",))
    assert read_evidence(data[:60], hero().rgba) == (None, ())


def test_a_sprite_comes_back_in_the_palette_it_was_made_in(tmp_path: Path) -> None:
    def back(request: dict[str, object]) -> Sprite:
        made = replace(blot, evidence=evidence(request=request))
        (data,) = picture.encode(made, "blot").values()
        (tmp_path / "blot.png").write_bytes(data)
        return picture.read(tmp_path / "blot.png")

    blot = replace(hero(), pixels=np.where(hero().pixels == 0, 0, 3).astype(np.uint8))
    colours = ["".join(f"{part:02x}" for part in colour) for colour in blot.palette.colours]

    again = back({"palette": colours})
    assert again.palette.colours == blot.palette.colours and np.array_equal(again.pixels, blot.pixels)

    # One colour is no palette; nor is one that lacks it, or none at all.
    for other in (["000000", "ffffff"], ["nothing", 3], "ff", None):
        with pytest.raises(FileInvalid, match="has 1 colours; 2 to 32 are possible"):
            back({"palette": other})


def test_a_preview_is_larger_and_carries_no_evidence() -> None:
    (data,) = picture.encode(hero(evidence=evidence()), "hero", scale=3).values()

    image = Image.open(io.BytesIO(data))
    assert image.size == (48, 48) and "playloom_evidence" not in image.text
    assert np.array_equal(np.array(image)[1::3, 1::3], hero().pixels)
    with pytest.raises(RequestInvalid, match="scale is 0; choose a whole number, 1 to 32"):
        picture.encode(hero(), "hero", scale=0)


def test_notes_that_a_png_cannot_hold_are_refused() -> None:
    for keyword, note in (("", "x"), ("é", "x"), ("a" * 80, "x"), (" a", "x"), ("a", "\0"), ("a", "\ud800")):
        with pytest.raises(RequestInvalid, match="note"):
            png.encode(hero().rgba, text={keyword: note})
    assert png.read_notes(png.encode(hero().rgba, text={"a": "1\n2", "b": "ü"})) == {"a": "1\n2", "b": "ü"}
    assert png.read_notes(b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffiTXta\0\0\0\0\0x") == {}


def test_a_sheet_has_the_fields_that_aseprite_documents() -> None:
    files = sheet.encode(walk(), "hero")

    assert list(files) == ["hero.json", "hero.png"]
    read = json.loads(files["hero.json"])
    image = np.array(Image.open(io.BytesIO(files["hero.png"])).convert("RGBA"))
    assert read["meta"]["image"] == "hero.png" and read["meta"]["app"] == "https://www.aseprite.org/"
    assert read["meta"]["size"] == {"w": 64, "h": 32} == {"w": image.shape[1], "h": image.shape[0]}
    assert read["meta"]["scale"] == "1" and read["meta"]["slices"] == []
    assert read["meta"]["frameTags"] == [
        {"name": "walk down", "from": 0, "to": 3, "direction": "forward", "color": "#000000ff"},
        {
            "name": 'walk "up"',
            "from": 4,
            "to": 7,
            "direction": "forward",
            "color": "#000000ff",
            "repeat": "1",
        },
    ]
    assert [frame["duration"] for frame in read["frames"].values()] == [125] * 8
    for made, frame in zip(walk().frames, read["frames"].values(), strict=True):
        box = frame["frame"]
        cut = image[box["y"] : box["y"] + box["h"], box["x"] : box["x"] + box["w"]]
        assert np.array_equal(cut, made.rgba)
        assert frame["sourceSize"] == {"w": 16, "h": 16} and not frame["trimmed"] and not frame["rotated"]
        assert frame["spriteSourceSize"] == {"x": 0, "y": 0, "w": 16, "h": 16}
    assert read["meta"]["playloom_evidence"][0] == plain(walk().frames[0])


@pytest.mark.godot
def test_godot_plays_the_frames(engine: str, tmp_path: Path) -> None:
    made = walk()
    (tmp_path / "hero.tres").write_bytes(godot.encode(made, "hero")["hero.tres"])

    seen = inspect(engine, tmp_path, "hero.tres")

    down, up = seen["clips"]["walk down"], seen["clips"]['walk "up"']
    assert (len(seen["clips"]), down["loop"], up["loop"], down["speed"], up["speed"]) == (
        2,
        True,
        False,
        8,
        8,
    )
    shown = [base64.b64decode(picture) for picture in down["pictures"] + up["pictures"]]
    assert shown == [frame.rgba.tobytes() for frame in made.frames]
    assert seen["evidence"] == plain(made.frames[0])


def test_a_gif_moves_and_is_transparent_where_the_sprite_is() -> None:
    made = walk()

    (data,) = moving.encode(made, "hero", scale=2).values()

    image = Image.open(io.BytesIO(data))
    assert image.n_frames == 8 and image.info["loop"] == 0
    for place, frame in enumerate(made.frames):
        image.seek(place)
        shown = np.array(image.convert("RGBA"))[::2, ::2]
        assert np.array_equal(shown[..., 3] > 0, frame.pixels > 0)
        assert np.array_equal(shown[frame.pixels > 0], frame.rgba[frame.pixels > 0])
        assert image.info["duration"] == 120
    assert hashlib.sha256(data).hexdigest()[:16] == "eacf9b4f83171cf6"


@pytest.mark.parametrize("colours", [2, 3, 16, 33, 256])
@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (97, 130)])
def test_any_gif_is_read_back_as_it_was(colours: int, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(colours)
    palette = np.stack([np.arange(colours), *rng.integers(0, 256, (2, colours))], 1).astype(np.uint8)
    noise = rng.integers(0, colours, shape).astype(np.uint8)
    flat = np.full(shape, colours - 1, np.uint8)

    for frames in ([noise], [flat], [noise, flat]):
        image = Image.open(io.BytesIO(gif.encode(frames, palette, clear=None, centiseconds=7)))
        for place, frame in enumerate(frames):
            image.seek(place)
            assert np.array_equal(np.array(image.convert("RGB")), palette[frame])


def test_a_gif_that_cannot_be_is_refused() -> None:
    two = np.zeros((2, 2), np.uint8)
    palette = np.zeros((2, 3), np.uint8)
    for frames, colours, pause in (
        ([], palette, 1),
        ([two, np.zeros((2, 3), np.uint8)], palette, 1),
        ([two + 2], palette, 1),
        ([two], palette[:1], 1),
        ([two], palette, 70_000),
    ):
        with pytest.raises(RequestInvalid):
            gif.encode(frames, colours, clear=None, centiseconds=pause)


def test_a_contact_sheet_shows_every_sprite_with_its_name() -> None:
    shown = contact.contact_sheet([(f"no {i}", hero(i).rgba) for i in range(5)], zoom=2, columns=3)

    tall, wide = 6 + 2 * (32 + 8 + 6), 6 + 3 * (32 + 6)
    assert shown.shape == (tall, wide, 3)
    middle = shown[6 : 6 + 32 : 2, 6 : 6 + 32 : 2]
    opaque = hero().pixels > 0
    assert np.array_equal(middle[opaque], hero().rgba[opaque][:, :3])
    assert len(np.unique(middle[~opaque], axis=0)) == 2  # the chequered ground
    assert (
        contact.encode([("", hero().rgba)], "x", zoom=1)["x.png"]
        == contact.encode([("", hero().rgba)], "x", zoom=1)["x.png"]
    )
    with pytest.raises(RequestInvalid, match="contact sheet of 0 sprites"):
        contact.contact_sheet([])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"frames": ()}, "has 0 frames"),
        (
            {"frames": (hero(), replace(hero(), pixels=np.zeros((8, 8), np.uint8)))},
            "frame 1 is 8x8, frame 0 16x16",
        ),
        ({"frames": (hero(),), "clips": (Clip("a", 0, 1),)}, "clip 'a' goes from frame 0 to 1"),
        ({"frames": (hero(),), "clips": (Clip("a", 0, 0), Clip("a", 0, 0))}, "same name"),
        ({"frames": (hero(),), "milliseconds": 0}, "shown 0 ms"),
    ],
)
def test_frames_that_do_not_belong_together_are_refused(fields: dict[str, object], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        Animation(**fields)  # type: ignore[arg-type]


def test_a_sprite_refuses_what_is_not_its_palettes() -> None:
    for pixels in (
        np.full((4, 4), 17),
        np.full((4, 4), -1),
        np.zeros((0, 4), int),
        np.zeros((4, 257), int),
        np.zeros((4, 4)),
    ):
        with pytest.raises(RequestInvalid, match="pixels"):
            Sprite(pixels=pixels, palette=PICO)
    with pytest.raises(ValueError, match="read-only"):
        hero().pixels[0, 0] = 1


def test_files_are_written_by_suffix_and_a_sprite_comes_back(tmp_path: Path) -> None:
    made = hero(evidence=evidence())

    files = write_each(
        made, {tmp_path / "a.png": {}, tmp_path / "a.gif": {"scale": 2}, tmp_path / "a.tres": {}}
    )
    more = write(walk(), tmp_path / "walk.json")

    assert [file.name for file in [*files, *more]] == ["a.png", "a.gif", "a.tres", "walk.json", "walk.png"]
    again = picture.read(tmp_path / "a.png", PICO)
    assert np.array_equal(again.pixels, made.pixels) and again.evidence == made.evidence
    own = picture.read(tmp_path / "a.png")
    assert np.array_equal(own.rgba, made.rgba) and own.palette.by_lightness == (0, 1, 2, 3, 4)
    with pytest.raises(FileInvalid, match="is no colour of palette 'game-boy'"):
        picture.read(tmp_path / "a.png", find_palette("game-boy"))
    with pytest.raises(FileInvalid, match="8 frames"):
        picture.read(write(walk(), tmp_path / "w.gif")[0])


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("a.bmp", {}, r"cannot write '.bmp'; use one of .gif, .json, .png, .tres"),
        ("a.json", {"scale": 2}, ".json has no option scale"),
        ("no/a.png", {}, "does not exist"),
    ],
)
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, name: str, options: dict[str, object], says: str
) -> None:
    with pytest.raises(RequestInvalid, match=says):
        write(hero(), tmp_path / name, **options)
