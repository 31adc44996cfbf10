"""What the realiser learns from: documents of lines, each with its act, from scripts and other sources."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playloom.errors import FileInvalid
from playloom.kinds.quest.realiser.prompt import ACT_ORDER, Setting, step_of
from playloom.kinds.quest.realiser.vocabulary import EVERY_ACT, NAMED
from playloom.kinds.quest.scripts import Script, shipped_scripts
from playloom.kinds.quest.slots import slots_of
from playloom.kinds.quest.steps import step_lines
from playloom_train.splits import TRAIN

SCRIPTS, SCRIPT_INDEX, DIALOGUE, SEEDS = "scripts", "authored_cc0.jsonl", "dialogue.jsonl", "seed_cc0.jsonl"
_ACTS = {  # acts of the dialogue records that we call otherwise; what is not here nor ours is a "line"
    "brief": "offer", "objective": "journal", "motivation": "motive", "info": "hint", "player_choice": "go",
    "item_description": "description", "place_description": "description", "persona": "persona",
}  # fmt: skip
_SLOTS = {  # slots of theirs that we call otherwise; a text with any other is left out
    "targets": "enemies", "num": "count", "container": "item", "door": "item", "key": "item",
    "surface": "item", "food": "item",
}  # fmt: skip
_RECORD_BYTES = 64 << 20


@dataclass(frozen=True)
class Spoken:
    """A line and what it is there for."""

    act: str  # one of `EVERY_ACT`
    text: str  # with slots
    step: str = ""  # one of `STEPS`, of a step's line


@dataclass(frozen=True)
class Document:
    """Lines that follow one another."""

    name: str
    source: str
    licence: str
    split: str  # train, val or heldout
    lines: tuple[Spoken, ...]
    setting: Setting = field(default_factory=Setting)

    @property
    def script(self) -> bool:
        """Whether it is a quest whose lines stand in the order of `ACT_ORDER`."""
        return bool(self.setting.strategy)


def read_corpus(folder: Path) -> list[Document]:
    """Read the folder of dialogue data: our scripts as they ship, split as its index says, and the records.

    Raises:
        FileInvalid: If a file is missing, or a record is not what it should be.
    """
    splits = {str(one["id"]): str(one["split"]) for one in _records(folder / SCRIPT_INDEX)}
    documents = [of_script(script, splits.get(script.id, TRAIN)) for script in shipped_scripts()]
    for name in (DIALOGUE, SEEDS):
        documents += _conversations(_records(folder / name))
    return documents


def of_script(script: Script, split: str) -> Document:
    """Return a script as a document, its lines in the order of play."""
    setting = Setting(
        script.strategy,
        script.tone,
        script.genre,
        script.persona,
        tuple(sorted(slots_of(*script.lines.values()))),
    )
    lines = tuple(Spoken(act, script.lines[act]) for act in ACT_ORDER if act in script.lines)
    return Document(script.id, SCRIPTS, "CC0-1.0", split, lines, setting)


def step_lines_spoken() -> list[Spoken]:
    """Return our own lines of steps."""
    acts = {"journal": "journal_step"}
    return [
        Spoken(acts.get(kind, kind), text, step_of(what))
        for heading, texts in step_lines().items()
        for what, _, kind in [heading.partition(" | ")]
        for text in texts
    ]


def counted_sources(documents: Iterable[Document]) -> Mapping[str, Counter[str]]:
    """Return documents by source and split."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in documents:
        found[one.source][one.split] += 1
    return found


def _conversations(records: Iterable[Mapping[str, Any]]) -> Iterator[Document]:
    """Yield the records of one quest or talk together; each text once in each source."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    seen: set[tuple[str, str]] = set()
    for record in records:
        key = (str(record["source"]), str(record["text"]))
        if key not in seen:
            seen.add(key)
            group = str(record.get("quest_id") or record["id"])
            groups[str(record["source"]), group, str(record["split"])].append(record)
    for (source, name, split), each in groups.items():
        lines = tuple(filter(None, map(_spoken, each)))
        if lines:
            tone = next((tag[5:] for tag in each[0].get("tags", ()) if tag.startswith("tone:")), "")
            setting = Setting(tone=tone, slots=tuple(sorted(slots_of(*(line.text for line in lines)))))
            yield Document(name, source, str(each[0]["licence"]), split, lines, setting)


def _spoken(record: Mapping[str, Any]) -> Spoken | None:
    """Return a record's line with our slots, or nothing if it has one that we have not."""
    text = " ".join(str(record["text"]).split())
    for theirs, ours in _SLOTS.items():
        text = text.replace(f"{{{theirs}}}", f"{{{ours}}}")
    bare = text
    for slot in NAMED:
        bare = bare.replace(f"{{{slot}}}", "")
    if not text or "{" in bare or "}" in bare or "<" in bare:
        return None
    act = str(record.get("act") or "line")
    act = _ACTS.get(act, act)
    return Spoken(act if act in EVERY_ACT else "line", text)


def _records(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise FileInvalid(f"{path} is not there; give the folder of the dialogue data")
    if path.stat().st_size > _RECORD_BYTES:
        raise FileInvalid(f"{path}: {path.stat().st_size} bytes; at most {_RECORD_BYTES} are read")
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            record = json.loads(line)
            if not isinstance(record, dict) or not {"id", "source", "split", "licence"} <= record.keys():
                raise ValueError("it has no id, source, split or licence")
        except ValueError as problem:
            raise FileInvalid(
                f"{path}:{number}: not a record of dialogue: {problem}; mend the line"
            ) from None
        found.append(record)
    return found


def of_split(documents: Sequence[Document], split: str) -> list[Document]:
    """Return the documents of a split."""
    return [one for one in documents if one.split == split]
