"""Lines of scripts in Playloom's own plain format, whole quests in words; see `quest.scripts`."""

from collections.abc import Iterable
from pathlib import Path

from playloom.errors import FileInvalid
from playloom.kinds.quest.realiser.prompt import ACT_ORDER
from playloom.kinds.quest.scripts import BRANCHES, Script, read_script_file
from playloom_train.kinds.quest.reading.acts import speaker_of
from playloom_train.kinds.quest.reading.found import About, Node, Said


def read(path: Path) -> list[Node]:
    """Return the scripts of a file, each with its branches, lines in the order in which they are played.

    Raises:
        FileInvalid: If it breaks the format; names the line.
    """
    beside = path.parent / BRANCHES
    if beside.is_symlink() or (beside / path.name).is_symlink():
        raise FileInvalid(f"{beside}: is a link, which is not followed; put the files there")
    return [_node(script) for script in read_script_file(path)]


def is_branches(path: Path) -> bool:
    """Whether a file holds the other ways through of the file of its name in the folder above."""
    return path.parent.name == BRANCHES and (path.parent.parent / path.name).is_file()


def _node(script: Script) -> Node:
    number = int(script.where.rpartition(":")[2])
    about = About(None, script.strategy, script.tone, script.persona, script.genre)
    return Node(script.id, said_of(script.lines.items(), number), about=about)


def said_of(lines: Iterable[tuple[str, str]], number: int) -> list[Said]:
    """Return lines by act in the order in which they are played."""
    known = dict(lines)
    return [Said(known[act], speaker_of(act), number, act) for act in ACT_ORDER if act in known]
