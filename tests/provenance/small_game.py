"""A small game's folder with a ledger, made with the shipped packages and written as a build writes it."""

from pathlib import Path

import msgspec

import playloom
from playloom.library import Library
from playloom.provenance import (
    LEDGER_FILE,
    Model,
    Origin,
    Parent,
    Record,
    ledger_bytes,
    model_of,
    origin_of,
    record_of,
)

HUMAN = '[human]\nfiles = ["src/", "*.wav"]\nby = "Ada"\n'


def shipped_model(name: str) -> Model:
    """Return what the card of a shipped package says."""
    package = Library.default().find(name)
    return model_of(package.hash, package.manifest)


def make(folder: Path) -> None:
    """Write levels, a sprite, a quest, a file of a person's, the declaration and the ledger."""
    for name in ("maps", "art", "talk", "src"):
        (folder / name).mkdir(parents=True)
    level = playloom.level("dungeon", size=(16, 12), seed=3)
    sprite = playloom.sprite("goblin", seed=3, engine="fast")
    quest = playloom.quest(seed=4)
    of_level = origin_of("level", evidence=level.record(), model=shipped_model("topdown"))
    of_sprite = origin_of("sprite", evidence=sprite.record(), model=shipped_model("pixels"))
    of_quest = origin_of("quest", evidence=msgspec.to_builtins(quest.evidence), request=quest.request)
    maps = [
        folder / "maps" / f"crypt{suffix}"
        for suffix in (".tmx", ".tscn", ".txt", ".json", ".png", ".ldtk", ".tmj")
    ]
    talk = [
        folder / "talk" / f"crumbs{suffix}"
        for suffix in (".ink", ".yarn", ".twee", ".dialogue", ".json", ".csv", ".pot")
    ]
    records = _records(folder, playloom.write_level(level, *maps), of_level)
    art = _records(folder, playloom.write_sprite(sprite, folder / "art/goblin.png"), of_sprite)
    parent = Parent(path="art/goblin.png", sha256=art[0].sha256)
    art += _records(folder, playloom.write_sprite(sprite, folder / "art/goblin.gif"), of_sprite, parent)
    records += art + _records(folder, playloom.write_quest(quest, *talk), of_quest)
    (folder / "src" / "main.gd").write_text("extends Node\n")
    (folder / "src" / "main.gd.uid").write_text("uid://b1\n")
    (folder / "provenance.toml").write_text(HUMAN)
    (folder / LEDGER_FILE).write_bytes(ledger_bytes(records))


def _records(folder: Path, files: list[Path], origin: Origin, *parents: Parent) -> list[Record]:
    return [
        record_of(path.relative_to(folder).as_posix(), path.read_bytes(), origin, parents) for path in files
    ]
