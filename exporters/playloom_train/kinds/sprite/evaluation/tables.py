"""The figures as rows of words: the same ones on the screen and on the page."""

from collections.abc import Callable

from playloom_train.kinds.sprite.evaluation.figures import (
    HELD,
    MARKOV,
    SEEN,
    SHUFFLED,
    Contract,
    Evaluation,
    MakerFigures,
    PaletteUse,
    Reading,
    SizeLikeness,
    alone,
)
from playloom_train.report_table import Table, counts, percent

BASELINES = (SEEN, MARKOV, SHUFFLED)


def tables(evaluation: Evaluation) -> list[Table]:
    """Return every table that has rows, but the one of times."""
    found = [side_by_side(evaluation)]
    found += [_contract(evaluation, "category", lambda one: one.by_category)]
    found += [_contract(evaluation, "size", lambda one: one.by_size)]
    found += [_palettes(evaluation), *_likeness(evaluation), _readings(evaluation), _variety(evaluation)]
    return [table for table in found if table.rows]


def times(evaluation: Evaluation) -> Table | None:
    """Return the table of times, which differs from machine to machine."""
    if evaluation.machine is None:
        return None
    rows = tuple(
        (f"{name}, {row.side}x{row.side}", f"{row.median_ms:g}", f"{row.passes:g}")
        for name, some in evaluation.machine.times.items()
        for row in some
    )
    return Table("Time", ("maker and size", "median ms", "runs of a network"), rows)


def side_by_side(evaluation: Evaluation) -> Table:
    """Return the main figures: a column for each maker, and for what it is compared with."""
    names = [one.maker for one in evaluation.makers]
    columns = (*names, HELD, *BASELINES)
    rows = [*_kept(evaluation), *_known(evaluation), *_read(evaluation), *_near(evaluation)]
    filled = [(title, *(cells.get(column, "") for column in columns)) for title, cells in rows]
    used = [0, *(i for i in range(1, len(columns) + 1) if any(row[i] for row in filled))]
    heads = ("", *columns)
    shown = tuple(tuple(row[i] for i in used) for row in filled if any(row[1:]))
    return Table("Side by side", tuple(heads[i] for i in used), shown)


_Row = tuple[str, dict[str, str]]


def _kept(evaluation: Evaluation) -> list[_Row]:
    def row(title: str, cell: Callable[[MakerFigures], str]) -> _Row:
        return title, {one.maker: cell(one) for one in evaluation.makers}

    def used(one: MakerFigures) -> str:
        sprites = sum(use.sprites for use in one.palettes.values())
        share = sum(use.share_mean * use.sprites for use in one.palettes.values())
        return percent(share / sprites) if sprites else ""

    own = row("colours of a held-out sprite's palette used", _share_used)
    if evaluation.held:
        own[1][HELD] = percent(1.0)  # its palette is what it uses
    return [
        row("made", lambda one: f"{one.contract.made}/{one.contract.asked}"),
        row("keep the contract", lambda one: percent(one.contract.passed / max(1, one.contract.asked), 1)),
        row("first proposals that pass as drawn", lambda one: _first(one.contract.drawn, one.contract)),
        row("first proposals that pass, mended", lambda one: _first(one.contract.mended, one.contract)),
        row("pixels mended", lambda one: percent(one.contract.changed_mean, 2)),
        row("attempts", lambda one: f"{one.contract.attempts_mean:.2f}"),
        row("colours of a known palette used", used),
        own,
    ]


def _known(evaluation: Evaluation) -> list[_Row]:
    near: dict[str, dict[str, str]] = {}
    real = evaluation.real
    sets = [(one.maker, one.figures, one.tiles, one.variety) for one in evaluation.makers]
    if real is not None:
        sets.append((HELD, real.figures, real.tiles, real.variety))
    for label, figures, tiles, variety in sets:
        if figures is not None:
            for title, text in (
                ("to the nearest training sprite, mean", percent(figures.mean, 1)),
                ("a tenth is nearer than", percent(figures.tenth, 1)),
                ("the nearest of all", percent(figures.least, 1)),
                ("near copies", f"{figures.copies}/{figures.sprites}"),
            ):
                near.setdefault(f"figures: {title}", {})[label] = text
        if tiles is not None:
            near.setdefault("tiles: to the nearest training tile, mean", {})[label] = percent(tiles.mean, 1)
        if variety is not None:
            near.setdefault("two of a category differ in", {})[label] = percent(variety.mean, 1)
            near.setdefault("pairs that are alike", {})[label] = f"{variety.alike}/{variety.pairs}"
    for one in evaluation.makers:
        if one.figures is not None:
            text = _first(one.refused_copies, one.contract, 1)
            near.setdefault("first proposals refused as copies", {})[one.maker] = text
    return list(near.items())


def _read(evaluation: Evaluation) -> list[_Row]:
    def cells(label_of: Callable[[str], str]) -> dict[str, str]:
        labels = [*(one.maker for one in evaluation.makers), HELD, *BASELINES]
        return {label: _right(evaluation.readings.get(label_of(label))) for label in labels}

    words = {label: percent(one.words) for label, one in evaluation.readings.items() if one.words is not None}
    return [
        ("read as the category, asked as held-out sprites", cells(lambda label: label)),
        ("read as the category, asked by it alone", cells(alone)),
        ("told apart by a word", words),
    ]


def _near(evaluation: Evaluation) -> list[_Row]:
    rows = []
    for group in evaluation.likeness:
        size = f"{group.size} pixels"
        rows.append(
            (f"kernel distance, {size}", {name: f"{row.kid:.3f}" for name, row in group.rows.items()})
        )
        rows.append((f"coverage, {size}", {name: percent(row.coverage) for name, row in group.rows.items()}))
    return rows


def _contract(
    evaluation: Evaluation, head: str, rows_of: Callable[[MakerFigures], dict[str, Contract]]
) -> Table:
    many = len(evaluation.makers) > 1
    rows = tuple(
        (
            f"{name}, {one.maker}" if many else name,
            f"{row.made}/{row.asked}",
            _first(row.drawn, row),
            _first(row.mended, row),
            percent(row.changed_mean, 2),
            percent(row.changed_most, 1),
            f"{row.attempts_mean:.2f}",
            counts(row.mends),
            counts(row.first_failed),
        )
        for name in dict.fromkeys(name for one in evaluation.makers for name in rows_of(one))
        for one in evaluation.makers
        if (row := rows_of(one).get(name)) and row.asked
    )
    heads = (
        head,
        "made",
        "pass as drawn",
        "pass, mended",
        "pixels mended",
        "most",
        "attempts",
        "sprites mended",
        "first proposals that failed",
    )
    return Table(f"Contract by {head}", heads, rows)


def _palettes(evaluation: Evaluation) -> Table:
    names = dict.fromkeys(name for one in evaluation.makers for name in one.palettes)
    rows = []
    for name in names:
        uses = [one.palettes.get(name) for one in evaluation.makers]
        colours = next(use.colours for use in uses if use)
        cells = [text for use in uses for text in _used(use)]
        rows.append((name, f"{colours}", *cells))
    heads = [text for one in evaluation.makers for text in (f"{one.maker} uses", "of the palette", "sprites")]
    return Table("Known palettes", ("palette", "colours", *heads), tuple(rows))


def _used(use: PaletteUse | None) -> tuple[str, str, str]:
    if use is None:
        return "", "", ""
    return f"{use.used_mean:.1f}", percent(use.share_mean), f"{use.sprites}"


def _likeness(evaluation: Evaluation) -> list[Table]:
    heads = ("set", "sprites", "kernel distance", "density", "coverage", "silhouettes 3x3", "shades 3x3")
    found = []
    for group in evaluation.likeness:
        rows = tuple(
            (
                label,
                f"{row.sprites}",
                f"{row.kid:.3f}",
                f"{row.density:.2f}",
                percent(row.coverage),
                f"{row.silhouettes:.3f}",
                f"{row.shades:.3f}",
            )
            for label, row in group.rows.items()
        )
        title = f"Likeness to {group.held} held-out sprites of {group.size} pixels"
        found += [Table(title, heads, rows), _statistics(group)]
    return found


def _statistics(group: SizeLikeness) -> Table:
    rows = []
    for name, mean in group.means.items():
        some = [row.statistics[name] for row in group.rows.values()]
        rows.append((name, f"{mean:.3f}", *(f"{one.mean:.3f} ({one.divergence:.2f})" for one in some)))
    title = f"Shape and colour at {group.size} pixels: mean (divergence from held-out, bits)"
    return Table(title, ("count", HELD, *group.rows), tuple(rows))


def _readings(evaluation: Evaluation) -> Table:
    readings = evaluation.readings
    names = sorted({name for one in readings.values() for name in one.by_category})
    rows = tuple((name, *(_of(one.by_category.get(name)) for one in readings.values())) for name in names)
    total = ("all", *(_of((one.right, one.asked)) for one in readings.values()))
    return Table("Read as its category", ("category", *readings), (*rows, total) if rows else ())


def _variety(evaluation: Evaluation) -> Table:
    sets = {one.maker: one.variety_by_category for one in evaluation.makers}
    if evaluation.real is not None:
        sets[HELD] = evaluation.real.variety_by_category
    names = sorted({name for some in sets.values() for name in some})
    rows = []
    for name in names:
        found = [some.get(name) for some in sets.values()]
        cells = [(percent(one.mean, 1), f"{one.alike}/{one.pairs}") if one else ("", "") for one in found]
        rows.append((name, *(text for pair in cells for text in pair)))
    heads = [text for label in sets for text in (label, "alike pairs")]
    return Table("Two sprites of a category and size differ in", ("category", *heads), tuple(rows))


def _share_used(one: MakerFigures) -> str:
    return percent(one.own_palettes.share_mean) if one.own_palettes else ""


def _first(count: int, contract: Contract, digits: int = 0) -> str:
    return percent(count / max(1, contract.asked), digits)


def _right(reading: Reading | None) -> str:
    return percent(reading.right / reading.asked) if reading and reading.asked else ""


def _of(pair: tuple[int, int] | None) -> str:
    return f"{pair[0]}/{pair[1]}" if pair else ""
