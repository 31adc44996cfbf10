"""The cache: damaged entries are found, told and made anew; and the lock file, merged and hostile."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from build_project import Fill, Run, outputs

from playloom.build.cache import Cache
from playloom.build.job import Made, Part
from playloom.errors import FileInvalid
from playloom.provenance import origin_of
from playloom.seeds import Stream

DAMAGES = 200  # `benchmarks/build.py --damages 1000` has more


def test_every_damage_is_found_and_nothing_else(tmp_path: Path) -> None:
    stream = Stream(11, "damages")
    cache = Cache(tmp_path)
    made = Made((Part({"a.txt": b"a" * 300, "b.txt": b"b"}, origin_of("level")),), {"c": b"c" * 40}, ("d",))
    cache.store("0" * 64, made)
    assert cache.load("0" * 64) == made
    for number in range(DAMAGES):
        files = sorted(path for path in tmp_path.rglob("*") if path.is_file())
        place = files[stream.below(len(files))]
        damage(place, stream)

        assert Cache(tmp_path).load("0" * 64) is None, f"damage {number} of {place.name}"
        cache.store("0" * 64, made)
        assert cache.load("0" * 64) == made
    assert not cache.damaged


def test_a_build_tells_what_was_damaged_and_makes_it_anew(
    report: Callable[..., dict[str, Any]], project: Path, wanted: dict[str, bytes], fill: Fill
) -> None:
    fill()
    stream = Stream(12, "damages")
    entries = sorted((project / ".playloom/cache/entries").rglob("*/*"))
    for place in entries[:2]:
        damage(place, stream)
    for path in outputs(project):
        if path not in ("playloom.toml", "playloom.lock", "provenance.jsonl"):
            (project / path).unlink()

    found = report()

    assert found["damaged"] == sorted(place.name for place in entries[:2])
    assert (len(found["made"]), len(found["cached"])) == (2, 2)
    assert outputs(project) == wanted


def test_a_shared_cache_spares_the_work(build: Run, project: Path, tmp_path: Path) -> None:
    build("--cache", str(tmp_path / "shared"))
    build("-q", command="clean")

    assert "4 from the cache" in build("--cache", str(tmp_path / "shared")).stdout


def test_a_remembered_plan_that_is_damaged_is_made_anew(build: Run, project: Path, fill: Fill) -> None:
    fill()
    for data in (b"", b"{}", b"\xff" * 40, b"0" * 64 + b"\n{}"):
        (project / ".playloom/plan.json").write_bytes(data)
        assert "4 things up to date" in build().stdout


def test_lines_of_two_branches_go_together(
    build: Run, project: Path, wanted: dict[str, bytes], fill: Fill
) -> None:
    """As git does with merge=union: lines of both sides, in any order."""
    fill()
    head, *lines = (project / "playloom.lock").read_text().splitlines()
    (project / "playloom.lock").write_text("\n".join([head, *reversed(lines), lines[0]]) + "\n")

    build("--check")
    (project / "maps/crypt.json").unlink()
    build()

    assert outputs(project) == wanted


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('"format":1', '"format":2', 1), "line 1 is not that of a lock file"),
        (lambda text: text + "<<<<<<< ours\n", "line 6: is a mark of a merge"),
        (lambda text: text + text.splitlines()[1].replace('"seed":0', '"seed":1') + "\n", "stands twice"),
        (
            lambda text: text.replace("maps/crypt.json", "../crypt.json"),
            "give a path from the project's folder",
        ),
        (
            lambda text: text.replace("maps/crypt.json", "/etc/passwd"),
            "give a path from the project's folder",
        ),
        (lambda text: text.replace('"seed":', '"sed":', 1), "unknown field"),
        (lambda text: text[:-20], "line 5"),
        (lambda text: text + "[" * 5000 + "\n", "line 6"),
    ],
)
def test_a_lock_that_cannot_be_is_refused(
    change: Callable[[str], str], said: str, build: Run, project: Path, fill: Fill
) -> None:
    fill()
    lock = project / "playloom.lock"
    lock.write_text(change(lock.read_text()))

    assert said in build(code=1).stderr
    assert said in build(command="clean", code=1).stderr


def test_a_lock_of_random_bytes_is_refused_in_words(tmp_path: Path) -> None:
    from playloom.build.lock import read_lock

    stream = Stream(13, "locks")
    for _ in range(100):
        (tmp_path / "playloom.lock").write_bytes(stream.bits(20).tobytes())
        with pytest.raises(FileInvalid, match=r"playloom\.lock: line 1"):
            read_lock(tmp_path / "playloom.lock")


def damage(place: Path, stream: Stream) -> None:
    """Turn a bit, cut the end off, empty it, or write something else."""
    data = bytearray(place.read_bytes())
    how = stream.below(4)
    if how == 0:
        data[stream.below(len(data))] ^= 1 << stream.below(8)
    elif how == 1:
        del data[stream.below(len(data)) :]
    elif how == 2:
        data.clear()
    else:
        data += b"\0"
    place.write_bytes(data)
