"""Numbers in sentences: 1 level, 2 levels."""


def counted(count: int, thing: str, things: str = "") -> str:
    """Return a number of things in words.

    Args:
        count: How many.
        thing: What one is called.
        things: What several are called; "": with an s at the end.
    """
    return f"{count} {thing if count == 1 else things or thing + 's'}"
