"""Pictures are read to the pixel, whatever form they have; hostile ones neither crash nor fill the memory."""

import io
import os
import resource
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hostile_images import EITHER, chunk, encoded, make, noise, png
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reading_apart import read_apart

from playloom.errors import FileInvalid
from playloom.kinds.sprite.reading import FRAMES_HIGH, decode_picture, read_picture

SECONDS_HIGH = 2.0
MEMORY_HIGH = 384 << 20  # bytes above what the process holds before it reads

READER = """
from pathlib import Path
from PIL import Image
from playloom.kinds.sprite.reading import read_picture

Image.init()

def found(name):
    frames = read_picture(Path(name)).frames
    return f"{len(frames)} of {frames[0].shape}"
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, str, float]]:
    """File name -> what was wanted, what became of it, message, seconds."""
    folder = tmp_path_factory.mktemp("hostile")
    wanted = make(folder)
    found = read_apart(READER, wanted, folder, memory_bytes=MEMORY_HIGH, warnings="error")
    return {name: (outcome, *found[name]) for name, outcome in wanted.items()}


def test_hostile_pictures_are_read_or_refused_as_they_should(outcomes: dict[str, Any]) -> None:
    wrong = {
        name: (wanted, outcome, message)
        for name, (wanted, outcome, message, _) in outcomes.items()
        if outcome not in (("read", "refused") if wanted == EITHER else (wanted,))
    }
    assert wrong == {}
    assert len(outcomes) > 45


def test_none_takes_long(outcomes: dict[str, Any]) -> None:
    assert {name: seconds for name, (*_, seconds) in outcomes.items() if seconds > SECONDS_HIGH} == {}


def test_a_refusal_says_what_to_do(outcomes: dict[str, Any]) -> None:
    advice = ("save", "split", "give", "check")
    silent = [
        name
        for name, (_, outcome, message, _) in outcomes.items()
        if outcome == "refused" and not (name in message and any(word in message for word in advice))
    ]
    assert silent == []


@pytest.mark.parametrize(("form", "how"), [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})])
def test_pixels_come_back_exactly(form: str, how: dict[str, Any]) -> None:
    pixels = noise(13, 21)
    pixels[pixels[:, :, 3] < 60] = 0

    (read,) = decode_picture("x", encoded(pixels, form, **how)).frames

    assert np.array_equal(read, pixels)


def test_colour_under_clear_pixels_is_forgotten() -> None:
    pixels = np.full((4, 4, 4), 200, np.uint8)
    pixels[:2, :, 3] = 0

    (read,) = decode_picture("x", encoded(pixels)).frames

    assert not read[:2].any()


def test_a_palette_with_alpha_of_its_own_is_read() -> None:
    colours = np.array([[10, 20, 30, 0], [40, 50, 60, 128], [70, 80, 90, 255]], np.uint8)
    places = np.arange(12).reshape(3, 4) % 3
    image = Image.fromarray(places.astype(np.uint8)).convert("P")
    image.putpalette(colours[:, :3].tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", transparency=colours[:, 3].tobytes())

    (read,) = decode_picture("x", out.getvalue()).frames

    expected = colours[places]
    expected[expected[:, :, 3] == 0] = 0
    assert np.array_equal(read, expected)


def test_sixteen_bits_become_eight_and_are_told_of() -> None:
    levels = (np.arange(30).reshape(5, 6) * 2000).astype(np.uint16)

    picture = decode_picture("x", encoded(levels))

    assert np.array_equal(picture.frames[0][:, :, 0], levels >> 8)
    assert picture.notes == ("16 bits a channel became 8",)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_a_clear_grey_is_clear_at_any_depth(depth: int) -> None:
    level = (1 << depth) - 1  # the lightest
    row = (
        (level << (16 - depth)).to_bytes(2, "big")
        if depth < 8
        else level.to_bytes(depth // 8, "big") + b"\0" * (depth // 8)
    )
    body = chunk(b"tRNS", level.to_bytes(2, "big")) + chunk(
        b"IDAT", zlib.compress(b"\0" + row[: max(1, depth // 4)])
    )

    (read,) = decode_picture("x", png(2, 1, body, depth=depth, colour=0)).frames

    assert read[0, :, 3].tolist() == [0, 255]


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_all_frames_of_an_animation_are_read(form: str) -> None:
    frames = [np.full((6, 5, 3), value, np.uint8) for value in (0, 90, 255)]
    images = [Image.fromarray(frame) for frame in frames]
    out = io.BytesIO()
    images[0].save(out, form, save_all=True, append_images=images[1:], duration=120, lossless=True)

    picture = decode_picture("x", out.getvalue())

    assert [int(frame[2, 2, 0]) for frame in picture.frames] == [0, 90, 255]
    assert set(picture.durations_milliseconds) == {120}


def test_the_most_frames_are_read() -> None:
    images = [Image.fromarray(np.full((2, 2), n % 250, np.uint8)) for n in range(FRAMES_HIGH)]
    out = io.BytesIO()
    images[0].save(out, "GIF", save_all=True, append_images=images[1:])

    assert len(decode_picture("x", out.getvalue()).frames) == FRAMES_HIGH


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")  # opening it would wait for ever

    for name in ("pipe.png", ".", "missing.png"):
        with pytest.raises(FileInvalid, match=r"not a file|cannot be read"):
            read_picture(tmp_path / name)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_damage_is_refused_or_read(data: st.DataObject) -> None:
    whole = SEEDS[data.draw(st.sampled_from(sorted(SEEDS)))]
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_utime

    try:
        picture = decode_picture("x", bytes(damaged[: data.draw(st.integers(1, len(whole)))]))
    except FileInvalid:
        pass
    else:
        assert all(frame.dtype == np.uint8 and frame.shape[2] == 4 for frame in picture.frames)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - begun < SECONDS_HIGH


def _animated() -> bytes:
    images = [Image.fromarray(noise(8, 8 + n)[:, :8, :3]) for n in range(3)]
    out = io.BytesIO()
    images[0].save(out, "GIF", save_all=True, append_images=images[1:])
    return out.getvalue()


SEEDS = {
    "png": encoded(noise(12, 12)),
    "gif": _animated(),
    "webp": encoded(noise(12, 12), "WEBP", lossless=True),
    "bmp": encoded(noise(12, 12)[:, :, :3], "BMP"),
}
