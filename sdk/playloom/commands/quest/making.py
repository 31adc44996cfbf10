"""The work of `playloom quest make`: quests made, written and reported in order."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from playloom.api.quest_making import quest_generator, quest_realiser, write_quest
from playloom.commands.output import check_placeholders, check_places, failure_document, print_json, progress
from playloom.commands.quest.showing import print_preview, quest_document, summary
from playloom.commands.quest.streaming import LinesAsTheyCome
from playloom.errors import GenerationFailed
from playloom.kinds.quest.content import Quest, QuestRequest
from playloom.kinds.quest.formats import WRITERS

_SEED = "{seed}"  # in a name: replaced by the seed


@dataclass(frozen=True, kw_only=True)
class Making:
    """The options of one run; names as in `playloom quest make --help`."""

    world: str
    scripts: tuple[Path, ...]
    package: str | None
    model: Path | None  # a folder with somebody else's, instead of a package
    stream: bool
    wishes: dict[str, Any]  # fields of `QuestRequest`, seed included
    outputs: tuple[str, ...]  # {seed} is replaced
    count: int
    preview: bool
    as_json: bool
    quiet: bool

    def requests(self) -> list[QuestRequest]:
        """Return what is asked for, seed by seed."""
        first = int(self.wishes["seed"])
        return [QuestRequest(**self.wishes | {"seed": first + number}) for number in range(self.count)]

    def places(self, seed: int) -> list[Path]:
        """Return where the quest of ``seed`` goes; of several each name holds its seed."""
        return [self._place(name, seed) for name in self.outputs]

    def _place(self, name: str, seed: int) -> Path:
        if _SEED in name:
            return Path(name.replace(_SEED, str(seed)))
        path = Path(name)
        return path.with_stem(f"{path.stem}-{seed}") if self.count > 1 else path


def make_quests(making: Making) -> None:
    """Make, write and report every quest asked for.

    Raises:
        click.UsageError: If an output cannot be written.
        RequestInvalid: If the world has no such quest.
        FileInvalid: If the world or a script cannot be read.
        KindUnknown: If no model package has the name that was given.
        PackageInvalid: If the model package is not sound.
        WriteFailed: If a file could not be written.
        GenerationFailed: If one quest or more failed; the others are written.
    """
    requests = making.requests()
    check_placeholders(making.outputs, (_SEED,))
    check_places(list(zip(making.outputs, making.places(requests[0].seed), strict=True)), WRITERS)
    realiser = quest_realiser(making.package, making.model, requests[0].source)
    generator = quest_generator(making.world, making.scripts, requests[0].rating, realiser)
    listen = LinesAsTheyCome(err=making.as_json or making.quiet) if making.stream else None
    failures: list[tuple[int, GenerationFailed]] = []
    shown = not making.quiet and making.count > 1 and not making.stream
    with progress(making.count, "Making quests", shown=shown) as report:
        for number, request in enumerate(requests):
            try:
                _deliver(making, request, generator.generate(request, listen))
            except GenerationFailed as failure:
                failures.append((request.seed, failure))
                _fail(making, request.seed, failure)
            report(number + 1)
    if failures:
        raise _all_failed(making, failures)


def _deliver(making: Making, request: QuestRequest, quest: Quest) -> None:
    """Write a quest's files and report it."""
    places = making.places(request.seed)
    written = write_quest(quest, *places) if places else []
    if making.as_json:
        print_json(quest_document(quest, written))
    if making.preview or not (written or making.as_json or making.quiet):
        print_preview(quest, err=making.as_json)
    if making.as_json or making.quiet:
        return
    click.echo(summary(quest, request.seed))
    if written:
        click.echo("  " + "  ".join(str(path) for path in written))
    elif making.count == 1:
        click.echo(f"  -o {_file_name(quest.title)} writes it; formats: {' '.join(WRITERS)}")


def _fail(making: Making, seed: int, failure: GenerationFailed) -> None:
    """Say which of several quests failed; in JSON also of one alone."""
    if making.as_json:
        print_json({"seed": seed, "error": failure_document(failure)})
    if making.count > 1:
        click.echo(f"playloom: seed {seed}: {failure}", err=True)


def _all_failed(making: Making, failures: list[tuple[int, GenerationFailed]]) -> GenerationFailed:
    """Return one failure that speaks of all of them."""
    first = failures[0][1]
    if making.count == 1:
        return first
    failed = tuple(sorted({name for _, failure in failures for name in failure.failed}))
    others = ", the others are made" if len(failures) < making.count else ""
    return GenerationFailed(
        f"{len(failures)} of {making.count} quests failed{others}; {first.advice}",
        failed=failed,
        advice=first.advice,
    )


def _file_name(title: str) -> str:
    """Return a name that would do for a file of this quest."""
    stem = "-".join("".join(char if char.isalnum() else " " for char in title.lower()).split())
    return f"{stem[:40].strip('-') or 'quest'}.ink"
