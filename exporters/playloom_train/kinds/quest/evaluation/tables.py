"""The figures as rows of words: the same ones on the screen and on the page."""

from playloom_train.kinds.quest.evaluation.figures import Evaluation, Likelihood, Lines
from playloom_train.report_table import Table, percent


def tables(evaluation: Evaluation) -> list[Table]:
    """Return every table that has rows, but the one of times."""
    found = [_lines(evaluation), _likelihood(evaluation), _ranking(evaluation)]
    return [table for table in found if table.rows]


def times(evaluation: Evaluation) -> Table | None:
    """Return the table of times, which differs from machine to machine."""
    one = evaluation.machine
    if one is None:
        return None
    rows = (
        ("a line, one try, ms", f"{one.line_ms:g}"),
        (f"a line, the best of {one.tries}, ms", f"{one.lines_ms:g}"),
        ("its first token, ms", f"{one.first_ms:g}"),
        ("tokens a second, one row", f"{one.tokens_second:g}"),
        (f"tokens a second, {one.rows} rows", f"{one.tokens_second_rows:g}"),
    )
    return Table("Time", ("", "median"), rows)


def _lines(evaluation: Evaluation) -> Table:
    makers = evaluation.lines
    rows = [
        ("lines that came to an end", *(f"{one.ended}/{one.lines}" for one in makers.values())),
        ("slots named that had to be", *(_of(one.must) for one in makers.values())),
        ("lines with a slot of no use", *(f"{one.strange}" for one in makers.values())),
        ("words of a line", *(f"{one.words_mean:.1f}" for one in makers.values())),
        *((f"distinct-{size}", *(_distinct(one, size) for one in makers.values())) for size in (1, 2, 3)),
        ("6-grams that training has", *(percent(one.grams_known, 1) for one in makers.values())),
        ("whole lines that training has", *(f"{one.lines_known}" for one in makers.values())),
        ("of its 3-grams in the nearest line", *(percent(one.nearest_mean) for one in makers.values())),
        ("taken for its act", *(_of(one.act) for one in makers.values())),
        ("taken for its tone", *(_of(one.tone) for one in makers.values())),
    ]
    return Table("Lines in held-out scripts", ("", *makers), tuple(rows) if makers else ())


def _likelihood(evaluation: Evaluation) -> Table:
    rows = tuple(
        (
            one.source,
            f"{one.writer.documents}",
            f"{one.writer.words}",
            f"{one.writer.a_token:.3f}",
            *(_word(part) for part in (one.writer, one.ngram, one.ngram_scripts)),
        )
        for one in evaluation.likelihood
    )
    heads = (
        *("source", "documents", "words", "nats a token", "nats a word"),
        *("by 5-grams of all", "by 5-grams of scripts"),
    )
    return Table("How likely held-out text is, lower is better", heads, rows)


def _ranking(evaluation: Evaluation) -> Table:
    one = evaluation.ranking
    if one is None:
        return Table("", (), ())
    rows = (
        ("by what was said before", _of((one.writer, one.asked))),
        ("by likelihood alone", _of((one.alone, one.asked))),
        ("by shared words", _of((one.words, one.asked))),
        ("by chance", percent(1 / (one.others + 1))),
    )
    return Table(f"The true next line first among {one.others} others of its act", ("", "right"), rows)


def _word(one: Likelihood) -> str:
    return f"{one.a_word:.3f}"


def _distinct(one: Lines, size: int) -> str:
    return f"{one.distinct[size - 1]:.3f}"


def _of(pair: tuple[int, int]) -> str:
    return f"{percent(pair[0] / pair[1])} of {pair[1]}" if pair[1] else ""
