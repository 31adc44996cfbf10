"""How the matrices of an exported model are stored."""

from typing import Literal

Precision = Literal["fp32", "int8", "int4"]
PRECISIONS: tuple[Precision, ...] = ("fp32", "int8", "int4")
