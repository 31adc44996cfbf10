"""The requests of sprites.py: each follows from its number, so a longer run begins as a shorter one does."""

from typing import Any

from playloom.kinds.sprite.palette import COLOURS_HIGH, find_palette
from playloom.kinds.sprite.request import SpriteRequest
from playloom.kinds.sprite.settings import Settings
from playloom.kinds.sprite.terms import is_tile
from playloom.seeds import Stream
from playloom_train.kinds.sprite.evaluation.makers import Maker
from playloom_train.kinds.sprite.evaluation.sampling import PALETTES

TAGS_MOST = 3  # words of one request


def request_of(number: int, settings: Settings, maker: Maker, seed: int) -> SpriteRequest:
    """Return one request.

    Categories take turns; of four sizes and twelve palettes a category meets every pair in 48 turns. By lot,
    one in two names tags that training sprites of the category bear, one in four may use all colours of
    the palette, and one figure in three has something to keep: outline, shadow, margin, baseline, pieces.
    """
    turn, place = divmod(number, len(settings.categories))
    category = settings.categories[place]
    size = maker.sizes[(turn + place) % len(maker.sizes)]
    palette = PALETTES[(turn + turn // len(PALETTES) + place) % len(PALETTES)]
    draw = Stream(seed, f"request {number}")
    wishes = dict(maker.wishes)
    if draw.below(2):
        wishes["words"] = " ".join(_tags(category, settings, draw))
    if not draw.below(4):
        wishes["colours"] = COLOURS_HIGH
    if not is_tile(category) and not draw.below(3):
        wishes |= _terms(size, draw)
    return SpriteRequest(
        category=category, size=size, palette=find_palette(palette), seed=seed + number, **wishes
    )


def _tags(category: str, settings: Settings, draw: Stream) -> list[str]:
    known = sorted(name for name, counts in settings.tag_counts.items() if category in counts)
    count = min(len(known), 1 + draw.below(TAGS_MOST))
    return [known.pop(draw.below(len(known))) for _ in range(count)]


def _terms(size: int, draw: Stream) -> dict[str, Any]:
    return {
        "outline": (None, "outside", "inside")[draw.below(3)],
        "shadow": not draw.below(4),
        "margin": draw.below(size // 8 + 1),
        "baseline": ("any", "ground", "float")[draw.below(3)],
        "pieces": (None, (1, 1), (1, 2))[draw.below(3)],
    }


def has_terms(request: SpriteRequest) -> bool:
    """Whether a request asks for more than a figure in its palette."""
    return bool(
        request.outline
        or request.shadow
        or request.margin
        or request.baseline != "any"
        or request.pieces is not None
    )
