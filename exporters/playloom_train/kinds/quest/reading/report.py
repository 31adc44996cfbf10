"""What became of the dialogue that was read, for people and for programs."""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from playloom_train.kinds.quest.reading import Reading
from playloom_train.kinds.quest.reading.finish import unknown_names
from playloom_train.report_table import Table

if TYPE_CHECKING:
    from rich.console import Console

NAMES_SHOWN = 12
_NAMES_LOW = 2  # times that a word must occur to be told as perhaps a name


def document(reading: Reading) -> dict[str, Any]:
    """Return everything that is counted, as `json.dumps` takes it."""
    lines = [line for one in reading.conversations for line in one.lines]
    acts = Counter(line.act or "" for line in lines)
    slots = Counter(slot for line in lines for slot in line.slots)
    speakers = Counter(_kind(line.speaker) for line in lines)
    licences = Counter(one.licence or "not said" for one in reading.conversations)
    names = unknown_names(reading.conversations)
    return {
        "files": reading.files,
        "conversations": len(reading.conversations),
        "lines": len(lines),
        "words": sum(len(line.text.split()) for line in lines),
        "characters_longest": max((len(line.text) for line in lines), default=0),
        "speakers": _sorted(speakers),
        "acts": _sorted(Counter({act: count for act, count in acts.items() if act})),
        "lines_without_act": acts[""],
        "slots": _sorted(slots),
        "licences": _sorted(licences),
        "left_out": [
            {"reason": reason, "count": count, "places": reading.places[reason]}
            for reason, count in reading.left_out.items()
        ],
        "perhaps_names": dict(
            [item for item in _sorted(names).items() if item[1] >= _NAMES_LOW][:NAMES_SHOWN]
        ),
        "notes": list(reading.notes),
    }


def tables(reading: Reading) -> list[Table]:
    """Return the same as tables."""
    found = document(reading)
    rows = [
        ("files", _listed(found["files"])),
        ("conversations", str(found["conversations"])),
        (
            "lines",
            f"{found['lines']}, {found['words']} words, the longest {found['characters_longest']} characters",
        ),
        ("speakers", _listed(found["speakers"])),
        ("acts", f"{_listed(found['acts']) or 'none told'}; {found['lines_without_act']} lines tell none"),
        ("slots", _listed(found["slots"]) or "none: tell names with --names"),
        ("licences", _listed(found["licences"])),
    ]
    if found["perhaps_names"]:
        rows.append(("perhaps names", f"{_listed(found['perhaps_names'])}; tell them with --names"))
    rows += [("note", note) for note in reading.notes]
    left = [(one["reason"], str(one["count"]), ", ".join(one["places"])) for one in found["left_out"]]
    shown = [Table("Dialogue", ("what", "found"), tuple(rows))]
    return [*shown, Table("Left out", ("why", "how many", "where"), tuple(left))] if left else shown


def show(reading: Reading, console: "Console") -> None:
    """Print the tables."""
    from rich import box
    from rich.table import Table as Grid
    from rich.text import Text

    for table in tables(reading):
        grid = Grid(title=table.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        for head in table.heads:
            grid.add_column(head, overflow="fold")
        for row in table.rows:
            grid.add_row(*map(Text, row))  # words of files are no markup of ours
        console.print(grid)


def _kind(speaker: str | None) -> str:
    if speaker is None:
        return "narration"
    return speaker if speaker.startswith("{") else "others"


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _listed(counts: dict[str, int], most: int = 16) -> str:
    shown: Iterable[str] = (f"{name} {count}" for name, count in list(counts.items())[:most])
    more = f" and {len(counts) - most} more" if len(counts) > most else ""
    return ", ".join(shown) + more
