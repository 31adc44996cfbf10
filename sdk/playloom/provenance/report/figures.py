"""What reports count: every number in them comes from here, and what was not counted is "not measured".

Shares are whole-number arithmetic, so that a report is the same bytes on every machine.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playloom.manifest import Dataset
from playloom.provenance.record import Model, Nearest, Record
from playloom.provenance.terms import ALGORITHMIC
from playloom.provenance.verify import Standing, Verification

NOT_MEASURED = "not measured"
GRAPHICS, TEXT, LEVELS = "graphics", "text", "levels"
_SORTS = {"sprite": GRAPHICS, "walk": GRAPHICS, "tileset": GRAPHICS, "quest": TEXT, "level": LEVELS}


@dataclass(frozen=True)
class Figures:
    """A verified folder in numbers."""

    verification: Verification
    made: tuple[Standing, ...]  # files with a record: generated or edited
    by_model: tuple[Standing, ...]  # of these, those that a trained model took part in
    edited: tuple[Standing, ...]
    models: tuple[Model, ...]
    datasets: tuple[Dataset, ...]

    @property
    def total(self) -> int:
        """Files looked at."""
        return len(self.verification.files)

    @property
    def faulty(self) -> int:
        """Files that are not accounted for."""
        return sum(1 for one in self.verification.files if one.faults)

    def of_mode(self, mode: str) -> list[Standing]:
        """Return the files made by a model in that mode."""
        return [one for one in self.by_model if one.record and one.record.origin.mode == mode]

    def counted(self, files: Iterable[Standing]) -> str:
        """Return files by their sort in words: "3 graphics, 1 level file"."""
        found = Counter(sort_of(one.record) for one in files if one.record)
        words = {GRAPHICS: "graphics file", TEXT: "dialogue file", LEVELS: "level file"}
        told = [f"{n} {words.get(sort, f'{sort} file')}{'s' * (n != 1)}" for sort, n in sorted(found.items())]
        return ", ".join(told) or "nothing"

    @property
    def nearest(self) -> tuple[int, Nearest | None]:
        """How many files made by a model say how far the nearest training example is, and the nearest."""
        found = [
            one.record.origin.nearest for one in self.by_model if one.record and one.record.origin.nearest
        ]
        return len(found), min(found, key=lambda one: (one.distance, one.name), default=None)

    @property
    def checks(self) -> list[tuple[str, int]]:
        """Checks passed and by how many files, by name."""
        found = Counter(check for one in self.made if one.record for check in one.record.origin.checks)
        return sorted(found.items())


def figures_of(verification: Verification) -> Figures:
    """Count a verified folder."""
    made = tuple(one for one in verification.files if one.record and one.sort != "unknown")
    by_model = tuple(one for one in made if is_by_model(one))
    models = {
        one.record.origin.model.sha256: one.record.origin.model
        for one in by_model
        if one.record and one.record.origin.model
    }
    ordered = tuple(sorted(models.values(), key=lambda one: (one.name, one.version, one.sha256)))
    sets = {(d.name, d.source, d.licence, d.sha256): d for model in ordered for d in model.datasets}
    return Figures(
        verification,
        made,
        by_model,
        tuple(one for one in made if one.sort == "edited"),
        ordered,
        tuple(sets[key] for key in sorted(sets)),
    )


def is_by_model(one: Standing) -> bool:
    """Whether a trained model took part in a file."""
    return one.record is not None and one.record.origin.source_type != ALGORITHMIC


def sort_of(record: Record) -> str:
    """Return what stores call it: graphics, text, levels, or its own kind."""
    return _SORTS.get(record.origin.kind, record.origin.kind)


def share(part: int, whole: int) -> str:
    """Return a share in per cent with one digit, rounded half up: "12.5%"."""
    if whole <= 0:
        return NOT_MEASURED
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def licences(datasets: Sequence[Dataset]) -> str:
    """Return the licences of data sets, each once."""
    return ", ".join(sorted({one.licence for one in datasets})) or NOT_MEASURED
