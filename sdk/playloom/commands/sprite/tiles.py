"""`playloom sprite tiles`: two textures become a terrain set."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from playloom.commands.completing import offer_palettes
from playloom.commands.options import FILE, Option, Sectioned
from playloom.commands.output import check_places
from playloom.commands.sprite.options import check_spared, say_written

if TYPE_CHECKING:
    from playloom.api.sprite_tiles import TileSetKind

_set = partial(click.option, cls=Option, section="The set")
_border = partial(click.option, cls=Option, section="The border between them")
_output = partial(click.option, cls=Option, section="Output")


@click.command(cls=Sectioned)
@click.argument("over", type=FILE)
@click.argument("under", type=FILE, required=False)
@_set(
    "--set",
    "kind",
    type=click.Choice(["blob", "corner"]),
    default="blob",
    show_default=True,
    help="blob: 47 tiles for edges and corners; corner: 16 tiles of a dual grid.",
)
@_set("--over-name", metavar="NAME", help="What OVER is called.  [default: the name of its file]")
@_set("--under-name", metavar="NAME", help="What UNDER is called.  [default: the name of its file]")
@_set(
    "--palette",
    shell_complete=offer_palettes,
    metavar="NAME|FILE",
    help="Recolour both to it.  [default: their own colours]",
)
@_border("--seed", type=click.IntRange(0), default=0, show_default=True, metavar="N", help="How it bends.")
@_border(
    "--depth", type=float, metavar="PIXELS", help="How far it lies inside a cell.  [default: a fifth of it]"
)
@_border(
    "--roughness", type=float, metavar="PIXELS", help="How far it strays.  [default: a twelfth of a cell]"
)
@_border("--no-outline", is_flag=True, help="No dark line along it.")
@_border("--no-shadow", is_flag=True, help="No dark line below it.")
@_output(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    required=True,
    metavar="FILE",
    help="Write here: .tsx (Tiled, with its .png), .tres (Godot's TileSet). May be repeated.",
)
@_output("--mapping", metavar="FILE", help="Also write the .toml for `playloom level --tileset`.")
@_output(
    "--draw",
    "drawn",
    multiple=True,
    metavar="TILE=NAME",
    help="In the mapping: the tile of a level that is drawn so, such as wall=grass. May be repeated.  "
    "[default: wall=OVER, floor=UNDER]",
)
@_output(
    "--tileset-path", metavar="PATH", help="In the mapping: where the tileset lies, such as res://land.tres."
)
@_set(
    "--object",
    "objects",
    multiple=True,
    metavar="TILE=PICTURE",
    help="A tile of levels that stands on the ground, such as chest=chest.png. May be repeated.",
)
@_output("-q", "--quiet", is_flag=True, help="Print errors only.")
def tiles(
    over: Path,
    under: Path | None,
    kind: "TileSetKind",
    over_name: str | None,
    under_name: str | None,
    palette: str | None,
    seed: int,
    depth: float | None,
    roughness: float | None,
    no_outline: bool,
    no_shadow: bool,
    outputs: tuple[str, ...],
    mapping: str | None,
    drawn: tuple[str, ...],
    tileset_path: str | None,
    objects: tuple[str, ...],
    quiet: bool,
) -> None:
    """Make the tiles of one terrain OVER another out of two seamless textures.

    Without UNDER, what lies below stays transparent. Any two tiles that
    show the same along a side meet there.

    \b
    playloom sprite tiles grass.png dirt.png -o land.tsx --mapping land.toml
    playloom sprite tiles wall.png floor.png --object start=stairs.png --object exit=door.png
      -o land.tsx --mapping land.toml
    playloom level cave --tileset land.toml --treasure 0 --keys 0 --enemies 0 -o cave.tmx
    """
    from playloom.commands.sprite.tiling import make_tiles
    from playloom.kinds.sprite.tiles import Border

    places = check_places([(name, Path(name)) for name in outputs], (".tsx", ".tres"))
    check_spared([over, under], places)
    plan = None if mapping is None else check_places([(mapping, Path(mapping))], (".toml",))[0]
    if plan is None and (drawn or tileset_path):
        raise click.UsageError(
            "--draw and --tileset-path are for a mapping: ask for one with --mapping land.toml"
        )
    written = make_tiles(
        over=over,
        under=under,
        kind=kind,
        names=(under_name or (under.stem if under else "nothing"), over_name or over.stem),
        palette=palette,
        border=Border(
            seed=seed, depth=depth, roughness=roughness, outline=not no_outline, shadow=not no_shadow
        ),
        places=tuple(places),
        mapping=plan,
        drawn=drawn,
        tileset_path=tileset_path,
        objects=objects,
    )
    say_written(written, quiet=quiet)
