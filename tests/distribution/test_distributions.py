"""What is shipped: a source distribution, and the wheel that is built out of it."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(project: Path, target: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, timeout=60)
    [built] = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """The names in the source distribution and in its wheel."""
    folder = tmp_path_factory.mktemp("distributions")
    with tarfile.open(build(ROOT, "sdist", folder / "sdist")) as archive:
        archive.extractall(folder, filter="data")
        top = archive.getnames()[0].partition("/")[0]
        source = {name.partition("/")[2] for name in archive.getnames()}
    with zipfile.ZipFile(build(folder / top, "wheel", folder / "wheel")) as wheel:
        return source, set(wheel.namelist())


def of_the_project(package: str) -> set[str]:
    """Return the files of a package in the project, named as in a wheel."""
    root = ROOT / package
    files = (path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(root.parent).as_posix() for path in files}


def test_the_wheel_holds_the_three_packages_whole_with_their_data(shipped: tuple[set[str], set[str]]) -> None:
    _, wheel = shipped

    files = {name for name in wheel if ".dist-info/" not in name}
    roots = ("sdk/playloom", "exporters/playloom_train", "godot_bridge/playloom_bridge")
    assert files == {name for root in roots for name in of_the_project(root)}
    data = ("py.typed", "commands/demo/page.css", "commands/demo/page.js", "models/topdown/manifest.json")
    assert {f"playloom/{name}" for name in data} <= files


def test_the_wheel_has_licence_and_commands_and_no_tests(shipped: tuple[set[str], set[str]]) -> None:
    _, wheel = shipped

    beside = {name.partition(".dist-info/")[2] for name in wheel if ".dist-info/" in name}
    assert {"METADATA", "entry_points.txt", "licenses/LICENSE"} <= beside
    assert not [name for name in wheel if "test" in Path(name).name]


def test_the_source_distribution_can_be_built_from_and_has_no_tests(
    shipped: tuple[set[str], set[str]],
) -> None:
    source, _ = shipped

    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "PKG-INFO"} <= source
    assert not [name for name in source if name.startswith(("tests", "benchmarks", "runs"))]
