"""Lines of tables, CSV or separated by tabs, semicolons or bars: columns are found by their names."""

import csv
import io
from collections.abc import Callable, Iterator

from playloom.errors import FileInvalid
from playloom_train.kinds.quest.reading.acts import GO, act_named, act_of_id
from playloom_train.kinds.quest.reading.found import About, Node, Said
from playloom_train.kinds.quest.reading.markup import labelled, without_bbcode

TEXT = ("text", "dialogue", "dialog", "line", "lines", "message", "content", "utterance", "said", "en",
        "english", "source", "string")  # fmt: skip
SPEAKER = ("speaker", "character", "actor", "who", "npc", "name", "from", "role")
ACT = ("act", "intent", "type", "kind", "context")
GROUP = ("conversation", "conversation_id", "dialogue_id", "dialog_id", "quest_id", "quest", "node", "scene",
         "passage", "file")  # fmt: skip
SEPARATORS = ",;\t|"
COLUMNS_HIGH = 200
_ABOUT = ("licence", "strategy", "tone", "persona", "genre")


def read(text: str, where: str, leave: Callable[[str, int], None]) -> list[Node]:
    """Return the conversations of a table.

    Args:
        text: Of the file.
        where: Names it in messages.
        leave: Takes the reason and the number of a row that cannot be read.

    Raises:
        FileInvalid: If it is no table with a column of texts.
    """
    rows = _rows(text, where)
    heads = [head.strip().lower().replace(" ", "_") for head in next(rows, [])]
    spoken, speaker = _first(heads, TEXT), _first(heads, SPEAKER)
    if spoken is None or len(heads) > COLUMNS_HIGH:
        known = ", ".join(heads[:8])[:120] or "nothing"
        raise FileInvalid(f'{where}: has the columns {known}; call the one with what is said "text"')
    nodes: dict[str, Node] = {}
    titles: list[Said] = []  # of quests of ours; their ids do not say which
    for number, row in enumerate(rows, 2):
        cells = dict(zip(heads, row, strict=False))
        words = cells.get(spoken, "")
        if not words.strip():
            continue
        if len(row) > len(heads):
            leave("a row with more cells than the table has columns", number)
            continue
        quest, act = _act(cells)
        label = cells.get(speaker or "", "").strip() or None
        if speaker is None and act != GO:
            label, words = labelled(words.strip(), sure=False)
        name = quest or next((cells[head] for head in GROUP if cells.get(head)), "")
        about = About(*(cells.get(head) or None for head in _ABOUT))
        line = Said(without_bbcode(words), "{player}" if act == GO else label, number, act, quest=quest)
        if act == "title" and not name:
            titles.append(line)
            continue
        node = nodes.setdefault(name, Node(name, about=about))
        node.said += [*titles, line]
        titles.clear()
    return list(nodes.values())


def _rows(text: str, where: str) -> Iterator[list[str]]:
    """Yield the rows; the separator is the one that the first has most of."""
    head = text.partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    except csv.Error as problem:
        raise FileInvalid(f"{where}: no table ({problem}); save it as CSV in UTF-8") from problem


def _first(heads: list[str], wanted: tuple[str, ...]) -> str | None:
    return next((name for name in wanted if name in heads), None)


def _act(cells: dict[str, str]) -> tuple[str, str | None]:
    """Return the quest and the act of a row: by its id, or by a column."""
    quest, act = act_of_id(cells.get("id", ""))
    if act is None and cells.get("context") == "title of the quest":
        return quest, "title"
    for name in ACT:
        act = act or act_named(cells.get(name, "").partition(":")[0])
    return quest, act
