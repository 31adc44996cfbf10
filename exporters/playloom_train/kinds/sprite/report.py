"""What became of the pictures that were read: kept, dropped and why, cleaned, labelled, split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playloom.kinds.sprite.clean import Cleaned
from playloom_train.kinds.sprite.reading.files import common
from playloom_train.kinds.sprite.reading.found import LeftOut

if TYPE_CHECKING:
    from rich.console import Console

    from playloom_train.kinds.sprite.data import Example

EXAMPLES = 3  # shown of each reason
_COLOURS = ((2, 4), (5, 8), (9, 16), (17, 32))


@dataclass
class Report:
    """Counts, with examples of what was dropped."""

    pictures: int = 0  # files
    found: int = 0  # sprites in them
    kept: int = 0
    left_out: dict[str, list[LeftOut]] = field(default_factory=dict)  # by reason
    enlarged: Counter[int] = field(default_factory=Counter)  # by factor
    noisy: int = 0  # enlarged with noise
    backgrounds: Counter[str] = field(default_factory=Counter)  # made clear, by colour
    islands: int = 0  # sprites that enclose pixels of the background's colour
    softened: int = 0  # sprites with half-transparent pixels
    reduced: int = 0  # sprites that had too many colours
    most_colours: int = 0  # of one sprite, before
    shadows: int = 0  # sprites whose drop shadow was taken out
    changed: int = 0  # sprites whose colours changed for all to see
    same: dict[str, int] = field(default_factory=dict)
    groups: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    unknown: list[str] = field(default_factory=list)  # names that told no category
    tags: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)
    sizes: Counter[int] = field(default_factory=Counter)
    colours: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def leave_out(self, what: Iterable[LeftOut]) -> None:
        """Note what is not kept."""
        for one in what:
            self.left_out.setdefault(one.reason, []).append(one)

    def reasons(self) -> dict[str, int]:
        """Return how many were left out for each reason, the most first."""
        counts = {reason: len(all_) for reason, all_ in self.left_out.items()}
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def cleaned(self, sprite: Cleaned, *, changed: bool) -> None:
        """Note what was done to one sprite."""
        if sprite.factor > 1:
            self.enlarged[sprite.factor] += 1
        self.noisy += sprite.near
        if sprite.background is not None:
            self.backgrounds["#{:02x}{:02x}{:02x}".format(*sprite.background)] += 1
        self.islands += sprite.islands > 0
        self.softened += sprite.softened > 0
        self.reduced += sprite.changed > 0
        self.most_colours = max(self.most_colours, sprite.colours)
        self.changed += changed

    def tell_of(self, examples: Sequence[Example]) -> None:
        """Count what is kept."""
        self.kept = len(examples)
        self.groups = len({example.group for example in examples})
        for example in examples:
            self.splits[example.split] += 1
            self.categories[example.category] += 1
            self.tags.update(example.tags)
            self.styles[example.style] += 1
            self.licences[example.licence] += 1
            self.sizes[max(example.tokens.shape)] += 1
            count = len(example.colours)
            self.colours[next(f"{low} to {high}" for low, high in _COLOURS if count <= high)] += 1

    def document(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        dropped = {
            reason: {
                "count": count,
                "examples": [
                    {"name": one.name, "detail": one.detail} for one in self.left_out[reason][:EXAMPLES]
                ],
            }
            for reason, count in self.reasons().items()
        }
        return {
            "pictures": self.pictures,
            "found": self.found,
            "kept": self.kept,
            "dropped": dropped,
            "enlarged": {str(factor): count for factor, count in sorted(self.enlarged.items())},
            "enlarged_with_noise": self.noisy,
            "backgrounds": dict(self.backgrounds.most_common()),
            "background_enclosed": self.islands,
            "soft_edges": self.softened,
            "shadows": self.shadows,
            "fewer_colours": self.reduced,
            "most_colours": self.most_colours,
            "colours_visibly_changed": self.changed,
            "same_drawing": self.same,
            "groups": self.groups,
            "splits": dict(sorted(self.splits.items())),
            "categories": dict(self.categories.most_common()),
            "category_unknown": {"count": len(self.unknown), "examples": self.unknown[:EXAMPLES]},
            "tags": dict(self.tags.most_common(200)),
            "different_tags": len(self.tags),
            "styles": dict(self.styles.most_common()),
            "sizes": {str(size): count for size, count in sorted(self.sizes.items())},
            "colours": dict(sorted(self.colours.items(), key=lambda item: int(item[0].split()[0]))),
            "licences": dict(self.licences.most_common()),
            "notes": self.notes,
        }

    def rows(self) -> list[tuple[str, str, str]]:
        """Return what there is to say as rows: what, how many, more about it."""
        rows = [
            ("read", str(self.pictures), "picture files"),
            ("found", str(self.found), "sprites in them"),
            ("kept", str(self.kept), f"in {self.groups} groups of one drawing each"),
        ]
        for reason, count in self.reasons().items():
            shown = [
                f"{one.name} ({one.detail})" if one.detail else one.name
                for one in self.left_out[reason][:EXAMPLES]
            ]
            rows.append((f"dropped: {reason}", str(count), common([*shown, *[""] * (count - len(shown))])))
        rows += [
            (f"enlarged {factor} times", str(count), "brought back to true size")
            for factor, count in sorted(self.enlarged.items())
        ]
        if self.noisy:
            rows.append(("of these with noise", str(self.noisy), "the median of each square was taken"))
        rows += [
            (f"background {colour}", str(count), "made clear")
            for colour, count in self.backgrounds.most_common(4)
        ]
        if self.islands:
            rows.append(("enclose its colour", str(self.islands), "kept; --background islands clears it"))
        if self.shadows:
            rows.append(("drop shadows", str(self.shadows), "taken out; --shadows keeps them"))
        if self.softened:
            rows.append(("soft edges", str(self.softened), "alpha of 128 and more became opaque, less clear"))
        if self.reduced:
            seen = f"; in {self.changed} it can be seen" if self.changed else ""
            rows.append(
                (
                    "over 32 colours",
                    str(self.reduced),
                    f"up to {self.most_colours}; those most alike became one{seen}",
                )
            )
        rows += [(name, str(count), "grouped") for name, count in self.same.items() if name != "copies"]
        rows += [
            (name, str(counts.total()), _list(counts))
            for name, counts in (
                ("splits", self.splits),
                ("categories", self.categories),
                ("sizes", self.sizes),
                ("colours", self.colours),
                ("styles", self.styles),
                ("licences", self.licences),
            )
        ]
        rows.append(("tags", str(len(self.tags)), _list(Counter(dict(self.tags.most_common(24))))))
        if self.unknown:
            rows.append(("category unknown", str(len(self.unknown)), common(self.unknown)))
        return rows

    def print(self, console: Console) -> None:
        """Print it as a table, then the notes."""
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("sprites", no_wrap=True)
        table.add_column("", justify="right")
        table.add_column("", overflow="fold")
        for row in self.rows():
            table.add_row(*row)
        console.print(table, markup=False)
        for note in self.notes:
            console.print(f"note: {note}", style="yellow", markup=False, highlight=False, soft_wrap=True)


def _list(counts: Counter[Any]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())
