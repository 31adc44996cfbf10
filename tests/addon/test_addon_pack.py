"""`playloom bundle --pack` and what the addon answers from it, in the real engine."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from addon_project import Project
from pack_making import make_damaged, make_pack

import playloom

SEEDS = [0, 1, 2, 3, 7, 99, 4294967295, 4294967296, 9007199254740993, 2**63 - 1]


def place(seed: int, count: int) -> int:
    """Return what `PlayloomPackChoice.place` must; written anew."""

    def mix(bits: int) -> int:
        for _ in range(2):
            bits = ((bits ^ (bits >> 16)) * 0x45D9F3B) % 2**32
        return bits ^ (bits >> 16)

    return mix(mix(seed % 2**32) ^ (seed >> 32)) * count >> 32


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a pack that the installed command made."""
    return make_pack(tmp_path_factory.mktemp("pack") / "playloom_pack")


def test_a_pack_answers_in_the_engine(project: Project, pack: Path, tmp_path: Path) -> None:
    def sha256(data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()

    level = playloom.level("dungeon", size=(16, 16), seed=1)
    sprite = playloom.sprite("slime", size=16, seed=1)
    quest = playloom.quest("halcyon", depth=1, seed=SEEDS[-2])
    playloom.write_quest(quest, tmp_path / "quest.json")
    chunk = playloom.endless("cave", seed=7, chunk=(16, 16)).chunk(1, 0)
    make_damaged(pack, tmp_path / "damaged")
    said = project.passes(
        "test_pack.gd",
        pack=pack,
        damaged=tmp_path / "damaged",
        cells=sha256(level.cells.astype("<u2").tobytes()),
        sprite=sha256(sprite.rgba.tobytes()),
        walk=sha256(np.stack([frame.rgba for frame in playloom.walk(sprite.rgba).frames]).tobytes()),
        quest=sha256((tmp_path / "quest.json").read_bytes()),
        chunk=sha256(chunk.cells.astype("<u2").tobytes()),
        seeds=",".join(map(str, SEEDS)),
        places=",".join(str(place(seed, 3)) for seed in SEEDS),
    )
    assert "7 passed, 0 failed" in said
