"""`playloom build --cluster`: real processes of Dask make the same bytes, also when one of them is killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from build_project import COMMAND, installed, outputs

from playloom.build.cluster import ClusterFailed, cluster, make_there
from playloom.build.digests import code_of
from playloom.build.job import Job, Made, Pin
from playloom.errors import PackageInvalid, RequestInvalid

MANY = """\
[level.cave]
theme = "cave"
size = "24x16"
count = 10
outputs = ["maps/cave-{seed}.txt"]
"""


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[str]:
    """Return the address of a scheduler with one worker, as somebody starts them on other machines."""
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    place = tmp_path / "scheduler.json"
    started = [
        subprocess.Popen([*dask, "--no-dashboard", "--scheduler-file", str(place)], stderr=subprocess.DEVNULL)
    ]
    try:
        for _ in range(300):
            if place.exists() and place.read_text().strip():
                break
            time.sleep(0.1)
        address = msgspec.json.decode(place.read_bytes())["address"]
        worker = [
            sys.executable,
            "-m",
            "distributed.cli.dask_worker",
            address,
            "--nthreads",
            "1",
            "--no-dashboard",
        ]
        home = tmp_path / "elsewhere"  # nothing of the project lies there
        home.mkdir()
        more = ["--no-nanny", "--local-directory", str(home)]
        started.append(subprocess.Popen([*worker, *more], cwd=home, stderr=subprocess.DEVNULL))
        yield address
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


def test_a_cluster_makes_the_bytes_that_this_machine_makes(
    project: Path, wanted: dict[str, bytes], scheduler: str
) -> None:
    done = installed(project, "--cluster", scheduler, "-q")

    assert done.returncode == 0, done.stderr
    assert outputs(project) == wanted
    nobody = installed(project, "--cluster", "tcp://127.0.0.1:9")  # nothing to make: no cluster is asked
    assert nobody.returncode == 0 and "up to date" in nobody.stdout + nobody.stderr


def test_what_a_killed_worker_was_making_is_made_again(tmp_path: Path) -> None:
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    for folder in (alone, shared):
        folder.mkdir()
        (folder / "playloom.toml").write_text(MANY)
    assert installed(alone, "-q", "-j", "1").returncode == 0
    killed: list[int] = []

    building = subprocess.Popen(
        [COMMAND, "build", "--project", str(shared), "--cluster", "local:2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watching = threading.Thread(target=_kill_one_worker, args=(building, shared, killed))
    watching.start()
    said, _ = building.communicate(timeout=200)
    watching.join()

    assert building.returncode == 0, said
    assert killed, "no worker was there to be killed"
    assert outputs(shared) == outputs(alone)


def _kill_one_worker(building: "subprocess.Popen[str]", folder: Path, killed: list[int]) -> None:
    """Kill a worker once the first map is written and others are being made."""
    while building.poll() is None:
        if (folder / "maps").exists() and any((folder / "maps").iterdir()):
            for pid in _workers_of(building.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    killed.append(pid)
                    return
        time.sleep(0.02)


def _workers_of(pid: int) -> list[int]:
    """Return the processes below one that work, not those that look after them (of the same command)."""
    found = []
    for place in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"spawn_main" in (place / "cmdline").read_bytes():
                found.append(int(place.name))
    return found


def _job(**more: object) -> Job:
    plain = Job(
        id="sprite.potion#1",
        sort="sprite",
        seed=1,
        fields={"words": "red potion", "size": 16},
        outputs=("potion.png",),
        shared=None,
        pins=(Pin("sprite", "pixels", "/of/another/machine", "0" * 64),),
        files={},
        contents={},
    )
    return msgspec.structs.replace(plain, **more)


def test_a_worker_without_the_model_says_which(tmp_path: Path) -> None:
    with pytest.raises(
        PackageInvalid, match=r"model pixels: the worker has none of SHA-256 0{12}; .*PLAYLOOM_MODELS"
    ):
        make_there(_job(), code_of("sprite"))


def test_a_worker_finds_a_model_by_its_hash_wherever_it_lies() -> None:
    from playloom.api.packages import default_library
    from playloom.api.sprite_making import USUAL

    sha256 = default_library().find(USUAL, "sprite").hash
    pins = (Pin("sprite", "pixels", "/of/another/machine", sha256),)

    made = make_there(_job(pins=pins), code_of("sprite"))

    assert isinstance(made, Made) and made.files()["potion.png"].startswith(b"\x89PNG")


def test_a_worker_of_another_version_is_refused() -> None:
    with pytest.raises(PackageInvalid, match="install the same version on every worker"):
        make_there(_job(), "0" * 64)


@pytest.mark.parametrize(
    "address", ["", "local:0", "local:9999", "http://a:1", "tcp://a", "tcp://:x", "local: 2"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(RequestInvalid, match=r"give tcp://HOST:PORT, or local:N"), cluster(address):
        pass


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playloom.build.cluster._CONNECT_SECONDS", 1)

    with (
        pytest.raises(ClusterFailed, match=r"tcp://127\.0\.0\.1:9: no scheduler answers"),
        cluster("tcp://127.0.0.1:9"),
    ):
        pass
