"""Tables for translators: CSV and gettext POT, with the ids that the lines have in every other format."""

import csv
import io
from dataclasses import dataclass

from playloom.kinds.quest.content import NARRATOR, PLAYER, Line, Quest, Scene
from playloom.kinds.quest.formats.naming import Naming, naming
from playloom.kinds.quest.formats.origin import origin_comment

# Room that translations of English need: up to so many characters, so many percent of them. Upper ends of the
# ranges in IBM's guidelines, as https://www.w3.org/International/articles/article-text-size quotes them.
_ROOM = ((10, 300), (20, 200), (30, 180), (50, 160), (70, 170))
_ROOM_LONG_PERCENT = 130


@dataclass(frozen=True)
class Entry:
    """What a translator is given of one line."""

    id: str
    scene: str
    speaker: str  # by name
    limit: int  # characters that the translation should keep to
    context: str
    text: str


def entries(quest: Quest, stem: str) -> list[Entry]:
    """Return the title and every line once, in reading order.

    Raises:
        RequestInvalid: If something in the quest cannot be written.
    """
    names = naming(quest, stem)
    title = Entry(names.of("title"), "", "", room(quest.title), "title of the quest", quest.title)
    found = {title.id: title}
    for objective in quest.objectives:
        context = f"journal: {objective.action}"
        _add(found, _entry(objective.line, "", context, names))
    for scene in quest.scenes:
        for line in scene.lines:
            _add(found, _entry(line, names.of(scene.id), f"{line.act}{_at(scene, quest)}", names))
        for choice in scene.choices:
            context = f"{choice.line.act}{_at(scene, quest)}, leads to {names.of(choice.to)}"
            _add(found, _entry(choice.line, names.of(scene.id), f"choice: {context}", names))
    return list(found.values())


def room(text: str) -> int:
    """Return the limit for translations of ``text`` in characters: more the longer it is."""
    count = len(text)
    short = max((min(count, most) * percent for most, percent in _ROOM if count > most), default=0)
    percent = next((percent for most, percent in _ROOM if count <= most), _ROOM_LONG_PERCENT)
    return -(-max(short, count * percent) // 100)


def encode_csv(quest: Quest, stem: str) -> dict[str, bytes]:
    """Return a table of id, scene, speaker, limit, context and text in UTF-8; see `entries`."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["id", "scene", "speaker", "limit", "context", "text"])
    writer.writerows(
        [one.id, one.scene, one.speaker, one.limit, one.context, one.text] for one in entries(quest, stem)
    )
    return {f"{stem}.csv": file.getvalue().encode()}


def encode_pot(quest: Quest, stem: str) -> dict[str, bytes]:
    """Return a gettext template: the id is the context of the message; see `entries`.

    https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
    """
    head = ["Project-Id-Version: " + quest.title, "MIME-Version: 1.0"]
    head += ["Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit"]
    said = "".join(f"{line}\n" for line in origin_comment(quest, "# "))
    blocks = [said + 'msgid ""\nmsgstr ""\n' + "".join(f'"{_escape(line)}\\n"\n' for line in head)]
    for one in entries(quest, stem):
        speaker = f"{one.speaker}, " if one.speaker else ""
        lines = [f"#. {speaker}{one.context}; at most {one.limit} characters"]
        lines += [f"#: {one.scene}"] if one.scene else []
        lines += [f'msgctxt "{_escape(one.id)}"', f'msgid "{_escape(one.text)}"', 'msgstr ""', ""]
        blocks.append("\n".join(lines))
    return {f"{stem}.pot": "\n".join(blocks).encode()}


def _add(found: dict[str, Entry], entry: Entry) -> None:
    found.setdefault(entry.id, entry)


def _entry(line: Line, scene: str, context: str, names: Naming) -> Entry:
    speaker = names.labels.get(line.speaker, line.speaker)
    speaker = line.speaker if line.speaker in (NARRATOR, PLAYER) else speaker
    return Entry(line.id, scene, speaker, room(line.text), context, line.text)


def _at(scene: Scene, quest: Quest) -> str:
    return f" at {quest.names.get(scene.place, scene.place)}" if scene.place else ""


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
