"""Where packages and kinds are found."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
from tiny_packages import write

from playloom.errors import KindUnknown, PackageCorrupt, PackageInvalid
from playloom.kind import Kind, find_kind, kind_names
from playloom.library import Library
from playloom.package import Package


def named(folder: Path, name: str, kind: str = "tiny") -> Path:
    return write(folder / name, edit=lambda manifest: manifest.update(name=name, kind=kind))


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    named(tmp_path / "shelf", "oak")
    named(tmp_path / "shelf", "elm", kind="other")
    return tmp_path / "shelf"


class Tiny:
    """A kind whose generator is the package itself, and which counts."""

    name = "tiny"

    def __init__(self) -> None:
        self.loaded = 0

    def load(self, package: Package) -> tuple[int, Package]:
        self.loaded += 1
        return self.loaded, package


@pytest.fixture
def tiny_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tiny:
    """A distribution, installed for one test, that brings the kind."""
    install(
        tmp_path / "site",
        monkeypatch,
        "[playloom.kinds]\ntiny = tiny_kind:KIND\nbroken = tiny_kind:NOTHING\n",
    )
    module = ModuleType("tiny_kind")
    module.KIND = Tiny()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "tiny_kind", module)
    return module.KIND  # type: ignore[no-any-return, attr-defined]


def install(site: Path, monkeypatch: pytest.MonkeyPatch, points: str, name: str = "tiny_dist") -> None:
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(points)
    monkeypatch.syspath_prepend(site)


def test_packages_are_found_by_name(shelf: Path) -> None:
    library = Library([shelf])

    assert [package.manifest.name for package in library.packages()] == ["elm", "oak"]
    assert library.find("oak", "tiny").root == shelf / "oak"
    assert library.find("elm").manifest.kind == "other"


def test_a_package_is_opened_once(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library([shelf])
    monkeypatch.chdir(shelf)

    assert library.find("oak") is library.find(shelf / "oak")
    assert library.find("oak") is library.find("./oak")


def test_a_folder_may_be_a_package_itself(shelf: Path) -> None:
    assert Library([shelf / "oak"]).find("oak").manifest.name == "oak"


def test_a_package_in_the_working_directory_is_found(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shelf)

    assert Library([]).find("oak").manifest.name == "oak"


def test_the_earlier_folder_wins(shelf: Path, tmp_path: Path) -> None:
    named(tmp_path / "other", "oak")

    assert Library([tmp_path / "other", shelf]).find("oak").root == tmp_path / "other" / "oak"
    assert Library([shelf, tmp_path / "other"]).find("oak").root == shelf / "oak"


def test_an_unknown_name_lists_what_there_is(shelf: Path) -> None:
    with pytest.raises(
        KindUnknown, match=r"no tiny package is called 'elm'; there are oak;.*PLAYLOOM_MODELS"
    ):
        Library([shelf]).find("elm", "tiny")


def test_a_path_to_another_kind_is_refused(shelf: Path) -> None:
    with pytest.raises(PackageInvalid, match="kind is 'other', expected 'tiny'"):
        Library([shelf]).find(shelf / "elm", "tiny")


def test_a_broken_neighbour_does_no_harm(shelf: Path) -> None:
    (shelf / "elm" / "manifest.json").write_text("{")

    assert Library([shelf]).find("oak").manifest.name == "oak"


def test_a_broken_package_says_so_when_asked_for(shelf: Path) -> None:
    (shelf / "oak" / "words.json").write_text("[]")
    (shelf / "elm" / "manifest.json").write_text("{")

    with pytest.raises(PackageCorrupt, match=r"words\.json"):
        Library([shelf]).find("oak")
    with pytest.raises(PackageInvalid, match="not JSON"):
        Library([shelf]).find("elm")


def test_the_environment_names_folders(shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named(tmp_path / "more", "ash")
    monkeypatch.setenv("PLAYLOOM_MODELS", os.pathsep.join([str(shelf), "", str(tmp_path / "more")]))

    assert Library.default().find("ash").manifest.name == "ash"
    assert Library.default().find("oak").manifest.name == "oak"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYLOOM_MODELS", str(tmp_path / "gone"))

    with pytest.raises(PackageInvalid, match="gone: no such folder; correct PLAYLOOM_MODELS"):
        Library.default().packages()


def test_what_we_ship_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLAYLOOM_MODELS", raising=False)

    for package in Library.default().packages():
        assert package.manifest.card.licence


def test_kinds_come_from_installed_distributions(tiny_kind: Tiny) -> None:
    assert find_kind("tiny") is tiny_kind
    assert isinstance(tiny_kind, Kind)
    assert {"tiny", "broken"} <= set(kind_names())


def test_an_unknown_kind_lists_what_there_is(tiny_kind: Tiny) -> None:
    with pytest.raises(KindUnknown, match=r"no kind is called 'music'; installed are .*tiny"):
        find_kind("music")


def test_a_kind_that_cannot_be_loaded_is_a_typed_error(tiny_kind: Tiny) -> None:
    with pytest.raises(KindUnknown, match="'broken' of tiny_dist cannot be loaded: AttributeError"):
        find_kind("broken")


def test_a_kind_of_another_name_is_refused(tiny_kind: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiny_kind, "name", "small")

    with pytest.raises(KindUnknown, match="not a kind called 'tiny'"):
        find_kind("tiny")


def test_two_distributions_with_one_kind_are_named(
    tiny_kind: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path / "again", monkeypatch, "[playloom.kinds]\ntiny = other_kind:KIND\n", "other_dist")

    with pytest.raises(KindUnknown, match="comes from other_dist, tiny_dist; uninstall all but one"):
        find_kind("tiny")


def test_a_generator_is_loaded_once(shelf: Path, tiny_kind: Tiny) -> None:
    library = Library([shelf])

    with ThreadPoolExecutor(8) as pool:
        names = ["oak", shelf / "oak", str(shelf / "oak")] * 20
        made = set(pool.map(lambda name: id(library.generator("tiny", name)), names))

    assert len(made) == 1
    assert tiny_kind.loaded == 1


def test_a_generator_of_an_unknown_kind_is_refused(shelf: Path) -> None:
    with pytest.raises(KindUnknown, match="no kind is called 'tiny'"):
        Library([shelf]).generator("tiny", "oak")
