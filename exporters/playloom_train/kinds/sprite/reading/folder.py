"""Sprites from pictures in a folder: one a file, frames of an animation, or cells of a sheet.

What one picture leaves open, the others tell: where most are enlarged four times,
a small one that alone would prove nothing is taken to be so as well.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from playloom.errors import FileInvalid
from playloom.kinds.sprite.clean import (
    CANVASES,
    KEYS,
    Cleaned,
    Cleaning,
    Colour,
    Dropped,
    clean_picture,
    find_background,
    harden,
    remove_background,
)
from playloom.kinds.sprite.enlargement import NOT_ENLARGED, Enlargement, find_enlargement
from playloom.kinds.sprite.reading import Pixels, read_picture
from playloom_train.kinds.sprite.reading.aseprite import SheetFile, read_sheet_file
from playloom_train.kinds.sprite.reading.files import Files, common, find_files
from playloom_train.kinds.sprite.reading.found import Findings, FoundSprite, LeftOut, unreadable
from playloom_train.kinds.sprite.reading.sheet import CELLS_HIGH, Grid, cells, find_grid

PIXELS_HIGH = 64 << 20  # of all pictures of a folder together: 256 MiB
STRIP_LOW = 3  # times as long as high, from which on a small picture may be a row of frames


@dataclass(frozen=True, kw_only=True)
class Looking:
    """How pictures are looked at."""

    cleaning: Cleaning
    grid: Grid | None = None  # of every sheet; None: found
    keeps_background: Callable[[str], bool] = lambda name: False  # ground and walls fill their square


@dataclass(frozen=True)
class _Picture:
    name: str
    frames: tuple[Pixels, ...]
    found: Enlargement  # the coarsest that fits all frames
    sheet: SheetFile | None


def read_folder(given: Path, style: str, how: Looking) -> Findings:
    """Return the sprites of a folder, a picture, or a sheet's JSON file."""
    files = find_files(given)
    findings = Findings(notes=list(files.notes))
    pictures = _read_all(files, findings)
    usual = _usual_factor(pictures)
    known = (*how.cleaning.known, *_usual_backgrounds(pictures))
    how = replace(how, cleaning=replace(how.cleaning, known=known))
    for picture in pictures:
        try:
            findings.add(_sprites(picture, style, how, usual))
        except FileInvalid as error:
            findings.left_out.append(unreadable(picture.name, error))
    return findings


def _read_all(files: Files, findings: Findings) -> list[_Picture]:
    sheets: dict[Path, SheetFile] = {}
    pictures: list[_Picture] = []
    for path in files.sheets:
        try:
            sheet = read_sheet_file(path)
        except (FileInvalid, OSError) as error:
            findings.left_out.append(unreadable(files.name(path), error))
            continue
        if sheet is None:
            findings.notes.append(f"{files.name(path)} describes no sheet")
        else:
            sheets[sheet.image] = sheet
    total = 0
    for path in dict.fromkeys((*files.pictures, *sheets)):
        name = path.relative_to(files.root).as_posix()
        try:
            read = read_picture(path)
        except FileInvalid as error:
            findings.left_out.append(unreadable(name, error))
            continue
        findings.pictures += 1
        findings.notes += [f"{name}: {note}" for note in read.notes]
        total += sum(frame.shape[0] * frame.shape[1] for frame in read.frames)
        if total > PIXELS_HIGH:
            raise FileInvalid(
                f"{files.root}: its pictures hold over {PIXELS_HIGH >> 20} million pixels; "
                "give the folders of sprites alone"
            )
        pictures.append(_Picture(name, read.frames, _found_in(read.frames), sheets.get(path)))
    return pictures


def _found_in(frames: tuple[Pixels, ...]) -> Enlargement:
    """Return the enlargement of all frames together: that of the frame with the finest grid."""
    grids = [find_enlargement(harden(frame)[0]) for frame in frames if frame[:, :, 3].any()]
    return min(grids, key=lambda grid: (grid.factor, -grid.bits), default=NOT_ENLARGED)


def _usual_factor(pictures: list[_Picture]) -> int:
    """Return the enlargement that most pictures have for sure; 1 if most have none."""
    counts = Counter(picture.found.factor for picture in pictures if picture.found.sure)
    plain = sum(picture.found.factor == 1 for picture in pictures)
    if not counts:
        return 1
    factor, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return factor if count > plain else 1


def _usual_backgrounds(pictures: list[_Picture]) -> list[Colour]:
    """Return the colours that are the whole border of several pictures, a tenth of all at least."""
    counts = Counter(find_background(frame, ()) for picture in pictures for frame in picture.frames[:1])
    counts.pop(None, None)
    return [colour for colour, count in counts.items() if colour and count >= max(2, len(pictures) // 10)]


def _sprites(picture: _Picture, style: str, how: Looking, usual: int) -> Findings:
    """Return what one picture holds."""
    cleaning = how.cleaning
    if how.keeps_background(picture.name):
        cleaning = replace(cleaning, background="keep")
    found = None
    if not picture.found.sure and usual > 1 and picture.found.factor % usual == 0:
        found = picture.found.by(usual)
    elif picture.found.sure and len(picture.frames) > 1:
        found = picture.found
    if picture.sheet is not None:
        return _frames_of_sheet(picture, picture.sheet, style, cleaning, found)
    findings = Findings()
    for number, frame in enumerate(picture.frames):
        name = f"{picture.name}#{number}" if len(picture.frames) > 1 else picture.name
        cleaned = clean_picture(frame, cleaning, found)
        if isinstance(cleaned, Dropped):
            findings.left_out.append(LeftOut(name, cleaned.reason, cleaned.detail))
            continue
        series = picture.name if len(picture.frames) > 1 else ""
        findings.add(_one_or_sheet(name, cleaned, style, series, how.grid))
    return findings


def _one_or_sheet(name: str, picture: Cleaned, style: str, series: str, given: Grid | None) -> Findings:
    """Return the sprite in a picture, or the cells of the sheet that it is."""
    findings = Findings()
    one = FoundSprite(name=name, picture=picture, style=style, series=series)
    height, width = picture.pixels.shape[:2]
    grid = given
    if given is not None:
        if (height, width) == (given.height, given.width) or (height < given.height and width < given.width):
            return Findings([one])
        if not given.fits(height, width):
            detail = f"{width}x{height} is no whole number of cells of {given}"
            return Findings(left_out=[LeftOut(name, "does not fit the grid", detail)])
    elif not _may_be_sheet(picture.pixels):
        return Findings([one])
    else:
        grid = find_grid(picture.pixels, name)
    if grid is None:
        if _visible_side(picture.pixels) <= max(CANVASES):
            return Findings([one])
        detail = f"{width}x{height}; a sheet can be cut with --grid 16, or 16x24"
        return Findings(left_out=[LeftOut(name, "larger than the canvas, and no grid was found", detail)])
    for row, column, cell in cells(name, picture.pixels, grid):
        findings.sprites.append(
            replace(one, name=f"{name}#r{row}c{column}", picture=replace(picture, pixels=cell))
        )
    if given is None:
        doubt = f"; doubtful: {grid.doubt} (--grid says it for sure)" if grid.doubt else ""
        findings.notes.append(f"{name}: cut as a sheet of {len(findings.sprites)} cells of {grid}{doubt}")
    return findings


def _may_be_sheet(pixels: Pixels) -> bool:
    height, width = pixels.shape[:2]
    long, short = max(height, width), min(height, width)
    return _visible_side(pixels) > max(CANVASES) or (long % short == 0 and long >= STRIP_LOW * short)


def _visible_side(pixels: Pixels) -> int:
    rows, columns = (np.flatnonzero(pixels[:, :, 3].any(axis=axis)) for axis in (1, 0))
    return int(max(rows[-1] - rows[0], columns[-1] - columns[0])) + 1 if len(rows) else 0


def _frames_of_sheet(
    picture: _Picture, sheet: SheetFile, style: str, cleaning: Cleaning, found: Enlargement | None
) -> Findings:
    """Return the frames that a JSON file names; it counts in the pixels of the file, enlarged or not."""
    findings = Findings()
    pixels, softened = harden(picture.frames[0])
    colour = find_background(pixels, cleaning.known) if cleaning.background != "keep" else None
    if colour is not None:
        pixels = remove_background(pixels, colour, islands=cleaning.background == "islands" or colour in KEYS)
    grid = found or (picture.found if picture.found.sure else NOT_ENLARGED)
    empty = 0
    for number, frame in enumerate(sheet.frames[:CELLS_HIGH]):
        name = f"{picture.name}#{'/'.join(part for part in (frame.tag, frame.title, str(number)) if part)}"
        if frame.rotated or not frame.lies_on(pixels):
            why = "rotated on the sheet" if frame.rotated else "outside the sheet"
            findings.left_out.append(LeftOut(name, why, "export the sheet again"))
            continue
        cut = frame.cut(pixels)
        if not cut[:, :, 3].any():
            empty += 1
            continue
        shifts = [(grid.left - frame.box[0] + frame.at[0]), (grid.top - frame.box[1] + frame.at[1])]
        local = replace(grid, left=shifts[0] % grid.factor, top=shifts[1] % grid.factor)
        cleaned = clean_picture(cut, replace(cleaning, background="keep"), local)
        if isinstance(cleaned, Dropped):
            findings.left_out.append(LeftOut(name, cleaned.reason, cleaned.detail))
            continue
        cleaned = replace(cleaned, background=colour, softened=softened)
        findings.sprites.append(
            FoundSprite(name=name, picture=cleaned, style=style, series=f"{picture.name}#{frame.title}")
        )
    tags = common(dict.fromkeys(frame.tag for frame in sheet.frames if frame.tag))
    animations = f", animations: {tags}" if tags else ""
    findings.notes.append(
        f"{picture.name}: {len(findings.sprites)} frames by its JSON file{animations}"
        + (f", {empty} empty" if empty else "")
    )
    return findings
