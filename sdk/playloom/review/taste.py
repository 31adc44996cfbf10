"""A taste: what one profile likes, as a small table of whole numbers that ranks content the same everywhere.

The score of a piece of content is a sum over its measures: how far each lies from the usual, in thousandths
of its spread, times a weight. Whole numbers throughout, so two machines never order two things differently.
A network would say no more than this table, which can also be read.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from playloom.errors import FileInvalid, PackageInvalid, RequestInvalid
from playloom.feedback.keys import Kind, check_profile
from playloom.files import read_regular
from playloom.strict_json import read_json

FORMAT: Final = "playloom.taste/1"
BYTES_HIGH = 1 << 20
SPREADS_HIGH = 3000  # thousandths: what lies farther out counts no more
_Whole = Annotated[int, msgspec.Meta(ge=-(2**31), le=2**31)]
_Spread = Annotated[int, msgspec.Meta(ge=1, le=2**31)]


class Weight(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one measure counts."""

    usual: _Whole  # mean of what was judged
    spread: _Spread  # standard deviation of that
    weight: Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]  # of a spread, in thousandths of a logit


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How well a taste foretold what it was not shown, in thousandths of the pairs that were tried."""

    pairs: int
    agreement: int
    shuffled: int  # the same, learnt from shuffled answers: what chance gives here
    judged: int  # pieces of content it was learnt from
    compared: int  # pairs that were compared outright


class KindTaste(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A taste in one kind of content."""

    weights: dict[str, Weight]
    measured: Measured

    def score(self, features: Mapping[str, int]) -> int:
        """Return how much it is liked, in millionths of a logit: comparable within the kind."""
        total = 0
        for name, one in self.weights.items():
            away = (features.get(name, 0) - one.usual) * 1000 // one.spread
            total += max(-SPREADS_HIGH, min(SPREADS_HIGH, away)) * one.weight
        return total

    def strongest(self, count: int) -> list[tuple[str, int]]:
        """Return the measures that count most, with their weights."""
        rows = [(name, one.weight) for name, one in self.weights.items() if one.weight]
        return sorted(rows, key=lambda row: (-abs(row[1]), row[0]))[:count]


class Taste(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of one profile's taste."""

    format: Literal["playloom.taste/1"]
    profile: str
    kinds: dict[Kind, KindTaste]

    def of_kind(self, kind: str) -> KindTaste:
        """Return the taste in a kind.

        Raises:
            RequestInvalid: If nothing was learnt of it.
        """
        for name, found in self.kinds.items():
            if name == kind:
                return found
        raise RequestInvalid(
            f"the taste of {self.profile} says nothing of kind {kind}, only of {', '.join(self.kinds)}; "
            "review some and run `playloom tune` again"
        )


def best_first(taste: KindTaste, features: Sequence[Mapping[str, int]]) -> list[int]:
    """Return the places of content, best first; of equals the earlier first."""
    scores = [taste.score(one) for one in features]
    return sorted(range(len(scores)), key=lambda place: -scores[place])


def taste_file(profile: str, folder: Path) -> Path:
    """Return where the taste of a profile lies."""
    return folder / f"playloom-taste-{check_profile(profile)}.json"


def encode_taste(taste: Taste) -> bytes:
    """Return the file: the same taste is the same bytes."""
    return msgspec.json.format(msgspec.json.encode(taste, order="sorted"), indent=1) + b"\n"


def read_taste(path: Path) -> Taste:
    """Return the taste in a file.

    Raises:
        FileInvalid: If it is missing, damaged, hostile or of another version.
    """
    data = read_regular(path, BYTES_HIGH + 1, "a taste, which `playloom tune` writes")
    if len(data) > BYTES_HIGH:
        raise FileInvalid(f"{path}: larger than {BYTES_HIGH >> 20} MiB; a taste is smaller")
    try:
        taste = msgspec.convert(read_json(data, str(path)), Taste, strict=True)
        check_profile(taste.profile)
    except (PackageInvalid, RequestInvalid, msgspec.ValidationError) as error:
        raise FileInvalid(f"{path}: no taste of Playloom ({error}); run `playloom tune` again") from error
    return taste
