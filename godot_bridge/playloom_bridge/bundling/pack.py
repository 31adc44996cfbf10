"""A pack: content for the requests of a list, made by the makers of the server, in files that Godot exports.

All files are JSON, which Godot puts into an exported game by itself; bytes are base64. ``index.json``
lists the contents: the request, size and SHA-256 of the file, and the model with its licence.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from playloom.api.sprite_pictures import rgba_of
from playloom.api.sprite_walking import USUAL as USUAL_WALKS
from playloom.errors import FileInvalid, GenerationFailed, PlayloomError, WriteFailed
from playloom.files import fresh_folder, read_regular
from playloom.manifest import MANIFEST_FILE
from playloom_bridge.bundling.wanted import NOT_CONTENT, Wanted
from playloom_bridge.making.content import Content, Maker, Reporter
from playloom_bridge.making.shelf import Shelf
from playloom_bridge.protocol import Call
from playloom_bridge.requests import METHODS

FORMAT = 1
INDEX = "index.json"
_PAYLOAD_HIGH = 256 << 10  # bytes; what a server takes
_AHEAD = 4  # requests that wait for a thread, by thread


@dataclass(frozen=True)
class Made:
    """One content of a pack."""

    wanted: Wanted
    content: Content
    payload: bytes  # what went with the request
    model: tuple[str, str] | None  # kind and name; None: words that people wrote

    def document(self) -> bytes:
        """Return its file: the result as the server sends it, and the blobs one after another."""
        blobs = base64.b64encode(self.content.payload).decode()
        return msgspec.json.encode({"result": self.content.result, "payload": blobs}) + b"\n"


class Kitchen:
    """Makes what is wanted, several at a time, in the order of the list."""

    def __init__(self, makers: Mapping[str, Maker], jobs: int, path: Path) -> None:
        self._makers, self._jobs, self._path = makers, jobs, path
        self._unwanted = threading.Event()

    def make(self, wanted: list[Wanted]) -> Iterator[Made]:
        """Yield each content.

        Raises:
            PlayloomError: If one cannot be made; says of which line.
        """
        futures: dict[int, Future[Made]] = {}
        pool = ThreadPoolExecutor(self._jobs)

        def begin(number: int) -> None:
            one = wanted[number]
            figure = None if one.of is None else futures[one.of]
            futures[number] = pool.submit(self._make, one, figure)

        try:
            for number in range(len(wanted)):
                for ahead in range(len(futures), min(number + self._jobs * _AHEAD, len(wanted))):
                    begin(ahead)
                yield futures[number].result()
        finally:  # also on Ctrl-C: what runs ends at its next step
            self._unwanted.set()
            pool.shutdown(wait=False, cancel_futures=True)

    def _make(self, wanted: Wanted, figure: Future[Made] | None) -> Made:
        try:
            payload = _payload(wanted, figure)
            call = Call("pack", wanted.method, wanted.params, payload)
            content = self._makers[wanted.method](
                call, Reporter(call.id, self._unwanted.is_set, lambda _: None)
            )
        except PlayloomError as problem:
            why = f"{self._path}: line {wanted.line}: {wanted.title}: {problem}"
            if wanted.of is not None:
                why += "; or leave the seed of that sprite out: seeds = [...]"
            if isinstance(problem, GenerationFailed):
                why += "; or leave this seed out: seeds = [...]"
                raise GenerationFailed(why, failed=problem.failed, advice=problem.advice) from problem
            raise type(problem)(why) from problem
        return Made(wanted, content, payload, _model(wanted, content))


def _payload(wanted: Wanted, figure: Future[Made] | None) -> bytes:
    """Return the payload of a request: a sprite that was made before it, a picture, or a world."""
    if figure is not None:
        made = figure.result()
        return made.content.payload[: made.content.result.blobs[0].size]
    if wanted.payload is None:
        return b""
    if wanted.method in ("sprite", "walk"):
        return rgba_of(wanted.payload).tobytes()
    data = read_regular(wanted.payload, _PAYLOAD_HIGH + 1, "a world file")
    if len(data) > _PAYLOAD_HIGH:
        raise FileInvalid(f"{wanted.payload}: is larger than 256 KiB; a game could not send it either")
    return data


def _model(wanted: Wanted, content: Content) -> tuple[str, str] | None:
    if wanted.method == "list":
        return None
    usual = USUAL_WALKS if wanted.method == "walk" else None
    name = getattr(content.result, "package", None) or wanted.params.package or usual
    return None if name is None else (content.result.kind, name)


@dataclass(frozen=True)
class Pack:
    """What was written."""

    folder: Path
    entries: int
    size: int  # bytes, index included
    models: list[dict[str, Any]]


def write_pack(
    folder: Path, made: Iterator[Made], shelf: Shelf, version: str, told: Callable[[int], None]
) -> Pack:
    """Write a pack whole, or leave what was there.

    Args:
        folder: Is made, or a pack that is there replaced.
        made: Of every entry.
        shelf: Says what the models are.
        version: Of Playloom.
        told: Is handed the number of contents that are done.

    Raises:
        FileInvalid: If ``folder`` is something else.
        WriteFailed: If the system refuses.
    """
    check_target(folder)
    lines: list[str] = []
    models: dict[tuple[str, str], dict[str, Any]] = {}
    size = 0
    try:
        with fresh_folder(folder) as fresh:
            for one in made:
                data = one.document()
                digest = hashlib.sha256(data).hexdigest()
                name = f"{one.wanted.method}-{digest[:16]}.json"
                (fresh / name).write_bytes(data)
                lines.append(json.dumps(_entry(one, name, len(data), digest)))
                if one.model is not None and one.model not in models:
                    models[one.model] = _described(shelf, *one.model)
                size += len(data)
                told(len(lines))
            found = [models[key] for key in sorted(models)]
            index = _index(version, found, lines)
            (fresh / INDEX).write_bytes(index)
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteFailed(
            f"{folder}: cannot be written ({reason}); choose another place or make room"
        ) from error
    return Pack(folder, len(lines), size + len(index), found)


def check_target(folder: Path) -> None:
    """Refuse a place that holds something else than a pack.

    Raises:
        FileInvalid: Says so.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if (
        not folder.is_dir()
        or not (folder / INDEX).is_file()
        or b'"playloom_pack"' not in _begin(folder / INDEX)
    ):
        raise FileInvalid(f"{folder}: is there and is no pack; choose another folder or remove it")


def _begin(path: Path) -> bytes:
    return read_regular(path, 64, "the index of a pack")


def _entry(made: Made, name: str, size: int, digest: str) -> dict[str, Any]:
    """Return a line of the index: what was asked for, without what is usual."""
    wanted = made.wanted
    usual = _usual(wanted.method)
    params = {
        key: value for key, value in msgspec.to_builtins(wanted.params).items() if key not in NOT_CONTENT
    }
    entry: dict[str, Any] = {"method": wanted.method}
    for key in ("x", "y"):
        if key in params:
            entry[key] = params.pop(key)
    if "seed" in params:
        entry["seed"] = str(params.pop("seed"))  # text: a seed has 63 bits, a number in Godot's JSON 53
    entry["params"] = {key: value for key, value in params.items() if value != usual.get(key)}
    if made.payload:
        entry["payload_sha256"] = hashlib.sha256(made.payload).hexdigest()
    if made.model is not None:
        entry["model"] = made.model[1]
    return entry | {"file": name, "size": size, "sha256": digest}


def _usual(method: str) -> dict[str, Any]:
    """Return what fields hold that a request does not name, as JSON has it."""
    fields = msgspec.structs.fields(METHODS[method])
    kept = [one for one in fields if one.default is not msgspec.NODEFAULT and one.name not in NOT_CONTENT]
    found: dict[str, Any] = msgspec.to_builtins({one.name: one.default for one in kept})
    return found


def _described(shelf: Shelf, kind: str, name: str) -> dict[str, Any]:
    """Return what the index says of a model, so that a studio can answer what its content was made from."""
    root = shelf.root(kind, name)
    manifest = next(manifest for place, manifest in shelf.manifests(kind) if place == root)
    data = [
        {"name": one.name, "source": one.source, "licence": one.licence} for one in manifest.card.datasets
    ]
    return {
        "kind": kind,
        "name": name,
        "version": manifest.version,
        "licence": manifest.card.licence,
        "promise": manifest.promise,
        "manifest_sha256": hashlib.sha256((root / MANIFEST_FILE).read_bytes()).hexdigest(),
        "data": data,
    }


def _index(version: str, models: list[dict[str, Any]], lines: list[str]) -> bytes:
    """Return the index, a line for each model, method and entry: changes are seen in version control."""
    usual = {method: _usual(method) for method in ("level", "chunk", "sprite", "walk", "quest", "list")}

    def rows(items: list[str]) -> str:
        return "[\n" + ",\n".join(items) + "\n]" if items else "[]"

    told = rows([json.dumps(model) for model in models])
    words = ",\n".join(f"{json.dumps(method)}: {json.dumps(fields)}" for method, fields in usual.items())
    text = (
        f'{{"playloom_pack": {FORMAT}, "made_by": {json.dumps(f"playloom {version}")},\n"models": {told},\n'
        f'"usual": {{\n{words}\n}},\n"entries": {rows(lines)}}}\n'
    )
    return text.encode()
