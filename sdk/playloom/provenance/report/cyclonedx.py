"""The report as a CycloneDX 1.6 bill of materials: models with their cards, data sets, files.

https://cyclonedx.org/docs/1.6/json/. It has no serial number and no time, so that the same folder gives the
same bytes.
"""

import json
from importlib.metadata import version
from typing import Any

from playloom.manifest import Dataset
from playloom.provenance.record import Model, Record
from playloom.provenance.report.figures import Figures
from playloom.provenance.terms import source_uri

_SPECIFICATION = "1.6"
_Key = tuple[str, str, str, str]  # what makes a data set another one; models may count different parts of it


def cyclonedx(figures: Figures) -> str:
    """Return the bill as JSON."""
    references = {_key(one): f"data:{place}:{one.sha256}" for place, one in enumerate(figures.datasets)}
    models = [_model(one, references) for one in figures.models]
    datasets = [_dataset(one, references[_key(one)]) for one in figures.datasets]
    files = [_file(one.record) for one in figures.made if one.record]
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": _SPECIFICATION,
        "version": 1,
        "metadata": {
            "tools": {
                "components": [{"type": "application", "name": "playloom", "version": version("playloom")}]
            },
            "properties": _properties(
                {f"files:{name}": n for name, n in figures.verification.counts.items()}
                | {"files:not accounted for": figures.faulty}
            ),
        },
        "components": [*models, *datasets, *files],
        "dependencies": _dependencies(figures, references),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _model(model: Model, references: dict[_Key, str]) -> dict[str, Any]:
    return {
        "type": "machine-learning-model",
        "bom-ref": f"model:{model.sha256}",
        "name": model.name,
        "version": model.version,
        "hashes": [{"alg": "SHA-256", "content": model.sha256}],
        "licenses": _licences(model.licence),
        "modelCard": {
            "modelParameters": {"datasets": [{"ref": references[_key(one)]} for one in model.datasets]}
        },
    }


def _key(dataset: Dataset) -> _Key:
    return dataset.name, dataset.source, dataset.licence, dataset.sha256


def _dataset(dataset: Dataset, reference: str) -> dict[str, Any]:
    return {
        "type": "data",
        "bom-ref": reference,
        "name": dataset.name,
        "description": dataset.source,
        "hashes": [{"alg": "SHA-256", "content": dataset.sha256}],
        "licenses": _licences(dataset.licence),
        "properties": _properties({"examples": dataset.count}),
    }


def _file(record: Record) -> dict[str, Any]:
    origin = record.origin
    said: dict[str, Any] = {
        "kind": origin.kind,
        "mode": origin.mode,
        "digitalSourceType": source_uri(origin.source_type),
        "sdk": origin.sdk,
    }
    if origin.seed is not None:
        said["seed"] = origin.seed
    said |= {f"check:{name}": "passed" for name in origin.checks}
    if origin.nearest is not None:
        said["nearest:name"] = origin.nearest.name
        said["nearest:distance"] = f"{origin.nearest.distance:g}"
    said |= {f"edit:{place}": f"{one.by}: {one.what}" for place, one in enumerate(record.edits, 1)}
    return {
        "type": "file",
        "bom-ref": f"file:{record.path}",
        "name": record.path,
        "hashes": [{"alg": "SHA-256", "content": record.current}],
        "properties": _properties(said),
    }


def _dependencies(figures: Figures, references: dict[_Key, str]) -> list[dict[str, Any]]:
    """Return what was made from what: files from models and files, models from data sets."""
    known = {f"file:{one.path}" for one in figures.made}
    found = []
    for one in figures.made:
        record = one.record
        assert record is not None
        wanted = {f"file:{parent.path}" for parent in record.parents} & known
        if record.origin.model is not None:
            wanted.add(f"model:{record.origin.model.sha256}")
        found.append({"ref": f"file:{record.path}", "dependsOn": sorted(wanted)})
    for model in figures.models:
        wanted = {references[_key(one)] for one in model.datasets}
        found.append({"ref": f"model:{model.sha256}", "dependsOn": sorted(wanted)})
    return [one for one in found if one["dependsOn"]]


def _licences(licence: str) -> list[dict[str, Any]]:
    """Return a licence by its name: what a card says need not be one of SPDX's."""
    return [{"license": {"name": licence}}]


def _properties(said: dict[str, Any]) -> list[dict[str, str]]:
    return [{"name": f"playloom:{name}", "value": str(value)} for name, value in said.items()]
