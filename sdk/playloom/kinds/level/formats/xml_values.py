"""Typed values out of XML elements."""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

from playloom.errors import FileInvalid

_WHOLE = re.compile(r"[+-]?[0-9]{1,10}", re.ASCII)


def whole(where: Path, element: Element, name: str, default: int | None = None) -> int:
    """Return an attribute as a whole number of at most ten digits.

    Raises:
        FileInvalid: If it is missing without a default, or not such a number.
    """
    text = element.get(name)
    if text is None and default is not None:
        return default
    if text is None or not _WHOLE.fullmatch(text):
        found = "missing" if text is None else repr(text[:40])
        raise FileInvalid(f"{where}: {name} of <{element.tag[:40]}> is {found}; expected a whole number")
    return int(text)


def real(where: Path, element: Element, name: str) -> float:
    """Return an attribute as a number, 0 where it is missing."""
    text = element.get(name, "0")
    try:
        return float(text)
    except ValueError as error:
        raise FileInvalid(
            f"{where}: {name} of <{element.tag[:40]}> is {text[:40]!r}; expected a number"
        ) from error


def properties_of(element: Element) -> dict[str, str]:
    """Return the custom properties of an element as text by name."""
    return {
        entry.get("name", ""): entry.get("value", entry.text or "")
        for entry in element.iterfind("properties/property")
    }
