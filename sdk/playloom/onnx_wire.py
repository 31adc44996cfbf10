"""A bound on what parsing a protobuf can cost, before it is parsed.

Two bytes of protobuf can become a few hundred in memory, so the size of a
file bounds nothing. This walks the wire format along the message's own
descriptor, counts, and refuses what the descriptor does not know.
"""

from functools import cache
from typing import Any

from playloom.errors import PackageInvalid

FIELDS_MOST = 250_000
PACKED_BYTES = 1 << 20  # whole numbers outside raw_data: one byte becomes up to eight
DEPTH = 16

_VARINT, _EIGHT, _DELIMITED, _FOUR = 0, 1, 2, 5
_DOUBLE, _FLOAT, _STRING, _MESSAGE, _BYTES = 1, 2, 9, 11, 12  # field types of google.protobuf.descriptor


def check_wire(data: bytes, descriptor: Any, where: str) -> None:
    """Refuse bytes that are no message of ``descriptor`` or cost too much to parse.

    Raises:
        PackageInvalid: Says at which byte and why.
    """
    view, fields, packed = memoryview(data), 0, 0
    open_messages = [(0, len(data), descriptor, 0)]
    while open_messages:
        at, end, message, depth = open_messages.pop()
        known = _fields(message)
        while at < end:
            start = at
            key, at = _varint(view, at, end, where)
            wire, part, numbers = key & 7, None, False
            if key >> 3 in known:
                wires, part, numbers = known[key >> 3]
            if key >> 3 not in known or wire not in wires:
                raise PackageInvalid(
                    f"{where}: not an ONNX model that this Playloom knows: field {key >> 3} of "
                    f"{message.name} at byte {start}; export the package again"
                )
            fields += 1
            length = {_EIGHT: 8, _FOUR: 4}.get(wire, 0)
            if wire == _VARINT:
                _, at = _varint(view, at, end, where)
            elif wire == _DELIMITED:
                length, at = _varint(view, at, end, where)
                packed += length if numbers else 0
            if at + length > end or depth > DEPTH:
                raise PackageInvalid(f"{where}: cut off or nested too deeply at byte {start}; export again")
            if part is not None:
                open_messages.append((at, at + length, part, depth + 1))
            at += length
            if fields > FIELDS_MOST or packed > PACKED_BYTES:
                raise PackageInvalid(
                    f"{where}: more than {FIELDS_MOST} fields or {PACKED_BYTES} bytes of packed numbers; "
                    "store numbers as raw_data"
                )


def _varint(view: memoryview, at: int, end: int, where: str) -> tuple[int, int]:
    """Return the number at ``at`` and the position behind it."""
    value, shift = 0, 0
    while at < end and shift < 70:
        byte = view[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise PackageInvalid(f"{where}: not an ONNX model: no number at byte {at}; export the package again")


@cache
def _fields(message: Any) -> dict[int, tuple[tuple[int, ...], Any, bool]]:
    """Return field number -> (wire formats allowed, message inside, whole numbers that can be packed)."""
    table = {}
    for field in message.fields:
        plain = {_DOUBLE: _EIGHT, _FLOAT: _FOUR}.get(field.type, _VARINT)
        if field.type in (_STRING, _MESSAGE, _BYTES):
            wires: tuple[int, ...] = (_DELIMITED,)
        else:
            wires = (plain, _DELIMITED) if _is_repeated(field) else (plain,)
        table[field.number] = (wires, field.message_type, plain == _VARINT and len(wires) == 2)
    return table


def _is_repeated(field: Any) -> bool:
    """Protobuf 6 renamed the label to a property and deprecated it."""
    return bool(field.is_repeated) if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED
