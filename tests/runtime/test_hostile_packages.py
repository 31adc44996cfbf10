"""Hostile packages: each ends in a typed error, soon, in little memory, and reads nothing outside its folder.

All but the damaged ones are signed: their manifests hold the sizes and hashes of the hostile files.
"""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import hostile_archives
import hostile_bombs
import hostile_files
import hostile_graphs
import hostile_manifests
import hostile_places
import numpy as np
import onnx
import pytest
from tiny_packages import tiny_files, tiny_model, write

from playloom.errors import PackageCorrupt, PackageInvalid, PlayloomError
from playloom.graph import Graph
from playloom.package import Package

SECONDS = 2.0
GRAPHS = [*hostile_graphs.CASES, *hostile_bombs.BOMBS, *hostile_bombs.TRAPS]
GRAPH = tiny_files()["net.onnx"]


def refuse(folder: Path, words: str = "", error: type[PlayloomError] = PackageInvalid) -> str:
    """Open a package that must be refused with ``words``, in time; return the message."""
    started = time.perf_counter()
    with pytest.raises(error) as raised:
        Package.open(folder)
    message = str(raised.value)

    assert time.perf_counter() - started < SECONDS
    assert words in message
    assert len(message) < 1200
    assert message.isprintable()
    return message


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a package made us run would show in an otherwise empty working directory."""
    place = tmp_path / "work"
    place.mkdir()
    (place / "secret").write_bytes(np.zeros(3, np.float32).tobytes())
    monkeypatch.chdir(place)
    yield
    assert [path.name for path in place.iterdir()] == ["secret"]


def test_the_package_that_is_bent_below_is_sound(tmp_path: Path) -> None:
    package = Package.open(write(tmp_path / "tiny"))

    assert Graph.load(package, "net").run({"x": np.ones((1, 2, 3), np.float32)})["y"].shape == (1, 2, 3)


@pytest.mark.parametrize(
    ("make", "words"), [pytest.param(make, words, id=name) for name, make, words in GRAPHS]
)
def test_a_signed_hostile_graph_is_refused(tmp_path: Path, make: object, words: str) -> None:
    graph = make().SerializeToString()  # type: ignore[operator]

    refuse(write(tmp_path / "tiny", files={"net.onnx": graph}), words)


@pytest.mark.parametrize(
    "location", ["secret", "words.json", "../canary", "{parent}/canary", "soft", "hard", ""]
)
@pytest.mark.parametrize("place", hostile_places.PLACES)
def test_no_tensor_may_live_in_another_file(tmp_path: Path, place: str, location: str) -> None:
    canary = tmp_path / "canary"
    canary.write_bytes(np.zeros(3, np.float32).tobytes())
    graph = hostile_places.external_model(place, location.format(parent=tmp_path)).SerializeToString()
    folder = write(tmp_path / "tiny", files={"net.onnx": graph})
    if location == "soft":
        (folder / location).symlink_to(canary)
    if location == "hard":
        (folder / location).hardlink_to(canary)

    refuse(folder)
    for link in ("soft", "hard"):
        (folder / link).unlink(missing_ok=True)

    refuse(folder)


@pytest.mark.parametrize(
    ("edit", "words"),
    [pytest.param(edit, words, id=name) for name, edit, words in hostile_manifests.manifests()],
)
def test_a_bent_manifest_is_refused(tmp_path: Path, edit: object, words: str) -> None:
    refuse(write(tmp_path / "tiny", edit=edit), words)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [pytest.param(t, id=name) for name, t in hostile_manifests.manifest_texts()])
def test_a_manifest_that_is_no_manifest_is_refused(tmp_path: Path, text: bytes) -> None:
    folder = write(tmp_path / "tiny")
    (folder / "manifest.json").write_bytes(text)

    refuse(folder)


@pytest.mark.parametrize(
    ("bend", "words"), [pytest.param(bend, words, id=name) for name, bend, words in hostile_files.folders()]
)
def test_a_bent_folder_is_refused(tmp_path: Path, bend: object, words: str) -> None:
    folder = write(tmp_path / "tiny")
    bend(folder)  # type: ignore[operator]

    refuse(folder, words)


@pytest.mark.parametrize("files", [pytest.param(f, id=name) for name, f in hostile_files.contents()])
def test_a_signed_file_of_another_kind_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    refuse(write(tmp_path / "tiny", files=files))


@pytest.mark.parametrize("path", ["nowhere", "file", "empty", "/dev/null", "/dev/zero", ""])
def test_what_is_no_package_is_refused(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("{}")

    refuse(tmp_path / path if path else tmp_path)


@pytest.mark.parametrize("file", ["net.onnx", "samples.npz", "words.json", "CARD.md"])
def test_any_flipped_bit_is_found(tmp_path: Path, file: str) -> None:
    folder = write(tmp_path / "tiny")
    good = (folder / file).read_bytes()
    for at in range(0, len(good), max(1, len(good) // 60)):
        (folder / file).write_bytes(good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1 :])

        refuse(folder, file, PackageCorrupt)


@pytest.mark.parametrize("cut", range(0, len(GRAPH), 7))
def test_a_signed_graph_that_was_cut_off_is_refused(tmp_path: Path, cut: int) -> None:
    refuse(write(tmp_path / "tiny", files={"net.onnx": GRAPH[:cut]}))


@pytest.mark.parametrize("at", range(0, len(GRAPH), 3))
def test_a_signed_graph_with_a_flipped_byte_is_refused_or_harmless(tmp_path: Path, at: int) -> None:
    """Some flips give another sound graph: other weights, or another name for an inner tensor."""
    rng = random.Random(at)
    for _ in range(4):
        bent = GRAPH[:at] + bytes([GRAPH[at] ^ rng.randrange(1, 256)]) + GRAPH[at + 1 :]
        _open_and_run(write(tmp_path / "tiny", files={"net.onnx": bent}))


@pytest.mark.parametrize("seed", range(20))
def test_a_signed_graph_of_noise_is_refused(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    noise = rng.randbytes(rng.randrange(1, 4000))

    refuse(write(tmp_path / "tiny", files={"net.onnx": noise}))


@pytest.mark.parametrize("seed", range(20))
def test_a_spliced_graph_is_refused_or_harmless(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(5):
        a, b, c = (rng.randrange(len(GRAPH)) for _ in range(3))
        _open_and_run(
            write(tmp_path / "tiny", files={"net.onnx": GRAPH[:a] + GRAPH[min(b, c) : max(b, c)] + GRAPH[a:]})
        )


def test_any_flipped_byte_of_the_manifest_is_refused_or_harmless(tmp_path: Path) -> None:
    """The manifest itself is not signed: another letter in the summary makes another sound package."""
    folder = write(tmp_path / "tiny")
    path = folder / "manifest.json"
    good, refused = path.read_bytes(), 0
    for at in range(0, len(good), 2):
        path.write_bytes(good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1 :])
        refused += not _open_and_run(folder)

    assert refused > len(good) // 3


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param(b"\x9a\x06\x00", id="unknown field"),
        pytest.param(b"\x0b\x0c", id="group"),
        pytest.param(b"\x0a\x00", id="text as version"),
        pytest.param(b"\x08" + b"\xff" * 11, id="number without end"),
        pytest.param(b"\x3a\xff\xff\xff\xff\x7f", id="length beyond the end"),
        pytest.param(b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", id="length of 64 bits"),
        pytest.param(b"\x00\x00", id="field zero"),
        pytest.param(b"\x80", id="half a key"),
        pytest.param(b"\x3a\x02\x0a\x00", id="a second graph with an empty node"),
    ],
)
def test_protobuf_junk_behind_a_graph_is_refused(tmp_path: Path, junk: bytes) -> None:
    refuse(write(tmp_path / "tiny", files={"net.onnx": GRAPH + junk}))


def _open_and_run(folder: Path) -> bool:
    """Open, load and run; any error must be ours and come in time. True if nothing was refused."""
    started = time.perf_counter()
    try:
        package = Package.open(folder)
        for name in package.manifest.graphs:
            Graph.load(package, name).run({"x": np.ones((1, 2, 3), np.float32)})
        return True
    except PlayloomError:
        return False
    finally:
        assert time.perf_counter() - started < SECONDS


# --- Memory and files, measured in processes of their own


def _sub(length: int) -> bytes:
    """A protobuf length."""
    out = b""
    while length > 127:
        out += bytes([length & 127 | 128])
        length >>= 7
    return out + bytes([length])


def _in_graph(content: bytes) -> bytes:
    return GRAPH + b"\x3a" + _sub(len(content)) + content


def _heavy() -> Iterator[tuple[str, dict[str, bytes]]]:
    most = (60 << 20) - len(GRAPH)
    yield "thirty million empty nodes", {"net.onnx": _in_graph(b"\x0a\x00" * (most // 2))}
    packed = most - 100
    tensor = b"\x3a" + _sub(packed) + b"\1" * packed
    yield "sixty million packed numbers", {"net.onnx": _in_graph(b"\x2a" + _sub(len(tensor)) + tensor)}
    deep = b""
    for _ in range(5000):
        deep = b"\x2a" + _sub(len(deep) + 1 + len(_sub(len(deep)))) + b"\x32" + _sub(len(deep)) + deep
    yield "five thousand graphs inside each other", {"net.onnx": _in_graph(b"\x0a" + _sub(len(deep)) + deep)}
    model = tiny_model()
    model.graph.initializer.append(hostile_graphs.real("unused", 10 << 20))
    model.graph.doc_string = "x" * (10 << 20)
    model.opset_import[0].domain = "own"
    yield "fifty megabytes of weights and words", {"net.onnx": model.SerializeToString()}
    yield "fifty megabytes of JSON", {"words.json": b"[" + b"0," * (25 << 20) + b"0]"}
    yield "a quarter of a gigabyte of zeros", {"samples.npz": hostile_archives.zeros(1, 256 << 20)}
    for name in ("gigabytes while loading", "products while loading", "a shape concatenated with itself"):
        make = next(make for title, make, _ in GRAPHS if title == name)
        yield name, {"net.onnx": make().SerializeToString()}


_MEASURE = """
import sys, time
import onnx, onnxruntime, numpy
from pathlib import Path
from playloom.errors import PackageInvalid
from playloom.package import Package
Package.open(sys.argv[1])
status = lambda: Path("/proc/self/status").read_text()
peak = lambda: int(status().partition("VmHWM:")[2].split()[0]) / 1024  # MiB
before = peak()
for folder in sys.argv[2:]:
    started = time.process_time()
    try:
        Package.open(folder)
        print(folder, "was opened")
    except PackageInvalid:
        pass
    taken = time.process_time() - started
    if taken > 2 or peak() - before > 256:
        print(folder, f"took {taken:.2f} s and {peak() - before:.0f} MiB")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_heaviest_packages_take_little_memory(tmp_path: Path) -> None:
    good = write(tmp_path / "good")
    bad = [write(tmp_path / f"bad{i}", files=files) for i, (_, files) in enumerate(_heavy())]

    result = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(good), *map(str, bad)],
        capture_output=True,
        text=True,
        check=False,
    )

    # Processor time: other tests run beside this one.
    assert (result.stdout, result.stderr, result.returncode) == ("", "", 0)


_OPEN_ALL = """
import sys
from playloom.errors import PackageInvalid
from playloom.package import Package
def open_all():
    for folder in sys.argv[3:]:
        try:
            Package.open(folder)
            print(folder, "was opened")
        except PackageInvalid:
            pass
Package.open(sys.argv[2])
open_all()  # Python loads its own modules
open(sys.argv[1]).close()
open_all()
"""


@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not installed")
def test_the_kernel_saw_no_file_opened_outside_the_folders(tmp_path: Path) -> None:
    (tmp_path / "canary").write_bytes(b"\0" * 12)
    good, bad = write(tmp_path / "good"), []
    for i, place in enumerate(hostile_places.PLACES):
        for j, location in enumerate(("../canary", f"{tmp_path}/canary", "secret")):
            graph = hostile_places.external_model(place, location).SerializeToString()
            bad.append(write(tmp_path / f"far{i}-{j}", files={"net.onnx": graph}))
    for i, (_, bend, _) in enumerate(hostile_files.folders()):
        folder = tmp_path / f"outer{i}" / "bent"
        bad.append(write(folder))
        bend(folder)
    trace, begin = tmp_path / "trace", tmp_path / "begin"
    begin.touch()
    command = ["strace", "-f", "-e", "trace=open,openat,openat2", "-o", str(trace)]

    result = subprocess.run(
        [*command, sys.executable, "-c", _OPEN_ALL, str(begin), str(good), *map(str, bad)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in result.stderr.lower():
        pytest.skip("strace may not trace here")
    opened = trace.read_text().partition(str(begin))[2].splitlines()[1:]

    assert (result.stdout, result.stderr) == ("", "")
    assert len(opened) > 200
    folders = [str(folder) for folder in bad]
    for line in opened:
        if '"' not in line:  # the process ended
            continue
        path = line.split('"')[1]
        inside = any(path == folder or path.startswith(folder + "/") for folder in folders)
        assert inside and ".." not in path, line
        assert "canary" not in path or "ENOENT" in line, line


def test_onnx_agrees_that_the_tiny_graph_is_sound() -> None:
    onnx.checker.check_model(tiny_model(), full_check=True)
