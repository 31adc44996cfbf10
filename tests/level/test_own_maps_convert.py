"""`playloom level convert` and `check` of maps made by a package of a developer's own maps."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="packages are made with the extra: train")

from own_maps import write_towns
from own_package import write_own_package

from playloom.kinds.level.own.reader import read_maps

PLAYLOOM = str(Path(sys.executable).with_name("playloom"))


def test_a_map_in_own_tiles_goes_into_text_and_back(tmp_path: Path) -> None:
    def run(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [PLAYLOOM, "level", *words], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stderr
        return done

    write_towns(tmp_path / "maps", 3)
    write_own_package(tmp_path / "style", read_maps([tmp_path / "maps"]))
    run("--package", "style/", "--size", "12x12", "-q", "-o", "new.tmx", "-o", "new.txt")

    own = ("--package", "style/", "-q", "-o")
    run("convert", "new.tmx", *own, "again.txt")
    run("convert", "new.txt", *own, "again.tmx")

    assert (tmp_path / "again.txt").read_bytes() == (tmp_path / "new.txt").read_bytes()
    data = [(tmp_path / name).read_text().partition("<layer")[2] for name in ("new.tmx", "again.tmx")]
    assert data[0] == data[1] != ""
    assert b'source="new.town.tsx"' in (tmp_path / "new.tmx").read_bytes()  # the developer's own tiles
    run("check", "--package", "style/", "-q", "new.tmx", "again.tmx", "new.txt")
    assert "--package" in run("convert", "new.tmx", "-o", "x.tmj", code=1).stderr
