"""Strings as JSON, XML and Godot want them."""

import base64
import json
import re
from xml.etree.ElementTree import Element

from playloom.errors import RequestInvalid

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


def utf8(text: str) -> bytes:
    """Return the bytes of a finished file.

    Raises:
        RequestInvalid: If a name holds half a character (a lone surrogate).
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise RequestInvalid(f"{text[error.start]!r} in a name is half a character; rename it") from error


def json_line(value: object) -> str:
    """Return JSON on one line, readable in any alphabet."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def xml_text(text: str) -> str:
    """Return ``text`` as the content of an element.

    Raises:
        RequestInvalid: If it holds a control character, which XML cannot.
    """
    if found := _NOT_XML.search(text):
        raise RequestInvalid(
            f"{found[0]!r} in {text[:40]!r} cannot be written in XML; rename it or write JSON"
        )
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def xml_attribute(value: object) -> str:
    """Return ``value`` as an attribute's value, quotes included."""
    text = xml_text(str(value)).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{text}"'


def xml_lines(element: Element, depth: int) -> list[str]:
    """Return an element as Tiled writes it; by our own hand, so that no library's habits get into a file."""
    pad = " " * depth
    opening = f"{pad}<{element.tag}" + "".join(f" {k}={xml_attribute(v)}" for k, v in element.attrib.items())
    text = (element.text or "").strip()
    if not len(element) and not text:
        return [f"{opening}/>\n"]
    if not len(element):
        return [f"{opening}>{xml_text(text)}</{element.tag}>\n"]
    inner = [line for child in element for line in xml_lines(child, depth + 1)]
    return [f"{opening}>\n", *inner, f"{pad}</{element.tag}>\n"]


def godot_bytes(data: bytes) -> str:
    """Return bytes as a value in Godot's text files."""
    return f'PackedByteArray("{base64.b64encode(data).decode()}")'


def godot_text(text: str) -> str:
    """Return a string as a value in Godot's text files, quotes included."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
