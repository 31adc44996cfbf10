"""Words that checks share."""

_NAMED = 4  # places named in a detail before it says how many more there are


def places_named(places: list[tuple[int, int]]) -> str:
    """Return the first of ``places`` (x, y) in words, and how many more there are."""
    named = ", ".join(f"({x}, {y})" for x, y in places[:_NAMED])
    return named + (f" and {len(places) - _NAMED} more" if len(places) > _NAMED else "")
