"""Quests, line by line where that is wished for."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from playloom.api.quest_making import quest_generator, quest_realiser
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.quest.content import Quest, QuestRequest
from playloom.kinds.quest.formats import WRITERS, record
from playloom.kinds.quest.generator import QuestGenerator
from playloom.kinds.quest.realiser.wording import Event
from playloom.kinds.quest.world import World
from playloom.kinds.quest.world_file import EXAMPLES, example_world, parse_world
from playloom_bridge import requests
from playloom_bridge.answers import QuestMade
from playloom_bridge.making.blobs import Blobs, check_files
from playloom_bridge.making.content import Content, Reporter
from playloom_bridge.making.shelf import Shelf
from playloom_bridge.protocol import Call

KIND = "quest"
KEPT = 8  # worlds of clients
_AS_THEY_ARE = (  # fields of a request of the same name
    "seed", "giver", "target", "motivation", "strategy", "tone", "genre", "player", "depth", "rating",
    "attempts", "source", "candidates",
)  # fmt: skip


class Quests:
    """Makes quests in the worlds that the server knows, and in a client's own."""

    def __init__(self, shelf: Shelf, worlds: Mapping[str, World], scripts: tuple[Path, ...] = ()) -> None:
        self.shelf, self.scripts = shelf, scripts
        self.worlds = {**worlds}
        self._kept: OrderedDict[bytes, World] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def names(self) -> list[str]:
        """Worlds that a request can name."""
        return sorted({*EXAMPLES, *self.worlds})

    def quest(self, call: Call, report: Reporter) -> Content:
        """Make a quest; raises as `playloom.quest`."""
        asked: requests.Quest = call.params
        check_files(asked.files, WRITERS)
        given = {name: getattr(asked, name) for name in _AS_THEY_ARE}
        request = QuestRequest(**{name: value for name, value in given.items() if value is not None})
        world = self._world(call)
        told = 0

        def listen(event: Event) -> None:
            nonlocal told
            told += 1
            if asked.stream:
                report.line(event.act, event.text, done=event.done)
            else:
                report.check()

        report.check()
        lent = (
            nullcontext(quest_realiser(source=asked.source))
            if asked.package is None
            else self.shelf.generator(KIND, self.shelf.root(KIND, asked.package))
        )
        with lent as realiser:
            generator: QuestGenerator = quest_generator(world, self.scripts, asked.rating, realiser)
            made = generator.generate(request, listen)
        if asked.stream and not told:  # nobody wrote: the lines come as they are
            for line in made.lines():
                report.line(line.act, line.text, done=True)
        return _content(made, asked)

    def _world(self, call: Call) -> World:
        """Return the world that is named, else that of the payload.

        Raises:
            RequestInvalid: If there is none of the name, or a name and a payload came.
            FileInvalid: If the payload is no world.
        """
        name = call.params.world
        if call.payload:
            if name is not None:
                raise RequestInvalid("a payload came and a world is named; choose one of them")
            return self._own(call.payload)
        name = EXAMPLES[0] if name is None else name
        if name in self.worlds:
            return self.worlds[name]
        if name not in EXAMPLES:
            raise RequestInvalid(f"no world is called {name!r}; there are {', '.join(self.names)}")
        return example_world(name)

    def _own(self, text: bytes) -> World:
        key = hashlib.blake2b(text, digest_size=16).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        try:
            world = parse_world(text.decode("utf-8"), "payload")
        except UnicodeDecodeError as error:
            raise FileInvalid(f"payload: byte {error.start} is not UTF-8; send the world as UTF-8") from error
        with self._lock:
            self._kept[key] = world
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return world


def _content(quest: Quest, asked: requests.Quest) -> Content:
    evidence: Any = quest.evidence
    blobs = Blobs()
    blobs.json("quest", record.encode(quest, "quest")["quest.json"])
    blobs.files(quest, asked.files, WRITERS)
    made = QuestMade(
        kind="quest",
        title=quest.title,
        world=quest.world,
        giver=quest.giver,
        strategy=quest.strategy,
        tone=quest.tone,
        seed=asked.seed,
        attempts=evidence.attempts,
        blobs=tuple(blobs.listed),
    )
    return Content(made, blobs.payload)
