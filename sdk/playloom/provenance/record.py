"""The record of one file: what it is, what made it, from what, under which licence, and who changed it since.

A record holds no clock, no user and no path of a machine, so that the same build writes the same ledger.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

import msgspec

from playloom.errors import PackageInvalid, RequestInvalid
from playloom.manifest import Dataset, Manifest
from playloom.provenance.terms import ALGORITHMIC, TRAINED, SourceType, source_type_of

FORMAT = "playloom.provenance/1"
PATH_HIGH = 1024  # characters

Mode = Literal["pre-generated", "live"]
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}\\Z")]
Text = Annotated[str, msgspec.Meta(max_length=4096)]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A frozen value in which a field that we do not know is an error."""


class Model(_Strict, frozen=True, kw_only=True):
    """The model package that proposed the content, and what it was trained on."""

    name: Text
    version: Text
    sha256: Sha256  # of manifest.json, which holds the hashes of all else
    licence: Text
    datasets: tuple[Dataset, ...]


class Nearest(_Strict, frozen=True, kw_only=True):
    """The training example most like the content."""

    name: Text
    distance: float  # 0: the same; as the kind measures it


class Origin(_Strict, frozen=True, kw_only=True):
    """Where one content comes from; several files of it share this."""

    kind: Text
    mode: Mode
    source_type: SourceType
    sdk: Text  # Playloom's version
    model: Model | None  # None: no model took part
    request: dict[str, Any]
    seed: int | None
    checks: tuple[Text, ...]  # passed
    nearest: Nearest | None  # None: not measured


class Parent(_Strict, frozen=True, kw_only=True):
    """A file that this one was made from."""

    path: Text
    sha256: Sha256


class Edit(_Strict, frozen=True, kw_only=True):
    """What somebody says to have changed by hand."""

    by: Text
    what: Text
    before: Sha256
    after: Sha256


class Record(_Strict, frozen=True, kw_only=True):
    """All that is known of one file."""

    format: Literal["playloom.provenance/1"] = "playloom.provenance/1"
    path: Text  # relative to the ledger's folder, with / between
    size: Annotated[int, msgspec.Meta(ge=0)]  # bytes, as generated
    sha256: Sha256  # as generated
    origin: Origin
    parents: tuple[Parent, ...] = ()
    edits: tuple[Edit, ...] = ()

    @property
    def current(self) -> str:
        """The SHA-256 that the file should have now: after the last edit, else as generated."""
        return self.edits[-1].after if self.edits else self.sha256


def model_of(package_hash: str, manifest: Manifest) -> Model:
    """Return what a record says of a model package.

    Args:
        package_hash: `Package.hash`.
        manifest: Of the same package.

    Raises:
        PackageInvalid: If its card does not say the licence of the model, or names no training data.
    """
    card = manifest.card
    if not card.licence.strip():
        raise PackageInvalid(f"model {manifest.name!r}: its card states no licence; train or export it again")
    if not card.datasets:
        raise PackageInvalid(
            f"model {manifest.name!r}: its card names no training data, so nobody can say what it learnt "
            "from; use a package whose card does (`playloom model card`)"
        )
    return Model(
        name=manifest.name,
        version=manifest.version,
        sha256=package_hash,
        licence=card.licence,
        datasets=card.datasets,
    )


def origin_of(
    kind: str,
    *,
    evidence: Mapping[str, Any] | None = None,
    request: Mapping[str, Any] | None = None,
    model: Model | None = None,
    mode: Mode = "pre-generated",
) -> Origin:
    """Return where a content comes from.

    Args:
        kind: level, sprite, quest, ...
        evidence: As JSON-ready data: ``level.record()``, ``sprite.record()`` or the evidence of a quest.
        request: What was asked for; None: what the evidence holds.
        model: Of `model_of`; None: no model took part.
        mode: Made before the game is shipped, or while it runs.

    Raises:
        RequestInvalid: If a model took part according to the evidence, and ``model`` is none or another.
    """
    evidence = evidence or {}
    asked = dict(evidence.get("request") or {} if request is None else request)
    said = evidence.get("package_hash")
    if said is not None and (model is None or said != model.sha256):
        raise RequestInvalid(
            f"the evidence of this {kind} names package {str(said)[:12]}, not "
            f"{model.sha256[:12] if model else 'none'}; hand over the package that made it"
        )
    source_type = source_type_of(evidence) if evidence else TRAINED if model else ALGORITHMIC
    if model is None and source_type != ALGORITHMIC:
        raise RequestInvalid(f"a model took part in this {kind}; hand over its package, for its card")
    seed = asked.get("seed")
    return Origin(
        kind=kind,
        mode=mode,
        source_type=source_type,
        sdk=_version(),
        model=None if source_type == ALGORITHMIC else model,
        request=asked,
        seed=seed if type(seed) is int else None,
        checks=checks_of(evidence),
        nearest=nearest_of(evidence),
    )


def record_of(path: str, data: bytes, origin: Origin, parents: Iterable[Parent] = ()) -> Record:
    """Return the record of a file that was just made.

    Args:
        path: Relative to the ledger's folder, with / between.
        data: What the file holds.
        origin: Of its content.
        parents: Files that it was made from.

    Raises:
        RequestInvalid: If the path leads out of the folder or has characters that cannot be shown.
    """
    if fault := path_fault(path):
        raise RequestInvalid(f"{ascii(path)[:80]}: {fault}")
    digest = hashlib.sha256(data).hexdigest()
    return Record(path=path, size=len(data), sha256=digest, origin=origin, parents=tuple(parents))


def path_fault(path: str) -> str:
    """Return what is wrong with the path of a record; "" if nothing is."""
    if not path or len(path) > PATH_HIGH or not path.isprintable():
        return f"no path of a record; it has 1 to {PATH_HIGH} characters, all of them visible"
    if "\\" in path or any(part in ("", ".", "..") for part in path.split("/")):
        return "no path of a record; write it relative to the ledger, with / between and without .."
    return ""


def checks_of(evidence: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the checks that a content passed."""
    found = evidence.get("checks")
    checks = found if isinstance(found, list | tuple) else ()
    told = [one if isinstance(one, Mapping) else {"name": one, "passed": True} for one in checks]
    return tuple(str(one.get("name")) for one in told if one.get("passed"))


def nearest_of(evidence: Mapping[str, Any]) -> Nearest | None:
    """Return the training example most like a content, if its kind measures that."""
    measures = evidence.get("measures")
    if not isinstance(measures, Mapping):
        return None
    name, distance = measures.get("nearest"), measures.get("nearest_distance")
    if not isinstance(name, str) or not isinstance(distance, int | float):
        return None
    return Nearest(name=name, distance=float(distance))


def _version() -> str:
    from importlib.metadata import version

    return version("playloom")
