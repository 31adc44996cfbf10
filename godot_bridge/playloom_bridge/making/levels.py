"""Levels, chunks of endless levels, and the check of a map."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from playloom.api.level_files import check_level
from playloom.api.level_making import control_range, make_level
from playloom.api.packages import KIND, check_theme, choices, level_themes, only_theme
from playloom.errors import RequestInvalid
from playloom.kinds.level.content import CONTROLS, ENDLESS_STEPS, FREE, STEPS, Level, LevelRequest
from playloom.kinds.level.endless.world import World
from playloom.kinds.level.formats import WRITERS
from playloom.kinds.level.formats.evidence import evidence_line
from playloom_bridge import requests
from playloom_bridge.answers import Checked, Finding, LevelMade
from playloom_bridge.making.blobs import Blobs, check_files, payload_grid
from playloom_bridge.making.content import Content, Reporter
from playloom_bridge.making.shelf import Shelf
from playloom_bridge.protocol import Call

FREE_CELL = 0xFFFF  # on the wire
SOLUTION_HIGH = 4096  # moves that an answer repeats; the evidence has them all


class Levels:
    """Makes and checks levels with the packages of a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def level(self, call: Call, report: Reporter) -> Content:
        """Make a level; raises as `playloom.level`."""
        asked: requests.Level = call.params
        check_files(asked.files, WRITERS)
        root = self._root(asked.package, asked.theme)
        with self.shelf.generator(KIND, root) as generator:
            width, height = asked.size or generator.size
            if call.payload and not asked.pinned:
                raise RequestInvalid("a payload came and pinned is false; set it, or send no payload")
            pinned = _cells(call, width, height) if asked.pinned else None
            request = LevelRequest(
                theme=asked.theme or only_theme(generator),
                width=width,
                height=height,
                seed=asked.seed,
                style=asked.style,
                **_controls(asked),
                steps=asked.steps or STEPS,
                attempts=asked.attempts or LevelRequest.attempts,
                pinned=pinned,
            )
            return _content(make_level(request, generator, report.fraction), asked)

    def chunk(self, call: Call, report: Reporter) -> Content:
        """Make a chunk of an endless level; raises as `playloom.endless` and `World.chunk`."""
        asked: requests.Chunk = call.params
        check_files(asked.files, WRITERS)
        root = self._root(asked.package, asked.theme)
        with self.shelf.generator(KIND, root) as generator:
            request = LevelRequest(
                theme=asked.theme or only_theme(generator),
                width=asked.chunk[0],
                height=asked.chunk[1],
                seed=asked.seed,
                style=asked.style,
                **_controls(asked),
                steps=asked.steps or ENDLESS_STEPS,
            )
            check_theme(request, generator.themes)
            key = msgspec.json.encode(request.record())
            world = self.shelf.kept(root, key, lambda: World(generator, request))
            report.check()
            return _content(world.chunk(asked.x, asked.y), asked)

    def check(self, call: Call) -> Content:
        """Judge the cells of a payload by the rules of their theme.

        Raises:
            RequestInvalid: If theme, size or cells cannot be.
        """
        asked: requests.Check = call.params
        root = self._root(asked.package, asked.theme)
        with self.shelf.generator(KIND, root) as generator:
            cells = _cells(call, *asked.size)
            if cells.max() >= len(generator.vocabulary):
                raise RequestInvalid(
                    f"payload holds tile {cells.max()}; ids are 0 to {len(generator.vocabulary) - 1}"
                )
            level = Level(
                cells=cells,
                vocabulary=generator.vocabulary,
                theme=asked.theme or only_theme(generator),
                movement=generator.movement,
                tiles=generator.tiles,
                adjacency=generator.adjacency,
            )
        judgement = check_level(level)
        blobs = Blobs()
        found = {"measures": judgement.measures, "solution": judgement.solution}
        blobs.json("judgement", msgspec.json.encode(found))
        checks = tuple(Finding(name=v.name, passed=v.passed, detail=v.detail) for v in judgement.verdicts)
        checked = Checked(kind="level", passed=judgement.passed, checks=checks, blobs=tuple(blobs.listed))
        return Content(checked, blobs.payload)

    def _root(self, package: str | None, theme: str | None) -> Path:
        """Return the folder of the package that is named, else of the one that has the theme."""
        if package is not None:
            return self.shelf.root(KIND, package)
        homes = level_themes()
        if theme is None or theme not in homes:
            found = "no theme is given" if theme is None else f"no theme is called {theme!r}"
            raise RequestInvalid(f"{found}; {choices(theme or '', homes)}")
        home = homes[theme]
        return home if isinstance(home, Path) else self.shelf.root(KIND, home)


def _controls(asked: requests.Level | requests.Chunk) -> dict[str, Any]:
    given = {name: getattr(asked, name, None) for name in CONTROLS}
    return {name: control_range(name, value) for name, value in given.items()}


def _cells(call: Call, width: int, height: int) -> Any:
    """Return the cells of a payload as tile ids, `FREE` where nothing is.

    Raises:
        RequestInvalid: If there are too many or too few, or one is no tile id.
    """
    wire = payload_grid(call, (height, width), "<u2", f"a map of {width}x{height} cells, u16le")
    strange = wire[(wire >= FREE) & (wire != FREE_CELL)]
    if strange.size:
        raise RequestInvalid(f"payload holds tile {strange[0]}; ids are 0 to {FREE - 1}, {FREE_CELL} is free")
    return np.where(wire == FREE_CELL, FREE, wire).astype(np.uint8)


def _content(level: Level, asked: requests.Level | requests.Chunk) -> Content:
    evidence = level.evidence
    assert evidence is not None
    blobs = Blobs()
    blobs.array("cells", level.cells.astype(np.uint16))
    blobs.json("evidence", evidence_line(level).encode())
    blobs.files(level, asked.files, WRITERS)
    made = LevelMade(
        kind="level",
        theme=level.theme,
        style=evidence.style,
        size=(level.width, level.height),
        seed=asked.seed,
        package=evidence.package,
        version=evidence.version,
        promise=evidence.promise,
        attempts=evidence.attempts,
        tiles=tuple(tile.name for tile in level.vocabulary.tiles),
        solution=evidence.solution if len(evidence.solution) <= SOLUTION_HIGH else "",
        blobs=tuple(blobs.listed),
    )
    return Content(made, blobs.payload)
