"""The work of `playloom sprite check`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import msgspec
import numpy as np
from numpy.typing import NDArray

from playloom.api.sprite_files import USUAL_CONTRACT, enlarged_by, stored_contract
from playloom.api.sprite_making import sprite_generator
from playloom.api.sprite_pictures import check_pixels
from playloom.commands.output import failure_document, mark, print_json
from playloom.commands.sprite.showing import verdict_table
from playloom.errors import FileInvalid, RequestInvalid
from playloom.kinds.sprite.content import Examination, Finding, Verdict
from playloom.kinds.sprite.contract import Contract, examine, tile_contract
from playloom.kinds.sprite.formats.evidence import read_evidence
from playloom.kinds.sprite.formats.palette_file import load_palette
from playloom.kinds.sprite.originality import Index
from playloom.kinds.sprite.reading import BYTES_HIGH, read_picture

_PIXELS_HIGH = 1 << 20  # of one frame; a sprite enlarged four times has as many


@dataclass(frozen=True)
class Judged:
    """One frame of a file, judged."""

    name: str
    found: Examination
    notes: tuple[str, ...]


def check_files(
    files: Sequence[Path], terms: dict[str, Any], package: str | None, *, as_json: bool, quiet: bool
) -> int:
    """Judge and report every picture; return 0 if all passed, else 1."""
    asked = _asked(terms)
    training = None if package is None else sprite_generator(package).originals
    passed = True
    for path in files:
        try:
            frames = _judge(path, asked, tile=terms["tile"], training=training)
        except FileInvalid as problem:
            passed = False
            click.echo(f"playloom: {problem}", err=True)
            if as_json:
                print_json({"file": str(path), "passed": False, "error": failure_document(problem)})
            continue
        for frame in frames:
            passed &= frame.found.passed
            if as_json:
                print_json(_document(frame))
            elif not quiet:
                _print(frame)
    return 0 if passed else 1


def _asked(terms: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a `Contract` that options set.

    Raises:
        RequestInvalid: If they contradict each other.
    """
    asked = {name: value for name, value in terms.items() if value is not None and name != "tile"}
    if "palette" in asked:
        asked["palette"] = load_palette(asked["palette"]).palette
    _contract(USUAL_CONTRACT, asked, tile=terms["tile"], size=None)
    return asked


def _contract(base: Contract, asked: dict[str, Any], *, tile: bool, size: tuple[int, int] | None) -> Contract:
    if tile:
        wrong = sorted(asked.keys() & {"margin", "baseline", "pieces", "strays"})
        if wrong:
            raise RequestInvalid(f"a tile is filled to its edges: leave --{', --'.join(wrong)} out")
        base = replace(tile_contract(size or (1, 1)), size=size)
    return replace(base, **asked)


def _judge(path: Path, asked: dict[str, Any], *, tile: bool, training: Index | None) -> list[Judged]:
    picture = read_picture(path)
    frames, notes = picture.frames, picture.notes
    check_pixels(path, frames[0], _PIXELS_HIGH)
    base = USUAL_CONTRACT
    if len(frames) == 1:
        evidence, said = read_evidence(path.read_bytes()[:BYTES_HIGH], frames[0])
        notes = (*notes, *said)
        if evidence is not None:
            try:
                base = stored_contract(evidence)
            except RequestInvalid as problem:
                raise FileInvalid(f"{path}: {problem}; restore the file") from problem
    judged = []
    for number, frame in enumerate(frames):
        contract = _contract(base, asked, tile=tile, size=None)
        name = str(path) if len(frames) == 1 else f"{path}, frame {number}"
        judged.append(Judged(name, _on_the_grid(frame, examine(frame, contract, training)), notes))
    return judged


def _on_the_grid(rgba: NDArray[np.uint8], found: Examination) -> Examination:
    """Return the examination with one check more: whether a pixel of the art is one of the picture."""
    factor = enlarged_by(rgba)
    detail = f"enlarged {factor} times" if factor > 1 else "drawn at its own size"
    findings = found.findings
    if factor > 1:
        text = "each of its pixels is a square; `playloom sprite clean` restores it"
        findings = (Finding("grid", f"is enlarged {factor} times: {text}"), *findings)
    checks = (Verdict("grid", factor == 1, detail), *found.checks)
    return Examination(checks, findings, found.measures | {"enlarged": factor})


def _print(judged: Judged) -> None:
    found = judged.found
    outcome = "passed" if found.passed else "failed"
    click.echo(f"{mark(found.passed)} {judged.name}: {outcome}\n{verdict_table(found.checks)}")
    for finding in found.findings:
        click.echo(f"  - {finding}")
    for note in judged.notes:
        click.echo(f"  ! {note}")


def _document(judged: Judged) -> dict[str, Any]:
    return {
        "file": judged.name,
        "passed": judged.found.passed,
        "checks": msgspec.to_builtins(judged.found.checks),
        "findings": msgspec.to_builtins(judged.found.findings),
        "measures": judged.found.measures,
        "notes": list(judged.notes),
    }
