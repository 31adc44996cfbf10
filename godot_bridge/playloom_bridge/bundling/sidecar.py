"""The server as a folder that runs without Python, made by PyInstaller for the system it runs on.

It holds the server, ONNX Runtime for the CPU and the models that were named; nothing of training. The
licences of everything in it lie beside it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, packages_distributions, version
from importlib.util import find_spec
from pathlib import Path

import click

import playloom
import playloom_bridge
from playloom.errors import FileInvalid, RequestInvalid, WriteFailed
from playloom.files import fresh_folder
from playloom.kinds.quest.world_file import read_world
from playloom.library import Library
from playloom.package import Package
from playloom_bridge.bundling.recipe import entry_points_text, recipe
from playloom_bridge.bundling.trial import Trial
from playloom_bridge.process import known_worlds

PROGRAM = "playloom"
MARK = "bundle.json"
_SYSTEMS = {"linux": "linux", "win32": "windows", "darwin": "macos"}
_LICENCE = re.compile(r"(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
_LICENCE_FIELDS = ("License-Expression", "License")  # of a distribution's metadata
_TAIL = 12  # lines of PyInstaller's output that an error repeats


@dataclass(frozen=True)
class Contents:
    """What a server is to bring along."""

    packages: tuple[Package, ...]
    worlds: tuple[Path, ...]
    scripts: tuple[Path, ...]

    @classmethod
    def find(cls, models: Sequence[str], worlds: Sequence[Path], scripts: Sequence[Path]) -> "Contents":
        """Find and check everything before anything is made.

        Raises:
            RequestInvalid: If two have one name.
            PlayloomError: If a package or world is not there or not sound.
        """
        library = Library.default()
        packages: dict[str, Package] = {}
        for name in models:
            package = library.find(name)
            if package.manifest.name in packages:
                raise RequestInvalid(f"--models: {package.manifest.name} is named twice; name it once")
            packages[package.manifest.name] = package
        for world in known_worlds(worlds).values():
            read_world(world)
        return cls(tuple(packages.values()), tuple(worlds), tuple(scripts))


@dataclass(frozen=True)
class Sidecar:
    """What was made."""

    program: str  # its file in the folder
    size: int  # bytes
    files: int
    models: list[dict[str, str]]
    trial: Trial


def check_system(system: str) -> None:
    """Refuse to make a server for another system, or without PyInstaller.

    Raises:
        RequestInvalid: If this is another one.
        click.ClickException: If PyInstaller is missing.
    """
    here = _SYSTEMS.get(sys.platform, sys.platform)
    if system != here:
        raise RequestInvalid(
            f"--for {system}: this is {here}, and a server is made on the system it is for; run the same "
            f"command on {system}, for example in a job of your CI"
        )
    if find_spec("PyInstaller") is None:
        raise click.ClickException(
            "`playloom bundle --for` needs PyInstaller: pip install 'playloom[bundle]'"
        )
    if find_spec("websockets") is None:
        raise click.ClickException("`playloom bundle --for` needs the server: pip install 'playloom[bundle]'")


def check_target(folder: Path) -> None:
    """Refuse a place that holds something else than a bundled server.

    Raises:
        FileInvalid: Says so.
    """
    empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not empty and not (folder / MARK).is_file():
        raise FileInvalid(f"{folder}: is there and is no bundled server; choose another folder or remove it")


def build(
    folder: Path,
    contents: Contents,
    say: Callable[[str], None],
    try_out: Callable[[Path, Sequence[Package]], Trial],
) -> Sidecar:
    """Make a server, try it out, and only then put it in its place.

    Args:
        folder: Is made, or a bundled server that is there replaced.
        contents: See `Contents.find`.
        say: Is told what is done.
        try_out: Runs the program, and raises if it does not do what it should.

    Raises:
        WriteFailed: If PyInstaller or the system refuses.
        PlayloomError: If the trial fails.
    """
    program = PROGRAM + (".exe" if os.name == "nt" else "")
    try:
        with tempfile.TemporaryDirectory(prefix="playloom-bundle-") as work, fresh_folder(folder) as fresh:
            say("PyInstaller collects what the server needs; this takes a minute or so")
            modules = _collect(Path(work), fresh, contents)
            _add_neighbours(fresh, contents)
            _add_licences(fresh / "licences", modules)
            models = [_described(package) for package in contents.packages]
            mark = {"playloom_sidecar": 1, "version": version("playloom"), "models": models}
            (fresh / MARK).write_text(json.dumps(mark, indent=1) + "\n", encoding="utf-8")
            say("the server is tried out")
            trial = try_out(fresh / program, contents.packages)
            found = [path for path in fresh.rglob("*") if path.is_file()]
            size = sum(path.lstat().st_size for path in found)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteFailed(
            f"{folder}: cannot be written ({reason}); choose another place or make room"
        ) from error
    return Sidecar(program, size, len(found), models, trial)


def _described(package: Package) -> dict[str, str]:
    manifest = package.manifest
    return {
        "kind": manifest.kind,
        "name": manifest.name,
        "version": manifest.version,
        "licence": manifest.card.licence,
    }


def _collect(work: Path, fresh: Path, contents: Contents) -> list[str]:
    """Run PyInstaller and return the top-level modules that it took."""
    metadata = work / f"playloom-{version('playloom')}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: playloom\nVersion: {version('playloom')}\n"
    )
    (metadata / "entry_points.txt").write_text(entry_points_text())
    sources = {str(Path(module.__path__[0]).parent) for module in (playloom, playloom_bridge)}
    models = {str(package.root.resolve()): package.manifest.name for package in contents.packages}
    kinds = {package.manifest.kind for package in contents.packages}
    text = recipe(
        name=fresh.name,
        program=PROGRAM,
        start=str(Path(__file__).with_name("start.py")),
        sources=sorted(sources),
        metadata=str(metadata),
        models=models,
        taken=str(work / "taken.json"),
        reads_words="quest" in kinds,
    )
    spec = work / "server.spec"
    spec.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += ["--distpath", str(fresh.parent.resolve()), "--workpath", str(work / "build"), str(spec)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "315532800"}
    with subprocess.Popen(  # noqa: S603  # our own command, no shell
        command, cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace",
    ) as process:  # fmt: skip
        try:
            said, _ = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        tail = "\n".join(said.splitlines()[-_TAIL:])
        raise WriteFailed(f"PyInstaller failed; its last words:\n{tail}")
    modules: list[str] = json.loads((work / "taken.json").read_text())
    return modules


def _add_neighbours(fresh: Path, contents: Contents) -> None:
    if contents.worlds:
        (fresh / "worlds").mkdir()
    for world in contents.worlds:
        shutil.copyfile(world, fresh / "worlds" / f"{world.stem}.toml")
    for number, scripts in enumerate(contents.scripts):
        shutil.copytree(scripts, fresh / "scripts" / str(number))


def _add_licences(folder: Path, modules: Sequence[str]) -> None:
    """Put the licences of all distributions that were taken, and that of Python, into a folder."""
    homes = packages_distributions()
    names = sorted({name for module in modules for name in homes.get(module, ())} | {"playloom"})
    for name in names:
        found = distribution(name)
        place = folder / f"{found.metadata['Name']}-{found.version}"
        place.mkdir(parents=True)
        told = [found.metadata[field] for field in _LICENCE_FIELDS if field in found.metadata]
        summary = next((text for text in told if text and "\n" not in text), "see the files beside this")
        (place / "licence.txt").write_text(f"{name} {found.version}: {summary}\n", encoding="utf-8")
        for file in found.files or ():
            if _LICENCE.search(file.as_posix()) and (source := Path(str(file.locate()))).is_file():
                parts = [part for part in file.parts[1:] if part != "licenses"]
                shutil.copyfile(source, place / "-".join(parts))
    _add_python(folder / f"Python-{sys.version_info.major}.{sys.version_info.minor}")


def _add_python(place: Path) -> None:
    place.mkdir(parents=True)
    own = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    text = own.read_text("utf-8") if own.is_file() else "https://docs.python.org/3/license.html\n"
    (place / "licence.txt").write_text(text, encoding="utf-8")
