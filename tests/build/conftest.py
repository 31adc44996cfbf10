"""A small project, and the command that builds it in this process, which is quicker."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from build_project import SMALL, Fill, Run, outputs

from playloom.cli import main


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project of three levels, and a world that is drafted around one of them."""
    folder = tmp_path / "game"
    folder.mkdir()
    (folder / "playloom.toml").write_text(SMALL)
    return folder


@pytest.fixture
def build(project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `playloom build` on the project in this process; it must leave with the exit code `code`."""
    monkeypatch.delenv("PLAYLOOM_CACHE", raising=False)

    def runner(*arguments: str, code: int = 0, command: str = "build") -> subprocess.CompletedProcess[str]:
        jobs = ["-j", "1"] if command == "build" else []
        with pytest.raises(SystemExit) as leaving:
            main([command, "--project", str(project), *jobs, *arguments])
        done = subprocess.CompletedProcess(arguments, int(str(leaving.value.code)), *capsys.readouterr())
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return runner


@pytest.fixture
def report(build: Run) -> Callable[..., dict[str, Any]]:
    """Run `playloom build --json` and return what it says."""
    return lambda *arguments, code=0: dict(json.loads(build("--json", *arguments, code=code).stdout))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, built once by a build that nothing disturbs; not to be written to."""
    folder = tmp_path_factory.mktemp("built")
    (folder / "playloom.toml").write_text(SMALL)
    with pytest.raises(SystemExit) as leaving:
        main(["build", "-q", "-j", "1", "--project", str(folder)])
    assert leaving.value.code == 0
    return folder


@pytest.fixture(scope="session")
def wanted(built: Path) -> dict[str, bytes]:
    """What the small project is built to."""
    return outputs(built)


@pytest.fixture
def fill(built: Path, project: Path) -> Fill:
    """Put what the build makes into the project, with its cache, where a test begins after a build."""
    return lambda: shutil.copytree(built, project, dirs_exist_ok=True)
