"""How sizes and ranges are written as text, on the command line and in project files: 48x32, 4..8, 0.4.. ."""

import re

_WHOLE = r"-?[0-9]{1,18}"
_SHARE = r"[0-9]*\.?[0-9]+"


def size_in(text: str) -> tuple[int, int]:
    """Read ``48x32`` as (width, height).

    Raises:
        ValueError: With an example of what can be read.
    """
    found = re.fullmatch(rf"({_WHOLE})[xX]({_WHOLE})", text)
    if not found:
        raise ValueError("48x32")
    return int(found[1]), int(found[2])


def counts_in(text: str) -> tuple[int | None, int | None]:
    """Read ``6``, ``4..8``, ``4..`` or ``..8`` as (low, high), None for an open end; raises as `size_in`."""
    if re.fullmatch(_WHOLE, text):
        return int(text), int(text)
    found = re.fullmatch(rf"({_WHOLE})?\.\.({_WHOLE})?", text)
    if not found or text == "..":
        raise ValueError("6, 4..8, 4.. or ..8")
    return (None if found[1] is None else int(found[1])), (None if found[2] is None else int(found[2]))


def shares_in(text: str) -> tuple[float | None, float | None]:
    """Read ``0.45``, ``0.4..0.5``, ``0.4..`` or ``..0.5`` as (low, high); raises as `size_in`."""
    if re.fullmatch(_SHARE, text):
        return float(text), float(text)
    low, dots, high = text.partition("..")
    sides = [side for side in (low, high) if side]
    if not dots or not sides or not all(re.fullmatch(_SHARE, side) for side in sides):
        raise ValueError("0.45, 0.4..0.5, 0.4.. or ..0.5")
    return (float(low) if low else None), (float(high) if high else None)
