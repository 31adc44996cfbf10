"""Builds that are killed, starved, or run side by side: whole files, clear words, the same bytes."""

import multiprocessing
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from build_project import COMMAND, SMALL, Run, installed, outputs
from forking import (
    Ended,
    could_mount,
    few_handles,
    killed_at,
    read_only_disk,
    run_copy,
    small_disk,
    small_files,
)

from playloom.build.session import Wishes, open_session
from playloom.build.session import build as build_project
from playloom.build.turn import turn
from playloom.seeds import Stream

Files = dict[str, bytes]
KILLS = 6  # `benchmarks/build.py --kills 300` has more


def test_a_build_that_is_killed_goes_on_where_it_was(
    build: Run, report: Callable[..., dict[str, Any]], project: Path, wanted: Files
) -> None:
    build("--check", code=1)  # loads what there is to load
    stream = Stream(7, "kills")
    for _ in range(KILLS):
        _start_over(project)
        ended = run_copy(killed_at(1 + stream.below(90), project), *_build(project))
        assert ended.code in (0, -signal.SIGKILL), ended.said
        assert _whole(outputs(project), wanted)

        resumed = report()

        assert outputs(project) == wanted
        assert not [path for path in project.rglob("*.part") if "cache" not in path.parts]
        assert ended.started + len(resumed["made"]) <= 4 + 1  # what it was just making


def test_ctrl_c_leaves_whole_files_and_a_lock(project: Path, wanted: Files) -> None:
    with subprocess.Popen(
        [COMMAND, "build", "--project", str(project), "-j", "2"], stderr=subprocess.PIPE, text=True
    ) as running:
        while not any(project.glob("maps/*.t*")) and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=60)[1]

    assert running.returncode in (0, 130)
    assert "Traceback" not in said
    assert not [*project.rglob("*.part")]
    assert _whole(outputs(project), wanted)
    assert installed(project, "-j", "1").returncode == 0
    assert outputs(project) == wanted


def test_jobs_place_locale_clock_and_hash_seed_do_not_matter(tmp_path: Path, wanted: Files) -> None:
    folder = tmp_path / "Spiel mit Ümläuten"
    folder.mkdir()
    (folder / "playloom.toml").write_text(SMALL)
    changes = {
        "LC_ALL": "C",
        "LANG": "C",
        "TZ": "Pacific/Chatham",
        "PYTHONHASHSEED": "99",
        "TMPDIR": str(tmp_path),
    }

    done = installed(folder, "-j", "2", **changes)

    assert done.returncode == 0, done.stderr
    assert outputs(folder) == wanted


def test_builds_side_by_side_wait_for_each_other(project: Path, wanted: Files) -> None:
    command = [COMMAND, "build", "--project", str(project), "-j", "1"]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]

    said = [one.communicate(timeout=120)[1] for one in running]

    assert [one.returncode for one in running] == [0, 0], said
    assert outputs(project) == wanted


def test_a_worker_that_is_killed_is_replaced(project: Path, wanted: Files) -> None:
    pools: list[ProcessPoolExecutor] = []

    def fresh() -> ProcessPoolExecutor:
        pools.append(ProcessPoolExecutor(1, multiprocessing.get_context("spawn")))
        if len(pools) == 1:
            os.kill(pools[0].submit(os.getpid).result(), signal.SIGKILL)
        return pools[-1]

    with turn(project, lambda: None) as held:
        outcome, _ = build_project(open_session(project, None), held, Wishes(), lambda done: None, fresh)

    assert (len(outcome.made), outcome.failures, len(pools)) == (4, {}, 2)
    assert outputs(project) == wanted


@pytest.mark.parametrize("most", [0, 1, 700, 3000])
def test_a_full_disk_is_told_and_leaves_nothing_half(
    build: Run, project: Path, wanted: Files, most: int
) -> None:
    build("--check", code=1)

    ended = run_copy(small_files(most), *_build(project))

    _refused(ended, project, wanted)
    build()
    assert outputs(project) == wanted


def test_a_small_file_system_is_told_and_leaves_nothing_half(
    build: Run, project: Path, wanted: Files
) -> None:
    build("--check", code=1)
    for kibibytes in (16, 64, 128):
        ended = run_copy(small_disk(project, kibibytes), *_build(project))
        if not could_mount(ended):
            pytest.skip("this machine lets nobody mount")
        assert ended.code == 1, ended.said
        assert "No space left" in ended.said and "make room" in ended.said


def test_a_read_only_project_is_told(build: Run, project: Path) -> None:
    build("--check", code=1)
    ended = run_copy(read_only_disk(project), *_build(project))
    if not could_mount(ended):
        pytest.skip("this machine lets nobody mount")
    assert ended.code == 1, ended.said
    assert "Read-only file system" in ended.said


@pytest.mark.parametrize("more", [1, 2, 3, 5])
def test_without_file_handles_it_is_told_and_nothing_is_half(
    build: Run, project: Path, wanted: Files, more: int
) -> None:
    build("--check", code=1)

    ended = run_copy(few_handles(more), *_build(project))

    _refused(ended, project, wanted)
    build()
    assert outputs(project) == wanted


def _refused(ended: Ended, project: Path, wanted: Files) -> None:
    assert ended.code in (0, 1), f"{ended.code}: {ended.said}"
    assert "Traceback" not in ended.said and "internal" not in ended.said
    if ended.code:
        assert "File too large" in ended.said or "Too many open files" in ended.said, ended.said
    assert not [*project.rglob("*.part")]
    assert _whole(outputs(project), wanted)


def _whole(there: Files, wanted: Files) -> bool:
    """Whether every file is as it should be; ledger and lock may know fewer, and a temporary file no name."""
    own = ("playloom.lock", "provenance.jsonl")
    return all(
        data == wanted[path] or path in own for path, data in there.items() if not path.endswith(".part")
    )


def _build(project: Path) -> list[str]:
    return ["build", "--project", str(project), "-j", "1"]


def _start_over(project: Path) -> None:
    shutil.rmtree(project)
    project.mkdir()
    (project / "playloom.toml").write_text(SMALL)
