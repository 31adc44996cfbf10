"""The work of `playloom level make`: levels made side by side, reported in order."""

from collections.abc import Callable, Iterator

import click

from playloom.api import KIND, level_generator
from playloom.commands.choosing import taste_for
from playloom.commands.in_order import in_order
from playloom.commands.level.making_delivery import deliver, fail, report_failure
from playloom.commands.level.making_requests import Making, check_making, requests, theme_of
from playloom.commands.level.outputs import Writer, open_outputs
from playloom.commands.output import progress
from playloom.errors import GenerationFailed
from playloom.kinds.level.content import Level, LevelRequest
from playloom.kinds.level.variety import unlike
from playloom.review.level_features import of_level
from playloom.review.taste import KindTaste, best_first

Outcome = Level | GenerationFailed
Made = Iterator[tuple[LevelRequest, Outcome]]


def make_levels(making: Making) -> None:
    """Make, write and report every level asked for.

    Raises:
        click.UsageError: If the options contradict each other.
        RequestInvalid: If the request cannot be.
        FileInvalid: If the map, its legend or the mapping of a TileSet cannot be read.
        WriteFailed: If a file could not be written.
        GenerationFailed: If one level or more failed; the others are written, but none where they were to be
            unlike one another.
    """
    check_making(making)
    writer = open_outputs(making.outputs, making.seed)
    taste = taste_for(making.choosing, KIND)
    generator = level_generator(making.package, making.theme or theme_of(making.source))
    asked = requests(making, generator)
    with progress(making.count, "Making levels", shown=not making.quiet) as report:
        # One level reports its own progress; of several only whole ones count.
        inner = report if making.count == 1 else None

        def generate(request: LevelRequest) -> Level:
            return generator.generate(request, inner)

        made = in_order(asked, making.jobs, generate)
        if taste is not None:
            _deliver_best(making, made, taste, writer, report)
        elif making.unlike is None:
            _deliver_each(making, made, writer, report)
        else:
            _deliver_unlike(making, made, making.unlike, writer, report)


def _deliver_each(making: Making, made: Made, writer: Writer, report: Callable[[float], None]) -> None:
    """Write and report every level as soon as it is made."""
    failures: list[tuple[int, GenerationFailed]] = []
    for number, (request, outcome) in enumerate(made):
        if isinstance(outcome, GenerationFailed):
            failures.append((request.seed, outcome))
            report_failure(making, request, outcome)
        else:
            deliver(making, request, outcome, writer)
        report(number + 1)
    if failures:
        fail(making, failures)


def _deliver_best(
    making: Making, made: Made, taste: KindTaste, writer: Writer, report: Callable[[float], None]
) -> None:
    """Write and report the levels that rank best, the best first, once all are made."""
    failures: list[tuple[int, GenerationFailed]] = []
    found: list[tuple[LevelRequest, Level]] = []
    for number, (request, outcome) in enumerate(made):
        if isinstance(outcome, GenerationFailed):
            failures.append((request.seed, outcome))
            report_failure(making, request, outcome)
        else:
            found.append((request, outcome))
        report(number + 1)
    features = [of_level(level) for _, level in found]
    ranked = best_first(taste, features)[: making.outputs.count]
    for rank, place in enumerate(ranked, start=1):
        more = {"rank": rank, "score": taste.score(features[place])}
        deliver(making, *found[place], writer, more)
    if len(ranked) < making.outputs.count:
        fail(making, failures)


def _deliver_unlike(
    making: Making, made: Made, by: float, writer: Writer, report: Callable[[float], None]
) -> None:
    """Write and report the levels that are unlike those before them, once there are as many as asked for."""
    picks = []
    try:
        for found in unlike(made, making.count, by):
            picks.append(found)
            report(len(picks))
    except GenerationFailed as failure:
        nothing = "; nothing is written" if making.outputs.files else ""
        raise GenerationFailed(f"{failure}{nothing}", failed=failure.failed, advice=failure.advice) from None
    for request, level, pick in picks:
        deliver(making, request, level, writer, {"distance": round(pick.distance, 4)})
    if len(picks) > 1 and not (making.as_json or making.quiet):
        nearest = min(pick.distance for _, _, pick in picks)
        click.echo(f"{len(picks)} levels; any two differ in {nearest:.0%} of their cells or more")
