"""Model packages that are sound, and packages that were damaged by accident."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tiny_packages import tiny_files, write

from playloom.errors import FileInvalid, PackageCorrupt, PackageInvalid
from playloom.package import Card, Dataset, GraphSpec, Metric, Package, TensorSpec, write_package

CARD = Card(
    licence="MIT",
    summary="Clips a product.",
    datasets=(Dataset("maps", "here", "CC0-1.0", 3, "0" * 64),),
    training={"seed": 1},
    metrics=(Metric("error", 0.5, "counted | by hand"),),
)
SPEC = GraphSpec(
    "net.onnx",
    (TensorSpec("x", "float32", (1, "length", 3)),),
    (TensorSpec("y", "float32", (1, "length", 3)),),
)


def write_tiny(folder: Path, **changes: Any) -> Path:
    fields: dict[str, Any] = {
        "kind": "tiny",
        "name": "tiny",
        "version": "1.0",
        "exact": True,
        "graphs": {"net": SPEC},
        "settings": {"words": ["a", "b"]},
        "card": CARD,
        "files": {name: content for name, content in tiny_files().items() if name != "CARD.md"},
        "assets": {"words": "words.json"},
    }
    write_package(folder, **{**fields, **changes})
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny(tmp_path / "tiny")


def test_what_was_written_is_what_is_opened(tiny: Path) -> None:
    package = Package.open(tiny)

    assert package.root == tiny
    assert package.manifest.graphs == {"net": SPEC}
    assert package.manifest.card == CARD
    assert package.manifest.settings == {"words": ["a", "b"]}
    assert package.read("net.onnx") == tiny_files()["net.onnx"]
    assert sorted(path.name for path in tiny.iterdir()) == sorted([*package.manifest.files, "manifest.json"])


def test_the_same_package_is_the_same_bytes(tmp_path: Path) -> None:
    one, two = write_tiny(tmp_path / "one"), write_tiny(tmp_path / "two")

    for path in one.iterdir():
        assert path.read_bytes() == (two / path.name).read_bytes()
    assert Package.open(one).hash == Package.open(two).hash


def test_the_hash_covers_every_file(tmp_path: Path) -> None:
    plain = Package.open(write_tiny(tmp_path / "one"))
    files = {**{name: plain.read(name) for name in ("net.onnx", "samples.npz")}, "words.json": b"[]"}

    assert Package.open(write_tiny(tmp_path / "two", files=files)).hash != plain.hash


def test_the_card_names_licence_data_training_and_metrics(tiny: Path) -> None:
    text = Package.open(tiny).read("CARD.md").decode()

    for word in ("tiny 1.0", "MIT", "CC0-1.0", "seed: 1", "error", "counted \\| by hand", "every machine"):
        assert word in text


def test_bytes_stay_those_that_were_verified(tiny: Path) -> None:
    package = Package.open(tiny)
    (tiny / "words.json").write_text('["other"]')

    assert package.read("words.json") == tiny_files()["words.json"]


def test_an_unlisted_file_cannot_be_read(tiny: Path) -> None:
    with pytest.raises(PackageInvalid, match=r"no file 'manifest\.json'"):
        Package.open(tiny).read("manifest.json")


def test_a_changed_file_is_named(tiny: Path) -> None:
    graph = tiny / "net.onnx"
    graph.write_bytes(graph.read_bytes()[:-1] + b"\0")

    with pytest.raises(PackageCorrupt, match=r"net\.onnx: SHA-256 is .* copy or export the package again"):
        Package.open(tiny)


def test_a_longer_file_is_named(tiny: Path) -> None:
    graph = tiny / "net.onnx"
    graph.write_bytes(graph.read_bytes() + b"\0")

    with pytest.raises(PackageCorrupt, match=r"net\.onnx"):
        Package.open(tiny)


def test_a_missing_file_is_named(tiny: Path) -> None:
    (tiny / "samples.npz").unlink()

    with pytest.raises(PackageCorrupt, match=r"samples\.npz.*missing"):
        Package.open(tiny)


def test_a_package_that_would_not_open_is_not_written(tmp_path: Path) -> None:
    wrong = GraphSpec("net.onnx", SPEC.inputs, (TensorSpec("y", "int64", (1, "length", 3)),))

    with pytest.raises(PackageInvalid, match="outputs are"):
        write_tiny(tmp_path / "tiny", graphs={"net": wrong})
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_package(tiny: Path) -> None:
    old = Package.open(tiny).hash

    with pytest.raises(PackageInvalid):
        write_tiny(tiny, kind="No Kind")
    assert Package.open(tiny).hash == old
    assert list(tiny.parent.iterdir()) == [tiny]


def test_a_package_replaces_an_older_one(tiny: Path) -> None:
    write_tiny(tiny, version="2.0")

    assert Package.open(tiny).manifest.version == "2.0"
    assert list(tiny.parent.iterdir()) == [tiny]


def test_a_folder_of_other_things_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "novel.txt").write_text("once")

    with pytest.raises(FileInvalid, match="no model package"):
        write_tiny(tmp_path / "work")
    assert (tmp_path / "work" / "novel.txt").read_text() == "once"


@pytest.mark.parametrize("name", ["../net.onnx", "/tmp/x.json", "a/b.json", ".x.json", "x.pt"])
def test_a_file_of_another_name_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(PackageInvalid):
        write_tiny(tmp_path / "deep" / "tiny", files={"net.onnx": tiny_files()["net.onnx"], name: b"[]"})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("settings", [{"a": float("nan")}, {"a": 2**70}, {"a": "\x1b[2J"}])
def test_settings_that_would_not_be_read_are_not_written(tmp_path: Path, settings: dict[str, Any]) -> None:
    with pytest.raises(PackageInvalid):
        write_tiny(tmp_path / "tiny", settings=settings)


def test_hard_links_are_taken_from_an_installation_only(tmp_path: Path) -> None:
    """uv and conda link the files that they install from their caches."""
    folder = write(tmp_path / "tiny")
    (tmp_path / "cache").hardlink_to(folder / "net.onnx")

    assert Package.open(folder, installed=True).manifest.name == "tiny"
    with pytest.raises(PackageInvalid, match="hard links"):
        Package.open(folder)


def test_importing_packages_loads_neither_onnx_nor_its_runtime() -> None:
    code = (
        "import sys, playloom.package, playloom.graph, playloom.kind, playloom.library, playloom.samples\n"
        "print([name for name in ('onnx', 'onnxruntime', 'torch', 'google.protobuf') if name in sys.modules])"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
