"""The cast on the page: its own article, and where it stands in a level.

Each sprite's picture is in the page once; everything else refers to it by its name.
"""

from dataclasses import dataclass, replace

import numpy as np

from playloom.commands.demo.cast import PALETTE, PARTS, Cast, Player
from playloom.commands.demo.markup import check_list, code, file_links, picture_url
from playloom.kinds.level.content import Level
from playloom.kinds.level.formats.art import ground_of
from playloom.kinds.sprite.content import Sprite
from playloom.kinds.sprite.formats import picture

HERO = PARTS[0]  # who walks the solution
_TALL = 1.7  # side of a sprite in cells: figures on a map are usually larger than their cell
_FOOT = 0.1  # how far it reaches below its cell, in cells


@dataclass(frozen=True)
class Stage:
    """A level without the things that the cast stands for, and where each of those is."""

    level: Level
    standing: tuple[tuple[int, int, str], ...]  # x, y, name of the part; the hero's own place is left out
    hero: bool  # whether the hero is there


def stage(level: Level) -> Stage:
    """Return the level with the ground in place of what the cast stands for.

    A level that is drawn in tiles of its own stays as it is.
    """
    if level.tiles is not None:
        return Stage(level, (), hero=False)
    names = {part.tile: part.name for part in PARTS}
    tiles = [names.get(tile.name, "") for tile in level.vocabulary.tiles]
    cast = np.array([bool(name) for name in tiles])[level.cells]
    ground = ground_of(level.cells, level.vocabulary, below_all=True, theme=level.theme)
    places = [(int(x), int(y), tiles[level.cells[y, x]]) for y, x in np.argwhere(cast)]
    return Stage(
        replace(level, cells=np.where(cast, ground, level.cells)),
        tuple(place for place in places if place[2] != HERO.name),
        hero=any(name == HERO.name for *_, name in places),
    )


def standing(found: Stage) -> str:
    """Return everyone but the hero as SVG, in cells; who stands lower stands in front."""
    return "".join(figure(name, x + 0.5, y + 0.5) for x, y, name in found.standing)


def figure(name: str, x: float, y: float) -> str:
    """Return a sprite as SVG, in cells; ``x`` and ``y`` are the middle of its cell."""
    left, top = x - _TALL / 2, y + 0.5 + _FOOT - _TALL
    return f'<use href="#cast-{name}" x="{left:g}" y="{top:g}" width="{_TALL:g}" height="{_TALL:g}"/>'


def pictures(cast: Cast) -> str:
    """Return what `figure` refers to; shows nothing itself."""
    symbols = "".join(_symbol(player.part.name, player.sprite) for player in cast.players)
    return f'<svg width="0" height="0" class="symbols" aria-hidden="true"><defs>{symbols}</defs></svg>'


def _symbol(name: str, sprite: Sprite) -> str:
    [data] = picture.encode(replace(sprite, evidence=None), name).values()
    return f"""<symbol id="cast-{name}" viewBox="0 0 {sprite.width} {sprite.height}">
<image width="{sprite.width}" height="{sprite.height}" href="{picture_url(data)}"/></symbol>"""


def article(cast: Cast) -> str:
    """Return the cast side by side, with what was checked and how to make each again."""
    size = f"{cast.players[0].sprite.width}×{cast.players[0].sprite.height}"
    hero = cast.players[0]
    commands = "\n".join(player.part.command for player in cast.players)
    return f"""<article id="cast" class="wide">
<h2>cast <small>{size} · palette {PALETTE}</small></h2>
<p>Another network drew these, an exact algorithm mended them, and an independent check holds them to the
contract of pixel art: on the grid, in the palette, no loose pixels, no copy of a training sprite. They stand
in the levels below. We chose the seeds; <code>--count 16 --sheet all.png</code> shows sixteen to choose
from.</p>
<div class="cast">
{"".join(_player(player) for player in cast.players)}</div>
<div class="proof">
<section><h3>Checked <small>{hero.part.check}</small></h3>
{check_list(hero.found.checks)}</section>
<section><h3>The same bytes again</h3>
{code(commands, hero.part.python)}
{file_links(cast.files)}</section>
</div>
</article>
"""


def _player(player: Player) -> str:
    part, found = player.part, player.found
    passed = f"{sum(check.passed for check in found.checks)} of {len(found.checks)} checks"
    mark = "✓" if found.passed else "✗"
    words = f"{part.name}: {part.words}, seed {part.seed}"
    return f"""<figure><svg viewBox="0 0 32 32" role="img" aria-label="{words}">\
<use href="#cast-{part.name}"/></svg>
<figcaption><b>{part.name}</b> <span>{part.words}, seed {part.seed}</span>
<small><span class="mark">{mark}</span>{passed}, {_mended(player)}</small>
</figcaption></figure>
"""


def _mended(player: Player) -> str:
    assert player.sprite.evidence is not None, "a generator's sprite has evidence"
    pixels = sum(mend.pixels for mend in player.sprite.evidence.mends)
    return f"{pixels} pixel{'s' * (pixels > 1)} mended" if pixels else "as drawn"
