"""What the page asks, answered: items, pictures, what is said of them, parts made anew. No network here."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

from playloom.api.level_files import write_level
from playloom.errors import PlayloomError, RequestInvalid
from playloom.feedback.events import PREFER, REDO, Feedback, Said, standing_of
from playloom.kernels import png
from playloom.kinds.level import formats
from playloom.kinds.level.content import Level
from playloom.kinds.level.pinning import Rectangle
from playloom.kinds.quest.content import Quest
from playloom.kinds.sprite.content import Sprite
from playloom.review.door import BAD
from playloom.review.level_view import level_details, level_picture
from playloom.review.listing import group_of, listed, pair_of
from playloom.review.quest_view import played, quest_details
from playloom.review.redo import redone
from playloom.review.shelf import Item, Shelf, item_of
from playloom.seeds import Stream
from playloom.strangers import NOT_FOUND
from playloom.strict_json import read_json

_PAGE = {
    "": ("review.html", "text/html; charset=utf-8"),
    "review.css": ("review.css", "text/css; charset=utf-8"),
    "review.js": ("review.js", "text/javascript; charset=utf-8"),
}
_JSON, _PNG = "application/json", "image/png"
_REFUSED = 409  # understood, and cannot be
_PICTURES_HIGH = 1000  # kept
_DRAFTS_HIGH = 200  # parts made anew and not kept yet


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int
    type: str
    body: bytes


_NOTHING = Answer(NOT_FOUND, "text/plain", b"")


class Saying(msgspec.Struct, forbid_unknown_fields=True):
    """POST say: one thing about one item."""

    token: str
    item: int
    what: str
    value: str = ""
    other: int | None = None


class Redoing(msgspec.Struct, forbid_unknown_fields=True):
    """POST redo: a part of a level, in cells; ``keep``: all but the part."""

    item: int
    part: tuple[int, int, int, int]
    keep: bool = False


class Keeping(msgspec.Struct, forbid_unknown_fields=True):
    """POST keep: what was made anew becomes a file."""

    token: str
    item: int


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """POST undo."""


@dataclass(frozen=True)
class Draft:
    """A level that was made anew and is no file yet."""

    level: Level
    parent: int  # number of the item
    part: str


_Body = TypeVar("_Body")


class Desk:
    """The items under review and what is said of them; safe to share between threads."""

    def __init__(self, shelf: Shelf, feedback: Feedback, profile: str) -> None:
        self.items: list[Item | Draft] = [*shelf.items]
        self.left_out = shelf.left_out
        self.feedback, self.profile = feedback, profile
        self._lock = threading.RLock()
        self._pictures: dict[tuple[str, ...], bytes] = {}

    def answer(self, method: str, place: str, body: bytes) -> Answer:
        """Answer one request that came through the door.

        Args:
            method: GET or POST.
            place: What follows the secret in its address.
            body: Of a POST.
        """
        try:
            return self._get(place) if method == "GET" else self._post(place, body)
        except PlayloomError as error:
            return _json({"code": error.code, "message": str(error)}, _REFUSED)

    def _get(self, place: str) -> Answer:
        if place in _PAGE:
            name, sort = _PAGE[place]
            return Answer(200, sort, (files("playloom.review") / "page" / name).read_bytes())
        found: dict[str, Any] | None = None
        match place.split("/"):
            case ["picture", *which]:
                return self._picture(tuple(which))
            case ["items"]:
                found = self._listing()
            case ["item", number]:
                found = self._details(self._made(number))
            case ["pair", kind, passed_over]:
                found = self._pair(kind, _number(passed_over))
            case ["play", number, choices]:
                found = self._played(number, choices)
        return _NOTHING if found is None else _json(found)

    def _played(self, number: str, choices: str) -> dict[str, Any] | None:
        quest = self._made(number)
        taken = [_number(one) for one in choices.split(".") if one]
        return played(quest, taken) if isinstance(quest, Quest) else None

    def _picture(self, which: tuple[str, ...]) -> Answer:
        """Return the picture of NUMBER, SIDE and perhaps "bare"; drawn once."""
        if which not in self._pictures:
            number, side, *more = (*which, "", "")[:4]
            bare = more[0] == "bare"
            if len(which) != 2 + bare:
                return _NOTHING
            drawn = _picture(self._made(number), _number(side), bare=bare)
            with self._lock:
                if len(self._pictures) >= _PICTURES_HIGH:
                    self._pictures.clear()
                self._pictures[which] = drawn
        return Answer(200, _PNG, self._pictures.get(which, b""))

    def _post(self, place: str, body: bytes) -> Answer:
        actions: dict[str, tuple[type[Any], Callable[[Any], dict[str, Any]]]] = {
            "say": (Saying, self._say),
            "undo": (Nothing, self._undo),
            "redo": (Redoing, self._redo),
            "keep": (Keeping, self._keep),
        }
        if place not in actions:
            return _NOTHING
        sort, act = actions[place]
        try:
            wanted = msgspec.convert(read_json(body, "request"), sort, strict=True)
        except (PlayloomError, msgspec.ValidationError) as error:
            return _json({"code": "request_invalid", "message": str(error)}, BAD)
        return _json(act(wanted))

    def _say(self, wanted: Saying) -> dict[str, Any]:
        item = self._item(wanted.item)
        other = None if wanted.other is None else self._item(wanted.other)
        if other is not None and other.key.kind != item.key.kind:
            raise RequestInvalid("only content of one kind can be compared")
        said = Said(
            self.profile, item.content, wanted.what, wanted.value, None if other is None else other.content
        )
        self.feedback.say(said, wanted.token)
        return self._standing(item)

    def _undo(self, _: Nothing) -> dict[str, Any]:
        said = self.feedback.undo(self.profile)
        if said is None:
            return {"undone": None}
        numbers = [number for number, one in enumerate(self.items) if _is(one, said)]
        back = {"what": said.what, "value": said.value, "item": numbers[0] if numbers else None}
        return {"undone": back, "items": self._listing()["items"]}

    def _redo(self, wanted: Redoing) -> dict[str, Any]:
        level = self._made(str(wanted.item))
        if not isinstance(level, Level):
            raise RequestInvalid("only a level can be made anew in part")
        parent = wanted.item
        with self._lock:
            entry = self.items[parent]
            if sum(isinstance(one, Draft) for one in self.items) >= _DRAFTS_HIGH:
                raise RequestInvalid(f"{_DRAFTS_HIGH} maps were made anew; keep some and start review again")
        if isinstance(entry, Draft):
            parent = entry.parent
        after = -1 if level.evidence is None else int(level.evidence.request.get("seed", -1))
        made = redone(level, Rectangle(*wanted.part), keep=wanted.keep, after=after, feedback=self.feedback)
        part = f"{'keep' if wanted.keep else 'redo'} {','.join(map(str, wanted.part))}"
        with self._lock:
            self.items.append(Draft(made, parent, part))
            return {"item": len(self.items) - 1, "parent": parent}

    def _keep(self, wanted: Keeping) -> dict[str, Any]:
        with self._lock:
            draft = self.items[wanted.item] if 0 <= wanted.item < len(self.items) else None
            if isinstance(draft, Item):
                return self._standing(draft)  # asked again: it is kept already
            if draft is None:
                raise RequestInvalid(f"item {wanted.item} is not there; load the page again")
            old = self._item(draft.parent)
            file = old.path if "#" not in str(old.path) else old.path.parent / "level.tmx"
            suffix = file.suffix if file.suffix.lower() in formats.WRITERS else ".tmx"
            place, number = file.with_name(f"{file.stem}-redo-1{suffix}"), 1
            while place.exists():
                number += 1
                place = file.with_name(f"{file.stem}-redo-{number}{suffix}")
            write_level(draft.level, place)
            new = item_of(place, self.feedback.path.parent)
            assert new is not None, "a level that was named is read"
            self.items[wanted.item] = new
        self.feedback.say(Said(self.profile, old.content, REDO, draft.part, new.content))
        self.feedback.say(Said(self.profile, new.content, PREFER, "", old.content), wanted.token)
        return self._standing(new)

    def _listing(self) -> dict[str, Any]:
        standing = self.feedback.standing(self.profile)
        with self._lock:
            shown = [
                listed(number, one, standing)
                for number, one in enumerate(self.items)
                if isinstance(one, Item)
            ]
        return {"profile": self.profile, "items": shown, "left_out": list(self.left_out[:20])}

    def _standing(self, item: Item) -> dict[str, Any]:
        standing = standing_of(self.feedback.events(self.profile, item.key))
        return {"item": listed(self.items.index(item), item, standing)}

    def _pair(self, kind: str, passed_over: int) -> dict[str, Any]:
        compared = [said for said in self.feedback.events(self.profile) if said.what == PREFER]
        with self._lock:
            numbers = [
                (number, one.key, group_of(one))
                for number, one in enumerate(self.items)
                if isinstance(one, Item) and one.key.kind == kind
            ]
        return {
            "pair": pair_of(numbers, compared, Stream(len(compared), f"pair {passed_over}")),
            "compared": len(compared),
        }

    def _details(self, made: Level | Sprite | Quest) -> dict[str, Any]:
        match made:
            case Level():
                return level_details(made)
            case Quest():
                return quest_details(made)
        evidence = made.evidence
        return {
            "width": made.width,
            "height": made.height,
            "palette": [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in made.palette.colours],
            "checks": []
            if evidence is None
            else [[one.name, one.passed, one.detail] for one in evidence.checks],
            "words": "" if evidence is None else str(evidence.request.get("words", "")),
            "notes": list(made.notes),
        }

    def _item(self, number: int) -> Item:
        with self._lock:
            found = self.items[number] if 0 <= number < len(self.items) else None
        if not isinstance(found, Item):
            raise RequestInvalid(f"item {number} is not there; load the page again")
        return found

    def _made(self, number: str) -> Level | Sprite | Quest:
        place = _number(number)
        with self._lock:
            if not 0 <= place < len(self.items):
                raise RequestInvalid(f"item {place} is not there; load the page again")
            found = self.items[place]
        return found.level if isinstance(found, Draft) else found.made


def _is(one: Item | Draft, said: Said) -> bool:
    return isinstance(one, Item) and one.key == said.content.key


def _picture(made: Level | Sprite | Quest, side: int, *, bare: bool) -> bytes:
    match made:
        case Level():
            return level_picture(made, side, bare=bare)
        case Sprite():
            return png.encode_indexed(made.pixels, made.table)
    raise RequestInvalid("a quest has no picture")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise RequestInvalid(f"{text[:20]!r} is no number of an item, a choice or a size")
    return int(text)


def _json(document: dict[str, Any], status: int = 200) -> Answer:
    return Answer(status, _JSON, msgspec.json.encode(document))
