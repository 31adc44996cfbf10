"""Provenance: the record of every generated file, the ledger of a project, and what is told to stores.

`record` says what is known of one file, `ledger` writes and reads the records of a project, `verify` holds a
folder against them, and `report` tells the result in the forms that stores and lawyers ask for.
"""

from playloom.manifest import Dataset
from playloom.provenance.human import HumanFiles
from playloom.provenance.ledger import LEDGER_FILE, carry_edits, ledger_bytes, read_ledger
from playloom.provenance.record import (
    Edit,
    Model,
    Nearest,
    Origin,
    Parent,
    Record,
    model_of,
    origin_of,
    record_of,
)

__all__ = [
    "LEDGER_FILE",
    "Dataset",
    "Edit",
    "HumanFiles",
    "Model",
    "Nearest",
    "Origin",
    "Parent",
    "Record",
    "carry_edits",
    "ledger_bytes",
    "model_of",
    "origin_of",
    "read_ledger",
    "record_of",
]
