"""The work of `playloom sprite make`: sprites made side by side, written and reported in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, NoReturn

import click
import numpy as np
from numpy.typing import NDArray

from playloom.api.sprite_files import write_sprite
from playloom.api.sprite_making import SPRITE, sprite_generator, sprite_request
from playloom.commands.choosing import Choosing, spared_seeds, taste_for
from playloom.commands.in_order import in_order
from playloom.commands.output import check_placeholders, check_places, failure_document, print_json, progress
from playloom.commands.sprite.options import check_output, check_spared
from playloom.commands.sprite.showing import print_preview, sprite_document, summary
from playloom.errors import GenerationFailed
from playloom.files import write_all_atomically
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats import contact
from playloom.kinds.sprite.formats.save import WRITERS
from playloom.kinds.sprite.request import SpriteRequest
from playloom.review.sprite_features import asked_record, of_sprite
from playloom.review.taste import KindTaste, best_first

_SEED = "{seed}"  # in a name: replaced by the seed
Outcome = Sprite | GenerationFailed


@dataclass(frozen=True, kw_only=True)
class Making:
    """The options of one run; names as in `playloom sprite make --help`."""

    words: str
    wishes: dict[str, Any]  # arguments of `playloom.sprite`, seed included
    package: str | None
    outputs: tuple[str, ...]  # {seed} is replaced
    scale: int | None
    count: int  # sprites to write
    made: int  # and to make
    choosing: Choosing
    jobs: int
    sheet: str | None
    preview: bool
    as_json: bool
    quiet: bool

    @property
    def seed(self) -> int:
        """The first seed."""
        return int(self.wishes["seed"])

    def places(self, seed: int) -> list[Path]:
        """Return where the sprite of ``seed`` goes; of several each name holds its seed."""
        return [self._place(name, seed) for name in self.outputs]

    def _place(self, name: str, seed: int) -> Path:
        if _SEED in name:
            return Path(name.replace(_SEED, str(seed)))
        path = Path(name)
        return path.with_stem(f"{path.stem}-{seed}") if self.count > 1 else path


def make_sprites(making: Making) -> None:
    """Make, write and report every sprite asked for.

    Raises:
        click.UsageError: If the options contradict each other.
        RequestInvalid: If the request cannot be.
        FileInvalid: If a picture or palette cannot be read.
        WriteFailed: If a file could not be written.
        GenerationFailed: If one sprite or more failed; the others are written.
    """
    first = _check(making)
    taste = taste_for(making.choosing, SPRITE)
    generator = sprite_generator(making.package)
    seeds = spared_seeds(
        making.choosing,
        making.seed,
        SPRITE,
        generator.package.hash,
        asked_record(first, generator),
        quiet=making.quiet,
    )
    asked = (replace(first, seed=seed) for seed in islice(seeds, making.made))
    run = _Run(making)
    found: list[tuple[SpriteRequest, Sprite]] = []  # to be ranked
    with progress(making.made, "Making sprites", shown=not making.quiet) as report:
        # One sprite reports its own progress; of several only whole ones count.
        inner = report if making.made == 1 else None
        made = in_order(asked, making.jobs, lambda request: generator.generate(request, inner))
        for number, (request, outcome) in enumerate(made):
            if isinstance(outcome, GenerationFailed):
                run.fail(request, outcome)
            elif taste is None:
                run.deliver(request, outcome)
            else:
                found.append((request, outcome))
            report(number + 1)
    if taste is not None:
        _deliver_best(run, taste, found)
    run.end()


def _deliver_best(run: "_Run", taste: KindTaste, found: list[tuple[SpriteRequest, Sprite]]) -> None:
    """Write and report the sprites that rank best, the best first; failures are none if enough are left."""
    features = [of_sprite(sprite) for _, sprite in found]
    ranked = best_first(taste, features)[: run.making.count]
    for rank, place in enumerate(ranked, start=1):
        run.deliver(*found[place], {"rank": rank, "score": taste.score(features[place])})
    if len(ranked) == run.making.count:
        run.failures.clear()


def _check(making: Making) -> SpriteRequest:
    """Refuse what cannot be before a model is loaded; return the first request."""
    making.choosing.check(making.made)
    check_placeholders(making.outputs, (_SEED,))
    named = zip(making.outputs, making.places(making.seed), strict=True)
    places = check_places(list(named), WRITERS)
    check_spared([making.wishes[name] for name in ("like", "partial", "silhouette")], places)
    if making.sheet is not None:
        check_placeholders([making.sheet], ())
        if making.count > contact.SPRITES_HIGH:
            raise click.UsageError(
                f"--sheet holds {contact.SPRITES_HIGH} sprites; ask for fewer or leave it out"
            )
        if check_output(making.sheet, (".png",)) in _pictures(making):
            raise click.UsageError(f"{making.sheet}: is given twice; every output needs its own name")
    if making.scale is not None and {place.suffix.lower() for place in places}.isdisjoint((".png", ".gif")):
        raise click.UsageError("--scale is for .png and .gif files: ask for one with -o sprite.png")
    wished = ("category", "like", "partial", "silhouette")
    if not making.words and not any(making.wishes[name] for name in wished):
        raise click.UsageError(
            "say what to draw, such as: goblin with axe; `playloom sprite words` lists what is known"
        )
    last = making.seed + making.made - 1
    sprite_request(making.words, **making.wishes | {"seed": last})
    return sprite_request(making.words, **making.wishes)


def _pictures(making: Making) -> set[Path]:
    """Return where the sprites of a run put pictures, those beside a .json included."""
    places = {place for number in range(making.count) for place in making.places(making.seed + number)}
    return places | {place.with_suffix(".png") for place in places if place.suffix.lower() == ".json"}


@dataclass
class _Run:
    """What became of the sprites so far."""

    making: Making
    failures: list[tuple[int, GenerationFailed]] = field(default_factory=list)
    shown: list[tuple[str, NDArray[np.uint8]]] = field(default_factory=list)  # on the contact sheet
    noted: set[str] = field(default_factory=set)

    def deliver(self, request: SpriteRequest, sprite: Sprite, more: Mapping[str, Any] | None = None) -> None:
        """Write a sprite's files and report it; ``more`` stands in its JSON."""
        making = self.making
        places = making.places(request.seed)
        written = write_sprite(sprite, *places, scale=making.scale) if places else []
        if making.sheet is not None:
            self.shown.append((f"{request.seed}", sprite.rgba))
        if making.as_json:
            print_json({**sprite_document(sprite, request, written), **(more or {})})
        if making.preview or not (written or making.sheet or making.as_json or making.quiet):
            print_preview(sprite, err=making.as_json)
        if not making.quiet:
            for note in sprite.notes:
                if note not in self.noted:  # once, not for each seed
                    click.echo(f"playloom: {note}", err=True)
                self.noted.add(note)
        if making.as_json or making.quiet:
            return
        click.echo(summary(sprite, request))
        if written:
            click.echo("  " + "  ".join(str(path) for path in written))
        elif making.count == 1 and making.sheet is None:
            click.echo(f"  -o {_file_name(making.words)} writes it; formats: {' '.join(WRITERS)}")

    def fail(self, request: SpriteRequest, failure: GenerationFailed) -> None:
        """Say which of several sprites failed; in JSON also of one alone."""
        self.failures.append((request.seed, failure))
        if self.making.as_json:
            print_json({"seed": request.seed, "error": failure_document(failure)})
        if self.making.made > 1:
            click.echo(f"playloom: seed {request.seed}: {failure}", err=True)

    def end(self) -> None:
        """Write the contact sheet; leave with one failure that speaks of all of them.

        Raises:
            GenerationFailed: If there was one.
        """
        if self.making.sheet is not None and self.shown:
            place = Path(self.making.sheet)
            (data,) = contact.encode(self.shown, place.stem).values()
            write_all_atomically({place: data})
            if not (self.making.quiet or self.making.as_json):
                click.echo(f"  {place}")
        if self.failures:
            self._complain()

    def _complain(self) -> NoReturn:
        count = self.making.made
        if count == 1:
            raise self.failures[0][1]
        failed = tuple(sorted({name for _, failure in self.failures for name in failure.failed}))
        advice = self.failures[0][1].advice
        others = ", the others are made" if len(self.failures) < count else ""
        raise GenerationFailed(
            f"{len(self.failures)} of {count} sprites failed{others}; {advice}", failed=failed, advice=advice
        )


def _file_name(words: str) -> str:
    """Return a name that would do for a file of these words."""
    stem = "-".join("".join(char if char.isalnum() else " " for char in words.lower()).split())
    return f"{stem[:40].strip('-') or 'sprite'}.png"
