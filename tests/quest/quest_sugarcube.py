"""SugarCube's part in the tests: a strict reader of the passages that the Twee writer makes, and a player.

No registry has SugarCube itself. What extwee read is played here by the documented rules of the macros that
occur; anything else is a failure, and so is text that the documentation knows as markup.
"""

import html
import re
from typing import Any

from quest_walking import Said, Stop

_TOKEN = re.compile(
    r'<<set \$(?P<set>\w+) to (?P<value>true|false|-?\d+|"[\w-]*")>>'
    r'|<<include "(?P<include>\w+)">>'
    r"|<<if (?P<if>[^<>]+)>>|(?P<endif><</if>>)"
    r'|<span data-id="(?P<id>[\w.-]+)">(?:(?P<text>[^<>\n]*)|'
    r'(?P<link><<link "[^"\n]*" "\w+">>.*?<</link>>))</span>'
    r"|(?P<nothing><<silently>>|<</silently>>(?:\\\n|$)|\n)"
)
_LINK = re.compile(r'<<link "([^"]*)" "(\w+)">>(.*)<</link>>')
_TERM = re.compile(r'\$(\w+) (==|!=) (true|false|-?\d+|"[\w-]*")')
# https://www.motoslave.net/sugarcube/2/docs/#markup
_MARKUP = re.compile(
    r"""''|//|__|==|~~|\^\^|@@|\{\{\{|\[\[|\[img|\$[\w$]|(?<!\w)_\w|<|----|^[!*#>]|/[*%]|\\|\"|--|\?\w|`|://"""
)


def begin(story: dict[str, Any], prefix: str) -> Stop:
    """Return the first stop of what extwee read."""
    passages = dict(story["passages"])
    values: dict[str, Any] = {}
    _play(passages["StoryInit"], passages, values, [], [])
    return _enter(story["start"], passages, values, prefix)


def hear(story: dict[str, Any], gate: str, values: dict[str, Any], prefix: str) -> Said:
    """Return what is said in a passage that starts with these variables."""
    passages = dict(story["passages"])
    return _enter(gate, passages, {prefix + name: value for name, value in values.items()}, prefix).said


def _enter(name: str, passages: dict[str, str], values: dict[str, Any], prefix: str) -> Stop:
    values, said, links = dict(values), [], []
    _play(passages[name], passages, values, said, links)
    shown = {key.removeprefix(prefix): value for key, value in values.items() if "_taken_" not in key}

    def choose(index: int) -> Stop:
        _, _, target, effects = links[index]
        after = dict(values)
        _play(effects, passages, after, [], [])
        return _enter(target, passages, after, prefix)

    return Stop(said, [link[:2] for link in links], shown, choose)


def _play(
    text: str, passages: dict[str, str], values: dict[str, Any], said: Said, links: list[list[str]]
) -> None:
    position, shown = 0, [True]
    while position < len(text):
        found = _TOKEN.match(text, position)
        assert found, f"not what the Twee writer writes: {text[position : position + 80]!r}"
        position = found.end()
        if found["if"]:
            shown.append(shown[-1] and _holds(found["if"], values))
        elif found["endif"]:
            shown.pop()
        elif shown[-1]:
            _token(found, passages, values, said, links)
    assert shown == [True], "an <<if>> is not closed"


def _token(
    found: re.Match[str], passages: dict[str, str], values: dict[str, Any], said: Said, links: list[list[str]]
) -> None:
    if found["set"]:
        values[found["set"]] = _value(found["value"])
    elif found["include"]:
        _play(passages[found["include"]], passages, values, said, links)
    elif found["link"]:
        link = _LINK.fullmatch(found["link"])
        assert link
        links.append([found["id"], _plain(link[1]), link[2], link[3]])
    elif found["id"]:
        said.append([found["id"], _plain(found["text"])])


def _plain(text: str) -> str:
    assert not _MARKUP.search(re.sub(r"&#\d+;", "", text)), text
    assert not re.search(r"&(?!#\d+;)", text), text
    return re.sub(r"&#(\d+);", lambda one: html.unescape(one[0]), text)


def _holds(condition: str, values: dict[str, Any]) -> bool:
    terms = [_TERM.fullmatch(term) for term in condition.split(" && ")]
    assert all(terms), condition
    return all((values[one[1]] == _value(one[3])) is (one[2] == "==") for one in terms if one)


def _value(text: str) -> Any:
    if text.startswith('"'):
        return text.strip('"')
    return text == "true" if text in ("true", "false") else int(text)
