"""Pictures that are damaged, huge, or made to do harm; each with what is wanted of it."""

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

READ, REFUSED, EITHER = "read", "refused", "either"


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 6) -> bytes:
    head = chunk(b"IHDR", struct.pack(">2I5B", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IEND", b"")


def encoded(pixels: NDArray[np.generic], form: str = "PNG", **how: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **how)
    return out.getvalue()


def noise(height: int, width: int, channels: int = 4) -> NDArray[np.uint8]:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, channels), np.uint8)


def gif(width: int, height: int, frames: list[tuple[int, int, int, int]], *, end: bytes = b";") -> bytes:
    """A GIF whose frames (x, y, width, height) hold nothing but the codes for "clear" and "end"."""
    data = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    for box in frames:
        data += b"\x2c" + struct.pack("<4HB", *box, 0) + b"\x02\x02\x44\x01\x00"
    return data + end


def webp_header(width: int, height: int) -> bytes:
    extended = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + extended
    return b"RIFF" + struct.pack("<I", len(body)) + body


def bombs() -> Iterator[tuple[str, str, bytes]]:
    rows = zlib.compress(b"\0" * (50_000 * 4 + 1) * 100)
    yield "announced_50000x50000.png", REFUSED, png(50_000, 50_000, chunk(b"IDAT", rows))
    yield "announced_2_31.png", REFUSED, png(2**31 - 1, 2**31 - 1, chunk(b"IDAT", rows))
    yield "long_data_1x1.png", READ, png(1, 1, chunk(b"IDAT", zlib.compress(b"\0" * (64 << 20))))
    text = zlib.compress(b"a" * (64 << 20))
    yield (
        "text_bomb.png",
        EITHER,
        png(1, 1, chunk(b"zTXt", b"x\0\0" + text), chunk(b"IDAT", zlib.compress(b"\0" * 5))),
    )
    yield (
        "profile_bomb.png",
        EITHER,
        png(1, 1, chunk(b"iCCP", b"x\0\0" + text), chunk(b"IDAT", zlib.compress(b"\0" * 5))),
    )
    yield "16384x16384.gif", REFUSED, gif(16_384, 16_384, [(0, 0, 16_384, 16_384)])
    yield "frame_beyond_screen.gif", REFUSED, gif(1, 1, [(0, 0, 1, 1), (0, 0, 65_535, 65_535)])
    yield "frame_far_off.gif", REFUSED, gif(1, 1, [(0, 0, 1, 1), (65_535, 65_535, 1, 1)])
    yield "first_frame_beyond.gif", REFUSED, gif(1, 1, [(0, 0, 12_000, 12_000)])
    yield "many_frames.gif", REFUSED, gif(4, 4, [(0, 0, 1, 1)] * 5_000)
    yield "frames_of_4_million.gif", REFUSED, gif(2_048, 2_048, [(0, 0, 1, 1)] * 50)
    yield "canvas_16383.webp", REFUSED, webp_header(16_383, 16_383)
    yield "canvas_2_24.webp", REFUSED, webp_header(2**24, 2**24)
    wide = b"BM" + struct.pack("<IHHI", 54, 0, 0, 54)
    yield "2_31.bmp", REFUSED, wide + struct.pack("<IiiHHIIiiII", 40, 2**31 - 1, -(2**31), 1, 24, *[0] * 6)
    yield "17_mib.png", REFUSED, b"\x89PNG\r\n\x1a\n" + b"\0" * (17 << 20)
    promised = chunk(b"acTL", struct.pack(">II", 2**31 - 1, 0))
    yield (
        "apng_promises_2_31_frames.png",
        REFUSED,
        png(
            1,
            1,
            promised,
            chunk(b"fcTL", struct.pack(">5I2H2B", 0, 1, 1, 0, 0, 1, 10, 0, 0)),
            chunk(b"IDAT", zlib.compress(b"\0" * 5)),
        ),
    )


def damaged() -> Iterator[tuple[str, str, bytes]]:
    whole = encoded(noise(40, 40))
    for cut in (0, 4, 8, 20, 33, 40, 60, len(whole) // 2, len(whole) - 40):
        yield f"cut_at_{cut}.png", REFUSED, whole[:cut]
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    yield "flipped.png", REFUSED, bytes(flipped)
    moving = [Image.fromarray(noise(16, 16)[:, :, :3]) for _ in range(4)]
    out = io.BytesIO()
    moving[0].save(out, "GIF", save_all=True, append_images=moving[1:], duration=100)
    for share in (0.3, 0.6, 0.95):
        yield f"cut_{share}.gif", REFUSED, out.getvalue()[: int(len(out.getvalue()) * share)]
    yield "cut.webp", REFUSED, encoded(noise(40, 40), "WEBP", lossless=True)[:500]
    yield "cut.bmp", REFUSED, encoded(noise(40, 40)[:, :, :3], "BMP")[:500]
    yield "zero_width.png", REFUSED, png(0, 5, chunk(b"IDAT", zlib.compress(b"")))
    yield "no_data.png", REFUSED, png(5, 5)
    yield "palette_missing.png", EITHER, png(2, 2, chunk(b"IDAT", zlib.compress(b"\0\0\1\0\2\3")), colour=3)
    yield "text.png", REFUSED, b"this is a text"
    yield "page.png", REFUSED, b"<?xml version='1.0'?><svg/>"
    yield "photo.png", REFUSED, encoded(noise(20, 20)[:, :, :3], "JPEG")
    yield "scan.png", REFUSED, encoded(noise(20, 20), "TIFF")
    yield "empty.png", REFUSED, b""
    yield "zip.png", REFUSED, b"PK\x03\x04" + b"\0" * 40


def unusual() -> Iterator[tuple[str, str, bytes]]:
    yield "1x1.png", READ, encoded(noise(1, 1))
    yield "10000x1.png", READ, encoded(noise(1, 10_000))
    yield "1x10000.png", READ, encoded(noise(10_000, 1))
    yield "4096x4096.png", READ, encoded(np.zeros((4096, 4096, 4), np.uint8), compress_level=1)
    yield "20000x1.png", REFUSED, encoded(noise(1, 20_000))
    yield "grey16.png", READ, encoded((np.arange(64).reshape(8, 8) * 1000).astype(np.uint16))
    yield "grey.png", READ, encoded(noise(9, 7)[:, :, 0])
    yield "grey_alpha.png", READ, encoded(noise(9, 7)[:, :, :2])
    yield "png_named.gif", READ, encoded(noise(9, 7))
    yield "gif_named.png", READ, gif(4, 4, [(0, 0, 1, 1)])


def make(folder: Path) -> dict[str, str]:
    """Write all of them; return what is wanted of each file."""
    wanted = {}
    for name, outcome, data in (*bombs(), *damaged(), *unusual()):
        (folder / name).write_bytes(data)
        wanted[name] = outcome
    return wanted
