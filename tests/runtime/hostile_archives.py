"""Pickles, and archives that samples.npz must not be."""

import io
import os
import pickle
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np


class Bomb:
    """Unpickling it leaves a trace."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("unpickled",)


def pickles() -> Iterator[tuple[str, bytes]]:
    for protocol in range(6):
        yield f"pickle {protocol}", pickle.dumps(Bomb(), protocol)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as stored:
        stored.writestr("archive/data.pkl", pickle.dumps(Bomb()))
        stored.writestr("archive/version", "3\n")
    yield "torch archive", archive.getvalue()
    held = io.BytesIO()
    np.save(held, np.array([Bomb()], object), allow_pickle=True)
    yield "array of objects", npz({"0/x.npy": held.getvalue()})


def npz(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def npy(descr: str = "<f4", shape: str = "(1,)", data: bytes = b"\0" * 4, fortran: str = "False") -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header.encode() + data


def zeros(members: int, length: int) -> bytes:
    """Arrays of ``length`` zeros each, which take a thousandth of that to store."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(members):
            entry = zipfile.ZipInfo(f"{i}/x.npy")
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as stream:
                stream.write(npy("|u1", f"({length},)", b""))
                for _ in range(length >> 20):
                    stream.write(bytes(1 << 20))
    return buffer.getvalue()


def archives() -> Iterator[tuple[str, bytes]]:
    """Bytes that samples.npz must not be."""
    yield "text", b"no archive at all, but long enough to hold an end"
    yield "one byte", b"P"
    yield "end of a directory alone", b"PK\5\6" + b"\xff" * 16 + b"\0\0"
    yield "a bomb", zeros(1, 256 << 20)
    yield "many small bombs", zeros(9, 8 << 20)
    for name, array in {
        "promises more than it holds": npy(shape="(1099511627776,)"),
        "promises less than it holds": npy(data=b"\0" * 400),
        "overflowing shape": npy(shape="(4294967296, 4294967296)"),
        "negative shape": npy(shape="(-1,)"),
        "code for a shape": npy(shape="(__import__('os').mkdir('evaluated'),)"),
        "deep header": npy(shape="(" * 400 + ")" * 400),
        "objects": npy(descr="|O"),
        "text as type": npy(descr="<U4"),
        "void as type": npy(descr="|V4"),
        "long header": b"\x93NUMPY\2\0\xff\xff\xff\xff" + b"{" * 64,
        "no array": b"hello",
        "empty entry": b"",
    }.items():
        yield name, npz({"0/x.npy": array})
    for name in ("../x.npy", "/etc/x.npy", "..\\x.npy", "0/x.py", "", "x\0y.npy", "é.npy"):
        yield f"entry {name!a}", npz({name: npy()})
    yield "ten thousand entries", npz({f"{i}/x.npy": npy() for i in range(10_000)})
    yield "method bzip2", npz({"0/x.npy": npy()}, zipfile.ZIP_BZIP2)
    yield "method lzma", npz({"0/x.npy": npy()}, zipfile.ZIP_LZMA)
    good = npz({"0/x.npy": npy()})
    yield "encrypted", _flagged(good, 1)
    yield "patched", _flagged(good, 32)
    yield "a comment", good[:-2] + b"\4\0PK\5\6"
    yield "one entry twice", npz({"0/x.npy": npy(), "0/y.npy": npy()}).replace(b"0/y.npy", b"0/x.npy")
    for cut in range(1, len(good), max(1, len(good) // 12)):
        yield f"cut at {cut}", good[:cut]


def _flagged(archive: bytes, flag: int) -> bytes:
    """Set a flag of the first entry, in front of it and in the directory."""
    bent = bytearray(archive)
    bent[6] |= flag
    bent[bent.index(b"PK\1\2") + 8] |= flag
    return bytes(bent)
