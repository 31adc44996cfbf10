"""What a model package says of itself: the structure of manifest.json and every rule it must keep.

Reading is strict: unknown fields, doubled keys, NaN, deep nesting and text
that could steer a terminal are refused, so that code after this file can trust
what it gets.
"""

import re
from functools import cache
from typing import Annotated, Any

import msgspec

from playloom.errors import PackageInvalid
from playloom.strict_json import read_json

FORMAT = 1
MANIFEST_FILE = "manifest.json"
CARD_FILE = "CARD.md"
SAMPLES_FILE = "samples.npz"

MANIFEST_BYTES = 1 << 20
PACKAGE_BYTES = 64 << 20
FILES_MOST = 64
ELEMENTS_MOST = 1 << 26  # in one tensor; 256 MiB of float32

# No pickle and no format that ONNX Runtime would run unscanned (.ort) has a place here.
SUFFIXES = (".onnx", ".npz", ".json", ".md", ".txt", ".png")
DTYPES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "uint16": 2,
    "int16": 2,
    "uint32": 4,
    "int32": 4,
    "uint64": 8,
    "int64": 8,
    "float16": 2,
    "float32": 4,
    "float64": 8,
}

_FILE_NAME = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?", re.ASCII)
_DEVICE_NAME = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)  # Windows
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?", re.ASCII)
_VERSION = re.compile(r"[0-9][A-Za-z0-9.+-]{0,31}", re.ASCII)
_TENSOR_NAME = re.compile(r"[!-~]{1,128}", re.ASCII)
_DIMENSION_NAME = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]{0,63}(?:/[2-9]|\+[A-Za-z_][A-Za-z0-9_]{0,63})?", re.ASCII
)

_Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}\\Z")]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A frozen value in which a field we do not know is an error."""


class TensorSpec(_Strict, frozen=True):
    """One input or output.

    A dimension is a size or a name; equal names are equal sizes, "height/4" is a quarter of "height", and
    "past+time" is as large as the two together.
    """

    name: str
    dtype: str  # NumPy's name
    shape: tuple[int | str, ...]


@cache
def part_of(dimension: str) -> tuple[str, int]:
    """Return the name of a named dimension and its divisor: "height/4" is ("height", 4).

    The name of a sum is split by `terms_of`.
    """
    name, _, divisor = dimension.partition("/")
    return name, int(divisor or 1)


@cache
def terms_of(dimension: str) -> tuple[str, ...]:
    """Return the names that a named dimension adds up: "past+time" is ("past", "time")."""
    return tuple(part_of(dimension)[0].split("+"))


class GraphSpec(_Strict, frozen=True):
    """One ONNX file and its signature."""

    file: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]


class FileSpec(_Strict, frozen=True):
    """Size and hash of one file."""

    size: Annotated[int, msgspec.Meta(ge=1, le=PACKAGE_BYTES)]  # bytes
    sha256: _Sha256


class Dataset(_Strict, frozen=True):
    """One source of training data and its licence."""

    name: str
    source: str
    licence: str
    count: _Count
    sha256: _Sha256


class Metric(_Strict, frozen=True):
    """One measured figure and how it was measured."""

    name: str
    value: float | int
    how: str


class Card(_Strict, frozen=True):
    """Where the model comes from and what it may be used for."""

    licence: str
    summary: str
    datasets: tuple[Dataset, ...]
    training: dict[str, str | int | float]
    metrics: tuple[Metric, ...]


class Manifest(_Strict, frozen=True):
    """The whole of manifest.json."""

    format: int
    kind: str
    name: str
    version: str
    exact: bool  # same bytes on every machine, not only on the same one
    graphs: dict[str, GraphSpec]
    settings: dict[str, Any]  # the kind's own
    assets: dict[str, str]  # role -> file
    files: dict[str, FileSpec]  # every file but manifest.json
    card: Card

    @property
    def promise(self) -> str:
        """What evidence says of it: "exact" (same bytes on every machine) or "machine" (on the same one)."""
        return "exact" if self.exact else "machine"


def parse_manifest(data: bytes, where: str) -> Manifest:
    """Read manifest.json and check everything that needs no other file.

    Args:
        data: The file's bytes.
        where: Its path, for messages.

    Raises:
        PackageInvalid: If a rule is broken; the format number is looked at first.
    """
    if len(data) > MANIFEST_BYTES:
        raise PackageInvalid(
            f"{where}: {len(data)} bytes, at most {MANIFEST_BYTES} are read; move data to a file"
        )
    plain = read_json(data, where)
    if not isinstance(plain, dict):
        raise PackageInvalid(f"{where}: holds a {type(plain).__name__}, expected an object")
    found = plain.get("format")
    if type(found) is not int or found != FORMAT:
        raise PackageInvalid(
            f"{where}: format is {str(found)[:40]!r}, this Playloom reads {FORMAT}; "
            "update Playloom or export the package again"
        )
    try:
        manifest = msgspec.convert(plain, Manifest)
    except msgspec.ValidationError as problem:
        raise PackageInvalid(f"{where}: {str(problem)[:300]}; export the package again") from None
    _check_names(manifest, where)
    _check_files(manifest, where)
    for name, graph in manifest.graphs.items():
        _check_graph(graph, f"{where}: graph {name!r}")
    _check_card(manifest.card, where)
    return manifest


def check_file_name(name: str, where: str) -> None:
    """Refuse a name that could leave the folder or mean something else on another system."""
    if not _FILE_NAME.fullmatch(name) or _DEVICE_NAME.fullmatch(name):
        raise PackageInvalid(
            f"{where}: file name {ascii(name)[:80]}; expected a plain one: letters, digits, '.', '_', '-', "
            "no leading or trailing dot, at most 64"
        )


def _check_names(manifest: Manifest, where: str) -> None:
    named = [("kind", manifest.kind), ("name", manifest.name)]
    named += [("graph name", name) for name in manifest.graphs] + [
        ("asset", name) for name in manifest.assets
    ]
    for role, name in named:
        if not _NAME.fullmatch(name):
            raise PackageInvalid(
                f"{where}: {role} is {name[:80]!r}; expected small letters, digits, '.', '_', '-'"
            )
    if not _VERSION.fullmatch(manifest.version):
        raise PackageInvalid(f"{where}: version is {manifest.version[:80]!r}; expected one like '1.2.0'")


def _check_files(manifest: Manifest, where: str) -> None:
    files = manifest.files
    if len(files) > FILES_MOST:
        raise PackageInvalid(f"{where}: lists {len(files)} files, at most {FILES_MOST} are read")
    seen: dict[str, str] = {MANIFEST_FILE: MANIFEST_FILE}
    for name in files:
        check_file_name(name, where)
        if not name.endswith(SUFFIXES):
            raise PackageInvalid(f"{where}: file {name!r}; expected one of {', '.join(SUFFIXES)}")
        other = seen.setdefault(name.lower(), name)
        if other != name or name == MANIFEST_FILE:
            raise PackageInvalid(
                f"{where}: files {name!r} and {other!r} are one file on some systems; rename one"
            )
    total = sum(spec.size for spec in files.values())
    if total > PACKAGE_BYTES:
        raise PackageInvalid(f"{where}: files sum to {total} bytes, at most {PACKAGE_BYTES} are read")
    graph_files = [graph.file for graph in manifest.graphs.values()]
    for name in (*graph_files, *manifest.assets.values(), CARD_FILE):
        if name not in files:
            raise PackageInvalid(
                f"{where}: {ascii(name)[:80]} is used but not in 'files'; export the package again"
            )
    stored = [name for name in files if name.endswith(".onnx")]
    if sorted(graph_files) != sorted(stored):
        raise PackageInvalid(
            f"{where}: 'graphs' names {', '.join(sorted(graph_files))}; the package holds "
            f"{', '.join(sorted(stored))}: each .onnx file needs one graph"
        )


def _check_graph(graph: GraphSpec, where: str) -> None:
    if not graph.outputs:
        raise PackageInvalid(f"{where}: has no outputs; name at least one")
    names = [tensor.name for tensor in graph.inputs + graph.outputs]
    if len(set(names)) < len(names):
        raise PackageInvalid(f"{where}: two tensors share a name; rename one")
    alone = {size for tensor in graph.inputs for size in tensor.shape}
    for tensor in graph.inputs + graph.outputs:
        _check_tensor(tensor, where)
        terms = [terms_of(size) for size in tensor.shape if isinstance(size, str)]
        if unknown := [name for names in terms if len(names) > 1 for name in names if name not in alone]:
            raise PackageInvalid(
                f"{where}: tensor {tensor.name!r}: {unknown[0]!r} of a sum is no dimension of an input; "
                "name it there"
            )


def _check_tensor(tensor: TensorSpec, where: str) -> None:
    if not _TENSOR_NAME.fullmatch(tensor.name):
        raise PackageInvalid(
            f"{where}: tensor name {ascii(tensor.name)[:80]}; expected 1 to 128 ASCII letters"
        )
    if tensor.dtype not in DTYPES:
        raise PackageInvalid(
            f"{where}: tensor {tensor.name!r} is {tensor.dtype[:40]!r}; expected one of {', '.join(DTYPES)}"
        )
    known = 1
    for size in tensor.shape:
        if isinstance(size, str):
            if not _DIMENSION_NAME.fullmatch(size):
                raise PackageInvalid(
                    f"{where}: tensor {tensor.name!r}: dimension {size[:80]!r} is no plain word, "
                    'nor a part of one, as "height/4", nor a sum of two, as "past+time"'
                )
        elif size < 1:
            raise PackageInvalid(f"{where}: tensor {tensor.name!r}: dimension {size}; expected 1 or more")
        else:
            known *= size
    if len(tensor.shape) > 8 or known > ELEMENTS_MOST:
        raise PackageInvalid(
            f"{where}: tensor {tensor.name!r} has {len(tensor.shape)} dimensions, {known} elements or more; "
            f"at most 8 and {ELEMENTS_MOST} are run"
        )


def _check_card(card: Card, where: str) -> None:
    if not card.licence.strip():
        raise PackageInvalid(f"{where}: card has no licence; a model without one cannot be used")
    for dataset in card.datasets:
        if not dataset.licence.strip():
            raise PackageInvalid(
                f"{where}: data set {dataset.name[:80]!r} has no licence; state it or leave it out"
            )
