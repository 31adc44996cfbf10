"""Lines of JSON and JSON Lines: quests of ours, records with a text and who says it, or lists of lines."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from playloom.errors import FileInvalid
from playloom.kinds.quest.content import NARRATOR, PLAYER, Quest
from playloom.kinds.quest.formats import record
from playloom.kinds.quest.realiser.vocabulary import EVERY_ACT
from playloom_train.kinds.quest.reading.acts import GO, act_named, act_of_id, step_of_source
from playloom_train.kinds.quest.reading.found import About, Node, Said
from playloom_train.kinds.quest.reading.markup import labelled, without_bbcode
from playloom_train.kinds.quest.reading.own_scripts import said_of
from playloom_train.kinds.quest.reading.tables import GROUP, SPEAKER, TEXT

JSON_BYTES_HIGH = 8 << 20  # of a whole document, which takes many times its size in memory
LINE_BYTES_HIGH = 1 << 20  # of a record in a line of its own
DEPTH_HIGH = 12  # of lists and objects with lines in them
RECORDS_HIGH = 500_000  # of a file
_CHOICES = ("choices", "options", "responses", "replies", "answers")
_LINES = ("lines", "dialogue", "dialog", "messages", "turns", "utterances", "conversation", "sentences")
_ABOUT = ("licence", "strategy", "tone", "persona", "genre")
_NOT_SPOKEN = frozenset(("description", "persona"))
NOT_JSON = "a record that is no JSON"

Leave = Callable[[str, int], None]


def read_document(text: str, path: Path, leave: Leave) -> list[Node]:
    """Return the conversations of a JSON document.

    Raises:
        FileInvalid: If it is no JSON, is too large, or holds no lines.
    """
    if len(text) > JSON_BYTES_HIGH:
        raise FileInvalid(
            f"{path}: larger than {JSON_BYTES_HIGH >> 20} MiB; write a record a line (.jsonl), or split it"
        )
    found = _decoded(text, str(path))
    if isinstance(found, dict) and str(found.get("format", "")).startswith("playloom.quest"):
        return [_quest(record.decode(text.encode(), path))]
    nodes = [node for node in _Reading(leave).document(found, "", 0) if node.said]
    if not nodes:
        raise FileInvalid(
            f"{path}: no lines were found in it; give records such as "
            '{"speaker": "Mira", "text": "Mind the step."}'
        )
    return nodes


def read_lines(text: str, where: str, leave: Leave) -> list[Node]:
    """Return the conversations of a file with a JSON record in each line, those of one group together.

    Raises:
        FileInvalid: If it holds no lines of dialogue.
    """
    reading = _Reading(leave)
    nodes: dict[str, Node] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        if number > RECORDS_HIGH:
            raise FileInvalid(f"{where}: has over {RECORDS_HIGH} records; split it into several files")
        try:
            found = _decoded(line, where) if len(line) <= LINE_BYTES_HIGH else None
        except FileInvalid:
            found = None
        if not isinstance(found, dict):
            leave(NOT_JSON, number)
            continue
        for node in reading.record(found, number):
            nodes.setdefault(node.name, Node(node.name, about=node.about)).said += node.said
    if not any(node.said for node in nodes.values()):
        raise FileInvalid(f'{where}: no lines were found in it; give records with "text" and "speaker"')
    return list(nodes.values())


def _decoded(text: str, where: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, RecursionError, ValueError) as problem:
        raise FileInvalid(f"{where}: not JSON ({str(problem)[:120]}); mend or leave it out") from problem


def _quest(quest: Quest) -> Node:
    """Return a quest of ours: its lines as they were written, with their slots."""
    about = About(None, quest.strategy, quest.tone, None, quest.genre)
    node = Node(quest.title, [Said(quest.title, None, 1, "title")], about=about)
    seen: set[str] = set()
    for line in quest.lines():
        if line.id in seen:
            continue
        seen.add(line.id)
        act = act_of_id(line.id)[1] or (line.act if line.act in EVERY_ACT else None)
        speaker = {PLAYER: "{player}", NARRATOR: None}.get(line.speaker, quest.names.get(line.speaker))
        node.said.append(Said(line.template, speaker, 1, act, step_of_source(line.source)))
    return node


class _Reading:
    """Finds lines in plain data."""

    def __init__(self, leave: Leave) -> None:
        self.leave = leave
        self.number = 0  # of the record, from 1

    def document(self, found: Any, name: str, depth: int) -> Iterator[Node]:
        """Yield what is said in lists and objects, however they are put together."""
        if depth > DEPTH_HIGH:
            self.leave("lists and objects nested too deeply", self.number)
        elif isinstance(found, list):
            yield from self._list(found, name, depth)
        elif isinstance(found, dict) and _is_record(found):
            self.number += 1
            yield from self.record(found, self.number)
        elif isinstance(found, dict):
            for key, value in found.items():
                if isinstance(value, dict | list):
                    yield from self.document(value, f"{name}/{str(key)[:40]}", depth + 1)

    def _list(self, found: list[Any], name: str, depth: int) -> Iterator[Node]:
        """Yield a list's own lines as one node, and those of other conversations in it."""
        whole = Node(name)
        for one in found:
            self.number += 1
            if isinstance(one, str):
                label, words = labelled(one.strip(), sure=False)
                whole.said.append(Said(words, label, self.number))
            elif isinstance(one, dict) and _is_record(one):
                for node in self.record(one, self.number):
                    if node.name:
                        yield node
                    else:
                        whole.said += node.said
                        whole.about = node.about
            else:
                yield from self.document(one, f"{name}/{self.number}", depth + 1)
        yield whole

    def record(self, found: dict[str, Any], number: int) -> Iterator[Node]:
        """Yield the nodes of one record: a line with its choices, or a script by acts."""
        about = About(*(_text(found.get(key)) for key in _ABOUT))
        if acts := _acts(found):
            name = _text(found.get("id")) or _text(found.get("title")) or str(number)
            yield Node(name, said_of(acts, number), about=about)
            return
        spoken = _first(found, TEXT)
        if spoken is None:
            lines = next((key for key in _LINES if isinstance(found.get(key), list)), None)
            name = _named(found, (*GROUP, "id", "name", "title")) or str(number)
            yield from self.document(found[lines], name, 1) if lines else ()
            return
        kind = found.get("kind")
        act = act_named(found.get("act")) or act_named(found.get("intent"))
        if kind in _NOT_SPOKEN:
            act = str(kind)
        speaker = _text(found.get(_first(found, SPEAKER) or ""))
        words = without_bbcode(found[spoken])
        if speaker is None:
            speaker, words = labelled(words.strip(), sure=False)
        name = _named(found, GROUP)
        said = [Said(words, speaker, number, act)]
        said += [Said(choice, "{player}", number, GO) for choice in _choices(found)]
        yield Node(name, said, about=about)


def _is_record(found: dict[str, Any]) -> bool:
    return _first(found, TEXT) is not None or bool(_acts(found))


def _acts(found: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the lines of a script by act, if that is what the record has."""
    lines = found.get("lines")
    if not isinstance(lines, dict):
        return []
    return [(act, text) for act, text in lines.items() if act in EVERY_ACT and isinstance(text, str)]


def _named(found: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((name for key in keys if (name := _text(found.get(key)))), "")


def _first(found: dict[str, Any], wanted: tuple[str, ...]) -> str | None:
    return next((key for key in wanted if isinstance(found.get(key), str)), None)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _choices(found: dict[str, Any]) -> Iterator[str]:
    """Yield what the player can say."""
    for key in _CHOICES:
        for choice in found[key] if isinstance(found.get(key), list) else ():
            said = choice.get(_first(choice, TEXT)) if isinstance(choice, dict) else choice
            if isinstance(said, str) and said.strip():  # some lead on without a word
                yield said
