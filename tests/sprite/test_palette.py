"""Palettes: known ones, files of every format and those of strangers, and colours out of pictures."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import GimpPaletteFile, Image
from pixel_art import HERO, PICO, sprite

from playloom.errors import FileInvalid, RequestInvalid
from playloom.kernels import oklab, png
from playloom.kinds.sprite.extract import extract_palette
from playloom.kinds.sprite.formats.palette_file import encode_palette, load_palette, read_palette
from playloom.kinds.sprite.palette import Palette, as_hex, find_palette, known_palettes, parse_colour
from playloom.kinds.sprite.recolour import map_colours, recolour, to_palette

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)
PALETTES = st.lists(COLOURS, min_size=2, max_size=32, unique=True).map(lambda c: Palette("any", tuple(c)))


def test_a_dozen_palettes_and_more_are_known_with_their_credit() -> None:
    known = known_palettes()

    assert len(known) >= 12
    assert all(entry.author and entry.permission.endswith(".") and entry.title for entry in known.values())
    assert [len(known[name].palette.colours) for name in ("pico-8", "db32", "c64", "1-bit")] == [
        16,
        32,
        16,
        2,
    ]
    assert as_hex(known["pico-8"].palette.colours[8]) == "#ff004d"


@pytest.mark.parametrize("name", ["PICO-8", "pico 8", "Pico8", "DawnBringer 32", "db32"])
def test_a_palette_goes_by_its_name_or_title(name: str) -> None:
    assert find_palette(name).name in ("pico-8", "db32")


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(RequestInvalid, match=r"'pico9'; did you mean 'pico-8'\?.*sweetie-16.*\.gpl"):
        find_palette("pico9")
    with pytest.raises(RequestInvalid, match="no palette is called 'zzzzzz'; known are"):
        find_palette("zzzzzz")


@pytest.mark.parametrize(
    ("colours", "says"),
    [
        (((1, 2, 3),), "has 1 colours; choose 2 to 32"),
        (tuple((i, 0, 0) for i in range(33)), "has 33 colours"),
        (((1, 2, 3), (0, 0, 0), (1, 2, 3)), "#010203 is colour 1 and 3"),
        (((1, 2, 256), (0, 0, 0)), "colour 1 is"),
        (((1, 2), (0, 0, 0)), "colour 1 is"),
    ],
)
def test_what_is_no_palette_is_refused(colours: tuple[tuple[int, ...], ...], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        Palette("bad", colours)  # type: ignore[arg-type]


@given(PALETTES)
@settings(max_examples=25, deadline=None)
def test_every_format_gives_back_the_same_colours(
    tmp_path_factory: pytest.TempPathFactory, palette: Palette
) -> None:
    folder = tmp_path_factory.mktemp("palettes")
    for suffix, riff in ((".hex", False), (".gpl", False), (".pal", False), (".pal", True), (".png", False)):
        path = folder / f"any{suffix}"
        path.write_bytes(encode_palette(palette, suffix, riff=riff))
        assert read_palette(path).palette == palette


def test_other_programs_read_what_is_written(tmp_path: Path) -> None:
    for suffix in (".gpl", ".png", ".pal"):
        (tmp_path / f"p{suffix}").write_bytes(encode_palette(PICO, suffix))

    gimp = GimpPaletteFile.GimpPaletteFile(io.BytesIO((tmp_path / "p.gpl").read_bytes()))
    assert gimp.palette[: 3 * 16] == bytes(PICO.array.tobytes())
    assert np.array_equal(np.array(Image.open(tmp_path / "p.png").convert("RGB"))[0], PICO.array)
    assert (tmp_path / "p.pal").read_text().split()[:3] == ["JASC-PAL", "0100", "16"]


def test_files_of_other_programs_are_read(tmp_path: Path) -> None:
    aseprite = "GIMP Palette\r\nChannels: RGBA\r\n#\r\n  0   0   0 255 Black\r\n255   0   77 255 Red\r\n"
    (tmp_path / "ase.gpl").write_text(aseprite)
    (tmp_path / "lospec.hex").write_bytes(b"\xef\xbb\xbf000000\r\nFF004D\r\n")
    (tmp_path / "paint.hex").write_text("; comment\n#000000\n\n#ff004d\n")
    (tmp_path / "jasc.pal").write_text("JASC-PAL\r\n0100\r\n3\r\n0 0 0 255\r\n255 0 77 255\r\n0 0 0 255\r\n")

    for name in ("ase.gpl", "lospec.hex", "paint.hex", "jasc.pal"):
        assert load_palette(str(tmp_path / name)).palette.colours == ((0, 0, 0), (255, 0, 77)), name
    assert read_palette(tmp_path / "jasc.pal").notes == (
        "1 entries repeat an earlier colour and were left out",
    )
    assert read_palette(tmp_path / "lospec.hex").palette.name == "lospec"


def riff(body: bytes, *, kind: bytes = b"PAL ", size: int | None = None) -> bytes:
    chunk = kind + b"data" + struct.pack("<I", len(body) if size is None else size) + body
    return b"RIFF" + struct.pack("<I", len(chunk)) + chunk


HALF = png.encode(np.array([[[1, 2, 3, 255], [4, 5, 6, 128]]], np.uint8))
MANY = png.encode(np.arange(99, dtype=np.uint8).reshape(1, 33, 3))
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty.hex": (b"", "has 0 colours"),
    "one.hex": (b"ff004d", "has 1 colours"),
    "short.hex": (b"ff004\n000000", "line 1: colour is 'ff004'"),
    "alpha.hex": (b"ff004dff\n000000ff", "line 1: colour is 'ff004dff'"),
    "digits.hex": ("٠٠٠٠٠٠\n".encode(), "line 1"),
    "binary.hex": (b"\xff\xfe\0f", "is not UTF-8"),
    "large.hex": (b"000000\n" * 20_000, "larger than 64 KiB"),
    "many.hex": (b"".join(b"0000%02x\n" % i for i in range(33)), "33 distinct colours"),
    "head.gpl": (b"Palette\n0 0 0\n1 1 1\n", "first line is not 'GIMP Palette'"),
    "range.gpl": (b"GIMP Palette\n0 0 256\n1 1 1\n", "line 2"),
    "minus.gpl": (b"GIMP Palette\n0 0 -1\n1 1 1\n", "line 2"),
    "words.gpl": (b"GIMP Palette\nName: x\nblack\n", "line 3 is 'black'"),
    "count.pal": (b"JASC-PAL\n0100\n99999999\n0 0 0\n1 1 1\n", "promises '99999999' colours, has 2"),
    "none.pal": (b"JASC-PAL\n0100\n", "promises 'nothing'"),
    "other.pal": (b"hello", "neither like a JASC nor like a RIFF"),
    "short.pal": (b"RIFF", "no sound RIFF palette"),
    "size.pal": (riff(struct.pack("<HH", 0x300, 2) + bytes(8), size=1 << 31), "no sound RIFF palette"),
    "promise.pal": (riff(struct.pack("<HH", 0x300, 60_000) + bytes(8)), "no sound RIFF palette"),
    "version.pal": (riff(struct.pack("<HH", 0x400, 2) + bytes(8)), "no sound RIFF palette"),
    "kind.pal": (riff(struct.pack("<HH", 0x300, 2) + bytes(8), kind=b"WAVE"), "no sound RIFF palette"),
    "broken.png": (b"\x89PNG\r\n\x1a\n", "broken.png"),
    "half.png": (HALF, "pixel 1,0 is half transparent"),
    "many.png": (MANY, "33 distinct colours"),
    "wrong.aco": (b"", "cannot read '.aco'"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    data, says = HOSTILE[name]
    (tmp_path / name).write_bytes(data)

    with pytest.raises(FileInvalid, match=says) as caught:
        read_palette(tmp_path / name)
    assert name in str(caught.value)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for name in ("missing.hex", "folder.gpl"):
        (tmp_path / "folder.gpl").mkdir(exist_ok=True)
        with pytest.raises(FileInvalid, match=name):
            read_palette(tmp_path / name)


@given(st.binary(max_size=200), st.sampled_from([".hex", ".gpl", ".pal", ".png"]))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_a_palette_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"noise{suffix}"
    head = {".gpl": b"GIMP Palette\n", ".pal": b"RIFF\0\0\0\0PAL data"}.get(suffix, b"")
    for content in (data, head + data):
        path.write_bytes(content)
        try:
            assert 2 <= len(read_palette(path).palette.colours) <= 32
        except FileInvalid as error:
            assert "noise" in str(error)


def test_extraction_keeps_the_colours_of_a_picture_that_has_few() -> None:
    hero = sprite(HERO)

    found = extract_palette(hero.rgba, 16)

    used = {PICO.colours[value - 1] for value in np.unique(hero.pixels) if value}
    assert set(found.colours) == used
    assert found.by_lightness == tuple(range(len(used)))


def test_extraction_of_many_colours_takes_those_that_stand_for_all() -> None:
    rng = np.random.default_rng(0)
    base = np.array([[200, 30, 30], [30, 180, 40], [20, 40, 200], [240, 240, 230]], np.int64)
    picture = np.zeros((64, 64, 4), np.uint8)
    picture[..., 3] = 255
    picture[..., :3] = np.clip(base[rng.integers(0, 4, (64, 64))] + rng.integers(-9, 10, (64, 64, 3)), 0, 255)

    found = extract_palette(picture, 4)

    own = {tuple(pixel) for pixel in picture[..., :3].reshape(-1, 3).tolist()}
    assert set(found.colours) <= own
    assert sorted(oklab.nearest(base.astype(np.uint8), found.array).tolist()) == [0, 1, 2, 3]
    assert found == extract_palette(np.ascontiguousarray(picture[::-1]), 4)


def test_extraction_refuses_a_picture_of_one_colour() -> None:
    with pytest.raises(RequestInvalid, match="has 1 opaque colours"):
        extract_palette(np.full((4, 4, 4), 255, np.uint8))
    with pytest.raises(RequestInvalid, match="33 colours are to be extracted"):
        extract_palette(sprite(HERO).rgba, 33)


def test_oklab_is_that_of_its_author() -> None:
    red, white = oklab.oklab(np.array([[255, 0, 0], [255, 255, 255]], np.uint8))

    assert np.allclose(red, [0.62796, 0.22486, 0.12585], atol=1e-4)
    assert np.allclose(white, [1, 0, 0], atol=1e-4)


@given(st.lists(COLOURS, min_size=1, max_size=12, unique=True), PALETTES)
@settings(max_examples=60, deadline=None)
def test_an_ordered_mapping_never_turns_light_and_dark_round(
    colours: list[tuple[int, int, int]], palette: Palette
) -> None:
    mine = np.array(colours, np.uint8)

    places = map_colours(mine, palette)

    before, after = oklab.whole(mine)[:, 0], oklab.whole(palette.array[places])[:, 0]
    for i in range(len(mine)):
        assert (after[before > before[i]] >= after[i]).all()
    if len(colours) <= len(palette.colours):
        for ordered in (False, True):
            assert len(set(map_colours(mine, palette, distinct=True, ordered=ordered).tolist())) == len(mine)


def test_recolouring_tells_what_became_of_each_colour() -> None:
    hero = sprite(HERO)

    done = recolour(hero, find_palette("sweetie-16"), distinct=True)

    for old, new in done.mapping:
        assert ((done.sprite.pixels == new + 1) == (hero.pixels == old + 1)).all()
    with pytest.raises(
        RequestInvalid, match="5 colours cannot stay distinct in palette 'game-boy', which has 4"
    ):
        recolour(hero, find_palette("game-boy"), distinct=True)


def test_any_picture_goes_into_a_palette_and_comes_back_the_same() -> None:
    hero = sprite(HERO)

    assert np.array_equal(to_palette(hero.rgba, PICO).pixels, hero.pixels)


def test_colours_are_read_with_and_without_a_hash() -> None:
    assert parse_colour("#ff004d") == parse_colour("FF004D") == (255, 0, 77)
