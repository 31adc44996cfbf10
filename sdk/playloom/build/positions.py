"""Where in a TOML file each table and each key stands, which tomllib does not tell."""

import re
from functools import cached_property

Path = tuple[str, ...]  # ("level", "crypt", "keys")

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'  # up to two quotes more may stand before the last three
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}=,.\n]"
    r"|[^\s\[\]{}=,.\"'\#]+"
    r"|[^\S\n]+",
    re.DOTALL,
)
_OPEN, _CLOSED = "[{", "]}"


class Positions:
    """Of a text that tomllib has read without complaint."""

    def __init__(self, text: str) -> None:
        self.text = text

    def find(self, path: Path) -> tuple[int, int]:
        """Return line and column, from 1, of a table or key, else of the nearest thing around it."""
        for length in range(len(path), 0, -1):
            if (place := self._found.get(path[:length])) is not None:
                before = self.text[:place]
                return before.count("\n") + 1, place - (before.rfind("\n") + 1) + 1
        return 1, 1

    @cached_property
    def _found(self) -> dict[Path, int]:
        """Where each path first occurs, in characters from the start of the file."""
        found: dict[Path, int] = {}
        table: Path = ()
        parts: list[str] = []
        begin, depth, header, value = 0, 0, False, False
        for token in _TOKEN.finditer(self.text):
            word = token[0]
            if value:
                depth += (word in _OPEN) - (word in _CLOSED)
                if word == "\n" and depth == 0:
                    value, parts = False, []
            elif word == "\n":
                header, parts = False, []
            elif word == "[" and not parts:
                begin, header = (begin if header else token.start()), True
            elif header and word == "]" and parts:
                table, parts = tuple(parts), []
                for length in range(1, len(table) + 1):
                    found.setdefault(table[:length], begin)
            elif word == "=":
                found.setdefault((*table, *parts), begin)
                value = True
            elif not (word.isspace() or word in ".]" or word.startswith("#")):
                begin = token.start() if not parts and not header else begin
                parts.append(_plain(word))
        return found


def _plain(word: str) -> str:
    """Return a part of a key without its quotes."""
    return word[1:-1] if word[:1] in "\"'" else word
