"""Manifests that a package must not have, each with the words of its refusal."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from hostile_archives import pickles
from tiny_packages import Manifest, signed, tiny_files, tiny_manifest

Edit = Callable[[Manifest], object]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in the manifest at which we know what must stand."""
    if path and path[0] != "settings":
        yield path
    if isinstance(value, dict) and path != ("settings",):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from _leaves(part, (*path, i))


def _sample() -> Manifest:
    manifest = tiny_manifest()
    manifest["files"] = {name: signed(content) for name, content in tiny_files().items()}
    return manifest


def _at(manifest: Manifest, path: tuple[Any, ...]) -> Any:
    place: Any = manifest
    for step in path:
        place = place[step]
    return place


def _wrong(path: tuple[Any, ...]) -> Edit:
    def edit(manifest: Manifest) -> None:
        parent = _at(manifest, path[:-1])
        # Text where a number, list or object must be, and nothing at all where text must be.
        parent[path[-1]] = None if isinstance(parent[path[-1]], str) else "text"
        if path[-2:-1] == ("shape",):
            parent[path[-1]] = 1.5

    return edit


def _missing(path: tuple[Any, ...]) -> Edit:
    return lambda manifest: _at(manifest, path[:-1]).pop(path[-1])


def _unknown(path: tuple[Any, ...]) -> Edit:
    return lambda manifest: _at(manifest, path).update(surprise=1)


_OPTIONAL = {("assets", "words"), ("card", "training", "seed")}
_OPEN = {("graphs",), ("assets",), ("files",), ("settings",), ("card", "training")}  # objects with free keys


def manifests() -> Iterator[tuple[str, Edit, str]]:
    """Bent manifests of an otherwise sound package."""
    sample = _sample()
    for path in _leaves(sample):
        if path != ("card", "training", "seed"):  # of any type
            yield f"wrong type of {'.'.join(map(str, path))}", _wrong(path), ""
        if isinstance(path[-1], str) and path not in _OPTIONAL:
            yield f"without {'.'.join(map(str, path))}", _missing(path), ""
        if isinstance(_at(sample, path), dict) and path not in _OPEN:
            yield f"unknown field in {'.'.join(map(str, path))}", _unknown(path), "surprise"
    yield "unknown field", lambda m: m.update(surprise=1), "surprise"
    for value in (0, 2, -1, "1", 1.0, True, None, [1], 2**63):
        yield f"format {value!r}", lambda m, value=value: m.update(format=value), "format is"
    for field, values in {
        "kind": ("", "Tiny", "../tiny", "a b", "x" * 99, "-", "naïve"),
        "name": ("", "a/b", "..", "a\\b", "TINY", ".hidden"),
        "version": ("", "v1", "1 0", "1" * 99, "../1"),
    }.items():
        for value in values:
            yield f"{field} {value!r}", lambda m, f=field, v=value: m.update({f: v}), field
    for text in ("\x1b[31mred", "a\nb", "\u202etxt", "bell\7", "\ud800", "zero\u200bwidth", "nul\0"):
        yield f"summary {text!a}", lambda m, t=text: m["card"].update(summary=t), "invisible"
        yield f"setting {text!a}", lambda m, t=text: m["settings"].update({t: 1}), "invisible"
    yield "no licence", lambda m: m["card"].update(licence=" "), "licence"
    yield "data without licence", lambda m: m["card"]["datasets"][0].update(licence=""), "licence"
    yield "negative count", lambda m: m["card"]["datasets"][0].update(count=-1), ""
    for value in ("0" * 63, "0" * 65, "G" * 64, "A" * 64, "0" * 64 + "\n"):
        yield f"data hash {value!r}", lambda m, v=value: m["card"]["datasets"][0].update(sha256=v), ""
    yield from _signatures()
    yield from _names()


def _signatures() -> Iterator[tuple[str, Edit, str]]:
    def graph(m: Manifest) -> Any:
        return m["graphs"]["net"]

    for shape in (
        [0],
        [-1],
        [2**27],
        [2**14, 2**14],
        [1] * 9,
        [""],
        ["a b"],
        ["a" * 99],
        [True],
        [2**63],
        [None],
    ):
        yield f"shape {str(shape)[:30]}", lambda m, s=shape: graph(m)["inputs"][0].update(shape=s), ""
    for part in ("length/0", "length/1", "length/16", "length/", "/4", "length//4", "length/4/4"):
        yield f"part {part}", lambda m, p=part: graph(m)["inputs"][0].update(shape=[1, p, 3]), "plain word"
    for dtype in ("", "object", "float128", "str", "float", "f4", "FLOAT32", "complex64"):
        yield f"dtype {dtype!r}", lambda m, d=dtype: graph(m)["inputs"][0].update(dtype=d), ""
    for name in ("", "a b", "y", "ü", "x" * 200):
        yield f"tensor {name[:9]!r}", lambda m, n=name: graph(m)["inputs"][0].update(name=n), ""
    yield "no outputs", lambda m: graph(m).update(outputs=[]), "outputs"
    yield "no inputs", lambda m: graph(m).update(inputs=[]), "inputs"
    yield "a graph that no one declares", lambda m: m.update(graphs={}), "graphs"
    yield "one file for two graphs", lambda m: m["graphs"].update(again=graph(m)), "graph"
    yield "a graph that is no graph", lambda m: graph(m).update(file="words.json"), "graph"
    yield "input of another name", lambda m: graph(m)["inputs"][0].update(name="z"), "inputs"
    yield "input of another type", lambda m: graph(m)["inputs"][0].update(dtype="int64"), "inputs"
    yield "input of another symbol", lambda m: graph(m)["inputs"][0].update(shape=[1, "width", 3]), "inputs"
    yield "output of another size", lambda m: graph(m)["outputs"][0].update(shape=[1, "length", 4]), "outputs"


BAD_NAMES = (
    "", ".", "..", "../net.onnx", "/etc/passwd", "//host/share.json", "a/b.json", "a\\b.json", "..\\b.json",
    "C:\\b.json", "C:b.json", "b.json:stream", "./b.json", "b.json/", "~b.json", ".b.json", "b.json.",
    "b .json", " b.json", "b\0.json", "b\n.json", "bé.json", "b\u202e.json", "%2e%2e.json", "b*.json",
    "con.json", "NUL.txt", "COM1.json", "lpt9.md", "b" * 100 + ".json", "manifest.json", "MANIFEST.json",
    "b.pt", "b.pth", "b.pkl", "b.ort", "b.so", "b.dll", "b.py", "b.bin", "b.safetensors",
    "b", "b.ONNX", "-", "--help",
)  # fmt: skip


def _names() -> Iterator[tuple[str, Edit, str]]:
    for name in BAD_NAMES:
        yield f"lists file {name[:20]!r}", lambda m, n=name: m["files"].update({n: signed(b"x")}), ""
        yield f"graph in file {name[:20]!r}", lambda m, n=name: m["graphs"]["net"].update(file=n), ""
        yield f"asset in file {name[:20]!r}", lambda m, n=name: m["assets"].update(words=n), ""
    yield "case clash", lambda m: m["files"].update({"WORDS.json": signed(b"x")}), "one file on some systems"
    yield "case clash of the card", lambda m: m["files"].update({"card.md": signed(b"x")}), "one file"
    yield "file that is not there", lambda m: m["files"].update({"more.json": signed(b"[]")}), "missing"
    yield "file that is not listed", lambda m: m["files"].pop("samples.npz"), "not listed"
    yield "no card", lambda m: m["files"].pop("CARD.md"), "CARD.md"
    yield "many files", lambda m: m["files"].update({f"b{i}.txt": signed(b"x") for i in range(99)}), "files"
    for size in (0, -1, 2**26 + 1, 2**63, 2**64, True, 1.5):
        yield f"size {size}", lambda m, s=size: m["files"]["words.json"].update(size=s), ""
    for size in (1, 13, 15, 2**20, 2**26):
        yield f"size {size}", lambda m, s=size: m["files"]["words.json"].update(size=s), ""
    yield "sizes that sum to much", lambda m: [f.update(size=2**25) for f in m["files"].values()], "sum"
    for value in ("0" * 64, "", "0" * 63, "é" * 64, "F" * 64):
        yield f"hash {value[:6]!r}", lambda m, v=value: m["files"]["words.json"].update(sha256=v), ""


def manifest_texts() -> Iterator[tuple[str, bytes]]:
    """Bytes that manifest.json must not be."""
    text = json.dumps(_sample())
    plain = text.encode()
    yield from (
        ("empty", b""),
        ("blank", b" \n"),
        ("null", b"null"),
        ("list", b"[]"),
        ("text", b'"a"'),
        ("number", b"1"),
    )
    yield "UTF-16", text.encode("utf-16")
    yield "with a byte order mark", b"\xef\xbb\xbf" + plain
    yield "not UTF-8", plain.replace(b"Clips", b"Cl\xffps")
    yield "behind its end", plain + b"{}"
    yield "with a comment", b"/* */" + plain
    yield "key twice", plain[:-1] + b', "kind": "tiny"}'
    yield "key twice inside", plain.replace(b'"seed": 1', b'"seed": 1, "seed": 2')
    yield "key twice by escape", plain[:-1] + b', "k\\u0069nd": "tiny"}'
    for word in (
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"1e999",
        b"-1e999",
        b"1" * 30,
        b"1" * 5000,
        b"0x10",
        b"01",
        b".5",
        b"1.",
    ):
        yield f"number {word[:9].decode()}", plain.replace(b'"value": 0.5', b'"value": ' + word)
        yield (
            f"setting {word[:9].decode()}",
            plain.replace(b'{"words": [', b'{"a": ' + word + b', "words": ['),
        )
    yield "deep list", plain.replace(b'{"words": [', b'{"a": ' + b"[" * 40 + b"]" * 40 + b', "words": [')
    yield "very deep list", b"[" * 500_000 + b"]" * 500_000
    yield "very deep object", b'{"a":' * 100_000
    yield "quotes without end", b'"\\"' + b'\\"' * 400_000
    yield "backslashes", b"\\" * 900_000
    yield "brackets in a string", b'{"a": "' + b"[" * 900_000
    yield "giant", plain + b" " * (1 << 20)
    for cut in range(1, len(plain), len(plain) // 25):
        yield f"cut at {cut}", plain[:cut]
    yield from ((name, content) for name, content in pickles())
