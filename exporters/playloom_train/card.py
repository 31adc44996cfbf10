"""The figures in files: as JSON, and as the metrics of a package's card."""

import json
from typing import Any

from msgspec import structs

from playloom.manifest import CARD_FILE
from playloom.package import Metric, Package, write_package

_TRAINING_ONLY = "loss"  # first word of the metrics that only training can measure


def as_json(document: dict[str, Any]) -> str:
    """Return the figures as a JSON file; what differs from machine to machine is under "machine"."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write_metrics(package: Package, metrics: tuple[Metric, ...]) -> None:
    """Write the package anew with the figures in its card; the losses that training measured stay.

    Nothing that depends on the machine goes in. The hash of the package changes.

    Raises:
        WriteFailed: If the system refuses.
    """
    manifest = package.manifest
    kept = tuple(one for one in manifest.card.metrics if one.name.split(" ")[0] == _TRAINING_ONLY)
    write_package(
        package.root,
        kind=manifest.kind,
        name=manifest.name,
        version=manifest.version,
        exact=manifest.exact,
        graphs=manifest.graphs,
        settings=manifest.settings,
        card=structs.replace(manifest.card, metrics=(*kept, *metrics)),
        files={name: package.read(name) for name in manifest.files if name != CARD_FILE},
        assets=manifest.assets,
    )
