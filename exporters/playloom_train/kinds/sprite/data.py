"""Training data of a sprite model: read, cleaned, labelled, without copies, split, and a report of it all."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playloom.errors import FileInvalid
from playloom.kinds.sprite.clean import Cleaned, Cleaning, Dropped, clean_sprite
from playloom.kinds.sprite.quantise import tokens_of
from playloom_train.kinds.sprite.duplicates import Same, find_same
from playloom_train.kinds.sprite.labels import Label, Labels, read_labels
from playloom_train.kinds.sprite.reading.atlas import AtlasChoice, is_atlas, read_atlas
from playloom_train.kinds.sprite.reading.files import common
from playloom_train.kinds.sprite.reading.folder import Looking, read_folder
from playloom_train.kinds.sprite.reading.found import Findings, FoundSprite, LeftOut
from playloom_train.kinds.sprite.reading.sheet import Grid
from playloom_train.kinds.sprite.report import Report
from playloom_train.kinds.sprite.shadows import without_shadow
from playloom_train.licences import NOT_STATED
from playloom_train.splits import TRAIN, split

SPRITES_HIGH = 200_000
CHANGED_HIGH = 0.1  # OKLab; a colour that changed by more is told of


@dataclass(frozen=True, kw_only=True)
class Example:
    """One sprite as the networks learn it."""

    tokens: NDArray[np.uint8]  # (h, w): 0 is transparent, i is colour i - 1
    colours: NDArray[np.uint8]  # (K, 3), sRGB, K at most 32, the darkest first
    category: str
    tags: tuple[str, ...]
    style: str
    group: str
    split: str  # train, val or heldout
    weight: float
    name: str
    licence: str = NOT_STATED

    @property
    def rgba(self) -> NDArray[np.uint8]:
        """The picture, (h, w, 4)."""
        return rgba_of(self.tokens, self.colours)


def rgba_of(tokens: NDArray[np.uint8], colours: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture (h, w, 4) of tokens (h, w), 0 transparent, i colour i - 1 of (K, 3)."""
    table = np.zeros((len(colours) + 1, 4), np.uint8)
    table[1:, :3], table[1:, 3] = colours, 255
    picture: NDArray[np.uint8] = table[tokens]
    return picture


@dataclass(frozen=True, kw_only=True)
class DataPlan:
    """Where sprites come from and what is done to them."""

    paths: tuple[Path, ...]
    cleaning: Cleaning = field(default_factory=Cleaning)
    grid: Grid | None = None
    labels: Path | None = None
    category: str = "item"  # of sprites whose names say nothing
    licence: str = NOT_STATED
    atlas: AtlasChoice = field(default_factory=AtlasChoice)


@dataclass(frozen=True)
class SpriteSet:
    """Sprites to train on, and the report of how they came about."""

    examples: tuple[Example, ...]
    report: Report
    found: tuple[str, ...] = ()  # names of all sprites that were seen, for a draft of labels

    @property
    def categories(self) -> tuple[str, ...]:
        """Those that there are, by name."""
        return tuple(sorted({example.category for example in self.examples}))

    def sources(self) -> list[tuple[str, str, int, str]]:
        """Return name, licence, count and SHA-256 of each style's sprites that are trained on."""
        by_source: dict[tuple[str, str], list[Example]] = {}
        for example in self.of(TRAIN):
            by_source.setdefault((example.style, example.licence), []).append(example)
        return [(*source, len(all_), _digest(all_)) for source, all_ in sorted(by_source.items())]

    def of(self, side: str) -> tuple[Example, ...]:
        """Return the examples of a split."""
        return tuple(example for example in self.examples if example.split == side)


def _digest(examples: list[Example]) -> str:
    """Return the hash of what sprites look like and what is said of them."""
    digest = hashlib.sha256()
    for one in examples:
        said = "\0".join((one.category, *one.tags))
        digest.update(f"{one.tokens.shape} {len(one.colours)} {said}\n".encode())
        digest.update(one.tokens.tobytes() + one.colours.tobytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class _Draft:
    found: FoundSprite
    cleaned: Cleaned
    label: Label
    tokens: NDArray[np.uint8]
    colours: NDArray[np.uint8]


def gather(plan: DataPlan) -> SpriteSet:
    """Return the sprites of all paths.

    Raises:
        FileInvalid: If a path is missing, an atlas or the labels are damaged, or no sprite is left.
    """
    labels = read_labels(plan.labels) if plan.labels else Labels()
    findings = _read(plan, labels)
    report = Report(pictures=findings.pictures, found=len(findings.sprites), notes=findings.notes)
    report.leave_out(findings.left_out)
    if len(findings.sprites) > SPRITES_HIGH:
        raise FileInvalid(f"{len(findings.sprites)} sprites were found; give at most {SPRITES_HIGH}")
    names = [one.name for one in findings.sprites]
    stray = labels.unused(names)
    if stray:
        report.notes.append(f"{labels.where}: no sprite is called {common(stray)}")
    drafts = _clean(findings.sprites, labels, plan, report)
    same = find_same(
        [(draft.tokens, draft.colours) for draft in drafts],
        [draft.found.series for draft in drafts],
        given=[draft.found.given is not None for draft in drafts],
    )
    examples = _examples(drafts, same, plan, report)
    if not examples:
        told = "; ".join(f"{count} {reason}" for reason, count in report.reasons().items())
        raise FileInvalid(
            f"{common(map(str, plan.paths))}: no sprite is left to train on "
            f"({told or 'no picture is there'}); see --help for what can be read"
        )
    return SpriteSet(tuple(examples), report, tuple(names))


def _read(plan: DataPlan, labels: Labels) -> Findings:
    """Return what lies at all paths; names begin with the folder's where several were given."""
    findings = Findings()

    def keeps(name: str) -> bool:
        label = labels.label(name)
        return label is not None and (label.category or "").startswith("terrain")

    looking = Looking(cleaning=plan.cleaning, grid=plan.grid, keeps_background=keeps)
    for path in plan.paths:
        if is_atlas(path):
            findings.add(read_atlas(path, plan.atlas))
            continue
        resolved = path.resolve()
        style = (resolved.name if resolved.is_dir() else resolved.parent.name).lower() or "own"
        findings.add(read_folder(path, style, looking))
    return findings


def _clean(found: list[FoundSprite], labels: Labels, plan: DataPlan, report: Report) -> list[_Draft]:
    """Put every sprite on its canvas, with its label; what cannot be is left out."""
    drafts = []
    unknown = []
    for one in found:
        label = labels.label(one.name) if one.given is None else Label(one.given.category, one.given.tags)
        if label is None:
            report.leave_out([LeftOut(one.name, "left out by the labels")])
            continue
        cleaned = clean_sprite(one.picture, plan.cleaning)
        if isinstance(cleaned, Dropped):
            report.leave_out([LeftOut(one.name, cleaned.reason, cleaned.detail)])
            continue
        report.cleaned(cleaned, changed=cleaned.changed > CHANGED_HIGH)
        if label.category is None:
            unknown.append(one.name)
            label = replace(label, category=plan.category)
        tokens, colours = tokens_of(cleaned.pixels)
        if one.given is not None and not plan.atlas.shadows:
            lit = without_shadow(tokens, colours)
            report.shadows += lit is not tokens
            tokens, colours = tokens_of(np.where(lit[..., None] > 0, cleaned.pixels, 0).astype(np.uint8))
        drafts.append(_Draft(one, cleaned, label, tokens, colours))
    report.unknown = unknown
    return drafts


def _examples(drafts: list[_Draft], same: Same, plan: DataPlan, report: Report) -> list[Example]:
    """Return the sprites that are no copies, split by groups."""
    dropped = _copies(drafts, same, report)
    dropped |= _crossing(drafts, same, dropped, report)
    kept = [i for i in range(len(drafts)) if i not in dropped]
    keys = {i: _group_key(drafts, same, i) for i in kept}
    own = sorted({keys[i] for i in kept if drafts[i].found.given is None})
    sizes = Counter(keys[i] for i in kept)
    sides = dict(zip(own, split(own, [sizes[key] for key in own]), strict=True))
    examples = []
    for i in kept:
        draft, given = drafts[i], drafts[i].found.given
        example = Example(
            tokens=draft.tokens,
            colours=draft.colours,
            category=draft.label.category or plan.category,
            tags=draft.label.tags,
            style=draft.found.style,
            group=keys[i],
            split=sides[keys[i]] if given is None else given.split,
            weight=1.0 if given is None else given.weight,
            name=draft.found.name,
            licence=plan.licence if given is None else given.licence,
        )
        examples.append(example)
    report.same = {name: count for name, count in same.counts.items() if count}
    report.tell_of(examples)
    return examples


def _copies(drafts: list[_Draft], same: Same, report: Report) -> set[int]:
    """Return which sprites are copies; of two copies the one that is set aside stays."""
    dropped: set[int] = set()
    for i, first in enumerate(same.copy_of):
        if first is None:
            continue
        of, gone = first, i
        here, there = drafts[i].found.given, drafts[first].found.given
        if here and there and here.split != TRAIN and there.split == TRAIN and first not in dropped:
            of, gone = i, first
        dropped.add(gone)
        detail = f"of {drafts[of].found.name}"
        report.leave_out([LeftOut(drafts[gone].found.name, "an exact copy", detail)])
    return dropped


def _crossing(drafts: list[_Draft], same: Same, dropped: set[int], report: Report) -> set[int]:
    """Return which sprites the data's own splits train on though they set the same drawing aside."""
    aside: dict[int, str] = {}
    for i, draft in enumerate(drafts):
        if i not in dropped and draft.found.given and draft.found.given.split != TRAIN:
            aside.setdefault(same.group[i], draft.found.name)
    crossing = {
        i
        for i, draft in enumerate(drafts)
        if i not in dropped
        and draft.found.given
        and draft.found.given.split == TRAIN
        and same.group[i] in aside
    }
    for i in sorted(crossing):
        detail = f"{aside[same.group[i]]}, recoloured or mirrored"
        report.leave_out([LeftOut(drafts[i].found.name, "the drawing of one that is set aside", detail)])
    return crossing


def _group_key(drafts: list[_Draft], same: Same, i: int) -> str:
    """Return the name of a sprite's group: the given one, or that of the first of those that are the same."""
    given = drafts[i].found.given
    if given is not None:
        return f"{given.style}/{given.group}"
    first = drafts[same.group[i]].found
    return f"{first.style}/{first.name}"
