"""What a run on the developer's own maps says and shows: of the maps, of the samples, of what to do next."""

from itertools import islice, zip_longest

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from playloom.kernels import png
from playloom.kernels.counting import counted
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.preview import preview
from playloom.kinds.level.movement import Free
from playloom.package import Package
from playloom_train.kinds.level.export import Findings
from playloom_train.kinds.level.gather import OWN_ASIDE, Material
from playloom_train.kinds.level.measures import losses, measured
from playloom_train.kinds.level.model import LevelNet
from playloom_train.kinds.level.own import Own, usual_size

SAMPLES = 12  # maps made to be measured and looked at
PREVIEW_FILE = "preview.png"
_COLUMNS = 4  # of the contact sheet
_SHEET_SIDE = 480  # pixels, of the longer side of one map on it
_GAP = 8  # pixels
_TURNED = {
    "square": "turned and mirrored in all 8 ways",
    "mirror": "mirrored left for right",
    "none": "neither turned nor mirrored",
}


def tell_of_maps(own: Own, console: Console) -> None:
    """Say what was read, how it will be taught, and what was left out."""
    maps, recipe = own.maps, own.recipe
    height, width = usual_size(maps.maps)
    cells = sum(one.size for one in maps.maps)
    console.print(
        f"{counted(len(maps.maps), 'map')}, {cells} cells, usual size {width}x{height}, "
        f"{counted(len(maps.vocabulary), 'tile')}, "
        f"movement {type(maps.movement).__name__.lower()}, styles: {', '.join(recipe.styles)}"
    )
    console.print(f"{set_aside(own)} set aside, to tell learning from copying")
    console.print(f"maps are {_TURNED[recipe.symmetries]} (--turn says otherwise)")
    for note in maps.notes:
        console.print(f"note: {note}", style="yellow", markup=False, highlight=False)


def set_aside(own: Own) -> str:
    """Return in words what is not trained on."""
    counts = [len(one.cells) for one in own.recipe.given]
    maps = sum(count // OWN_ASIDE for count in counts if count >= OWN_ASIDE)
    few = sum(count for count in counts if count < OWN_ASIDE)
    blocks = f"a block of each of {few} maps" if few > 1 else "a block of the map"
    parts = [*([f"{maps} maps, every fifth,"] if maps else []), *([blocks] if few else [])]
    return " and ".join(parts) + (" are" if maps else " is")


def findings_of_own(
    own: Own, package: Package, net: LevelNet, material: Material, console: Console
) -> Findings:
    """Make samples of every style; return how like the maps they are, and a picture of them."""
    recipe = own.recipe
    count = max(SAMPLES, 2 * len(recipe.styles))
    console.print(f"measuring: {count} samples beside the maps")
    figures, found = measured(recipe, package, material.fresh, material.aside, count=count, seed=0)
    whats = losses(recipe, net, material.aside, "what was set aside")
    for one in found.evaluation.styles:
        for check, number in one.validity.failed.items():
            console.print(
                f"{number} of {one.validity.asked} seeds of {one.style} failed: {check}", style="yellow"
            )
    made = _in_turns([list(shown.made) for shown in found.shown.values()])
    files = {PREVIEW_FILE: png.encode(contact_sheet(made))} if made else {}
    return Findings((*whats, *figures), files)


def _in_turns(by_style: list[list[Level]]) -> list[Level]:
    """Return as many levels as the contact sheet holds, of each style as many."""
    turns = (one for turn in zip_longest(*by_style) for one in turn if one is not None)
    return list(islice(turns, SAMPLES))


def contact_sheet(levels: list[Level]) -> NDArray[np.uint8]:
    """Return pictures of levels of one size in rows of four, RGB."""
    pictures = [_shrunk(preview(level)) for level in levels]
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // _COLUMNS)
    columns = min(_COLUMNS, len(pictures))
    sheet = np.full((rows * (height + _GAP) + _GAP, columns * (width + _GAP) + _GAP, 3), 24, np.uint8)
    for i, picture in enumerate(pictures):
        row, column = divmod(i, _COLUMNS)
        top, left = row * (height + _GAP) + _GAP, column * (width + _GAP) + _GAP
        sheet[top : top + height, left : left + width] = picture
    return sheet


def _shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture no longer than a map on the sheet may be: means of blocks of pixels."""
    by = -(-max(picture.shape[:2]) // _SHEET_SIDE)
    height, width = (side // by * by for side in picture.shape[:2])
    blocks = picture[:height, :width].reshape(height // by, by, width // by, by, 3)
    means: NDArray[np.uint8] = (blocks.sum(axis=(1, 3), dtype=np.uint32) // by**2).astype(np.uint8)
    return means


def tell_next(own: Own, package: Package, console: Console) -> None:
    """Say how well it went and what can be done with the package."""
    table = Table()
    table.add_column("", no_wrap=True)
    for title in ("generated", "held-out maps", "what it is"):
        table.add_column(title)
    known = {metric.name: metric for metric in package.manifest.card.metrics}
    for name, metric in known.items():
        label, _, figure = name.partition(": ")
        if label == "held-out":
            continue
        beside = known.get(f"held-out: {figure}")
        value = "" if beside is None else f"{beside.value:g}"
        named = figure if label == "generated" else name.removeprefix(f"{own.recipe.name}: ")
        table.add_row(named, f"{metric.value:g}", value, metric.how)
    console.print(table)
    height, width = usual_size(own.maps.maps)
    suffix = "tmx" if own.maps.book is not None else "txt"
    root, name = package.root, own.recipe.name
    console.print(f"look at {root / PREVIEW_FILE}, then make maps:", highlight=False)
    command = f"playloom level {name} --package {root} --size {width}x{height} --seed 1 -o new.{suffix}"
    console.print(f"  {command}", markup=False, highlight=False, soft_wrap=True)
    if isinstance(own.maps.movement, Free):
        console.print(
            "its tiles have no roles, so nobody checks that a map can be played; "
            "`playloom level legend MAPS...` drafts a legend for --legend"
        )
