"""PNG files: read back by Pillow, the same bytes everywhere."""

import hashlib
import io
import time
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image

from playloom.errors import RequestInvalid
from playloom.kernels import png

pictures = st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([3, 4])).flatmap(
    lambda shape: st.one_of(
        arrays(np.uint8, shape), arrays(np.uint8, shape, elements=st.integers(0, 3), fill=st.nothing())
    )
)


def read_back(file: bytes, mode: str) -> NDArray[np.uint8]:
    image = Image.open(io.BytesIO(file))
    image.load()
    return np.asarray(image.convert(mode))


def tiled(side: int) -> NDArray[np.uint8]:
    """Return a picture of repeating tiles with some noise: indices below 24."""
    grain = np.arange(24 * 256, dtype=np.uint64) * np.uint64(2654435761) >> np.uint64(16)
    tiles = (grain % np.uint64(24)).astype(np.uint8).reshape(24, 16, 16)
    y, x = np.mgrid[0 : side // 16, 0 : side // 16]
    picked = (x * 7 + y * y * 5) % 24 * ((x + y) % 3 == 0)
    return np.ascontiguousarray(tiles[picked].swapaxes(1, 2)).reshape(side, side)


PALETTE = np.arange(96, dtype=np.uint8).reshape(24, 4) * 2


@given(pictures)
@settings(max_examples=80, deadline=None)
def test_pillow_reads_back_the_pixels(pixels: NDArray[np.uint8]) -> None:
    mode = "RGB" if pixels.shape[2] == 3 else "RGBA"

    np.testing.assert_array_equal(read_back(png.encode(pixels), mode), pixels)


@given(st.binary(max_size=3000), st.integers(1, 40), st.integers(1, 600))
@settings(max_examples=80, deadline=None)
def test_zlib_reads_back_any_bytes(piece: bytes, repeats: int, row_bytes: int) -> None:
    data = piece * repeats

    assert zlib.decompress(png.compress(data, row_bytes=row_bytes)) == data


def test_a_match_may_reach_back_the_whole_window_and_no_further() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    piece = rng.bytes(300)
    for gap in (32768 - 301, 32768 - 300, 32768 - 299, 40000):
        data = piece + rng.bytes(gap) + piece
        assert zlib.decompress(png.compress(data, row_bytes=300 + gap)) == data


@pytest.mark.parametrize("channels", [3, 4])
def test_an_indexed_picture_keeps_its_palette(channels: int) -> None:
    indices, palette = tiled(64), PALETTE[:, :channels]

    file = png.encode_indexed(indices, palette)

    assert Image.open(io.BytesIO(file)).mode == "P"
    np.testing.assert_array_equal(read_back(file, "RGB" if channels == 3 else "RGBA"), palette[indices])


def test_the_bytes_are_these_on_every_machine() -> None:
    indices = tiled(96)
    gradient = np.stack(np.meshgrid(np.arange(60), np.arange(70), np.arange(1)), -1)[:, :, 0].astype(np.uint8)

    assert hashlib.sha256(png.encode_indexed(indices, PALETTE)).hexdigest() == GOLDEN_INDEXED
    assert hashlib.sha256(png.encode(gradient)).hexdigest() == GOLDEN_TRUE


GOLDEN_INDEXED = "b1b5bceb88d72241c69d1314ea05855861a612da1d73b6d0ec571e3068f45e2c"
GOLDEN_TRUE = "42e4c57da978e8152c4505dc529c3d1141ed74e0660d0d87e2045c62a55c9e2f"


def test_repeats_get_small_and_half_a_thousand_pixels_square_is_quick() -> None:
    indices = tiled(512)
    began = time.process_time()

    file = png.encode_indexed(indices, PALETTE)

    assert time.process_time() - began < 0.3
    assert len(file) < indices.size / 5


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_a_wrong_picture_is_refused(pixels: NDArray[np.uint8]) -> None:
    with pytest.raises(RequestInvalid, match="picture is"):
        png.encode(pixels)


def test_a_wrong_palette_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="highest index is 3"):
        png.encode_indexed(np.full((2, 2), 3, np.uint8), PALETTE[:3])
    with pytest.raises(RequestInvalid, match="palette is"):
        png.encode_indexed(np.zeros((2, 2), np.uint8), PALETTE[:, :2])
    with pytest.raises(RequestInvalid, match="indexed picture is"):
        png.encode_indexed(np.zeros((2, 2, 1), np.uint8), PALETTE)
