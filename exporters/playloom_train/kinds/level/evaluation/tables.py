"""The figures as rows of words: the same ones on the screen and on the page."""

from playloom_train.kinds.level.evaluation.comparing import GENERATED, HELD, MARKOV, SEEN, STREWN
from playloom_train.kinds.level.evaluation.figures import Evaluation, Row, StyleFigures
from playloom_train.kinds.level.own import ONE_STYLE
from playloom_train.report_table import Table, counts, percent

LABELS = (GENERATED, SEEN, MARKOV, STREWN)  # the sets whose likeness is told
_DIVERGENCES = {
    "tpkl2": "TPKL 2x2, nats, lower is closer",
    "tpkl3": "TPKL 3x3, nats, lower is closer",
    "divergence": "JS 3x3, bits, lower is closer",
}


def tables(evaluation: Evaluation) -> list[Table]:
    """Return every table that has rows, but the one of times."""
    found = [_validity(evaluation), *_likeness(evaluation), _originality(evaluation)]
    found += [_wished(evaluation), _controls(evaluation)]
    return [table for table in found if table.rows]


def times(evaluation: Evaluation) -> Table | None:
    """Return the table of times, which differs from machine to machine."""
    machine = evaluation.machine
    if machine is None or not machine.times:
        return None
    names = tuple(dict.fromkeys(name for row in machine.times for name in row.stages))
    rows = tuple(
        (
            f"{row.side}x{row.side}",
            f"{row.side**2}",
            f"{row.median_ms:g}",
            f"{row.median_ms / row.side**2 * 1000:.0f}",
            *(percent(row.stages.get(name)) for name in names),
        )
        for row in machine.times
    )
    heads = ("size", "cells", "median ms", "ms a 1,000 cells", *names)
    return Table("Time", heads, rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _validity(evaluation: Evaluation) -> Table:
    rows = []
    for one in evaluation.styles:
        v = one.validity
        rows.append(
            (
                name_of(one),
                f"{v.made}/{v.asked}",
                percent(v.raw_passed / max(1, v.asked)),
                percent(v.passed / max(1, v.asked)),
                percent(one.chain_passed / one.rows[MARKOV].maps) if MARKOV in one.rows else "",
                percent(v.unedited / max(1, v.made)),
                percent(v.edited_mean, 2),
                percent(v.edited_most, 2),
                f"{v.attempts_mean:g}",
                counts(v.failed),
            )
        )
    heads = (
        "style",
        "made",
        "valid before repair",
        "valid after",
        "Markov chain valid",
        "no edit",
        "cells edited",
        "most edited",
        "attempts",
        "failed checks",
    )
    return Table("Validity", heads, tuple(rows))


def _likeness(evaluation: Evaluation) -> list[Table]:
    """Divergences of the generated, beside those of training maps, the Markov chain and strewn tiles."""
    some = [one for one in evaluation.styles if one.rows.get(GENERATED, Row(0)).tpkl2 is not None]
    found = []
    for figure, title in _DIVERGENCES.items():
        rows = tuple(
            (
                f"{name_of(one)} (to {one.compared} maps)",
                f"{one.rows[GENERATED].maps}",
                *(_number(getattr(one.rows.get(label, Row(0)), figure)) for label in LABELS),
            )
            for one in some
        )
        found.append(Table(f"Likeness to real maps: {title}", ("style", "maps", *LABELS), rows))
    return found


def _originality(evaluation: Evaluation) -> Table:
    rows = []
    for one in evaluation.styles:
        made, held = (one.rows.get(label, Row(0)) for label in (GENERATED, HELD))
        if not made.maps:
            continue
        rows.append(
            (
                name_of(one),
                percent(made.copied, 1),
                percent(held.copied, 1),
                percent(made.nearest_mean, 1),
                percent(held.nearest_mean, 1),
                percent(made.nearest_least, 1),
                percent(made.self_nearest, 1),
                percent(held.self_nearest, 1),
                percent(made.self_distance, 1),
                percent(held.self_distance, 1),
                _number(made.bits),
                _number(held.bits),
            )
        )
    heads = (
        "style",
        "copied windows",
        "held-out",
        "to nearest training map",
        "held-out",
        "least",
        "to nearest sibling",
        "held-out",
        "two levels differ in",
        "held-out",
        "pattern bits",
        "held-out",
    )
    return Table("Originality and diversity", heads, tuple(rows))


def _wished(evaluation: Evaluation) -> Table:
    rows = tuple((one.theme, f"{one.made}/{one.asked}", counts(one.failed)) for one in evaluation.wished)
    return Table("Levels with wishes", ("theme", "made", "failed checks"), rows)


def _controls(evaluation: Evaluation) -> Table:
    rows = tuple(
        (
            f"{one.theme}: {one.name}",
            f"{one.met}/{one.asked}",
            f"{one.error_mean:g}",
            f"{one.error_most:g}",
            "" if one.proposal_error is None else f"{one.proposal_error:g}",
        )
        for one in evaluation.controls
    )
    heads = ("control", "met", "mean error", "most", "mean error of the proposal")
    return Table("Controls", heads, rows)


def name_of(one: StyleFigures) -> str:
    """Return theme and style in words."""
    return one.theme if one.style in (one.theme, ONE_STYLE) else f"{one.theme}: {one.style}"
