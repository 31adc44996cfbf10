"""Reports in plain text: the disclosure that Steam asks for, itch.io's tags, and the EU's marking duty.

They state what was counted. Whether a duty applies to a studio is a question for its lawyer.
"""

from playloom.provenance.record import Model
from playloom.provenance.report.figures import (
    GRAPHICS,
    LEVELS,
    NOT_MEASURED,
    TEXT,
    Figures,
    is_by_model,
    licences,
    share,
    sort_of,
)
from playloom.provenance.terms import source_uri


def steam(figures: Figures) -> str:
    """Return the text for the content survey of Steam: pre-generated, then live-generated."""
    before, live = figures.of_mode("pre-generated"), figures.of_mode("live")
    lines = [_verified(figures), "", "Pre-generated:"]
    if before:
        sets = ", ".join(f"{one.name} ({one.licence})" for one in figures.datasets)
        lines += [
            f"{figures.counted(before)} ({len(before)} of {figures.total} files, "
            f"{share(len(before), figures.total)}) were made before release, offline, by {_models(figures)}.",
            f"Trained on: {sets}.",
            _edited(figures),
            _nearest(figures),
        ]
    else:
        lines.append("none: no file here was made by a trained model.")
    lines += [*_programs(figures), "", "Live-generated:"]
    if live:
        lines += [
            f"{figures.counted(live)} of the kind that the game makes while it runs, by {_models(figures)}, "
            "on the player's own machine.",
            f"Guardrails, their recall and false positives: {NOT_MEASURED} by this report.",
        ]
    else:
        lines.append("no file in the ledger was made while the game runs. Whether the game generates while "
                     f"it is played: {NOT_MEASURED} by this report.")  # fmt: skip
    return _text(lines)


def itch(figures: Figures) -> str:
    """Return the answers for the disclosure of generative AI on itch.io."""
    found = {sort_of(one.record) for one in figures.by_model if one.record}
    lines = [_verified(figures), "", f"Contains generative AI: {_yes(bool(figures.by_model))}"]
    for tag, sort in (("Graphics", GRAPHICS), ("Text & Dialog", TEXT)):
        files = [one for one in figures.by_model if one.record and sort_of(one.record) == sort]
        lines.append(f"  {tag}: {_yes(sort in found)}" + (f" ({len(files)} files)" if files else ""))
    lines += ["  Sound: no file in the ledger", "  Code: no file in the ledger"]
    other = [one for one in figures.by_model if one.record and sort_of(one.record) not in (GRAPHICS, TEXT)]
    if other:
        what = (
            "level layouts" if {sort_of(one.record) for one in other if one.record} == {LEVELS} else "others"
        )
        lines.append(
            f"  Not among itch.io's four tags, {what}: {len(other)} files; say so in the description"
        )
    lines += [
        "",
        f"Edited by people afterwards: {len(figures.edited)} (what was edited is still to be tagged).",
        *_programs(figures),
    ]
    return _text(lines)


def eu(figures: Figures) -> str:
    """Return what is marked, and how, for Article 50(2) of Regulation (EU) 2024/1689."""
    lines = [
        "Machine-readable marking of generated content, Article 50(2) of Regulation (EU) 2024/1689",
        "",
        _verified(figures),
        "",
        f"Made by or with a trained model: {len(figures.by_model)} of {figures.total} files.",
    ]
    terms = sorted({one.record.origin.source_type for one in figures.made if one.record})
    for term in terms:
        files = [one for one in figures.made if one.record and one.record.origin.source_type == term]
        inside = [one for one in files if one.marked]
        lines.append(
            f"  {source_uri(term)}: {len(files)} files, {len(inside)} of them marked in the file itself, "
            f"{len(files) - len(inside)} in the ledger alone"
        )
    unmarked = [one.path for one in figures.by_model if not one.marked]
    if unmarked:
        lines += ["", "By a model and marked in the ledger alone (their formats, or an edit, left no room):"]
        lines += [f"  {path}" for path in unmarked]
    lines += [
        "",
        _edited(figures),
        "Robustness of the marks against conversion or cropping: " + NOT_MEASURED + ".",
        "Whether the duty falls on the studio, and from when: a question for its lawyer.",
    ]
    return _text(lines)


def _verified(figures: Figures) -> str:
    if figures.faulty:
        return (
            f"NOT VERIFIED: {figures.faulty} of {figures.total} files are not accounted for "
            "(`playloom provenance verify` names them); what follows speaks of the others."
        )
    how = "against its ledger" if figures.verification.ledger else "by the files' own notes, without a ledger"
    return f"Verified {how}: all {figures.total} files are accounted for."


def _models(figures: Figures) -> str:
    return ", ".join(_model(one) for one in figures.models) or NOT_MEASURED


def _model(model: Model) -> str:
    return f"{model.name} {model.version} (licence {model.licence}; data {licences(model.datasets)})"


def _edited(figures: Figures) -> str:
    edited = [one for one in figures.edited if is_by_model(one)]
    part = f"{len(edited)} of {len(figures.by_model)} ({share(len(edited), len(figures.by_model))})"
    return f"Edited by people since: {part}."


def _nearest(figures: Figures) -> str:
    measured, nearest = figures.nearest
    if nearest is None:
        return f"Likeness to training examples: {NOT_MEASURED}."
    left = len(figures.by_model) - measured
    rest = f"; for the other {left} files: {NOT_MEASURED}" if left else ""
    return (
        f"Likeness to training examples: looked for in {measured} files; the one most like its nearest "
        f"example differs from it by {nearest.distance:g} of 1 (0 would be a copy){rest}."
    )


def _programs(figures: Figures) -> list[str]:
    others = [one for one in figures.made if not is_by_model(one)]
    if not others:
        return []
    return [
        f"Besides: {figures.counted(others)}, put together by a program that was not trained on data. Who or "
        f"what wrote the scripts and drew the pictures that it put together: {NOT_MEASURED} by this report."
    ]


def _yes(found: bool) -> str:
    return "yes" if found else "no"


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"
